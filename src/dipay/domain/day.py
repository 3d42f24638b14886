"""What the accounts of one day are held against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from dipay.domain.account import Account
from dipay.domain.settings import PaymentSettings
from dipay.domain.situation import AccountState, Situation


@dataclass(frozen=True, slots=True)
class Day:
    """What the accounts are held against: the date, the settings, what the state file knows.

    `sharers` are, for each number, the accounts that would be asked today but for sharing it.
    """

    as_of: date
    settings: PaymentSettings
    situation: Situation = field(default_factory=Situation)
    sharers: Mapping[str, Collection[str]] = field(default_factory=dict)

    def state(self, account: Account) -> AccountState:
        return self.situation.of(account.guarantor_id)

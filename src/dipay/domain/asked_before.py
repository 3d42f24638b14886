"""Where and with whom accounts were asked before, for when the same people stand under another account."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dipay.domain.accounts import Accounts


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """Where and with whom accounts were ever asked: by number (E.164), and by patient id, the accounts."""

    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patients: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def elsewhere(self, accounts: Accounts) -> dict[str, dict[str, bool]]:
        """For each account whose number or one of whose patients was asked as part of others: those, and whether the
        number was.
        """
        found: dict[str, dict[str, bool]] = {}

        def note(account: str, others: tuple[str, ...], by_number: bool) -> None:
            for other in others:
                if other != account:
                    theirs = found.setdefault(account, {})
                    theirs[other] = theirs.get(other, False) or by_number

        ids = accounts.ids
        if self.patients:
            texts = accounts.patients.id_texts
            for number, place in zip(accounts.patients.id.tolist(), accounts.account_of.tolist(), strict=True):
                others = self.patients.get(texts[number])
                if others is not None and place >= 0:
                    note(ids[place], others, False)
        if self.numbers:
            for account, phone in zip(ids, accounts.phones, strict=True):
                others = self.numbers.get(phone)
                if others is not None:
                    note(account, others, True)
        return found

    def moved(self, gone: AbstractSet[str], accounts: Accounts) -> dict[str, str]:
        """Of accounts that are gone, the one in which their people stand now: by its patients, else by its number.
        Where several may be it, none.
        """
        found: dict[str, str] = {}
        for part in (AskedBefore(patients=self.patients), AskedBefore(self.numbers)):
            heirs: dict[str, list[str]] = {}
            for account, others in part.elsewhere(accounts).items():
                for other in others.keys() & gone - found.keys():
                    heirs.setdefault(other, []).append(account)
            found |= {other: theirs[0] for other, theirs in heirs.items() if len(theirs) == 1}
        return found

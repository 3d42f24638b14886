"""What the state file knows of an account, as the rules see it. The store makes it; rules only read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import date

from dipay.domain.values import value


@value(frozen=True, slots=True)
class Snooze:
    """Off the list while today < `until`."""

    until: date
    reason: str
    note: str = ""
    by: str = ""


@value(frozen=True, slots=True)
class Undeliverable:
    """The last request did not reach the person: the number tried (E.164, None where there was none) and why."""

    number: str | None
    why: str
    since: date


@value(frozen=True, slots=True)
class AccountState:
    """What was done about one account so far.

    `campaign_began`: the running campaign's first day, None when none runs. `last_asked`: the day the last campaign or
    single request began, running or ended. `in_doubt`: it is not known whether the last request went out.
    `deselected_on`: the day whose batch leaves it out. `paid_on`: marked paid by staff, until a newer export.
    """

    snooze: Snooze | None = None
    deselected_on: date | None = None
    campaign_began: date | None = None
    campaign_step: int = 0
    last_asked: date | None = None
    undeliverable: Undeliverable | None = None
    in_doubt: bool = False
    opted_out_on: date | None = None
    paid_on: date | None = None


NOTHING_DONE = AccountState()


@value(frozen=True, slots=True)
class Situation:
    """All the state the rules need: per account (guarantor id), and the numbers (E.164) that opted out."""

    accounts: Mapping[str, AccountState] = field(default_factory=dict)
    opted_out_numbers: frozenset[str] = frozenset()

    def of(self, guarantor_id: str) -> AccountState:
        return self.accounts.get(guarantor_id, NOTHING_DONE)

    def with_part(self, part: Situation, ids: Collection[str]) -> Situation:
        """The same, but of these accounts what another one knows of them."""
        others = {each: state for each, state in self.accounts.items() if each not in ids}
        return Situation({**others, **part.accounts}, part.opted_out_numbers)

"""The field's own figures of a practice: receivables by age, days in receivables, what of production was collected.

What the exports can't say is None and never 0; `why` then says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from dipay.domain.accounts import Accounts
from dipay.domain.aging import BUCKET_ENDS, Buckets, four
from dipay.domain.columns import Flags
from dipay.domain.entries import ENTRY_KINDS, MoneyByDay
from dipay.domain.fields import EntryKind
from dipay.domain.running_sums import PastBalances

#: Production and collections are looked at over so many days, which are three months of thirty.
PERIOD_DAYS: Final = 90
_MONTHS: Final = 3
#: So many months are told one by one.
MONTHS_TOLD: Final = 12
#: More of the ledger's cents than this whose kind is not known, and nobody can say what production was.
_MOST_UNTOLD: Final = 0.05

#: Charges, and what is taken off them or put on.
_PRODUCTION: Final = (EntryKind.CHARGE, EntryKind.WRITE_OFF, EntryKind.ADJUSTMENT, EntryKind.PLAN_CREDIT)


@dataclass(frozen=True, slots=True)
class Receivables:
    """What is owed to the practice, in cents: by age before estimates, the patient portion by age; what is in credit.

    `accounts` owe something; of `not_known` more no amount is known, and none of theirs is counted.
    """

    total_cents: int
    buckets: Buckets
    portion_cents: int
    portion_buckets: Buckets
    credit_cents: int
    accounts: int
    not_known: int

    @property
    def over_90_share(self) -> float | None:
        """The share of it that is more than 90 days old; None where nothing is owed."""
        return self.buckets[-1] / self.total_cents if self.total_cents else None


def receivables(accounts: Accounts) -> Receivables:
    """What is owed by the accounts whose amounts are known."""
    known: Flags = accounts.amount_is_known
    aged = accounts.aged
    buckets, portion = aged.buckets[known], aged.portion_buckets[known]
    return Receivables(
        total_cents=int(buckets.sum()),
        buckets=four(buckets.sum(axis=0).tolist()),
        portion_cents=int(portion.sum()),
        portion_buckets=four(portion.sum(axis=0).tolist()),
        credit_cents=int(-aged.balance_cents[known].clip(max=0).sum()),
        accounts=int((buckets.sum(axis=1) > 0).sum()),
        not_known=int((~known).sum()),
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """What a ledger says of some days, in cents: treatment, that less write-offs and adjustments, and what came in."""

    first: date
    last: date
    gross_production_cents: int
    net_production_cents: int
    patient_payments_cents: int
    insurance_payments_cents: int

    @property
    def collections_cents(self) -> int:
        return self.patient_payments_cents + self.insurance_payments_cents


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the ledger, and what was owed when it ended, or so far; the shares of it that are old, in cents."""

    moved: Moved
    receivables_cents: int
    over_90_cents: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Production:
    """The last 90 days, the figures made of them, and the months one by one; `why` where they are not known.

    `working_days` are those on which somebody was treated. `days_in_receivables` is what is owed by what came in on a
    working day, `to_monthly_production` what is owed by the net production of a month, `collected_share` what came in
    by the net production. Each is None where it is not known.
    """

    period: Moved | None = None
    working_days: int = 0
    days_in_receivables: float | None = None
    to_monthly_production: float | None = None
    collected_share: float | None = None
    months: tuple[Month, ...] = ()
    why: str = ""


NO_LEDGER: Final = "the exports have no ledger"
NO_KINDS: Final = "the ledger has no column that tells treatment, payments and write-offs apart"


def production(money: MoneyByDay | None, owed: Receivables, as_of: date) -> Production:
    """What the ledger says of the 90 days to that day, and of the months before."""
    if money is None:
        return Production(why=NO_LEDGER)
    if not money.kinds_are_told:
        return Production(why=NO_KINDS)
    first = as_of - timedelta(days=PERIOD_DAYS - 1)
    within = _days(money, first, as_of)
    moved = np.abs(money.cents[within])
    untold = moved[money.kind[within] == ENTRY_KINDS.index(EntryKind.OTHER)].sum()
    if untold > _MOST_UNTOLD * moved.sum():
        return Production(why="the ledger has too many entries whose type is not known")
    months = _months(money, as_of)
    if not len(money.day) or int(money.day.min()) > first.toordinal():
        return Production(months=months, why=f"the ledger does not go back {PERIOD_DAYS} days")
    period = _moved(money, first, as_of)
    treated = within & (money.kind == ENTRY_KINDS.index(EntryKind.CHARGE)) & (money.cents > 0)
    working_days = len(np.unique(money.day[treated]))
    collected, net = period.collections_cents, period.net_production_cents
    return Production(
        period,
        working_days,
        days_in_receivables=owed.total_cents / (collected / working_days) if collected > 0 and working_days else None,
        to_monthly_production=owed.total_cents / (net / _MONTHS) if net > 0 else None,
        collected_share=collected / net if net > 0 else None,
        months=months,
    )


def _days(money: MoneyByDay, first: date, last: date) -> Flags:
    found: Flags = (money.day >= first.toordinal()) & (money.day <= last.toordinal())
    return found


def _moved(money: MoneyByDay, first: date, last: date) -> Moved:
    within = _days(money, first, last)
    by_kind = np.zeros(len(ENTRY_KINDS), np.int64)
    np.add.at(by_kind, money.kind[within], money.cents[within])
    of = dict(zip(ENTRY_KINDS, by_kind.tolist(), strict=True))
    return Moved(
        first,
        last,
        of[EntryKind.CHARGE],
        sum(of[kind] for kind in _PRODUCTION),
        -(of[EntryKind.PAYMENT] + of[EntryKind.RETURNED_PAYMENT]),
        -of[EntryKind.INSURANCE_PAYMENT],
    )


def _months(money: MoneyByDay, as_of: date) -> tuple[Month, ...]:
    """The last twelve months that the ledger has, the one of that day so far."""
    if not len(money.day):
        return ()
    past, everybody = PastBalances(money), np.unique(money.account)
    earliest = date.fromordinal(int(money.day.min())).replace(day=1)
    found: list[Month] = []
    first = as_of.replace(day=1)
    while first >= earliest and len(found) < MONTHS_TOLD:
        end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        last = min(as_of, end)
        evening = np.full(len(everybody), last.toordinal())
        balances = past.owed(everybody, evening + 1).balance_cents
        old = past.unpaid_older_than(BUCKET_ENDS[-1], everybody, evening)
        found.append(
            Month(_moved(money, first, last), int(balances.clip(min=0).sum()), int(old.sum()), is_over=last == end)
        )
        first = (first - timedelta(days=1)).replace(day=1)
    return tuple(reversed(found))

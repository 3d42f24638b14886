"""Balances and aging: what is left of each charge once credits have paid the oldest first.

Credits pay over the whole account whatever their own date (the way Open Dental ages a family, Ledgers.cs). Because
only totals per day of charges and one total of credits are needed, a ledger of any length is summed as it is read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dipay.domain.entries import NETTED_KINDS, LedgerEntry
from dipay.domain.fields import EntryKind
from dipay.domain.values import value

#: Work done: what a visit is read from where the export has no column for visits. A fee or a type whose word is not
#: known is none: it would open an account to a new campaign, month after month.
VISIT_KINDS = frozenset({EntryKind.CHARGE})

#: The last day, in days of age, of the first three buckets: 0-30, 31-60, 61-90, and over 90.
BUCKET_ENDS = (30, 60, 90)

Buckets = tuple[int, int, int, int]
NO_BUCKETS: Buckets = (0, 0, 0, 0)


def bucket_of(age_days: int) -> int:
    """The bucket (0 to 3) of an unpaid amount that old: day 30 is in the first, day 31 in the second."""
    return bisect_left(BUCKET_ENDS, age_days)


@value(frozen=True, slots=True)
class AgedBalance:
    """An account's balance and what of it is unpaid since when, in cents.

    `buckets` hold the unpaid charges before estimates, `portion_buckets` the patient portion: after estimates. The
    balance of an account in credit is below zero and its buckets are empty. `oldest_unpaid_days` is the age of the
    oldest unpaid part of the portion, None where nothing is unpaid. With `only_bucket_known` (a balances export) it is
    the youngest day of that part's bucket.
    """

    balance_cents: int
    buckets: Buckets = NO_BUCKETS
    portion_buckets: Buckets = NO_BUCKETS
    insurance_estimate_cents: int = 0
    writeoff_estimate_cents: int = 0
    oldest_unpaid_days: int | None = None
    only_bucket_known: bool = False

    @property
    def patient_portion_cents(self) -> int:
        """Balance less both estimates; the amount asked for."""
        return self.balance_cents - self.insurance_estimate_cents - self.writeoff_estimate_cents


#: The age of the oldest unpaid part in a column, where nothing is unpaid.
NOTHING_UNPAID: Final = -1


#: The youngest day, in days of age, of each bucket.
_BUCKET_BEGINS: Final = (0, *(end + 1 for end in BUCKET_ENDS))


def paid_oldest_first(buckets: Buckets, cents: int) -> Buckets:
    """What is left in each bucket once so much is paid of the oldest ones first."""
    left = []
    for each in reversed(buckets):
        taken = min(each, cents)
        cents -= taken
        left.append(each - taken)
    return four(left[::-1])


def youngest_day(buckets: Buckets) -> int:
    """The age in days that stands for the oldest part that is unpaid, where only its bucket is known."""
    unpaid = [begins for begins, cents in zip(_BUCKET_BEGINS, buckets, strict=True) if cents]
    return max(unpaid, default=NOTHING_UNPAID)


def four(cents: Sequence[int]) -> Buckets:
    return cents[0], cents[1], cents[2], cents[3]


@dataclass(slots=True)
class AccountSums:
    """What a ledger adds up to for one account: charges per day, and credits in one sum. Amounts in cents.

    Days are ordinals (`date.toordinal`). `estimated` holds, per day, what estimates on ledger rows take off the charges
    of that day; `attached` the net of adjustments per patient, charge and day, where the export has links.
    `latest_charge` is the day of the latest work done, 0 for none.
    """

    charges: dict[int, int] = field(default_factory=dict)
    credit_cents: int = 0
    estimated: dict[int, int] = field(default_factory=dict)
    estimate_over_cents: int = 0
    insurance_estimate_cents: int = 0
    writeoff_estimate_cents: int = 0
    attached: dict[tuple[str, str, int], int] = field(default_factory=dict)
    charge_days: dict[tuple[str, str], int] = field(default_factory=dict)
    latest_charge: int = 0

    def add(self, entry: LedgerEntry) -> None:
        """Adds one entry. The caller leaves out what is dated after the day the balance is wanted for."""
        day = entry.day.toordinal()
        estimate = entry.insurance_estimate_cents + entry.writeoff_estimate_cents
        self.insurance_estimate_cents += entry.insurance_estimate_cents
        self.writeoff_estimate_cents += entry.writeoff_estimate_cents
        if entry.applies_to and entry.kind in NETTED_KINDS:
            key = (entry.patient_id, entry.applies_to, day)
            self.attached[key] = self.attached.get(key, 0) + entry.cents
        elif entry.cents > 0:
            self.add_charge(day, entry.cents, estimate)
            if entry.kind in VISIT_KINDS:
                self.latest_charge = max(self.latest_charge, day)
            if entry.entry_id:
                self.charge_days[entry.patient_id, entry.entry_id] = day
            estimate = 0
        else:
            self.credit_cents -= entry.cents
        self.estimate_over_cents += estimate

    def add_charge(self, day: int, cents: int, estimate_cents: int = 0) -> None:
        """Adds a charge of that day, and what estimates take off it; what exceeds the charge counts as a credit."""
        self.charges[day] = self.charges.get(day, 0) + cents
        if estimate_cents:
            taken = min(cents, estimate_cents)
            self.estimated[day] = self.estimated.get(day, 0) + taken
            self.estimate_over_cents += estimate_cents - taken

    @property
    def balance_cents(self) -> int:
        return sum(self.charges.values()) + sum(self.attached.values()) - self.credit_cents

    def aged(self, as_of: date, insurance_cents: int = 0, writeoff_cents: int = 0) -> AgedBalance:
        """The account aged at `as_of`, with the estimates of its patients or balances rows taken off as well."""
        today = as_of.toordinal()
        charges, credit = self._netted(today)
        unpaid = _pay_oldest_first(charges, credit)
        if self.estimated or self.estimate_over_cents:
            lowered = {day: cents - self.estimated.get(day, 0) for day, cents in charges.items()}
            over = sum(-cents for cents in lowered.values() if cents < 0)
            lowered = {day: max(0, cents) for day, cents in lowered.items()}
            portion = _pay_oldest_first(lowered, credit + self.estimate_over_cents + over)
        else:
            portion = unpaid
        return _aged(
            self.balance_cents, unpaid, portion, today,
            (self.insurance_estimate_cents, self.writeoff_estimate_cents), insurance_cents, writeoff_cents,
        )  # fmt: skip

    def _netted(self, today: int) -> tuple[dict[int, int], int]:
        """Charges per day and the general credit, after adjustments were netted with the charge they are tied to."""
        if not self.attached:
            return self.charges, self.credit_cents
        charges, credit = dict(self.charges), self.credit_cents
        lowering: list[tuple[int, int]] = []
        for (patient_id, charge_id, day), cents in self.attached.items():
            if cents > 0:
                charges[day] = charges.get(day, 0) + cents
            else:
                charge_day = self.charge_days.get((patient_id, charge_id))
                if charge_day is None:
                    credit -= cents
                else:
                    lowering.append((charge_day, -cents))
        for charge_day, cents in lowering:
            credit += _lower_bucket(charges, charge_day, cents, today)
        return charges, credit


def aged_from_buckets(buckets: Buckets, balance_cents: int, insurance_cents: int, writeoff_cents: int) -> AgedBalance:
    """A balances row as it is, with its estimates taken off the newest bucket first.

    Of the oldest unpaid part only the bucket is known: its youngest day (0, 31, 61 or 91) stands for it.
    """
    left = _take_newest_first(
        {-age: cents for age, cents in zip(_BUCKET_BEGINS, buckets, strict=True) if cents > 0},
        insurance_cents + writeoff_cents,
    )
    portion = tuple(left.get(-age, 0) for age in _BUCKET_BEGINS)
    return AgedBalance(
        balance_cents=balance_cents,
        buckets=buckets,
        portion_buckets=four(portion),
        insurance_estimate_cents=insurance_cents,
        writeoff_estimate_cents=writeoff_cents,
        oldest_unpaid_days=-min(left) if left else None,
        only_bucket_known=True,
    )


def _aged(
    balance_cents: int,
    unpaid: Mapping[int, int],
    portion: Mapping[int, int],
    today: int,
    estimated: tuple[int, int],
    insurance_cents: int,
    writeoff_cents: int,
) -> AgedBalance:
    """The balance in buckets. `portion` is what is unpaid after the estimates that are counted already."""
    buckets = _bucketed(unpaid, today)
    more = insurance_cents + writeoff_cents
    left = _take_newest_first(portion, more) if more else portion
    return AgedBalance(
        balance_cents=balance_cents,
        buckets=buckets,
        portion_buckets=buckets if left is unpaid else _bucketed(left, today),
        insurance_estimate_cents=estimated[0] + insurance_cents,
        writeoff_estimate_cents=estimated[1] + writeoff_cents,
        oldest_unpaid_days=today - min(left) if left else None,
    )


def _pay_oldest_first(charges: Mapping[int, int], credit: int) -> dict[int, int]:
    """What is left of each day's charges."""
    if credit >= sum(charges.values()):
        return {}
    return _take(charges, credit, newest_first=False)


def _take_newest_first(charges: Mapping[int, int], amount: int) -> dict[int, int]:
    return _take(charges, amount, newest_first=True)


def _take(charges: Mapping[int, int], amount: int, *, newest_first: bool) -> dict[int, int]:
    left = {}
    for day in sorted(charges, reverse=newest_first):
        taken = min(charges[day], amount)
        amount -= taken
        if charges[day] > taken:
            left[day] = charges[day] - taken
    return left


def _lower_bucket(charges: dict[int, int], day: int, cents: int, today: int) -> int:
    """Takes a tied credit off its charge's day, then off the rest of that bucket; returns what exceeds the bucket."""
    bucket = bucket_of(today - day)
    same_bucket = sorted(each for each in charges if bucket_of(today - each) == bucket)
    for each in (day, *same_bucket):
        taken = min(charges.get(each, 0), cents)
        if taken:
            charges[each] -= taken
            cents -= taken
    return cents


def _bucketed(unpaid: Mapping[int, int], today: int) -> Buckets:
    if not unpaid:
        return NO_BUCKETS
    buckets = [0, 0, 0, 0]
    for day, cents in unpaid.items():
        buckets[bucket_of(today - day)] += cents
    return four(buckets)

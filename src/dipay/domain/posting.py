"""Which payments the exports show, and which are a credit that they lack.

A payment that an export shows lowers the account there; one that none shows yet is taken off by dipay. Counted twice it
would let somebody owe; counted never it would ask somebody who paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, combinations
from typing import Final

from dipay.domain.payments import KnownPayment, PaymentState, Posted

#: A payment is keyed in on a day of its own: no earlier than the day before, and so many days later at most.
EARLIEST: Final = timedelta(days=1)
LATEST: Final = timedelta(days=14)
#: So many payments of one account are looked for in one day's sum.
_MOST_TOGETHER: Final = 8

#: Amounts in cents, by their day.
Dated = Sequence[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class ExportsView:
    """What today's exports say of the accounts that paid.

    `day` is that of the oldest file. `credits` are what the ledger has of payments of each account, summed by their day
    and above zero; None without a ledger. `portions` is what each owes by the exports alone, `seen` what it owed in
    earlier ones by their days, oldest first, where it changed.
    """

    day: date
    credits: Mapping[str, Dated] | None = None
    portions: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, Dated] = field(default_factory=dict)


def shown_by(exports: ExportsView, payments: Iterable[KnownPayment]) -> frozenset[int]:
    """The numbers of the payments that these exports show, of those that nobody knew to be posted.

    `payments` are all of their accounts', those known to be posted too: what shows one can't show another.
    """
    by_account: dict[str, list[KnownPayment]] = {}
    for each in sorted(payments, key=lambda each: (each.day, each.number)):
        if each.state is not PaymentState.FAILED:
            by_account.setdefault(each.guarantor_id, []).append(each)
    shown: set[int] = set()
    for account, theirs in by_account.items():
        there = [each for each in theirs if each.day <= exports.day]
        if exports.credits is not None:
            shown |= _in_ledger(exports.credits.get(account, ()), there)
        elif account in exports.portions:
            shown |= _in_balance(exports.portions[account], exports.seen.get(account, ()), there)
    unposted = {each.number for theirs in by_account.values() for each in theirs if each.posted_on is None}
    return frozenset(shown & unposted)


def _in_ledger(there: Dated, payments: Sequence[KnownPayment]) -> set[int]:
    """The payments of one account, oldest first, that the credits of its days show, each day once.

    Where an office keyed in several on one day, they are shown by their sum.
    """
    shown: set[int] = set()
    for day, cents in sorted(there):
        waiting = [
            each
            for each in payments
            if each.number not in shown and each.day - EARLIEST <= day <= each.day + LATEST and each.amount_cents
        ][:_MOST_TOGETHER]
        together = (some for size in range(1, len(waiting) + 1) for some in combinations(waiting, size))
        shown |= next(({each.number for each in some} for some in together if _may_be(some, cents)), set())
    return shown


def _may_be(payments: Sequence[KnownPayment], cents: int) -> bool:
    """Whether that may be these payments together: what went back is keyed in by itself, or left out of both."""
    return cents in (sum(each.amount_cents for each in payments), sum(each.left_cents for each in payments))


def _in_balance(portion_cents: int, seen: Dated, payments: Sequence[KnownPayment]) -> set[int]:
    """The payments of one account, oldest first, by which it owes exactly less than before the first of them."""
    waiting = [each for each in payments if each.posted_on is None and each.left_cents]
    if not waiting:
        return set()
    before = [cents for day, cents in seen if day < waiting[0].day]
    if not before:
        return set()
    lower = before[-1] - portion_cents
    sums = list(accumulate(each.left_cents for each in waiting))
    return {each.number for each in waiting[: sums.index(lower) + 1]} if lower in sums else set()


def counts(payment: KnownPayment, export_day: date, shown: frozenset[int]) -> bool:
    """Whether a payment is a credit that exports of that day lack.

    What a person says is keyed in stands in no export that was made before.
    """
    if not payment.left_cents or payment.number in shown or payment.how is Posted.BY_EXPORT:
        return False
    return payment.posted_on is None or export_day <= payment.posted_on

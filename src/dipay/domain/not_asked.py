"""Beside accounts that were asked, what comparable ones paid that were not: by the ledger, on the same days.

It is no proof of anything: who was not asked differs in more than that. Nothing here is left out because it looks bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dipay.domain.aging import BUCKET_ENDS
from dipay.domain.collected import LONGEST, WINDOWS, Payments
from dipay.domain.columns import Flags, Numbers
from dipay.domain.running_sums import Mornings, Owed, PastBalances, TotalsUntil

#: Of fewer accounts a share says nothing.
LEAST: Final = 20
#: The aging category of an account that owes nothing.
NOTHING_OWED: Final = -1


def categories(owed: Owed) -> Numbers:
    """The bucket of each account's oldest unpaid part, `NOTHING_OWED` where nothing is unpaid."""
    found: Numbers = np.where(owed.oldest_age < 0, NOTHING_OWED, np.searchsorted(BUCKET_ENDS, owed.oldest_age))
    return found


@dataclass(frozen=True, slots=True)
class Beside:
    """Accounts that were asked and, within so many days of the same mornings, comparable ones that were not.

    `asked` are the requests whose window is over, `compared` those for which there was anybody to compare with. Of
    these: how many paid anything, what they owed that morning and what of it they paid, in cents. `not_asked` are the
    different accounts they are compared with; `of_not_asked_paid` and `of_owed_paid` are shares of these, weighed by
    the days and aging categories of the compared ones. None where there are fewer than `LEAST` of either.
    """

    days: int
    asked: int
    compared: int
    paid: int
    owed_cents: int
    paid_cents: int
    not_asked: int
    of_not_asked_paid: float | None
    of_owed_paid: float | None

    @property
    def of_asked_paid(self) -> float | None:
        """The share of the compared accounts that paid anything; None where there are too few."""
        return self.paid / self.compared if self.of_not_asked_paid is not None else None

    @property
    def of_asked_owed_paid(self) -> float | None:
        """The share of what they owed; None where there are too few."""
        return self.paid_cents / self.owed_cents if self.of_owed_paid is not None and self.owed_cents else None


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Requests to be compared, as columns: whose, on which day, and where an account must not be asked to count."""

    account: Numbers
    day: Numbers


def compare(
    asked: Asked,
    groups: Mapping[str, Flags],
    past: PastBalances,
    payments: Payments,
    tried: Asked,
    may_count: Flags,
    minimum_cents: int,
    known_until: int,
) -> dict[str, list[Beside]]:
    """For each group of requests a comparison for each of `WINDOWS`.

    `tried` are all messages to anybody: who got one from 30 days before the day to the window's end was asked.
    `may_count` says of every account whether its amounts are known; who counts owed at least `minimum_cents`.
    """
    accounts = len(may_count)
    mornings = Mornings(past, accounts)
    paid = _Between(Asked(payments.account, payments.day), payments.cents, accounts)
    messages = _Between(tried, np.ones(len(tried.account), np.int64), accounts)
    sums = {name: [_Sums(accounts) for _ in WINDOWS] for name in groups}
    for day in np.unique(asked.day).tolist():
        owed = mornings.owed(day)
        category = categories(owed)
        could = may_count & (owed.balance_cents >= minimum_cents)
        requests = np.flatnonzero(asked.day == day)
        for place, days in enumerate(WINDOWS):
            if day + days > known_until:
                continue
            not_asked = could & (messages.from_to(day - LONGEST, day + days, place) == 0)
            came = paid.from_to(day, day + days, place)
            for each in range(len(BUCKET_ENDS) + 1):
                theirs = requests[category[asked.account[requests]] == each]
                if len(theirs):
                    cell = _Cell.of(owed.balance_cents, came, not_asked & (category == each))
                    for name, is_in in groups.items():
                        sums[name][place].add(cell, asked.account[theirs[is_in[theirs]]], owed.balance_cents, came)
            for name, is_in in groups.items():
                sums[name][place].asked += int(is_in[requests].sum())
    return {
        name: [each.beside(days) for each, days in zip(found, WINDOWS, strict=True)] for name, found in sums.items()
    }


class _Between:
    """What accounts' amounts come to between two days that only move on, for each of `WINDOWS`."""

    def __init__(self, whose: Asked, amounts: Numbers, accounts: int) -> None:
        self._ends = [TotalsUntil(whose.account, whose.day, amounts, accounts) for _ in WINDOWS]
        self._starts = [TotalsUntil(whose.account, whose.day, amounts, accounts) for _ in WINDOWS]

    def from_to(self, first: int, last: int, window: int) -> Numbers:
        return self._ends[window].to(last) - self._starts[window].to(first - 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """The comparable accounts of one morning and category: who they are, and what shares they paid."""

    accounts: Flags
    count: int
    share: float
    share_of_owed: float

    @classmethod
    def of(cls, owed: Numbers, came: Numbers, accounts: Flags) -> _Cell:
        count = int(accounts.sum())
        if not count:
            return cls(accounts, 0, 0.0, 0.0)
        share = int((came[accounts] > 0).sum()) / count
        return cls(
            accounts, count, share, int(np.minimum(came, owed)[accounts].sum()) / max(1, int(owed[accounts].sum()))
        )


class _Sums:
    def __init__(self, accounts: int) -> None:
        self.asked = self.compared = self.paid = self.owed_cents = self.paid_cents = 0
        self.expected = self.expected_cents = 0.0
        self.accounts: Flags = np.zeros(accounts, np.bool_)

    def add(self, cell: _Cell, theirs: Numbers, owed: Numbers, came: Numbers) -> None:
        if not cell.count or not len(theirs):
            return
        self.accounts |= cell.accounts
        self.compared += len(theirs)
        self.paid += int((came[theirs] > 0).sum())
        owed_cents = int(owed[theirs].sum())
        self.owed_cents += owed_cents
        self.paid_cents += int(np.minimum(came, owed)[theirs].sum())
        self.expected += cell.share * len(theirs)
        self.expected_cents += cell.share_of_owed * owed_cents

    def beside(self, days: int) -> Beside:
        not_asked = int(self.accounts.sum())
        enough = self.compared >= LEAST and not_asked >= LEAST
        return Beside(
            days, self.asked, self.compared, self.paid, self.owed_cents, self.paid_cents, not_asked,
            self.expected / self.compared if enough else None,
            self.expected_cents / self.owed_cents if enough and self.owed_cents else None,
        )  # fmt: skip


def groups_of(labels: Sequence[str]) -> dict[str, Flags]:
    """Which requests have each label, in the order of the labels."""
    column = np.array(labels, np.str_) if labels else np.zeros(0, np.str_)
    return {label: column == label for label in sorted(set(labels))}

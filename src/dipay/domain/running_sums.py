"""What accounts were charged, paid or sent day by day, as columns that answer "how much from this day to that one"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from dipay.domain.columns import Flags, Numbers
from dipay.domain.entries import MoneyByDay

#: An account's place and a day's ordinal in one number that sorts by both.
_DAY_BITS: Final = 20
#: No day is later.
LAST_DAY: Final = (1 << _DAY_BITS) - 1


def key_of(account: Numbers, day: Numbers) -> Numbers:
    """One number for each account and day, which sorts by both."""
    return (account.astype(np.int64) << _DAY_BITS) | day


class RunningSums:
    """Amounts by account and day. What is asked of it are columns too: an account and two days for each answer."""

    def __init__(self, account: Numbers, day: Numbers, amount: Numbers) -> None:
        keys = key_of(account, day)
        order = np.argsort(keys, kind="stable")
        self.keys: Numbers = keys[order]
        self.running: Numbers = np.concatenate(([0], np.cumsum(amount[order], dtype=np.int64)))

    def between(self, account: Numbers, first: Numbers, last: Numbers) -> Numbers:
        """What the accounts' amounts from the first to the last day come to, both included."""
        after = np.searchsorted(self.keys, key_of(account, np.clip(last, 0, LAST_DAY)), side="right")
        before = np.searchsorted(self.keys, key_of(account, np.clip(first, 0, LAST_DAY)))
        return self.running[after] - self.running[before]

    def day_at(self, place: Numbers) -> Numbers:
        """The day of the amounts at these places in their order."""
        return self.keys[place] & LAST_DAY


class TotalsUntil:
    """What each account's amounts come to until a day that only moves on: every amount is added once."""

    def __init__(self, account: Numbers, day: Numbers, amount: Numbers, accounts: int) -> None:
        order = np.argsort(day, kind="stable")
        self._account, self._day, self._amount = account[order], day[order], amount[order]
        self._added = 0
        self._totals: Numbers = np.zeros(accounts, np.int64)

    def to(self, day: int) -> Numbers:
        """The totals of all amounts on and before that day, which is no earlier one than was asked for last."""
        end = int(np.searchsorted(self._day, day, side="right"))
        np.add.at(self._totals, self._account[self._added : end], self._amount[self._added : end])
        self._added = max(end, self._added)
        return self._totals.copy()


@dataclass(frozen=True, slots=True, eq=False)
class Owed:
    """What accounts owed on the morning of a day, in cents, and since when its oldest unpaid part is unpaid.

    The balance is below zero for an account in credit; `oldest_age` is -1 where nothing is unpaid.
    """

    balance_cents: Numbers
    oldest_age: Numbers


class PastBalances:
    """What a ledger says that accounts owed on some morning: by the entries before that day, oldest charges paid first.

    Estimates and adjustments that are tied to a charge are left out of it: what they were then no export tells.
    """

    def __init__(self, money: MoneyByDay) -> None:
        is_charge: Flags = money.cents > 0
        charge, credit = np.flatnonzero(is_charge), np.flatnonzero(~is_charge)
        self.charges = money.account[charge], money.day[charge], money.cents[charge]
        self.credits = money.account[credit], money.day[credit], -money.cents[credit]
        self._charged, self._credited = RunningSums(*self.charges), RunningSums(*self.credits)

    def owed(self, account: Numbers, day: Numbers) -> Owed:
        """What each of these accounts owed on the morning of its day."""
        start, before = np.zeros_like(day), day - 1
        charged, credited = (each.between(account, start, before) for each in (self._charged, self._credited))
        return self.left(charged, credited, day, self.firsts(account))

    def firsts(self, account: Numbers) -> Numbers:
        """Where each account's charges begin."""
        return np.searchsorted(self._charged.keys, key_of(account, np.zeros_like(account)))

    def left(self, charged: Numbers, credited: Numbers, day: Numbers, firsts: Numbers) -> Owed:
        """What is left of accounts' charges by the morning of a day, the oldest of which stand at `firsts`."""
        age = np.full(len(charged), -1, np.int64)
        owing = np.flatnonzero(charged > credited)
        # The first charge that the credits don't reach.
        reached = self._charged.running[firsts[owing]] + credited[owing]
        unpaid = np.searchsorted(self._charged.running, reached, side="right") - 1
        age[owing] = day[owing] - self._charged.day_at(unpaid)
        return Owed(charged - credited, age)

    def unpaid_older_than(self, days: int, account: Numbers, day: Numbers) -> Numbers:
        """What of each account's charges is more than so many days old, and unpaid, on the evening of its day."""
        start = np.zeros_like(day)
        charged = self._charged.between(account, start, day - 1 - days)
        left: Numbers = np.clip(charged - self._credited.between(account, start, day), 0, None)
        return left


class Mornings:
    """What all accounts owed on one morning after the other."""

    def __init__(self, past: PastBalances, accounts: int) -> None:
        self._past, self._firsts = past, past.firsts(np.arange(accounts))
        self._charged, self._credited = TotalsUntil(*past.charges, accounts), TotalsUntil(*past.credits, accounts)

    def owed(self, day: int) -> Owed:
        """What each account owed on the morning of that day, which is no earlier one than was asked for last."""
        charged, credited = self._charged.to(day - 1), self._credited.to(day - 1)
        return self._past.left(charged, credited, np.full(len(charged), day), self._firsts)

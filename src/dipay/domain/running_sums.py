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
        self._charged = RunningSums(money.account[charge], money.day[charge], money.cents[charge])
        self._credited = RunningSums(money.account[credit], money.day[credit], -money.cents[credit])

    def owed(self, account: Numbers, day: Numbers) -> Owed:
        """What each of these accounts owed on the morning of its day."""
        start, before = np.zeros_like(day), day - 1
        charged, credited = (each.between(account, start, before) for each in (self._charged, self._credited))
        firsts = np.searchsorted(self._charged.keys, key_of(account, start))
        # The first charge that the credits don't reach.
        unpaid = np.searchsorted(self._charged.running, self._charged.running[firsts] + credited, side="right") - 1
        age = np.full(len(account), -1, np.int64)
        owing = np.flatnonzero(charged > credited)
        age[owing] = day[owing] - self._charged.day_at(unpaid[owing])
        return Owed(charged - credited, age)

    def unpaid_older_than(self, days: int, account: Numbers, day: Numbers) -> Numbers:
        """What of each account's charges is more than so many days old, and unpaid, on the evening of its day."""
        start = np.zeros_like(day)
        charged = self._charged.between(account, start, day - 1 - days)
        left: Numbers = np.clip(charged - self._credited.between(account, start, day), 0, None)
        return left

"""Money that came in after requests: each payment counts for the last message before it, and each cent once.

That a payment came after a message is all that is said: not that it came because of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from dipay.domain.columns import Flags, Numbers
from dipay.domain.entries import ENTRY_KINDS, MoneyByDay
from dipay.domain.fields import EntryKind
from dipay.domain.running_sums import key_of

#: Within how many days of a message: those of its own day, and of so many days after it.
WINDOWS: Final = (7, 14, 30)
LONGEST: Final = max(WINDOWS)


@dataclass(frozen=True, slots=True, eq=False)
class Payments:
    """What patients paid: the account's place, the day's ordinal and the cents, which are above zero."""

    account: Numbers
    day: Numbers
    cents: Numbers


def patients_payments(money: MoneyByDay) -> Payments:
    """What patients paid and was not returned, in the order of accounts and days.

    A payment that was returned takes back the newest ones of its account up to its day. Where the ledger does not tell
    kinds apart every credit counts, and nothing can be seen to be returned.
    """
    wanted = ENTRY_KINDS.index(EntryKind.PAYMENT if money.kinds_are_told else EntryKind.OTHER)
    returns = (wanted, ENTRY_KINDS.index(EntryKind.RETURNED_PAYMENT))
    paid = np.flatnonzero((money.kind == wanted) & (money.cents < 0))
    account, day, cents = money.account[paid], money.day[paid], -money.cents[paid]
    if money.kinds_are_told:
        returned = np.flatnonzero(np.isin(money.kind, returns) & (money.cents > 0))
        cents = cents.copy()
        keys = key_of(account, day)
        places = np.searchsorted(keys, key_of(money.account[returned], money.day[returned]), side="right")
        for place, row in zip(places.tolist(), returned.tolist(), strict=True):
            _take_back(account, cents, place - 1, int(money.account[row]), int(money.cents[row]))
        left = np.flatnonzero(cents)
        account, day, cents = account[left], day[left], cents[left]
    return Payments(account, day, cents)


def _take_back(account: Numbers, cents: Numbers, place: int, whose: int, returned: int) -> None:
    while returned > 0 and place >= 0 and account[place] == whose:
        taken = min(returned, int(cents[place]))
        cents[place] -= taken
        returned -= taken
        place -= 1


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """What came in after each message, in cents: a column for each of `WINDOWS`, the longer ones hold the shorter.

    `same_day` of it came on the message's own day. `is_over` says of each window whether all its days are known,
    `counts` whether the message went out at all.
    """

    cents: Numbers
    same_day: Numbers
    is_over: Flags
    counts: Flags


def last_before(account: Numbers, day: Numbers, counts: Flags, then_account: Numbers, then_day: Numbers) -> Numbers:
    """The place of the account's last message that counts on or before each day, within the longest window; else -1.

    The messages stand in the order they were sent: of two on one day the later one is the last.
    """
    counted = np.flatnonzero(counts)
    if not len(counted):
        return np.full(len(then_account), -1, np.int64)
    keys = key_of(account[counted], day[counted])
    order = np.argsort(keys, kind="stable")
    found = np.searchsorted(keys[order], key_of(then_account, then_day), side="right") - 1
    place = counted[order[found.clip(min=0)]]
    is_its = (found >= 0) & (account[place] == then_account) & (then_day - day[place] <= LONGEST)
    return np.where(is_its, place, -1)


def collected(account: Numbers, day: Numbers, counts: Flags, payments: Payments, known_until: int) -> Collected:
    """What came in after each of these messages, which stand in the order they were sent.

    Only those count that may have reached somebody whose payments are known. `known_until` is the last day of which the
    ledger may know everything, as an ordinal.
    """
    cents = np.zeros((len(account), len(WINDOWS)), np.int64)
    same_day = np.zeros(len(account), np.int64)
    place = last_before(account, day, counts, payments.account, payments.day)
    paid_for = np.flatnonzero(place >= 0)
    place = place[paid_for]
    later, paid = payments.day[paid_for] - day[place], payments.cents[paid_for]
    for column, days in enumerate(WINDOWS):
        within = later <= days
        np.add.at(cents[:, column], place[within], paid[within])
    np.add.at(same_day, place[later == 0], paid[later == 0])
    is_over = day[:, None] + np.array(WINDOWS) <= known_until
    return Collected(cents, same_day, is_over, counts)

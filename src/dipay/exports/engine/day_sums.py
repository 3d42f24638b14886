"""Charges per account and day, and credits per account, summed in arrays: what a long plain ledger adds up to.

The same sums as `AccountSums`, for many accounts at once. Memory grows with accounts and the days they were charged
on, not with rows: what is added is merged, again and again, into the days each account has.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dipay.domain.aged_balances import AgedBalances
from dipay.domain.aging import BUCKET_ENDS, NOTHING_UNPAID
from dipay.domain.columns import Numbers

#: Accounts' days and their cents; once merged in order, each once, and in 32 bits where none needs more.
Run = tuple[Numbers, Numbers]
#: An account's number and a day's ordinal in one number that sorts by both; the year 2200 is day 803,533.
_DAY_BITS = 20
_DAY = (1 << _DAY_BITS) - 1
#: So few that their numbers, counted from the first of them, fit with the day into 32 bits.
_GROUP = 1 << 11
_MERGE_ROWS = 1 << 19


class DaySums:
    """The sums of `accounts` accounts, known by their number."""

    def __init__(self, accounts: int) -> None:
        self.credit_cents = np.zeros(accounts, np.int64)
        self.latest_charge = np.zeros(accounts, np.int64)
        #: What was added since the last merge, piece by piece.
        self._added: list[Run] = []
        self._rows_added = 0
        #: All before it, merged, by groups of accounts, which are numbered from the first of their group.
        self._groups: list[Run] = [_nothing() for _ in range(0, accounts, _GROUP)]
        self._rows = 0

    def add(self, account: Numbers, day: Numbers, cents: Numbers, is_visit: NDArray[np.bool_] | None) -> None:
        """Adds rows: charges above zero to their day, the rest to the account's credit.

        Where nobody asks for the latest charge, no row need be a visit.
        """
        is_charge = cents > 0
        credits_, charges = np.flatnonzero(~is_charge), np.flatnonzero(is_charge)
        np.subtract.at(self.credit_cents, account[credits_], cents[credits_])
        if is_visit is not None:
            visits = np.flatnonzero(is_charge & is_visit)
            np.maximum.at(self.latest_charge, account[visits], day[visits])
        self._added.append(((account[charges] << _DAY_BITS) | day[charges], cents[charges]))
        self._rows_added += len(charges)
        # The more there is, the more is gathered before it is gone through again: the work grows with the rows.
        if self._rows_added > max(_MERGE_ROWS, self._rows // 4):
            self._merge()

    def _merge(self) -> None:
        """Puts what was added to its groups, one after the other: each is there twice only while it is made anew."""
        if not self._added:
            return
        keys, cents = _in_order(*(np.concatenate(each) for each in zip(*self._added, strict=True)))
        self._added.clear()
        self._rows_added = 0
        firsts = np.arange(len(self._groups) + 1) * (_GROUP << _DAY_BITS)
        bounds = keys.searchsorted(firsts).tolist()
        for group, (first, last) in enumerate(pairwise(bounds)):
            if first < last:
                before, cents_before = self._groups[group]
                merged, summed = _in_order(
                    np.concatenate((before, keys[first:last] - firsts[group])),
                    np.concatenate((cents_before, cents[first:last])),
                )
                self._groups[group] = merged.astype(np.int32), summed
        self._rows = sum(len(keys) for keys, _ in self._groups)

    def aged(self, as_of: date, insurance_cents: Numbers, writeoff_cents: Numbers) -> AgedBalances:
        """All accounts aged at `as_of`, with these estimates taken off: the same as `AccountSums.aged` of each."""
        self._merge()
        balances = -self.credit_cents
        estimates = insurance_cents + writeoff_cents
        buckets, portion = np.zeros((2, len(balances), len(BUCKET_ENDS) + 1), np.int64)
        oldest = np.full(len(balances), NOTHING_UNPAID, np.int64)
        for group, (keys, charged) in enumerate(self._groups):
            account = group * _GROUP + (keys >> _DAY_BITS)
            # Added as they are, numbers of 32 bits would take numpy's slow way, fifty times as long.
            np.add.at(balances, account, charged.astype(np.int64))
            # Credits pay the oldest first, estimates come off the newest first.
            unpaid = _after(self.credit_cents, account, charged)
            some = np.flatnonzero(unpaid)
            account, age, unpaid = account[some], as_of.toordinal() - (keys[some] & _DAY), unpaid[some]
            bucket = np.searchsorted(BUCKET_ENDS, age)
            left = _after(estimates, account[::-1], unpaid[::-1])[::-1]
            np.add.at(buckets.reshape(-1), account * buckets.shape[1] + bucket, unpaid)
            np.add.at(portion.reshape(-1), account * portion.shape[1] + bucket, left)
            some = np.flatnonzero(left)
            # From the newest to the oldest: the last one to be written is the oldest.
            oldest[account[some[::-1]]] = age[some[::-1]]
        return AgedBalances(
            balances, buckets, portion, insurance_cents, writeoff_cents, oldest, np.zeros(len(balances), np.bool_)
        )


def _after(amounts: Numbers, account: Numbers, cents: Numbers) -> Numbers:
    """What is left of the cents of each account's days, once its amount is taken off them in their order."""
    running = np.cumsum(cents, dtype=np.int64)
    starts = np.flatnonzero(np.diff(account, prepend=-1))
    earlier = np.repeat((running - cents)[starts], np.diff(starts, append=len(cents)))
    left: Numbers = np.clip(running - earlier - amounts[account], 0, cents)
    return left


def _nothing() -> Run:
    return np.zeros(0, np.int32), np.zeros(0, np.int32)


def _order(keys: Numbers) -> Numbers:
    """Where the keys stand, the lowest first."""
    place_bits = len(keys).bit_length()
    least, most = int(keys.min()), int(keys.max())
    if (most - least).bit_length() + place_bits > 63:
        return np.argsort(keys)
    # Numbers are sorted several times faster than the places of numbers: so each takes its place along.
    together = ((keys.astype(np.int64) - least) << place_bits) | np.arange(len(keys))
    together.sort()
    return together & ((1 << place_bits) - 1)


def _in_order(keys: Numbers, cents: Numbers) -> Run:
    """The keys in order, each once, with the sum of its cents; none of these is below zero."""
    if not (keys[1:] > keys[:-1]).all():
        order = _order(keys)
        keys, running = keys[order], np.cumsum(cents[order], dtype=np.int64)
        last = np.flatnonzero(np.diff(keys, append=-1))
        keys, cents = keys[last], np.diff(running[last], prepend=0)
    if len(cents) and cents.max() <= np.iinfo(np.int32).max:
        cents = cents.astype(np.int32)
    return keys, cents

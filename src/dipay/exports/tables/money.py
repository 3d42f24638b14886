"""The money of a ledger per account, day and kind: what a report asks for, and nobody else. No row is kept."""

from __future__ import annotations

from typing import Final

import numpy as np

from dipay.domain.columns import Numbers
from dipay.domain.entries import MoneyByDay
from dipay.domain.fields import EntryKind
from dipay.exports.tables.signs import number_of

#: An account, a day, a kind and whether it is a credit, in one number that sorts by them; the year 2200 is day 803,533.
_DAY_BITS, _KIND_BITS = 20, 4
#: So many entries are gathered before those of one account, day and kind are summed up.
_MERGE_ROWS: Final = 1 << 19


class MoneySums:
    """Sums entries as they are read. Memory grows with accounts and the days something was entered on."""

    def __init__(self, *, kinds_are_told: bool) -> None:
        self._kinds_are_told = kinds_are_told
        self._keys: list[Numbers] = []
        self._cents: list[Numbers] = []
        self._rows, self._merged = 0, 0

    def add(self, account: Numbers, day: Numbers, cents: Numbers, kind: Numbers | None) -> None:
        """Adds entries that count; their kinds are None where no column tells them."""
        if kind is None:
            kind = np.full(len(cents), number_of(EntryKind.OTHER))
        what = (kind.astype(np.int64) << 1) | (cents < 0)
        self._keys.append((((account.astype(np.int64) << _DAY_BITS) | day) << _KIND_BITS) | what)
        self._cents.append(cents.astype(np.int64))
        self._rows += len(cents)
        if self._rows > self._merged + max(_MERGE_ROWS, self._merged):
            self._merge()

    def _merge(self) -> None:
        if self._rows == self._merged:
            return
        keys, cents = np.concatenate(self._keys), np.concatenate(self._cents)
        order = np.argsort(keys, kind="stable")
        keys, cents = keys[order], cents[order]
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys, self._cents = [keys[firsts]], [np.add.reduceat(cents, firsts)]
        self._rows = self._merged = len(firsts)

    def by_day(self) -> MoneyByDay:
        """What was added, in the order of accounts and days; a sum of nothing is left out."""
        self._merge()
        keys = self._keys[0] if self._keys else np.zeros(0, np.int64)
        cents = self._cents[0] if self._cents else np.zeros(0, np.int64)
        keys, cents = keys[cents != 0], cents[cents != 0]
        what = keys & ((1 << _KIND_BITS) - 1)
        days = keys >> _KIND_BITS
        return MoneyByDay(
            account=days >> _DAY_BITS,
            day=days & ((1 << _DAY_BITS) - 1),
            cents=cents,
            kind=what >> 1,
            kinds_are_told=self._kinds_are_told,
        )

"""Rows of words, each distinct one once and by its number, found by a table of hashes for many rows at a time.

A hash only says where to look: a row has a number only where every word of it is that number's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dipay.exports.engine.arrays import Growing, Words

Found = NDArray[np.int32]

#: The words of a row that is never looked for: no letter of UTF-8 has these bytes.
NO_TEXT = 0xFFFFFFFFFFFFFFFF
_FIRST_BITS = 12
#: Odd numbers without a pattern, one for each word: they spread texts that differ in a digit over the whole table.
_SPREAD = (
    0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93,
    0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3,
)  # fmt: skip
#: The table has so many places for each row: nearly every one is in the first place it is looked for.
_PLACES_A_ROW = 8


def mixed(words: Sequence[Words]) -> Words:
    """One number of each row's words, which differs widely for rows that differ in a digit."""
    one = words[0] * np.uint64(_SPREAD[0])
    for word, spread in zip(words[1:], _SPREAD[1:], strict=False):
        one ^= word * np.uint64(spread)
    return one


class WordTable:
    """The distinct rows met so far, numbered from 0. Rows may be given with fewer words: the others are zero."""

    def __init__(self) -> None:
        self.words = [Growing(np.uint64)]
        self._table: Found = np.full(1 << _FIRST_BITS, -1, np.int32)

    def __len__(self) -> int:
        return len(self.words[0].array)

    def numbers(self, words: Sequence[Words]) -> Found:
        """The number of each row; rows not met before get the next ones."""
        while len(self.words) < len(words):
            self.words.append(Growing(np.uint64))
            self.words[-1].extend(np.zeros(len(self), np.uint64))
        numbers = self._table[self._places(words)]
        new = np.flatnonzero(~self._alike(numbers, words))
        if len(new):
            numbers[new] = self._searched([each[new] for each in words])
        return numbers

    def take_number(self) -> int:
        """The next number, for something that is no row of words and that nobody will look for here."""
        for words in self.words:
            words.extend([NO_TEXT])
        return len(self) - 1

    def _places(self, words: Sequence[Words]) -> NDArray[np.int64]:
        """Where in the table to look first for these rows."""
        return (mixed(words) >> np.uint64(64 - (len(self._table).bit_length() - 1))).astype(np.int64)

    def _alike(self, numbers: Found, words: Sequence[Words]) -> NDArray[np.bool_]:
        """Where these numbers are the numbers of these rows; a number below zero, of a free place, is nobody's.

        Were a row in the table, its first place would not be free: no comparison with a free place's number holds.
        """
        alike = np.full(len(numbers), len(self) > 0)
        if len(self):
            for index, mine in enumerate(self.words):
                alike &= mine.array[numbers] == (words[index] if index < len(words) else np.uint64(0))
        return alike

    def _searched(self, words: Sequence[Words]) -> Found:
        """The numbers of rows that are not where they were looked for first: further on, or new."""
        rows = len(words[0])
        self._make_room(len(self) + rows)
        numbers = np.empty(rows, np.int32)
        places = self._places(words)
        left = np.arange(rows)
        while len(left):
            found = self._table[places[left]]
            free = left[found < 0]
            if len(free):
                # One of those who want a free place gets it; whoever else wanted it looks there again.
                self._table[places[free]] = free
                first = free[self._table[places[free]] == free]
                self._table[places[first]] = np.arange(len(self), len(self) + len(first))
                for index, mine in enumerate(self.words):
                    mine.extend(words[index][first] if index < len(words) else np.zeros(len(first), np.uint64))
                continue
            alike = self._alike(found, [each[left] for each in words])
            numbers[left[alike]] = found[alike]
            left = left[~alike]
            places[left] = (places[left] + 1) & (len(self._table) - 1)
        return numbers

    def _make_room(self, rows: int) -> None:
        """A table with room for that many rows."""
        if _PLACES_A_ROW * rows <= len(self._table):
            return
        self._table = np.full(1 << (_PLACES_A_ROW * rows).bit_length(), -1, np.int32)
        numbers = np.flatnonzero(self.words[0].array != np.uint64(NO_TEXT)).astype(np.int32)
        places = self._places([words.array[numbers] for words in self.words])
        while len(numbers):
            free = self._table[places] < 0
            self._table[places[free]] = numbers[free]
            elsewhere = self._table[places] != numbers
            numbers, places = numbers[elsewhere], (places[elsewhere] + 1) & (len(self._table) - 1)

"""Distinct texts: every text of a column once, by number, and for each cell the number of its text.

A cell has a text's number only where every byte of it is that text's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dipay.domain.columns import Numbers
from dipay.exports.engine import switch
from dipay.exports.engine.arrays import Words
from dipay.exports.engine.columns import MOST_WORDS, WORD_BYTES, Cells
from dipay.exports.engine.hashing import WordTable
from dipay.exports.engine.readings import Readings
from dipay.exports.engine.repeats import Ascending, repeated

T = TypeVar("T")

_LONGEST = MOST_WORDS * WORD_BYTES
#: Eight bytes at once: each one, its top bit, and what brings a byte above 9 to its top bit.
_ZERO, _ONES, _TOP_BITS, _NO_DIGIT = ord("0"), 0x0101010101010101, 0x8080808080808080, 0x7676767676767676


class Texts:
    """The distinct texts met so far, numbered from 0."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets all of them; the next ones are numbered from 0 again."""
        self._table = WordTable()
        #: Texts that are longer than the words of a cell, or that are all looked at by themselves.
        self._by_themselves: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._table)

    @classmethod
    def of_one_column(
        cls, parse: Callable[[str], T], as_number: Callable[[T], int] | None = None, *, by_shape: bool = False
    ) -> Readings[T]:
        """What the texts of one column mean, which no other column is asked about."""
        return Readings(cls(), parse, _each(as_number), shared=False, by_shape=by_shape)

    def read_by(
        self,
        parse: Callable[[str], T],
        as_number: Callable[[T], int] | None = None,
        of_digits: Callable[[Numbers], Any] | None = None,
    ) -> Readings[T]:
        """What these texts mean to one of the columns that share them."""
        return Readings(self, parse, _each(as_number), shared=True, of_digits=of_digits)

    def read_as_ids_by(self, parse: Callable[[str], str], *, as_written: bool) -> Readings[str]:
        """What these texts mean where they are ids: the id's number, -1 for none.

        With `as_written` digits alone are an id as they stand.
        """
        of_digits = (lambda numbers: numbers) if as_written else None
        return Readings(self, parse, self.numbers, shared=True, of_digits=of_digits, otherwise=-1)

    @staticmethod
    def ascending() -> Ascending:
        """What tells whether the texts of a column are ascending numbers, of which none stands twice."""
        return Ascending()

    @staticmethod
    def repeated(columns: Callable[[], Iterable[Sequence[str]]]) -> frozenset[str]:
        """The texts that stand more than once in a column, which is gone through twice; blanks are none."""
        return repeated(columns)

    def numbers(self, column: Sequence[str]) -> Numbers:
        """The number of each cell's text; texts not met before get the next ones."""
        cells = column if isinstance(column, Cells) else Cells.of(column)
        alone = cells.lengths > (_LONGEST if switch.many_at_once else -1)
        if not alone.any():
            return self._table.numbers(cells.words)
        numbers = np.empty(len(cells), np.int32)
        numbers[alone] = list(map(self._number_by_itself, cells.at(np.flatnonzero(alone))))
        numbers[~alone] = self._table.numbers([words[~alone] for words in cells.words])
        return numbers

    def number(self, text: str) -> int:
        """The number of one text."""
        return int(self.numbers([text])[0])

    def text(self, number: int) -> str:
        """The text of one number."""
        return self.between(number, number + 1)[0]

    def between(self, first: int, last: int) -> list[str]:
        """The texts from number `first` to before `last`."""
        return self.of(np.arange(first, last))

    def words(self, numbers: Numbers) -> list[Words]:
        """The words of the texts of these numbers."""
        return [words.array[numbers] for words in self._table.words]

    def of(self, numbers: Numbers) -> list[str]:
        """The texts of these numbers."""
        words = self.words(numbers)
        joined = np.stack(words, axis=1).astype("<u8").tobytes()
        # Behind a text's end there are zeros, which no text holds.
        cells = np.frombuffer(joined, f"S{len(words) * WORD_BYTES}").tolist()
        if not self._by_themselves:
            return [cell.decode("utf-8", "surrogatepass") for cell in cells]
        alone = {number: text for text, number in self._by_themselves.items()}
        return [
            alone[number] if number in alone else cell.decode("utf-8", "surrogatepass")
            for number, cell in zip(numbers.tolist(), cells, strict=True)
        ]

    def are_digits(self, first: int) -> NDArray[np.bool_]:
        """Which texts from number `first` on are digits (0-9) and nothing else; a blank is none."""
        words = [words.array[first:] for words in self._table.words]
        found: NDArray[np.bool_] = words[0] != 0
        for word in words:
            # Behind the text's end a zero stands in for the bytes that are not there.
            missing = ((word - np.uint64(_ONES)) & ~word & np.uint64(_TOP_BITS)) >> np.uint64(7)
            digits = (word | missing * np.uint64(_ZERO)) ^ np.uint64(_ONES * _ZERO)
            found &= ((digits + np.uint64(_NO_DIGIT)) | digits) & np.uint64(_TOP_BITS) == 0
        return found

    def _number_by_itself(self, text: str) -> int:
        if text not in self._by_themselves:
            self._by_themselves[text] = self._table.take_number()
        return self._by_themselves[text]


def _each(as_number: Callable[[T], int] | None) -> Callable[[list[T]], list[int]] | None:
    return None if as_number is None else lambda values: list(map(as_number, values))

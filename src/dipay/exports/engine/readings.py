"""Readings: what the texts of a column mean, each distinct one read once by the strict grammar of its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from dipay.domain.columns import Numbers
from dipay.exports.engine import switch
from dipay.exports.engine.arrays import Growing, Words
from dipay.exports.engine.shapes import Shapes
from dipay.grammar import Unreadable
from dipay.grammar.cells import has_invisible, read_cell, was_encoded_twice

T = TypeVar("T")

#: A column with ever new texts is not remembered without end.
MOST_REMEMBERED = 500_000
#: So few are read one by one as fast as by their shapes.
_FEW = 32
#: Stands for a value that was not asked for yet.
_NOT_READ: Any = object()


class NumberedTexts(Protocol):
    """Distinct texts by their numbers, as `Texts` keeps them."""

    def __len__(self) -> int: ...
    def clear(self) -> None: ...
    def numbers(self, column: Sequence[str], /) -> Numbers: ...
    def of(self, numbers: Numbers, /) -> list[str]: ...
    def words(self, numbers: Numbers, /) -> list[Words]: ...
    def are_digits(self, first: int, /) -> NDArray[np.bool_]: ...


class Readings(Generic[T]):
    """What the texts of a column mean, by the number of each text: a value, or why it has none (`unreadable`).

    Where rows are worked on many at a time `as_numbers` makes whole numbers of values, and no value is kept. Texts that
    other columns have too (`shared`) are read when this column first holds one, and never forgotten. `of_digits` gives
    the numbers of texts of digits alone by the texts' own numbers, and `otherwise` is the number of what can't be read.
    With `by_shape` a text's number must be the sum of what its digits are worth.
    """

    def __init__(
        self,
        texts: NumberedTexts,
        parse: Callable[[str], T],
        as_numbers: Callable[[list[T]], Sequence[int] | Numbers] | None,
        *,
        shared: bool,
        of_digits: Callable[[Numbers], Any] | None = None,
        otherwise: int = 0,
        by_shape: bool = False,
    ) -> None:
        self.texts = texts
        self._parse, self._as_numbers, self._shared = parse, as_numbers, shared
        self._of_digits, self._otherwise = of_digits, otherwise
        self._shapes = Shapes(self._number) if by_shape and switch.many_at_once else None
        #: How many distinct texts hold marks that show nothing, and letters that were encoded twice.
        self.invisible = self.encoded_twice = 0
        self._begin()

    def _begin(self) -> None:
        self.unreadable: dict[int, Unreadable] = {}
        self._values: list[Any] = []
        self._numbers, self._is_read, self._is_bad = Growing(np.int64), Growing(np.bool_), Growing(np.bool_)
        self._unread = 0

    def numbers(self, column: Sequence[str]) -> Numbers:
        """For each cell the number of its text, which is read; of a column's own texts, until the next such call."""
        if len(self.texts) > MOST_REMEMBERED and not self._shared:
            self.texts.clear()
            self._begin()
        numbers = self.texts.numbers(column)
        self._read_new(numbers)
        return numbers

    def as_numbers(self, numbers: Numbers) -> Numbers:
        """What these texts mean as whole numbers."""
        self._read_new(numbers)
        return self._numbers.array[numbers]

    def are_bad(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of these texts, all of them read before, can't be read."""
        return self._is_bad.array[numbers]

    def values(self, numbers: Numbers) -> list[T | Unreadable]:
        """The values of these texts, for who looks at them one by one."""
        self._keep((), ())
        wanted = numbers.tolist()
        if unread := [number for number in set(wanted) if self._values[number] is _NOT_READ]:
            self._keep(unread, map(self._read, self.texts.of(np.array(unread))))
        return list(map(self._values.__getitem__, wanted))

    def of(self, column: Sequence[str]) -> list[T | Unreadable]:
        """The values of a column's cells."""
        return self.values(self.numbers(column))

    def _read(self, text: str) -> T | Unreadable:
        return read_cell(text, self._parse)

    def _read_new(self, numbers: Numbers) -> None:
        """Reads those of these texts that were not read before."""
        first = len(self._is_read.array)
        if more := len(self.texts) - first:
            for column in (self._numbers, self._is_read, self._is_bad):
                column.extend(np.zeros(more, np.int64))
            self._unread += more
            if self._of_digits is not None:
                digits = np.flatnonzero(self.texts.are_digits(first)) + first
                self._know(digits, self._of_digits(digits))
        if self._unread:
            are_new = np.zeros(len(self.texts), np.bool_)
            are_new[numbers] = True
            are_new &= ~self._is_read.array
            if are_new.any():
                self._read_texts(np.flatnonzero(are_new))

    def _read_texts(self, new: Numbers) -> None:
        if self._shapes is not None and len(new) > _FEW:
            found, is_known = self._shapes.numbers(self.texts.words(new))
            self._know(new[is_known], found[is_known])
            new = new[~is_known]
        texts = self.texts.of(new)
        values = list(map(self._read, texts))
        for text in texts:
            if not text.isascii():
                self.invisible += has_invisible(text)
                self.encoded_twice += was_encoded_twice(text)
        for number, value in zip(new.tolist(), values, strict=True):
            if isinstance(value, Unreadable):
                self.unreadable[number] = value
                self._is_bad.array[number] = True
        self._know(new, self._otherwise)
        if self._as_numbers is None:
            self._keep(new.tolist(), values)
        else:
            good = [value for value in values if not isinstance(value, Unreadable)]
            self._numbers.array[new[~self._is_bad.array[new]]] = self._as_numbers(good)

    def _know(self, texts: Numbers, numbers: Any) -> None:
        self._numbers.array[texts] = numbers
        self._is_read.array[texts] = True
        self._unread -= len(texts)

    def _keep(self, texts: Iterable[int], values: Iterable[T | Unreadable]) -> None:
        self._values += [_NOT_READ] * (len(self.texts) - len(self._values))
        for text, value in zip(texts, values, strict=True):
            self._values[text] = value

    def _number(self, text: str) -> int | None:
        """The number of one text; None where it can't be read."""
        value = self._read(text)
        return None if isinstance(value, Unreadable) or self._as_numbers is None else int(self._as_numbers([value])[0])

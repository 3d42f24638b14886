"""Readings: the distinct texts of a column, each read once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from dipay.grammar import Unreadable
from dipay.grammar.cells import clean, has_invisible, was_encoded_twice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dipay.exports.engine.columns import Cells, Numbers

T = TypeVar("T")

#: A column with ever new texts is not remembered without end.
MOST_REMEMBERED = 500_000


class Readings(Generic[T]):
    """The distinct texts of a column with their values, each read once; of what can't be read, its `Unreadable`.

    `as_number` gives values as whole numbers, where rows are worked on many at a time.
    """

    def __init__(self, parse: Callable[[str], T], as_number: Callable[[T], int] | None = None) -> None:
        self._parse, self._as_number = parse, as_number
        #: How many distinct texts hold marks that show nothing, and letters that were encoded twice.
        self.invisible = self.encoded_twice = 0
        self.clear()

    def clear(self) -> None:
        """Forgets what was read."""
        import numpy as np

        from dipay.exports.engine.distinct import Growing, Texts

        self.texts = Texts()
        self.values: list[T | Unreadable] = []
        self._numbers, self._bad = Growing(np.int64), Growing(np.bool_)
        self.any_bad = False

    def numbers(self, column: Cells) -> Numbers:
        """For each cell the number of its text, by which `values`, `as_numbers` and `are_bad` know it."""
        numbers = self.texts.numbers(column)
        first = len(self.values)
        if len(self.texts) > first:
            new = self.texts.between(first, len(self.texts))
            found = list(map(self.read, new))
            bad = [isinstance(value, Unreadable) for value in found]
            self.values += found
            self._bad.extend(bad)
            self.any_bad = self.any_bad or any(bad)
            if (as_number := self._as_number) is not None:
                self._numbers.extend([0 if isinstance(value, Unreadable) else as_number(value) for value in found])
            for text in new:
                if not text.isascii():
                    self.invisible += has_invisible(text)
                    self.encoded_twice += was_encoded_twice(text)
        return numbers

    def as_numbers(self, numbers: Numbers) -> Numbers:
        """The values as whole numbers; 0 where a text can't be read."""
        return self._numbers.array[numbers]

    def are_bad(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of these can't be read."""
        return self._bad.array[numbers]

    def of(self, column: Cells) -> list[T | Unreadable]:
        """The values of a column's cells, for who looks at them one by one."""
        if len(self.values) > MOST_REMEMBERED:
            self.clear()
        return list(map(self.values.__getitem__, self.numbers(column).tolist()))

    def read(self, text: str) -> T | Unreadable:
        """The text's value, or why it has none, without remembering it."""
        try:
            return self._parse(clean(text))
        except Unreadable as unreadable:
            # Where it was raised is of no use here, and would keep alive what was at work there.
            return unreadable.with_traceback(None)

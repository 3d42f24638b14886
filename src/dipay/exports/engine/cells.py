"""Cells: what is stripped from a cell before it is read, and a memory that reads each distinct text once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from dipay.grammar import Unreadable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dipay.exports.engine.columns import Cells, Numbers

T = TypeVar("T")

_EXCEL_GUARD = re.compile(r'="([^"]*)"')
# Excel's mark for "this is text"; not the apostrophe of a name ('t Hooft).
_APOSTROPHE = re.compile(r"'[-+=@$(0-9]")
# Marks that steer the direction or joining of text and show nothing; a name may carry them from a web form.
_INVISIBLE = dict.fromkeys(
    [
        0x00AD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
        *range(0xFFF9, 0xFFFC), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE0080),
    ]
)  # fmt: skip
#: Letters of UTF-8 that were once read as Windows-1252 or Latin-1: \u00c3\u00b1 in place of \u00f1.
_TWICE = re.compile("\u00c3[\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]|\u00c2[\u00a0-\u00bf]|\u00e2\u20ac")
_LOST = "\ufffd"
#: What old programs end a file with (Ctrl-Z).
_END_MARK = "\x1a"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BLANKS = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\r\n ]+")


def clean(text: str) -> str:
    """The cell without blanks around it, spreadsheet guards (`="00123"`, a leading apostrophe) and invisible marks.

    Control characters raise `Unreadable`: no PMS writes them, and a terminal obeys them.
    """
    if text.isalnum() and text.isascii():
        return text
    if not (text.isascii() and text.isprintable()):
        text = _BLANKS.sub(" ", text.translate(_INVISIBLE)).rstrip(_END_MARK)
        if _CONTROL.search(text):
            raise Unreadable("holds control characters", "Correct it in the PMS and export again.")
        if _LOST in text:
            raise Unreadable("holds a letter that was lost on the way", "Correct it in the PMS and export again.")
    text = text.strip()
    if text.startswith("="):
        guard = _EXCEL_GUARD.fullmatch(text)
        if guard is not None:
            return guard[1].strip()
    elif text.startswith("'") and _APOSTROPHE.match(text):
        return text[1:].strip()
    return text


def plainly(text: str) -> str:
    """The cell as `clean` gives it, or as it stands where that can't be had."""
    try:
        return clean(text)
    except Unreadable:
        return text


def has_invisible(text: str) -> bool:
    """Whether there are marks in the cell that show nothing, which `clean` takes out."""
    return not text.isascii() and any(ord(letter) in _INVISIBLE for letter in text)


def was_encoded_twice(text: str) -> bool:
    """Whether the cell looks as if its UTF-8 was once taken for another encoding."""
    return not text.isascii() and _TWICE.search(text) is not None


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

"""Cells: what is stripped from a cell before it is read, and a memory that reads each distinct text once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Generic, TypeVar

from dipay.grammar import Unreadable

T = TypeVar("T")

_EXCEL_GUARD = re.compile(r'="([^"]*)"')
# Excel's mark for "this is text"; not the apostrophe of a name ('t Hooft).
_APOSTROPHE = re.compile(r"'[-+=@$(0-9]")
# Marks that steer the direction or joining of text and show nothing; a name may carry them from a web form.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# A comma joins what stood on two lines where a name was pasted in; Excel's Ctrl-Z end mark is not a cell.
_BLANKS = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000\t\r\n ]+")


def clean(text: str) -> str:
    """The cell without blanks around it, spreadsheet guards (`="00123"`, a leading apostrophe) and invisible marks.

    Control characters raise `Unreadable`: no PMS writes them, and a terminal obeys them.
    """
    if not (text.isascii() and text.isprintable()):
        text = _BLANKS.sub(" ", text.translate(_INVISIBLE))
        if _CONTROL.search(text):
            raise Unreadable("holds control characters", "Correct it in the PMS and export again.")
    text = text.strip()
    if text.startswith("="):
        guard = _EXCEL_GUARD.fullmatch(text)
        if guard is not None:
            return guard[1].strip()
    elif _APOSTROPHE.match(text):
        return text[1:].strip()
    return text


class Memory(dict[str, "T | Unreadable"], Generic[T]):
    """Each distinct text of a column with its value, read once; what can't be read is remembered as its `Unreadable`.

    Looked up with `memory[text]`; `bad` holds the texts that could not be read.
    """

    def __init__(self, parse: Callable[[str], T]) -> None:
        super().__init__()
        self._parse = parse
        self.bad: set[str] = set()

    def __missing__(self, text: str) -> T | Unreadable:
        value: T | Unreadable
        try:
            value = self._parse(clean(text))
        except Unreadable as unreadable:
            value = unreadable
            self.bad.add(text)
        self[text] = value
        return value

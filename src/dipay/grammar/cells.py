"""Cells: what is stripped from a cell before any grammar reads it, and what of it shows that it went wrong before.

Nothing here knows what the cell is for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from dipay.grammar import Unreadable

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


#: What databases and spreadsheets write for nothing at all.
_DATABASE_BLANKS = frozenset({"NULL", "\\N", "#N/A"})


def clean(text: str) -> str:
    """The cell without blanks around it, spreadsheet guards (`="00123"`, a leading apostrophe) and invisible marks.

    What databases write for nothing is blank.

    Control characters raise `Unreadable`: no PMS writes them, and a terminal obeys them.
    """
    if text in _DATABASE_BLANKS:
        return ""
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
    return "" if text in _DATABASE_BLANKS else text


def read_cell(text: str, parse: Callable[[str], T]) -> T | Unreadable:
    """The cell's value by its grammar, or why it has none."""
    try:
        return parse(clean(text))
    except Unreadable as unreadable:
        # Where it was raised is of no use to anybody, and would keep alive what was at work there.
        return unreadable.with_traceback(None)


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

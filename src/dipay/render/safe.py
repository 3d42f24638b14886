"""Text from exports on its way out: it must not drive a terminal or a spreadsheet."""

from __future__ import annotations

import re

#: Where a formula may begin: a cell, also the one that a program makes which parts rows at other signs than commas.
_FORMULA = re.compile(r"(\A|[;|\t] *)(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")


def printable(text: str) -> str:
    """The text without anything a terminal would obey: control characters are shown as a question mark."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def spreadsheet_safe(text: str) -> str:
    """The text so that no spreadsheet program takes it, or a part of it behind a separator, for a formula."""
    return _FORMULA.sub(r"\1'", text)

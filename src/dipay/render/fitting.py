"""Text in a given number of cells. A date or a word with a digit is never cut through: half of it says a wrong one."""

from __future__ import annotations

import re
from textwrap import fill
from typing import Final

from rich.cells import cell_len, set_cell_size

#: "16 Nov", "16 Nov 2025": as `grammar.dates.format_day` writes a day.
_DAY: Final = re.compile(r"\b[0-9]{1,2} [A-Z][a-z]{2}\b(?: [0-9]{4}\b)?")
#: Where no line may break. No text holds it: what is shown of exports has plain blanks.
_NO_BREAK: Final = "\u00a0"


def fitted(text: str, width: int, *, right: bool = False, mark: str = "…") -> str:
    """The text in exactly that many cells, cut with the mark where it is longer."""
    blank = width - cell_len(text)
    if blank >= 0:
        return " " * blank + text if right else text + " " * blank
    if width <= len(mark):
        return set_cell_size(text, width)
    return set_cell_size(_cut(text, width - len(mark)) + mark, width)


def wrapped(text: str, width: int, *, first: str = "", further: str = "", tear: bool = True) -> str:
    """The text in lines of at most that width, the first and the further ones indented; no day is torn apart.

    A word that is longer is torn; with `tear=False` it stays whole, to be copied, and its line is longer.
    """
    whole = _DAY.sub(lambda day: day[0].replace(" ", _NO_BREAK), text)
    lines = fill(
        whole, width, initial_indent=first, subsequent_indent=further, break_on_hyphens=False, break_long_words=tear
    )
    return lines.replace(_NO_BREAK, " ")


def _cut(text: str, width: int) -> str:
    """The beginning of a longer text; without its last word, or its last day, where that is cut through and says a
    wrong number.
    """
    kept = set_cell_size(text, width)
    for day in _DAY.finditer(text):
        if day.start() < len(kept) < day.end():
            return text[: day.start()].rstrip() or kept
    before, blank, half = kept.rpartition(" ")
    rest = text[len(kept) :].partition(" ")[0]
    is_halved = any(map(str.isalnum, rest)) and any(map(str.isdigit, half + rest))
    return before if blank and is_halved else kept

"""Text in a given number of cells. A word with a digit is never cut through: half a date or amount says a wrong one."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def fitted(text: str, width: int, *, right: bool = False, mark: str = "…") -> str:
    """The text in exactly that many cells, cut with the mark where it is longer."""
    blank = width - cell_len(text)
    if blank >= 0:
        return " " * blank + text if right else text + " " * blank
    if width <= len(mark):
        return set_cell_size(text, width)
    return set_cell_size(_cut(text, width - len(mark)) + mark, width)


def _cut(text: str, width: int) -> str:
    """The beginning of a longer text; without its last word where that is cut through and has a digit."""
    kept = set_cell_size(text, width)
    before, blank, half = kept.rpartition(" ")
    rest = text[len(kept) :].partition(" ")[0]
    is_halved = any(map(str.isalnum, rest)) and any(map(str.isdigit, half + rest))
    return before if blank and is_halved else kept

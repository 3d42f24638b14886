"""Trimmed rows: whether rows that are too short lack nothing but blank cells at their end, as some programs save them.

Excel leaves out the last separators of sixteen rows together where all of them are blank there; other programs leave
them out of each row. A row that was cut off, or lost a separator elsewhere, is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dipay.exports.sources.text import Block, Line

_EXCEL_ROWS: Final = 16


def are_trimmed(short: Sequence[Line], blocks: Iterable[Block], width: int) -> bool:
    """Whether all of these rows, of a file with these rows, lack only blank cells at their end."""
    widths: dict[int, set[int]] = {_sixteen(line): set() for line, _ in short}
    ends_blank = False
    for block in blocks:
        for line, cells in zip(block.lines, block.rows, strict=True):
            if (group := widths.get(_sixteen(line))) is not None:
                group.add(len(cells))
            ends_blank = ends_blank or (len(cells) == width and not cells[-1].strip())
    by_excel = all(len(group) == 1 for group in widths.values())
    by_row = len(short) > 1 and not ends_blank and all(cells[-1].strip() for _, cells in short)
    return by_excel or by_row


def _sixteen(line: int) -> int:
    """Which group of sixteen a line is in, counted from the first of the file."""
    return (line - 1) // _EXCEL_ROWS

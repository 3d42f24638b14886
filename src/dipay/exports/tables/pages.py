"""Pages: whether what stands below a repeated header stood above it too, as where one report is in a file twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dipay.exports.sources.text import Block
from dipay.exports.tables.rows import RowKind, RowSorter

#: Two entries of one day may be alike; so many on one page were there before.
_MOST_ALIKE: Final = 2


def header_of_a_copy(blocks: Iterable[Block], sorter: RowSorter) -> int | None:
    """The line of the first repeated header below which the rows of an earlier page stand again.

    At least half of a page's rows are then alike, and more than one, on a long page more than two; or all there are.
    """
    earlier: set[tuple[str, ...]] = set()
    page: set[tuple[str, ...]] = set()
    header = 0
    for block in blocks:
        for line, cells in zip(block.lines, block.rows, strict=True):
            row = sorter.row(cells)
            if row is RowKind.HEADER:
                if _is_copy(page, earlier):
                    return header
                earlier |= page
                page, header = set(), line
            elif row is RowKind.DATA:
                page.add(tuple(cell.strip() for cell in cells))
    return header if _is_copy(page, earlier) else None


def _is_copy(page: set[tuple[str, ...]], earlier: set[tuple[str, ...]]) -> bool:
    again = len(page & earlier)
    return bool(page) and (page == earlier or again > max(1, min(_MOST_ALIKE, (len(page) - 1) / 2)))

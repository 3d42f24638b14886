"""Pages: whether those of a file are of one report.

They are not where titles name another day, nor where what stands below a repeated header stood above it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dipay.exports.sources.text import Block
from dipay.exports.tables.rows import RowKind, RowSorter

#: Two entries of one day may be alike; so many on one page were there before.
_MOST_ALIKE: Final = 2
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_A_DAY: Final = re.compile(
    rf"[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}}|\b(?:{_MONTHS})[a-z]*\.? [0-9]{{1,2}},? [0-9]{{4}}"
    rf"|[0-9]{{1,2}}[- ](?:{_MONTHS})[a-z]*\.?,?[- ][0-9]{{4}}",
    re.ASCII | re.IGNORECASE,
)
_ANY_DIGIT: Final = re.compile(r"[0-9]+", re.ASCII)


@dataclass(slots=True)
class PageTitles:
    """The lines above the first header, and the days in them: every page of a report names the same."""

    _days: dict[str, frozenset[str]] = field(default_factory=dict)

    def note(self, title: str) -> None:
        """A line above the first header."""
        self._days.setdefault(_but_for_numbers(title), frozenset(_A_DAY.findall(title)))

    def is_of_another_day(self, title: str) -> bool:
        """Whether such a line stands again, with a day that it did not name above the first header."""
        days = self._days.get(_but_for_numbers(title), frozenset())
        return bool(days) and not days.issuperset(_A_DAY.findall(title))


def _but_for_numbers(text: str) -> str:
    """A title as it is on every page of every day."""
    return _ANY_DIGIT.sub("0", _A_DAY.sub("0", text))


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

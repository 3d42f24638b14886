"""Samples: a file as columns of cells under their captions. What the cells mean is not known here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from dipay.exports.layout.finding import AnySource
from dipay.exports.layout.profiles import fold_caption
from dipay.grammar.cells import plainly

#: No practice has more patients; of a longer ledger the beginning says enough.
MOST_ROWS: Final = 100_000


@dataclass(frozen=True)
class SampleColumn:
    """One column: its caption as the file writes it, and its cells, blank ones too."""

    caption: str
    cells: tuple[str, ...]

    @cached_property
    def filled(self) -> tuple[str, ...]:
        return tuple(each for each in self.cells if each)

    @cached_property
    def words(self) -> Counter[str]:
        """How often each filled cell stands in the column, in the order in which they are met."""
        return Counter(self.filled)

    @property
    def examples(self) -> tuple[str, ...]:
        """Three of its values."""
        return tuple(self.words)[:3]


@dataclass(frozen=True)
class Sample:
    """A file with a header: its columns, without those that share a caption with another or have none."""

    source: AnySource
    part: str
    header_row: int
    columns: tuple[SampleColumn, ...]

    @property
    def name(self) -> str:
        return self.source.file.name

    @cached_property
    def by_caption(self) -> dict[str, SampleColumn]:
        return {each.caption: each for each in self.columns}

    def column(self, caption: str) -> SampleColumn | None:
        """The column of that caption, as captions are compared."""
        wanted = fold_caption(caption)
        return next((each for each in self.columns if fold_caption(each.caption) == wanted), None)


def take_sample(source: AnySource, part: str, header_row: int, captions: Sequence[str]) -> Sample:
    """The rows below the header as columns. A file that is broken before there are enough of them stops."""
    rows: list[list[str]] = []
    for block in source.blocks(part):
        rows += (row for row in block.after(header_row).rows if _may_be_data(row, captions))
        if len(rows) >= MOST_ROWS:
            break
    folded = Counter(map(fold_caption, captions))
    columns = (
        SampleColumn(caption.strip(), tuple(plainly(row[index]) if index < len(row) else "" for row in rows))
        for index, caption in enumerate(captions)
        if caption.strip() and folded[fold_caption(caption)] == 1
    )
    return Sample(source, part, header_row, tuple(columns))


def _may_be_data(row: Sequence[str], captions: Sequence[str]) -> bool:
    """Whether a row is none of those that a report repeats on every page: its header, a title, a footer."""
    return sum(1 for cell in row if cell.strip()) > 1 and list(row) != list(captions)

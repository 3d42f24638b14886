"""Tables: a laid-out file as a stream of column batches, read strictly, with an account of every row.

Whatever is not a row of data is dropped with a name, whatever does not fit its header is handed on as a misfit:
rows = read + held + dropped, always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.exports.engine.cells import plainly
from dipay.exports.engine.columns import Cells, PlainBlock
from dipay.exports.engine.distinct import Meanings
from dipay.exports.layout.finding import AnySource, Column, Layout, describe
from dipay.exports.layout.profiles import Kind, fold_caption
from dipay.exports.sources.files import Watch, nobody_watches
from dipay.exports.sources.text import Block, Row, TextSource
from dipay.grammar.words import fold

if TYPE_CHECKING:
    from dipay.exports.engine.columns import Numbers
    from dipay.exports.engine.distinct import Texts

#: More unreadable rows than this, both in number and in share, mean that the file is not what it is taken for.
MOST_HELD_ROWS = 5
MOST_HELD_SHARE = 0.02
#: What old and new Excel can hold: a file of exactly that many rows was cut off there.
EXCEL_LIMITS = frozenset({65_536, 1_048_576})

_MOST_REMEMBERED = 100_000
#: Blanks, and the mark that old programs end a file with (Ctrl-Z).
_BLANK = " \t\r\n\x0b\x0c\x1a\u00a0"
#: What rows are dropped as that are no data at all.
_NO_DATA = ("blank rows", "day totals", "total rows", "footers")

TOTAL_WORDS = frozenset(
    {"total", "totals", "total:", "totals:", "grand total", "grand total:", "day total", "report total"}
)
_FOOTER = re.compile(r"(page \d+( of \d+)?|printed (on|by|at)?\b.*|report (date|generated|run)\b.*|run date\b.*)", re.I)


AnyBlock = Block | PlainBlock
B = TypeVar("B")


@dataclass(slots=True)
class FileReport:
    """What became of a file's rows and of their cents, where it holds amounts; `fields` are what it has columns for.

    `noted` of the rows held could be read, but for a note that a person must read.
    """

    kind: Kind
    file: str
    profile: str
    form: str
    rows: int = 0
    read: int = 0
    held: int = 0
    noted: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    read_cents: int = 0
    held_cents: int = 0
    dropped_cents: int = 0
    fields: tuple[str, ...] = ()

    def drop(self, why: str, rows: int = 1, cents: int = 0) -> None:
        self.dropped[why] = self.dropped.get(why, 0) + rows
        self.dropped_cents += cents


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows, as columns of cells by field, with the line each begins on.

    `ids` are the texts of the table's id field, by their numbers.
    """

    lines: Sequence[int]
    columns: dict[str, Cells]
    ids: Numbers

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(slots=True)
class Table:
    """A file's rows by field. Once they are used up, the report, problems, misfits and totals are complete."""

    source: AnySource
    layout: Layout
    id_field: str
    report: FileReport = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    misfits: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    watch: Watch = nobody_watches
    _plain_ids: set[str] = field(default_factory=set, repr=False)
    _header: str = field(init=False, repr=False)
    _exact_rows: bool = field(default=False, repr=False)
    _wider_row: Row | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        layout = self.layout
        self._header = fold_caption(layout.columns[self.id_field].caption)
        self.report = FileReport(
            layout.kind, self.file_name, layout.profile.name, describe(layout, self.source),
            fields=tuple(sorted(layout.columns)),
        )  # fmt: skip

    @property
    def file_name(self) -> str:
        return self.source.file.name

    def column(self, name: str) -> Column | None:
        return self.layout.columns.get(name)

    def blocks(self) -> Iterator[Block]:
        """The rows below the header."""
        for block in self.source.blocks(self.layout.part):
            below = block.after(self.layout.header_row)
            if below.rows:
                yield below

    def texts(self, name: str) -> Iterator[str]:
        """One column's cells, unchecked: what decides a file-wide question (the order of dates) before reading."""
        index = self.layout.columns[name].index
        return (plainly(cells[index]) for block in self.blocks() for cells in block.rows if index < len(cells))

    def line_of(self, name: str, text: str) -> int | None:
        """Where the column first holds that cell."""
        index = self.layout.columns[name].index
        for block in self.blocks():
            for line, cells in zip(block.lines, block.rows, strict=True):
                if index < len(cells) and plainly(cells[index]) == text:
                    return line
        return None

    def rows(self, fields: Sequence[str]) -> Iterator[Block]:
        """The rows of data, one by one: nothing that only many at a time need is imported for it."""
        self._check_merged()
        columns = self._columns(fields)
        last: Row | None = None
        for block in self._watched(self.blocks()):
            self.report.rows += len(block.lines)
            last = (block.lines[-1], block.rows[-1])
            kept = self._kept(block, columns)
            if kept.rows:
                yield kept
        self._check_end(last)

    def batches(self, fields: Sequence[str], ids: Texts) -> Iterator[Batch]:
        """The rows of data as batches of the named fields' columns; fields without a column are left out.

        `ids` are the texts of ids met so far, in this file or in others that know the same patients.
        """
        import numpy as np

        self._check_merged()
        columns = self._columns(fields)
        # Digits are an id, unless the caption itself is a number.
        of_digits = None if self._header.isdecimal() else np.ones_like
        plainness = Meanings(ids, lambda texts, _: list(map(self._is_plain, texts)), of_digits)
        last: Row | None = None
        for block in self._watched(self._blocks(columns)):
            self.report.rows += len(block.lines)
            if isinstance(block, PlainBlock):
                cells = {name: block.columns[index] for name, index in columns.items()}
                numbers = ids.numbers(cells[self.id_field])
                if plainness.of(numbers).all():
                    self._expect_width()
                    last = (block.lines[-1], [])
                    yield Batch(block.lines, cells, numbers)
                    continue
            rows = Block(block.lines, block.reread()) if isinstance(block, PlainBlock) else block
            last = (rows.lines[-1], rows.rows[-1])
            kept = self._kept(rows, columns)
            if kept.rows:
                by_column = list(zip(*kept.rows, strict=False))
                cells = {name: Cells.of(by_column[index]) for name, index in columns.items()}
                yield Batch(kept.lines, cells, ids.numbers(cells[self.id_field]))
        self._check_end(last)

    def _columns(self, fields: Sequence[str]) -> dict[str, int]:
        return {name: self.layout.columns[name].index for name in fields if name in self.layout.columns}

    def _watched(self, blocks: Iterator[B]) -> Iterator[B]:
        """The same blocks; whoever watches is told that the file is done with, however that comes about."""
        try:
            yield from blocks
        finally:
            self.watch(self.file_name, self.report.rows, 1.0)

    def _blocks(self, columns: dict[str, int]) -> Iterator[AnyBlock]:
        """The rows below the header, by the column where the file is long and plain."""
        source, layout = self.source, self.layout
        if not isinstance(source, TextSource):
            yield from self.blocks()
            return
        wanted = sorted(set(columns.values()))

        def tell(share: float) -> None:
            self.watch(self.file_name, self.report.rows, share)

        for block in source.columns(layout.part, layout.header_row, layout.width, wanted, tell):
            if isinstance(block, PlainBlock):
                yield block
            elif (below := block.after(layout.header_row)).rows:
                yield below

    def _kept(self, block: Block, columns: dict[str, int]) -> Block:
        """The block's rows of data; what is none is dropped or held."""
        return block if self._plain(block, columns) else self._sorted_out(block, columns)

    def _plain(self, block: Block, columns: dict[str, int]) -> bool:
        """Whether every row is a whole row of data, seen from its length, its lines and its ids."""
        if set(map(len, block.rows)) != {self.layout.width} or not isinstance(block.lines, range):
            return False
        index = columns[self.id_field]
        ids = {cells[index] for cells in block.rows} - self._plain_ids
        if not all(map(self._is_plain, ids)):
            return False
        if len(self._plain_ids) < _MOST_REMEMBERED:
            self._plain_ids |= ids
        self._expect_width()
        return True

    def _is_plain(self, text: str) -> bool:
        """Whether the cell can be an id: no blank, no caption, no word of a total or a footer."""
        if text.isdecimal():
            return text != self._header
        return (
            bool(text.strip())
            and fold(text) not in TOTAL_WORDS
            and fold_caption(text) != self._header
            and _FOOTER.fullmatch(text) is None
        )

    def _sorted_out(self, block: Block, columns: dict[str, int]) -> Block:
        lines, rows = [], []
        header = [fold_caption(each) for each in self.layout.captions]
        for line, cells in zip(block.lines, block.rows, strict=True):
            if not any(cell.strip(_BLANK) for cell in cells):
                self.report.drop("blank rows")
            elif [fold_caption(each) for each in cells[: self.layout.width]] == header:
                raise cannot(
                    ExitCode.EXPORTS,
                    "has its header a second time: two reports were put into one file.",
                    "Export them again, each to a file of its own.",
                    self.file_name,
                    row=line,
                )
            elif "day total" in (words := [fold(cell) for cell in cells if cell.strip()]):
                self.report.drop("day totals")
            elif words[0] in TOTAL_WORDS or self._has_only_numbers(cells, words, columns):
                self.totals.append((line, cells))
                self.report.drop("total rows")
            elif _FOOTER.fullmatch(cells[0].strip()) and not any(cell.strip() for cell in cells[1:]):
                self.report.drop("footers")
            elif len(cells) != self.layout.width and not self._only_ends_later(line, cells):
                self._misfit(line, cells)
            else:
                self._check_line_breaks(line, cells)
                if len(cells) == self.layout.width:
                    self._expect_width()
                lines.append(line)
                rows.append(cells[: self.layout.width])
        return Block(lines, rows)

    def _has_only_numbers(self, cells: Sequence[str], words: Sequence[str], columns: dict[str, int]) -> bool:
        """Whether a row is one of sums: no id and nothing but numbers (Open Dental's)."""
        index = columns[self.id_field]
        has_id = index < len(cells) and cells[index].strip()
        return not has_id and all(re.fullmatch(r"[-($]*[0-9][0-9.,]*\)?-?", word) for word in words)

    def _only_ends_later(self, line: int, cells: Sequence[str]) -> bool:
        """Whether the row has blank cells beyond the header's, and every row before it had them too.

        In one row alone they may stand there because a separator inside a cell moved the cells behind it.
        """
        if len(cells) < self.layout.width or self._exact_rows:
            return False
        if any(cell.strip() for cell in cells[self.layout.width :]):
            return False
        self._wider_row = self._wider_row or (line, list(cells))
        return len(cells) == len(self._wider_row[1])

    def _expect_width(self) -> None:
        """Notes that there are rows as wide as the header; then none may be wider."""
        self._exact_rows = True
        if self._wider_row is not None:
            line, cells = self._wider_row
            raise cannot(
                ExitCode.EXPORTS,
                f"has {len(cells)} cells under {self.layout.width} captions, later rows do not: which cells were moved "
                "can't be told.",
                "Look for a separator inside a cell that needs quotes, or export again.",
                self.file_name,
                row=line,
            )

    def _misfit(self, line: int, cells: Sequence[str]) -> None:
        self.misfits.append((line, [plainly(cell) for cell in cells]))
        self.hold(
            line,
            None,
            f"has {len(cells)} cells under {self.layout.width} captions: its values can't be told apart.",
            "Look for a separator inside a cell that needs quotes, or export again.",
            "misfit",
        )

    def hold(self, line: int, caption: str | None, message: str, fix: str, kind: str) -> None:
        """Reports one row as held."""
        self.report.held += 1
        self.problems.append(Problem(Severity.ERROR, message, fix, self.file_name, row=line, column=caption, kind=kind))

    def _check_line_breaks(self, line: int, cells: Sequence[str]) -> None:
        """No cell of a field goes over several lines, whether anybody asks for it or not; but for free text."""
        if not isinstance(self.source, TextSource):
            return
        for index in (column.index for name, column in self.layout.columns.items() if name != "description"):
            if "\n" in cells[index] or "\r" in cells[index]:
                raise cannot(
                    ExitCode.EXPORTS,
                    "a quoted cell goes over several lines: rows may have been swallowed by it.",
                    "Look at this line in a text editor; remove the quote or the line break, or export again.",
                    self.file_name,
                    row=line,
                    column=self.layout.captions[index],
                )

    def _check_merged(self) -> None:
        merged = 0 if isinstance(self.source, TextSource) else self.source.last_merged_row
        if merged > self.layout.header_row:
            raise cannot(
                ExitCode.EXPORTS,
                "holds merged cells below its header: only the first of them has a value.",
                "Unmerge them, or export as CSV.",
                self.file_name,
                row=merged,
            )

    def _check_end(self, last: Row | None) -> None:
        self._plain_ids.clear()
        if self.report.rows == sum(self.report.dropped.get(each, 0) for each in _NO_DATA):
            raise cannot(
                ExitCode.EXPORTS,
                "has a header and no rows.",
                "Run the export again; look at its filter.",
                self.file_name,
            )
        if self.report.rows + self.layout.header_row in EXCEL_LIMITS:
            raise cannot(
                ExitCode.EXPORTS,
                f"has exactly {self.report.rows + self.layout.header_row:,} rows, the most Excel can hold: "
                "it was cut off there.",
                "Export as CSV straight from the PMS.",
                self.file_name,
            )
        if last is not None and self.misfits and self.misfits[-1][0] == last[0] and len(last[1]) < self.layout.width:
            raise cannot(
                ExitCode.EXPORTS,
                "ends in the middle of a row: the file was cut off.",
                "Wait until the export is finished, or run it again.",
                self.file_name,
                row=last[0],
            )
        if isinstance(self.source, TextSource) and not self.source.ends_with_line_end():
            self.problems.append(
                Problem(
                    Severity.WARNING,
                    "the last line has no end: the file may have been cut off in its last amount.",
                    "Compare its total with the PMS, or export again.",
                    self.file_name,
                    row=last[0] if last else None,
                )
            )

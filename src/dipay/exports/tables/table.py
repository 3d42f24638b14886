"""Tables: a laid-out file as a stream of column batches, read strictly, with an account of every row.

Whatever is not a row of data is dropped with a name, whatever does not fit its header is handed on as a misfit:
rows = read + held + dropped, always.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from dipay.domain.fields import FileKind
from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.exports.layout.finding import AnySource, Column, Layout, describe
from dipay.exports.sources.files import Watch, nobody_watches
from dipay.exports.sources.text import Block, Line, PlainBlock, TextSource
from dipay.exports.tables.pages import PageTitles, header_of_a_copy
from dipay.exports.tables.rows import LAYOUT, RowKind, RowSorter
from dipay.exports.tables.totals import Totals
from dipay.exports.tables.trimmed import are_trimmed
from dipay.grammar.cells import plainly
from dipay.grammar.money import format_cents

if TYPE_CHECKING:
    from dipay.domain.columns import Numbers
    from dipay.exports.engine import Texts

#: More rows that can't be read than this, both in number and in share, mean that the file is not what it is taken for.
MOST_HELD_ROWS: Final = 5
MOST_HELD_SHARE: Final = 0.02
#: What old and new Excel can hold: a file of exactly that many rows was cut off there.
EXCEL_LIMITS: Final = frozenset({65_536, 1_048_576})
_MOST_REMEMBERED: Final = 100_000
#: Between the cells of several columns that are added up to one amount; no PMS writes it in an amount.
ADDED: Final = "\u00a6"

AnyBlock = Block | PlainBlock
B = TypeVar("B")


@dataclass(slots=True)
class FileReport:
    """What became of a file's rows and of their cents, where it holds amounts; `fields` are what it has columns for.

    `noted` of the rows held could be read, but for a note that a person must read.
    """

    kind: FileKind
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
    columns: dict[str, Sequence[str]]
    ids: Numbers

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(slots=True)
class Table:
    """A file's rows by field. Once they are used up, the report, problems and misfits are complete.

    `sorter` tells rows of data from others; `totals`, where somebody sums the rows up, holds printed sums against them.
    `held_ids` say of an id why its account is held.
    """

    source: AnySource
    layout: Layout
    id_field: str
    report: FileReport = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    misfits: list[Line] = field(default_factory=list)
    held_ids: dict[str, list[str]] = field(default_factory=dict)
    watch: Watch = nobody_watches
    totals: Totals | None = None
    sorter: RowSorter = field(init=False, repr=False)
    _plain_ids: set[str] = field(default_factory=set, repr=False)
    _exact_rows: bool = field(default=False, repr=False)
    _wider_row: Line | None = field(default=None, repr=False)
    _short_rows: list[Line] = field(default_factory=list, repr=False)
    _last_id: str = field(default="", repr=False)
    _last_ids: Sequence[str] = field(default=(), repr=False)
    _is_below_total: bool = field(default=False, repr=False)
    _summary: list[Line] = field(default_factory=list, repr=False)
    _bare_sums: int | None = field(default=None, repr=False)
    _nameless: int = field(default=0, repr=False)
    _has_pages: bool = field(default=False, repr=False)
    _titles: PageTitles = field(default_factory=PageTitles, repr=False)

    def __post_init__(self) -> None:
        layout = self.layout
        self.sorter = RowSorter(layout, self.id_field)
        self.report = FileReport(
            layout.kind, self.file_name, layout.profile.name, describe(layout, self.source),
            fields=tuple(sorted(layout.columns)),
        )  # fmt: skip

    def anew(self) -> Table:
        """The same file, of which no row was read yet."""
        table = Table(self.source, self.layout, self.id_field, watch=self.watch)
        table.sorter.known = self.sorter.known
        return table

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
        indexes = [each.index for each in self.layout.columns[name].all]
        rows = (cells for block in self.blocks() for cells in block.rows)
        return (plainly(cells[index]) for cells in rows for index in indexes if index < len(cells))

    def line_of(self, name: str, text: str) -> int | None:
        """Where the column first holds that cell."""
        index = self.layout.columns[name].index
        for block in self.blocks():
            for line, cells in zip(block.lines, block.rows, strict=True):
                if index < len(cells) and plainly(cells[index]) == text:
                    return line
        return None

    # The rows, by field.

    def rows(self, fields: Sequence[str]) -> Iterator[Block]:
        """The rows of data, one by one: nothing that only many at a time need is imported for it."""
        columns = self._columns(fields)
        self._begin()
        last: Line | None = None
        for block in self._watched(self.blocks()):
            self.report.rows += len(block.lines)
            last = (block.lines[-1], block.rows[-1])
            yield from self._kept(block, columns)
        yield from self._finish(last)

    def batches(self, fields: Sequence[str], ids: Texts) -> Iterator[Batch]:
        """The rows of data as batches of the named fields' columns; fields without a column are left out.

        `ids` are the texts of ids met so far, in this file or in others that know the same patients.
        """
        columns = self._columns(fields)
        self._begin()
        of_digits = None if self.sorter.has_a_number_for_its_id else lambda _: True
        plainness = ids.read_by(self.sorter.is_plain, int, of_digits)
        last: Line | None = None
        for block in self._watched(self._blocks(columns)):
            self.report.rows += len(block.lines)
            if isinstance(block, PlainBlock):
                cells = {name: self._cells(block.columns, indexes) for name, indexes in columns.items()}
                numbers = ids.numbers(cells[self.id_field])
                if plainness.as_numbers(numbers).all():
                    self._expect_width()
                    last = (block.lines[-1], [])
                    self._note_data()
                    self._last_ids = cells[self.id_field]
                    yield Batch(block.lines, cells, numbers)
                    continue
            rows = Block(block.lines, block.reread()) if isinstance(block, PlainBlock) else block
            last = (rows.lines[-1], rows.rows[-1])
            for kept in self._kept(rows, columns):
                yield self._batch(kept, columns, ids)
        for kept in self._finish(last):
            yield self._batch(kept, columns, ids)

    def _batch(self, block: Block, columns: Mapping[str, Sequence[int]], ids: Texts) -> Batch:
        by_column = dict(enumerate(zip(*block.rows, strict=False)))
        cells = {name: self._cells(by_column, indexes) for name, indexes in columns.items()}
        return Batch(block.lines, cells, ids.numbers(cells[self.id_field]))

    @staticmethod
    def _cells(by_column: Mapping[int, Sequence[str]], indexes: Sequence[int]) -> Sequence[str]:
        """The cells of a field; of several columns that are added, side by side."""
        if len(indexes) == 1:
            return by_column[indexes[0]]
        return [ADDED.join(cells) for cells in zip(*(by_column[index] for index in indexes), strict=True)]

    def _columns(self, fields: Sequence[str]) -> dict[str, tuple[int, ...]]:
        columns = self.layout.columns
        return {name: tuple(each.index for each in columns[name].all) for name in fields if name in columns}

    def _begin(self) -> None:
        self._check_merged()
        above = self.source.head(self.layout.part)[: self.layout.header_row - 1]
        for line, cells in above:
            if line < self.layout.header_row:
                self._titles.note(" ".join(cells))

    def _watched(self, blocks: Iterator[B]) -> Iterator[B]:
        """The same blocks; whoever watches is told that the file is done with, however that comes about."""
        try:
            yield from blocks
        finally:
            self.watch(self.file_name, self.report.rows, 1.0)

    def _blocks(self, columns: Mapping[str, Sequence[int]]) -> Iterator[AnyBlock]:
        """The rows below the header, by the column where the file is long and plain."""
        source, layout = self.source, self.layout
        wanted = sorted({index for indexes in columns.values() for index in indexes})

        def tell(share: float) -> None:
            self.watch(self.file_name, self.report.rows, share)

        for block in (
            source.columns(layout.part, layout.header_row, layout.width, wanted, tell)
            if isinstance(source, TextSource)
            else source.blocks(layout.part, tell)
        ):
            if isinstance(block, PlainBlock):
                yield block
            elif (below := block.after(layout.header_row)).rows:
                yield below

    # Rows told apart.

    def _kept(self, block: Block, columns: Mapping[str, Sequence[int]]) -> Iterator[Block]:
        """The block's rows of data; what is none is dropped or held. Before a row of sums those above are given."""
        if self._is_plain(block, columns):
            self._note_data()
            self._last_ids = [cells[self.sorter.id_index] for cells in block.rows]
            yield block
            return
        lines: list[int] = []
        rows: list[list[str]] = []
        for line, cells in zip(block.lines, block.rows, strict=True):
            row = self.sorter.row(cells)
            if row in (RowKind.SUMS, RowKind.TOTAL, RowKind.HEADING) and rows:
                yield Block(lines, rows)
                lines, rows = [], []
            if (
                row in (RowKind.DATA, RowKind.NAMELESS)
                and self._is_below_total
                and not self.sorter.is_of_somebody(cells)
            ):
                # Nobody's, unless rows of data follow.
                self._summary.append((line, list(cells)))
            elif row is RowKind.DATA or (row in (RowKind.SUMS, RowKind.TOTAL) and not self._are_sums(line, cells, row)):
                if (whole := self._whole(line, cells)) is not None:
                    lines.append(line)
                    rows.append(whole)
            elif row in LAYOUT:
                self._drop_layout(line, cells, row)
            elif row is RowKind.OTHER_HEADER:
                raise self._second_report(line, "has a second header, with other columns.")
            elif row is RowKind.NAMELESS:
                self._hold_above(line, cells)
        if rows:
            yield Block(lines, rows)

    def _is_plain(self, block: Block, columns: Mapping[str, Sequence[int]]) -> bool:
        """Whether every row is a whole row of data, seen from its length, its lines and its ids."""
        if set(map(len, block.rows)) != {self.layout.width} or not isinstance(block.lines, range):
            return False
        (index,) = columns[self.id_field]
        ids = {cells[index] for cells in block.rows} - self._plain_ids
        if not all(map(self.sorter.is_plain, ids)):
            return False
        if len(self._plain_ids) < _MOST_REMEMBERED:
            self._plain_ids |= ids
        self._expect_width()
        return True

    def _drop_layout(self, line: int, cells: Sequence[str], row: RowKind) -> None:
        self.report.drop(row.value)
        self._has_pages = self._has_pages or row is RowKind.HEADER
        if row is RowKind.HEADING and self.totals is not None:
            self.totals.begin_group()
        if row in (RowKind.HEADING, RowKind.FOOTER) and self._titles.is_of_another_day(" ".join(cells)):
            raise self._second_report(line, "holds pages of another day.")

    def _second_report(self, line: int, words: str) -> Exception:
        return cannot(
            ExitCode.EXPORTS,
            f"{words[:-1]}: two reports are in one file.",
            "Export them again, each to a file of its own.",
            self.file_name,
            row=line,
        )

    def _are_sums(self, line: int, cells: Sequence[str], row: RowKind) -> bool:
        """Whether a row is one of sums, which is then dropped; where it is not, it is money of nobody that is known."""
        if self.totals is None:
            self.report.drop(RowKind.TOTAL.value)
            return True
        checked = self.totals.check(self._amounts(cells))
        if checked.proved:
            self._is_below_total = self._is_below_total or checked.is_of_all
        elif self._is_below_total and (row is RowKind.SUMS or self.sorter.is_partial(cells)):
            self._summary.append((line, list(cells)))
            return True
        if checked.proved is False and row is RowKind.TOTAL and not self.sorter.is_partial(cells):
            name = next(each for each in checked.all_above if checked.said[each] != checked.all_above[each])
            raise cannot(
                ExitCode.EXPORTS,
                f"its total row says {format_cents(checked.said[name])}, its rows add up to "
                f"{format_cents(checked.all_above[name])}.",
                "Rows are missing or were changed: export again.",
                self.file_name,
                row=line,
                column=self.layout.columns[name].caption,
            )
        if row is RowKind.SUMS and not checked.proved:
            if self.sorter.has_something_like_an_id(cells):
                return False
            self._hold_above(line, cells)
            self._bare_sums = line if not self.sorter.labels(cells) else None
            return True
        self.report.drop((RowKind.TOTAL if checked.is_of_all else RowKind.SUMS).value)
        return True

    def _amounts(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row's amounts by field."""
        by_column = {index: [cells[index] if index < len(cells) else ""] for index in self.sorter.money}
        columns = self._columns(self.totals.fields if self.totals is not None else ())
        return {name: self._cells(by_column, indexes)[0] for name, indexes in columns.items()}

    def _hold_above(self, line: int, cells: Sequence[str]) -> None:
        """Money of nobody: it may belong to the row above, whose account is held."""
        if self.totals is not None:
            self.totals.add_row(self._amounts(cells))
        caption = self.layout.columns[self.id_field].caption
        fix = "Export with the id in every row."
        owner = self._owner_above()
        if not owner:
            message = (
                "holds an amount and no id that is known, and no row stands above it: nobody can tell whose it is."
            )
            profile = self.layout.profile
            if profile.id_pattern is not None and "," in "".join(cells[self.sorter.id_index :][:1]):
                message, fix = profile.id_otherwise, "Then export again."
            raise cannot(ExitCode.EXPORTS, message, fix, self.file_name, row=line, column=caption)
        self._nameless += 1
        message = f"holds an amount and no id that is known: the account of {owner} above it is held."
        self.hold(line, caption, message, fix, "no id")
        self.held_ids.setdefault(owner, []).append(f"{self.file_name}:{line} below it has no id")

    def _whole(self, line: int, cells: Sequence[str]) -> list[str] | None:
        """The row's cells, where they can be told apart by the header."""
        width = self.layout.width
        if len(cells) < width and self._may_be_trimmed(len(cells)):
            self._short_rows.append((line, list(cells)))
            if self.totals is not None:
                self.totals.add_row(self._amounts(cells))
            return None
        if len(cells) != width and not self._only_ends_later(line, cells):
            self._misfit(line, cells)
            return None
        self._check_line_breaks(line, cells)
        if len(cells) == width:
            self._expect_width()
        self._note_data()
        last = self.sorter.id_in(cells[self.sorter.id_index])
        if self.sorter.is_known(last):
            self._last_id, self._last_ids = last, ()
        return list(cells[:width])

    def _note_data(self) -> None:
        """Notes that rows of data stand here: what stood below a total is not below the last one."""
        for line, cells in self._summary:
            self._hold_above(line, cells)
        self._summary.clear()
        self._is_below_total, self._bare_sums = False, None

    def _owner_above(self) -> str:
        """The last id above that is somebody's, whose account money without an id may belong to."""
        ids = map(self.sorter.id_in, reversed(self._last_ids))
        self._last_id = next(filter(self.sorter.is_known, ids), self._last_id)
        self._last_ids = ()
        return self._last_id

    def _may_be_trimmed(self, width: int) -> bool:
        """Whether a row of that width has every cell that a row can't do without."""
        return isinstance(self.source, TextSource) and width > max(self.layout.needed)

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
        if self.totals is not None:
            self.totals.lose()
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
        for name, column in self.layout.columns.items():
            for index in (each.index for each in column.all if name != "description"):
                if index < len(cells) and ("\n" in cells[index] or "\r" in cells[index]):
                    raise cannot(
                        ExitCode.EXPORTS,
                        "a quoted cell goes over several lines: rows may have been swallowed by it.",
                        "Look at this line in a text editor; remove the quote or the line break, or export again.",
                        self.file_name,
                        row=line,
                        column=self.layout.captions[index],
                    )

    # Where it ends.

    def _check_merged(self) -> None:
        merged = 0 if isinstance(self.source, TextSource) else self.source.last_merged_row
        if merged > self.layout.header_row:
            raise cannot(
                ExitCode.EXPORTS,
                "holds cells merged over several rows below its header: only the first of them has a value.",
                "Unmerge them, or export as CSV.",
                self.file_name,
                row=merged,
            )

    def _finish(self, last: Line | None) -> Iterator[Block]:
        """The rows that a program left the last separators out of, where that is proved; then the end is looked at."""
        if self._short_rows:
            if are_trimmed(self._short_rows, self.blocks(), self.layout.width):
                for line, cells in self._short_rows:
                    self._check_line_breaks(line, cells)
                width = self.layout.width
                rows = [[*cells, *[""] * (width - len(cells))] for _, cells in self._short_rows]
                yield Block([line for line, _ in self._short_rows], rows)
            else:
                for line, cells in self._short_rows:
                    self._misfit(line, cells)
        self._check_end(last)

    def _check_end(self, last: Line | None) -> None:
        self._plain_ids.clear()
        report = self.report
        for _ in self._summary:
            report.drop(RowKind.SUMMARY.value)
        if self._bare_sums is not None:
            raise cannot(
                ExitCode.EXPORTS,
                "ends with sums that its rows do not add up to.",
                "Rows are missing or were changed: export again.",
                self.file_name,
                row=self._bare_sums,
            )
        if self._has_pages and (line := header_of_a_copy(self.blocks(), self.sorter)) is not None:
            raise self._second_report(line, "has its header again, and below it rows that stand above it too.")
        no_data = {row.value for row in (*LAYOUT, RowKind.TOTAL, RowKind.SUMS, RowKind.SUMMARY)}
        if report.rows == sum(count for why, count in report.dropped.items() if why in no_data):
            raise cannot(
                ExitCode.EXPORTS,
                "has a header and no rows.",
                "Run the export again; look at its filter.",
                self.file_name,
            )
        if report.rows + self.layout.header_row in EXCEL_LIMITS:
            raise cannot(
                ExitCode.EXPORTS,
                f"has exactly {report.rows + self.layout.header_row:,} rows, the most Excel can hold: "
                "it was cut off there.",
                "Export as CSV straight from the PMS.",
                self.file_name,
            )
        if self._nameless > MOST_HELD_ROWS and self._nameless > MOST_HELD_SHARE * report.rows:
            raise cannot(
                ExitCode.EXPORTS,
                f"{self._nameless:,} of its {report.rows:,} rows hold amounts and no id that is known.",
                "Export with the id in every row, not once for each group of rows.",
                self.file_name,
                column=self.layout.columns[self.id_field].caption,
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

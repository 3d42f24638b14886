"""Spreadsheet exports (XLSX, XLS, ODS): the one visible sheet that holds a table, as rows of text.

calamine reads them. What a spreadsheet stores as a number or a date becomes the text the same grammars read in a CSV,
so an amount can't be read by two rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.exports.sources.files import ExportFile, Watch, nobody_watches
from dipay.exports.sources.text import BLOCK_ROWS, Block, Line
from dipay.exports.sources.workbook_faults import Fault, on_sheet, stop_for

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

#: Excel keeps 15 digits of a number; a longer id was rounded before dipay saw it.
EXACT_DIGITS = 15
_CENT = Decimal("0.01")
_NOISE = Decimal("0.000001")
#: How far a workbook is read, about, once it was looked into, and once its cells are taken out of it.
_GUARDED, _TAKEN_OUT = 0.2, 0.6


@dataclass(frozen=True, slots=True)
class SheetSource:
    """A spreadsheet with its visible sheets. Line numbers are the sheet's own, from 1.

    Its cells are held as the reader keeps them and become text a block at a time: as objects of Python's, all at once,
    they take three times as much. `last_merged_row` is how far down cells merged over several rows reach, 0 for none.
    """

    file: ExportFile
    sheets: tuple[tuple[str, CalamineSheet], ...]
    last_merged_row: int = 0

    def blocks(self, sheet: str, tell: Callable[[float], None] = lambda _: None) -> Iterator[Block]:
        """The rows of that sheet as cells. `tell` is told what share of the file is read."""
        stored, rows, start = self._sheet(sheet), self._rows(sheet), 1
        while piece := list(islice(rows, BLOCK_ROWS)):
            yield Block(range(start, start + len(piece)), piece)
            start += len(piece)
            tell(min(0.99, _TAKEN_OUT + start / stored.total_height * (1 - _TAKEN_OUT)))

    def head(self, sheet: str, rows: int = 30) -> list[Line]:
        """The first rows of that sheet."""
        return list(enumerate(islice(self._rows(sheet), rows), 1))

    def _sheet(self, name: str) -> CalamineSheet:
        return next(stored for each, stored in self.sheets if each == name)

    def _rows(self, name: str) -> Iterator[list[str]]:
        """The sheet's rows from its first one and first column on, wherever its cells begin."""
        sheet, read = self._sheet(name), 0
        indent = [""] * (sheet.start or (0, 0))[1]
        with _refused_in_words(self.file):
            try:
                for cells in sheet.iter_rows():
                    yield [*indent, *map(cell_text, cells)]
                    read += 1
            except OverflowError:
                raise on_sheet(name, stop_for(Fault.TOO_LONG_A_TIME, self.file, read + 1)) from None


def open_sheets(file: ExportFile, watch: Watch = nobody_watches) -> SheetSource:
    """The workbook's visible sheets; a file that can't be opened stops with why."""
    try:
        return _open_sheets(file, watch)
    finally:
        watch(file.name, 0, 1.0)


def _open_sheets(file: ExportFile, watch: Watch) -> SheetSource:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    from dipay.exports.sources.workbook_guard import guard

    last_merged_row = guard(file)
    watch(file.name, 0, _GUARDED)
    # Opened here, and not by the reader: of a disk that fails, it would not say what the system says.
    with file.opened() as raw, _refused_in_words(file), load_workbook(raw) as book:
        # A sheet that is only a chart holds no table.
        names = [
            each.name
            for each in book.sheets_metadata
            if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
        ]
        sheets = {name: book.get_sheet_by_name(name) for name in names}
    watch(file.name, 0, _TAKEN_OUT)
    with_cells = tuple((name, sheet) for name, sheet in sheets.items() if sheet.start is not None)
    if not with_cells:
        raise cannot(ExitCode.EXPORTS, "has no visible sheet with a table.", "Run the export again.", file.name)
    return SheetSource(file, with_cells, last_merged_row)


@contextmanager
def _refused_in_words(file: ExportFile) -> Iterator[None]:
    """What the reader can't read stops in dipay's words; what the system says of the disk goes on as it is."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError:
        raise stop_for(Fault.PASSWORD, file) from None
    except (CalamineError, ValueError):
        raise stop_for(Fault.DAMAGED, file) from None
    except OSError as error:
        # The reader calls by this name, too, what ends before it should.
        if error.errno is not None:
            raise
        raise stop_for(Fault.DAMAGED, file) from None
    except BaseException as error:
        # Where the reader itself fails on a damaged file it raises what no `except Exception` catches.
        if type(error).__name__ != "PanicException":
            raise
        raise stop_for(Fault.DAMAGED, file) from None


def cell_text(value: object) -> str:
    """A stored cell as the text a CSV would hold.

    Whole numbers keep all their digits; amounts are rounded to the cent only where the stored number is within a
    millionth of one (a spreadsheet's 0.30000000000000004); anything finer stays as it is and is refused as an amount.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        # A reader makes whole numbers of what is stored as a float: beyond 15 digits the last ones are made up.
        return str(value) if abs(value) < 10**EXACT_DIGITS else repr(float(value))
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta | time):
        return str(value)
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    if not abs(value) < 10**EXACT_DIGITS:
        return repr(value)
    if value.is_integer():
        return str(int(value))
    exact = Decimal(repr(value))
    cents = exact.quantize(_CENT)
    return str(cents) if abs(exact - cents) < _NOISE else format(exact, "f")

"""Spreadsheet exports (XLSX, XLS, ODS): the one visible sheet that holds a table, as rows of text.

pandas reads them, with calamine. What a spreadsheet stores as a number or a date becomes the text the same grammars
read in a CSV, so an amount can't be read by two rules.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dipay.domain.problems import ExitCode, cannot
from dipay.exports.sources.files import ExportFile, Watch, nobody_watches, unreadable
from dipay.exports.sources.text import BLOCK_ROWS, Block, Line
from dipay.exports.sources.workbook_faults import Fault, stop_for

#: Excel keeps 15 digits of a number; a longer id was rounded before dipay saw it.
EXACT_DIGITS = 15
_CENT = Decimal("0.01")
_NOISE = Decimal("0.000001")
#: How far a workbook is read, about, once it was looked into, and once its cells are taken out of it.
_GUARDED, _TAKEN_OUT = 0.2, 0.6


@dataclass(frozen=True, slots=True)
class SheetSource:
    """A spreadsheet with its visible sheets' rows. Line numbers are the sheet's own, from 1.

    `last_merged_row` is how far down cells merged over several rows reach, 0 for none.
    """

    file: ExportFile
    sheets: tuple[tuple[str, list[list[str]]], ...]
    last_merged_row: int = 0

    def blocks(self, sheet: str) -> Iterator[Block]:
        """The rows of that sheet as cells."""
        rows = self._rows(sheet)
        for start in range(0, len(rows), BLOCK_ROWS):
            piece = rows[start : start + BLOCK_ROWS]
            yield Block(range(start + 1, start + len(piece) + 1), piece)

    def head(self, sheet: str, rows: int = 30) -> list[Line]:
        """The first rows of that sheet."""
        return list(enumerate(self._rows(sheet)[:rows], 1))

    def _rows(self, sheet: str) -> list[list[str]]:
        return next(rows for name, rows in self.sheets if name == sheet)


def open_sheets(file: ExportFile, watch: Watch = nobody_watches) -> SheetSource:
    """The workbook's visible sheets; a file that can't be opened stops with why."""
    try:
        return _open_sheets(file, watch)
    finally:
        watch(file.name, 0, 1.0)


def _open_sheets(file: ExportFile, watch: Watch) -> SheetSource:
    import pandas as pd
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum

    from dipay.exports.sources.workbook_guard import guard

    last_merged_row = guard(file)
    watch(file.name, 0, _GUARDED)
    try:
        with pd.ExcelFile(file.path, engine="calamine") as book, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            visible = [each.name for each in book.book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
            frames = {name: book.parse(name, header=None, dtype=object, na_filter=False) for name in visible}
    except PasswordError:
        raise cannot(
            ExitCode.EXPORTS,
            "is protected by a password.",
            "Open it in Excel, save it without a password, or export again.",
            file.name,
        ) from None
    except (CalamineError, ValueError):
        raise stop_for(Fault.DAMAGED, file) from None
    except OSError as error:
        raise unreadable(file.name, error) from None
    except BaseException as error:
        # Where the reader itself fails on a damaged file it raises what no `except Exception` catches.
        if type(error).__name__ != "PanicException":
            raise
        raise stop_for(Fault.DAMAGED, file) from None
    watch(file.name, 0, _TAKEN_OUT)
    most = max(1, sum(map(len, frames.values())))
    sheets: list[tuple[str, list[list[str]]]] = []
    done = 0
    for name, frame in frames.items():
        rows: list[list[str]] = []
        for start in range(0, len(frame), BLOCK_ROWS):
            values = frame.iloc[start : start + BLOCK_ROWS].to_numpy().tolist()
            rows += [[cell_text(value) for value in row] for row in values]
            done += len(values)
            watch(file.name, done, min(0.99, _TAKEN_OUT + done / most * (1 - _TAKEN_OUT)))
        if frame.size:
            sheets.append((str(name), rows))
    if not sheets:
        raise cannot(ExitCode.EXPORTS, "has no visible sheet with a table.", "Run the export again.", file.name)
    return SheetSource(file, tuple(sheets), last_merged_row)


def cell_text(value: Any) -> str:
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

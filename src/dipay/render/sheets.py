"""Tables for other programs: as a workbook (XLSX) that an office opens, or as CSV. What a cell is, its column says.

No cell is ever a formula: text from exports is written as text, whatever it begins with.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from dipay.domain.problems import ExitCode, cannot
from dipay.grammar.money import format_cents, plain_cents
from dipay.render.new_files import check_new_name, write_new
from dipay.render.safe import printable, spreadsheet_safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

Cell = str | int | float | date | None

#: What a sheet holds at most, with its captions, and one of its cells.
_MOST_ROWS: Final = 1_048_576
_MOST_LETTERS: Final = 32_767
#: A column is as wide as what it holds, between these.
_LEAST_WIDTH, _MOST_WIDTH = 8, 60
#: What the arrow of the filter takes beside a caption.
_ARROW: Final = 3


class Kind(Enum):
    """What a column holds, and how a workbook shows it. An id and a telephone number are text: zeros stay."""

    TEXT = "@"
    CENTS = "$#,##0.00;-$#,##0.00"
    DATE = "yyyy-mm-dd"
    NUMBER = "0"
    SHARE = "0%"
    RATIO = "0.00"
    DAYS = "#,##0.0"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its caption."""

    caption: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: a row's cells are of its columns' kinds, None for nothing."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def write_csv(sheet: Sheet, file: TextIO) -> None:
    """The table as CSV: amounts as plain numbers, days as in ISO 8601, texts that are no formula."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.caption for column in sheet.columns])
    kinds = [column.kind for column in sheet.columns]
    writer.writerows([_csv_text(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in sheet.rows)


def _csv_text(cell: Cell, kind: Kind) -> str:
    if isinstance(cell, str):
        return spreadsheet_safe(printable(cell))
    if isinstance(cell, int) and kind is Kind.CENTS:
        return plain_cents(cell)
    if isinstance(cell, float):
        return f"{cell:.4f}"
    return "" if cell is None else str(cell)


def check_workbook_name(path: Path, key: str, example: str = "worklist.xlsx") -> None:
    """Stops where no new workbook can have that name, before the work of filling it is done; `key` is the option's."""
    check_new_name(path, key, "workbook", example)


def write_workbook(path: Path, sheets: Sequence[Sheet], key: str) -> None:
    """Writes a new workbook, for this user alone: captions that stay in sight and filter, amounts and days as such.

    `CannotGoOn`: 2 where anything lies at `path`, 74 where it can't be written; then nothing is left of it.
    """
    check_workbook_name(path, key)
    write_new(path, _workbook(sheets), key, "workbook")


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    from xlsxwriter import Workbook

    content = io.BytesIO()
    # In memory: else names and amounts would lie in files in the system's temporary folder.
    with Workbook(content, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": kind.value}) for kind in Kind}
        for sheet in sheets:
            _add(book, sheet, bold, formats)
    return content.getvalue()


def _add(book: Workbook, sheet: Sheet, bold: Format, formats: dict[Kind, Format]) -> None:
    if len(sheet.rows) >= _MOST_ROWS:
        raise cannot(
            ExitCode.USAGE,
            f"{len(sheet.rows):,} rows are more than a sheet of a workbook holds.",
            "Take --csv.",
        )
    page = book.add_worksheet(sheet.title)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.caption, bold)
        width = len(column.caption) + _ARROW
        for number, row in enumerate(sheet.rows, 1):
            cell = row[place]
            if isinstance(cell, str):
                # Not `write`, which makes formulas, links and numbers of what looks like them.
                text = printable(cell)[:_MOST_LETTERS]
                page.write_string(number, place, text, formats[column.kind])
                width = max(width, len(text))
            elif isinstance(cell, date):
                page.write_datetime(number, place, cell, formats[column.kind])
                width = max(width, len("yyyy-mm-dd"))
            elif cell is not None:
                # Amounts are no floats, which would be written with whatever their last digits are.
                is_money = column.kind is Kind.CENTS and isinstance(cell, int)
                amount = Decimal(cell).scaleb(-2) if is_money else cell
                page.write_number(number, place, amount, formats[column.kind])
                width = max(width, len(format_cents(cell)) if isinstance(cell, int) else 0)
        page.set_column(place, place, max(_LEAST_WIDTH, min(_MOST_WIDTH, width + 1)), formats[column.kind])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    # Excel would mark every id: it looks like a number and is text.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})

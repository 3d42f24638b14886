"""What keeps a workbook from being read, in words, whatever kind of workbook it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.exports.sources.files import ExportFile

MOST_ROWS, MOST_COLUMNS = 1_048_576, 702
#: Readers take memory for every cell of the rectangle round a table: beyond this, cells must be there to fill it.
MOST_EMPTY_CELLS = 2_000_000

_AGAIN = "Export again from the PMS, as CSV."


class Fault(Enum):
    """What is wrong, and what to do."""

    FORMULA = (
        "holds formulas; their results may be old or missing.",
        "Copy the sheet and paste it as values, or export as CSV.",
    )
    ERROR = ("holds error cells (#N/A, #REF!).", "Correct them, or export again from the PMS.")
    HIDDEN = (
        "holds hidden or filtered rows; dipay can't know whether they are meant.",
        "Show all rows (Data, Clear filter) and save, or export as CSV.",
    )
    TOO_LONG_A_TIME = (
        "holds a number that its format shows as a time, and that is far too large for one.",
        "Show the column as a number or text (Format, Cells) and save, or export as CSV.",
    )
    DOCTYPE = ("holds a document type, which no spreadsheet program writes.", "Export again from the PMS.")
    PASSWORD = ("is protected by a password.", "Open it in Excel, save it without a password, or export again.")
    DAMAGED = (
        "can't be opened as a spreadsheet: it is cut off or damaged.",
        "Save it again in Excel, or export as CSV.",
    )
    PART_TWICE = ("holds one part twice.", "Export again from the PMS.")
    LARGE = ("is larger than any workbook with an export in it.", _AGAIN)
    BOMB = ("unpacks to far more than it should.", _AGAIN)
    BINARY = ("is a binary workbook (XLSB).", "Save it as an Excel workbook (XLSX), or export as CSV.")
    FAR = ("has a cell far outside any table.", _AGAIN)


def stop_for(fault: Fault, file: ExportFile, row: int | None = None) -> CannotGoOn:
    """The error that ends a command because of that."""
    message, fix = fault.value
    return cannot(ExitCode.EXPORTS, message, fix, file.name, row=row)


def on_sheet(name: str, error: CannotGoOn) -> CannotGoOn:
    """The same error with the name of the sheet it was met on."""
    return CannotGoOn([replace(each, sheet=name) for each in error.problems], error.exit_code)


@dataclass(slots=True)
class Extent:
    """How far right and down the cells of a sheet reach, and how large the part of the file is that holds them."""

    part_bytes: int
    row: int = 0
    column: int = 0

    def is_beyond_any_table(self) -> bool:
        """Whether no table is that wide or long, or there are too few bytes for the cells it would have."""
        cells = self.row * self.column
        return self.row > MOST_ROWS or self.column > MOST_COLUMNS or cells > max(MOST_EMPTY_CELLS, self.part_bytes)

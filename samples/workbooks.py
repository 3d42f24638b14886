"""The practice's exports as real workbooks. Needs xlsxwriter, which is imported only when a workbook is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from layouts import (
    DENTRIX_AGING_CAPTIONS,
    DENTRIX_PATIENT_CAPTIONS,
    LEDGER_CAPTIONS,
    PATIENT_CAPTIONS,
    Cents,
    Row,
    dentrix_aging,
    dentrix_patients,
    generic_entry,
    generic_patient,
)
from practice import PRACTICE_NAME, Family, Practice

#: All that a sheet can hold, and one row of it is the header.
MOST_ROWS = 1_048_575


class Book:
    """A workbook of tables. Its dates of creation are fixed: the same practice gives the same bytes."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter  # noqa: PLC0415  the text layouts do without it

        path.parent.mkdir(parents=True, exist_ok=True)
        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
        self.book.set_properties({"title": path.stem, "author": PRACTICE_NAME, "created": datetime(2026, 11, 20)})  # noqa: DTZ001  workbooks know no time zone
        self.dates = self.book.add_format({"num_format": "mm/dd/yyyy"})
        self.money = self.book.add_format({"num_format": "#,##0.00"})
        self.bold = self.book.add_format({"bold": True})

    def add_table(
        self,
        name: str,
        captions: Sequence[str],
        rows: Iterable[Row],
        *,
        titles: Sequence[str] = (),
        hidden: bool = False,
    ) -> None:
        """A sheet with title rows, if any, the captions and the rows. More rows than it holds raise ValueError."""
        sheet = self.book.add_worksheet(name)
        if hidden:
            sheet.hide()
        line = 0
        for title in titles:
            sheet.write_string(line, 0, title, self.bold)
            line += 1
        for column, caption in enumerate(captions):
            sheet.write_string(line, column, caption, self.bold)
        for row in rows:
            line += 1
            if line > MOST_ROWS:
                raise ValueError(f"a sheet holds {MOST_ROWS:,} rows at most; write the generic layout instead")
            self._write_row(sheet, line, row)

    def _write_row(self, sheet: Any, line: int, row: Row) -> None:
        for column, cell in enumerate(row):
            if isinstance(cell, Cents):
                sheet.write_number(line, column, cell / 100, self.money)
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, cell, self.dates)
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell)
            elif cell:
                sheet.write_string(line, column, cell)

    def close(self) -> None:
        self.book.close()


def write_dentrix_workbooks(practice: Practice, folder: Path) -> None:
    """Patients.xlsx, with a hidden sheet of some old rows, and Aging.xlsx, with a title above its header."""
    book = Book(folder / "Patients.xlsx")
    book.add_table("Patients", DENTRIX_PATIENT_CAPTIONS, dentrix_patients(practice))
    book.add_table("Old copy", DENTRIX_PATIENT_CAPTIONS, islice(dentrix_patients(practice), 5), hidden=True)
    book.close()
    book = Book(folder / "Aging.xlsx")
    title = f"{PRACTICE_NAME}: Aging Report as of {practice.as_of:%m/%d/%Y}"
    book.add_table("Aging", DENTRIX_AGING_CAPTIONS, dentrix_aging(practice), titles=(title,))
    book.close()


def stream_generic_workbooks(families: Iterable[Family], folder: Path) -> tuple[int, int]:
    """patients.xlsx and ledger.xlsx with dipay's own captions; returns the numbers of patients and entries."""
    patients, ledger = Book(folder / "patients.xlsx"), Book(folder / "ledger.xlsx")
    persons: list[Row] = []
    counted = 0

    def entries() -> Iterable[Row]:
        nonlocal counted
        for family in families:
            persons.extend(generic_patient(person) for person in family.persons)
            for patient_id, entry in family.entries:
                counted += 1
                yield generic_entry(counted, patient_id, entry)

    ledger.add_table("Ledger", LEDGER_CAPTIONS, entries())
    ledger.close()
    patients.add_table("Patients", PATIENT_CAPTIONS, persons)
    patients.close()
    return len(persons), counted

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from dipay.exports.sources.sheets import cell_text
from tests.exports.reading import LEDGER, PATIENTS, by_id, read, stopped

Cells = list[list[Any]]


def typed(text: str, *, money: frozenset[str], dates: frozenset[str]) -> Cells:
    """A CSV's rows as a spreadsheet program would hold them: amounts as numbers, dates as dates, the rest as text."""
    rows: Cells = list(csv.reader(io.StringIO(text)))
    header = rows[0]
    for row in rows[1:]:
        for index, name in enumerate(header):
            cell = row[index]
            if name in dates and cell:
                row[index] = date.fromisoformat(cell)
            elif name in money and cell:
                amount = cell.strip("()")
                row[index] = -float(amount) if cell.startswith("(") else float(amount)
    return rows


PATIENT_CELLS = typed(
    PATIENTS,
    money=frozenset({"insurance_estimate", "writeoff_estimate"}),
    dates=frozenset({"birth_date", "last_visit"}),
)
LEDGER_CELLS = typed(LEDGER, money=frozenset({"amount"}), dates=frozenset({"date"}))


def write_xlsx(path: Path, rows: Cells, title: str | None = None, **more: Any) -> None:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "mm/dd/yyyy", "use_zip64": False}) as book:
        if more.get("hidden_first"):
            old = book.add_worksheet("Old")
            old.write_row(0, 0, rows[0])
            book.add_worksheet("Data").activate()
            book.worksheets()[1].set_first_sheet()
            old.hide()
            sheet = book.worksheets()[1]
        else:
            sheet = book.add_worksheet("Data")
        if title:
            sheet.merge_range(0, 0, 0, 3, title)
        start = 2 if title else 0
        for number, row in enumerate(rows, start):
            for index, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, index, value)
                else:
                    sheet.write(number, index, value)
        for cell, formula in more.get("formulas", {}).items():
            sheet.write_formula(cell, formula)
        if more.get("hide_row"):
            sheet.set_row(more["hide_row"], None, None, {"hidden": True})
        if more.get("merge"):
            sheet.merge_range(more["merge"], "0100")
        if more.get("second"):
            book.add_worksheet("Copy").write_row(0, 0, rows[0])
            for number, row in enumerate(rows[1:], 1):
                book.worksheets()[-1].write_row(number, 0, [str(each) for each in row])


def write_xls(path: Path, rows: Cells) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    dates = xlwt.easyxf(num_format_str="MM/DD/YYYY")
    for number, row in enumerate(rows):
        for index, value in enumerate(row):
            sheet.write(number, index, value, dates) if isinstance(value, date) else sheet.write(number, index, value)
    book.save(str(path))


def write_ods(path: Path, rows: Cells) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Data")
    for row in rows:
        line = TableRow()
        for value in row:
            if isinstance(value, date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
            elif isinstance(value, float):
                cell = TableCell(valuetype="float", value=str(value))
            else:
                cell = TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


WRITERS = {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods}


@pytest.mark.parametrize("ending", list(WRITERS))
def test_a_spreadsheet_reads_like_the_csv(tmp_path: Path, ending: str) -> None:
    expected = read(tmp_path)
    WRITERS[ending](tmp_path / f"patients.{ending}", PATIENT_CELLS)
    WRITERS[ending](tmp_path / f"ledger.{ending}", LEDGER_CELLS)
    files = {"patients": f"patients.{ending}", "ledger": f"ledger.{ending}"}
    found = read(tmp_path, files=files)
    assert by_id(found) == by_id(expected)
    assert [report.rows for report in found.reports] == [report.rows for report in expected.reports]


def test_a_spreadsheet_is_known_by_its_bytes_not_its_name(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "ledger.csv", LEDGER_CELLS)
    content = (tmp_path / "ledger.csv").read_bytes()
    assert by_id(read(tmp_path, ledger=content)) == by_id(read(tmp_path))


def test_title_rows_and_a_hidden_sheet_are_passed_over(tmp_path: Path) -> None:
    expected = by_id(read(tmp_path))
    write_xlsx(tmp_path / "ledger.xlsx", LEDGER_CELLS, "Ledger of Maple Street Dental", hidden_first=True)
    files = {"patients": "patients.csv", "ledger": "ledger.xlsx"}
    assert by_id(read(tmp_path, files=files)) == expected


def test_row_numbers_are_the_sheets_own(tmp_path: Path) -> None:
    rows = [*LEDGER_CELLS, ["0100", date(2026, 9, 2), "procedure", "ten"]]
    write_xlsx(tmp_path / "ledger.xlsx", rows, "Ledger")
    problems = read(tmp_path, files={"patients": "patients.csv", "ledger": "ledger.xlsx"}).problems
    assert [each.row for each in problems if each.row] == [9]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"formulas": {"D3": "=1+1"}}, "holds formulas"),
        ({"hide_row": 2}, "hidden or filtered rows"),
        ({"merge": "A3:A4"}, "cells merged over several rows below its header"),
        ({"second": True}, "two visible sheets"),
    ],
)
def test_a_workbook_that_readers_would_misread_stops(tmp_path: Path, more: dict[str, Any], words: str) -> None:
    write_xlsx(tmp_path / "ledger.xlsx", LEDGER_CELLS, **more)
    (problem,) = stopped(tmp_path, files={"patients": "patients.csv", "ledger": "ledger.xlsx"})
    assert words in str(problem)


def test_a_damaged_and_an_encrypted_workbook_stop(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "ledger.xlsx", LEDGER_CELLS)
    whole = (tmp_path / "ledger.xlsx").read_bytes()
    files = {"patients": "patients.csv", "ledger": "ledger.xlsx"}
    (tmp_path / "ledger.xlsx").write_bytes(whole[: len(whole) // 2])
    assert "cut off or damaged" in str(stopped(tmp_path, files=files)[0])
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "ledger.xlsx").write_bytes(locked)
    assert "protected by a password" in str(stopped(tmp_path, files=files)[0])


def test_error_cells_and_far_cells_stop(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "plain.xlsx", LEDGER_CELLS)
    files = {"patients": "patients.csv", "ledger": "ledger.xlsx"}
    for old, new, words in (
        (b"</sheetData>", b'<row r="20"><c r="D20" t="e"><v>#N/A</v></c></row></sheetData>', "error cells"),
        (
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
            "far outside",
        ),
        (b"<worksheet", b"<!DOCTYPE x><worksheet", "document type"),
    ):
        with (
            zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
            zipfile.ZipFile(tmp_path / "ledger.xlsx", "w") as book,
        ):
            for part in plain.infolist():
                text = plain.read(part.filename)
                if part.filename == "xl/worksheets/sheet1.xml":
                    text = text.replace(old, new, 1)
                book.writestr(part.filename, text)
        assert words in str(stopped(tmp_path, files=files)[0])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("00123", "00123"),
        (5551234567.0, "5551234567"),
        (0.30000000000000004, "0.30"),
        (19.99, "19.99"),
        (1.005, "1.005"),
        (-12.5, "-12.50"),
        (120, "120"),
        (1e300, "1e+300"),
        (1234567890123456.0, "1234567890123456.0"),
        (float("nan"), "nan"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        (datetime(2026, 1, 2), "2026-01-02"),  # noqa: DTZ001  a sheet's dates have no zone
        (datetime(2026, 1, 2, 13, 45), "2026-01-02 13:45:00"),  # noqa: DTZ001
        (date(2026, 1, 2), "2026-01-02"),
    ],
)
def test_a_stored_cell_becomes_the_text_a_csv_would_hold(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_a_table_may_begin_anywhere_on_its_sheet(tmp_path: Path) -> None:
    indented: Cells = [[], [], [], *([None, None, *row] for row in LEDGER_CELLS)]
    write_xlsx(tmp_path / "ledger.xlsx", [*indented, [None, None, "0100", date(2026, 9, 2), "procedure", "ten"]])
    found = read(tmp_path, files={"patients": "patients.csv", "ledger": "ledger.xlsx"})
    assert [(each.row, each.column) for each in found.problems if each.row] == [(10, "amount")]


def test_a_sheet_that_is_only_a_chart_is_passed_over(tmp_path: Path) -> None:
    expected = by_id(read(tmp_path))
    with xlsxwriter.Workbook(str(tmp_path / "ledger.xlsx"), {"default_date_format": "mm/dd/yyyy"}) as book:
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Data!$D$2:$D$4"})
        book.add_chartsheet("Chart").set_chart(chart)
        sheet = book.add_worksheet("Data")
        for number, row in enumerate(LEDGER_CELLS):
            sheet.write_row(number, 0, row)
    assert by_id(read(tmp_path, files={"patients": "patients.csv", "ledger": "ledger.xlsx"})) == expected


def test_a_telephone_number_that_is_formatted_as_a_duration_stops_with_its_row(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "patients.xlsx")) as book:
        sheet = book.add_worksheet("Data")
        for number, row in enumerate(PATIENT_CELLS):
            sheet.write_row(number, 0, map(str, row))
        phone = PATIENT_CELLS[0].index("mobile_phone")
        sheet.write_number(2, phone, 2075550148, book.add_format({"num_format": "[h]:mm:ss"}))
    (problem,) = stopped(tmp_path, files={"patients": "patients.xlsx", "ledger": "ledger.csv"})
    assert str(problem).startswith('patients.xlsx:3, sheet "Data": holds a number that its format shows as a time')


def test_workbooks_are_read_without_pandas(tmp_path: Path) -> None:
    for ending, write in WRITERS.items():
        write(tmp_path / f"patients.{ending}", PATIENT_CELLS)
        write(tmp_path / f"ledger.{ending}", LEDGER_CELLS)
    program = (
        "import sys\nfrom pathlib import Path\nfrom dipay.exports.reading import read_exports\n"
        "from tests.exports.reading import plan\n"
        "for ending in sys.argv[2:]:\n"
        "    files = {'patients': f'patients.{ending}', 'ledger': f'ledger.{ending}'}\n"
        "    print(len(read_exports(plan(Path(sys.argv[1]), files=files)).accounts.ids))\n"
        "print(sorted({'pandas', 'pyarrow', 'openpyxl', 'xlrd', 'odf'} & set(sys.modules)))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, str(tmp_path), *WRITERS]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    *accounts, imported = told.stdout.splitlines()
    assert imported == "[]"
    assert accounts == [str(len(read(tmp_path).accounts.ids))] * len(WRITERS)

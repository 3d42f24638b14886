"""Spreadsheets as they really come: cases 43, 59, 74, 79 to 88."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from dipay.exports.reading import Exports
from tests.catalogue.building import LEDGER, Content, cells_of, old_sheet, open_sheet, patched, sheet, text_of
from tests.catalogue.cases import Case, Does
from tests.exports.reading import by_id
from tests.exports.test_spreadsheets import write_ods

_L = text_of(LEDGER)
_ONE = frozenset({"0300"})
_SHEET = "xl/worksheets/sheet1.xml"


def _files(ending: str) -> dict[str, Any]:
    return {"files": {"patients": "patients.csv", "ledger": f"ledger.{ending}"}}


def _xlsx(number: int, holds: str, does: Does, content: Content, **more: Any) -> Case:
    return Case(number, holds, does, {"ledger.xlsx": content}, _files("xlsx"), **more)


def _stops(number: int, holds: str, content: Content, ending: str = "xlsx") -> Case:
    return Case(number, holds, Does.STOPS, {f"ledger.{ending}": content}, _files(ending))


def _cell(row: int, column: int, value: Any) -> Callable[[list[list[Any]]], None]:
    def change(cells: list[list[Any]]) -> None:
        cells[row][column] = value

    return change


def _more(*rows: list[Any]) -> Callable[[list[list[Any]]], None]:
    def change(cells: list[list[Any]]) -> None:
        cells.extend(rows)

    return change


def _balance(cents: int) -> Callable[[Exports], None]:
    def look(exports: Exports) -> None:
        assert by_id(exports)["0300"].aged.balance_cents == cents

    return look


def _book(options: dict[str, Any], write: Callable[[Any, list[list[Any]]], None]) -> Content:
    """An XLSX written by a function of its own."""

    def content(path: Path) -> None:
        with xlsxwriter.Workbook(str(path), {"default_date_format": "mm/dd/yyyy", **options}) as book:
            write(book, cells_of(LEDGER))

    return content


def _fill(sheet_: Any, rows: list[list[Any]], first_row: int = 0, first_column: int = 0) -> None:
    for number, row in enumerate(rows, first_row):
        for index, value in enumerate(row, first_column):
            if isinstance(value, str):
                sheet_.write_string(number, index, value)
            else:
                sheet_.write(number, index, value)


def _plain(book: Any, rows: list[list[Any]]) -> None:
    _fill(book.add_worksheet("Data"), rows)


def _table_in_the_middle(book: Any, rows: list[list[Any]]) -> None:
    _fill(book.add_worksheet("Data"), [*rows, ["0300", date(2026, 10, 1), "payment", "five"]], 4, 2)


def _two_sheets(book: Any, rows: list[list[Any]]) -> None:
    _fill(book.add_worksheet("2025"), rows)
    _fill(book.add_worksheet("2026"), rows)


def _sheet_beside(book: Any, rows: list[list[Any]]) -> None:
    _fill(book.add_worksheet("Data"), rows)
    book.add_worksheet("Notes").write_string(0, 0, "printed by the front desk")


def _very_hidden(book: Any, rows: list[list[Any]]) -> None:
    _fill(book.add_worksheet("Old"), [[*row[:3], "9.99" if row[3] != "amount" else row[3]] for row in rows])
    data = book.add_worksheet("Data")
    _fill(data, rows)
    data.activate()
    data.set_first_sheet()
    book.worksheets()[0].very_hidden()


def _filtered(book: Any, rows: list[list[Any]]) -> None:
    data = book.add_worksheet("Data")
    _fill(data, rows)
    data.autofilter(0, 0, len(rows) - 1, 3)
    data.filter_column(2, "x == procedure")
    data.set_row(3, options={"hidden": True})


def _old(write: Callable[[Any], None]) -> Content:
    """An XLS with something done to its sheet."""

    def content(path: Path) -> None:
        book = xlwt.Workbook()
        data = book.add_sheet("Data", cell_overwrite_ok=True)
        days = xlwt.easyxf(num_format_str="MM/DD/YYYY")
        for number, row in enumerate(cells_of(LEDGER)):
            for index, value in enumerate(row):
                data.write(number, index, value, days) if isinstance(value, date) else data.write(number, index, value)
        write(data)
        book.save(str(path))

    return content


def _hide(data: Any) -> None:
    data.row(3).hidden = True


def _open(change: Callable[[list[list[Any]]], None]) -> Content:
    """An ODS with something done to its cells, which are elements."""

    def content(path: Path) -> None:
        book = OpenDocumentSpreadsheet()
        table = Table(name="Data")
        rows = [[_element(value) for value in row] for row in cells_of(LEDGER)]
        lines = [TableRow() for _ in rows]
        change([lines, *rows])
        for line, row in zip(lines, rows, strict=True):
            for cell in row:
                line.addElement(cell)
            table.addElement(line)
        book.spreadsheet.addElement(table)
        book.save(str(path))

    return content


def _element(value: Any) -> Any:
    if isinstance(value, date):
        cell = TableCell(valuetype="date", datevalue=value.isoformat())
    elif isinstance(value, float):
        cell = TableCell(valuetype="float", value=str(value))
    else:
        cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


def _open_formula(rows: list[list[Any]]) -> None:
    rows[3][3] = TableCell(formula="of:=1+1", valuetype="float", value="85")


def _open_error(rows: list[list[Any]]) -> None:
    rows[3][3] = cell = TableCell(formula="of:=NA()", valuetype="string", stringvalue="")
    cell.addElement(P(text="#N/A"))


def _open_hidden(rows: list[list[Any]]) -> None:
    rows[0][3].setAttribute("visibility", "filter")


def _open_merged(rows: list[list[Any]]) -> None:
    rows[2][0].setAttribute("numberrowsspanned", "2")
    rows[3][0] = CoveredTableCell()


def _open_bomb(rows: list[list[Any]]) -> None:
    rows[2][3].setAttribute("numbercolumnsrepeated", "16000")
    rows[0][2].setAttribute("numberrowsrepeated", "1000000")


def _cut(content: Content) -> Content:
    def write(path: Path) -> None:
        assert callable(content)
        content(path)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])

    return write


def _doubled(path: Path) -> None:
    import warnings

    sheet_content = sheet(LEDGER)
    assert callable(sheet_content)
    sheet_content(path)
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as book:
        warnings.simplefilter("ignore")
        book.writestr(_SHEET, "<worksheet/>")


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr(_SHEET, b"<worksheet>" + b" " * 40_000_000)
    return out.getvalue()


_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000
_HTML = b"<html><body><table><tr><td>patient_id</td></tr></table></body></html>"
_END = b"</sheetData>"


def _row(cells: str) -> bytes:
    return f'<row r="9">{cells}</row></sheetData>'.encode()


CASES = (
    _stops(43, "ids of more than 15 digits, stored as numbers", sheet(LEDGER, _cell(6, 0, 12345678901234567.0))),
    _stops(43, "ids of 16 digits, stored as numbers", sheet(LEDGER, _cell(6, 0, 1234567890123456.0))),
    _xlsx(
        59, "an amount with a computer's noise behind the cents", Does.ACCEPTS, sheet(LEDGER, _more(["0300", date(2026, 10, 1), "payment", -0.30000000000000004])),
        look=_balance(114_970), concerned=_ONE,
    ),
    _xlsx(
        59, "an amount with half a cent, stored as a number", Does.HOLDS, sheet(LEDGER, _more(["0300", date(2026, 10, 1), "payment", -1.005])),
        reasons={"0300": "bad-data"},
    ),
    _xlsx(74, "a workbook that counts days from 1904", Does.ACCEPTS, _book({"date_1904": True}, _plain)),
    _xlsx(
        73, "a day's number in a cell that is no date", Does.HOLDS, sheet(LEDGER, _more(["0300", 46024.0, "payment", -5.0])),
        reasons={"0300": "bad-data"},
    ),
    _xlsx(
        75, "a day's number 0 in a date cell", Does.HOLDS, patched(LEDGER, _SHEET, b"<v>46233</v>", b"<v>0</v>"),
        reasons={"0300": "bad-data"},
    ),
    _xlsx(78, "a date with a time of day in a sheet", Does.ACCEPTS, sheet(LEDGER, _cell(6, 1, datetime(2026, 7, 30, 13, 45)))),  # noqa: DTZ001
    _stops(80, "a formula", sheet(LEDGER, formulas={"D3": "=1+1"})),
    _stops(80, "a formula without a stored value", patched(LEDGER, _SHEET, _END, _row('<c r="D9"><f>SUM(D2:D7)</f></c>'))),
    _stops(80, "a formula written with a prefix, as some programs do", patched(LEDGER, _SHEET, _END, _row('<x:c r="D9" xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:f>SUM(D2:D7)</x:f></x:c>'))),
    _stops(80, "a formula in an old workbook (XLS)", _old(lambda data: data.write(2, 3, xlwt.Formula("80+5"))), "xls"),
    _stops(80, "a formula in an OpenDocument sheet", _open(_open_formula), "ods"),
    _stops(81, "an error cell", patched(LEDGER, _SHEET, _END, _row('<c r="D9" t="e"><v>#N/A</v></c>'))),
    _stops(81, "an error cell in an old workbook (XLS)", _old(lambda data: data.row(2).set_cell_error(3, 0x2A)), "xls"),
    _stops(81, "an error cell in an OpenDocument sheet", _open(_open_error), "ods"),
    _stops(82, "merged cells below the header", sheet(LEDGER, merge="A3:A4")),
    _stops(82, "merged cells in an old workbook (XLS)", _old(lambda data: data.write_merge(2, 3, 0, 0, "0101")), "xls"),
    _stops(82, "merged cells in an OpenDocument sheet", _open(_open_merged), "ods"),
    _xlsx(82, "merged cells in a title", Does.ACCEPTS, sheet(LEDGER, title="Ledger of Maple Street Dental")),
    _xlsx(83, "a hidden sheet before the one that is meant", Does.ACCEPTS, sheet(LEDGER, hidden_first=True)),
    _xlsx(83, "a sheet hidden by a program", Does.ACCEPTS, _book({}, _very_hidden)),
    _xlsx(83, "a sheet of notes beside the one that is meant", Does.ACCEPTS, _book({}, _sheet_beside)),
    _stops(83, "two visible sheets with such a table", _book({}, _two_sheets)),
    _stops(84, "a hidden row", sheet(LEDGER, hide_row=2)),
    _stops(84, "filtered rows", _book({}, _filtered)),
    _stops(84, "a hidden row in an old workbook (XLS)", _old(_hide), "xls"),
    _stops(84, "filtered rows in an OpenDocument sheet", _open(_open_hidden), "ods"),
    _stops(85, "a part that unpacks to far more than it should", _zip_bomb()),
    _stops(85, "a cell in the last corner of the sheet", patched(LEDGER, _SHEET, _END, _row('<c r="XFD1048576"><v>1</v></c>'))),
    _stops(
        85, "a cell in the last corner, with much behind it",
        patched(LEDGER, _SHEET, _END, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>' + b" " * 2000),
    ),
    _stops(85, "a cell so far right and one so far down that the table would fill the memory", patched(LEDGER, _SHEET, _END, b'<row r="9"><c r="ZZ9"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')),
    _stops(85, "one part twice", _doubled),
    _stops(85, "a document type", patched(LEDGER, _SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')),
    _stops(85, "a cell repeated without end in an OpenDocument sheet", _open(_open_bomb), "ods"),
    _stops(85, "a document type in an OpenDocument sheet", patched(LEDGER, "content.xml", b"<office:document-content", b'<!DOCTYPE x [<!ENTITY a "b">]><office:document-content', write_ods), "ods"),
    _stops(86, "a workbook protected by a password", _ENCRYPTED),
    Case(87, "an old workbook (XLS)", Does.ACCEPTS, {"ledger.xls": old_sheet(LEDGER)}, _files("xls")),
    Case(87, "an OpenDocument sheet", Does.ACCEPTS, {"ledger.ods": open_sheet(LEDGER)}, _files("ods")),
    _stops(87, "an old workbook (XLS) that is damaged", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 4000, "xls"),
    Case(88, "text with tabs, named .xls", Does.ACCEPTS, {"ledger.xls": text_of(LEDGER, "\t")}, _files("xls")),
    Case(88, "text with commas, named .xlsx", Does.ACCEPTS, {"ledger.xlsx": _L}, _files("xlsx")),
    Case(88, "a workbook named .csv", Does.ACCEPTS, {"ledger.csv": sheet(LEDGER)}),
    _stops(88, "a web page named .xls", _HTML, "xls"),
    _stops(88, "a web page named .csv", b"\xef\xbb\xbf\r\n" + _HTML, "csv"),
    _stops(88, "a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "csv"),
    _stops(88, "a workbook as XML of 2003", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "xls"),
    _stops(89, "a workbook cut off in the middle", _cut(sheet(LEDGER))),
    _xlsx(
        10, "a table that begins in the middle of the sheet", Does.HOLDS, _book({}, _table_in_the_middle), reasons={"0300": "bad-data"},
    ),
)  # fmt: skip

"""What the fuzzer found (see fuzz/README.md): small files that broke a promise, each as small as it could be made."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dipay.grammar import Unreadable
from dipay.grammar.money import MAX_CENTS, parse_cents
from tests.exports.reading import LEDGER, PATIENTS, stopped
from tests.exports.test_fast import both_ways, by_column
from tests.exports.test_spreadsheets import LEDGER_CELLS, PATIENT_CELLS, write_xls, write_xlsx


@pytest.mark.parametrize("text", ["9" * 5000, "-" + "9" * 5000, "9" * 5000 + ".00", "1" + ",000" * 2000])
def test_an_amount_of_thousands_of_digits(text: str) -> None:
    with pytest.raises(Unreadable, match="too large"):
        parse_cents(text)


def test_zeros_before_an_amount_do_not_make_it_larger() -> None:
    assert parse_cents("0" * 5000 + "9999999.99") == MAX_CENTS


def test_such_an_amount_in_a_ledger_is_held_like_any_other(tmp_path: Path) -> None:
    from tests.exports.reading import by_id, read

    found = read(tmp_path, ledger=LEDGER + f"0200,2026-08-21,payment,{'9' * 5000}\n")
    assert by_id(found)["0200"].held_for


def put_number(content: bytearray, place: int, number: int) -> None:
    struct.pack_into("<I", content, place, number)


def table_at(content: bytearray) -> int:
    """Where the table of following sectors begins."""
    first: int = struct.unpack_from("<I", content, 76)[0]
    return (first + 1) * 512


def directory_at(content: bytearray) -> int:
    first: int = struct.unpack_from("<I", content, 48)[0]
    return (first + 1) * 512


def a_chain_in_a_circle(content: bytearray) -> None:
    first = struct.unpack_from("<I", content, 48)[0]
    put_number(content, table_at(content) + 4 * first, first)


def a_stream_in_a_circle(content: bytearray) -> None:
    put_number(content, table_at(content) + 4 * 1, 0)


def a_chain_that_leads_outside(content: bytearray) -> None:
    first = struct.unpack_from("<I", content, 48)[0]
    put_number(content, table_at(content) + 4 * first, 0x7FFFFFFF)


def a_chain_without_its_end(content: bytearray) -> None:
    first = struct.unpack_from("<I", content, 48)[0]
    put_number(content, table_at(content) + 4 * first, 0xFFFFFFFF)


def tables_without_end(content: bytearray) -> None:
    put_number(content, 68, 0)


def a_table_that_lies_outside(content: bytearray) -> None:
    put_number(content, 68, 0x00FFFFFF)


def more_tables_than_bytes(content: bytearray) -> None:
    put_number(content, 44, 0x7FFFFFFF)


def more_folders_than_bytes(content: bytearray) -> None:
    put_number(content, 40, 0x7FFFFFFF)


def more_small_sectors_than_bytes(content: bytearray) -> None:
    put_number(content, 64, 0x7FFFFFFF)


def a_stream_larger_than_the_file(content: bytearray) -> None:
    for place in range(directory_at(content), len(content) - 127, 128):
        if content[place + 66] == 2:
            put_number(content, place + 120, 0x7FFFFFFF)
            return


def sectors_of_any_size(content: bytearray) -> None:
    content[30:32] = b"\xff\xff"


@pytest.mark.parametrize(
    "spoil",
    [
        a_chain_in_a_circle, a_stream_in_a_circle, a_chain_that_leads_outside, a_chain_without_its_end,
        tables_without_end, a_table_that_lies_outside, more_tables_than_bytes, more_folders_than_bytes,
        more_small_sectors_than_bytes, a_stream_larger_than_the_file, sectors_of_any_size,
    ],
)  # fmt: skip
def test_an_old_workbook_that_leads_its_reader_astray(spoil: Callable[[bytearray], None], tmp_path: Path) -> None:
    """Its reader would take memory without end, which nothing can catch: the guard must stop first."""
    write_xls(tmp_path / "ledger.xls", LEDGER_CELLS)
    content = bytearray((tmp_path / "ledger.xls").read_bytes())
    spoil(content)
    (tmp_path / "ledger.xls").write_bytes(content)
    (problem,) = stopped(tmp_path, ledger=None, files={"patients": "patients.csv", "ledger": "ledger.xls"})
    assert "cut off or damaged" in problem.message
    assert problem.file == "ledger.xls"


@pytest.mark.parametrize(
    "claimed",
    [
        (0, 0xFFFFFFFF, 0, 0xFFFF),
        (0, 65_537, 0, 3),
        (0, 5, 0, 257),
        (0xFFFFFFFF, 5, 0, 3),
        (128, 4, 0, 3),
        (0, 4, 9, 3),
    ],
)
def test_an_old_sheet_that_claims_to_be_larger_than_any(claimed: tuple[int, ...], tmp_path: Path) -> None:
    write_xls(tmp_path / "ledger.xls", LEDGER_CELLS)
    content = (tmp_path / "ledger.xls").read_bytes()
    head = struct.pack("<HH", 0x0200, 14)
    assert content.count(head) == 1
    place = content.index(head) + 4
    (tmp_path / "ledger.xls").write_bytes(content[:place] + struct.pack("<IIHH", *claimed) + content[place + 12 :])
    (problem,) = stopped(tmp_path, ledger=None, files={"patients": "patients.csv", "ledger": "ledger.xls"})
    assert "far outside any table" in problem.message


def test_an_old_sheet_that_does_not_begin_where_it_should(tmp_path: Path) -> None:
    """Its records would be walked through by the reader, not by the guard."""
    write_xls(tmp_path / "ledger.xls", LEDGER_CELLS)
    content = (tmp_path / "ledger.xls").read_bytes()
    begin = struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0010)
    assert content.count(begin) == 1
    (tmp_path / "ledger.xls").write_bytes(content.replace(begin, struct.pack("<H", 0x0808) + begin[2:]))
    (problem,) = stopped(tmp_path, ledger=None, files={"patients": "patients.csv", "ledger": "ledger.xls"})
    assert "cut off or damaged" in problem.message


@pytest.mark.parametrize("kind", ["PanicException", "ZipError", "OSError", "ValueError"])
def test_a_reader_that_gives_up_on_a_damaged_workbook(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import python_calamine

    class PanicException(BaseException):
        """As the reader raises it."""

    def fail(*args: object, **options: object) -> None:
        known = {"PanicException": PanicException, "OSError": OSError, "ValueError": ValueError}
        raise (known.get(kind) or getattr(python_calamine, kind))("index out of bounds")

    monkeypatch.setattr(python_calamine, "load_workbook", fail)
    write_xls(tmp_path / "ledger.xls", LEDGER_CELLS)
    (problem,) = stopped(tmp_path, ledger=None, files={"patients": "patients.csv", "ledger": "ledger.xls"})
    assert "cut off or damaged" in problem.message


def patients_book(folder: Path, part: str, old: bytes, new: bytes) -> None:
    """The usual patients as a workbook, in one part of which one text is another."""
    write_xlsx(folder / "usual.xlsx", PATIENT_CELLS)
    with zipfile.ZipFile(folder / "usual.xlsx") as book, zipfile.ZipFile(folder / "patients.xlsx", "w") as other:
        for name in book.namelist():
            content = book.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            other.writestr(name, content)


SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
BOOK = {"patients": "patients.xlsx", "ledger": "ledger.csv"}


@pytest.mark.parametrize("reference", ["iiiiiiiiiiiiii6", "I" * 700 + "6", "xfd1048576", "B99999999999", "ZZZ9"])
def test_a_cell_whose_place_no_sheet_has(reference: str, tmp_path: Path) -> None:
    patients_book(tmp_path, SHEET, b'r="B2"', f'r="{reference}"'.encode())
    (problem,) = stopped(tmp_path, b"", LEDGER, files=BOOK)
    assert "far outside any table" in problem.message


@pytest.mark.parametrize("claim", ["99999999999", "4000000000", "9" * 5000, "+4000000000", "000004000000000"])
def test_more_texts_than_the_workbook_has_bytes(claim: str, tmp_path: Path) -> None:
    patients_book(tmp_path, TEXTS, b'uniqueCount="30"', f'uniqueCount="{claim}"'.encode())
    (problem,) = stopped(tmp_path, b"", LEDGER, files=BOOK)
    assert "unpacks to far more" in problem.message


def test_merged_cells_down_to_a_row_of_thousands_of_digits(tmp_path: Path) -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B' + b"9" * 5000 + b'"/></mergeCells>'
    patients_book(tmp_path, SHEET, b"</sheetData>", merged)
    assert stopped(tmp_path, b"", LEDGER, files=BOOK)


WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def test_a_sheet_that_lies_elsewhere_is_looked_into_too(tmp_path: Path) -> None:
    patients_book(tmp_path, RELATIONS, b"worksheets/sheet1.xml", b"elsewhere.bin")
    with zipfile.ZipFile(tmp_path / "patients.xlsx", "a") as book:
        book.writestr("xl/elsewhere.bin", book.read(SHEET).replace(b'r="B2"', b'r="B9999999"'))
    (problem,) = stopped(tmp_path, b"", LEDGER, files=BOOK)
    assert "far outside any table" in problem.message


def test_a_sheet_that_lies_nowhere(tmp_path: Path) -> None:
    patients_book(tmp_path, RELATIONS, b"worksheets/sheet1.xml", b"elsewhere.xml")
    (problem,) = stopped(tmp_path, b"", LEDGER, files=BOOK)
    assert "cut off or damaged" in problem.message


def test_a_sheet_that_is_only_said_to_be_hidden(tmp_path: Path) -> None:
    patients_book(tmp_path, WORKBOOK, b"<sheets>", b'<!--<sheet state="hidden" r:id="rId1"/>--><sheets>')
    with zipfile.ZipFile(tmp_path / "patients.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[SHEET] = parts[SHEET].replace(b'<c r="B2"', b'<c r="Z2"><f>1+1</f><v>2</v></c><c r="B2"')
    with zipfile.ZipFile(tmp_path / "patients.xlsx", "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    (problem,) = stopped(tmp_path, b"", LEDGER, files=BOOK)
    assert "formulas" in problem.message


@pytest.mark.parametrize("part", [SHEET, TEXTS, "xl/workbook.xml"])
def test_a_part_that_can_not_be_unpacked(part: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "patients.xlsx", PATIENT_CELLS)
    content = bytearray((tmp_path / "patients.xlsx").read_bytes())
    with zipfile.ZipFile(tmp_path / "patients.xlsx") as book:
        place = book.getinfo(part).header_offset + 30 + len(part)
    content[place : place + 8] = b"\xff" * 8
    (tmp_path / "patients.xlsx").write_bytes(content)
    (problem,) = stopped(tmp_path, b"", LEDGER, files=BOOK)
    assert "cut off or damaged" in problem.message


@pytest.mark.parametrize("last", ["0100,2026-09-01,procedure,1.00,x\n", ",,,,\n"])
def test_bytes_that_are_no_text_in_a_column_nobody_reads(
    last: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with the mark of UTF-8 is not looked through when it is opened."""
    lines = LEDGER.replace("\n", ",note\n", 1).replace(".00\n", ".00,x\n").replace("(50.00)\n", "(50.00),x\n")
    content = b"\xef\xbb\xbf" + lines.encode() + b"0100,2026-09-01,procedure,1.00,\x8e\n" + last.encode()
    for _ in range(2):
        (problem,) = stopped(tmp_path, PATIENTS, content)
        assert "no text in any encoding" in problem.message
        by_column(monkeypatch)


def test_a_figure_in_a_total_row_that_is_none(tmp_path: Path) -> None:
    from tests.exports.reading import read

    exports = read(tmp_path, PATIENTS, LEDGER + "Total,,x,1.2.3\nTotal,,x,435.00\n")
    assert exports.reports[1].dropped == {"total rows": 2}


def test_a_header_of_cells_that_its_rows_hold_too_is_read_alike_both_ways() -> None:
    header, row = b"patient_id,first_name,last_name,Y,N,0.00,0,1", b"10418,Ann,Ames,Y,N,0.00,0,1"
    patients = b"\n".join([header, *[row.replace(b"10418", b"%d" % each) for each in range(10418, 10424)], b""])
    ledger = b"patient_id,date,amount\n" + b"10418,2026-09-01,60.00\n10419,2026-09-01,50.00\n" * 9
    assert both_ways(patients, ledger)[0] != "stopped"

"""Tables as workbooks and CSV: what an office sees, and that nothing in them is ever carried out."""

from __future__ import annotations

import csv
import errno
import io
import os
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from dipay.domain.problems import CannotGoOn
from dipay.render import new_files
from dipay.render.sheets import Cell, Column, Kind, Sheet, write_csv, write_workbook

COLUMNS = (
    Column("id"), Column("name"), Column("owes", Kind.CENTS), Column("seen", Kind.DATE), Column("days", Kind.NUMBER),
)  # fmt: skip
ROWS: list[list[Cell]] = [
    ["00123", "=1+1", 123_456, date(2026, 11, 20), 31],
    ["2075550148", "https://x.example", -29, None, None],
    ["1E5", "+1 207-555-0148", 999_999_999, date(2026, 2, 28), 0],
    ["@x", '=HYPERLINK("https://x.example","a")', 7, None, 1],
    ["a\x1b[31m\x00\ud800", "_x0041_ & <b> é漢", 0, None, None],
]
SHEET = Sheet("pending", COLUMNS, ROWS)


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "day.xlsx"
    write_workbook(path, [SHEET], "--xlsx")
    return path


def test_ids_and_numbers_are_text_amounts_and_days_are_amounts_and_days(written: Path) -> None:
    captions, *rows = load_workbook(written).get_sheet_by_name("pending").to_python()
    assert captions == ["id", "name", "owes", "seen", "days"]
    assert rows == [
        ["00123", "=1+1", 1234.56, date(2026, 11, 20), 31],
        ["2075550148", "https://x.example", -0.29, "", ""],
        ["1E5", "+1 207-555-0148", 9_999_999.99, date(2026, 2, 28), 0],
        ["@x", '=HYPERLINK("https://x.example","a")', 0.07, "", 1],
        ["a?[31m??", "_x0041_ & <b> é漢", 0, "", ""],
    ]


def test_nothing_is_a_formula_or_a_link(written: Path) -> None:
    page = part(written, "xl/worksheets/sheet1.xml")
    assert "<f>" not in page
    assert "hyperlink" not in page
    # Format "@": who opens a cell and presses Enter makes no formula of it, either.
    assert 'formatCode="@"' in part(written, "xl/styles.xml") or 'numFmtId="49"' in part(written, "xl/styles.xml")


@pytest.mark.parametrize("cents", [1, 29, 57, 113, 1_005, 4_35, 123_456_789, 999_999_999, -7, -115])
def test_every_amount_is_written_to_the_cent(tmp_path: Path, cents: int) -> None:
    write_workbook(tmp_path / "a.xlsx", [Sheet("a", [Column("owes", Kind.CENTS)], [[cents]])], "--xlsx")
    sign, (whole, rest) = "-" if cents < 0 else "", divmod(abs(cents), 100)
    assert f"<v>{sign}{whole}.{rest:02}</v>" in part(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml")


def test_the_captions_are_bold_stay_in_sight_and_filter(written: Path) -> None:
    page = part(written, "xl/worksheets/sheet1.xml")
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in page
    assert '<autoFilter ref="A1:E6"/>' in page
    assert 'numberStoredAsText="1"' in page
    openpyxl: Any = pytest.importorskip("openpyxl")
    found = openpyxl.load_workbook(written)["pending"]
    assert all(cell.font.b for cell in found[1])
    assert [cell.number_format for cell in found[2]] == ["@", "@", "$#,##0.00;-$#,##0.00", "yyyy-mm-dd", "0"]
    assert [cell.data_type for cell in found[2]] == ["s", "s", "n", "d", "n"]
    widths = {letter: found.column_dimensions[letter].width for letter in "ABC"}
    assert 11 < widths["A"] < 14
    assert 35 < widths["B"] < 60
    assert 13 < widths["C"] < 18


def test_an_empty_table_is_a_workbook_too(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", [Sheet("held", COLUMNS, [])], "--xlsx")
    assert load_workbook(tmp_path / "a.xlsx").get_sheet_by_name("held").to_python() == [
        ["id", "name", "owes", "seen", "days"]
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_workbook_is_for_its_owner_alone_and_goes_through_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("names and amounts in the system's folder")

    monkeypatch.setattr("tempfile.mkstemp", no_file)
    monkeypatch.setattr("tempfile.mkdtemp", no_file)
    before = os.umask(0)
    try:
        write_workbook(tmp_path / "a.xlsx", [SHEET], "--xlsx")
    finally:
        os.umask(before)
    assert (tmp_path / "a.xlsx").stat().st_mode & 0o777 == 0o600


def test_where_it_can_t_be_written_nothing_is_left_and_words_say_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(CannotGoOn) as caught:
            write_workbook(tmp_path / "a.xlsx", [SHEET], "--xlsx")
    assert caught.value.exit_code == 74
    assert "a.xlsx can't be written: No space left on device. Make room" in str(caught.value.problems[0])
    assert list(tmp_path.iterdir()) == []

    def in_use(_: Path) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(new_files, "new_file", in_use)
    with pytest.raises(CannotGoOn) as caught:
        write_workbook(tmp_path / "a.xlsx", [SHEET], "--xlsx")
    assert "Permission denied. Close it if a program has it open" in str(caught.value.problems[0])


@pytest.mark.skipif(sys.platform == "win32", reason="not every Windows makes links")
def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").symlink_to(tmp_path / "elsewhere.xlsx")
    with pytest.raises(CannotGoOn, match="is a link"):
        write_workbook(tmp_path / "a.xlsx", [SHEET], "--xlsx")
    assert not (tmp_path / "elsewhere.xlsx").exists()


def test_as_csv_texts_are_no_formula() -> None:
    out = io.StringIO()
    write_csv(SHEET, out)
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows[1] == ["00123", "'=1+1", "1234.56", "2026-11-20", "31"]
    assert rows[2] == ["2075550148", "https://x.example", "-0.29", "", ""]
    assert rows[3][1] == "'+1 207-555-0148"

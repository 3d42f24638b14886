"""What of a cell may stand in a message: where columns are shifted it is somebody's name, number or birth date."""

from __future__ import annotations

import csv
import os
import re
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.fields import FIELDS
from dipay.exports.tables.quoting import shown
from dipay.services.checking import check

SAMPLES = Path(__file__).parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))

import golden  # noqa: E402  it lies beside the samples


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("amount", "1O0.00"), ("amount", "1.234,56"), ("amount", "1e309"), ("amount", "USD 12.345"), ("total", "12.34.56"),
        ("amount", "--5"), ("insurance_estimate", "-12.34 CR"), ("outstanding_claims", "2.5"), ("date", "02/30/2026"),
        ("date", "2026-11-3l"), ("date", "31 Nov 2026"), ("date", "46024"), ("last_visit", "2026-13-01"), ("date", "30/07/26"),
        ("status", "Pend"), ("status", "Inactive - moved"), ("text_consent", "Opted Out"), ("payment_plan", "not asked"),
        ("do_not_recall", "2"),
    ],
)  # fmt: skip
def test_what_looks_like_what_belongs_there_is_quoted(field: str, text: str) -> None:
    assert shown(text, field) == f'"{text}"'


@pytest.mark.parametrize(
    ("field", "text", "shape"),
    [
        ("amount", "Marlow", "a cell of 6 letters"), ("amount", "Dana2", "a cell of 4 letters and 1 digit"),
        ("amount", "207-555-0148", "a cell of 10 digits"), ("amount", "555-0148", "a cell of 7 digits"),
        ("amount", "1980-05-09", "a cell of 8 digits"), ("amount", "5/9/1980", "a cell of 6 digits"), ("amount", "?!", "a cell of 2 signs"),
        ("total", "May 9, 1980", "a cell of 3 letters and 5 digits"), ("date", "Marlow", "a cell of 6 letters"),
        ("date", "May", "a cell of 3 letters"), ("date", "(207) 555-0148", "a cell of 10 digits"), ("date", "555-0148", "a cell of 7 digits"),
        ("date", "O'Brien 12", "a cell of 6 letters and 2 digits"), ("status", "Marlow", "a cell of 6 letters"),
        ("status", "Dana", "a cell of 4 letters"), ("text_consent", "Smith, Jr", "a cell of 7 letters"), ("status", "Bo", "a cell of 2 letters"),
        ("payment_plan", "1980-05-09", "a cell of 8 digits"), ("outstanding_claims", "Tess", "a cell of 4 letters"),
        ("first_name", "Tess", "the value"), ("birth_date", "1980-05-09", "the value"), ("mobile_phone", "1", "the value"),
    ],
)  # fmt: skip
def test_what_may_be_somebodys_is_told_by_its_shape(field: str, text: str, shape: str) -> None:
    assert shown(text, field) == shape


@given(st.dates(date(1920, 1, 1), date(2020, 1, 1)), st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%y"]))
def test_no_birth_date_is_quoted_where_no_date_belongs(day: date, form: str) -> None:
    for field in FIELDS:
        if field.grammar.name not in {"DAY", "PAST_DAY", "ID", "TEXT", "UNREAD"}:
            assert not re.search(r"\d{2}[-/]", shown(day.strftime(form), field.name))


#: The layouts of text, each with its files.
LAYOUTS = {
    name: sorted(each for each in files.values() if each.endswith(".csv"))
    for name, files in golden.LAYOUTS.items()
    if "xlsx" not in name
}
_NAMES, _NUMBERS, _BIRTHS = re.compile("(?i)name|^mi$"), re.compile("(?i)phone"), re.compile("(?i)birth")


def rows_of(path: Path) -> tuple[list[list[str]], int]:
    """The file's rows, some forty of them, and how many stand above the first of data."""
    rows = list(csv.reader(path.read_bytes().decode("utf-8-sig", "replace").splitlines()))
    header = next(place for place, row in enumerate(rows) if sum(map(bool, row)) > 3)
    return rows[: header + 40], header + 1


def personal(path: Path) -> set[str]:
    """Names, numbers and birth dates of a patients file, numbers by their last seven digits."""
    rows, first = rows_of(path)
    found = set()
    for row in rows[first:]:
        for caption, cell in zip(rows[first - 1], row, strict=False):
            if _NAMES.search(caption) and len(cell) > 2:
                found.add(cell.lower())
            elif _NUMBERS.search(caption) and cell:
                found.add(re.sub(r"\D", "", cell)[-7:])
            elif _BIRTHS.search(caption) and cell:
                found.add(cell.split()[0])
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_in_shifted_columns_nobody_is_named(layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All captions moved on by some columns, or each row by some others: whatever is said names nobody."""
    monkeypatch.setattr("dipay.exports.reading.MOST_HELD_SHARE", 1.0)
    folder = tmp_path / layout
    folder.mkdir(parents=True, exist_ok=True)
    files = [path for each in golden.LAYOUTS[layout].values() for path in (SAMPLES / layout).glob(each)]
    secret = personal(next(path for path in files if "atient" in path.name))
    office = golden.office(layout, tmp_path)
    now = office.clock().timestamp()
    said: set[str] = set()
    for path in files:
        for each in files:
            (folder / each.name).write_bytes(each.read_bytes())
            os.utime(folder / each.name, (now, now))
        if path.suffix != ".csv":
            continue
        rows, first = rows_of(path)
        width = len(rows[first - 1])
        moves = [{first - 1: by} for by in range(1, width, 2)] + [{row: row % width for row in range(first, len(rows))}]
        for move in moves:
            shifted = [row[move.get(place, 0) :] + row[: move.get(place, 0)] for place, row in enumerate(rows)]
            with (folder / path.name).open("w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows(shifted)
            os.utime(folder / path.name, (now, now))
            said.update(map(str, check(office).problems))
    assert [each for each in said if names_anybody(each.lower(), secret)] == []


def names_anybody(text: str, secret: set[str]) -> bool:
    digits = re.sub(r"\D", "", text)
    return any(each in digits if each.isdigit() else re.search(rf"\b{re.escape(each)}\b", text) for each in secret)

"""The practice that every case of the catalogue is made from, and how its files are written, rightly or wrongly."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.exports.test_spreadsheets import write_ods, write_xls, write_xlsx

Row = dict[str, str]
Content = bytes | str | Callable[[Path], None]

#: Account 0100 is Dana Marlow's, who pays for Tess (0101) too; 0200 and 0300 pay for themselves. All would be asked.
PATIENTS: tuple[Row, ...] = tuple(
    dict(
        zip(
            (
                "patient_id", "guarantor_id", "first_name", "last_name", "mobile_phone", "birth_date", "status",
                "payment_plan", "do_not_recall", "text_consent", "last_visit", "insurance_estimate",
            ),
            line.split("|"),
            strict=True,
        )
    )
    for line in (
        "0100||Dana|Marlow|(207) 555-0148|1980-05-09|active|no|no|yes|2026-09-01|0.00",
        "0101|0100|Tess|Marlow||2016-02-03|active|no|no||2026-09-01|20.00",
        "0200||Bo|Quimby, Jr|207-555-0149|1970-01-01|active|no|no|yes|2026-08-11|",
        "0300||Ana|Ferrante|2075550150|1990-12-24|active|no|no|yes|2026-07-30|10.00",
    )
)  # fmt: skip
LEDGER: tuple[Row, ...] = tuple(
    dict(zip(("patient_id", "date", "type", "amount"), line.split("|"), strict=True))
    for line in (
        "0100|2026-09-01|procedure|120.00",
        "0101|2026-09-01|procedure|85.00",
        "0101|2026-10-01|payment|-20.00",
        "0200|2026-08-13|procedure|300.00",
        "0200|2026-08-20|payment|(50.00)",
        "0300|2026-07-30|procedure|1,150.00",
    )
)
BALANCES: tuple[Row, ...] = tuple(
    dict(
        zip(("guarantor_id", "days_0_30", "days_31_60", "days_61_90", "over_90", "total"), line.split("|"), strict=True)
    )
    for line in (
        "0100|0.00|0.00|185.00|0.00|185.00",
        "0200|0.00|0.00|0.00|250.00|250.00",
        "0300|0.00|0.00|0.00|1150.00|1150.00",
    )
)
#: Parts of names, numbers and birth dates above: none of them may ever stand in an error.
PERSONAL = ("Dana", "Marlow", "Tess", "Quimby", "Ana", "Ferrante", "555", "1980", "1970-01", "1990", "2016")


def text_of(rows: Sequence[Row], separator: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\n") -> str:
    """The rows as a text export."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def changed(rows: Sequence[Row], key: str, **cells: str) -> tuple[Row, ...]:
    """The rows, with these cells in the first row that begins with that id."""
    index = next(index for index, row in enumerate(rows) if next(iter(row.values())) == key)
    return (*rows[:index], {**rows[index], **cells}, *rows[index + 1 :])


def every(rows: Sequence[Row], change: Callable[[Row], Row]) -> tuple[Row, ...]:
    return tuple(change(row) for row in rows)


def patients(key: str = "0300", more: Sequence[Row] = (), **cells: str) -> str:
    """The patients export, one row changed and others added."""
    return text_of((*changed(PATIENTS, key, **cells), *more))


def ledger(key: str = "0300", more: Sequence[str] = (), **cells: str) -> str:
    """The ledger export, one row changed and lines added as they stand."""
    return text_of(changed(LEDGER, key, **cells)) + "".join(f"{line}\n" for line in more)


def patient(key: str, **cells: str) -> Row:
    """One more patient."""
    blank = dict.fromkeys(PATIENTS[0], "")
    usual = {"first_name": "Eve", "last_name": "Ruiz", "status": "active", "payment_plan": "no", "do_not_recall": "no"}
    return {**blank, **usual, "birth_date": "1985-06-07", "patient_id": key, **cells}


def renamed(rows: Sequence[Row], **captions: str) -> tuple[Row, ...]:
    """The rows under other captions."""
    return tuple({captions.get(name, name): cell for name, cell in row.items()} for row in rows)


def without(rows: Sequence[Row], *names: str) -> tuple[Row, ...]:
    return tuple({name: cell for name, cell in row.items() if name not in names} for row in rows)


MONEY = frozenset({"amount", "insurance_estimate"})
DATES = frozenset({"date", "birth_date", "last_visit"})


def cells_of(rows: Sequence[Row]) -> list[list[Any]]:
    """The rows as a spreadsheet program holds them: amounts as numbers, dates as dates, the rest as text."""

    def stored(name: str, text: str) -> Any:
        if not text:
            return text
        if name in DATES:
            return date.fromisoformat(text)
        if name in MONEY:
            amount = float(text.strip("()").replace(",", ""))
            return -amount if text.startswith("(") else amount
        return text

    return [list(rows[0]), *([stored(name, text) for name, text in row.items()] for row in rows)]


def sheet(rows: Sequence[Row], change: Callable[[list[list[Any]]], None] | None = None, **more: Any) -> Content:
    """An XLSX of these rows, its cells changed first."""
    cells = cells_of(rows)
    if change is not None:
        change(cells)
    return lambda path: write_xlsx(path, cells, **more)


def old_sheet(rows: Sequence[Row]) -> Content:
    return lambda path: write_xls(path, cells_of(rows))


def open_sheet(rows: Sequence[Row]) -> Content:
    return lambda path: write_ods(path, cells_of(rows))


def patched(
    rows: Sequence[Row], part: str, old: bytes, new: bytes, writer: Callable[..., None] = write_xlsx
) -> Content:
    """A workbook of these rows with a piece of one of its parts replaced, as no library would write it."""

    def write(path: Path) -> None:
        plain = path.with_name("plain.tmp")
        writer(plain, cells_of(rows))
        with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
            for each in before.infolist():
                content = before.read(each.filename)
                if each.filename == part:
                    assert old in content, content[:2000]
                    content = content.replace(old, new)
                after.writestr(each.filename, content)
        plain.unlink()

    return write


def put(folder: Path, files: Mapping[str, Content]) -> None:
    """Writes the files into the folder."""
    for name, content in files.items():
        if callable(content):
            content(folder / name)
        else:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

"""A family's rows of the ledger, as they stand in the file: in short files, long ones and workbooks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dipay.exports.tables.entries import Entry, entries_of
from tests.exports.reading import BALANCES, LEDGER, PATIENTS, plan, write
from tests.exports.test_fast import by_column
from tests.exports.test_spreadsheets import write_xlsx

FAMILY = (
    Entry(2, "0100", date(2026, 9, 1), "procedure", 12000),
    Entry(3, "0101", date(2026, 9, 1), "procedure", 8500),
    Entry(4, "0101", date(2026, 10, 1), "payment", -2000),
)


def test_a_familys_rows_with_their_lines(tmp_path: Path) -> None:
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    assert entries_of(plan(tmp_path), {"0100", "0101"}) == FAMILY
    assert entries_of(plan(tmp_path), {"0900"}) == ()


def test_long_files_by_the_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_column(monkeypatch)
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    assert entries_of(plan(tmp_path), {"0100", "0101"}) == FAMILY


def test_a_workbook(tmp_path: Path) -> None:
    write(tmp_path, {"patients.csv": PATIENTS})
    write_xlsx(tmp_path / "ledger.xlsx", [line.split(",") for line in LEDGER.splitlines()])
    files = {"patients": "patients.csv", "ledger": "ledger.xlsx"}
    assert entries_of(plan(tmp_path, files=files), {"0100", "0101"}) == FAMILY


def test_two_columns_of_amounts_deleted_rows_and_unreadable_cells(tmp_path: Path) -> None:
    ledger = (
        "patient_id,date,type,charge,credit,status\n"
        "0100,2026-09-01,procedure,120.00,,complete\n"
        "0100,2026-09-02,procedure,80.00,,deleted\n"
        "0100,soon,payment,,20.00,complete\n"
        "0100,2026-09-04,payment,?,,complete\n"
    )
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": ledger})
    assert entries_of(plan(tmp_path), {"0100"}) == (
        Entry(2, "0100", date(2026, 9, 1), "procedure", 12000),
        Entry(4, "0100", None, "payment", -2000),
        Entry(5, "0100", date(2026, 9, 4), "payment", None),
    )


def test_a_practice_that_exports_balances_has_none(tmp_path: Path) -> None:
    write(tmp_path, {"patients.csv": PATIENTS, "balances.csv": BALANCES})
    files = {"patients": "patients.csv", "balances": "balances.csv"}
    assert entries_of(plan(tmp_path, files=files), {"0100"}) == ()

"""How far reading has come is told while it goes on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dipay.exports.sources import text
from tests.exports.reading import LEDGER, PATIENTS, read, stopped
from tests.exports.test_spreadsheets import write_xlsx


def test_rows_and_share_are_told_and_each_file_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONG_BYTES", 0)
    monkeypatch.setattr(text, "BLOCK_BYTES", 32)
    monkeypatch.setattr(text, "_HEAD_BYTES", 8)
    told: list[tuple[str, int, float]] = []
    read(tmp_path, PATIENTS, LEDGER, watch=lambda *each: told.append(each))
    of_ledger = [each for each in told if each[0] == "ledger.csv"]
    assert of_ledger[-1] == ("ledger.csv", 5, 1.0)
    assert [share for _, _, share in of_ledger] == sorted(share for _, _, share in of_ledger)
    assert len({rows for _, rows, _ in of_ledger}) > 2


def test_the_line_is_gone_when_reading_stops(tmp_path: Path) -> None:
    told: list[float] = []
    stopped(
        tmp_path, PATIENTS, LEDGER + '0100,"2026-09-01,procedure,1.00\n', watch=lambda _, __, share: told.append(share)
    )
    assert told[-1] == 1.0


def test_workbooks_are_told_of_while_they_are_taken_apart(tmp_path: Path) -> None:
    rows: list[list[object]] = [["patient_id", "date", "type", "amount"]]
    rows += [["0100", date(2026, 9, 1), "procedure", 1.0] for _ in range(40_000)]
    write_xlsx(tmp_path / "ledger.xlsx", rows)
    told: list[tuple[int, float]] = []

    def watch(file: str, rows: int, share: float) -> None:
        if file == "ledger.xlsx":
            told.append((rows, share))

    read(tmp_path, PATIENTS, files={"patients": "patients.csv", "ledger": "ledger.xlsx"}, watch=watch)
    opened = told.index((0, 1.0))
    assert [rows for rows, _ in told[:opened]] == [0, 0]
    assert [rows for rows, _ in told[opened + 1 :]] == [16_383, 32_767, 40_000, 40_000]
    shares = [share for rows, share in told if (rows, share) != (0, 1.0)]
    assert shares == sorted(shares)
    assert [share for share in shares if share == 1.0] == [1.0]

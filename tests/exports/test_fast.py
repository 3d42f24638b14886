"""Long files are read by the column. That changes nothing: not a value, a line number, a problem, a cent."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.aging import AccountSums
from dipay.domain.problems import CannotGoOn
from dipay.exports import engine
from dipay.exports.engine import day_sums, readings, switch
from dipay.exports.reading import Exports
from dipay.exports.sources import text
from tests.exports.reading import AS_OF, LEDGER, PATIENTS, read, stopped
from tests.exports.test_properties import Practice, as_csv, practices
from tests.properties import examples

Found = tuple[Any, ...]


def by_column(patch: pytest.MonkeyPatch, block_bytes: int = 64) -> None:
    """Every file counts as long, in blocks of a line or a few; with so few rows no merge would be tried."""
    patch.setattr(text, "LONG_BYTES", 0)
    patch.setattr(text, "BLOCK_BYTES", block_bytes)
    patch.setattr(text, "_HEAD_BYTES", 8)
    patch.setattr(day_sums, "_MERGE_ROWS", 3)
    patch.setattr(readings, "_FEW", 0)


def without_engine(patch: pytest.MonkeyPatch) -> None:
    """Every row comes from the strict reader, every cell is read by itself."""
    patch.setattr(switch, "many_at_once", False)


def outcome(patients: bytes, ledger: bytes) -> Found:
    """All that reading gives: accounts, reports and problems, or what it stopped with.

    In which order problems of a file are said goes by the blocks it is read in.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            exports: Exports = read(Path(folder), patients, ledger)
        except CannotGoOn as error:
            return ("stopped", error.problems)
    return exports.accounts, exports.reports, sorted(map(str, exports.problems))


def both_ways(patients: bytes, ledger: bytes, block_bytes: int = 64) -> Found:
    """The one outcome of the strict reader alone and of reading by the column."""
    with pytest.MonkeyPatch.context() as patch:
        without_engine(patch)
        strictly = outcome(patients, ledger)
    with pytest.MonkeyPatch.context() as patch:
        by_column(patch, block_bytes)
        found = outcome(patients, ledger)
    # Of two reasons to stop the blocks decide, too, which is met first.
    assert found == strictly or found[0] == strictly[0] == "stopped"
    return strictly


@given(practices(), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
       st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.integers(16, 400))  # fmt: skip
@examples(40)
def test_however_it_is_written(
    practice: Practice, separator: str, encoding: str, quoting: int, block_bytes: int
) -> None:
    patients, ledger = (as_csv(rows, separator, encoding, quoting) for rows in (practice.patients, practice.ledger))
    both_ways(patients, ledger, block_bytes)


ODD = [
    '"',
    '""',
    "\n",
    "\r",
    "\r\n",
    ",",
    ";",
    "=",
    "'",
    " ",
    "\ufeff",
    "\x07",
    "é",
    "0",
    "-",
    "(",
    ")",
    "total",
    "1,2",
]


@given(practices(), st.data(), st.integers(16, 400))
def test_however_it_is_damaged(practice: Practice, data: st.DataObject, block_bytes: int) -> None:
    contents = [as_csv(practice.patients), as_csv(practice.ledger)]
    for _ in range(data.draw(st.integers(1, 4))):
        which = data.draw(st.integers(0, 1))
        content = contents[which]
        place = data.draw(st.integers(0, len(content)))
        odd = data.draw(st.sampled_from([*(each.encode() for each in ODD), b"\xff", b"\xc3"]))
        contents[which] = content[:place] + odd + content[place + data.draw(st.integers(0, 2)) :]
    both_ways(contents[0], contents[1], block_bytes)


@given(practices(), st.data(), st.integers(16, 400))
@examples(60)
def test_rows_that_need_a_second_look(practice: Practice, data: st.DataObject, block_bytes: int) -> None:
    lines = as_csv(practice.ledger).splitlines(keepends=True)
    rows = [
        b"\r\n", b",,\r\n", b"total,,1.00\r\n", b"patient_id,date,amount\r\n", b"000,2026-09-01\r\n", b"Page 1 of 2\r\n",
        b"000,2099-01-01,5.00\r\n", b"nobody,2026-09-01,5.00\r\n", b'"000","2026-09-01","1,000.00"\r\n',
        b'000,2026-09-01,"5\r\n.00"\r\n', b"000,2026-09-31,5.00\r\n", b"000,2026-09-01,1O.00\r\n", b'0"0,2026-09-01,1\r\n',
        b" 000 ,2026-09-01,$5\r\n", b"'000,09/13/2026,(5.00)\r\n",
    ]  # fmt: skip
    for _ in range(data.draw(st.integers(1, 4))):
        lines.insert(data.draw(st.integers(1, len(lines))), data.draw(st.sampled_from(rows)))
    both_ways(as_csv(practice.patients), b"".join(lines), block_bytes)


def test_a_large_ledger_in_blocks_of_the_real_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["patient_id", "date", "description", "amount"])
    for number in range(20_000):
        day = AS_OF - timedelta(days=chance.randrange(-2, 400))
        patient = chance.choice(["0100", "0101", "0200", "0300"] if number == 9_000 else ["0100", "0101", "0200"])
        writer.writerow([patient, day, "Filling, white", f"{chance.randrange(-9_000, 9_000) / 100:.2f}"])
    strictly = read(tmp_path, PATIENTS, rows.getvalue())
    monkeypatch.setattr(text, "LONG_BYTES", 0)
    found = read(tmp_path, PATIENTS, rows.getvalue())
    assert (found.accounts, found.reports, found.problems) == (strictly.accounts, strictly.reports, strictly.problems)
    assert found.reports[1].rows == 20_000


def test_long_files_are_read_by_the_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above compare the strict reader with itself."""
    read_blocks = []
    plain = engine.read_plain

    def noted(content: bytes, *how: Any) -> text.Columns | None:
        read_blocks.append(plain(content, *how))
        return read_blocks[-1]

    monkeypatch.setattr(engine, "read_plain", noted)
    by_column(monkeypatch)
    read(tmp_path, PATIENTS, LEDGER)
    assert sum(block is not None for block in read_blocks) >= 4
    read_blocks.clear()
    without_engine(monkeypatch)
    read(tmp_path, PATIENTS, LEDGER)
    assert set(read_blocks) == {None}


def test_marks_that_show_nothing_are_said_either_way() -> None:
    strictly = both_ways(PATIENTS.encode(), (LEDGER + "\ufeff0100,2026-09-02,procedure,5.00\n").encode(), 16)
    assert "marks that show nothing" in str(strictly[2])


def test_the_line_of_a_bad_cell_in_a_long_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_column(monkeypatch)
    ledger = LEDGER + "0200,2026-08-21,payment,1O.00\n" + LEDGER.partition("\n")[2]
    problem = next(each for each in read(tmp_path, PATIENTS, ledger).problems if each.severity == "error")
    assert (problem.row, problem.column) == (7, "amount")
    assert stopped(tmp_path, PATIENTS, LEDGER + '0200,"2026-08-21,payment,1.00\n')[0].row == 7


#: Small ones, and some that alone or together need more than 32 bits.
CENTS = st.integers(-5_000, 5_000) | st.integers(10**7, 10**10)
AMOUNTS = st.lists(st.tuples(st.integers(0, 3), st.integers(700_000, 700_200), CENTS), max_size=60)


@given(AMOUNTS, st.lists(st.integers(0, 9_000), min_size=4, max_size=4), st.integers(1, 9))
@examples(100)
def test_sums_in_arrays_are_the_sums_of_each_account(
    rows: list[tuple[int, int, int]], estimates: list[int], rows_at_once: int
) -> None:
    import numpy as np

    as_of = AS_OF.fromordinal(700_200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day_sums, "_MERGE_ROWS", 5)
        patch.setattr(day_sums, "_GROUP", 2)
        arrays = day_sums.DaySums(4)
        for start in range(0, len(rows), rows_at_once):
            some = rows[start : start + rows_at_once]
            account, day, cents = (np.array(column, np.int64) for column in zip(*some, strict=True))
            arrays.add(account, day, cents, np.ones(len(cents), np.bool_))
        found = arrays.aged(as_of, np.array(estimates), np.zeros(4, np.int64))
    for number in range(4):
        sums = AccountSums()
        for account_number, ordinal, amount in rows:
            if account_number == number and amount > 0:
                sums.add_charge(ordinal, amount)
                sums.latest_charge = max(sums.latest_charge, ordinal)
            elif account_number == number:
                sums.credit_cents -= amount
        assert found[number] == sums.aged(as_of, estimates[number])
        assert arrays.latest_charge[number] == sums.latest_charge

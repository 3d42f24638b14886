"""Amounts as reports and ledgers write them: cases 108 to 115, and some of 56."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.catalogue.building import LEDGER, PATIENTS, text_of
from tests.catalogue.cases import Case, Does
from tests.catalogue.report_cases import aging, owes
from tests.catalogue.report_cases import ledger_case as _of_ledger
from tests.exports.test_spreadsheets import write_xlsx

_FILES = {"patients": "patients.csv", "balances": "balances.csv"}
_L = text_of(LEDGER)
_P = text_of(PATIENTS)
_BUCKETS = ("days_0_30", "days_31_60", "days_61_90", "over_90")
_CREDIT = f"guarantor_id,{','.join(_BUCKETS)},unapplied_credit,total\n"
_PLAIN = f"guarantor_id,{','.join(_BUCKETS)}\n"
_ROWS = "0100,0,0,185.00,0\n0200,0,0,0,250.00\n0300,0,0,0,1150.00\n"
_TOTAL = f"guarantor_id,{','.join(_BUCKETS)},total\n"


def _more_buckets(holds: str, text: str, columns: Mapping[str, Any], does: Does = Does.ACCEPTS) -> Case:
    columns = {"guarantor_id": "guarantor_id", **columns}
    return aging(109, holds, text, does, plan={"files": _FILES, "columns": {"balances": columns}})


def _other(holds: str, column: str, cells: tuple[str, str, str], does: Does = Does.STOPS, **more: Any) -> Case:
    """An aging report with one column more, which no field is taken from."""
    lines = [*_PLAIN.splitlines(), *_ROWS.splitlines()]
    text = "".join(f"{line},{cell}\n" for line, cell in zip(lines, (column, *cells), strict=True))
    return aging(111, holds, text, does, **more)


def _sides(rows: str) -> str:
    return f"patient_id,date,type,charge,credit\n{rows}"


def _entries(*rows: str, ids: str = "123456") -> str:
    """The usual ledger with ids of its entries, and more rows."""
    lines = _L.splitlines()
    numbered = [f"{each},{line}" for each, line in zip(ids, lines[1:], strict=True)]
    return "\n".join([f"entry_id,{lines[0]}", *numbered, *rows, ""])


def _unsigned(payments: int, unsigned: int) -> str:
    """The usual ledger with so many payments and charges more, of which some have no sign."""
    signs = ["" if number < unsigned else "-" for number in range(payments)]
    return _L + "".join(f"0300,2026-07-30,procedure,9.00\n0300,2026-09-01,payment,{sign}9.00\n" for sign in signs)


_SIDES = _sides(
    "0100,2026-09-01,procedure,120.00,\n0101,2026-09-01,procedure,85.00,\n0101,2026-10-01,payment,,20.00\n"
    "0200,2026-08-13,procedure,300.00,\n0200,2026-08-20,payment,,50.00\n0300,2026-07-30,procedure,1150.00,\n"
)
_LONG = "".join(f"P{7919 * each % 20_000:05},0300,2026-07-30,procedure,0.01\n" for each in range(20_000))
_NUMBERS = ["guarantor_id", *_BUCKETS, "Over 120"]

CASES: tuple[Case, ...] = (
    aging(108, "a credit that is more than the rest", f"{_CREDIT}0100,0,0,185,0,0,185\n0200,0,300,0,0,-280,20\n0300,0,0,0,1150,0,1150\n", owed={"0200": 2_000}),
    aging(108, "credits written above zero", f"{_CREDIT}0100,0,0,205,0,20.00,185\n0200,0,0,0,250,0,250\n0300,0,0,0,1150,0,1150\n"),
    aging(108, "credits that are blank where there are none", f"{_CREDIT}0100,0,0,205,0,(20.00),185\n0200,0,0,0,250,,250\n0300,0,0,0,1150,-,1150\n"),
    aging(108, "a credit alone, of somebody whom the practice owes", f"{_CREDIT}0100,0,0,185,0,0,185\n0200,0,0,0,0,-280,-280\n0300,0,0,0,1150,0,1150\n", owed={"0200": -28_000}),
    aging(108, "a credit that the total does not count", f"{_CREDIT}0100,0,0,185,0,0,185\n0200,0,0,0,250,-280,250\n0300,0,0,0,1150,0,1150\n", Does.HOLDS, reasons={"0200": "bad-data"}),
    _more_buckets("five buckets, the first two added", f"guarantor_id,Current,1-30,{','.join(_BUCKETS[1:])}\n0100,0,5,0,180,0\n0200,50,0,0,0,200\n0300,0,0,0,0,1150\n", {"days_0_30": ("Current", "1-30")}),
    _more_buckets("six buckets, the last three added", f"guarantor_id,{','.join(_BUCKETS[:3])},91-120,121-150,Over 150,total\n0100,0,0,185,0,0,0,185\n0200,0,0,0,50,100,100,250\n0300,0,0,0,1000,100,50,1150\n", {"over_90": ("91-120", "121-150", "Over 150"), "total": "total"}),
    _more_buckets("one of the columns that are added blank, the total proves it", f"guarantor_id,{','.join(_BUCKETS[:3])},91-120,Over 120,total\n0100,0,0,185,,,185\n0200,0,0,0,,250,250\n0300,0,0,0,1000,150,1150\n", {"over_90": ("91-120", "Over 120"), "total": "total"}),
    _more_buckets("a column that is to be added and is not there", _PLAIN + _ROWS, {"over_90": ("over_90", "Over 120")}, Does.STOPS),
    aging(110, "blank buckets, and a total that proves them", f"{_TOTAL}0100,,,185.00,,185.00\n0200,,,,250.00,250.00\n0300,,,,1150.00,1150.00\n"),
    aging(110, "dashes for nothing, without a total", f"{_PLAIN}0100,-,-,185.00,-\n0200,$-,--,-,250.00\n0300, - ,-,-,1150.00\n"),
    aging(110, "blank buckets, and a patient's part that proves them", f"{_PLAIN.strip()},insurance_estimate,portion\n0100,,,185.00,,20,165.00\n0200,,,,250.00,,250.00\n0300,,,,1150.00,10,1140.00\n"),
    aging(110, "blank buckets that nothing proves", f"{_PLAIN}0100,0,0,185.00,0\n0200,,,,250.00\n0300,0,0,0,1150.00\n", Does.HOLDS, reasons={"0200": "bad-data"}),
    aging(110, "a blank bucket that the total says is not blank", f"{_TOTAL}0100,0,0,185.00,0,185.00\n0200,,,,250.00,260.00\n0300,0,0,0,1150.00,1150.00\n", Does.HOLDS, reasons={"0200": "bad-data"}),
    _other("one more bucket, and no total", "91-120", ("0.00", "40.00", "0.00")),
    _other("one more bucket of whole amounts", "Over 120", ("0", "40", "0")),
    _other("amounts under a caption that says nothing", "Other", ("0.00", "$40.00", "NULL")),
    _other("whole amounts under a caption that speaks of money", "Pending Balance", ("0", "40", "0")),
    _other("amounts of another time", "Last Payment", ("20.00", "50.00", "0.00"), Does.ACCEPTS),
    _other("whole numbers that are no amounts", "Chart", ("7", "40", "12"), Does.ACCEPTS),
    aging(111, "a column of amounts that the total does not count", f"{_TOTAL.strip()},Fees\n" "0100,0,0,185,0,185,3.00\n0200,0,0,0,250,250,3.00\n0300,0,0,0,1150,1150,0.00\n"),
    aging(111, "one more bucket that the total does count", f"{_TOTAL.strip()},Over 120\n0100,0,0,185,0,185,0\n0200,0,0,0,250,290,40\n0300,0,0,0,1150,1150,0\n", Does.HOLDS, reasons={"0200": "bad-data"}),
    Case(
        111, "one more bucket in a workbook", Does.STOPS,
        {"balances.xlsx": lambda path: write_xlsx(path, [_NUMBERS, ["0200", 0.0, 0.0, 0.0, 250.0, 40.0], ["0300", 0.0, 0.0, 0.0, 1150.0, 0.0]])},
        {"files": {"patients": "patients.csv", "balances": "balances.xlsx"}},
    ),
    _of_ledger(112, "payments without a sign", _L.replace("-20.00", "20.00").replace("(50.00)", "50.00"), Does.STOPS),
    _of_ledger(112, "charges below zero", _L.replace(",120", ",-120").replace(",85", ",-85").replace(",300", ",-300").replace('"1,150', '"-1,150'), Does.STOPS),
    _of_ledger(112, "the only payment of a ledger without a sign", _L.replace("0101,2026-10-01,payment,-20.00\n", "").replace("(50.00)", "50.00"), Does.HOLDS, reasons={"0200": "bad-data"}, concerned=frozenset({"0100"})),
    _of_ledger(112, "a part of many payments without a sign", _unsigned(30, 7), Does.STOPS),
    _of_ledger(112, "a few payments taken back among many", _unsigned(30, 2), concerned=frozenset({"0300"}), look=owes({"0300": 115_000 + 2 * 2 * 900})),
    _of_ledger(113, "charges and credits in two columns", _SIDES),
    _of_ledger(113, "every credit below zero", _SIDES.replace(",,", ",,-")),
    _of_ledger(113, "every charge below zero", _SIDES.replace("procedure,", "procedure,-")),
    _of_ledger(113, "a credit below zero among others: a returned payment", _SIDES + "0300,2026-10-01,payment,,-40.00\n", concerned=frozenset({"0300"}), look=owes({"0300": 119_000})),
    _of_ledger(113, "a charge below zero among others: one taken back", _SIDES + "0300,2026-10-01,procedure,-40.00,\n", concerned=frozenset({"0300"}), look=owes({"0300": 111_000})),
    _of_ledger(113, "dashes for nothing on the other side", _SIDES.replace(",,", ",-,").replace("0,\n", "0,-\n")),
    _of_ledger(113, "totals of both sides, and what is left", _SIDES + "Total,,,1655.00,70.00\nBalance,,,1585.00,\n"),
    _of_ledger(114, "entries that stand twice, row for row", _entries("3,0101,2026-10-01,payment,-20.00", "1,0100,2026-09-01,procedure,120.00")),
    _of_ledger(114, "one of them after a row with a higher id", _entries("6,0100,2026-09-01,procedure,120.00", ids="624351")),
    _of_ledger(114, "ids with letters", _entries("C,0101,2026-10-01,payment,-20.00", ids="ABCDEF")),
    _of_ledger(114, "entry ids 0, which stand for none", _entries(ids="000000")),
    _of_ledger(114, "one id for two entries", _entries("6,0300,2026-08-30,procedure,1.00"), Does.HOLDS, reasons={"0300": "bad-data"}),
    _of_ledger(114, "one id for entries of two accounts", _entries("4,0300,2026-08-13,procedure,300.00"), Does.HOLDS, reasons={"0300": "bad-data", "0200": "bad-data"}),
    _of_ledger(114, "one of 20,000 entries twice", f"{_entries()}{_LONG}P00042,0300,2026-07-30,procedure,0.01\n", concerned=frozenset({"0300"}), look=owes({"0300": 135_000})),
    Case(115, "NULL for blanks", Does.ACCEPTS, {"patients.csv": _P.replace("0100,,Dana", "0100,NULL,Dana").replace("2026-08-11,\n", "2026-08-11,NULL\n")}),
    Case(115, "\\N for blanks", Does.ACCEPTS, {"patients.csv": _P.replace("Tess,Marlow,,", "Tess,Marlow,\\N,").replace("0300,,", "0300,\\N,")}),
    _of_ledger(115, "NULL on the other side of a charge", _SIDES.replace(",,", ",NULL,").replace("0,\n", "0,NULL\n")),
    aging(115, "NULL in buckets that the total proves", f"{_TOTAL}0100,NULL,NULL,185.00,NULL,185.00\n0200,NULL,NULL,NULL,250.00,250.00\n0300,0,0,0,1150,1150\n"),
    _of_ledger(56, "charges and payments as debits and credits", _L.replace("120.00", "120.00 DR").replace("-20.00", "20.00 CR").replace("(50.00)", "50.00Cr").replace("85.00", "85.00dr")),
)  # fmt: skip

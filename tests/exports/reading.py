"""Helpers of the export tests: files written as a PMS would, read as the settings would have them read."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dipay.domain.account import Account
from dipay.domain.problems import CannotGoOn, Problem
from dipay.exports.opening import ReadingPlan
from dipay.exports.reading import Exports, read_exports

AS_OF = date(2026, 11, 20)

PATIENTS = """\
patient_id,guarantor_id,first_name,last_name,mobile_phone,birth_date,status,payment_plan,do_not_recall,text_consent,last_visit,outstanding_claims,insurance_estimate,writeoff_estimate
0100,,Dana,Marlow,(207) 555-0148,1980-05-09,active,no,no,yes,2026-09-01,0,0,0
0101,0100,Tess,Marlow,,2016-02-03,active,no,no,,2026-09-01,1,20.00,5.00
0200,,Bo,"Smith, Jr",207-555-0149,1970-01-01,active,no,no,yes,2026-08-11,,,
"""

LEDGER = """\
patient_id,date,type,amount
0100,2026-09-01,procedure,120.00
0101,2026-09-01,procedure,85.00
0101,2026-10-01,payment,-20.00
0200,2026-08-11,procedure,300.00
0200,2026-08-20,payment,(50.00)
"""

BALANCES = """\
guarantor_id,days_0_30,days_31_60,days_61_90,over_90,insurance_estimate,total
0100,0.00,0.00,185.00,0.00,20.00,185.00
0200,0.00,0.00,0.00,250.00,0.00,250.00
"""


def plan(folder: Path, **changes: Any) -> ReadingPlan:
    """The plan for `patients.csv` and `ledger.csv` in that folder, changed as wanted."""
    base = ReadingPlan(
        folder=folder,
        profile_folder=folder,
        files={"patients": "patients.csv", "ledger": "ledger.csv"},
        profile="auto",
        columns={},
        words={},
        date_format="auto",
        visit_scope="family",
        max_outstanding_claims=None,
        max_age_hours=30,
        country="US",
        as_of=AS_OF,
        now=datetime.now(UTC),
        zone=ZoneInfo("America/New_York"),
    )
    if "columns" in changes:
        changes["columns"] = {
            kind: {name: (named,) if isinstance(named, str) else named for name, named in columns.items()}
            for kind, columns in changes["columns"].items()
        }
    return replace(base, **changes)


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Writes the files as of a minute ago: one that looks cut off and is newer is waited for."""
    minute_ago = time.time() - 60
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(folder / name, (minute_ago, minute_ago))


def read(
    folder: Path, patients: str | bytes = PATIENTS, ledger: str | bytes | None = LEDGER, **changes: Any
) -> Exports:
    """Writes the two files and reads them."""
    write(folder, {"patients.csv": patients} | ({"ledger.csv": ledger} if ledger is not None else {}))
    return read_exports(plan(folder, **changes))


def stopped(folder: Path, *args: str | bytes, **changes: Any) -> list[Problem]:
    """The problems that reading stops with; exit code 3 is the exports'."""
    with pytest.raises(CannotGoOn) as caught:
        read(folder, *args, **changes)
    assert caught.value.exit_code == 3
    return list(caught.value.problems)


def by_id(exports: Exports) -> dict[str, Account]:
    return {account.guarantor_id: account for account in exports.accounts}


def assert_adds_up(exports: Exports) -> None:
    """What was read, held and dropped is every row of every file."""
    for report in exports.reports:
        assert report.read + report.held + sum(report.dropped.values()) == report.rows, report

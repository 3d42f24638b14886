"""The ledger's money per account, day and kind: kept only where somebody asks for it, the same in every way of reading."""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.entries import ENTRY_KINDS
from dipay.exports.engine import readings, switch
from dipay.exports.reading import Exports, read_exports
from dipay.exports.sources import text
from dipay.exports.tables import money
from tests.exports.reading import AS_OF, BALANCES, LEDGER, PATIENTS, plan, read, write
from tests.exports.test_fast import by_column, without_engine
from tests.exports.test_properties import Practice, as_csv, practices
from tests.properties import examples

SAMPLES = Path(__file__).parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))

import golden  # noqa: E402  it lies beside the samples

#: The account, the day, the kind and whether it is a credit, with their cents.
Money = dict[tuple[str, str, str, bool], int]


def money_of(exports: Exports) -> Money:
    found = exports.payments
    assert found is not None
    columns = zip(*(each.tolist() for each in (found.account, found.day, found.kind, found.cents)), strict=True)
    keyed = [
        ((exports.accounts.ids[account], AS_OF.fromordinal(day).isoformat(), ENTRY_KINDS[kind].value, cents < 0), cents)
        for account, day, kind, cents in columns
    ]
    assert len(dict(keyed)) == len(keyed)
    assert [(account, day) for account, day in zip(found.account.tolist(), found.day.tolist(), strict=True)] == sorted(
        zip(found.account.tolist(), found.day.tolist(), strict=True)
    )
    return dict(keyed)


def asked(folder: Path, patients: str | bytes = PATIENTS, ledger: str | bytes = LEDGER) -> Exports:
    write(folder, {"patients.csv": patients, "ledger.csv": ledger})
    return read_exports(plan(folder, payments=True))


def test_a_families_money_is_its_accounts_by_day_and_kind(tmp_path: Path) -> None:
    ledger = LEDGER + (
        "0101,2026-10-01,payment,-5.00\n"
        "0100,2026-10-01,payment,30.00\n"  # a returned payment of the same day
        "0100,2026-10-02,insurance payment,-40.00\n"
        "0100,2026-10-02,write-off,-9.00\n"
        "0100,2026-10-02,something else,-1.00\n"
        "0100,2026-10-03,payment,0.00\n"
        "0100,2026-11-21,payment,-7.00\n"  # after the day that is asked about
    )
    exports = asked(tmp_path, ledger=ledger)
    assert exports.payments is not None
    assert exports.payments.kinds_are_told
    assert money_of(exports) == {
        ("0100", "2026-09-01", "charge", False): 20_500,
        ("0100", "2026-10-01", "payment", True): -2_500,
        ("0100", "2026-10-01", "payment", False): 3_000,
        ("0100", "2026-10-02", "insurance-payment", True): -4_000,
        ("0100", "2026-10-02", "write-off", True): -900,
        ("0100", "2026-10-02", "other", True): -100,
        ("0200", "2026-08-11", "charge", False): 30_000,
        ("0200", "2026-08-20", "payment", True): -5_000,
    }


def test_without_a_type_nothing_tells_a_payment_from_a_write_off(tmp_path: Path) -> None:
    exports = asked(tmp_path, ledger="patient_id,date,amount\n0200,2026-08-11,300.00\n0200,2026-08-20,-50.00\n")
    assert exports.payments is not None
    assert not exports.payments.kinds_are_told
    assert {kind for _, _, kind, _ in money_of(exports)} == {"other"}


def test_nothing_is_kept_for_who_does_not_ask(tmp_path: Path) -> None:
    assert read(tmp_path).payments is None


def test_a_report_of_ages_alone_has_no_money(tmp_path: Path) -> None:
    write(tmp_path, {"patients.csv": PATIENTS, "balances.csv": BALANCES})
    files = {"patients": "patients.csv", "balances": "balances.csv"}
    assert read_exports(plan(tmp_path, files=files, payments=True)).payments is None


def test_an_entry_that_stands_twice_counts_once(tmp_path: Path) -> None:
    rows = "9,0200,2026-08-20,payment,-50.00\n"
    ledger = f"entry_id,patient_id,date,type,amount\n10,0200,2026-08-11,procedure,300.00\n{rows}{rows}"
    assert money_of(asked(tmp_path, ledger=ledger)) == {
        ("0200", "2026-08-11", "charge", False): 30_000,
        ("0200", "2026-08-20", "payment", True): -5_000,
    }


def test_a_ledger_with_estimates_and_links_has_the_same_money(tmp_path: Path) -> None:
    ledger = (
        "entry_id,applies_to,patient_id,date,type,amount,insurance_estimate\n"
        "1,,0200,2026-08-11,procedure,300.00,20.00\n"
        "2,1,0200,2026-08-12,adjustment,-30.00,\n"
        "3,,0200,2026-08-20,payment,-50.00,\n"
    )
    assert money_of(asked(tmp_path, ledger=ledger)) == {
        ("0200", "2026-08-11", "charge", False): 30_000,
        ("0200", "2026-08-12", "adjustment", True): -3_000,
        ("0200", "2026-08-20", "payment", True): -5_000,
    }


@given(practices(), st.integers(16, 400))
@examples(60)
def test_it_is_what_the_rows_add_up_to_with_and_without_the_engine(practice: Practice, block_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        patients, ledger = as_csv(practice.patients), as_csv(practice.ledger)
        with pytest.MonkeyPatch.context() as patch:
            without_engine(patch)
            strictly = asked(Path(folder), patients, ledger)
        with pytest.MonkeyPatch.context() as patch:
            by_column(patch, block_bytes)
            patch.setattr(money, "_MERGE_ROWS", 3)
            fast = asked(Path(folder), patients, ledger)
        assert money_of(fast) == money_of(strictly)
        accounts = strictly.accounts
        balances = np.zeros(len(accounts), np.int64)
        assert strictly.payments is not None
        np.add.at(balances, strictly.payments.account, strictly.payments.cents)
        assert balances.tolist() == accounts.aged.balance_cents.tolist()


LEDGERS = [layout for layout, files in golden.LAYOUTS.items() if "ledger" in files]


@pytest.mark.parametrize("layout", LEDGERS)
def test_every_sample_has_the_money_of_its_rows(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    office = golden.office(layout)
    found = office.read_exports(golden.AS_OF, payments=True)
    monkeypatch.setattr(text, "LONG_BYTES", 0)
    monkeypatch.setattr(readings, "_FEW", 0)
    assert money_of(office.read_exports(golden.AS_OF, payments=True)) == money_of(found)
    monkeypatch.setattr(switch, "many_at_once", False)
    assert money_of(office.read_exports(golden.AS_OF, payments=True)) == money_of(found)
    report = next(each for each in found.reports if each.kind == "ledger")
    assert sum(money_of(found).values()) == report.read_cents


@pytest.mark.parametrize("layout", LEDGERS)
def test_every_layouts_ledger_tells_the_payments(layout: str) -> None:
    """What the sample's own ledger has by its rows, read by nothing of dipay's; other kinds differ by the system."""
    rows = list(csv.DictReader(io.StringIO((SAMPLES / "ledger.csv").read_text("utf-8"))))
    for kind, word in (("payment", "payment"), ("charge", "charge"), ("insurance-payment", "insurance payment")):
        expected: Counter[str] = Counter()
        for row in rows:
            if row["type"] == word and row["date"] <= golden.AS_OF.isoformat():
                expected[row["date"]] += round(float(row["amount"]) * 100)
        found: Counter[str] = Counter()
        for (_, day, said, _), cents in money_of(
            golden.office(layout).read_exports(golden.AS_OF, payments=True)
        ).items():
            if said == kind:
                found[day] += cents
        assert found == expected, (layout, kind)

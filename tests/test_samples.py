"""The samples: every layout of the invented practice gives the same worklist, and it is the intended one."""

from __future__ import annotations

import filecmp
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dipay.exports.engine import readings, switch
from dipay.exports.sources import text

SAMPLES = Path(__file__).parents[1] / "samples"
sys.path.insert(0, str(SAMPLES))

import golden  # noqa: E402  it lies beside the samples

#: What an aging report does not tell: the day of the oldest part, only its bucket.
BUCKET_STARTS = (0, 31, 61, 91)


def accounts(layout: str) -> dict[str, dict[str, Any]]:
    return {each["guarantor_id"]: each for each in golden.answer(layout)["accounts"]}


def comparable(layout: str) -> dict[str, dict[str, Any]]:
    """The accounts, with the age of the oldest part as its bucket where only that is known, and details left out."""
    found = {}
    for guarantor_id, each in accounts(layout).items():
        days = each["oldest_unpaid_days"]
        start = None if days is None else max(start for start in BUCKET_STARTS if start <= days)
        codes = [reason["code"] for reason in each["reasons"]]
        found[guarantor_id] = each | {"oldest_unpaid_days": start, "reasons": codes}
    return found


@pytest.mark.parametrize("layout", list(golden.LAYOUTS))
def test_the_answer_is_the_golden_one(layout: str) -> None:
    written = (SAMPLES / layout / golden.NAME).read_text("utf-8")
    assert golden.golden_text(golden.answer(layout)) == written, (
        "run: python samples/golden.py, and look at what changed"
    )


@pytest.mark.parametrize("layout", list(golden.LAYOUTS))
def test_the_answer_is_the_golden_one_without_and_with_the_engine(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The strict reader and cells read one by one; and each file by the column as if it were long."""
    golden_one = (SAMPLES / layout / golden.NAME).read_text("utf-8")
    monkeypatch.setattr(text, "LONG_BYTES", 0)
    monkeypatch.setattr(readings, "_FEW", 0)
    assert golden.golden_text(golden.answer(layout)) == golden_one
    monkeypatch.setattr(switch, "many_at_once", False)
    assert golden.golden_text(golden.answer(layout)) == golden_one


@pytest.mark.parametrize("layout", list(golden.LAYOUTS))
def test_the_report_is_the_golden_one_without_and_with_the_engine(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    golden_one = (SAMPLES / layout / golden.REPORT).read_text("utf-8")
    assert golden.report_text(layout) == golden_one, "run: python samples/golden.py, and look at what changed"
    monkeypatch.setattr(text, "LONG_BYTES", 0)
    monkeypatch.setattr(readings, "_FEW", 0)
    assert golden.report_text(layout) == golden_one
    monkeypatch.setattr(switch, "many_at_once", False)
    assert golden.report_text(layout) == golden_one


@pytest.mark.parametrize("layout", [each for each in golden.LAYOUTS if each != "."])
def test_every_layout_gives_the_same_worklist(layout: str) -> None:
    assert comparable(layout) == comparable(".")


def test_the_worklist_is_the_one_the_practice_was_made_for() -> None:
    intended = json.loads((SAMPLES / "intended.json").read_text("utf-8"))
    found = accounts(".")
    assert len(intended) == 60
    assert {each["guarantor_id"] for each in intended} == found.keys()
    for each in intended:
        answer = found[each["guarantor_id"]]
        wanted = {key: value for key, value in each.items() if key not in {"scenario", "name", "reasons"}}
        assert {key: answer[key] for key in wanted} == wanted, each["scenario"]
        assert [reason["code"] for reason in answer["reasons"]] == each["reasons"], each["scenario"]
        if each["name"] is not None:
            assert answer["name"] == each["name"]


@pytest.mark.parametrize("layout", list(golden.LAYOUTS))
def test_every_row_of_every_file_is_accounted_for(layout: str) -> None:
    for report in golden.answer(layout)["files"]:
        assert report["read"] + report["held"] + sum(report["dropped"].values()) == report["rows"]


def test_the_generator_makes_the_samples_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLES / "generate.py"), "--out", str(tmp_path)], check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) > 12
    for path in made:
        assert filecmp.cmp(tmp_path / path, SAMPLES / path, shallow=False), path


def test_the_generator_makes_a_practice_of_any_size(tmp_path: Path) -> None:
    size = ["--families", "300", "--seed", "7", "--rows-per-family", "20", "--layout", "generic"]
    subprocess.run([sys.executable, str(SAMPLES / "generate.py"), *size, "--out", str(tmp_path)], check=True)
    rows = len((tmp_path / "ledger.csv").read_text("utf-8").splitlines()) - 1
    assert 4_000 <= rows <= 9_000


def test_the_family_worked_through_by_hand_comes_out_as_in_the_docs() -> None:
    account = accounts(".")["10468"]
    assert account["patient_ids"] == ["10468", "10469"]
    assert account["balance_cents"] == 96_700 - 65_800 == 30_900
    assert account["insurance_estimate_cents"] == 12_400
    assert account["patient_portion_cents"] == account["amount_cents"] == 18_500
    assert account["aging"] == {"days_0_30": 0, "days_31_60": 0, "days_61_90": 18_500, "over_90": 0}
    assert account["oldest_unpaid_days"] == 63
    assert (account["last_visit"], account["outstanding_claims"]) == ("2026-10-13", 2)
    assert (account["view"], account["reasons"], account["phone"]) == ("pending", [], "+15085550112")

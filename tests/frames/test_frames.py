"""What the frames hold is what `list` and the state say, in the types that their docstrings promise."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dipay import frames
from dipay.domain.choices import Choice
from dipay.office import Office, open_office
from dipay.render.data import accounts_data
from dipay.services.syncing import sync
from dipay.services.worklist import make_worklist
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, practice_on, sender_for

ROOT = Path(__file__).parents[2]
SAMPLES_DAY = date(2026, 11, 20)
OF_STATE: list[Callable[[Office], pd.DataFrame]] = [
    frames.requests, frames.campaigns, frames.replies, frames.opt_outs, frames.balances_by_day, frames.imports
]  # fmt: skip


@pytest.fixture
def samples() -> Office:
    return open_office(ROOT / "config.example.yaml")


@pytest.mark.parametrize("view", Choice)
def test_the_worklist_is_what_list_says(samples: Office, view: Choice) -> None:
    worklist = make_worklist(samples, SAMPLES_DAY).worklist
    frame = frames.worklist(samples, SAMPLES_DAY, view)
    told = list(accounts_data(worklist, view, samples.settings))
    assert frame["guarantor_id"].tolist() == [each.guarantor_id for each in told]
    assert frame["name"].tolist() == [each.name for each in told]
    assert frame["view"].tolist() == [each.view.value for each in told]
    assert [each.split() for each in frame["reasons"]] == [[r.code for r in each.reasons] for each in told]
    for column in ("balance_cents", "patient_portion_cents", "amount_cents", "insurance_estimate_cents"):
        assert frame[column].tolist() == [getattr(each, column) for each in told]
    assert frame["over_90_cents"].tolist() == [each.aging.over_90 for each in told]
    assert frame["patients"].tolist() == [len(each.patient_ids) for each in told]
    phones = [None if pd.isna(each) else each for each in frame["phone"]]
    assert phones == [each.phone for each in told]
    visits = [None if pd.isna(each) else each.date().isoformat() for each in frame["last_visit"]]
    assert visits == [each.last_visit for each in told]


def test_buckets_add_up_to_what_is_owed(samples: Office) -> None:
    frame = frames.worklist(samples, SAMPLES_DAY)
    owing = frame[frame["patient_portion_cents"] > 0]
    buckets = owing[["days_0_30_cents", "days_31_60_cents", "days_61_90_cents", "over_90_cents"]].sum(axis=1)
    assert len(owing) > 50
    assert (buckets == owing["patient_portion_cents"]).all()


@pytest.mark.parametrize("make", OF_STATE)
def test_a_frame_without_rows_has_its_columns_and_types(
    make: Callable[[Office], pd.DataFrame], tmp_path: Path, double: ProviderDouble
) -> None:
    before = Practice(tmp_path).office
    empty = make(before)
    assert len(empty) == 0
    practice = practice_on(double, tmp_path)
    practice.send(sender_for(double))
    double.incoming(practice.number("1"), "STOP")
    practice.later(days=1)
    sync(practice.office, sender_for(double))
    practice.balances["2"] = "0.00"
    practice.later(days=1)
    practice.send(sender_for(double))
    full = make(practice.office)
    assert len(full) > 0
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()


def test_days_of_a_practice(tmp_path: Path, double: ProviderDouble) -> None:
    practice = practice_on(double, tmp_path)
    practice.send(sender_for(double))
    practice.balances["2"] = "0.00"
    practice.later(days=1)
    practice.send(sender_for(double))
    office = practice.office
    requests = frames.requests(office)
    assert requests["guarantor_id"].tolist() == ["1", "2", "3"]
    assert requests["amount_cents"].tolist() == [10000] * 3
    assert requests["day"].dt.date.tolist() == [date(2026, 11, 18)] * 3
    assert "number" not in requests
    assert frames.requests(office, personal=True)["number"].tolist() == [
        practice.number(each) for each in ("1", "2", "3")
    ]
    campaigns = frames.campaigns(office).set_index("guarantor_id")
    assert campaigns.loc["2", "how"] == "paid"
    assert campaigns.loc["1", "how"] == ""
    assert campaigns["ended"].isna().tolist() == [each != "2" for each in campaigns.index]
    seen = frames.balances_by_day(office)
    assert seen[seen["guarantor_id"] == "2"]["patient_portion_cents"].tolist()[-1] == 0
    assert frames.imports(office)["balance_cents"].tolist() == [30000, 20000]


def test_only_who_asks_for_frames_loads_pandas() -> None:
    code = (
        "import sys, dipay.cli; assert 'pandas' not in sys.modules; import dipay.frames; assert 'pandas' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_the_page_shows(samples: Office, tmp_path: Path, double: ProviderDouble) -> None:
    page = (ROOT / "docs" / "frames.md").read_text(encoding="utf-8")
    first, second = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    shown = re.search(r"<!-- by_view -->\n```\n(.*?)\n```", page, re.DOTALL)
    assert shown
    code = first.replace('"config.yaml"', repr(str(ROOT / "config.example.yaml")))
    names: dict[str, Any] = {"datetime": datetime}
    exec(code.replace("worklist(office)", f"worklist(office, {SAMPLES_DAY!r})"), names)
    assert names["by_view"].to_string() == shown[1]
    practice = practice_on(double, tmp_path)
    practice.send(sender_for(double))
    names["office"] = practice.office
    exec(second, names)
    assert names["by_month"].loc["2026-11"].sum() == 3

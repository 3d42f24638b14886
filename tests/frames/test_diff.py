"""`diff`: who is new on the list, who is gone and why, who paid, whose amount changed."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn, ExitCode
from dipay.frames.columns import rows_of
from dipay.frames.diff import Difference, diff
from dipay.render.diff import diff_data, diff_sheet
from dipay.render.sheets import write_csv
from dipay.services import deciding
from dipay.state import lists, purge
from dipay.state.store import open_for_reading
from tests.sending.practice import Practice


def told(found: Difference) -> dict[str, dict[str, tuple[int, int]]]:
    return {
        kind: {row["guarantor_id"]: (row["before_cents"], row["after_cents"]) for row in rows_of(frame)}
        for kind, frame in found.parts.items()
    }


def test_a_day_of_each_kind(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=7, settings={"messaging": {"daily_limit": 1}})
    practice.balances = {"6": "10.00"}
    practice.export()
    practice.send()
    practice.later(days=1)
    practice.balances |= {"2": "0.00", "3": "80.00", "6": "90.00", "5": "20.00"}
    practice.export()
    deciding.snooze(practice.office, ["4"], until=None, days=5, reason="Other", note="")
    found = diff(practice.office)
    assert found.since == date(2026, 11, 18)
    assert told(found) == {
        "new": {"6": (1000, 9000)},
        "gone": {"1": (10000, 10000), "4": (10000, 10000)},
        "paid": {"2": (10000, 0), "5": (10000, 2000)},
        "changed": {"3": (10000, 8000)},
    }
    why = found.gone.set_index("guarantor_id")["why"]
    assert why["4"].startswith("snoozed until")
    assert why["1"].startswith("asked 18 Nov")
    assert diff_data(found)["summary"] == {"new": 1, "gone": 2, "paid": 2, "changed": 1}
    paper = io.StringIO()
    write_csv(diff_sheet(found), paper)
    head, first, *_ = paper.getvalue().splitlines()
    assert head == "change,guarantor_id,name,before,after,view_before,view,why"
    assert first == "new,6,First6 Last6,10.00,90.00,excluded,pending,"


def test_since_a_day_goes_by_the_list_of_that_day(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=3, settings={"messaging": {"daily_limit": 1}})
    practice.send()
    practice.later(days=1)
    practice.balances["3"] = "60.00"
    practice.export()
    practice.send()
    practice.later(days=2)
    practice.balances["3"] = "50.00"
    practice.export()
    assert told(diff(practice.office))["changed"] == {"3": (6000, 5000)}
    older = diff(practice.office, date(2026, 11, 18))
    assert told(older)["changed"] == {"3": (10000, 5000)}
    assert set(older.gone["guarantor_id"]) == {"1", "2"}
    with pytest.raises(CannotGoOn, match="no worklist of 2026-11-17") as refused:
        diff(practice.office, date(2026, 11, 17))
    assert refused.value.exit_code == ExitCode.USAGE
    assert "2026-11-18" in refused.value.problems[0].fix


def test_an_account_that_left_the_exports_is_gone_not_paid(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=3, settings={"messaging": {"daily_limit": 1}})
    practice.send()
    practice.later(days=1)
    practice.size = 2
    practice.export()
    found = diff(practice.office)
    assert told(found)["gone"].keys() == {"1", "3"}
    assert found.gone.set_index("guarantor_id")["why"]["3"] == "no longer in the exports"
    assert found.paid.empty


def test_the_list_kept_is_that_of_before_the_first_sending(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=3, settings={"messaging": {"daily_limit": 1}})
    practice.send()
    practice.now = practice.now.replace(hour=17)
    practice.export()
    practice.send()
    with open_for_reading(practice.office.state_path) as store:
        kept = {each.guarantor_id: each.view for each in lists.list_of(store, date(2026, 11, 18))}
    assert kept == {"1": "pending", "2": "pending", "3": "pending"}


def test_a_purge_keeps_what_a_later_comparison_stands_on(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=3, settings={"messaging": {"daily_limit": 1}})
    practice.send()
    for _ in range(3):
        practice.later(days=1)
        practice.send()
    practice.later(days=1)
    before = told(diff(practice.office))
    with practice.office.open_state() as store:
        purge.purge(store, date(2026, 11, 21), by="kim", now=practice.now)
        rows = store.connection.execute("SELECT count(*) FROM listed WHERE day < '2026-11-21'").fetchone()[0]
    assert told(diff(practice.office)) == before
    assert rows <= 3


def test_nothing_was_ever_sent(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="no worklist"):
        diff(Practice(tmp_path).office)

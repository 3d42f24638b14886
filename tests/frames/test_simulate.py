"""`simulate` foretells what the days then do, for as long as nobody pays, comes or answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dipay.config import LoadedSettings, load_settings
from dipay.config_writer import render_settings_yaml
from dipay.domain.problems import CannotGoOn
from dipay.frames.columns import rows_of
from dipay.frames.simulate import Simulation, by_week, simulate
from dipay.office import Office
from dipay.services import deciding
from dipay.state.store import open_for_reading
from settings_pages import EXAMPLE_VALUES
from tests.sending.practice import Practice, history

NOON = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)


class Written(Practice):
    """A practice whose settings are a file, which other values can be set over."""

    @property
    def office(self) -> Office:
        path = self.folder / "config.yaml"
        path.write_text(render_settings_yaml({**EXAMPLE_VALUES, "exports.folder": ".", **self.settings}))
        loaded = load_settings(path)
        return Office(LoadedSettings(loaded.settings, path, loaded.places), lambda: self.now)


def foretold(found: Simulation) -> list[tuple[date, str, int]]:
    return [(row["day"].date(), row["guarantor_id"], row["step"]) for row in rows_of(found.now)]


def happened(practice: Practice, since: date) -> list[tuple[date, str, int]]:
    return [(each.day, each.guarantor_id, each.step) for each in history(practice.office).requests if each.day >= since]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"messaging.daily_limit": 2},
        {"payment_settings.repeat_after_days": 9, "messaging.daily_limit": 5},
        {"payment_settings.aging": "over_60", "messaging.send_window.days": ["tue", "wed"]},
        {"payment_settings.minimum_balance": "120.00"},
    ],
)
def test_the_days_then_do_what_was_foretold(tmp_path: Path, settings: dict[str, Any]) -> None:
    practice = Written(tmp_path, size=9, now=NOON, settings=settings)
    practice.balances = {"3": "150.00", "4": "20.00", "9": "180.00"}
    # Whom nobody held before is held once another account at the same number was asked.
    practice.numbers = {"8": practice.number("1"), "7": practice.number("2")}
    practice.export()
    deciding.snooze(practice.office, ["5"], until=date(2026, 11, 26), days=None, reason="Other", note="")
    deciding.deselect(practice.office, ["6"])
    practice.send(only=["2"])
    practice.later(days=1)
    began = practice.office.today()
    found = simulate(practice.office, {}, weeks=4)
    for _ in range(28):
        practice.send()
        practice.later(days=1)
    assert foretold(found) == happened(practice, began)


def test_other_settings_beside_those_of_today(tmp_path: Path) -> None:
    practice = Written(tmp_path, size=3, now=NOON)
    practice.balances = {"2": "18.00"}
    practice.export()
    found = simulate(practice.office, {"payment_settings.minimum_balance": "15"}, weeks=2)
    assert set(found.now["guarantor_id"]) == {"1", "3"}
    assert set(found.then["guarantor_id"]) == {"1", "2", "3"}
    weeks = list(rows_of(by_week(found)))
    assert [(row["now_first_requests"], row["then_first_requests"]) for row in weeks] == [(2, 3), (0, 0)]
    assert [(row["now_first_cents"], row["then_first_cents"]) for row in weeks] == [(20000, 21800), (0, 0)]
    assert [(row["now_follow_ups"], row["then_follow_ups"]) for row in weeks] == [(0, 0), (2, 3)]


def test_it_changes_nothing(tmp_path: Path) -> None:
    practice = Written(tmp_path, size=3, now=NOON)
    practice.send(only=["1"])
    practice.later(days=8)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()}
    simulate(practice.office, {"campaign.messages": '[{day: 0, text: "{practice} {link} STOP"}]'})
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()} == before
    with open_for_reading(practice.office.state_path) as store:
        assert store.problems == ()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("payment_settings.minimum_balanc", "15", "minimum_balance"),
        ("payment_settings.minimum_balance", "fifteen", "amount"),
        ("payment_settings.aging", "[a, b]", ""),
        ("nothing", "1", ""),
        ("practice.name", "{", "YAML"),
        ("campaign.messages", '[{day: 0, text: "{lnk}"}]', "link"),
    ],
)
def test_a_wrong_change_is_said_as_in_the_file(tmp_path: Path, key: str, value: str, words: str) -> None:
    practice = Written(tmp_path, now=NOON)
    with pytest.raises(CannotGoOn) as refused:
        simulate(practice.office, {key: value})
    assert refused.value.exit_code == 2
    (problem,) = refused.value.problems
    assert key in (problem.key or "")
    assert problem.row is None
    assert words in f"{problem.message} {problem.fix}"


def test_ages_go_on(tmp_path: Path) -> None:
    practice = Written(tmp_path, size=2, now=datetime(2026, 10, 10, 16, 0, tzinfo=UTC))
    found = simulate(practice.office, {})
    # A charge of 19 September is over 30 days old on 20 October.
    assert min(row["day"].date() for row in rows_of(found.now)) == date(2026, 10, 20)

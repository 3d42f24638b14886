"""Runs that nobody watches: missed ones, nights on which the clock is changed, and two senders at once."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.services import sending
from dipay.state.reading import history
from dipay.state.sender_lock import sender_lock
from dipay.state.store import open_for_reading
from tests.messaging.double import ProviderDouble
from tests.sending.practice import MORNING, Practice, outcomes, sender_for

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def open_from(start: str, end: str) -> dict[str, object]:
    """A send window on every day."""
    return {"messaging": {"send_window": {"from": start, "to": end, "days": EVERY_DAY}}}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def sent(practice: Practice) -> list[tuple[str, int]]:
    """Each message that went out: to whom, and which of the campaign."""
    with open_for_reading(practice.office.state_path) as store:
        return [(each.guarantor_id, each.step) for each in history(store)]


def test_after_weeks_without_a_run_each_gets_what_is_due_one_after_the_other(
    practice: Practice, double: ProviderDouble
) -> None:
    """Both follow-ups are late by then: the second one waits as long as the settings say, and no run sends it sooner."""
    practice.send(sender_for(double))
    found = []
    for days in (20, 0, 6, 1, 0, 1):
        practice.later(days=days, hours=int(not days))
        report = practice.send(sender_for(double))
        found.append(([line.step for line in report.lines], report.left))
    assert found == [([1, 1, 1], 0), ([], 0), ([], 0), ([2, 2, 2], 0), ([], 0), ([], 0)]
    assert sorted(sent(practice)) == [(account, step) for account in "123" for step in range(3)]


def test_what_was_missed_in_the_evening_goes_out_in_the_morning(practice: Practice, double: ProviderDouble) -> None:
    """A laptop that slept at the time of the run: what starts late runs outside the window, and says when it may."""
    practice.now = at("2026-11-19T01:30")  # half past eight in the evening in Maine
    practice.export()
    report = practice.send(sender_for(double))
    assert (list(report.lines), report.waiting, report.next_allowed) == ([], 3, at("2026-11-19T14:00"))
    practice.later(hours=13)
    assert practice.send(sender_for(double)).count("accepted") == 3


@dataclass(frozen=True)
class Night:
    """One on which the clocks of a zone are changed: moments before and after, and when the window opens (UTC)."""

    zone: str
    number: str
    runs: tuple[str, ...]
    opens: str


#: Australia's for fiction: of numbers abroad dipay knows no zone, so the practice's decides.
ABROAD = "+614915701{}"
NIGHTS = [
    # 01:30, and 03:30 where 02:30 would have been.
    Night("America/New_York", "+120755501{}", ("2027-03-14T06:30", "2027-03-14T07:30"), "2027-03-14T13:00"),
    # 01:30 twice, and 02:30.
    Night(
        "America/New_York", "+120755501{}",
        ("2026-11-01T05:30", "2026-11-01T06:30", "2026-11-01T07:30"), "2026-11-01T14:00",
    ),
    Night("Europe/London", ABROAD, ("2027-03-28T00:30", "2027-03-28T01:30"), "2027-03-28T08:00"),
    Night("Europe/London", ABROAD, ("2026-10-25T00:30", "2026-10-25T01:30"), "2026-10-25T09:00"),
    # Half an hour, and the other way round: forward in October, back in April.
    Night("Australia/Lord_Howe", ABROAD, ("2027-10-02T15:00", "2027-10-02T15:45"), "2027-10-02T22:00"),
    Night("Australia/Lord_Howe", ABROAD, ("2027-04-03T14:45", "2027-04-03T15:15"), "2027-04-03T22:30"),
    # Arizona changes nothing; its patients' numbers are of Arizona too.
    Night("America/Phoenix", "+160255501{}", ("2026-11-01T08:30", "2026-11-01T09:30"), "2026-11-01T16:00"),
]  # fmt: skip


@pytest.mark.parametrize("night", NIGHTS, ids=lambda night: f"{night.zone} {night.runs[0][:10]}")
def test_a_night_on_which_the_clock_is_changed(night: Night, tmp_path: Path) -> None:
    """Runs in it send nothing and say when the window opens by the wall clock; the morning's run sends once."""
    country = "AU" if night.number == ABROAD else "US"
    practice = Practice(
        tmp_path,
        numbers={each: night.number.format(f"0{each}") for each in "123"},
        settings={
            "practice": {"name": "M", "phone": "207-555-0148", "timezone": night.zone, "country": country},
            **open_from("09:00", "20:00"),
        },
    )

    def runs_at(moment: str) -> tuple[int, datetime | None]:
        practice.now = at(moment)
        practice.export()
        path = tmp_path / "patients.csv"
        path.write_text(path.read_text().replace(",04101", ","))
        os.utime(path, (practice.now.timestamp(), practice.now.timestamp()))
        report = practice.send()
        return report.count("accepted"), report.next_allowed

    for moment in night.runs:
        assert runs_at(moment) == (0, at(night.opens))
    assert runs_at(night.opens) == (3, None)
    assert runs_at(night.opens) == (0, None)


def test_an_hour_that_comes_twice_asks_nobody_twice(tmp_path: Path) -> None:
    practice = Practice(tmp_path, settings=open_from("01:00", "02:00"))
    found = []
    for moment in ("2026-11-01T05:30", "2026-11-01T06:30"):  # half past one, both times
        practice.now = at(moment)
        practice.export()
        found.append(practice.send().count("accepted"))
    assert found == [3, 0]


def test_a_window_that_the_change_skips_opens_on_the_next_day(tmp_path: Path) -> None:
    practice = Practice(tmp_path, now=at("2027-03-14T07:10"), settings=open_from("02:05", "02:55"))
    report = practice.send()
    assert (report.waiting, report.next_allowed) == (3, at("2027-03-15T06:05"))


@pytest.mark.parametrize(
    ("asked", "the_evening_before", "that_day"),
    [
        # Seven days by the calendar: an hour more or less than seven times twenty-four.
        ("2026-10-28T14:00", "2026-11-04T04:30", "2026-11-04T05:30"),
        ("2027-03-10T15:00", "2027-03-17T03:30", "2027-03-17T04:30"),
    ],
)
def test_a_follow_up_s_day_is_the_calendar_s(
    asked: str, the_evening_before: str, that_day: str, tmp_path: Path
) -> None:
    practice = Practice(tmp_path, now=at(asked), settings=open_from("00:00", "23:59"))
    assert outcomes(practice.send()) == dict.fromkeys("123", "accepted")
    found = []
    for moment in (the_evening_before, that_day):
        practice.now = at(moment)
        practice.export()
        found.append([line.step for line in practice.send().lines])
    assert found == [[], [1, 1, 1]]


def test_a_run_of_cron_waits_for_another_sender_and_then_says_who_it_is(
    practice: Practice, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        time.sleep(seconds)

    monkeypatch.setattr(sending, "CRON_WAIT_SECONDS", 0.5)
    lock = practice.office.state_path.with_suffix(".lock")
    with (
        sender_lock(lock, 0, who="Kim", now=MORNING),
        pytest.raises(CannotGoOn, match=r"Kim on .* is sending since .* \(process \d+\)\.") as told,
    ):
        practice.send(sender_for(double), sleep=wait)
    assert told.value.exit_code == 5
    assert sum(waited) >= 0.4
    assert double.posts == []

"""Today's exports beside the last ones: what is said of them, what stops a send, and how a person lets them pass."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from dipay.domain.problems import CannotGoOn
from dipay.services import comparing
from dipay.services.checking import check
from dipay.services.reviewing import begin
from dipay.services.sending import accept_changed, dry_run
from dipay.services.worklist import make_worklist
from dipay.state.events import events
from dipay.state.imports import Import, last_import
from dipay.state.store import open_for_reading
from tests.sending.in_process import run_here
from tests.sending.practice import Practice

SIZE = 30


@pytest.fixture
def morning(tmp_path: Path) -> Practice:
    """The day after a day on which everybody was asked; one payment came in."""
    practice = Practice(tmp_path, size=SIZE)
    assert practice.send().count("accepted") == SIZE
    practice.balances = {"1": "40.00"}
    practice.later(days=1)
    return practice


def kinds(practice: Practice) -> list[str]:
    return [each.kind for each in make_worklist(practice.office).problems if each.kind in {"changed", "same", "stale"}]


def last(practice: Practice) -> Import:
    with open_for_reading(practice.office.state_path) as store:
        found = last_import(store)
    assert found is not None
    return found


def rewrite(practice: Practice, name: str, change: Callable[[list[str]], list[str]]) -> None:
    path = practice.folder / name
    written = path.stat().st_mtime
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")
    os.utime(path, (written, written))


def test_the_first_day_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=SIZE)
    assert kinds(practice) == []
    practice.send()
    assert kinds(practice) == []
    found = last(practice)
    assert (found.accounts, found.balance_cents, found.strangers) == (SIZE, SIZE * 10_000, 0)
    files = {each.kind: each for each in found.files}
    assert (files["ledger"].rows, files["ledger"].total_cents) == (SIZE, SIZE * 10_000)
    assert files["ledger"].fields == ("amount", "date", "patient_id")
    assert "mobile_phone" in files["patients"].fields


def test_a_day_of_usual_business_is_not_remarked(morning: Practice) -> None:
    assert kinds(morning) == []
    morning.send()
    assert last(morning).as_of == morning.office.today()


def test_the_same_file_again_is_remarked_and_does_not_stop(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=SIZE)
    practice.send()
    assert kinds(practice) == []
    practice.later(days=1)
    assert kinds(practice) == ["same"]
    practice.send()
    assert kinds(practice) == []


def halved(practice: Practice) -> None:
    practice.size = SIZE // 2
    practice.export()


def doubled(practice: Practice) -> None:
    practice.size = 2 * SIZE
    practice.export()


def total_moved(practice: Practice) -> None:
    practice.balances = {str(each): "140.00" for each in range(1, SIZE + 1)}
    practice.export()


def older(practice: Practice) -> None:
    now = practice.now
    practice.now -= timedelta(days=2)
    practice.export()
    practice.now = now


def another_practices(practice: Practice) -> None:
    for name in ("patients.csv", "ledger.csv"):
        rewrite(practice, name, lambda lines: [lines[0], *(f"9{line}" for line in lines[1:])])


def without_birth_dates(practice: Practice) -> None:
    rewrite(practice, "patients.csv", lambda lines: [lines[0].replace("birth_date", "born"), *lines[1:]])


CHANGES: dict[str, tuple[Callable[[Practice], None], str]] = {
    "half the accounts": (halved, "patients.csv: has 15 rows; on 2026-11-18 there were 30."),
    "twice the accounts": (doubled, "there are 60 accounts; on 2026-11-18 there were 30."),
    "a third more owed": (total_moved, "all balances together are $4,200.00; on 2026-11-18 they were $3,000.00."),
    "another practice's": (another_practices, "of 30 accounts that were asked before none is in these exports"),
    "a column less": (without_birth_dates, "patients.csv: no longer has a column for birth_date, as it had on 2026-11-18."),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_differs_much_stops_until_a_person_accepts_it_and_then_is_the_measure(
    morning: Practice, name: str
) -> None:
    change, words = CHANGES[name]
    change(morning)
    texts = [str(each) for each in make_worklist(morning.office).problems if each.kind == comparing.CHANGED]
    assert any(text.startswith(words) for text in texts), texts
    assert all("`dipay send --accept-changed REASON`" in text for text in texts)
    for named in ({}, {"only": ["2"]}, {"limit": 1}):
        with pytest.raises(CannotGoOn) as caught:
            morning.send(**named)
        assert caught.value.exit_code == 3
        assert {each.kind for each in caught.value.problems} == {"changed"}
    accept_changed(morning.office, "  we know\n why ")
    assert kinds(morning) == []
    assert last(morning).accepted == "we know why"
    morning.send()
    morning.later(days=1)
    change(morning)
    assert "changed" not in kinds(morning)
    morning.check()


def test_an_older_file_stops_and_can_be_accepted_where_its_age_may_be(morning: Practice) -> None:
    older(morning)
    morning.settings = {"exports": {"patients": "patients.csv", "ledger": "ledger.csv", "max_age_hours": 100}}
    found = [each for each in make_worklist(morning.office).problems if each.kind == "changed"]
    assert [str(each)[:80] for each in found] == [
        "patients.csv: is of 2026-11-17, older than the exports of 2026-11-18 that were u"
    ]
    with pytest.raises(CannotGoOn):
        morning.send()
    accept_changed(morning.office, "the newer one was a mistake")
    assert kinds(morning) == []
    morning.send()


def test_old_exports_are_not_accepted(morning: Practice) -> None:
    halved(morning)
    morning.now += timedelta(days=3)
    assert set(kinds(morning)) == {"stale", "changed"}
    with pytest.raises(CannotGoOn) as caught:
        accept_changed(morning.office, "we know why")
    assert caught.value.exit_code == 3
    assert {each.kind for each in caught.value.problems} == {"stale"}


def test_accepting_needs_a_reason_and_something_to_accept(morning: Practice) -> None:
    for reason, words in (("we know why", "hold nothing that must be accepted"), (" ", "needs a reason")):
        with pytest.raises(CannotGoOn, match=words) as caught:
            accept_changed(morning.office, reason)
        assert caught.value.exit_code == 2
    assert last(morning).accepted == ""


def test_who_accepted_is_logged_without_the_words(morning: Practice) -> None:
    halved(morning)
    accept_changed(morning.office, "Dr Marlow left")
    with open_for_reading(morning.office.state_path) as store:
        (event,) = [each for each in events(store.connection) if each.kind == "import-accepted"]
    assert event.actor not in {"", "dipay"}
    assert "Marlow" not in str(event)


def test_all_that_shows_the_exports_shows_it(morning: Practice) -> None:
    halved(morning)
    found: list[tuple[Any, ...]] = [
        tuple(make_worklist(morning.office).problems),
        tuple(check(morning.office).problems),
        tuple(dry_run(morning.office).listing.problems),
        tuple(begin(morning.office).listing.problems),
    ]
    for problems in found:
        assert [each.kind for each in problems].count("changed") == 4
    yesterday = morning.office.today() - timedelta(days=1)
    assert all(each.kind != "changed" for each in make_worklist(morning.office, yesterday).problems)


def test_a_column_that_decides_nothing_may_go(morning: Practice) -> None:
    rewrite(morning, "patients.csv", lambda lines: [lines[0].replace("zip", "place"), *lines[1:]])
    assert kinds(morning) == []


def test_few_accounts_may_change_much(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=5)
    practice.send()
    practice.size, practice.balances = 2, {"1": "900.00"}
    practice.later(days=1)
    assert kinds(practice) == []


def test_what_an_older_dipay_kept_has_no_columns_to_miss(morning: Practice) -> None:
    exports = morning.office.read_exports(morning.office.today())
    before = last(morning)
    files = tuple(replace(each, fields=()) for each in before.files)
    assert list(comparing._without_columns(exports, replace(before, files=files))) == []


def test_no_file_is_read_twice_for_a_list_unless_it_looks_the_same(
    morning: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def noted(path: Path) -> str:
        read.append(path.name)
        return "another"

    monkeypatch.setattr(comparing, "digest", noted)
    make_worklist(morning.office)
    assert read == []
    morning.balances = {}
    morning.export()
    make_worklist(morning.office)
    assert read == ["ledger.csv"]


def test_the_option_as_typed(tmp_path: Path) -> None:
    day = datetime.now(UTC) - timedelta(days=1)
    practice = Practice(tmp_path, size=SIZE, now=day, settings={"messaging": {"send_window": WHENEVER}})
    settings = {
        "practice": {"name": "Maple", "phone": "207-555-0148", "timezone": "America/New_York"},
        "exports": {"patients": "patients.csv", "ledger": "ledger.csv"},
        "payment_link": {"url": "https://pay.example.com/{request_id}"},
        "messaging": {"provider": "outbox", "send_window": WHENEVER},
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings))
    assert practice.send().count("accepted") == SIZE
    practice.size = 2 * SIZE
    practice.later(days=1)

    def run(*args: str) -> tuple[int, str]:
        done = run_here(tmp_path, *args)
        return done.exit_code, done.stdout + done.stderr

    for args in (("list",), ("check",), ("send", "--dry-run")):
        code, said = run(*args)
        assert code == 1
        assert "there are 60 accounts" in said
    code, said = run("send", "--yes")
    assert code == 3
    assert "--accept-changed REASON" in said
    code, said = run("send", "--dry-run", "--accept-changed", "a practice was bought")
    assert code == 2
    code, said = run("send", "--yes", "--accept-changed", "a practice was bought")
    assert code == 0, said
    code, said = run("send", "--yes", "--accept-changed", "a practice was bought")
    assert code == 2
    assert "Leave the option out" in said
    assert run("send", "--yes")[0] == 0


WHENEVER = {"from": "00:00", "to": "23:59", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}

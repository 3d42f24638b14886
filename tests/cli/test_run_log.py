"""Which runs are written down, with what of them, and that nothing of it is anybody's."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dipay import __version__
from dipay.cli import app
from dipay.config_writer import render_settings_yaml
from dipay.domain.outcomes import Outcome
from dipay.messaging import Outgoing
from dipay.messaging.outbox import Outbox
from dipay.state.sender_lock import sender_lock
from settings_pages import EXAMPLE_VALUES
from tests.cli.test_monitored import settings_file
from tests.sending.practice import Practice

#: What stands in the exports of such a practice, and may stand in no log.
PERSONAL = ("First", "Last", "2075550101", "555-01", "987654", "100.00", "10000", "pay.example")


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path, now=datetime.now(UTC))


def run(practice: Practice, *args: str, typed: str | None = None) -> tuple[int, str]:
    """The exit code and what was said on stderr."""
    result = CliRunner().invoke(app, [*args, "--config", str(settings_file(practice.folder, None))], input=typed)
    return result.exit_code, result.stderr


def lines(practice: Practice) -> list[dict[str, Any]]:
    log = practice.folder / "dipay.log.jsonl"
    return [json.loads(each) for each in log.read_text().splitlines()] if log.exists() else []


def test_a_run_that_is_done(practice: Practice) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert run(practice, "send", "--yes") == (0, "")
    [line] = lines(practice)
    assert before < datetime.fromisoformat(line.pop("began")) < datetime.now(UTC)
    assert 0 <= line.pop("seconds") < 600
    assert line == {
        "dipay": __version__, "command": "send", "unattended": True, "provider": "outbox", "exit_code": 0,
        "counts": {"accepted": 3}, "problems": {},
    }  # fmt: skip
    run(practice, "sync")
    run(practice, "send", "--yes")
    told = [(each["command"], each["counts"]) for each in lines(practice)[1:]]
    assert told == [("sync", {"delivered": 3}), ("send", {})]


@pytest.mark.parametrize(
    "command_line",
    [["list"], ["send", "--dry-run"], ["send", "--yes", "--dry-run"], ["history"], ["check"], ["snooze"]],
)
def test_what_sends_and_asks_nothing_is_no_run(command_line: list[str], practice: Practice) -> None:
    run(practice, *command_line)
    assert lines(practice) == []


@pytest.mark.parametrize(
    "command_line", [["sync", "--arrived", "1"], ["resend", "1"], ["send", "--only", "1"], ["send"]], ids=" ".join
)
def test_what_a_person_runs_is_said_to_be(command_line: list[str], practice: Practice) -> None:
    run(practice, *command_line)
    [line] = lines(practice)
    assert (line["command"], line["unattended"], line["exit_code"]) == (command_line[0], False, 2)


def test_a_review_says_what_was_sent_from_it(practice: Practice) -> None:
    assert run(practice, "review", "--plain", typed="send\n3\nquit\n")[0] == 0
    [line] = lines(practice)
    assert (line["command"], line["unattended"], line["counts"]) == ("review", False, {"accepted": 3})


def test_why_a_run_failed_is_said_in_one_word(practice: Practice) -> None:
    practice.now -= timedelta(days=3)
    practice.export()
    assert run(practice, "send", "--yes")[0] == 3
    [line] = lines(practice)
    assert (line["exit_code"], line["counts"], line["problems"]) == (3, {}, {"stale": 2})


def test_a_second_sender(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dipay.services.sending.CRON_WAIT_SECONDS", 0.0)
    with sender_lock(practice.folder / "dipay.lock", 0, who="Kim", now=practice.now):
        assert run(practice, "send", "--yes")[0] == 5
    [line] = lines(practice)
    assert (line["exit_code"], line["problems"]) == (5, {"another sender": 1})


@pytest.mark.parametrize(
    ("raised", "exit_code"), [(RuntimeError("First1 owes 100.00"), 70), (KeyboardInterrupt(), 130)]
)
def test_what_a_run_did_before_it_ended_in_the_middle(
    raised: BaseException, exit_code: int, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Outbox.send

    def ends_at_the_second(outbox: Outbox, message: Outgoing) -> Outcome:
        if message.to.endswith("02"):
            raise raised
        return send(outbox, message)

    monkeypatch.setattr(Outbox, "send", ends_at_the_second)
    run(practice, "send", "--yes")
    [line] = lines(practice)
    assert (line["exit_code"], line["counts"]) == (exit_code, {"accepted": 1})


def test_wrong_options_are_no_run_and_settings_that_can_t_be_read_have_no_place_for_it(practice: Practice) -> None:
    assert run(practice, "send", "--nonsense")[0] == 2
    path = settings_file(practice.folder, None)
    path.write_text(path.read_text().replace("daily_limit: 250", "daily_limit: many"))
    assert CliRunner().invoke(app, ["send", "--yes", "--config", str(path)]).exit_code == 2
    assert lines(practice) == []


def test_it_stands_beside_the_state_under_its_name(practice: Practice) -> None:
    path = practice.folder / "config.yaml"
    values = {**EXAMPLE_VALUES, "exports.folder": ".", "state": "kept/maple.sqlite"}
    path.write_text(render_settings_yaml(values))
    CliRunner().invoke(app, ["sync", "--config", str(path)])
    assert (practice.folder / "kept" / "maple.log.jsonl").exists()


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_log_that_can_t_be_written_is_said_once_and_changes_nothing(more: list[str], practice: Practice) -> None:
    (practice.folder / "dipay.log.jsonl").mkdir()
    exit_code, said = run(practice, "send", "--yes", *more)
    assert exit_code == 0
    log = practice.folder / "dipay.log.jsonl"
    assert " ".join(said.split()) == (
        f"warning: this run could not be written to {log}: it is a folder, no plain file. "
        "Mend what keeps it. The run itself is as said above."
    )
    assert run(practice, "history")[1] == ""


def test_nothing_of_it_is_anybodys(practice: Practice) -> None:
    """Accounts with rows that can't be read, without numbers and in doubt: every way a problem can name them."""
    patients = (practice.folder / "patients.csv").read_text().replace("2,,First2", "987654,,First2")
    (practice.folder / "patients.csv").write_text(patients.replace("+12075550103", "+12075550103 do not text"))
    ledger = (practice.folder / "ledger.csv").read_text().replace("2,2026-09-19,100.00", "987654,2026-09-19,1O0.00")
    (practice.folder / "ledger.csv").write_text(ledger)
    for command_line in (
        ["send", "--yes"], ["send", "--yes", "--only", "987654"], ["sync"], ["resend", "987654", "--phone", "2075550101"],
        ["send", "--yes", "--accept-changed", "First1 owes 100.00"],
    ):  # fmt: skip
        run(practice, *command_line)
    assert [each["exit_code"] for each in lines(practice)] != [0] * 5
    written = (practice.folder / "dipay.log.jsonl").read_text()
    assert [each for each in PERSONAL if each in written] == []
    assert len(lines(practice)) == 5


def test_the_page_shows_such_a_line(practice: Practice) -> None:
    page = (Path(__file__).parents[2] / "docs" / "running.md").read_text("utf-8")
    shown = json.loads(page.partition("```json\n")[2].partition("\n")[0])
    run(practice, "send", "--yes")
    [line] = lines(practice)
    assert [(key, type(value)) for key, value in shown.items()] == [(key, type(value)) for key, value in line.items()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_it_is_its_owners_alone(practice: Practice) -> None:
    run(practice, "sync")
    assert (practice.folder / "dipay.log.jsonl").stat().st_mode & 0o777 == 0o600

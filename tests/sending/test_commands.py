"""The sending commands as cron and a front desk run them: whole processes, signals, two at once, and their answers."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import Result

from dipay.config_writer import render_settings_yaml
from settings_pages import EXAMPLE_VALUES
from tests.messaging.behaviours import drop, hang, refuse
from tests.messaging.double import ProviderDouble
from tests.sending.in_process import run_here
from tests.sending.practice import Practice

DIPAY = [sys.executable, "-m", "dipay"]


@pytest.fixture
def folder(tmp_path: Path, double: ProviderDouble) -> Path:
    """A practice in files, with settings that send to the double at any hour."""
    Practice(tmp_path, size=4, now=datetime.now(UTC))
    values: dict[str, object] = {
        **EXAMPLE_VALUES,
        "exports.folder": ".",
        "messaging.provider": "twilio",
        "messaging.send_window.from": "00:00",
        "messaging.send_window.to": "23:59",
        "messaging.send_window.days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "messaging.twilio.from": double.number,
        "messaging.twilio.base_url": double.url,
    }
    (tmp_path / "config.yaml").write_text(render_settings_yaml(values))
    return tmp_path


def environment(double: ProviderDouble) -> dict[str, str]:
    return {**os.environ, "TWILIO_ACCOUNT_SID": double.account_sid, "TWILIO_AUTH_TOKEN": double.auth_token}


def run(folder: Path, double: ProviderDouble, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DIPAY, *args], cwd=folder, env=environment(double), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def answer(folder: Path, double: ProviderDouble, *args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(folder, double, *args, "--json").stdout)
    return found


def here(folder: Path, double: ProviderDouble, *args: str) -> Result:
    return run_here(folder, *args, env=environment(double))


def answer_here(folder: Path, double: ProviderDouble, *args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(here(folder, double, *args, "--json").stdout)
    return found


def posted(double: ProviderDouble) -> list[int]:
    return [len(double.posts_to(f"+120755501{n:02d}")) for n in range(1, 5)]


def wait_for(condition: Any) -> None:
    until = time.monotonic() + 120  # only so that a mistake ends too
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def test_a_run_from_cron_and_what_it_says(folder: Path, double: ProviderDouble) -> None:
    found = answer(folder, double, "send", "--yes")
    data = found["data"]
    assert (found["command"], found["status"]) == ("send", "ok")
    assert (data["accepted"], data["undeliverable"], data["in_doubt"], data["left"]) == (4, 0, 0, 0)
    first = data["messages"][0]
    assert first.keys() >= {"request_id", "guarantor_id", "to", "text", "segments", "step", "outcome", "provider_id"}
    assert first["provider_id"] in double.messages
    assert posted(double) == [1, 1, 1, 1]
    assert answer(folder, double, "send", "--yes")["data"]["messages"] == []
    shown = answer(folder, double, "history")["data"]["requests"]
    assert [each["guarantor_id"] for each in shown] == ["1", "2", "3", "4"]


def test_the_day_on_one_screen(folder: Path, double: ProviderDouble) -> None:
    found = here(folder, double, "today")
    assert (found.exit_code, found.stderr) == (0, "")
    assert "  4 first requests, $400.00  " in found.stdout
    double.script(refuse(21614), turn=1)
    here(folder, double, "send", "--yes")
    found = here(folder, double, "today")
    assert (found.exit_code, found.stderr) == (1, "")
    assert "dipay undeliverable" in found.stdout
    told = answer_here(folder, double, "today")
    assert told["status"] == "attention"
    assert [each["check"] for each in told["data"]["checks"]] == ["undeliverable"]
    (folder / "ledger.csv").unlink()
    found = here(folder, double, "today")
    assert (found.exit_code, found.stderr) == (3, "")
    assert "dipay undeliverable" in found.stdout
    assert answer_here(folder, double, "today")["problems"][0]["message"].startswith("no file matches")


def test_nothing_goes_out_without_a_yes_where_nobody_can_be_asked(folder: Path, double: ProviderDouble) -> None:
    result = run(folder, double, "send")
    assert result.returncode == 2
    assert "send with --yes" in result.stderr
    dry = answer(folder, double, "send", "--dry-run")
    assert [each["outcome"] for each in dry["data"]["messages"]] == ["dry-run"] * 4
    assert double.posts == []
    assert not (folder / "dipay.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that one process sends another")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_finishes_the_message_in_hand_and_records_it(
    number: signal.Signals, folder: Path, double: ProviderDouble
) -> None:
    double.script(hang(), turn=2)
    process = subprocess.Popen(
        [*DIPAY, "send", "--yes", "--json"], cwd=folder, env=environment(double), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: len(double.posts) == 2)
    process.send_signal(number)
    assert process.stderr is not None
    assert process.stderr.readline() == "Stopping after the message in hand.\n"
    double.wake()
    output, _ = process.communicate(timeout=60)
    answered = json.loads(output)
    assert (answered["data"]["left"], len(answered["data"]["messages"])) == (2, 2)
    (stopped,) = [each for each in answered["problems"] if each["message"].startswith("stopped on request")]
    assert stopped["message"] == "stopped on request: 2 of 4 messages went out."
    assert process.returncode == 130
    assert json.loads((folder / "dipay.log.jsonl").read_text().splitlines()[-1])["exit_code"] == 130
    assert here(folder, double, "send", "--yes").exit_code in (0, 1)
    assert posted(double) == [1, 1, 1, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no nohup")
def test_a_closed_terminal_does_not_stop_what_nohup_started(folder: Path, double: ProviderDouble) -> None:
    double.script(hang(), turn=2)
    process = subprocess.Popen(
        ["nohup", *DIPAY, "send", "--yes", "--json"], cwd=folder, env=environment(double), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: len(double.posts) == 2)
    process.send_signal(signal.SIGHUP)
    double.wake()
    output, _ = process.communicate(timeout=60)
    assert json.loads(output)["data"]["left"] == 0
    assert posted(double) == [1, 1, 1, 1]


def test_a_killed_run_leaves_nobody_texted_twice(folder: Path, double: ProviderDouble) -> None:
    double.script(hang(), turn=3)
    process = subprocess.Popen(
        [*DIPAY, "send", "--yes"], cwd=folder, env=environment(double), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: len(double.posts) == 3)
    process.kill()
    process.wait()
    # The next run finds the claim without an outcome and looks it up in the provider's log.
    here(folder, double, "send", "--yes")
    assert posted(double) == [1, 1, 1, 1]
    outcomes = {
        each["guarantor_id"]: each["outcome"] for each in answer_here(folder, double, "history")["data"]["requests"]
    }
    assert outcomes == dict.fromkeys("1234", "accepted")


def test_two_at_once(folder: Path, double: ProviderDouble) -> None:
    double.script(hang(), turn=1)
    first = subprocess.Popen(
        [*DIPAY, "send", "--yes", "--json"], cwd=folder, env=environment(double), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    wait_for(lambda: len(double.posts) == 1)
    second = here(folder, double, "resend", "2", "--phone", "207-555-0177")
    assert second.exit_code == 5
    assert "is sending since" in second.stderr
    double.wake()
    first.communicate(timeout=60)
    here(folder, double, "send", "--yes")
    assert posted(double) == [1, 1, 1, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell which files a process has opened")
def test_two_runs_of_cron_at_once(folder: Path, double: ProviderDouble) -> None:
    """The second one waits for the first, finds nothing left to send, and both are in the log."""
    double.script(hang(), turn=1)

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*DIPAY, "send", "--yes", "--json"], cwd=folder, env=environment(double), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    first = start()
    wait_for(lambda: len(double.posts) == 1)
    second = start()
    waiting = psutil.Process(second.pid)
    wait_for(lambda: str(folder / "dipay.lock") in [each.path for each in waiting.open_files()])
    assert second.poll() is None
    double.wake()
    counts = [json.loads(each.communicate(timeout=60)[0])["data"] for each in (first, second)]
    assert [(each["accepted"], each["left"]) for each in counts] == [(4, 0), (0, 0)]
    here(folder, double, "send", "--yes")
    assert posted(double) == [1, 1, 1, 1]
    lines = [json.loads(each) for each in (folder / "dipay.log.jsonl").read_text().splitlines()]
    assert [each["counts"].get("accepted", 0) for each in lines] == [4, 0, 0]


def test_replies_are_asked_for_while_another_run_sends(folder: Path, double: ProviderDouble) -> None:
    double.script(hang(), turn=1)
    first = subprocess.Popen(
        [*DIPAY, "send", "--yes"], cwd=folder, env=environment(double), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: len(double.posts) == 1)
    found = answer_here(folder, double, "sync")
    assert (found["status"], found["data"]["in_doubt"]) == ("ok", 0), "the message in hand is no doubt"
    double.wake()
    first.wait(60)
    here(folder, double, "send", "--yes")
    assert posted(double) == [1, 1, 1, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own is made by pty, which Windows has not")
def test_the_list_is_walked_on_a_terminal(folder: Path, double: ProviderDouble) -> None:
    double.script(refuse(21211), turn=1)
    here(folder, double, "send", "--yes")
    walked = typed(folder, double, "12345", "207-555-0177")
    assert walked.count("New number") == 2
    assert "1 accepted." in walked
    assert len(double.posts_to("+12075550177")) == 1
    assert "Everybody was reached." in typed(folder, double)
    (folder / "config.yaml").write_text("nonsense: 1\n")
    assert "config.yaml:1" in typed(folder, double)


def typed(folder: Path, double: ProviderDouble, *lines: str) -> str:
    """What `dipay resend` shows on a terminal of its own on which these lines are typed."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*DIPAY, "resend"], cwd=folder, env=environment(double), stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, "".join(f"{line}\n" for line in lines).encode())
    shown = b""
    with suppress(OSError):
        while more := os.read(ours, 65536):
            shown += more
    os.close(ours)
    process.wait(30)
    return shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own is made by pty, which Windows has not")
def test_a_key_at_a_question_ends_the_walk_after_a_message_too(folder: Path, double: ProviderDouble) -> None:
    import pty

    double.script(refuse(21211), turn=1)
    double.script(refuse(21211), turn=2)
    here(folder, double, "send", "--yes")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*DIPAY, "resend"], cwd=folder, env=environment(double), stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(ours, b"207-555-0177\n")
    shown = b""
    # Behind the answer: the terminal may repeat the first question while the message is still under way.
    while b"New number" not in shown.partition(b"Key into the PMS")[2]:
        shown += os.read(ours, 65536)
    # A key that comes while the line is being made ready is seen with the next one: people press it again.
    for _ in range(60):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
            break
    assert process.wait(1) == 130
    os.close(ours)
    line = json.loads((folder / "dipay.log.jsonl").read_text().splitlines()[-1])
    assert (line["command"], line["exit_code"], line["counts"]["accepted"]) == ("resend", 130, 1)


def test_no_log_and_no_error_names_a_patient(folder: Path, double: ProviderDouble) -> None:
    double.script(drop(), turn=2)
    result = run(folder, double, "send", "--yes", "--json")
    for personal in ("First", "Last", "555", "100.00"):
        assert personal not in result.stderr
    assert json.loads(result.stdout)["data"]["in_doubt"] == 1
    assert result.returncode == 1


def test_decisions_by_command(folder: Path, double: ProviderDouble) -> None:
    snoozed = here(folder, double, "snooze", "1", "--days", "7", "--reason", "other").stdout
    assert re.fullmatch(r"Snoozed until \d{4}-\d\d-\d\d: First1 Last1 \(1\)\.\n", snoozed)
    assert here(folder, double, "deselect", "2").exit_code == 0
    assert here(folder, double, "optout", "3").exit_code == 0
    summary = answer_here(folder, double, "list")["data"]["summary"]
    assert (summary["pending"], summary["snoozed"], summary["excluded"]) == (2, 1, 1)
    assert answer_here(folder, double, "send", "--yes")["data"]["accepted"] == 1
    assert here(folder, double, "snooze", "9", "--days", "7", "--reason", "other").exit_code == 2
    wrong = here(folder, double, "snooze", "1", "--days", "900", "--reason", "other")
    assert "more than 365 days" in wrong.stderr
    assert (
        "is not one of the reasons" in here(folder, double, "snooze", "1", "--days", "9", "--reason", "because").stderr
    )
    assert here(folder, double, "unsnooze", "4").exit_code == 1
    written = here(folder, double, "backup").stdout
    assert "dipay-backups" in written
    assert len(list((folder / "dipay-backups").glob("*.db"))) >= 1
    if os.name == "posix":
        assert (folder / "dipay.db").stat().st_mode & 0o077 == 0


def test_every_change_is_answered_with_names_and_days(folder: Path, double: ProviderDouble) -> None:
    """Whatever a person changes, the answer says of whom, by name, and on which day."""
    Practice(folder, size=4, now=datetime.now(UTC), guarantors={"4": "1"})
    double.script(refuse(21614), to="+12075550102")
    double.script(drop(accepted=False), to="+12075550103")
    here(folder, double, "send", "--yes")
    whole = answer_here(folder, double, "history")["data"]["requests"]
    in_doubt = next(each["request_id"] for each in whole if each["outcome"] == "in_doubt")
    days = r"\d{4}-\d\d-\d\d"
    for command, expected in (
        ("snooze 4 --days 7 --reason other", rf"Snoozed until {days}: First1 Last1 \(1\)\."),
        ("unsnooze 4", rf"Back on the list on {days}: First1 Last1 \(1\)\."),
        ("deselect 4", rf"Left out of today's batch, {days}: First1 Last1 \(1\)\."),
        ("select 4", rf"In today's batch again, {days}: First1 Last1 \(1\)\."),
        ("remove 4", rf"Campaign ended on {days}: First1 Last1 \(1\)\."),
        ("wrong-number 4", rf"On the Undeliverable list from {days} on, until another number is there: First1 .*\."),
        ("paid 4", rf"Marked paid on {days}, until a newer export: First1 Last1 \(1\)\."),
        ("optout 4 2", rf"Never texted again, from {days} on: First1 Last1 \(1\), First2 Last2 \(2\)\."),
        ("optin 2 --reason mistaken", rf"May be texted again, from {days} on: First2 Last2 \(2\)\."),
        (
            f"sync --release {in_doubt} --reason called",
            rf"Released on {days}: request {in_doubt} of {days} to First3 Last3 \(3\), who may be asked again\.",
        ),
        ("backup", rf"The state of {days} \d\d:\d\d, copied to .*dipay-backups.*\.db"),
    ):
        found = here(folder, double, *command.split())
        assert re.fullmatch(rf"{expected}\n", found.stdout), (command, found.stdout, found.stderr)
    for command, why in (
        ("unsnooze", "was not snoozed"),
        ("select", "was not deselected"),
        ("remove", "has no running campaign"),
    ):
        assert here(folder, double, command, "2", "77").stderr.splitlines() == [
            f"warning: 2 {why}. Nothing was changed for it.",
            "warning: 77 is no patient's or guarantor's id. Nothing was changed for it.",
        ]
    # Of an account that left the exports what was done can still be taken back.
    here(folder, double, "snooze", "3", "--days", "7", "--reason", "other")
    Practice(folder, size=2, now=datetime.now(UTC))
    assert re.fullmatch(rf"Back on the list on {days}: 3\.\n", here(folder, double, "unsnooze", "3").stdout)
    told = answer_here(folder, double, "deselect", "1")["data"]
    assert (told["done"], told["not_done"]) == (["1"], {})
    assert re.fullmatch(days, told["day"])


def test_a_message_sent_again_is_answered_with_whom(folder: Path, double: ProviderDouble) -> None:
    double.script(refuse(21614), to="+12075550102")
    here(folder, double, "send", "--yes")
    found = here(folder, double, "resend", "2", "--phone", "207-555-0177")
    assert found.stdout.startswith("1 accepted.\nFirst2 Last2 (2), (207) 555-0177: accepted\n")


def test_exports_taken_although_they_differ_are_named(folder: Path, double: ProviderDouble) -> None:
    Practice(folder, size=30, now=datetime.now(UTC))
    here(folder, double, "send", "--yes", "--limit", "1")
    Practice(folder, size=90, now=datetime.now(UTC))
    assert here(folder, double, "send", "--yes").exit_code == 3
    found = here(folder, double, "send", "--yes", "--limit", "1", "--accept-changed", "a second office")
    assert found.exit_code == 0, found.stderr
    first, *_ = found.stderr.splitlines()
    assert re.fullmatch(
        r"Accepted on [\d-]{10}: patients.csv and ledger.csv. The next exports are compared with these.", first
    )


def test_one_request_from_the_command_line(folder: Path, double: ProviderDouble) -> None:
    nobody_there = run(folder, double, "request", "2")
    assert (nobody_there.returncode, "--yes" in nobody_there.stderr) == (2, True)
    looked = answer(folder, double, "request", "First2", "--amount", "40", "--dry-run")
    assert (looked["data"]["amount_cents"], looked["data"]["to_pass"]) == (4000, [])
    assert double.posts == []
    several = run(folder, double, "request", "First", "--yes")
    assert several.returncode == 1
    assert double.posts == []
    sent = answer(folder, double, "request", "First2", "--amount", "40", "--yes")
    assert sent["data"]["accepted"] == 1
    refused = run(folder, double, "request", "2", "--yes")
    assert (refused.returncode, posted(double)) == (2, [0, 1, 0, 0])
    assert "First2" not in refused.stderr


@pytest.mark.parametrize(("keys", "sent"), [("3", 0), ("2", 2)])
def test_a_limit_is_said_and_its_number_is_what_is_typed(
    keys: str, sent: int, folder: Path, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dipay.cli.review.is_terminal", lambda: True)
    result = run_here(folder, "send", "--limit", "2", env=environment(double), typed=f"{keys}\n")
    assert "To send now: 4 messages" in result.stderr
    assert "The first 2 of them go out now (--limit); the others stay on the list." in result.stderr
    assert "Type 2 to send" in result.stderr
    assert sum(posted(double)) == sent


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own to type at")
def test_ctrl_c_at_the_confirmation_ends_at_once(folder: Path, double: ProviderDouble) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*DIPAY, "send", "--limit", "2"], cwd=folder, env=environment(double), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while b"Type 2 to send" not in shown:
        shown += os.read(ours, 65_536)
    # A signal that comes while the line is being made ready is seen with the next one.
    for _ in range(60):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
            break
    with suppress(OSError):  # how the other end says that it is closed
        while piece := os.read(ours, 65_536):
            shown += piece
    os.close(ours)
    assert process.wait(60) == 130, shown.decode()
    assert b"after the message in hand" not in shown
    assert b"Nothing was sent." in shown
    assert posted(double) == [0, 0, 0, 0]

"""What `check` says of rights, owners, clock, disk, other hosts and a state that others worked in."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from dipay.domain.problems import Problem, Severity
from dipay.services import surroundings as module
from dipay.services.checking import check
from dipay.services.surroundings import Fact, surroundings
from tests.sending.practice import Practice

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights than these")


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """A practice that sent its messages, with all files that there may be, for its user alone."""
    folder = tmp_path / "it is Maple's"
    (folder / "exports").mkdir(parents=True)
    found = Practice(folder / "exports", now=datetime.now(UTC), provider="outbox")
    found.folder = folder
    found.settings = {
        "exports": {"folder": "exports", "patients": "patients.csv", "ledger": "ledger.csv"},
        "messaging": {
            "send_window": {"from": "00:00", "to": "23:59", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
        },
    }
    (folder / "config.yaml").write_text("practice: {}\n")
    found.send(found.outbox())
    (folder / "dipay.log.jsonl").touch()
    (folder / "dipay-backups").mkdir(exist_ok=True)
    (folder / "token").write_text("token")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return found


def with_twilio(practice: Practice, **twilio: str) -> Practice:
    practice.provider = "twilio"
    secret = {"account_sid": "env:NOWHERE", "auth_token": "file:token", "from": "+12075550100"}
    practice.settings = {**practice.settings, "messaging": {"twilio": secret | twilio}}
    return practice


def facts(practice: Practice, code: str) -> list[Fact]:
    return [each for each in surroundings(practice.office) if each.code == code]


def problems(practice: Practice, code: str) -> list[Problem]:
    return [each.problem for each in facts(practice, code) if each.problem is not None]


def test_where_everything_is_as_it_should_be_there_is_no_problem(practice: Practice) -> None:
    found = list(surroundings(practice.office))
    assert [each.problem for each in found if each.problem is not None] == []
    assert [each.code for each in found] == ["clock", "disk-space", "disk-encryption"]


@posix
@pytest.mark.parametrize(
    ("name", "mode", "severity", "words"),
    [
        ("config.yaml", 0o602, Severity.ERROR, "everybody on this computer may write the settings"),
        ("config.yaml", 0o666, Severity.ERROR, "everybody on this computer may write the settings"),
        ("token", 0o602, Severity.ERROR, "everybody on this computer may write a secret"),
        ("token", 0o604, Severity.WARNING, "everybody on this computer may read a secret"),
        ("dipay.db", 0o604, Severity.WARNING, "may read the state"),
        ("dipay.db", 0o606, Severity.ERROR, "may write the state"),
        (".", 0o703, Severity.ERROR, "may write the folder of the state"),
        ("dipay-backups", 0o705, Severity.WARNING, "may read the backups"),
        ("dipay.log.jsonl", 0o604, Severity.WARNING, "may read the log of runs"),
        ("exports", 0o703, Severity.ERROR, "may write the exports"),
    ],
)
def test_who_else_may_write_or_read_is_said_with_the_command_that_mends_it(
    name: str, mode: int, severity: Severity, words: str, practice: Practice
) -> None:
    with_twilio(practice)
    (practice.folder / name).chmod(mode)
    (problem,) = problems(practice, "modes")
    assert problem.severity is severity
    assert words in problem.message
    subprocess.run(shlex.split(problem.fix.removeprefix("Run: ")), check=True)
    assert problems(practice, "modes") == []


@posix
def test_a_group_of_others_is_said_and_the_owners_own_is_not(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    (practice.folder / "config.yaml").chmod(0o660)
    monkeypatch.setattr("grp.getgrgid", lambda _: SimpleNamespace(gr_name="kim", gr_mem=[]))
    monkeypatch.setattr("pwd.getpwuid", lambda _: SimpleNamespace(pw_name="kim"))
    assert problems(practice, "modes") == []
    monkeypatch.setattr("grp.getgrgid", lambda _: SimpleNamespace(gr_name="staff", gr_mem=["kim", "lee"]))
    (problem,) = problems(practice, "modes")
    assert (problem.severity, problem.message.partition(" (")[0]) == (
        Severity.WARNING, "the group on this computer may write the settings",
    )  # fmt: skip
    assert "chmod go-w " in problem.fix


@posix
def test_exports_that_everybody_may_read_are_told_and_the_outbox_is_a_problem(practice: Practice) -> None:
    (practice.folder / "exports").chmod(0o755)
    (practice.folder / "outbox").chmod(0o755)
    told, outbox = facts(practice, "modes")
    assert (told.words, told.problem) == ("the exports: everybody on this computer may read them", None)
    assert outbox.problem is not None
    assert "may read the outbox" in outbox.problem.message


@posix
def test_files_of_another_user_are_said(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    own = os.getuid()
    monkeypatch.setattr("os.getuid", lambda: own + 1)
    found = problems(practice, "owner")
    assert len(found) == 5
    assert all(each.severity is Severity.WARNING for each in found)
    assert "belongs to" in found[0].message


def test_a_clock_before_what_was_written_is_said(practice: Practice) -> None:
    assert facts(practice, "clock")[0].words.endswith("not before anything written down")
    practice.now -= timedelta(days=3)
    (problem,) = problems(practice, "clock")
    assert "this computer's clock says" in problem.message
    for path in (practice.folder, *practice.folder.rglob("*")):
        os.utime(path, (practice.now.timestamp(), practice.now.timestamp()))
    # The files of another computer may have other times; what is in the state says it, too.
    (problem,) = [each for each in check(practice.office).problems if each.kind == "clock"]
    assert "the state file holds something of" in problem.message


def test_a_disk_that_is_nearly_full_is_said(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(practice, "disk-space") == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=150_000_000))
    (problem,) = problems(practice, "disk-space")
    assert "only 150 MB are free" in problem.message


@pytest.mark.skipif(sys.platform != "linux", reason="how Linux tells what a disk lies on")
@pytest.mark.parametrize(
    ("uuids", "below", "encrypted"),
    [
        ({"own": "CRYPT-LUKS2-0123-home"}, [], True),
        ({"own": "LVM-0123", "pv": "CRYPT-LUKS2-0123-pv"}, ["pv"], True),
        ({"own": "LVM-0123", "pv": "CRYPT-LUKS2-0123-pv", "other": ""}, ["pv", "other"], False),
        ({"own": "LVM-0123"}, [], False),
        ({}, [], False),
    ],
)
def test_of_the_disks_encryption_no_more_is_said_than_the_system_does(
    uuids: dict[str, str], below: list[str], encrypted: bool, practice: Practice, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    device = practice.folder.stat().st_dev
    names = {"own": f"{os.major(device)}:{os.minor(device)}"}
    for name, uuid in uuids.items():
        folder = tmp_path / "devices" / names.get(name, name)
        (folder / "dm").mkdir(parents=True)
        (folder / "dm" / "uuid").write_text(uuid)
    for name in below:
        slaves = tmp_path / "devices" / names["own"] / "slaves"
        slaves.mkdir(exist_ok=True)
        (slaves / name).symlink_to(tmp_path / "devices" / name)
    (tmp_path / "mounts").write_text("22 1 253:1 / / rw - ext4 /dev/none rw\n")
    monkeypatch.setattr(module, "_DEVICES", tmp_path / "devices")
    monkeypatch.setattr(module, "_MOUNTS", tmp_path / "mounts")
    (fact,) = facts(practice, "disk-encryption")
    assert fact.words.startswith(
        "disk encryption: on (dm-crypt" if encrypted else "disk encryption: not known from here"
    )


@pytest.mark.parametrize(
    ("address", "severity", "words"),
    [
        ("https://collector.example", Severity.WARNING, "go to collector.example, which is not Twilio"),
        ("https://api.twilio.com.collector.example", Severity.WARNING, "go to api.twilio.com.collector.example, which"),
        ("https://nottwilio.com", Severity.WARNING, "which is not Twilio"),
        ("http://127.0.0.1:8080", Severity.NOTE, "go to this computer itself"),
        ("https://api.dublin.ie1.twilio.com", None, ""),
    ],
)
def test_another_host_that_gets_the_token_is_said(
    address: str, severity: Severity | None, words: str, practice: Practice
) -> None:
    found = problems(with_twilio(practice, base_url=address), "other-host")
    assert [each.severity for each in found] == ([severity] if severity else [])
    assert all(words in each.message for each in found)


def test_a_state_that_others_worked_in_is_said(practice: Practice) -> None:
    assert check(practice.office).exit_code == 0
    connection = sqlite3.connect(practice.folder / "dipay.db")
    connection.execute("CREATE TRIGGER mine AFTER INSERT ON events BEGIN SELECT 1; END")
    connection.commit()
    connection.close()
    checked = check(practice.office)
    assert checked.exit_code == 5
    assert "changed by other hands: mine does not belong" in "".join(str(each) for each in checked.problems)


def test_there_is_nothing_to_look_at_before_the_first_run(tmp_path: Path) -> None:
    practice = Practice(tmp_path)
    office = replace(practice.office, clock=lambda: datetime.now(UTC))
    assert {each.code for each in surroundings(office)} >= {"clock", "disk-space", "disk-encryption"}

"""The files in docs/schedules are what cron, systemd and Windows take, and what they run is a command that dipay has."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
import typer.main

from dipay.cli import app
from dipay.config import load_settings
from tests.cli.test_monitored import settings_file
from tests.sending.practice import Practice

ROOT = Path(__file__).parents[1]
SCHEDULES = ROOT / "docs" / "schedules"
SERVICES = ["dipay-send", "dipay-sync"]
NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
FOLDER, WINDOWS_FOLDER = "/srv/dipay", r"C:\dipay"
analyze = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(analyze is None, reason="this machine has no systemd")
needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="cron's lines are for a shell of Unix")


def text(name: str) -> str:
    return (SCHEDULES / name).read_text("utf-8")


def cron_lines() -> list[tuple[list[str], str]]:
    """The five fields and the command of each line."""
    lines = [line for line in text("crontab").splitlines() if line and not line.startswith("#")]
    return [(line.split(maxsplit=5)[:5], line.split(maxsplit=5)[5]) for line in lines]


def unit(name: str) -> list[tuple[str, str]]:
    """The settings of a unit, in their order."""
    lines = [line for line in text(name).splitlines() if line and line[0] not in "#["]
    return [(line.partition("=")[0], line.partition("=")[2]) for line in lines]


def task(name: str) -> ElementTree.Element:
    return ElementTree.fromstring((SCHEDULES / name).read_bytes())


def command_lines() -> list[list[str]]:
    """What each file has dipay do: the words behind the program's own."""
    found = [command.split(".venv/bin/dipay ")[1].removesuffix(" >/dev/null") for _, command in cron_lines()]
    found += [dict(unit(f"{each}.service"))["ExecStart"].partition(" ")[2] for each in SERVICES]
    found += [task(f"{each}.xml").findtext(f".//{NAMESPACE}Arguments") or "" for each in SERVICES]
    return [shlex.split(each) for each in found]


def test_what_they_run_is_the_same_everywhere_and_dipay_has_it() -> None:
    found = command_lines()
    assert found[:2] == found[2:4] == found[4:] == [["send", "--yes", "--quiet"], ["sync", "--quiet"]]
    commands = typer.main.get_command(app)
    for name, *options in found[:2]:
        assert isinstance(commands, typer.core.TyperGroup)
        # An option that it hasn't is a usage error here.
        commands.commands[name].make_context(name, options)


def test_the_page_has_the_lines_for_cron_and_leads_to_every_file() -> None:
    page = (ROOT / "docs" / "running.md").read_text("utf-8")
    assert text("crontab") in page
    linked = set(re.findall(r"\]\(schedules/([^)]+)\)", page))
    assert linked == {each.name for each in SCHEDULES.iterdir()}


def test_sending_is_tried_inside_the_example_s_send_window() -> None:
    settings = load_settings(ROOT / "config.example.yaml").settings
    window = settings.messaging.send_window
    [(minute, hour, *_)] = [fields for fields, command in cron_lines() if " send " in command]
    calendar = dict(unit("dipay-send.timer"))["OnCalendar"]
    starts = [each.text or "" for each in task("dipay-send.xml").iter(f"{NAMESPACE}StartBoundary")]
    for found in (time(int(hour), int(minute)), time.fromisoformat(calendar.split()[1])):
        assert window.from_ < found < window.to
        assert [datetime.fromisoformat(each).time() for each in starts] == [found]
    for name in SERVICES:
        assert dict(unit(f"{name}.timer"))["OnCalendar"].split()[2] == settings.practice.timezone


RANGES: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def test_cron_reads_its_lines() -> None:
    assert len(cron_lines()) == 2
    for fields, command in cron_lines():
        for found, (first, last) in zip(fields, RANGES, strict=True):
            numbers = [int(each) for each in re.split(r"[-,]", found) if each != "*"]
            assert all(first <= each <= last for each in numbers), found
        assert "%" not in command, "cron makes it a line's end"


@needs_shell
def test_a_line_runs_as_cron_runs_it(tmp_path: Path) -> None:
    """In a bare environment, from another folder, with the answer nowhere and what a person must see on stderr."""
    Practice(tmp_path, now=datetime.now(UTC))
    settings_file(tmp_path, None)
    program = tmp_path / ".venv" / "bin" / "dipay"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(os.pathsep.join(sys.path))}\nexport PYTHONPATH\n'
                       f'exec {shlex.quote(sys.executable)} -m dipay "$@"\n')  # fmt: skip
    program.chmod(0o755)
    bare = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LOGNAME": "dipay"}
    for _, command in cron_lines():
        line = command.replace(FOLDER, shlex.quote(str(tmp_path)))
        found = subprocess.run(["/bin/sh", "-c", line], cwd="/", env=bare, capture_output=True, text=True, check=False)
        assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    assert len((tmp_path / "dipay.log.jsonl").read_text().splitlines()) == 2
    assert len(list((tmp_path / "outbox").glob("*.txt"))) == 3


def test_both_services_are_one_but_for_what_they_run() -> None:
    ours = {"Description", "ExecStart"}
    send, sync = ([each for each in unit(f"{name}.service") if each[0] not in ours] for name in SERVICES)
    assert send == sync
    assert {
        "SuccessExitStatus": "1",
        "StandardOutput": "null",
        "WorkingDirectory": FOLDER,
        "Type": "oneshot",
    }.items() <= dict(send).items()
    for name in SERVICES:
        assert dict(unit(f"{name}.timer"))["Persistent"] == "true"


@needs_systemd
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    assert analyze is not None
    for name in SERVICES:
        service = text(f"{name}.service").replace(f"{FOLDER}/.venv/bin/dipay", "/bin/sh")
        (tmp_path / f"{name}.service").write_text(service, "utf-8")
        shutil.copy(SCHEDULES / f"{name}.timer", tmp_path)
    units = sorted(str(each) for each in tmp_path.iterdir())
    found = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    # Of the machine's own units it may have something to say, too.
    assert "dipay" not in found.stdout + found.stderr
    assert found.returncode == 0


@needs_systemd
@pytest.mark.parametrize(
    ("name", "since", "then"),
    [
        # New York's clocks go forward on 8 March 2026 and back on 1 November: the hour of the practice stays.
        ("dipay-send", "2026-03-06 14:30", ["2026-03-09 13:15", "2026-03-10 13:15"]),
        ("dipay-send", "2026-10-30 12:00", ["2026-10-30 13:15", "2026-11-02 14:15"]),
        ("dipay-sync", "2026-10-30 20:00", ["2026-10-30 21:45", "2026-11-02 16:45", "2026-11-02 19:45"]),
    ],
)
def test_systemd_runs_them_by_the_practice_s_clock(name: str, since: str, then: list[str]) -> None:
    assert analyze is not None
    calendar = dict(unit(f"{name}.timer"))["OnCalendar"]
    found = subprocess.run(
        [analyze, "calendar", f"--iterations={len(then)}", f"--base-time={since}", calendar],
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d):00 UTC", found.stdout) == then


#: What may stand in what, once each, as Microsoft's schema of tasks has it; the order matters in a trigger alone.
CHILDREN: Final = {
    "Task": {"RegistrationInfo", "Triggers", "Settings", "Principals", "Actions"},
    "RegistrationInfo": {"Description"},
    "ScheduleByWeek": {"WeeksInterval", "DaysOfWeek"},
    "DaysOfWeek": {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
    "Principals": {"Principal"},
    "Principal": {"LogonType", "RunLevel"},
    "Settings": {
        "AllowStartOnDemand", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries",
        "AllowHardTerminate", "StartWhenAvailable", "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden",
        "IdleSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle",
    },
    "IdleSettings": {"StopOnIdleEnd", "RestartOnIdle"},
    "Actions": {"Exec"},
    "Exec": {"Command", "Arguments", "WorkingDirectory"},
}  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_windows_takes_the_tasks(name: str) -> None:
    content = (SCHEDULES / f"{name}.xml").read_bytes()
    assert content.startswith(b"\xff\xfe"), "schtasks takes UTF-16 with its mark"
    assert content.decode("utf-16").startswith('<?xml version="1.0" encoding="UTF-16"?>\r\n')
    root = task(f"{name}.xml")
    assert root.get("version") == "1.2"
    for each in root.iter():
        inside = [child.tag.removeprefix(NAMESPACE) for child in each]
        match each.tag.removeprefix(NAMESPACE):
            case "Triggers":
                assert set(inside) == {"CalendarTrigger"}
            case "CalendarTrigger":
                assert inside == ["Enabled", "StartBoundary", "ScheduleByWeek"]
            case tag:
                assert set(inside) <= CHILDREN.get(tag, set())
                assert len(inside) == len(set(inside))
    actions, principal = root.find(f"{NAMESPACE}Actions"), root.find(f".//{NAMESPACE}Principal")
    assert actions is not None
    assert principal is not None
    assert actions.get("Context") == principal.get("id")
    said = {each.tag.removeprefix(NAMESPACE): each.text for each in root.iter() if not len(each)}
    assert said["Command"] == rf"{WINDOWS_FOLDER}\.venv\Scripts\dipay.exe"
    assert said.items() >= {
        "WorkingDirectory": WINDOWS_FOLDER, "RunLevel": "LeastPrivilege", "MultipleInstancesPolicy": "IgnoreNew",
        "StartWhenAvailable": "true", "DisallowStartIfOnBatteries": "false", "StopIfGoingOnBatteries": "false",
        "ExecutionTimeLimit": "PT2H", "RunOnlyIfIdle": "false",
    }.items()  # fmt: skip


@pytest.mark.skipif(sys.platform != "win32", reason="schtasks is Windows' own")
@pytest.mark.parametrize("name", SERVICES)
def test_windows_makes_the_tasks(name: str) -> None:
    made = f"{name}-{os.getpid()}"
    create = ["schtasks", "/Create", "/TN", made, "/XML", str(SCHEDULES / f"{name}.xml")]
    found = subprocess.run(create, capture_output=True, text=True, check=False)
    try:
        assert found.returncode == 0, found.stderr
    finally:
        subprocess.run(["schtasks", "/Delete", "/TN", made, "/F"], capture_output=True, check=False)

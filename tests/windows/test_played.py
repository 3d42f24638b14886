"""A morning's commands where dipay's own code sees Windows, and what Windows refuses is refused (`played.py`)."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sending.practice import Practice

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Windows is played by means that Linux alone has")

SETTINGS = """\
practice: {name: Maple, phone: 207-555-0148, timezone: America/New_York}
exports: {folder: exports, patients: "patients*.csv", ledger: ledger.csv}
payment_link: {url: "https://pay.example.com/{request_id}"}
messaging: {send_window: {from: "00:00", to: "23:59", days: [mon, tue, wed, thu, fri, sat, sun]}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A practice whose second patient has a name of the code page, and whose third has one that is in no old page."""
    (tmp_path / "exports").mkdir()
    Practice(tmp_path / "exports", now=datetime.now(UTC))
    patients = tmp_path / "exports" / "patients.csv"
    rows = patients.read_text().replace("First2,Last2", "Jürgen,Müller").replace("First3,Last3", "Linh,Nguyễn")
    patients.write_text(rows, "utf-8")
    (tmp_path / "config.yaml").write_text(SETTINGS)
    return tmp_path


def process(folder: Path, *args: str, page: str = "cp1252") -> subprocess.Popen[bytes]:
    command = [sys.executable, "-X", "warn_default_encoding", "-m", "tests.windows.played", page, *args]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def run(folder: Path, *args: str, page: str = "cp1252") -> tuple[int, bytes, str]:
    """How the command ended, the bytes of its answer, and what else it said."""
    with process(folder, *args, page=page) as found:
        out, said = found.communicate()
    return found.returncode, out, said.decode(page)


def answer(folder: Path, *args: str) -> str:
    code, out, said = run(folder, *args)
    assert code == 0, said
    return out.decode("cp1252")


@pytest.fixture
def sent(folder: Path) -> Path:
    answer(folder, "send", "--yes")
    return folder


def test_a_day_of_a_front_desk(folder: Path) -> None:
    code, out, said = run(folder, "check")
    assert (code, said.count("warning"), said.count("error")) == (1, 2, 0), said
    assert b"clock " in out
    assert "To ask today: 3 first requests, $300.00." in answer(folder, "list")
    assert "First1" in answer(folder, "send", "--dry-run")
    assert "3 accepted." in answer(folder, "send", "--yes")
    assert "3 delivered" in answer(folder, "sync")
    assert "Nothing to do today." in answer(folder, "today")
    assert "Snoozed until" in answer(folder, "snooze", "1", "--days", "3", "--reason", "Other")
    assert "First1 Last1 (1)" in answer(folder, "unsnooze", "1")
    assert "3 accepted" in answer(folder, "history")
    answer(folder, "wrong-number", "1")
    code, out, _ = run(folder, "undeliverable")
    assert (code, b"(207) 555-0101" in out) == (1, True)
    assert "1 accepted" in answer(folder, "resend", "1", "--phone", "207-555-0199")
    assert "copied to" in answer(folder, "backup", "mine.db")
    assert "Nothing is older" in answer(folder, "purge", "--yes")
    assert "written to" in answer(folder, "list", "--view", "all", "--xlsx", "all.xlsx")
    assert "written to" in answer(folder, "report", "--html", "report.html")
    assert "everybody" not in answer(folder, "why", "1").lower()


def test_init_makes_settings_that_check_reads(folder: Path) -> None:
    (folder / "config.yaml").unlink()
    given = {
        "name": "Müller Dental", "phone": "207-555-0148", "timezone": "America/New_York",
        "link": "https://pay.example.com/{request_id}",
    }  # fmt: skip
    options = [part for key, text in given.items() for part in (f"--{key}", text)]
    assert "Wrote config.yaml" in answer(folder, "init", "--folder", "exports", "--yes", *options)
    written = (folder / "config.yaml").read_bytes()
    assert "Müller Dental".encode() in written
    assert written.count(b"\r\n") == written.count(b"\n")
    assert "settings config.yaml" in answer(folder, "check")


@pytest.mark.parametrize("page", ["cp437", "cp850", "cp1252"])
def test_an_answer_goes_out_in_any_code_page(folder: Path, page: str) -> None:
    code, out, said = run(folder, "list", page=page)
    assert code == 0, said
    assert "Jürgen Müller" in out.decode(page)
    assert b"\r\n" in out
    assert b"\r\r\n" not in out
    assert "?" not in said


@pytest.mark.parametrize("page", ["cp437", "cp1252"])
def test_what_programs_read_loses_no_letter(folder: Path, page: str) -> None:
    _, out, _ = run(folder, "list", "--csv", page=page)
    rows = list(csv.DictReader(io.StringIO(out.decode("utf-8-sig"), newline="")))
    assert [row["name"] for row in rows] == ["First1 Last1", "Jürgen Müller", "Linh Nguyễn"]
    assert out.startswith(b"\xef\xbb\xbf"), "a spreadsheet program knows it by that"
    assert out.count(b"\r\n") == out.count(b"\n") == 4
    _, out, _ = run(folder, "list", "--json", page=page)
    names = [each["name"] for each in json.loads(out.decode("utf-8"))["data"]["accounts"]]
    assert names == ["First1 Last1", "Jürgen Müller", "Linh Nguyễn"]


@pytest.mark.parametrize("command", ["today", "list", "why 3", "report", "rules", "history", "check"])
def test_no_sign_of_dipays_own_is_lost_on_an_old_console(sent: Path, command: str) -> None:
    """What its code page lacks has another form there; a question mark is in no place where it is not elsewhere."""
    _, out, said = run(sent, *command.split(), page="utf-8")
    _, old, old_said = run(sent, *command.split(), page="cp437")
    assert old.decode("cp437").count("?") == out.decode("utf-8").count("?")
    assert old_said.count("?") == said.count("?")


def test_a_file_that_another_program_holds_for_good_ends_in_words(sent: Path) -> None:
    with (sent / ".dipay-state-id").open():
        code, _, said = run(sent, "snooze", "1", "--days", "3", "--reason", "Other")
    assert code == 5
    assert "that no other program holds the file open" in said
    assert not list(sent.glob("*.tmp")), "nothing is left beside it"
    assert "Snoozed until" in answer(sent, "snooze", "1", "--days", "3", "--reason", "Other")


def test_one_sends_and_the_other_is_told_so(sent: Path) -> None:
    """By the lock of Windows, which the second process finds taken."""
    from tests.windows.played import FAR_BEHIND, Locking

    answer(sent, "wrong-number", "1")
    with (sent / "dipay.lock").open("w") as lock:
        words = {"who": "kim", "since": "2026-11-20T09:00:00.000Z", "host": "desk", "pid": 7, "started": "1.00"}
        lock.write(json.dumps(words))
        lock.flush()
        os.lseek(lock.fileno(), FAR_BEHIND, os.SEEK_SET)
        Locking("msvcrt").locking(lock.fileno(), Locking.LK_NBLCK, 1)
        code, _, said = run(sent, "resend", "1", "--phone", "207-555-0199")
    assert code == 5
    assert "kim on desk is sending since" in said
    assert "1 accepted" in answer(sent, "resend", "1", "--phone", "207-555-0199")

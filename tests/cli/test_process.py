"""A whole process: what it leaves behind where its answer can't go out, and where dipay itself is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
import typer

from dipay.cli import GROUPS
from dipay.config_writer import render_settings_yaml
from settings_pages import EXAMPLE_VALUES
from tests.exports.reading import LEDGER, PATIENTS, write

DIPAY = [sys.executable, "-m", "dipay"]
FULL = Path("/dev/full")
LIST = ["list", "--as-of", "2026-11-20"]


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    (tmp_path / "config.yaml").write_text(render_settings_yaml({**EXAMPLE_VALUES, "exports.folder": "."}))
    return tmp_path


def run(practice: Path, command: list[str], **streams: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run(command, cwd=practice, env=environment, text=True, check=False, **given)  # type: ignore[call-overload,no-any-return]


@pytest.mark.skipif(not FULL.exists(), reason="a disk that is always full is Linux's own")
@pytest.mark.parametrize("more", [[], ["--json"], ["--csv"]])
def test_a_full_disk(practice: Path, more: list[str]) -> None:
    with FULL.open("w") as full:
        found = run(practice, [*DIPAY, *LIST, *more], stdout=full)
    assert found.returncode == 74
    assert found.stderr.startswith("error: the answer could not be written: No space left on device.")
    assert "mistake in dipay" not in found.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="asks a shell of Unix to close a stream")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_without_one_of_the_streams(practice: Path, closed: str) -> None:
    found = run(practice, ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *DIPAY, *LIST])
    assert found.returncode == 0
    assert ("To ask today" in found.stdout) == (">&-" not in closed.split())
    assert found.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="asks a shell of Unix for a pipe")
def test_a_reader_that_has_enough(practice: Path) -> None:
    found = run(practice, ["/bin/sh", "-c", '"$@" | true', "sh", *DIPAY, *LIST, "--view", "all", "--json"])
    assert (found.returncode, found.stderr) == (0, "")


def test_a_mistake_of_dipay_is_told_without_a_word_of_patients(practice: Path) -> None:
    broken = (
        "from dipay import cli; from dipay.services import worklist\n"
        "def fails(*_): raise ValueError('Karin Abernethy owes 60.74')\n"
        "worklist.make_worklist = fails\n"
        "cli.main()\n"
    )
    found = run(practice, [sys.executable, "-c", broken, *LIST])
    assert found.returncode == 70
    assert found.stdout == ""
    assert "dipay failed (ValueError)" in found.stderr
    assert "fails" in found.stderr
    assert "Karin" not in found.stderr
    assert "60.74" not in found.stderr


SLOW_BACKUP = (
    "import time\nfrom dipay import cli\nfrom dipay.services import state_log\ncopy = state_log.copy_to\n"
    "def slow(*given):\n    time.sleep(1.5)\n    copy(*given)\nstate_log.copy_to = slow\ncli.main()\n"
)


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own is made by pty, which Windows has not")
@pytest.mark.parametrize("more", [[], ["--json"], ["--quiet"]])
def test_what_takes_more_than_a_second_is_shown_on_a_terminal_alone(practice: Path, more: list[str]) -> None:
    import pty

    run(practice, [*DIPAY, "snooze", "0200", "--days", "5", "--reason", "other"])
    command = [sys.executable, "-c", SLOW_BACKUP, "backup", *more]
    elsewhere = run(practice, [*command, "a.db"])
    assert (elsewhere.returncode, elsewhere.stderr) == (0, "")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "COLUMNS": "80"}
    process = subprocess.Popen(
        [*command, "b.db"], cwd=practice, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    answer, _ = process.communicate()
    moment = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
    assert moment.sub("", answer) == moment.sub("", elsewhere.stdout).replace("a.db", "b.db")
    if "--quiet" in more:
        assert shown == b""
        return
    assert b"backing up the state file" in shown
    # Taken away, with the cursor there again.
    assert shown.endswith(b"\x1b[1A\x1b[2K")
    assert shown.count(b"\x1b[?25h") == shown.count(b"\x1b[?25l")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that one process sends another")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
@pytest.mark.parametrize("command", ["list", "check", "replies", "resend 0200", "snooze 0200 --days 3 --reason other"])
def test_what_is_stopped_says_so_and_ends_with_130(practice: Path, command: str, number: str) -> None:
    stopped = (
        "import os, signal\nfrom dipay import cli, office\n"
        f"office.load_settings = lambda _: os.kill(os.getpid(), signal.{number})\n"
        "cli.main()\n"
    )
    found = run(practice, [sys.executable, "-c", stopped, *command.split()])
    assert (found.returncode, found.stdout) == (130, "")
    assert found.stderr == "Interrupted. What was done until then is written down; run it again for the rest.\n"


#: Each takes longer to import than a small command takes to run.
def test_each_group_has_the_commands_it_is_looked_at_for() -> None:
    for group, names in GROUPS.items():
        alone = typer.Typer()
        import_module(f"dipay.cli.{group}").register(alone)
        assert tuple(each.name for each in alone.registered_commands) == names


SLOW = {
    "pydantic",
    "rich",
    "textual",
    "pandas",
    "numpy",
    "pyarrow",
    "twilio",
    "stripe",
    "phonenumbers",
    "asyncio",
    "http.client",
    "psutil",
}


@pytest.mark.parametrize(("said", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "7"}, "7")])
def test_numpy_starts_no_thread_of_its_own_unless_the_user_says_so(
    practice: Path, said: dict[str, str], threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    program = (
        "import os, sys\nfrom dipay import cli\nassert 'numpy' not in sys.modules\nleave = os._exit\n"
        "def tell(code):\n    print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules, file=sys.stderr)\n"
        "    leave(code)\nos._exit = tell\ncli.main()\n"
    )
    found = run(practice, [sys.executable, "-c", program, "list", "--json"])
    assert found.stderr.endswith(f"{threads} True\n")


def test_small_commands_import_nothing_that_takes_long(practice: Path) -> None:
    program = (
        "import os, sys\nfrom dipay import cli\nleave = os._exit\n"
        f"def tell(code):\n    print(code, sorted({SLOW!r} & set(sys.modules)), file=sys.stderr)\n    leave(code)\n"
        "os._exit = tell\ncli.main()\n"
    )
    until = datetime.now(UTC).date() + timedelta(days=30)
    for words, answer in (
        ("history", "Nothing happened yet.\n"),
        (f"snooze 0200 --until {until} --reason other", f"Snoozed until {until}: Bo Smith, Jr (0200).\n"),
    ):
        found = run(practice, [sys.executable, "-c", program, *words.split()])
        assert (found.stdout, found.stderr) == (answer, "0 []\n")


@pytest.mark.parametrize("link", ["template", "stripe"])
@pytest.mark.parametrize("words", ["list", "send --dry-run", "why 0200", "check"])
def test_the_processors_library_is_loaded_only_to_make_links_or_ask_about_them(
    practice: Path, link: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "rk_test_0123456789")
    values = {**EXAMPLE_VALUES, "exports.folder": ".", "payment_link.provider": link}
    (practice / "config.yaml").write_text(render_settings_yaml(values))
    program = (
        "import os, sys\nfrom dipay import cli\nleave = os._exit\n"
        "def tell(code):\n    print('loaded' if 'stripe' in sys.modules else 'not loaded', flush=True)\n    leave(code)\n"
        "os._exit = tell\ncli.main()\n"
    )
    found = run(practice, [sys.executable, "-c", program, *words.split()])
    assert "not loaded" in found.stdout
    assert "dipay failed" not in found.stderr

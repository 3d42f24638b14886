"""`dipay review` as a command: where there is a terminal, and where there is none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dipay.config_writer import render_settings_yaml
from dipay.state.events import events
from dipay.state.store import open_for_reading
from settings_pages import EXAMPLE_VALUES
from tests.sending.practice import Practice


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Practice(tmp_path, size=3, now=datetime.now(UTC))
    (tmp_path / "config.yaml").write_text(render_settings_yaml({**EXAMPLE_VALUES, "exports.folder": "."}))
    return tmp_path


def run(folder: Path, *args: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-m", "dipay", "review", *args], cwd=folder, input=typed, capture_output=True, text=True,
        check=False, env=environment,
    )  # fmt: skip


def test_without_a_terminal_it_names_the_commands(folder: Path) -> None:
    found = run(folder)
    assert found.returncode == 2
    assert found.stdout == ""
    for words in ("no terminal", "dipay list", "dipay why ID", "dipay snooze ID", "dipay send --yes", "--plain"):
        assert words in found.stderr
    assert run(folder, "--json").returncode == 2
    assert json.loads(run(folder, "--json").stdout)["status"] == "error"


def test_plain_from_a_script(folder: Path) -> None:
    found = run(folder, "--plain", typed="list\ntoggle 1\nquit\n")
    assert found.returncode == 0, found.stderr
    assert "First1 Last1, account 1, $100.00" in found.stdout
    assert "Unticked First1 Last1, account 1." in found.stdout
    assert found.stderr == ""


def test_wrong_settings_and_missing_exports(folder: Path) -> None:
    (folder / "patients.csv").unlink()
    assert run(folder, "--plain").returncode == 3
    (folder / "config.yaml").write_text("practice: 1\n")
    found = run(folder, "--plain")
    assert found.returncode == 2
    assert "config.yaml:1" in found.stderr


needs_pty = pytest.mark.skipif(
    sys.platform == "win32", reason="a terminal of its own is made by pty, which Windows has not"
)


def on_a_terminal(folder: Path, command: str) -> tuple[subprocess.Popen[bytes], int, bytes]:
    """The command in a terminal of its own, once its table is there: it, our end of the terminal, what it showed."""
    import pty

    ours, theirs = pty.openpty()
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "dipay", command], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    while b"Ticked 3 of 3" not in seen:
        seen += os.read(ours, 65536)
    return process, ours, seen


@needs_pty
@pytest.mark.parametrize("command", ["review", "send"])
def test_on_a_terminal_the_table_opens(folder: Path, command: str) -> None:
    process, ours, seen = on_a_terminal(folder, command)
    os.write(ours, b" q")
    with suppress(OSError):
        while more := os.read(ours, 65536):
            seen += more
    assert process.wait(30) == 0, seen
    with open_for_reading(folder / "dipay.db") as store:
        assert [each.kind for each in events(store.connection)][-1:] == ["deselected"]


@needs_pty
def test_it_ends_with_its_terminal_though_no_signal_says_so(folder: Path) -> None:
    process, ours, _ = on_a_terminal(folder, "review")
    os.write(ours, b" ")
    while b"Ticked 2 of 3" not in os.read(ours, 65536):
        pass
    # A terminal that is not the process's own: the system sends no SIGHUP.
    os.close(ours)
    try:
        assert process.wait(30) == 0
    finally:
        process.kill()
    with open_for_reading(folder / "dipay.db") as store:
        assert [each.kind for each in events(store.connection)][-1:] == ["deselected"]


@needs_pty
def test_it_ends_by_a_signal_as_everything_else_does(folder: Path) -> None:
    process, ours, seen = on_a_terminal(folder, "review")
    os.write(ours, b" ")
    while b"Ticked 2 of 3" not in os.read(ours, 65536):
        pass
    process.send_signal(signal.SIGTERM)
    with suppress(OSError):
        while more := os.read(ours, 65536):
            seen += more
    assert process.wait(30) == 130
    assert b"Interrupted. What was done until then is written down" in seen
    with open_for_reading(folder / "dipay.db") as store:
        assert [each.kind for each in events(store.connection)][-1:] == ["deselected"]


def test_with_other_options_send_asks_for_the_number(folder: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "dipay", "send", "--only", "1"], cwd=folder, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert found.returncode == 2
    assert "no terminal to ask" in found.stderr

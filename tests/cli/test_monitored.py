"""Runs of cron as a monitor on this computer is told of them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dipay.cli import app
from dipay.cli.common import Answer, Manner, command
from dipay.cli.layout import Heading
from dipay.config_writer import render_settings_yaml
from dipay.services import monitoring
from settings_pages import EXAMPLE_VALUES
from tests.sending.practice import Practice


@dataclass
class Monitor:
    """What it was told, and how it answers: a status, or nothing at all until it is closed."""

    url: str
    told: list[str] = field(default_factory=list)
    status: int | None = 200
    body: str = "OK"
    closed: threading.Event = field(default_factory=threading.Event)


@contextmanager
def monitor_on(path: str) -> Iterator[Monitor]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listening.told.append(f"GET {self.path}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listening.told.append(f"{self.path} {body.decode()}".strip())
            if listening.status is None:
                listening.closed.wait(30)
                return
            self.send_response(listening.status)
            # Where it is followed to, somebody would hear of it.
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(listening.body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening = Monitor(f"http://127.0.0.1:{server.server_port}{path}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield listening
    finally:
        listening.closed.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with monitor_on("/ping/abc") as made:
        yield made


def settings_file(folder: Path, url: str | None) -> Path:
    """A practice that rehearses at any hour, and tells that monitor."""
    values: dict[str, object] = {
        **EXAMPLE_VALUES,
        "exports.folder": ".",
        "messaging.send_window.from": "00:00",
        "messaging.send_window.to": "23:59",
        "messaging.send_window.days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "monitor_url": url,
    }
    path = folder / "config.yaml"
    path.write_text(render_settings_yaml(values))
    return path


def run(path: Path, *args: str) -> tuple[int, str]:
    """The exit code and what was said on stderr."""
    result = CliRunner().invoke(app, [*args, "--config", str(path)])
    return result.exit_code, result.stderr


def test_a_run_that_is_done(tmp_path: Path, monitor: Monitor) -> None:
    Practice(tmp_path, now=datetime.now(UTC))
    path = settings_file(tmp_path, monitor.url)
    for command_line in (["sync"], ["send", "--yes"]):
        monitor.told.clear()
        assert run(path, *command_line) == (0, "")
        assert monitor.told == ["/ping/abc/start", "/ping/abc"]


def test_a_run_after_which_a_person_must_look_is_done_too(tmp_path: Path, monitor: Monitor) -> None:
    Practice(tmp_path, now=datetime.now(UTC), numbers={"2": ""})
    assert run(settings_file(tmp_path, monitor.url), "send", "--yes")[0] == 1
    assert monitor.told == ["/ping/abc/start", "/ping/abc"]


def test_a_run_that_failed_tells_its_exit_code(tmp_path: Path, monitor: Monitor) -> None:
    Practice(tmp_path, now=datetime.now(UTC) - timedelta(days=3))
    exit_code, said = run(settings_file(tmp_path, monitor.url), "send", "--yes")
    assert exit_code == 3
    assert "monitor" not in said
    assert monitor.told == ["/ping/abc/start", "/ping/abc/3"]


@pytest.mark.parametrize(("raised", "exit_code"), [(RuntimeError("Karin"), 70), (KeyboardInterrupt(), 130)])
def test_a_run_that_dipay_itself_or_a_key_ended(
    raised: BaseException, exit_code: int, tmp_path: Path, monitor: Monitor
) -> None:
    def fails(manner: Manner) -> Answer:
        raise raised

    alone = typer.Typer()
    command(alone, "fails", fails, Heading.CARE, recorded_when=lambda _: True, unattended=lambda _: True)
    CliRunner().invoke(alone, ["--config", str(settings_file(tmp_path, monitor.url))])
    assert monitor.told == ["/ping/abc/start", f"/ping/abc/{exit_code}"]


@pytest.mark.parametrize(
    "command_line", [["list"], ["send"], ["send", "--yes", "--dry-run"], ["sync", "--arrived", "1"], ["history"]]
)
def test_what_a_person_does_is_not_told(command_line: list[str], tmp_path: Path, monitor: Monitor) -> None:
    Practice(tmp_path, now=datetime.now(UTC))
    run(settings_file(tmp_path, monitor.url), *command_line)
    assert monitor.told == []


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (500, "", "it answered 500"),
        (404, "", "it answered 404"),
        (None, "", "it gave no answer within 0.3 seconds"),
        (200, "OK (not found)", "it knows no such check, or takes no more for now"),
        (302, "", "it answered 302"),
    ],
)
def test_a_monitor_that_does_not_take_it_changes_nothing(
    status: int | None, body: str, why: str, tmp_path: Path, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitoring, "PATIENCE_SECONDS", 0.3 if status is None else 5.0)
    monitor.status, monitor.body = status, body
    Practice(tmp_path, now=datetime.now(UTC))
    exit_code, said = run(settings_file(tmp_path, monitor.url), "send", "--yes", "--json")
    assert exit_code == 0
    assert said == (
        f"warning: monitor_url: the monitor could not be told of this run: {why}. "
        "See whether the address is right, and the monitor there. The run itself is as said above.\n"
    )
    assert monitor.told == ["/ping/abc/start", "/ping/abc"]
    assert run(settings_file(tmp_path, None), "history")[0] == 0


def test_a_name_that_is_looked_up_for_ever_holds_nothing_up(
    tmp_path: Path, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(*_: object, **__: object) -> None:
        monitor.closed.wait(30)

    monkeypatch.setattr(monitoring, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", hang)
    Practice(tmp_path, now=datetime.now(UTC))
    exit_code, said = run(settings_file(tmp_path, "https://monitor.example.com/abc"), "send", "--yes")
    assert exit_code == 0
    assert "it gave no answer within 0.3 seconds" in said


def test_a_system_that_lets_no_thread_begin_changes_nothing(
    tmp_path: Path, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_given: object, **_named: object) -> None:
        raise RuntimeError("can't start new thread")

    Practice(tmp_path, now=datetime.now(UTC))
    monkeypatch.setattr("dipay.services.monitoring.threading.Thread", none)
    exit_code, said = run(settings_file(tmp_path, monitor.url), "send", "--yes")
    assert exit_code == 0
    assert "could not be told of this run: it can't be called." in said


def test_each_command_can_have_a_check_of_its_own(tmp_path: Path, monitor: Monitor) -> None:
    Practice(tmp_path, now=datetime.now(UTC))
    path = settings_file(tmp_path, f"{monitor.url}-{{command}}?create=1")
    run(path, "send", "--yes")
    run(path, "sync")
    assert monitor.told == [
        "/ping/abc-send/start?create=1", "/ping/abc-send?create=1",
        "/ping/abc-sync/start?create=1", "/ping/abc-sync?create=1",
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["http://hc.example.com/abc", "https://hc.example.com/{name}"])
def test_another_address_is_refused(address: str, tmp_path: Path) -> None:
    Practice(tmp_path, now=datetime.now(UTC))
    exit_code, said = run(settings_file(tmp_path, address), "sync")
    assert exit_code == 2
    assert "monitor_url" in said


def test_a_key_while_the_monitor_is_waited_for_ends_the_waiting_alone(
    tmp_path: Path, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(monitoring, "tell_ended", interrupted)
    Practice(tmp_path, now=datetime.now(UTC))
    exit_code, said = run(settings_file(tmp_path, monitor.url), "sync")
    assert exit_code == 0
    assert "could not be told of this run: it was interrupted." in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that one process sends another")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_run_that_the_system_ends_is_told_of(number: str, tmp_path: Path, monitor: Monitor) -> None:
    Practice(tmp_path, now=datetime.now(UTC))
    path = settings_file(tmp_path, monitor.url)
    program = (
        "import os, signal\nfrom dipay.services import syncing\n"
        f"syncing.sync = lambda *_, **__: os.kill(os.getpid(), signal.{number})\n"
        "from dipay.cli import main\nmain()\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, "sync", "--config", str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (found.returncode, found.stdout) == (130, "")
    assert monitor.told == ["/ping/abc/start", "/ping/abc/130"]
    assert json.loads((tmp_path / "dipay.log.jsonl").read_text())["exit_code"] == 130


def test_a_monitor_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    with monitor_on("/") as gone:
        url = gone.url
    Practice(tmp_path, now=datetime.now(UTC))
    exit_code, said = run(settings_file(tmp_path, url), "sync", "--quiet")
    assert exit_code == 0
    assert "monitor_url" in said


def test_settings_that_can_t_be_read_name_no_monitor(tmp_path: Path, monitor: Monitor) -> None:
    path = settings_file(tmp_path, monitor.url)
    path.write_text(path.read_text().replace("daily_limit: 250", "daily_limit: many"))
    assert run(path, "sync")[0] == 2
    assert monitor.told == []


def test_what_stands_behind_the_address_stays_behind(monitor: Monitor) -> None:
    assert monitoring.tell_began(f"{monitor.url}/?key=k", "send") is None
    assert monitoring.tell_ended(f"{monitor.url}/?key=k", "send", 4) is None
    assert monitoring.tell_ended(f"{monitor.url}/?key=k", "send", 0) is None
    assert monitor.told == ["/ping/abc/start?key=k", "/ping/abc/4?key=k", "/ping/abc/?key=k"]

"""The run log as a file: whole lines for its owner alone, whatever the disk, the umask and other runs do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dipay import __version__
from dipay.domain.problems import ExitCode
from dipay.state import run_log
from dipay.state.file_lock import try_lock
from dipay.state.run_log import RunLine, log_beside, write_line
from tests.state.state_helpers import NOW

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes or links of every user")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "dipay.db"


def line(command: str = "send") -> RunLine:
    return RunLine(NOW, 1.26, command, True, "twilio", ExitCode.ATTENTION, {"in doubt": 1, "left": 0}, {"stale": 1})


def commands(log: Path) -> list[str]:
    return [json.loads(each)["command"] for each in log.read_text().splitlines()]


def test_a_line_says_what_a_run_did_in_codes_and_counts(state: Path) -> None:
    write_line(state, line())
    [written] = log_beside(state).read_text().splitlines()
    assert log_beside(state).name == "dipay.log.jsonl"
    assert json.loads(written) == {
        "began": NOW.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "seconds": 1.3, "dipay": __version__, "command": "send",
        "unattended": True, "provider": "twilio", "exit_code": 1, "counts": {"in_doubt": 1}, "problems": {"stale": 1},
    }  # fmt: skip


def test_the_first_run_may_come_before_the_states_folder(tmp_path: Path) -> None:
    write_line(tmp_path / "new" / "dipay.db", line())
    assert (tmp_path / "new" / "dipay.log.jsonl").exists()


@posix_only
@pytest.mark.parametrize("umask", [0, 0o777])
def test_it_is_its_owners_alone_whatever_the_umask(umask: int, state: Path) -> None:
    before = os.umask(umask)
    try:
        write_line(state, line())
        write_line(state, line("sync"))
    finally:
        os.umask(before)
    log = log_beside(state)
    assert commands(log) == ["send", "sync"]
    assert log.stat().st_mode & 0o777 == 0o600
    log.chmod(0o644)
    write_line(state, line())
    assert log.stat().st_mode & 0o777 == 0o600


@posix_only
@pytest.mark.parametrize("name", ["dipay.log.jsonl", "dipay.log.lock"])
def test_a_link_in_its_place_leads_nowhere(name: str, state: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("")
    (tmp_path / name).symlink_to(victim)
    with pytest.raises(OSError, match="no plain file"):
        write_line(state, line())
    assert victim.read_text() == ""


def test_a_folder_in_its_place_is_told(state: Path) -> None:
    log_beside(state).mkdir()
    with pytest.raises(OSError, match="no plain file"):
        write_line(state, line())


@posix_only
def test_a_pipe_in_its_place_is_not_waited_for(state: Path) -> None:
    os.mkfifo(log_beside(state))
    with pytest.raises(OSError, match="no plain file"):
        write_line(state, line())


def test_a_line_that_was_cut_short_does_not_spoil_the_next(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def full_disk(handle: int, content: bytes) -> int:
        return write(handle, content[:20])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full_disk)
        with pytest.raises(OSError, match="No space"):
            write_line(state, line())
    write_line(state, line("sync"))
    torn, whole = log_beside(state).read_text().splitlines()
    assert len(torn) == 20
    assert json.loads(whole)["command"] == "sync"


def test_its_size_has_a_limit_and_one_older_file_is_kept(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_log, "MOST_BYTES", 500)
    for number in range(20):
        write_line(state, line(str(number)))
    kept = [*commands(tmp_path / "dipay.log.1.jsonl"), *commands(log_beside(state))]
    assert kept == [str(number) for number in range(20 - len(kept), 20)]
    assert {each.name for each in tmp_path.iterdir()} == {"dipay.log.jsonl", "dipay.log.1.jsonl", "dipay.log.lock"}
    assert all(each.stat().st_size < 1000 for each in tmp_path.iterdir())


def test_no_line_is_lost_where_many_write_and_one_renames(state: Path, tmp_path: Path) -> None:
    program = (
        "import sys, time; from datetime import UTC, datetime; from pathlib import Path; from dipay.state import run_log\n"
        # All lines are one and a half of a file: it is renamed once, while the others write, and takes its time.
        "run_log.MOST_BYTES = 19000\n"
        "rename = Path.replace\n"
        "Path.replace = lambda log, older: (time.sleep(0.1), rename(log, older))\n"
        "for number in range(40):\n"
        "    line = run_log.RunLine(datetime(2026, 1, 1, tzinfo=UTC), 1, f'{sys.argv[2]}-{number}', True, 'x', 0, {}, {})\n"
        "    run_log.write_line(Path(sys.argv[1]), line)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(state), str(each)], env=environment) for each in range(4)
    ]
    assert [each.wait() for each in writers] == [0] * 4
    older = commands(tmp_path / "dipay.log.1.jsonl")
    assert older
    assert sorted([*older, *commands(log_beside(state))]) == sorted(
        f"{writer}-{number}" for writer in range(4) for number in range(40)
    )


def test_a_neighbour_that_never_ends_costs_no_line(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_log, "_PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(run_log, "MOST_BYTES", 10)
    write_line(state, line())
    handle = os.open(tmp_path / "dipay.log.lock", os.O_RDWR)
    try:
        assert try_lock(handle)
        write_line(state, line("sync"))
    finally:
        os.close(handle)
    assert commands(log_beside(state)) == ["send", "sync"], "and renames nothing while another one may"


def test_a_reader_that_keeps_it_from_being_renamed_costs_no_line(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_use(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(run_log, "MOST_BYTES", 10)
    monkeypatch.setattr(Path, "replace", in_use)
    write_line(state, line())
    write_line(state, line("sync"))
    assert commands(log_beside(state)) == ["send", "sync"]

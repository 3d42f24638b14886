"""What killed processes left half written is taken away by the next command that writes: theirs alone, and no link."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dipay.disk import new_file
from dipay.state.backup import back_up_into, backups_beside, newest_backup
from dipay.state.places import LOCK_TEST
from dipay.state.store import open_for_reading
from dipay.state.unfinished import unfinished
from tests.odd_files import ODD, posix_only, put_odd
from tests.state.state_helpers import NOW, opened, opened_for_writing, paths
from tests.state.test_races_and_crashes import start

BACKUP = "dipay-000009-20261118T150000000000Z.db"


@pytest.fixture
def gone() -> int:
    """The number of a process that ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def places(folder: Path) -> list[Path]:
    """Where such files lie, under their names to be."""
    state, marker = paths(folder)
    return [backups_beside(state) / BACKUP, marker, state.with_name(LOCK_TEST)]


def leave(target: Path, process: int, ending: str = "") -> Path:
    """What that process left of a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = target.with_name(f"{target.name}.{process}-0123abcd.tmp{ending}")
    left.write_text("half")
    return left


def test_it_is_gone_after_the_next_command_that_writes(tmp_path: Path, gone: int) -> None:
    opened_for_writing(tmp_path).close()
    left = [leave(each, gone, ending) for each in places(tmp_path) for ending in ("", "-journal")]
    open_for_reading(*paths(tmp_path)).close()
    assert all(each.exists() for each in left)
    opened_for_writing(tmp_path).close()
    assert not any(each.exists() for each in left)


def test_what_is_still_written_stays_until_nothing_takes_so_long(tmp_path: Path) -> None:
    opened_for_writing(tmp_path).close()
    left = [leave(each, os.getpid()) for each in places(tmp_path)]
    assert unfinished(left[0]).name.startswith(f"{left[0].name}.{os.getpid()}-")
    opened_for_writing(tmp_path).close()
    assert all(each.exists() for each in left)
    for each in left:
        os.utime(each, (0, 0))
    opened_for_writing(tmp_path).close()
    assert not any(each.exists() for each in left)


@pytest.mark.parametrize("name", ["notes.db.{}-0123abcd.tmp", f"{BACKUP}.{{}}-0123abcd.tmp.txt", f"x{BACKUP}.{{}}.tmp"])
def test_other_files_stay(name: str, tmp_path: Path, gone: int) -> None:
    opened_for_writing(tmp_path).close()
    for folder in {each.parent for each in places(tmp_path)}:
        folder.mkdir(exist_ok=True)
        (folder / name.format(gone)).touch()
    opened_for_writing(tmp_path).close()
    assert all((each.parent / name.format(gone)).exists() for each in places(tmp_path))


@posix_only
@pytest.mark.parametrize("kind", ODD)
def test_so_does_what_is_no_file(kind: str, tmp_path: Path, gone: int) -> None:
    opened_for_writing(tmp_path).close()
    left = [leave(each, gone) for each in places(tmp_path)]
    for each in left:
        put_odd(each, kind)
    opened_for_writing(tmp_path).close()
    assert all(os.path.lexists(each) for each in left)


def test_what_can_t_be_taken_away_stops_nobody(tmp_path: Path, gone: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    opened_for_writing(tmp_path).close()
    left = [leave(each, gone) for each in places(tmp_path)]
    monkeypatch.setattr(Path, "unlink", fails)
    opened_for_writing(tmp_path).close()
    monkeypatch.setattr("dipay.state.unfinished.kind_of", fails)
    opened_for_writing(tmp_path).close()
    assert all(each.exists() for each in left)


def test_a_process_that_is_killed_leaves_what_the_next_one_takes(tmp_path: Path) -> None:
    killed = start(tmp_path, 2, crash_at="marker.written:2")
    killed.communicate()
    assert killed.returncode in (-9, 137)
    _, marker = paths(tmp_path)
    assert list(marker.parent.glob("*.tmp"))
    opened_for_writing(tmp_path).close()
    assert list(marker.parent.iterdir()) == [marker]


def test_a_backup_that_has_only_its_name_is_none(tmp_path: Path) -> None:
    state, _ = paths(tmp_path)
    with opened(tmp_path) as store:
        backup = back_up_into(store.connection, backups_beside(state), NOW)
        empty = backups_beside(state) / BACKUP
        empty.touch()
        assert newest_backup(state) == backup
        newer = back_up_into(store.connection, backups_beside(state), NOW)
        assert newer.name.startswith("dipay-000010-")
        assert not empty.exists()
    empty.touch()
    opened_for_writing(tmp_path).close()
    assert {*backups_beside(state).iterdir()} == {backup, newer}


def test_nor_is_there_one_where_the_new_file_could_not_be_made_its_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("dipay.disk._close_to_others", fails)
    with pytest.raises(OSError, match="Input/output"):
        new_file(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []

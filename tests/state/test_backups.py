"""Backups: in the order in which they were made whatever the clock said, over nothing, and no half of one for ever."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn, ExitCode
from dipay.state import backup
from dipay.state.backup import KEPT, back_up, back_up_into, backups_beside, newest_backup
from dipay.state.store import Store
from tests.odd_files import ODD, posix_only, put_odd
from tests.state.state_helpers import NOW, ask, claimed, opened, paths

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(store: Store) -> Path:
    return backups_beside(store.path)


def make(store: Store, folder: Path, now: datetime, times: int = 1) -> list[Path]:
    return [back_up_into(store.connection, folder, now + timedelta(minutes=each)) for each in range(times)]


def kept(folder: Path) -> set[Path]:
    return set(folder.iterdir())


def test_a_spell_with_a_wrong_clock_costs_no_newer_backup(store: Store, folder: Path) -> None:
    make(store, folder, NOW, 5)
    make(store, folder, LATER, 3)
    after = [*make(store, folder, NOW + timedelta(hours=1), KEPT - 1), *make(store, folder, NOW + timedelta(hours=9))]
    assert kept(folder) == set(after)
    assert newest_backup(store.path) == after[-1]


def test_a_spell_as_long_as_what_is_kept_leaves_the_last_of_them(store: Store, folder: Path) -> None:
    make(store, folder, LATER, KEPT)
    (newest,) = make(store, folder, NOW)
    assert newest in kept(folder)
    assert newest_backup(store.path) == newest


def test_backups_without_a_place_in_the_order_are_the_oldest(store: Store, folder: Path) -> None:
    (first,) = make(store, folder, NOW)
    old = [folder / f"dipay-203001{day:02d}T000000000000Z.db" for day in range(1, KEPT + 1)]
    for each in old:
        shutil.copy(first, each)
    (second,) = make(store, folder, NOW)
    assert kept(folder) == {first, second, *old[2:]}
    assert second.name.startswith("dipay-000002-")


def test_the_restore_advice_names_the_one_made_last(tmp_path: Path) -> None:
    state, _ = paths(tmp_path)
    with opened(tmp_path) as store:
        claimed(store, ask())
        make(store, backups_beside(state), LATER)
        (last,) = make(store, backups_beside(state), NOW)
    state.unlink()
    with pytest.raises(CannotGoOn) as caught:
        opened(tmp_path)
    assert last.name in caught.value.problems[0].fix


def test_a_new_state_makes_no_backup_of_nothing(tmp_path: Path) -> None:
    with opened(tmp_path):
        assert newest_backup(paths(tmp_path)[0]) is None


@posix_only
@pytest.mark.parametrize("kind", ODD)
def test_a_backup_takes_nothings_place(kind: str, store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    put_odd(target, kind)
    before = set(tmp_path.iterdir())
    with pytest.raises(CannotGoOn, match="already there") as caught:
        back_up(store.connection, target)
    assert caught.value.exit_code is ExitCode.USAGE
    assert set(tmp_path.iterdir()) == before


def test_nor_does_it_where_the_place_was_taken_meanwhile(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "config.yaml"
    monkeypatch.setattr(backup, "crash_point", lambda _: target.write_text("practice:"))
    before = set(tmp_path.iterdir())
    with pytest.raises(CannotGoOn, match="already there"):
        back_up(store.connection, target)
    assert target.read_text() == "practice:"
    assert set(tmp_path.iterdir()) == {*before, target}


def test_a_copy_that_can_t_take_its_name_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    before = set(tmp_path.iterdir())
    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(CannotGoOn, match="Input/output error") as caught:
        back_up(store.connection, tmp_path / "copy.db")
    assert caught.value.exit_code is ExitCode.STATE
    assert set(tmp_path.iterdir()) == before


def test_what_a_killed_backup_left_is_swept_once_nobody_can_still_be_writing_it(store: Store, folder: Path) -> None:
    make(store, folder, NOW)
    names = [
        "dipay-000009-20261118T150000000000Z.db.0123abcd.tmp",
        "dipay-20261118T150000000000Z.db.0123abcd.tmp-journal",
    ]
    for name in (*names, "notes.tmp", "other.db.0123abcd.tmp"):
        (folder / name).touch()
    make(store, folder, NOW)
    assert all((folder / name).exists() for name in names)
    for each in folder.iterdir():
        os.utime(each, (0, 0))
    make(store, folder, NOW)
    assert {each.name for each in folder.iterdir() if each.suffix != ".db"} == {"notes.tmp", "other.db.0123abcd.tmp"}


def test_so_is_what_one_to_a_named_file_left(store: Store, tmp_path: Path) -> None:
    left, others = tmp_path / "copy.db.0123abcd.tmp", tmp_path / "copy2.db.0123abcd.tmp"
    for each in (left, others):
        each.touch()
        os.utime(each, (0, 0))
    back_up(store.connection, tmp_path / "copy.db")
    assert not left.exists()
    assert others.exists()
    assert sqlite3.connect(tmp_path / "copy.db").execute("SELECT count(*) FROM requests").fetchone() == (0,)


def test_an_old_one_that_can_t_be_taken_away_stops_nothing(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(store, folder, NOW, KEPT)
    unlink = Path.unlink

    def fails(path: Path, *, missing_ok: bool = False) -> None:
        if path.suffix == ".db":
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", fails)
    (newest,) = make(store, folder, NOW + timedelta(days=1))
    assert newest.exists()
    assert len(kept(folder)) == KEPT + 1

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from dipay.domain.outcomes import Accepted
from dipay.domain.problems import CannotGoOn
from dipay.state import decisions, schema
from dipay.state import store as store_module
from dipay.state.backup import back_up, back_up_into, backups_beside, newest_backup
from dipay.state.claims import Claimed
from dipay.state.outcomes import record
from dipay.state.schema import APPLICATION_ID, MIGRATIONS, migrate
from dipay.state.situations import situation
from dipay.state.store import Store, open_for_reading, open_for_writing
from tests.state.state_helpers import (
    DAY,
    NOW,
    TODAY,
    ask,
    assert_sound,
    claimed,
    number,
    opened,
    opened_for_writing,
    paths,
    try_claim,
)

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(CannotGoOn) as raised:
        act()
    assert raised.value.exit_code == 5
    (problem,) = raised.value.problems
    assert problem.fix
    return problem.message + " " + problem.fix


def send_one(folder: Path, guarantor_id: str = "007", to: str = number(100)) -> None:
    with opened(folder) as store:
        record(store, claimed(store, ask(guarantor_id, to)).id, Accepted(f"SM-{guarantor_id}"), now=NOW)


@posix
def test_files_are_the_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        send_one(tmp_path)
        state, marker = paths(tmp_path)
        with opened(tmp_path) as store:
            copy = back_up_into(store.connection, backups_beside(state), NOW)
    finally:
        os.umask(before)
    modes = {path: path.stat().st_mode & 0o777 for path in (state, marker, copy, state.parent, copy.parent)}
    assert modes == {state: 0o600, marker: 0o600, copy: 0o600, state.parent: 0o700, copy.parent: 0o700}
    journal = state.with_name("dipay.db-journal")
    assert not journal.exists() or journal.stat().st_mode & 0o777 == 0o600


@posix
def test_a_file_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    send_one(tmp_path)
    state, _ = paths(tmp_path)
    state.chmod(0o644)
    opened_for_writing(tmp_path).close()
    assert state.stat().st_mode & 0o777 == 0o600


def test_every_guard_is_set(store: Store) -> None:
    def pragma(name: str) -> object:
        return store.connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert pragma("journal_mode") == "truncate"
    assert pragma("synchronous") == 3
    assert pragma("busy_timeout") == 30_000
    assert pragma("foreign_keys") == 1
    assert pragma("secure_delete") == 1
    assert pragma("trusted_schema") == 0
    assert pragma("cell_size_check") == 1
    assert pragma("application_id") == APPLICATION_ID
    assert pragma("user_version") == len(MIGRATIONS)
    assert store.connection.isolation_level is None
    loose = store.connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
    )
    assert [name for (name,) in loose if not name.startswith("sqlite_")] == []


def test_reading_a_missing_file_creates_nothing(tmp_path: Path) -> None:
    state, marker = paths(tmp_path)
    with open_for_reading(state, marker) as store:
        assert store.problems == ()
        assert len(situation(store, TODAY, "twilio").accounts) == 0
    assert list(tmp_path.iterdir()) == []


def test_reading_changes_nothing(tmp_path: Path) -> None:
    send_one(tmp_path)
    state, marker = paths(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with open_for_reading(state, marker) as store:
        assert situation(store, TODAY, "twilio").of("007").campaign_began == TODAY
        with pytest.raises(sqlite3.OperationalError):
            store.connection.execute("DELETE FROM snoozes")
        with pytest.raises(RuntimeError), store.writing():
            pass
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_deleted_file_is_refused_and_never_started_anew(tmp_path: Path) -> None:
    send_one(tmp_path)
    state, marker = paths(tmp_path)
    with opened(tmp_path) as store:
        backup = back_up_into(store.connection, backups_beside(state), NOW)
    state.unlink()
    for _ in range(2):
        told = refusal(lambda: opened_for_writing(tmp_path))
        assert "is gone" in told
        assert str(backup) in told
        assert not state.exists()
    assert "is gone" in refusal(lambda: open_for_reading(state, marker))


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody delete a file that is open")
def test_a_file_deleted_while_it_is_open_takes_no_claim(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        paths(tmp_path)[0].unlink()
        assert "is gone" in refusal(lambda: try_claim(store, ask()))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda content: b"", "damaged"),
        (lambda content: b"not a database, but long enough to be read as one" * 40, "damaged"),
        (lambda content: content[: len(content) // 2], "damaged"),
        (lambda content: content[:8192] + b"\xff" * (len(content) - 8192), "damaged"),
    ],
    ids=["emptied", "another content", "cut off", "overwritten"],
)
def test_a_damaged_file_does_not_send(tmp_path: Path, harm: Callable[[bytes], bytes], said: str) -> None:
    send_one(tmp_path)
    state, _ = paths(tmp_path)
    harmed = harm(state.read_bytes())
    state.write_bytes(harmed)
    assert said in refusal(lambda: opened(tmp_path))
    assert state.read_bytes() == harmed


def test_another_state_file_is_refused(tmp_path: Path) -> None:
    send_one(tmp_path / "one")
    send_one(tmp_path / "other", "008", number(101))
    shutil.copy(paths(tmp_path / "other")[0], paths(tmp_path / "one")[0])
    assert "not the one" in refusal(lambda: opened_for_writing(tmp_path / "one"))
    state, marker = paths(tmp_path / "one")
    with open_for_reading(state, marker) as store:
        assert "not the one" in store.problems[0].message


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    state, marker = paths(tmp_path)
    state.parent.mkdir()
    other = sqlite3.connect(state)
    other.execute("CREATE TABLE theirs (id INTEGER)")
    other.close()
    before = state.read_bytes()
    assert "not a state file" in refusal(lambda: opened_for_writing(tmp_path))
    assert "not a state file" in refusal(lambda: open_for_reading(state, marker))
    assert state.read_bytes() == before


def test_a_restored_backup_waits_for_a_reconciliation(tmp_path: Path) -> None:
    send_one(tmp_path)
    state, marker = paths(tmp_path)
    with opened(tmp_path) as store:
        back_up(store.connection, tmp_path / "copy.db")
    send_one(tmp_path, "008", number(101))
    shutil.copy(tmp_path / "copy.db", state)

    with open_for_reading(state, marker) as store:
        assert "is older" in store.problems[0].message
    assert "dipay sync" in refusal(lambda: opened(tmp_path))
    with opened_for_writing(tmp_path) as store:
        assert store.needs_reconciliation
        assert "is older" in store.problems[0].message
        # Staff can go on deciding; that does not make the gap forgotten.
        for day in range(20):
            decisions.snooze(store, ["009"], until=TODAY + DAY * day, reason="Other", by="tests", now=NOW)
    assert "dipay sync" in refusal(lambda: opened(tmp_path))
    with opened_for_writing(tmp_path) as store:
        store.record_reconciled(NOW)
    send_one(tmp_path, "010", number(102))
    with opened(tmp_path) as store:
        assert_sound(store)


def test_the_right_file_put_back_after_a_restored_one_was_opened_sends_at_once(tmp_path: Path) -> None:
    send_one(tmp_path)
    with opened(tmp_path) as store:
        back_up(store.connection, tmp_path / "copy.db")
    send_one(tmp_path, "008", number(101))
    state, marker = paths(tmp_path)
    shutil.copy(state, tmp_path / "right.db")
    known = marker.read_text()
    shutil.copy(tmp_path / "copy.db", state)
    with opened_for_writing(tmp_path) as store:
        decisions.deselect(store, ["009"], day=TODAY, by="Kim", now=NOW)
    assert marker.read_text() == known, "a restored file does not stand for what it lacks"
    shutil.copy(tmp_path / "right.db", state)
    send_one(tmp_path, "010", number(102))


def test_a_backup_that_went_on_elsewhere_is_noticed(tmp_path: Path) -> None:
    send_one(tmp_path)
    with opened(tmp_path) as store:
        back_up(store.connection, tmp_path / "copy.db")
    send_one(tmp_path, "008", number(101))
    state, marker = paths(tmp_path)
    shutil.copytree(tmp_path, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("elsewhere"))
    shutil.copy(tmp_path / "copy.db", state)
    known = marker.read_text()
    with opened_for_writing(tmp_path) as store:
        store.record_reconciled(NOW)
    send_one(tmp_path, "011", number(103))
    # As many events or more, but other ones.
    marker.write_text(known)
    assert "dipay sync" in refusal(lambda: opened(tmp_path))


def test_an_open_store_stops_claiming_once_another_process_notes_a_restore(tmp_path: Path) -> None:
    with opened(tmp_path) as store, opened_for_writing(tmp_path) as other:
        other.note_restored(NOW, "tests")
        assert "dipay sync" in refusal(lambda: try_claim(store, ask()))


def test_a_state_without_its_marker_waits_once_it_holds_messages(tmp_path: Path) -> None:
    _, marker = paths(tmp_path)
    opened(tmp_path).close()
    marker.unlink()
    opened(tmp_path).close()
    send_one(tmp_path)
    marker.unlink()
    assert "dipay sync" in refusal(lambda: opened(tmp_path))
    assert json.loads(marker.read_text())["state_id"]


def test_an_unreadable_marker_is_refused(tmp_path: Path) -> None:
    send_one(tmp_path)
    paths(tmp_path)[1].write_text("{")
    assert "can't be read" in refusal(lambda: opened_for_writing(tmp_path))


def test_the_marker_names_the_last_claim_or_decision(tmp_path: Path) -> None:
    send_one(tmp_path)
    state, marker = paths(tmp_path)

    def events() -> list[tuple[int, str, str]]:
        with open_for_reading(state) as store:
            return [tuple(row) for row in store.connection.execute("SELECT id, hash, kind FROM events ORDER BY id")]

    def marked() -> tuple[int, str]:
        mark = json.loads(marker.read_text())
        return mark["event"], mark["hash"]

    # What came of a claim moves it no further: a file that lacks only that says "in doubt".
    claim, outcome = events()
    assert (claim[2], outcome[2]) == ("claimed", "accepted")
    assert marked() == claim[:2]
    with opened_for_writing(tmp_path) as store:
        decisions.deselect(store, ["2"], day=NOW.date(), by="ann", now=NOW)
    assert marked() == events()[-1][:2]


def test_a_newer_file_is_refused_with_its_version(tmp_path: Path) -> None:
    send_one(tmp_path)
    state, marker = paths(tmp_path)
    newer = sqlite3.connect(state)
    newer.execute("UPDATE meta SET value = '9.8.7' WHERE key = 'dipay_version'")
    newer.execute("PRAGMA user_version = 42")
    newer.commit()
    newer.close()
    for act in (lambda: opened_for_writing(tmp_path), lambda: open_for_reading(state, marker)):
        told = refusal(act)
        assert "dipay 9.8.7" in told
        assert "42" in told


def test_a_migration_backs_up_first_and_readers_need_not_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add_colour(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE runs ADD COLUMN colour TEXT")

    send_one(tmp_path)
    state, marker = paths(tmp_path)
    more = (*MIGRATIONS, add_colour)
    monkeypatch.setattr(store_module, "MIGRATIONS", more)
    monkeypatch.setattr(migrate, "__defaults__", (more,))
    before = state.read_bytes()
    with open_for_reading(state, marker) as store:
        assert situation(store, TODAY, "twilio").of("007").campaign_began == TODAY
        assert store.connection.execute("SELECT colour FROM runs").fetchall() == []
    assert state.read_bytes() == before
    opened(tmp_path).close()
    backup = newest_backup(state)
    assert backup is not None
    assert backup.name.endswith(f"-v{len(MIGRATIONS)}.db")
    copy = sqlite3.connect(backup)
    assert schema.version_of(copy) == len(MIGRATIONS)
    assert copy.execute("SELECT count(*) FROM requests").fetchone() == (1,)
    copy.close()
    with open_for_reading(state, marker) as store:
        assert schema.version_of(store.connection) == len(more)


def test_a_migration_that_fails_leaves_the_old_tables(tmp_path: Path) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE runs")
        raise ValueError("tests")

    with opened(tmp_path) as store:
        with pytest.raises(ValueError, match="tests"):
            migrate(store.connection, lambda _version: None, (*MIGRATIONS, fail))
        assert schema.version_of(store.connection) == len(MIGRATIONS)
        assert_sound(store)


def test_sqlite_that_ignores_a_guard_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dipay.state import connection

    opened(tmp_path).close()
    monkeypatch.setattr(connection, "_WRITING", (("journal_mode", "truncated"), ("synchronous", 3)))
    assert "journal_mode" in refusal(lambda: opened_for_writing(tmp_path))


def test_sending_needs_the_check(tmp_path: Path) -> None:
    with opened_for_writing(tmp_path) as store, pytest.raises(RuntimeError):
        try_claim(store, ask())


def test_a_synced_folder_sends_only_when_told(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox"
    state, marker = folder / "dipay.db", tmp_path / "marker"
    with open_for_writing(state, marker, actor="tests", now=NOW) as store:
        assert "synced folder" in refusal(store.check_may_send)
        store.check_may_send(allow_shared=True)
        assert isinstance(try_claim(store, ask()), Claimed)
    assert sorted(path.name for path in folder.iterdir() if "lock-test" in path.name) == []


def test_a_folder_that_can_not_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, not a folder")
    assert "can't be used" in refusal(lambda: opened_for_writing(tmp_path))

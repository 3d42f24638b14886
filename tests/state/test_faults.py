"""A disk that fails at any moment: always the state's own words and exit code, and the words of what was wrong first."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn, ExitCode
from dipay.state import beside, reading, run_log, troubles
from dipay.state import store as store_module
from dipay.state.claims import still_claimed
from dipay.state.connection import connect_memory
from dipay.state.purge import past_retention
from dipay.state.replies import replies
from dipay.state.run_log import RunLine, log_beside, write_line
from dipay.state.schema import migrate
from dipay.state.situations import situation
from dipay.state.store import Store, open_for_reading, open_for_writing
from dipay.state.timeline import timeline
from tests.state.state_helpers import NOW, TODAY, ask, claimed, opened, opened_for_writing, paths

EIO = OSError(errno.EIO, "Input/output error")


def breaks(store: Store) -> None:
    """From now on SQLite gives up whatever it is asked, with an error of its own."""
    store.connection.set_progress_handler(lambda: 1, 1)


def fails(*_given: object, **_named: object) -> None:
    raise EIO


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(CannotGoOn) as caught:
        act()
    assert caught.value.exit_code is ExitCode.STATE
    assert caught.value.problems[0].fix
    return str(caught.value.problems[0])


class TestReading:
    @pytest.mark.parametrize(
        "read",
        [
            reading.history,
            replies,
            lambda store: still_claimed(store, 1, NOW),
            lambda store: past_retention(store, TODAY),
            lambda store: situation(store, TODAY, "twilio"),
            lambda store: list(timeline(store, UTC)),
            lambda store: store.newest_known(),
            lambda store: store.state_id,
            lambda store: store.connection.execute("VACUUM"),
        ],
    )
    @pytest.mark.parametrize("writing", [False, True])
    def test_whatever_is_read_it_ends_in_words(
        self, read: Callable[[Store], object], writing: bool, tmp_path: Path
    ) -> None:
        with opened(tmp_path) as store:
            claimed(store, ask())

        def act() -> None:
            with opened_for_writing(tmp_path) if writing else open_for_reading(*paths(tmp_path)) as store:
                breaks(store)
                read(store)

        assert "dipay.db can't be used (interrupted)" in refusal(act)

    def test_a_mistake_of_ours_stays_one(self, tmp_path: Path) -> None:
        with pytest.raises(sqlite3.ProgrammingError), opened_for_writing(tmp_path) as store:
            store.connection.execute("SELECT ?")

    def test_what_keeps_it_from_sending_is_read_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        opened(tmp_path).close()
        monkeypatch.setattr(troubles, "damaged", fails)
        monkeypatch.setattr(Store, "quick_check", breaks)
        assert "can't be used (interrupted)" in refusal(lambda: opened(tmp_path))

    def test_so_is_the_place_it_lies_in(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dipay.state.places.shared_place", fails)
        assert "can't be used (Input/output error)" in refusal(lambda: opened(tmp_path))


class TestADiskThatLooksLikeDamage:
    """SQLite calls a file damaged whose disk fails: a backup is put back only where it is."""

    def act(self, folder: Path) -> Callable[[], None]:
        def act() -> None:
            with opened_for_writing(folder):
                raise sqlite3.DatabaseError("database disk image is malformed")

        return act

    def test_a_passing_fault(self, tmp_path: Path) -> None:
        said = refusal(self.act(tmp_path))
        assert "can't be used (database disk image is malformed; looked at again, it is whole)" in said
        assert "backup" not in said

    def test_a_disk_that_goes_on_failing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(troubles, "open_to_read", fails)
        said = refusal(self.act(tmp_path))
        assert "can't be used (Input/output error)" in said
        assert "backup" not in said

    def test_damage_is_called_so_with_what_is_wrong(self, tmp_path: Path) -> None:
        with opened(tmp_path) as store:
            claimed(store, ask())
        state, _ = paths(tmp_path)
        content = state.read_bytes()
        state.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
        said = refusal(lambda: opened(tmp_path))
        assert "is damaged (" in said
        assert "*** in database" not in said
        assert "Look for a backup" in said


class TestTheFirstWordsAreTold:
    def test_not_that_nothing_could_be_rolled_back(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with opened_for_writing(tmp_path) as store:
            connection = store.connection

            def ends_the_transaction(*_: object) -> None:
                connection.execute("ROLLBACK")
                raise EIO

            monkeypatch.setattr(store_module, "write_mark", ends_the_transaction)
            assert "(Input/output error)" in refusal(lambda: store.record_reconciled(NOW))

    def test_nor_while_the_tables_are_made(self) -> None:
        def ends_the_transaction(connection: sqlite3.Connection) -> None:
            connection.execute("ROLLBACK")
            raise EIO

        connection = connect_memory()
        with pytest.raises(OSError, match="Input/output error"):
            migrate(connection, lambda _: None, [ends_the_transaction])
        connection.close()

    def test_a_file_that_can_t_be_looked_at_is_not_gone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        state, _ = paths(tmp_path)
        with opened_for_writing(tmp_path) as store:
            stat = Path.stat

            def fails_for_it(path: Path, **given: bool) -> os.stat_result:
                if path == state:
                    raise EIO
                return stat(path, **given)

            monkeypatch.setattr(Path, "stat", fails_for_it)
            assert "can't be used (Input/output error)" in refusal(lambda: store.record_reconciled(NOW))

    def test_the_words_about_a_lost_state_need_no_backups_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with opened(tmp_path) as store:
            claimed(store, ask())
        paths(tmp_path)[0].unlink()
        monkeypatch.setattr(troubles, "newest_backup", fails)
        assert "is gone" in refusal(lambda: opened(tmp_path))


class TestWhatTellsOfALostState:
    @pytest.mark.parametrize("what", ["newest_backup", "open_to_read"])
    def test_where_it_can_t_be_read_none_is_begun(
        self, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(beside, what, fails)
        state, marker = paths(tmp_path)
        for open_it in (
            lambda: open_for_writing(state, marker, actor="tests", now=NOW),
            lambda: open_for_reading(state, marker),
        ):
            assert "can't be used (Input/output error)" in refusal(open_it)
        assert not state.exists()


def test_a_lock_that_can_t_be_given_back_costs_no_line_of_the_run_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_log, "unlock", fails)
    state = tmp_path / "dipay.db"
    for _ in range(2):
        write_line(state, RunLine(NOW, 1.0, "send", True, "outbox", 0, {}, {}))
    assert len(log_beside(state).read_text().splitlines()) == 2

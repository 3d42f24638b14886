"""The state file, opened: its guards, its write transaction, its marker. What is written is decided in other modules.

A lost log is a mass duplicate. So a state file that was used here before and is now missing, damaged or another one is
refused, and one that has gone back in time (a restored backup) does not send until it was compared with the provider.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from dipay.disk import make_folder, new_file, patiently
from dipay.domain.problems import Problem, Severity
from dipay.state import beside, places, troubles
from dipay.state.backup import back_up_into, backups_beside, sweep_backups
from dipay.state.connection import connect, connect_memory, roll_back
from dipay.state.crash import crash_point
from dipay.state.events import append_event, hash_of_event, last_event
from dipay.state.looking import is_there, look_at
from dipay.state.marker import Mark, read_mark, write_mark
from dipay.state.moments import as_text, from_text
from dipay.state.schema import APPLICATION_ID, MIGRATIONS, migrate, version_of
from dipay.state.troubles import as_refusals
from dipay.state.unfinished import sweep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

_RECONCILE: Final = "reconcile"
_NO_MARKER: Final = "no-marker"


class Store:
    """An open state file. `problems` is what a reader should be told; `may_send` is set by `open_for_sending`.

    Without a `marker` it was opened for reading. It is used in a `with`: what SQLite can't read or write in there is
    `CannotGoOn` (5) outside of it.
    """

    __slots__ = ("_file", "_marked", "actor", "connection", "marker", "may_send", "path", "problems")

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        marker: Path | None,
        actor: str,
        problems: tuple[Problem, ...],
    ) -> None:
        self.connection = connection
        self.path = path
        self.marker = marker
        self.actor = actor
        self.problems = problems
        self.may_send = False
        self._marked = -1
        self._file = _identity(path) if marker else None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            with as_refusals(self.path):
                raise error

    def close(self) -> None:
        self.connection.close()

    @property
    def state_id(self) -> str:
        return _meta(self.connection, "state_id") or ""

    @property
    def needs_reconciliation(self) -> bool:
        """Whether the file may lack messages that went out: it was restored, or is new to this machine."""
        return _meta(self.connection, _RECONCILE) is not None

    @contextmanager
    def writing(self, *, marked: bool = True) -> Iterator[sqlite3.Connection]:
        """One write transaction, on disk when the block is left; undone when it raises. `CannotGoOn` (5) if it can't.

        Without `marked` the marker stays behind until the next one: right for what came of a claim, since a file that
        lacks the claim is noticed by the claim's own mark, and one that lacks only the outcome says "in doubt".
        """
        if self.marker is None:
            raise RuntimeError("this store was opened for reading")
        with as_refusals(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self._check_still_there(self.path)
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                roll_back(self.connection)
                raise
            crash_point("committed")
            if marked:
                self._advance_marker(self.marker)

    def log(
        self,
        event: str,
        now: datetime,
        guarantor_id: str | None = None,
        request_id: int | None = None,
        by: str | None = None,
        **detail: str | int | None,
    ) -> None:
        """Adds an event in the transaction at hand. Ids and codes only, nothing typed: it is never purged."""
        append_event(
            self.connection,
            event,
            at=as_text(now),
            actor=by or self.actor,
            guarantor_id=guarantor_id,
            request_id=request_id,
            detail=detail,
        )

    def record_reconciled(self, now: datetime, by: str | None = None) -> None:
        """Says that the file was compared with the provider's log and completed: sending may go on."""
        with self.writing() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (_RECONCILE,))
            self.log("reconciled", now, by=by)

    def newest_known(self) -> datetime | None:
        """The latest moment of any event; None where there is none."""
        row = self.connection.execute("SELECT max(at) FROM events").fetchone()
        return from_text(row[0]) if row[0] else None

    def quick_check(self) -> str | None:
        """What SQLite finds wrong in the file, None when nothing. `sqlite3.OperationalError` where it can't look."""
        try:
            found = str(self.connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            found = str(error)
        # Before what is wrong stands in which of its databases.
        return None if found == "ok" else found.splitlines()[-1]

    def check_may_send(self, *, allow_shared: bool = False) -> None:
        """Lets this store send, or raises `CannotGoOn` (5) with what stands against it.

        `allow_shared`: the user said that a network share or synced folder is all right; its locks are then tried.
        """
        if self.marker is None:
            raise RuntimeError("this store was opened for reading")
        found = self.quick_check()
        if found is not None:
            raise troubles.unreadable(self.path, found)
        if self.needs_reconciliation:
            raise troubles.restored(self.path)
        shared = places.shared_place(self.path)
        if shared is not None and not allow_shared:
            raise shared
        if shared is not None:
            places.check_locks(self.path.parent)
        self.may_send = True

    def note_restored(self, now: datetime, why: str) -> None:
        """Makes sending wait for `record_reconciled`. A store that waits already is left as it is."""
        if not self.needs_reconciliation:
            with self.writing() as connection:
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_RECONCILE, as_text(now)))
                if why == _NO_MARKER:
                    # Nothing says that it is this practice's: what it read of a log may be another's.
                    connection.execute("DELETE FROM provider_logs")
                self.log("reconciliation-needed", now, why=why)

    def _check_still_there(self, path: Path) -> None:
        """Refuses to write into a file that was deleted or swapped while it was open."""
        if _identity(path) != self._file:
            raise troubles.missing(path)

    def _advance_marker(self, marker: Path) -> None:
        """Writes down how far the file has got; under the write lock, so that it only ever goes forward."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            number, digest = last_event(self.connection)
            # A restored file's marker keeps what it knew until the gap is closed.
            if number != self._marked and not self.needs_reconciliation:
                write_mark(marker, Mark(self.state_id, number, digest))
                self._marked = number
        finally:
            roll_back(self.connection)


def open_for_reading(path: Path, marker: Path | None = None) -> Store:
    """The state to look at. Creates and changes nothing; where none was used so far, an empty state.

    With the marker given, `problems` says what would keep a sending command from working. `CannotGoOn` (5): the file
    is gone or can't be read, or a newer dipay wrote it.
    """
    look_at(path, marker)
    mark = None
    with as_refusals(path):
        if marker is not None:
            mark = _mark_of(path, marker)
            _refuse_a_lost_one(path, mark)
    if not is_there(path):
        return Store(_empty(), path, None, "", ())
    with as_refusals(path):
        connection = connect(path, writing=False)
        try:
            fresh = _is_fresh(connection, path, mark)
            if fresh and marker is not None:
                _refuse_an_emptied_one(connection, path)
            if fresh or version_of(connection) < len(MIGRATIONS):
                older, connection = connection, _empty() if fresh else connect_memory()
                if not fresh:
                    older.backup(connection)
                    migrate(connection, lambda _version: None)
                older.close()
            store = Store(connection, path, None, "", ())
            if mark is not None and not fresh:
                store.problems = _reading_problems(store, path, marker, mark)
            elif marker is not None and not fresh and not _has_messages(store):
                _refuse_another_one(store, path)
        except BaseException:
            connection.close()
            raise
    return store


def open_for_writing(path: Path, marker: Path, *, actor: str, now: datetime) -> Store:
    """The state to write decisions to; made, with its folder, where neither it nor the marker was there before.

    `CannotGoOn` (5) when the file is missing, damaged, another one or a newer dipay's.
    """
    path = path.absolute()
    look_at(path, marker)
    with as_refusals(path):
        mark = _mark_of(path, marker)
        _refuse_a_lost_one(path, mark)
        _create_file(path)
        crash_point("open.created")
        _sweep_beside(path, marker)
        connection = connect(path, writing=True)
        try:
            fresh = _is_fresh(connection, path, mark)
            if fresh:
                _refuse_an_emptied_one(connection, path)
            migrate(connection, lambda version: None if fresh else _back_up_before(connection, path, version, now))
            store = Store(connection, path, marker, actor, ())
            _take_over_marker(store, marker)
            _compare_with_mark(store, path, marker, mark, now)
        except BaseException:
            connection.close()
            raise
    return store


def open_for_sending(path: Path, marker: Path, *, actor: str, now: datetime, allow_shared: bool = False) -> Store:
    """The state to claim and send with: as for writing, and checked whole, compared and on a disk that locks."""
    store = open_for_writing(path, marker, actor=actor, now=now)
    try:
        with as_refusals(path):
            store.check_may_send(allow_shared=allow_shared)
    except BaseException:
        store.close()
        raise
    return store


def _mark_of(path: Path, marker: Path) -> Mark | None:
    """The mark of a state file; where it has none yet, that under the name that once was every state file's."""
    mark = read_mark(marker)
    plain = marker.with_name(beside.PLAIN_MARKER)
    if mark is not None or plain == marker:
        return mark
    mark = read_mark(plain)
    if mark is None:
        return None
    own = _id_of(path)
    # A file that is gone or empty may be the one it means, unless that one still lies where it is the usual one.
    is_ours = own == mark.state_id if own else _id_of(plain.with_name(beside.PLAIN_STATE)) != mark.state_id
    return mark if is_ours else None


def _id_of(path: Path) -> str | None:
    """The random id of a state file; None where there is none, or none that can be read."""
    if not is_there(path):
        return None
    try:
        connection = connect(path, writing=False)
        try:
            return _meta(connection, "state_id")
        finally:
            connection.close()
    except sqlite3.Error:
        return None


def _take_over_marker(store: Store, marker: Path) -> None:
    """Gives the marker its own name where it still has the one that once was every state file's."""
    plain = marker.with_name(beside.PLAIN_MARKER)
    if plain == marker or read_mark(marker) is not None:
        return
    mark = read_mark(plain)
    if mark is not None and mark.state_id == store.state_id:
        # Another process may do the same at this moment.
        with suppress(FileNotFoundError):
            patiently(lambda: plain.replace(marker))


def _refuse_a_lost_one(path: Path, mark: Mark | None) -> None:
    """Refuses to begin one where a marker, a backup or the log of runs tells of one that is gone."""
    if is_there(path) or (mark is None and beside.sign_of_use(path) is None):
        return
    # Another process may have begun it a moment ago, and these are signs of that one.
    if not is_there(path):
        raise troubles.missing(path)


def _refuse_an_emptied_one(connection: sqlite3.Connection, path: Path) -> None:
    """The same for a file that holds nothing."""
    if beside.sign_of_use(path) is not None and _is_fresh(connection, path, None):
        raise troubles.damaged(path, "it is empty")


def _refuse_another_one(store: Store, path: Path) -> None:
    """The same for a file that no marker knows and that has no message, where backups or log tell of some."""
    sign = beside.sign_of_messages(path)
    if sign is not None and not _has_messages(store):
        raise troubles.begun_anew(path, sign)


def _has_messages(store: Store) -> bool:
    return store.connection.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None


def _compare_with_mark(store: Store, path: Path, marker: Path, mark: Mark | None, now: datetime) -> None:
    has_messages = _has_messages(store)
    if mark is None:
        # Another process may just have created both.
        mark = read_mark(marker)
    if mark is None and not has_messages:
        _refuse_another_one(store, path)
    elif mark is None:
        store.note_restored(now, _NO_MARKER)
        number, digest = last_event(store.connection)
        write_mark(marker, Mark(store.state_id, number, digest))
    elif mark is not None and mark.state_id != store.state_id:
        raise troubles.replaced(path, marker)
    elif mark is not None and hash_of_event(store.connection, mark.event) != mark.hash:
        store.note_restored(now, "behind-marker")
    store._advance_marker(marker)
    if store.needs_reconciliation:
        store.problems = troubles.restored(path).problems
    if os.name == "posix" and path.parent.stat().st_mode & 0o022:
        words = f"Others can write to the folder of the state file ({path.parent})."
        store.problems += (Problem(Severity.WARNING, words, "Make the folder yours alone: chmod 700."),)


def _reading_problems(store: Store, path: Path, marker: Path | None, mark: Mark) -> tuple[Problem, ...]:
    if marker is not None and mark.state_id != store.state_id:
        return troubles.replaced(path, marker).problems
    if store.needs_reconciliation or hash_of_event(store.connection, mark.event) != mark.hash:
        return troubles.restored(path).problems
    return ()


def _is_fresh(connection: sqlite3.Connection, path: Path, mark: Mark | None) -> bool:
    """Whether the file holds nothing yet.

    `CannotGoOn` (5) when it should hold something, is not a state file, or is a newer dipay's.
    """
    connection.execute("BEGIN")  # at one moment: another process may be making the tables
    try:
        found = int(connection.execute("PRAGMA application_id").fetchone()[0])
        version = version_of(connection)
        has_tables = connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None
    finally:
        roll_back(connection)
    if found == 0 and version == 0 and not has_tables:
        if mark is not None:
            raise troubles.damaged(path, "it is empty")
        return True
    if found != APPLICATION_ID:
        raise troubles.foreign(path)
    if version > len(MIGRATIONS):
        written_by = ""
        # Nobody knows what a newer dipay keeps where.
        with suppress(sqlite3.Error):
            written_by = _meta(connection, "dipay_version") or ""
        raise troubles.newer(path, version, len(MIGRATIONS), written_by)
    return False


def make_state_folder(path: Path) -> None:
    """Makes the state file's folder, for this user alone, where there is none. `CannotGoOn` (5) where it can't be."""
    with as_refusals(path):
        make_folder(path.parent)


def _create_file(path: Path) -> None:
    make_folder(path.parent)
    try:
        os.close(new_file(path))
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)


def _sweep_beside(path: Path, marker: Path) -> None:
    """Takes away what killed processes left half written."""
    sweep(marker.parent, lambda name: name == marker.name)
    sweep(path.parent, lambda name: name == places.LOCK_TEST)
    sweep_backups(backups_beside(path))


def _back_up_before(connection: sqlite3.Connection, path: Path, version: int, now: datetime) -> None:
    # Of a file that is only being made there is nothing to keep, and nobody should restore it.
    if version > 0 and last_event(connection)[0]:
        back_up_into(connection, backups_beside(path), now, mark=f"-v{version}")


def _empty() -> sqlite3.Connection:
    connection = connect_memory()
    migrate(connection, lambda _version: None)
    return connection


def _meta(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at the path; None when none does. A file swapped under an open connection shows here."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino

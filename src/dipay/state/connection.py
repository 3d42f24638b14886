"""One connection to the state file, with every guard SQLite offers. Nobody else calls `sqlite3.connect` on it."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from pathlib import Path

BUSY_TIMEOUT_SECONDS: Final = 30

#: What every connection sets and reads back. None of it may be left to a build's defaults.
_GUARDS: Final = (("foreign_keys", 1), ("trusted_schema", 0), ("cell_size_check", 1), ("secure_delete", 1))

#: Python's default (DELETE, FULL) and the popular WAL with NORMAL lose committed claims when the power fails, and
#: a lost claim is a second text. TRUNCATE rests on no folder operation, EXTRA syncs all before a commit returns.
_WRITING: Final = (("journal_mode", "truncate"), ("synchronous", 3))


def connect(path: Path, *, writing: bool) -> sqlite3.Connection:
    """A connection to an existing file; it never creates one. One for reading can't change anything.

    Reading opens the file writable all the same, so that SQLite can undo what a killed process left half done.
    `CannotGoOn` (5) where SQLite does not take a guard; `sqlite3.Error` where the file can't be opened.
    """
    connection = sqlite3.connect(_address(path), uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
    try:
        if not writing:
            connection.execute("PRAGMA query_only = ON")
        _set(
            connection,
            path,
            (*_GUARDS, *(_WRITING if writing else ()), ("busy_timeout", BUSY_TIMEOUT_SECONDS * 1000)),
        )
    except BaseException:
        connection.close()
        raise
    return connection


def connect_memory() -> sqlite3.Connection:
    """An empty database that is nowhere."""
    return sqlite3.connect(":memory:", isolation_level=None)


def roll_back(connection: sqlite3.Connection) -> None:
    """Ends a transaction; why it had to is to be told, not that this could not be done either."""
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _set(connection: sqlite3.Connection, path: Path, pragmas: tuple[tuple[str, int | str], ...]) -> None:
    for name, wanted in pragmas:
        connection.execute(f"PRAGMA {name} = {wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != wanted:
            raise cannot(
                ExitCode.STATE,
                f"SQLite does not keep the state file {path} safe here: {name} is {found}, not {wanted}.",
                "Put the state file on a local disk of this machine (state: in the settings).",
            )


def _address(path: Path) -> str:
    plain = path.absolute().as_posix()
    return f"file://{'' if plain.startswith('/') else '/'}{quote(plain)}?mode=rw"

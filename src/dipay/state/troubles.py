"""What can be wrong with the state file, each as the error that ends a command with exit code 5 and says what to do.

Who only reads goes on and shows its `problems` instead.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from dipay.disk import NotAPlainFile, open_to_read
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.state.backup import newest_backup
from dipay.state.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PIECE_BYTES: Final = 1 << 20


def missing(path: Path) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"The state file {path} is gone: it holds the record of who was already texted.",
        _restore(path),
    )


def damaged(path: Path, how: str) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"The state file {path} is damaged ({how}).",
        f"Keep the file under another name. {_restore(path)}",
    )


def replaced(path: Path, marker: Path) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"The state file {path} is not the one that was used here before ({marker} names another).",
        f"Put the right one back. {_restore(path)}",
    )


def begun_anew(path: Path, sign: str) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"The state file {path} holds no message, but {sign} tells of some: it is not the one that was used here.",
        f"Put the right one back. {_restore(path)}",
    )


def restored(path: Path) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"The state file {path} is older than what was sent, as after restoring a backup, or where another computer "
        "sends too: messages may be missing in it.",
        "Run `dipay sync`: it compares the file with the provider's log. Sending waits until that is done.",
    )


def newer(path: Path, version: int, known: int, written_by: str) -> CannotGoOn:
    by = f"dipay {written_by}" if written_by else "a newer dipay"
    return cannot(
        ExitCode.STATE,
        f"The state file {path} was written by {by} (state version {version}; this dipay knows up to {known}).",
        "Update dipay on this machine.",
    )


def foreign(path: Path) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"{path} is not a state file of dipay.",
        "Name the right file (state: in the settings), or a new name.",
    )


def no_file(path: Path, kind: str) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"{path}, where the state file should be, is {kind}.",
        "Name the file itself (state: in the settings); it lies on this computer's own disk.",
    )


def busy(path: Path) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"The state file {path} stayed locked by another program for 30 seconds.",
        "Wait until the other dipay has finished, then try again.",
    )


def failing(path: Path, how: str) -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"The state file {path} can't be used ({how}).",
        "Check the disk's free space, the file's permissions and that no other program holds it, then try again.",
    )


def unreadable(path: Path, how: str) -> CannotGoOn:
    """A file that SQLite calls damaged: a second look decides, since a disk that fails looks the same to it.

    Who restored a backup for a cable that was loose would lose what was written since.
    """
    try:
        with open_to_read(path, follow=False) as file:
            while file.read(_PIECE_BYTES):
                pass
        connection = connect(path, writing=False)
        try:
            is_whole = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
        finally:
            connection.close()
    except OSError as error:
        return failing(path, error.strerror or type(error).__name__)
    except sqlite3.OperationalError as error:
        return failing(path, str(error))
    except sqlite3.DatabaseError:
        is_whole = False
    return failing(path, f"{how}; looked at again, it is whole") if is_whole else damaged(path, how)


@contextmanager
def as_refusals(path: Path) -> Iterator[None]:
    """Turns what SQLite or the disk says into words with what to do. Never into silence."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise busy(path) from None
        raise failing(path, str(error)) from None
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise  # a mistake in dipay
    except sqlite3.DatabaseError as error:
        raise unreadable(path, str(error)) from None
    except NotAPlainFile as error:
        raise no_file(path, error.kind) from None
    except OSError as error:
        raise failing(path, error.strerror or type(error).__name__) from None


def _restore(path: Path) -> str:
    backup = None
    with suppress(OSError):  # the words are needed all the same
        backup = newest_backup(path)
    put_back = (
        f"Delete {path}-journal if it is there, copy the backup to {path}, then run `dipay sync`: dipay compares it "
        "with the provider's log before it sends again."
    )
    if backup is not None:
        return (
            f"The newest backup is {backup}. {put_back} Do not start an empty one: who was asked, opt-outs and snoozes "
            "would be forgotten."
        )
    return (
        f"Look for a backup (dipay-*.db) of it. {put_back} If there is none anywhere, opt-outs and snoozes are lost: "
        f"move {path.stem}.log.jsonl beside it away, and the file beside the settings whose name ends in -state-id; "
        "then `dipay send` begins a new one, once it asked the provider's log who was texted."
    )

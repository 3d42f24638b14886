"""Safe copies of the state file, and its newest good copy when one is needed.

Copying the file by hand while dipay runs makes a file that opens and lacks messages: only SQLite's own backup is safe.
"""

from __future__ import annotations

import os
import re
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dipay.domain.problems import ExitCode, cannot
from dipay.state.connection import connect
from dipay.state.crash import crash_point
from dipay.state.marker import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

KEPT: Final = 14
_NAME: Final = re.compile(r"dipay-[0-9]{8}T[0-9]{6}[0-9]{6}Z(-v[0-9]+)?\.db")


def backups_beside(path: Path) -> Path:
    """The folder where a state file's own backups lie."""
    return path.parent / f"{path.stem}-backups"


def newest_backup(path: Path) -> Path | None:
    """The newest of a state file's own backups."""
    found = _backups_in(backups_beside(path))
    return found[-1] if found else None


def back_up(source: sqlite3.Connection, target: Path) -> None:
    """Copies the state to `target`, checked and on disk before it takes the name; readable by its owner alone.

    `CannotGoOn` (5) when it can't be written or the copy is not whole; an older file at `target` then stays.
    """
    import secrets

    temporary = target.with_name(f"{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        # Created here, since SQLite would make it readable by everybody.
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        copy = connect(temporary, writing=True)
        try:
            source.backup(copy)
            crash_point("backup.copied")
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            copy.close()
        if found != "ok":
            raise cannot(
                ExitCode.STATE,
                f"The copy for {target} is not whole ({found}).",
                "Run `dipay check`; keep the older backups.",
            )
        handle = os.open(temporary, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise cannot(
            ExitCode.STATE,
            f"The backup {target} can't be written ({type(error).__name__}).",
            "Check the folder's permissions and free space.",
        ) from None
    finally:
        for leftover in (temporary, temporary.with_name(f"{temporary.name}-journal")):
            leftover.unlink(missing_ok=True)


def back_up_into(source: sqlite3.Connection, folder: Path, now: datetime, mark: str = "") -> Path:
    """Adds a backup to a folder (made if need be) and drops all but the newest; the new one's path."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"dipay-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}Z{mark}.db"
    back_up(source, target)
    for old in _backups_in(folder)[:-KEPT]:
        old.unlink(missing_ok=True)
    return target


def drop_all_but(newest: Path) -> int:
    """Deletes every other backup beside one, since they hold what was purged; how many."""
    others = [each for each in _backups_in(newest.parent) if each != newest]
    for each in others:
        each.unlink(missing_ok=True)
    return len(others)


def _backups_in(folder: Path) -> list[Path]:
    """Dipay's own backups, oldest first: other files are left alone."""
    if not folder.is_dir():
        return []
    return sorted((each for each in folder.iterdir() if _NAME.fullmatch(each.name)), key=lambda each: each.name)

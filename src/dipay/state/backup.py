"""Safe copies of the state file, and its newest good copy when one is needed.

Copying the file by hand while dipay runs makes a file that opens and lacks messages: only SQLite's own backup is safe.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dipay.disk import kind_of, make_folder, new_file, patiently, sync_folder
from dipay.domain.problems import ExitCode, cannot
from dipay.state.connection import connect
from dipay.state.crash import crash_point
from dipay.state.unfinished import sweep, unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT: Final = 14
#: Its place in the order of making, which no wrong clock changes; the moment, for people. Older ones have no place.
_NAME: Final = re.compile(r"dipay-(?:([0-9]{6,})-)?[0-9]{8}T[0-9]{12}Z(?:-v[0-9]+)?\.db")


def backups_beside(path: Path) -> Path:
    """The folder where a state file's own backups lie."""
    return path.parent / f"{path.stem}-backups"


def newest_backup(path: Path) -> Path | None:
    """The newest of a state file's own backups; None where there is none. `OSError` where nobody can know."""
    return next(reversed(_backups_in(backups_beside(path))), None)


def is_backup(name: str) -> bool:
    """Whether a file of that name is one of a state file's own backups."""
    return _NAME.fullmatch(name) is not None


def back_up(source: sqlite3.Connection, target: Path) -> None:
    """Copies the state to `target`, checked and on disk before it takes the name; readable by its owner alone.

    `CannotGoOn`: 2 where anything lies at `target`, which then stays as it is; 5 where the copy can't be written or is
    not whole.
    """
    temporary = unfinished(target)
    with _as_refusals(target):
        if kind_of(target, follow=False):
            raise FileExistsError
        sweep(target.parent, lambda name: name == target.name)
        try:
            # Created here, since SQLite would make it readable by everybody.
            os.close(new_file(temporary))
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
            _place(temporary, target)
        finally:
            for leftover in (temporary, temporary.with_name(f"{temporary.name}-journal")):
                with suppress(OSError):
                    leftover.unlink(missing_ok=True)


def _place(temporary: Path, target: Path) -> None:
    """Gives the copy its name, unless somebody else took it meanwhile."""
    os.close(new_file(target))
    try:
        patiently(lambda: temporary.replace(target))
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise
    sync_folder(target.parent)


def back_up_into(source: sqlite3.Connection, folder: Path, now: datetime, mark: str = "") -> Path:
    """Adds a backup to a folder (made if need be) and drops all but the newest; the new one's path.

    The newest are those made last, whatever the clock said then.
    """
    with _as_refusals(folder):
        make_folder(folder)
        number = 1 + max((_number(each) for each, _ in _named_in(folder)), default=0)
    target = folder / f"dipay-{number:06d}-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}Z{mark}.db"
    back_up(source, target)
    with suppress(OSError):  # what can't be taken away now will be another time
        for old in _backups_in(folder)[:-KEPT]:
            old.unlink(missing_ok=True)
    sweep_backups(folder)
    return target


def sweep_backups(folder: Path) -> None:
    """Takes away what killed processes left of backups: copies that were never finished, names without a copy."""
    sweep(folder, is_backup)
    with suppress(OSError):
        for each, size in _named_in(folder):
            if not size:
                each.unlink(missing_ok=True)


def drop_all_but(newest: Path) -> int:
    """Deletes every other backup beside one, since they hold what was purged; how many. `CannotGoOn` (5): one stays."""
    folder = newest.parent
    try:
        others = [each for each in _backups_in(folder) if each != newest]
        for each in others:
            each.unlink(missing_ok=True)
    except OSError as error:
        raise cannot(
            ExitCode.STATE,
            f"The backups in {folder} hold what was purged, and can't be deleted ({error.strerror}).",
            "Check the folder's permissions and that nothing holds them open, then run `dipay purge` again.",
        ) from None
    return len(others)


def _backups_in(folder: Path) -> list[Path]:
    """Dipay's own backups, oldest first.

    An empty one is none: the process that made it died when it had its name and not yet its content.
    """
    return [each for each, size in _named_in(folder) if size]


def _named_in(folder: Path) -> list[tuple[Path, int]]:
    """The files with names of dipay's own backups and their sizes, oldest first: other files are left alone."""
    if kind_of(folder) != "a folder":
        return []
    named = [each for each in folder.iterdir() if is_backup(each.name) and kind_of(each, follow=False) == "a file"]
    return [(each, each.lstat().st_size) for each in sorted(named, key=lambda each: (_number(each), each.name))]


def _number(backup: Path) -> int:
    named = _NAME.fullmatch(backup.name)
    return int(named[1] or 0) if named else 0


@contextmanager
def _as_refusals(target: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise cannot(
            ExitCode.USAGE, f"{target} is already there, and a backup is written over nothing.", "Name another file."
        ) from None
    except (OSError, sqlite3.OperationalError) as error:
        why = (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
        raise cannot(
            ExitCode.STATE,
            f"The backup {target} can't be written ({why}).",
            "Check the folder's permissions and free space.",
        ) from None

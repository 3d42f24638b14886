"""What lies beside a state file: the name of its marker, and what shows that one was used here before.

A state that is gone, or has nothing in it, while something of it is left was lost: it is never begun anew silently.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dipay.disk import NotAPlainFile, open_to_read
from dipay.state.backup import newest_backup
from dipay.state.connection import connect
from dipay.state.run_log import log_beside, older_log_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The marker of a `dipay.db` beside the settings; once that of every state file of a folder.
PLAIN_MARKER: Final = ".dipay-state-id"
PLAIN_STATE: Final = "dipay.db"
#: What the log of runs counts of messages that went out, or may have.
_WENT_OUT: Final = ("accepted", "in_doubt")


def marker_for(folder: Path, state: Path) -> Path:
    """The marker of a state file, in the folder of the settings that name it: each state file has its own."""
    # A way through a link is the same way; a state file that is a link is the one in that place. Of links that go round
    # in a circle whoever opens something there tells.
    folder, state = Path(os.path.realpath(folder)), Path(os.path.realpath(state.parent)) / state.name
    try:
        where = os.path.relpath(state, folder)
    except ValueError:  # another drive
        where = str(state)
    if where == PLAIN_STATE:
        return folder / PLAIN_MARKER
    name = Path(os.path.normcase(where)).as_posix()
    return folder / f".{state.stem}-{hashlib.sha256(name.encode()).hexdigest()[:8]}-state-id"


def sign_of_use(path: Path) -> str | None:
    """What shows that a state file was used in that place, in words; None where nothing does.

    `OSError` where nobody can know: what can't be read may tell of one.
    """
    backup = newest_backup(path)
    return f"the backup {backup}" if backup is not None else _log_of_messages(path)


def sign_of_messages(path: Path) -> str | None:
    """What shows that messages were written into a state file in that place, in words; None where nothing does.

    `OSError` as above.
    """
    backup = newest_backup(path)
    if backup is not None and _holds_messages(backup):
        return f"the backup {backup}"
    return _log_of_messages(path)


def _holds_messages(backup: Path) -> bool:
    """Whether a backup has any request. One that can't be read may have."""
    try:
        connection = connect(backup, writing=False)
        try:
            return connection.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None
        finally:
            connection.close()
    except sqlite3.Error:
        return True


def _log_of_messages(path: Path) -> str | None:
    for log in (log_beside(path), older_log_beside(path)):
        if any(any(counts.get(each) for each in _WENT_OUT) for counts in _counts(log)):
            return f"the log of runs {log}"
    return None


def _counts(log: Path) -> Iterator[dict[str, object]]:
    """What each line of a log of runs counts. A line that can't be read counts nothing."""
    try:
        with open_to_read(log, follow=False) as file:
            content = file.read()
    except (FileNotFoundError, NotADirectoryError, NotAPlainFile):
        return
    for line in content.splitlines():
        try:
            counts = json.loads(line)["counts"]
        except (ValueError, KeyError, TypeError):
            continue
        if isinstance(counts, dict):
            yield counts

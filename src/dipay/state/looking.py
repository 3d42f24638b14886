"""What lies where the state file should, looked at before SQLite opens it: that would wait for a pipe, and change the
file of another program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dipay.disk import kind_of, open_to_read
from dipay.state import troubles
from dipay.state.connection import connect
from dipay.state.schema import APPLICATION_ID

if TYPE_CHECKING:
    from pathlib import Path

#: What every SQLite file begins with, and where in its head the number of the program is that made it.
_MAGIC: Final = b"SQLite format 3\0"
_HEAD_BYTES, _MADE_BY = 100, slice(68, 72)


def is_there(path: Path) -> bool:
    """Whether anything lies at the path. `CannotGoOn` (5) where nobody can know."""
    with troubles.as_refusals(path):
        return kind_of(path, follow=False) != ""


def look_at(path: Path, marker: Path | None) -> None:
    """`CannotGoOn` (5) where what lies there is no state file, and stays as it is. Nothing, or an empty file, may be.

    With a marker, a file that is none of dipay's was one before.
    """
    with troubles.as_refusals(path):
        if not is_there(path):
            return
        with open_to_read(path, follow=False) as file:
            head = file.read(_HEAD_BYTES)
        if not head or _is_ours(path, head):
            return
        if marker is not None and kind_of(marker, follow=False):
            raise troubles.damaged(path, "it does not begin as one")
        raise troubles.foreign(path)


def _is_ours(path: Path, head: bytes) -> bool:
    if head.startswith(_MAGIC) and int.from_bytes(head[_MADE_BY]) == APPLICATION_ID:
        return True
    journal = path.with_name(f"{path.name}-journal")
    if kind_of(journal) != "a file" or not journal.stat().st_size:
        return False
    # A process died half way through making or changing it: what it then holds SQLite alone can tell.
    connection = connect(path, writing=False)
    try:
        found = connection.execute("PRAGMA application_id").fetchone()[0]
        return bool(found == APPLICATION_ID or connection.execute("PRAGMA page_count").fetchone()[0] == 0)
    finally:
        connection.close()

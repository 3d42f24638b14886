"""The marker beside the settings: which state file was used here, and how far it had got.

It lies in another folder than the state file, so that losing, replacing or restoring the file is noticed. It never says
more than was committed, so that a crash between the two can't raise a false alarm.
"""

from __future__ import annotations

import errno
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dipay.disk import NotAPlainFile, make_folder, new_file, patiently, read_file, sync_folder
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.state.crash import crash_point
from dipay.state.unfinished import unfinished

if TYPE_CHECKING:
    from pathlib import Path

#: A mark is a line of some hundred letters.
_MOST_BYTES: Final = 4096
_WRITE_AGAIN: Final = (
    "If the state file itself is in place, delete this one and run `dipay sync`; dipay writes it again."
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The state file's random id, and the number and hash of the last event seen in it."""

    state_id: str
    event: int
    hash: str


def read_mark(path: Path) -> Mark | None:
    """The mark; None where no state file was used yet. `CannotGoOn` (5) when it can't be read: it may say "lost"."""
    try:
        content = json.loads(patiently(lambda: read_file(path, _MOST_BYTES, follow=False)))
        return Mark(str(content["state_id"]), int(content["event"]), str(content["hash"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        is_none = isinstance(error, NotAPlainFile) or error.errno == errno.EFBIG
        fix = _WRITE_AGAIN if is_none else "Check the disk and the rights of this user."
        raise _unreadable(path, f": {error.strerror}", fix) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unreadable(path, "", _WRITE_AGAIN) from None


def _unreadable(path: Path, why: str, fix: str) -> CannotGoOn:
    return cannot(ExitCode.STATE, f"{path}, which says which state file belongs here, can't be read{why}.", fix)


def write_mark(path: Path, mark: Mark) -> None:
    """Puts the mark on disk, whole or not at all, readable by its owner alone."""
    content = json.dumps({"state_id": mark.state_id, "event": mark.event, "hash": mark.hash}) + "\n"
    temporary = unfinished(path)
    try:
        make_folder(path.parent)
        with os.fdopen(new_file(temporary), "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        crash_point("marker.written")
        patiently(lambda: temporary.replace(path))
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise cannot(
            ExitCode.STATE,
            f"{path}, which says which state file belongs here, can't be written ({error.strerror}).",
            "Check the folder's permissions and free space, and that no other program holds the file open.",
        ) from None
    crash_point("marker.placed")

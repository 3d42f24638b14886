"""The marker beside the settings: which state file was used here, and how far it had got.

It lies in another folder than the state file, so that losing, replacing or restoring the file is noticed. It never says
more than was committed, so that a crash between the two can't raise a false alarm.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.state.crash import crash_point

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mark:
    """The state file's random id, and the number and hash of the last event seen in it."""

    state_id: str
    event: int
    hash: str


def read_mark(path: Path) -> Mark | None:
    """The mark; None where no state file was used yet. `CannotGoOn` (5) when it can't be read: it may say "lost"."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Mark(str(content["state_id"]), int(content["event"]), str(content["hash"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise cannot(
            ExitCode.STATE,
            f"{path}, which says which state file belongs here, can't be read.",
            "If the state file itself is in place, delete this one and run `dipay sync`; dipay writes it again.",
        ) from None


def write_mark(path: Path, mark: Mark) -> None:
    """Puts the mark on disk, whole or not at all, readable by its owner alone."""
    import secrets

    content = json.dumps({"state_id": mark.state_id, "event": mark.event, "hash": mark.hash}) + "\n"
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        crash_point("marker.written")
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise cannot(
            ExitCode.STATE,
            f"{path}, which says which state file belongs here, can't be written ({error.strerror}).",
            "Check the folder's permissions and free space.",
        ) from None
    crash_point("marker.placed")


def sync_folder(folder: Path) -> None:
    """Puts a rename on disk, where the system can (Windows has no such call)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""The run log: one JSON line a run in a file beside the state, for whoever asks later what a run did that nobody saw.

It holds codes and counts, nobody's data. What is wrong with it is its caller's to say, and keeps no run from going on.
"""

from __future__ import annotations

import errno
import json
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dipay import __version__
from dipay.disk import make_folder, open_own
from dipay.state.file_lock import try_lock, unlock
from dipay.state.moments import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

#: A log as long as this becomes the older one, of which one is kept.
MOST_BYTES: Final = 1_000_000
#: A process that holds the lock longer than this is stuck: its neighbour's line is worth more than an exact size.
_PATIENCE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class RunLine:
    """What is kept of a run. `counts` say how many of what it did, `problems` how many of each sort it met."""

    began: datetime
    seconds: float
    command: str
    unattended: bool
    provider: str
    exit_code: int
    counts: Mapping[str, int]
    problems: Mapping[str, int]


def log_beside(state: Path) -> Path:
    """Where the runs on that state file are kept."""
    return state.with_suffix(".log.jsonl")


def older_log_beside(state: Path) -> Path:
    """Where the runs before those are kept."""
    return state.with_suffix(".log.1.jsonl")


def write_line(state: Path, line: RunLine) -> None:
    """Adds the line to the log beside that state file, whole and by itself. `OSError` where it can't be."""
    log = log_beside(state)
    make_folder(log.parent)
    with _alone(log.with_suffix(".lock")) as alone:
        # A reader on Windows may keep it from being renamed: the next run tries again.
        with suppress(OSError):
            if alone and log.stat().st_size >= MOST_BYTES:
                log.replace(older_log_beside(state))
        _append(log, _as_json(line))


def _as_json(line: RunLine) -> bytes:
    content = {
        "began": as_text(line.began),
        "seconds": round(line.seconds, 1),
        "dipay": __version__,
        "command": line.command,
        "unattended": line.unattended,
        "provider": line.provider,
        "exit_code": int(line.exit_code),
        "counts": {name.replace(" ", "_"): count for name, count in line.counts.items() if count},
        "problems": dict(line.problems),
    }
    return json.dumps(content).encode() + b"\n"


@contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    """Whether nobody else writes or renames meanwhile; False where another process would not end."""
    handle = open_own(lock)
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not (alone := _may_have(handle)) and time.monotonic() < until:
            time.sleep(0.02)
        try:
            yield alone
        finally:
            # It ends with the handle, too; the line is what matters.
            if alone:
                with suppress(OSError):
                    unlock(handle)
    finally:
        os.close(handle)


def _may_have(lock: int) -> bool:
    """Whether it is this process's now; a disk that can't lock keeps no line out."""
    try:
        return try_lock(lock)
    except OSError:
        return False


def _append(log: Path, line: bytes) -> None:
    handle = open_own(log, os.O_APPEND)
    try:
        end = os.lseek(handle, 0, os.SEEK_END)
        if end:
            os.lseek(handle, end - 1, os.SEEK_SET)
            if os.read(handle, 1) != b"\n":
                # The power went, or the disk was full: what is left of that line must not spoil this one.
                line = b"\n" + line
        if os.write(handle, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(handle)

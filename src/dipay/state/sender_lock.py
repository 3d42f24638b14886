"""One sender at a time, and a good message for the one who waits.

The unique indexes of the state file are the real guard; this lock spares the second sender a useless walk. It is the
system's own file lock, so it ends with its process; the words in the file only say who holds it.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from dipay.disk import NotAPlainFile, open_own, read_file
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.state.file_lock import try_lock, unlock
from dipay.state.moments import as_text, from_text
from dipay.state.processes import Owner, this_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

#: The kind of the problem that another one sends.
_TAKEN: Final = "another sender"
_MOST_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Lease:
    """Who sends, since when."""

    who: str
    owner: Owner
    since: datetime


@contextmanager
def sender_lock(
    path: Path,
    wait_seconds: float,
    *,
    who: str,
    now: datetime,
    stop_asked: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Holds the right to send. Waits up to `wait_seconds`, or until a stop is asked for, then raises `CannotGoOn` (5)
    naming who sends since when. So it does where the lock can't be had.
    """
    with _as_refusals(path):
        handle = open_own(path)
    try:
        until = monotonic() + wait_seconds
        with _as_refusals(path):
            while not try_lock(handle):
                if stop_asked() or monotonic() >= until:
                    raise _taken(path, _read(path))
                sleep(min(0.2, max(0.0, until - monotonic())))
            _write(handle, {"who": who, "since": as_text(now), **asdict(this_process())})
        try:
            yield
        finally:
            # What ended the run is to be told, not that the lock's words could not be taken out: they bind nobody.
            with suppress(OSError):
                _write(handle, None)
            with suppress(OSError):
                unlock(handle)
    finally:
        # The system's lock ends with this, whatever went wrong before.
        with suppress(OSError):
            os.close(handle)


@contextmanager
def _as_refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = "Move it away" if isinstance(error, NotAPlainFile) else "Check the disk and the rights of this user"
        raise cannot(
            ExitCode.STATE,
            f"{path}, by which only one dipay sends at a time, can't be used: {error.strerror}.",
            f"{what}, then try again.",
        ) from None


def _taken(path: Path, lease: Lease | None) -> CannotGoOn:
    if lease is None:
        words = f"Another dipay is sending (it holds {path})."
        return cannot(ExitCode.STATE, words, "Wait until it has finished.", kind=_TAKEN)
    since = lease.since.astimezone().strftime("%Y-%m-%d %H:%M")
    return cannot(
        ExitCode.STATE,
        f"{lease.who} on {lease.owner.host} is sending since {since} (process {lease.owner.pid}).",
        "Wait until it has finished, then try again.",
        kind=_TAKEN,
    )


def _read(path: Path) -> Lease | None:
    """The words in the file, None when there are none or they are half written."""
    try:
        content = json.loads(read_file(path, _MOST_BYTES, follow=False))
        owner = Owner(str(content["host"]), int(content["pid"]), str(content["started"]))
        return Lease(str(content["who"]), owner, from_text(content["since"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _write(handle: int, content: dict[str, str | int] | None) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    if content is not None:
        os.write(handle, json.dumps(content).encode())

"""Who claims: a process on a machine, told apart from a later one with the same number."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: Systems work out when a process started from their clock, which may have been set a little since.
_SAME_START_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Owner:
    """A process. `started`, in seconds since 1970, tells it from a later one with the same `pid`; empty if unknown."""

    host: str
    pid: int
    started: str


@lru_cache(maxsize=4)
def _owner(pid: int) -> Owner:
    started = _started(pid)
    return Owner(host_name(), pid, f"{started:.2f}" if started else "")


def this_process() -> Owner:
    return _owner(os.getpid())


def host_name() -> str:
    return platform.node() or "unknown"


def is_gone(owner: Owner) -> bool:
    """Whether the process surely no longer runs. False for one on another machine: nobody here can know."""
    if owner.host != host_name():
        return False
    started = _started(owner.pid)
    if not started:
        return started is None
    try:
        return abs(started - float(owner.started)) > _SAME_START_SECONDS
    except ValueError:  # unknown, or in the words of an older dipay
        return False


def is_running(pid: int) -> bool:
    """Whether a process of that number runs on this machine, as far as anybody sees from here."""
    return _started(pid) is not None


def _started(pid: int) -> float | None:
    """When a process of this machine started; None when there is none, 0 where the system does not say."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return None
        return process.create_time()
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:
        return 0.0

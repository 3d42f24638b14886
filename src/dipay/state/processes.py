"""Who claims: a process on a machine, told apart from a later one with the same number."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Owner:
    """A process. `started` tells it from a later one with the same `pid`; empty where the system does not say."""

    host: str
    pid: int
    started: str


@lru_cache(maxsize=4)
def _owner(pid: int) -> Owner:
    return Owner(host_name(), pid, _started(pid) or "")


def this_process() -> Owner:
    return _owner(os.getpid())


def host_name() -> str:
    return platform.node() or "unknown"


def is_gone(owner: Owner) -> bool:
    """Whether the process surely no longer runs. False for one on another machine: nobody here can know."""
    if owner.host != host_name():
        return False
    started = _started(owner.pid)
    return started is None or (bool(started) and bool(owner.started) and started != owner.started)


def _started(pid: int) -> str | None:
    """When a process of this machine started, in the system's own words; None when there is none, "" if unknown."""
    if sys.platform == "win32":
        return _started_on_windows(pid)
    if sys.platform == "linux":
        return _started_on_linux(pid)
    return _started_elsewhere(pid)


def _started_on_linux(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return _exists(pid)
    # The name in brackets may hold anything; the fields are counted from behind it: state first, start time 20th.
    fields = stat.rpartition(")")[2].split()
    if not fields or fields[0] in ("Z", "X"):
        return None
    return f"{boot}:{fields[19]}"


def _exists(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        return ""
    return ""


def _started_elsewhere(pid: int) -> str | None:
    try:
        told = subprocess.run(  # noqa: S603  fixed program, a number as its argument
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return _exists(pid)
    return told.stdout.strip() or _exists(pid)


def _started_on_windows(pid: int) -> str | None:
    if sys.platform != "win32":
        return ""
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = wintypes.HANDLE
    query_limited_information, still_active, access_denied = 0x1000, 259, 5
    handle = kernel.OpenProcess(query_limited_information, False, pid)
    if not handle:
        return "" if ctypes.get_last_error() == access_denied else None
    try:
        code = wintypes.DWORD()
        if kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code)) and code.value != still_active:
            return None
        times = [wintypes.FILETIME() for _ in range(4)]
        if not kernel.GetProcessTimes(wintypes.HANDLE(handle), *(ctypes.byref(each) for each in times)):
            return ""
        return f"{times[0].dwHighDateTime}:{times[0].dwLowDateTime}"
    finally:
        kernel.CloseHandle(wintypes.HANDLE(handle))

"""Where a state file may lie: not on a network share or in a synced folder, whose locks and copies can't be trusted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, Protocol

from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.state.unfinished import unfinished

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: File systems whose server, not this machine, keeps the locks. fuse.* but for local disks' own drivers.
_NETWORK_TYPES: Final = re.compile(
    r"nfs[0-9]*|cifs|smb[0-9]*|smbfs|afpfs|webdav|davfs[0-9]*|ncpfs|afs|ceph|glusterfs|9p|drvfs|virtiofs|vboxsf|vmhgfs"
    r"|fuse\.(?!fuseblk|ntfs|exfat|lxcfs|overlay|fuse-overlayfs).*",
    re.ASCII,
)
_SYNCED_NAMES: Final = re.compile(
    r"(?i:onedrive( ?-.*)?|dropbox( ?\(.*\))?|google ?drive|my drive|googledrive-.*|icloud ?drive|mobile documents"
    r"|cloudstorage|box sync|nextcloud|owncloud|pclouddrive|syncthing)|Box"
)
_SYNCED_VARIABLES: Final = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")


class Mount(Protocol):
    """A mounted file system as `psutil.disk_partitions` tells it; `opts` are words between commas."""

    @property
    def mountpoint(self) -> str: ...
    @property
    def fstype(self) -> str: ...
    @property
    def opts(self) -> str: ...


def shared_place(path: Path) -> CannotGoOn | None:
    """What stands against keeping the state file there, None when nothing does."""
    full = Path(os.path.realpath(path))
    synced = synced_folder(full, os.environ)
    if synced is not None:
        return _unfit(f"The state file {path} lies in a synced folder ({synced}), which copies it half-written.")
    share = network_share(full, _mounts())
    if share is not None:
        return _unfit(f"The state file {path} lies on a network share ({share}), whose locks can't be relied on.")
    return None


def _unfit(message: str) -> CannotGoOn:
    return cannot(ExitCode.STATE, message, "Set state: to a path on this machine's own disk, outside synced folders.")


def synced_folder(path: Path, environment: Mapping[str, str]) -> str | None:
    """The synced folder that the path lies in, as it is called or as the variable that names it; None for none."""
    for name in _SYNCED_VARIABLES:
        if environment.get(name) and path.is_relative_to(os.path.realpath(environment[name])):
            return name
    for folder in path.parents:
        if _SYNCED_NAMES.fullmatch(folder.name):
            return folder.name
        if (folder / ".stfolder").exists() or (folder / ".dropbox").is_file():
            return folder.name
    return None


def network_share(path: PurePath, mounts: Sequence[Mount]) -> str | None:
    """The kind of network share that the path lies on; None for a disk of this machine, or where nobody knows."""
    if path.drive.startswith("\\\\"):
        return "UNC path"
    under = [mount for mount in mounts if path.is_relative_to(mount.mountpoint)]
    if not under:
        return None
    # The last one mounted at the deepest point is the one that is seen.
    nearest = sorted(under, key=lambda mount: len(mount.mountpoint))[-1]
    if "remote" in nearest.opts.split(","):  # so psutil says it of Windows, whatever the server's file system
        return "mapped drive"
    return nearest.fstype if _NETWORK_TYPES.fullmatch(nearest.fstype) else None


def _mounts() -> Sequence[Mount]:
    """What is mounted here; empty where the system does not say."""
    import psutil

    try:
        return psutil.disk_partitions(all=True)
    except (OSError, psutil.Error):
        return []


#: What locks are tried on, for a moment, beside the state.
LOCK_TEST: Final = ".dipay-lock-test.db"

_TRY_TO_WRITE: Final = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    connection.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError:
    print("locked")
else:
    print("got it")
"""


def check_locks(folder: Path) -> None:
    """Tries a lock against a second process. `CannotGoOn` (5) where both get it: senders would not see each other."""
    import sqlite3

    probe = unfinished(folder / LOCK_TEST)
    try:
        connection = sqlite3.connect(probe, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("CREATE TABLE probe (id INTEGER)")
            connection.execute("BEGIN IMMEDIATE")
            while_held = _second_process(probe)
            connection.execute("ROLLBACK")
            after = _second_process(probe)
        finally:
            connection.close()
    except (OSError, sqlite3.Error, subprocess.SubprocessError):
        while_held = after = "failed"
    finally:
        for leftover in (probe, probe.with_name(f"{probe.name}-journal")):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
    if (while_held, after) != ("locked", "got it"):
        raise cannot(
            ExitCode.STATE,
            f"Locks don't work in {folder}: two programs could send the same message.",
            "Set state: to a path on this machine's own disk.",
        )


def _second_process(probe: Path) -> str:
    told = subprocess.run(  # noqa: S603  this very Python, a fixed program
        [sys.executable, "-I", "-c", _TRY_TO_WRITE, str(probe)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return told.stdout.strip()

"""Where a state file may lie: not on a network share or in a synced folder, whose locks and copies can't be trusted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dipay.domain.problems import ExitCode, Problem, cannot
from dipay.state import troubles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dipay.domain.problems import Problem

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


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: where, and its type as the system names it."""

    point: str
    type: str


def shared_place(
    path: Path, mounts: Sequence[Mount] | None = None, environment: Mapping[str, str] | None = None
) -> Problem | None:
    """What stands against keeping the state file there, None when nothing does.

    `mounts` and `environment` are this machine's when not given.
    """
    full = path.resolve()
    fix = "Set state: to a path on this machine's own disk, outside synced folders."
    synced = _synced_folder(full, os.environ if environment is None else environment)
    if synced is not None:
        return troubles.trouble(
            f"The state file {path} lies in a synced folder ({synced}), which copies it half-written.", fix
        )
    kind = _network_type(full, this_machines_mounts() if mounts is None else mounts)
    if kind is not None:
        return troubles.trouble(
            f"The state file {path} lies on a network share ({kind}), whose locks can't be relied on.", fix
        )
    return None


def _synced_folder(path: Path, environment: Mapping[str, str]) -> str | None:
    for name in _SYNCED_VARIABLES:
        if environment.get(name) and path.is_relative_to(Path(environment[name]).resolve()):
            return name
    for folder in path.parents:
        if _SYNCED_NAMES.fullmatch(folder.name):
            return folder.name
        if (folder / ".stfolder").exists() or (folder / ".dropbox").is_file():
            return folder.name
    return None


def _network_type(path: Path, mounts: Sequence[Mount]) -> str | None:
    if path.drive.startswith("\\\\"):
        return "UNC path"
    if sys.platform == "win32":
        import ctypes

        drive_remote = 4
        return "mapped drive" if ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\") == drive_remote else None
    under = [mount for mount in mounts if path.is_relative_to(mount.point)]
    if not under:
        return None
    # The last one mounted at the deepest point is the one that is seen.
    nearest = max(enumerate(under), key=lambda each: (len(Path(each[1].point).parts), each[0]))[1]
    return nearest.type if _NETWORK_TYPES.fullmatch(nearest.type) else None


def this_machines_mounts() -> list[Mount]:
    """What is mounted here; empty where the system does not say."""
    try:
        return parse_mounts(Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return _mounts_of_macos()


def parse_mounts(text: str) -> list[Mount]:
    """Mounts from the text of /proc/mounts, whose blanks are written in octal."""
    found = []
    for line in text.splitlines():
        fields = line.split(" ")
        if len(fields) >= 3:
            point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[1])
            found.append(Mount(point, fields[2]))
    return found


def _mounts_of_macos() -> list[Mount]:
    try:
        told = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return []
    lines = (re.fullmatch(r".+ on (.+) \(([a-z0-9]+)[,)].*", line) for line in told.stdout.splitlines())
    return [Mount(match[1], match[2]) for match in lines if match]


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
    import secrets
    import sqlite3

    probe = folder / f".dipay-lock-test-{secrets.token_hex(4)}.db"
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

"""What stands around a run and is none of its data: rights, owners, clock, disk, and where the token goes. For `check`.

Each fact says what was seen, also that something can't be known from here; none is a guess. Nothing is changed.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dipay.domain.hosts import host_of
from dipay.domain.problems import Problem, Severity
from dipay.domain.setting_types import LOOPBACK
from dipay.messaging import CLOCK_MARGIN
from dipay.services.access_lists import access_of_everybody, command_for
from dipay.state.backup import backups_beside
from dipay.state.run_log import log_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dipay.office import Office

#: With less than this beside it the state, its backup and the log of runs may soon not be written any more.
LEAST_FREE_BYTES: Final = 200_000_000
_TWILIO: Final = "twilio.com"
#: The device of a file system, by its number; the links in it lead to what it lies on.
_DEVICES: Final = Path("/sys/dev/block")
_MOUNTS: Final = Path("/proc/self/mountinfo")
_ENCRYPTED: Final = "CRYPT-"
_WRITE, _READ = 0o2, 0o4


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was looked at: its code, what was seen in words, and what somebody should do about it."""

    code: str
    words: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A file or folder by what it is. `alone`: dipay keeps it from everybody else. `decides`: who writes it, decides.

    `own`: whoever runs dipay should own it.
    """

    what: str
    path: Path
    alone: bool = False
    decides: bool = False
    own: bool = True


def surroundings(office: Office) -> Iterator[Fact]:
    """Everything around a run, each as a fact; what there is nothing to say about is left out."""
    places = [each for each in _places(office) if each.path.exists()]
    if sys.platform != "win32":
        for place in places:
            yield from _rights(place)
            yield from _owner(place)
    else:
        yield from _rights_on_windows(places)
    yield from _clock(office, places)
    folder = _nearest(office.state_path.parent)
    yield from _free_space(folder)
    yield Fact("disk-encryption", f"disk encryption: {_encryption(folder)}")
    yield from _other_host(office)


def _places(office: Office) -> Iterator[_Place]:
    settings, state = office.settings, office.state_path
    yield _Place("the settings", office.loaded.path, decides=True)
    if office.loaded.path.parent != state.parent:
        yield _Place("the folder of the settings", office.loaded.path.parent, decides=True)
    if settings.messaging.provider == "twilio":
        twilio = settings.messaging.twilio
        files = {each.name for each in (twilio.account_sid, twilio.auth_token) if each.kind == "file"}
        for name in sorted(files):
            yield _Place("a secret", office.loaded.resolve(name), alone=True, decides=True)
    yield _Place("the state", state, alone=True, decides=True)
    yield _Place("the folder of the state", state.parent, decides=True)
    yield _Place("the backups", backups_beside(state), alone=True)
    yield _Place("the log of runs", log_beside(state), alone=True)
    yield _Place("the exports", office.loaded.resolve(settings.exports.folder or "."), decides=True, own=False)
    if settings.messaging.provider == "outbox":
        yield _Place("the outbox", office.loaded.resolve(settings.messaging.outbox.folder), alone=True, own=False)


def _rights(place: _Place) -> Iterator[Fact]:
    """Who else may write there, or read it; of exports, which the PMS writes, reading is told and no problem."""
    found = place.path.stat()
    shared = not _is_own_group(found.st_gid, found.st_uid)
    mode = stat.S_IMODE(found.st_mode)
    # In a folder with this bit nobody takes another's file away.
    sticky = stat.S_ISDIR(found.st_mode) and bool(mode & stat.S_ISVTX)
    for right, verb in ((_WRITE, "write"), (_READ, "read")):
        whom = "everybody" if mode & right else "the group" if shared and mode >> 3 & right else ""
        is_wrong = (place.decides or place.alone) and not sticky if right == _WRITE else place.alone
        if not whom:
            continue
        signs = f"{'go' if shared else 'o'}-{'w' if right == _WRITE and not place.alone else 'rwx'}"
        if right == _READ and place.what == "the exports":
            yield Fact("modes", f"{place.what}: {whom} on this computer may read them")
        if is_wrong:
            severity = Severity.ERROR if right == _WRITE and whom == "everybody" else Severity.WARNING
            yield Fact(
                "modes",
                problem=Problem(
                    severity, f"{whom} on this computer may {verb} {place.what} ({place.path}).",
                    f"Run: chmod {signs} {shlex.quote(str(place.path))}",
                ),
            )  # fmt: skip
            return


def _is_own_group(group: int, owner: int) -> bool:
    """Whether the group is its owner's own, of one member, as most systems make one for each user."""
    import grp
    import pwd

    try:
        found, name = grp.getgrgid(group), pwd.getpwuid(owner).pw_name
    except KeyError:
        return False
    return found.gr_name == name and set(found.gr_mem) <= {name}


def _rights_on_windows(places: list[_Place]) -> Iterator[Fact]:
    """The same by access lists. One problem for a folder: what lies in it has its list, and one command mends all."""
    found: dict[tuple[Path, str], list[_Place]] = {}
    unknown: list[str] = []
    for place in places:
        access = access_of_everybody(place.path)
        if access is None:
            unknown.append(place.what)
        elif access.write and (place.decides or place.alone):
            found.setdefault((_folder_of(place), "write"), []).append(place)
        elif access.read and place.alone:
            found.setdefault((_folder_of(place), "read"), []).append(place)
        elif access.read and place.what == "the exports":
            yield Fact("modes", f"{place.what}: everybody on this computer may read them")
    if unknown:
        yield Fact("modes", f"who else may read or write is not known of {', '.join(unknown)}")
    for (folder, verb), here in found.items():
        command = command_for(folder) if any(each.own for each in here) else None
        fix = f"Run: {command}" if command else "Move it into a folder of your own."
        if all(each.what == "the exports" for each in here):
            fix = "Let nobody write there but the PMS and this user; who looks after the computers can."
        severity = Severity.ERROR if verb == "write" and command else Severity.WARNING
        what = ", ".join(each.what for each in here)
        message = f"everybody on this computer may {verb} {what} ({folder})."
        yield Fact("modes", problem=Problem(severity, message, fix))


def _folder_of(place: _Place) -> Path:
    return place.path if place.path.is_dir() else place.path.parent


def _owner(place: _Place) -> Iterator[Fact]:
    """Files of another user: what dipay makes beside them that user can't read, or the other way round."""
    owner, own = place.path.stat().st_uid, os.getuid()
    if owner == own or not place.own:
        return
    yield Fact(
        "owner",
        problem=Problem(
            Severity.WARNING, f"{place.what} ({place.path}) belongs to {_name(owner)}, and dipay runs as {_name(own)}.",
            f"Run dipay as {_name(owner)}, always the same user, or give it what is its own: chown.",
        ),
    )  # fmt: skip


def _name(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def _clock(office: Office, places: list[_Place]) -> Iterator[Fact]:
    """A clock that stands before what was written down, or before dipay itself was made."""
    now = office.clock()
    written = [datetime.fromtimestamp(each.path.stat().st_mtime, UTC) for each in places]
    latest = max(written, default=now)
    if latest > now + CLOCK_MARGIN:
        at, says = latest.astimezone(office.zone), now.astimezone(office.zone)
        yield Fact(
            "clock",
            problem=Problem(
                Severity.WARNING,
                f"this computer's clock says {says:%Y-%m-%d %H:%M}, and a file here is of {at:%Y-%m-%d %H:%M}.",
                "Have the system set the clock; `dipay check --online` holds it against the provider's.", kind="clock",
            ),
        )  # fmt: skip
    else:
        yield Fact("clock", f"clock {now.astimezone(office.zone):%Y-%m-%d %H:%M}: not before anything written down")


def _free_space(folder: Path) -> Iterator[Fact]:
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        yield Fact("disk-space", "disk: how much is free is not known")
        return
    words = f"disk: {free / 1e9:,.1f} GB free beside the state"
    problem = None
    if free < LEAST_FREE_BYTES:
        message = f"only {free // 1_000_000:,} MB are free on the disk of the state ({folder})."
        problem = Problem(Severity.WARNING, message, "Make room: what can't be written down is not sent.")
    yield Fact("disk-space", words, problem)


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that is there already."""
    return next((each for each in (folder, *folder.parents) if each.exists()), Path())


def _encryption(folder: Path) -> str:
    """What the system says of the encryption of the disk below a folder; never more than that."""
    if sys.platform == "linux":
        if _is_on_dm_crypt(folder):
            return "on (dm-crypt, by the system's word)"
        ask = "look with `lsblk -f`; a drive may also encrypt by itself"
    else:
        ask = "`fdesetup status` says it" if sys.platform == "darwin" else "`manage-bde -status` says it"
    return f"not known from here; {ask}"


def _is_on_dm_crypt(folder: Path) -> bool:
    try:
        numbers = [_number(folder.stat().st_dev), *_mounted_from(folder.resolve())]
        return any(_lies_on_crypt(_DEVICES / each) for each in numbers)
    except OSError:
        return False


def _number(device: int) -> str:
    return f"{os.major(device)}:{os.minor(device)}"


def _mounted_from(folder: Path) -> Iterator[str]:
    """The device of the mount that a folder is in; a file system of several devices has a number that is none's."""
    deepest, source = -1, ""
    for line in _MOUNTS.read_text("utf-8", "replace").splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].replace("\\040", " "))
        # Of two mounts at one point the later one is seen.
        if folder.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, source = len(point.parts), after.split()[1]
    if source.startswith("/dev/") and Path(source).exists():
        yield _number(Path(source).stat().st_rdev)


def _lies_on_crypt(device: Path, depth: int = 8) -> bool:
    """Whether the device, or every one that it is made of (a volume group, a RAID), is an encrypted one."""
    uuid = device / "dm" / "uuid"
    if uuid.exists() and uuid.read_text().startswith(_ENCRYPTED):
        return True
    below = list((device / "slaves").glob("*"))
    return depth > 0 and bool(below) and all(_lies_on_crypt(each.resolve(), depth - 1) for each in below)


def _other_host(office: Office) -> Iterator[Fact]:
    """Where the token and every message go, if that is not the provider."""
    base = office.settings.messaging.twilio.base_url
    if office.settings.messaging.provider != "twilio" or base is None:
        return
    host = host_of(base)
    if host == _TWILIO or host.endswith(f".{_TWILIO}"):
        return
    if host in LOOPBACK:
        severity = Severity.NOTE
        message = "the token and every message go to this computer itself: to a test double, or a proxy."
    else:
        severity = Severity.WARNING
        message = f"the token and every message go to {host}, which is not Twilio."
    yield Fact(
        "other-host",
        problem=Problem(
            severity, message, "Take base_url out, unless it is meant.", office.loaded.path.name,
            key="messaging.twilio.base_url",
        ),
    )  # fmt: skip

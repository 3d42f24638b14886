"""Who else may write or read a file on Windows, where modes are nothing: by the access list that `icacls` saves.

What it saves is SDDL, which names groups alike in every language of Windows; what it prints is "Everyone" or "Jeder".
"""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

#: Groups that hold everybody who uses the computer or its network, in the letters of SDDL and as they are numbered.
_EVERYBODY: Final = re.compile(
    r"WD|AU|BU|BG|AN|IU|NU|DU|DG|S-1-1-0|S-1-5-(?:2|4|7|11)|S-1-5-32-54[56]|S-1-5-21(?:-[0-9]+){3}-51[34]"
)
#: An entry: its kind, flags, rights and whose they are. What stands between is of other objects than files.
_ENTRY: Final = re.compile(r"\((X?[AD]);([A-Z]*);([^;()]*);[^;()]*;[^;()]*;([^;()]+)")
#: The letters of SDDL for rights, as far as they let somebody change a file or look into it.
_LETTERS: Final = {
    "FA": 0x1F01FF, "FR": 0x120089, "FW": 0x120116, "FX": 0x1200A0, "GA": 0x10000000, "GR": 0x80000000,
    "GW": 0x40000000, "SD": 0x10000, "WD": 0x40000, "WO": 0x80000, "CC": 0x1, "DC": 0x2, "LC": 0x4, "DT": 0x40,
}  # fmt: skip
#: Data, names in a folder, deleting, the list itself, the owner; and all of them by one bit.
_WRITES: Final = 0x2 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x40000000 | 0x10000000
_READS: Final = 0x1 | 0x80000000 | 0x10000000
#: An entry that is only handed on to what is made in the folder.
_HANDED_ON: Final = re.compile(r"(?:[A-Z]{2})*IO(?:[A-Z]{2})*")
#: A share whose server is away is asked in vain, once for each place.
_PATIENCE_SECONDS: Final = 5.0
#: The system and the administrators, whose groups have other names in other languages.
_ALWAYS: Final = ("*S-1-5-18", "*S-1-5-32-544")


@dataclass(frozen=True, slots=True)
class Access:
    """What everybody on the computer, or in its network, may do with a file or folder."""

    write: bool
    read: bool


def access_of_everybody(path: Path) -> Access | None:
    """What the system says; None where it does not, as on another system's disk. Changes nothing, raises nothing."""
    root = os.environ.get("SYSTEMROOT")
    if not root:
        return None
    # By its whole path: Windows looks for a program in the current folder first.
    program = Path(root, "System32", "icacls.exe")
    try:
        with TemporaryDirectory(prefix="dipay-") as folder:
            saved = Path(folder, "list")
            subprocess.run(  # noqa: S603  the system's own program
                [str(program), str(path), "/save", str(saved), "/q"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=_PATIENCE_SECONDS, check=True,
            )  # fmt: skip
            return read_saved(saved.read_bytes())
    except (OSError, subprocess.SubprocessError):
        return None


def read_saved(content: bytes) -> Access | None:
    """What is in a file that `icacls` saved of one path: its name, then its list, in UTF-16 with or without a mark."""
    text = content.decode("utf-16-le", "replace").removeprefix("\ufeff")
    found = [line for line in text.splitlines() if line.startswith("D:")]
    return read_access(found[-1]) if found else None


def read_access(sddl: str) -> Access:
    """What a list gives to everybody: what entries grant, less what others deny to the same group."""
    if "NO_ACCESS_CONTROL" in sddl:
        return Access(write=True, read=True)
    granted: dict[str, int] = {}
    denied: dict[str, int] = {}
    for kind, flags, rights, whose in _ENTRY.findall(sddl):
        if _EVERYBODY.fullmatch(whose) and not _HANDED_ON.fullmatch(flags):
            to = granted if kind.endswith("A") else denied
            to[whose] = to.get(whose, 0) | _bits(rights)
    left = 0
    for whose, bits in granted.items():
        left |= bits & ~denied.get(whose, 0)
    return Access(write=bool(left & _WRITES), read=bool(left & _READS))


def _bits(rights: str) -> int:
    with suppress(ValueError):
        return int(rights, 0)
    return sum(_LETTERS.get(rights[at : at + 2], 0) for at in range(0, len(rights), 2))


def command_for(folder: Path) -> str | None:
    """What gives the folder, with all in it, to this user alone; None for one that others need, such as a drive."""
    public = os.environ.get("PUBLIC")
    if folder == folder.parent or (public and folder.is_relative_to(public)):
        return None
    user = "\\".join(os.environ[name] for name in ("USERDOMAIN", "USERNAME") if os.environ.get(name))
    grants = " ".join(f'"{each}:(OI)(CI)F"' for each in (user or "%USERNAME%", *_ALWAYS))
    return f'icacls "{folder}" /inheritance:r /grant:r {grants}'

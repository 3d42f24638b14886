"""Files that are written under a name of their own before they take their place, and what killed processes left of
them: copies of the state, marks. They hold what a purge takes, so none may stay for ever.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from dipay.disk import kind_of
from dipay.state.processes import is_running

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: The name to be, the number of the process that writes it (older ones do not say), and what keeps two of it apart;
#: or SQLite's own file beside that.
_NAME: Final = re.compile(r"(.+)\.(?:([0-9]{1,10})-)?[0-9a-f]{8}\.tmp(?:-journal)?")
#: Nothing takes as long to be written: where processes can't be seen, as from another container, time tells.
_LONGEST_SECONDS: Final = 3600.0


def unfinished(target: Path) -> Path:
    """A new name for what will be `target` once it is whole."""
    return target.with_name(f"{target.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")


def sweep(folder: Path, is_ours: Callable[[str], bool]) -> None:
    """Takes away what processes that are gone left unfinished in a folder, of names to be that are `is_ours`.

    What is no plain file is none of it. What can't be taken away now will be another time: that stops nobody.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        # The folder of the settings may be that of a year's exports.
        found = [named for entry in entries if ".tmp" in entry.name and (named := _NAME.fullmatch(entry.name))]
        for named in found:
            if is_ours(named[1]):
                with suppress(OSError):
                    _take_away(folder / named[0], named[2])


def _take_away(path: Path, writer: str | None) -> None:
    if kind_of(path, follow=False) != "a file":
        return
    is_old = abs(time.time() - path.lstat().st_mtime) > _LONGEST_SECONDS
    if is_old or (writer is not None and not is_running(int(writer))):
        path.unlink(missing_ok=True)

"""Plain files, opened at once or not at all, and files and folders made for this user alone.

A pipe or a device in a file's place would be waited for without end, and a link in the place of a file that dipay
writes may lead anywhere. Everything that is wrong is an `OSError` whose `strerror` says it in words.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader

T = TypeVar("T")

#: Opening waits for nobody, takes no terminal, and changes no line ends (Windows).
_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)

#: A virus scanner, a backup or another dipay holds a small file no longer than this.
_HELD_SECONDS: Final = 2.0
_LOOK_AGAIN_SECONDS: Final = 0.05

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotAPlainFile(OSError):  # noqa: N818  what lies there
    """Something else than a file; `kind` says what: "a folder", "a pipe", "a link" ..."""

    def __init__(self, kind: str) -> None:
        super().__init__(errno.EINVAL, f"it is {kind}, no plain file")
        self.kind = kind


def kind_of(path: Path, *, follow: bool = True) -> str:
    """What lies at the path: "a file", "a folder", "a pipe" ..., or "" for nothing. Opens nothing.

    A link is what it leads to, unless it leads nowhere or is not to be followed. `OSError` where nobody can know.
    """
    try:
        mode = (path.stat() if follow else path.lstat()).st_mode
    except (FileNotFoundError, NotADirectoryError):
        with suppress(FileNotFoundError, NotADirectoryError):
            if stat.S_ISLNK(path.lstat().st_mode):
                return "a link that leads nowhere"
        return ""
    return _kind(mode)


def _kind(mode: int) -> str:
    return next((words for is_it, words in _KINDS if is_it(mode)), "a file")


def open_to_read(path: Path, *, follow: bool = True) -> BufferedReader:
    """The file, to read its bytes. `follow`: also through a link, as offices keep exports."""
    return open(path, "rb", opener=partial(_open_to_read, follow=follow))


def _open_to_read(path: str, flags: int, *, follow: bool) -> int:
    # Before it is opened, since to open a device may do something; and after, since it may have been swapped.
    kind = kind_of(Path(path), follow=follow)
    if kind not in ("", "a file"):
        raise NotAPlainFile(kind)
    handle = os.open(path, flags | _AT_ONCE | (0 if follow else _NO_LINK))
    return _only_if_plain(handle)


def _only_if_plain(handle: int) -> int:
    try:
        kind = _kind(os.fstat(handle).st_mode)
    except BaseException:
        os.close(handle)
        raise
    if kind != "a file":
        os.close(handle)
        raise NotAPlainFile(kind)
    return handle


def read_file(path: Path, most_bytes: int, *, follow: bool = True) -> bytes:
    """All of a small file; one that is larger is refused, not read."""
    with open_to_read(path, follow=follow) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes:,} bytes")
    return content


def open_own(path: Path, flags: int = 0) -> int:
    """A file of dipay's own to read and write, made where there is none, for this user alone whatever the umask."""
    _refuse_a_stream(path)
    kind = kind_of(path, follow=False)
    if kind not in ("", "a file"):
        raise NotAPlainFile(kind)
    flags |= os.O_RDWR | os.O_CREAT | _AT_ONCE | _NO_LINK
    handle = _only_if_plain(patiently(lambda: os.open(path, flags, 0o600)))
    # Another user's, which may be opened all the same, stays as it is.
    with suppress(OSError):
        _close_to_others(handle)
    return handle


def new_file(path: Path) -> int:
    """A new file to write, for this user alone whatever the umask. `FileExistsError` where anything lies there."""
    _refuse_a_stream(path)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _AT_ONCE | _NO_LINK, 0o600)
    try:
        _close_to_others(handle)
    except BaseException:
        os.close(handle)
        # A name without a file would be in everybody's way.
        with suppress(OSError):
            path.unlink()
        raise
    return handle


def _refuse_a_stream(path: Path) -> None:
    """Windows takes what stands behind a colon for a hidden part of a file whose name ends before it."""
    if sys.platform == "win32" and ":" in path.name:
        raise OSError(errno.EINVAL, "a name can't have a colon in it")


def patiently(do: Callable[[], T]) -> T:
    """Does what Windows refuses while any program holds the file open: tried again for two seconds, there alone."""
    until = time.monotonic() + _HELD_SECONDS
    while True:
        try:
            return do()
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() >= until:
                raise
        time.sleep(_LOOK_AGAIN_SECONDS)


def _close_to_others(handle: int) -> None:
    if sys.platform != "win32" and os.fstat(handle).st_mode & 0o777 != 0o600:
        os.fchmod(handle, 0o600)


def make_folder(path: Path) -> None:
    """Makes the folder, and those above it that are missing, for this user alone whatever the umask.

    One that is there already stays as it is.
    """
    kind = kind_of(path)
    if kind == "a folder":
        return
    if kind:
        raise NotADirectoryError(errno.ENOTDIR, f"{path} is {kind}, no folder")
    if path.parent != path:
        make_folder(path.parent)
    # Another process may make it at the same moment.
    path.mkdir(0o700, exist_ok=True)
    if sys.platform != "win32" and path.stat().st_mode & 0o777 != 0o700:
        path.chmod(0o700)


def sync_folder(folder: Path) -> None:
    """Puts the folder's names on disk, where the system can (Windows has no such call)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""A dipay that thinks it runs on Windows: `python -X warn_default_encoding -m tests.windows.played PAGE COMMAND ...`.

Each module of dipay (nobody else's) gets another `sys`, `os` and `signal`, without what Windows lacks, no `fcntl` or
`pwd`, and an `msvcrt`. Files behave like those of Windows where that can be played: what is open is neither deleted nor
replaced; no folder is opened and nothing synced that was opened to read; modes are nothing; names that Windows can't
have are refused, and one with a colon would be a stream of another file; text has the line ends and, unless it says
otherwise, the code page `PAGE` of Windows. Paths stay those of this system.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import io
import os
import signal
import stat
import struct
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import IO, Any, Final

from tests.windows.missing import MISSING_MODULES, MISSING_NAMES

StrPath = str | os.PathLike[str]
_O_BINARY: Final = 0x8000
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
_LOCK_BYTES: Final = struct.Struct("hhqqi4x")
#: The byte that dipay locks.
FAR_BEHIND: Final = 1 << 30


def check_name(path: StrPath) -> None:
    """Refuses what Windows can't have as the last part of a path, or would take for something else."""
    name = Path(path).name
    if any(letter in '<>:"|?*\\' or ord(letter) < 32 for letter in name):
        raise OSError(errno.EINVAL, f"Invalid argument: {name!r}")
    if name != name.rstrip(". ") or name.partition(".")[0].rstrip().lower() in _RESERVED:
        raise OSError(errno.EINVAL, f"Windows would take {name!r} for another one")


def check_free(path: StrPath) -> None:
    """Refuses to delete or replace a file that any process holds open."""
    try:
        wanted = Path(path).lstat()
    except OSError:
        return
    for found in _open_files():
        if stat.S_ISREG(found.st_mode) and (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
            raise PermissionError(errno.EACCES, "The process cannot access the file: another one uses it")


def _open_files() -> Iterator[os.stat_result]:
    """What every process of this user holds open, this one's first."""
    for process in ("self", *(each for each in os.listdir("/proc") if each.isdigit())):  # noqa: PTH208  a name is enough
        # A process, or what it had open, may be gone meanwhile.
        with suppress(OSError):
            for handle in os.listdir(f"/proc/{process}/fd"):  # noqa: PTH208
                with suppress(OSError):
                    yield os.stat(f"/proc/{process}/fd/{handle}")  # noqa: PTH116


def _flags_of(handle: int) -> int:
    return fcntl.fcntl(handle, fcntl.F_GETFL)


class Locking(ModuleType):
    """The locks of `msvcrt`: of the handle, not of the process, and refused with EACCES."""

    LK_UNLCK, LK_LOCK, LK_NBLCK = 0, 1, 2

    def locking(self, handle: int, mode: int, size: int) -> None:
        """Locks that many bytes from where the file is at, or lets them go."""
        kind = fcntl.F_UNLCK if mode == self.LK_UNLCK else fcntl.F_WRLCK
        wanted = _LOCK_BYTES.pack(kind, os.SEEK_SET, os.lseek(handle, 0, os.SEEK_CUR), size, 0)
        try:
            fcntl.fcntl(handle, fcntl.F_OFD_SETLK, wanted)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None


class _Without(ModuleType):
    """A module of Python's own with other names in it, and some not at all."""

    def __init__(self, real: ModuleType, missing: frozenset[str], **others: object) -> None:
        super().__init__(real.__name__)
        self._real, self._missing = real, missing
        self.__dict__.update(others)

    def __getattr__(self, name: str) -> Any:
        if name in self._missing:
            raise AttributeError(f"Windows has no {self.__name__}.{name}", name=name, obj=self)
        return getattr(self._real, name)

    def __setattr__(self, name: str, value: object) -> None:
        # What dipay sets (`sys.stdout`) is everybody's.
        if name.startswith("_") or name in self.__dict__:
            super().__setattr__(name, value)
        else:
            setattr(self._real, name, value)


def _os_open(path: Any, flags: int, mode: int = 0o777, **given: Any) -> int:
    check_name(path)
    if os.path.isdir(path):  # noqa: PTH112
        raise PermissionError(errno.EACCES, "Permission denied")
    return os.open(path, flags & ~_O_BINARY, 0o666, **given)


def _fsync(handle: int) -> None:
    if _flags_of(handle) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, "Bad file descriptor")
    os.fsync(handle)


def _text_open(real: Callable[..., IO[Any]]) -> Callable[..., IO[Any]]:
    def opened(file: Any, mode: str = "r", *args: Any, newline: str | None = None, **given: Any) -> IO[Any]:
        if not isinstance(file, int):
            check_name(file)
        if "b" not in mode and newline is None and set(mode) & set("wax+"):
            newline = "\r\n"
        if "b" in mode:
            return real(file, mode, *args, **given)
        return real(file, mode, *args, newline=newline, **given)

    return opened


def _kill(pid: int, number: int) -> None:
    raise AssertionError("os.kill ends any process on Windows, whatever the signal")


_OTHERS: Final[Mapping[str, ModuleType]] = {
    "os": _Without(
        os, MISSING_NAMES["os"], name="nt", O_BINARY=_O_BINARY, open=_os_open, fsync=_fsync, kill=_kill,
        fdopen=_text_open(os.fdopen),
    ),
    "sys": _Without(sys, frozenset(), platform="win32"),
    "signal": _Without(signal, MISSING_NAMES["signal"], SIGBREAK=signal.SIGUSR2),
    "msvcrt": Locking("msvcrt"),
    **{
        name: _Without(__import__(name), missing)
        for name, missing in MISSING_NAMES.items()
        if name not in {"os", "signal"}
    },
}  # fmt: skip


def _import(
    name: str,
    to: Mapping[str, object] | None = None,
    local: Mapping[str, object] | None = None,
    wanted: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    if level == 0 and name in MISSING_MODULES:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    if level == 0 and name in _OTHERS:
        return _OTHERS[name]
    return __import__(name, to, local, wanted or (), level)


class _PlayedLoader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        other = {"__import__": _import, "open": _text_open(builtins.open)}
        module.__dict__["__builtins__"] = vars(builtins) | other
        super().exec_module(module)


class _PlayedFinder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "dipay" and not name.startswith("dipay."):
            return None
        found = PathFinder.find_spec(name, path, target)
        if found is not None and found.origin is not None:
            found.loader = _PlayedLoader(name, found.origin)
        return found


def _play_paths() -> None:
    """`pathlib` is nobody's own: its methods behave for everybody in this process like those of Windows."""

    def guarded(real: Callable[..., Any], *, ends: bool, names: bool) -> Callable[..., Any]:
        def method(self: Path, *args: Any, **given: Any) -> Any:
            if ends:
                check_free(self)
            if names:
                target = args[0] if args and isinstance(args[0], str | Path) else self
                check_name(target)
                if ends:
                    check_free(target)
            return real(self, *args, **given)

        return method

    for name, ends, names in (
        ("unlink", True, False), ("replace", True, True), ("rename", True, True), ("mkdir", False, True),
    ):  # fmt: skip
        setattr(Path, name, guarded(getattr(Path, name), ends=ends, names=names))
    setattr(Path, "chmod", lambda *_args, **_given: None)  # noqa: B010  nothing but "read-only" there
    real_open = Path.open

    def opened(self: Path, mode: str = "r", *args: Any, **given: Any) -> IO[Any]:
        return _text_open(real_open)(self, mode, *args, **given)

    setattr(Path, "open", opened)  # noqa: B010


def _play_streams(page: str) -> None:
    """What Python has on Windows where a program's output goes to a file or another program."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            errors = "backslashreplace" if stream is sys.stderr else "strict"
            stream.reconfigure(encoding=page, errors=errors, newline=None if stream is sys.stdin else "\r\n")


def play(page: str) -> None:
    """Has every module of dipay that is imported from now on run on a Windows with that code page."""
    if not sys.flags.warn_default_encoding:
        raise SystemExit("Run it with -X warn_default_encoding: texts without an encoding are told by that.")
    warnings.filterwarnings("error", category=EncodingWarning, module=r"dipay(\.|\Z)")
    os.umask(0)
    _play_streams(page)
    play_here()


def play_here() -> None:
    """The same without the streams, the rights and the code page, as far as that can be in a process of tests."""
    _play_paths()
    sys.meta_path.insert(0, _PlayedFinder())


if __name__ == "__main__":
    play(sys.argv.pop(1))
    from dipay.cli import main

    main()

"""Which file an export is, and what kind of file it is by its first bytes, whatever its name says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from io import BufferedReader
from pathlib import Path
from time import sleep

from dipay.disk import NotAPlainFile, kind_of, open_to_read
from dipay.domain.problems import CannotGoOn, ExitCode, cannot

#: A file that looks unfinished and is no older than this may still be growing; then it is looked at again.
_JUST_NOW = timedelta(seconds=10)
RELOOK_SECONDS = 1.0
_WAIT = "Wait until the export is finished, then run this again."

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Told a file's name, how many of its rows are read, and what share of the file that is; 1.0 once it is done with.
Watch = Callable[[str, int, float], None]


def nobody_watches(file: str, rows: int, share: float) -> None:
    """Nothing is told to anybody."""


class Format(Enum):
    """What a file holds."""

    TEXT = "text"
    SPREADSHEET = "spreadsheet"


@dataclass(frozen=True, slots=True)
class ExportFile:
    """An export as found: its path, the name to show, what it holds, its size and when it was last written."""

    path: Path
    name: str
    format: Format
    size_bytes: int
    written: datetime

    @contextmanager
    def opened(self) -> Iterator[BufferedReader]:
        """Its bytes, which may be read for as long as nobody leaves. A disk or share that fails meanwhile stops."""
        try:
            with open_to_read(self.path) as file:
                yield file
        except OSError as error:
            raise unreadable(self.name, error) from None

    def changed_since(self) -> bool:
        """Whether the file is no longer the one that was looked at. A disk or share that fails stops."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return True
        except OSError as error:
            raise unreadable(self.name, error) from None
        return (status.st_size, datetime.fromtimestamp(status.st_mtime, UTC)) != (self.size_bytes, self.written)

    def stop_if_changed(self) -> None:
        """Stops where the file was written to since it was looked at: its rows may be of two states."""
        if self.changed_since():
            raise cannot(ExitCode.EXPORTS, "changed while it was read.", _WAIT, self.name)

    def wait_for_its_end(self) -> None:
        """For a file that looks unfinished: one written just now gets a moment, and stops if it still grows."""
        if datetime.now(UTC) - self.written > _JUST_NOW:
            return
        sleep(RELOOK_SECONDS)
        if self.changed_since():
            raise cannot(ExitCode.EXPORTS, "is still being written.", _WAIT, self.name)


def newest(folder: Path, pattern: str, zone: tzinfo = UTC) -> Path:
    """The file of that name, or the newest that matches the pattern; two from the same day are ambiguous."""
    try:
        return _newest(folder, pattern, zone)
    except OSError as error:
        words, fix = (
            f"can't be looked for: {error.strerror}.",
            "Check the folder, the drive and the rights of this user.",
        )
        raise cannot(ExitCode.EXPORTS, words, fix, pattern) from None
    except (ValueError, NotImplementedError):
        raise cannot(
            ExitCode.EXPORTS,
            "is not a pattern of file names.",
            "Use a name with * in it, such as patients*.csv.",
            pattern,
        ) from None


def _newest(folder: Path, pattern: str, zone: tzinfo) -> Path:
    if Path(pattern).is_absolute():
        folder, pattern = Path(pattern).parent, Path(pattern).name
    if not any(letter in pattern for letter in "*?["):
        path = folder / pattern
        if not kind_of(path):
            raise cannot(ExitCode.EXPORTS, "there is no such file.", _what_is_there(folder), pattern)
        return path
    if not folder.is_dir():
        raise cannot(
            ExitCode.EXPORTS, f"there is no folder {folder}.", "Correct exports.folder in the settings.", pattern
        )
    # A name that begins with ~$ is Excel's mark beside a file it holds open.
    found = {path: kind_of(path) for path in folder.glob(pattern) if not path.name.startswith("~$")}
    matches = [path for path, kind in found.items() if kind == "a file"]
    if not matches:
        others = "".join(f"; {shown_name(path)} is {kind}" for path, kind in sorted(found.items()) if kind)
        raise cannot(ExitCode.EXPORTS, f"no file matches this pattern{others}.", _what_is_there(folder), pattern)
    matches.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    if len(matches) > 1:
        days = [datetime.fromtimestamp(path.stat().st_mtime, zone).date() for path in matches[:2]]
        if days[0] == days[1]:
            names = " and ".join(sorted(path.name for path in matches[:2]))
            raise cannot(
                ExitCode.EXPORTS,
                f"{names} both match and are both from {days[0]}.",
                "Move one of them away, or name the file in the settings.",
                pattern,
            )
    return matches[0]


def look_at(path: Path) -> ExportFile:
    """The file with what its first bytes say it is; a file that can't hold an export stops."""
    name = shown_name(path)
    try:
        lock = _lock_of(path)
        if lock is not None:
            raise cannot(
                ExitCode.EXPORTS,
                "is open in a spreadsheet program, which may change it.",
                f"Close it there without saving and run this again; if nobody has it open, delete {lock.name}.",
                name,
            )
        with open_to_read(path) as file:
            status = os.fstat(file.fileno())
            head = file.read(4096)
    except OSError as error:
        raise unreadable(name, error) from None
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise cannot(
            ExitCode.EXPORTS, "is empty.", "Run the export again; look whether the PMS reported an error.", name
        )
    return ExportFile(path, name, _format(head, name), status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def unreadable(name: str, error: OSError) -> CannotGoOn:
    """Why the system does not let an export be read, and what to do."""
    if isinstance(error, NotAPlainFile):
        what, fix = f"is {error.kind}, not a file.", "Name a file in the settings."
        if "link" in error.kind:
            fix = "Run the export, or correct the link or the name in the settings."
    elif isinstance(error, PermissionError):
        what = "can't be read: permission denied."
        fix = "Close it if a program has it open; else give this user the right to read it."
    else:
        what, fix = f"can't be read: {error.strerror}.", "Check the drive or the network folder."
    return cannot(ExitCode.EXPORTS, what, fix, name)


def shown_name(path: Path) -> str:
    """The file's name without letters that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in path.name)


def _lock_of(path: Path) -> Path | None:
    """The mark that Excel or LibreOffice puts beside a file it holds open."""
    marks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    return next((mark for mark in marks if mark.exists()), None)


def _format(head: bytes, name: str) -> Format:
    if head.startswith((_ZIP, _OLE)):
        return Format.SPREADSHEET
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table")) or b"<table" in head.lower():
        raise cannot(
            ExitCode.EXPORTS,
            "is a web page, not a table of text, whatever its name says.",
            "Open it in Excel or LibreOffice and save it as CSV, or export as CSV.",
            name,
        )
    if start.startswith(b"<?xml"):
        raise cannot(
            ExitCode.EXPORTS,
            "is XML, not a table of text, whatever its name says.",
            "Open it in Excel or LibreOffice and save it as CSV or XLSX, or export as CSV.",
            name,
        )
    if start.startswith(b"%pdf"):
        raise cannot(
            ExitCode.EXPORTS, "is a PDF, not a table.", "Export as CSV or Excel instead of printing to a file.", name
        )
    return Format.TEXT


def _what_is_there(folder: Path) -> str:
    if not folder.is_dir():
        return f"There is no folder {folder}: correct exports.folder in the settings."
    endings = {".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods"}
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in endings)
    if not names:
        return f"The folder {folder} holds no export at all. Save the export there, or correct exports.folder."
    shown = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    return f"In {folder} there is: {shown}. Correct the name in the settings, or run the export."

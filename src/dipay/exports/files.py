"""Which file an export is, and what kind of file it is by its first bytes, whatever its name says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import Enum
from pathlib import Path

from dipay.domain.problems import CannotGoOn, Problem, Severity

EXIT_EXPORTS = 3

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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


def stop(message: str, fix: str, file: str | None = None, **place: object) -> CannotGoOn:
    """The error that ends a command because of an export (exit code 3)."""
    row, column = place.get("row"), place.get("column")
    return CannotGoOn(
        [
            Problem(
                Severity.ERROR,
                message,
                fix,
                file=file,
                row=row if isinstance(row, int) else None,
                column=column if isinstance(column, str) else None,
            )
        ],
        EXIT_EXPORTS,
    )


def newest(folder: Path, pattern: str, zone: tzinfo = UTC) -> Path:
    """The file of that name, or the newest that matches the pattern; two from the same day are ambiguous."""
    if not any(letter in pattern for letter in "*?["):
        path = folder / pattern
        if not path.exists():
            raise stop("there is no such file.", _what_is_there(folder), pattern)
        return path
    if not folder.is_dir():
        raise stop(f"there is no folder {folder}.", "Correct exports.folder in the settings.", pattern)
    # A name that begins with ~$ is Excel's mark beside a file it holds open.
    matches = [path for path in folder.glob(pattern) if path.is_file() and not path.name.startswith("~$")]
    if not matches:
        raise stop("no file matches this pattern.", _what_is_there(folder), pattern)
    matches.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    if len(matches) > 1:
        days = [datetime.fromtimestamp(path.stat().st_mtime, zone).date() for path in matches[:2]]
        if days[0] == days[1]:
            names = " and ".join(sorted(path.name for path in matches[:2]))
            raise stop(
                f"{names} both match and are both from {days[0]}.",
                "Move one of them away, or name the file in the settings.",
                pattern,
            )
    return matches[0]


def look_at(path: Path) -> ExportFile:
    """The file with what its first bytes say it is; a file that can't hold an export stops."""
    name = path.name
    if path.is_dir():
        raise stop("is a folder, not a file.", "Name a file in the settings.", name)
    try:
        status = path.stat()
        with path.open("rb") as file:
            head = file.read(4096)
    except PermissionError:
        held = (path.parent / f"~${name}").exists()
        raise stop(
            "is open in Excel and locked." if held else "can't be read: permission denied.",
            "Close it there and run this again." if held else "Give this user the right to read it.",
            name,
        ) from None
    except OSError as error:
        raise stop(f"can't be read: {error.strerror}.", "Check the drive or the network folder.", name) from None
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise stop("is empty.", "Run the export again; look whether the PMS reported an error.", name)
    return ExportFile(path, name, _format(head, name), status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _format(head: bytes, name: str) -> Format:
    if head.startswith((_ZIP, _OLE)):
        return Format.SPREADSHEET
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table")) or b"<table" in head.lower():
        raise stop(
            "is a web page, not a table of text, whatever its name says.",
            "Open it in Excel or LibreOffice and save it as CSV, or export as CSV.",
            name,
        )
    if start.startswith(b"<?xml"):
        raise stop(
            "is XML, not a table of text, whatever its name says.",
            "Open it in Excel or LibreOffice and save it as CSV or XLSX, or export as CSV.",
            name,
        )
    if start.startswith(b"%pdf"):
        raise stop("is a PDF, not a table.", "Export as CSV or Excel instead of printing to a file.", name)
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

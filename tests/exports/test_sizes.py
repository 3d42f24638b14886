"""Files of absurd sizes, true and false ones: refused in words, with the memory of an ordinary one."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from dipay.exports.sources import text
from tests.exports.reading import LEDGER, PATIENTS, read
from tests.exports.test_spreadsheets import LEDGER_CELLS, write_ods, write_xlsx

MEGABYTE: Final = 1 << 20
_PADDING: Final = bytes(MEGABYTE).replace(b"\0", b" ")


def bloated(content: bytes, megabytes: int) -> bytes:
    """The content and so much padding behind it, deflated; made at once, for its blocks are all alike."""
    first, block, last = (zlib.compressobj(1, zlib.DEFLATED, -15) for _ in range(3))
    begun = first.compress(content) + first.flush(zlib.Z_FULL_FLUSH)
    padding = block.compress(_PADDING) + block.flush(zlib.Z_FULL_FLUSH)
    return begun + padding * megabytes + last.flush()


def with_false_size(path: Path, part: str, megabytes: int, write: Callable[..., None] = write_xlsx) -> None:
    """A workbook one of whose parts is so much larger than it says to be."""
    write(path, LEDGER_CELLS)
    with zipfile.ZipFile(path) as book:
        parts = {each.filename: book.read(each) for each in book.infolist()}
    out, entries = bytearray(), bytearray()
    for name, content in parts.items():
        packed = bloated(content, megabytes if name == part else 0)
        about = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0, zlib.crc32(content), len(packed), len(content))
        entries += b"PK\1\2" + struct.pack("<H", 20) + about
        entries += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\3\4" + about + struct.pack("<HH", len(name), 0) + name.encode() + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(entries), len(out), 0)
    path.write_bytes(out + entries + b"PK\5\6" + end)


def sparse(path: Path, head: bytes, megabytes: int = 3_000, tail: bytes = b"") -> None:
    """A file with a hole, which takes no room on the disk."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(megabytes * MEGABYTE)
        file.seek(0, os.SEEK_END)
        file.write(tail)


def _long_list(path: Path) -> None:
    """A workbook that says that the list of its parts is all of a large file."""
    end = struct.pack("<HHHHIIH", 0, 0, 9, 9, 250 * MEGABYTE, 0, 0)
    sparse(path, b"PK\3\4", 250, b"PK\5\6" + end)


def _long_list_of_large_files(path: Path) -> None:
    """The same in the words for files of more than 4 GB."""
    begin = 250 * MEGABYTE
    record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 9, 9, begin, 0)
    where = b"PK\6\7" + struct.pack("<IQI", 0, begin, 1)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    sparse(path, b"PK\3\4", 250, record + where + end)


def _deep(path: Path) -> None:
    """An OpenDocument sheet of elements within elements."""
    write_ods(path, LEDGER_CELLS)
    with zipfile.ZipFile(path) as book:
        parts = {each.filename: book.read(each) for each in book.infolist()}
    parts["content.xml"] = parts["content.xml"].replace(b"<office:body>", b"<office:body>" + b"<a>" * 20_000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
        for name, content in parts.items():
            book.writestr(name, content)


UTF_16 = LEDGER.encode("utf-16")
LONG = b"0100,2026-09-01,procedure," + b"1" * 300 * MEGABYTE
MANY_CELLS = b"1," * 50 * MEGABYTE
BOMB, LARGE, LINE = "unpacks to far more", "larger than any workbook", "a line of more than a million letters"
HOSTILE: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "false size of workbook.xml": ("xlsx", lambda path: with_false_size(path, "xl/workbook.xml", 2200), BOMB),
    "of its relations": ("xlsx", lambda path: with_false_size(path, "xl/_rels/workbook.xml.rels", 2200), BOMB),
    "of the sheet": ("xlsx", lambda path: with_false_size(path, "xl/worksheets/sheet1.xml", 2200), BOMB),
    "of the styles": ("xlsx", lambda path: with_false_size(path, "xl/styles.xml", 2200), BOMB),
    "of the texts": ("xlsx", lambda path: with_false_size(path, "xl/sharedStrings.xml", 2200), BOMB),
    "of an open sheet": ("ods", lambda path: with_false_size(path, "content.xml", 2200, write_ods), BOMB),
    "of its list": ("ods", lambda path: with_false_size(path, "META-INF/manifest.xml", 2200, write_ods), BOMB),
    "list of parts": ("xlsx", _long_list, BOMB),
    "list of parts of large files": ("xlsx", _long_list_of_large_files, BOMB),
    "hole in a workbook": ("xlsx", lambda path: sparse(path, b"PK\3\4"), LARGE),
    "hole in an old workbook": ("xls", lambda path: sparse(path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), LARGE),
    "elements in elements": ("ods", _deep, "cut off or damaged"),
    "hole in a text": ("csv", lambda path: sparse(path, LEDGER.encode()), "holds NUL bytes"),
    "hole in a text with a mark": ("csv", lambda path: sparse(path, b"\xef\xbb\xbf" + LEDGER.encode()), LINE),
    "hole in UTF-16": ("csv", lambda path: sparse(path, UTF_16), LINE),
    "a long line": ("csv", lambda path: path.write_bytes(LEDGER.encode() + LONG), LINE),
    "a long line of many cells": ("csv", lambda path: path.write_bytes(LEDGER.encode() + MANY_CELLS), LINE),
    "a long line behind a mark": ("csv", lambda path: path.write_bytes(b"\xef\xbb\xbf" + LEDGER.encode() + LONG), LINE),
    "a long line in UTF-16": ("csv", lambda path: path.write_bytes(UTF_16 + LONG), LINE),
}  # fmt: skip

#: Reads a practice's two files with 400 MB beside what Python and its libraries take when they are loaded.
PROGRAM = """
import resource, sys
from pathlib import Path
from dipay.domain.problems import CannotGoOn
from dipay.exports.reading import read_exports
from dipay.exports.sources import sheets
import python_calamine
from tests.exports.reading import plan
taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + (400 << 20),) * 2)
files = {"patients": "patients.csv", "ledger": sys.argv[2]}
try:
    read_exports(plan(Path(sys.argv[1]), files=files))
except CannotGoOn as error:
    print(int(error.exit_code), *error.problems)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says how much memory is taken, and keeps a limit of it")
@pytest.mark.parametrize("name", HOSTILE)
def test_with_the_memory_of_an_ordinary_file(name: str, tmp_path: Path) -> None:
    ending, make, words = HOSTILE[name]
    (tmp_path / "patients.csv").write_text(PATIENTS)
    make(tmp_path / f"ledger.{ending}")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), f"ledger.{ending}"]
    try:
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    finally:
        (tmp_path / f"ledger.{ending}").unlink()
    assert told.stdout.startswith(f"3 ledger.{ending}"), told.stderr
    assert words in told.stdout


def test_a_part_of_the_size_it_says_is_read(tmp_path: Path) -> None:
    with_false_size(tmp_path / "ledger.xlsx", "none", 0)
    files = {"patients": "patients.csv", "ledger": "ledger.xlsx"}
    assert read(tmp_path, PATIENTS, LEDGER, files=files).accounts.ids == read(tmp_path, PATIENTS, LEDGER).accounts.ids


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_old_line_ends_are_read_piece_by_piece(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"0100,2026-09-01,procedure,{number}.00\n" for number in range(1, 400))
    whole = read(tmp_path, PATIENTS, LEDGER + rows)
    monkeypatch.setattr(text, "LONG_BYTES", 1)
    for size in (100, 101, 102, 103, 104):
        monkeypatch.setattr(text, "_HEAD_BYTES", size)
        monkeypatch.setattr(text, "BLOCK_BYTES", size)
        found = read(tmp_path, PATIENTS, (LEDGER + rows).replace("\n", end).encode())
        assert found.reports == whole.reports
        assert found.accounts.aged.balance_cents.tolist() == whole.accounts.aged.balance_cents.tolist()

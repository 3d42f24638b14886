"""Looks into a workbook before any reader does: what would exhaust memory, and what readers silently lose.

A reader gives '' for a formula without a stored value and for an error cell; both would read as a blank estimate.
Nothing here parses XML: the parts are streamed and searched for the few marks that matter.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from dipay.exports.files import ExportFile, stop

#: A workbook that unpacks to more than this, or more than this many times its size, is no export of a dental practice.
MOST_UNPACKED_BYTES = 1_500_000_000
MOST_RATIO = 400

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# UTF-16 names of the streams in an OLE file that wraps an encrypted workbook.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_MARKS = re.compile(rb'<f[ />]|\bt="e"|<row\b[^>]*?\bhidden="(?:1|true)"|<!DOCTYPE')
_MERGED = re.compile(rb'<mergeCell\b[^>]*?\bref="[A-Z]+[0-9]+:[A-Z]+([0-9]+)"')

_WORDS = {
    b"<f": (
        "holds formulas; their results may be old or missing.",
        "Copy the sheet and paste it as values, or export as CSV.",
    ),
    b't="e"': ("holds error cells (#N/A, #REF!).", "Correct them, or export again from the PMS."),
    b"hidden": (
        "holds hidden or filtered rows; dipay can't know whether they are meant.",
        "Show all rows (Data, Clear filter) and save, or export as CSV.",
    ),
    b"<!DOCTYPE": (
        "holds a document type, which no spreadsheet program writes.",
        "Export again from the PMS.",
    ),
}


def guard(file: ExportFile) -> int:
    """Stops before a workbook is parsed that is encrypted, hostile, or holds cells that can't be trusted.

    Returns the last row that a merged cell of a visible sheet reaches, 0 for none: above the header merged cells are a
    title, below it all but the first of them would read as blank.
    """
    with file.path.open("rb") as raw:
        head = raw.read(8)
        if head == _OLE:
            if _ENCRYPTED in raw.read(1 << 20):
                raise stop(
                    "is protected by a password.",
                    "Open it in Excel, save it without a password, or export again.",
                    file.name,
                )
            return 0
    try:
        with zipfile.ZipFile(file.path) as book:
            return _guard_parts(book, file)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        raise stop(
            "can't be opened as a spreadsheet: it is cut off or damaged.",
            "Save it again in Excel, or export as CSV.",
            file.name,
        ) from None


def _guard_parts(book: zipfile.ZipFile, file: ExportFile) -> int:
    parts = book.infolist()
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if len(set(names)) != len(names):
        raise stop("holds one part twice.", "Export again from the PMS.", file.name)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(file.size_bytes, 4096):
        raise stop("unpacks to far more than it should.", "Export again from the PMS, as CSV.", file.name)
    hidden_sheets = _hidden_sheets(book)
    visible = [name for name in names if name.startswith("xl/worksheets/sheet") and name not in hidden_sheets]
    return max((_guard_sheet(book, name, file) for name in visible), default=0)


def _guard_sheet(book: zipfile.ZipFile, part: str, file: ExportFile) -> int:
    merged = 0
    for text in _streamed(book, part):
        merged = max(merged, *map(int, _MERGED.findall(text)), 0)
        found = _MARKS.search(text)
        if found is not None:
            mark = next(mark for mark in _WORDS if mark in found[0])
            message, fix = _WORDS[mark]
            near = _CELL.findall(text[: found.end() + 1])
            row = int(near[-1][1]) if near else None
            raise stop(message, fix, file.name, row=row)
        for column, row_text in _CELL.findall(text[-600:]):
            if len(column) == 3 or int(row_text) > 1_048_576:
                raise stop("has a cell far outside any table.", "Export again from the PMS, as CSV.", file.name)
    return merged


def _streamed(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that overlap by a little, so that no mark is cut in two."""
    tail = b""
    with book.open(part) as stream:
        while piece := stream.read(1 << 20):
            yield tail + piece
            tail = piece[-300:]


def _hidden_sheets(book: zipfile.ZipFile) -> set[str]:
    """The parts of hidden sheets, which are not read: what they hold does not matter."""
    try:
        workbook = book.read("xl/workbook.xml")
        relations = book.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return set()
    targets = {}
    for relation in re.findall(rb"<Relationship\b[^>]*>", relations):
        key, target = re.search(rb'\bId="([^"]+)"', relation), re.search(rb'\bTarget="([^"]+)"', relation)
        if key and target:
            targets[key[1]] = "xl/" + target[1].decode().removeprefix("/xl/")
    hidden = set()
    for sheet in re.findall(rb"<sheet\b[^>]*>", workbook):
        key = re.search(rb'\br:id="([^"]+)"', sheet)
        if key and re.search(rb'\bstate="(?:hidden|veryHidden)"', sheet) and key[1] in targets:
            hidden.add(targets[key[1]])
    return hidden

"""Looks into a workbook before any reader does: what would exhaust memory, and what readers silently lose.

A reader gives '' for a formula without a stored value and for an error cell; both would read as a blank estimate. It
gives hidden rows like any others, and only the first of merged cells has a value. Where a single cell lies far outside
the table, some readers take memory for every cell up to it and end the whole process.
"""

from __future__ import annotations

import errno
import html
import re
import zipfile
import zlib
from collections.abc import Sequence

from dipay.domain.problems import CannotGoOn
from dipay.exports.sources.files import ExportFile
from dipay.exports.sources.workbook_faults import Extent, Fault, on_sheet, stop_for
from dipay.exports.sources.workbook_parts import check_list, check_size, read_index, streamed

#: A workbook that unpacks to more than this, or more than this many times its size, is no export of a dental practice.
MOST_UNPACKED_BYTES = 1_500_000_000
MOST_RATIO = 400
#: A million rows take a third of this, in any kind of workbook.
MOST_BYTES = 300_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# UTF-16 names of the streams in an OLE file that wraps an encrypted workbook.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# Elements may have a prefix (<x:c>), attributes either kind of quotes.
# A place is taken only as far as shows that no sheet has it: with four letters or eight digits.
_CELL = re.compile(rb"""(?<!:)\br\s*=\s*["']([A-Za-z]{0,4})([0-9]{0,8})""")
_MOST_DIGITS = 7
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["']([0-9]{1,9})["']""")
_MARKS = re.compile(
    rb"""(?P<formula><(?:\w+:)?f[\s/>])
    | (?P<error>\bt\s*=\s*["']e["'])
    | (?P<hidden><(?:\w+:)?row\b[^>]*?\bhidden\s*=\s*["'](?:1|true)["'])
    | (?P<doctype><!DOCTYPE)
    | (?P<encoding>\x00)""",
    re.VERBOSE,
)
#: Without one of these a piece holds none of the marks; to look for them takes a fiftieth of the time.
_HINTS = (b"<f", b":f", b'"e"', b"'e'", b"hidden", b"<!DOCTYPE", b"\x00")
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*["'][A-Z]+([0-9]{1,9})[0-9]*:[A-Z]+([0-9]{1,9})[0-9]*["']"""
)
#: How many texts a workbook says to hold; its reader takes memory for that many.
_TEXTS = re.compile(rb"""\buniqueCount\s*=\s*["']\s*\+?0*([0-9]*)""")
_ID = re.compile(rb"""\bId\s*=\s*["']([^"']+)["']""")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']([^"']+)["']""")
_RELATION = re.compile(rb"""\b\w+:id\s*=\s*["']([^"']+)["']""")
_NAME = re.compile(rb"""\bname\s*=\s*["']([^"']*)["']""")
_STATE = re.compile(rb"""\bstate\s*=\s*["'](?:hidden|veryHidden)["']""")
_FAULTS = {
    "formula": Fault.FORMULA,
    "error": Fault.ERROR,
    "hidden": Fault.HIDDEN,
    "doctype": Fault.DOCTYPE,
    "encoding": Fault.DAMAGED,
}


def guard(file: ExportFile) -> int:
    """Stops before a workbook is parsed that is encrypted, hostile, or holds cells that can't be trusted.

    Returns the last row that cells merged over several rows reach on a visible sheet, 0 for none: above the header they
    are a title, below it all but the first of them would read as blank. Cells merged within a row hide nothing.
    """
    if file.size_bytes > MOST_BYTES:
        raise stop_for(Fault.LARGE, file)
    with file.opened() as raw:
        head = raw.read(8)
        if head == _OLE:
            content = head + raw.read(MOST_BYTES)
            if _ENCRYPTED in content[: 1 << 20]:
                raise stop_for(Fault.PASSWORD, file)
            from dipay.exports.sources.old_workbook_guard import guard_old

            return guard_old(content, file)
        check_list(raw, file)
        try:
            with zipfile.ZipFile(raw) as book:
                return _guard_parts(book, file)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise stop_for(Fault.DAMAGED, file) from None
        except (OSError, ValueError) as error:
            # A place that is not in the file; what the disk says is told by whoever opened it.
            if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
                raise
            raise stop_for(Fault.DAMAGED, file) from None


def _guard_parts(book: zipfile.ZipFile, file: ExportFile) -> int:
    parts = book.infolist()
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if len({name.casefold() for name in names}) != len(names):
        raise stop_for(Fault.PART_TWICE, file)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(file.size_bytes, 4096):
        raise stop_for(Fault.BOMB, file)
    if "content.xml" in names:
        from dipay.exports.sources.open_sheet_guard import guard_open

        return guard_open(book, file)
    if "xl/workbook.bin" in names:
        raise stop_for(Fault.BINARY, file)
    sheets = _guarded_sheets(book, names, file)
    if sheets is None:
        raise stop_for(Fault.DAMAGED, file)
    merged = 0
    for part in parts:
        if part.filename in sheets:
            try:
                merged = max(merged, _guard_sheet(book, part, file))
            except CannotGoOn as error:
                raise on_sheet(sheets[part.filename], error) from None
        elif part.filename.casefold() == "xl/sharedstrings.xml":
            if _claims_too_many_texts(book, part, file):
                raise stop_for(Fault.BOMB, file)
        else:
            check_size(book, part, file)
    return merged


def _claims_too_many_texts(book: zipfile.ZipFile, part: zipfile.ZipInfo, file: ExportFile) -> bool:
    """Whether the part says that it holds more texts than it has bytes."""
    claims = (claim for piece in streamed(book, part, file) for claim in _TEXTS.findall(piece))
    return any(len(claim) > 9 or int(claim or b"0") > part.file_size for claim in claims)


def _guard_sheet(book: zipfile.ZipFile, part: zipfile.ZipInfo, file: ExportFile) -> int:
    merged = 0
    extent = Extent(part.file_size)
    for text in streamed(book, part, file):
        if b"mergeCell" in text:
            spans = ((int(first), int(last)) for first, last in _MERGED.findall(text))
            merged = max([merged, *(last for first, last in spans if last > first)])
        cells = _CELL.findall(text)
        found = _MARKS.search(text) if any(hint in text for hint in _HINTS) else None
        if found is not None and found.lastgroup is not None:
            own = _ROW_NUMBER.search(found[0])
            near = [own[1]] if own else [row for _, row in _CELL.findall(text[: found.end() + 1]) if row]
            raise stop_for(_FAULTS[found.lastgroup], file, int(near[-1]) if near else None)
        for letters in {letters for letters, _ in cells}:
            extent.column = max(extent.column, _column(letters.upper()))
        rows = {row for _, row in cells}
        extent.row = max(extent.row, max((int(row or b"0") for row in rows), default=0))
        longest = max(map(len, rows), default=0)
        if extent.is_beyond_any_table() or longest > _MOST_DIGITS:
            raise stop_for(Fault.FAR, file)
    return merged


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _guarded_sheets(book: zipfile.ZipFile, names: Sequence[str], file: ExportFile) -> dict[str, str] | None:
    """The parts that hold visible sheets, wherever they lie, with the sheets' names; None where one has no part.

    Hidden sheets are not read: what they hold does not matter.
    """
    in_place = {
        each: each.rpartition("/")[2] for each in names if each.startswith("xl/worksheets/") and each.endswith(".xml")
    }
    try:
        workbook = read_index(book, "xl/workbook.xml", file)
        relations = read_index(book, "xl/_rels/workbook.xml.rels", file)
    except KeyError:
        return in_place
    targets: dict[bytes, set[str]] = {}
    for relation in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", relations):
        key, target = _ID.search(relation), _TARGET.search(relation)
        if key and target:
            path = target[1].decode("utf-8", "replace")
            targets.setdefault(key[1], set()).add("xl/" + path.removeprefix("/xl/").removeprefix("xl/"))
    hidden: set[str] = set()
    visible: dict[str, str] = {}
    for sheet in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", workbook):
        key = _RELATION.search(sheet)
        parts = targets.get(key[1], set()) if key else set()
        if _STATE.search(sheet):
            hidden |= parts
        elif parts and parts <= set(names):
            called = _NAME.search(sheet)
            name = html.unescape(called[1].decode("utf-8", "replace")) if called else ""
            visible |= dict.fromkeys(parts, name)
        else:
            return None
    return {part: name for part, name in in_place.items() if part not in hidden} | visible

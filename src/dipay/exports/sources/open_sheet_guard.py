"""Looks into an OpenDocument sheet (ODS) before it is read: one pass over its elements, keeping none of them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from dipay.domain.problems import CannotGoOn
from dipay.exports.sources.files import ExportFile
from dipay.exports.sources.workbook_faults import Extent, Fault, on_sheet, stop_for
from dipay.exports.sources.workbook_parts import check_size, read_index

_PART, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_ROWS = frozenset({f"{_TABLE}table-row"})
#: A cell's text is ten elements deep; each that is open takes memory.
_DEEPEST = 100
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})


def guard_open(book: zipfile.ZipFile, file: ExportFile) -> int:
    """As `workbook_guard.guard`, for an ODS."""
    if _MANIFEST in book.namelist() and b"encryption-data" in read_index(book, _MANIFEST, file):
        raise stop_for(Fault.PASSWORD, file)
    for each in book.infolist():
        check_size(book, each, file)
    walk = _Walk(file, book.getinfo(_PART).file_size)
    try:
        with book.open(_PART) as part:
            walk.parser.ParseFile(part)
    except (expat.ExpatError, ValueError):
        raise stop_for(Fault.DAMAGED, file) from None
    except CannotGoOn as error:
        raise (on_sheet(walk.sheet, error) if walk.sheet else error) from None
    return walk.merged


class _Walk:
    """Where the reading of the elements is, and what it has found."""

    def __init__(self, file: ExportFile, part_bytes: int) -> None:
        self.file, self.part_bytes = file, part_bytes
        self.merged = self.depth = 0
        self.hidden_styles: set[str] = set()
        self.style = self.sheet = ""
        self.skipped = False
        self.extent = Extent(part_bytes)
        self.groups: list[bool] = []
        self.row = self.rows = self.column = self.columns = 0
        self.row_is_hidden = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def refuse_doctype(self, *_: object) -> None:
        raise stop_for(Fault.DOCTYPE, self.file)

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise stop_for(Fault.DAMAGED, self.file)
        if name == f"{_STYLE}style":
            self.style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self.hidden_styles.add(self.style)
        elif name == f"{_TABLE}table":
            self.sheet = attributes.get(f"{_TABLE}name", "")
            self.skipped = attributes.get(f"{_TABLE}style-name", "") in self.hidden_styles
            self.extent = Extent(self.part_bytes)
            self.row = self.rows = 0
        elif self.skipped:
            return
        elif name == f"{_TABLE}table-row-group":
            self.groups.append(attributes.get(f"{_TABLE}display") == "false")
        elif name in _ROWS:
            self.row += self.rows or 1
            self.rows = int(attributes.get(f"{_TABLE}number-rows-repeated", "1"))
            self.column = self.columns = 0
            self.row_is_hidden = any(self.groups) or attributes.get(f"{_TABLE}visibility", "visible") != "visible"
        elif name in _CELLS:
            self.cell(attributes)
        elif name == f"{_TEXT}p" and self.row:
            self.filled()

    def end(self, name: str) -> None:
        self.depth -= 1
        if name == f"{_TABLE}table-row-group" and self.groups:
            self.groups.pop()

    def cell(self, attributes: Mapping[str, str]) -> None:
        self.column += self.columns
        self.columns = int(attributes.get(f"{_TABLE}number-columns-repeated", "1"))
        if f"{_TABLE}formula" in attributes:
            raise stop_for(Fault.FORMULA, self.file, self.row)
        if attributes.get(f"{_CALC}value-type") == "error":
            raise stop_for(Fault.ERROR, self.file, self.row)
        down = int(attributes.get(f"{_TABLE}number-rows-spanned", "1"))
        if down > 1:
            self.merged = max(self.merged, self.row + down - 1)
        if f"{_OFFICE}value-type" in attributes:
            self.filled()

    def filled(self) -> None:
        """The cell has a value."""
        if self.row_is_hidden:
            raise stop_for(Fault.HIDDEN, self.file, self.row)
        self.extent.row = max(self.extent.row, self.row + self.rows - 1)
        self.extent.column = max(self.extent.column, self.column + self.columns)
        if self.extent.is_beyond_any_table():
            raise stop_for(Fault.FAR, self.file)

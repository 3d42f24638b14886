"""The parts of a zipped workbook, whose sizes may be lies: each is unpacked no further than it says to be."""

from __future__ import annotations

import copy
import struct
import zipfile
from collections.abc import Iterator
from io import BufferedReader
from typing import Final

from dipay.exports.sources.files import ExportFile
from dipay.exports.sources.workbook_faults import Fault, stop_for

#: The list of a workbook's parts, which is read whole, and a part that says where others are.
_MOST_LIST_BYTES: Final = 1_000_000
_MOST_INDEX_BYTES: Final = 5_000_000
#: The end of a ZIP file: how long its list is, and a comment.
_TAIL_BYTES: Final = (1 << 16) + 100
_PIECE_BYTES: Final = 1 << 20


def check_list(raw: BufferedReader, file: ExportFile) -> None:
    """Stops where the list of the parts, which is read whole, says to be longer than any workbook's."""
    raw.seek(max(0, file.size_bytes - _TAIL_BYTES))
    if _list_bytes(raw.read(_TAIL_BYTES)) > _MOST_LIST_BYTES:
        raise stop_for(Fault.BOMB, file)


def _list_bytes(tail: bytes) -> int:
    """How long the list says to be, by the end of the file; 0 where the file has no such list."""
    end = tail.rfind(b"PK\5\6")
    if not 0 <= end <= len(tail) - 22:
        return 0
    if end >= 76 and tail[end - 20 : end - 16] == b"PK\6\7":
        return int(struct.unpack_from("<Q", tail, end - 36)[0])
    return int(struct.unpack_from("<I", tail, end + 12)[0])


def check_size(book: zipfile.ZipFile, part: zipfile.ZipInfo, file: ExportFile) -> None:
    """Stops where a part that readers take in is larger than it says to be."""
    if part.filename.casefold().endswith((".xml", ".rels")):
        for _ in streamed(book, part, file):
            pass


def read_index(book: zipfile.ZipFile, part: str, file: ExportFile) -> bytes:
    """A part that says where others are, whole. `KeyError` where there is none."""
    found = book.getinfo(part)
    if found.file_size > _MOST_INDEX_BYTES:
        raise stop_for(Fault.BOMB, file)
    with book.open(found) as stream:
        return stream.read(found.file_size)


def streamed(book: zipfile.ZipFile, part: zipfile.ZipInfo, file: ExportFile) -> Iterator[bytes]:
    """The part in pieces that overlap by a little, so that no mark is cut in two.

    It ends where the part says that it does; readers of workbooks go on, so a part that is larger stops.
    """
    tail, left = b"", part.file_size
    # Where it were to end before its bytes do, its checksum would be wrong and nothing would show that it goes on.
    longer = copy.copy(part)
    longer.file_size += 2 * _PIECE_BYTES
    with book.open(longer) as stream:
        while piece := stream.read(_PIECE_BYTES):
            left -= len(piece)
            if left < 0:
                raise stop_for(Fault.BOMB, file)
            yield tail + piece
            tail = piece[-300:]

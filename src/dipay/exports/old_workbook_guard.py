"""Looks into an old workbook (XLS) before it is read: its records are walked through, none of them is interpreted.

An XLS is a small file system (a compound file) with a stream of records, each a kind, a length and that many bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dipay.exports.files import ExportFile
from dipay.exports.workbook_faults import Extent, Fault, stop_for

_FORMULAS = frozenset({0x0006, 0x0206, 0x0406})
_CELLS = frozenset({0x0203, 0x0204, 0x0205, 0x00FD, 0x027E, 0x00BD, 0x00D6})
_BOUND_SHEET, _FILE_PASS, _BOF, _EOF = 0x0085, 0x002F, 0x0809, 0x000A
_BOOL_OR_ERROR, _ROW, _MERGED, _MULTIPLE = 0x0205, 0x0208, 0x00E5, 0x00BD
_END_OF_CHAIN = 0xFFFFFFFC


def guard_old(content: bytes, file: ExportFile) -> int:
    """As `workbook_guard.guard`, for an XLS."""
    try:
        stream = _workbook(content)
        if stream is None:
            raise stop_for(Fault.DAMAGED, file)
        return max((_guard_sheet(stream, begin, file) for begin in _visible_sheets(stream, file)), default=0)
    except (struct.error, IndexError):
        raise stop_for(Fault.DAMAGED, file) from None


def _visible_sheets(stream: bytes, file: ExportFile) -> list[int]:
    """Where the visible worksheets begin."""
    found = []
    for kind, place, _ in _records(stream, 0):
        if kind == _FILE_PASS:
            raise stop_for(Fault.PASSWORD, file)
        if kind == _BOUND_SHEET:
            begin, visibility, sheet_kind = struct.unpack_from("<IBB", stream, place)
            if visibility & 3 == 0 and sheet_kind == 0:
                found.append(begin)
    return found


def _guard_sheet(stream: bytes, begin: int, file: ExportFile) -> int:
    merged = 0
    extent = Extent(len(stream))
    for kind, place, length in _records(stream, begin):
        if kind in _FORMULAS:
            raise stop_for(Fault.FORMULA, file, _number(stream, place) + 1)
        if kind == _BOOL_OR_ERROR and stream[place + 7]:
            raise stop_for(Fault.ERROR, file, _number(stream, place) + 1)
        if kind in _CELLS:
            last = place + length - 2 if kind == _MULTIPLE else place + 2
            extent.row = max(extent.row, _number(stream, place) + 1)
            extent.column = max(extent.column, _number(stream, last) + 1)
        elif kind == _ROW and stream[place + 12] & 0x20:
            raise stop_for(Fault.HIDDEN, file, _number(stream, place) + 1)
        elif kind == _MERGED:
            ranges = range(_number(stream, place))
            merged = max([merged, *(_number(stream, place + 4 + 8 * each) + 1 for each in ranges)])
    if extent.is_beyond_any_table():
        raise stop_for(Fault.FAR, file)
    return merged


def _number(stream: bytes, place: int) -> int:
    return int.from_bytes(stream[place : place + 2], "little")


def _records(stream: bytes, begin: int) -> Iterator[tuple[int, int, int]]:
    """Each record from there to its sheet's end: kind, where its bytes begin, how many. Charts within are passed."""
    place, depth = begin, 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        place += 4
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, place, length
        place += length


def _workbook(content: bytes) -> bytes | None:
    """The stream of records in the compound file, None where there is none."""
    sector_bytes, mini_bytes = 1 << _number(content, 30), 1 << _number(content, 32)
    if sector_bytes not in (512, 4096) or mini_bytes != 64:
        return None

    def sector(number: int) -> bytes:
        return content[(number + 1) * sector_bytes : (number + 2) * sector_bytes]

    def numbers(piece: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(piece) // 4}I", piece[: len(piece) // 4 * 4])

    tables = [each for each in numbers(content[76:512]) if each < _END_OF_CHAIN]
    following = struct.unpack_from("<I", content, 68)[0]
    while following < _END_OF_CHAIN and len(tables) * sector_bytes <= len(content):
        *more, following = numbers(sector(following))
        tables += [each for each in more if each < _END_OF_CHAIN]
    next_sector = [each for number in tables for each in numbers(sector(number))]

    def chained(first: int, following: list[int]) -> Iterator[int]:
        for _ in range(len(following) + 1):
            if first >= len(following):
                return
            yield first
            first = following[first]

    def whole(first: int) -> bytes:
        return b"".join(map(sector, chained(first, next_sector)))

    directory = whole(struct.unpack_from("<I", content, 48)[0])
    entries = [directory[place : place + 128] for place in range(0, len(directory) - 127, 128)]
    for entry in entries:
        name = entry[: max(0, _number(entry, 64) - 2)].decode("utf-16-le", "replace")
        if name not in ("Workbook", "Book"):
            continue
        first, size = struct.unpack_from("<II", entry, 116)
        if size >= struct.unpack_from("<I", content, 56)[0]:
            return whole(first)[:size]
        small = whole(struct.unpack_from("<I", entries[0], 116)[0])
        next_small = list(numbers(whole(struct.unpack_from("<I", content, 60)[0])))
        pieces = (small[each * mini_bytes : (each + 1) * mini_bytes] for each in chained(first, next_small))
        return b"".join(pieces)[:size]
    return None

"""Looks into an old workbook (XLS) before it is read: its records are walked through, none of them is interpreted.

An XLS is a small file system (a compound file) with a stream of records, each a kind, a length and that many bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from dipay.domain.problems import CannotGoOn
from dipay.exports.sources.files import ExportFile
from dipay.exports.sources.workbook_faults import Extent, Fault, on_sheet, stop_for

_FORMULAS = frozenset({0x0006, 0x0206, 0x0406})
_CELLS = frozenset({0x0203, 0x0204, 0x0205, 0x00FD, 0x027E, 0x00BD, 0x00D6})
_BOUND_SHEET, _FILE_PASS, _BOF, _EOF = 0x0085, 0x002F, 0x0809, 0x000A
_BOOL_OR_ERROR, _ROW, _MERGED, _MULTIPLE, _DIMENSIONS = 0x0205, 0x0208, 0x00E5, 0x00BD, 0x0200
#: From the first of these on numbers are no sectors; the second is what a chain of sectors ends with.
_NO_SECTOR, _LAST = 0xFFFFFFFC, 0xFFFFFFFE
_ROOT, _STREAM = 5, 2
_STREAMS = frozenset({_ROOT, _STREAM})


def guard_old(content: bytes, file: ExportFile) -> int:
    """As `workbook_guard.guard`, for an XLS."""
    try:
        stream = _workbook(content)
        if stream is None:
            raise stop_for(Fault.DAMAGED, file)
        sheets = _visible_sheets(stream, file)
        return max((_guard_named(stream, begin, name, file) for begin, name in sheets), default=0)
    except (struct.error, IndexError, ValueError):
        raise stop_for(Fault.DAMAGED, file) from None


def _guard_named(stream: bytes, begin: int, name: str, file: ExportFile) -> int:
    try:
        return _guard_sheet(stream, begin, file)
    except CannotGoOn as error:
        raise on_sheet(name, error) from None


def _visible_sheets(stream: bytes, file: ExportFile) -> list[tuple[int, str]]:
    """Where the visible worksheets begin, and their names."""
    found = []
    for kind, place, _ in _records(stream, 0):
        if kind == _FILE_PASS:
            raise stop_for(Fault.PASSWORD, file)
        if kind == _BOUND_SHEET:
            begin, visibility, sheet_kind, letters, is_wide = struct.unpack_from("<IBBBB", stream, place)
            if visibility & 3 == 0 and sheet_kind == 0:
                width = 1 + (is_wide & 1)
                name = stream[place + 8 : place + 8 + letters * width]
                found.append((begin, name.decode("utf-16-le" if width == 2 else "latin-1", "replace")))
    return found


def _guard_sheet(stream: bytes, begin: int, file: ExportFile) -> int:
    merged = 0
    extent = Extent(len(stream))
    for kind, place, length in _records(stream, begin):
        if kind == _DIMENSIONS and _claims_too_much(stream, place, length):
            raise stop_for(Fault.FAR, file)
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
            places = (place + 2 + 8 * each for each in range(_number(stream, place)))
            spans = ((_number(stream, each), _number(stream, each + 2)) for each in places)
            merged = max([merged, *(last + 1 for first, last in spans if last > first)])
    if extent.is_beyond_any_table():
        raise stop_for(Fault.FAR, file)
    return merged


def _claims_too_much(stream: bytes, place: int, length: int) -> bool:
    """Whether a sheet is said to reach further than an old sheet can, or to end before it begins.

    Its reader takes memory for all of that.
    """
    first_row, last_row, first_column, last_column = struct.unpack_from(
        "<4H" if length < 14 else "<IIHH", stream, place
    )
    return not (first_row <= last_row <= 1 << 16 and first_column <= last_column <= 1 << 8)


def _number(stream: bytes, place: int) -> int:
    return int.from_bytes(stream[place : place + 2], "little")


def _records(stream: bytes, begin: int) -> Iterator[tuple[int, int, int]]:
    """Each record from there to its sheet's end: kind, where its bytes begin, how many. Charts within are passed."""
    if struct.unpack_from("<H", stream, begin)[0] != _BOF:
        raise IndexError
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
        elif depth == 1 or kind == _DIMENSIONS:
            yield kind, place, length
        place += length


def _workbook(content: bytes) -> bytes | None:
    """The stream of records in the compound file, None where there is none."""
    # The two kinds of compound files there are: sectors of 512 or 4096 bytes, small ones of 64.
    if (_number(content, 30), _number(content, 32)) not in ((9, 6), (12, 6)):
        return None
    sector_bytes, mini_bytes = 1 << _number(content, 30), 64
    sectors = len(content) // sector_bytes + 1

    def sector(number: int) -> bytes:
        return content[(number + 1) * sector_bytes : (number + 2) * sector_bytes]

    def whole(first: int) -> bytes:
        return b"".join(map(sector, _chained(first, next_sector)))

    # What the reader takes memory for, as the file's head says it.
    if any(each > sectors for place in (40, 44, 64, 72) for each in struct.unpack_from("<I", content, place)):
        return None
    tables = [each for each in _numbers(content[76:512]) if each < _NO_SECTOR]
    following = struct.unpack_from("<I", content, 68)[0]
    while following < _NO_SECTOR:
        *more, following = _numbers(sector(following))
        tables += [each for each in more if each < _NO_SECTOR]
        if len(tables) > sectors:
            return None
    if any(each >= sectors for each in tables):
        return None
    next_sector = [each for number in tables for each in _numbers(sector(number))]
    _check_chains(next_sector, sectors)
    directory = whole(struct.unpack_from("<I", content, 48)[0])
    entries = [directory[place : place + 128] for place in range(0, len(directory) - 127, 128)]
    small: bytes = b""
    next_small: tuple[int, ...] = ()
    if any(content[64:68]):
        small = whole(struct.unpack_from("<I", entries[0], 116)[0])
        next_small = _numbers(whole(struct.unpack_from("<I", content, 60)[0]))
        _check_chains(next_small, len(small) // mini_bytes + 1)
    found: bytes | None = None
    for entry in entries:
        first, size = struct.unpack_from("<IQ" if sector_bytes == 4096 else "<II", entry, 116)
        if entry[66] not in _STREAMS or not size:
            continue
        is_small = entry[66] == _STREAM and size < struct.unpack_from("<I", content, 56)[0]
        chain = list(_chained(first, next_small if is_small else next_sector))
        if size > len(content) or not chain:
            return None
        name = entry[: max(0, _number(entry, 64) - 2)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book") and found is None:
            pieces = (small[each * mini_bytes : (each + 1) * mini_bytes] for each in chain)
            found = b"".join(pieces if is_small else map(sector, chain))[:size]
    return found


def _numbers(piece: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(piece) // 4}I", piece[: len(piece) // 4 * 4])


def _chained(first: int, following: Sequence[int]) -> Iterator[int]:
    """The sectors of a chain that was checked not to come back to itself; it must end with the mark for that."""
    while first != _LAST:
        yield first
        first = following[first]


def _check_chains(following: Sequence[int], most: int) -> None:
    """Each sector must lead to another one of `most` or end its chain, and no chain may come back to itself.

    The reader follows wherever it is led and takes memory for it: a small file would end the whole process.
    """
    if any(most <= each < _NO_SECTOR for each in following):
        raise IndexError
    on_chain = [0] * len(following)
    for start in range(len(following)):
        place = start
        while place < len(following) and not on_chain[place]:
            on_chain[place] = start + 1
            place = following[place]
        if place < len(following) and on_chain[place] == start + 1:
            raise IndexError

"""Text exports by the column: of a block of bytes, where each cell of the wanted columns begins and ends.

The strict reader of `text.py` decides what a file says. Here only blocks are read of which that reader could say
nothing else: every quote opens or closes a whole cell, no cell holds a line break, each row has the header's width.
Whatever is not so plain is handed back, to be read row by row. No text is made of a cell until somebody asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache, cached_property
from itertools import accumulate
from typing import overload

import numpy as np
from numpy.typing import NDArray

from dipay.domain.columns import Numbers
from dipay.exports.engine import switch
from dipay.exports.engine.arrays import Words

#: Every stretch of this many bytes must have a line end: half of what the strict reader takes as one cell.
_STRETCH = 1 << 16
_QUOTE, _LINE_END, _RETURN = ord('"'), ord("\n"), ord("\r")
_BOM = b"\xef\xbb\xbf"
#: So many separators within one cell are left to the strict reader.
_MOST_QUOTED = 64
#: Of a cell's bytes these many are taken as words; a longer cell is looked at by its text.
WORD_BYTES, MOST_WORDS = 8, 8
#: Of malloc.h, and what they are set to: more than any array of a block takes, and what a few blocks take together.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_AT_ALL, _KEPT_AT_ONCE = 1 << 24, 1 << 22
_PADDING = bytes((MOST_WORDS + 1) * WORD_BYTES)


class Cells(Sequence[str]):
    """A column of texts: where each begins and ends in the bytes of its block (UTF-8)."""

    def __init__(self, content: bytes, starts: Numbers, ends: Numbers) -> None:
        """`content` ends with `padding`, so that whole words can be taken at its end."""
        self._content, self._starts, self.ends = content, starts, ends

    @classmethod
    def of(cls, texts: Sequence[str]) -> Cells:
        """The same texts as cells, wherever they come from."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        bounds = np.fromiter(accumulate(map(len, encoded), initial=0), np.int64, len(encoded) + 1)
        # A zero ends a text here; where one stands in a text, another sign that shows nothing stands in for it.
        return cls(b"".join(encoded).replace(b"\0", b"\1") + _PADDING, bounds[:-1], bounds[1:])

    @cached_property
    def lengths(self) -> Numbers:
        """How many bytes each text has."""
        return self.ends - self._starts

    @cached_property
    def words(self) -> tuple[Words, ...]:
        """The texts' first bytes, eight in a number, zeros behind the last: as many numbers as the longest needs."""
        longest = int(self.lengths.max(initial=1))
        # As bytes, not as numbers, they are taken from any place in one step each.
        at = np.ndarray((len(self._content) - WORD_BYTES + 1,), f"V{WORD_BYTES}", self._content, strides=(1,))
        masks = np.array([(1 << 8 * size) - 1 for size in range(WORD_BYTES + 1)], np.uint64)
        firsts = range(0, min(-(-longest // WORD_BYTES), MOST_WORDS) * WORD_BYTES, WORD_BYTES)
        return tuple(
            at[self._starts + first].view("<u8") & masks.take(self.lengths - first, mode="clip") for first in firsts
        )

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return self.texts(self._starts[index], self.ends[index])
        return self._content[self._starts[index] : self.ends[index]].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])

    def at(self, rows: Numbers) -> list[str]:
        """The texts of these rows."""
        return self.texts(self._starts[rows], self.ends[rows])

    def texts(self, starts: Numbers, ends: Numbers) -> list[str]:
        """The texts that stand there."""
        content = self._content
        places = zip(starts.tolist(), ends.tolist(), strict=True)
        return [content[start:end].decode("utf-8", "surrogatepass") for start, end in places]


def read_plain(
    content: bytes | bytearray, delimiter: str, width: int, wanted: Sequence[int]
) -> dict[int, Cells] | None:
    """The wanted columns of a block of whole lines in UTF-8; None where the strict reader must look at it."""
    _keep_freed_memory()
    if not switch.many_at_once or content.startswith(_BOM) or b"\0" in content:
        return None
    # The last line of a file may have no end.
    padded = b"".join((content, b"" if content.endswith(b"\n") else b"\n", _PADDING))
    letters = np.frombuffer(padded, np.uint8)
    returns, quoted = b"\r" in content, b'"' in content
    if returns and (letters[np.flatnonzero(letters == _RETURN) + 1] != _LINE_END).any():
        return None
    separators = _separators(letters, ord(delimiter), quoted=quoted)
    if separators is None:
        return None
    places, line_ends = separators
    if width < 2 or not len(places) or len(places) != width * line_ends:
        return None
    ends = places.reshape(-1, width)
    # As many line ends as rows, and one at the end of each: none is in a cell or between two.
    if (letters[ends[:, -1]] != _LINE_END).any():
        return None
    row_starts = np.empty(len(ends), np.int64)
    row_starts[0], row_starts[1:] = 0, ends[:-1, -1] + 1
    if int((ends[:, -1] - row_starts).max()) > _STRETCH:
        return None
    found: dict[int, Cells] = {}
    for index in wanted:
        cell_starts = ends[:, index - 1] + 1 if index else row_starts
        cell_ends = ends[:, index]
        if returns and index == width - 1:
            cell_ends = cell_ends - (letters[cell_ends - 1] == _RETURN)
        if quoted:
            in_quotes = letters[cell_starts] == _QUOTE
            cell_starts, cell_ends = cell_starts + in_quotes, cell_ends - in_quotes
        found[index] = Cells(padded, np.ascontiguousarray(cell_starts), np.ascontiguousarray(cell_ends))
    return found


@cache
def _keep_freed_memory() -> None:
    """Lets the C library keep what a block needed for the next one.

    By itself the GNU C library gives a thread's freed memory back at once, and the system clears it anew for every
    block: two fifths of the time of reading one.
    """
    if sys.platform != "linux":
        return
    import ctypes

    # Another C library (musl) has no such function, and no such habit.
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _KEPT_AT_ONCE)
        ctypes.CDLL(None).mallopt(_M_TRIM_THRESHOLD, _KEPT_AT_ALL)


def _separators(letters: NDArray[np.uint8], delimiter: int, *, quoted: bool) -> tuple[Numbers, int] | None:
    """Where cells end, at a delimiter or a line's end, and how many line ends there are, be it in cells.

    None where a quote does not open or close a whole cell.
    """
    is_line_end = letters == _LINE_END
    line_ends = int(np.count_nonzero(is_line_end))
    marks = letters == delimiter
    marks |= is_line_end
    if not quoted:
        return np.flatnonzero(marks), line_ends
    marks |= letters == _QUOTE
    places = np.flatnonzero(marks)
    kinds = letters[places]
    quotes = np.flatnonzero(kinds == _QUOTE)
    if len(quotes) % 2:
        return None
    opening, closing = quotes[::2], quotes[1::2]
    before, after = letters[places[opening] - 1], letters[places[closing] + 1]
    # A quote is nothing else than the first of a cell: it stands at the block's begin or behind what ends a cell.
    begins = (before == delimiter) | (before == _LINE_END) | (places[opening] == 0)
    if not begins.all() or not ((after == delimiter) | (after == _LINE_END) | (after == _RETURN)).all():
        return None
    is_end = np.ones(len(places), np.bool_)
    is_end[quotes] = False
    within = closing - opening - 1
    most = int(within.max(initial=0))
    if most > _MOST_QUOTED:
        return None
    for nth in range(1, most + 1):
        is_end[opening[within >= nth] + nth] = False
    return places[is_end], line_ends

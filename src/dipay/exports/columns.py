"""Long text exports by the column: a block of bytes whose rows need no second look is read many rows at a time.

The strict reader of `text.py` decides what a file says. Here only blocks are read of which that reader could say
nothing else: every quote opens or closes a whole cell, no cell holds a line break, each row has the header's width.
Whatever is not so plain is handed back, to be read row by row. Of each column only the distinct texts become Python
objects; what they mean is left to the same grammars.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Bytes of one block. Large enough for few distinct texts per row, small enough for little memory.
BLOCK_BYTES = 4 << 20
#: Every stretch of this many bytes must have a line end: half of what the strict reader takes as one cell.
_STRETCH = 1 << 16
_QUOTE, _LINE_END = ord('"'), ord("\n")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Coded(Sequence[str]):
    """A column of texts: each distinct text once, and for every row which one it is."""

    texts: list[str]
    codes: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self.texts[code] for code in self.codes[index].tolist()]
        return self.texts[int(self.codes[index])]

    def __iter__(self) -> Iterator[str]:
        return map(self.texts.__getitem__, self.codes.tolist())


@dataclass(frozen=True, slots=True)
class PlainBlock:
    """Consecutive rows of one line each, all of the header's width, with the columns asked for by their index.

    `reread` gives the same rows as the strict reader reads them.
    """

    lines: range
    columns: Mapping[int, Coded]
    reread: Callable[[], list[list[str]]]


def read_plain(
    content: bytes | bytearray, delimiter: str, width: int, wanted: Sequence[int]
) -> dict[int, Coded] | None:
    """The wanted columns of a block of whole lines in UTF-8; None where the strict reader must look at it."""
    import pyarrow as pa
    from pyarrow import csv

    quoted = b'"' in content
    if not _is_plain(content) or (quoted and not _quotes_are_plain(content, ord(delimiter))):
        return None
    names = [str(index) for index in range(width)]
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        table = csv.read_csv(
            pa.py_buffer(content),
            read_options=csv.ReadOptions(column_names=names, use_threads=False, block_size=len(content) + 1),
            parse_options=csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoted else False,
                double_quote=False,
                newlines_in_values=False,
                ignore_empty_lines=False,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, text),
                include_columns=[str(index) for index in wanted],
                strings_can_be_null=False,
            ),
            # Arrow's own pool keeps what one thread frees from the other.
            memory_pool=pa.system_memory_pool(),
        )
    except pa.ArrowInvalid:
        return None
    if quoted and table.num_rows != _count_lines(content):
        # A cell holds a line end.
        return None
    return {index: _coded(table.column(str(index))) for index in wanted}


def release_memory() -> None:
    """Gives back to the system what reading by the column needed; the GNU C library keeps most of it for more."""
    if sys.platform != "linux" or "pyarrow" not in sys.modules:
        return
    import ctypes

    # Another C library (musl) has no such function, and keeps little.
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _is_plain(content: bytes | bytearray) -> bool:
    """Whether lines end in one of the two usual ways, and none is longer than any row."""
    if content.startswith(_BOM) or (b"\r" in content and content.count(b"\r") != content.count(b"\r\n")):
        return False
    stretches = range(0, len(content) - _STRETCH, _STRETCH)
    return all(content.find(b"\n", start, start + _STRETCH) >= 0 for start in stretches)


def _quotes_are_plain(content: bytes | bytearray, delimiter: int) -> bool:
    """Whether every quote opens a cell or closes it: none within a cell, none doubled."""
    import numpy as np

    letters = np.frombuffer(content, np.uint8)
    quotes = np.flatnonzero(letters == _QUOTE)
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = letters[opening - 1]
    before[opening == 0] = _LINE_END
    after = letters[np.minimum(closing + 1, len(letters) - 1)]
    after[closing + 1 == len(letters)] = _LINE_END
    if not ((before == delimiter) | (before == _LINE_END)).all():
        return False
    return bool(((after == delimiter) | (after == _LINE_END) | (after == ord("\r"))).all())


def _count_lines(content: bytes | bytearray) -> int:
    import numpy as np

    ends = int(np.count_nonzero(np.frombuffer(content, np.uint8) == _LINE_END))
    return ends if content.endswith(b"\n") else ends + 1


def _coded(column: Any) -> Coded:
    import numpy as np

    array = column.combine_chunks()
    codes = np.frombuffer(array.indices.buffers()[1], np.int32, len(array))
    return Coded(_texts(array.dictionary), codes)


def _texts(array: Any) -> list[str]:
    """An Arrow array's texts, out of its buffers: its own way to a list is many times slower."""
    import numpy as np

    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int32, len(array) + 1).tolist()
    whole = data.to_pybytes() if data is not None else b""
    if whole.isascii():
        letters = whole.decode("ascii")
        return [letters[start:end] for start, end in pairwise(ends)]
    return [whole[start:end].decode() for start, end in pairwise(ends)]

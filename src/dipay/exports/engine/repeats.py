"""Repeats: which texts of a long column stand in it more than once, with no more than eight bytes kept of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dipay.exports.engine.arrays import Growing, Words
from dipay.exports.engine.columns import WORD_BYTES, Cells
from dipay.exports.engine.hashing import mixed


class Ascending:
    """Whether the texts of a column are numbers in ascending order: then none stands twice, and nothing is kept."""

    def __init__(self) -> None:
        self.holds = True
        self._last = np.uint64(0)

    def add(self, column: Sequence[str]) -> None:
        """Looks at the next cells."""
        if not self.holds or not len(column):
            return
        cells = column if isinstance(column, Cells) else Cells.of(column)
        lengths = cells.lengths
        if len(cells.words) != 1 or int(lengths.min()) == 0:
            self.holds = False
            return
        # Brought to the right, digits sort as the numbers they write.
        keys = (cells.words[0] << (np.uint64(8) * (np.uint64(WORD_BYTES) - lengths.astype(np.uint64)))).byteswap()
        self.holds = bool(keys[0] > self._last) and bool((keys[1:] > keys[:-1]).all())
        self._last = keys[-1]


def repeated(columns: Callable[[], Iterable[Sequence[str]]]) -> frozenset[str]:
    """The texts that stand more than once in a column, which is gone through twice; blanks are none."""
    hashes = Growing(np.uint64)
    for column in columns():
        hashes.extend(_hashes(column))
    ordered = np.sort(hashes.array)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    twice = twice[twice != 0]
    if not len(twice):
        return frozenset()
    counts: Counter[str] = Counter()
    for column in columns():
        rows = np.flatnonzero(np.isin(_hashes(column), twice))
        counts.update(column[row] for row in rows.tolist())
    return frozenset(text for text, count in counts.items() if count > 1)


def _hashes(column: Sequence[str]) -> NDArray[np.uint64]:
    """A number for each cell, nearly always another for another text; 0 for a blank."""
    cells = column if isinstance(column, Cells) else Cells.of(column)
    words: Sequence[Words] = cells.words
    found = mixed(words) + cells.lengths.astype(np.uint64)
    found[cells.lengths == 0] = 0
    return found

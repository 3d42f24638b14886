"""Distinct texts: every text of a column once, by number, and for each cell the number of its text.

They are found by a table of hashes that is looked up for all cells of a block at once. A hash only says where to look:
a cell has a text's number only where every byte of it is that text's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dipay.exports.columns import MOST_WORDS, WORD_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dipay.exports.columns import Cells, Numbers, Words

    Places = NDArray[np.int64]

_FIRST_BITS = 12
#: Odd numbers without a pattern, one for each word: they spread texts that differ in a digit over the whole table.
_SPREAD = (
    0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93,
    0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3,
)  # fmt: skip
_LONGEST = MOST_WORDS * WORD_BYTES
_ZEROS, _NO_DIGIT, _TOP_BITS = 0x3030303030303030, 0x7676767676767676, 0x8080808080808080


class Growing:
    """An array that more is put behind: room is made for twice as much each time."""

    def __init__(self, dtype: Any) -> None:
        import numpy as np

        self._room = np.zeros(64, dtype)
        self._count = 0

    @property
    def array(self) -> NDArray[Any]:
        """What is in it so far."""
        return self._room[: self._count]

    def extend(self, values: Sequence[Any] | NDArray[Any]) -> None:
        import numpy as np

        last = self._count + len(values)
        if last > len(self._room):
            room = np.zeros(max(last, 2 * len(self._room)), self._room.dtype)
            room[: self._count] = self.array
            self._room = room
        self._room[self._count : last] = values
        self._count = last


class Texts:
    """The distinct texts met so far, numbered from 0."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets all of them; the next ones are numbered from 0 again."""
        import numpy as np

        self._words = [Growing(np.uint64)]
        self._lengths = Growing(np.int64)
        #: Texts that are longer than the words of a cell. They are in no place of the table.
        self._long: dict[str, int] = {}
        self._table: NDArray[np.int32] = np.full(1 << _FIRST_BITS, -1, np.int32)

    def __len__(self) -> int:
        return len(self._lengths.array)

    def numbers(self, cells: Cells) -> Numbers:
        """The number of each cell's text; texts not met before get the next ones."""
        import numpy as np

        words, lengths = cells.words, cells.lengths
        while len(self._words) < len(words):
            self._words.append(Growing(np.uint64))
            self._words[-1].extend(np.zeros(len(self), np.uint64))
        numbers = self._table[self._places(words)]
        new = np.flatnonzero(~self._alike(numbers, words, lengths))
        if len(new):
            if int(lengths.max()) > _LONGEST:
                long = np.flatnonzero(lengths > _LONGEST)
                numbers[long] = [self._number_of_long(text) for text in cells.at(long)]
                new = new[lengths[new] <= _LONGEST]
            numbers[new] = self._searched([each[new] for each in words], lengths[new])
        return numbers

    def number(self, text: str) -> int:
        """The number of one text."""
        from dipay.exports.columns import Cells

        return int(self.numbers(Cells.of([text]))[0])

    def text(self, number: int) -> str:
        """The text of one number."""
        return self.between(number, number + 1)[0]

    def between(self, first: int, last: int) -> list[str]:
        """The texts from number `first` to before `last`."""
        import numpy as np

        return self.of(np.arange(first, last))

    def of(self, numbers: Numbers) -> list[str]:
        """The texts of these numbers."""
        import numpy as np

        joined = np.stack([words.array[numbers] for words in self._words], axis=1).astype("<u8").tobytes()
        size = len(self._words) * WORD_BYTES
        lengths = self._lengths.array[numbers].tolist()
        starts = range(0, len(lengths) * size, size)
        found = [
            joined[start : start + length].decode("utf-8", "surrogatepass") if length <= _LONGEST else ""
            for start, length in zip(starts, lengths, strict=True)
        ]
        if self._long:
            by_number = {number: text for text, number in self._long.items()}
            found = [by_number.get(number, text) for number, text in zip(numbers.tolist(), found, strict=True)]
        return found

    def are_digits(self, first: int) -> NDArray[np.bool_]:
        """Which texts from number `first` on are digits (0-9) and nothing else; a blank is none."""
        import numpy as np

        lengths = self._lengths.array[first:]
        found = (lengths > 0) & (lengths <= _LONGEST)
        for index, words in enumerate(self._words):
            # Behind the text's end a zero stands in for the bytes that are not there.
            missing = np.clip(WORD_BYTES * (index + 1) - lengths, 0, WORD_BYTES).astype(np.uint64) * np.uint64(8)
            behind = np.where(missing == 64, np.uint64(0), ~np.uint64(0) >> np.minimum(missing, np.uint64(63)))
            digits = (words.array[first:] | (np.uint64(_ZEROS) & ~behind)) ^ np.uint64(_ZEROS)
            found &= ((digits + np.uint64(_NO_DIGIT)) | digits) & np.uint64(_TOP_BITS) == 0
        return found

    def _number_of_long(self, text: str) -> int:
        if text not in self._long:
            self._long[text] = len(self)
            for words in self._words:
                words.extend([0])
            self._lengths.extend([_LONGEST + 1])
        return self._long[text]

    def _places(self, words: Sequence[Words]) -> Places:
        """Where in the table to look first for the texts of these words."""
        import numpy as np

        mixed = words[0] * np.uint64(_SPREAD[0])
        for word, spread in zip(words[1:], _SPREAD[1:], strict=False):
            mixed ^= word * np.uint64(spread)
        return (mixed >> np.uint64(64 - (len(self._table).bit_length() - 1))).astype(np.int64)

    def _alike(self, numbers: NDArray[np.int32], words: Sequence[Words], lengths: Numbers) -> NDArray[np.bool_]:
        """Where these numbers are the numbers of these texts; below zero is no number."""
        import numpy as np

        if not len(self):
            return np.zeros(len(numbers), np.bool_)
        # As many bytes, and those of all words: words beyond the texts' own are zeros.
        alike = self._lengths.array[numbers] == lengths
        for mine, theirs in zip(self._words, words, strict=False):
            alike &= mine.array[numbers] == theirs
        found: NDArray[np.bool_] = alike & (numbers >= 0)
        return found

    def _searched(self, words: Sequence[Words], lengths: Numbers) -> NDArray[np.int32]:
        """The numbers of texts that are not where they were looked for first: further on, or new."""
        import numpy as np

        self._make_room(len(self) + len(lengths))
        numbers = np.empty(len(lengths), np.int32)
        places = self._places(words)
        left = np.arange(len(lengths))
        while len(left):
            found = self._table[places[left]]
            free = left[found < 0]
            if len(free):
                # The first of each free place gets it; whoever else wanted it looks there again.
                _, firsts = np.unique(places[free], return_index=True)
                first = free[np.sort(firsts)]
                self._table[places[first]] = np.arange(len(self), len(self) + len(first))
                for index, mine in enumerate(self._words):
                    mine.extend(words[index][first] if index < len(words) else np.zeros(len(first), np.uint64))
                self._lengths.extend(lengths[first])
                continue
            alike = self._alike(found, [each[left] for each in words], lengths[left])
            numbers[left[alike]] = found[alike]
            left = left[~alike]
            places[left] = (places[left] + 1) & (len(self._table) - 1)
        return numbers

    def _make_room(self, texts: int) -> None:
        """A table that is at most half full with that many texts."""
        import numpy as np

        if 2 * texts <= len(self._table):
            return
        self._table = np.full(1 << (2 * texts).bit_length(), -1, np.int32)
        numbers = np.flatnonzero(self._lengths.array <= _LONGEST).astype(np.int32)
        places = self._places([words.array[numbers] for words in self._words])
        while len(numbers):
            free = self._table[places] < 0
            self._table[places[free]] = numbers[free]
            elsewhere = self._table[places] != numbers
            numbers, places = numbers[elsewhere], (places[elsewhere] + 1) & (len(self._table) - 1)


#: The meaning of a text that a reader was not asked about yet, and of one that it can't read.
_UNASKED, UNREADABLE = -2, -1


class Meanings:
    """What each text of `texts` means to one reader, as a number; of each it is asked once.

    `read` gives the meanings of some texts, `UNREADABLE` for none. Texts of digits alone are not made texts of for it:
    `of_digits` gives their meanings by their numbers.
    """

    def __init__(
        self,
        texts: Texts,
        read: Callable[[list[str], Numbers], Sequence[int] | Numbers],
        of_digits: Callable[[Numbers], Any] | None = None,
    ) -> None:
        import numpy as np

        self._texts, self._read, self._of_digits = texts, read, of_digits
        self._found = Growing(np.int32)

    def of(self, numbers: Numbers) -> NDArray[np.int32]:
        """The meanings of the texts of these numbers."""
        import numpy as np

        first = len(self._found.array)
        if first < len(self._texts):
            more = np.full(len(self._texts) - first, _UNASKED, np.int32)
            if self._of_digits is not None:
                digits = np.flatnonzero(self._texts.are_digits(first))
                more[digits] = self._of_digits(digits + first)
            self._found.extend(more)
        found = self._found.array[numbers]
        if (unasked := np.unique(numbers[found == _UNASKED])).size:
            self._found.array[unasked] = self._read(self._texts.of(unasked), unasked)
            found = self._found.array[numbers]
        return found

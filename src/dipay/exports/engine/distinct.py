"""Distinct texts: every text of a column once, by number, and for each cell the number of its text.

They are found by a table of hashes that is looked up for all cells of a block at once. A hash only says where to look:
a cell has a text's number only where every byte of it is that text's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dipay.exports.engine.columns import MOST_WORDS, WORD_BYTES, Cells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dipay.exports.engine.columns import Numbers, Words

    Places = NDArray[np.int64]

_FIRST_BITS = 12
#: Odd numbers without a pattern, one for each word: they spread texts that differ in a digit over the whole table.
_SPREAD = (
    0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93,
    0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3,
)  # fmt: skip
_LONGEST = MOST_WORDS * WORD_BYTES
#: The words of no text: no letter of UTF-8 has these bytes.
_NO_TEXT = 0xFFFFFFFFFFFFFFFF
#: Eight bytes at once: each one, its top bit, and what brings a byte above 9 to its top bit.
_ZERO, _ONES, _TOP_BITS, _NO_DIGIT = ord("0"), 0x0101010101010101, 0x8080808080808080, 0x7676767676767676
#: The table has so many places for each text: nearly every text is in the first place it is looked for.
_PLACES_A_TEXT = 8


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
        #: Texts that are longer than the words of a cell. They are in no place of the table, and have words of no text.
        self._long: dict[str, int] = {}
        self._table: NDArray[np.int32] = np.full(1 << _FIRST_BITS, -1, np.int32)

    def __len__(self) -> int:
        return len(self._words[0].array)

    def numbers(self, cells: Cells) -> Numbers:
        """The number of each cell's text; texts not met before get the next ones."""
        import numpy as np

        words = cells.words
        while len(self._words) < len(words):
            self._words.append(Growing(np.uint64))
            self._words[-1].extend(np.zeros(len(self), np.uint64))
        numbers = self._table[self._places(words)]
        known = self._alike(numbers, words)
        # Of a longer text the words are but its beginning.
        is_long = cells.lengths > _LONGEST if len(words) == MOST_WORDS else np.zeros(0, np.bool_)
        long = np.flatnonzero(is_long)
        if len(long):
            numbers[long] = [self._number_of_long(text) for text in cells.at(long)]
            known[long] = True
        new = np.flatnonzero(~known)
        if len(new):
            numbers[new] = self._searched([each[new] for each in words])
        return numbers

    def number(self, text: str) -> int:
        """The number of one text."""
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
        # Behind a text's end there are zeros, which no text holds.
        cells = np.frombuffer(joined, f"S{size}").tolist()
        if not self._long:
            return [cell.decode("utf-8", "surrogatepass") for cell in cells]
        long = {number: text for text, number in self._long.items()}
        return [
            long[number] if number in long else cell.decode("utf-8", "surrogatepass")
            for number, cell in zip(numbers.tolist(), cells, strict=True)
        ]

    def are_digits(self, first: int) -> NDArray[np.bool_]:
        """Which texts from number `first` on are digits (0-9) and nothing else; a blank is none."""
        import numpy as np

        found: NDArray[np.bool_] = self._words[0].array[first:] != 0
        for words in self._words:
            word = words.array[first:]
            # Behind the text's end a zero stands in for the bytes that are not there.
            missing = ((word - np.uint64(_ONES)) & ~word & np.uint64(_TOP_BITS)) >> np.uint64(7)
            digits = (word | missing * np.uint64(_ZERO)) ^ np.uint64(_ONES * _ZERO)
            found &= ((digits + np.uint64(_NO_DIGIT)) | digits) & np.uint64(_TOP_BITS) == 0
        return found

    def _number_of_long(self, text: str) -> int:
        if text not in self._long:
            self._long[text] = len(self)
            for words in self._words:
                words.extend([_NO_TEXT])
        return self._long[text]

    def _places(self, words: Sequence[Words]) -> Places:
        """Where in the table to look first for the texts of these words."""
        import numpy as np

        mixed = words[0] * np.uint64(_SPREAD[0])
        for word, spread in zip(words[1:], _SPREAD[1:], strict=False):
            mixed ^= word * np.uint64(spread)
        return (mixed >> np.uint64(64 - (len(self._table).bit_length() - 1))).astype(np.int64)

    def _alike(self, numbers: NDArray[np.int32], words: Sequence[Words]) -> NDArray[np.bool_]:
        """Where these numbers are the numbers of these texts; a number below zero, of a free place, is nobody's.

        Were a text in the table, its first place would not be free: no comparison with a free place's number holds.
        """
        import numpy as np

        alike = np.full(len(numbers), len(self) > 0)
        if len(self):
            for index, mine in enumerate(self._words):
                alike &= mine.array[numbers] == (words[index] if index < len(words) else np.uint64(0))
        return alike

    def _searched(self, words: Sequence[Words]) -> NDArray[np.int32]:
        """The numbers of texts that are not where they were looked for first: further on, or new."""
        import numpy as np

        rows = len(words[0])
        self._make_room(len(self) + rows)
        numbers = np.empty(rows, np.int32)
        places = self._places(words)
        left = np.arange(rows)
        while len(left):
            found = self._table[places[left]]
            free = left[found < 0]
            if len(free):
                # One of those who want a free place gets it; whoever else wanted it looks there again.
                self._table[places[free]] = free
                first = free[self._table[places[free]] == free]
                self._table[places[first]] = np.arange(len(self), len(self) + len(first))
                for index, mine in enumerate(self._words):
                    mine.extend(words[index][first] if index < len(words) else np.zeros(len(first), np.uint64))
                continue
            alike = self._alike(found, [each[left] for each in words])
            numbers[left[alike]] = found[alike]
            left = left[~alike]
            places[left] = (places[left] + 1) & (len(self._table) - 1)
        return numbers

    def _make_room(self, texts: int) -> None:
        """A table with room for that many texts."""
        import numpy as np

        if _PLACES_A_TEXT * texts <= len(self._table):
            return
        self._table = np.full(1 << (_PLACES_A_TEXT * texts).bit_length(), -1, np.int32)
        numbers = np.arange(len(self), dtype=np.int32)
        if self._long:
            numbers = np.delete(numbers, list(self._long.values()))
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
        if texts := set(numbers[found == _UNASKED].tolist()):
            unasked = np.array(sorted(texts))
            self._found.array[unasked] = self._read(self._texts.of(unasked), unasked)
            found = self._found.array[numbers]
        return found

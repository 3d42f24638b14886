"""Shapes: amounts read many at once, by asking the one grammar for a few texts of each shape.

A shape is an amount with every digit made 0 (`$0,000.00`). Within one an amount is the sum of what its digits are
worth, and the grammar says what each is worth. There is no second grammar here: a shape of which the grammar says
anything else is left to it, text by text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dipay.domain.columns import Numbers
from dipay.exports.engine.arrays import Words
from dipay.exports.engine.hashing import WordTable

#: Longer amounts are no amounts, or rare.
_MOST_WORDS = 2
_WIDTH = 8 * _MOST_WORDS
_ZERO = ord("0")


class Shapes:
    """What is worth what in each shape met so far; `read` gives the number of a text by its grammar, None for none."""

    def __init__(self, read: Callable[[str], int | None]) -> None:
        self._read = read
        self._shapes = WordTable()
        #: By shape and place: what a 1 there is worth; and whether it is known of the shape.
        self._worth = np.zeros((0, _WIDTH), np.int64)
        self._is_known = np.zeros(0, np.bool_)

    def numbers(self, words: Sequence[Words]) -> tuple[Numbers, NDArray[np.bool_]]:
        """The numbers of the texts of these words, and which of them are known."""
        letters = np.zeros((len(words[0]), _WIDTH), np.uint8)
        for place, word in enumerate(words[:_MOST_WORDS]):
            letters[:, 8 * place : 8 * (place + 1)] = word.astype("<u8").view(np.uint8).reshape(-1, 8)
        digits = letters - np.uint8(_ZERO)
        is_digit = digits < 10
        shaped = np.where(is_digit, np.uint8(_ZERO), letters).view("<u8")
        shapes = self._shapes.numbers([np.ascontiguousarray(each, np.uint64) for each in shaped.T])
        self._learn()
        known = self._is_known[shapes]
        for word in words[_MOST_WORDS:]:
            known &= word == 0
        return np.einsum("ij,ij->i", np.where(is_digit, digits, 0), self._worth[shapes], dtype=np.int64), known

    def _learn(self) -> None:
        """Asks what the digits of new shapes are worth."""
        first = len(self._worth)
        new = np.stack([words.array[first:] for words in self._shapes.words], axis=1).astype("<u8").tobytes()
        asked = [self._worths(new[at : at + _WIDTH].rstrip(b"\0")) for at in range(0, len(new), _WIDTH)]
        self._is_known = np.append(self._is_known, [worths is not None for worths in asked]).astype(np.bool_)
        rows = [worths or [0] * _WIDTH for worths in asked]
        self._worth = np.concatenate([self._worth, np.array(rows, np.int64).reshape(-1, _WIDTH)])

    def _worths(self, shape: bytes) -> list[int] | None:
        """What a 1 is worth at each place of a shape; None where its texts must be read one by one."""
        if not shape.isascii():
            return None
        places = [place for place, letter in enumerate(shape) if letter == _ZERO]
        text, worths = shape.decode(), [0] * _WIDTH
        for place in places:
            worth = self._read(f"{text[:place]}1{text[place + 1 :]}")
            if worth is None:
                return None
            worths[place] = worth
        # Nothing in it counts but the digits, and the largest of the shape is not too large.
        is_sum = bool(places) and self._read(text) == 0 and self._read(text.replace("0", "9")) == 9 * sum(worths)
        return worths if is_sum else None

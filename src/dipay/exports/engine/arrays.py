"""Arrays: what the engine calls them, and one that more is put behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The bytes of texts, eight in a number.
Words = NDArray[np.uint64]


class Growing:
    """An array that more is put behind: room is made for twice as much each time."""

    def __init__(self, dtype: Any) -> None:
        self._room = np.zeros(64, dtype)
        self._count = 0

    @property
    def array(self) -> NDArray[Any]:
        """What is in it so far."""
        return self._room[: self._count]

    def extend(self, values: Sequence[Any] | NDArray[Any]) -> None:
        last = self._count + len(values)
        if last > len(self._room):
            room = np.zeros(max(last, 2 * len(self._room)), self._room.dtype)
            room[: self._count] = self.array
            self._room = room
        self._room[self._count : last] = values
        self._count = last

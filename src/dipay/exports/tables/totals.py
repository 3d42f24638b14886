"""Totals: whether the sums that a report prints are those of the rows above them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from dipay.grammar.cells import read_cell

#: A report has few levels of groups; further back than so many headings and totals nobody adds up.
_MOST_BEGINNINGS: Final = 400


@dataclass(frozen=True, slots=True)
class Checked:
    """A row of sums: what it says by field, and what all rows above come to, in cents.

    `proved` is whether the rows above, from the first or from the beginning of some group on, add up to it; None where
    nobody can tell, since a row could not be read.
    """

    said: Mapping[str, int]
    all_above: Mapping[str, int]
    proved: bool | None

    @property
    def is_of_all(self) -> bool:
        """Whether it is the sum of all rows above."""
        return all(self.said[name] == cents for name, cents in self.all_above.items())


class Totals:
    """What the rows read so far come to, by field, and what they came to where groups began.

    `read` makes cents of a cell of each field, or something else of what is no amount. `net` are two fields of which a
    row of sums may give the difference alone, under either.
    """

    def __init__(self, read: Mapping[str, Callable[[str], object]], net: tuple[str, str] | None = None) -> None:
        self._read = read
        self._net = net
        self._running: dict[str, int | None] = dict.fromkeys(read, 0)
        self._beginnings = [dict(self._running)]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are added up."""
        return tuple(self._read)

    def add(self, cents: Mapping[str, int | None]) -> None:
        """Adds what some rows come to; None where one of them can't be read."""
        for name, more in cents.items():
            before = self._running[name]
            self._running[name] = None if more is None or before is None else before + more

    def add_row(self, texts: Mapping[str, str]) -> None:
        """Adds a row of cells."""
        self.add({name: self._cents(name, text) if text.strip() else 0 for name, text in texts.items()})

    def lose(self) -> None:
        """A row can't be told apart: from here on no sum is known."""
        self._running = dict.fromkeys(self._running)

    def begin_group(self) -> None:
        """A group may begin here."""
        if self._beginnings[-1] != self._running:
            self._beginnings.append(dict(self._running))
            if len(self._beginnings) > _MOST_BEGINNINGS:
                del self._beginnings[1]

    def check(self, texts: Mapping[str, str]) -> Checked:
        """Holds a row of sums against the rows above; the next group may begin below it."""
        said = {name: cents for name, text in texts.items() if (cents := self._cents(name, text)) is not None}
        all_above = {name: cents for name in said if (cents := self._running[name]) is not None}
        proved = any(
            self._is_since(beginning, said, all_above) or self._is_net_since(beginning, said)
            for beginning in reversed(self._beginnings)
        )
        self.begin_group()
        return Checked(said, all_above, proved if all_above else None)

    def _is_net_since(self, beginning: Mapping[str, int | None], said: Mapping[str, int]) -> bool:
        """Whether what a pair of columns comes to, one less the other, is all that the row says."""
        if self._net is None or len(said) != 1 or not said.keys() <= set(self._net):
            return False
        more, less = (
            None if (now := self._running[name]) is None or (before := beginning[name]) is None else now - before
            for name in self._net
        )
        return more is not None and less is not None and next(iter(said.values())) == more - less

    def _is_since(
        self, beginning: Mapping[str, int | None], said: Mapping[str, int], all_above: Mapping[str, int]
    ) -> bool:
        since = {name: None if (before := beginning[name]) is None else all_above[name] - before for name in all_above}
        return all(since[name] == said[name] for name in all_above)

    def _cents(self, name: str, text: str) -> int | None:
        cents = read_cell(text, self._read[name]) if text.strip() else None
        return cents if isinstance(cents, int) else None

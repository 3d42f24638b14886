"""Ids: the id that each cell of a column means, by its number among all ids of the day's files.

One patient's id is one number in every file, however a file writes it; whose account it is can then be looked up for
many rows at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.exports.engine.columns import Cells
from dipay.exports.engine.distinct import UNREADABLE, Meanings
from dipay.exports.tables.fields import id_reader
from dipay.grammar import Unreadable
from dipay.grammar.cells import clean, has_invisible

if TYPE_CHECKING:
    from dipay.exports.engine.columns import Numbers
    from dipay.exports.engine.distinct import Texts
    from dipay.exports.tables.table import Table


class IdReader:
    """Reads one column's ids; `unreadable` says why a cell has none, by the number of its text."""

    def __init__(self, table: Table, name: str, ids: Texts) -> None:
        self.ids = ids
        self.unreadable: dict[int, Unreadable] = {}
        self.invisible = self.encoded_twice = 0
        self._parse = id_reader(table, name)
        as_written = table.layout.columns[name].source.take is None
        # Digits alone are an id as they stand.
        self._meanings = Meanings(self.ids, self._read, (lambda numbers: numbers) if as_written else None)

    def numbers(self, texts: Numbers) -> Numbers:
        """The ids' numbers, `UNREADABLE` for a text that is none."""
        return self._meanings.of(texts)

    def _read(self, texts: list[str], numbers: Numbers) -> Numbers:
        self.invisible += sum(map(has_invisible, texts))
        cleaned = []
        for text, number in zip(texts, numbers.tolist(), strict=True):
            try:
                cleaned.append(self._parse(clean(text)))
            except Unreadable as unreadable:
                self.unreadable[number] = unreadable.with_traceback(None)
                cleaned.append("")
        found = self.ids.numbers(Cells.of(cleaned))
        for position, number in enumerate(numbers.tolist() if self.unreadable else ()):
            if number in self.unreadable:
                found[position] = UNREADABLE
        return found

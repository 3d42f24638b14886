"""Letters that are not as somebody wrote them: marks that show nothing, and letters that were encoded twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from dipay.domain.fields import FIELDS, Grammar
from dipay.domain.problems import Problem, Severity
from dipay.exports.tables.table import Table

_NAMES: Final = frozenset(field.name for field in FIELDS if field.grammar is Grammar.NAME)


class Letters(Protocol):
    """A column that was read: how many of its distinct texts hold marks that show nothing, or are encoded twice."""

    invisible: int
    encoded_twice: int


def odd_letters(table: Table, read: Mapping[str, Letters]) -> Iterator[Problem]:
    """Notes for columns with marks that show nothing, and for names whose letters were encoded twice."""
    for name, column in read.items():
        caption = table.layout.columns[name].caption
        if column.invisible:
            values = "1 value holds" if column.invisible == 1 else f"{column.invisible:,} different values hold"
            words = f"{values} marks that show nothing; they were taken out."
            fix = "They do no harm here; they come from text that was copied from a web page."
            yield Problem(Severity.NOTE, words, fix, table.file_name, column=caption)
        if column.encoded_twice and name in _NAMES:
            values = "1 name looks" if column.encoded_twice == 1 else f"{column.encoded_twice:,} different names look"
            words = f"{values} wrong: the letters were encoded twice."
            fix = "Correct the names in the PMS, or export as UTF-8 without converting the file."
            yield Problem(Severity.NOTE, words, fix, table.file_name, column=caption)

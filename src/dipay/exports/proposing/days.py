"""Days: the format of a file's dates, where the cells settle it. Nothing is guessed between day and month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from dipay.exports.proposing.samples import SampleColumn
from dipay.grammar.dates import DateGrammar, settle_order

#: What offices and spreadsheet programs write, beside ISO and what profiles name.
USUAL: Final = (
    "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%m.%d.%Y", "%d.%m.%Y", "%m/%d/%y", "%d/%m/%y", "%Y/%m/%d",
    "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y", "%b %d %Y",
)  # fmt: skip
_ENOUGH: Final = 2_000
_NEARLY_ALL: Final = 0.95


def date_formats(columns: Iterable[SampleColumn], of_profile: Sequence[str]) -> tuple[str, ...]:
    """The formats that these columns may have, `auto` where the profile's are enough. Of several a person must say."""
    cells = [list(islice(each.words, _ENOUGH)) for each in columns if each.filled]
    if all(_reads(of_profile, each) and settle_order(tuple(of_profile), each) is not None for each in cells):
        return ("auto",)
    return tuple(form for form in USUAL if all(_reads((form,), each) for each in cells)) or ("auto",)


def _reads(formats: Sequence[str], cells: Sequence[str]) -> bool:
    grammar = DateGrammar(tuple(formats))
    return sum(map(grammar.reads, cells)) >= _NEARLY_ALL * len(cells)

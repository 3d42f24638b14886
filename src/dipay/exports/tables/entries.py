"""A few patients' rows of the ledger, to be looked at. Nothing is worked out from them: that is `ledger.py`'s."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dipay.domain.fields import FIELDS_OF
from dipay.exports.engine import Texts
from dipay.exports.opening import ReadingPlan, open_all
from dipay.exports.tables.fields import COUNTED, FileDates, id_reader, parser
from dipay.exports.tables.sides import paired
from dipay.exports.tables.table import Batch, Table
from dipay.grammar import Unreadable
from dipay.grammar.cells import plainly, read_cell

_FIELDS = ("patient_id", "date", "type", "amount", "charge", "credit", "status")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger: on which line, whose, when, what in the PMS's own word, how much in cents.

    A day or amount that can't be read is None.
    """

    line: int
    patient_id: str
    day: date | None
    what: str
    cents: int | None


def entries_of(plan: ReadingPlan, patient_ids: Collection[str]) -> tuple[Entry, ...]:
    """The rows of these patients that count, in the file's order; none where the settings name no ledger.

    Reads the whole file; one that can't be read safely ends it with exit code 3.
    """
    sources, layouts = open_all(plan)
    if "ledger" not in layouts:
        return ()
    table = Table(sources["ledger"], layouts["ledger"], "patient_id")
    dates = FileDates(table, plan.date_format, plan.today)
    parsers = {
        name: parser(table, FIELDS_OF["ledger"][name], dates) for name in _FIELDS if name in layouts["ledger"].columns
    }
    parsers["patient_id"] = id_reader(table, "patient_id")
    found: list[Entry] = []
    ids = Texts()
    of_theirs = ids.read_by(lambda text: parsers["patient_id"](text) in patient_ids, int)
    for batch in table.batches(_FIELDS, ids):
        positions = of_theirs.as_numbers(batch.ids).nonzero()[0].tolist()
        found.extend(_entries(batch, positions, parsers))
    return tuple(found)


def _entries(batch: Batch, positions: Sequence[int], parsers: Mapping[str, Callable[[str], Any]]) -> Iterator[Entry]:
    for position in positions:
        cells = {name: column[position] for name, column in batch.columns.items()}
        read = {name: read_cell(text, parsers[name]) for name, text in cells.items()}
        if read.get("status", COUNTED) != COUNTED:
            continue
        cents = read["amount"] if "amount" in read else paired(read["charge"], read["credit"])
        day = read["date"]
        yield Entry(
            line=batch.lines[position],
            patient_id=str(read["patient_id"]),
            day=None if isinstance(day, Unreadable) else day,
            what=plainly(cells.get("type", "")),
            cents=None if isinstance(cents, Unreadable) else cents,
        )

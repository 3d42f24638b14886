"""A ledger's cells: what reads each field, and what a charge and a credit come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from dipay.domain.records import EntryKind
from dipay.exports.tables.fields import FileDates, estimate, id_reader, money, one_side, required_date, word
from dipay.exports.tables.table import Table
from dipay.grammar import Unreadable
from dipay.grammar.words import fold

COUNTED, DROPPED = "counted", "dropped"


def cell_parsers(table: Table, date_format: str, today: date) -> dict[str, Callable[[str], Any]]:
    """What reads each field's cells. Days come as ordinals, amounts in cents."""
    decimal = table.layout.profile.decimal
    dates = FileDates(table, date_format, today.year)
    required = required_date(dates.reader("date"))
    kinds = table.layout.file_profile.words.get("type", {})
    return {
        "patient_id": id_reader(table, "patient_id"),
        "date": lambda text: required(text).toordinal(),
        "amount": money(decimal),
        "charge": one_side(decimal),
        "credit": one_side(decimal),
        # A type that the profile does not know changes nobody's balance: it is an entry like others.
        "type": lambda text: EntryKind(kinds.get(fold(text), EntryKind.OTHER)),
        "status": word(table, "status", COUNTED),
        "entry_id": str,
        "applies_to": str,
        "insurance_estimate": estimate(decimal),
        "writeoff_estimate": estimate(decimal),
    }


def paired(charge: int | Unreadable | None, credit: int | Unreadable | None) -> int | Unreadable:
    """The signed amount of a charge and a credit column, of which one is blank or zero."""
    if isinstance(charge, Unreadable):
        return charge
    if isinstance(credit, Unreadable):
        return credit
    if charge is None and credit is None:
        return Unreadable("is blank, and so is the other side", "Correct it in the PMS and export again.")
    if charge and credit:
        return Unreadable("stands in a row with both a charge and a credit", "Correct it in the PMS and export again.")
    return (charge or 0) - (credit or 0)

"""Charges and credits in columns of their own: what the two cells of a row come to."""

from __future__ import annotations

from dipay.grammar import Unreadable


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

"""Ledger entries, once read. Plain values; amounts are whole cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from dipay.domain.columns import Numbers
from dipay.domain.fields import EntryKind

#: The kinds in columns: each stands for its place here.
ENTRY_KINDS: Final = tuple(EntryKind)
NETTED_KINDS = frozenset({EntryKind.ADJUSTMENT, EntryKind.PLAN_CREDIT})


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One ledger row: charges positive, payments negative, in cents.

    `entry_id` and `applies_to` tie an adjustment to the charge it belongs to, where the export has them. The estimates
    lower the charge (both are 0 or more).
    """

    patient_id: str
    day: date
    cents: int
    kind: EntryKind = EntryKind.OTHER
    entry_id: str = ""
    applies_to: str = ""
    insurance_estimate_cents: int = 0
    writeoff_estimate_cents: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class MoneyByDay:
    """What a ledger's counted entries come to per account, day and kind: charges and credits, each summed apart.

    Columns of whole numbers, in the order of accounts and days: the account's place, the day's ordinal, the cents
    (charges above zero, credits below; none is 0) and the kind's place in `ENTRY_KINDS`. Where no kinds are told, the
    ledger has no column for them, and every entry is `EntryKind.OTHER`: nobody can tell a payment from a write-off.
    """

    account: Numbers
    day: Numbers
    cents: Numbers
    kind: Numbers
    kinds_are_told: bool

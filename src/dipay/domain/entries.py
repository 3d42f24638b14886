"""Ledger entries, once read. Plain values; amounts are whole cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dipay.domain.fields import EntryKind

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

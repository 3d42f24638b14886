"""What the exports say, once read: patients, ledger entries, balances. Plain values; amounts are whole cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dipay.domain.values import value


class PatientStatus(StrEnum):
    """A patient's standing in the PMS. A row the PMS marks deleted never becomes a patient."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ARCHIVED = "archived"
    DECEASED = "deceased"
    PROSPECTIVE = "prospective"
    NON_PATIENT = "non-patient"


@value(frozen=True, slots=True)
class Patient:
    """One row of the patients export. None means "the export does not say".

    `mobile_phone` is the cell's text; it is read as a number only for whom it matters. `held_for` are the reasons why
    this row can't be trusted, in words without the cells' text.
    """

    patient_id: str
    guarantor_id: str
    first_name: str
    last_name: str
    mobile_phone: str = ""
    status: PatientStatus = PatientStatus.ACTIVE
    birth_date: date | None = None
    payment_plan: bool | None = None
    do_not_recall: bool | None = None
    text_consent: bool | None = None
    last_visit: date | None = None
    outstanding_claims: int | None = None
    insurance_estimate_cents: int = 0
    writeoff_estimate_cents: int = 0
    zip: str = ""
    held_for: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class EntryKind(StrEnum):
    """What a ledger entry is. Only adjustments and plan credits are netted with the charge they are tied to."""

    CHARGE = "charge"
    PAYMENT = "payment"
    INSURANCE_PAYMENT = "insurance-payment"
    WRITE_OFF = "write-off"
    ADJUSTMENT = "adjustment"
    PLAN_CREDIT = "plan-credit"
    OTHER = "other"


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

"""The fields dipay knows in each kind of export; profiles and settings map a file's captions to their names."""

from __future__ import annotations

from collections.abc import Mapping

PATIENT_FIELDS = (
    "patient_id", "guarantor_id", "first_name", "last_name", "name", "mobile_phone", "home_phone", "work_phone",
    "email", "birth_date", "status", "payment_plan", "do_not_recall", "text_consent", "last_visit",
    "outstanding_claims", "insurance_estimate", "writeoff_estimate", "zip",
)  # fmt: skip
LEDGER_FIELDS = (
    "patient_id", "date", "amount", "charge", "credit", "type", "description", "status", "entry_id", "applies_to",
    "insurance_estimate", "writeoff_estimate",
)  # fmt: skip
BALANCE_FIELDS = (
    "guarantor_id", "days_0_30", "days_31_60", "days_61_90", "over_90", "insurance_estimate", "writeoff_estimate",
    "outstanding_claims",
)  # fmt: skip

FIELDS: Mapping[str, tuple[str, ...]] = {
    "patients": PATIENT_FIELDS,
    "ledger": LEDGER_FIELDS,
    "balances": BALANCE_FIELDS,
}

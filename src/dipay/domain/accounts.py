"""Accounts: one guarantor with every patient they pay for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date

from dipay.domain.aging import AgedBalance
from dipay.domain.records import Patient
from dipay.domain.values import value
from dipay.grammar import Unreadable
from dipay.grammar.phones import parse_phone


@value(frozen=True, slots=True)
class Account:
    """One account on the day it is looked at.

    `guarantor` is None where the patients export has no row for them. `patients` are all whom the account pays for, the
    guarantor among them unless somebody else pays for the guarantor. `last_visit` is the account's most recent visit as
    the settings' scope counts it, None where none is known. `held_for` are the reasons its rows can't be trusted.
    """

    guarantor_id: str
    guarantor: Patient | None
    patients: tuple[Patient, ...]
    aged: AgedBalance
    last_visit: date | None = None
    outstanding_claims: int | None = None
    held_for: tuple[str, ...] = ()
    country: str = "US"
    _phone_read: str | None = field(default=None, init=False, repr=False, compare=False)

    def has_patient(self, patient_id: str) -> bool:
        return any(patient.patient_id == patient_id for patient in self.patients)

    @property
    def name(self) -> str:
        if self.guarantor is not None:
            return self.guarantor.name
        return f"(guarantor {self.guarantor_id} is not in the export)"

    @property
    def first_name(self) -> str:
        return self.guarantor.first_name if self.guarantor is not None else ""

    @property
    def amount_cents(self) -> int:
        """The amount a request asks for: the patient portion, never below zero."""
        return max(0, self.aged.patient_portion_cents)

    @property
    def phone(self) -> str | None:
        """The guarantor's mobile number in E.164, None where there is none that can be texted."""
        read = self._phone
        return read if read.startswith("+") else None

    @property
    def phone_problem(self) -> str | None:
        """Why there is no usable mobile number; None where there is one."""
        read = self._phone
        return None if read.startswith("+") else read

    @property
    def _phone(self) -> str:
        # Only where somebody looks at the number is it read, and then once.
        if self._phone_read is None:
            read = read_phone(self.guarantor.mobile_phone if self.guarantor else "", self.country)
            object.__setattr__(self, "_phone_read", read)
            return read
        return self._phone_read


def read_phone(text: str, country: str) -> str:
    """The E.164 number, or why there is none: words, which never begin with a plus sign."""
    try:
        return parse_phone(text, country)
    except Unreadable as unreadable:
        return unreadable.what


def grouped_by_guarantor(patients: Iterable[Patient]) -> dict[str, list[Patient]]:
    """The patients of each account, by guarantor id, in the export's order."""
    accounts: dict[str, list[Patient]] = {}
    for patient in patients:
        accounts.setdefault(patient.guarantor_id, []).append(patient)
    return accounts


def most_recent_visit(
    patients: Iterable[Patient], guarantor_id: str, scope: str, latest_charge: date | None
) -> date | None:
    """The latest `last_visit` among the account's patients, or of the guarantor alone with scope "guarantor".

    Where the export says nothing of visits, the latest charge stands for it.
    """
    visits = [
        each.last_visit
        for each in patients
        if each.last_visit is not None and (scope == "family" or each.patient_id == guarantor_id)
    ]
    return max(visits) if visits else latest_charge


def guarantor_problem(guarantor_id: str, by_id: Mapping[str, Patient]) -> str | None:
    """Why this guarantor can't be asked for others: somebody else pays for them. dipay follows one step, no chain."""
    guarantor = by_id.get(guarantor_id)
    if guarantor is None or guarantor.guarantor_id == guarantor_id:
        return None
    further = by_id.get(guarantor.guarantor_id)
    if further is not None and further.guarantor_id == guarantor_id:
        return f"guarantors {guarantor_id} and {guarantor.guarantor_id} name each other as guarantor"
    return f"its guarantor {guarantor_id} has another guarantor, {guarantor.guarantor_id}"

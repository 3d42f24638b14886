"""An account: one guarantor with every patient they pay for, on the day it is looked at."""

from __future__ import annotations

from dataclasses import field
from datetime import date

from dipay.domain.aging import AgedBalance
from dipay.domain.fields import FIRST_NAME, MOBILE_PHONE, Field
from dipay.domain.patients import Patient, T
from dipay.domain.values import value
from dipay.grammar import Unreadable
from dipay.grammar.phones import parse_phone


@value(frozen=True, slots=True)
class Account:
    """One account.

    `guarantor` is None where the patients export has no row for them. `patients` are all whom the account pays for, the
    guarantor among them unless somebody else pays for the guarantor. `last_visit` is the account's most recent visit as
    the settings' scope counts it, None where none is known. `held_for` are the reasons its rows can't be trusted; where
    one of them is about an amount, the amount is not known. `billing_types` are in the PMS's words.
    """

    guarantor_id: str
    guarantor: Patient | None
    patients: tuple[Patient, ...]
    aged: AgedBalance
    last_visit: date | None = None
    outstanding_claims: int | None = None
    held_for: tuple[str, ...] = ()
    amount_is_known: bool = True
    billing_types: tuple[str, ...] = ()
    country: str = "US"
    _phone_read: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def patient_ids(self) -> tuple[str, ...]:
        """The ids of the patients that the account pays for."""
        return tuple(patient.patient_id for patient in self.patients)

    def has_patient(self, patient_id: str) -> bool:
        return any(patient.patient_id == patient_id for patient in self.patients)

    def of_guarantor(self, key: Field[T]) -> T:
        """What the export says of the guarantor; the field's `absent` where there is none."""
        return self.guarantor[key] if self.guarantor is not None else key.absent

    @property
    def name(self) -> str:
        return self.guarantor.name if self.guarantor is not None else name_of_nobody(self.guarantor_id)

    @property
    def first_name(self) -> str:
        return self.of_guarantor(FIRST_NAME)

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
            read = read_phone(self.of_guarantor(MOBILE_PHONE), self.country)
            object.__setattr__(self, "_phone_read", read)
            return read
        return self._phone_read


def name_of_nobody(guarantor_id: str) -> str:
    return f"(guarantor {guarantor_id} is not in the export)"


def read_phone(text: str, country: str) -> str:
    """The E.164 number, or why there is none: words, which never begin with a plus sign."""
    try:
        return parse_phone(text, country)
    except Unreadable as unreadable:
        return unreadable.what

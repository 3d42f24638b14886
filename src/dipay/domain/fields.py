"""The fields dipay knows: one table. Readers, the settings' `columns`, notes, pages and tests are loops over it.

A field is also the key to its values: `patient[PAYMENT_PLAN]`, `accounts.of_guarantors(BIRTH_DATE)`. So a fact that no
rule looked at before is a row here and its rule; nothing else needs to know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Any, Final, Generic, TypeVar

from dipay.grammar.languages import LANGUAGES

FileKind = str  # one of these:
KINDS: Final[tuple[FileKind, ...]] = ("patients", "ledger", "balances")

T = TypeVar("T")


class PatientStatus(StrEnum):
    """A patient's standing in the PMS. A row the PMS marks deleted never becomes a patient."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ARCHIVED = "archived"
    DECEASED = "deceased"
    PROSPECTIVE = "prospective"
    NON_PATIENT = "non-patient"


class EntryKind(StrEnum):
    """What a ledger entry is. Only adjustments and plan credits are netted with the charge they are tied to."""

    CHARGE = "charge"
    PAYMENT = "payment"
    INSURANCE_PAYMENT = "insurance-payment"
    WRITE_OFF = "write-off"
    ADJUSTMENT = "adjustment"
    PLAN_CREDIT = "plan-credit"
    #: A payment that came back: a check without cover, a card payment that the bank took back.
    RETURNED_PAYMENT = "returned-payment"
    OTHER = "other"


class Grammar(Enum):
    """What the cells of a field are. `exports/tables/fields.py` has what reads each of them."""

    ID = "an id, as text"
    NAME = "a name"
    PHONE = "a phone number, as text until somebody is to be texted"
    TEXT = "text"
    UNREAD = "text that nobody asks for"
    DAY = "a day"
    PAST_DAY = "a day that has come, or nothing"
    YES_NO = "yes, no, or not said"
    STATUS = "a word for a patient's standing"
    ENTRY_KIND = "a word for what an entry is"
    ENTRY_STATUS = "a word for whether an entry counts"
    LANGUAGE = "a language by its name or code; one that is not known is none"
    COUNT = "a whole number, or not said"
    AMOUNT = "an amount, below zero for a credit"
    BUCKET = "an amount; blank for none, where the row's total proves it"
    SIDE = "an amount of its own side, or nothing"
    ESTIMATE = "an amount, blank for none"


#: The grammars whose values are kept as text.
TEXTS: Final = frozenset({Grammar.NAME, Grammar.PHONE, Grammar.TEXT, Grammar.LANGUAGE})


@dataclass(frozen=True, slots=True, eq=False)
class Field(Generic[T]):
    """One field: in which files it stands, and how its cells are read.

    `absent` is its value where a file has no such column, or says nothing. The cells of `personal` fields never stand
    in a message: they tell who somebody is or how to reach them. `blind` says what goes unseen without its column.
    """

    name: str
    words: str
    files: tuple[FileKind, ...]
    grammar: Grammar
    absent: T
    personal: bool = False
    blind: str = ""


#: What the words of a coded column can mean.
MEANINGS: Final[Mapping[Grammar, tuple[str, ...]]] = {
    Grammar.YES_NO: ("yes", "no", "unknown"),
    Grammar.STATUS: (*PatientStatus, "deleted"),
    Grammar.ENTRY_KIND: tuple(EntryKind),
    Grammar.ENTRY_STATUS: ("counted", "dropped"),
    Grammar.LANGUAGE: LANGUAGES,
}
#: Amounts of which a field may be the sum of several columns.
ADDABLE: Final = frozenset({Grammar.AMOUNT, Grammar.BUCKET, Grammar.SIDE, Grammar.ESTIMATE, Grammar.UNREAD})

_P: Final[tuple[FileKind, ...]] = ("patients",)
_L: Final[tuple[FileKind, ...]] = ("ledger",)
_B: Final[tuple[FileKind, ...]] = ("balances",)
_ALL: Final = KINDS

PATIENT_ID = Field("patient_id", "the patient", ("patients", "ledger"), Grammar.ID, "")
GUARANTOR_ID = Field(
    "guarantor_id", "who pays for the patient; blank for themselves", ("patients", "balances"), Grammar.ID, "",
    blind="every patient is taken to pay for themselves.",
)  # fmt: skip
FIRST_NAME = Field("first_name", "the first name", _P, Grammar.NAME, "", personal=True)
LAST_NAME = Field("last_name", "the last name", _P, Grammar.NAME, "", personal=True)
NAME = Field("name", "both names in one cell: Last, First", _P, Grammar.NAME, "", personal=True)
OTHER_ID = Field("other_id", "a second id, which guarantors may be named by", _P, Grammar.ID, "")
MOBILE_PHONE = Field(
    "mobile_phone", "the number that is texted", _P, Grammar.PHONE, "", personal=True, blind="nobody can be texted."
)
HOME_PHONE = Field("home_phone", "a number to call", _P, Grammar.UNREAD, "", personal=True)
WORK_PHONE = Field("work_phone", "a number to call", _P, Grammar.UNREAD, "", personal=True)
EMAIL = Field("email", "the e-mail address", _P, Grammar.UNREAD, "", personal=True)
BIRTH_DATE: Field[date | None] = Field(
    "birth_date", "the birth date", _P, Grammar.PAST_DAY, None, personal=True,
    blind="no guarantor is held for being under 18.",
)  # fmt: skip
STATUS = Field("status", "the standing in the PMS", _P, Grammar.STATUS, PatientStatus.ACTIVE)
DECEASED: Field[bool | None] = Field(
    "deceased", "whether the patient has died, in a column of its own", _P, Grammar.YES_NO, None
)
BILLING_TYPE = Field("billing_type", "the billing type, in the PMS's words", ("patients", "balances"), Grammar.TEXT, "")
PAYMENT_PLAN: Field[bool | None] = Field(
    "payment_plan", "whether the patient is on an active payment plan", _P, Grammar.YES_NO, None,
    blind="nobody is left out for being on a payment plan.",
)  # fmt: skip
DO_NOT_RECALL: Field[bool | None] = Field(
    "do_not_recall", "whether the patient is marked Do Not Recall", _P, Grammar.YES_NO, None,
    blind="nobody is left out for Do Not Recall.",
)  # fmt: skip
TEXT_CONSENT: Field[bool | None] = Field(
    "text_consent", "whether the patient agreed to texts", _P, Grammar.YES_NO, None,
    blind="nobody is left out for not agreeing to texts.",
)  # fmt: skip
LAST_VISIT: Field[date | None] = Field("last_visit", "the last visit", _P, Grammar.PAST_DAY, None)
OUTSTANDING_CLAIMS: Field[int | None] = Field(
    "outstanding_claims", "how many insurance claims are open", ("patients", "balances"), Grammar.COUNT, None
)
INSURANCE_ESTIMATE = Field("insurance_estimate", "what insurance is expected to pay", _ALL, Grammar.ESTIMATE, 0)
WRITEOFF_ESTIMATE = Field("writeoff_estimate", "what is expected to be written off", _ALL, Grammar.ESTIMATE, 0)
ZIP = Field("zip", "the postal code, for the hours of its time zone", _P, Grammar.TEXT, "", personal=True)
LANGUAGE = Field("language", "the language to write in", _P, Grammar.LANGUAGE, "")

DATE: Field[date | None] = Field("date", "the day of the entry", _L, Grammar.DAY, None)
AMOUNT = Field("amount", "the amount, charges above zero and payments below", _L, Grammar.AMOUNT, 0)
CHARGE: Field[int | None] = Field("charge", "the charge, where charges and credits stand apart", _L, Grammar.SIDE, None)
CREDIT: Field[int | None] = Field("credit", "the credit, where charges and credits stand apart", _L, Grammar.SIDE, None)
TYPE = Field("type", "what the entry is", _L, Grammar.ENTRY_KIND, EntryKind.OTHER)
DESCRIPTION = Field("description", "what the entry is, in free words", _L, Grammar.UNREAD, "")
ENTRY_STATUS = Field("status", "whether the entry counts", _L, Grammar.ENTRY_STATUS, "")
ENTRY_ID = Field("entry_id", "the entry's own id", _L, Grammar.ID, "")
APPLIES_TO = Field("applies_to", "the id of the charge that an adjustment belongs to", _L, Grammar.ID, "")

DAYS_0_30: Field[int | None] = Field("days_0_30", "what is unpaid since 0 to 30 days", _B, Grammar.BUCKET, None)
DAYS_31_60: Field[int | None] = Field("days_31_60", "what is unpaid since 31 to 60 days", _B, Grammar.BUCKET, None)
DAYS_61_90: Field[int | None] = Field("days_61_90", "what is unpaid since 61 to 90 days", _B, Grammar.BUCKET, None)
OVER_90: Field[int | None] = Field("over_90", "what is unpaid since more than 90 days", _B, Grammar.BUCKET, None)
UNAPPLIED_CREDIT: Field[int | None] = Field(
    "unapplied_credit", "credit that the buckets do not show", _B, Grammar.SIDE, None
)
TOTAL: Field[int | None] = Field("total", "the balance, which the buckets must add up to", _B, Grammar.BUCKET, None)
PORTION: Field[int | None] = Field("portion", "the balance less the estimates", _B, Grammar.BUCKET, None)
PROVIDER = Field("provider", "who treated: rows of one account by other providers are added", _B, Grammar.TEXT, "")
OTHER_AMOUNT = Field("other_amount", "an amount that plays no part in the balance", _B, Grammar.UNREAD, "")

FIELDS: Final[tuple[Field[Any], ...]] = (
    PATIENT_ID, GUARANTOR_ID, FIRST_NAME, LAST_NAME, NAME, OTHER_ID, MOBILE_PHONE, HOME_PHONE, WORK_PHONE, EMAIL,
    BIRTH_DATE, STATUS, DECEASED, BILLING_TYPE, PAYMENT_PLAN, DO_NOT_RECALL, TEXT_CONSENT, LAST_VISIT, ZIP, LANGUAGE,
    DATE, AMOUNT, CHARGE, CREDIT, TYPE, DESCRIPTION, ENTRY_STATUS, ENTRY_ID, APPLIES_TO, DAYS_0_30, DAYS_31_60,
    DAYS_61_90, OVER_90, UNAPPLIED_CREDIT, TOTAL, PORTION, PROVIDER, OTHER_AMOUNT,
    INSURANCE_ESTIMATE, WRITEOFF_ESTIMATE, OUTSTANDING_CLAIMS,
)  # fmt: skip

#: By kind of file its fields, each by its name.
FIELDS_OF: Final[Mapping[FileKind, Mapping[str, Field[Any]]]] = {
    kind: {field.name: field for field in FIELDS if kind in field.files} for kind in KINDS
}
#: The four buckets of an aging report, the newest first.
BUCKETS: Final = (DAYS_0_30, DAYS_31_60, DAYS_61_90, OVER_90)
ESTIMATES: Final = (INSURANCE_ESTIMATE, WRITEOFF_ESTIMATE)

"""Patients as columns: what the patients export says of each, as numbers and texts by row; and any one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from dipay.domain.problems import Problem
from dipay.domain.records import Patient, PatientStatus

if TYPE_CHECKING:
    from dipay.domain.aging import Numbers
    from dipay.exports.engine import Texts

STATUSES = tuple(PatientStatus)
#: Of a row that the PMS marks deleted, which makes no patient.
DELETED = len(STATUSES)
FLAGS: tuple[bool | None, ...] = (None, False, True)
#: The fields that hold one of a few values, a day or a number, with how each value is kept as a whole number: 0 where
#: the export has no such column, says nothing, or can't be read.
NUMBERS: Mapping[str, Callable[[Any], int]] = {
    "birth_date": lambda day: day.toordinal() if day else 0,
    "status": lambda word: DELETED if word == "deleted" else STATUSES.index(PatientStatus(word)),
    "deceased": FLAGS.index,
    "payment_plan": FLAGS.index,
    "do_not_recall": FLAGS.index,
    "text_consent": FLAGS.index,
    "last_visit": lambda day: day.toordinal() if day else 0,
    "outstanding_claims": lambda count: 0 if count is None else count + 1,
    "insurance_estimate": int,
    "writeoff_estimate": int,
}


@dataclass(slots=True)
class Patients:
    """The patients of an export as columns, in its order; the ids of rows the PMS marks deleted; what was wrong.

    `id` and `guarantor` are numbers of `ids`. `numbers` hold the other fields as `NUMBERS` says, `texts` the names,
    numbers and zip codes. `held_for` says of a row why it can't be trusted, `held_accounts` are guarantor ids held for
    a row that made no patient, with why.
    """

    ids: Texts
    id: Numbers
    guarantor: Numbers
    texts: Mapping[str, list[str]]
    numbers: Mapping[str, Numbers]
    held_for: dict[int, tuple[str, ...]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    held_accounts: dict[str, list[str]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    _id_texts: list[str] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.id)

    @property
    def id_texts(self) -> list[str]:
        """The text of every id by its number."""
        if not self._id_texts:
            self._id_texts = self.ids.between(0, len(self.ids))
        return self._id_texts

    def patient(self, row: int) -> Patient:
        """The patient of a row."""
        values = {name: column.item(row) for name, column in self.numbers.items()}
        return Patient(
            patient_id=self.id_texts[self.id.item(row)],
            guarantor_id=self.id_texts[self.guarantor.item(row)],
            **{name: column[row] for name, column in self.texts.items()},
            status=STATUSES[values["status"]],
            birth_date=as_day(values["birth_date"]),
            payment_plan=FLAGS[values["payment_plan"]],
            do_not_recall=FLAGS[values["do_not_recall"]],
            text_consent=FLAGS[values["text_consent"]],
            last_visit=as_day(values["last_visit"]),
            outstanding_claims=values["outstanding_claims"] - 1 if values["outstanding_claims"] else None,
            insurance_estimate_cents=values["insurance_estimate"],
            writeoff_estimate_cents=values["writeoff_estimate"],
            held_for=self.held_for.get(row, ()),
        )

    def rows(self) -> Numbers:
        """The row of each id by its number, -1 for the id of no patient."""
        import numpy as np

        rows = np.full(len(self.ids), -1, np.int64)
        rows[self.id] = np.arange(len(self))
        return rows

    def guarantor_ids(self) -> dict[str, str]:
        """Each patient's guarantor id."""
        texts = self.id_texts
        return {texts[one]: texts[other] for one, other in zip(self.id.tolist(), self.guarantor.tolist(), strict=True)}


def as_day(ordinal: int) -> date | None:
    """The day of an ordinal, None for 0."""
    return date.fromordinal(ordinal) if ordinal else None

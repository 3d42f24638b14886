"""The patients export: rows to patients. A cell that can't be read holds its patient's account."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import repeat
from typing import Any

from dipay.domain.problems import Problem, Severity
from dipay.domain.records import Patient, PatientStatus
from dipay.exports.cells import Memory, clean, forget
from dipay.exports.fields import (
    FileDates,
    blank_as_none,
    cell_message,
    count,
    estimate,
    id_reader,
    word,
    yes_no,
)
from dipay.exports.files import stop
from dipay.exports.observing import odd_letters
from dipay.exports.table import Batch, Table
from dipay.grammar import Unreadable
from dipay.grammar.phones import holds_words

#: Values that mean "their own guarantor" where a PMS writes one instead of leaving the cell empty (NexHealth: 0).
OWN_GUARANTOR = frozenset({"", "0"})
DELETED = "deleted"

_TEXTS = ("first_name", "last_name", "name", "mobile_phone", "zip")
_FIELDS = (
    "patient_id", "other_id", "guarantor_id", *_TEXTS, "birth_date", "status", "deceased", "payment_plan",
    "do_not_recall", "text_consent", "last_visit", "outstanding_claims", "insurance_estimate", "writeoff_estimate",
)  # fmt: skip
#: What a row holds where the export has no such column, or where its cell can't be read.
_DEFAULTS: Mapping[str, Any] = {
    **dict.fromkeys(_TEXTS, ""), "other_id": "", "birth_date": None, "status": PatientStatus.ACTIVE, "deceased": None,
    "payment_plan": None, "do_not_recall": None, "text_consent": None, "last_visit": None, "outstanding_claims": None,
    "insurance_estimate": 0, "writeoff_estimate": 0,
}  # fmt: skip


_STATUSES = {each.value: each for each in PatientStatus}


@dataclass(slots=True)
class Patients:
    """The patients of an export, by id, in its order; the ids of rows the PMS marks deleted; what was wrong.

    `held_accounts` are guarantor ids held for a row that made no patient, with why.
    """

    by_id: dict[str, Patient] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    held_accounts: dict[str, list[str]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()


def read_patients(table: Table, date_format: str, today: date) -> Patients:
    """Reads the whole export. `today` bounds birth dates and visits, which can't lie ahead."""
    reader = _Reader(table, date_format, today)
    for batch in table.batches(_FIELDS):
        reader.take(batch)
    return reader.finish()


def read_ids(table: Table) -> dict[str, str]:
    """Each patient's guarantor id, as `read_patients` finds it, without reading anything else of the rows."""
    found: dict[str, str] = {}
    other_ids: dict[str, str] = {}
    cleaned = Memory(clean)
    for batch in table.batches(("patient_id", "other_id", "guarantor_id")):
        rows = [cleaned.of(batch.columns[name]) for name in ("patient_id", "guarantor_id")]
        ids, guarantors = ([each if isinstance(each, str) else "" for each in row] for row in rows)
        for patient_id, guarantor_id in zip(ids, guarantors, strict=True):
            found[patient_id] = patient_id if guarantor_id in OWN_GUARANTOR else guarantor_id
        others = (each if isinstance(each, str) else "" for each in cleaned.of(batch.columns.get("other_id", ())))
        other_ids.update(zip(others, ids, strict=False))
    return {each: named if named in found else other_ids.get(named, named) for each, named in found.items()}


class _Reader:
    def __init__(self, table: Table, date_format: str, today: date) -> None:
        self.table = table
        self.today = today
        self.found = Patients(fields=frozenset(table.layout.columns))
        self.other_ids: dict[str, str] = {}
        # The line of each patient, in the order of `found.by_id`.
        self.lines = array("L")
        self.lines_by_id: dict[str, int] = {}
        self.memories = {name: Memory(parse) for name, parse in self._parsers(date_format).items()}

    def _parsers(self, date_format: str) -> dict[str, Callable[[str], Any]]:
        table, decimal = self.table, self.table.layout.profile.decimal
        dates = FileDates(table, date_format, self.today.year)
        parsers: dict[str, Callable[[str], Any]] = {
            "status": word(table, "status", PatientStatus.ACTIVE),
            "deceased": yes_no(table, "deceased"),
            "payment_plan": yes_no(table, "payment_plan"),
            "do_not_recall": yes_no(table, "do_not_recall"),
            "text_consent": yes_no(table, "text_consent"),
            "birth_date": self._past(blank_as_none(dates.reader("birth_date"))),
            "last_visit": self._past(blank_as_none(dates.reader("last_visit"))),
            "outstanding_claims": count,
            "insurance_estimate": estimate(decimal),
            "writeoff_estimate": estimate(decimal),
            "mobile_phone": _phone_text,
            **dict.fromkeys(("first_name", "last_name", "name", "zip", "other_id"), str),
        }
        for name in ("patient_id", "guarantor_id"):
            parsers[name] = id_reader(table, name)
        return {name: parse for name, parse in parsers.items() if name in table.layout.columns}

    def _past(self, parse: Callable[[str], date | None]) -> Callable[[str], date | None]:
        def parse_past(text: str) -> date | None:
            found = parse(text)
            if found is not None and found > self.today:
                raise Unreadable("is a day that has not come yet", "Correct it in the PMS and export again.")
            return found

        return parse_past

    def take(self, batch: Batch) -> None:
        columns = [
            self.memories[name].of(batch.columns[name]) if name in batch.columns else repeat(_DEFAULTS[name])
            for name in _FIELDS
        ]
        flawed = any(memory.met_bad(batch.columns[name]) for name, memory in self.memories.items())
        for position, (line, cells) in enumerate(zip(batch.lines, zip(*columns, strict=False), strict=True)):
            if flawed and any(isinstance(cell, Unreadable) for cell in cells):
                self._row(line, self._report_flaws(batch, position, cells), *self._without_flaws(cells))
            else:
                self._row(line, (), *cells)

    def _report_flaws(self, batch: Batch, position: int, cells: Sequence[Any]) -> tuple[str, ...]:
        """Reports the cells that can't be read; returns why the patient is held."""
        line = batch.lines[position]
        why = []
        for name, cell in zip(_FIELDS, cells, strict=True):
            if not isinstance(cell, Unreadable):
                continue
            caption = self.table.layout.columns[name].caption
            if name == "guarantor_id":
                # Whose account the patient's entries and estimates belong to is not known, so none can be held for it.
                message = cell_message(batch.columns[name][position], name, cell)
                raise stop(message, cell.fix, self.table.file_name, row=line, column=caption)
            self.found.problems.append(
                Problem(
                    Severity.ERROR,
                    cell_message(batch.columns[name][position], name, cell),
                    cell.fix,
                    self.table.file_name,
                    row=line,
                    column=caption,
                    kind=cell.what,
                )
            )
            why.append(f'{self.table.file_name}:{line}, column "{caption}" could not be read')
        return tuple(why)

    def _without_flaws(self, cells: Sequence[Any]) -> Iterator[Any]:
        for name, cell in zip(_FIELDS, cells, strict=True):
            yield _DEFAULTS.get(name, "") if isinstance(cell, Unreadable) else cell

    def _row(
        self, line: int, held_for: tuple[str, ...], patient_id: str, other_id: str, guarantor_id: str, first: str,
        last: str, name: str, mobile_phone: str, zip_code: str, birth_date: date | None, status: str,
        deceased: bool | None, payment_plan: bool | None, do_not_recall: bool | None, text_consent: bool | None,
        last_visit: date | None, outstanding_claims: int | None, insurance_estimate: int, writeoff_estimate: int,
    ) -> None:  # fmt: skip
        """One row, its cells in the order of `_FIELDS`."""
        if status == DELETED:
            self.found.deleted.add(patient_id)
            self.table.report.drop("rows the PMS marks deleted")
            return
        if guarantor_id in OWN_GUARANTOR or guarantor_id == patient_id:
            guarantor_id = patient_id
        elif (guarantor := self.found.by_id.get(guarantor_id)) is not None:
            # One text for each id, however many rows have it.
            guarantor_id = guarantor.patient_id
        if not patient_id:
            self.table.hold(
                line,
                self.table.layout.columns["patient_id"].caption,
                "the patient id is blank.",
                "Correct it in the PMS and export again.",
                "blank id",
            )
            self.found.held_accounts.setdefault(guarantor_id, []).append(f"{self.table.file_name}:{line} has no id")
            return
        if name and not (first or last):
            first, last = _split_name(name)
        patient = Patient(
            patient_id, guarantor_id, first, last, mobile_phone,
            PatientStatus.DECEASED if deceased is True else _STATUSES[status],
            birth_date, payment_plan, do_not_recall, text_consent, last_visit, outstanding_claims,
            insurance_estimate, writeoff_estimate, zip_code, held_for,
        )  # fmt: skip
        self._add(patient, other_id, line)

    def _add(self, patient: Patient, other_id: str, line: int) -> None:
        found = self.found
        before = found.by_id.get(patient.patient_id)
        if before is None:
            found.by_id[patient.patient_id] = patient
            self.lines.append(line)
            if other_id:
                self.other_ids[other_id] = patient.patient_id
            if patient.held_for:
                self.table.report.held += 1
            else:
                self.table.report.read += 1
            return
        if before == patient:
            self.table.report.drop("rows that stand twice")
            return
        first_line = self._first_line(patient.patient_id)
        both = f"{self.table.file_name}:{first_line} and :{line}"
        self.table.hold(
            line,
            None,
            f"patient {patient.patient_id} stands at row {first_line} too, differently.",
            "Correct it in the PMS and export again.",
            "same id twice",
        )
        if not before.held_for:
            self.table.report.read -= 1
            self.table.report.held += 1
        reason = f"{both} give patient {patient.patient_id} twice, differently"
        found.by_id[patient.patient_id] = replace(before, held_for=(*before.held_for, reason))
        found.held_accounts.setdefault(patient.guarantor_id, []).append(reason)

    def _first_line(self, patient_id: str) -> int:
        """Where the patient stood first. Indexed only where a patient does stand twice."""
        if patient_id not in self.lines_by_id:
            self.lines_by_id = dict(zip(self.found.by_id, self.lines, strict=True))
        return self.lines_by_id[patient_id]

    def finish(self) -> Patients:
        for line, cells in self.table.misfits:
            self._hold_whom_it_names(line, cells)
        self.found.problems.extend(self.table.problems)
        self.found.problems.extend(odd_letters(self.table, self.memories))
        if self.other_ids:
            self._resolve_guarantors()
        forget(self.memories)
        return self.found

    def _hold_whom_it_names(self, line: int, cells: Sequence[str]) -> None:
        """A row whose cells can't be told apart holds the account of every patient or guarantor it may be about."""
        reason = f"{self.table.file_name}:{line} does not fit its header"
        for cell in {cell.strip() for cell in cells}:
            patient = self.found.by_id.get(cell)
            guarantor_id = patient.guarantor_id if patient is not None else None
            if guarantor_id is not None:
                self.found.held_accounts.setdefault(guarantor_id, []).append(reason)
        index = self.table.layout.columns["patient_id"].index
        if index < len(cells) and cells[index].strip():
            self.found.held_accounts.setdefault(cells[index].strip(), []).append(reason)

    def _resolve_guarantors(self) -> None:
        """A guarantor named by the other id (Dentrix: chart number or patient id) is put under the one id.

        A value that is one patient's id and another's other id could mean either: the account is held.
        """
        for patient_id, patient in self.found.by_id.items():
            named = patient.guarantor_id
            meant = self.other_ids.get(named)
            if meant is None or meant == named:
                continue
            if named in self.found.by_id and named != patient_id:
                reason = f"guarantor {named} is one patient's chart number and another's id"
                self.found.by_id[patient_id] = replace(patient, held_for=(*patient.held_for, reason))
            elif named != patient_id:
                self.found.by_id[patient_id] = replace(patient, guarantor_id=meant)


def _phone_text(text: str) -> str:
    if holds_words(text):
        raise Unreadable(
            "holds words beside or instead of a number", "Move the words to a note, or correct the number."
        )
    return text


def _split_name(name: str) -> tuple[str, str]:
    """First and last name of `Last, First M` or `Last, 'Pref' First M`; a name without a comma is all last name."""
    last, comma, first = clean(name).partition(",")
    if not comma:
        return "", last.strip()
    words = [each for each in first.split() if not each.startswith("'")]
    return (words[0] if words else ""), last.strip()

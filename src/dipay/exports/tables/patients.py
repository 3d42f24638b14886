"""The patients export: rows to patients. A cell that can't be read holds its patient's account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np

from dipay.domain.columns import Flags, Numbers
from dipay.domain.fields import (
    DECEASED,
    ESTIMATES,
    FIELDS_OF,
    FIRST_NAME,
    LAST_NAME,
    NAME,
    OTHER_ID,
    STATUS,
    TEXTS,
    Field,
    Grammar,
    PatientStatus,
)
from dipay.domain.patients import KEPT, Patients, as_number
from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.exports.engine import Texts
from dipay.exports.layout.profiles import OWN_GUARANTOR
from dipay.exports.tables.fields import FileDates, cell_message, id_reader, ids_as_written, parser
from dipay.exports.tables.letters import odd_letters
from dipay.exports.tables.quoting import shown_id
from dipay.exports.tables.table import Batch, Table
from dipay.grammar import Note, Unreadable
from dipay.grammar.cells import clean
from dipay.grammar.names import split_name

_READ: Final = tuple(each for each in FIELDS_OF["patients"].values() if each.grammar is not Grammar.UNREAD)
#: The fields that are kept as they are read; `name` becomes two of them, `deceased` a status.
_KEPT_TEXTS: Final = tuple(each for each in _READ if each.grammar in TEXTS and each is not NAME)
_OWN_IDS: Final = ("patient_id", "guarantor_id")
_AMOUNTS: Final = ("patient_id", *(each.name for each in ESTIMATES))
#: The status of a row that the PMS marks deleted, which makes no patient.
_DELETED: Final = len(PatientStatus)


@dataclass(slots=True)
class PatientsRead:
    """The patients; the ids of rows that the PMS marks deleted; what was wrong.

    `rows_with_amounts` are held for something else than an amount. `held_accounts` are guarantor ids held for a row
    that made no patient, with why; `fields` are what the file has.
    """

    patients: Patients
    ids: Texts
    rows_with_amounts: frozenset[int] = frozenset()
    deleted: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    held_accounts: dict[str, list[str]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()


def read_patients(table: Table, date_format: str, today: date, ids: Texts) -> PatientsRead:
    """Reads the whole export. `today` bounds birth dates and visits, which can't lie ahead."""
    reader = _Reader(table, date_format, today, ids)
    for batch in table.batches([each.name for each in _READ], ids):
        reader.take(batch)
    return reader.finish()


def _number_of(key: Field[Any]) -> Callable[[Any], int] | None:
    kept = KEPT.get(key.grammar)
    if key is STATUS:
        return lambda word: _DELETED if word == "deleted" else as_number(STATUS, PatientStatus(word))
    return kept.as_number if kept is not None else None


class _Reader:
    def __init__(self, table: Table, date_format: str, today: date, ids: Texts) -> None:
        self.table, self.ids = table, ids
        columns, dates = table.layout.columns, FileDates(table, date_format, today)
        self.own_ids = {
            name: ids.read_as_ids_by(id_reader(table, name), as_written=ids_as_written(table, name))
            for name in _OWN_IDS
            if name in columns
        }
        self.readings = {
            each: Texts.of_one_column(
                parser(table, each, dates), _number_of(each), by_shape=each.grammar is Grammar.ESTIMATE
            )
            for each in _READ
            if each.name in columns and each.name not in _OWN_IDS
        }
        self.blank = ids.number("")
        self.own = [ids.number(text) for text in OWN_GUARANTOR]
        self.problems: list[Problem] = []
        self.deleted: set[str] = set()
        self.held_accounts: dict[str, list[str]] = {}
        # What was kept of each batch: ids and lines by name, numbers and texts by their field.
        self.ids_and_lines: dict[str, list[Numbers]] = {name: [] for name in ("id", "guarantor", "line", "other_id")}
        self.numbers: dict[Field[Any], list[Numbers]] = {
            each: [] for each in (STATUS, *self.readings) if each.grammar in KEPT and each is not DECEASED
        }
        self.texts: dict[Field[Any], list[str]] = {each: [] for each in _KEPT_TEXTS}
        self.held_for: dict[int, tuple[str, ...]] = {}
        #: The lines held for nothing but a note.
        self.noted: set[int] = set()
        #: The lines held for something else than an amount, or than whose it is.
        self.with_amounts: set[int] = set()

    def take(self, batch: Batch) -> None:
        """Adds a batch: the fields of all its rows at once, and one by one what is not like the others."""
        texts_of = {key: readings.numbers(batch.columns[key.name]) for key, readings in self.readings.items()}
        id_texts = {"patient_id": batch.ids}
        if "guarantor_id" in batch.columns:
            id_texts["guarantor_id"] = self.ids.numbers(batch.columns["guarantor_id"])
        own = {name: readings.as_numbers(id_texts[name]) for name, readings in self.own_ids.items()}
        is_bad = np.zeros(len(batch), np.bool_)
        read = {name: (self.own_ids[name], numbers) for name, numbers in id_texts.items()}
        read |= {key.name: (self.readings[key], numbers) for key, numbers in texts_of.items()}
        for readings, numbers in read.values():
            if readings.unreadable:
                is_bad |= readings.are_bad(numbers)
        held_for = {}
        for row in np.flatnonzero(is_bad).tolist():
            flaws = {name: readings.unreadable.get(numbers.item(row)) for name, (readings, numbers) in read.items()}
            held_for[row] = self._report_flaws(batch, row, flaws)
            if all(isinstance(each, Note) for each in flaws.values() if each is not None):
                self.noted.add(batch.lines[row])
            if not any(flaws.get(name) for name in _AMOUNTS):
                self.with_amounts.add(batch.lines[row])
        patient_id = np.where(own["patient_id"] < 0, self.blank, own["patient_id"])
        named = own.get("guarantor_id", np.full(len(batch), self.blank))
        guarantor = np.where(self._is_own(named), patient_id, named)
        values = {
            key: readings.as_numbers(texts_of[key]) for key, readings in self.readings.items() if key.grammar in KEPT
        }
        status = self._statuses(values, len(batch))
        is_deleted, is_blank = status == _DELETED, patient_id == self.blank
        if is_deleted.any():
            self.deleted.update(self.ids.of(patient_id[is_deleted]))
            self.table.report.drop("rows the PMS marks deleted", int(is_deleted.sum()))
        for row in np.flatnonzero(is_blank & ~is_deleted).tolist():
            is_there = own["patient_id"].item(row) < 0
            self._hold_without_id(batch.lines[row], int(guarantor[row]), "can't be read" if is_there else "is blank")
        kept = np.flatnonzero(~(is_deleted | is_blank))
        if held_for:
            before = sum(map(len, self.ids_and_lines["id"]))
            position = {row: before + place for place, row in enumerate(kept.tolist())}
            self.held_for.update({position[row]: why for row, why in held_for.items() if row in position})
        ids_and_lines = {
            "id": patient_id, "guarantor": guarantor, "line": np.asarray(batch.lines, np.int64),
            "other_id": self._other_ids(texts_of, len(batch)),
        }  # fmt: skip
        # No number of a patient needs more than 32 bits: amounts have nine digits.
        for name, column in ids_and_lines.items():
            self.ids_and_lines[name].append(column[kept].astype(np.int32))
        for key, columns in self.numbers.items():
            columns.append((status if key is STATUS else values[key])[kept].astype(np.int32))
        self._take_texts({key: numbers[kept] for key, numbers in texts_of.items()}, len(kept))

    def _statuses(self, values: Mapping[Field[Any], Numbers], rows: int) -> Numbers:
        """Each row's status, `_DELETED` among them; a column of its own may say that somebody has died."""
        status = values.get(STATUS, np.zeros(rows, np.int64))
        if DECEASED not in values:
            return status
        died = (values[DECEASED] == as_number(DECEASED, True)) & (status != _DELETED)
        return np.where(died, as_number(STATUS, PatientStatus.DECEASED), status)

    def _is_own(self, guarantor: Numbers) -> Flags:
        """Where the cell says that patients are their own guarantors."""
        found: Flags = np.logical_or.reduce([guarantor == each for each in self.own])
        return found

    def _other_ids(self, texts_of: Mapping[Field[Any], Numbers], rows: int) -> Numbers:
        """The other id of each row by its number among all ids, the blank's for none."""
        if OTHER_ID not in texts_of:
            return np.full(rows, self.blank)
        return self.ids.numbers(self._texts_of(OTHER_ID, texts_of[OTHER_ID]))

    def _texts_of(self, key: Field[Any], numbers: Numbers) -> list[str]:
        """The texts of a column's cells, blank where one can't be read; a name with a note in it stays as it is."""
        readings = self.readings[key]
        texts: list[Any] = readings.values(numbers)
        if not readings.unreadable:
            return texts
        for row, each in enumerate(texts):
            if isinstance(each, Unreadable):
                is_noted = isinstance(each, Note) and key.grammar is Grammar.NAME
                texts[row] = clean(readings.texts.of(numbers[row : row + 1])[0]) if is_noted else ""
        return texts

    def _take_texts(self, texts_of: Mapping[Field[Any], Numbers], rows: int) -> None:
        taken = {
            key: self._texts_of(key, texts_of[key]) if key in self.readings else [""] * rows
            for key in (*_KEPT_TEXTS, NAME)
        }
        for row, name in enumerate(taken.pop(NAME)):
            if name and not (taken[FIRST_NAME][row] or taken[LAST_NAME][row]):
                taken[FIRST_NAME][row], taken[LAST_NAME][row] = split_name(name)
        for key, texts in taken.items():
            self.texts[key] += texts

    def _report_flaws(self, batch: Batch, row: int, flaws: Mapping[str, Unreadable | None]) -> tuple[str, ...]:
        """Reports the cells that can't be read; returns why the patient is held."""
        line = batch.lines[row]
        why = []
        for name, cell in flaws.items():
            if cell is None:
                continue
            caption = self.table.layout.columns[name].caption
            if name == "guarantor_id":
                # Whose account the patient's entries and estimates belong to is not known, so none can be held for it.
                message = cell_message(batch.columns[name][row], name, cell)
                raise cannot(ExitCode.EXPORTS, message, cell.fix, self.table.file_name, row=line, column=caption)
            self.problems.append(
                Problem(
                    Severity.ERROR,
                    cell_message(batch.columns[name][row], name, cell),
                    cell.fix,
                    self.table.file_name,
                    row=line,
                    column=caption,
                    kind=cell.what,
                )
            )
            what = "holds words that a person must read" if isinstance(cell, Note) else "could not be read"
            why.append(f'{self.table.file_name}:{line}, column "{caption}" {what}')
        return tuple(why)

    def _hold_without_id(self, line: int, guarantor: int, why: str) -> None:
        self.table.hold(
            line,
            self.table.layout.columns["patient_id"].caption,
            f"the patient id {why}.",
            "Correct it in the PMS and export again.",
            "blank id",
        )
        guarantor_id = self.ids.text(guarantor)
        self.held_accounts.setdefault(guarantor_id, []).append(f"{self.table.file_name}:{line} has no id")

    def finish(self) -> PatientsRead:
        found, lines, other_ids = (
            self._patients(),
            _joined(self.ids_and_lines["line"]),
            _joined(self.ids_and_lines["other_id"]),
        )
        again = self._hold_again(found, lines)
        if len(again):
            found, other_ids = _without(found, again), np.delete(other_ids, again)
            lines = np.delete(lines, again)
        self.table.report.held += len(found.held_for)
        self.table.report.noted += sum(int(lines[row]) in self.noted for row in found.held_for)
        self.table.report.read += len(found) - len(found.held_for)
        if self.table.misfits:
            self._hold_whom_misfits_name(found)
        self.problems.extend(self.table.problems)
        readings = {key.name: readings for key, readings in self.readings.items()}
        self.problems.extend(odd_letters(self.table, {**self.own_ids, **readings}))
        if (other_ids != self.blank).any():
            self._resolve_guarantors(found, other_ids)
        fields = frozenset(self.table.layout.columns)
        known = frozenset(row for row in found.held_for if int(lines[row]) in self.with_amounts)
        return PatientsRead(found, self.ids, known, self.deleted, self.problems, self.held_accounts, fields)

    def _patients(self) -> Patients:
        return Patients(
            self.ids,
            _joined(self.ids_and_lines["id"]),
            _joined(self.ids_and_lines["guarantor"]),
            self.texts,
            {key: _joined(columns) for key, columns in self.numbers.items()},
            self.held_for,
        )

    def _hold_again(self, found: Patients, lines: Numbers) -> list[int]:
        """The rows of patients who stood before: dropped where they say the same, held with the first where not."""
        order = np.argsort(found.id, kind="stable")
        same = found.id[order][1:] == found.id[order][:-1]
        if not same.any():
            return []
        again: list[int] = np.sort(order[1:][same]).tolist()
        firsts: dict[int, int] = {}
        for row in np.sort(np.unique(np.concatenate([order[1:][same], order[:-1][same]]))).tolist():
            firsts.setdefault(int(found.id[row]), row)
        for row in again:
            first = firsts[int(found.id[row])]
            patient = found.patient(row)
            if found.patient(first) == patient:
                self.table.report.drop("rows that stand twice")
                continue
            line, first_line = int(lines[row]), int(lines[first])
            self.table.hold(
                line,
                None,
                f"patient {shown_id(patient.patient_id)} stands at row {first_line} too, differently.",
                "Correct it in the PMS and export again.",
                "same id twice",
            )
            both = f"{self.table.file_name}:{first_line} and :{line}"
            reason = f"{both} give patient {patient.patient_id} twice, differently"
            found.held_for[first] = (*found.held_for.get(first, ()), reason)
            self.held_accounts.setdefault(patient.guarantor_id, []).append(reason)
        return again

    def _hold_whom_misfits_name(self, found: Patients) -> None:
        """A row whose cells can't be told apart holds the account of every patient or guarantor it may be about."""
        guarantor_ids = found.guarantor_ids()
        index = self.table.layout.columns["patient_id"].index
        for line, cells in self.table.misfits:
            reason = f"{self.table.file_name}:{line} does not fit its header"
            for cell in {cell.strip() for cell in cells} & guarantor_ids.keys():
                self.held_accounts.setdefault(guarantor_ids[cell], []).append(reason)
            if index < len(cells) and cells[index].strip():
                self.held_accounts.setdefault(cells[index].strip(), []).append(reason)

    def _resolve_guarantors(self, found: Patients, other_ids: Numbers) -> None:
        """A guarantor named by the other id (Dentrix: chart number or patient id) is put under the one id.

        A value that is one patient's id and another's other id could mean either: the account is held.
        """
        whose = dict(zip(other_ids.tolist(), found.id.tolist(), strict=True))
        whose.pop(self.blank, None)
        known = set(found.id.tolist())
        for row, (patient_id, named) in enumerate(zip(found.id.tolist(), found.guarantor.tolist(), strict=True)):
            meant = whose.get(named)
            if meant is None or named in (meant, patient_id):
                continue
            if named in known:
                text = self.ids.text(named)
                reason = f"guarantor {text} is one patient's chart number and another's id"
                found.held_for[row] = (*found.held_for.get(row, ()), reason)
            else:
                found.guarantor[row] = meant


def _joined(columns: list[Numbers]) -> Numbers:
    """The pieces as one, which they make room for."""
    joined = np.concatenate([np.zeros(0, np.int32), *columns])
    columns.clear()
    return joined


def _without(patients: Patients, rows: list[int]) -> Patients:
    """The patients but those of these rows."""
    left = np.delete(np.arange(len(patients)), rows)
    held_for = patients.held_for
    return Patients(
        patients.ids,
        patients.id[left],
        patients.guarantor[left],
        {key: [texts[row] for row in left.tolist()] for key, texts in patients.texts.items()},
        {key: column[left] for key, column in patients.numbers.items()},
        {place: held_for[row] for place, row in enumerate(left.tolist()) if row in held_for},
    )

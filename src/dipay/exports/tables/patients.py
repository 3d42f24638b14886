"""The patients export: rows to patients. A cell that can't be read holds its patient's account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.domain.records import PatientStatus
from dipay.exports.engine.cells import Readings, clean
from dipay.exports.engine.columns import Cells
from dipay.exports.engine.distinct import UNREADABLE
from dipay.exports.layout.profiles import OWN_GUARANTOR
from dipay.exports.tables.fields import FileDates, blank_as_none, cell_message, count, estimate, word, yes_no
from dipay.exports.tables.ids import IdReader
from dipay.exports.tables.observing import NAMES, odd_letters
from dipay.exports.tables.patient_columns import DELETED, FLAGS, NUMBERS, STATUSES, Patients
from dipay.exports.tables.table import Batch, Table
from dipay.grammar import Note, Unreadable
from dipay.grammar.names import holds_note, split_name
from dipay.grammar.phones import phone_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dipay.exports.engine.columns import Numbers
    from dipay.exports.engine.distinct import Texts

_TEXTS = ("first_name", "last_name", "mobile_phone", "zip")
_FIELDS = (
    "patient_id", "other_id", "guarantor_id", "first_name", "last_name", "name", "mobile_phone", "zip", *NUMBERS,
)  # fmt: skip


def read_patients(table: Table, date_format: str, today: date, ids: Texts) -> Patients:
    """Reads the whole export. `today` bounds birth dates and visits, which can't lie ahead."""
    reader = _Reader(table, date_format, today, ids)
    for batch in table.batches(_FIELDS, ids):
        reader.take(batch)
    return reader.finish()


class _Reader:
    def __init__(self, table: Table, date_format: str, today: date, ids: Texts) -> None:
        self.table, self.today, self.ids = table, today, ids
        columns = table.layout.columns
        self.own_ids = {name: IdReader(table, name, ids) for name in ("patient_id", "guarantor_id")}
        self.readings = {
            name: Readings(parse, NUMBERS.get(name)) for name, parse in self._parsers(date_format).items()
            if name in columns
        }  # fmt: skip
        self.blank = ids.number("")
        self.own = [ids.number(text) for text in OWN_GUARANTOR]
        self.fields = frozenset(columns)
        self.problems: list[Problem] = []
        self.deleted: set[str] = set()
        self.held_accounts: dict[str, list[str]] = {}
        # What was kept of each batch, field by field, and the line of each row.
        self.kept: dict[str, list[Numbers]] = {name: [] for name in ("id", "guarantor", "line", "other_id", *NUMBERS)}
        self.texts: dict[str, list[str]] = {name: [] for name in _TEXTS}
        self.held_for: dict[int, tuple[str, ...]] = {}
        # The lines held for nothing but a note.
        self.noted: set[int] = set()

    def _parsers(self, date_format: str) -> dict[str, Callable[[str], Any]]:
        table, decimal = self.table, self.table.layout.profile.decimal
        dates = FileDates(table, date_format, self.today.year)
        return {
            "other_id": str,
            **dict.fromkeys(NAMES, _name_text),
            "mobile_phone": phone_text,
            "zip": str,
            "birth_date": self._past(blank_as_none(dates.reader("birth_date"))),
            "status": word(table, "status", PatientStatus.ACTIVE),
            "deceased": yes_no(table, "deceased"),
            "payment_plan": yes_no(table, "payment_plan"),
            "do_not_recall": yes_no(table, "do_not_recall"),
            "text_consent": yes_no(table, "text_consent"),
            "last_visit": self._past(blank_as_none(dates.reader("last_visit"))),
            "outstanding_claims": count,
            "insurance_estimate": estimate(decimal),
            "writeoff_estimate": estimate(decimal),
        }

    def _past(self, parse: Callable[[str], date | None]) -> Callable[[str], date | None]:
        def parse_past(text: str) -> date | None:
            found = parse(text)
            if found is not None and found > self.today:
                raise Unreadable("is a day that has not come yet", "Correct it in the PMS and export again.")
            return found

        return parse_past

    def take(self, batch: Batch) -> None:
        """Adds a batch: the fields of all its rows at once, and one by one what is not like the others."""
        import numpy as np

        texts_of = {name: readings.numbers(batch.columns[name]) for name, readings in self.readings.items()}
        id_texts = {"patient_id": batch.ids, "guarantor_id": self.ids.numbers(batch.columns["guarantor_id"])}
        found = {name: reader.numbers(id_texts[name]) for name, reader in self.own_ids.items()}
        is_bad = (found["patient_id"] == UNREADABLE) | (found["guarantor_id"] == UNREADABLE)
        for name, readings in self.readings.items():
            if readings.any_bad:
                is_bad |= readings.are_bad(texts_of[name])
        held_for = {}
        for row in np.flatnonzero(is_bad).tolist():
            flaws = {name: reader.unreadable.get(id_texts[name].item(row)) for name, reader in self.own_ids.items()}
            flaws |= {name: _flaw(readings.values[texts_of[name][row]]) for name, readings in self.readings.items()}
            held_for[row] = self._report_flaws(batch, row, flaws)
            if all(isinstance(each, Note) for each in flaws.values() if each is not None):
                self.noted.add(batch.lines[row])
        patient_id = np.where(found["patient_id"] == UNREADABLE, self.blank, found["patient_id"])
        guarantor = np.where(self._is_own(found["guarantor_id"]), patient_id, found["guarantor_id"])
        nothing = np.zeros(len(batch), np.int64)
        values = {
            name: self.readings[name].as_numbers(texts_of[name]) if name in self.readings else nothing
            for name in NUMBERS
        }
        values["other_id"] = self._other_ids(texts_of, len(batch))
        is_deleted, is_blank = values["status"] == DELETED, patient_id == self.blank
        died = (values["deceased"] == FLAGS.index(True)) & ~is_deleted
        values["status"] = np.where(died, STATUSES.index(PatientStatus.DECEASED), values["status"])
        lines = np.asarray(batch.lines, np.int64)
        keeps = ~(is_deleted | is_blank)
        if is_deleted.any():
            self.deleted.update(self.ids.of(patient_id[is_deleted]))
            self.table.report.drop("rows the PMS marks deleted", int(is_deleted.sum()))
        for row in np.flatnonzero(is_blank & ~is_deleted).tolist():
            self._hold_blank(batch.lines[row], int(guarantor[row]))
        kept = np.flatnonzero(keeps)
        if held_for:
            before = len(self.texts["zip"])
            position = {row: before + place for place, row in enumerate(kept.tolist())}
            self.held_for.update({position[row]: why for row, why in held_for.items() if row in position})
        for name, column in {"id": patient_id, "guarantor": guarantor, "line": lines, **values}.items():
            # No number of a patient needs more: amounts have nine digits.
            self.kept[name].append(column[kept].astype(np.int32))
        self._take_texts({name: numbers[kept] for name, numbers in texts_of.items()}, len(kept))

    def _is_own(self, guarantor: Numbers) -> NDArray[np.bool_]:
        """Where the cell says that patients are their own guarantors."""
        import numpy as np

        found: NDArray[np.bool_] = np.logical_or.reduce([guarantor == each for each in self.own])
        return found

    def _other_ids(self, texts_of: Mapping[str, Numbers], rows: int) -> Numbers:
        """The other id of each row by its number among all ids, the blank's for none."""
        import numpy as np

        if "other_id" not in texts_of:
            return np.full(rows, self.blank)
        return self.ids.numbers(Cells.of(self._texts_of("other_id", texts_of["other_id"])))

    def _texts_of(self, name: str, numbers: Numbers) -> list[str]:
        """The texts of a column's cells, blank where one can't be read; a name with a note in it stays as it is."""
        readings = self.readings[name]
        found: list[Any] = list(map(readings.values.__getitem__, numbers.tolist()))
        if not readings.any_bad:
            return found
        for row, each in enumerate(found):
            if isinstance(each, Unreadable):
                is_noted = isinstance(each, Note) and name in NAMES
                found[row] = clean(readings.texts.text(int(numbers[row]))) if is_noted else ""
        return found

    def _take_texts(self, texts_of: Mapping[str, Numbers], rows: int) -> None:
        found: dict[str, list[str]] = {}
        for name in (*_TEXTS, "name"):
            found[name] = self._texts_of(name, texts_of[name]) if name in self.readings else [""] * rows
        if "name" in self.readings:
            for row, name in enumerate(found["name"]):
                if name and not (found["first_name"][row] or found["last_name"][row]):
                    found["first_name"][row], found["last_name"][row] = split_name(name)
        for name in _TEXTS:
            self.texts[name] += found[name]

    def _report_flaws(self, batch: Batch, row: int, flaws: Mapping[str, Unreadable | None]) -> tuple[str, ...]:
        """Reports the cells that can't be read; returns why the patient is held."""
        line = batch.lines[row]
        why = []
        for name in _FIELDS:
            cell = flaws.get(name)
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

    def _hold_blank(self, line: int, guarantor: int) -> None:
        self.table.hold(
            line,
            self.table.layout.columns["patient_id"].caption,
            "the patient id is blank.",
            "Correct it in the PMS and export again.",
            "blank id",
        )
        guarantor_id = self.ids.text(guarantor)
        self.held_accounts.setdefault(guarantor_id, []).append(f"{self.table.file_name}:{line} has no id")

    def finish(self) -> Patients:
        import numpy as np

        columns = {}
        for name in tuple(self.kept):
            columns[name] = np.concatenate([np.zeros(0, np.int32), *self.kept.pop(name)])
        found = self._patients(columns)
        again = self._hold_again(found, columns["line"])
        if len(again):
            first = np.ones(len(found), np.bool_)
            first[again] = False
            rows = np.flatnonzero(first)
            columns = {name: column[rows] for name, column in columns.items()}
            self.texts = {name: [texts[row] for row in rows.tolist()] for name, texts in self.texts.items()}
            self.held_for = {place: why for place, row in enumerate(rows.tolist()) if (why := self.held_for.get(row))}
            found = self._patients(columns)
        self.table.report.held += len(self.held_for)
        self.table.report.noted += sum(int(columns["line"][row]) in self.noted for row in self.held_for)
        self.table.report.read += len(found) - len(self.held_for)
        if self.table.misfits:
            self._hold_whom_misfits_name(found)
        found.problems.extend(self.table.problems)
        found.problems.extend(odd_letters(self.table, {**self.own_ids, **self.readings}))
        if (columns["other_id"] != self.blank).any():
            self._resolve_guarantors(found, columns["other_id"])
        return found

    def _patients(self, columns: Mapping[str, Numbers]) -> Patients:
        numbers = {name: columns[name] for name in NUMBERS if name != "deceased"}
        return Patients(
            self.ids, columns["id"], columns["guarantor"], self.texts, numbers, self.held_for, self.deleted,
            self.problems, self.held_accounts, self.fields,
        )  # fmt: skip

    def _hold_again(self, found: Patients, lines: Numbers) -> list[int]:
        """The rows of patients who stood before: dropped where they say the same, held with the first where not."""
        import numpy as np

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
                f"patient {patient.patient_id} stands at row {first_line} too, differently.",
                "Correct it in the PMS and export again.",
                "same id twice",
            )
            both = f"{self.table.file_name}:{first_line} and :{line}"
            reason = f"{both} give patient {patient.patient_id} twice, differently"
            self.held_for[first] = (*self.held_for.get(first, ()), reason)
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
                self.held_for[row] = (*self.held_for.get(row, ()), reason)
            else:
                found.guarantor[row] = meant


def _flaw(value: object) -> Unreadable | None:
    return value if isinstance(value, Unreadable) else None


def _name_text(text: str) -> str:
    if holds_note(text):
        raise Note("holds a note beside or instead of a name", "Move it to the PMS's field for such notes.")
    return text

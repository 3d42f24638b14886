"""The ledger export: rows to sums per account and day. No row is kept: memory grows with accounts and their days."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np

from dipay.domain.aged_balances import AgedBalances
from dipay.domain.aging import VISIT_KINDS, AccountSums
from dipay.domain.columns import Numbers
from dipay.domain.entries import LedgerEntry
from dipay.domain.fields import ESTIMATES, FIELDS_OF, EntryKind, Grammar
from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.exports.engine import DaySums, Texts
from dipay.exports.tables.fields import (
    COUNTED,
    DROPPED,
    FileDates,
    cell_message,
    id_reader,
    ids_as_written,
    parser,
)
from dipay.exports.tables.letters import odd_letters
from dipay.exports.tables.money import MoneySums
from dipay.exports.tables.patients import PatientsRead
from dipay.exports.tables.quoting import shown_id
from dipay.exports.tables.rows import RowKind
from dipay.exports.tables.sides import paired
from dipay.exports.tables.signs import Signs, are, number_of
from dipay.exports.tables.table import Batch, Table
from dipay.exports.tables.totals import Totals
from dipay.grammar import Unreadable
from dipay.grammar.cells import plainly

_READ: Final = tuple(each for each in FIELDS_OF["ledger"].values() if each.grammar is not Grammar.UNREAD)
#: With any of these columns a row is more than a day and an amount.
_DETAILED: Final = frozenset({"applies_to", *(each.name for each in ESTIMATES)})
#: Stands for a blank among amounts, of which none is so large.
_BLANK: Final = 1 << 40
#: What databases write for no entry.
_NO_ENTRY: Final = frozenset({"0"})
#: The amounts that printed totals are sums of.
_AMOUNTS: Final = ("amount", "charge", "credit")
#: How values are kept as whole numbers: days as ordinals, amounts in cents.
_NUMBERS: Final[Mapping[Grammar, Any]] = {
    Grammar.DAY: date.toordinal,
    Grammar.AMOUNT: int,
    Grammar.SIDE: lambda cents: _BLANK if cents is None else cents,
    Grammar.ENTRY_KIND: number_of,
    Grammar.ENTRY_STATUS: lambda word: int(word != COUNTED),
}
#: Amounts, whose number is the sum of what their digits are worth.
_BY_SHAPE: Final = frozenset({Grammar.AMOUNT, Grammar.SIDE})


@dataclass(slots=True)
class Ledger:
    """What each account owes, the accounts held and why, and ledger patients nobody knows, with rows and cents.

    Accounts go by their number. `day_sums` are those of a ledger whose rows are a day and an amount, `sums` those of a
    ledger with links or estimates, which only accounts with rows have; the other one is empty.
    """

    table: Table
    day_sums: DaySums
    sums: dict[int, AccountSums] = field(default_factory=dict)
    held_accounts: dict[int, list[str]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    fields: frozenset[str] = frozenset()
    #: Only where somebody asked for it.
    money: MoneySums | None = None

    def aged(self, as_of: date, insurance_cents: Numbers, writeoff_cents: Numbers) -> AgedBalances:
        """All accounts aged at `as_of`, with these estimates taken off."""
        if not self.sums:
            return self.day_sums.aged(as_of, insurance_cents, writeoff_cents)
        estimates = zip(insurance_cents.tolist(), writeoff_cents.tolist(), strict=True)
        return AgedBalances.of(
            [self.sums.get(account, _NOTHING).aged(as_of, *each) for account, each in enumerate(estimates)]
        )

    def latest_charges(self) -> Numbers:
        """The day of each account's latest work done, as an ordinal; 0 for none."""
        latest = self.day_sums.latest_charge.copy()
        for account, sums in self.sums.items():
            latest[account] = sums.latest_charge
        return latest


_NOTHING = AccountSums()


def read_ledger(
    table: Table,
    patients: PatientsRead,
    account_of_id: Numbers,
    accounts: int,
    as_of: date,
    date_format: str,
    today: date,
    *,
    with_money: bool = False,
) -> Ledger:
    """Sums the whole export. `account_of_id` is the account of each patient's id, by its number (-1: nobody's).

    The money of each day is kept only `with_money`.
    """

    def begin(table: Table, repeated: frozenset[str] = frozenset()) -> _Reader:
        reader = _Reader(table, patients, account_of_id, accounts, as_of, date_format, today, repeated)
        if with_money:
            reader.found.money = MoneySums(kinds_are_told="type" in table.layout.columns)
        return reader

    reader = begin(table)
    reader.take_all()
    if not reader.entry_ids.holds and (repeated := _repeated_entries(table)):
        # From the beginning again, now that it is known which entries to look at one by one.
        reader = begin(table.anew(), repeated)
        reader.take_all()
    return reader.finish()


def _repeated_entries(table: Table) -> frozenset[str]:
    """The ids of entries that stand in more than one row."""

    def entry_ids() -> Iterator[Sequence[str]]:
        for batch in table.anew().batches(("patient_id", "entry_id"), Texts()):
            yield batch.columns["entry_id"]

    return Texts.repeated(entry_ids) - _NO_ENTRY


class _Reader:
    def __init__(
        self,
        table: Table,
        patients: PatientsRead,
        account_of_id: Numbers,
        accounts: int,
        as_of: date,
        date_format: str,
        today: date,
        repeated: frozenset[str] = frozenset(),
    ) -> None:
        self.repeated = repeated
        #: The cells of the first row of each entry that stands in several, with its line and its account.
        self.first_rows: dict[str, tuple[Mapping[str, Any], int, int]] = {}
        self.entry_ids = Texts.ascending()
        self.table, self.patients, self.account_of = table, patients, account_of_id
        self.as_of = as_of
        columns = table.layout.columns
        self.found = Ledger(table, DaySums(accounts), fields=frozenset(columns))
        # Where the patients have a column for visits, nobody asks what an entry is, but for its sign.
        self.asked_for_visits = "last_visit" not in patients.fields
        self.signs = Signs(table) if {"type", "amount"} <= columns.keys() else None
        unused = set() if "applies_to" in columns or repeated else {"entry_id"}
        wanted = [each for each in _READ if each.name in columns and each.name not in unused]
        self.fields = tuple(each.name for each in _READ if each.name in columns)
        as_written = ids_as_written(table, "patient_id")
        self.ids = patients.ids.read_as_ids_by(id_reader(table, "patient_id"), as_written=as_written)
        dates = FileDates(table, date_format, today)
        self.readings = {
            each.name: Texts.of_one_column(
                parser(table, each, dates), _NUMBERS.get(each.grammar), by_shape=each.grammar in _BY_SHAPE
            )
            for each in wanted
            if each.name != "patient_id"
        }
        table.sorter.known = lambda: frozenset(patients.ids.of(patients.patients.id)) | patients.deleted
        read = {name: parser(table, FIELDS_OF["ledger"][name], dates) for name in _AMOUNTS if name in columns}
        self.totals = table.totals = Totals(read, ("charge", "credit") if len(read) > 1 else None)
        self.detailed = not _DETAILED.isdisjoint(columns)
        #: Each patient's account by the text of their id, where a row asks for it.
        self.account_by_id: dict[str, int] = {}

    def take_all(self) -> None:
        """Adds the whole file."""
        for batch in self.table.batches(self.fields, self.patients.ids):
            if "entry_id" in batch.columns:
                self.entry_ids.add(batch.columns["entry_id"])
            self.take(batch)

    def take(self, batch: Batch) -> None:
        """Adds a batch: all rows at once, and one by one those that need a closer look."""
        ids = self.ids.as_numbers(batch.ids)
        numbers = {name: readings.numbers(batch.columns[name]) for name, readings in self.readings.items()}
        closely = (ids < 0) | self.detailed
        if self.repeated:
            closely |= np.array([plainly(text) in self.repeated for text in batch.columns["entry_id"]])
        for name, readings in self.readings.items():
            if readings.unreadable:
                closely |= readings.are_bad(numbers[name])
        values = {
            name: readings.as_numbers(numbers[name])
            for name, readings in self.readings.items()
            if FIELDS_OF["ledger"][name].grammar in _NUMBERS
        }
        self._add_up(batch, numbers, values)
        if "status" in values:
            closely |= values["status"] != 0
        if "amount" not in values:
            charge, credit = values["charge"], values["credit"]
            no_charge, no_credit = charge == _BLANK, credit == _BLANK
            # One side is blank or zero, and not both are blank.
            charge, credit = np.where(no_charge, 0, charge), np.where(no_credit, 0, credit)
            closely |= (no_charge & no_credit) | ((charge != 0) & (credit != 0))
            values["amount"] = charge - credit
        if closely.any():
            self._take_closely(batch, np.flatnonzero(closely), ids, numbers)
            rest = np.flatnonzero(~closely)
            ids = ids[rest]
            values = {name: column[rest] for name, column in values.items()}
        self._take_columns(ids, values)

    def _add_up(self, batch: Batch, numbers: Mapping[str, Numbers], values: Mapping[str, Numbers]) -> None:
        for name in self.totals.fields:
            readings, column = self.readings[name], values[name]
            is_amount = column != _BLANK
            is_lost = False
            if readings.unreadable:
                is_bad = readings.are_bad(numbers[name])
                is_lost = not all(_holds_an_id_alone(batch, row) for row in np.flatnonzero(is_bad).tolist())
                is_amount &= ~is_bad
            self.totals.add({name: None if is_lost else int(column[is_amount].sum())})

    def _take_columns(self, ids: Numbers, values: Mapping[str, Numbers]) -> None:
        account, day, cents = self._accounts(ids), values["date"], values["amount"]
        is_visit = None
        if self.asked_for_visits:
            is_visit = are(values["type"], VISIT_KINDS) if "type" in values else np.ones(len(ids), np.bool_)
        if self.signs is not None:
            self.signs.add(values["type"], cents, account)
        unknown, later = account < 0, day > self.as_of.toordinal()
        if unknown.any() or later.any():
            rows = np.flatnonzero(unknown)
            for patient_id, amount in zip(self.patients.ids.of(ids[rows]), cents[rows].tolist(), strict=True):
                self._unknown(patient_id, amount)
            later &= ~unknown
            if later.any():
                self.table.report.drop("rows dated later", int(later.sum()), int(cents[later].sum()))
            kept = np.flatnonzero(~(unknown | later))
            account, day, cents = account[kept], day[kept], cents[kept]
            is_visit = is_visit[kept] if is_visit is not None else None
            values = {name: column[kept] for name, column in values.items() if name == "type"}
        self.found.day_sums.add(account, day, cents, is_visit)
        if self.found.money is not None:
            self.found.money.add(account, day, cents, values.get("type"))
        self.table.report.read += len(cents)
        self.table.report.read_cents += int(cents.sum())

    def _accounts(self, ids: Numbers) -> Numbers:
        """The accounts of these ids, -1 for a patient nobody knows."""
        known = (ids >= 0) & (ids < len(self.account_of))
        if known.all():
            return self.account_of[ids]
        return np.where(known, self.account_of[np.where(known, ids, 0)] if len(self.account_of) else -1, -1)

    def _take_closely(self, batch: Batch, rows: Numbers, ids: Numbers, numbers: Mapping[str, Numbers]) -> None:
        blank = {"type": EntryKind.OTHER, "status": COUNTED, "insurance_estimate": 0, "writeoff_estimate": 0}
        texts, accounts = batch.ids[rows].tolist(), self._accounts(ids[rows]).tolist()
        patient_ids: list[str | Unreadable] = [
            self.ids.unreadable.get(text, known)
            for text, known in zip(texts, self.patients.ids.of(np.maximum(ids[rows], 0)), strict=True)
        ]
        columns = {name: readings.values(numbers[name][rows]) for name, readings in self.readings.items()}
        names = list(columns)
        for place, row in enumerate(zip(*columns.values(), strict=True)):
            cells: dict[str, Any] = {"patient_id": patient_ids[place], **blank, **dict(zip(names, row, strict=True))}
            if "amount" not in cells:
                cells["amount"] = paired(cells["charge"], cells["credit"])
            bad = [name for name, value in cells.items() if isinstance(value, Unreadable)]
            if cells["status"] == DROPPED:
                amount = cells["amount"]
                self.table.report.drop(
                    "rows the PMS marks deleted or not done", cents=amount if isinstance(amount, int) else 0
                )
            elif bad and accounts[place] < 0 and _holds_an_id_alone(batch, int(rows[place])):
                self.table.report.drop(RowKind.FOOTER.value)  # the number of a page
            elif bad:
                self._hold(batch, int(rows[place]), cells, bad, accounts[place])
            elif not self._stands_twice(cells, batch.lines[int(rows[place])], accounts[place]):
                self._take_row(cells, accounts[place])

    def _stands_twice(self, cells: Mapping[str, Any], line: int, account: int) -> bool:
        """Whether an entry was there before in the same words, and counts no more; in others it holds accounts."""
        entry_id = cells.get("entry_id", "")
        if entry_id not in self.repeated:
            return False
        first, first_line, first_account = self.first_rows.setdefault(entry_id, (dict(cells), line, account))
        if line == first_line:
            return False
        if first == cells:
            self.table.report.drop("entries that stand twice", cents=cells["amount"])
            return True
        file = self.table.file_name
        self.found.problems.append(
            Problem(
                Severity.ERROR,
                f"an entry has the id of row {first_line}, and is another one.",
                "Export the ledger again, once; an entry's id stands for one entry.",
                file,
                row=line,
                column=self.table.layout.columns["entry_id"].caption,
                kind="same entry twice",
            )
        )
        for each in {account, first_account} - {-1}:
            reason = f"{file}:{first_line} and :{line} have the id of one entry, and differ"
            self.found.held_accounts.setdefault(each, []).append(reason)
        return False

    def _take_row(self, cells: Mapping[str, Any], account: int) -> None:
        cents, day = cells["amount"], cells["date"]
        report = self.table.report
        if account < 0:
            self._unknown(cells["patient_id"], cents)
        elif day > self.as_of:
            report.drop("rows dated later", cents=cents)
        else:
            entry = LedgerEntry(
                cells["patient_id"], day, cents, cells["type"], cells.get("entry_id", ""),
                cells.get("applies_to", ""), cells["insurance_estimate"], cells["writeoff_estimate"],
            )  # fmt: skip
            self._add(entry, account)
            report.read += 1
            report.read_cents += cents

    def _add(self, entry: LedgerEntry, account: int) -> None:
        one = np.array([account]), np.array([entry.day.toordinal()]), np.array([entry.cents])
        if self.signs is not None:
            self.signs.add(np.array([number_of(entry.kind)]), one[2], one[0])
        if self.found.money is not None:
            self.found.money.add(*one, np.array([number_of(entry.kind)]))
        if self.detailed:
            self.found.sums.setdefault(account, AccountSums()).add(entry)
        else:
            self.found.day_sums.add(*one, np.array([entry.kind in VISIT_KINDS]) if self.asked_for_visits else None)

    def _unknown(self, patient_id: str, cents: int) -> None:
        report = self.table.report
        if patient_id in self.patients.deleted:
            report.drop("rows of patients the PMS marks deleted", cents=cents)
            return
        self.found.unknown[patient_id] += 1
        report.held += 1
        report.held_cents += cents

    def _hold(self, batch: Batch, position: int, cells: Mapping[str, Any], bad: Sequence[str], account: int) -> None:
        line = batch.lines[position]
        report, layout = self.table.report, self.table.layout
        report.held += 1
        if isinstance(cells["amount"], int):
            report.held_cents += cells["amount"]
        if "amount" not in layout.columns:
            # The amount comes of two columns: whichever is bad is reported, else the pair, at the charge.
            sides = {"charge", "credit"} & set(bad)
            bad = [name for name in bad if name != "amount" or not sides]
        captions = []
        for name in bad:
            column = name if name in layout.columns else "charge"
            captions.append(layout.columns[column].caption)
            text, unreadable = batch.columns[column][position], cells[name]
            self.found.problems.append(
                Problem(
                    Severity.ERROR,
                    cell_message(text, column, unreadable),
                    unreadable.fix,
                    self.table.file_name,
                    row=line,
                    column=captions[-1],
                    kind=unreadable.what,
                )
            )
        reason = f'{self.table.file_name}:{line}, column "{", ".join(captions)}" could not be read'
        if account >= 0:
            self.found.held_accounts.setdefault(account, []).append(reason)

    def finish(self) -> Ledger:
        found, table = self.found, self.table
        if table.misfits or found.unknown or table.held_ids:
            ids, numbers = self.patients.ids, self.patients.patients.id
            self.account_by_id = {
                text: int(self.account_of[number])
                for text, number in zip(ids.of(numbers), numbers.tolist(), strict=True)
            }
        for line, cells in table.misfits:
            reason = f"{table.file_name}:{line} does not fit its header"
            for cell in {cell.strip() for cell in cells} & self.account_by_id.keys():
                found.held_accounts.setdefault(self.account_by_id[cell], []).append(reason)
        for account in self.signs.odd_accounts() if self.signs is not None else ():
            reason = f"the sign of its only entry of that type in {table.file_name} is not the type's"
            found.held_accounts.setdefault(account, []).append(reason)
            found.problems.append(
                Problem(
                    Severity.ERROR,
                    "the only payment, or charge, has the sign of the other: its account is held.",
                    "Look whether the amounts have signs: payments stand below zero and charges above.",
                    table.file_name,
                    column=table.layout.columns["type"].caption,
                    kind="sign",
                )
            )
        for patient_id, reasons in table.held_ids.items():
            if patient_id in self.account_by_id:
                found.held_accounts.setdefault(self.account_by_id[patient_id], []).extend(reasons)
        found.problems.extend(table.problems)
        found.problems.extend(odd_letters(table, {"patient_id": self.ids, **self.readings}))
        self._report_unknown()
        return found

    def _report_unknown(self) -> None:
        """Ledger rows of patients nobody knows: a problem each, or a stop where the files don't belong together."""
        unknown, report = self.found.unknown, self.table.report
        if not unknown:
            return
        rows = unknown.total()
        stripped = {each.lstrip("0") for each in self.account_by_id}
        if rows > 5 and rows > 0.02 * report.rows:
            zeros = sum(each.lstrip("0") in stripped for each in unknown)
            if zeros > len(unknown) // 2:
                raise cannot(
                    ExitCode.EXPORTS,
                    "its patient ids lack the leading zeros of the patients export (or have them where it does not).",
                    "Export both again and don't open and save either in a spreadsheet.",
                    self.table.file_name,
                )
            raise cannot(
                ExitCode.EXPORTS,
                f"{rows:,} of its {report.rows:,} rows are of patients that the patients export does not have.",
                self._spoilt(unknown)
                or "The two files don't belong together: export both from the same practice on the same day.",
                self.table.file_name,
            )
        alike = {_loosely(each): each for each in self.account_by_id}
        for patient_id, count in unknown.items():
            meant = alike.get(_loosely(patient_id)) if patient_id else None
            if meant is not None:
                reason = f"{self.table.file_name} has rows of {patient_id}, who may be {meant}"
                self.found.held_accounts.setdefault(self.account_by_id[meant], []).append(reason)
            self.found.problems.append(
                Problem(
                    Severity.ERROR,
                    f"patient {shown_id(patient_id)} is not in the patients export: {count} "
                    f"{'row' if count == 1 else 'rows'}, counted for nobody.",
                    self._spoilt([patient_id]) or "Export every patient, inactive ones too."
                    if meant is None
                    else f"Perhaps {meant} is meant, whose account is held for it: zeros and capitals in an id count.",
                    self.table.file_name,
                    kind="unknown patient",
                )
            )

    def _spoilt(self, unknown: Collection[str]) -> str:
        """What to do where unknown ids, or the ones known, are what a spreadsheet makes of ids; empty elsewhere."""
        if sum(_OF_A_SPREADSHEET.fullmatch(each) is not None for each in unknown) > len(unknown) // 2:
            return "A spreadsheet makes such dates of ids: export the file again, and don't open and save it in one."
        if any(map(_OF_A_SPREADSHEET.fullmatch, self.account_by_id)):
            return (
                "The patients export has ids that a spreadsheet made dates of: export it again, and don't open and "
                "save it in one."
            )
        return ""


#: What is left of an id like 3-1 once it was saved; a number like 1.23457E+11 is no id in any file.
_OF_A_SPREADSHEET: Final = re.compile(
    r"\d{1,2}-[A-Z][a-z]{2}(-\d{2,4})?|[A-Z][a-z]{2}-\d{2,4}|\d{1,2}/\d{1,2}/\d{2,4}( 0?0:00(:00)?)?"
    r"|\d{4}-\d{2}-\d{2} 00:00:00"
)


def _holds_an_id_alone(batch: Batch, position: int) -> bool:
    """Whether the row has nothing beside its id, or not even that."""
    return not any(plainly(column[position]) for name, column in batch.columns.items() if name != "patient_id")


def _loosely(patient_id: str) -> str:
    """The id without what programs change in ids: leading zeros, capitals, blanks and dashes."""
    return patient_id.replace(" ", "").replace("-", "").casefold().lstrip("0")

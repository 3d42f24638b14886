"""The ledger export: rows to sums per account and day. No row is kept: memory grows with accounts and their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import TYPE_CHECKING, Any

from dipay.domain.aging import VISIT_KINDS, AccountSums, AgedBalance, aged_from_unpaid
from dipay.domain.problems import Problem, Severity
from dipay.domain.records import EntryKind, LedgerEntry
from dipay.exports.cells import MOST_REMEMBERED, Memory, forget
from dipay.exports.columns import Coded, release_memory
from dipay.exports.day_sums import DaySums, Unpaid
from dipay.exports.fields import (
    cell_message,
)
from dipay.exports.files import stop
from dipay.exports.ledger_cells import COUNTED, DROPPED, cell_parsers, paired
from dipay.exports.observing import odd_letters
from dipay.exports.table import Batch, Table
from dipay.grammar import Unreadable
from dipay.grammar.money import format_cents, parse_cents

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FIELDS = (
    "patient_id", "date", "amount", "charge", "credit", "type", "status", "entry_id", "applies_to",
    "insurance_estimate", "writeoff_estimate",
)  # fmt: skip
#: With any of these columns a row is more than a day and an amount.
_DETAILED = frozenset({"applies_to", "insurance_estimate", "writeoff_estimate"})


@dataclass(slots=True)
class Ledger:
    """What each account owes; the guarantor ids held and why; ledger patients nobody knows, with rows and cents.

    `sums` are those of accounts with rows that were read one by one; of all others a long ledger's columns give what
    is `unpaid`, by the account's number in `numbers`.
    """

    sums: dict[str, AccountSums] = field(default_factory=dict)
    unpaid: Unpaid | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    held_accounts: dict[str, list[str]] = field(default_factory=dict)
    unknown: dict[str, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    fields: frozenset[str] = frozenset()

    def aged(self, guarantor_id: str, as_of: date, insurance_cents: int, writeoff_cents: int) -> AgedBalance:
        """The account aged at `as_of`, with these estimates taken off."""
        number = self.numbers.get(guarantor_id)
        if self.unpaid is None or number is None or guarantor_id in self.sums:
            return self.sums.get(guarantor_id, _NOTHING).aged(as_of, insurance_cents, writeoff_cents)
        balance = self.unpaid.balance_cents[number]
        return aged_from_unpaid(balance, self.unpaid.days(number), as_of, insurance_cents, writeoff_cents)

    def latest_charge(self, guarantor_id: str) -> date | None:
        """The day of the account's latest work done."""
        number = self.numbers.get(guarantor_id)
        if self.unpaid is None or number is None or guarantor_id in self.sums:
            ordinal = self.sums.get(guarantor_id, _NOTHING).latest_charge
        else:
            ordinal = self.unpaid.latest_charge[number]
        return date.fromordinal(ordinal) if ordinal else None


_NOTHING = AccountSums()


def read_ledger(
    table: Table, guarantors: Mapping[str, str], deleted: set[str], as_of: date, date_format: str, today: date
) -> Ledger:
    """Sums the whole export. `guarantors` gives each known patient's guarantor; `deleted` are the dropped patients."""
    reader = _Reader(table, guarantors, deleted, as_of, date_format, today)
    for batch in table.batches(reader.fields):
        reader.take(batch)
    return reader.finish()


class _Reader:
    def __init__(
        self,
        table: Table,
        guarantors: Mapping[str, str],
        deleted: set[str],
        as_of: date,
        date_format: str,
        today: date,
    ) -> None:
        self.table, self.guarantors, self.deleted = table, guarantors, deleted
        self.as_of = as_of.toordinal()
        self.found = Ledger(fields=frozenset(table.layout.columns))
        self.total_cents = 0
        parsers = cell_parsers(table, date_format, today)
        # Without links nobody asks for an entry's own id, and every one is another text to read.
        unused = set() if "applies_to" in table.layout.columns else {"entry_id"}
        wanted = table.layout.columns.keys() - unused
        self.fields = tuple(name for name in _FIELDS if name in wanted)
        self.memories = {name: Memory(parse) for name, parse in parsers.items() if name in wanted}
        self.detailed = bool(_DETAILED & table.layout.columns.keys())
        self.day_sums: DaySums | None = None
        # A known id of letters and digits alone stands in a cell as it is.
        self.ids_as_written = table.layout.columns["patient_id"].source.take is None
        # Each patient's account by its number, under the id as the ledger writes it.
        self.accounts_by_text: dict[str, int] = {}

    def take(self, batch: Batch) -> None:
        """Adds a batch: as columns, or each row in one plain loop, or one by one where a row needs a closer look."""
        if "amount" in batch.columns and not self.detailed and self._take_columns(batch):
            return
        columns = {name: self.memories[name].of(texts) for name, texts in batch.columns.items()}
        unclear = False
        if "amount" not in columns:
            columns["amount"] = [paired(*pair) for pair in zip(columns["charge"], columns["credit"], strict=True)]
            unclear = any(isinstance(amount, Unreadable) for amount in columns["amount"])
        closer = (
            self.detailed
            or unclear
            or any(memory.met_bad(batch.columns[name]) for name, memory in self.memories.items())
            or ("status" in columns and set(columns["status"]) != {COUNTED})
        )
        if closer:
            self._take_closely(batch, columns)
        else:
            self._take_plainly(columns)

    def _take_columns(self, batch: Batch) -> bool:
        """Adds a batch of columns of which every distinct text can be read; otherwise adds nothing."""
        columns = {name: column for name, column in batch.columns.items() if isinstance(column, Coded)}
        if len(columns) < len(batch.columns):
            return False
        values: dict[str, list[Any]] = {}
        for name, column in columns.items():
            read = self._account_number if name == "patient_id" else self.memories[name].__getitem__
            values[name] = found = list(map(read, column.texts))
            if Unreadable in set(map(type, found)):
                return False
        if any(each != COUNTED for each in values.get("status", ())):
            return False
        import numpy as np

        def by_row(name: str) -> NDArray[np.int64]:
            return np.fromiter(values[name], np.int64, len(values[name]))[columns[name].codes]

        account, day, cents = by_row("patient_id"), by_row("date"), by_row("amount")
        visit = None
        if "type" in columns:
            visits = np.fromiter((kind in VISIT_KINDS for kind in values["type"]), np.bool_, len(values["type"]))
            visit = visits[columns["type"].codes]
        kept = self._known_and_not_later(columns["patient_id"], account, day, cents)
        if kept is not None:
            account, day, cents = account[kept], day[kept], cents[kept]
            visit = visit[kept] if visit is not None else None
        if self.day_sums is None:
            self.day_sums = DaySums(len(self.guarantors))
        self.day_sums.add(account, day, cents, visit)
        self.table.report.read += len(cents)
        self.table.report.read_cents += int(cents.sum())
        return True

    def _known_and_not_later(
        self, ids: Coded, account: NDArray[np.int64], day: NDArray[np.int64], cents: NDArray[np.int64]
    ) -> NDArray[np.bool_] | None:
        """Which rows count, where not all do; the others are reported."""
        unknown, later = account < 0, day > self.as_of
        if not unknown.any() and not later.any():
            return None
        for position in unknown.nonzero()[0].tolist():
            self._unknown(str(self.memories["patient_id"][ids[position]]), int(cents[position]))
        later &= ~unknown
        if later.any():
            self.table.report.drop("rows dated later", int(later.sum()), int(cents[later].sum()))
        return ~(unknown | later)

    def _account_number(self, text: str) -> int | Unreadable:
        """The number of the patient's account, -1 for a patient nobody knows."""
        number = self.accounts_by_text.get(text)
        if number is not None:
            return number
        guarantor_id = self.guarantors.get(text) if self.ids_as_written and text.isalnum() else None
        if guarantor_id is None:
            memory = self.memories["patient_id"]
            # Looked up, marks that show nothing are noted; plain ids have none and are too many to remember.
            patient_id = memory.read(text) if text.isascii() else memory[text]
            if isinstance(patient_id, Unreadable):
                return patient_id
            guarantor_id = self.guarantors.get(patient_id)
            if guarantor_id is None:
                return -1
        numbers = self.found.numbers
        if len(self.accounts_by_text) > MOST_REMEMBERED:
            self.accounts_by_text.clear()
        number = self.accounts_by_text[text] = numbers.setdefault(guarantor_id, len(numbers))
        return number

    def _take_plainly(self, columns: Mapping[str, Sequence[Any]]) -> None:
        sums, guarantors, as_of = self.found.sums, self.guarantors, self.as_of
        kinds = columns.get("type") or repeat(EntryKind.OTHER)
        read, total, later_rows, later_cents = 0, 0, 0, 0
        for patient_id, day, cents, kind in zip(
            columns["patient_id"], columns["date"], columns["amount"], kinds, strict=False
        ):
            guarantor_id = guarantors.get(patient_id)
            if guarantor_id is None:
                self._unknown(patient_id, cents)
                continue
            if day > as_of:
                later_rows += 1
                later_cents += cents
                continue
            read += 1
            total += cents
            account = sums.get(guarantor_id)
            if account is None:
                account = sums[guarantor_id] = AccountSums()
            if cents > 0:
                charges = account.charges
                charges[day] = charges.get(day, 0) + cents
                if kind in VISIT_KINDS and day > account.latest_charge:
                    account.latest_charge = day
            else:
                account.credit_cents -= cents
        report = self.table.report
        report.read += read
        report.read_cents += total
        if later_rows:
            report.drop("rows dated later", later_rows, later_cents)

    def _take_closely(self, batch: Batch, columns: Mapping[str, Sequence[Any]]) -> None:
        blank = {"type": EntryKind.OTHER, "status": COUNTED, "insurance_estimate": 0, "writeoff_estimate": 0}
        names = [name for name in _FIELDS if name in columns]
        for position, row in enumerate(zip(*(columns[name] for name in names), strict=True)):
            cells: dict[str, Any] = {**blank, **dict(zip(names, row, strict=True))}
            bad = [name for name, value in cells.items() if isinstance(value, Unreadable)]
            if cells["status"] == DROPPED:
                amount = cells["amount"]
                self.table.report.drop(
                    "rows the PMS marks deleted or not done", cents=amount if isinstance(amount, int) else 0
                )
            elif bad:
                self._hold(batch, position, cells, bad)
            else:
                self._take_row(cells)

    def _take_row(self, cells: Mapping[str, Any]) -> None:
        guarantor_id = self.guarantors.get(cells["patient_id"])
        cents, day = cells["amount"], cells["date"]
        report = self.table.report
        if guarantor_id is None:
            self._unknown(cells["patient_id"], cents)
        elif day > self.as_of:
            report.drop("rows dated later", cents=cents)
        else:
            entry = LedgerEntry(
                cells["patient_id"], date.fromordinal(day), cents, cells["type"], cells.get("entry_id", ""),
                cells.get("applies_to", ""), cells["insurance_estimate"], cells["writeoff_estimate"],
            )  # fmt: skip
            self.found.sums.setdefault(guarantor_id, AccountSums()).add(entry)
            report.read += 1
            report.read_cents += cents

    def _unknown(self, patient_id: str, cents: int) -> None:
        report = self.table.report
        if patient_id in self.deleted:
            report.drop("rows of patients the PMS marks deleted", cents=cents)
            return
        rows, total = self.found.unknown.get(patient_id, (0, 0))
        self.found.unknown[patient_id] = (rows + 1, total + cents)
        report.held += 1
        report.held_cents += cents

    def _hold(self, batch: Batch, position: int, cells: Mapping[str, Any], bad: Sequence[str]) -> None:
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
        patient_id = cells["patient_id"]
        guarantor_id = self.guarantors.get(patient_id) if isinstance(patient_id, str) else None
        reason = f'{self.table.file_name}:{line}, column "{", ".join(captions)}" could not be read'
        if guarantor_id is not None:
            self.found.held_accounts.setdefault(guarantor_id, []).append(reason)

    def finish(self) -> Ledger:
        found, table = self.found, self.table
        for line, cells in table.misfits:
            reason = f"{table.file_name}:{line} does not fit its header"
            for cell in {cell.strip() for cell in cells} & self.guarantors.keys():
                found.held_accounts.setdefault(self.guarantors[cell], []).append(reason)
        found.problems.extend(table.problems)
        found.problems.extend(odd_letters(table, self.memories))
        if self.day_sums is not None:
            self._join_sums(self.day_sums)
        self._report_unknown()
        self._check_totals()
        forget(self.memories)
        self.accounts_by_text.clear()
        if self.day_sums is not None:
            self.day_sums = None
            release_memory()
        return found

    def _join_sums(self, day_sums: DaySums) -> None:
        """Accounts of which some rows were read one by one get the sums of their other rows too."""
        found = self.found
        for guarantor_id, sums in found.sums.items():
            number = found.numbers.get(guarantor_id)
            if number is not None:
                sums.add_sums(day_sums.take_out(number))
        found.unpaid = day_sums.pay()

    def _report_unknown(self) -> None:
        """Ledger rows of patients nobody knows: a problem each, or a stop where the files don't belong together."""
        unknown, report = self.found.unknown, self.table.report
        if not unknown:
            return
        rows = sum(rows for rows, _ in unknown.values())
        stripped = {each.lstrip("0") for each in self.guarantors}
        if rows > 5 and rows > 0.02 * report.rows:
            zeros = sum(each.lstrip("0") in stripped for each in unknown)
            if zeros > len(unknown) // 2:
                raise stop(
                    "its patient ids lack the leading zeros of the patients export (or have them where it does not).",
                    "Export both again and don't open and save either in a spreadsheet.",
                    self.table.file_name,
                )
            raise stop(
                f"{rows:,} of its {report.rows:,} rows are of patients that the patients export does not have.",
                "The two files don't belong together: export both from the same practice on the same day.",
                self.table.file_name,
            )
        alike = {_loosely(each): each for each in self.guarantors}
        for patient_id, (count, cents) in unknown.items():
            meant = alike.get(_loosely(patient_id)) if patient_id else None
            if meant is not None:
                reason = f"{self.table.file_name} has rows of {patient_id}, who may be {meant}"
                self.found.held_accounts.setdefault(self.guarantors[meant], []).append(reason)
            self.found.problems.append(
                Problem(
                    Severity.ERROR,
                    f"patient {patient_id or '(blank)'} is not in the patients export: {count} "
                    f"{'row' if count == 1 else 'rows'}, {format_cents(cents)} in all, counted for nobody.",
                    "Export every patient, inactive ones too."
                    if meant is None
                    else f"Perhaps {meant} is meant, whose account is held for it: zeros and capitals in an id count.",
                    self.table.file_name,
                    kind="unknown patient",
                )
            )

    def _check_totals(self) -> None:
        """A total row at the end must be the sum of the rows: where it is not, rows are missing."""
        column, report = self.table.column("amount"), self.table.report
        unread = any(each.severity is Severity.ERROR for each in self.found.problems)
        if column is None or not self.table.totals or unread:
            return
        line, cells = self.table.totals[-1]
        # A total's row may end before its amount, which then says nothing: it is no amount that can be read.
        text = "".join(cells[column.index : column.index + 1])
        try:
            said = parse_cents(text, self.table.layout.profile.decimal)
        except Unreadable:
            return
        added = report.read_cents + report.held_cents + report.dropped_cents
        if said != added:
            raise stop(
                f"its total row says {format_cents(said)}, its rows add up to {format_cents(added)}.",
                "Rows are missing or were changed: export again.",
                self.table.file_name,
                row=line,
                column=column.caption,
            )


def _loosely(patient_id: str) -> str:
    """The id without what programs change in ids: leading zeros, capitals, blanks and dashes."""
    return patient_id.replace(" ", "").replace("-", "").casefold().lstrip("0")

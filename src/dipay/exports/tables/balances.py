"""The balances export (an aging report): rows of buckets, which are used as they are, added up for each account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, repeat
from typing import Any, Final

from dipay.domain.aging import AgedBalance, Buckets, aged_from_buckets
from dipay.domain.fields import BUCKETS, ESTIMATES, FIELDS_OF, Grammar
from dipay.domain.problems import Problem, Severity
from dipay.exports.engine import Texts
from dipay.exports.tables.fields import FileDates, cell_message, id_reader, parser
from dipay.exports.tables.letters import odd_letters
from dipay.exports.tables.other_amounts import stop_for_other_amounts
from dipay.exports.tables.quoting import shown_id
from dipay.exports.tables.rows import RowKind
from dipay.exports.tables.table import Batch, Table
from dipay.exports.tables.totals import Totals
from dipay.grammar import Unreadable
from dipay.grammar.cells import read_cell
from dipay.grammar.money import format_cents, parse_cents

_READ: Final = tuple(each.name for each in FIELDS_OF["balances"].values() if each.grammar is not Grammar.UNREAD)
_BUCKETS: Final = tuple(each.name for each in BUCKETS)
_ESTIMATES: Final = tuple(each.name for each in ESTIMATES)
#: The amounts of which a blank is none, and not nothing.
_SAID: Final = (*_BUCKETS, "unapplied_credit", "total", "portion")
_MONEY: Final = (*_SAID, *_ESTIMATES)
_AGAIN: Final = "Look at the account in the PMS; its report may be of another day."


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One row of the report, in cents; `line` is where it stands, `whose` the id it has."""

    whose: str
    line: int
    buckets: Buckets
    credit_cents: int
    insurance_estimate_cents: int
    writeoff_estimate_cents: int
    outstanding_claims: int | None
    billing_type: str
    provider: str

    @property
    def balance_cents(self) -> int:
        return sum(self.buckets) - self.credit_cents

    def says_the_same(self, other: BalanceRow) -> bool:
        """Whether the other row differs by nothing but where it stands."""
        return (self.buckets, self.credit_cents, self.whose, self.provider) == (
            other.buckets,
            other.credit_cents,
            other.whose,
            other.provider,
        )


@dataclass(slots=True)
class Reported:
    """What the report says of one account: its rows, added up. Amounts are in cents."""

    rows: list[BalanceRow] = field(default_factory=list)

    @property
    def balance_cents(self) -> int:
        return sum(row.balance_cents for row in self.rows)

    def own_cents(self, guarantor_id: str) -> int:
        """What the rows with the guarantor's own id come to."""
        return sum(row.balance_cents for row in self.rows if row.whose == guarantor_id)

    @property
    def buckets(self) -> Buckets:
        """The buckets with every credit taken off the oldest first."""
        columns = zip(*(row.buckets for row in self.rows), strict=True)
        return _without_credits([sum(column) for column in columns], sum(row.credit_cents for row in self.rows))

    @property
    def insurance_estimate_cents(self) -> int:
        return sum(row.insurance_estimate_cents for row in self.rows)

    @property
    def writeoff_estimate_cents(self) -> int:
        return sum(row.writeoff_estimate_cents for row in self.rows)

    @property
    def outstanding_claims(self) -> int | None:
        claims = [row.outstanding_claims for row in self.rows if row.outstanding_claims is not None]
        return sum(claims) if claims else None

    @property
    def billing_types(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.billing_type for row in self.rows if row.billing_type))

    def aged(self, insurance_cents: int, writeoff_cents: int) -> AgedBalance:
        """The account aged as the report has it, with these estimates taken off."""
        return aged_from_buckets(self.buckets, self.balance_cents, insurance_cents, writeoff_cents)


@dataclass(slots=True)
class Balances:
    """What is said of each account, by its guarantor's id, and what was wrong."""

    accounts: dict[str, Reported] = field(default_factory=dict)
    held_accounts: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    fields: frozenset[str] = frozenset()


def read_balances(
    table: Table, guarantors: Mapping[str, str], missing: set[str], deleted: set[str], date_format: str, today: date
) -> Balances:
    """Reads the whole report.

    `guarantors` gives each known patient's guarantor id; `missing` are guarantor ids that patients name but that have
    no row of their own; `deleted` are patients the PMS marks deleted.
    """
    reader = _Reader(table, guarantors, missing, deleted, FileDates(table, date_format, today))
    stop_for_other_amounts(table)
    for batch in table.batches(_READ, Texts()):
        reader.take(batch)
    return reader.finish()


class _Reader:
    def __init__(
        self, table: Table, guarantors: Mapping[str, str], missing: set[str], deleted: set[str], dates: FileDates
    ) -> None:
        self.table, self.guarantors, self.missing, self.deleted = table, guarantors, missing, deleted
        self.found = Balances(fields=frozenset(table.layout.columns))
        parsers = {
            name: parser(table, FIELDS_OF["balances"][name], dates) for name in _READ if name in table.layout.columns
        }
        parsers["guarantor_id"] = id_reader(table, "guarantor_id")
        self.readings = {name: Texts.of_one_column(parse) for name, parse in parsers.items()}
        table.sorter.known = lambda: guarantors.keys() | missing | deleted
        self.totals = table.totals = Totals({name: parsers[name] for name in _MONEY if name in parsers})

    def take(self, batch: Batch) -> None:
        values = [
            self.readings[name].of(batch.columns[name]) if name in batch.columns else repeat(None) for name in _READ
        ]
        rows = [dict(zip(_READ, row, strict=True)) for row in zip(*values, strict=False)]
        for name in self.totals.fields:
            column = [row[name] for row in rows]
            is_bad = any(isinstance(each, Unreadable) for each in column)
            self.totals.add({name: None if is_bad else sum(each or 0 for each in column)})
        for position, row in enumerate(rows):
            self._row(batch, position, row)

    def _row(self, batch: Batch, position: int, cells: dict[str, Any]) -> None:
        line, table = batch.lines[position], self.table
        whose = cells["guarantor_id"] if isinstance(cells["guarantor_id"], str) else ""
        if self._account_of(whose) is None and all(cells[name] is None for name in _SAID):
            table.report.drop(RowKind.FOOTER.value)  # the number of a page
            return
        cells |= _unproved(cells)
        bad = [name for name, value in cells.items() if isinstance(value, Unreadable)]
        if bad:
            self._hold_unreadable(batch, position, cells, bad, whose)
            return
        row = BalanceRow(
            whose,
            line,
            _four([cells[name] or 0 for name in _BUCKETS]),
            _credit(cells),
            cells["insurance_estimate"] or 0,
            cells["writeoff_estimate"] or 0,
            cells["outstanding_claims"],
            cells["billing_type"] or "",
            cells["provider"] or "",
        )
        account = self._account_of(whose)
        if account is None:
            self._of_nobody(row)
            return
        table.report.read += 1
        table.report.read_cents += row.balance_cents
        reason = self._doubt(cells, row)
        if reason is not None:
            self._hold_account(account, reason)
        self.found.accounts.setdefault(account, Reported()).rows.append(row)

    def _account_of(self, whose: str) -> str | None:
        """The guarantor of a row: its own id, or the patient's of whom it is; None where nobody knows the id."""
        return self.guarantors.get(whose, whose if whose in self.missing else None)

    def _hold_unreadable(
        self, batch: Batch, position: int, cells: Mapping[str, Any], bad: list[str], whose: str
    ) -> None:
        line, table = batch.lines[position], self.table
        table.report.held += 1
        for name in bad:
            self.found.problems.append(
                Problem(
                    Severity.ERROR,
                    cell_message(batch.columns[name][position], name, cells[name]),
                    cells[name].fix,
                    table.file_name,
                    row=line,
                    column=table.layout.columns[name].caption,
                    kind=cells[name].what,
                )
            )
        captions = ", ".join(table.layout.columns[name].caption for name in bad)
        account = self._account_of(whose)
        self._hold_account(account or "", f'{table.file_name}:{line}, column "{captions}" could not be read')

    def _doubt(self, cells: Mapping[str, Any], row: BalanceRow) -> str | None:
        """Why the row can't be right: its sums are not the sums of its parts."""
        said, portion = cells["total"], cells["portion"]
        if said is not None and said != row.balance_cents:
            apart = format_cents(abs(said - row.balance_cents))
            return self._report(row.line, f"the buckets and the total of the row differ by {apart}")
        left = row.balance_cents - row.insurance_estimate_cents - row.writeoff_estimate_cents
        if portion is not None and portion != left and not (portion == 0 and left < 0):
            return self._report(
                row.line,
                "its total less the estimates and what it gives as the patient's part differ by "
                f"{format_cents(abs(left - portion))}",
            )
        return None

    def _report(self, line: int, message: str) -> str:
        self.found.problems.append(
            Problem(Severity.ERROR, f"{message}.", _AGAIN, self.table.file_name, row=line, kind="sums")
        )
        return f"{self.table.file_name}:{line}: {message}"

    def _of_nobody(self, row: BalanceRow) -> None:
        report = self.table.report
        if row.whose in self.deleted:
            report.drop("rows of patients the PMS marks deleted", cents=row.balance_cents)
            return
        report.held_cents += row.balance_cents
        self.table.hold(
            row.line,
            self.table.layout.columns["guarantor_id"].caption,
            f"{shown_id(row.whose)} is not in the patients export, but has a balance of "
            f"{format_cents(row.balance_cents)}.",
            "Export both files again on the same day, with every patient.",
            "no guarantor",
        )

    def _hold_account(self, guarantor_id: str, reason: str) -> None:
        if guarantor_id:
            self.found.held_accounts.setdefault(guarantor_id, []).append(reason)

    def finish(self) -> Balances:
        table, found = self.table, self.found
        for line, cells in table.misfits:
            known = {cell.strip() for cell in cells} & (self.guarantors.keys() | self.missing)
            for each in known:
                self._hold_account(self.guarantors.get(each, each), f"{table.file_name}:{line} does not fit its header")
        for whose, reasons in table.held_ids.items():
            for reason in reasons:
                self._hold_account(self._account_of(whose) or "", reason)
        self._look_at_several()
        found.problems.extend(table.problems)
        found.problems.extend(odd_letters(table, self.readings))
        self._note_several()
        return found

    def _look_at_several(self) -> None:
        """Holds accounts whose rows are alike, or where one may be the sum of others; the rest are added up."""
        several = {each: said for each, said in self.found.accounts.items() if len(said.rows) > 1}
        # A guarantor's own part may be smaller than the others' somewhere; the sum of a family never is.
        is_by_patient = any(
            said.own_cents(each) < said.balance_cents - said.own_cents(each) for each, said in several.items()
        )
        for guarantor_id, said in several.items():
            for line, doubt in _doubts_of_several(guarantor_id, said, is_by_patient=is_by_patient):
                self._hold_account(guarantor_id, self._report(line, doubt))

    def _note_several(self) -> None:
        several = sum(len(reported.rows) > 1 for reported in self.found.accounts.values())
        if several:
            accounts = "account has" if several == 1 else "accounts have"
            words = f"{several} {accounts} several rows, by provider or patient: they were added up."
            self.found.problems.append(
                Problem(Severity.NOTE, words, "Nothing, if the report is made so.", self.table.file_name)
            )


def _doubts_of_several(guarantor_id: str, said: Reported, *, is_by_patient: bool) -> Iterator[tuple[int, str]]:
    """Why the rows of one account may be one debt said twice, each with its line."""
    rows, account = said.rows, shown_id(guarantor_id)
    if len({row.provider for row in rows if row.provider}) == len(rows):
        return  # each by a provider of its own
    for place, row in enumerate(rows):
        again = next((each for each in rows[:place] if each.balance_cents and row.says_the_same(each)), None)
        if again is not None:
            yield row.line, f"says the same of {account} as row {again.line}: it may be the same debt twice"
    for row in _sums_among(rows):
        yield row.line, f"is as much as other rows of {account} together: it may be their sum"
    own = said.own_cents(guarantor_id)
    if not is_by_patient and 0 < said.balance_cents - own <= own:
        line = next(row.line for row in rows if row.whose == guarantor_id)
        yield line, f"may be the sum of the rows of the patients that {account} pays for, which have rows too"


def _sums_among(rows: Sequence[BalanceRow]) -> Iterator[BalanceRow]:
    """The rows that come to as much as two or more right below or above them, as a family's own row does."""
    for place, row in enumerate(rows):
        for beside in (rows[place + 1 :], rows[:place][::-1]):
            sums = list(accumulate(each.balance_cents for each in beside if each.balance_cents))
            if row.balance_cents and row.balance_cents in sums[1:]:
                yield row
                break


def _unproved(cells: Mapping[str, Any]) -> dict[str, Unreadable]:
    """The blank buckets of a row that nothing proves to hold nothing: neither its total nor its portion."""
    blank = [name for name in _BUCKETS if cells[name] is None]
    if not blank or any(isinstance(cells[name], Unreadable) for name in _MONEY):
        return {}
    said = cells["total"]
    if said is None and cells["portion"] is not None:
        said = cells["portion"] + sum(cells[name] or 0 for name in _ESTIMATES)
    if said is not None and said == sum(cells[name] or 0 for name in _BUCKETS) - _credit(cells):
        return {}
    blank_amount = read_cell("", parse_cents)
    return {name: blank_amount for name in blank if isinstance(blank_amount, Unreadable)}


def _credit(cells: Mapping[str, Any]) -> int:
    """The credit that the buckets do not show. Where they are empty, a total below zero is one too."""
    credit: int = cells["unapplied_credit"] or 0
    total: int | None = cells["total"]
    if total is not None and total < 0 and not credit and not any(cells[name] for name in _BUCKETS):
        return -total
    return credit


def _without_credits(buckets: list[int], credit: int) -> Buckets:
    """The buckets with a credit, and what stands below zero in one of them, taken off the oldest first."""
    credit -= sum(min(0, cents) for cents in buckets)
    left = [max(0, cents) for cents in buckets]
    for index in reversed(range(len(left))):
        taken = min(left[index], max(0, credit))
        left[index] -= taken
        credit -= taken
    return _four(left)


def _four(cents: list[int]) -> Buckets:
    return cents[0], cents[1], cents[2], cents[3]

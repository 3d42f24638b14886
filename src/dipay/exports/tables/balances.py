"""The balances export (an aging report): one row per guarantor with its buckets, which are used as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import Any

from dipay.domain.aging import AgedBalance, Buckets, aged_from_buckets
from dipay.domain.fields import BUCKETS, ESTIMATES, FIELDS_OF
from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.exports.engine import Texts
from dipay.exports.tables.fields import FileDates, cell_message, id_reader, parser
from dipay.exports.tables.letters import odd_letters
from dipay.exports.tables.table import Batch, Table
from dipay.grammar import Unreadable
from dipay.grammar.money import format_cents, parse_cents

_BUCKETS = tuple(each.name for each in BUCKETS)
_MONEY = (*_BUCKETS, *(each.name for each in ESTIMATES), "total", "portion")
_FIELDS = ("guarantor_id", *_MONEY, "outstanding_claims")


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One guarantor's row: amounts in cents; `line` is where it stands."""

    buckets: Buckets
    balance_cents: int
    insurance_estimate_cents: int
    writeoff_estimate_cents: int
    outstanding_claims: int | None
    line: int

    def aged(self, insurance_cents: int, writeoff_cents: int) -> AgedBalance:
        """The account aged as the report has it, with these estimates taken off."""
        return aged_from_buckets(self.buckets, self.balance_cents, insurance_cents, writeoff_cents)


@dataclass(slots=True)
class Balances:
    """The rows by guarantor id, and what was wrong; rows that name nobody in the patients export are in `unknown`."""

    rows: dict[str, BalanceRow] = field(default_factory=dict)
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
    for batch in table.batches(_FIELDS, Texts()):
        reader.take(batch)
    return reader.finish()


class _Reader:
    def __init__(
        self, table: Table, guarantors: Mapping[str, str], missing: set[str], deleted: set[str], dates: FileDates
    ) -> None:
        self.table, self.guarantors, self.missing, self.deleted = table, guarantors, missing, deleted
        self.found = Balances(fields=frozenset(table.layout.columns))
        self.readings = {
            name: Texts.of_one_column(parser(table, FIELDS_OF["balances"][name], dates))
            for name in _FIELDS
            if name in table.layout.columns
        }
        self.readings["guarantor_id"] = Texts.of_one_column(id_reader(table, "guarantor_id"))
        self.sums = dict.fromkeys(_MONEY, 0)

    def take(self, batch: Batch) -> None:
        values = [
            self.readings[name].of(batch.columns[name]) if name in batch.columns else repeat(None) for name in _FIELDS
        ]
        for position, row in enumerate(zip(*values, strict=False)):
            self._row(batch, position, dict(zip(_FIELDS, row, strict=True)))

    def _row(self, batch: Batch, position: int, cells: Mapping[str, Any]) -> None:
        line, table = batch.lines[position], self.table
        bad = [name for name, value in cells.items() if isinstance(value, Unreadable)]
        guarantor_id = cells["guarantor_id"] if isinstance(cells["guarantor_id"], str) else ""
        for name in _MONEY:
            if isinstance(cells[name], int):
                self.sums[name] += cells[name]
        if bad:
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
            self._hold_account(guarantor_id, f'{table.file_name}:{line}, column "{captions}" could not be read')
            return
        total = self._total(cells)
        if self.guarantors.get(guarantor_id) != guarantor_id and guarantor_id not in self.missing:
            self._of_no_guarantor(guarantor_id, line, total)
            return
        if guarantor_id in self.found.rows:
            self._twice(guarantor_id, line, total)
            return
        table.report.read += 1
        table.report.read_cents += total
        reason = self._doubt(cells, total, line)
        if reason is not None:
            self._hold_account(guarantor_id, reason)
        self.found.rows[guarantor_id] = BalanceRow(
            _without_credits(tuple(cells[name] for name in _BUCKETS)),
            total,
            cells["insurance_estimate"] or 0,
            cells["writeoff_estimate"] or 0,
            cells["outstanding_claims"],
            line,
        )

    def _total(self, cells: Mapping[str, Any]) -> int:
        """The row's balance: its own total, where it has one, for a credit shows in no bucket."""
        buckets = sum(cells[name] for name in _BUCKETS)
        said: int | None = cells["total"]
        return said if said is not None else buckets

    def _doubt(self, cells: Mapping[str, Any], total: int, line: int) -> str | None:
        """Why the row can't be right: its sums are not the sums of its parts."""
        buckets = sum(cells[name] for name in _BUCKETS)
        place = f"{self.table.file_name}:{line}"
        if total != buckets and not (buckets == 0 and total < 0):
            return self._report(
                line,
                f"the buckets add up to {format_cents(buckets)}, its total is {format_cents(total)}",
                place,
            )
        portion = total - (cells["insurance_estimate"] or 0) - (cells["writeoff_estimate"] or 0)
        if cells["portion"] is not None and cells["portion"] != portion:
            return self._report(
                line,
                f"its total less the estimates is {format_cents(portion)}, "
                f"the patient's part is given as {format_cents(cells['portion'])}",
                place,
            )
        return None

    def _report(self, line: int, message: str, place: str) -> str:
        self.found.problems.append(
            Problem(
                Severity.ERROR,
                f"{message}.",
                "Look at the account in the PMS; its report may be of another day.",
                self.table.file_name,
                row=line,
                kind="sums",
            )
        )
        return f"{place}: {message}"

    def _of_no_guarantor(self, guarantor_id: str, line: int, total: int) -> None:
        report = self.table.report
        if guarantor_id in self.deleted:
            report.drop("rows of patients the PMS marks deleted", cents=total)
        elif guarantor_id in self.guarantors and total == 0:
            report.drop("rows of patients who are no guarantor, all zero")
        else:
            who = "is not a guarantor" if guarantor_id in self.guarantors else "is not in the patients export"
            report.held_cents += total
            self.table.hold(
                line,
                self.table.layout.columns["guarantor_id"].caption,
                f"{guarantor_id or '(blank)'} {who}, but has a balance of {format_cents(total)}.",
                "Export both files again on the same day, with every patient.",
                "no guarantor",
            )
            self._hold_account(
                self.guarantors.get(guarantor_id, ""), f"{self.table.file_name}:{line} is for {guarantor_id}"
            )

    def _twice(self, guarantor_id: str, line: int, total: int) -> None:
        before = self.found.rows[guarantor_id].line
        self.table.report.held_cents += total
        self.table.hold(
            line,
            None,
            f"guarantor {guarantor_id} stands at row {before} too.",
            "Export one row per guarantor.",
            "same id twice",
        )
        self._hold_account(guarantor_id, f"{self.table.file_name}:{before} and :{line} are both for {guarantor_id}")

    def _hold_account(self, guarantor_id: str, reason: str) -> None:
        if guarantor_id:
            self.found.held_accounts.setdefault(guarantor_id, []).append(reason)

    def finish(self) -> Balances:
        for line, cells in self.table.misfits:
            known = {cell.strip() for cell in cells} & (self.guarantors.keys() | self.missing)
            for each in known:
                self._hold_account(
                    self.guarantors.get(each, each), f"{self.table.file_name}:{line} does not fit its header"
                )
        self._check_totals()
        self.found.problems.extend(self.table.problems)
        self.found.problems.extend(odd_letters(self.table, self.readings))
        return self.found

    def _check_totals(self) -> None:
        unread = any(each.severity is Severity.ERROR for each in self.found.problems)
        if not self.table.totals or unread or self.table.misfits:
            return
        line, cells = self.table.totals[-1]
        for name in (*_BUCKETS, "total"):
            column = self.table.column(name)
            if column is None or column.index >= len(cells) or not cells[column.index].strip():
                continue
            try:
                said = parse_cents(cells[column.index], self.table.layout.profile.decimal)
            except Unreadable:
                continue
            if said != self.sums[name]:
                raise cannot(
                    ExitCode.EXPORTS,
                    f"its total row says {format_cents(said)}, its rows add up to {format_cents(self.sums[name])}.",
                    "Rows are missing or were changed: export again.",
                    self.table.file_name,
                    row=line,
                    column=column.caption,
                )


def _without_credits(buckets: tuple[int, ...]) -> Buckets:
    """The buckets with what stands below zero in one of them taken off the oldest first."""
    credit = -sum(min(0, cents) for cents in buckets)
    left = [max(0, cents) for cents in buckets]
    for index in reversed(range(4)):
        taken = min(left[index], credit)
        left[index] -= taken
        credit -= taken
    return (left[0], left[1], left[2], left[3])

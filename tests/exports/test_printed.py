"""Printed reports: whatever a report prints beside its rows, its accounts are those of the tidy file."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.problems import CannotGoOn
from dipay.exports.reading import Exports, read_exports
from dipay.grammar.money import plain_cents
from tests.exports.reading import assert_adds_up, by_id, plan, write
from tests.exports.test_fast import by_column, without_engine
from tests.exports.test_spreadsheets import WRITERS
from tests.properties import examples

Cells = list[str]


@dataclass(frozen=True)
class Report:
    """A report's header and groups of rows, and which of its columns hold amounts; the first one holds ids."""

    kind: str
    header: Cells
    groups: tuple[tuple[Cells, ...], ...]
    money: tuple[int, ...]

    @property
    def rows(self) -> list[Cells]:
        return [row for group in self.groups for row in group]


def _sums(report: Report, rows: Sequence[Cells]) -> Cells:
    """A row of the sums of these rows."""
    sums = [""] * len(report.header)
    for index in report.money:
        cents = sum(round(float(row[index] or 0) * 100) for row in rows)
        sums[index] = plain_cents(cents)
    return sums


@st.composite
def aging_reports(draw: st.DrawFn) -> Report:
    amounts = st.one_of(st.just(0), st.integers(1, 90_000))
    has_total, has_credit = draw(st.booleans()), draw(st.booleans())
    header = ["Guarantor ID", "Guarantor", "Days 0 30", "Days 31 60", "Days 61 90", "Over 90"]
    header += ["Unapplied Credit"] * has_credit + ["Total"] * has_total
    ids = draw(st.permutations(range(101, 101 + draw(st.integers(2, 12)))))
    rows = []
    for number in ids:
        cents = [draw(amounts) for _ in range(4)]
        cents += [draw(st.sampled_from([0, 500]))] * has_credit
        if has_total:
            cents.append(sum(cents[:4]) - sum(cents[4:]))
        rows.append([str(number), f"Ames, A{number}", *map(plain_cents, cents)])
    return Report("balances", header, _grouped(draw, rows), tuple(range(2, len(header))))


@st.composite
def ledgers(draw: st.DrawFn) -> Report:
    in_two = draw(st.booleans())
    header = ["Patient ID", "Date", "Description", *(["Charge", "Credit"] if in_two else ["Amount"])]
    rows = []
    for number in range(draw(st.integers(3, 15))):
        cents, is_payment = draw(st.integers(1, 90_000)), draw(st.booleans())
        sides = ["", plain_cents(cents)] if is_payment else [plain_cents(cents), ""]
        amounts = sides if in_two else [plain_cents(-cents if is_payment else cents)]
        day = f"2026-{draw(st.integers(1, 9)):02}-{draw(st.integers(1, 28)):02}"
        rows.append(
            [
                str(draw(st.integers(101, 106))),
                day,
                f"{draw(st.sampled_from(['exam', 'D1110', 'card']))} {number}",
                *amounts,
            ]
        )
    return Report("ledger", header, _grouped(draw, rows), tuple(range(3, len(header))))


def _grouped(draw: st.DrawFn, rows: list[Cells]) -> tuple[tuple[Cells, ...], ...]:
    ends = sorted({*draw(st.sets(st.integers(1, len(rows) - 1), max_size=3)), len(rows)})
    return tuple(tuple(rows[start:end]) for start, end in zip([0, *ends], ends, strict=False))


class Printer:
    """Prints a report in one of the ways that systems do, as chance has it."""

    def __init__(self, report: Report, chance: random.Random) -> None:
        self.report, self.chance = report, chance
        self.title = [["Elm Dental"], ["Report as of 11/26/2026"]][: chance.randint(0, 2)]
        self.page_rows = chance.choice([3, 5, 100])
        self.label_place = chance.choice([0, 1])
        self.has_headings, self.has_sums = chance.random() < 0.7, chance.random() < 0.7
        self.footer = chance.choice([["Page {page}"], ["11/26/2026 8:03 AM", "Page {page} of 9"], ["{page}"]])
        self.name = chance.choice(["Provider", "Billing Type", "Location"])

    def lines(self) -> Iterator[Cells]:
        """The printed report, line by line."""
        yield from self._head()
        page, on_page = 1, 0
        for number, group in enumerate(self.report.groups, 1):
            if self.has_headings:
                yield self._at(f"{self.name}: DDS{number}")
            for row in group:
                if on_page == self.page_rows:
                    yield self._wide([each.format(page=page + 900) for each in self.footer])
                    yield from self._head()
                    page, on_page = page + 1, 0
                on_page += 1
                yield row
                if self.chance.random() < 0.1:
                    yield self._at(self.chance.choice(["", "Jr", "of the Hill", "(207) 555-0100 x"]), 1)
            if self.has_sums:
                yield self._labelled(f"{self.chance.choice(['Subtotal', 'Total for'])} DDS{number}", group)
        yield from self._foot()

    def _head(self) -> Iterator[Cells]:
        yield from map(self._wide, self.title)
        if self.chance.random() < 0.3:
            yield self._wide([])
        yield self.report.header

    def _foot(self) -> Iterator[Cells]:
        if self.chance.random() < 0.7:
            yield self._labelled(self.chance.choice(["Total", "Grand Total:", "Report totals", ""]), self.report.rows)
        if self.chance.random() < 0.5:
            shares = self._wide([self.chance.choice(["% of total", "Percent"])])
            yield [f"{self.chance.randint(0, 100)}%" if i in self.report.money else c for i, c in enumerate(shares)]
        if self.chance.random() < 0.5:
            yield self._at(f"Total Patients: {len(self.report.rows)}")
        if self.chance.random() < 0.3:
            yield ["End of report"]

    def _labelled(self, label: str, rows: Sequence[Cells]) -> Cells:
        sums = _sums(self.report, rows)
        sums[self.label_place] = label
        return sums

    def _at(self, text: str, place: int | None = None) -> Cells:
        cells = self._wide([])
        cells[self.label_place if place is None else place] = text
        return cells

    def _wide(self, cells: Sequence[str]) -> Cells:
        return [*cells, *[""] * (len(self.report.header) - len(cells))]


def _text(rows: Sequence[Cells]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _patients() -> bytes:
    lines = [f"{each},,Ann,Ames,207-555-{each + 1000},2026-09-01" for each in range(101, 114)]
    return "\n".join(["patient_id,guarantor_id,first_name,last_name,mobile_phone,last_visit", *lines, ""]).encode()


def _read(kind: str, lines: Sequence[Cells], ending: str = "csv") -> Exports:
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), f"report.{ending}"
        write(folder, {"patients.csv": _patients()})
        if ending == "csv":
            write(folder, {file: _text(lines)})
        else:
            WRITERS[ending](folder / file, [list(each) for each in lines])
        exports = read_exports(plan(folder, files={"patients": "patients.csv", kind: file}))
    assert_adds_up(exports)
    return exports


REPORTS = st.one_of(aging_reports(), ledgers())


@pytest.mark.parametrize("how", ["by row", "by column"])
@given(REPORTS, st.randoms(use_true_random=False))
@examples(60)
def test_a_printed_report_gives_the_accounts_of_the_tidy_file(how: str, report: Report, chance: random.Random) -> None:
    tidy = by_id(_read(report.kind, [report.header, *report.rows]))
    with pytest.MonkeyPatch.context() as patch:
        (without_engine if how == "by row" else by_column)(patch)
        printed = _read(report.kind, list(Printer(report, chance).lines()))
    assert by_id(printed) == tidy


@given(REPORTS, st.randoms(use_true_random=False), st.sampled_from(sorted(WRITERS)))
@examples(15)
def test_and_so_does_a_workbook_of_it(report: Report, chance: random.Random, ending: str) -> None:
    tidy = by_id(_read(report.kind, [report.header, *report.rows]))
    assert by_id(_read(report.kind, list(Printer(report, chance).lines()), ending)) == tidy


@given(REPORTS, st.data())
@examples(40)
def test_an_amount_that_was_changed_never_passes_below_a_total(report: Report, data: st.DataObject) -> None:
    lines: list[Any] = [report.header, *map(list, report.rows), ["Total", *_sums(report, report.rows)[1:]]]
    row, index = data.draw(st.integers(1, len(lines) - 2)), data.draw(st.sampled_from(report.money))
    before = lines[row][index]
    after = plain_cents(data.draw(st.integers(1, 99_999)))
    lines[row][index] = after
    tidy = by_id(_read(report.kind, [report.header, *report.rows]))
    try:
        found = by_id(_read(report.kind, lines))
    except CannotGoOn as stopped:
        assert stopped.exit_code == 3
        return
    asked = {key: each.aged for key, each in found.items() if not each.held_for}
    assert before == after or lines[row][0] not in asked or asked[lines[row][0]] == tidy[lines[row][0]].aged

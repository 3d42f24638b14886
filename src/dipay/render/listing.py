"""`list` as people read it: a table that fits the terminal, its totals, and what became of the files' rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.segment import Segment, Segments
from rich.style import Style
from rich.text import Text

from dipay.domain.worklist import Judged, View
from dipay.grammar.money import format_cents, plain_cents
from dipay.grammar.phones import format_phone
from dipay.render.aging_bar import COLOURS, LEGEND, SIGNS, aging_bar
from dipay.render.fitting import fitted
from dipay.render.safe import printable, spreadsheet_safe
from dipay.render.status import status_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from dipay.domain.day import Day
    from dipay.exports.tables.table import FileReport
    from dipay.services.worklist import Listing

#: From this width on there is room for whole names and for the reasons in words.
WIDE = 110


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the table: its caption, its greatest width narrow and wide (None: what is left), and its cell.

    `colours`: each letter of the cell has its own. `gives_way`: left out on a narrow screen in views whose rows have
    much to say of their status.
    """

    caption: str
    width: int | None
    wide: int | None
    cell: Callable[[Judged, Day, int], str]
    right: bool = False
    colours: bool = False
    gives_way: bool = False


def _bar(judged: Judged, day: Day, width: int) -> str:
    return aging_bar(judged.account.aged.portion_buckets, width)


def _number(judged: Judged, day: Day, width: int) -> str:
    phone = judged.account.phone
    return format_phone(phone) if phone is not None else "no number"


def _oldest(judged: Judged, day: Day, width: int) -> str:
    days = judged.account.aged.oldest_unpaid_days
    if days is None:
        return ""
    return f"{days}+" if judged.account.aged.only_bucket_known else str(days)


COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("Id", 6, 8, lambda judged, day, width: printable(judged.account.guarantor_id)),
    ListColumn("Name", 14, 26, lambda judged, day, width: printable(judged.account.name)),
    ListColumn(
        "Amount",
        10,
        11,
        lambda judged, day, width: format_cents(judged.account.aged.patient_portion_cents),
        right=True,
    ),
    ListColumn("Aging", 6, 12, _bar, colours=True),
    ListColumn("Days", 4, 5, _oldest, right=True, gives_way=True),
    ListColumn(
        "Last visit",
        10,
        10,
        lambda judged, day, width: str(judged.account.last_visit or ""),
        gives_way=True,
    ),
    ListColumn("Number", 14, 14, _number),
    ListColumn("Status", None, None, status_words),
)


def print_listing(listing: Listing, view: View | None, console: Console, *, quiet: bool = False) -> None:
    """The view as a table, then the totals and the counts per reason."""
    accounts = listing.worklist.of(view)
    if accounts:
        console.print(Segments(_table(accounts, view, listing.worklist.day, console.width)), soft_wrap=True, end="")
        console.print(Text(LEGEND, style="dim"))
    else:
        console.print(Text(f"No account is {view.value if view else 'in the exports'}."))
    if not quiet:
        console.print()
        for line in summary_lines(listing):
            console.print(Text(line))


_BAR_STYLES = {sign: Style.parse(colour) for sign, colour in zip(SIGNS, COLOURS, strict=True)}
_BOLD, _DIM = Style(bold=True), Style(dim=True)


def _table(accounts: Sequence[Judged], view: View | None, day: Day, width: int) -> Iterator[Segment]:
    """The captions and a line each. Rich's own table measures every cell several times: seconds for thousands."""
    wide = width >= WIDE
    gap = "  " if wide else " "
    long_status = view is not View.PENDING and not wide
    columns = [each for each in COLUMNS if not (long_status and each.gives_way)]
    texts, widths, used = [], [], 0
    for column in columns:
        most = column.wide if wide else column.width
        most = most if most is not None else max(8, width - used)
        cells = [column.cell(judged, day, most) for judged in accounts]
        widths.append(min(most, max(len(column.caption), *map(cell_len, cells))))
        used += widths[-1] + len(gap)
        texts.append(cells)
    captions = [fitted(each.caption, size, right=each.right) for each, size in zip(columns, widths, strict=True)]
    yield Segment(f"{gap.join(captions).rstrip()}\n", _BOLD)
    for judged, *row in zip(accounts, *texts, strict=True):
        style = None if judged.view is View.PENDING and judged.selected else _DIM
        for column, size, cell in zip(columns[:-1], widths, row, strict=False):
            text = fitted(cell, size, right=column.right)
            if column.colours:
                for sign, run in groupby(text):
                    yield Segment("".join(run), _BAR_STYLES.get(sign))
            else:
                yield Segment(text, style)
            yield Segment(gap)
        yield Segment(f"{fitted(row[-1], widths[-1]).rstrip()}\n", style)


def summary_lines(listing: Listing) -> list[str]:
    """The totals: who may be asked for how much, who isn't and why, and what became of the files' rows."""
    worklist = listing.worklist
    counts = worklist.counts()
    selected = [each for each in worklist.of(View.PENDING) if each.selected]
    without_number = sum(each.account.phone is None for each in selected)
    line = f"To ask today: {_accounts(len(selected))}, {format_cents(worklist.pending_amount_cents())}"
    if without_number:
        line += f" ({without_number} without a usable mobile number)"
    if deselected := counts[View.PENDING] - len(selected):
        line += f"; {deselected} deselected today"
    lines = [f"{line}.", *(report_line(report) for report in listing.reports)]
    others = [f"{counts[view]} {view.value}" for view in View if view is not View.PENDING and counts[view]]
    if others:
        lines.append(f"Not asked: {', '.join(others)}.")
    reasons = [f"{code} {count}" for code, count in worklist.reason_counts().items()]
    lines.append(f"Reasons: {', '.join(reasons)}." if reasons else "Reasons: none.")
    return lines


def report_line(report: FileReport) -> str:
    """What became of a file's rows: read, held and dropped add up to the file."""
    parts = [f"{report.read:,} read"]
    if report.held:
        parts.append(f"{report.held:,} held")
    parts.extend(f"{rows:,} dropped ({why})" for why, rows in report.dropped.items())
    all_rows = "1 row" if report.rows == 1 else f"{report.rows:,} rows"
    line = f"{report.file} ({report.profile}, {report.form}): {all_rows} = {' + '.join(parts)}"
    if report.kind != "patients":
        line += f"; {format_cents(report.read_cents)} read"
        if report.held_cents:
            line += f", {format_cents(report.held_cents)} held"
        if report.dropped_cents:
            line += f", {format_cents(report.dropped_cents)} dropped"
    return f"{line}."


def _accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number:,} accounts"


CSV_COLUMNS = (
    "guarantor_id", "name", "phone", "phone_problem", "patient_portion", "balance", "insurance_estimate",
    "writeoff_estimate", "days_0_30", "days_31_60", "days_61_90", "over_90", "oldest_unpaid_days", "last_visit",
    "outstanding_claims", "view", "selected", "reasons", "why",
)  # fmt: skip


def write_csv(listing: Listing, view: View | None, file: TextIO) -> None:
    """The view as CSV for a spreadsheet: amounts as plain numbers, everything else as text that is no formula."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for judged in listing.worklist.of(view):
        account, aged = judged.account, judged.account.aged
        texts = (
            account.guarantor_id,
            account.name,
            format_phone(account.phone or ""),
            account.phone_problem or "",
        )
        amounts = (
            aged.patient_portion_cents, aged.balance_cents, aged.insurance_estimate_cents,
            aged.writeoff_estimate_cents, *aged.portion_buckets,
        )  # fmt: skip
        reasons = "; ".join(rule.code for rule in judged.reasons)
        details = "; ".join(rule.detail(account, listing.worklist.day) for rule in judged.reasons)
        writer.writerow(
            [
                *(spreadsheet_safe(printable(text)) for text in texts),
                *(plain_cents(cents) for cents in amounts),
                "" if aged.oldest_unpaid_days is None else aged.oldest_unpaid_days,
                account.last_visit or "",
                "" if account.outstanding_claims is None else account.outstanding_claims,
                judged.view.value,
                "yes" if judged.selected else "no",
                reasons,
                spreadsheet_safe(printable(details)),
            ]
        )

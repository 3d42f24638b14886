"""`list` as people read it: a table that fits the terminal, its totals, and what became of the files' rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment, Segments
from rich.style import Style
from rich.text import Text

from dipay.domain.choices import Choice
from dipay.domain.worklist import Judged, View, Worklist
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.aging_bar import COLOURS, LEGEND, SIGNS, aging_bar
from dipay.render.fitting import fitted, wrapped
from dipay.render.records import call_line
from dipay.render.safe import printable
from dipay.render.status import Status, shown_portion, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from dipay.domain.day import Day
    from dipay.exports.tables.table import FileReport
    from dipay.services.records import ToCall
    from dipay.services.worklist import Listing


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the table: its caption, its greatest width where there is little room and where there is much, its
    cell for a width.

    `colours`: each letter of the cell has its own. `gives_way`: the column with the lowest number is left out first
    where the status needs the room; those without one stay.
    """

    caption: str
    least: int
    most: int
    cell: Callable[[Judged, int], str]
    right: bool = False
    colours: bool = False
    gives_way: int = 0


def _bar(judged: Judged, width: int) -> str:
    return aging_bar(judged.account.aged.portion_buckets, width)


def _number(judged: Judged, width: int) -> str:
    phone = judged.account.phone
    return format_phone(phone) if phone is not None else "no number"


def _oldest(judged: Judged, width: int) -> str:
    days = judged.account.aged.oldest_unpaid_days
    if days is None:
        return ""
    return f"{days}+" if judged.account.aged.only_bucket_known else str(days)


COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("Id", 10, 20, lambda judged, width: printable(judged.account.guarantor_id)),
    ListColumn("Name", 14, 26, lambda judged, width: printable(judged.account.name)),
    ListColumn("Amount", 11, 13, lambda judged, width: shown_portion(judged.account), right=True),
    ListColumn("Aging", 6, 12, _bar, colours=True, gives_way=3),
    ListColumn("Days", 4, 5, _oldest, right=True, gives_way=2),
    ListColumn("Last visit", 10, 10, lambda judged, width: str(judged.account.last_visit or ""), gives_way=1),
    ListColumn("Number", 14, 16, _number),
)

#: What the status may take from other columns: for its shortest words, and for all of them.
STATUS_LEAST, STATUS_MOST = 40, 60

_NOBODY = {
    Choice.PENDING: "Nobody is to be asked today.",
    Choice.ALL: "No account is in the exports.",
    Choice.DUE: "No follow-up is due today.",
    Choice.EXHAUSTED: "Nobody who owes as before has had every message.",
}


def print_listing(
    listing: Listing, choice: Choice, calls: Sequence[ToCall], console: Console, *, quiet: bool = False
) -> None:
    """The chosen accounts as a table, then the totals and the counts per reason.

    `calls` are the same accounts where they are to be called: below each stands what one wants to know for that.
    """
    accounts, day = listing.worklist.of(choice), listing.worklist.day
    if accounts:
        notes = [call_line(each, day) for each in calls]
        console.print(Segments(_table(accounts, notes, day, console.width)), soft_wrap=True, end="")
        console.print(Text(LEGEND, style="dim"))
    else:
        console.print(Text(_NOBODY.get(choice, f"No account is {choice}.")))
    if not quiet:
        print_summary(listing, console)


def print_summary(listing: Listing, console: Console) -> None:
    """The totals and the counts per reason, below what was answered."""
    console.print()
    for line in summary_lines(listing):
        console.print(Text(line))


_BAR_STYLES = {sign: Style.parse(colour) for sign, colour in zip(SIGNS, COLOURS, strict=True)}
_BOLD, _DIM = Style(bold=True), Style(dim=True)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A column with its cells, as wide as they are made."""

    column: ListColumn
    width: int
    cells: list[str]


def _placed(column: ListColumn, accounts: Sequence[Judged], most: int) -> _Placed:
    cells = [column.cell(judged, most) for judged in accounts]
    return _Placed(column, min(most, max(len(column.caption), *map(cell_len, cells))), cells)


def _layout(accounts: Sequence[Judged], statuses: Sequence[Status], width: int) -> tuple[list[_Placed], str]:
    """The columns before the status that fit beside it, and the gap between them.

    Where there is little room the status has what its shortest words need, and columns give way to it; where there is
    more, first it gets more, then the others do.
    """
    shortest = max(cell_len(each.narrow) for each in statuses)
    whole = max(cell_len(each.whole) for each in statuses)
    least = min(STATUS_LEAST, shortest)
    placed = [_placed(column, accounts, column.least) for column in COLUMNS]
    in_turn = sorted((each for each in placed if each.column.gives_way), key=lambda each: each.column.gives_way)
    for each in in_turn:
        if _room(placed, width) >= least:
            break
        placed.remove(each)
    wanted = min(STATUS_MOST, whole if whole <= _room(placed, width) else shortest)
    for place, each in enumerate(placed):
        spare = _room(placed, width) - wanted
        if spare > 0 and each.column.most > each.column.least:
            placed[place] = _placed(each.column, accounts, min(each.column.most, each.width + spare))
    return placed, "  " if _room(placed, width) - wanted >= len(placed) else " "


def _room(placed: Sequence[_Placed], width: int) -> int:
    """What they leave for the status."""
    return width - sum(each.width + 1 for each in placed)


def _table(accounts: Sequence[Judged], notes: Sequence[str], day: Day, width: int) -> Iterator[Segment]:
    """The captions and a line each, with its note below it where there are notes.

    Rich's own table measures every cell several times: seconds for thousands.
    """
    statuses = [status_of(judged, day) for judged in accounts]
    placed, gap = _layout(accounts, statuses, width)
    rest = max(8, width - sum(each.width + len(gap) for each in placed))
    captions = [fitted(each.column.caption, each.width, right=each.column.right) for each in placed]
    yield Segment(f"{gap.join((*captions, 'Status'))}\n", _BOLD)
    for row, (judged, status) in enumerate(zip(accounts, statuses, strict=True)):
        style = None if judged.may_be_asked(day) and judged.selected else _DIM
        for each in placed:
            text = fitted(each.cells[row], each.width, right=each.column.right)
            if each.column.colours:
                for sign, run in groupby(text):
                    yield Segment("".join(run), _BAR_STYLES.get(sign))
            else:
                yield Segment(text, style)
            yield Segment(gap)
        yield Segment(f"{fitted(status.within(rest), rest).rstrip()}\n", style)
        if notes:
            indent = " " * (placed[0].width + len(gap))
            yield Segment(f"{wrapped(notes[row], width, first=indent, further=indent)}\n", _DIM)


def summary_lines(listing: Listing) -> list[str]:
    """The totals: who may be asked for how much, who isn't and why, and what became of the files' rows."""
    worklist = listing.worklist
    counts = worklist.counts()
    lines = [_to_ask(worklist), *(report_line(report) for report in listing.reports)]
    stopped = len(worklist.follow_ups) - len(worklist.follow_ups_to_ask)
    not_asked = {each.value: counts[each] for each in View if each is not View.PENDING}
    not_asked[View.ACTIVE.value] -= len(worklist.follow_ups)
    others = [f"{count} {words}" for words, count in not_asked.items() if count]
    if stopped:
        others.insert(0, f"{_so_many(stopped, 'follow-up')} that {'is' if stopped == 1 else 'are'} due but stopped")
    if others:
        lines.append(f"Not asked: {', '.join(others)}.")
    if exhausted := len(worklist.exhausted):
        lines.append(f"Asked in vain: {exhausted}, to be called (`dipay list --view exhausted`).")
    if unposted := worklist.day.situation.unposted:
        amount = format_cents(sum(map(worklist.day.situation.unposted_cents, unposted)))
        of = _so_many(len(unposted), "account")
        lines.append(f"Paid and not in the exports yet: {amount} of {of}, taken off what they owe (`dipay posting`).")
    reasons = [f"{code} {count}" for code, count in worklist.reason_counts().items()]
    lines.append(f"Reasons: {', '.join(reasons)}." if reasons else "Reasons: none.")
    return lines


def _to_ask(worklist: Worklist) -> str:
    """First requests and follow-ups, how many of each and for how much."""
    first, follow_ups = worklist.by_view[View.PENDING], np.array(list(worklist.follow_ups_to_ask), np.int64)
    parts = [
        f"{_so_many(count, words)}, {format_cents(worklist.amount_cents(places))}"
        for places, words in ((first, "first request"), (follow_ups, "follow-up"))
        if (count := int(worklist.selected[places].sum()))
    ]
    line = f"To ask today: {'; '.join(parts) or 'nobody'}"
    chosen = worklist.to_ask[worklist.selected[worklist.to_ask]].tolist()
    if without_number := sum(not worklist.accounts.phones[place].startswith("+") for place in chosen):
        line += f" ({without_number} without a usable mobile number)"
    if deselected := len(worklist.to_ask) - len(chosen):
        line += f"; {deselected} deselected today"
    return f"{line}."


def _so_many(number: int, words: str) -> str:
    return f"1 {words}" if number == 1 else f"{number:,} {words}s"


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

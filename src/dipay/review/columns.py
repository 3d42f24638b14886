"""The table's columns as data, and a row as text that no export's markup or control letter can drive."""

# ruff: noqa: ARG001, ARG005  every column has the same shape, whether it looks at all of it or not

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rich.text import Text

from dipay.domain.day import Day
from dipay.domain.worklist import Judged
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.aging_bar import COLOURS, SIGNS, bar_lengths
from dipay.render.fitting import fitted
from dipay.render.safe import printable
from dipay.render.status import status_words
from dipay.review.rows import TableRow

#: From this width on there is room for whole names, numbers and reasons.
WIDE = 110

STYLES = {
    "pending": "", "released": "green", "snoozed": "cyan", "active": "blue", "held": "yellow", "excluded": "dim",
    "undeliverable": "red",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its caption, its width narrow and wide (0: left out; None: what is left), its cell, what sorts by it.

    `gives_way`: left out on a narrow screen in tabs whose rows have much to say of their status.
    """

    caption: str
    width: int | None
    wide: int | None
    cell: Callable[[TableRow, Day, int], str | Text]
    order: str = ""
    right: bool = False
    gives_way: bool = False


def box(row: TableRow, day: Day, width: int) -> str:
    """The tick, in letters that every terminal has."""
    if not row.may_go:
        return " - "
    return "[x]" if row.ticked else "[ ]"


def _bar(row: TableRow, day: Day, width: int) -> Text:
    text = Text()
    lengths = bar_lengths(row.account.aged.portion_buckets, width)
    for sign, colour, length in zip(SIGNS, COLOURS, lengths, strict=True):
        text.append(sign * length, style=colour)
    return text


def _days(row: TableRow, day: Day, width: int) -> str:
    aged = row.account.aged
    if aged.oldest_unpaid_days is None:
        return ""
    return f"{aged.oldest_unpaid_days}{'+' if aged.only_bucket_known else ''}"


def _last_visit(row: TableRow, day: Day, width: int) -> str:
    return str(row.account.last_visit or "")


def _number(row: TableRow, day: Day, width: int) -> str:
    phone = row.account.phone
    return format_phone(phone) if phone is not None else "no number"


def status(row: TableRow, day: Day, width: int = 200) -> str:
    """Where the row stands in a word, and why in as many words as there is room for."""
    account = row.account
    if row.news:
        return row.news if width >= 30 else "changed!"
    if row.may_go:
        marks = [] if row.selected else ["deselected today"]
        if row.release is not None:
            marks.append(f"{', '.join(sorted(row.release.codes))}: {row.release.why}")
        if account.phone is None:
            marks.append(account.phone_problem or "no number")
        if width < 30 and not row.selected:
            return "deselected"
        return f"{row.standing}: {'; '.join(marks)}" if marks else row.standing
    return status_words(Judged(account, row.reasons, row.selected), day, width)


COLUMNS: tuple[TableColumn, ...] = (
    TableColumn("Id", 6, 8, lambda row, day, width: row.id),
    TableColumn("Name", 16, 26, lambda row, day, width: row.account.name, "name"),
    TableColumn("Amount", 10, 11, lambda row, day, width: format_cents(row.account.aged.patient_portion_cents),
           "amount", right=True),
    TableColumn("Aging", 0, 12, _bar),
    TableColumn("Days", 4, 5, _days, "age", right=True, gives_way=True),
    TableColumn("Last visit", 10, 10, _last_visit, "visit", gives_way=True),
    TableColumn("Number", 0, 14, _number),
    TableColumn("Status", None, None, status),
)  # fmt: skip

#: The cursor's mark and the box stand before every row.
BOX_AT = 2
BOX_WIDTH = 3
FIRST_AT = BOX_AT + BOX_WIDTH + 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A column where it stands on this screen."""

    column: TableColumn
    at: int
    width: int


@lru_cache(maxsize=8)
def placed(width: int, long_status: bool = False) -> tuple[Placed, ...]:
    """The columns that fit a screen of that width, with more room for the status where that is long."""
    wide = width >= WIDE
    found, at = [], FIRST_AT
    for column in COLUMNS:
        own = column.wide if wide else column.width
        if own == 0 or (long_status and not wide and column.gives_way):
            continue
        size = own if own is not None else max(8, width - at)
        found.append(Placed(column, at, size))
        at += size + 1
    return tuple(found)


def caption_line(width: int, order: str, reverse: bool, long_status: bool = False) -> Text:
    """The captions; the one that sorts has an arrow in plain letters."""
    line = Text(" " * FIRST_AT)
    for place in placed(width, long_status):
        arrow = ("v" if reverse else "^") if place.column.order and place.column.order == order else ""
        caption = f"{place.column.caption}{arrow}"
        line.append(fitted(caption, place.width, right=place.column.right, mark="~") + " ")
    line.truncate(width, pad=True)
    return line


def row_line(
    row: TableRow, day: Day, width: int, *, cursor: bool = False, marked: bool = False, long_status: bool = False
) -> Text:
    """One row of exactly that width. The cursor is a ">", a row of the range a "*": seen without colour too."""
    line = Text(">" if cursor else "*" if marked else " ")
    line.append(" ")
    line.append(box(row, day, BOX_WIDTH) + " ", style="bold" if row.ticked else "")
    for place in placed(width, long_status):
        cell = place.column.cell(row, day, place.width)
        if isinstance(cell, Text):
            cell.truncate(place.width, pad=True)
            line.append_text(cell)
        else:
            style = "bold red" if row.news and place.column.caption == "Status" else ""
            line.append(fitted(printable(cell), place.width, right=place.column.right, mark="~"), style=style)
        line.append(" ")
    line.truncate(width, pad=True)
    line.stylize_before("dim" if row.may_go and not row.ticked else STYLES.get(row.standing, ""))
    return line

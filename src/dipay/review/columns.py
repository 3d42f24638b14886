"""The table's columns as data, and a row as text that no export's markup or control letter can drive."""

# ruff: noqa: ARG001, ARG005  every column has the same shape, whether it looks at all of it or not

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import set_cell_size
from rich.text import Text

from dipay.domain.day import Day
from dipay.domain.worklist import View
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.aging_bar import COLOURS, SIGNS, bar_lengths
from dipay.render.safe import printable
from dipay.review.model import Row

#: From this width on there is room for whole names, numbers and reasons.
WIDE = 110

STYLES = {
    "pending": "", "released": "green", "snoozed": "cyan", "active": "blue", "held": "yellow", "excluded": "dim",
    "undeliverable": "red",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its caption, its width narrow and wide (0: left out; None: what is left), its cell, what sorts by it.

    `snoozed`: kept on a narrow screen where it shows the snoozed, who need the room for until when, why and by whom.
    """

    caption: str
    width: int | None
    wide: int | None
    cell: Callable[[Row, Day, int], str | Text]
    order: str = ""
    right: bool = False
    snoozed: bool = True


def box(row: Row, day: Day, width: int) -> str:
    """The tick, in letters that every terminal has."""
    if not row.may_go:
        return " - "
    return "[x]" if row.ticked else "[ ]"


def _bar(row: Row, day: Day, width: int) -> Text:
    text = Text()
    lengths = bar_lengths(row.judged.account.aged.portion_buckets, width)
    for sign, colour, length in zip(SIGNS, COLOURS, lengths, strict=True):
        text.append(sign * length, style=colour)
    return text


def _days(row: Row, day: Day, width: int) -> str:
    aged = row.judged.account.aged
    if aged.oldest_unpaid_days is None:
        return ""
    return f"{aged.oldest_unpaid_days}{'+' if aged.only_bucket_known else ''}"


def _last_visit(row: Row, day: Day, width: int) -> str:
    return str(row.judged.account.last_visit or "")


def _number(row: Row, day: Day, width: int) -> str:
    phone = row.judged.account.phone
    return format_phone(phone) if phone is not None else "no number"


def status(row: Row, day: Day, width: int = 200) -> str:
    """Where the row stands in a word, and why in as many words as there is room for."""
    judged, account = row.judged, row.judged.account
    if row.news:
        return row.news if width >= 30 else "changed!"
    if row.may_go:
        marks = [] if judged.selected else ["deselected today"]
        if row.release is not None:
            marks.append(f"{', '.join(sorted(row.release.codes))}: {row.release.why}")
        if account.phone is None:
            marks.append(account.phone_problem or "no number")
        if width < 30 and not judged.selected:
            return "deselected"
        return f"{row.standing}: {'; '.join(marks)}" if marks else row.standing
    if judged.view is View.SNOOZED:
        state = day.state(account)
        if state.snooze is not None and state.paid_on is None:
            snooze = state.snooze
            if width < 30:
                return f"snoozed to {snooze.until:%d %b}: {snooze.reason}"
            by = f" by {snooze.by}" if snooze.by else ""
            note = f" ({snooze.note})" if snooze.note else ""
            start = "snoozed until " if width >= 50 else ""
            return f"{start}{snooze.until}{by}: {snooze.reason}{note}"
    headline = next(rule for rule in judged.reasons if rule.verdict.value == judged.view.value)
    if width < 30:
        return f"{judged.view}: {headline.code}"
    more = f" (+{len(judged.reasons) - 1})" if len(judged.reasons) > 1 else ""
    return f"{judged.view}: {headline.saw(account, day)}{more}"


COLUMNS: tuple[Column, ...] = (
    Column("Id", 6, 8, lambda row, day, width: row.id),
    Column("Name", 16, 26, lambda row, day, width: row.judged.account.name, "name"),
    Column("Amount", 10, 11, lambda row, day, width: format_cents(row.judged.account.aged.patient_portion_cents),
           "amount", right=True),
    Column("Aging", 0, 12, _bar),
    Column("Days", 4, 5, _days, "age", right=True, snoozed=False),
    Column("Last visit", 10, 10, _last_visit, "visit", snoozed=False),
    Column("Number", 0, 14, _number),
    Column("Status", None, None, status),
)  # fmt: skip

#: The cursor's mark and the box stand before every row.
BOX_AT = 2
BOX_WIDTH = 3
FIRST_AT = BOX_AT + BOX_WIDTH + 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A column where it stands on this screen."""

    column: Column
    at: int
    width: int


@lru_cache(maxsize=8)
def placed(width: int, snoozed: bool = False) -> tuple[Placed, ...]:
    """The columns that fit a screen of that width; `snoozed` where it shows the snoozed alone."""
    wide = width >= WIDE
    found, at = [], FIRST_AT
    for column in COLUMNS:
        own = column.wide if wide else column.width
        if own == 0 or (snoozed and not wide and not column.snoozed):
            continue
        size = own if own is not None else max(8, width - at)
        found.append(Placed(column, at, size))
        at += size + 1
    return tuple(found)


def caption_line(width: int, order: str, reverse: bool, snoozed: bool = False) -> Text:
    """The captions; the one that sorts has an arrow in plain letters."""
    line = Text(" " * FIRST_AT)
    for place in placed(width, snoozed):
        arrow = ("v" if reverse else "^") if place.column.order and place.column.order == order else ""
        caption = f"{place.column.caption}{arrow}"
        line.append(_fit(caption, place.width, place.column.right) + " ")
    line.truncate(width, pad=True)
    return line


def row_line(
    row: Row, day: Day, width: int, *, cursor: bool = False, marked: bool = False, snoozed: bool = False
) -> Text:
    """One row of exactly that width. The cursor is a ">", a row of the range a "*": seen without colour too."""
    line = Text(">" if cursor else "*" if marked else " ")
    line.append(" ")
    line.append(box(row, day, BOX_WIDTH) + " ", style="bold" if row.ticked else "")
    for place in placed(width, snoozed):
        cell = place.column.cell(row, day, place.width)
        if isinstance(cell, Text):
            cell.truncate(place.width, pad=True)
            line.append_text(cell)
        else:
            style = "bold red" if row.news and place.column.caption == "Status" else ""
            line.append(_fit(printable(cell), place.width, place.column.right), style=style)
        line.append(" ")
    line.truncate(width, pad=True)
    line.stylize_before("dim" if row.may_go and not row.ticked else STYLES.get(row.standing, ""))
    return line


def _fit(text: str, width: int, right: bool = False) -> str:
    """The text in exactly that many cells, cut with a dot where it is longer."""
    fitted = Text(text)
    if fitted.cell_len > width:
        return set_cell_size(text, width - 1) + "~" if width > 1 else set_cell_size(text, width)
    blank = " " * (width - fitted.cell_len)
    return blank + text if right else text + blank

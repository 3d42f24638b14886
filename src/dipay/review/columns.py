"""The table's columns as data, and a row as text that no export's markup or control letter can drive."""

# ruff: noqa: ARG001, ARG005  every column has the same shape, whether it looks at all of it or not

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from dipay.domain.day import Day
from dipay.domain.rules import RULE_BY_CODE
from dipay.grammar.dates import format_day
from dipay.grammar.phones import format_phone
from dipay.render.aging_bar import COLOURS, SIGNS, aging_bar
from dipay.render.fitting import fitted
from dipay.render.safe import printable
from dipay.render.status import shown_portion, status_of
from dipay.review.model import Model
from dipay.review.rows import ReplyRow, Row, TableRow
from dipay.services.answers import Answer


@dataclass(frozen=True, slots=True)
class Mark:
    """How a row of one standing is told from the others without colour: by a sign before its status."""

    sign: str
    words: str


#: By a row's standing.
MARKS = {
    "pending": Mark(" ", "a first request that may go out"),
    "follow-up": Mark("+", "a follow-up is due"),
    "released": Mark("=", "held, and released for today"),
    "held": Mark("!", "held: dipay does not send it by itself"),
    "undeliverable": Mark("x", "not reached"),
    "reply": Mark("?", "a reply that waits"),
    "active": Mark("o", "a campaign runs; nothing is due today"),
    "snoozed": Mark("z", "snoozed, or marked paid"),
    "excluded": Mark("-", "not asked"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """The colours of rows by their standing, and of the bar's signs; to be read on a background of one kind."""

    rows: Mapping[str, str]
    bar: Mapping[str, str]


DARK = Palette(
    {
        "released": "green", "held": "yellow", "undeliverable": "red", "reply": "yellow", "active": "blue",
        "snoozed": "cyan", "excluded": "dim",
    },
    dict(zip(SIGNS, COLOURS, strict=True)),
)  # fmt: skip
LIGHT = Palette(
    {
        "released": "#00651f", "held": "#7a5c00", "undeliverable": "#a8001c", "reply": "#7a5c00", "active": "#1d4fa3",
        "snoozed": "#005f73", "excluded": "dim",
    },
    dict(zip(SIGNS, ("#1b5e20", "#7a5c00", "#a34700", "#a8001c"), strict=True)),
)  # fmt: skip
PLAIN = Palette({"excluded": "dim"}, {})


@dataclass(frozen=True, slots=True, eq=False)
class TableColumn:
    """A column: its caption, its least and greatest width, its cell for an account, and what sorts by it.

    A column of a `rank` stands there where there is room, the lowest first. `reply_cell` is its cell for a reply;
    without one it says what it says of the reply's account. `style`: how all of its cells are written; `colours`: each
    letter has its own colour.
    """

    caption: str
    least: int
    most: int
    cell: Callable[[TableRow, Day, int], str]
    order: str = ""
    right: bool = False
    rank: int = 0
    reply_cell: Callable[[ReplyRow, Day, int], str] | None = None
    style: str = ""
    colours: bool = False

    def of(self, row: Row, day: Day, width: int) -> str:
        """What it says of a row in that many letters; longer text is cut by whoever shows it."""
        if isinstance(row, TableRow):
            return self.cell(row, day, width)
        if self.reply_cell is not None:
            return self.reply_cell(row, day, width)
        return self.cell(row.of, day, width) if row.of is not None else ""


def box(row: Row) -> str:
    """The tick, in letters that every terminal has."""
    if not row.may_go:
        return " - "
    return "[x]" if row.ticked else "[ ]"


def _bar(row: TableRow, day: Day, width: int) -> str:
    return aging_bar(row.account.aged.portion_buckets, width)


def _sign(row: Row, day: Day, width: int) -> str:
    return MARKS[row.standing].sign


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


def status(row: TableRow, day: Day, width: int | None = None, code: str = "") -> str:
    """Where the row stands, in as many words as there is room for; only what the rule of that code says, if it does."""
    if row.news:
        return row.news if width is None or width >= cell_len(row.news) else "changed!"
    if code:
        return RULE_BY_CODE[code].short(row.account, day)
    if row.release is None:
        found = status_of(row.judged, day)
        # That a follow-up is due, or that somebody has to call, the sign or the tab says too.
        least = found.narrow.removeprefix("due, but ")
        if row.exhausted and row.call:
            found = replace(found, words=f"{found.words} {row.call}", narrow=f"{found.narrow} {row.call}")
            least = f"call {row.call}"
        if width is None:
            return found.whole
        words = found.within(width)
        return words if cell_len(words) <= width else least
    marks = "" if row.selected else ", but deselected today"
    why, codes = row.release.why, ", ".join(sorted(row.release.codes))
    words = f"released{marks}: {why} ({codes})"
    return words if width is None or cell_len(words) <= width else f"released{marks}: {why}"


def reply_status(row: ReplyRow, day: Day, width: int = 0) -> str:
    """When it came, what it is taken for, and what it says."""
    return reply_in_short(row.answer, day)


def reply_in_short(answer: Answer, day: Day) -> str:
    """When a reply came, what it is taken for, and what it says."""
    reply = answer.reply
    return f'{format_day(reply.day, day.as_of)}, {reply.kind.words}: "{reply.text or ""}"'


COLUMNS: tuple[TableColumn, ...] = (
    TableColumn("Id", 2, 10, lambda row, day, width: row.id, reply_cell=lambda row, day, width: row.id),
    TableColumn("Name", 14, 28, lambda row, day, width: row.name, "name", reply_cell=lambda row, day, width: row.name),
    TableColumn("Amount", 10, 10, lambda row, day, width: shown_portion(row.account),
                "amount", right=True, style="bold"),
    TableColumn("Aging", 5, 12, _bar, rank=2, colours=True),
    TableColumn("Days", 4, 4, _days, "age", right=True, rank=1),
    TableColumn("Last visit", 10, 10, _last_visit, "visit", rank=4),
    TableColumn("Number", 14, 14, _number, rank=3, reply_cell=lambda row, day, width: row.number),
    TableColumn("", 1, 1, _sign, style="bold", reply_cell=_sign),
    TableColumn("Status", 8, 1000, status, "status", reply_cell=reply_status),
)  # fmt: skip
_ID, _NAME, _STATUS = COLUMNS[0], COLUMNS[1], COLUMNS[-1]
#: Most names are no longer.
USUAL_NAME = 20

#: The cursor's mark and the box stand before every row.
BOX_AT = 2
BOX_WIDTH = 3
FIRST_AT = BOX_AT + BOX_WIDTH + 1


@dataclass(frozen=True, slots=True)
class Look:
    """What a table looks like: the screen's width, the longest id's, the room that statuses need, the code of the rule
    that they tell of, if of one alone, and the colours.
    """

    width: int
    id_width: int
    room: int
    code: str = ""
    palette: Palette = DARK

    @classmethod
    def of(cls, model: Model, width: int, palette: Palette) -> Look:
        return cls(width, model.id_width, model.tab.room, model.tab.code, palette)


@dataclass(frozen=True, slots=True)
class Placed:
    """A column where it stands on this screen."""

    column: TableColumn
    at: int
    width: int


@lru_cache(maxsize=8)
def placed(look: Look) -> tuple[Placed, ...]:
    """The columns that fit, as wide as there is room: first those there must be, then by their rank, then wider."""
    widths = {each: each.least for each in COLUMNS if not each.rank}
    widths[_ID] = min(_ID.most, max(_ID.least, look.id_width))
    widths[_STATUS] = look.room
    left = look.width - FIRST_AT - sum(widths.values()) - (len(widths) - 1)
    for column in sorted((each for each in COLUMNS if each.rank), key=lambda each: each.rank):
        if left < column.least + 1:
            break
        widths[column] = column.least
        left -= column.least + 1
    # Of what is left names have the first letters, then a third; as much have the bars, and the statuses the rest.
    more = max(0, min(left, USUAL_NAME - _NAME.least))
    widths[_NAME] += more
    left -= more
    share = max(0, left) // 3
    for column, width in widths.items():
        if column not in (_ID, _STATUS):
            more = min(share, column.most - width)
            widths[column] += more
            left -= more
    widths[_STATUS] = max(_STATUS.least, widths[_STATUS] + left)
    found, at = [], FIRST_AT
    for column in COLUMNS:
        if column in widths:
            found.append(Placed(column, at, widths[column]))
            at += widths[column] + 1
    return tuple(found)


def caption_line(look: Look, order: str, *, falls: bool) -> Text:
    """The captions; the one that sorts has an arrow in plain letters: down where the largest stands at the top."""
    line = Text(" " * FIRST_AT)
    for place in placed(look):
        arrow = ("v" if falls else "^") if place.column.order and place.column.order == order else ""
        caption = f"{place.column.caption}{arrow}"
        line.append(fitted(caption, place.width, right=place.column.right, mark="~") + " ")
    line.truncate(look.width, pad=True)
    return line


def row_line(row: Row, day: Day, look: Look, *, cursor: bool = False, marked: bool = False) -> Text:
    """One row of exactly that width. The cursor is a ">", a row of the range a "*": seen without colour too."""
    line = Text(">" if cursor else "*" if marked else " ")
    line.append(" ")
    line.append(box(row) + " ", style="bold" if row.ticked else "")
    for place in placed(look):
        if place.column is _STATUS and isinstance(row, TableRow):
            words = status(row, day, place.width, look.code)
        else:
            words = place.column.of(row, day, place.width)
        cell = fitted(printable(words), place.width, right=place.column.right, mark="~")
        if place.column.colours:
            for letter, run in groupby(cell):
                line.append("".join(run), style=look.palette.bar.get(letter, ""))
        else:
            line.append(cell, style="bold red" if row.news and place.column is _STATUS else place.column.style)
        line.append(" ")
    line.truncate(look.width, pad=True)
    line.stylize_before("dim" if row.may_go and not row.ticked else look.palette.rows.get(row.standing, ""))
    return line

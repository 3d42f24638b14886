"""A report in the terminal: tables that fit its width, with bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from dipay.domain.collected import WINDOWS
from dipay.render.fitting import fitted, wrapped
from dipay.render.report.sections import notes, period_words, sections, written
from dipay.render.safe import printable
from dipay.render.sheets import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from dipay.render.report.sections import Section
    from dipay.services.report import Report

#: What a bar is made of, and where a console's code page has no such letter.
BLOCK, PLAIN_BLOCK = "\u2588", "#"
_LEAST_BAR, _MOST_BAR = 4, 30
_LEAST_LABEL, _MOST_LABEL = 10, 30
#: A name is cut where it is longer.
_MOST_TEXT: Final = 26

#: The figures of a section that are shown, in tables side by side where they fit; and the one that has a bar.
_TABLES: Final = {
    "messages": (
        ("messages", "collected_within_7_cents", "collected_within_14_cents", "collected_within_30_cents",
         "paid_within_30"),
        ("messages", "accounts", "reached", "on_its_way", "undeliverable", "in_doubt", "answered", "opted_out"),
    ),
    "comparison": (
        ("asked_paid_share_within_30", "not_asked_paid_share_within_30", "requests_within_30",
         "not_asked_accounts_within_30"),
    ),
}  # fmt: skip
#: Captions where the table itself says the rest.
_CAPTIONS: Final = {
    **{f"collected_within_{days}_cents": f"{days} days" for days in WINDOWS},
    "asked_paid_share_within_30": "Asked",
    "not_asked_paid_share_within_30": "Not asked",
    "requests_within_30": "Requests",
    "not_asked_accounts_within_30": "Accounts not asked",
}
_OF_MESSAGES: Final = frozenset({"total", "campaigns", "messages", "aging", "months"})
_BARS: Final = {
    **dict.fromkeys(_OF_MESSAGES, "collected_within_30_cents"),
    "receivables": "owed_cents",
    "production_by_month": "receivables_cents",
    "comparison": "asked_paid_share_within_30",
}


def print_report(report: Report, console: Console) -> None:
    """The report, section by section."""
    block = block_for(console.encoding)
    head = f"{report.practice}: report"
    console.print(Text(printable(f"{head}  REHEARSAL: nobody was texted" if report.rehearsal else head), style="bold"))
    _say(console, period_words(report))
    for section in sections(report):
        if section.rows and not (section.name == "total" and not report.total.messages):
            console.print(Text(f"\n{section.title}", style="bold"))
            for line in section_lines(section, console.width, block):
                console.print(Text(line), soft_wrap=True)
        elif section.name not in _OF_MESSAGES and not section.rows and section.note.startswith("Not known"):
            console.print(Text(f"\n{section.title}", style="bold"))
        else:
            continue
        if section.note:
            _say(console, section.note, style="dim")
    if not report.total.messages:
        console.print()
        _say(console, "No payment request was sent in these days.")
    console.print()
    for note in notes(report):
        _say(console, note, style="dim")


def _say(console: Console, words: str, style: str = "") -> None:
    console.print(Text(wrapped(printable(words), console.width), style=style), soft_wrap=True)


def block_for(encoding: str) -> str:
    """What bars are made of on a terminal of that encoding."""
    try:
        BLOCK.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return PLAIN_BLOCK
    return BLOCK


def section_lines(section: Section, width: int, block: str) -> Iterator[str]:
    """The section's table, with whole captions where they fit, or one after the other where short ones don't either."""
    names = [figure.name for figure in section.figures]
    tables = _TABLES.get("messages" if section.name in _OF_MESSAGES else section.name, (tuple(names),))
    together = tuple(dict.fromkeys(name for table in tables for name in table))
    whole = _Table.of(section, together, short=False)
    if whole.room(width) >= _LEAST_BAR:
        yield from whole.lines(width, block)
        return
    together_short = _Table.of(section, together, short=True)
    if len(tables) == 1 or together_short.room(width) >= _LEAST_BAR:
        yield from together_short.lines(width, block)
        return
    yield from _Table.of(section, tables[0], short=True).lines(width, block)
    for table in tables[1:]:
        yield from _Table.of(section, table, short=True).lines(width, "")


@dataclass(frozen=True, slots=True)
class _Table:
    """Some figures of a section as columns of text with their captions on top."""

    section: Section
    labels: list[str]
    columns: list[list[str]]
    rights: list[bool]

    @classmethod
    def of(cls, section: Section, names: Sequence[str], *, short: bool) -> _Table:
        columns, rights = [], []
        places = {figure.name: place for place, figure in enumerate(section.figures)}
        for name in names:
            figure = section.figures[places[name]]
            caption = _CAPTIONS.get(name) or (short and figure.short) or figure.caption
            columns.append([caption, *(written(figure.kind, values[places[name]]) for _, values in section.rows)])
            rights.append(figure.kind is not Kind.TEXT)
        return cls(section, [section.label, *(section.shown(name) for name, _ in section.rows)], columns, rights)

    @property
    def label(self) -> int:
        return max(_LEAST_LABEL, min(_MOST_LABEL, max(map(cell_len, self.labels))))

    def room(self, width: int) -> int:
        """What it leaves for a bar behind it."""
        return width - self.label - sum(each + 1 for each in self.widths) - 1

    @property
    def widths(self) -> list[int]:
        widest = [max(map(cell_len, column)) for column in self.columns]
        return [each if right else min(_MOST_TEXT, each) for each, right in zip(widest, self.rights, strict=True)]

    def lines(self, width: int, block: str) -> Iterator[str]:
        """A line for each row, with a bar of that block where there is one, and room for it."""
        room, label = self.room(width), self.label
        if room < -1:
            label = max(_LEAST_LABEL, label + room + 1)
        bars = _bars(self.section, min(_MOST_BAR, room), block) if block and room >= _LEAST_BAR else []
        for row, words in enumerate(self.labels):
            cells = [
                fitted(column[row], size, right=right)
                for column, size, right in zip(self.columns, self.widths, self.rights, strict=True)
            ]
            yield " ".join((fitted(words, label), *cells, *([bars[row - 1]] if bars and row else ()))).rstrip()


def _bars(section: Section, most: int, block: str) -> list[str]:
    """A bar for each row, the longest of which is as wide as that; a total has none, for it would dwarf the others."""
    name = _BARS.get(section.name)
    if name is None or len(section.rows) < 2:
        return []
    place = [figure.name for figure in section.figures].index(name)
    amounts = [
        value if isinstance(value := values[place].is_, int | float) and row not in ("total", "all") else 0
        for row, values in section.rows
    ]
    return [bar(each, max(amounts), most, block) for each in amounts]


def bar(amount: float, greatest: float, most: int, block: str) -> str:
    """A bar in proportion, at least one block where there is anything."""
    if amount <= 0 or greatest <= 0:
        return ""
    return block * max(1, round(amount * most / greatest))

"""The dialogs: until when to snooze and why, a typed reason, the help. They only ask."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from dipay.grammar import Unreadable
from dipay.render.safe import printable
from dipay.review.actions import help_groups
from dipay.review.columns import MARKS
from dipay.review.until import HOW, checked, parse_until

CSS = """
ModalScreen { align: center middle; }
.dialog { width: 76; max-width: 100%; height: auto; max-height: 100%; border: solid $primary; padding: 0 1; }
.dialog Input { height: 1; border: none; padding: 0 1; }
.dialog Button { min-width: 10; height: 1; border: none; margin: 0 2 0 0; }
.dialog .label { text-style: bold; height: auto; }
.dialog .buttons { height: 1; margin-top: 1; }
#calendar { width: 22; height: 8; margin-right: 2; }
#reasons { height: 8; border: none; padding: 0; }
#pick { height: 8; }
"""


@dataclass(frozen=True, slots=True)
class SnoozeAnswer:
    """Until when, why, and a few words more."""

    until: date
    reason: str
    note: str


class Calendar(Widget, can_focus=True):
    """A month to pick a day from: by arrows (PgUp and PgDn change the month) or by mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("up", "step(-7)", show=False),
        Binding("down", "step(7)", show=False),
        Binding("pageup", "month(-1)", show=False),
        Binding("pagedown", "month(1)", show=False),
        Binding("enter", "take", show=False),
    ]

    class Picked(Message):
        """Another day was picked; `final` where the user goes on from there."""

        def __init__(self, day: date, final: bool = False) -> None:
            super().__init__()
            self.day, self.final = day, final

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__(id="calendar")
        self.day, self.first, self.last = day, first, last

    def show(self, day: date) -> None:
        """Shows that day's month, with the day in brackets."""
        self.day = day
        self.refresh()

    def render(self) -> Text:
        text = Text(f"{'< ' + f'{self.day:%B %Y}' + ' >':^21}\n", style="bold" if self.has_focus else "")
        text.append(" ".join(f"{name:>2}" for name in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")) + "\n")
        for week in calendar.Calendar().monthdatescalendar(self.day.year, self.day.month):
            for each in week:
                shown = f"{each.day:>2}" if each.month == self.day.month else "  "
                possible = self.first <= each <= self.last
                if each == self.day:
                    text.append(f"{shown}<", style="reverse bold")
                else:
                    text.append(f"{shown} ", style="" if possible else "dim")
            text.append("\n")
        return text

    def _pick(self, day: date) -> None:
        self.show(max(self.first, min(day, self.last)))
        self.post_message(self.Picked(self.day))

    def action_step(self, days: int) -> None:
        self._pick(self.day + timedelta(days=days))

    def action_take(self) -> None:
        self.post_message(self.Picked(self.day, final=True))

    def action_month(self, months: int) -> None:
        month = self.day.year * 12 + self.day.month - 1 + months
        year, index = divmod(month, 12)
        last = calendar.monthrange(year, index + 1)[1]
        self._pick(date(year, index + 1, min(self.day.day, last)))

    def on_click(self, event: events.Click) -> None:
        self.focus()
        if event.y == 0:
            self.action_month(-1 if event.x < 11 else 1)
            return
        weeks = calendar.Calendar().monthdatescalendar(self.day.year, self.day.month)
        if event.y >= 2 and event.y - 2 < len(weeks) and event.x < 21:
            day = weeks[event.y - 2][event.x // 3]
            if day.month == self.day.month:
                self._pick(day)


class MarkedList(OptionList):
    """A list to choose from. A ">" stands before the line the keys are for: seen without colour too."""

    def __init__(self, lines: Sequence[str], **given: Any) -> None:
        super().__init__(markup=False, **given)
        self.show(lines)

    def show(self, lines: Sequence[str], at: int = 0) -> None:
        """Shows other lines, the keys being for the one at that place."""
        self.clear_options()
        self._shown = list(lines)
        self.add_options([Option(self._prompt(index)) for index in range(len(lines))])
        self.highlighted = min(at, len(lines) - 1) if lines else None

    def _prompt(self, index: int, *, marked: bool = False) -> Text:
        return Text(f"{'>' if marked else ' '} {self._shown[index]}", no_wrap=True, overflow="ellipsis")

    @on(OptionList.OptionHighlighted)
    def _mark(self, event: OptionList.OptionHighlighted) -> None:
        for index in range(self.option_count):
            self.replace_option_prompt_at_index(index, self._prompt(index, marked=index == event.option_index))


class SnoozeDialog(ModalScreen[SnoozeAnswer | None]):
    """Asks until when and why. Gives the answer, None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, who: str, reasons: Sequence[str], today: date, max_days: int) -> None:
        super().__init__()
        self.who, self.reasons, self.today, self.max_days = who, reasons, today, max_days
        self.until: date | None = None

    def compose(self) -> ComposeResult:
        first, last = self.today + timedelta(days=1), self.today + timedelta(days=self.max_days)
        start = min(self.today + timedelta(days=7), last)
        with Vertical(classes="dialog"):
            yield Static(Text(f"Snooze {self.who}"), classes="label")
            yield Static("Until (2w, 10d, 1 Feb, 2026-12-01), back on the list on that day:", markup=False)
            yield Input(id="until", placeholder="type a date")
            yield Static("", id="until-says", markup=False)
            with Horizontal(id="pick"):
                yield Calendar(start, first, last)
                yield MarkedList([printable(each) for each in self.reasons], id="reasons")
            yield Static("Note for the staff (may stay empty):", markup=False)
            yield Input(id="note", max_length=200)
            with Horizontal(classes="buttons"):
                yield Button("Snooze", id="ok", variant="primary")
                yield Button("Back", id="back")

    def on_mount(self) -> None:
        self.query_one("#until", Input).focus()
        self._say(HOW)

    def _say(self, words: str) -> None:
        self.query_one("#until-says", Static).update(Text(words))

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "until":
            self._read(event.value)

    def _read(self, text: str) -> None:
        try:
            self.until = parse_until(text, self.today, self.max_days)
        except Unreadable as unreadable:
            self.until = None
            self._say(f'"{text}" {unreadable.what}. {unreadable.fix}' if text.strip() else HOW)
            return
        self.query_one(Calendar).show(self.until)
        self._say_day(self.until)

    def _say_day(self, day: date) -> None:
        days = (day - self.today).days
        self._say(f"Back on {day:%A} {day:%d %B %Y}, in {days} day{'' if days == 1 else 's'}.")

    def on_calendar_picked(self, event: Calendar.Picked) -> None:
        with self.prevent(Input.Changed):
            self.query_one("#until", Input).value = event.day.isoformat()
        self.until = event.day
        self._say_day(event.day)
        if event.final:
            self.query_one("#reasons", OptionList).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "until":
            self.query_one("#reasons", OptionList).focus()
        else:
            self._finish()

    def on_option_list_option_selected(self) -> None:
        self.query_one("#note", Input).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "ok":
            self._finish()
        else:
            self.action_leave()

    def _finish(self) -> None:
        reason = self.query_one("#reasons", OptionList).highlighted
        try:
            if self.until is None:
                self.until = parse_until(self.query_one("#until", Input).value, self.today, self.max_days)
            until = checked(self.until, self.today, self.max_days)
        except Unreadable as unreadable:
            self._say(f"The date {unreadable.what}. {unreadable.fix}")
            self.query_one("#until", Input).focus()
            return
        if reason is None:
            self._say("Choose a reason.")
            return
        note = self.query_one("#note", Input).value.strip()
        self.dismiss(SnoozeAnswer(until, self.reasons[reason], note))

    def action_leave(self) -> None:
        self.dismiss(None)


class TextDialog(ModalScreen[str | None]):
    """Asks for a line of text. Gives it, None where it was left. `needed` is said of an empty one; where it is empty
    itself, the text may be.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, title: str, lines: Sequence[str], ok: str, needed: str) -> None:
        super().__init__()
        self.title_words, self.lines, self.ok, self.needed = title, lines, ok, needed

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Text(self.title_words), classes="label")
            yield Static(Text("\n".join(self.lines)))
            yield Input(id="answer", max_length=200)
            yield Static("", id="says", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(self.ok, id="ok", variant="primary")
                yield Button("Back", id="back")

    def on_mount(self) -> None:
        self.query_one("#answer", Input).focus()

    def on_input_submitted(self) -> None:
        self._finish()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "ok":
            self._finish()
        else:
            self.action_leave()

    def _finish(self) -> None:
        text = self.query_one("#answer", Input).value.strip()
        if text or not self.needed:
            self.dismiss(text)
        else:
            self.query_one("#says", Static).update(Text(self.needed))

    def action_leave(self) -> None:
        self.dismiss(None)


class YesDialog(ModalScreen[bool]):
    """Asks for a yes to what can't be undone: Enter or y. Gives whether it was said."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,n", "leave", "Back"), Binding("y", "say_yes", show=False)]

    def __init__(self, title: str, lines: Sequence[str], ok: str) -> None:
        super().__init__()
        self.title_words, self.lines, self.ok = title, lines, ok

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Text(self.title_words), classes="label")
            yield Static(Text("\n".join(self.lines)))
            with Horizontal(classes="buttons"):
                yield Button(self.ok, id="ok", variant="primary")
                yield Button("Back", id="back")

    def on_mount(self) -> None:
        self.query_one("#ok", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "ok")

    def action_say_yes(self) -> None:
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)


class ReadDialog(ModalScreen[None]):
    """Something to read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,exclamation_mark,q,enter", "leave", "Back"),
    ]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self.title_words, self.lines = title, lines

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="read"):
            yield Static(Text(self.title_words), classes="label")
            yield Static(Text("\n".join(self.lines)))
            yield Static(Text("Esc: back."))

    def on_mount(self) -> None:
        self.query_one("#read").focus()

    def action_leave(self) -> None:
        self.dismiss(None)


def _help_groups() -> Iterator[RenderableType]:
    """Each group's title, and below it the keys with what they do beside them; then the signs."""
    signs = [(mark.sign, mark.words) for mark in MARKS.values()]
    for title, rows in [*help_groups(), ("Signs before a status", signs)]:
        yield Text(title, style="bold")
        table = Table.grid(Column(width=16), Column(ratio=1), padding=(0, 0, 0, 2), expand=True)
        for keys, words in rows:
            table.add_row(Text(keys), Text(words))
        yield table
        yield Text()


class HelpScreen(ModalScreen[None]):
    """The table of actions, to be read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f1,enter", "leave", "Back"),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="help"):
            yield Static(Group(*_help_groups()))
            yield Static(Text("Esc: back."))

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def action_leave(self) -> None:
        self.dismiss(None)

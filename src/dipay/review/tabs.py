"""The tabs in one line: title, count, amount; the open one in brackets, so that it is seen without colour."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from dipay.review.model import Model
from dipay.review.rows import TABS, Tab
from dipay.review.words import amount_of


class TabBar(Widget):
    """Shows the tabs of a model; a click opens one."""

    DEFAULT_CSS = "TabBar { height: 1; }"

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: Tab) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self) -> None:
        super().__init__(id="tabs")
        self._places: list[tuple[int, int, Tab]] = []
        self._text = Text()

    def show(self, model: Model) -> None:
        """Writes the counts and amounts of now."""
        text, self._places = Text(), []
        for number, tab in enumerate(TABS, 1):
            words = f"{number} {tab.title} {amount_of(model.total(tab))}"
            is_open = tab is model.tab
            start = text.cell_len
            text.append(f"[{words}]" if is_open else f" {words} ", style="bold reverse" if is_open else "")
            self._places.append((start, text.cell_len, tab))
            text.append(" ")
        self._text = text
        self.refresh()

    def render(self) -> Text:
        return self._text

    def on_click(self, event: events.Click) -> None:
        for start, end, tab in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(tab))

"""The tabs in one line: title, count, amount; the open one in brackets, so that it is seen without colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from dipay.review.model import Model
from dipay.review.rows import REPLIES, TABS, Tab
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
        self._model: Model | None = None
        self._places: list[tuple[int, int, Tab]] = []

    def show(self, model: Model) -> None:
        """Shows the counts and amounts of now."""
        self._model = model
        self.refresh()

    def render(self) -> Text:
        if self._model is None:
            return Text()
        text, self._places = tab_line(self._model, self.size.width)
        return text

    def on_click(self, event: events.Click) -> None:
        for start, end, tab in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(tab))


def _in_full(model: Model, tab: Tab) -> str:
    total = model.total(tab)
    return f"{tab.title} {total.count:,}" if tab is REPLIES else f"{tab.title} {amount_of(total)}"


def _counted(model: Model, tab: Tab) -> str:
    return f"{tab.title}:{model.total(tab).count:,}"


def _short(model: Model, tab: Tab) -> str:
    return f"{tab.short}:{model.total(tab).count:,}" if tab.asks or tab is model.tab else tab.short


#: What is said of each tab: where there is much room, less, little.
_FORMS: tuple[Callable[[Model, Tab], str], ...] = (_in_full, _counted, _short)


def tab_line(model: Model, width: int) -> tuple[Text, list[tuple[int, int, Tab]]]:
    """The tabs in that many letters, and where each stands. Where not all have room, those around the open one."""
    for form in _FORMS:
        words = [f"{number} {form(model, tab)}" for number, tab in enumerate(TABS, 1)]
        words = [f"[{each}]" if tab is model.tab else each for each, tab in zip(words, TABS, strict=True)]
        gap = "  " if form is _in_full else " "
        if sum(map(cell_len, words)) + len(gap) * (len(words) - 1) <= width:
            break
    first, last = _seen(words, gap, TABS.index(model.tab), width)
    text, places = Text("< " if first else "", no_wrap=True), []
    for each, tab in zip(words[first : last + 1], TABS[first : last + 1], strict=True):
        start = text.cell_len
        text.append(each, style="bold reverse" if tab is model.tab else "")
        places.append((start, text.cell_len, tab))
        text.append(gap)
    if last < len(TABS) - 1:
        text.append(">")
    return text, places


def _seen(words: Sequence[str], gap: str, at: int, width: int) -> tuple[int, int]:
    """The first and the last of the tabs that are seen, as many as there is room for; the open one is."""
    first = last = at

    def room(first: int, last: int) -> int:
        arrows = 2 * (first > 0) + (len(gap) + 1) * (last < len(words) - 1)
        return width - arrows - len(gap.join(words[first : last + 1]))

    while True:
        if first and room(first - 1, last) >= 0:
            first -= 1
        elif last < len(words) - 1 and room(first, last + 1) >= 0:
            last += 1
        else:
            return first, last

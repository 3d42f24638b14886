"""The panel beside the table: everything about the account under the cursor. It only shows; `words` says it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from dipay.domain.problems import CannotGoOn
from dipay.review.desk import Desk, words_of
from dipay.review.hands import Hands
from dipay.review.rows import ReplyRow, Row, TableRow
from dipay.review.words import PASSED, Looked, reply_lines, why_lines
from dipay.services.reviewing import Why

#: Between two lines of a fast scroll nobody reads: an account is looked up once the cursor has rested so long.
PAUSE_SECONDS = 0.08
#: A row on which the cursor rests for so long is being read: then its ledger is looked through.
REST_SECONDS = 0.3


class WhyPanel(VerticalScroll):
    """Opened and closed by the screen, which also says whose row it is."""

    DEFAULT_CSS = "WhyPanel { display: none; padding: 0 1; scrollbar-gutter: stable; }"

    class PassedClicked(Message):
        """The line of the rules that the account passed was clicked."""

    def __init__(self, desk: Desk, hands: Hands) -> None:
        super().__init__(id="why")
        self._desk, self._hands = desk, hands
        self._of: tuple[Row, int] | None = None
        self._opened = self._to_passed = False
        self._lines: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        yield Static(id="why-text", markup=False)

    def toggle_passed(self) -> None:
        """Shows the rules that the account passed each by itself, or in one line again."""
        self._opened = not self._opened
        self._to_passed, self._of = self._opened, None

    def show(self, row: Row | None, version: int) -> None:
        """Shows that row, as it is in that version of the table; nothing while the panel is closed."""
        if not self.display:
            self._of = None
        elif row is None:
            self._of = None
            self._write([])
        elif self._of != (row, version):
            self._of = found = row, version
            if isinstance(row, ReplyRow):
                self._write(self._reply_lines(row))
            self.set_timer(PAUSE_SECONDS, lambda: self._look_up(found))

    def on_click(self, event: events.Click) -> None:
        line = int(self.scroll_offset.y) + event.screen_y - self.content_region.y
        if 0 <= line < len(self._lines) and self._lines[line].startswith(PASSED):
            self.post_message(self.PassedClicked())

    def _write(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self.query_one("#why-text", Static).update(Text("\n".join(lines)))

    def _look_up(self, of: tuple[Row, int]) -> None:
        row = of[0].of if isinstance(of[0], ReplyRow) else of[0]
        if self._of != of or not self.is_attached or row is None:
            return

        def show(why: Why | None) -> None:
            self.run_worker(self._show_all(row, of, why), group="ledger", exclusive=True)

        self._hands.work(lambda: self._desk.why(row.id), show, lambda error: self._write([words_of(error)]))

    async def _show_all(self, row: TableRow, of: tuple[Row, int], why: Why | None) -> None:
        if not self._to_passed:
            self.scroll_home(animate=False)
        self._show(row, of, why, Looked())
        await asyncio.sleep(REST_SECONDS)
        # A long ledger takes seconds to look through: in a thread of its own it keeps no decision waiting.
        with suppress(CannotGoOn):
            self._show(row, of, why, await asyncio.to_thread(self._look_into_exports, row))
        self._to_passed = False

    def _look_into_exports(self, row: TableRow) -> Looked:
        numbers = self._desk.numbers_to_call().get(row.id) if row.exhausted else None
        return Looked(self._desk.ledger(row.id), numbers)

    def _show(self, row: TableRow, of: tuple[Row, int], why: Why | None, looked: Looked) -> None:
        if self._of != of:
            return
        office, lines = self._desk.office, list[str]()
        if why is not None:
            lines = why_lines(office, row, why, looked, self._width, opened=self._opened)
        self._write([*self._reply_lines(of[0]), "", *lines] if isinstance(of[0], ReplyRow) else lines)
        if self._to_passed:
            self.call_after_refresh(self._show_passed)

    def _show_passed(self) -> None:
        """What was just opened is in sight, as far as there is room for it."""
        at = next((place for place, line in enumerate(self._lines) if line.startswith(PASSED)), 0)
        self.scroll_to(y=at, animate=False)

    @property
    def _width(self) -> int:
        return max(24, self.scrollable_content_region.width)

    def _reply_lines(self, row: ReplyRow) -> list[str]:
        return reply_lines(row, self._desk.office, self._width)

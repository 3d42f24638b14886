"""The panel beside the table: everything about the account under the cursor. It only shows; `words` says it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from dipay.domain.problems import CannotGoOn
from dipay.review.desk import Desk, words_of
from dipay.review.hands import Hands
from dipay.review.rows import TableRow
from dipay.review.words import why_lines
from dipay.services.reviewing import Why

if TYPE_CHECKING:
    from dipay.exports.tables.entries import Entry

#: Between two lines of a fast scroll nobody reads: an account is looked up once the cursor has rested so long.
PAUSE_SECONDS = 0.08
#: A row on which the cursor rests for so long is being read: then its ledger is looked through.
REST_SECONDS = 0.3


class WhyPanel(VerticalScroll):
    """Opened and closed by the screen, which also says whose row it is."""

    DEFAULT_CSS = "WhyPanel { display: none; padding: 0 1; scrollbar-gutter: stable; }"

    def __init__(self, desk: Desk, hands: Hands) -> None:
        super().__init__(id="why")
        self._desk, self._hands = desk, hands
        self._of: tuple[str, int] | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="why-text", markup=False)

    def show(self, row: TableRow | None, version: int) -> None:
        """Shows that row, as it is in that version of the table; nothing while the panel is closed."""
        if not self.display:
            self._of = None
        elif row is None:
            self._of = None
            self._write([])
        elif self._of != (row.id, version):
            self._of = found = row.id, version
            self.set_timer(PAUSE_SECONDS, lambda: self._look_up(row, found))

    def _write(self, lines: Sequence[str]) -> None:
        self.query_one("#why-text", Static).update(Text("\n".join(lines)))

    def _look_up(self, row: TableRow, of: tuple[str, int]) -> None:
        if self._of != of or not self.is_attached:
            return

        def show(why: Why | None) -> None:
            self.run_worker(self._show_all(row, of, why), group="ledger", exclusive=True)

        self._hands.work(lambda: self._desk.why(row.id), show, lambda error: self._write([words_of(error)]))

    async def _show_all(self, row: TableRow, of: tuple[str, int], why: Why | None) -> None:
        self._show(row, of, why)
        self.scroll_home(animate=False)
        await asyncio.sleep(REST_SECONDS)
        # A long ledger takes seconds to look through: in a thread of its own it keeps no decision waiting.
        with suppress(CannotGoOn):
            self._show(row, of, why, await asyncio.to_thread(self._desk.ledger, row.id))

    def _show(
        self, row: TableRow, of: tuple[str, int], why: Why | None, entries: Sequence[Entry] | None = None
    ) -> None:
        if self._of != of:
            return
        desk, width = self._desk, max(24, self.scrollable_content_region.width)
        self._write(why_lines(desk.office, row, why, entries, width) if why is not None else [])

"""The table's screen: what is on it, what it says, and what others did meanwhile. What a key does is not here: that is
given to it as a table of functions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from dipay.domain.jobs import unwatched
from dipay.domain.problems import CannotGoOn, Severity
from dipay.messaging import Sender
from dipay.office import Office
from dipay.render.fitting import fitted
from dipay.render.safe import printable
from dipay.review.actions import ACTIONS
from dipay.review.desk import Desk, Done, words_of
from dipay.review.hands import Hands
from dipay.review.keyline import KeyLine
from dipay.review.keys import bindings_of
from dipay.review.model import Model, Ticks
from dipay.review.rows import ORDERS, REPLIES, Tab
from dipay.review.table import ReviewTable
from dipay.review.tabs import TabBar
from dipay.review.why import WhyPanel
from dipay.review.words import totals_line
from dipay.services.reviewing import Review

#: From this width on the why panel has room beside the table.
WIDE = 120
#: What stands behind the first problem of the exports, of which there is a line for all day.
MORE = " (! says all)"
#: How often is shown how far the first reading has come.
READING_SECONDS = 0.2
#: So many rows are made ready for a search in one step, which must not keep a key waiting.
INDEX_AT_ONCE = 250
INDEX_PAUSE_SECONDS = 0.005

CSS = """
#title, #totals { height: 1; }
#says { height: auto; min-height: 1; max-height: 3; }
#title { text-style: bold; }
#bar { height: 1; }
#search-label { width: 9; }
#search { width: 1fr; height: 1; border: none; padding: 0 1; }
#order { width: auto; padding: 0 1; }
#body { height: 1fr; }
#table-side { width: 1fr; height: 1fr; }
.wide #why { width: 45%; height: 1fr; border-left: solid $primary; }
.narrow #body { layout: vertical; }
.narrow #why { width: 1fr; height: 50%; border-top: solid $primary; }
#totals { text-style: bold; }
"""


class ChangingLine(Static):
    """A line of words that change. The same words are not drawn again, and the screen is laid out anew only for words
    that take more or less room than those before.
    """

    def __init__(self, name: str) -> None:
        super().__init__(id=name, markup=False)
        self._words = ""

    def say(self, words: str) -> None:
        if words != self._words:
            layout = self.styles.auto_dimensions and self._room(words) != self._room(self._words)
            self._words = words
            self.update(Text(words), layout=layout)

    def _room(self, words: str) -> int:
        text, width = Text(words), self.styles.width
        if width is not None and width.is_auto:
            return text.cell_len
        return len(text.wrap(self.app.console, max(1, self.size.width)))


class ReviewScreen(Screen[None]):
    """One person's table. `does` says by name what each action of the table of actions does on this screen.

    `trouble` is what kept the worklist from being read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(each for each in ACTIONS if not each.everywhere),
        Binding("escape", "escape", show=False),
    ]

    def __init__(
        self,
        office: Office,
        hands: Hands,
        does: Mapping[str, Callable[[ReviewScreen], None]],
        make_sender: Callable[[Office], Sender],
    ) -> None:
        super().__init__()
        # How far reading has come is told on this screen: a line of it written to the terminal would go over the table.
        self.office = replace(office, watch=self._watch, doing=unwatched)
        self.desk = Desk(self.office, make_sender)
        self.hands = hands
        self.model = Model()
        self.table = ReviewTable(self.model)
        self.why_panel = WhyPanel(self.desk, hands)
        self.trouble: CannotGoOn | None = None
        self._does = does
        self.said = ""
        self._problems = 0
        self._panel_was_open = False
        self._read_so_far = ""
        self._indexing = False

    def compose(self) -> ComposeResult:
        yield ChangingLine("title")
        yield TabBar()
        with Horizontal(id="bar"):
            yield Static("Search /", id="search-label", markup=False)
            yield Input(id="search", placeholder="name, id, number or state", select_on_focus=False)
            yield ChangingLine("order")
        with Horizontal(id="body"):
            with Vertical(id="table-side"):
                yield self.table
            yield self.why_panel
        yield ChangingLine("totals")
        yield ChangingLine("says")
        yield KeyLine(ACTIONS)

    def on_mount(self) -> None:
        self._show_title()
        self.table.focus()
        self.table.empty_words = "Reading the exports ..."
        self.hands.work(self.desk.read, self._first_read, self._could_not_read)
        self._reading = self.set_interval(READING_SECONDS, self.show_reading)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= WIDE, "wide")
        self.set_class(event.size.width < WIDE, "narrow")

    def _show_title(self) -> None:
        parts = [self.office.settings.practice.name, f"{self.office.today():%a %d %b %Y}"]
        if self.desk.is_rehearsal:
            parts.append("REHEARSAL: nobody is texted")
        if self._problems:
            parts.append(f"! {self._problems} problem{'s' if self._problems > 1 else ''} of the exports")
        self.query_one("#title", ChangingLine).say(printable("  ".join(parts)))

    @property
    def search(self) -> Input:
        return self.query_one("#search", Input)

    def say(self, words: str) -> None:
        """A line under the totals, or up to three: what was just done, or why not. `!` says it too."""
        self.said = printable(words)
        self.query_one("#says", ChangingLine).say(self.said)

    def say_why_not(self, error: CannotGoOn) -> None:
        self.say(words_of(error))

    def show_model(self) -> None:
        """Draws everything that depends on the model."""
        model = self.model
        self.query_one(TabBar).show(model)
        self._show_totals()
        words = f"by {model.order.words}{', turned around' if model.reverse else ''}"
        self.query_one("#order", ChangingLine).say(words)
        if self.is_read:
            self.table.empty_words = f'Nothing holds "{model.query}".' if model.query.strip() else "No account is here."
        self.table.refresh_rows()
        self.why_panel.show(model.current, model.version)

    def _show_totals(self) -> None:
        self.query_one("#totals", ChangingLine).say(totals_line(self.model, self.size.width))

    # Reading, and what others did.

    @property
    def is_read(self) -> bool:
        """Whether there is a worklist yet."""
        return self.table.day is not None

    def _watch(self, file: str, rows: int, share: float) -> None:  # noqa: ARG002  a share says it all
        """Told from the thread that reads."""
        self._read_so_far = f"Reading {printable(file)}: {share:.0%}"

    def show_reading(self) -> None:
        """Shows how far the first reading has come."""
        if self._read_so_far and self.table.empty_words != self._read_so_far:
            self.table.empty_words = self._read_so_far
            self.table.refresh()

    def _first_read(self, review: Review) -> None:
        self._reading.stop()
        # Somebody may have typed before there was anything to search.
        self.model.search(self.search.value)
        self.take(Done("", review, None))
        serious = [each for each in review.listing.problems if each.severity is not Severity.NOTE]
        if serious:
            self._problems = len(serious)
            self._show_title()
            self.say(fitted(str(serious[0]), max(0, self.size.width - len(MORE))).rstrip() + MORE)

    def problems_were_read(self) -> None:
        """Takes the words about problems, and those of the last line, off the screen."""
        self._problems = 0
        self._show_title()
        self.say("")

    def _could_not_read(self, error: CannotGoOn) -> None:
        self.trouble = error
        self.app.exit(error.exit_code)

    def take(self, done: Done) -> None:
        """Shows the worklist as it is now, and says what was done and what somebody else did."""
        changed = self.model.take(done.review, done.mine)
        self.table.day = done.review.worklist.day
        self.show_model()
        self._look_up_numbers_where_wanted()
        words = done.words
        if changed:
            number = "1 row was" if len(changed) == 1 else f"{len(changed):,} rows were"
            words = f"{words} {number} changed meanwhile: the status says how.".strip()
        if words:
            self.say(words)
        if not self._indexing:
            # What a search looks through is made once the table is on the screen.
            self._indexing = True
            self.set_timer(READING_SECONDS, self._index_some)

    def _index_some(self) -> None:
        """Makes the search ready, in steps between which keys are taken."""
        self._indexing = not self.model.index(INDEX_AT_ONCE)
        if self._indexing:
            self.set_timer(INDEX_PAUSE_SECONDS, self._index_some)

    def look(self) -> None:
        """Notices what another dipay, or the PMS's next export, did meanwhile."""
        if self.is_attached and not self.hands.busy and self.is_read and self.desk.looks_changed():
            self.hands.work(self.desk.catch_up, self.take, self.say_why_not)

    def catch_up(self) -> None:
        """Shows what became of the rows by a run, which settles what the export does of others too: nothing is news."""

        def caught_up(done: Done) -> None:
            self.take(Done(done.words, done.review, None))

        self.hands.work(self.desk.catch_up, caught_up, self.say_why_not)

    # Deciding.

    def tick(self, ticks: Ticks) -> None:
        """Shows ticks at once, and has them saved."""
        wanted = ticks.wanted
        self.model.tick(wanted)
        self.show_model()

        def saved(done: Done) -> None:
            self.model.saved(wanted)
            self.take(done)

        def failed(error: CannotGoOn) -> None:
            self.model.saved(wanted)
            self._show_as_before(error, frozenset(wanted))

        self.hands.work(lambda: self.desk.tick(ticks), saved, failed)

    def decide(self, job: Callable[[], Done]) -> None:
        """Has a decision saved and shows what came of it."""
        self.hands.work(job, self.take, self._show_as_before)

    def _show_as_before(self, error: CannotGoOn, mine: frozenset[str] = frozenset()) -> None:
        self.take(Done("", self.desk.review, mine))
        self.say_why_not(error)

    # Keys and the mouse.

    def action_do(self, name: str) -> None:
        """Carries an action of the table out; what can't be done is said."""
        if not self.is_read:
            return
        try:
            self._does[name](self)
        except CannotGoOn as error:
            self.say_why_not(error)

    def action_escape(self) -> None:
        """One step back: out of the search line, the range, the search, the panel. What was said is read by then."""
        self.say("")
        if self.focused is not self.table:
            self.table.focus()
        elif self.model.anchor is not None:
            self.model.go(self.model.cursor)
            self.show_model()
        elif self.search.value:
            self.search.value = ""
        else:
            self.why_panel.display = False

    def show_tab(self, tab: Tab) -> None:
        """Opens a tab. Beside the replies, where there are any, the panel says what each one is."""
        before = self.model.tab
        self.model.show(tab)
        if tab is REPLIES and before is not REPLIES:
            self._panel_was_open = self.why_panel.display
            self.why_panel.display = self._panel_was_open or self.model.total(REPLIES).count > 0
        elif before is REPLIES and tab is not REPLIES:
            self.why_panel.display = self._panel_was_open
        self.show_model()
        self.table.focus()
        self.call_after_refresh(self.table.refresh_rows)
        self._look_up_numbers_where_wanted()

    def _look_up_numbers_where_wanted(self) -> None:
        if self.model.wants_numbers:
            self.run_worker(self._look_up_numbers(), group="numbers", exclusive=True)

    async def _look_up_numbers(self) -> None:
        """Shows where those can be called who got every message. The export is read for it: no key waits for that."""
        with suppress(CannotGoOn):
            self.model.put_numbers(await asyncio.to_thread(self.desk.numbers_to_call))
            self.show_model()

    def open_why(self) -> None:
        """Opens the panel on the row under the cursor."""
        self.why_panel.display = True
        self.why_panel.show(self.model.current, self.model.version)
        self.call_after_refresh(self.table.refresh_rows)

    def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        self.show_tab(event.tab)

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.is_read:
            self.model.search(event.value)
            self.show_model()

    def on_input_submitted(self) -> None:
        self.table.focus()

    def on_review_table_moved(self) -> None:
        self._show_totals()
        self.why_panel.show(self.model.current, self.model.version)

    def on_review_table_box_clicked(self) -> None:
        self.action_do("toggle")

    def on_why_panel_passed_clicked(self) -> None:
        self.action_do("rules")

    def on_review_table_opened(self) -> None:
        self.open_why()

    def on_review_table_caption_clicked(self, event: ReviewTable.CaptionClicked) -> None:
        order = next(each for each in ORDERS if each.name == event.order)
        self.model.sort_by(order, self.model.order is order and not self.model.reverse)
        self.show_model()

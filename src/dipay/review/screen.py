"""The screen without its actions: what is on it, the one thread that works for it, and what others did meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Footer, Input, Static

from dipay.domain.problems import CannotGoOn, ExitCode, Severity
from dipay.messaging import Sender
from dipay.office import Office
from dipay.render.safe import printable
from dipay.review import dialogs, sending
from dipay.review.actions import ACTIONS
from dipay.review.columns import WIDE
from dipay.review.desk import Desk, Done, words_of
from dipay.review.keys import KeysInOrder
from dipay.review.model import ORDERS, Model
from dipay.review.table import ReviewTable
from dipay.review.tabs import TabBar
from dipay.review.words import totals_line, why_lines
from dipay.services.provider import open_sender
from dipay.services.reviewing import Review, Why

if TYPE_CHECKING:
    from dipay.exports.tables.entries import Entry

T = TypeVar("T")
#: How often is looked whether somebody else wrote to the state or the exports.
LOOK_SECONDS = 2.0
#: How often is shown how far the first reading has come.
READING_SECONDS = 0.2
#: A row on which the cursor rests for so long is being read.
REST_SECONDS = 0.3
#: So many rows are made ready for a search in one step, which must not keep a key waiting.
INDEX_AT_ONCE = 1000
INDEX_PAUSE_SECONDS = 0.02


class Line(Static):
    """A line of words that change; the same words are not drawn again."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name, markup=False)
        self._words = ""

    def say(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self.update(Text(words), layout=self.styles.auto_dimensions)


class ReviewFrame(KeysInOrder[int]):
    """The review. `trouble` is what kept the worklist from being read, `bug` a mistake of dipay's own."""

    TITLE = "dipay review"
    ENABLE_COMMAND_PALETTE = False
    CSS = f"""
    #title, #totals {{ height: 1; }}
    #says {{ height: auto; min-height: 1; max-height: 3; }}
    #title {{ text-style: bold; }}
    #bar {{ height: 1; }}
    #search-label {{ width: 9; }}
    #search {{ width: 1fr; height: 1; border: none; padding: 0 1; }}
    #order {{ width: auto; padding: 0 1; }}
    #body {{ height: 1fr; }}
    #table-side {{ width: 1fr; height: 1fr; }}
    #why {{ display: none; padding: 0 1; scrollbar-gutter: stable; }}
    .wide #why {{ width: 45%; height: 1fr; border-left: solid $primary; }}
    .narrow #body {{ layout: vertical; }}
    .narrow #why {{ width: 1fr; height: 60%; border-top: solid $primary; }}
    #totals {{ text-style: bold; }}
    {dialogs.CSS}
    {sending.CSS}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                key, f"do('{action.name}')", action.label or action.help, key_display=action.key_names.split(", ")[0],
                show=bool(action.label) and key == action.keys[0],
            )
            for action in ACTIONS for key in action.keys
        ),
        Binding("escape", "escape", show=False),
    ]  # fmt: skip

    def __init__(self, office: Office, make_sender: Callable[[Office], Sender] = open_sender) -> None:
        super().__init__()
        # How far reading has come is told on this screen: a line of it written to the terminal would go over the table.
        self.office = replace(office, watch=self._watch)
        self.desk = Desk(self.office, make_sender)
        self.model = Model()
        self.table = ReviewTable(self.model)
        self.trouble: CannotGoOn | None = None
        self.bug: Exception | None = None
        self.sending: sending.SendScreen | None = None
        self._hands = ThreadPoolExecutor(1, "dipay-review")
        self._under_way = 0
        self._leaving = False
        self._unsaved: list[dict[str, bool]] = []
        self._why_of: str | None = None
        self._read_so_far = ""
        self._had_terminal = _is_terminal()

    # The screen.

    def compose(self) -> ComposeResult:
        yield Line("title")
        yield TabBar()
        with Horizontal(id="bar"):
            yield Static("Search /", id="search-label", markup=False)
            yield Input(id="search", placeholder="name, id or number", select_on_focus=False)
            yield Line("order")
        with Horizontal(id="body"):
            with Vertical(id="table-side"):
                yield self.table
            with VerticalScroll(id="why"):
                yield Static(id="why-text", markup=False)
        yield Line("totals")
        yield Line("says")
        yield Footer()

    def on_mount(self) -> None:
        self._fit(self.size.width)
        settings, today = self.office.settings, self.office.today()
        rehearsal = "  REHEARSAL: nobody is texted" if self.desk.is_rehearsal else ""
        title = f"{settings.practice.name}  {today:%a %d %b %Y}{rehearsal}"
        self.query_one("#title", Line).say(printable(title))
        self.table.focus()
        self.table.empty_words = "Reading the exports ..."
        # The thread that reads and saves must not make a key wait: it hands over ten times as often as usual.
        sys.setswitchinterval(0.0005)
        self.work(self.desk.read, self._first_read, self._could_not_read)
        self._reading = self.set_interval(READING_SECONDS, self._show_reading)
        self.set_interval(LOOK_SECONDS, self._look)
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            # A terminal that is closed, or a system that shuts down: the message in hand is finished and recorded.
            with suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
                loop.add_signal_handler(getattr(signal, name), self.leave)

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.width)

    def _fit(self, width: int) -> None:
        self.screen_stack[0].set_class(width >= WIDE, "wide")
        self.screen_stack[0].set_class(width < WIDE, "narrow")

    def say(self, words: str) -> None:
        """A line under the totals: what was just done, or why not."""
        self.screen_stack[0].query_one("#says", Line).say(printable(words))

    def show_model(self) -> None:
        """Draws everything that depends on the model."""
        base, model = self.screen_stack[0], self.model
        base.query_one(TabBar).show(model)
        base.query_one("#totals", Line).say(totals_line(model))
        words = f"by {model.order.words}{', turned around' if model.reverse else ''}"
        base.query_one("#order", Line).say(words)
        if self.desk_is_read:
            self.table.empty_words = f'Nothing holds "{model.query}".' if model.query.strip() else "No account is here."
        self.table.refresh_rows()
        self._show_why()

    @property
    def desk_is_read(self) -> bool:
        return self.table.day is not None

    # Work in the background.

    def work(
        self, job: Callable[[], T], then: Callable[[T], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """Does a job in the one thread, after those before it, and then goes on with what it gave."""
        self._under_way += 1

        async def run() -> None:
            try:
                found = await asyncio.get_running_loop().run_in_executor(self._hands, job)
            except CannotGoOn as error:
                if not self.desk_is_read:
                    self.trouble = error
                (failed or self.say)(words_of(error))
            else:
                then(found)
            finally:
                self._under_way -= 1
                if self._leaving and not self._under_way:
                    self.exit(0)

        self.run_worker(run(), exclusive=False)

    def _watch(self, file: str, rows: int, share: float) -> None:  # noqa: ARG002  a share says it all
        """Told from the thread that reads."""
        self._read_so_far = f"Reading {printable(file)}: {share:.0%}"

    def _show_reading(self) -> None:
        if self._read_so_far and self.table.empty_words != self._read_so_far:
            self.table.empty_words = self._read_so_far
            self.table.refresh()

    def _first_read(self, review: Review) -> None:
        self._reading.stop()
        # Somebody may have typed before there was anything to search.
        self.model.search(self.query_one("#search", Input).value)
        self._take(review, None)
        serious = [each for each in review.listing.problems if each.severity is not Severity.NOTE]
        if serious:
            more = f" ({len(serious) - 1} more: `dipay check`)" if len(serious) > 1 else ""
            self.say(f"{serious[0]}{more}")
        # What a search looks through is made once the table is on the screen.
        self.set_timer(0.2, self._index_some)

    def _could_not_read(self, _: str) -> None:
        self.exit(self.trouble.exit_code if self.trouble is not None else ExitCode.ATTENTION)

    def _take(self, review: Review, mine: frozenset[str] | None, words: str = "") -> None:
        """Shows the worklist as it is now, and says what was done and what somebody else did."""
        changed = self.model.take(review, mine)
        for wanted in self._unsaved:
            for ticked in (True, False):
                self.model.tick([each for each, to in wanted.items() if to is ticked and each in self.model], ticked)
        self.table.day = review.worklist.day
        self.show_model()
        if changed:
            number = "1 row was" if len(changed) == 1 else f"{len(changed):,} rows were"
            words = f"{words} {number} changed meanwhile by somebody else: the status says how.".strip()
        if words:
            self.say(words)

    def _decide(self, job: Callable[[], Done], unsaved: dict[str, bool] | None = None) -> None:
        """Has a decision saved and shows what came of it. `unsaved` ticks are shown as wanted until then."""
        if unsaved is not None:
            self._unsaved.append(unsaved)

        def done(found: Done) -> None:
            if unsaved is not None:
                self._unsaved.remove(unsaved)
            self._take(found.review, found.mine, found.words)

        def failed(words: str) -> None:
            if unsaved is not None:
                self._unsaved.remove(unsaved)
            self._take(self.desk.review, frozenset(unsaved or ()))
            self.say(words)

        self.work(job, done, failed)

    def _index_some(self) -> None:
        """Makes the search ready, in steps between which keys are taken."""
        if not self.model.index(INDEX_AT_ONCE):
            self.set_timer(INDEX_PAUSE_SECONDS, self._index_some)

    def _look(self) -> None:
        """Notices what another dipay, or the PMS's next export, did meanwhile; and that nobody is there any more."""
        if not self.table.is_attached:
            # The screen is being taken down.
            return
        if self._had_terminal and not _is_terminal():
            self.leave()
        if self._under_way or not self.desk_is_read or not self.desk.looks_changed():
            return
        self.reload()

    def on_app_focus(self) -> None:
        self._look()

    def reload(self, mine: frozenset[str] = frozenset()) -> None:
        """Shows what became of the rows meanwhile; of `mine` nothing is news."""

        def done(found: Done) -> None:
            self._take(found.review, mine, found.words)

        self.work(self.desk.catch_up, done)

    def leave(self) -> None:
        """Ends the review once what is under way is saved; a run stops after the message in hand."""
        if self.sending is not None:
            self.sending.stop.set()
        self._leaving = True
        if not self._under_way:
            self.exit(0)

    def close_hands(self) -> None:
        """Waits for the last thing that was begun."""
        self._hands.shutdown(wait=True)

    def _handle_exception(self, error: Exception) -> None:
        self.bug = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with the values of variables, which hold patients.
        self._close_messages_no_wait()

    # Moving about.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Over another screen the table's keys do nothing but help and quit."""
        if action == "do" and len(self.screen_stack) > 1:
            return parameters[0] in {"help", "quit"}
        return super().check_action(action, parameters)

    def action_do(self, name: str) -> None:
        """Carries an action of the table out."""
        if self.desk_is_read or name in {"quit", "help"}:
            getattr(self, f"do_{name}")()

    def action_escape(self) -> None:
        """One step back: out of the search line, the range, the search, the panel."""
        search = self.query_one("#search", Input)
        if self.focused is not self.table:
            self.table.focus()
        elif self.model.anchor is not None:
            self.model.go(self.model.cursor)
            self.show_model()
        elif search.value:
            search.value = ""
        else:
            self.query_one("#why").display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "search" and self.desk_is_read:
            self.model.search(event.value)
            self.show_model()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "search":
            self.table.focus()

    def on_review_table_moved(self) -> None:
        self.query_one("#totals", Line).say(totals_line(self.model))
        self._show_why()

    def on_review_table_caption_clicked(self, event: ReviewTable.CaptionClicked) -> None:
        order = next(each for each in ORDERS if each.name == event.order)
        self.model.sort_by(order, self.model.order is order and not self.model.reverse)
        self.show_model()

    # Why.

    def _show_why(self) -> None:
        panel = self.screen_stack[0].query_one("#why")
        row = self.model.current
        if not panel.display:
            return
        if row is None:
            self.screen_stack[0].query_one("#why-text", Static).update("")
            return
        guarantor_id, version = row.id, self.model.version
        key = f"{version}:{guarantor_id}"
        if self._why_of == key:
            return
        self._why_of = key
        # Between two lines of a fast scroll nobody reads: the account is looked up once the cursor rests.
        self.set_timer(0.08, lambda: self._read_why(key, guarantor_id))

    def _read_why(self, key: str, guarantor_id: str) -> None:
        if self._why_of != key or self.sending is not None or not self.table.is_attached:
            return
        panel = self.screen_stack[0].query_one("#why")
        row, width = self.model.row(guarantor_id), max(24, panel.scrollable_content_region.width)
        desk, office = self.desk, self.office

        def show(why: Why | None, entries: Sequence[Entry] | None = None) -> None:
            if self._why_of == key:
                lines = why_lines(office, desk.review, row, why, entries, width) if why else []
                self.screen_stack[0].query_one("#why-text", Static).update(Text("\n".join(lines)))

        async def show_all(why: Why | None) -> None:
            show(why)
            panel.scroll_home(animate=False)
            await asyncio.sleep(REST_SECONDS)
            # A long ledger takes seconds to look through: in a thread of its own it keeps no decision waiting.
            with suppress(CannotGoOn):
                show(why, await asyncio.to_thread(desk.ledger, guarantor_id))

        def shown(why: Why | None) -> None:
            self.run_worker(show_all(why), group="ledger", exclusive=True)

        self.work(lambda: desk.why(guarantor_id), shown)


def _is_terminal() -> bool:
    """Whether there is a terminal. One that was closed is none any more, though not always does a signal say so."""
    try:
        return sys.__stdin__ is not None and os.isatty(sys.__stdin__.fileno())
    except ValueError:  # closed
        return False

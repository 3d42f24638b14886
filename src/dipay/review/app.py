"""The review as a program on a terminal: how it begins and ends, and what it must never print. The table is a screen of
its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import ClassVar

from textual.binding import BindingType
from textual.screen import Screen

from dipay.messaging import Sender
from dipay.office import Office
from dipay.review import dialogs, screen, sending
from dipay.review.actions import ACTIONS
from dipay.review.doing import DOES
from dipay.review.hands import Hands
from dipay.review.keys import KeysInOrder, bindings_of
from dipay.review.screen import ReviewScreen
from dipay.services.provider import open_sender

#: How often is looked whether somebody else wrote to the state or the exports, and whether the terminal is still there.
LOOK_SECONDS = 2.0


class ReviewApp(KeysInOrder[int]):
    """The review. `bug` is a mistake of dipay's own that ended it; `interrupted`: the system ended it, by a signal."""

    TITLE = "dipay review"
    ENABLE_COMMAND_PALETTE = False
    CSS = f"{screen.CSS}{dialogs.CSS}{sending.CSS}"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(each for each in ACTIONS if each.everywhere)]

    def __init__(
        self,
        office: Office,
        make_sender: Callable[[Office], Sender] = open_sender,
        does: Mapping[str, Callable[[ReviewScreen], None]] = DOES,
    ) -> None:
        super().__init__()
        self.hands = Hands(self)
        self.review = ReviewScreen(office, self.hands, does, make_sender)
        self.bug: Exception | None = None
        self.interrupted = False
        self._had_terminal = _is_terminal()

    def get_default_screen(self) -> Screen[None]:
        return self.review

    def on_mount(self) -> None:
        # The thread that reads and saves must not make a key wait: it hands over ten times as often as usual.
        sys.setswitchinterval(0.0005)
        self.set_interval(LOOK_SECONDS, self.look)
        for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
            # A terminal that is closed, or a system that shuts down: the message in hand is finished and recorded.
            with suppress(RuntimeError, ValueError, AttributeError):
                self._end_by(getattr(signal, name))

    def _end_by(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            loop.add_signal_handler(number, self._end_by_signal)
        except NotImplementedError:  # Windows's loop has none
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._end_by_signal))

    def _end_by_signal(self) -> None:
        self.interrupted = True
        self.leave()

    def look(self) -> None:
        """Notices what changed meanwhile, and that nobody is there any more."""
        if self._had_terminal and not _is_terminal():
            self.leave()
        self.review.look()

    def on_app_focus(self) -> None:
        self.look()

    # Keys that do the same on every screen.

    def action_do(self, name: str) -> None:
        """Carries out an action of the table that every screen has."""
        {"help": self._help, "quit": self._quit}[name]()

    async def action_quit(self) -> None:
        self._quit()

    def _help(self) -> None:
        self.push_screen(dialogs.HelpScreen())

    def _quit(self) -> None:
        run = self._run_under_way()
        if run is not None:
            run.stop_soon()
        else:
            self.leave()

    # The end.

    def leave(self) -> None:
        """Ends the review once what is under way is saved; a run stops after the message in hand."""
        run = self._run_under_way()
        if run is not None:
            run.stop_soon()
        self.hands.when_at_rest(lambda: self.exit(0))

    def _run_under_way(self) -> sending.SendScreen | None:
        screens = (each for each in self.screen_stack if isinstance(each, sending.SendScreen))
        return next((each for each in screens if each.is_sending), None)

    def _handle_exception(self, error: Exception) -> None:
        self.bug = error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with the values of variables, which hold patients.
        self._close_messages_no_wait()


def _is_terminal() -> bool:
    """Whether there is a terminal. One that was closed is none any more, though not always does a signal say so."""
    try:
        return sys.__stdin__ is not None and os.isatty(sys.__stdin__.fileno())
    except ValueError:  # closed
        return False

"""The last screen before messages go out, their progress, and who was not reached."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Button, Input, OptionList, ProgressBar, Static

from dipay.domain.problems import CannotGoOn
from dipay.grammar.phones import format_phone
from dipay.render.outcomes import key_in_lines
from dipay.render.safe import printable
from dipay.review.batch import Batch
from dipay.review.desk import Desk, Unreached, words_of
from dipay.review.dialogs import MarkedList
from dipay.review.hands import Hands
from dipay.review.words import another_words, batch_lines, report_lines, sent_lines, undeliverable_lines
from dipay.services.confirming import Sent
from dipay.services.run import SendReport, SentLine
from dipay.services.undeliverable import NotReached, NumberOfAnother

NEW_NUMBER = "the new mobile number"
REASON = "why it may be used all the same; kept"

CSS = """
.sheet { padding: 0 1; }
.sheet .title { text-style: bold; height: auto; }
.sheet VerticalScroll { height: 1fr; border: none; }
.sheet Input { height: 1; border: none; }
.sheet .foot { height: auto; }
.sheet Button { min-width: 10; height: 1; border: none; margin: 0 2 0 0; }
.sheet .line { height: auto; }
#entries { height: 40%; border: none; }
#progress { height: 1; }
"""


class SendScreen(Screen[bool]):
    """What would go out; the number of messages typed sends it. Then the progress, then what became of it.

    Gives whether the undeliverable list is wanted next. `changed` is told that a run is over.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", priority=True),
        Binding("d", "undeliverable", "Undeliverable", show=False),
        Binding("enter", "back_when_done", show=False),
    ]

    def __init__(self, desk: Desk, hands: Hands, batch: Batch, changed: Callable[[], None]) -> None:
        super().__init__(classes="sheet")
        self._desk, self._hands, self._changed = desk, hands, changed
        self.confirmed = batch
        self._stop = threading.Event()
        self._phase = "asking"
        self._counts: Counter[str] = Counter()
        self._tried = 0

    def compose(self) -> ComposeResult:
        yield Static("Send", classes="title", id="send-title")
        with VerticalScroll(id="send-scroll"):
            yield Static(Text("\n".join(batch_lines(self.confirmed, self._desk.is_rehearsal))), id="send-body")
        yield ProgressBar(total=max(1, self.confirmed.count), id="progress", show_eta=False)
        yield Static("", id="send-says", classes="line", markup=False)
        yield Input(id="count", placeholder="number of messages")
        yield Static("", id="send-foot", classes="line", markup=False)

    def on_mount(self) -> None:
        self.query_one("#progress").display = False
        count = self.query_one("#count", Input)
        if self.confirmed.count and not self.confirmed.stops:
            self._say(f"Type {self.confirmed.count} and Enter to send. Esc goes back; nothing is sent.")
            count.focus()
        else:
            count.display = False
            self._say("Nothing can be sent now. Esc goes back.")
            self.query_one("#send-scroll").focus()

    def _say(self, words: str) -> None:
        self.query_one("#send-says", Static).update(Text(printable(words)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self._phase != "asking":
            return
        if event.value.strip() != str(self.confirmed.count):
            self._say(
                f"That is not {self.confirmed.count}. Nothing was sent. Type {self.confirmed.count}, or Esc to go back."
            )
            return
        self._phase = "sending"
        self.query_one("#count").display = False
        self.query_one("#progress").display = True
        self.query_one("#send-title", Static).update("Sending")
        self._say("Esc stops after the message in hand.")
        self.set_interval(0.1, self._show_progress)
        # The thread only counts, and this screen looks at the counts: nothing of the screen can break a run.
        self._hands.work(self._send, self._done, self._failed)

    def _send(self) -> Sent:
        def wait(seconds: float) -> None:
            self._stop.wait(seconds)

        return self._desk.send(self.confirmed, self._stop.is_set, self._count, wait)

    def _count(self, line: SentLine) -> None:
        self._counts[line.outcome] += 1
        self._tried += line.to is not None

    def _show_progress(self) -> None:
        if not self.is_sending:
            return
        counts, tried = dict(self._counts), self._tried
        told = [f"{counts[each]} {each}" for each in ("accepted", "undeliverable", "in doubt") if each in counts]
        told += [f"{number} {each}" for each, number in counts.items() if each in {"skipped", "not sent"}]
        self.query_one("#progress", ProgressBar).update(progress=tried)
        words = f"{tried} of {self.confirmed.count}: {', '.join(told) or 'starting'}"
        self.query_one("#send-body", Static).update(Text(words))

    def _done(self, sent: Sent) -> None:
        self._show_progress()
        self._end(sent_lines(self._desk.office, sent, _line_width(self)), sent.report)

    def _failed(self, error: CannotGoOn) -> None:
        self._end(["Sending did not go on.", words_of(error)], None)

    def _end(self, lines: list[str], report: SendReport | None) -> None:
        self._phase = "done"
        self.query_one("#progress").display = False
        self.query_one("#send-title", Static).update("Sent" if report is not None else "Not sent")
        self.query_one("#send-body", Static).update(Text(printable_lines(lines)))
        more = " d: the undeliverable list, to re-send." if report is not None and report.count("undeliverable") else ""
        self._say(f"Enter or Esc: back to the list.{more}")
        self.query_one("#send-scroll").focus()
        self._changed()

    @property
    def is_sending(self) -> bool:
        return self._phase == "sending"

    def stop_soon(self) -> None:
        """Stops after the message in hand."""
        self._stop.set()
        self._say("Stopping after the message in hand.")

    def action_back(self) -> None:
        if self.is_sending:
            self.stop_soon()
        else:
            self.dismiss(False)

    def action_back_when_done(self) -> None:
        if self._phase == "done":
            self.dismiss(False)

    def action_undeliverable(self) -> None:
        if self._phase == "done":
            self.dismiss(True)


class UndeliverableScreen(Screen[None]):
    """Who was not reached, why, what to do, and the numbers to key into the PMS; a number typed in sends again, of
    which `changed` is told. A number that is another account's too is sent to for a reason that is typed then.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back")]

    def __init__(
        self, desk: Desk, hands: Hands, unreached: Unreached, account: str, changed: Callable[[], None]
    ) -> None:
        super().__init__(classes="sheet")
        self._desk, self._hands, self._changed = desk, hands, changed
        self.unreached = unreached
        self._begin_with = account
        self._needs_reason = ""
        self.busy = False

    @property
    def entries(self) -> list[NotReached]:
        return self.unreached.entries

    def compose(self) -> ComposeResult:
        yield Static("", classes="title", id="und-title", markup=False)
        yield MarkedList([], id="entries")
        with VerticalScroll(id="und-scroll"):
            yield Static("", id="und-body", markup=False)
        yield Static("", id="und-says", classes="line", markup=False)
        yield Input(id="number", placeholder=NEW_NUMBER)
        with Horizontal(classes="foot"):
            yield Button("Send to this number", id="new", variant="primary")
            yield Button("Same number again", id="same")
            yield Button("Back", id="back")

    def on_mount(self) -> None:
        accounts = [each.entry.guarantor_id for each in self.entries]
        self._fill(accounts.index(self._begin_with) if self._begin_with in accounts else 0)
        self._say(f"{'Enter: type the new number. ' if self.entries else ''}Esc: back to the list.")
        self.query_one("#entries", OptionList).focus()

    def _fill(self, at: int) -> None:
        words = f"Not reached: {len(self.entries)}" if self.entries else "Everybody was reached."
        self.query_one("#und-title", Static).update(words)
        lines = [
            printable(f"{each.entry.guarantor_id:<8} {each.name}, {_number_of(each)}: {each.entry.why}")
            for each in self.entries
        ]
        self.query_one("#entries", MarkedList).show(lines, at)
        for needs_somebody in ("#number", ".foot"):
            self.query_one(needs_somebody).display = bool(self.entries)
        self._show()

    def _current(self) -> NotReached | None:
        at = self.query_one("#entries", OptionList).highlighted
        return self.entries[at] if at is not None and at < len(self.entries) else None

    def _show(self) -> None:
        current = self._current()
        lines = undeliverable_lines(current, _line_width(self)) if current else []
        if keys := key_in_lines(self.unreached.to_key_in):
            lines += ["", *keys] if lines else keys
        self.query_one("#und-body", Static).update(Text("\n".join(lines)))

    def _say(self, words: str) -> None:
        self.query_one("#und-says", Static).update(Text(printable(words)))

    def on_option_list_option_highlighted(self) -> None:
        self._ask_for("")
        self._show()

    def on_option_list_option_selected(self) -> None:
        self.query_one("#number", Input).focus()

    def on_input_submitted(self) -> None:
        self._resend_typed()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "new":
            self._resend_typed()
        elif event.button.id == "same":
            self._resend(None)
        else:
            self.action_back()

    def _resend_typed(self) -> None:
        typed = self.query_one("#number", Input).value.strip()
        if self._needs_reason and typed:
            self._resend(self._needs_reason, typed)
        elif typed:
            self._resend(typed)
        else:
            self._say("Type why it may be used all the same." if self._needs_reason else "Type the number to send to.")

    def _ask_for(self, number: str) -> None:
        """Asks for the reason why that number may be used, or for a number where there is none."""
        if number != self._needs_reason:
            line = self.query_one("#number", Input)
            line.value, line.placeholder = "", REASON if number else NEW_NUMBER
            self._needs_reason = number

    def _resend(self, number: str | None, reason: str = "") -> None:
        current = self._current()
        if current is None or self.busy:
            return
        self.busy = True
        self._say(f"Sending to account {current.entry.guarantor_id} ...")
        guarantor_id = current.entry.guarantor_id

        def resend() -> tuple[SendReport, Unreached]:
            return self._desk.resend(guarantor_id, number, reason), self._desk.not_reached()

        def resent(done: tuple[SendReport, Unreached]) -> None:
            self._resent(*done)

        def failed(error: CannotGoOn) -> None:
            self.busy = False
            if isinstance(error, NumberOfAnother) and number is not None:
                self._ask_for(number)
                self._say(f"{another_words(error)} Esc: another number.")
            else:
                self._say(words_of(error))

        self._hands.work(resend, resent, failed)

    def _resent(self, report: SendReport, unreached: Unreached) -> None:
        self.busy, self.unreached = False, unreached
        at = self.query_one("#entries", OptionList).highlighted or 0
        self._ask_for("")
        self.query_one("#number", Input).value = ""
        self._fill(at)
        self._say(" ".join(report_lines(self._desk.office, report, 400)))
        self._changed()

    def action_back(self) -> None:
        if self._needs_reason:
            self._ask_for("")
            self._say("Enter: type the new number. Esc: back to the list.")
        else:
            self.dismiss(None)


def _number_of(each: NotReached) -> str:
    return format_phone(each.entry.number) if each.entry.number else "no number"


def _line_width(screen: Screen[Any]) -> int:
    return max(20, screen.size.width - 4)


def printable_lines(lines: list[str]) -> str:
    """Lines of text without anything a terminal would obey."""
    return "\n".join(printable(line) for line in lines)

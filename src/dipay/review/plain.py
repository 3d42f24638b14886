"""The review without a screen: numbered lines and typed commands, for screen readers and slow lines. The same table of
actions, the same desk.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from dipay.domain.problems import CannotGoOn, ExitCode, Severity, cannot
from dipay.grammar import Unreadable
from dipay.messaging import Sender
from dipay.office import Office
from dipay.render.outcomes import key_in_lines
from dipay.render.safe import printable
from dipay.render.sending import line_text
from dipay.review.actions import ACTIONS, plain_help_lines
from dipay.review.changes import LASTING, Lasting
from dipay.review.desk import Desk, Done, words_of
from dipay.review.model import Model, Ticks
from dipay.review.rows import ORDERS, PENDING, TABS, ReplyRow, Row, Tab, TableRow, named, reply_ids
from dipay.review.until import parse_until
from dipay.review.words import (
    Looked,
    amount_of,
    another_words,
    batch_lines,
    passed_lines,
    problem_lines,
    reply_lines,
    reply_words,
    report_lines,
    row_words,
    sent_lines,
    totals_line,
    why_lines,
)
from dipay.services.provider import open_sender
from dipay.services.run import SendReport, SentLine
from dipay.services.undeliverable import NumberOfAnother

PAGE = 10
WIDTH = 100
_RANGE = re.compile(r"(\d+)-(\d+)")


class Plain:
    """A session of typed lines. `ask` gives a line and raises `EOFError` at the end, `tell` says one."""

    def __init__(
        self,
        office: Office,
        ask: Callable[[str], str] = input,
        tell: Callable[[str], None] = print,
        make_sender: Callable[[Office], Sender] = open_sender,
    ) -> None:
        self.office, self._ask, self._tell = office, ask, tell
        self.desk = Desk(office, make_sender)
        self.model = Model()
        self._page_at = 0
        self._going_on = True
        self._does = {action.word: DOES[action.name] for action in ACTIONS if action.plain}

    def run(self) -> None:
        """Reads commands until `quit` or the end of the input. What is decided is saved at once."""
        self._tell("Reading the exports ...")
        review = self.desk.read()
        self.model.take(review)
        for problem in review.listing.problems:
            if problem.severity is not Severity.NOTE:
                self._say(f"{problem.severity}: {problem}")
        if self.desk.is_rehearsal:
            self._say("A rehearsal: sending writes files, nobody is texted.")
        self._tell_counts()
        self._say('Type "list" to read the rows, "help" for everything else, "quit" to leave.')
        while self._going_on:
            try:
                line = self._ask("dipay> ")
            except (EOFError, KeyboardInterrupt):
                return
            self.obey(line)

    def obey(self, line: str) -> None:
        """Carries out one typed line; what can't be done is said."""
        word, _, rest = line.strip().partition(" ")
        word, rest = word.lower(), rest.strip()
        try:
            if self.desk.looks_changed():
                self._take(self.desk.catch_up())
            if word in {"", "list", "l"}:
                self._list(rest, next_page=not word)
            elif word in self._does:
                self._does[word](self, rest)
            else:
                self._say(f'There is no command "{word}". Type "help".')
        except CannotGoOn as error:
            self.model.take(self.desk.review, frozenset())
            self._say(words_of(error))
        except (EOFError, KeyboardInterrupt):
            self._say("Left as it was.")

    def _say(self, words: str) -> None:
        self._tell(printable(words))

    def _say_lines(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._say(line)

    def _take(self, done: Done) -> None:
        changed = self.model.take(done.review, done.mine)
        if done.words:
            self._say(done.words)
        for guarantor_id in changed:
            self._say(f"Account {guarantor_id} {self.model.row(guarantor_id).news}.")

    def _tell_counts(self) -> None:
        totals = {tab: self.model.total(tab) for tab in TABS}
        told = (f"{tab.title}: {amount_of(each)}" for tab, each in totals.items() if each.count or tab is PENDING)
        self._say("; ".join(told) + ".")
        self._say(f"{totals_line(self.model)}.")

    # What is shown.

    def _list(self, rest: str, next_page: bool) -> None:
        pages = max(1, -(-len(self.model.shown) // PAGE))
        if rest:
            if not rest.isdigit() or not 1 <= int(rest) <= pages:
                self._say(f"There are {pages} pages.")
                return
            self._page_at = (int(rest) - 1) * PAGE
        elif not next_page:
            self._page_at = 0
        if self._page_at >= len(self.model.shown):
            self._say("No more rows." if self.model.shown else "No account is here.")
            self._page_at = 0
            return
        upto = min(self._page_at + PAGE, len(self.model.shown))
        for index in range(self._page_at, upto):
            self._say(f"{index + 1}. {row_words(self.model.at(index), self.desk.review)}")
        self._say(f"Rows {self._page_at + 1} to {upto} of {len(self.model.shown)}. {totals_line(self.model)}.")
        self._page_at = upto

    def show(self, tab: Tab) -> None:
        self.model.show(tab)
        if self.model.wants_numbers:
            self.model.put_numbers(self.desk.numbers_to_call())
        self._page_at = 0
        self._say(f"{tab.title}: {amount_of(self.model.total(tab))}.")

    def search(self, rest: str) -> None:
        self.model.search(rest)
        self._page_at = 0
        self._say(f"Found {len(self.model.shown)}." if rest else "The search is over.")

    def sort(self, rest: str) -> None:
        order = next((each for each in ORDERS if each.name == rest.lower()), None)
        if order is None:
            self._say(f"Sort by one of: {', '.join(each.name for each in ORDERS)}.")
            return
        self.model.sort_by(order)
        self._page_at = 0
        self._say(f"Sorted by {order.words}.")

    def reverse(self, _: str) -> None:
        self.model.sort_by(self.model.order, not self.model.reverse)
        self._page_at = 0
        self._say("Turned around.")

    def why(self, rest: str) -> None:
        (row,) = self._rows(rest, most=1)
        if isinstance(row, ReplyRow):
            self._say_lines(reply_lines(row, self.office, WIDTH))
        account = row.of if isinstance(row, ReplyRow) else row
        why = self.desk.why(account.id) if account is not None else None
        if account is not None and why is not None:
            numbers = self.desk.numbers_to_call().get(account.id) if account.exhausted else None
            looked = Looked(self.desk.ledger(account.id), numbers)
            self._say_lines(why_lines(self.office, account, why, looked, WIDTH, spoken=True))

    def rules(self, rest: str) -> None:
        row = self._account(rest)
        why = self.desk.why(row.id)
        if why is not None:
            self._say_lines(passed_lines(why, WIDTH))

    def problems(self, _: str) -> None:
        self._say_lines(problem_lines("", self.desk.review))

    def reload(self, _: str) -> None:
        self._take(Done("Read again.", self.desk.read(), frozenset()))
        self._tell_counts()

    def help(self, _: str) -> None:
        self._say_lines(plain_help_lines())

    def quit(self, _: str) -> None:
        self._going_on = False

    # Which rows.

    def _rows(self, text: str, most: int | None = None) -> list[Row]:
        """The rows of `3`, `2-5`, `1 4 7-9`, or of accounts' ids. A number is a row's where there is one."""
        if not text:
            raise cannot(ExitCode.USAGE, "say which rows.", "For example: 3, or 2-5, or 1 4 7-9.")
        rows: dict[str, Row] = {}
        for part in text.replace(",", " ").split():
            span = _RANGE.fullmatch(part)
            first, last = (int(span[1]), int(span[2])) if span else (0, 0)
            if part.isdigit() and part[0] != "0" and int(part) <= len(self.model.shown):
                found: list[Row] = [self.model.at(int(part) - 1)]
            elif span and 1 <= first <= last <= len(self.model.shown):
                found = [self.model.at(index - 1) for index in range(first, last + 1)]
            elif part in self.model:
                found = [self.model.row(part)]
            else:
                raise cannot(ExitCode.USAGE, f"there is no row {part}.", f"Rows are 1 to {len(self.model.shown)}.")
            rows.update((f"{row.standing} {row.key}", row) for row in found)
        if most is not None and len(rows) > most:
            raise cannot(ExitCode.USAGE, "one row at a time.", "")
        return list(rows.values())

    def _accounts(self, text: str) -> list[TableRow]:
        return self.model.accounts_of(self._rows(text))

    def _account(self, text: str) -> TableRow:
        (account,) = self.model.accounts_of(self._rows(text, most=1))
        return account

    # Deciding.

    def _tick(self, ticks: Ticks) -> None:
        self._take(self.desk.tick(ticks))
        self._say(f"{totals_line(self.model)}.")

    def toggle(self, rest: str) -> None:
        self._tick(self.model.toggled(self._rows(rest)))

    def tick_all(self, _: str) -> None:
        self._tick(self.model.all_ticked(True))

    def untick_all(self, _: str) -> None:
        self._tick(self.model.all_ticked(False))

    def invert(self, _: str) -> None:
        self._tick(self.model.inverted())

    def snooze(self, rest: str) -> None:
        rows = self._accounts(rest)
        settings, today = self.office.settings.snooze, self.office.today()
        self._say(f"Snooze {named(rows)}.")
        try:
            until = parse_until(self._ask("Until (2w, 10d, 1 Feb, 2026-12-01): "), today, settings.max_days)
        except Unreadable as unreadable:
            raise cannot(ExitCode.USAGE, f"that {unreadable.what}.", unreadable.fix) from None
        for number, reason in enumerate(settings.reasons, 1):
            self._say(f"{number}. {reason}")
        typed = self._ask("Reason (number): ").strip()
        if not typed.isdigit() or not 1 <= int(typed) <= len(settings.reasons):
            raise cannot(ExitCode.USAGE, "that is not one of the reasons.", "Nothing was changed.")
        note = self._ask("Note (Enter for none): ").strip()
        self._take(self.desk.snooze([row.id for row in rows], until, settings.reasons[int(typed) - 1], note))

    def unsnooze(self, rest: str) -> None:
        self._take(self.desk.unsnooze([row.id for row in self._accounts(rest)]))

    def release(self, rest: str) -> None:
        row = self._account(rest)
        for rule in self.desk.holds_to_lift(row.id):
            self._say(f"{rule.code}: {rule.saw(row.account, self.desk.review.worklist.day)}.")
        reason = self._ask("Why may it be asked all the same? Kept for good: no names, no numbers: ").strip()
        self._take(self.desk.release(row.id, reason))

    def finish(self, rest: str) -> None:
        settled = self.model.replies_of(self._rows(rest))
        for each in settled:
            self._say(reply_words(each, self.desk.review))
        note = self._ask("What was done (Enter for no note): ").strip()
        self._take(self.desk.finish([each.reply.id for each in settled], note))

    def decide(self, decision: Lasting, rest: str) -> None:
        chosen = self._rows(rest)
        rows = self.model.accounts_of(chosen)
        self._say(f"{decision.title.format(who=named(rows))} {decision.says}")
        if self._ask("Type yes, anything else to stop: ").strip().lower() != "yes":
            self._say("Nothing was changed.")
            return
        self._take(self.desk.decide(decision, [row.id for row in rows], reply_ids(chosen)))

    def undo(self, _: str) -> None:
        self._take(self.desk.undo())

    # Sending.

    def send(self, _: str) -> None:
        batch, review = self.desk.prepare()
        self._take(Done("", review, frozenset()))
        self._say_lines(batch_lines(batch, self.desk.is_rehearsal))
        if not batch.count or batch.stops:
            self._say("Nothing can be sent now.")
            return
        if self._ask(f"Type {batch.count} to send, anything else to stop: ").strip() != str(batch.count):
            self._say("Nothing was sent.")
            return
        stop = threading.Event()

        def progress_words(line: SentLine) -> None:
            self._say(line_text(line))

        def wait(seconds: float) -> None:
            stop.wait(seconds)

        with _ctrl_c(stop, self._say):
            sent = self.desk.send(batch, stop.is_set, progress_words, wait)
        self._say_lines(sent_lines(self.office, sent, WIDTH))
        if sent.report.count("undeliverable"):
            self._say('"undeliverable" shows who was not reached, "resend ROW NUMBER" sends again.')
        self._take(replace(self.desk.catch_up(), mine=None))

    def resend(self, rest: str) -> None:
        which, _, number = rest.partition(" ")
        row = self._account(which)
        report = self._resend(row.id, number.strip() or None)
        if report is None:
            return
        self._say_lines(report_lines(self.office, report, WIDTH))
        self._take(replace(self.desk.catch_up(), mine=None))
        self._say_lines(key_in_lines(self.desk.not_reached().to_key_in))

    def _resend(self, account: str, number: str | None) -> SendReport | None:
        """Sends again; for a number that is another account's too once a reason was typed, None without one."""
        try:
            return self.desk.resend(account, number)
        except NumberOfAnother as error:
            self._say(another_words(error))
            reason = self._ask("Why (Enter: nothing is sent): ").strip()
            if reason:
                return self.desk.resend(account, number, reason)
            self._say("Nothing was sent.")
            return None


def _showing(tab: Tab) -> Callable[[Plain, str], None]:
    return lambda plain, _: plain.show(tab)


def _deciding(decision: Lasting) -> Callable[[Plain, str], None]:
    return lambda plain, rest: plain.decide(decision, rest)


#: What each action of the table of actions does here.
DOES: Mapping[str, Callable[[Plain, str], None]] = {
    **{tab.word: _showing(tab) for tab in TABS},
    "search": Plain.search,
    "sort": Plain.sort,
    "reverse": Plain.reverse,
    "why": Plain.why,
    "rules": Plain.rules,
    "problems": Plain.problems,
    "reload": Plain.reload,
    "toggle": Plain.toggle,
    "tick-all": Plain.tick_all,
    "untick-all": Plain.untick_all,
    "invert": Plain.invert,
    "snooze": Plain.snooze,
    "unsnooze": Plain.unsnooze,
    "release": Plain.release,
    "finish": Plain.finish,
    **{each.name: _deciding(each) for each in LASTING},
    "undo": Plain.undo,
    "send": Plain.send,
    "resend": Plain.resend,
    "help": Plain.help,
    "quit": Plain.quit,
}


class _ctrl_c:  # noqa: N801  it reads as a word in a `with`
    """While sending, Ctrl-C finishes the message in hand and then stops."""

    def __init__(self, stop: threading.Event, say: Callable[[str], None]) -> None:
        self._stop, self._say = stop, say
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        import signal

        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            number = getattr(signal, name, 0)
            # Only the main thread may; elsewhere nobody presses it.
            with suppress(ValueError, TypeError):
                self._before[number] = signal.signal(number, self._pressed)

    def _pressed(self, *_: object) -> None:
        if not self._stop.is_set():
            self._stop.set()
            self._say("Stopping after the message in hand.")

    def __exit__(self, *_: object) -> None:
        import signal

        for number, before in self._before.items():
            with suppress(ValueError, TypeError):
                signal.signal(number, before)

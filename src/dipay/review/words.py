"""What is read on the screen and spoken in plain mode: the same lines for both, as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.console import Console

from dipay.domain.campaigns import message_name
from dipay.domain.problems import Severity
from dipay.grammar.dates import format_day
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.office import Office
from dipay.render.explain import passed_line, print_answer, print_facts, print_passed, print_reasons, print_record
from dipay.render.fitting import fitted
from dipay.render.outcomes import print_replies, print_undeliverable
from dipay.render.safe import printable
from dipay.render.sending import print_report
from dipay.render.status import shown_portion
from dipay.review.batch import Batch
from dipay.review.columns import reply_in_short, reply_status, status
from dipay.review.model import Model, Total
from dipay.review.rows import ReplyRow, Row, TableRow
from dipay.services.answers import Answer
from dipay.services.confirming import Sent
from dipay.services.planning import message_for, rendered
from dipay.services.reviewing import Review, Why
from dipay.services.run import SendReport
from dipay.services.sending import STAND_IN
from dipay.services.undeliverable import NotReached, NumberOfAnother

if TYPE_CHECKING:
    from dipay.exports.tables.entries import Entry


class Paper:
    """A console that writes to memory: what the commands print, read back as lines of plain text."""

    def __init__(self, width: int) -> None:
        self._out = StringIO()
        self.console = Console(
            file=self._out, width=max(20, width), color_system=None, force_terminal=False, highlight=False,
            markup=False, emoji=False, legacy_windows=False,
        )  # fmt: skip

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._out.getvalue().splitlines()]


def amount_of(total: Total) -> str:
    return f"{total.count:,} {format_cents(total.amount_cents)}"


def totals_line(model: Model, width: int | None = None) -> str:
    """What is ticked, and what is marked or found: always in sight. In fewer words where there is little room."""
    first, follow_ups = model.first_requests, model.follow_ups
    shares = [(first, "first requests")]
    if follow_ups.able.count or follow_ups.stopped.count:
        shares.append((follow_ups, "follow-ups"))
    notes = []
    if without := first.ticked.without_number + follow_ups.ticked.without_number:
        notes.append(f"{without:,} without a number")
    if stopped := follow_ups.stopped.count:
        notes.append(f"{stopped:,} kept back")
    more = _marked_or_found(model)
    noted = f" ({', '.join(notes)}){more}" if notes else more
    long, short = (
        "Ticked "
        + ", ".join(
            f"{share.ticked.count:,}{of}{share.able.count:,} {what} {format_cents(share.ticked.amount_cents)}"
            for share, what in shares
        )
        for of in (" of ", "/")
    )
    lines = f"{long}{noted}", f"{short}{noted}", f"{long}{more}", f"{short}{more}"
    return next((each for each in lines if width is None or len(each) <= width), lines[-1])


def reply_lines(row: ReplyRow, office: Office, width: int) -> list[str]:
    """A reply in full: who, when, what, what it holds, and the keys that settle it."""
    paper = Paper(width)
    answer = row.answer
    if row.of is not None:
        answer = replace(answer, name=row.name, reply=replace(answer.reply, guarantor_id=row.id))
    print_replies([answer], office.zone, paper.console)
    paper.console.print("Keys: f dealt with, p paid, m wrong number, t opt out, s snooze")
    return paper.lines()


def reply_words(answer: Answer, review: Review) -> str:
    """A reply in one line, in full: when, what it is taken for, and its text."""
    return printable(reply_in_short(answer, review.worklist.day))


def problem_lines(said: str, review: Review) -> list[str]:
    """What was said at last, in full, and what is wrong with the exports; the notes at the end."""
    problems = sorted(review.listing.problems, key=lambda each: each.severity is Severity.NOTE)
    lines = [f"{each.severity}: {each}" for each in problems] or ["Nothing is wrong with the exports."]
    told = [said, ""] if said else []
    return [printable(line) for line in [*told, *lines]]


def _marked_or_found(model: Model) -> str:
    if model.anchor is not None and len(model.marked) > 1:
        amount = sum(row.amount_cents for row in model.targets())
        return f" | marked {len(model.marked):,}: {format_cents(amount)}"
    return f" | found {len(model.shown):,}" if model.query.strip() else ""


def row_words(row: Row, review: Review) -> str:
    """A row in one line to be read aloud."""
    day = review.worklist.day
    if isinstance(row, ReplyRow):
        whose = f"{row.name}, account {row.id}" if row.id else row.name
        return printable(f"{whose}, {row.number or 'no number kept'}, {reply_status(row, day)}")
    account = row.account
    tick = "" if not row.may_go else "ticked, " if row.ticked else "not ticked, "
    days = account.aged.oldest_unpaid_days
    parts = [
        f"{account.name}, account {row.id}",
        shown_portion(account),
        f"{days} days" if days is not None else "no age",
        f"last visit {account.last_visit}" if account.last_visit else "no visit known",
        f"{tick}{status(row, day)}",
    ]
    return printable(", ".join(parts))


#: So many rows of a ledger are what somebody looks through before deciding.
LEDGER_ROWS = 12


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked up in the exports about an account: its rows in the ledger, the newest first, and where else it
    can be called, in words. None while that is being read.
    """

    entries: Sequence[Entry] | None = None
    numbers: str | None = None


def why_lines(
    office: Office, row: TableRow, why: Why, looked: Looked, width: int, *, opened: bool = False, spoken: bool = False
) -> list[str]:
    """Everything about one account: the answer, what speaks against it, what went before, the ledger in short, its
    message. The rules that it passed are only counted, but where they are `opened`. `spoken`: to be read aloud.
    """
    paper = Paper(width)
    console, explanation = paper.console, why.explanation
    say = console.print
    if row.news:
        say(printable(f"{row.news}."))
    if row.release is not None:
        say(printable(f"Released for today: {row.release.why}."))
    print_answer(explanation, console)
    if row.exhausted and looked.numbers is not None:
        say(f"To call: {looked.numbers or 'no other number in the export'}.")
    print_reasons(explanation, console, others=opened or spoken)
    say()
    print_record(why.record, explanation.day, console)
    for line in ledger_lines(row, looked.entries):
        say(printable(line))
    if why.balances:
        say("\nOwed in the exports since:")
        for day, cents in why.balances:
            say(f"  {format_day(day, explanation.day.as_of)}  {format_cents(cents)}")
    say()
    for line in message_lines(office, row, None if spoken else width):
        say(printable(line))
    say()
    print_facts(explanation, office.settings, console)
    say()
    if opened:
        print_passed(explanation, console, verbose=True)
    else:
        say(f"{passed_line(explanation)} ({'rules ROW' if spoken else 'v'} says each).")
    return paper.lines()


#: So begins the line that counts the rules an account passed.
PASSED = "Passed:"


def passed_lines(why: Why, width: int) -> list[str]:
    """The rules that an account passed, each with what it saw."""
    paper = Paper(width)
    print_passed(why.explanation, paper.console, verbose=True)
    return paper.lines()


def ledger_lines(row: TableRow, entries: Sequence[Entry] | None) -> list[str]:
    """The newest rows of the account's ledger: day, amount, the PMS's word for it, and who of the account."""
    if entries is None:
        return ["", "Ledger: reading ..."]
    if not entries:
        return []
    names = {each.patient_id: each.name for each in row.account.patients}
    shown = entries[:LEDGER_ROWS]
    title = f"Ledger, the newest {len(shown)} of {len(entries):,} rows:" if len(shown) < len(entries) else "Ledger:"
    lines = ["", title]
    for each in shown:
        day = str(each.day) if each.day is not None else "unreadable"
        amount = format_cents(each.cents) if each.cents is not None else "unreadable"
        who = f"  {names.get(each.patient_id, each.patient_id)}" if len(names) > 1 else ""
        lines.append(f"  {day:<10} {amount:>11}  {each.what}{who}".rstrip())
    return lines


#: A text on a phone has about so many letters in a line.
BUBBLE = 34


def message_lines(office: Office, row: TableRow, width: int | None) -> list[str]:
    """The message as the phone shows it, with a stand-in for its link's own code; or why there is none.

    Without a width it is told in a line.
    """
    account, step = row.account, row.follow_up.step if row.follow_up is not None else 0
    if account.amount_cents <= 0:
        return ["No message: there is nothing to pay."]
    settings = office.settings
    message = rendered(message_for(account, account.phone or "", step, settings, named=False), settings, STAND_IN)
    name = f"The {message_name(step, len(settings.campaign.messages) - 1)}"
    about = f"{message.charge}, {message.encoding}; the x's stand for the link's own code."
    if width is None:
        return [f"{name}: {message.text}", about]
    inside = min(BUBBLE, width - 5)
    lines = wrap(message.text, inside, break_on_hyphens=False)
    edge = "-" * (inside + 2)
    return [
        f"{name}, as the phone shows it:",
        f" .{edge}.", *(f" | {fitted(line, inside)} |" for line in lines), f" '{edge}'", about,
    ]  # fmt: skip


def batch_lines(batch: Batch, rehearsal: bool) -> list[str]:
    """The batch to be confirmed: count, amount, segments, the first message in full, what looks odd."""
    if not batch.count:
        lines = ["There is no message to send now."]
    else:
        parts = [
            f"{part.count:,} {what if part.count == 1 else f'{what}s'} {format_cents(part.amount_cents)}"
            for part, what in ((batch.first_requests, "first request"), (batch.follow_ups, "follow-up"))
            if part.count
        ]
        segments = "1 segment" if batch.segments == 1 else f"{batch.segments:,} segments"
        lines = [f"{messages(batch.count)}: {' and '.join(parts)}; {segments}."]
    if rehearsal:
        lines.append("A rehearsal: the messages become files in the outbox folder; nobody is texted.")
    if batch.first is not None:
        number = format_phone(batch.first_number)
        lines += ["", f"The first one, to {batch.first_name}, {number}:", f"  {batch.first.text}"]
    lines += ["", "To look at before sending:" if batch.oddities or batch.stops else "Nothing looks odd."]
    lines += [f"! {each}" for each in batch.stops]
    lines += [f"- {each}" for each in batch.oddities]
    return [printable(line) for line in lines]


def sent_lines(office: Office, sent: Sent, width: int) -> list[str]:
    """What a run did, and what did not go because it changed meanwhile."""
    lines = report_lines(office, sent.report, width)
    lines += [
        printable(f"Not sent: account {each.guarantor_id} changed meanwhile: {each.why}.") for each in sent.changed
    ]
    return lines


def report_lines(office: Office, report: SendReport, width: int) -> list[str]:
    """What a run did, with what a person should know."""
    paper = Paper(width)
    print_report(report, office.settings.messaging.provider, office.zone, paper.console)
    for line in report.kept:
        if line.outcome == "undeliverable":
            paper.console.print(printable(f"Account {line.guarantor_id}: undeliverable: {line.why}"))
    for problem in report.problems:
        paper.console.print(printable(f"{problem.severity}: {problem}"))
    return paper.lines()


def undeliverable_lines(entry: NotReached, width: int) -> list[str]:
    """One entry of the Undeliverable list."""
    paper = Paper(width)
    print_undeliverable([entry], paper.console)
    return paper.lines()


def another_words(error: NumberOfAnother) -> str:
    """That a number is another account's too, and what to do about it here."""
    (problem,) = error.problems
    return f"{problem.message[:1].upper()}{problem.message[1:]} Ask whose it is; if it is theirs too, type why."


def messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number:,} messages"

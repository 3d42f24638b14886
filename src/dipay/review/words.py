"""What is read on the screen and spoken in plain mode: the same lines for both, as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.office import Office
from dipay.render.explain import print_explanation
from dipay.render.history import request_lines
from dipay.render.outcomes import print_undeliverable
from dipay.render.safe import printable
from dipay.render.sending import print_report
from dipay.review.batch import Batch
from dipay.review.columns import status
from dipay.review.model import Model, Total
from dipay.review.rows import PENDING, TableRow
from dipay.services.confirming import Sent
from dipay.services.planning import message_for, rendered
from dipay.services.reviewing import Review, Why
from dipay.services.run import SendReport
from dipay.services.sending import STAND_IN
from dipay.services.undeliverable import NotReached

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


def totals_line(model: Model) -> str:
    """What is ticked, and what is marked or found: always in sight."""
    ticked, all_ = model.ticked, model.total(PENDING)
    line = f"Ticked {ticked.count:,} of {all_.count:,}: {format_cents(ticked.amount_cents)}"
    if ticked.without_number:
        line += f" ({ticked.without_number:,} without a number)"
    if model.anchor is not None and len(model.marked) > 1:
        amount = sum(row.amount_cents for row in model.targets())
        line += f" | marked {len(model.marked):,}: {format_cents(amount)}"
    elif model.query.strip():
        line += f" | found {len(model.shown):,}"
    return line


def row_words(row: TableRow, review: Review) -> str:
    """A row in one line to be read aloud."""
    account = row.account
    tick = "" if not row.may_go else "ticked, " if row.ticked else "not ticked, "
    days = account.aged.oldest_unpaid_days
    parts = [
        f"{account.name}, account {row.id}",
        format_cents(account.aged.patient_portion_cents),
        f"{days} days" if days is not None else "no age",
        f"last visit {account.last_visit}" if account.last_visit else "no visit known",
        f"{tick}{status(row, review.worklist.day)}",
    ]
    return printable(", ".join(parts))


#: So many rows of a ledger are what somebody looks through before deciding.
LEDGER_ROWS = 12


def why_lines(office: Office, row: TableRow, why: Why, entries: Sequence[Entry] | None, width: int) -> list[str]:
    """Everything about one account: rules, aging, the ledger in short, history, its message.

    `entries` are its rows in the ledger, the newest first; None while they are being read.
    """
    paper = Paper(width)
    if row.news:
        paper.console.print(printable(f"{row.news}."))
    print_explanation(why.explanation, office.settings, paper.console)
    say = paper.console.print
    if row.release is not None:
        say(printable(f"\nReleased today: {row.release.why}."))
    for line in ledger_lines(row, entries):
        say(printable(line))
    say("\nRequests so far")
    for line in request_lines(why.requests, office.zone, len(office.settings.campaign.messages) - 1):
        say(printable(line))
    if why.balances:
        say("\nOwed in the exports since")
        for day, cents in why.balances:
            say(f"{day}  {format_cents(cents)}")
    say("\nThe message, as it would go out")
    say(printable(message_words(office, row)))
    return paper.lines()


def ledger_lines(row: TableRow, entries: Sequence[Entry] | None) -> list[str]:
    """The newest rows of the account's ledger: day, amount, the PMS's word for it, and who of the account."""
    if entries is None:
        return ["", "Ledger", "Reading ..."]
    if not entries:
        return []
    names = {each.patient_id: each.name for each in row.account.patients}
    shown = entries[:LEDGER_ROWS]
    title = f"Ledger, the newest {len(shown)} of {len(entries):,} rows" if len(shown) < len(entries) else "Ledger"
    lines = ["", title]
    for each in shown:
        day = str(each.day) if each.day is not None else "unreadable"
        amount = format_cents(each.cents) if each.cents is not None else "unreadable"
        who = f"  {names.get(each.patient_id, each.patient_id)}" if len(names) > 1 else ""
        lines.append(f"{day:<10} {amount:>11}  {each.what}{who}".rstrip())
    return lines


def message_words(office: Office, row: TableRow) -> str:
    """The first message of this account, with a stand-in for its link's own code; or why there is none."""
    account = row.account
    if account.amount_cents <= 0:
        return "None: there is nothing to pay."
    message = rendered(message_for(account, account.phone or "", 0, office.settings), office.settings, STAND_IN)
    return f"{message.text} ({message.charge}, {message.encoding}; the x's stand for the link's own code)"


def batch_lines(batch: Batch, rehearsal: bool) -> list[str]:
    """The batch to be confirmed: count, amount, segments, the first message in full, what looks odd."""
    if not batch.count:
        lines = ["There is no message to send now."]
    else:
        follow_ups = f", {batch.follow_ups:,} of them follow-ups" if batch.follow_ups else ""
        lines = [
            f"{messages(batch.count)}{follow_ups}, asking for {format_cents(batch.amount_cents)}, "
            f"{batch.segments:,} segment{'' if batch.segments == 1 else 's'}."
        ]
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


def messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number:,} messages"

"""`send`, also `--dry-run`, as people and programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from dipay.domain.campaigns import message_name
from dipay.domain.worklist import View
from dipay.grammar.languages import language_name
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.payments import payment_lines
from dipay.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from rich.console import Console

    from dipay.render.as_json import Data
    from dipay.services.planning import LeftOut, Plan
    from dipay.services.run import SendReport, SentLine
    from dipay.services.sending import DryRun, Preview


def print_dry_run(dry: DryRun, zone: tzinfo, console: Console) -> None:
    """Every message as it would go out, then who waits and who stays, and why."""
    for preview in dry.previews:
        message, text = preview.message, preview.rendered
        step = message_name(message.step, dry.follow_ups)
        head = (
            f"{message.account.name} ({message.account.guarantor_id}), {format_phone(message.number)}, "
            f"{format_cents(message.amount_cents)}, {step} in {language_name(message.language)}: "
            f"{text.encoding}, {text.charge}"
        )
        console.print(Text(printable(head), style="bold"))
        console.print(Padding(Text(printable(text.text)), (0, 0, 0, 2)))
        if text.straightened:
            console.print(Padding(Text(f"straightened: {', '.join(text.straightened)}"), (0, 0, 0, 2)))
    console.print()
    for line in plan_lines(dry.plan, zone):
        console.print(Text(line))
    for each in dry.skipped:
        console.print(Text(f"Would be skipped: account {each.guarantor_id}: {printable(each.why)}."))
    if dry.over_limit:
        console.print(Text(f"Left for another day by daily_limit: {so_many_messages(dry.over_limit)}."))
    counts = dry.listing.worklist.counts()
    others = [f"{counts[view]} {view.value}" for view in View if view is not View.PENDING and counts[view]]
    if others:
        reasons = ", ".join(f"{code} {count}" for code, count in dry.listing.worklist.reason_counts().items())
        console.print(Text(f"Not asked: {', '.join(others)}, for {reasons}. `dipay list --view all` says why."))
    more = ", which the processor makes when it is sent" if dry.links_are_made else ""
    console.print(Text(f"Nothing was written or sent. The x's stand for each link's own code{more}."))


def plan_lines(plan: Plan, zone: tzinfo) -> list[str]:
    """The plan in a few lines."""
    amount = format_cents(sum(each.amount_cents for each in plan.messages))
    follow_ups = sum(each.step > 0 for each in plan.messages)
    more = f", {follow_ups} of them follow-ups" if follow_ups else ""
    lines = [f"To send now: {so_many_messages(len(plan.messages))}{more}, asking for {amount}."]
    if plan.waiting:
        until = min((each.until for each in plan.waiting if each.until is not None), default=None)
        when = f"; the next allowed time is {until.astimezone(zone):%a %d %b %H:%M}" if until is not None else ""
        lines.append(f"Outside the send window: {so_many_messages(len(plan.waiting))}{when}.")
    if plan.without_number:
        names = ", ".join(account.guarantor_id for account in plan.without_number)
        lines.append(f"To the Undeliverable list, for want of a mobile number: {names}.")
    return [*lines, *_left_out_lines(plan.left_out)]


def _left_out_lines(left_out: Iterable[LeftOut]) -> list[str]:
    return [f"Left out: account {each.guarantor_id}: {printable(each.why)}." for each in left_out]


def _left_out_data(left_out: Iterable[LeftOut]) -> list[Data]:
    return [{"guarantor_id": each.guarantor_id, "why": each.why} for each in left_out]


def dry_run_data(dry: DryRun) -> Data:
    """`send --dry-run`'s data, of the same shape as a run's."""
    return {
        "campaign_id": None,
        "accepted": 0,
        "undeliverable": 0,
        "in_doubt": 0,
        "held": len(dry.plan.left_out),
        "skipped": len(dry.skipped),
        "left": len(dry.plan.messages) + dry.over_limit,
        "waiting": len(dry.plan.waiting),
        "without_number": [account.guarantor_id for account in dry.plan.without_number],
        "left_out": _left_out_data(dry.plan.left_out),
        "would_skip": _left_out_data(dry.skipped),
        "messages": [preview_data(each) for each in dry.previews],
    }


def preview_data(preview: Preview) -> Data:
    """A message as it would go out."""
    return {
        "request_id": None,
        "guarantor_id": preview.message.account.guarantor_id,
        "to": preview.message.number,
        "text": preview.rendered.text,
        "encoding": preview.rendered.encoding,
        "language": preview.message.language,
        "segments": preview.rendered.segments,
        "costly_letters": list(preview.rendered.costly),
        "straightened": list(preview.rendered.straightened),
        "step": preview.message.step,
        "outcome": "dry-run",
        "provider_id": None,
    }


def send_data(report: SendReport) -> Data:
    """`send`'s data."""
    from dipay.render.as_json import Each

    return {
        "campaign_id": report.run_id,
        "accepted": report.count("accepted"),
        "undeliverable": report.count("undeliverable"),
        "in_doubt": report.count("in doubt"),
        "held": len(report.left_out),
        "skipped": report.count("skipped", "not sent"),
        "left": report.left,
        "waiting": report.waiting,
        "left_out": _left_out_data(report.left_out),
        "new_replies": report.asked.replies if report.asked else {},
        "replies_waiting": report.asked.waiting if report.asked else 0,
        "payments": report.asked.payments if report.asked else {},
        "links_off": report.asked.links_off if report.asked else 0,
        "next_allowed": report.next_allowed.isoformat() if report.next_allowed else None,
        "messages": Each(lambda: map(_line_data, report.lines)),
    }


def _line_data(line: SentLine) -> Data:
    return {
        "request_id": line.request_id,
        "guarantor_id": line.guarantor_id,
        "to": line.to,
        "text": line.text,
        "segments": line.segments,
        "step": line.step,
        "outcome": line.outcome,
        "provider_id": line.provider_id,
        "why": line.why or None,
    }


def line_text(line: SentLine) -> str:
    """One message of a run: account, number, outcome, and why where it failed."""
    number = format_phone(line.to) if line.to else "no number"
    why = f": {line.why}" if line.why else ""
    return printable(f"{line.guarantor_id}  {number}  {line.outcome}{why}")


def print_report(
    report: SendReport,
    provider: str,
    zone: tzinfo,
    console: Console,
    *,
    only_named: Mapping[str, str] | None = None,
) -> None:
    """What a run did. `only_named`: it was for accounts that were named, of which each is told with what became of it.

    They are given with what they are called. Of others only the numbers are told: cron mails what it is told.
    """
    outcomes = ("accepted", "undeliverable", "in doubt", "skipped", "not sent")
    parts = [f"{report.count(each)} {each}" for each in outcomes if report.count(each)]
    nothing = "Nothing was sent" if report.left or report.waiting or report.left_out else "Nothing to send"
    console.print(Text(f"{', '.join(parts) or nothing}."))
    for text in _answer_lines(report):
        console.print(Text(text))
    if only_named is not None:
        for line in report.lines:
            console.print(Text(_named_line(line, only_named.get(line.guarantor_id))))
        for text in _left_out_lines(report.left_out):
            console.print(Text(text))
    else:
        for line in report.kept:
            if line.outcome in {"in doubt", "skipped", "not sent"}:
                console.print(Text(printable(f"Account {line.guarantor_id}: {line.outcome}: {line.why}")))
        if report.left_out:
            one = len(report.left_out) == 1
            due = "1 follow-up that is" if one else f"{len(report.left_out):,} follow-ups that are"
            console.print(Text(f"Left out: {due} due. `dipay send --dry-run` says why."))
    if report.left:
        console.print(Text(f"Left for later: {so_many_messages(report.left)}."))
    if report.waiting:
        when = (
            f"; the next allowed time is {report.next_allowed.astimezone(zone):%a %d %b %H:%M}"
            if report.next_allowed
            else ""
        )
        console.print(Text(f"Outside the send window: {so_many_messages(report.waiting)}{when}."))
    if provider == "outbox" and report.count("accepted"):
        console.print(Text("This was a rehearsal: the messages are files in the outbox folder; nobody was texted."))
        if report.has_stand_ins:
            console.print(Text("Their links are stand-ins: no payment link is made in a rehearsal."))
    if report.count("undeliverable"):
        console.print(Text("`dipay undeliverable` says what to do for each that was not reached."))


def _named_line(line: SentLine, name: str | None) -> str:
    """One message to somebody who was named: whom, where to, and what became of it."""
    whom = f"{name} ({line.guarantor_id})" if name else f"Account {line.guarantor_id}"
    number = f", {format_phone(line.to)}" if line.to else ""
    why = f": {line.why}" if line.why else ""
    return printable(f"{whom}{number}: {line.outcome}{why}")


def _answer_lines(report: SendReport) -> list[str]:
    """What patients had answered before the first message went out, by number alone."""
    asked = report.asked
    if asked is None:
        return []
    lines = []
    if asked.opted_out:
        lines.append(f"Opted out since: {asked.opted_out}. They are not texted again.")
    if asked.waiting:
        one = asked.waiting == 1
        several = f"{asked.waiting} replies wait for you and hold their accounts"
        waits = "1 reply waits for you and holds its account" if one else several
        lines.append(f"{waits}: `dipay replies`.")
    return [*lines, *payment_lines(asked)]


def so_many_messages(number: int) -> str:
    """The number of messages in words."""
    return "1 message" if number == 1 else f"{number:,} messages"

"""`send`, `sync` and `undeliverable` as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text

from dipay.domain.worklist import View
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from rich.console import Console

    from dipay.services.planning import Plan
    from dipay.services.run import SendReport, SentLine
    from dipay.services.sending import DryRun
    from dipay.services.syncing import SyncReport
    from dipay.services.undeliverable import NotReached
    from dipay.state.journal import Reply

Data = dict[str, Any]


def print_dry_run(dry: DryRun, zone: tzinfo, console: Console) -> None:
    """Every message as it would go out, then who waits and who stays, and why."""
    for preview in dry.previews:
        message, text = preview.message, preview.rendered
        step = f", follow-up {message.step}" if message.step else ""
        head = (
            f"{printable(message.account.name)} ({message.account.guarantor_id}), {format_phone(message.number)}, "
            f"{format_cents(message.account.amount_cents)}{step}: {text.encoding}, {_segments(text.segments)}"
        )
        console.print(Text(head, style="bold"))
        console.print(Padding(Text(printable(text.text)), (0, 0, 0, 2)))
        if text.straightened:
            console.print(Padding(Text(f"straightened: {', '.join(text.straightened)}"), (0, 0, 0, 2)))
    console.print()
    for line in plan_lines(dry.plan, zone):
        console.print(Text(line))
    counts = dry.listing.worklist.counts()
    others = [f"{counts[view]} {view.value}" for view in View if view is not View.PENDING and counts[view]]
    if others:
        reasons = ", ".join(f"{code} {count}" for code, count in dry.listing.worklist.reason_counts().items())
        console.print(Text(f"Not asked: {', '.join(others)}, for {reasons}. `dipay list --view all` says why."))
    console.print(Text("Nothing was written or sent. The x's stand for each link's own code."))


def plan_lines(plan: Plan, zone: tzinfo) -> list[str]:
    """The plan in a few lines."""
    amount = format_cents(sum(each.account.amount_cents for each in plan.messages))
    follow_ups = sum(each.step > 0 for each in plan.messages)
    more = f", {follow_ups} of them follow-ups" if follow_ups else ""
    lines = [f"To send now: {_messages(len(plan.messages))}{more}, asking for {amount}."]
    if plan.waiting:
        until = min((each.until for each in plan.waiting if each.until is not None), default=None)
        when = f"; the next allowed time is {until.astimezone(zone):%a %d %b %H:%M}" if until is not None else ""
        lines.append(f"Outside the send window: {_messages(len(plan.waiting))}{when}.")
    if plan.without_number:
        names = ", ".join(account.guarantor_id for account in plan.without_number)
        lines.append(f"To the Undeliverable list, for want of a mobile number: {names}.")
    lines.extend(f"Left out: account {each.guarantor_id}: {printable(each.why)}." for each in plan.left_out)
    return lines


def dry_run_data(dry: DryRun) -> Data:
    """`send --dry-run`'s data, of the same shape as a run's."""
    return {
        "campaign_id": None,
        **_counts(accepted=0, undeliverable=0, in_doubt=0, held=len(dry.plan.left_out), skipped=0,
                  left=len(dry.plan.messages)),
        "waiting": len(dry.plan.waiting),
        "without_number": [account.guarantor_id for account in dry.plan.without_number],
        "left_out": [{"guarantor_id": each.guarantor_id, "why": each.why} for each in dry.plan.left_out],
        "messages": [
            {
                "request_id": None,
                "guarantor_id": each.message.account.guarantor_id,
                "to": each.message.number,
                "text": each.rendered.text,
                "encoding": each.rendered.encoding,
                "segments": each.rendered.segments,
                "straightened": list(each.rendered.straightened),
                "step": each.message.step,
                "outcome": "dry-run",
                "provider_id": None,
            }
            for each in dry.previews
        ],
    }  # fmt: skip


def _counts(**counts: int) -> Data:
    return dict(counts)


def send_data(report: SendReport) -> Data:
    """`send`'s data."""
    from dipay.render.as_json import Each

    return {
        "campaign_id": report.run_id,
        "accepted": report.count("accepted"),
        "undeliverable": report.count("undeliverable"),
        "in_doubt": report.count("in doubt"),
        "held": report.held,
        "skipped": report.count("skipped", "not sent"),
        "left": report.left,
        "waiting": report.waiting,
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


def print_report(report: SendReport, provider: str, zone: tzinfo, console: Console) -> None:
    """What a run did."""
    outcomes = ("accepted", "undeliverable", "in doubt", "skipped", "not sent")
    parts = [f"{report.count(each)} {each}" for each in outcomes if report.count(each)]
    console.print(Text(f"{', '.join(parts) or 'Nothing to send'}."))
    for line in report.kept:
        if line.outcome in {"in doubt", "skipped", "not sent"}:
            console.print(Text(printable(f"Account {line.guarantor_id}: {line.outcome}: {line.why}")))
    if report.left:
        console.print(Text(f"Left for later: {_messages(report.left)}."))
    if report.waiting:
        when = (
            f"; the next allowed time is {report.next_allowed.astimezone(zone):%a %d %b %H:%M}"
            if report.next_allowed
            else ""
        )
        console.print(Text(f"Outside the send window: {_messages(report.waiting)}{when}."))
    if provider == "outbox" and report.count("accepted"):
        console.print(Text("This was a rehearsal: the messages are files in the outbox folder; nobody was texted."))
    if report.count("undeliverable"):
        console.print(Text("`dipay undeliverable` says what to do for each that was not reached."))


def print_undeliverable(found: Sequence[NotReached], console: Console) -> None:
    """The Undeliverable list: who, which number, why, what to do."""
    if not found:
        console.print(Text("Everybody was reached."))
        return
    for each in found:
        number = format_phone(each.entry.number) if each.entry.number else "no number"
        console.print(
            Text(
                printable(f"{each.name} ({each.entry.guarantor_id}), {number}, since {each.entry.since}"), style="bold"
            )
        )
        console.print(Padding(Text(printable(f"{each.entry.why}.")), (0, 0, 0, 2)))
        console.print(Padding(Text(printable(each.advice), style="dim"), (0, 0, 0, 2)))


def undeliverable_data(found: Sequence[NotReached]) -> Data:
    return {
        "undeliverable": [
            {
                "guarantor_id": each.entry.guarantor_id,
                "name": each.name,
                "number": each.entry.number,
                "number_now": each.number_now,
                "code": each.entry.code,
                "why": each.entry.why,
                "since": each.entry.since.isoformat(),
                "advice": each.advice,
            }
            for each in found
        ]
    }


def print_sync(report: SyncReport, waiting: Sequence[Reply], console: Console) -> None:
    """What the provider told, and the replies somebody should read."""
    for line in sync_lines(report):
        console.print(Text(line))
    for reply in waiting:
        who = f"account {reply.guarantor_id}" if reply.guarantor_id else "an unknown number"
        number = format_phone(reply.number) if reply.number else ""
        console.print(Text(printable(f"Reply of {who} {number} ({reply.kind.replace('_', ' ')}): {reply.text}")))


def sync_lines(report: SyncReport) -> list[str]:
    lines = []
    if report.restored:
        lines.append(f"Found at the provider and missing here after a restore: {_messages(report.restored)}.")
    if report.found:
        lines.append(f"In doubt, now found at the provider: {_messages(report.found)}.")
    told = ", ".join(f"{count} {state}" for state, count in report.deliveries.items())
    lines.append(f"Deliveries: {told or 'nothing new'}; {report.still_open} still under way.")
    replies = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in report.replies.items())
    lines.append(f"New replies: {replies or 'none'}.")
    if report.opted_out:
        lines.append(f"Opted out: {report.opted_out}. They will not be texted again.")
    return lines


def sync_data(report: SyncReport, waiting: Sequence[Reply]) -> Data:
    return {
        "found": report.found,
        "in_doubt": report.in_doubt,
        "restored": report.restored,
        "deliveries": report.deliveries,
        "under_way": report.still_open,
        "new_replies": report.replies,
        "opted_out": report.opted_out,
        "replies": [
            {"guarantor_id": each.guarantor_id, "number": each.number, "kind": each.kind, "text": each.text,
             "at": each.at.isoformat()}
            for each in waiting
        ],
    }  # fmt: skip


def _messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number:,} messages"


def _segments(number: int) -> str:
    return "1 segment" if number == 1 else f"{number} segments"

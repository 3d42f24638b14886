"""`sync`, `replies` and `undeliverable` as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from dipay.domain.reply_kinds import ReplyKind
from dipay.grammar.phones import format_phone
from dipay.render.payments import payment_lines, payments_data
from dipay.render.safe import printable
from dipay.render.sending import so_many_messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from rich.console import Console

    from dipay.render.as_json import Data
    from dipay.services.answers import Answer
    from dipay.services.syncing import SyncReport
    from dipay.services.undeliverable import NotReached, ToKeyIn


def print_undeliverable(entries: Sequence[NotReached], console: Console) -> None:
    """The Undeliverable list: who, which number, why, what to do."""
    if not entries:
        console.print(Text("Everybody was reached."))
        return
    for each in entries:
        number = format_phone(each.entry.number) if each.entry.number else "no number"
        console.print(
            Text(
                printable(f"{each.name} ({each.entry.guarantor_id}), {number}, since {each.entry.since}"), style="bold"
            )
        )
        console.print(Padding(Text(printable(f"{each.entry.why[:1].upper()}{each.entry.why[1:]}.")), (0, 0, 0, 2)))
        console.print(Padding(Text(printable(each.advice), style="dim"), (0, 0, 0, 2)))


def key_in_lines(corrections: Sequence[ToKeyIn]) -> list[str]:
    """The numbers to key into the PMS; none where there are none."""
    if not corrections:
        return []
    lines = ["Key into the PMS (each leaves this list once an export has it):"]
    for each in corrections:
        one = each.correction
        lines.append(printable(f"  {each.name} ({one.guarantor_id}): {format_phone(one.number)}, by {one.by}"))
    return lines


def undeliverable_data(entries: Sequence[NotReached], corrections: Sequence[ToKeyIn]) -> Data:
    return {
        "key_into_pms": [
            {
                "guarantor_id": each.correction.guarantor_id,
                "name": each.name,
                "number": each.correction.number,
                "by": each.correction.by,
                "at": each.correction.at.isoformat(),
            }
            for each in corrections
        ],
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
            for each in entries
        ],
    }


def print_replies(answers: Sequence[Answer], zone: tzinfo, console: Console) -> None:
    """Each reply: who, when, what, what it holds, and the command that settles it, or how it was settled."""
    if not answers:
        console.print(Text("No reply waits."))
        return
    for each in answers:
        reply = each.reply
        whose = f"{each.name} ({reply.guarantor_id})" if each.name else f"account {reply.guarantor_id}"
        whose = whose if reply.guarantor_id is not None else "a number that nobody was asked at"
        number = f", {format_phone(reply.number)}" if reply.number else ""
        when = f"{reply.at.astimezone(zone):%a %d %b %H:%M}"
        head = f"{reply.id}  {whose}{number}, {when}: {reply.kind.words}"
        console.print(Text(printable(head), style="bold" if each.waits else ""))
        said = f'"{reply.text}"' if reply.text else "(no text)" if reply.text == "" else "(past retention)"
        console.print(Padding(Text(printable(said)), (0, 0, 0, 4)))
        for line in _what_it_does(each, zone):
            console.print(Padding(Text(printable(line), style="dim"), (0, 0, 0, 4)))


def _what_it_does(answer: Answer, zone: tzinfo) -> list[str]:
    reply = answer.reply
    if reply.handled_at is not None:
        if not reply.handled_by:
            return []
        how = "dealt with" if reply.how == "done" else f"settled by {reply.how}"
        note = f": {reply.note}" if reply.note else ""
        return [f"{how} on {reply.handled_at.astimezone(zone):%d %b} by {reply.handled_by}{note}"]
    held = f"account {', '.join(answer.holds)} and its number" if answer.holds else "its number"
    return [f"Holds {held}, first requests, follow-ups and re-sends.", f"Settled by: {answer.settled_by}"]


def replies_data(answers: Sequence[Answer]) -> Data:
    return {
        "replies": [
            {
                "reply_id": each.reply.id,
                "guarantor_id": each.reply.guarantor_id,
                "name": each.name or None,
                "number": each.reply.number,
                "at": each.reply.at.isoformat(),
                "kind": each.reply.kind.value,
                "text": each.reply.text,
                "waits": each.waits,
                "holds": list(each.holds),
                "settled_by": each.settled_by or None,
                "handled_at": each.reply.handled_at.isoformat() if each.reply.handled_at else None,
                "handled_by": each.reply.handled_by or None,
                "how": each.reply.how or None,
                "note": each.reply.note or None,
            }
            for each in answers
        ]
    }


def print_sync(report: SyncReport, waiting: Sequence[Answer], zone: tzinfo, console: Console) -> None:
    """What the provider told, and the replies somebody should read."""
    for line in sync_lines(report):
        console.print(Text(line))
    if waiting:
        print_replies(waiting, zone, console)


def sync_lines(report: SyncReport) -> list[str]:
    lines = []
    if report.restored:
        lines.append(f"Found at the provider and missing here after a restore: {so_many_messages(report.restored)}.")
    if report.found:
        lines.append(f"In doubt, now found at the provider: {so_many_messages(report.found)}.")
    told = ", ".join(f"{count} {state}" for state, count in report.deliveries.items())
    lines.append(f"Deliveries: {told or 'nothing new'}; {report.still_open} still under way.")
    replies = ", ".join(f"{count} {ReplyKind(kind).words}" for kind, count in report.replies.items())
    lines.append(f"New replies: {replies or 'none'}.")
    if report.opted_out:
        lines.append(f"Opted out: {report.opted_out}. They will not be texted again.")
    if wished := report.replies.get(ReplyKind.OPT_IN.value):
        lines.append(f"May be texted again once you say so: {wished}. `dipay replies --all` says who; then")
        lines.append("  dipay optin ID --reason WHY")
    return [*lines, *payment_lines(report)]


def sync_data(report: SyncReport, waiting: Sequence[Answer]) -> Data:
    return {
        "found": report.found,
        "in_doubt": report.in_doubt,
        "restored": report.restored,
        "deliveries": report.deliveries,
        "under_way": report.still_open,
        "new_replies": report.replies,
        "opted_out": report.opted_out,
        **payments_data(report),
        **replies_data(waiting),
    }

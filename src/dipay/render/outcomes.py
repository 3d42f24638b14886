"""`sync` and `undeliverable` as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from dipay.grammar.phones import format_phone
from dipay.render.safe import printable
from dipay.render.sending import so_many_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from dipay.render.as_json import Data
    from dipay.services.syncing import SyncReport
    from dipay.services.undeliverable import NotReached
    from dipay.state.replies import KeptReply


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


def undeliverable_data(entries: Sequence[NotReached]) -> Data:
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
            for each in entries
        ]
    }


def print_sync(report: SyncReport, waiting: Sequence[KeptReply], console: Console) -> None:
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
        lines.append(f"Found at the provider and missing here after a restore: {so_many_messages(report.restored)}.")
    if report.found:
        lines.append(f"In doubt, now found at the provider: {so_many_messages(report.found)}.")
    told = ", ".join(f"{count} {state}" for state, count in report.deliveries.items())
    lines.append(f"Deliveries: {told or 'nothing new'}; {report.still_open} still under way.")
    replies = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in report.replies.items())
    lines.append(f"New replies: {replies or 'none'}.")
    if report.opted_out:
        lines.append(f"Opted out: {report.opted_out}. They will not be texted again.")
    return lines


def sync_data(report: SyncReport, waiting: Sequence[KeptReply]) -> Data:
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

"""`history` as people and programs read it: what was sent to an account, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dipay.domain.campaigns import message_name
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.state.requests import RequestKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from dipay.state.requests import Request


def history_lines(requests: Sequence[Request], zone: tzinfo, follow_ups: int) -> list[str]:
    """A line a request, in their order; `follow_ups` are how many a campaign has by the settings."""
    return [_line(each, zone, follow_ups) for each in requests] or ["Nothing was sent."]


def _line(request: Request, zone: tzinfo, follow_ups: int) -> str:
    when = f"{request.claimed_at.astimezone(zone):%Y-%m-%d %H:%M}"
    number = format_phone(request.number) if request.number else ""
    amount = format_cents(request.amount_cents) if request.amount_cents else ""
    rehearsal = " (rehearsal)" if request.rehearsal else ""
    what = f"{request_name(request, follow_ups)}: {became(request)}{rehearsal}"
    return f"{when}  {request.guarantor_id}  {number}  {amount}  {what}"


def request_name(request: Request, follow_ups: int) -> str:
    """What the message was; `follow_ups` are how many a campaign has by the settings."""
    if request.kind is RequestKind.SINGLE:
        return "single request"
    again = "re-send of the " if request.kind is RequestKind.RESEND else ""
    return again + message_name(request.step, follow_ups)


def became(request: Request) -> str:
    """What became of the message, as far as is known."""
    found = request.delivery.value if request.delivery else request.state.value.replace("_", " ")
    return f"{found}: {request.why}" if request.why else found


def history_data(requests: Sequence[Request]) -> dict[str, Any]:
    return {"requests": requests_data(requests)}


def requests_data(requests: Sequence[Request]) -> list[dict[str, Any]]:
    return [
        {
            "request_id": each.id,
            "guarantor_id": each.guarantor_id,
            "at": each.claimed_at.isoformat(),
            "to": each.number,
            "amount_cents": each.amount_cents,
            "kind": each.kind.value,
            "step": each.step,
            "outcome": each.state.value,
            "delivery": each.delivery.value if each.delivery else None,
            "code": each.code or None,
            "why": each.why or None,
            "provider": each.provider,
            "provider_id": each.provider_id,
            "text": each.text,
            "segments": each.segments,
        }
        for each in requests
    ]

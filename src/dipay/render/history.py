"""`history` as people and programs read it: what was sent to an account, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from dipay.state.requests import Request


def history_lines(requests: Sequence[Request], zone: tzinfo) -> list[str]:
    """A line a request, in their order."""
    return [_line(each, zone) for each in requests] or ["Nothing was sent."]


def _line(request: Request, zone: tzinfo) -> str:
    when = f"{request.claimed_at.astimezone(zone):%Y-%m-%d %H:%M}"
    number = format_phone(request.number) if request.number else ""
    amount = format_cents(request.amount_cents) if request.amount_cents else ""
    became = request.delivery.value if request.delivery else request.state.value.replace("_", " ")
    why = f": {request.why}" if request.why else ""
    rehearsal = " (rehearsal)" if request.rehearsal else ""
    what = f"{request.kind.value} {request.step + 1}: {became}{why}{rehearsal}"
    return f"{when}  {request.guarantor_id}  {number}  {amount}  {what}"


def history_data(requests: Sequence[Request]) -> dict[str, Any]:
    return {
        "requests": [
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
    }

"""What the double does to one POST; scripted by number or by turn."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.messaging.double import Call

Behaviour = Callable[["Call"], None]


def accept(*later: tuple[str, int | None]) -> Behaviour:
    """201 with the message; `later` states come one per poll, such as `("sent", None), ("undelivered", 30003)`."""

    def act(call: Call) -> None:
        call.answer(201, call.double.as_json(call.accept(*later)))

    return act


def accept_as(**changes: object) -> Behaviour:
    """Accepted, but the answer's fields are changed: `accept_as(sid=None)`."""

    def act(call: Call) -> None:
        call.answer(201, call.double.as_json(call.accept()) | changes)

    return act


def refuse(code: int, status: int = 400, words: str = "refused") -> Behaviour:
    """An error with a code, as Twilio words it."""

    def act(call: Call) -> None:
        call.answer(status, {"code": code, "message": f"{words} {call.post.to}", "status": status})

    return act


def refuse_by_problem_details(code: int, status: int = 400) -> Behaviour:
    """The same as an RFC 9457 body, which the library raises as another exception."""

    def act(call: Call) -> None:
        call.answer(status, {"type": "about:blank", "title": call.post.to, "status": 500, "code": code})

    return act


def too_many(retry_after: str | None = None) -> Behaviour:
    def act(call: Call) -> None:
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        call.answer(429, {"code": 20429, "message": "Too Many Requests", "status": 429}, headers)

    return act


def answer(
    status: int, body: object = "", *, accepted: bool = False, headers: dict[str, str] | None = None
) -> Behaviour:
    """Any answer: 5xx before or after accepting, a redirect, HTML, a list, an empty body."""

    def act(call: Call) -> None:
        if accepted:
            call.accept()
        call.answer(status, body, headers)

    return act


def drop(*, accepted: bool = True, reset: bool = True) -> Behaviour:
    def act(call: Call) -> None:
        if accepted:
            call.accept()
        call.drop(reset=reset)

    return act


def hang(seconds: float = 30.0, *, accepted: bool = True) -> Behaviour:
    """Says nothing for so long (or until the double is woken or ends), then answers."""

    def act(call: Call) -> None:
        message = call.accept() if accepted else None
        call.double.pause(seconds)
        with suppress(OSError):
            call.answer(201, call.double.as_json(message) if message else {})

    return act


def drip(seconds_a_byte: float = 0.05, *, status_line_too: bool = False) -> Behaviour:
    """Accepted, and the answer comes byte by byte: no silence is long, but the whole takes its time."""

    def act(call: Call) -> None:
        head, body = _created(call)
        slow = head + body if status_line_too else body
        call.raw(*(() if status_line_too else (head,)), *(bytes([each]) for each in slow), pause=seconds_a_byte)

    return act


def half() -> Behaviour:
    """Accepted, but the answer breaks off in the middle."""

    def act(call: Call) -> None:
        head, body = _created(call)
        call.raw(head + body[: len(body) // 2])

    return act


def _created(call: Call) -> tuple[bytes, bytes]:
    """The bytes of a right answer, for a behaviour to spoil."""
    content: dict[str, Any] = call.double.as_json(call.accept())
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode(), body

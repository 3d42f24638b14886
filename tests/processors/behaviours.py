"""What the processor's double does to one request; scripted by what is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.processors.double import Call

Behaviour = Callable[["Call"], None]


def go() -> Behaviour:
    """What the real one does."""

    def act(call: Call) -> None:
        call.answer(*call.process())

    return act


def changed(**fields: object) -> Behaviour:
    """Processed, but the answer has other values: `changed(id=None)`; of a list, each record of the page."""

    def act(call: Call) -> None:
        status, body = call.process()
        if isinstance(body.get("data"), list):
            call.answer(status, {**body, "data": [{**each, **fields} for each in body["data"]]})
        else:
            call.answer(status, {**body, **fields})

    return act


def refuse(status: int, code: str = "", kind: str = "invalid_request_error", words: str = "refused") -> Behaviour:
    """An error as Stripe words it, before anything is done."""

    def act(call: Call) -> None:
        call.answer(status, error(code, kind, words))

    return act


def error(code: str = "", kind: str = "invalid_request_error", words: str = "refused") -> dict[str, object]:
    return {"error": {"type": kind, "message": words} | ({"code": code} if code else {})}


def answer(
    status: int, body: object = "", *, processed: bool = False, headers: Mapping[str, str] | None = None
) -> Behaviour:
    """Any answer: 5xx before or after processing, a redirect, HTML, a list, an empty body."""

    def act(call: Call) -> None:
        if processed:
            call.process()
        call.answer(status, body, dict(headers or {}))

    return act


def drop(*, processed: bool = True, reset: bool = True) -> Behaviour:
    def act(call: Call) -> None:
        if processed:
            call.process()
        call.drop(reset=reset)

    return act


def hang(seconds: float = 30.0, *, processed: bool = True) -> Behaviour:
    """Says nothing for so long (or until the double is woken or ends), then answers."""

    def act(call: Call) -> None:
        status, body = call.process() if processed else (500, {})
        call.double.pause(seconds)
        with suppress(OSError):
            call.answer(status, body)

    return act


def half() -> Behaviour:
    """Processed, but the answer breaks off in the middle."""

    def act(call: Call) -> None:
        body = json.dumps(call.process()[1]).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        call.raw(head + body[: len(body) // 2])

    return act

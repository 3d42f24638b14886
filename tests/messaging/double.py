"""A provider on 127.0.0.1 that speaks the part of Twilio's Messages API that dipay uses, and misbehaves on request.

    with provider_double() as double:
        double.script(drop(accepted=True), to="+12075550101")
        sender = TwilioSender(double.account_sid, double.auth_token, from_number=double.number, base_url=double.url)

It keeps messages like the real one (create, fetch, list, paging, opt-out by STOP, states that come late) and every
POST, so that a test can say that a person was posted to exactly once. It also checks what the real one checks: the
credentials, and the fields' names.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.http_double import HttpCall, HttpDouble, HttpHandler
from tests.messaging.behaviours import Behaviour, accept, refuse

API: Final = "/2010-04-01"
_STOP_WORDS: Final = frozenset("STOP UNSUBSCRIBE END QUIT STOPALL REVOKE OPTOUT CANCEL".split())  # noqa: SIM905
_START_WORDS: Final = frozenset({"START", "YES", "UNSTOP"})
_CREATE_FIELDS: Final = frozenset({"To", "From", "MessagingServiceSid", "Body"})
_LIST_FIELDS: Final = frozenset({"To", "From", "DateSent", "DateSent>", "DateSent<", "PageSize", "Page", "PageToken"})


@dataclass(frozen=True, slots=True)
class Post:
    """One POST to create a message, as it came over the wire."""

    to: str
    text: str
    sender: str
    service: str


@dataclass(slots=True)
class Message:
    """One message as the provider keeps it. `later` are states that polls bring about, one after the other."""

    sid: str
    to: str
    sender: str
    text: str
    created_at: datetime
    direction: str = "outbound-api"
    status: str = "queued"
    error_code: int | None = None
    service: str | None = None
    sent_at: datetime | None = None
    later: list[tuple[str, int | None]] = field(default_factory=list)


class Call(HttpCall):
    """One POST under way, for a behaviour to answer."""

    def __init__(self, double: ProviderDouble, handler: _Handler, post: Post) -> None:
        super().__init__(handler)
        self.double = double
        self.post = post

    def accept(self, *later: tuple[str, int | None]) -> Message:
        """Takes the message, whatever is answered then."""
        return self.double.keep(self.post, later)


class ProviderDouble(HttpDouble):
    """The double's state. `lose_filters`: the second page of a list is of all messages. `hide_last`: so many of the
    newest messages are not in lists yet.
    """

    def __init__(self) -> None:
        self.account_sid = "AC" + "0123456789abcdef" * 2
        self.auth_token = "token-of-the-double"
        self.number = "+12075550100"
        self.posts: list[Post] = []
        self.gets: list[tuple[str, dict[str, str]]] = []
        self.messages: dict[str, Message] = {}
        self.opted_out: set[str] = set()
        self.lose_filters = False
        self.hide_last = 0
        self.answer_gets_with: Behaviour | None = None
        self._by_number: dict[str, list[Behaviour]] = {}
        self._by_turn: dict[int, Behaviour] = {}
        super().__init__(_handler_of(self))

    def script(self, *behaviours: Behaviour, to: str | None = None, turn: int | None = None) -> None:
        """What happens to POSTs: those to a number (the last behaviour goes on), or the n-th of all, from 1."""
        if to is not None:
            self._by_number[to] = list(behaviours)
        if turn is not None:
            (self._by_turn[turn],) = behaviours

    def posts_to(self, number: str) -> list[Post]:
        return [each for each in self.posts if each.to == number]

    def incoming(self, sender: str, text: str, *, at: datetime | None = None, to: str | None = None) -> Message:
        """A text from a patient; STOP and START work as at the provider."""
        word = text.strip().upper()
        if word in _STOP_WORDS:
            self.opted_out.add(sender)
        elif word in _START_WORDS:
            self.opted_out.discard(sender)
        when = at or self.now()
        message = Message(_new_sid(), to or self.number, sender, text, when, "inbound", "received", sent_at=when)
        self.messages[message.sid] = message
        return message

    def settle(self, sid: str, status: str, error_code: int | None = None) -> None:
        """The state that polls see from now on."""
        message = self.messages[sid]
        message.status, message.error_code = status, error_code

    def keep(self, post: Post, later: tuple[tuple[str, int | None], ...] = ()) -> Message:
        status = "accepted" if post.service else "queued"
        sender = post.sender or ("" if post.service else self.number)
        message = Message(
            _new_sid(), post.to, sender, post.text, self.now(), status=status, service=post.service or None
        )
        message.later = list(later)
        with self.lock:
            self.messages[message.sid] = message
        return message

    def as_json(self, message: Message) -> dict[str, Any]:
        """A message as the provider writes it."""
        return {
            "sid": message.sid,
            "account_sid": self.account_sid,
            "to": message.to,
            "from": message.sender or None,
            "body": message.text,
            "direction": message.direction,
            "status": message.status,
            "error_code": message.error_code,
            "error_message": None,
            "messaging_service_sid": message.service,
            "date_created": _as_date(message.created_at),
            "date_sent": _as_date(message.sent_at),
            "date_updated": _as_date(message.created_at),
            "num_segments": "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"{API}/Accounts/{self.account_sid}/Messages/{message.sid}.json",
            "subresource_uris": {},
        }

    def behaviour_for(self, post: Post) -> Behaviour:
        """What to do with a POST, which is noted."""
        with self.lock:
            self.posts.append(post)
            by_turn = self._by_turn.get(len(self.posts))
            queued = self._by_number.get(post.to, [])
            by_number = (queued.pop(0) if len(queued) > 1 else queued[0]) if queued else None
        if by_turn is not None or by_number is not None:
            return by_turn or by_number or accept()
        return refuse(21610) if post.to in self.opted_out else accept()

    def listed(self, query: dict[str, str]) -> dict[str, Any]:
        """A page of the list, newest first by when they were sent."""
        page, size = int(query.get("Page", "0")), int(query.get("PageSize", "50"))
        with self.lock:
            found = sorted(self.messages.values(), key=lambda each: each.sent_at or each.created_at, reverse=True)
        found = found[self.hide_last :]
        if not (self.lose_filters and page):
            found = [each for each in found if _fits(each, query)]
        part = found[page * size : (page + 1) * size]
        path = f"{API}/Accounts/{self.account_sid}/Messages.json"
        more = (
            query | {"Page": str(page + 1)} if not self.lose_filters else {"Page": str(page + 1), "PageSize": str(size)}
        )
        return {
            "messages": [self.as_json(each) for each in part],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + len(part) - 1,
            "uri": path,
            "first_page_uri": path,
            "previous_page_uri": None,
            "next_page_uri": f"{path}?{urlencode(more)}" if (page + 1) * size < len(found) else None,
        }


@contextmanager
def provider_double() -> Iterator[ProviderDouble]:
    double = ProviderDouble()
    try:
        yield double
    finally:
        double.close()


def _new_sid() -> str:
    return f"SM{secrets.token_hex(16)}"


def _as_date(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment.astimezone(UTC))


def _fits(message: Message, query: dict[str, str]) -> bool:
    after = query.get("DateSent>", "")[:10]
    return (
        query.get("To", message.to) == message.to
        and query.get("From", message.sender) == message.sender
        and (not after or (message.sent_at is not None and f"{message.sent_at:%Y-%m-%d}" >= after))
    )


class _Handler(HttpHandler):
    double: ProviderDouble

    @property
    def http(self) -> ProviderDouble:
        return self.double

    def do_POST(self) -> None:  # noqa: N802  the base class's way to call it
        content = self.content()
        if content is None:
            return
        fields = {name: values[0] for name, values in parse_qs(content, keep_blank_values=True).items()}
        if self._refused() or self._unknown(fields, _CREATE_FIELDS):
            return
        post = Post(
            fields.get("To", ""),
            fields.get("Body", ""),
            fields.get("From", ""),
            fields.get("MessagingServiceSid", ""),
        )
        self.double.behaviour_for(post)(Call(self.double, self, post))

    def do_GET(self) -> None:  # noqa: N802
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.double.gets.append((parts.path, query))
        if self._refused():
            return
        if self.double.answer_gets_with is not None:
            self.double.answer_gets_with(Call(self.double, self, Post(query.get("To", ""), "", "", "")))
            return
        base = f"{API}/Accounts/{self.double.account_sid}/Messages"
        if parts.path == f"{base}.json":
            if not self._unknown(query, _LIST_FIELDS):
                self.answer(200, self.double.listed(query))
            return
        message = self.double.messages.get(parts.path.removeprefix(f"{base}/").removesuffix(".json"))
        if message is None:
            self.answer(404, {"code": 20404, "message": "The requested resource was not found", "status": 404})
            return
        if message.later:
            message.status, message.error_code = message.later.pop(0)
            message.sent_at = message.sent_at or message.created_at + timedelta(seconds=1)
        self.answer(200, self.double.as_json(message))

    def _refused(self) -> bool:
        known = base64.b64encode(f"{self.double.account_sid}:{self.double.auth_token}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {known}":
            return False
        self.answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
        return True

    def _unknown(self, fields: dict[str, str], known: frozenset[str]) -> bool:
        """A field the real one does not have is a mistake of the caller."""
        if set(fields) <= known:
            return False
        self.answer(400, {"code": 20001, "message": "Unknown parameter", "status": 400})
        return True


def _handler_of(double: ProviderDouble) -> type[_Handler]:
    return type("Handler", (_Handler,), {"double": double})

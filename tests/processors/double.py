"""A processor on 127.0.0.1 that speaks the part of Stripe's API that dipay uses, and misbehaves on request.

    with processor_double() as double:
        double.script("make", drop(processed=True))
        processor = processor_for(double)
        link = processor.make_link("token-of-a-request", 12500)
        double.pay(link.link_id)

It keeps links, sessions, payments and refunds like the real one (keys of idempotency for a day, links that can be paid
once, paging, bank debits that settle later) and every request, so that a test can say what was asked and made. It also
checks what the real one checks: the key, its permissions, and the fields' names.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from dipay.processors.stripe import StripeProcessor
from tests.http_double import HttpCall, HttpDouble, HttpHandler
from tests.processors.behaviours import Behaviour, error, go

#: How long a key of idempotency is known.
KEY_LIFE: Final = timedelta(hours=24)
#: How long a session can be completed.
SESSION_LIFE: Final = timedelta(hours=24)

_MAKE_FIELDS: Final = frozenset(
    {
        "line_items[0][price_data][currency]", "line_items[0][price_data][unit_amount]",
        "line_items[0][price_data][product_data][name]", "line_items[0][quantity]", "metadata[dipay_request]",
        "payment_intent_data[metadata][dipay_request]", "restrictions[completed_sessions][limit]", "inactive_message",
        "submit_type", "expand[0]",
    }
)  # fmt: skip
_QUERIES: Final = {
    "links": frozenset({"active", "limit", "starting_after", "ending_before", "expand[0]"}),
    "sessions": frozenset(
        {"created[gte]", "status", "payment_link", "limit", "starting_after", "ending_before", "expand[0]"}
    ),
    "session": frozenset({"expand[0]"}),
    "refunds": frozenset({"created[gte]", "payment_intent", "limit", "starting_after", "ending_before"}),
}


class LinkIsOffError(Exception):
    """The patient sees the message of a link that is no longer in use."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as it came over the wire. `kind` is what a script calls it."""

    kind: str
    method: str
    path: str
    fields: dict[str, str]
    key: str
    headers: dict[str, str]


@dataclass(slots=True)
class PaymentLink:
    link_id: str
    url: str
    token: str
    amount: int
    currency: str
    product: str
    inactive_message: str
    made_at: datetime
    limit: int | None = 1
    active: bool = True
    completed: int = 0


@dataclass(slots=True)
class Session:
    session_id: str
    intent_id: str
    link_id: str
    token: str
    amount: int
    currency: str
    begun_at: datetime
    status: str = "open"
    payment_status: str = "unpaid"
    intent_status: str = "requires_payment_method"
    completed_at: datetime | None = None


@dataclass(slots=True)
class Refund:
    refund_id: str
    intent_id: str | None
    amount: int
    made_at: datetime
    status: str = "succeeded"


@dataclass(slots=True)
class KnownKey:
    """What a key of idempotency was used for."""

    fields: dict[str, str]
    answer: tuple[int, dict[str, Any]]
    at: datetime


@dataclass(frozen=True, slots=True)
class Books:
    """All that it keeps: links, sessions and refunds by their ids, and the keys of idempotency."""

    links: dict[str, PaymentLink]
    sessions: dict[str, Session]
    refunds: dict[str, Refund]
    keys: dict[str, KnownKey]


class Call(HttpCall):
    """One request under way, for a behaviour to answer."""

    def __init__(self, double: ProcessorDouble, handler: _Handler, request: Request) -> None:
        super().__init__(handler)
        self.double = double
        self.request = request

    def process(self) -> tuple[int, dict[str, Any]]:
        """Does what is asked, and gives the status and the answer."""
        return self.double.process(self.request)


@dataclass(slots=True)
class _Lists:
    """How lists misbehave. `hide_last`: so many of the newest are not in lists yet. `repeat`: each page begins with the
    last of the one before. `endless`: every page says that there is another, and the last one comes again.
    """

    hide_last: int = 0
    repeat: bool = False
    endless: bool = False


class ProcessorDouble(HttpDouble):
    """The double's state. `lacks` are the resources that its key has no permission for, as paths behind /v1/."""

    def __init__(self) -> None:
        self.api_key = "rk_test_double0123456789"
        self.revoked = False
        self.lacks: set[str] = set()
        self.requests: list[Request] = []
        self.links: dict[str, PaymentLink] = {}
        self.sessions: dict[str, Session] = {}
        self.refunds: dict[str, Refund] = {}
        self.lists = _Lists()
        self._keys: dict[str, KnownKey] = {}
        self._scripts: dict[str, list[Behaviour]] = {}
        super().__init__(_handler_of(self))

    def script(self, kind: str, *behaviours: Behaviour) -> None:
        """What happens to the next requests of that kind: make, switch_off, links, sessions, session, refunds."""
        self._scripts[kind] = list(behaviours)

    def keep(self) -> Books:
        """Its books as they are now."""
        with self.lock:
            return copy.deepcopy(Books(self.links, self.sessions, self.refunds, self._keys))

    def put_back(self, books: Books) -> None:
        """Its books as they were; who was asked what since is forgotten."""
        there = copy.deepcopy(books)
        with self.lock:
            self.links, self.sessions, self.refunds, self._keys = there.links, there.sessions, there.refunds, there.keys
            self.requests.clear()

    def asked(self, kind: str) -> list[Request]:
        return [each for each in self.requests if each.kind == kind]

    def links_of(self, token: str) -> list[PaymentLink]:
        return [each for each in self.links.values() if each.token == token]

    # What patients and others do.

    def begin(self, link_id: str) -> Session:
        """A patient opens the link's page."""
        link = self.links[link_id]
        if not link.active:
            raise LinkIsOffError(link.inactive_message)
        session = Session(_new("cs_test_"), _new("pi_"), link_id, link.token, link.amount, link.currency, self.now())
        self.sessions[session.session_id] = session
        return session

    def complete(self, session: Session, *, by: str = "card") -> None:
        """The patient pays on the page that is open, by card, or by bank: then the money is on its way."""
        link = self.links[session.link_id]
        if self.now() > session.begun_at + SESSION_LIFE or (link.limit is not None and link.completed >= link.limit):
            raise LinkIsOffError(link.inactive_message)
        session.status, session.completed_at = "complete", self.now()
        if by == "card":
            session.payment_status, session.intent_status = "paid", "succeeded"
        else:
            session.intent_status = "processing"
        link.completed += 1
        if link.completed == link.limit:
            link.active = False

    def pay(self, link_id: str, *, by: str = "card") -> Session:
        session = self.begin(link_id)
        self.complete(session, by=by)
        return session

    def bank_settled(self, session: Session) -> None:
        session.payment_status, session.intent_status = "paid", "succeeded"

    def bank_failed(self, session: Session) -> None:
        session.intent_status = "requires_payment_method"

    def refund(self, session: Session, cents: int | None = None, *, status: str = "succeeded") -> Refund:
        """Gives back a part of it, or all; a bank's refund is `pending` until `status` is set."""
        made = Refund(_new("re_"), session.intent_id, session.amount if cents is None else cents, self.now(), status)
        given = sum(each.amount for each in self.refunds.values() if each.intent_id == session.intent_id)
        assert given + made.amount <= session.amount
        self.refunds[made.refund_id] = made
        return made

    def others_link(self) -> PaymentLink:
        """A link that somebody made in the Dashboard: no token, paid as often as anybody likes."""
        link = self._keep_link("", 5000, "usd", "Whitening", "", None)
        return link

    # What Stripe does.

    def process(self, request: Request) -> tuple[int, dict[str, Any]]:
        if self.revoked or request.headers.get("authorization") != f"Bearer {self.api_key}":
            return 401, error(words=f"Invalid API Key provided: {self.api_key[:12]}***")
        if any(request.path.startswith(f"/v1/{each}") for each in self.lacks):
            return 403, error(words=f"The provided key {self.api_key[:12]}*** does not have the required permissions")
        if not request.headers.get("stripe-version"):
            return 400, error(words="no version")
        with self.lock:
            if request.method == "POST":
                return self._post(request)
            unknown = set(request.fields) - _QUERIES.get(request.kind, frozenset(request.fields))
            if unknown:
                return 400, error("parameter_unknown")
            return self._get(request)

    def behaviour_for(self, request: Request) -> Behaviour:
        """What to do with a request, which is noted."""
        with self.lock:
            self.requests.append(request)
            queued = self._scripts.get(request.kind, [])
            return queued.pop(0) if queued else go()

    def _post(self, request: Request) -> tuple[int, dict[str, Any]]:
        known = self._keys.get(request.key)
        if known is not None and self.now() - known.at < KEY_LIFE:
            if known.fields != request.fields:
                words = f"Keys for idempotent requests can only be used with the same parameters: {request.key}"
                return 400, error("", "idempotency_error", words)
            return known.answer
        answer = self._make(request) if request.kind == "make" else self._update(request)
        if request.key and answer[0] < 500:
            self._keys[request.key] = KnownKey(request.fields, answer, self.now())
        return answer

    def _make(self, request: Request) -> tuple[int, dict[str, Any]]:
        fields = request.fields
        unknown = set(fields) - _MAKE_FIELDS
        if unknown:
            return 400, error("parameter_unknown", words=f"Received unknown parameters: {', '.join(unknown)}")
        amount = int(fields["line_items[0][price_data][unit_amount]"])
        if not 50 <= amount <= 99_999_999:
            return 400, error("amount_too_small" if amount < 50 else "amount_too_large")
        if len(fields["inactive_message"]) > 500:
            return 400, error("parameter_invalid_string")
        link = self._keep_link(
            fields["metadata[dipay_request]"],
            amount,
            fields["line_items[0][price_data][currency]"],
            fields["line_items[0][price_data][product_data][name]"],
            fields["inactive_message"],
            int(fields["restrictions[completed_sessions][limit]"]),
        )
        return 200, self.link_json(link, expanded="expand[0]" in fields)

    def _keep_link(
        self, token: str, amount: int, currency: str, product: str, inactive: str, limit: int | None
    ) -> PaymentLink:
        code = secrets.token_hex(12)[:23]
        url = f"https://buy.stripe.com/test_{code}"
        link = PaymentLink(_new("plink_"), url, token, amount, currency, product, inactive, self.now(), limit)
        self.links[link.link_id] = link
        return link

    def _update(self, request: Request) -> tuple[int, dict[str, Any]]:
        link = self.links.get(request.path.rpartition("/")[2])
        if link is None:
            return 404, error("resource_missing", words="No such payment link")
        if set(request.fields) - {"active"}:
            return 400, error("parameter_unknown")
        link.active = request.fields["active"].casefold() == "true"
        return 200, self.link_json(link, expanded=False)

    def _get(self, request: Request) -> tuple[int, dict[str, Any]]:
        query = request.fields
        since = int(query.get("created[gte]", "0"))
        expanded = query.get("expand[0]", "")
        records: list[dict[str, Any]]
        if request.kind == "links":
            records = [self.link_json(each, expanded=expanded == "data.line_items") for each in self.links.values()]
        elif request.kind == "sessions":
            whole = expanded == "data.payment_intent"
            records = [self.session_json(each, expanded=whole) for each in self.sessions.values()]
            records = [
                each
                for each in records
                if each["created"] >= since
                and query.get("status", each["status"]) == each["status"]
                and query.get("payment_link", each["payment_link"]) == each["payment_link"]
            ]
        elif request.kind == "refunds":
            records = [_refund_json(each) for each in self.refunds.values()]
            records = [each for each in records if each["created"] >= since]
        elif request.kind == "session":
            session = self.sessions.get(request.path.rpartition("/")[2])
            if session is None:
                return 404, error("resource_missing", words="No such checkout.session")
            return 200, self.session_json(session, expanded=expanded == "payment_intent")
        else:
            return 404, error(words="Unrecognized request URL")
        return 200, self._page(request, records[::-1])

    def _page(self, request: Request, records: list[dict[str, Any]]) -> dict[str, Any]:
        """A page of the list, newest first."""
        records = records[self.lists.hide_last :]
        size, after = int(request.fields.get("limit", "10")), request.fields.get("starting_after", "")
        assert 1 <= size <= 100
        begin = 0
        if after:
            begin = next((place for place, each in enumerate(records) if each["id"] == after), len(records)) + 1
            begin -= self.lists.repeat or self.lists.endless
        part = records[begin : begin + size]
        more = self.lists.endless or begin + size < len(records)
        return {"object": "list", "data": part, "has_more": more, "url": request.path}

    def link_json(self, link: PaymentLink, *, expanded: bool) -> dict[str, Any]:
        """A link as Stripe writes it; it has no moment of its own."""
        price = {
            "id": "price_1", "object": "price", "active": False, "created": int(link.made_at.timestamp()),
            "currency": link.currency, "product": "prod_1", "type": "one_time", "unit_amount": link.amount,
        }  # fmt: skip
        item = {
            "id": "li_1", "object": "item", "amount_discount": 0, "amount_subtotal": link.amount, "amount_tax": 0,
            "amount_total": link.amount, "currency": link.currency, "description": link.product, "price": price,
            "quantity": 1,
        }  # fmt: skip
        items = {
            "object": "list",
            "data": [item],
            "has_more": False,
            "url": f"/v1/payment_links/{link.link_id}/line_items",
        }
        sessions = {"count": link.completed, "limit": link.limit}
        return {
            "id": link.link_id, "object": "payment_link", "active": link.active, "allow_promotion_codes": False,
            "currency": link.currency, "inactive_message": link.inactive_message or None, "livemode": False,
            "metadata": {"dipay_request": link.token} if link.token else {},
            "restrictions": {"completed_sessions": sessions} if link.limit is not None else None,
            "submit_type": "pay", "url": link.url,
        } | ({"line_items": items} if expanded else {})  # fmt: skip

    def session_json(self, session: Session, *, expanded: bool) -> dict[str, Any]:
        """A session as Stripe writes it, with what a patient typed."""
        token = {"dipay_request": session.token} if session.token else {}
        intent = {
            "id": session.intent_id, "object": "payment_intent", "amount": session.amount, "livemode": False,
            "created": int((session.completed_at or session.begun_at).timestamp()), "currency": session.currency,
            "metadata": token, "receipt_email": "patient@example.com", "status": session.intent_status,
        }  # fmt: skip
        return {
            "id": session.session_id, "object": "checkout.session", "amount_subtotal": session.amount,
            "amount_total": session.amount, "created": int(session.begun_at.timestamp()),
            "currency": session.currency, "customer_details": {"email": "patient@example.com", "name": "Pat Smith"},
            "livemode": False, "metadata": token, "mode": "payment",
            "payment_intent": (intent if expanded else session.intent_id) if session.completed_at else None,
            "payment_link": session.link_id, "payment_status": session.payment_status, "status": session.status,
        }  # fmt: skip


@contextmanager
def processor_double() -> Iterator[ProcessorDouble]:
    double = ProcessorDouble()
    try:
        yield double
    finally:
        double.close()


def processor_for(double: ProcessorDouble, **changes: Any) -> StripeProcessor:
    """A processor that speaks to the double and waits as long as a busy machine takes; where it hangs, give limits."""
    given: dict[str, Any] = {
        "api_key": double.api_key, "practice": "Maple", "phone": "207-555-0148", "country": "US",
        "base_url": double.url, "connect_seconds": 30.0, "read_seconds": 30.0, "total_seconds": 60.0,
    }  # fmt: skip
    return StripeProcessor(**(given | changes))


def _refund_json(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.refund_id, "object": "refund", "amount": refund.amount, "created": int(refund.made_at.timestamp()),
        "currency": "usd", "payment_intent": refund.intent_id, "status": refund.status,
    }  # fmt: skip


def _new(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(12)}"


class _Handler(HttpHandler):
    double: ProcessorDouble

    @property
    def http(self) -> ProcessorDouble:
        return self.double

    def do_POST(self) -> None:  # noqa: N802  the base class's way to call it
        content = self.content()
        if content is None:
            return
        path = urlsplit(self.path).path
        self._serve("make" if path == "/v1/payment_links" else "switch_off", path, content)

    def do_GET(self) -> None:  # noqa: N802
        parts = urlsplit(self.path)
        kinds = {"/v1/payment_links": "links", "/v1/checkout/sessions": "sessions", "/v1/refunds": "refunds"}
        other = "session" if parts.path.startswith("/v1/checkout/sessions/") else "unknown"
        self._serve(kinds.get(parts.path, other), parts.path, parts.query)

    def _serve(self, kind: str, path: str, content: str) -> None:
        fields = {name: values[0] for name, values in parse_qs(content, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(kind, self.command, path, fields, headers.get("idempotency-key", ""), headers)
        self.double.behaviour_for(request)(Call(self.double, self, request))


def _handler_of(double: ProcessorDouble) -> type[_Handler]:
    return type("Handler", (_Handler,), {"double": double})

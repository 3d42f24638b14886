"""Stripe: the only place that knows its library, and it loads it only when a link is made or asked about.

A Payment Link for each request, and not a Checkout Session, which lives for a day. A link is made with the request's
token as the key of idempotency, so that asking once more makes no second one. An exception is either proof that no byte
left this computer, or an answer with a code, or doubt; what is unforeseen is doubt. No text of an exception or of an
answer is passed on: they may hold the key, or what a patient typed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, TypeVar

from dipay.domain.currencies import CURRENCIES
from dipay.domain.payments import PaymentState
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity
from dipay.processors import Link, NoLink, Payment, ProcessorTrouble, Refund
from dipay.wire import Wire, is_base_url, is_loopback, is_timeout, quiet_loggers, why_not_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from requests import Response
    from stripe import ListObject, PaymentLink, StripeClient, StripeObject
    from stripe import Refund as StripeRefund
    from stripe.checkout import Session
    from stripe.params import PaymentLinkCreateParams

STRIPE_URL: Final = "https://api.stripe.com"

#: The key of the metadata by which what is dipay's own is known at Stripe; its value is the request's token.
TOKEN_KEY: Final = "dipay_request"  # noqa: S105  a name
#: Cents that Stripe charges at least in its larger currencies, and at most.
LEAST_CENTS: Final = 50
MOST_CENTS: Final = 99_999_999

_SETTINGS: Final = "payment_link.stripe"
_KEY: Final = re.compile(r"[rs]k_(?:test|live)_[A-Za-z0-9_]{8,250}", re.ASCII)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{8,100}", re.ASCII)
_LINK_ID: Final = re.compile(r"plink_[A-Za-z0-9_]{1,100}", re.ASCII)
_SESSION_ID: Final = re.compile(r"cs_[A-Za-z0-9_]{1,250}", re.ASCII)
_PAYMENT_INTENT_ID: Final = re.compile(r"pi_[A-Za-z0-9_]{1,100}", re.ASCII)
_REFUND_ID: Final = re.compile(r"(?:re|pyr)_[A-Za-z0-9_]{1,100}", re.ASCII)
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,60}", re.ASCII)
#: Letters that a product's name and a message to patients may have.
_LONGEST_NAME: Final = 250
_LONGEST_MESSAGE: Final = 500
_LONGEST_URL: Final = 200
#: How far this computer's clock may be off Stripe's.
_CLOCK_MARGIN: Final = timedelta(minutes=10)
#: A refund to a bank's account is pending for days, and counts once it has succeeded.
_LONGEST_PENDING: Final = timedelta(days=30)
_PAGE: Final = 100
#: A list that is longer, or goes on for so many pages without anything new, is not read to its end.
_MOST_RECORDS: Final = 20_000
_MOST_BARREN_PAGES: Final = 20
#: Answers of Stripe, or of something before it, that say: this account, address or way does not work.
_RUN_STOPS: Final = frozenset({401, 403, 404, 407})
#: Answers that leave open whether the request was worked on.
_OPEN: Final = frozenset({408, 409, 425, 499})
_AMOUNT_CODES: Final = frozenset({"amount_too_small", "amount_too_large"})
#: What the library sends of its own about the computer it runs on stays here.
_HEADERS: Final = frozenset({"Authorization", "Content-Type", "Idempotency-Key", "Stripe-Version"})
#: What a bank said of a payment that Stripe took for complete; any other answer means that it hasn't said it yet.
_FAILED: Final = frozenset({"requires_payment_method", "canceled"})

_INSTALL: Final = 'Install it with: pip install "dipay[stripe]"'
_PERMISSIONS: Final = (
    "Give it write access to Payment Links, Products and Prices, and read access to Checkout Sessions, Payment Intents "
    "and Charges (with their refunds)."
)

_T = TypeVar("_T")
_Record = TypeVar("_Record", "PaymentLink", "Session", "StripeRefund")


class StripeProcessor:
    """Makes links through the Stripe account of `api_key`, for a practice of that name, phone and country.

    `base_url` is a proxy or a test double; plain http only on loopback. A connection is given up after
    `connect_seconds`, a silence after `read_seconds`, a whole call after `total_seconds`. `CannotGoOn` (2) for
    settings that can't work and where the library is not installed, every problem at once.
    """

    name: Final = "stripe"

    def __init__(
        self,
        api_key: str,
        *,
        practice: str,
        phone: str,
        country: str,
        base_url: str | None = None,
        connect_seconds: float = 5.0,
        read_seconds: float = 35.0,
        total_seconds: float = 45.0,
    ) -> None:
        problems = settings_problems(api_key, country, base_url)
        if problems:
            raise CannotGoOn(problems, ExitCode.USAGE)
        self._api_key = api_key
        self._practice = practice.strip()[:_LONGEST_NAME]
        self._inactive = f"This link is no longer in use. Questions? Please call us at {phone}."[:_LONGEST_MESSAGE]
        self._currency = CURRENCIES[country]
        self._base = (base_url or STRIPE_URL).rstrip("/")
        self._on_loopback = is_loopback(self._base)
        timeout = (connect_seconds, read_seconds)
        self._wire = Wire(self._base, total_seconds, lambda: _OneRequest(timeout, may_use_proxy=not self._on_loopback))

    def make_link(self, token: str, amount_cents: int) -> Link | NoLink:
        if not LEAST_CENTS <= amount_cents <= MOST_CENTS:
            return NoLink("Stripe takes no such amount; the least is 0.50")
        first = self._make(token, amount_cents)
        if isinstance(first, Link) or not first.in_doubt:
            return first
        second = self._make(token, amount_cents)
        # Whatever a second answer refuses, the first request may have been worked on.
        return second if isinstance(second, Link) else replace(second, in_doubt=True)

    def find_links(self, tokens: Collection[str], since: datetime) -> Mapping[str, Link]:
        found = dict[str, Link]()
        for link in self.links_since(since):
            # Of two, which only a key of idempotency that Stripe forgot can make, the one that can be paid.
            if link.token in tokens and (link.token not in found or link.active):
                found[link.token] = link
        return found

    def links_since(self, since: datetime) -> Iterator[Link]:
        def question() -> ListObject[PaymentLink]:
            return self._client.v1.payment_links.list({"limit": _PAGE, "expand": ["data.line_items"]})

        for record in self._read(question):
            if not self._ask(partial(_token_of, record)):
                continue
            # Stripe doesn't say when a link was made, but when its price was; of dipay's own that is the same moment.
            made = self._ask(partial(_made_at, record))
            if made is not None and made < since - _CLOCK_MARGIN:
                return
            yield self._ask(partial(self._link_of, record))

    def switch_off(self, link_id: str) -> None:
        if _LINK_ID.fullmatch(link_id) is None:
            return
        try:
            link = self._client.v1.payment_links.update(link_id, {"active": False})
            if link.id == link_id and link.active is False:
                return
            problem = _no_answer()
        except Exception as error:
            if self._is_missing(error):
                return
            problem = self._problem_of(error)
        # Outside the handler, so that the library's exception is not its context.
        raise ProcessorTrouble(problem)

    def payments_since(self, since: datetime) -> Iterator[Payment]:
        for record in self._sessions(since):
            payment = self._ask(partial(self._payment_of, record))
            if payment is not None:
                yield payment

    def payment(self, payment_id: str) -> Payment | None:
        if _SESSION_ID.fullmatch(payment_id) is None:
            return None
        try:
            session = self._client.v1.checkout.sessions.retrieve(payment_id, {"expand": ["payment_intent"]})
            if session.id == payment_id:
                return self._payment_of(session)
            problem = _no_answer()
        except Exception as error:
            if self._is_missing(error):
                return None
            problem = self._problem_of(error)
        raise ProcessorTrouble(problem)

    def refunds_since(self, since: datetime) -> Iterator[Refund]:
        created = _seconds(since - _LONGEST_PENDING)

        def question() -> ListObject[StripeRefund]:
            return self._client.v1.refunds.list({"created": {"gte": created}, "limit": _PAGE})

        for record in self._read(question):
            refund = self._ask(partial(_refund_of, record))
            if refund is not None:
                yield refund

    def ping(self) -> Problem | None:
        try:
            # Each of these needs a permission of its own.
            self._client.v1.payment_links.list({"limit": 1}).data  # noqa: B018  what is no list has none
            self._client.v1.checkout.sessions.list({"limit": 1, "expand": ["data.payment_intent"]}).data  # noqa: B018
            self._client.v1.refunds.list({"limit": 1}).data  # noqa: B018
        except Exception as error:
            return self._problem_of(error)
        return None

    @cached_property
    def _client(self) -> StripeClient:
        """The library's client, speaking through the wire to `base_url` and nowhere else."""
        import stripe
        from stripe import _util

        quiet_loggers()
        # It would print what it posts where STRIPE_LOG says so, and keep a number of this computer's in a file.
        _util.STRIPE_LOG = None
        stripe.enable_telemetry = False
        wire = self._wire

        class OneTry(stripe.HTTPClient):
            """The library's way out: what goes over the wire, and nothing of the answer's headers."""

            name = "dipay"

            def request(
                self,
                method: str,
                url: str,
                headers: Mapping[str, str] | None,
                post_data: str | None = None,
                *,
                _usage: list[str] | None = None,
            ) -> tuple[str, int, Mapping[str, str]]:
                sent = {name: value for name, value in (headers or {}).items() if name in _HEADERS}
                response = wire.request(method, url, data=post_data, headers=sent)
                # Without them it prints no notices of Stripe's, and an exception holds less.
                return response.content.decode("utf-8"), response.status_code, {}

        return stripe.StripeClient(
            self._api_key, base_addresses={"api": self._base}, max_network_retries=0, http_client=OneTry()
        )

    def _make(self, token: str, amount_cents: int) -> Link | NoLink:
        """One request for a link; see the module for what becomes of an error."""
        params: PaymentLinkCreateParams = {
            "line_items": [
                {
                    "price_data": {
                        "currency": self._currency,
                        "unit_amount": amount_cents,
                        "product_data": {"name": self._practice},
                    },
                    "quantity": 1,
                }
            ],
            "metadata": {TOKEN_KEY: token},
            "payment_intent_data": {"metadata": {TOKEN_KEY: token}},
            "restrictions": {"completed_sessions": {"limit": 1}},
            "inactive_message": self._inactive,
            "submit_type": "pay",
            "expand": ["line_items"],
        }
        try:
            record = self._client.v1.payment_links.create(params, {"idempotency_key": token})
            link = self._link_of(record)
            as_asked = link.token == token and link.amount_cents == amount_cents and record.currency == self._currency
        except Exception as error:
            return self._no_link(error)
        # One that is off answers a key that was used before, as after the link was paid.
        return link if as_asked and link.active else NoLink("Stripe's answer is not the link asked for", in_doubt=True)

    def _link_of(self, record: PaymentLink) -> Link:
        """The link of an answer; `ValueError` or whatever else where it is none."""
        token, items = _token_of(record), record.line_items
        if _LINK_ID.fullmatch(record.id) is None or not token or items is None or not isinstance(record.active, bool):
            raise ValueError("not a link")
        if len(record.url) > _LONGEST_URL or not is_base_url(record.url):
            raise ValueError("not an address")
        if is_loopback(record.url) and not self._on_loopback:
            raise ValueError("not Stripe's address")
        return Link(record.id, record.url, token, sum(_cents(each.amount_total) for each in items.data), record.active)

    def _payment_of(self, session: Session) -> Payment | None:
        """The payment of a session that is complete; None where it is none of dipay's."""
        intent = session.payment_intent
        if session.status != "complete" or session.mode != "payment" or intent is None:
            return None
        if isinstance(intent, str):
            raise TypeError("the payment was asked for as a whole")
        token = _token_of(session) or _token_of(intent)
        if not token:
            return None
        link = session.payment_link
        link_id = link if link is None or isinstance(link, str) else link.id
        whole = _SESSION_ID.fullmatch(session.id) and _PAYMENT_INTENT_ID.fullmatch(intent.id)
        if not whole or _LINK_ID.fullmatch(link_id or "") is None or session.currency != self._currency:
            raise ValueError("not a payment")
        state = PaymentState.PENDING
        if session.payment_status == "paid" or intent.status == "succeeded":
            state = PaymentState.PAID
        elif intent.status in _FAILED:
            state = PaymentState.FAILED
        at = max(_moment(session.created), _moment(intent.created))
        return Payment(session.id, intent.id, link_id or "", token, _cents(session.amount_total), state, at)

    def _sessions(self, since: datetime) -> Iterator[Session]:
        """Everybody's sessions that were begun since then and are complete, newest first."""
        created = _seconds(since - _CLOCK_MARGIN)

        def question() -> ListObject[Session]:
            return self._client.v1.checkout.sessions.list(
                {
                    "created": {"gte": created},
                    "status": "complete",
                    "limit": _PAGE,
                    "expand": ["data.payment_intent"],
                }
            )

        return self._read(question)

    def _read(self, question: Callable[[], ListObject[_Record]]) -> Iterator[_Record]:
        """The records of a list, each once; `ProcessorTrouble` where a page is not answered or there is no end."""
        seen = set[str]()
        barren = 0
        page = self._ask(question)
        while True:
            new = {name: each for name, each in self._ask(partial(_named, page)) if name not in seen}
            seen.update(new)
            yield from new.values()
            if self._ask(partial(_is_last, page)):
                return
            barren = 0 if new else barren + 1
            if len(seen) > _MOST_RECORDS or barren > _MOST_BARREN_PAGES:
                raise ProcessorTrouble(_problem("Stripe's list since then has no end.", "Run it again later."))
            page = self._ask(page.next_page)

    def _ask(self, question: Callable[[], _T]) -> _T:
        """The answer to a question that changes nothing; `ProcessorTrouble` where there is none."""
        try:
            return question()
        except Exception as error:
            problem = self._problem_of(error)
        raise ProcessorTrouble(problem)

    def _is_missing(self, error: Exception) -> bool:
        """Whether Stripe says that there is no such thing."""
        return self._wire.status == 404 and _said(error).get("code") == "resource_missing"

    def _no_link(self, error: Exception) -> NoLink:
        """What an exception means for the link that was to be made."""
        status, said = self._wire.status, _said(error)
        if isinstance(error, ImportError):
            return _no_link_for_all(self._problem_of(error))
        if status is None:
            why = why_not_sent(error)
            if why is not None:
                return NoLink(f"Stripe could not be reached: {why}", unanswered=True)
            why = "Stripe did not answer in time" if is_timeout(error) else "the connection broke off"
            return NoLink(why, in_doubt=True, unanswered=True)
        if status == 429 or said.get("code") == "rate_limit":
            return NoLink("Stripe asks to slow down", unanswered=True)
        in_doubt = NoLink(
            f"the answer does not say whether a link was made (HTTP {status})", in_doubt=True, unanswered=status >= 500
        )
        if not 400 <= status < 500 or status in _OPEN or said.get("type") == "idempotency_error":
            return in_doubt
        if said.get("code") in _AMOUNT_CODES:
            return NoLink("Stripe takes no such amount")
        # All that is said of a link is the same for every one of them, but for the amount.
        return _no_link_for_all(self._problem_of(error)) if said or status in _RUN_STOPS else in_doubt

    def _problem_of(self, error: Exception) -> Problem:
        """What to tell of a question that got no answer."""
        status, said = self._wire.status, _said(error)
        if isinstance(error, ImportError):
            return _problem("The library stripe can't be loaded.", _INSTALL)
        if status is None:
            why = why_not_sent(error) or ("no answer in time" if is_timeout(error) else "the connection broke off")
            return _problem(f"Stripe can't be reached: {why}.", "Check the internet connection, then run it again.")
        if status == 429 or said.get("code") == "rate_limit":
            return _problem("Stripe asks to slow down.", "Wait a few minutes, then run it again.")
        if status == 401:
            fix = "Copy it anew from Stripe's Dashboard, under Developers, API keys."
            return _problem("Stripe does not accept the key.", fix, ".api_key")
        if status == 403 and said:
            return _problem("The Stripe key lacks a permission.", _PERMISSIONS, ".api_key")
        if status >= 500:
            return _problem(f"Stripe has trouble of its own (HTTP {status}).", "Run it again later.")
        if said and status >= 400:
            code = said.get("code") or f"HTTP {status}"
            fix = "See in its Dashboard whether the account may take payments, and whether Payment Links are on."
            return _problem(f"Stripe refuses ({code}).", fix)
        return _no_answer()


class _OneRequest:
    """A client for one request: one try, and limits for connecting and for a silence."""

    def __init__(self, timeout: tuple[float, float], *, may_use_proxy: bool) -> None:
        import requests

        self._timeout = timeout
        self.session = requests.Session()
        self.session.trust_env = may_use_proxy

    def request(
        self, method: str, url: str, params: object, data: str | None, headers: Mapping[str, str], auth: object
    ) -> Response:
        del params, auth  # they are in the address and the headers
        return self.session.request(
            method,
            url,
            data=data,
            headers=dict(headers),
            # As it is: else a password for the host in .netrc would take the key's place.
            auth=lambda request: request,
            timeout=self._timeout,
            allow_redirects=False,
        )


def key_kind(api_key: str) -> str:
    """`sk` or `rk` (restricted), with `_live`, or `_test` where its links take nobody's money."""
    return api_key[: len("rk_live")]


def settings_problems(api_key: str | None, country: str, base_url: str | None) -> list[Problem]:
    """What keeps a processor with these from working; of a key that can't be had (None) nothing is said."""
    problems = []
    if find_spec("stripe") is None:
        problems.append(_problem("The library stripe is not installed.", _INSTALL))
    if api_key is not None and _KEY.fullmatch(api_key) is None:
        fix = "It begins with rk_ (restricted, the better one) or sk_; a publishable key (pk_) can't make links."
        problems.append(_problem("It is not a key of Stripe's.", fix, ".api_key"))
    if country not in CURRENCIES:
        fix = f"Links can be made in {', '.join(CURRENCIES)}."
        problems.append(
            Problem(Severity.ERROR, "The currency of that country is not known.", fix, key="practice.country")
        )
    if base_url and not is_base_url(base_url):
        fix = "Write https:// and a host; plain http only for this computer (127.0.0.1)."
        problems.append(_problem("It is not an address to send to.", fix, ".base_url"))
    return problems


def _said(error: Exception) -> dict[str, str]:
    """Type and code of Stripe's own words in an exception; nothing where the answer was not Stripe's."""
    body: object = getattr(error, "json_body", None)
    told: object = body.get("error") if isinstance(body, dict) else None
    if not isinstance(told, dict):
        return {}
    words = {key: told.get(key) for key in ("type", "code")}
    return {key: word for key, word in words.items() if isinstance(word, str) and _CODE.fullmatch(word)}


def _named(page: ListObject[_Record]) -> list[tuple[str, _Record]]:
    """The records of a page by their ids; `ValueError` or whatever else where it is none."""
    named = [(each.id, each) for each in page.data]
    if not all(isinstance(name, str) and name for name, _ in named):
        raise ValueError("not a record")
    return named


def _is_last(page: ListObject[_Record]) -> bool:
    if not isinstance(page.has_more, bool):
        raise TypeError("not a page")
    return not page.has_more


def _token_of(record: StripeObject) -> str:
    """The request's token; empty where it is none of dipay's."""
    token: object = getattr(getattr(record, "metadata", None), TOKEN_KEY, None)
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else ""


def _made_at(record: PaymentLink) -> datetime | None:
    """When the oldest of its prices was made; None where it has none."""
    items = record.line_items.data if record.line_items is not None else []
    return min((_moment(each.price.created) for each in items if each.price is not None), default=None)


def _refund_of(record: StripeRefund) -> Refund | None:
    """The refund; None for one that did not succeed (yet), and for one of a payment without links."""
    intent = record.payment_intent
    reference = intent if intent is None or isinstance(intent, str) else intent.id
    if record.status != "succeeded" or reference is None:
        return None
    if _REFUND_ID.fullmatch(record.id) is None or _PAYMENT_INTENT_ID.fullmatch(reference) is None:
        raise ValueError("not a refund")
    return Refund(record.id, reference, _cents(record.amount), _moment(record.created))


def _cents(amount: object) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= MOST_CENTS:
        raise ValueError("not an amount")
    return amount


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _no_link_for_all(problem: Problem) -> NoLink:
    return NoLink(f"{problem.message} {problem.fix}".removesuffix("."), stops_run=True)


def _no_answer() -> Problem:
    return _problem(
        "Something that is not Stripe answered, or Stripe something else than was asked.",
        "See whether a proxy or web filter stands between, and check payment_link.stripe.base_url.",
    )


def _problem(message: str, fix: str, key: str = "") -> Problem:
    return Problem(Severity.ERROR, message, fix, key=_SETTINGS + key)

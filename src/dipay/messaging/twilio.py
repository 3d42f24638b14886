"""Twilio: the only place that knows its library, and it loads it only when a sender is made.

Nothing here tries a message twice. An exception is either proof that no byte of the message left this computer, or an
answer with a code, or doubt; what is unforeseen is doubt. No text of an exception is passed on: they hold numbers.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dipay.domain.outcomes import Accepted, Delivery, InDoubt, NotSent, Outcome, RefusalKind, Refused
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity
from dipay.messaging import (
    CLOCK_MARGIN,
    DeliveryReport,
    IncomingReply,
    Outgoing,
    ProviderTrouble,
    RateLimited,
    SentMessage,
)
from dipay.messaging.twilio_codes import IN_DOUBT_CODES, meaning_of
from dipay.wire import Wire, is_base_url, is_loopback, is_timeout, quiet_loggers, why_not_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

TWILIO_URL: Final = "https://api.twilio.com"

_SETTINGS: Final = "messaging.twilio"

_MESSAGE_SID: Final = re.compile(r"(?:SM|MM)[0-9a-f]{32}", re.ASCII)
_ACCOUNT_SID: Final = re.compile(r"AC[0-9a-f]{32}", re.ASCII)
_SERVICE_SID: Final = re.compile(r"MG[0-9a-f]{32}", re.ASCII)
_SENDER: Final = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{5,6}", re.ASCII)
_CODE: Final = re.compile(r"[1-9][0-9]{3,5}", re.ASCII)
#: Answers of Twilio, or of something before it, that say: this account, address or way does not work.
_RUN_STOPS: Final = frozenset({401, 403, 404, 407})
#: Answers that leave open whether the request was worked on.
_OPEN: Final = frozenset({408, 409, 425, 499})
#: How many messages of the log are read for one number, and how many replies.
_MOST_FOR_ONE: Final = 5_000
_MOST_REPLIES: Final = 20_000
#: A log that goes on for so many pages without anything new has no end.
_MOST_BARREN_PAGES: Final = 20

_DELIVERIES: Final = {
    "accepted": Delivery.QUEUED,
    "scheduled": Delivery.QUEUED,
    "queued": Delivery.QUEUED,
    "sending": Delivery.QUEUED,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "undelivered": Delivery.UNDELIVERED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.CANCELED,
}

_T = TypeVar("_T")


class TwilioSender:
    """Sends through one Twilio account, from `from_number` or a messaging service.

    `base_url` is a proxy or a test double; plain http only on loopback. A connection is given up after
    `connect_seconds`, a silence after `read_seconds`, a whole call after `total_seconds`. `CannotGoOn` (2) for
    settings that can't work, every problem of them at once.
    """

    name: Final = "twilio"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        from_number: str | None = None,
        messaging_service_sid: str | None = None,
        base_url: str | None = None,
        connect_seconds: float = 5.0,
        read_seconds: float = 35.0,
        total_seconds: float = 45.0,
    ) -> None:
        problems = _settings_problems(account_sid, auth_token, from_number, messaging_service_sid, base_url)
        if problems:
            raise CannotGoOn(problems, ExitCode.USAGE)
        self._from = from_number
        self._service = messaging_service_sid
        base = (base_url or TWILIO_URL).rstrip("/")
        may_use_proxy = not is_loopback(base)
        timeout = (connect_seconds, read_seconds)
        self._wire = Wire(base, total_seconds, lambda: _http_client(timeout, may_use_proxy))
        self._messages = _message_list(account_sid, auth_token, base, self._wire)

    def send(self, message: Outgoing) -> Outcome:
        """Posts the message once; see the module for what becomes of an error."""
        sender = {"from_": self._from, "messaging_service_sid": self._service}
        fields = {name: value for name, value in sender.items() if value}
        try:
            sid = self._messages.create(to=message.to, body=message.text, **fields).sid
        except Exception as error:
            return self._outcome_of(error)
        if isinstance(sid, str) and _MESSAGE_SID.fullmatch(sid):
            return Accepted(sid)
        return InDoubt("Twilio's answer names no message")

    def sent_to(self, number: str, since: datetime) -> list[SentMessage]:
        # Without a filter by date: a message in Twilio's queue has no date of sending yet.
        records = self._read({"to": number, "page_size": 100}, since, _MOST_FOR_ONE)
        sent = (each for each in self._sent(records, since) if each.to == number)
        return sorted(sent, key=lambda message: message.created_at, reverse=True)

    def sent_since(self, since: datetime) -> Iterator[SentMessage]:
        # Of every sender: the practice may have changed its number, or send from a pool. And without a filter by date,
        # as above: the newest come first, so what is older is never asked for.
        return self._sent(self._read({"page_size": 1000}, since), since)

    def time_there(self) -> datetime | None:
        return self._wire.time_there()

    def fetch(self, provider_id: str) -> DeliveryReport | None:
        if _MESSAGE_SID.fullmatch(provider_id) is None:
            return None
        try:
            record = self._messages(provider_id).fetch()
            if record.sid == provider_id:
                return _report(record)
            problem = _no_answer()
        except Exception as error:
            if self._wire.status == 404 and self._code_of(error) == "20404":
                return None
            problem = self._problem_of(error)
        # Outside the handler, so that the library's exception, which names the message, is not its context.
        raise ProviderTrouble(problem, self._wire.retry_after_seconds)

    def replies(self, since: datetime, limit: int) -> list[IncomingReply]:
        # Only the day of this filter counts, in UTC; the library writes any time as if it were UTC.
        after = (since.astimezone(UTC) - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        filters = {"page_size": 1000, "date_sent_after": after} | ({"to": self._from} if self._from else {})
        replies = []
        for each in self._read(filters, since, _MOST_REPLIES):
            at = _moment(each.date_sent) or _moment(each.date_created)
            if each.direction != "inbound" or at is None or at < since or not each.from_:
                continue
            ours = each.to == self._from if self._from else each.messaging_service_sid in (None, self._service)
            if ours:
                replies.append(IncomingReply(str(each.sid), str(each.from_), str(each.body or ""), at))
        return sorted(replies, key=lambda reply: reply.at)[:limit]

    def ping(self) -> Problem | None:
        try:
            self._messages.list(limit=1, page_size=1)
        except Exception as error:
            return self._problem_of(error)
        return None

    def _read(self, filters: Mapping[str, object], since: datetime, most: int | None = None) -> Iterator[Any]:
        """Records of the log, about newest first, at least all since then, each once; the filters may not have held.

        `ProviderTrouble` where the end is not reached within `most` records, or a page is not answered.
        """
        seen: set[str] = set()
        enough = since - timedelta(days=1)

        def is_older(record: Any) -> bool:
            # A scheduled one was made long before it was sent, and of a queued one is known only when it was made.
            known = [each for each in (_moment(record.date_created), _moment(record.date_sent)) if each is not None]
            return bool(known) and max(known) < enough

        read = barren = 0
        turn: Callable[[], Any] = partial(self._messages.page, **filters)
        while (page := self._ask(turn)) is not None:
            records: list[Any] = self._ask(partial(list, page))
            new = [each for each in records if str(each.sid) not in seen]
            seen.update(str(each.sid) for each in new)
            yield from new
            # Where the last tenth of a page is older, so is what follows: the list is sorted by when they were sent.
            if records and all(map(is_older, records[-max(1, len(records) // 10) :])):
                return
            read += len(records)
            barren = 0 if new else barren + 1
            if page.next_page_url and (barren > _MOST_BARREN_PAGES or (most is not None and read >= most)):
                words = f"holds more than {most} messages" if barren <= _MOST_BARREN_PAGES else "has no end"
                raise ProviderTrouble(_problem(f"Twilio's log since then {words}.", "Ask for a shorter time."))
            turn = page.next_page

    @staticmethod
    def _sent(records: Iterable[Any], since: datetime) -> Iterator[SentMessage]:
        for each in records:
            created = _moment(each.date_created) or since
            if str(each.direction).startswith("outbound") and created >= since - CLOCK_MARGIN:
                yield SentMessage(str(each.sid), str(each.to), str(each.body or ""), created)

    def _ask(self, question: Callable[[], _T]) -> _T:
        """The answer to a question that changes nothing; `ProviderTrouble` where there is none."""
        try:
            return question()
        except Exception as error:
            problem = self._problem_of(error)
        raise ProviderTrouble(problem, self._wire.retry_after_seconds)

    def _outcome_of(self, error: Exception) -> Outcome:
        """What an exception means for the message that was being posted."""
        status, code = self._wire.status, self._code_of(error)
        if status is None:
            why = why_not_sent(error)
            if why is not None:
                return NotSent(f"Twilio could not be reached: {why}")
            return InDoubt("Twilio did not answer in time" if is_timeout(error) else "the connection broke off")
        if status == 429:
            return self._refused(code if meaning_of(code).kind is RefusalKind.SLOW_DOWN else "20429")
        if not 400 <= status < 500 or status in _OPEN or code in IN_DOUBT_CODES:
            return InDoubt(f"the answer does not say whether the message was taken (HTTP {status})")
        if code:
            return self._refused(code)
        if status in _RUN_STOPS:
            problem = self._problem_of(error)
            return Refused(f"HTTP {status}", f"{problem.message} {problem.fix}".removesuffix("."), RefusalKind.RUN_STOP)
        return InDoubt(f"the answer was not Twilio's (HTTP {status})")

    def _refused(self, code: str) -> Refused:
        meaning = meaning_of(code)
        if meaning.kind is RefusalKind.SLOW_DOWN:
            return RateLimited(code, meaning.why, meaning.kind, self._wire.retry_after_seconds)
        return Refused(code, meaning.why, meaning.kind)

    def _code_of(self, error: Exception) -> str:
        """Twilio's code in an error; empty where it has none: the library then repeats the HTTP status.

        The error of a list has no code of its own, but the answer.
        """
        code = getattr(error, "code", None)
        if code is None and len(error.args) > 1:
            try:
                code = json.loads(error.args[1].text)["code"]
            except (AttributeError, KeyError, TypeError, ValueError):
                return ""
        return str(code) if _CODE.fullmatch(str(code)) else ""

    def _problem_of(self, error: Exception) -> Problem:
        """What to tell of a question that got no answer."""
        status, code = self._wire.status, self._code_of(error)
        if status is None:
            why = why_not_sent(error) or ("no answer in time" if is_timeout(error) else "the connection broke off")
            return _problem(f"Twilio can't be reached: {why}.", "Check the internet connection, then run it again.")
        if status == 429:
            return _problem("Twilio asks to slow down.", "Wait a few minutes, then run it again.")
        if code and code not in IN_DOUBT_CODES and 400 <= status < 500:
            meaning = meaning_of(code)
            return _problem(f"{meaning.words}.", meaning.advice, ".auth_token" if status == 401 else "")
        if status == 401:
            return _problem("Twilio does not accept the credentials.", "Check them.", ".auth_token")
        if status >= 500:
            return _problem(f"Twilio has trouble of its own (HTTP {status}).", "Run it again later.")
        return _no_answer()


def _message_list(account_sid: str, auth_token: str, base_url: str, wire: Wire) -> Any:
    """The library's list of the account's messages, speaking through `wire` to `base_url` and nowhere else."""
    from twilio.rest import Client

    # An environment that is not empty, or the library takes the process's: it would bend the host's name.
    client = Client(account_sid, auth_token, http_client=wire, environment={"TWILIO_EDGE": "", "TWILIO_REGION": ""})
    client.api.base_url = base_url
    return client.api.v2010.accounts(account_sid).messages


def _http_client(timeout: tuple[float, float], may_use_proxy: bool) -> Any:
    """The library's client for one request: one try, and limits for connecting and for a silence."""
    from twilio.http.http_client import TwilioHttpClient

    quiet_loggers()
    client = TwilioHttpClient(timeout=timeout[1])
    # Its constructor takes one limit only.
    client.timeout = timeout
    client.session.trust_env = may_use_proxy
    return client


def _report(record: Any) -> DeliveryReport:
    status = str(record.status)
    state = _DELIVERIES.get(status)
    if state is None:
        shown = status if re.fullmatch(r"[a-z_]{1,30}", status) else "something unknown"
        return DeliveryReport(Delivery.QUEUED, "", f"Twilio says: {shown}")
    if not state.is_failure:
        return DeliveryReport(state)
    code = str(record.error_code or "")
    code = code if _CODE.fullmatch(code) else ""
    meaning = meaning_of(code)
    return DeliveryReport(state, code, meaning.why, meaning.kind)


def _moment(value: object) -> datetime | None:
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _no_answer() -> Problem:
    return _problem(
        "Something that is not Twilio answered, or Twilio something else than was asked.",
        "See whether a proxy or web filter stands between, and check messaging.twilio.base_url.",
    )


def _problem(message: str, fix: str, key: str = "") -> Problem:
    return Problem(Severity.ERROR, message, fix, key=_SETTINGS + key)


def _settings_problems(
    account_sid: str, auth_token: str, from_number: str | None, service: str | None, base_url: str | None
) -> list[Problem]:
    problems = []
    if _ACCOUNT_SID.fullmatch(account_sid) is None:
        problems.append(
            _problem("It is not an account SID.", "It is AC and 32 digits and letters a to f.", ".account_sid")
        )
    if re.fullmatch(r"[!-~]+", auth_token) is None:
        problems.append(_problem("It is not an auth token.", "Copy it from the Twilio console.", ".auth_token"))
    if not from_number and not service:
        problems.append(_problem("There is no sender.", "Set from or messaging_service_sid.", ".from"))
    if from_number and _SENDER.fullmatch(from_number) is None:
        problems.append(_problem("It is not a sender's number.", "Write it like +12075550100.", ".from"))
    if service and _SERVICE_SID.fullmatch(service) is None:
        fix = "It is MG and 32 digits and letters a to f."
        problems.append(_problem("It is not a messaging service's SID.", fix, ".messaging_service_sid"))
    if base_url and not is_base_url(base_url):
        fix = "Write https:// and a host; plain http only for this computer (127.0.0.1)."
        problems.append(_problem("It is not an address to send to.", fix, ".base_url"))
    return problems

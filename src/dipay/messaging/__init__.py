"""Providers: one protocol, two implementations (`outbox`, `twilio`). They carry messages and decide nothing.

Importing this package loads no provider's library. Times are aware datetimes in UTC; numbers are E.164.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from dipay.domain.jobs import Tell, untold
from dipay.domain.outcomes import Delivery, Outcome, RefusalKind, Refused
from dipay.domain.problems import CannotGoOn, ExitCode, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

#: How far this computer's clock may be off the provider's: the log is read from so much earlier.
CLOCK_MARGIN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send once. `token` is the unguessable part of its link."""

    request_id: int
    token: str = field(repr=False)
    to: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message in the provider's log. `created_at` is when the provider got it."""

    provider_id: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    created_at: datetime

    def carries(self, token: str, text: str) -> bool:
        """Whether it is the request with that token and text: the token in the text proves it, else the whole text.

        A provider may put words before a text (trial accounts) or trim it, so only its end is compared.
        """
        if token and token in self.text:
            return True
        return bool(text.strip()) and self.text.strip().endswith(text.strip())


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of an accepted message; `code`, `why` and `kind` say more of a failure, in words for an office."""

    state: Delivery
    code: str = ""
    why: str = ""
    kind: RefusalKind = RefusalKind.UNKNOWN


@dataclass(frozen=True, slots=True)
class IncomingReply:
    """One message from a patient's number."""

    provider_id: str
    number: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class RateLimited(Refused):
    """A `Refused` of kind `SLOW_DOWN`, with the seconds the provider asks to wait, if it said so."""

    retry_after_seconds: float | None = None


class ProviderTrouble(CannotGoOn):
    """A question to the provider got no answer (exit code 4). Asking again later harms nothing.

    Never raised by `send`: what may have been sent is an outcome, not an error.
    """

    def __init__(self, problem: Problem, retry_after_seconds: float | None = None) -> None:
        super().__init__([problem], ExitCode.PROVIDER)
        self.problem = problem
        self.retry_after_seconds = retry_after_seconds


@runtime_checkable
class Sender(Protocol):
    """A provider of text messages. Everything that asks, but `send` and `ping`, may raise `ProviderTrouble`."""

    @property
    def name(self) -> str:
        """As in the setting `messaging.provider`."""
        ...

    def send(self, message: Outgoing) -> Outcome:
        """Hands the message over exactly once and tells what became of that; raises nothing, retries nothing."""
        ...

    def sent_to(self, number: str, since: datetime) -> list[SentMessage]:
        """The provider's log of messages to the number, created since then (and a little before: clocks differ).

        Newest first and complete: where it can't be read to the end that is `ProviderTrouble`, so that what is not
        in the list is not in the log.
        """
        ...

    def sent_since(self, since: datetime) -> Iterator[SentMessage]:
        """The same for every number, about newest first, read page by page as far as it is gone through.

        It may hold what others sent through the same account: a request is known by the link in its text.
        """
        ...

    def time_there(self) -> datetime | None:
        """What time it is by the provider's clock, as its last answer had it; None where it told none. Asks nothing."""
        ...

    def fetch(self, provider_id: str) -> DeliveryReport | None:
        """What became of an accepted message; None when the provider doesn't know it (any more)."""
        ...

    def replies(self, since: datetime, limit: int) -> list[IncomingReply]:
        """Messages from patients since then, oldest first, the oldest `limit` of them.

        So the next call goes on at the time of the last; a reply may come again and is known by its provider_id.
        """
        ...

    def ping(self) -> Problem | None:
        """None when the provider is reachable and takes the credentials, else what is wrong. Sends nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Polled:
    """Delivery reports by provider_id; `trouble` is the question without an answer that ended it."""

    reports: dict[str, DeliveryReport | None]
    trouble: Problem | None = None


def poll_deliveries(sender: Sender, provider_ids: Iterable[str], tell: Tell = untold) -> Polled:
    """Asks for each of the messages, in order, and ends at the first question without an answer."""
    reports: dict[str, DeliveryReport | None] = {}
    distinct = dict.fromkeys(provider_ids)
    for done, provider_id in enumerate(distinct):
        tell(done, len(distinct))
        try:
            reports[provider_id] = sender.fetch(provider_id)
        except ProviderTrouble as trouble:
            return Polled(reports, trouble.problem)
    return Polled(reports)

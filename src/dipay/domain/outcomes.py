"""What can become of a message: at once, as the provider answers, and later, as it is delivered or not.

Knows no provider: each tells its answers in these words, and the store keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class RefusalKind(StrEnum):
    """Whom a refusal concerns, and so what follows from it."""

    NUMBER = "number"  # this number can't be reached: ask for another
    OPTED_OUT = "opted_out"  # the person said no: never again
    TEMPORARY_BY_PERSON = "temporary_by_person"  # may work later; a person decides whether to send again
    CONTENT = "content"  # the text was filtered or can't be sent
    RUN_STOP = "run_stop"  # the account, the sender or the credentials: every next message fails alike
    SLOW_DOWN = "slow_down"  # not processed: wait, then go on slower
    DAY_STOP = "day_stop"  # the provider's or a carrier's daily limit: go on tomorrow
    UNKNOWN = "unknown"  # a code nobody here knows: a failure that a person sees

    @property
    def concerns_message(self) -> bool:
        """Whether it puts the one account on the Undeliverable list; False where the account can't help."""
        return self in _CONCERN_MESSAGE


_CONCERN_MESSAGE: Final = frozenset(
    {RefusalKind.NUMBER, RefusalKind.TEMPORARY_BY_PERSON, RefusalKind.CONTENT, RefusalKind.UNKNOWN}
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message and named it."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider surely did not take it. `why` is plain words, without anything personal and without a full stop."""

    code: str
    why: str
    kind: RefusalKind


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely never reached the provider (name not found, connection refused, stopped before the call)."""

    why: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Nobody knows: a timeout, a reset, a server error, an answer that is no answer."""

    why: str


Outcome = Accepted | Refused | NotSent | InDoubt


class Delivery(StrEnum):
    """What became of an accepted message. `sent` is no receipt, and may be the last that is ever heard."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self not in (Delivery.QUEUED, Delivery.SENT)

    @property
    def is_failure(self) -> bool:
        """It did not reach the person."""
        return self in (Delivery.UNDELIVERED, Delivery.FAILED, Delivery.CANCELED)


class Reach(StrEnum):
    """Whether a message reached somebody. `ON_ITS_WAY`: it went out, and no receipt came, or none yet."""

    REACHED = "reached"
    ON_ITS_WAY = "on its way"
    UNDELIVERABLE = "undeliverable"
    IN_DOUBT = "in doubt"
    NOT_SENT = "not sent"


def settled(before: Delivery | None, told: Delivery) -> Delivery:
    """The delivery state after the provider told one: a final state never changes, and `sent` never goes back."""
    if before is None:
        return told
    if before.is_final or (before is Delivery.SENT and told is Delivery.QUEUED):
        return before
    return told

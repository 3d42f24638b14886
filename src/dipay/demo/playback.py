"""The outbox, with a provider's and patients' answers played back from a record. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dipay.domain.outcomes import Delivery
from dipay.messaging import DeliveryReport, IncomingReply
from dipay.messaging.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from dipay.messaging import SentMessage

_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
_DELIVERED: Final = DeliveryReport(Delivery.DELIVERED)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Of one number: what becomes of messages to it, and what its owner texts back so long `after` the first one."""

    delivery: DeliveryReport = _DELIVERED
    reply: str = field(default="", repr=False)
    after: timedelta = timedelta()


class Playback(Outbox):
    """Writes messages as the outbox does. `record` has by numbers what comes back; to any other they are delivered."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], record: Mapping[str, Recorded]) -> None:
        super().__init__(folder, clock)
        self._now, self._record = clock, record

    def fetch(self, provider_id: str) -> DeliveryReport | None:
        number = next((each.to for each in self.sent_since(_EVER) if each.provider_id == provider_id), None)
        return self._record.get(number, Recorded()).delivery if number is not None else None

    def replies(self, since: datetime, limit: int) -> list[IncomingReply]:
        # The newest come first, so the first one to each number is what stays.
        first = {each.to: each for each in self.sent_since(_EVER) if each.to in self._record}
        replies = [self._reply(each) for each in first.values()]
        told = (each for each in replies if each.text and since <= each.at <= self._now())
        return sorted(told, key=lambda each: each.at)[:limit]

    def _reply(self, to: SentMessage) -> IncomingReply:
        recorded = self._record[to.to]
        return IncomingReply(f"reply to {to.provider_id}", to.to, recorded.reply, to.created_at + recorded.after)

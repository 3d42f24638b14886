"""Payments by links: as a processor tells of them, and as they stand beside the exports."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from dipay.domain.values import value


class PaymentState(StrEnum):
    """What became of a payment. `pending`: the patient paid by bank, and the money is on its way."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


class Posted(StrEnum):
    """How it is known that the practice's books have a payment."""

    BY_EXPORT = "export"
    BY_STAFF = "staff"


@value(frozen=True, slots=True)
class KnownPayment:
    """A payment as the state has it; amounts in cents, 0 once past retention.

    `number` is what `dipay posting` calls it, `reference` what the processor does. `at` is when the patient paid, `day`
    the practice's day of it. `posted_on`: the day of the export that shows it, or on which a person said that it is
    keyed in; None while neither is so.
    """

    number: int
    request_id: int
    guarantor_id: str
    processor: str
    payment_id: str
    reference: str
    state: PaymentState
    at: datetime
    day: date
    amount_cents: int = field(repr=False)
    refunded_cents: int = field(default=0, repr=False)
    posted_on: date | None = None
    how: Posted | None = None

    @property
    def left_cents(self) -> int:
        """What the practice has, or will have, of it: nothing of one that failed."""
        return 0 if self.state is PaymentState.FAILED else max(0, self.amount_cents - self.refunded_cents)

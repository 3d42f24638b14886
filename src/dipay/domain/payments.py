"""Payments by links, as a processor tells of them."""

from __future__ import annotations

from enum import StrEnum


class PaymentState(StrEnum):
    """What became of a payment. `pending`: the patient paid by bank, and the money is on its way."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"

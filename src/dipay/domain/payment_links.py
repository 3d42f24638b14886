"""Which links are to be switched off, and why: so that nobody pays twice, or what they no longer owe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final


class OffWhy(StrEnum):
    """Why a link is off, or to be."""

    PAID = "paid"
    OPTED_OUT = "opted-out"
    REMOVED = "removed"
    UNDELIVERABLE = "undeliverable"
    UNSENT = "unsent"
    REPLACED = "replaced"
    AMOUNT = "amount"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        """In words, after "the link is off: "."""
        return _WORDS[self]


_WORDS: Final[Mapping[OffWhy, str]] = {
    OffWhy.PAID: "it is paid",
    OffWhy.OPTED_OUT: "the account or its number opted out",
    OffWhy.REMOVED: "its campaign was ended",
    OffWhy.UNDELIVERABLE: "its text did not reach the person",
    OffWhy.UNSENT: "its text was never sent",
    OffWhy.REPLACED: "a newer text has another one",
    OffWhy.AMOUNT: "the account owes another amount now",
    OffWhy.EXPIRED: "its days are over",
}
#: What the end of a link's campaign says of it; after its last message it can still be paid.
_BY_END: Final = {
    "paid": OffWhy.PAID,
    "removed": OffWhy.REMOVED,
    "opted_out": OffWhy.OPTED_OUT,
    "undeliverable": OffWhy.UNDELIVERABLE,
}


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that can be paid, and what the state knows of its request and its account.

    `owed_cents` is what its account owed when it was asked. `is_single`: a person asked, maybe for another amount.
    `went_out`: its text did, or may have; `failed`: it did not reach the person. `campaign_end` is how its campaign
    ended, empty while it runs. `replaced`: a newer text of the account went out. `marked_paid`: by staff.
    """

    request_id: int
    guarantor_id: str
    owed_cents: int = field(repr=False)
    expires_on: date
    is_single: bool = False
    went_out: bool = True
    failed: bool = False
    opted_out: bool = False
    campaign_end: str = ""
    replaced: bool = False
    marked_paid: bool = False


def why_off(link: OpenLink, owed_cents: int | None, today: date) -> OffWhy | None:
    """Why a link is to be switched off; None while it may be paid.

    `owed_cents` is what its account owes by the exports less what was paid and is not in them yet; None where nobody
    knows.
    """
    found = (
        (OffWhy.PAID, link.marked_paid or (owed_cents is not None and owed_cents <= 0 < link.owed_cents)),
        (OffWhy.OPTED_OUT, link.opted_out),
        (OffWhy.UNDELIVERABLE, link.failed),
        (OffWhy.UNSENT, not link.went_out),
        (_BY_END.get(link.campaign_end, OffWhy.REMOVED), link.campaign_end in _BY_END),
        (OffWhy.REPLACED, link.replaced),
        (OffWhy.AMOUNT, owed_cents is not None and _is_another(link, owed_cents)),
        (OffWhy.EXPIRED, link.expires_on < today),
    )
    return next((why for why, so in found if so), None)


def _is_another(link: OpenLink, owed_cents: int) -> bool:
    """Whether the account owes another amount than when it was asked. What a person asks for may be less or more than
    that: then only a lower one says that it may be paid already.
    """
    return owed_cents < link.owed_cents if link.is_single else owed_cents != link.owed_cents

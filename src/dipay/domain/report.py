"""The rows of a report: messages by month, by message, by aging category and by campaign, and what became of each.

Whatever the rows are made by, each message is in one of them: their sums are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from dipay.domain.campaigns import message_name
from dipay.domain.collected import WINDOWS, Collected
from dipay.domain.columns import Flags, Numbers
from dipay.domain.not_asked import NOTHING_OWED
from dipay.domain.outcomes import Reach

#: After these a payment counts: the person may have read the message.
WENT_OUT: Final = frozenset({Reach.REACHED, Reach.ON_ITS_WAY})
#: All of them, as a row.
ALL: Final = "all"
#: A request that belongs to no campaign, and one of which nothing came.
SINGLE: Final = "single requests"
NO_CAMPAIGN: Final = "no campaign began"
NOT_IN_EXPORTS: Final = "not in the exports"
NO_AGE: Final = "nothing owed"
NOT_KNOWN: Final = "not known"
BUCKETS: Final = ("0-30 days", "31-60 days", "61-90 days", "over 90 days")


@dataclass(frozen=True, slots=True)
class Message:
    """A payment request message: whose, when, which of its campaign, and the month in which that began.

    `step` is None for a single request; `campaign` is "2026-11", `SINGLE` or `NO_CAMPAIGN`. `request_id` is None where
    nothing was sent, for want of a number. `amount_cents` is None once past retention.
    """

    guarantor_id: str
    day: date
    step: int | None
    campaign: str
    reach: Reach
    amount_cents: int | None = None
    request_id: int | None = None

    @property
    def name(self) -> str:
        return "single request" if self.step is None else message_name(self.step)


@dataclass(frozen=True, slots=True)
class Within:
    """What came in within so many days of some messages, in cents, and after how many of these anything did.

    Of `over` messages all those days are known, of `not_over` not yet: then it is what came in so far.
    """

    days: int
    collected_cents: int
    paid: int
    over: int
    not_over: int

    @property
    def is_known(self) -> bool:
        """Whether nothing can be added any more."""
        return not self.not_over


@dataclass(frozen=True, slots=True)
class Row:
    """Some messages and what became of them. `within` is empty where no ledger says what came in.

    `payments_not_known` of them went to accounts that the exports do not have, or whose rows can't all be read: what
    these paid is not in it.
    """

    name: str
    messages: int
    accounts: int
    reached: int
    on_its_way: int
    undeliverable: int
    in_doubt: int
    answered: int
    opted_out: int
    payments_not_known: int
    same_day_cents: int
    within: tuple[Within, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What followed each message, as columns in the messages' order.

    `payments_known`: whether all that its account paid can be read. `money` is None where there is no ledger.
    """

    payments_known: Flags
    answered: Flags
    opted_out: Flags
    money: Collected | None


def row_of(name: str, messages: Sequence[Message], followed: Followed, those: Numbers) -> Row:
    """The row of the messages at these places."""
    some = [messages[place] for place in those.tolist()]
    reach = [each.reach for each in some]
    money = followed.money
    return Row(
        name,
        messages=len(some),
        accounts=len({each.guarantor_id for each in some}),
        reached=reach.count(Reach.REACHED),
        on_its_way=reach.count(Reach.ON_ITS_WAY),
        undeliverable=reach.count(Reach.UNDELIVERABLE),
        in_doubt=reach.count(Reach.IN_DOUBT),
        answered=int(followed.answered[those].sum()),
        opted_out=int(followed.opted_out[those].sum()),
        payments_not_known=sum(
            each.reach in WENT_OUT and not known
            for each, known in zip(some, followed.payments_known[those].tolist(), strict=True)
        ),
        same_day_cents=int(money.same_day[those].sum()) if money is not None else 0,
        within=_within(money, those) if money is not None else (),
    )


def _within(money: Collected, those: Numbers) -> tuple[Within, ...]:
    counted = those[money.counts[those]]
    over = money.is_over[counted]
    return tuple(
        Within(
            days,
            int(money.cents[counted, place].sum()),
            int((money.cents[counted, place] > 0).sum()),
            int(over[:, place].sum()),
            int((~over[:, place]).sum()),
        )
        for place, days in enumerate(WINDOWS)
    )


def rows_by(labels: Sequence[str], messages: Sequence[Message], followed: Followed, those: Numbers) -> list[Row]:
    """A row for each label among these messages, in the order of the labels."""
    places: dict[str, list[int]] = {}
    for place in those.tolist():
        places.setdefault(labels[place], []).append(place)
    return [row_of(label, messages, followed, np.array(places[label])) for label in sorted(places, key=_order)]


_LAST: Final = (SINGLE, "single request", NO_CAMPAIGN, NO_AGE, NOT_KNOWN, NOT_IN_EXPORTS)


def _order(label: str) -> tuple[int, int, int, str]:
    """Months and messages as they follow each other, ages from the youngest, and what is none of these behind."""
    number = "".join(filter(str.isdigit, label)) if label.startswith("follow-up") else "0"
    return (
        _LAST.index(label) + 1 if label in _LAST else 0,
        BUCKETS.index(label) if label in BUCKETS else 0,
        int(number),
        label,
    )


def aging_label(category: int, account: int) -> str:
    """The aging category in words."""
    if account < 0:
        return NOT_IN_EXPORTS
    return NO_AGE if category == NOTHING_OWED else BUCKETS[category]


@dataclass(frozen=True, slots=True)
class Campaigns:
    """How the campaigns that began in a month ended, or go on."""

    name: str
    campaigns: int
    running: int
    paid: int
    completed: int
    removed: int
    opted_out: int
    undeliverable: int


def campaigns_by_month(hows: Mapping[str, Sequence[str]]) -> list[Campaigns]:
    """A row for each month, of how its campaigns ended; "" for one that runs."""
    return [
        Campaigns(
            month, len(how), how.count(""), how.count("paid"), how.count("completed"), how.count("removed"),
            how.count("opted_out"), how.count("undeliverable"),
        )
        for month, how in sorted(hows.items())
    ]  # fmt: skip

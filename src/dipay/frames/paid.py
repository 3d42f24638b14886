"""What came in, as frames: the ledger's money by day, and what followed each payment request message."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dipay.domain.collected import WINDOWS
from dipay.domain.entries import ENTRY_KINDS
from dipay.frames.columns import CENTS, COUNT, DAY, FLAG, TEXT, frame_of
from dipay.services.report import look_back

if TYPE_CHECKING:
    import pandas as pd

    from dipay.office import Office


def payments(office: Office, as_of: date | None = None) -> pd.DataFrame:
    """The ledger's money until today or that day, summed by account, day and kind; no rows where there is no ledger.

    `guarantor_id`, `day`, `kind` (payment, insurance-payment, write-off, adjustment, plan-credit, charge,
    returned-payment, other), `amount_cents` (charges above zero, credits below; of a kind that has both on one day,
    each in a row of its own).
    Where the ledger has no column for kinds every row is `other`. `CannotGoOn` where the exports can't be read.
    """
    columns = {"guarantor_id": TEXT, "day": DAY, "kind": TEXT, "amount_cents": CENTS}
    exports = office.read_exports(as_of or office.today(), payments=True)
    money = exports.payments
    if money is None:
        return frame_of((), columns)
    told = zip(money.account.tolist(), money.day.tolist(), money.kind.tolist(), money.cents.tolist(), strict=True)
    ids = exports.accounts.ids
    return frame_of(
        ((ids[account], date.fromordinal(day), ENTRY_KINDS[kind].value, cents) for account, day, kind, cents in told),
        columns,
    )


def after_requests(office: Office, as_of: date | None = None) -> pd.DataFrame:
    """What followed each payment request message until today or that day: what `dipay report` adds up.

    `request_id` (<NA> where nothing was sent, for want of a number), `guarantor_id`, `day`, `message`, `campaign` (the
    month it began in), `aging` (of the account on that morning, by the ledger), `outcome`, `answered`, `opted_out`,
    `collected_within_7_cents` and so on (<NA> where nobody knows; so far where `is_over_7` and so on is false).
    A payment counts for the last message before it. That it came after a message does not say why it came.
    """
    columns = {
        "request_id": COUNT, "guarantor_id": TEXT, "day": DAY, "message": TEXT, "campaign": TEXT, "aging": TEXT,
        "outcome": TEXT, "answered": FLAG, "opted_out": FLAG,
        **{f"collected_within_{days}_cents": CENTS for days in WINDOWS},
        **{f"is_over_{days}": FLAG for days in WINDOWS},
    }  # fmt: skip
    found, _ = look_back(office, as_of or office.today())
    followed, money = found.followed, found.followed.money
    nobody_knows, not_over = [None] * len(WINDOWS), [False] * len(WINDOWS)
    return frame_of(
        (
            (
                each.request_id, each.guarantor_id, each.day, each.name, each.campaign, found.ages[place],
                each.reach.value, bool(followed.answered[place]), bool(followed.opted_out[place]),
                *(money.cents[place].tolist() if money is not None and money.counts[place] else nobody_knows),
                *(money.is_over[place].tolist() if money is not None and money.counts[place] else not_over),
            )
            for place, each in enumerate(found.state.messages)
        ),
        columns,
    )  # fmt: skip

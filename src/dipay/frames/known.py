"""What the state file knows as frames: requests, campaigns, replies, balances of asked accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.frames.columns import CENTS, COUNT, DAY, FLAG, MOMENT, TEXT, frame_of
from dipay.state import whole
from dipay.state.reading import history
from dipay.state.replies import replies as kept_replies
from dipay.state.requests import reach_of
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pandas as pd

    from dipay.office import Office
    from dipay.state.requests import Request
    from dipay.state.store import Store


def _state(office: Office) -> AbstractContextManager[Store]:
    return open_for_reading(office.state_path, office.state_marker)


def requests(office: Office, *, personal: bool = False) -> pd.DataFrame:
    """Every payment request message, in the order they were claimed; those of the outbox are `rehearsal`.

    `request_id`, `guarantor_id`, `kind` (campaign, single, resend), `campaign_id`, `step` (0 the first request),
    `parent_id` (which request a re-send repeats), `named` (a person named the account), `amount_cents` (asked for; <NA>
    once past retention), `segments`, `provider`, `rehearsal`, `day` (the practice's), `claimed_at`, `state`,
    `delivery`, `outcome` (reached, on its way, undeliverable, in doubt, not sent), `code` (the provider's, of a
    failure), `misdirected`. With `personal` also `number` and `text`.
    """
    columns = {
        "request_id": COUNT, "guarantor_id": TEXT, "kind": TEXT, "campaign_id": COUNT, "step": COUNT,
        "parent_id": COUNT, "named": FLAG, "amount_cents": CENTS, "segments": COUNT, "provider": TEXT,
        "rehearsal": FLAG, "day": DAY, "claimed_at": MOMENT, "state": TEXT, "delivery": TEXT, "outcome": TEXT,
        "code": TEXT, "misdirected": FLAG, **({"number": TEXT, "text": TEXT} if personal else {}),
    }  # fmt: skip
    with _state(office) as store:
        return frame_of((_request(each, personal=personal) for each in history(store)), columns)


def _request(each: Request, *, personal: bool) -> tuple[object, ...]:
    delivery = each.delivery.value if each.delivery is not None else ""
    told = (
        each.id, each.guarantor_id, each.kind.value, each.campaign_id, each.step, each.parent_id, each.named,
        each.amount_cents, each.segments, each.provider, each.rehearsal, each.day, each.claimed_at, each.state.value,
        delivery, reach_of(each).value, each.code, each.misdirected,
    )  # fmt: skip
    return (*told, each.number, each.text) if personal else told


def campaigns(office: Office) -> pd.DataFrame:
    """Every campaign, in the order they began.

    `campaign_id`, `guarantor_id`, `rehearsal`, `began`, `step` (the last that was accepted), `last_sent`, `ended` (<NA>
    while it runs), `how` (paid, completed, removed, opted_out, undeliverable).
    """
    columns = {
        "campaign_id": COUNT, "guarantor_id": TEXT, "rehearsal": FLAG, "began": DAY, "step": COUNT, "last_sent": DAY,
        "ended": DAY, "how": TEXT,
    }  # fmt: skip
    with _state(office) as store:
        return frame_of(
            (
                (
                    each.id,
                    each.guarantor_id,
                    each.rehearsal,
                    each.began,
                    each.step,
                    each.last_sent,
                    each.ended,
                    each.how,
                )
                for each in whole.campaigns(store)
            ),
            columns,
        )


def replies(office: Office, *, personal: bool = False) -> pd.DataFrame:
    """What patients answered, in the order it came.

    `reply_id`, `guarantor_id` (None where nobody was asked at its number), `kind`, `day`, `at`, `waits` (for a person),
    `how` (what settled it). With `personal` also `number`, `text` and `note`.
    """
    columns = {
        "reply_id": COUNT, "guarantor_id": TEXT, "kind": TEXT, "day": DAY, "at": MOMENT, "waits": FLAG, "how": TEXT,
        **({"number": TEXT, "text": TEXT, "note": TEXT} if personal else {}),
    }  # fmt: skip
    with _state(office) as store:
        told = [
            (
                each.id, each.guarantor_id, each.kind.value, each.day, each.at, each.handled_at is None, each.how,
                *((each.number, each.text, each.note) if personal else ()),
            )
            for each in kept_replies(store, waiting_only=False)
        ]  # fmt: skip
    return frame_of(told, columns)


def opt_outs(office: Office) -> pd.DataFrame:
    """Who opted out, oldest first: `guarantor_id` (None for a number alone), `day`, `source`, `stands` still."""
    columns = {"guarantor_id": TEXT, "day": DAY, "source": TEXT, "stands": FLAG}
    with _state(office) as store:
        told = [(each.guarantor_id, each.day, each.source, each.stands) for each in whole.opt_outs(store)]
    return frame_of(told, columns)


def balances_by_day(office: Office) -> pd.DataFrame:
    """What asked accounts owed in the exports since, a row where it changed, by account and day.

    `guarantor_id`, `day` (of the export), `patient_portion_cents` (0 where the export no longer had the account).
    """
    with _state(office) as store:
        return frame_of(
            whole.balances_seen(store),
            {"guarantor_id": TEXT, "day": DAY, "patient_portion_cents": CENTS},
        )


def imports(office: Office) -> pd.DataFrame:
    """The exports that were worked with, in the order they were read.

    `day` (they were made), `at` (they were read), `accounts`, `balance_cents` (of all accounts together), `accepted`
    (a person took them although they differed much from the ones before).
    """
    columns = {"day": DAY, "at": MOMENT, "accounts": COUNT, "balance_cents": CENTS, "accepted": FLAG}
    with _state(office) as store:
        told = [(each.day, each.at, each.accounts, each.balance_cents, each.accepted) for each in whole.imports(store)]
    return frame_of(told, columns)

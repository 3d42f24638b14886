"""The worklist of a day as a frame."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from dipay.domain.aging import NOTHING_UNPAID
from dipay.domain.choices import Choice
from dipay.frames.columns import CENTS, COUNT, DAY, FLAG, TEXT, as_column
from dipay.services.worklist import make_worklist

if TYPE_CHECKING:
    from dipay.domain.worklist import Worklist
    from dipay.office import Office


def worklist(office: Office, as_of: date | None = None, view: Choice = Choice.ALL) -> pd.DataFrame:
    """The accounts of today's exports, or as of that day, each with its verdict, in the order of the names.

    `guarantor_id`, `name` (personal), `phone` (personal; E.164, None where no usable one is), `patients` (how many the
    account pays for), `balance_cents`, `insurance_estimate_cents`, `writeoff_estimate_cents`,
    `patient_portion_cents` (may be below zero), `days_0_30_cents` ... `over_90_cents` (of the portion),
    `oldest_unpaid_days`, `last_visit`, `view`, `reasons` (the rules' codes with blanks between, the headline first),
    `amount_cents` (what would be asked for), `selected`, `campaign_began`, `campaign_step`, `campaign_last_sent`.
    `CannotGoOn` where the exports can't be read.
    """
    return of_worklist(make_worklist(office, as_of).worklist, view)


def of_worklist(worklist: Worklist, view: Choice = Choice.ALL) -> pd.DataFrame:
    """The same, of a worklist at hand."""
    places = worklist.places(view)
    each, accounts, aged = places.tolist(), worklist.accounts, worklist.accounts.aged
    ids = [accounts.ids[place] for place in each]
    phones = [accounts.phones[place] for place in each]
    portions, buckets = accounts.patient_portion_cents[places], aged.portion_buckets[places]
    oldest, visits = aged.oldest_unpaid_days[places].tolist(), accounts.last_visits[places].tolist()
    states = [worklist.day.situation.of(guarantor_id) for guarantor_id in ids]
    running = [state if state.campaign_began is not None else None for state in states]
    return pd.DataFrame(
        {
            "guarantor_id": as_column(ids, TEXT),
            "name": as_column(map(accounts.name, each), TEXT),
            "phone": as_column((phone if phone.startswith("+") else None for phone in phones), TEXT),
            "patients": as_column(map(len, accounts.patient_ids(places)), COUNT),
            "balance_cents": as_column(aged.balance_cents[places].tolist(), CENTS),
            "insurance_estimate_cents": as_column(aged.insurance_estimate_cents[places].tolist(), CENTS),
            "writeoff_estimate_cents": as_column(aged.writeoff_estimate_cents[places].tolist(), CENTS),
            "patient_portion_cents": as_column(portions.tolist(), CENTS),
            **{
                f"{name}_cents": as_column(buckets[:, place].tolist(), CENTS)
                for place, name in enumerate(("days_0_30", "days_31_60", "days_61_90", "over_90"))
            },
            "oldest_unpaid_days": as_column((None if days == NOTHING_UNPAID else days for days in oldest), COUNT),
            "last_visit": as_column((date.fromordinal(day) if day else None for day in visits), DAY),
            "view": as_column((found.value for found in worklist.views(places)), TEXT),
            "reasons": as_column((" ".join(rule.code for rule in found) for found in worklist.reasons(places)), TEXT),
            "amount_cents": as_column(portions.clip(min=0).tolist(), CENTS),
            "selected": as_column(worklist.selected[places].tolist(), FLAG),
            "campaign_began": as_column((state and state.campaign_began for state in running), DAY),
            "campaign_step": as_column((state and state.campaign_step for state in running), COUNT),
            "campaign_last_sent": as_column((state and state.campaign_last_sent for state in running), DAY),
        }
    )

"""The next weeks as they would go under today's settings, and under others: who would be asked when, for how much.

By the same rules, campaigns and hours as every day, as if nobody paid, came or answered meanwhile. Reads, and changes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dipay.config import load_settings
from dipay.domain.aging import NOTHING_UNPAID
from dipay.domain.asked_before import AskedBefore
from dipay.domain.campaigns import is_last_step
from dipay.domain.worklist import judge
from dipay.frames.columns import CENTS, COUNT, DAY, TEXT, frame_of
from dipay.services.planning import PlannedMessage, make_plan
from dipay.services.settling import is_settled
from dipay.services.worklist import read_day
from dipay.state.reading import RunningCampaign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dipay.domain.accounts import Accounts
    from dipay.domain.jobs import Tell
    from dipay.domain.problems import Problem
    from dipay.domain.situation import AccountState, Situation
    from dipay.domain.worklist import Worklist
    from dipay.office import Office

#: The hour of each day at which everything is sent: within any sensible window.
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Simulation:
    """The messages of `weeks` weeks from today: under the settings of the file, and under those with the `changes`.

    Columns of both frames: `day`, `guarantor_id`, `name`, `step` (0 the first request), `amount_cents` (asked for).
    """

    today: date
    weeks: int
    changes: Mapping[str, str]
    now: pd.DataFrame
    then: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def simulate(office: Office, changes: Mapping[str, str], weeks: int = 4) -> Simulation:
    """Both courses. `changes` are values as they would stand in the settings file, by their dotted keys.

    Wrong keys and values end with exit code 2, as they would in the file.
    """
    other = replace(office, loaded=load_settings(office.loaded.path, changes))
    today = office.today()
    now, problems = _course(office, today, weeks)
    then, _ = _course(other, today, weeks)
    return Simulation(today, weeks, dict(changes), now, then, problems)


def by_week(found: Simulation) -> pd.DataFrame:
    """Both courses by week, from today on.

    `week` (its first day), and of each course, `now_` and `then_`: `first_requests`, `first_cents` (asked for by
    these), `follow_ups`.
    """
    weeks = [found.today + timedelta(days=7 * each) for each in range(found.weeks)]
    columns = {"week": pd.Series([pd.Timestamp(each) for each in weeks], dtype=DAY)}
    for name, course in (("now", found.now), ("then", found.then)):
        number = (course["day"] - pd.Timestamp(found.today)).dt.days // 7
        is_first = course["step"] == 0

        def of_weeks(values: pd.Series) -> pd.Series:
            return values.reindex(range(found.weeks), fill_value=0).astype(COUNT)

        columns[f"{name}_first_requests"] = of_weeks(is_first.groupby(number).sum())
        columns[f"{name}_first_cents"] = of_weeks(course["amount_cents"].where(is_first, 0).groupby(number).sum())
        columns[f"{name}_follow_ups"] = of_weeks((~is_first).groupby(number).sum())
    return pd.DataFrame(columns)


def _course(office: Office, today: date, weeks: int) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    exports, situation, troubles = read_day(office, today)
    days = [today + timedelta(days=each) for each in range(7 * weeks)]
    with office.doing("going through the next weeks", "days") as tell:
        messages = list(_messages(office, exports.accounts, situation, days, tell))
    columns = {"day": DAY, "guarantor_id": TEXT, "name": TEXT, "step": COUNT, "amount_cents": CENTS}
    rows = ((day, each.account.guarantor_id, each.account.name, each.step, each.amount_cents) for day, each in messages)
    return frame_of(rows, columns), (*troubles, *exports.problems)


def _messages(
    office: Office, accounts: Accounts, situation: Situation, days: Sequence[date], tell: Tell
) -> Iterator[tuple[date, PlannedMessage]]:
    settings, message_days = office.settings, [each.day for each in office.settings.campaign.messages]
    for done, day in enumerate(days):
        tell(done, len(days))
        worklist = judge(_older(accounts, (day - days[0]).days), office.day(day, situation))
        running = sorted(_running(worklist, message_days), key=lambda each: each.began)
        ended = _ended(situation, {each.guarantor_id for each in running})
        if ended is not situation:
            situation = ended
            worklist = judge(worklist.accounts, office.day(day, situation))
        moment = datetime.combine(day, NOON, office.zone)
        plan = make_plan(worklist, running, settings, moment)
        going = plan.messages[: settings.messaging.daily_limit]
        situation = _sent(situation, going, day)
        yield from ((day, each) for each in going)


def _older(accounts: Accounts, days: int) -> Accounts:
    """The accounts so many days later: what is unpaid is older, and nothing else is known."""
    oldest = accounts.aged.oldest_unpaid_days
    aged = replace(accounts.aged, oldest_unpaid_days=np.where(oldest == NOTHING_UNPAID, oldest, oldest + days))
    return replace(accounts, aged=aged)


def _running(worklist: Worklist, message_days: Sequence[int]) -> Iterator[RunningCampaign]:
    """The campaigns that go on: those of accounts that still owe, and with a message to come."""
    place_of = {each: place for place, each in enumerate(worklist.accounts.ids)}
    for guarantor_id, state in worklist.day.situation.accounts.items():
        if state.campaign_began is None:
            continue
        place = place_of.get(guarantor_id)
        paid = place is not None and is_settled(worklist.at(place), worklist.day)
        if not paid and not is_last_step(state.campaign_step, message_days):
            last_sent = state.campaign_last_sent or state.campaign_began
            yield RunningCampaign(guarantor_id, state.campaign_began, state.campaign_step, last_sent)


def _ended(situation: Situation, running: set[str]) -> Situation:
    """What is known once every other campaign has ended; the same where none has."""
    ended = {
        each: replace(state, campaign_began=None, completed_on=state.campaign_last_sent)
        for each, state in situation.accounts.items()
        if state.campaign_began is not None and each not in running
    }
    return replace(situation, accounts={**situation.accounts, **ended}) if ended else situation


def _sent(situation: Situation, messages: Sequence[PlannedMessage], day: date) -> Situation:
    """What is known once these went out."""
    states: dict[str, AccountState] = dict(situation.accounts)
    numbers, patients = dict(situation.asked.numbers), dict(situation.asked.patients)
    for each in messages:
        account = each.account.guarantor_id
        before = situation.of(account)
        began = day if each.step == 0 else before.campaign_began
        if each.step == 0:
            # Behind those that began before: campaigns go on in the order they began.
            states.pop(account, None)
        states[account] = replace(
            before,
            campaign_began=None if each.last_step else began,
            completed_on=day if each.last_step else None,
            campaign_step=each.step,
            campaign_last_sent=day,
            last_asked=day,
        )
        for known, keys in ((numbers, (each.number,)), (patients, each.account.patient_ids)):
            known.update((key, tuple(dict.fromkeys((*known.get(key, ()), account)))) for key in keys)
    return replace(situation, accounts=states, asked=AskedBefore(numbers, patients))

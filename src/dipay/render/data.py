"""Results as plain data: the names and meanings are the contract's promises to other programs."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import starmap
from typing import TYPE_CHECKING, Any

import msgspec

from dipay.domain.aging import NOTHING_UNPAID
from dipay.domain.choices import Choice
from dipay.domain.problems import Problem
from dipay.domain.worklist import Judged, View, Worklist
from dipay.render.as_json import ITEMS_AT_ONCE, Data, Each
from dipay.render.records import record_data, to_call_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dipay.domain.columns import Numbers
    from dipay.domain.day import Day
    from dipay.domain.settings import Settings
    from dipay.services.explaining import Explanation
    from dipay.services.records import Record, ToCall
    from dipay.services.worklist import Listing


def envelope(command: str, as_of: date | None, data: Data, problems: tuple[Problem, ...], status: str) -> Data:
    """What every `--json` answer looks like."""
    return {
        "dipay": 1,
        "command": command,
        "as_of": as_of.isoformat() if as_of else None,
        "status": status,
        "data": data,
        "problems": [problem_data(problem) for problem in problems],
    }


def problem_data(problem: Problem) -> Data:
    return {
        "severity": problem.severity.value,
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "message": f"{problem.key}: {problem.message}" if problem.key else problem.message,
        "fix": problem.fix,
    }


class ReasonData(msgspec.Struct, frozen=True, gc=False):
    """A rule that speaks against asking an account; `detail` says why in words."""

    code: str
    verdict: str
    detail: str


class AgingData(msgspec.Struct, frozen=True, gc=False):
    """The unpaid part of the patient portion by its age in days; in cents."""

    days_0_30: int
    days_31_60: int
    days_61_90: int
    over_90: int


class CampaignData(msgspec.Struct, frozen=True, gc=False):
    """A running campaign.

    `step` is that of the last message sent (0 the first request), `of` how many messages there are. `next_day` is the
    first day on which the next may go out, null where none is to come; `due`: it may today, if no rule stops it.
    """

    began: str
    step: int
    of: int
    last_sent: str
    next_day: str | None
    due: bool


class AccountData(msgspec.Struct, frozen=True, gc=False):
    """One account as `list` and `why` give it. Days are YYYY-MM-DD; what the exports don't say is null.

    `language` is the code of the language in which the account is first asked: the guarantor's own where the request
    has a text in it, else the practice's; never null. Amounts are less what was paid by links and the exports lack:
    `unposted_cents`.
    """

    guarantor_id: str
    name: str
    phone: str | None
    phone_problem: str | None
    patient_ids: list[str]
    balance_cents: int
    insurance_estimate_cents: int
    writeoff_estimate_cents: int
    patient_portion_cents: int
    aging: AgingData
    oldest_unpaid_days: int | None
    last_visit: str | None
    outstanding_claims: int | None
    view: View
    reasons: list[ReasonData]
    amount_cents: int
    selected: bool
    language: str
    campaign: CampaignData | None
    unposted_cents: int


def account_data(judged: Judged, day: Day, settings: Settings) -> AccountData:
    """One account by itself."""
    alone = Worklist.of_one(judged, day)
    return next(_accounts(alone, alone.places(Choice.ALL), settings))


def accounts_data(worklist: Worklist, choice: Choice, settings: Settings) -> Iterator[AccountData]:
    """The chosen accounts in the order of the list, made some at a time."""
    places = worklist.places(choice)
    for first in range(0, len(places), ITEMS_AT_ONCE):
        yield from _accounts(worklist, places[first : first + ITEMS_AT_ONCE], settings)


def _accounts(worklist: Worklist, places: Numbers, settings: Settings) -> Iterator[AccountData]:
    """These accounts, worked out field by field."""
    accounts, aged, each = worklist.accounts, worklist.accounts.aged, places.tolist()
    phones = [accounts.phones[place] for place in each]
    portions, marks = accounts.patient_portion_cents[places].tolist(), worklist.marks[places].tolist()
    own_languages = [accounts.languages[place] for place in each]
    languages = {own: settings.language_for(own) for own in set(own_languages)}
    fields: dict[str, Iterable[Any]] = {
        "guarantor_id": [accounts.ids[place] for place in each],
        "name": map(accounts.name, each),
        "phone": [phone if phone.startswith("+") else None for phone in phones],
        "phone_problem": [None if phone.startswith("+") else phone for phone in phones],
        "patient_ids": accounts.patient_ids(places),
        "balance_cents": aged.balance_cents[places].tolist(),
        "insurance_estimate_cents": aged.insurance_estimate_cents[places].tolist(),
        "writeoff_estimate_cents": aged.writeoff_estimate_cents[places].tolist(),
        "patient_portion_cents": portions,
        "aging": starmap(AgingData, aged.portion_buckets[places].tolist()),
        "oldest_unpaid_days": _or_none(aged.oldest_unpaid_days[places], NOTHING_UNPAID),
        "last_visit": map(_iso, accounts.last_visits[places].tolist()),
        "outstanding_claims": _or_none(accounts.outstanding_claims[places], -1),
        "view": worklist.views(places),
        "reasons": [
            _reasons_data(worklist, place) if any_marks else [] for place, any_marks in zip(each, marks, strict=True)
        ],
        "amount_cents": [max(0, cents) for cents in portions],
        "selected": worklist.selected[places].tolist(),
        "language": [languages[own] for own in own_languages],
        "campaign": [_campaign(worklist.day, accounts.ids[place]) for place in each],
        "unposted_cents": [worklist.day.situation.unposted_cents(accounts.ids[place]) for place in each],
    }
    columns = (fields[name] for name in AccountData.__struct_fields__)
    return starmap(AccountData, zip(*columns, strict=True))


@cache
def _iso(ordinal: int) -> str | None:
    return date.fromordinal(ordinal).isoformat() if ordinal else None


def _or_none(numbers: Numbers, nothing: int) -> list[int | None]:
    return [None if number == nothing else number for number in numbers.tolist()]


def _campaign(day: Day, guarantor_id: str) -> CampaignData | None:
    state = day.situation.of(guarantor_id)
    if state.campaign_began is None:
        return None
    follow_up = day.next_follow_up(guarantor_id)
    return CampaignData(
        began=state.campaign_began.isoformat(),
        step=state.campaign_step,
        of=day.messages(state),
        last_sent=(state.campaign_last_sent or state.campaign_began).isoformat(),
        next_day=follow_up.on.isoformat() if follow_up is not None else None,
        due=day.follow_up_due(guarantor_id) is not None,
    )


def _reasons_data(worklist: Worklist, place: int) -> list[ReasonData]:
    judged, day = worklist.at(place), worklist.day
    return [ReasonData(rule.code, rule.verdict.value, rule.detail(judged.account, day)) for rule in judged.reasons]


def summary_data(worklist: Worklist) -> Data:
    """How many accounts are in each view, what is to be asked for today, and for what reasons others are not asked.

    `follow_ups_due` may go out today, `due` counts the stopped ones too.
    """
    counts = worklist.counts()
    return {
        **{each.value: counts[each] for each in View},
        "pending_amount_cents": worklist.pending_amount_cents(),
        "follow_ups_due": len(worklist.follow_ups_to_ask),
        "follow_ups_due_cents": worklist.amount_cents(list(worklist.follow_ups_to_ask)),
        "due": len(worklist.follow_ups),
        "exhausted": len(worklist.exhausted),
        "unposted_cents": sum(map(worklist.day.situation.unposted_cents, worklist.day.situation.unposted)),
        "reasons": worklist.reason_counts(),
    }


def list_data(listing: Listing, choice: Choice, settings: Settings, calls: Sequence[ToCall] = ()) -> Data:
    """`list`'s data: the summary of the whole worklist, the chosen accounts, and what one should know to call them."""
    worklist = listing.worklist
    return {
        "summary": summary_data(worklist),
        "accounts": Each(lambda: accounts_data(worklist, choice, settings)),
        **({"to_call": [to_call_data(each) for each in calls]} if choice is Choice.EXHAUSTED else {}),
        "files": [
            {
                "kind": report.kind, "file": report.file, "profile": report.profile, "form": report.form,
                "rows": report.rows, "read": report.read, "held": report.held, "dropped": report.dropped,
                "read_cents": report.read_cents, "held_cents": report.held_cents,
                "dropped_cents": report.dropped_cents,
            }
            for report in listing.reports
        ],
    }  # fmt: skip


def why_data(explanation: Explanation, record: Record, settings: Settings) -> Data:
    """`why`'s data: the account, every rule with the ones it passed, and what went before."""
    return {
        "asked_about": explanation.asked_about,
        **msgspec.structs.asdict(account_data(explanation.judged, explanation.day, settings)),
        "rules": [
            {
                "code": each.rule.code, "summary": each.rule.summary, "verdict": each.rule.verdict.value,
                "passed": not each.applies, "saw": each.saw, "limit": each.limit, "setting": each.rule.setting,
                "setting_place": each.place or None, "fix": each.fix or None,
            }
            for each in explanation.rules
        ],
        **record_data(record),
    }  # fmt: skip

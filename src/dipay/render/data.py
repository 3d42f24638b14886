"""Results as plain data: the names and meanings are the contract's promises to other programs."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import starmap
from typing import TYPE_CHECKING, Any

import msgspec

from dipay.domain.aging import NOTHING_UNPAID
from dipay.domain.problems import Problem
from dipay.domain.worklist import Judged, View, Worklist
from dipay.render.as_json import ITEMS_AT_ONCE, Data, Each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dipay.domain.columns import Numbers
    from dipay.domain.day import Day
    from dipay.domain.settings import Settings
    from dipay.services.explaining import Explanation
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


class AccountData(msgspec.Struct, frozen=True, gc=False):
    """One account as `list` and `why` give it. Days are YYYY-MM-DD; what the exports don't say is null.

    `language` is the code of the language in which the account is first asked: the guarantor's own where the request
    has a text in it, else the practice's; never null.
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


def account_data(judged: Judged, day: Day, settings: Settings) -> AccountData:
    """One account by itself."""
    alone = Worklist.of_one(judged, day)
    return next(_accounts(alone, alone.places(None), settings))


def accounts_data(worklist: Worklist, view: View | None, settings: Settings) -> Iterator[AccountData]:
    """The accounts of a view (None: all) in the order of the list, made some at a time."""
    places = worklist.places(view)
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
    }
    columns = (fields[name] for name in AccountData.__struct_fields__)
    return starmap(AccountData, zip(*columns, strict=True))


@cache
def _iso(ordinal: int) -> str | None:
    return date.fromordinal(ordinal).isoformat() if ordinal else None


def _or_none(numbers: Numbers, nothing: int) -> list[int | None]:
    return [None if number == nothing else number for number in numbers.tolist()]


def _reasons_data(worklist: Worklist, place: int) -> list[ReasonData]:
    judged, day = worklist.at(place), worklist.day
    return [ReasonData(rule.code, rule.verdict.value, rule.detail(judged.account, day)) for rule in judged.reasons]


def summary_data(worklist: Worklist) -> Data:
    """How many accounts are in each view, and for what reasons."""
    counts = worklist.counts()
    return {
        **{each.value: counts[each] for each in View},
        "pending_amount_cents": worklist.pending_amount_cents(),
        "reasons": worklist.reason_counts(),
    }


def list_data(listing: Listing, view: View | None, settings: Settings) -> Data:
    """`list`'s data: the summary of the whole worklist, and the accounts of the view (None: all)."""
    worklist = listing.worklist
    return {
        "summary": summary_data(worklist),
        "accounts": Each(lambda: accounts_data(worklist, view, settings)),
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


def why_data(explanation: Explanation, settings: Settings) -> Data:
    """`why`'s data: the account, and every rule with the ones it passed."""
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
    }  # fmt: skip

"""Results as plain data: the names and meanings are the contract's promises to other programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

from dipay.domain.aging import NOTHING_UNPAID
from dipay.domain.problems import Problem, Severity
from dipay.domain.worklist import Judged, View, Worklist

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dipay.domain.aging import Numbers
    from dipay.domain.day import Day
    from dipay.services.worklist import Explanation, Listing

Data = dict[str, Any]


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


@dataclass(frozen=True, slots=True)
class Each:
    """A list whose items are made while it is written: of a large practice there are more than fit into memory."""

    items: Callable[[], Iterator[Data]]

    def __iter__(self) -> Iterator[Data]:
        return self.items()


def write_json(answer: Data, stream: TextIO) -> None:
    """Writes an answer: each field, and each item of a list, on a line of its own."""
    stream.write("{\n")
    for number, (name, part) in enumerate(answer.items()):
        stream.write((",\n" if number else "") + f"{json.dumps(name)}: ")
        if name == "data" and part:
            write_json(part, stream)
        elif isinstance(part, list | Each) and part:
            _write_items(part, stream)
        else:
            stream.write(_encode(part))
    stream.write("\n}")


def _write_items(items: Iterable[Any], stream: TextIO) -> None:
    stream.write("[\n")
    remaining = iter(items)
    separator = ""
    while lines := list(map(_encode, islice(remaining, _ITEMS_AT_ONCE))):
        stream.write(separator + ",\n".join(lines))
        separator = ",\n"
    stream.write("\n]")


def _encode(part: Any) -> str:
    """The part on one line. Letters that a terminal would obey, or not show, are written by their numbers."""
    text = _readably(part)
    return text if text.isprintable() else _by_number(part)


_readably = json.JSONEncoder(ensure_ascii=False).encode
_by_number = json.JSONEncoder(ensure_ascii=True).encode
_ITEMS_AT_ONCE = 1000
_BUCKETS = ("days_0_30", "days_31_60", "days_61_90", "over_90")


def status_of(problems: tuple[Problem, ...]) -> str:
    """`attention` where a person must look at something, else `ok`."""
    return "attention" if any(problem.severity is not Severity.NOTE for problem in problems) else "ok"


def problem_data(problem: Problem) -> Data:
    return {
        "severity": problem.severity.value,
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "message": f"{problem.key}: {problem.message}" if problem.key else problem.message,
        "fix": problem.fix,
    }


def account_data(judged: Judged, day: Day) -> Data:
    """One account as `list` and `why` give it; amounts in cents."""
    return next(accounts_data(Worklist.of_one(judged, day), None))


def accounts_data(worklist: Worklist, view: View | None) -> Iterator[Data]:
    """The accounts of a view (None: all) as `list` gives them, column by column for some at a time."""
    places = worklist.places(view)
    for first in range(0, len(places), _ITEMS_AT_ONCE):
        yield from _some_data(worklist, places[first : first + _ITEMS_AT_ONCE])


def _some_data(worklist: Worklist, places: Numbers) -> Iterator[Data]:
    accounts, aged, each = worklist.judged, worklist.judged.aged, places.tolist()
    phones = [accounts.phones[place] for place in each]
    portions = accounts.patient_portion_cents[places].tolist()
    columns = {
        "guarantor_id": [accounts.ids[place] for place in each],
        "name": map(accounts.name, each),
        "phone": [phone if phone.startswith("+") else None for phone in phones],
        "phone_problem": [None if phone.startswith("+") else phone for phone in phones],
        "patient_ids": map(accounts.patient_ids, each),
        "balance_cents": aged.balance_cents[places].tolist(),
        "insurance_estimate_cents": aged.insurance_estimate_cents[places].tolist(),
        "writeoff_estimate_cents": aged.writeoff_estimate_cents[places].tolist(),
        "patient_portion_cents": portions,
        "aging": [dict(zip(_BUCKETS, cents, strict=True)) for cents in aged.portion_buckets[places].tolist()],
        "oldest_unpaid_days": _or_none(aged.oldest_unpaid_days[places], NOTHING_UNPAID),
        "last_visit": list(map(_iso, accounts.last_visits[places].tolist())),
        "outstanding_claims": _or_none(accounts.outstanding_claims[places], -1),
        "view": [view.value for view in map(worklist.view, each)],
        "reasons": [_reasons_data(worklist, place) for place in each],
        "amount_cents": [max(0, cents) for cents in portions],
        "selected": worklist.selected[places].tolist(),
    }
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _iso(ordinal: int) -> str | None:
    return date.fromordinal(ordinal).isoformat() if ordinal else None


def _or_none(numbers: Numbers, nothing: int) -> list[int | None]:
    return [None if number == nothing else number for number in numbers.tolist()]


def _reasons_data(worklist: Worklist, place: int) -> list[Data]:
    if not worklist.marks[place]:
        return []
    judged, day = worklist.at(place), worklist.day
    return [
        {"code": rule.code, "verdict": rule.verdict.value, "detail": rule.detail(judged.account, day)}
        for rule in judged.reasons
    ]


def list_data(listing: Listing, view: View | None) -> Data:
    """`list`'s data: the summary of the whole worklist, and the accounts of the view (None: all)."""
    worklist = listing.worklist
    counts = worklist.counts()
    return {
        "summary": {
            **{each.value: counts[each] for each in View},
            "pending_amount_cents": worklist.pending_amount_cents(),
            "reasons": worklist.reason_counts(),
        },
        "accounts": Each(lambda: accounts_data(worklist, view)),
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


def why_data(explanation: Explanation) -> Data:
    """`why`'s data: the account, and every rule with the ones it passed."""
    return {
        "asked_about": explanation.asked_about,
        **account_data(explanation.judged, explanation.day),
        "rules": [
            {
                "code": each.rule.code, "summary": each.rule.summary, "verdict": each.rule.verdict.value,
                "passed": not each.applies, "saw": each.saw, "limit": each.limit, "setting": each.rule.setting,
                "setting_place": each.place or None, "fix": each.fix or None,
            }
            for each in explanation.rules
        ],
    }  # fmt: skip

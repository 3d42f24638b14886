"""Everything that happened, in order: the event log says when and by whom, the tables say what.

What is past retention is gone from the tables, and told without it.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import heapq
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final

from dipay.state.decisions import WRONG_NUMBER
from dipay.state.events import Event, events, moment_of_newest
from dipay.state.imports import balances_seen
from dipay.state.moments import as_text, from_text
from dipay.state.replies import KeptReply, replies, replies_of
from dipay.state.requests import Request, requests_where

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from dipay.state.store import Store

#: So many events are looked up at a time.
_AT_ONCE: Final = 500
Facts = Mapping[str, str | int]


class Kind(StrEnum):
    """What can have happened. Where the event log has it under another name, that is in `_LOGGED_AS`."""

    REQUEST = "request"
    FOUND = "found"
    DOUBT_RELEASED = "doubt-released"
    UNDELIVERABLE = "undeliverable"
    DELIVERABLE = "undeliverable-resolved"
    WRONG_NUMBER = "wrong-number"
    NUMBER_KEYED = "number-keyed"
    REPLY = "reply"
    REPLY_WAITS_AGAIN = "reply-waits-again"
    OPTED_OUT = "opted-out"
    OPTED_IN = "opted-in"
    SNOOZED = "snoozed"
    UNSNOOZED = "unsnoozed"
    DESELECTED = "deselected"
    SELECTED = "selected"
    PAID = "paid"
    PAYMENT = "payment"
    REFUND = "refunded"
    POSTED = "posted"
    LINK_OFF = "link-off"
    CAMPAIGN_ENDED = "campaign-ended"
    HOLD_RELEASED = "hold-released"
    RELEASE_TAKEN_BACK = "release-taken-back"
    HOLD_PASSED = "hold-passed"
    OWED = "owed"
    IMPORTED = "imported"
    IMPORT_ACCEPTED = "import-accepted"
    RUN = "run"
    RESTORED = "reconciliation-needed"
    RECONCILED = "reconciled"
    PURGED = "purged"


_LOGGED_AS: Final[Mapping[str, Kind]] = {
    "claimed": Kind.REQUEST,
    "unlogged": Kind.REQUEST,
    "adopted": Kind.FOUND,
    "released": Kind.DOUBT_RELEASED,
    "run-began": Kind.RUN,
}
#: Those that stand elsewhere: when a patient wrote, and for which day an export was, the log does not say.
_NOT_LOGGED: Final = frozenset({Kind.REPLY, Kind.OWED, *_LOGGED_AS.values()})
_TOLD: Final = (*_LOGGED_AS, *(each.value for each in Kind if each not in _NOT_LOGGED))


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the Undeliverable list: since when and why; when and how it left, both empty while it is there."""

    since: date
    code: str
    why: str
    number: str | None = field(repr=False)
    resolved: date | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, with what became of it since.

    `by` is who did it, as the event log has it. `ended`: how the campaign ended that ended with this. `facts` are by
    kind, in the words of the state file: until, reason, note, codes, how and the like.
    """

    at: datetime
    kind: Kind
    by: str = ""
    guarantor_id: str | None = None
    request: Request | None = None
    reply: KeptReply | None = None
    listed: Listed | None = None
    ended: str = ""
    facts: Facts = field(default_factory=dict, repr=False)


def is_known(store: Store, guarantor_id: str) -> bool:
    """Whether anything ever happened to an account."""
    found = store.connection.execute(
        "SELECT EXISTS (SELECT 1 FROM requests WHERE guarantor_id = :account) "
        "OR EXISTS (SELECT 1 FROM events WHERE guarantor_id = :account AND request_id IS NULL)",
        {"account": guarantor_id},
    )
    return bool(found.fetchone()[0])


def timeline(
    store: Store, zone: tzinfo, since: datetime | None = None, newest: int | None = None
) -> Iterator[Happening]:
    """What happened to all accounts and to the state, oldest first, read while it is asked for.

    Since that moment, or so that at least the `newest` so many are in it. What accounts owed in each export is not.
    """
    start = as_text(since) if since is not None else ""
    if newest is not None:
        start = max(start, moment_of_newest(store.connection, _TOLD, newest))
    reader = _Reader(store, zone)
    answers = (each for each in map(_reply, replies(store, waiting_only=False)) if as_text(each.at) >= start)
    return heapq.merge(reader.logged(start), answers, key=_moment)


def timeline_of(store: Store, zone: tzinfo, guarantor_id: str) -> list[Happening]:
    """What happened to one account, oldest first; what it owed in the exports since, and its number's opt-outs too."""
    reader = _Reader(store, zone, guarantor_id)
    logged = list(reader.logged())
    answers = map(_reply, replies_of(store, guarantor_id))
    # In this order where moments are the same.
    return sorted([*reader.owed(), *logged, *answers, *reader.opt_outs_of_numbers(logged)], key=_moment)


def _moment(happening: Happening) -> datetime:
    return happening.at


def _reply(reply: KeptReply) -> Happening:
    return Happening(reply.at, Kind.REPLY, "", reply.guarantor_id, reply=reply)


class _Reader:
    """Reads for one account or for all: the log's events, and beside each what the tables have of it.

    Tables that stay small are read once.
    """

    def __init__(self, store: Store, zone: tzinfo, guarantor_id: str | None = None) -> None:
        self.store, self.connection = store, store.connection
        self.zone, self.guarantor_id = zone, guarantor_id
        self.listed = self._listed()
        self.snoozes = {
            (account, at): {"reason": reason, "note": note}
            for account, at, reason, note in self._own("snoozes", "guarantor_id, at, reason, note")
        }
        self.releases = {
            (account, at, what): why for account, at, what, why in self._own("releases", "guarantor_id, at, what, why")
        }
        self.opt_outs = {
            (account, at): {"source": source, "number": number or ""}
            for account, at, source, number in self.connection.execute(
                "SELECT guarantor_id, at, source, number FROM opt_outs"
            )
        }
        self.opt_ins = dict(self.connection.execute("SELECT at, reason FROM opt_ins"))

    def _own(self, table: str, columns: str) -> Iterator[tuple[str, ...]]:
        """The rows of a table that are about the account, or all."""
        where, values = ("WHERE guarantor_id = ?", (self.guarantor_id,)) if self.guarantor_id is not None else ("", ())
        return self.connection.execute(f"SELECT {columns} FROM {table} {where}", values)

    def _listed(self) -> dict[tuple[str, str | int], Listed]:
        """The entries of the Undeliverable list, by account and the request that led there, or the code and day."""
        found: dict[tuple[str, str | int], Listed] = {}
        rows = self._own("undeliverables", "guarantor_id, request_id, number, code, why, since, resolved, how")
        for account, request_id, number, code, why, since, resolved, how in rows:
            is_of_request = request_id is not None and code != WRONG_NUMBER
            left = date.fromisoformat(resolved) if resolved else None
            entry = Listed(date.fromisoformat(since), code, why, number, left, how or "")
            found[account, request_id if is_of_request else f"{code} {since}"] = entry
        return found

    def logged(self, since: str = "") -> Iterator[Happening]:
        """What the event log has, oldest first."""
        told = iter(events(self.connection, self.guarantor_id, kinds=_TOLD, since=since))
        while some := list(islice(told, _AT_ONCE)):
            beside = _Beside(self.connection, some)
            for event in some:
                yield self._happening(event, beside)

    def _happening(self, event: Event, beside: _Beside) -> Happening:
        kind, at = _LOGGED_AS.get(event.kind) or Kind(event.kind), from_text(event.at)
        logged: dict[str, str | int] = {key: value for key, value in json.loads(event.detail).items() if value}
        account, day = event.guarantor_id or "", at.astimezone(self.zone).date().isoformat()
        request = beside.requests.get(event.request_id or 0)
        listed, ended, facts = None, "", dict[str, str | int]()
        match kind:
            case Kind.REQUEST if request is not None:
                at = request.claimed_at
                listed, ended = self.listed.get((account, request.id)), beside.ended_by(request)
            case Kind.UNDELIVERABLE:
                listed = self.listed.get((account, f"{logged.get('code', '')} {day}"))
            case Kind.WRONG_NUMBER:
                listed = self.listed.get((account, f"{WRONG_NUMBER} {day}"))
                ended = beside.ended_on(account, "undeliverable", day)
            case Kind.OPTED_OUT:
                facts = {**self.opt_outs.get((event.guarantor_id, event.at), {})}
                ended = beside.ended_on(account, "opted_out", day)
            case Kind.OPTED_IN:
                facts = {"reason": self.opt_ins.get(event.at, "")}
            case Kind.SNOOZED:
                facts = {"until": logged["until"], **self.snoozes.get((account, event.at), {})}
            case Kind.PAID:
                ended = beside.ended_on(account, "paid", day)
            case Kind.HOLD_RELEASED | Kind.HOLD_PASSED:
                what = "released" if kind is Kind.HOLD_RELEASED else "passed"
                facts = {"codes": logged.get("codes", ""), "reason": self.releases.get((account, event.at, what), "")}
            case Kind.IMPORTED | Kind.IMPORT_ACCEPTED:
                facts = {"as_of": logged["as_of"], **beside.imports.get(int(logged["import_id"]), {})}
            case Kind.RUN:
                facts = {"command": logged["command"], **beside.runs.get(int(logged["run"]), {})}
            case Kind.PAYMENT | Kind.REFUND | Kind.POSTED:
                facts = {**logged, **self._paid(logged)}
            case Kind.LINK_OFF | Kind.DESELECTED | Kind.DELIVERABLE | Kind.CAMPAIGN_ENDED | Kind.PURGED:
                facts = logged
            case _:
                pass
        return Happening(at, kind, event.actor, event.guarantor_id, request, None, listed, ended, facts)

    def _paid(self, logged: Facts) -> dict[str, str | int]:
        """What the tables have of the payment, or the refund, that an event names."""
        paid, note, day = self.connection.execute(
            "SELECT coalesce(max(amount_cents), 0), coalesce(max(note), ''), coalesce(max(day), '') FROM payments "
            "WHERE payment_id = ?",
            (logged["payment"],),
        ).fetchone()
        (back,) = self.connection.execute(
            "SELECT coalesce(max(amount_cents), 0) FROM refunds WHERE refund_id = ?", (logged.get("refund", ""),)
        ).fetchone()
        return {"amount_cents": back if "refund" in logged else paid, "note": note, "day": day}

    def opt_outs_of_numbers(self, found: Sequence[Happening]) -> Iterator[Happening]:
        """The opt-outs of numbers that the account was asked at, which `found` does not have: as another account's."""
        numbers = {each.request.number for each in found if each.request is not None}
        known = {as_text(each.at) for each in found if each.kind is Kind.OPTED_OUT}
        for (_, at), facts in self.opt_outs.items():
            if facts["number"] and facts["number"] in numbers and at not in known:
                yield Happening(from_text(at), Kind.OPTED_OUT, facts=facts)

    def owed(self) -> Iterator[Happening]:
        """What the account owed in the exports since it was asked, where it changed, when they were last read."""
        read = dict(self.connection.execute("SELECT as_of, max(at) FROM imports GROUP BY as_of"))
        for day, cents in balances_seen(self.store, self.guarantor_id or ""):
            at = read.get(day.isoformat())
            moment = from_text(at) if at else datetime.combine(day, time(), self.zone).astimezone(UTC)
            facts: Facts = {"as_of": day.isoformat(), "portion_cents": cents}
            yield Happening(moment, Kind.OWED, "", self.guarantor_id, facts=facts)


class _Beside:
    """What some events are about: their requests, the campaigns of their accounts, imports and runs."""

    def __init__(self, connection: sqlite3.Connection, some: Sequence[Event]) -> None:
        def among(values: Iterable[str | int | None]) -> tuple[str]:
            return (json.dumps(sorted({each for each in values if each is not None}, key=str)),)

        def details(kinds: tuple[str, ...], name: str) -> tuple[str]:
            return among(json.loads(each.detail).get(name) for each in some if each.kind in kinds)

        ids = among(each.request_id for each in some)
        found = requests_where(connection, "id IN (SELECT value FROM json_each(?))", ids)
        self.requests: dict[int, Request] = {each.id: each for each in found}
        self._campaigns: dict[int, tuple[str, int]] = {}
        self._ends: set[tuple[str, str, str]] = set()
        for campaign_id, account, step, ended, how in connection.execute(
            "SELECT id, guarantor_id, step, ended, how FROM campaigns "
            "WHERE ended IS NOT NULL AND guarantor_id IN (SELECT value FROM json_each(?))",
            among(each.guarantor_id for each in some),
        ):
            self._campaigns[campaign_id] = how, step
            self._ends.add((account, how, ended))
        self.imports: dict[int, Facts] = {
            number: {"accounts": accounts, "balance_cents": balance, "reason": accepted}
            for number, accounts, balance, accepted in connection.execute(
                "SELECT id, accounts, balance_cents, accepted FROM imports "
                "WHERE id IN (SELECT value FROM json_each(?))",
                details(("imported", "import-accepted"), "import_id"),
            )
        }
        self.runs: dict[int, Facts] = {
            number: {"ended": ended or "", **json.loads(counts)}
            for number, ended, counts in connection.execute(
                "SELECT id, ended, counts FROM runs WHERE id IN (SELECT value FROM json_each(?))",
                details(("run-began",), "run"),
            )
        }

    def ended_by(self, request: Request) -> str:
        """How the request's campaign ended, if it did by this message: it was the last one, or reached nobody."""
        how, step = self._campaigns.get(request.campaign_id or 0, ("", 0))
        failed = request.delivery is not None and request.delivery.is_failure
        is_it = (how == "completed" and request.step == step) or (how == "undeliverable" and failed)
        return how if is_it else ""

    def ended_on(self, account: str, how: str, day: str) -> str:
        """How a campaign of the account ended, if one did so on that day."""
        return how if (account, how, day) in self._ends else ""

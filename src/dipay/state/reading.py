"""What can be asked of the state: history, lists for the day, what is under way. Nothing here changes anything."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.state.moments import from_text
from dipay.state.requests import REHEARSAL_PROVIDER, Request, requests_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dipay.state.store import Store


def history(
    store: Store, guarantor_id: str | None = None, *, since: date | None = None, most: int | None = None
) -> list[Request]:
    """Requests in the order they were claimed: one account's or all, the newest `most` of them."""
    conditions, values = ["1"], list[str | int]()
    if guarantor_id is not None:
        conditions.append("guarantor_id = ?")
        values.append(guarantor_id)
    if since is not None:
        conditions.append("day >= ?")
        values.append(since.isoformat())
    where = " AND ".join(conditions)
    if most is not None:
        where = f"id IN (SELECT id FROM requests WHERE {where} ORDER BY id DESC LIMIT ?)"
        values.append(most)
    return requests_where(store.connection, where, tuple(values))


def requests_of(store: Store, ids: Iterable[int]) -> Iterator[Request]:
    """The requests of those ids, in that order, one at a time; `CannotGoOn` (5) where one is gone."""
    for each in ids:
        found = requests_where(store.connection, "id = ?", (each,))
        if not found:
            raise cannot(
                ExitCode.STATE,
                "The state file lacks messages that were sent just now.",
                "Somebody deleted or replaced it. Restore it before anything else is sent.",
            )
        yield found[0]


def request_by_token(store: Store, token: str) -> Request | None:
    found = requests_where(store.connection, "token = ?", (token,))
    return found[0] if found else None


def request_by_provider_id(store: Store, provider: str, provider_id: str) -> Request | None:
    found = requests_where(store.connection, "provider = ? AND provider_id = ?", (provider, provider_id))
    return found[0] if found else None


def in_doubt(store: Store, provider: str) -> list[Request]:
    """Requests of which nobody knows whether they went out, oldest first."""
    # The first condition is the index's own: without it SQLite walks every message.
    open_ = "state IN ('claimed', 'in_doubt')"
    return requests_where(store.connection, f"{open_} AND state = 'in_doubt' AND {_counted(provider)}")


def under_way(store: Store, provider: str) -> list[Request]:
    """Accepted messages whose delivery is not final, oldest first: what to ask this provider about."""
    return requests_where(
        store.connection,
        "state = 'accepted' AND delivery IN ('queued', 'sent') AND provider = ?",
        (provider,),
    )


def sent_on(store: Store, day: date, provider: str) -> int:
    """How many messages of that day went out or may have: what counts against the daily limit."""
    row = store.connection.execute(
        "SELECT count(*) FROM requests WHERE day = ? AND state IN ('claimed', 'in_doubt', 'accepted') "
        f"AND {_counted(provider)}",
        (day.isoformat(),),
    ).fetchone()
    return int(row[0])


@dataclass(frozen=True, slots=True)
class UndeliverableEntry:
    """An account that was not reached. `number` is the one tried, if there was one; `request_id` what failed."""

    guarantor_id: str
    request_id: int | None
    number: str | None
    code: str
    why: str
    since: date
    resolved: date | None
    how: str | None


def undeliverables(store: Store, provider: str, *, open_only: bool = True) -> list[UndeliverableEntry]:
    """The Undeliverable list, oldest first; with those that were resolved too."""
    open_ = "AND resolved IS NULL" if open_only else ""
    rows = store.connection.execute(
        "SELECT guarantor_id, request_id, number, code, why, since, resolved, how FROM undeliverables "
        f"WHERE {_counted(provider)} {open_} ORDER BY since, id"
    )
    return [
        UndeliverableEntry(account, request_id, number, code, why, date.fromisoformat(since), _day(resolved), how)
        for account, request_id, number, code, why, since, resolved, how in rows
    ]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign. `step` is the last step accepted; `how` is paid, completed, removed, opted_out or undeliverable."""

    id: int
    guarantor_id: str
    rehearsal: bool
    began: date
    step: int
    last_sent: date
    ended: date | None
    how: str | None


def running_campaigns(store: Store, provider: str) -> list[Campaign]:
    """Running campaigns, for which follow-ups may be due."""
    return _campaigns(store, f"ended IS NULL AND {_counted(provider)}")


def campaigns(store: Store, guarantor_id: str) -> list[Campaign]:
    """An account's campaigns, oldest first."""
    return _campaigns(store, "guarantor_id = ?", guarantor_id)


def _campaigns(store: Store, condition: str, *values: str) -> list[Campaign]:
    rows = store.connection.execute(
        "SELECT id, guarantor_id, rehearsal, began, step, last_sent, ended, how FROM campaigns "
        f"WHERE {condition} ORDER BY id",
        values,
    )
    return [
        Campaign(
            row[0],
            row[1],
            bool(row[2]),
            date.fromisoformat(row[3]),
            row[4],
            date.fromisoformat(row[5]),
            _day(row[6]),
            row[7],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class PhoneCorrection:
    """A number that was typed in and worked: to be keyed into the PMS."""

    guarantor_id: str
    number: str
    by: str
    at: datetime


def phone_corrections(store: Store) -> list[PhoneCorrection]:
    """The "key into the PMS" list, oldest first."""
    rows = store.connection.execute("SELECT guarantor_id, number, by, at FROM phone_corrections ORDER BY at")
    return [PhoneCorrection(account, number, by, from_text(at)) for account, number, by, at in rows]


def released_holds(store: Store, day: date) -> dict[str, frozenset[str]]:
    """Which holds (rule codes) a person released for that day, per account."""
    found: dict[str, frozenset[str]] = {}
    rows = store.connection.execute("SELECT guarantor_id, reason FROM released_holds WHERE day = ?", (day.isoformat(),))
    for account, reason in rows:
        found[account] = found.get(account, frozenset()) | {reason}
    return found


def last_reply_at(store: Store) -> datetime | None:
    """When the newest reply that is known was sent."""
    (at,) = store.connection.execute("SELECT max(at) FROM replies").fetchone()
    return from_text(at) if at else None


def first_accepted_at(store: Store, provider: str) -> datetime | None:
    """When this provider was first handed a message that it took: no reply can be older."""
    row = store.connection.execute(
        "SELECT claimed_at FROM requests WHERE state = 'accepted' AND provider = ? ORDER BY id LIMIT 1", (provider,)
    ).fetchone()
    return from_text(row[0]) if row else None


def last_account_of(store: Store, number: str) -> str | None:
    """The account that was last written to at that number."""
    row = store.connection.execute(
        "SELECT guarantor_id FROM requests WHERE number = ? ORDER BY id DESC LIMIT 1", (number,)
    ).fetchone()
    return str(row[0]) if row else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _counted(provider: str) -> str:
    return "1" if provider == REHEARSAL_PROVIDER else "rehearsal = 0"

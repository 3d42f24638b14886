"""What can be asked of the state: history, lists for the day, what is under way. Nothing here changes anything."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.state.moments import as_text, from_text
from dipay.state.requests import REHEARSAL_PROVIDER, Request, requests_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dipay.state.store import Store


def history(store: Store, guarantor_id: str | None = None) -> list[Request]:
    """Requests in the order they were claimed: one account's or all."""
    if guarantor_id is None:
        return requests_where(store.connection, "1")
    return requests_where(store.connection, "guarantor_id = ?", (guarantor_id,))


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


def in_doubt(store: Store, provider: str) -> list[Request]:
    """Requests of which nobody knows whether they went out, oldest first."""
    # The first condition is the index's own: without it SQLite walks every message.
    open_ = "state IN ('claimed', 'in_doubt')"
    return requests_where(store.connection, f"{open_} AND state = 'in_doubt' AND {_counted(provider)}")


def under_way(store: Store, provider: str, since: datetime) -> list[Request]:
    """Messages accepted since then whose delivery is not final, oldest first: what to ask this provider about."""
    return requests_where(
        store.connection,
        "state = 'accepted' AND delivery IN ('queued', 'sent') AND provider = ? AND claimed_at >= ?",
        (provider, as_text(since)),
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
    """An account that is not reached. `number` is the one tried, if there was one; `request_id` what failed."""

    guarantor_id: str
    request_id: int | None
    number: str | None
    code: str
    why: str
    since: date


def undeliverables(store: Store, provider: str) -> list[UndeliverableEntry]:
    """The Undeliverable list, oldest first."""
    rows = store.connection.execute(
        "SELECT guarantor_id, request_id, number, code, why, since FROM undeliverables "
        f"WHERE {_counted(provider)} AND resolved IS NULL ORDER BY since, id"
    )
    return [
        UndeliverableEntry(account, request_id, number, code, why, date.fromisoformat(since))
        for account, request_id, number, code, why, since in rows
    ]


@dataclass(frozen=True, slots=True)
class RunningCampaign:
    """A campaign that goes on. `step` is the last step accepted, `last_sent` the day of the last message."""

    guarantor_id: str
    began: date
    step: int
    last_sent: date


def running_campaigns(store: Store, provider: str) -> list[RunningCampaign]:
    """Running campaigns, for which follow-ups may be due."""
    rows = store.connection.execute(
        "SELECT guarantor_id, began, step, last_sent FROM campaigns "
        f"WHERE ended IS NULL AND {_counted(provider)} ORDER BY id"
    )
    return [
        RunningCampaign(account, date.fromisoformat(began), step, date.fromisoformat(last_sent))
        for account, began, step, last_sent in rows
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


def snoozes_until(store: Store, first: date, last: date) -> list[tuple[str, date]]:
    """The accounts whose snooze ends from the first to the last of these days, and when, the earliest first."""
    rows = store.connection.execute(
        "SELECT guarantor_id, until FROM snoozes WHERE until BETWEEN ? AND ? ORDER BY until, guarantor_id",
        (first.isoformat(), last.isoformat()),
    )
    return [(account, date.fromisoformat(until)) for account, until in rows]


def last_reply_at(store: Store) -> datetime | None:
    """When the newest reply that is known was sent."""
    (at,) = store.connection.execute("SELECT max(at) FROM replies").fetchone()
    return from_text(at) if at else None


def first_asked_at(store: Store, provider: str) -> datetime | None:
    """When this provider was first handed a message: no reply can be older, but for clocks that differ."""
    row = store.connection.execute(
        "SELECT claimed_at FROM requests WHERE provider = ? ORDER BY id LIMIT 1", (provider,)
    ).fetchone()
    return from_text(row[0]) if row else None


def asked_at(store: Store, number: str, provider: str) -> set[str]:
    """The accounts that were asked at that number, or may have been."""
    rows = store.connection.execute(
        f"SELECT DISTINCT guarantor_id FROM asked_numbers WHERE number = ? AND {_counted(provider)}", (number,)
    )
    return {str(account) for (account,) in rows}


def last_account_of(store: Store, number: str) -> str | None:
    """The account that was last written to at that number."""
    row = store.connection.execute(
        "SELECT guarantor_id FROM requests WHERE number = ? ORDER BY id DESC LIMIT 1", (number,)
    ).fetchone()
    return str(row[0]) if row else None


def _counted(provider: str) -> str:
    return "1" if provider == REHEARSAL_PROVIDER else "rehearsal = 0"

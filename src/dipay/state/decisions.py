"""What staff decide: snoozes, deselections, opt-outs, ended campaigns, paid marks, corrected numbers.

Each call is one transaction over all accounts given, with an event per account. `by` is who decided.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dipay.state import consequences
from dipay.state.moments import as_text
from dipay.state.summaries import refresh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from dipay.state.store import Store

CampaignEnd = Literal["paid", "completed", "removed"]


def snooze(
    store: Store,
    guarantor_ids: Iterable[str],
    *,
    until: date,
    reason: str,
    note: str = "",
    by: str,
    now: datetime,
) -> None:
    """Keeps accounts off the list while today < `until`; an earlier snooze is replaced."""
    with store.writing() as connection:
        for account in guarantor_ids:
            connection.execute(
                "INSERT OR REPLACE INTO snoozes VALUES (?, ?, ?, ?, ?, ?)",
                (account, until.isoformat(), reason, note, by, as_text(now)),
            )
            store.log("snoozed", now, account, by=by, until=until.isoformat())
            refresh(connection, account)


def unsnooze(store: Store, guarantor_ids: Iterable[str], *, by: str, now: datetime) -> list[str]:
    """Ends snoozes; the accounts that had one."""
    return _forget(store, "snoozes", "unsnoozed", guarantor_ids, by, now)


def deselect(store: Store, guarantor_ids: Iterable[str], *, day: date, by: str, now: datetime) -> None:
    """Leaves accounts out of that day's batch."""
    with store.writing() as connection:
        for account in guarantor_ids:
            connection.execute(
                "INSERT OR REPLACE INTO deselections VALUES (?, ?, ?, ?)",
                (account, day.isoformat(), by, as_text(now)),
            )
            store.log("deselected", now, account, by=by, day=day.isoformat())
            refresh(connection, account)


def select(store: Store, guarantor_ids: Iterable[str], *, by: str, now: datetime) -> list[str]:
    """Takes accounts into the batch again; those that were out of it."""
    return _forget(store, "deselections", "selected", guarantor_ids, by, now)


def opt_out(
    store: Store,
    *,
    guarantor_id: str | None = None,
    number: str | None = None,
    source: str,
    day: date,
    by: str,
    now: datetime,
) -> bool:
    """Writes that an account, a number or both must never be texted again; whether that was new. For good.

    Ends the account's campaigns and those that texted the number.
    """
    with store.writing() as connection:
        new = consequences.add_opt_out(connection, guarantor_id, number, source, day, now)
        if new:
            store.log("opted-out", now, guarantor_id, by=by, source="staff")
    return new


def end_campaign(store: Store, guarantor_id: str, how: CampaignEnd, *, day: date, by: str, now: datetime) -> bool:
    """Ends an account's running campaign; whether one was running."""
    with store.writing() as connection:
        ended = consequences.end_campaigns(connection, guarantor_id, day, how) > 0
        if ended:
            store.log("campaign-ended", now, guarantor_id, by=by, how=how)
            refresh(connection, guarantor_id)
    return ended


def mark_paid(store: Store, guarantor_id: str, *, day: date, by: str, now: datetime) -> None:
    """Marks an account paid until a newer export is recorded, and ends its campaign."""
    with store.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO paid_marks VALUES (?, ?, ?, ?)",
            (guarantor_id, day.isoformat(), by, as_text(now)),
        )
        consequences.end_campaigns(connection, guarantor_id, day, "paid")
        store.log("paid", now, guarantor_id, by=by, day=day.isoformat())
        refresh(connection, guarantor_id)


def put_on_undeliverable_list(
    store: Store,
    guarantor_id: str,
    *,
    number: str | None,
    code: str,
    why: str,
    day: date,
    provider: str,
    now: datetime,
) -> None:
    """Puts an account on the Undeliverable list without a request: there was no usable number to send to."""
    from dipay.state.requests import REHEARSAL_PROVIDER

    with store.writing() as connection:
        rehearsal = provider == REHEARSAL_PROVIDER
        consequences.put_on_list(connection, guarantor_id, number, code, why, day, rehearsal=rehearsal, request_id=None)
        store.log("undeliverable", now, guarantor_id, code=code)
        refresh(connection, guarantor_id)


def take_off_undeliverable_list(
    store: Store,
    guarantor_id: str,
    how: Literal["number-changed", "dropped"],
    *,
    day: date,
    by: str,
    now: datetime,
) -> bool:
    """Takes an account off the Undeliverable list; whether it was on it."""
    with store.writing() as connection:
        taken = connection.execute(
            "UPDATE undeliverables SET resolved = ?, how = ? WHERE guarantor_id = ? AND resolved IS NULL",
            (day.isoformat(), how, guarantor_id),
        ).rowcount
        if taken:
            store.log("undeliverable-resolved", now, guarantor_id, by=by, how=how)
            refresh(connection, guarantor_id)
    return taken > 0


def number_is_in_pms(store: Store, guarantor_ids: Iterable[str], *, by: str, now: datetime) -> list[str]:
    """Takes accounts off the "key into the PMS" list: an export shows the number, or a person says so."""
    return _forget(store, "phone_corrections", "number-keyed", guarantor_ids, by, now)


def _forget(store: Store, table: str, event: str, guarantor_ids: Iterable[str], by: str, now: datetime) -> list[str]:
    gone = []
    with store.writing() as connection:
        for account in guarantor_ids:
            if connection.execute(f"DELETE FROM {table} WHERE guarantor_id = ?", (account,)).rowcount:
                gone.append(account)
                store.log(event, now, account, by=by)
                refresh(connection, account)
    return gone

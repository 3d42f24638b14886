"""What staff decide: snoozes, deselections, opt-outs, ended campaigns, paid marks, corrected numbers.

Each call is one transaction over all accounts given, with an event per account. `by` is who decided.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from dipay.state import consequences
from dipay.state.moments import as_text
from dipay.state.requests import requests_where
from dipay.state.summaries import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from dipay.state.store import Store

#: Why an account is on the Undeliverable list although the message arrived.
WRONG_NUMBER: Final = "wrong-number"

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
    """Keeps accounts off the list while today < `until`; an earlier snooze is replaced. Settles their replies."""
    with store.writing() as connection:
        for account in guarantor_ids:
            connection.execute(
                "INSERT OR REPLACE INTO snoozes VALUES (?, ?, ?, ?, ?, ?)",
                (account, until.isoformat(), reason, note, by, as_text(now)),
            )
            consequences.settle_replies(connection, account, "snooze", by, now)
            store.log("snoozed", now, account, by=by, until=until.isoformat())
            refresh(connection, account)


def unsnooze(store: Store, guarantor_ids: Collection[str], *, by: str, now: datetime) -> list[str]:
    """Ends snoozes; the accounts that had one. A reply that a snooze was the answer to waits again."""
    with store.writing() as connection:
        for account in guarantor_ids:
            found = connection.execute("SELECT at FROM snoozes WHERE guarantor_id = ?", (account,)).fetchone()
            if found is not None:
                consequences.wait_again(connection, account, "snooze", found[0])
        return _forget(store, connection, "snoozes", "unsnoozed", guarantor_ids, by, now)


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
    with store.writing() as connection:
        return _forget(store, connection, "deselections", "selected", guarantor_ids, by, now)


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
        sealed = consequences.add_opt_out(connection, guarantor_id, number, source, day, now)
        if guarantor_id is not None:
            consequences.settle_replies(connection, guarantor_id, "optout", by, now)
        if sealed is not None:
            store.log("opted-out", now, guarantor_id, by=by, source="staff", seal=sealed)
    return sealed is not None


@dataclass(frozen=True, slots=True)
class OptOut:
    """An opt-out that stands: of an account, a number or both; who said so, and when (UTC).

    `may_end`: staff recorded it, or its owner replied START since.
    """

    id: int
    guarantor_id: str | None
    number: str | None = field(repr=False)
    source: str
    day: date
    may_end: bool


def standing_opt_outs(store: Store, guarantor_id: str, number: str | None) -> list[OptOut]:
    """The opt-outs of that account, and of that number."""
    # A reply is dated by the provider, an opt-out by the moment it was read: only replies can be put in order.
    rows = store.connection.execute(
        "SELECT id, guarantor_id, number, source, day, source = 'staff' OR EXISTS (SELECT 1 FROM replies r "
        "WHERE r.kind = 'opt_in' AND r.number = o.number AND r.at > coalesce("
        "(SELECT max(at) FROM replies s WHERE s.kind = 'opt_out' AND s.number = o.number), o.at)) "
        "FROM standing_opt_outs o WHERE guarantor_id = ? OR number = ? ORDER BY id",
        (guarantor_id, number),
    )
    return [
        OptOut(number, account, phone, source, date.fromisoformat(day), bool(may_end))
        for number, account, phone, source, day, may_end in rows
    ]


def opt_in(
    store: Store, opt_outs: Iterable[OptOut], guarantor_id: str, *, reason: str, day: date, by: str, now: datetime
) -> None:
    """Ends opt-outs, for a reason that is kept. They stay written down, and that they ended beside them."""
    with store.writing() as connection:
        for each in opt_outs:
            if not each.may_end:
                raise ValueError("only its owner ends this opt-out")
            connection.execute(
                "INSERT INTO opt_ins (opt_out_id, reason, by, day, at) VALUES (?, ?, ?, ?, ?)",
                (each.id, reason, by, day.isoformat(), as_text(now)),
            )
            for account in {guarantor_id, each.guarantor_id} - {None}:
                refresh(connection, str(account))
        store.log("opted-in", now, guarantor_id, by=by)


def wrong_number(store: Store, guarantor_id: str, *, day: date, by: str, now: datetime) -> str | None:
    """Says that the number an account was last asked at is not its own; that number, None where it was never asked.

    What went there reached a stranger: it does not count as having asked, and a campaign that reached nobody else
    never began. The account is on the Undeliverable list for that number, and its replies are settled.
    """
    why = "somebody else answered there: it is a wrong number"
    with store.writing() as connection:
        last = connection.execute(
            "SELECT number FROM requests WHERE guarantor_id = ? AND state = 'accepted' AND number IS NOT NULL "
            "ORDER BY id DESC LIMIT 1",
            (guarantor_id,),
        ).fetchone()
        if last is None:
            return None
        number = str(last[0])
        for rehearsal in (False, True):
            condition = f"guarantor_id = ? AND number = ? AND state = 'accepted' AND rehearsal = {int(rehearsal)}"
            strays = requests_where(connection, condition, (guarantor_id, number))
            if not strays:
                continue
            connection.execute(f"UPDATE requests SET misdirected = 1 WHERE {condition}", (guarantor_id, number))
            for stray in strays:
                consequences.void_campaign(connection, stray, day)
            # The first of the last campaign: nobody gets a last reminder of what they were never asked.
            first = next(each for each in strays if each.campaign_id == strays[-1].campaign_id)
            consequences.add_undeliverable(connection, first, WRONG_NUMBER, why, day)
        consequences.settle_replies(connection, guarantor_id, "wrong-number", by, now)
        store.log("wrong-number", now, guarantor_id, by=by)
        refresh(connection, guarantor_id)
    return number


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
        consequences.settle_replies(connection, guarantor_id, "paid", by, now)
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
    with store.writing() as connection:
        return _forget(store, connection, "phone_corrections", "number-keyed", guarantor_ids, by, now)


def _forget(
    store: Store,
    connection: sqlite3.Connection,
    table: str,
    event: str,
    guarantor_ids: Iterable[str],
    by: str,
    now: datetime,
) -> list[str]:
    gone = []
    for account in guarantor_ids:
        if connection.execute(f"DELETE FROM {table} WHERE guarantor_id = ?", (account,)).rowcount:
            gone.append(account)
            store.log(event, now, account, by=by)
            refresh(connection, account)
    return gone

"""What patients answered, until somebody has dealt with it.

Texts, numbers and notes are personal: a purge takes them.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.situation import WaitingReply
from dipay.state import consequences
from dipay.state.moments import as_text, from_text

if TYPE_CHECKING:
    import sqlite3

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A patient's answer as the state file has it; its number and text are None once past retention.

    `guarantor_id` is the account that was last asked at its number, `day` the practice's day it came. `handled_at`:
    when somebody dealt with it, by whom, and `how` (done, or the command that did); None while it waits. Moments are
    UTC.
    """

    id: int
    provider_id: str
    number: str | None = field(repr=False)
    guarantor_id: str | None
    kind: ReplyKind
    text: str | None = field(repr=False)
    at: datetime
    day: date
    handled_at: datetime | None
    handled_by: str
    how: str
    note: str = field(repr=False)


def take_reply(
    store: Store,
    *,
    provider_id: str,
    number: str,
    guarantor_id: str | None,
    kind: ReplyKind,
    text: str,
    at: datetime,
    day: date,
    today: date,
    now: datetime,
) -> bool:
    """Keeps a reply, and what it says of texts; False when it was known already.

    An opt-out is in the same transaction: no crash can keep the one and lose the other, and a reply that is read once
    more can't undo what was decided since.
    """
    with store.writing() as connection:
        added = connection.execute(
            "INSERT INTO replies (provider_id, number, guarantor_id, kind, text, at, day, handled_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (provider_id) DO NOTHING",
            (
                provider_id,
                number,
                guarantor_id,
                kind,
                text,
                as_text(at),
                day.isoformat(),
                None if kind.waits else as_text(now),
            ),
        ).rowcount
        if added:
            store.log("reply", now, guarantor_id, kind=kind, provider_id=provider_id)
            if kind is ReplyKind.OPT_OUT:
                sealed = consequences.add_opt_out(connection, guarantor_id, number, "reply", today, now)
                if sealed is not None:
                    store.log("opted-out", now, guarantor_id, source="reply", seal=sealed)
    return added > 0


def is_known(store: Store, provider_id: str) -> bool:
    """Whether the reply of that id was kept before."""
    found = store.connection.execute("SELECT 1 FROM replies WHERE provider_id = ?", (provider_id,))
    return found.fetchone() is not None


def settle_reply(store: Store, reply_id: int, *, note: str = "", by: str, now: datetime) -> bool:
    """Takes a reply off the day's list because somebody dealt with it; False when none of that number waits."""
    with store.writing() as connection:
        done = connection.execute(
            "UPDATE replies SET handled_at = ?, handled_by = ?, how = 'done', note = ? "
            "WHERE id = ? AND handled_at IS NULL",
            (as_text(now), by, note, reply_id),
        ).rowcount
        if done:
            (account,) = connection.execute("SELECT guarantor_id FROM replies WHERE id = ?", (reply_id,)).fetchone()
            store.log("reply-handled", now, account, by=by, reply=reply_id)
    return done > 0


def reopen_reply(store: Store, reply_id: int, *, by: str, now: datetime) -> bool:
    """Lets a reply wait again that somebody said to have dealt with; False where none of that number was."""
    with store.writing() as connection:
        done = connection.execute(
            "UPDATE replies SET handled_at = NULL, handled_by = '', how = '', note = '' WHERE id = ? AND how = 'done'",
            (reply_id,),
        ).rowcount
        if done:
            (account,) = connection.execute("SELECT guarantor_id FROM replies WHERE id = ?", (reply_id,)).fetchone()
            store.log("reply-waits-again", now, account, by=by, reply=reply_id)
    return done > 0


_COLUMNS: Final = "id, provider_id, number, guarantor_id, kind, text, at, day, handled_at, handled_by, how, note"


def replies(store: Store, *, waiting_only: bool = True) -> list[KeptReply]:
    """Replies, oldest first; those nobody has dealt with, or all."""
    return _replies_where(store.connection, "handled_at IS NULL" if waiting_only else "1")


def replies_of(store: Store, guarantor_id: str) -> list[KeptReply]:
    """An account's replies, and those from the numbers it was asked at, oldest first."""
    condition = "guarantor_id = ? OR number IN (SELECT number FROM requests WHERE guarantor_id = ?)"
    return _replies_where(store.connection, condition, guarantor_id, guarantor_id)


def waits_for_a_person(connection: sqlite3.Connection, guarantor_id: str, number: str | None) -> bool:
    """Whether a reply of the account, or from a number it has or was asked at, waits."""
    found = connection.execute(
        "SELECT 1 FROM replies WHERE handled_at IS NULL AND (guarantor_id = ? OR number = ? OR number IN "
        "(SELECT number FROM requests WHERE guarantor_id = ?)) LIMIT 1",
        (guarantor_id, number, guarantor_id),
    )
    return found.fetchone() is not None


def waiting_of(connection: sqlite3.Connection) -> tuple[WaitingReply, ...]:
    """The replies that wait, as the rules look at them."""
    return tuple(
        WaitingReply(each.id, each.kind, each.day, each.guarantor_id, each.number)
        for each in _replies_where(connection, "handled_at IS NULL")
    )


def _replies_where(connection: sqlite3.Connection, condition: str, *values: str) -> list[KeptReply]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM replies WHERE {condition} ORDER BY at, id", values)
    return [
        KeptReply(
            number, provider_id, phone, account, _kind(kind), text, from_text(at), date.fromisoformat(day),
            from_text(handled) if handled else None, by, how, note,
        )
        for number, provider_id, phone, account, kind, text, at, day, handled, by, how, note in rows
    ]  # fmt: skip


def waits(kept: str) -> bool:
    """Whether a reply of the kind that was kept waits for a person."""
    return _kind(kept).waits


def _kind(kept: str) -> ReplyKind:
    """What the reply was taken for; a word that this dipay doesn't know waits for a person."""
    return ReplyKind(kept) if kept in ReplyKind.__members__.values() else ReplyKind.OTHER

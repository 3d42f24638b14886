"""What patients answered, until somebody has dealt with it. Texts and numbers are personal: a purge takes them."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dipay.state.moments import as_text, from_text

if TYPE_CHECKING:
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A patient's answer as the state file has it. `kind` is what it was taken for: stop, paid, other …"""

    id: int
    provider_id: str
    number: str | None
    guarantor_id: str | None
    kind: str
    text: str | None
    at: datetime
    handled_at: datetime | None


def add_reply(
    store: Store,
    *,
    provider_id: str,
    number: str,
    guarantor_id: str | None,
    kind: str,
    text: str,
    at: datetime,
    now: datetime,
) -> bool:
    """Keeps a reply; False when it was known already."""
    with store.writing() as connection:
        added = connection.execute(
            "INSERT INTO replies (provider_id, number, guarantor_id, kind, text, at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (provider_id) DO NOTHING",
            (provider_id, number, guarantor_id, kind, text, as_text(at)),
        ).rowcount
        if added:
            store.log("reply", now, guarantor_id, kind=kind, provider_id=provider_id)
    return added > 0


def handle_reply(store: Store, reply_id: int, *, by: str, now: datetime) -> bool:
    """Takes a reply off the day's list; False when it was off already."""
    with store.writing() as connection:
        done = connection.execute(
            "UPDATE replies SET handled_at = ? WHERE id = ? AND handled_at IS NULL", (as_text(now), reply_id)
        ).rowcount
        if done:
            store.log("reply-handled", now, by=by, reply=reply_id)
    return done > 0


def replies(store: Store, *, waiting_only: bool = True) -> list[KeptReply]:
    """Replies, oldest first; those nobody has dealt with, or all."""
    where = "WHERE handled_at IS NULL" if waiting_only else ""
    rows = store.connection.execute(
        f"SELECT id, provider_id, number, guarantor_id, kind, text, at, handled_at FROM replies {where} ORDER BY at"
    )
    return [
        KeptReply(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            from_text(row[6]),
            from_text(row[7]) if row[7] else None,
        )
        for row in rows
    ]

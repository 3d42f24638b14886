"""Messages that only the provider's log knows of, as after a restore: each becomes a request like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dipay.state.claims import seal, text_hash
from dipay.state.consequences import after_acceptance
from dipay.state.moments import as_text
from dipay.state.requests import REHEARSAL_PROVIDER, Request, RequestKind, RequestState, request_of
from dipay.state.summaries import refresh

if TYPE_CHECKING:
    from datetime import date, datetime

    from dipay.state.store import Store


_UNLOGGED: Final = "found in the provider's log, not in this file"


def is_known(store: Store, provider: str, provider_id: str, token: str | None) -> bool:
    """Whether the file has a request with that id of the provider, or with that token."""
    found = store.connection.execute(
        "SELECT 1 FROM requests WHERE (provider = ? AND provider_id = ?) OR token = ?",
        (provider, provider_id, token),
    )
    return found.fetchone() is not None


def add_unlogged(
    store: Store,
    *,
    guarantor_id: str,
    number: str,
    text: str,
    segments: int,
    token: str,
    provider: str,
    provider_id: str,
    step: int,
    last_step: bool,
    sent_at: datetime,
    day: date,
    now: datetime,
) -> Request | None:
    """Writes an accepted request for a message that only the provider knows of (after a restore); None if it is known.

    It counts like any other: a step 0 begins the campaign. `token` is the one in its text's link, or a new one.
    """
    with store.writing() as connection:
        if is_known(store, provider, provider_id, token):
            return None
        digest = text_hash(text)
        request_id = connection.execute(
            "INSERT INTO requests (token, guarantor_id, kind, in_campaign, step, last_step, named, typed, "
            "number, amount_cents, text, text_sha256, segments, provider, rehearsal, state, day, claimed_at, "
            "outcome_at, provider_id, why, delivery, late, host, pid, process_started) "
            "VALUES (?, ?, ?, 1, ?, ?, 1, 0, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 1, '', 0, '')",
            (
                token,
                guarantor_id,
                RequestKind.CAMPAIGN,
                step,
                last_step,
                number,
                text,
                digest,
                segments,
                provider,
                provider == REHEARSAL_PROVIDER,
                RequestState.ACCEPTED,
                day.isoformat(),
                as_text(sent_at),
                as_text(now),
                provider_id,
                _UNLOGGED,
            ),
        ).lastrowid
        if request_id is None:
            raise RuntimeError("SQLite gave no row id")
        sealed = seal(token, guarantor_id, number, 0, digest)
        store.log("unlogged", now, guarantor_id, request_id, provider_id=provider_id, step=step, seal=sealed)
        connection.execute(
            "INSERT OR IGNORE INTO asked_numbers VALUES (?, ?, ?)",
            (number, guarantor_id, provider == REHEARSAL_PROVIDER),
        )
        after_acceptance(connection, request_of(connection, request_id), now, store.actor, late=False)
        refresh(connection, guarantor_id)
        return request_of(connection, request_id)

"""Messages that only the provider's log knows of, as after a restore: each becomes a request like any other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dipay.state import payment_links
from dipay.state.claims import remember_whom, seal, text_hash
from dipay.state.consequences import after_acceptance
from dipay.state.moments import as_text
from dipay.state.provider_log import is_known
from dipay.state.requests import REHEARSAL_PROVIDER, Request, RequestKind, RequestState, request_of
from dipay.state.summaries import refresh

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from dipay.state.payment_links import LinkWanted
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class UnloggedLink:
    """The link of such a message, as its processor has it."""

    wanted: LinkWanted
    link_id: str
    url: str = field(repr=False)
    amount_cents: int = field(repr=False)


_UNLOGGED: Final = "found in the provider's log, not in this file"


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
    patient_ids: Iterable[str] = (),
    link: UnloggedLink | None = None,
) -> Request | None:
    """Writes an accepted request for a message that only the provider knows of (after a restore); None if it is known.

    It counts like any other: a step 0 begins the campaign. `token` is the one in its text's link, or of the `link` that
    a processor made for it, which alone tells an amount; `patient_ids` are whom the account pays for now.
    """
    with store.writing() as connection:
        if is_known(store, provider, provider_id, token, number, text):
            return None
        digest, amount_cents = text_hash(text), link.amount_cents if link is not None else 0
        request_id = connection.execute(
            "INSERT INTO requests (token, guarantor_id, kind, in_campaign, step, last_step, named, typed, "
            "number, amount_cents, text, text_sha256, segments, provider, rehearsal, state, day, claimed_at, "
            "outcome_at, provider_id, why, delivery, late, host, pid, process_started) "
            "VALUES (?, ?, ?, 1, ?, ?, 1, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 1, '', 0, '')",
            (
                token,
                guarantor_id,
                RequestKind.CAMPAIGN,
                step,
                last_step,
                number,
                amount_cents,
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
        sealed = seal(token, guarantor_id, number, amount_cents, digest)
        by = {"processor": link.wanted.processor} if link is not None else {}
        store.log("unlogged", now, guarantor_id, request_id, provider_id=provider_id, step=step, seal=sealed, **by)
        if link is not None:
            payment_links.want(connection, request_id, link.wanted, sent_at)
            request = request_of(connection, request_id)
            payment_links.record_made(store, request, link.link_id, link.url, now, sealed)
        remember_whom(connection, guarantor_id, number, patient_ids, rehearsal=provider == REHEARSAL_PROVIDER)
        after_acceptance(connection, request_of(connection, request_id), now, store.actor, late=False)
        refresh(connection, guarantor_id)
        return request_of(connection, request_id)

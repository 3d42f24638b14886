"""How far a provider's log is read, and which of its messages are no news: the state's own, or accepted by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.state.moments import as_text, from_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the log that was too long to be read: the numbers to be asked are looked up in it one by one."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class LogRead:
    """What is read of a provider's log: all of it until then, but for the gap. Nothing so far: None."""

    until: datetime | None = None
    gap: Gap | None = None


def log_read(store: Store, provider: str) -> LogRead:
    """How far that provider's log is read."""
    row = store.connection.execute(
        "SELECT read_until, gap_since, gap_until FROM provider_logs WHERE provider = ?", (provider,)
    ).fetchone()
    if row is None:
        return LogRead()
    until, *gap = (from_text(each) if each else None for each in row)
    return LogRead(until, Gap(gap[0], gap[1]) if gap[0] and gap[1] else None)


def record_log_read(store: Store, provider: str, read: LogRead) -> None:
    """Writes down how far that provider's log is read."""
    moments = (read.until, read.gap.since if read.gap else None, read.gap.until if read.gap else None)
    with store.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO provider_logs VALUES (?, ?, ?, ?)",
            (provider, *(as_text(each) if each else None for each in moments)),
        )


def accept_messages(store: Store, provider: str, provider_ids: Iterable[str]) -> None:
    """Writes down that these messages of the log, which the state lacks, stand in nobody's way: a person says so."""
    with store.writing() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO accepted_messages VALUES (?, ?)", [(provider, each) for each in provider_ids]
        )


def is_known(store: Store, provider: str, provider_id: str, token: str | None, number: str, text: str) -> bool:
    """Whether a message of the provider's log is one of the state's, or one that a person accepted.

    It is the state's by the provider's id or the token in its link; where that link is none of today's, by the token of
    any request to that number that stands in its text, or by such a request's link of a processor's.
    """
    found = store.connection.execute(
        "SELECT 1 FROM requests WHERE (provider = ? AND provider_id = ?) OR token = ? "
        "UNION ALL SELECT 1 FROM requests WHERE number = ? AND instr(?, token) > 0 "
        "UNION ALL SELECT 1 FROM requests r JOIN payment_links l ON l.request_id = r.id "
        "WHERE r.number = ? AND instr(?, l.url) > 0 "
        "UNION ALL SELECT 1 FROM accepted_messages WHERE provider = ? AND provider_id = ?",
        (provider, provider_id, token, number, text, number, text, provider, provider_id),
    )
    return found.fetchone() is not None


def was_sent_since(store: Store, provider: str, number: str, since: datetime) -> bool:
    """Whether this provider took a message of the state's to that number since then."""
    found = store.connection.execute(
        "SELECT 1 FROM requests WHERE number = ? AND provider = ? AND state = 'accepted' AND claimed_at >= ?",
        (number, provider, as_text(since)),
    )
    return found.fetchone() is not None

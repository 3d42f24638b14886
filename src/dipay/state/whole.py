"""Whole tables of the state, for whoever adds up or compares: campaigns, opt-outs, imports, balances seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dipay.state.moments import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign. `step` is the last one accepted, `last_sent` its day; `how` it ended, "" while it runs."""

    id: int
    guarantor_id: str
    rehearsal: bool
    began: date
    step: int
    last_sent: date
    ended: date | None
    how: str


def campaigns(store: Store) -> Iterator[Campaign]:
    """Every campaign, in the order they began."""
    rows = store.connection.execute(
        "SELECT id, guarantor_id, rehearsal, began, step, last_sent, ended, coalesce(how, '') "
        "FROM campaigns ORDER BY id"
    )
    for number, account, rehearsal, began, step, last_sent, ended, how in rows:
        yield Campaign(
            number, account, bool(rehearsal), date.fromisoformat(began), step, date.fromisoformat(last_sent),
            date.fromisoformat(ended) if ended else None, how,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OptedOut:
    """An opt-out of an account, or of a number alone (None); `stands` until it was taken back."""

    guarantor_id: str | None
    day: date
    source: str
    stands: bool


def opt_outs(store: Store) -> Iterator[OptedOut]:
    """Every opt-out, oldest first."""
    rows = store.connection.execute(
        "SELECT guarantor_id, day, source, id IN (SELECT id FROM standing_opt_outs) FROM opt_outs ORDER BY id"
    )
    for account, day, source, stands in rows:
        yield OptedOut(account, date.fromisoformat(day), source, bool(stands))


@dataclass(frozen=True, slots=True)
class Imported:
    """Exports that were worked with: the day they were made, when they were read, what they came to."""

    day: date
    at: datetime
    accounts: int
    balance_cents: int
    accepted: bool


def imports(store: Store) -> Iterator[Imported]:
    """Every import, in the order they were read."""
    rows = store.connection.execute("SELECT as_of, at, accounts, balance_cents, accepted FROM imports ORDER BY id")
    for day, at, accounts, balance_cents, accepted in rows:
        yield Imported(date.fromisoformat(day), from_text(at), accounts, balance_cents, bool(accepted))


def balances_seen(store: Store) -> Iterator[tuple[str, date, int]]:
    """The patient portions (cents) of asked accounts by account and export day, where they changed."""
    rows = store.connection.execute(
        "SELECT guarantor_id, as_of, portion_cents FROM balances_seen ORDER BY guarantor_id, as_of"
    )
    for account, day, cents in rows:
        yield account, date.fromisoformat(day), cents


@dataclass(frozen=True, slots=True)
class Unreached:
    """An entry of the Undeliverable list, of now or before; `request_id` is None where nothing could be sent."""

    guarantor_id: str
    request_id: int | None
    rehearsal: bool
    since: date


def unreached(store: Store) -> Iterator[Unreached]:
    """Every entry there ever was, oldest first."""
    rows = store.connection.execute("SELECT guarantor_id, request_id, rehearsal, since FROM undeliverables ORDER BY id")
    for account, request_id, rehearsal, since in rows:
        yield Unreached(account, request_id, bool(rehearsal), date.fromisoformat(since))

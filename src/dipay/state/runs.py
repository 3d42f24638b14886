"""Runs: when each that sent began and ended, and what it did; and when the provider was last asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dipay.state.moments import as_text, from_text
from dipay.state.processes import this_process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dipay.state.store import Store


def begin_run(store: Store, command: str, provider: str, *, now: datetime) -> int:
    """Notes that a run began; its id."""
    owner = this_process()
    with store.writing() as connection:
        cursor = connection.execute(
            "INSERT INTO runs (command, provider, began, host, pid) VALUES (?, ?, ?, ?, ?)",
            (command, provider, as_text(now), owner.host, owner.pid),
        )
        run_id = cursor.lastrowid
        store.log("run-began", now, run=run_id, command=command, provider=provider)
    if run_id is None:
        raise RuntimeError("SQLite gave no row id")
    return run_id


def end_run(store: Store, run_id: int, counts: Mapping[str, int], *, now: datetime) -> None:
    """Notes that a run ended, with what it did."""
    with store.writing() as connection:
        connection.execute(
            "UPDATE runs SET ended = ?, counts = ? WHERE id = ?",
            (as_text(now), json.dumps(dict(counts)), run_id),
        )
        store.log("run-ended", now, run=run_id)


def note_asked(store: Store, provider: str, *, now: datetime) -> None:
    """Notes that the provider told all that it was asked: what is in doubt, deliveries, replies."""
    with store.writing(marked=False) as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"asked {provider}", as_text(now)))


def last_asked(store: Store, provider: str) -> datetime | None:
    """When the provider last told all that it was asked; None where that is not known."""
    row = store.connection.execute("SELECT value FROM meta WHERE key = ?", (f"asked {provider}",)).fetchone()
    return from_text(row[0]) if row else None

"""The append-only log of events. Each one carries the hash of the one before: nothing in it can be changed unseen."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

#: What stands for "the event before" in the first one.
FIRST_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `detail` is JSON with ids and codes only, nothing personal."""

    id: int
    at: str
    actor: str
    kind: str
    guarantor_id: str | None
    request_id: int | None
    detail: str
    prev_hash: str
    hash: str


_COLUMNS = "id, at, actor, kind, guarantor_id, request_id, detail, prev_hash, hash"


def last_event(connection: sqlite3.Connection) -> tuple[int, str]:
    """The last event's number and hash; (0, `FIRST_HASH`) where there is none."""
    row = connection.execute("SELECT id, hash FROM events ORDER BY id DESC LIMIT 1").fetchone()
    return (int(row[0]), str(row[1])) if row else (0, FIRST_HASH)


def hash_of_event(connection: sqlite3.Connection, number: int) -> str | None:
    if number == 0:
        return FIRST_HASH
    row = connection.execute("SELECT hash FROM events WHERE id = ?", (number,)).fetchone()
    return str(row[0]) if row else None


def append_event(
    connection: sqlite3.Connection,
    kind: str,
    *,
    at: str,
    actor: str,
    guarantor_id: str | None = None,
    request_id: int | None = None,
    detail: Mapping[str, str | int | None] | None = None,
) -> None:
    """Adds one event inside the transaction at hand."""
    number, before = last_event(connection)
    text = _as_json(detail or {})
    digest = _digest(number + 1, at, actor, kind, guarantor_id, request_id, text, before)
    connection.execute(
        f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number + 1, at, actor, kind, guarantor_id, request_id, text, before, digest),
    )


def events(
    connection: sqlite3.Connection,
    guarantor_id: str | None = None,
    *,
    kinds: Iterable[str] | None = None,
    since: str = "",
) -> Iterator[Event]:
    """Events in order, of one account or all; of these kinds, and since that moment, where they are given."""
    conditions, values = ["at >= :since"], {"since": since, "account": guarantor_id}
    if guarantor_id is not None:
        # Each half has its index: without them SQLite reads millions of events for the few of an account.
        conditions.append(
            "id IN (SELECT id FROM events WHERE guarantor_id = :account AND request_id IS NULL UNION ALL "
            "SELECT id FROM events WHERE request_id IN (SELECT id FROM requests WHERE guarantor_id = :account))"
        )
    if kinds is not None:
        conditions.append("kind IN (SELECT value FROM json_each(:kinds))")
        values["kinds"] = json.dumps(list(kinds))
    rows = connection.execute(f"SELECT {_COLUMNS} FROM events WHERE {' AND '.join(conditions)} ORDER BY id", values)
    return (Event(*row) for row in rows)


def moment_of_newest(connection: sqlite3.Connection, kinds: Iterable[str], count: int) -> str:
    """The moment from which on there are so many events of these kinds; empty where there are fewer."""
    row = connection.execute(
        "SELECT at FROM events WHERE kind IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1 OFFSET ?",
        (json.dumps(list(kinds)), count - 1),
    ).fetchone()
    return str(row[0]) if row else ""


def strip(connection: sqlite3.Connection, details: Mapping[int, Mapping[str, str]]) -> None:
    """Puts other details into releases of holds that hold what must not be in the log; for migrations alone.

    An event keeps its hash, so the chain and every marker that names it still hold: a new event says what it is now.
    """
    # Nothing happened now: what an older dipay wrote is told otherwise.
    (at,) = connection.execute("SELECT at FROM events ORDER BY id DESC LIMIT 1").fetchone()
    (guard,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'events_never_change'").fetchone()
    connection.execute("DROP TRIGGER events_never_change")
    for number, detail in details.items():
        connection.execute("UPDATE events SET detail = ? WHERE id = ?", (_as_json(detail), number))
        row = connection.execute(f"SELECT {_COLUMNS} FROM events WHERE id = ?", (number,)).fetchone()
        append_event(
            connection, "stripped", at=at, actor="migration", detail={"event": number, "now": _digest(*row[:8])}
        )
    connection.execute(guard)


def broken_links(connection: sqlite3.Connection) -> list[str]:
    """Where the chain is broken: an event was changed, taken out or put in. Empty when it is whole."""
    told = (json.loads(row[0]) for row in connection.execute("SELECT detail FROM events WHERE kind = 'stripped'"))
    stripped = {each["event"]: each["now"] for each in told}
    found: list[str] = []
    before, expected = FIRST_HASH, 1
    for row in connection.execute(f"SELECT {_COLUMNS} FROM events ORDER BY id"):
        event = Event(*row)
        if event.id != expected:
            found.append(f"event {expected} is missing")
        elif event.prev_hash != before:
            found.append(f"event {event.id} does not follow the one before it")
        digest = _digest(*row[:8])
        if digest != event.hash and not (event.kind == "hold-released" and digest == stripped.get(event.id)):
            found.append(f"event {event.id} was changed")
        before, expected = event.hash, event.id + 1
    return found


def _as_json(detail: Mapping[str, str | int | None]) -> str:
    return json.dumps(dict(detail), sort_keys=True, separators=(",", ":"))


def _digest(*fields: str | int | None) -> str:
    return hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()

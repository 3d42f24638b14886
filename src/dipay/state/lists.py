"""The worklists of the days on which something was sent, so that a later one can be held against them.

Kept are ids, views, rules' codes and cents of accounts that owe or that more speaks against, a row where they changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as a worklist had it; `reasons` are its rules' codes with blanks between, the headline first.

    An account that the exports no longer had has the view "".
    """

    guarantor_id: str
    view: str
    reasons: str
    portion_cents: int


def keep_list(store: Store, day: date, accounts: Iterable[Listed]) -> None:
    """Keeps the day's worklist as it was before anything was sent; another one of the same day changes nothing."""
    if store.connection.execute("SELECT 1 FROM lists WHERE day = ?", (day.isoformat(),)).fetchone():
        return
    now = {each.guarantor_id: each for each in accounts}
    before = {each.guarantor_id: each for each in list_of(store, day)}
    gone = (Listed(each, "", "", 0) for each, was in before.items() if each not in now and was.view)
    changed = [each for each in (*now.values(), *gone) if before.get(each.guarantor_id) != each]
    with store.writing() as connection:
        connection.execute("INSERT OR IGNORE INTO lists VALUES (?)", (day.isoformat(),))
        connection.executemany(
            "INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?, ?)",
            [(each.guarantor_id, day.isoformat(), each.view, each.reasons, each.portion_cents) for each in changed],
        )


def last_list_day(store: Store, until: date) -> date | None:
    """The last day up to that one of which a worklist is kept."""
    (day,) = store.connection.execute("SELECT max(day) FROM lists WHERE day <= ?", (until.isoformat(),)).fetchone()
    return date.fromisoformat(day) if day else None


def first_list_day(store: Store) -> date | None:
    """The first day of which a worklist is kept."""
    (day,) = store.connection.execute("SELECT min(day) FROM lists").fetchone()
    return date.fromisoformat(day) if day else None


def list_of(store: Store, day: date) -> list[Listed]:
    """The worklist kept of that day, or of the last one before it, by account."""
    # Of each account SQLite takes the other columns from the row with the greatest day.
    rows = store.connection.execute(
        "SELECT guarantor_id, view, reasons, portion_cents, max(day) FROM listed WHERE day <= ? GROUP BY guarantor_id",
        (day.isoformat(),),
    )
    return [Listed(account, view, reasons, cents) for account, view, reasons, cents, _ in rows]

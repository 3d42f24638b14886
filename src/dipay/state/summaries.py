"""One row per account with what the rules need, kept up in the transaction of every change: lists never walk messages.

`real = 1` rows leave rehearsals out; `real = 0` rows count them.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from dipay.domain.situation import AccountState, Situation, Snooze, Undeliverable
from dipay.state.requests import REHEARSAL_PROVIDER

if TYPE_CHECKING:
    import sqlite3

    from dipay.state.store import Store

#: The message reached nobody: it does not count as having asked.
NOT_FAILED: Final = "delivery NOT IN ('undelivered', 'failed', 'canceled')"
#: The message went out or may have.
LIVE: Final = f"state IN ('claimed', 'in_doubt', 'accepted') AND {NOT_FAILED}"

_Row = tuple[object, ...]

_COLUMNS: Final = (
    "snooze_until, snooze_reason, snooze_note, snooze_by, deselected_on, campaign_began, campaign_step, "
    "last_asked, undeliverable_number, undeliverable_why, undeliverable_since, in_doubt, opted_out_on, paid_on"
)

#: Ids given as one value, looked up by SQLite itself: an old file knows many accounts that are in no export any more.
_AMONG: Final = "(SELECT value FROM json_each(:among))"

_SUMMARY: Final = f"""
    SELECT s.until, s.reason, s.note, s.by,
        (SELECT day FROM deselections WHERE guarantor_id = :account),
        c.began, c.step,
        (SELECT max(day) FROM requests
            WHERE guarantor_id = :account AND state = 'accepted' AND step = 0 AND {NOT_FAILED}
            AND rehearsal <= :rehearsals),
        u.number, u.why, u.since,
        EXISTS (SELECT 1 FROM requests
            WHERE guarantor_id = :account AND state IN ('claimed', 'in_doubt') AND rehearsal <= :rehearsals),
        (SELECT min(day) FROM opt_outs WHERE guarantor_id = :account),
        (SELECT day FROM paid_marks WHERE guarantor_id = :account)
    FROM (SELECT 1)
    LEFT JOIN snoozes s ON s.guarantor_id = :account
    LEFT JOIN campaigns c ON c.id = (SELECT id FROM campaigns
        WHERE guarantor_id = :account AND ended IS NULL AND rehearsal <= :rehearsals
        ORDER BY began DESC, id DESC LIMIT 1)
    LEFT JOIN undeliverables u ON u.id = (SELECT id FROM undeliverables
        WHERE guarantor_id = :account AND resolved IS NULL AND rehearsal <= :rehearsals
        ORDER BY id DESC LIMIT 1)
"""


def summary_of(connection: sqlite3.Connection, guarantor_id: str, real: int) -> _Row | None:
    """An account's summary worked out from what it sums up; None where nothing is known of the account."""
    row: _Row = connection.execute(_SUMMARY, {"account": guarantor_id, "rehearsals": 1 - real}).fetchone()
    return row if any(value not in (None, 0) for value in row) or row[6] is not None else None


def refresh(connection: sqlite3.Connection, guarantor_id: str) -> None:
    """Brings an account's rows up to date, in the transaction at hand. Every change of what they sum up ends here."""
    for real in (0, 1):
        row = summary_of(connection, guarantor_id, real)
        if row is None:
            connection.execute("DELETE FROM summaries WHERE real = ? AND guarantor_id = ?", (real, guarantor_id))
        else:
            connection.execute(
                f"INSERT OR REPLACE INTO summaries (real, guarantor_id, {_COLUMNS}) VALUES (?, ?{', ?' * len(row)})",
                (real, guarantor_id, *row),
            )


def wrong_summaries(connection: sqlite3.Connection) -> list[str]:
    """Accounts whose rows do not say what they sum up."""
    known = "SELECT guarantor_id FROM "
    tables = ("requests", "campaigns", "undeliverables", "snoozes", "deselections", "paid_marks", "summaries")
    accounts = " UNION ".join(known + table for table in tables)
    found = []
    for (account,) in connection.execute(
        f"{accounts} UNION SELECT guarantor_id FROM opt_outs WHERE guarantor_id IS NOT NULL"
    ):
        for real in (0, 1):
            kept = connection.execute(
                f"SELECT {_COLUMNS} FROM summaries WHERE real = ? AND guarantor_id = ?",
                (real, account),
            ).fetchone()
            if kept != summary_of(connection, account, real):
                found.append(f"the summary of account {account} is out of date")
                break
    return found


def situation(store: Store, today: date, provider: str, among: Sequence[str] | None = None) -> Situation:
    """What the rules need of every account, or of these.

    `provider` is the one configured: rehearsals count for `outbox` alone. Of deselections only today's are given.
    """
    rows = store.connection.execute(
        f"SELECT guarantor_id, {_COLUMNS} FROM summaries WHERE real = :real"
        + (f" AND guarantor_id IN {_AMONG}" if among is not None else ""),
        {"real": _is_real(provider), "among": json.dumps(among)},
    )
    accounts = _Accounts({row[0]: row for row in rows}, today.isoformat())
    numbers = store.connection.execute("SELECT number FROM opt_outs WHERE number IS NOT NULL")
    return Situation(accounts, frozenset(str(number) for (number,) in numbers))


def asked_accounts(store: Store, provider: str, among: Sequence[str]) -> tuple[int, int]:
    """How many accounts were ever asked, and how many of them are not among these."""
    found: tuple[int, int] = store.connection.execute(
        f"SELECT count(*), count(*) FILTER (WHERE guarantor_id NOT IN {_AMONG}) FROM summaries "
        "WHERE real = :real AND last_asked IS NOT NULL",
        {"real": _is_real(provider), "among": json.dumps(among)},
    ).fetchone()
    return found


def _is_real(provider: str) -> int:
    return int(provider != REHEARSAL_PROVIDER)


class _Accounts(Mapping[str, AccountState]):
    """Account states, each made once, when it is asked for."""

    __slots__ = ("_made", "_rows", "_today")

    def __init__(self, rows: dict[str, tuple[object, ...]], today: str) -> None:
        self._rows = rows
        self._today = today
        self._made: dict[str, AccountState] = {}

    def __getitem__(self, guarantor_id: str) -> AccountState:
        made = self._made.get(guarantor_id)
        if made is None:
            made = self._made[guarantor_id] = _state_from_row(self._rows[guarantor_id], self._today)
        return made

    def __contains__(self, guarantor_id: object) -> bool:
        return guarantor_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _state_from_row(row: _Row, today: str) -> AccountState:
    (
        _,
        until,
        reason,
        note,
        by,
        deselected,
        began,
        step,
        asked,
        number,
        why,
        since,
        in_doubt,
        opted_out,
        paid,
    ) = row
    return AccountState(
        snooze=Snooze(date.fromisoformat(str(until)), str(reason), str(note), str(by)) if until else None,
        deselected_on=_day(deselected) if deselected == today else None,
        campaign_began=_day(began),
        campaign_step=step if isinstance(step, int) else 0,
        last_asked=_day(asked),
        undeliverable=(
            Undeliverable(str(number) if number else None, str(why), date.fromisoformat(str(since))) if since else None
        ),
        in_doubt=bool(in_doubt),
        opted_out_on=_day(opted_out),
        paid_on=_day(paid),
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None

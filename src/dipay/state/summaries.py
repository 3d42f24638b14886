"""One row per account with what the rules need, kept up in the transaction of every change: lists never walk messages.

`real = 1` rows leave rehearsals out; `real = 0` rows count them.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3


#: The message reached nobody: it does not count as having asked.
NOT_FAILED: Final = "delivery NOT IN ('undelivered', 'failed', 'canceled') AND misdirected = 0"
#: The message went out or may have.
LIVE: Final = f"state IN ('claimed', 'in_doubt', 'accepted') AND {NOT_FAILED}"

_Row = tuple[object, ...]

COLUMNS: Final = (
    "snooze_until, snooze_reason, snooze_note, snooze_by, deselected_on, campaign_began, campaign_step, "
    "last_asked, undeliverable_number, undeliverable_why, undeliverable_since, in_doubt, opted_out_on, paid_on, "
    "campaign_last_sent, completed_on, dead_numbers"
)

_SUMMARY: Final = f"""
    SELECT s.until, s.reason, s.note, s.by,
        (SELECT day FROM deselections WHERE guarantor_id = :account),
        c.began, coalesce(c.step, l.step),
        (SELECT max(day) FROM requests
            WHERE guarantor_id = :account AND state = 'accepted' AND {NOT_FAILED}
            AND rehearsal <= :rehearsals),
        u.number, u.why, u.since,
        EXISTS (SELECT 1 FROM requests
            WHERE guarantor_id = :account AND state IN ('claimed', 'in_doubt') AND rehearsal <= :rehearsals),
        (SELECT min(day) FROM standing_opt_outs WHERE guarantor_id = :account),
        (SELECT day FROM paid_marks WHERE guarantor_id = :account),
        c.last_sent,
        iif(c.id IS NULL, l.ended, NULL),
        (SELECT group_concat(DISTINCT number) FROM undeliverables d
            WHERE guarantor_id = :account AND rehearsal <= :rehearsals AND number IS NOT NULL
            AND (how IS NULL OR how IN ('resent', 'replaced')) AND NOT EXISTS (SELECT 1 FROM requests
                WHERE guarantor_id = :account AND number = d.number AND state = 'accepted' AND {NOT_FAILED}
                AND id > coalesce(d.request_id, 0)))
    FROM (SELECT 1)
    LEFT JOIN snoozes s ON s.guarantor_id = :account
    LEFT JOIN campaigns c ON c.id = (SELECT id FROM campaigns
        WHERE guarantor_id = :account AND ended IS NULL AND rehearsal <= :rehearsals
        ORDER BY began DESC, id DESC LIMIT 1)
    LEFT JOIN campaigns l ON l.how = 'completed' AND l.id = (SELECT id FROM campaigns
        WHERE guarantor_id = :account AND rehearsal <= :rehearsals ORDER BY began DESC, id DESC LIMIT 1)
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
                f"INSERT OR REPLACE INTO summaries (real, guarantor_id, {COLUMNS}) VALUES (?, ?{', ?' * len(row)})",
                (real, guarantor_id, *row),
            )


def rebuild(connection: sqlite3.Connection) -> None:
    """Makes every account's rows anew, in the transaction at hand."""
    connection.execute("DELETE FROM summaries")
    for account in _known_accounts(connection):
        refresh(connection, account)


def _known_accounts(connection: sqlite3.Connection) -> list[str]:
    """Every account that a summary could say something of."""
    known = "SELECT guarantor_id FROM "
    tables = ("requests", "campaigns", "undeliverables", "snoozes", "deselections", "paid_marks", "summaries")
    accounts = " UNION ".join(known + table for table in tables)
    rows = connection.execute(f"{accounts} UNION SELECT guarantor_id FROM opt_outs WHERE guarantor_id IS NOT NULL")
    return [str(account) for (account,) in rows]


def wrong_summaries(connection: sqlite3.Connection) -> list[str]:
    """Accounts whose rows do not say what they sum up."""
    found = []
    for account in _known_accounts(connection):
        for real in (0, 1):
            kept = connection.execute(
                f"SELECT {COLUMNS} FROM summaries WHERE real = ? AND guarantor_id = ?",
                (real, account),
            ).fetchone()
            if kept != summary_of(connection, account, real):
                found.append(f"the summary of account {account} is out of date")
                break
    return found

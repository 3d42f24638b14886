"""What follows from an outcome or a decision, inside its transaction: campaigns, undeliverables, opt-outs."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from dipay.state.moments import as_text
from dipay.state.summaries import LIVE, refresh

if TYPE_CHECKING:
    import sqlite3
    from datetime import date, datetime

    from dipay.state.requests import Request


def after_acceptance(connection: sqlite3.Connection, request: Request, now: datetime, by: str, *, late: bool) -> None:
    """A first request begins a campaign, a later message carries it on, the last one completes it.

    Whoever is reached is no longer undeliverable, and a number that was typed in is one to key into the PMS.
    """
    if request.in_campaign:
        campaign_id = _campaign_for(connection, request, late=late)
        if campaign_id is not None:
            connection.execute("UPDATE requests SET campaign_id = ? WHERE id = ?", (campaign_id, request.id))
            connection.execute(
                "UPDATE campaigns SET step = max(step, ?), last_sent = max(last_sent, ?) WHERE id = ?",
                (request.step, request.day.isoformat(), campaign_id),
            )
            if _has_opted_out(connection, request):
                _end(connection, campaign_id, request.day, "opted_out")
            elif request.last_step:
                _end(connection, campaign_id, request.day, "completed")
    # What a real message settles is settled for rehearsals too, never the other way round.
    # A late one tells of an earlier message, not of what failed since.
    if not late:
        connection.execute(
            "UPDATE undeliverables SET resolved = ?, how = 'resent' "
            "WHERE guarantor_id = ? AND resolved IS NULL AND rehearsal >= ?",
            (request.day.isoformat(), request.guarantor_id, request.rehearsal),
        )
    if request.typed and request.number is not None:
        connection.execute(
            "INSERT OR REPLACE INTO phone_corrections VALUES (?, ?, ?, ?)",
            (request.guarantor_id, request.number, by, as_text(now)),
        )


def _campaign_for(connection: sqlite3.Connection, request: Request, *, late: bool) -> int | None:
    """The campaign that an accepted message belongs to, begun if need be; None where its place is taken."""
    if request.campaign_id is not None:
        return request.campaign_id
    running = connection.execute(
        "SELECT id FROM campaigns WHERE guarantor_id = ? AND rehearsal = ? AND ended IS NULL",
        (request.guarantor_id, request.rehearsal),
    ).fetchone()
    if running is not None:
        return None if step_is_taken(connection, running[0], request.step) else int(running[0])
    if request.step > 0:
        return None
    day = request.day.isoformat()
    if (
        late
        and connection.execute(
            "SELECT 1 FROM campaigns WHERE guarantor_id = ? AND rehearsal = ? AND began >= ?",
            (request.guarantor_id, request.rehearsal, day),
        ).fetchone()
    ):
        return None
    begun = connection.execute(
        "INSERT INTO campaigns (guarantor_id, rehearsal, began, step, last_sent) VALUES (?, ?, ?, 0, ?)",
        (request.guarantor_id, request.rehearsal, day, day),
    )
    return begun.lastrowid


def step_is_taken(connection: sqlite3.Connection, campaign_id: int, step: int) -> bool:
    """Whether the campaign has a live message for that step."""
    found = connection.execute(
        f"SELECT 1 FROM requests WHERE campaign_id = ? AND step = ? AND late = 0 AND {LIVE}",
        (campaign_id, step),
    )
    return found.fetchone() is not None


def _has_opted_out(connection: sqlite3.Connection, request: Request) -> bool:
    found = connection.execute(
        "SELECT 1 FROM standing_opt_outs WHERE guarantor_id = ? OR number = ?", (request.guarantor_id, request.number)
    )
    return found.fetchone() is not None


def _end(connection: sqlite3.Connection, campaign_id: int, day: date, how: str) -> None:
    connection.execute(
        "UPDATE campaigns SET ended = ?, how = ? WHERE id = ? AND ended IS NULL",
        (day.isoformat(), how, campaign_id),
    )


def end_campaigns(connection: sqlite3.Connection, guarantor_id: str, day: date, how: str) -> int:
    """Ends the account's running campaigns; how many."""
    return connection.execute(
        "UPDATE campaigns SET ended = ?, how = ? WHERE guarantor_id = ? AND ended IS NULL",
        (day.isoformat(), how, guarantor_id),
    ).rowcount


def void_campaign(connection: sqlite3.Connection, request: Request, today: date) -> None:
    """Ends the campaign of a failed message when none of its messages reached the person: it never began."""
    if request.campaign_id is None:
        return
    reached = connection.execute(
        f"SELECT 1 FROM requests WHERE campaign_id = ? AND {LIVE}",
        (request.campaign_id,),
    ).fetchone()
    if reached is None:
        connection.execute(
            "UPDATE campaigns SET ended = ?, how = 'undeliverable' WHERE id = ? AND (how IS NULL OR how = 'completed')",
            (today.isoformat(), request.campaign_id),
        )


def add_undeliverable(connection: sqlite3.Connection, request: Request, code: str, why: str, since: date) -> None:
    """Puts the account of a request on the Undeliverable list, in place of what was there."""
    put_on_list(
        connection,
        request.guarantor_id,
        request.number,
        code,
        why,
        since,
        rehearsal=request.rehearsal,
        request_id=request.id,
    )


def put_on_list(
    connection: sqlite3.Connection,
    guarantor_id: str,
    number: str | None,
    code: str,
    why: str,
    since: date,
    *,
    rehearsal: bool,
    request_id: int | None,
) -> None:
    connection.execute(
        "UPDATE undeliverables SET resolved = ?, how = 'replaced' "
        "WHERE guarantor_id = ? AND rehearsal = ? AND resolved IS NULL",
        (since.isoformat(), guarantor_id, rehearsal),
    )
    # What was typed in did not reach the person either: nobody is to key it in.
    connection.execute("DELETE FROM phone_corrections WHERE guarantor_id = ? AND number = ?", (guarantor_id, number))
    connection.execute(
        "INSERT INTO undeliverables (guarantor_id, rehearsal, request_id, number, code, why, since) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (guarantor_id, rehearsal, request_id, number, code, why, since.isoformat()),
    )


def settle_replies(connection: sqlite3.Connection, guarantor_id: str, how: str, by: str, now: datetime) -> None:
    """Takes the account's replies off the list of those that wait, and those from numbers that it alone was asked at.

    `how` is the command that dealt with them.
    """
    connection.execute(
        "UPDATE replies SET handled_at = ?, handled_by = ?, how = ? WHERE handled_at IS NULL AND (guarantor_id = ? "
        "OR number IN (SELECT number FROM asked_numbers GROUP BY number "
        "HAVING min(guarantor_id) = ? AND max(guarantor_id) = ?))",
        (as_text(now), by, how, guarantor_id, guarantor_id, guarantor_id),
    )


def wait_again(connection: sqlite3.Connection, guarantor_id: str, how: str, since: str) -> None:
    """Lets the replies wait again that were dealt with so from that moment on: what dealt with them was taken back."""
    connection.execute(
        "UPDATE replies SET handled_at = NULL, handled_by = '', how = '' "
        "WHERE guarantor_id = ? AND how = ? AND handled_at >= ?",
        (guarantor_id, how, since),
    )


def add_opt_out(
    connection: sqlite3.Connection,
    guarantor_id: str | None,
    number: str | None,
    source: str,
    day: date,
    now: datetime,
) -> str | None:
    """Writes an opt-out of an account, a number or both, and ends what it forbids; its seal, None where it stood.

    The seal is for its event: the log holds no numbers, and yet can say that this is the one. A number's opt-out ends
    the campaigns that texted it; an account's takes it off the Undeliverable list.
    """
    known = connection.execute(
        "SELECT 1 FROM standing_opt_outs WHERE guarantor_id IS ? AND number IS ?", (guarantor_id, number)
    ).fetchone()
    sealed = None
    if known is None:
        added = connection.execute(
            "INSERT INTO opt_outs (guarantor_id, number, source, day, at) VALUES (?, ?, ?, ?, ?)",
            (guarantor_id, number, source, day.isoformat(), as_text(now)),
        ).lastrowid
        (sealed,) = seals_of_opt_outs(connection, "WHERE id = ?", added).values()
    touched = {guarantor_id} if guarantor_id is not None else set()
    if number is not None:
        texted = connection.execute(
            "SELECT DISTINCT c.guarantor_id FROM requests r JOIN campaigns c ON c.id = r.campaign_id "
            "WHERE r.number = ? AND c.ended IS NULL",
            (number,),
        )
        touched |= {str(account) for (account,) in texted}
    for account in touched:
        end_campaigns(connection, account, day, "opted_out")
        if account == guarantor_id:
            connection.execute(
                "UPDATE undeliverables SET resolved = ?, how = 'opted-out' WHERE guarantor_id = ? AND resolved IS NULL",
                (day.isoformat(), account),
            )
        refresh(connection, account)
    return sealed


def seals_of_opt_outs(connection: sqlite3.Connection, where: str = "", *values: int | None) -> dict[int, str]:
    """Of each opt-out what its event says of it; nobody can read it back without the file, which has the number."""
    (state_id,) = connection.execute("SELECT value FROM meta WHERE key = 'state_id'").fetchone()
    rows = connection.execute(f"SELECT id, guarantor_id, number, source, day, at FROM opt_outs {where}", values)
    return {row[0]: hashlib.sha256(json.dumps((state_id, *row)).encode()).hexdigest() for row in rows}

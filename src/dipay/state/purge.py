"""What is past retention goes: numbers, texts, amounts, notes. What keeps anybody from being texted twice stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows lost their personal part."""

    requests: int
    undeliverables: int
    replies: int
    snoozes: int
    imports: int


def purge(store: Store, before: date, *, by: str, now: datetime) -> Purged:
    """Deletes what is personal in everything settled before that day, and gives the room back to the disk.

    Requests keep their account, day and state, since the rules go by them for good; open ones and those of running
    campaigns keep everything. Opt-outs and events are never purged.
    """
    day = before.isoformat()
    with store.writing() as connection:

        def changed(statement: str) -> int:
            return connection.execute(statement, {"day": day}).rowcount

        purged = Purged(
            requests=changed(
                "UPDATE requests SET number = NULL, amount_cents = NULL, text = NULL, why = '' "
                "WHERE day < :day AND text IS NOT NULL AND state NOT IN ('claimed', 'in_doubt') "
                "AND (campaign_id IS NULL OR campaign_id IN (SELECT id FROM campaigns WHERE ended < :day))"
            ),
            undeliverables=changed(
                "UPDATE undeliverables SET number = NULL WHERE resolved < :day AND number IS NOT NULL"
            ),
            replies=changed(
                "UPDATE replies SET number = NULL, text = NULL, note = '' "
                "WHERE at < :day AND handled_at IS NOT NULL AND (number IS NOT NULL OR text IS NOT NULL OR note <> '')"
            ),
            snoozes=changed("DELETE FROM snoozes WHERE until < :day"),
            imports=changed("DELETE FROM imports WHERE as_of < :day"),
        )
        changed("DELETE FROM asked_numbers WHERE number NOT IN (SELECT number FROM requests WHERE number IS NOT NULL)")
        changed("UPDATE opt_ins SET reason = '' WHERE day < :day")
        changed("DELETE FROM deselections WHERE day < :day")
        changed("DELETE FROM releases WHERE day < :day")
        changed("DELETE FROM balances_seen WHERE as_of < :day")
        _refresh_without_past(store)
        store.log("purged", now, by=by, before=day, requests=purged.requests)
    # secure_delete has overwritten the content; this gives the room back.
    store.connection.execute("VACUUM")
    return purged


def _refresh_without_past(store: Store) -> None:
    from dipay.state.summaries import refresh

    stale = store.connection.execute(
        "SELECT DISTINCT guarantor_id FROM summaries s WHERE "
        "(s.snooze_until IS NOT NULL AND guarantor_id NOT IN (SELECT guarantor_id FROM snoozes)) OR "
        "(s.deselected_on IS NOT NULL AND guarantor_id NOT IN (SELECT guarantor_id FROM deselections))"
    ).fetchall()
    for (account,) in stale:
        refresh(store.connection, account)

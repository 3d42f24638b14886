"""What is past retention goes: numbers, texts, amounts, notes. What keeps anybody from being texted twice stays."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dipay.state.moments import as_text
from dipay.state.summaries import rebuild

if TYPE_CHECKING:
    from datetime import date, datetime

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows lose their personal part."""

    requests: int
    undeliverables: int
    replies: int
    snoozes: int
    reasons: int

    @property
    def anything(self) -> bool:
        return any((self.requests, self.undeliverables, self.replies, self.snoozes, self.reasons))


#: Stands in the state from when rows were purged until nothing else holds them.
_UNFINISHED: Final = "purge"

#: Of each kind, the table, what is done to its rows, and to which.
_GOES: Final = {
    "requests": (
        ("requests", "SET number = NULL, amount_cents = NULL, text = NULL, why = ''"),
        "day < :day AND text IS NOT NULL AND state NOT IN ('claimed', 'in_doubt') "
        "AND (campaign_id IS NULL OR campaign_id IN (SELECT id FROM campaigns WHERE ended < :day))",
    ),
    "links": (
        ("payment_links", "SET url = NULL, owed_cents = NULL"),
        "url IS NOT NULL AND state = 'off' AND request_id IN (SELECT id FROM requests WHERE day < :day)",
    ),
    "payments": (
        ("payments", "SET amount_cents = NULL, note = ''"),
        "day < :day AND amount_cents IS NOT NULL AND (posted_on < :day OR state = 'failed')",
    ),
    "refunds": (
        ("refunds", "SET amount_cents = NULL"),
        "amount_cents IS NOT NULL AND payment IN (SELECT id FROM payments WHERE amount_cents IS NULL)",
    ),
    "undeliverables": (("undeliverables", "SET number = NULL"), "resolved < :day AND number IS NOT NULL"),
    "replies": (
        ("replies", "SET number = NULL, text = NULL, note = ''"),
        "day < :day AND handled_at IS NOT NULL AND (number IS NOT NULL OR text IS NOT NULL OR note <> '')",
    ),
    "snoozes": (("snoozes", None), "until < :day"),
    "releases": (("releases", None), "day < :day"),
    "opt_ins": (("opt_ins", "SET reason = ''"), "day < :day AND reason <> ''"),
    # The next exports are compared with what an import counted; only why a person took it goes.
    "accepted": (("imports", "SET accepted = ''"), "as_of < :day AND accepted <> ''"),
    # What these hold is of one day, or of what is gone.
    "deselections": (("deselections", None), "day < :day"),
    "balances": (("balances_seen", None), "as_of < :day"),
    # What stands of an account on that day stands in its last row before.
    "listed": (
        ("listed", None),
        "day < :day AND (view = '' OR EXISTS (SELECT 1 FROM listed l "
        "WHERE l.guarantor_id = listed.guarantor_id AND l.day > listed.day AND l.day <= :day))",
    ),
    "lists": (("lists", None), "day < :day"),
    "numbers": (
        ("asked_numbers", None), "number NOT IN (SELECT number FROM requests WHERE number IS NOT NULL)",
    ),
}  # fmt: skip


def past_retention(store: Store, before: date) -> Purged:
    """What a purge would take now; changes nothing."""
    day = {"day": before.isoformat()}
    return _purged(
        {
            kind: store.connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}", day).fetchone()[0]
            for kind, ((table, _), condition) in _GOES.items()
        }
    )


def is_unfinished(store: Store) -> bool:
    """Whether a purge was cut off between `purge` and `finish`: older backups may hold what it took."""
    found = store.connection.execute("SELECT 1 FROM meta WHERE key = ?", (_UNFINISHED,))
    return found.fetchone() is not None


def purge(store: Store, before: date, *, by: str, now: datetime) -> Purged:
    """Deletes what is personal in everything settled before that day. Done only with `finish`.

    Requests keep their account, day and state, since the rules go by them for good; open ones and those of running
    campaigns keep everything. Opt-outs, events, patients' ids and replies that wait are never purged.
    """
    day = {"day": before.isoformat()}
    with store.writing() as connection:
        counts = {}
        for kind, ((table, change), condition) in _GOES.items():
            verb = f"UPDATE {table} {change}" if change else f"DELETE FROM {table}"
            counts[kind] = connection.execute(f"{verb} WHERE {condition}", day).rowcount
        rebuild(connection)
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_UNFINISHED, as_text(now)))
        store.log("purged", now, by=by, before=before.isoformat(), requests=counts["requests"])
    return _purged(counts)


def finish(store: Store) -> None:
    """Gives the room back to the disk and ends a purge, once the backups that held what it took are gone."""
    # secure_delete has overwritten the content already.
    store.connection.execute("VACUUM")
    with store.writing(marked=False) as connection:
        connection.execute("DELETE FROM meta WHERE key = ?", (_UNFINISHED,))


def _purged(counts: dict[str, int]) -> Purged:
    return Purged(
        counts["requests"],
        counts["undeliverables"],
        counts["replies"],
        counts["snoozes"],
        counts["releases"] + counts["opt_ins"] + counts["accepted"],
    )

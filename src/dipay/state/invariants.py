"""What must hold of every state file, checked from scratch: for `dipay check` and for tests.

1. Open requests: at most one per account and per number.
2. Campaigns: at most one running per account, and none for an account that opted out.
3. At most one live message per campaign and step.
4. No message claimed after an opt-out of its account or number was written.
5. Outcomes: none without its moment, no provider id without an acceptance.
6. Events: an unbroken chain; each request begins in it, is what was sealed there, and in the state told last.
7. Summaries say what they sum up.
8. The file is whole, with every reference met and every index and trigger in place.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from dipay.state.claims import seal
from dipay.state.connection import connect_memory
from dipay.state.events import broken_links
from dipay.state.schema import migrate
from dipay.state.summaries import LIVE, wrong_summaries

if TYPE_CHECKING:
    import sqlite3

#: A query that finds what must not be, and what to say of each row.
_MUST_BE_EMPTY: Final = (
    (
        "SELECT guarantor_id FROM requests WHERE state IN ('claimed', 'in_doubt') "
        "GROUP BY guarantor_id, rehearsal HAVING count(*) > 1",
        "account {} has more than one open request",
    ),
    (
        "SELECT max(id) FROM requests WHERE state IN ('claimed', 'in_doubt') "
        "GROUP BY number, rehearsal HAVING count(*) > 1",
        "request {} is open for a number that has another open one",
    ),
    (
        "SELECT guarantor_id FROM campaigns WHERE ended IS NULL GROUP BY guarantor_id, rehearsal HAVING count(*) > 1",
        "account {} has more than one running campaign",
    ),
    (
        "SELECT guarantor_id FROM campaigns "
        "WHERE ended IS NULL AND guarantor_id IN (SELECT guarantor_id FROM standing_opt_outs)",
        "account {} opted out and has a running campaign",
    ),
    (
        f"SELECT campaign_id FROM requests WHERE campaign_id IS NOT NULL AND late = 0 AND {LIVE} "
        "GROUP BY campaign_id, step HAVING count(*) > 1",
        "campaign {} has two messages for one step",
    ),
    (
        "SELECT r.id FROM requests r WHERE r.state IN ('claimed', 'in_doubt', 'accepted') "
        "AND EXISTS (SELECT 1 FROM opt_outs o LEFT JOIN opt_ins i ON i.opt_out_id = o.id "
        "WHERE o.at < r.claimed_at AND (i.at IS NULL OR i.at > r.claimed_at) "
        "AND (o.guarantor_id = r.guarantor_id OR o.number = r.number)) "
        "AND r.id NOT IN (SELECT request_id FROM events WHERE kind = 'unlogged')",
        "request {} was claimed after an opt-out",
    ),
    (
        "SELECT id FROM requests WHERE state <> 'claimed' AND outcome_at IS NULL",
        "request {} has an outcome without its moment",
    ),
    (
        "SELECT id FROM requests WHERE state <> 'accepted' AND provider_id IS NOT NULL",
        "request {} has an id but no acceptance",
    ),
    (
        "SELECT DISTINCT request_id FROM events "
        "WHERE request_id IS NOT NULL AND request_id NOT IN (SELECT id FROM requests)",
        "request {} is in the event log and nowhere else",
    ),
)

#: The state that an event leaves a request in.
_STATE_AFTER: Final = {
    "claimed": "claimed",
    "unlogged": "accepted",
    "accepted": "accepted",
    "adopted": "accepted",
    "refused": "refused",
    "not-sent": "not_sent",
    "in-doubt": "in_doubt",
    "released": "released",
}


def check_invariants(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with a state file, in words with ids only; empty when nothing is. Reads every row."""
    whole = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    if whole != ["ok"]:
        return whole
    found = [words.format(row[0]) for query, words in _MUST_BE_EMPTY for row in connection.execute(query)]
    found += [
        f"a row of {row[0]} refers to one that is missing" for row in connection.execute("PRAGMA foreign_key_check")
    ]
    return (
        found
        + _missing_guards(connection)
        + broken_links(connection)
        + _untold(connection)
        + wrong_summaries(connection)
    )


def _missing_guards(connection: sqlite3.Connection) -> list[str]:
    listing = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    expected = connect_memory()
    try:
        migrate(expected, lambda _version: None)
        wanted = dict(expected.execute(listing).fetchall())
    finally:
        expected.close()
    here = dict(connection.execute(listing).fetchall())
    return [f"{name} is missing or was changed" for name, sql in wanted.items() if here.get(name) != sql]


def _untold(connection: sqlite3.Connection) -> list[str]:
    """Requests that are not what the event log says of them."""
    states: dict[int, str] = {}
    seals: dict[int, str] = {}
    provider_ids: dict[int, str | None] = {}
    deliveries: dict[int, str] = {}
    for request_id, kind, detail in connection.execute(
        "SELECT request_id, kind, detail FROM events WHERE request_id IS NOT NULL ORDER BY id"
    ):
        if kind == "delivery":
            deliveries[request_id] = json.loads(detail)["state"]
        elif kind in _STATE_AFTER:
            states[request_id] = _STATE_AFTER[kind]
            told = json.loads(detail)
            seals.setdefault(request_id, told.get("seal", ""))
            provider_ids[request_id] = told.get("provider_id")
    found = []
    for row in connection.execute(
        "SELECT id, state, provider_id, delivery, token, guarantor_id, number, amount_cents, text_sha256, text "
        "FROM requests"
    ):
        (
            request_id,
            state,
            provider_id,
            delivery,
            token,
            guarantor_id,
            number,
            amount_cents,
            text_sha256,
            text,
        ) = row
        if states.get(request_id) != state:
            found.append(f"request {request_id} is {state}, which the event log does not say")
        # Past retention the number, the amount and the ids at the provider are gone.
        if text is None:
            continue
        if provider_ids.get(request_id) != provider_id:
            found.append(f"request {request_id} has another provider id than the event log says")
        if delivery not in ("", "queued") and deliveries.get(request_id) != delivery:
            found.append(f"request {request_id} is {delivery}, which the event log does not say")
        if seals.get(request_id) != seal(token, guarantor_id, number, amount_cents, text_sha256):
            found.append(f"request {request_id} is not what was claimed")
    return found

"""What must hold of every state file, checked from scratch: for `dipay check` and for tests.

1. Open requests: at most one per account and per number.
2. Campaigns: at most one running per account, and none for an account that opted out.
3. At most one live message per campaign and step.
4. No message claimed after an opt-out of its account or number was written.
5. Outcomes: none without its moment, no provider id without an acceptance.
6. Events: an unbroken chain; each request begins in it, is what was sealed there, and in the state told last. So are
   replies, releases and opt-outs.
7. Campaigns and summaries say what they sum up; where everybody was asked is remembered.
8. The file is whole, with every reference met, every index and trigger in place, and none beside them.
9. Links that a processor makes: none of what went out lacks its own, which stands in its text, and each is as it was
   sealed; what is off, paid or posted is so by an event.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from dipay.state.claims import seal, text_hash
from dipay.state.connection import connect_memory
from dipay.state.consequences import seals_of_opt_outs
from dipay.state.events import broken_links
from dipay.state.payment_links import seals_of_links
from dipay.state.payments import seals_of_payments, seals_of_refunds
from dipay.state.replies import waits
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
        "SELECT id FROM campaigns c WHERE (step, last_sent) IS NOT "
        "(SELECT max(step), max(day) FROM requests WHERE campaign_id = c.id AND state = 'accepted') "
        "OR NOT EXISTS (SELECT 1 FROM requests WHERE campaign_id = c.id AND day = c.began)",
        "campaign {} does not say what its messages say",
    ),
    (
        "SELECT id FROM requests r WHERE number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM asked_numbers a "
        "WHERE a.number = r.number AND a.guarantor_id = r.guarantor_id AND a.rehearsal = r.rehearsal)",
        "it is not remembered where request {} went",
    ),
    (
        "SELECT request_id FROM payment_links l JOIN requests r ON r.id = l.request_id "
        "WHERE l.link_id IS NULL AND r.state IN ('in_doubt', 'accepted', 'refused', 'released')",
        "request {} went out without its payment link",
    ),
    (
        "SELECT request_id FROM payment_links l JOIN requests r ON r.id = l.request_id "
        "WHERE l.url IS NOT NULL AND r.state <> 'not_sent' AND instr(r.text, l.url) = 0",
        "request {} has another payment link in its text than its own",
    ),
    (
        "SELECT request_id FROM payment_links JOIN requests r ON r.id = request_id WHERE r.rehearsal = 1",
        "request {} is a rehearsal and has a payment link",
    ),
    (
        "SELECT p.id FROM payments p JOIN payment_links l ON l.request_id = p.request_id "
        "WHERE p.state <> 'failed' AND l.state = 'made'",
        "payment {} is in, and its link can be paid again",
    ),
    (
        "SELECT p.id FROM payments p JOIN requests r ON r.id = p.request_id WHERE r.guarantor_id <> p.guarantor_id",
        "payment {} is not of the account that was asked",
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
        + _untold_replies_and_releases(connection)
        + _untold_opt_outs(connection)
        + _untold_links_and_payments(connection)
        + wrong_summaries(connection)
    )


def _missing_guards(connection: sqlite3.Connection) -> list[str]:
    # SQLite keeps tables of its own for those that use its tools.
    listing = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    expected = connect_memory()
    try:
        migrate(expected, lambda _version: None)
        wanted = dict(expected.execute(listing).fetchall())
    finally:
        expected.close()
    here = dict(connection.execute(listing).fetchall())
    return [f"{name} is missing or was changed" for name, sql in wanted.items() if here.get(name) != sql] + [
        f"{name} does not belong into a state file" for name in here if name not in wanted
    ]


def _untold(connection: sqlite3.Connection) -> list[str]:
    """Requests that are not what the event log says of them."""
    begun: dict[int, dict[str, str | int | None]] = {}
    last: dict[int, tuple[str, dict[str, str | int | None]]] = {}
    deliveries: dict[int, str] = {}
    #: The last seal: of the claim, or of the text with the link that was made for it.
    seals: dict[int, str | int | None] = {}
    for request_id, kind, at, detail in connection.execute(
        "SELECT request_id, kind, at, detail FROM events WHERE request_id IS NOT NULL ORDER BY id"
    ):
        told = json.loads(detail)
        if kind == "delivery":
            deliveries[request_id] = told["state"]
        elif kind == "link-made":
            seals[request_id] = told.get("seal", seals.get(request_id))
        elif kind in _STATE_AFTER:
            # What came from the provider's log was claimed before it was written.
            begun.setdefault(request_id, told | ({"claimed_at": at} if kind == "claimed" else {}))
            last[request_id] = _STATE_AFTER[kind], told
            if "seal" in told:
                seals[request_id] = told["seal"]
    purged = _purged_before(connection)
    found = []
    for row in connection.execute(
        "SELECT id, state, provider_id, delivery, token, guarantor_id, number, amount_cents, text_sha256, text, day, "
        "late, step, kind, provider, claimed_at FROM requests"
    ):
        request_id, state, provider_id, delivery, token, guarantor_id, number, amount_cents, text_sha256, text = row[
            :10
        ]
        day, late, *as_begun = row[10:]
        said, told = last.get(request_id, ("", {}))
        first = begun.get(request_id, {})
        if said != state:
            found.append(f"request {request_id} is {state}, which the event log does not say")
        elif "from_state" in told and state == "accepted" and late != (told["from_state"] not in _BEFORE_IN_TIME):
            found.append(f"request {request_id} came late, or did not, which the event log does not say")
        names = ("step", "kind", "provider", "claimed_at")
        if any(first.get(name, value) != value for name, value in zip(names, as_begun, strict=True)):
            found.append(f"request {request_id} is not what was claimed")
        # Past retention the number, the amount and the ids at the provider are gone.
        if text is None:
            if day >= purged:
                found.append(f"request {request_id} lost its text, and not by a purge")
            continue
        if told.get("provider_id") != provider_id:
            found.append(f"request {request_id} has another provider id than the event log says")
        if delivery not in ("", "queued") and deliveries.get(request_id) != delivery:
            found.append(f"request {request_id} is {delivery}, which the event log does not say")
        sealed = seal(token, guarantor_id, number, amount_cents, text_sha256)
        if seals.get(request_id) != sealed or text_hash(text) != text_sha256:
            found.append(f"request {request_id} is not what was claimed")
    return found


#: What a request was before an acceptance that came in time.
_BEFORE_IN_TIME: Final = ("claimed", "in_doubt", "accepted")


def _purged_before(connection: sqlite3.Connection) -> str:
    """The latest day before which something was ever purged."""
    details = connection.execute("SELECT detail FROM events WHERE kind = 'purged'")
    return max((str(json.loads(detail)["before"]) for (detail,) in details), default="")


def _untold_replies_and_releases(connection: sqlite3.Connection) -> list[str]:
    """Replies and releases that are not what the event log says of them."""
    came: dict[str, tuple[str, str | None]] = {}
    settled: set[int] = set()
    released: set[tuple[str | None, str]] = set()
    for kind, at, account, detail in connection.execute(
        "SELECT kind, at, guarantor_id, detail FROM events WHERE kind IN "
        "('reply', 'reply-handled', 'hold-released', 'hold-passed', 'release-taken-back')"
    ):
        if kind == "reply":
            told = json.loads(detail)
            came[told["provider_id"]] = told["kind"], account
        elif kind == "reply-handled":
            settled.add(json.loads(detail)["reply"])
        else:
            released.add((account, at))
    rows = connection.execute("SELECT provider_id, kind, guarantor_id, id, handled_at, how FROM replies").fetchall()
    here = {provider_id for provider_id, *_ in rows}
    found = [f"a reply of account {account} is missing" for key, (_, account) in came.items() if key not in here]
    for provider_id, kind, account, number, handled_at, how in rows:
        if came.get(provider_id) != (kind, account):
            found.append(f"reply {number} is not what came")
        elif handled_at is not None and ((how == "" and waits(kind)) or (how == "done" and number not in settled)):
            found.append(f"reply {number} was settled by nobody")
    return found + [
        f"release {number} is not in the event log"
        for number, account, at in connection.execute("SELECT id, guarantor_id, at FROM releases")
        if (account, at) not in released
    ]


def _untold_opt_outs(connection: sqlite3.Connection) -> list[str]:
    """Opt-outs that are not what the event log says of them."""
    details = connection.execute("SELECT detail FROM events WHERE kind = 'opted-out'").fetchall()
    told = [json.loads(detail).get("seal") for (detail,) in details]
    here = seals_of_opt_outs(connection)
    missing = set(filter(None, told)) - set(here.values())
    strange = [number for number, sealed in here.items() if sealed not in told]
    found = [f"{len(missing)} opt-outs of the event log are missing or were changed"] if missing else []
    # An older dipay sealed none.
    if len(strange) != told.count(None):
        found.append(f"{len(strange)} opt-outs are not in the event log as they stand, {told.count(None)} may be")
    return found


def _untold_links_and_payments(connection: sqlite3.Connection) -> list[str]:
    """Links, payments and refunds that are not what the event log says of them."""
    purged = _purged_before(connection)
    return (
        _untold_links(connection, purged) + _untold_payments(connection, purged) + _untold_refunds(connection, purged)
    )


def _untold_links(connection: sqlite3.Connection, purged: str) -> list[str]:
    wanted = dict(
        connection.execute(
            "SELECT request_id, json_extract(detail, '$.processor') FROM events "
            "WHERE kind IN ('claimed', 'unlogged') AND detail LIKE '%\"processor\":%'"
        ).fetchall()
    )
    made: dict[int, tuple[str, str | None]] = {}
    off: dict[int, str] = {}
    for kind, request_id, detail in connection.execute(
        "SELECT kind, request_id, detail FROM events WHERE kind IN ('link-made', 'link-off') ORDER BY id"
    ):
        told = json.loads(detail)
        if kind == "link-made":
            made[request_id] = told["link"], told.get("terms")
        else:
            off[request_id] = told["why"]
    seals, found = seals_of_links(connection), []
    for request_id, processor, state, link_id, why, day in connection.execute(
        "SELECT request_id, processor, l.state, link_id, off_why, day FROM payment_links l "
        "JOIN requests r ON r.id = request_id"
    ):
        told_id, terms = made.get(request_id, (None, None))
        as_told = (processor, link_id, why if state == "off" else None) == (
            wanted.pop(request_id, None),
            told_id,
            off.get(request_id),
        )
        if not as_told or not _fits(terms, seals.get(request_id), day, purged):
            found.append(f"the link of request {request_id} is not what the event log says")
    return found + [f"the link of request {each} is missing" for each in wanted]


def _untold_payments(connection: sqlite3.Connection, purged: str) -> list[str]:
    told: dict[str, tuple[str, str | None, str | None]] = {}
    posted: dict[str, tuple[str, str | None]] = {}
    for kind, account, detail in connection.execute(
        "SELECT kind, guarantor_id, detail FROM events WHERE kind IN ('payment', 'posted') ORDER BY id"
    ):
        said = json.loads(detail)
        if kind == "payment":
            told[said["payment"]] = said["state"], account, said.get("seal")
        else:
            posted[said["payment"]] = said["how"], said.get("posted_on")
    seals, found = seals_of_payments(connection), []
    for number, payment_id, *facts, how, posted_on, day in connection.execute(
        "SELECT p.id, payment_id, p.state, p.guarantor_id, how, posted_on, r.day FROM payments p "
        "LEFT JOIN requests r ON r.id = request_id"
    ):
        *as_told, sealed = told.pop(payment_id, (None, None, None))
        fits = as_told == facts and posted.get(payment_id, (None, None)) == (how, posted_on)
        if not fits or not _fits(sealed, seals.get(payment_id), day, purged):
            found.append(f"payment {number} is not what the event log says")
    return found + [f"a payment of account {account} is missing" for _, account, _ in told.values()]


def _untold_refunds(connection: sqlite3.Connection, purged: str) -> list[str]:
    details = connection.execute("SELECT detail FROM events WHERE kind = 'refunded'")
    told = {said["refund"]: said for said in (json.loads(detail) for (detail,) in details)}
    rows = connection.execute(
        "SELECT refund_id, payment_id, r.day FROM refunds LEFT JOIN payments p ON p.id = payment "
        "LEFT JOIN requests r ON r.id = p.request_id"
    ).fetchall()
    seals = seals_of_refunds(connection)
    fit = {refund_id for refund_id, *_ in rows} == set(told) and all(
        told[refund_id]["payment"] == payment_id
        and _fits(told[refund_id].get("seal"), seals.get(refund_id), day, purged)
        for refund_id, payment_id, day in rows
    )
    return [] if fit else ["refunds are not what the event log says"]


def _fits(told: str | None, here: str | None, day: str | None, purged: str) -> bool:
    """Whether what is here of a link, by the day of its request, is what was sealed; retention takes what a seal is of.
    None was sealed where it had taken the link's address before.
    """
    return told is None or told == here or (here is None and (day or "") < purged)

"""Links that a processor makes: wanted, made, to be switched off, off. Only `claims.give_link` gives a claim one."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from dipay.domain.payment_links import OffWhy, OpenLink
from dipay.state.moments import as_text, from_text
from dipay.state.summaries import NOT_FAILED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from dipay.state.requests import Request
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class LinkWanted:
    """A link that a claim waits for: whose it is to be, until when it may be paid, and what its account owes."""

    processor: str
    expires_on: date
    owed_cents: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class WantedLink:
    """A link of which nobody knows whether the processor made it; its request is no claim any more."""

    request_id: int
    token: str = field(repr=False)
    wanted_at: datetime


@dataclass(frozen=True, slots=True)
class LinkToSwitchOff:
    request_id: int
    link_id: str


def want(connection: sqlite3.Connection, request_id: int, link: LinkWanted, now: datetime) -> None:
    """Writes down that a link will be made for a claim, in the claim's own transaction."""
    connection.execute(
        "INSERT INTO payment_links (request_id, processor, state, owed_cents, wanted_at, expires_on) "
        "VALUES (?, ?, 'wanted', ?, ?, ?)",
        (request_id, link.processor, link.owed_cents, as_text(now), link.expires_on.isoformat()),
    )


def lacks_link(connection: sqlite3.Connection, request_id: int) -> bool:
    """Whether a request needs a processor's link and has none: then its text can't have gone out."""
    found = connection.execute(
        "SELECT 1 FROM payment_links WHERE request_id = ? AND state IN ('wanted', 'absent')", (request_id,)
    )
    return found.fetchone() is not None


def record_made(
    store: Store, request: Request, link_id: str, url: str, now: datetime, sealed: str | None = None
) -> None:
    """Writes a wanted link down as made, in the transaction at hand. One without a seal of its text is its request's no
    more, and is to be switched off.
    """
    changed = store.connection.execute(
        "UPDATE payment_links SET state = 'made', link_id = ?, url = ?, made_at = ?, off_why = ? "
        "WHERE request_id = ? AND state IN ('wanted', 'absent')",
        (link_id, url, as_text(now), "" if sealed else OffWhy.UNSENT, request.id),
    ).rowcount
    if changed != 1:
        raise RuntimeError("a guarded change did not meet exactly one row")
    terms = seals_of_links(store.connection, "AND request_id = ?", request.id)[request.id]
    of_text = {"seal": sealed} if sealed else {}
    store.log("link-made", now, request.guarantor_id, request.id, link=link_id, terms=terms, **of_text)


def sealed_by(url: str, *facts: str | int) -> str:
    """What the event log keeps of amounts and days: nobody can read it back once retention took the link's address."""
    return hashlib.sha256("\n".join((url, *map(str, facts))).encode()).hexdigest()


def seals_of_links(connection: sqlite3.Connection, where: str = "", *values: int) -> dict[int, str]:
    """By request what the event of its link says of it, beside its id; none of one that was not made or is past
    retention. `where` is constant SQL of this package, never a user's text.
    """
    rows = connection.execute(
        "SELECT request_id, url, processor, owed_cents, wanted_at, expires_on FROM payment_links "
        f"WHERE url IS NOT NULL AND owed_cents IS NOT NULL {where}",
        values,
    )
    return {request_id: sealed_by(url, *facts) for request_id, url, *facts in rows}


def record_found(store: Store, request: Request, link_id: str, url: str, *, now: datetime) -> None:
    """Writes down that a link whose request was given up is at the processor: it is to be switched off."""
    with store.writing() as connection:
        if lacks_link(connection, request.id):
            record_made(store, request, link_id, url, now)


def record_absent(store: Store, request: Request, *, now: datetime) -> None:
    """Writes down that the processor surely has no link for a request."""
    with store.writing() as connection:
        changed = connection.execute(
            "UPDATE payment_links SET state = 'absent' WHERE request_id = ? AND state = 'wanted'", (request.id,)
        ).rowcount
        if changed:
            store.log("link-absent", now, request.guarantor_id, request.id)


def wanted_links(store: Store, processor: str) -> list[WantedLink]:
    """The links that may be at the processor though nobody sent them, oldest first."""
    rows = store.connection.execute(
        "SELECT l.request_id, r.token, l.wanted_at FROM payment_links l JOIN requests r ON r.id = l.request_id "
        "WHERE l.state IN ('wanted', 'made') AND l.state = 'wanted' AND r.state <> 'claimed' AND l.processor = ? "
        "ORDER BY l.request_id",
        (processor,),
    )
    return [WantedLink(number, token, from_text(at)) for number, token, at in rows]


_FAILED: Final = NOT_FAILED.replace("delivery", "r.delivery").replace("misdirected", "r.misdirected")
_OPEN: Final = f"""
    SELECT l.request_id, r.guarantor_id, l.owed_cents, l.expires_on, r.kind = 'single',
        r.state IN ('claimed', 'in_doubt', 'accepted'),
        r.state = 'refused' OR NOT ({_FAILED}),
        EXISTS (SELECT 1 FROM standing_opt_outs WHERE guarantor_id = r.guarantor_id OR number = r.number),
        coalesce(c.how, ''),
        EXISTS (SELECT 1 FROM requests WHERE guarantor_id = r.guarantor_id AND id > r.id AND rehearsal = 0
            AND state = 'accepted' AND {NOT_FAILED}),
        EXISTS (SELECT 1 FROM paid_marks WHERE guarantor_id = r.guarantor_id)
    FROM payment_links l JOIN requests r ON r.id = l.request_id LEFT JOIN campaigns c ON c.id = r.campaign_id
    WHERE l.state IN ('wanted', 'made') AND l.state = 'made' AND l.off_why = '' AND l.processor = ?
    ORDER BY l.request_id
"""


def open_links(store: Store, processor: str) -> list[OpenLink]:
    """The links that can be paid and that nothing spoke against so far, oldest first."""
    found = []
    for request_id, account, owed, expires_on, *facts in store.connection.execute(_OPEN, (processor,)):
        is_single, went_out, failed, opted_out, campaign_end, replaced, marked_paid = facts
        found.append(
            OpenLink(
                request_id,
                account,
                owed or 0,
                date.fromisoformat(expires_on),
                is_single=bool(is_single),
                went_out=bool(went_out),
                failed=bool(failed),
                opted_out=bool(opted_out),
                campaign_end=campaign_end,
                replaced=bool(replaced),
                marked_paid=bool(marked_paid),
            )
        )
    return found


def want_off(store: Store, reasons: Collection[tuple[int, OffWhy]]) -> None:
    """Writes down which links are to be switched off, before the processor is asked to."""
    if reasons:
        with store.writing() as connection:
            connection.executemany(
                "UPDATE payment_links SET off_why = ? WHERE request_id = ? AND state = 'made' AND off_why = ''",
                [(why, request_id) for request_id, why in reasons],
            )


def links_to_switch_off(store: Store, processor: str, accounts: Collection[str] | None = None) -> list[LinkToSwitchOff]:
    """The links that are to be off and are not yet, of these accounts or all, oldest first."""
    rows = store.connection.execute(
        "SELECT l.request_id, l.link_id, r.guarantor_id FROM payment_links l JOIN requests r ON r.id = l.request_id "
        "WHERE l.state IN ('wanted', 'made') AND l.state = 'made' AND l.off_why <> '' AND l.processor = ? "
        "ORDER BY l.request_id",
        (processor,),
    )
    return [
        LinkToSwitchOff(request_id, link_id)
        for request_id, link_id, account in rows
        if accounts is None or account in accounts
    ]


def record_off(store: Store, request: Request, *, now: datetime) -> None:
    """Writes down that a link is off, as the processor said."""
    with store.writing() as connection:
        switch_off(store, connection, request, now)


def switch_off(
    store: Store, connection: sqlite3.Connection, request: Request, now: datetime, why: OffWhy | None = None
) -> None:
    """The same in the transaction at hand; with a reason for one that nobody had to switch off."""
    changed = connection.execute(
        "UPDATE payment_links SET state = 'off', off_at = ?, off_why = coalesce(?, off_why) "
        "WHERE request_id = ? AND state = 'made' AND (off_why <> '' OR ? IS NOT NULL)",
        (as_text(now), why, request.id, why),
    ).rowcount
    if changed:
        (told,) = connection.execute("SELECT off_why FROM payment_links WHERE request_id = ?", (request.id,)).fetchone()
        store.log("link-off", now, request.guarantor_id, request.id, why=told)


def has_open_links(store: Store, processor: str, accounts: Collection[str] | None = None) -> bool:
    """Whether there are links of that processor's, of these accounts or of any, that are not off, or may be there."""
    rows = store.connection.execute(
        "SELECT r.guarantor_id FROM payment_links l JOIN requests r ON r.id = l.request_id "
        "WHERE l.state IN ('wanted', 'made') AND l.processor = ?",
        (processor,),
    )
    return any(accounts is None or account in accounts for (account,) in rows)


def first_wanted_at(store: Store, processor: str) -> datetime | None:
    """When the first link of that processor's was wanted; nothing can have been paid before."""
    (at,) = store.connection.execute(
        "SELECT min(wanted_at) FROM payment_links WHERE processor = ?", (processor,)
    ).fetchone()
    return from_text(at) if at else None


def link_of(store: Store, request_id: int) -> str | None:
    """The address of a request's own link; None where no processor made it one, or it is past retention."""
    row = store.connection.execute("SELECT url FROM payment_links WHERE request_id = ?", (request_id,)).fetchone()
    return str(row[0]) if row and row[0] else None


def link_hosts(store: Store) -> set[str]:
    """The hosts of all links that processors made."""
    rows = store.connection.execute(
        "SELECT DISTINCT substr(rest, 1, instr(rest || '/', '/') - 1) FROM "
        "(SELECT substr(url, instr(url, '//') + 2) AS rest FROM payment_links WHERE url IS NOT NULL)"
    )
    return {str(host) for (host,) in rows}


def request_by_link(connection: sqlite3.Connection, processor: str, link_id: str, token: str) -> int | None:
    """The request that a link was made for, by the processor's id of the link or the request's token."""
    row = connection.execute(
        "SELECT request_id FROM payment_links WHERE processor = ? AND link_id = ? UNION ALL "
        "SELECT request_id FROM payment_links l JOIN requests r ON r.id = l.request_id "
        "WHERE r.token = ? AND l.processor = ? LIMIT 1",
        (processor, link_id, token, processor),
    ).fetchone()
    return int(row[0]) if row else None

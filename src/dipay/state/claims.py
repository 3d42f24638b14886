"""Claims: the one way a message gets to be sent. Claim, call the provider once, record; nothing is ever sent unwritten.

What holds, whatever crashes and whoever else runs dipay (`invariants.check_invariants` says the same of a file):

1. A request is on disk, with its text and number, before `claim` returns; nothing else may call a provider.
2. An account has at most one open request (claimed or in doubt), and so has a number; an index keeps it so.
3. A campaign has at most one live message per step, a re-send included; an account at most one running campaign.
4. Nobody is claimed after an opt-out of the account or of the number, nor while a reply of theirs waits for a person.
   An opt-out is never deleted; that it ended is written beside it.
5. An account gets at most one live message a day, and a number too unless a person named the account.
6. Transitions are those of `requests.TRANSITIONS` and change exactly one row, guarded by the state they start from.
7. An open request is settled by its sender, by the provider's log, or by a person; time alone never frees it.
8. Rehearsals and real messages never count for each other, except that everything counts in a rehearsal.
9. A link that a processor makes is on disk before its text may go out: the claim says that it is wanted and has a
   stand-in in its text, `give_link` writes link and final text at once, and `still_claimed` refuses what lacks it. So a
   claim whose link is not on disk was never sent.

"Live" is: claimed, in doubt or accepted, and not known to have failed. A message that failed reached nobody, so it
stands in nobody's way. A claim that is older than `LEASE` when its turn comes is given up unsent (`still_claimed`): its
process slept, and another may have taken it for dead.
"""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dipay.domain.outcomes import NotSent
from dipay.state import payment_links, troubles
from dipay.state.consequences import step_is_taken
from dipay.state.crash import crash_point
from dipay.state.moments import as_text
from dipay.state.outcomes import record
from dipay.state.processes import this_process
from dipay.state.replies import waits_for_a_person
from dipay.state.requests import Ask, Request, RequestKind, RequestState, request_of
from dipay.state.summaries import LIVE, refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dipay.state.payment_links import LinkWanted
    from dipay.state.store import Store

#: A claim may be sent this long after it was written; a process that slept longer must claim anew.
LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The request is written and on disk: its text may be sent once, now."""

    request: Request


@dataclass(frozen=True, slots=True)
class NotClaimed:
    """Nothing was written. `code` for programs, `words` for people."""

    code: str
    words: str


def new_token() -> str:
    """A token with 144 random bits that fits into a link."""
    return secrets.token_urlsafe(18)


def claim(
    store: Store,
    ask: Ask,
    make_text: Callable[[str], str],
    *,
    now: datetime,
    today: date,
    daily_limit: int | None,
    count_segments: Callable[[str], int],
    link: LinkWanted | None = None,
) -> Claimed | NotClaimed:
    """Writes one request, or says why this account must not be asked now. On disk when it returns.

    `make_text` gets the request's new token and gives the message with the link that holds it, or with a stand-in for
    the `link` that a processor is to make. `today` is the practice's day. `daily_limit` is how many may go out in a
    day, None for no limit. `CannotGoOn` (5): the state can't keep it; then nothing may be sent.
    """
    if not store.may_send:
        raise RuntimeError("this store was not opened for sending")
    token = new_token()
    text = make_text(token)
    try:
        with store.writing() as connection:
            crash_point("claim.begun")
            if store.needs_reconciliation:
                raise troubles.restored(store.path)
            ask, in_campaign = _like_its_parent(connection, ask)
            _refuse_what_stands_against(connection, ask, today, daily_limit, in_campaign=in_campaign)
            draft = _Draft(ask, token, text, count_segments(text))
            request_id = _write(connection, draft, now, today, in_campaign=in_campaign)
            if link is not None:
                payment_links.want(connection, request_id, link, now)
            store.log(
                "claimed",
                now,
                ask.guarantor_id,
                request_id,
                step=ask.step,
                kind=ask.kind,
                provider=ask.provider,
                seal=seal(token, ask.guarantor_id, ask.number, ask.amount_cents, text_hash(text)),
                **({"processor": link.processor} if link is not None else {}),
            )
            refresh(connection, ask.guarantor_id)
            request = request_of(connection, request_id)
            crash_point("claim.written")
    except _Stop as stop:
        return stop.answer
    crash_point("claim.committed")
    return Claimed(request)


def give_link(
    store: Store, request_id: int, link_id: str, url: str, text: str, segments: int, *, now: datetime
) -> Request | None:
    """Writes the link that was made for a claim, and its final text, at once; the request as it may be sent then.

    None where it is a claim no more: nothing is sent, and the link is to be switched off.
    """
    crash_point("link.made")
    with store.writing() as connection:
        request = request_of(connection, request_id)
        sealed = None
        if request.state is RequestState.CLAIMED and request.amount_cents is not None:
            digest = text_hash(text)
            sealed = seal(request.token, request.guarantor_id, request.number or "", request.amount_cents, digest)
            connection.execute(
                "UPDATE requests SET text = ?, text_sha256 = ?, segments = ? WHERE id = ?",
                (text, digest, segments, request_id),
            )
        payment_links.record_made(store, request, link_id, url, now, sealed)
        crash_point("link.written")
        given = request_of(connection, request_id)
    crash_point("link.committed")
    return given if sealed is not None else None


def still_claimed(store: Store, request_id: int, now: datetime) -> bool:
    """Whether the claim may be sent at this moment; asked right before the provider is called.

    A claim that waited longer than `LEASE`, that lacks its link, or whose account or number opted out or replied since,
    becomes not sent.
    """
    request = request_of(store.connection, request_id)
    if request.state is not RequestState.CLAIMED:
        return False
    opted_out = store.connection.execute(
        "SELECT 1 FROM standing_opt_outs WHERE guarantor_id = ? OR number = ?", (request.guarantor_id, request.number)
    ).fetchone()
    if opted_out is not None:
        why = "the account or its number opted out"
    elif waits_for_a_person(store.connection, request.guarantor_id, request.number):
        why = "a reply of the account or from its number came and waits for a person"
    elif payment_links.lacks_link(store.connection, request_id):
        why = "its payment link is not made"
    elif timedelta(0) <= now - request.claimed_at <= LEASE:
        return True
    else:
        why = "it waited too long for its turn"
    record(store, request_id, NotSent(why), now=now)
    return False


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seal(token: str, guarantor_id: str, number: str, amount_cents: int, text_sha256: str) -> str:
    """What the event log keeps of a request: nobody can read it back, for the token is random, but it must fit."""
    content = "\n".join((token, guarantor_id, number, str(amount_cents), text_sha256))
    return hashlib.sha256(content.encode()).hexdigest()


def objection(store: Store, ask: Ask, today: date) -> NotClaimed | None:
    """Why a claim would be refused at this moment, the daily limit apart; None where it would not. Writes nothing."""
    try:
        ask, in_campaign = _like_its_parent(store.connection, ask)
        _refuse_what_stands_against(store.connection, ask, today, None, in_campaign=in_campaign)
    except _Stop as stop:
        return stop.answer
    return None


class _Stop(Exception):  # noqa: N818  it undoes the transaction and carries the answer out of it
    def __init__(self, code: str, words: str) -> None:
        self.answer = NotClaimed(code, words)


@dataclass(frozen=True, slots=True)
class _Draft:
    ask: Ask
    token: str
    text: str
    segments: int


def _like_its_parent(connection: sqlite3.Connection, ask: Ask) -> tuple[Ask, bool]:
    """The ask with the step of the request it repeats, and whether it is part of a campaign or begins one."""
    if ask.kind is not RequestKind.RESEND:
        return ask, ask.kind is RequestKind.CAMPAIGN
    if ask.parent_id is None:
        return ask, True
    parent = request_of(connection, ask.parent_id)
    if parent.guarantor_id != ask.guarantor_id:
        raise ValueError("a re-send belongs to the account of the request it repeats")
    return replace(ask, step=parent.step, last_step=parent.last_step), parent.in_campaign


def _refuse_what_stands_against(
    connection: sqlite3.Connection, ask: Ask, today: date, daily_limit: int | None, *, in_campaign: bool
) -> None:
    def any_of(table: str, condition: str, *values: str | int) -> bool:
        found = connection.execute(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1", values)
        return found.fetchone() is not None

    day = today.isoformat()
    counted = "rehearsal <= 1" if ask.rehearsal else "rehearsal = 0"
    is_open = f"state IN ('claimed', 'in_doubt') AND {counted}"
    live = f"{LIVE} AND {counted}"

    if any_of("standing_opt_outs", "guarantor_id = ? OR number = ?", ask.guarantor_id, ask.number):
        raise _Stop("opted-out", "The account or its number opted out.")
    if waits_for_a_person(connection, ask.guarantor_id, ask.number):
        raise _Stop("reply-waiting", "A reply of the account or from its number waits for a person.")
    if any_of("requests", f"guarantor_id = ? AND {is_open}", ask.guarantor_id):
        raise _Stop("outcome-unknown", "It is not known whether its last request went out, or it is being sent now.")
    if any_of("requests", f"number = ? AND {is_open}", ask.number):
        raise _Stop(
            "number-open",
            "A message to the same number is being sent, or it is not known whether it went out.",
        )
    if not ask.named:
        if any_of("snoozes", "guarantor_id = ? AND until > ?", ask.guarantor_id, day):
            raise _Stop("snoozed", "The account is snoozed.")
        if any_of("deselections", "guarantor_id = ? AND day = ?", ask.guarantor_id, day):
            raise _Stop("deselected", "The account is deselected today.")
    _refuse_wrong_step(connection, ask, counted, in_campaign=in_campaign)
    if any_of("paid_marks", "guarantor_id = ?", ask.guarantor_id):
        raise _Stop("paid", "The account is marked paid until a newer export shows it.")
    # The plus keeps SQLite from walking all of the day's messages instead of the few of the account or number.
    if any_of("requests", f"guarantor_id = ? AND +day = ? AND {live}", ask.guarantor_id, day):
        raise _Stop("asked-today", "The account was already texted today.")
    if not ask.named and any_of("requests", f"number = ? AND +day = ? AND {live}", ask.number, day):
        raise _Stop("number-today", "The same number was already texted today for another account.")
    if daily_limit is not None:
        went_out = connection.execute(
            "SELECT count(*) FROM requests "
            f"WHERE day = ? AND state IN ('claimed', 'in_doubt', 'accepted') AND {counted}",
            (day,),
        ).fetchone()[0]
        if went_out >= daily_limit:
            raise _Stop("daily-limit", f"Today's limit of {daily_limit} messages is reached.")


def _refuse_wrong_step(connection: sqlite3.Connection, ask: Ask, counted: str, *, in_campaign: bool) -> None:
    running = connection.execute(
        f"SELECT id, step FROM campaigns WHERE guarantor_id = ? AND ended IS NULL AND {counted}",
        (ask.guarantor_id,),
    ).fetchone()
    if ask.kind is RequestKind.CAMPAIGN and ask.step == 0 and running is not None:
        raise _Stop("active-campaign", "A campaign is running for the account.")
    if ask.kind is RequestKind.CAMPAIGN and ask.step > 0:
        if running is None:
            raise _Stop("campaign-ended", "Its campaign has ended.")
        if ask.step <= running[1]:
            raise _Stop("step-taken", "This message of its campaign was already sent.")
    if ask.kind is RequestKind.RESEND:
        _refuse_resend(connection, ask, running[0] if running and in_campaign else None, counted)


def _refuse_resend(connection: sqlite3.Connection, ask: Ask, running_id: int | None, counted: str) -> None:
    if ask.parent_id is not None:
        parent = request_of(connection, ask.parent_id)
        failed = parent.delivery is not None and parent.delivery.is_failure
        gone_out = parent.state is RequestState.ACCEPTED and not failed and not parent.misdirected
        repeated = connection.execute(
            # Also one that was given up and turned up at the provider: it reached the person all the same.
            f"SELECT 1 FROM requests WHERE parent_id = ? AND {LIVE}",
            (ask.parent_id,),
        ).fetchone()
        if gone_out or parent.state in (RequestState.CLAIMED, RequestState.IN_DOUBT) or repeated:
            raise _Stop("not-undeliverable", "Its request went out, or was sent again already.")
    asked_there = connection.execute(
        f"SELECT 1 FROM asked_numbers WHERE number = ? AND guarantor_id <> ? AND {counted} LIMIT 1",
        (ask.number, ask.guarantor_id),
    ).fetchone()
    if asked_there and not ask.told:
        raise _Stop("number-elsewhere", "Another account was asked at the same number.")
    if running_id is not None and step_is_taken(connection, running_id, ask.step):
        raise _Stop("step-taken", "This message of its campaign was already sent.")


def remember_whom(
    connection: sqlite3.Connection, guarantor_id: str, number: str, patient_ids: Iterable[str], *, rehearsal: bool
) -> None:
    """Where and with whom the account is asked: whoever they are under another id, they were asked."""
    connection.execute("INSERT OR IGNORE INTO asked_numbers VALUES (?, ?, ?)", (number, guarantor_id, rehearsal))
    connection.executemany(
        "INSERT OR IGNORE INTO asked_patients VALUES (?, ?, ?)",
        [(each, guarantor_id, rehearsal) for each in patient_ids],
    )


def _write(connection: sqlite3.Connection, draft: _Draft, now: datetime, today: date, *, in_campaign: bool) -> int:
    ask, owner = draft.ask, this_process()
    campaign_id = None
    if in_campaign:
        running = connection.execute(
            "SELECT id FROM campaigns WHERE guarantor_id = ? AND rehearsal = ? AND ended IS NULL",
            (ask.guarantor_id, ask.rehearsal),
        ).fetchone()
        campaign_id = running[0] if running else None
    try:
        cursor = connection.execute(
            "INSERT INTO requests (token, guarantor_id, kind, in_campaign, campaign_id, step, last_step, "
            "parent_id, named, typed, number, amount_cents, text, text_sha256, segments, provider, rehearsal, "
            "state, day, claimed_at, run_id, host, pid, process_started) VALUES "
            "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'claimed', ?, ?, ?, ?, ?, ?)",
            (
                draft.token,
                ask.guarantor_id,
                ask.kind,
                in_campaign,
                campaign_id,
                ask.step,
                ask.last_step,
                ask.parent_id,
                ask.named,
                ask.typed,
                ask.number,
                ask.amount_cents,
                draft.text,
                text_hash(draft.text),
                draft.segments,
                ask.provider,
                ask.rehearsal,
                today.isoformat(),
                as_text(now),
                ask.run_id,
                owner.host,
                owner.pid,
                owner.started,
            ),
        )
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
            raise
        # The checks above found nothing, the index did: it has the last word.
        raise _Stop("not-unique", "Another message for the account or its number stands in the way.") from None
    remember_whom(connection, ask.guarantor_id, ask.number, ask.patient_ids, rehearsal=ask.rehearsal)
    row_id = cursor.lastrowid
    if row_id is None:
        raise RuntimeError("SQLite gave no row id")
    return row_id

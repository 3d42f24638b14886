"""What became of claimed requests: recorded, adopted from the provider's log, in doubt, released; and their delivery.

Everything that follows from an outcome (a campaign begins, an opt-out, an undeliverable) is in its transaction.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from dipay.domain.outcomes import Accepted, Delivery, InDoubt, NotSent, Outcome, RefusalKind, Refused, settled
from dipay.state import consequences
from dipay.state.crash import crash_point
from dipay.state.moments import as_text
from dipay.state.payment_links import lacks_link
from dipay.state.processes import Owner, is_gone
from dipay.state.requests import TRANSITIONS, Request, RequestState, request_of, requests_where
from dipay.state.summaries import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from dipay.state.store import Store

#: A claim without an outcome is in doubt at once when its process is gone, and after this long in any case.
CLAIM_TIMEOUT: Final = timedelta(minutes=10)
#: How long a provider's log may lag: before that, "not in the log" says nothing.
ABSENT_AFTER: Final = timedelta(minutes=20)


def record(store: Store, request_id: int, outcome: Outcome, *, now: datetime, by: str | None = None) -> Request:
    """Writes down what the provider answered; the request as it is then. `by`: who typed its number in, if anybody did.

    Telling the same twice changes nothing. An answer that comes when the request was already settled otherwise only
    leaves an event, except that an acceptance always counts: what was sent is never lost. `KeyError`: no such request.
    """
    with store.writing(marked=False) as connection:
        crash_point("record.begun")
        request = request_of(connection, request_id)
        match outcome:
            case Accepted(provider_id) if _is_taken(connection, request, provider_id):
                _move(
                    store,
                    request,
                    RequestState.IN_DOUBT,
                    now,
                    why="the provider gave an id that another message has",
                )
            case Accepted(provider_id):
                _accept(store, request, provider_id, now, "accepted", by)
            case Refused(code, why, kind):
                moved = _move(store, request, RequestState.REFUSED, now, code=code, why=why)
                if moved and kind.concerns_message:
                    consequences.add_undeliverable(connection, request, code, why, request.day)
                if kind is RefusalKind.OPTED_OUT:
                    _opt_out(store, request, now, code)
            case NotSent(why):
                _move(store, request, RequestState.NOT_SENT, now, why=why)
            case InDoubt(why):
                _move(store, request, RequestState.IN_DOUBT, now, why=why)
            case _:
                assert_never(outcome)
        refresh(connection, request.guarantor_id)
        crash_point("record.written")
        return request_of(connection, request_id)


def abandoned(store: Store, now: datetime, *, gone: Callable[[Owner], bool] = is_gone) -> list[Request]:
    """The claims without an outcome whose sender is gone or was silent for `CLAIM_TIMEOUT`, oldest first."""
    # The first condition is the index's own: without it SQLite walks every message.
    claimed = requests_where(store.connection, "state IN ('claimed', 'in_doubt') AND state = 'claimed'")
    return [each for each in claimed if abs(now - each.claimed_at) > CLAIM_TIMEOUT or gone(each.owner)]


def recover(store: Store, now: datetime, *, gone: Callable[[Owner], bool] = is_gone) -> list[Request]:
    """Puts in doubt every claim that was abandoned; those requests.

    One that lacks its link never came to its call: it is not sent.
    """
    found = []
    for each in abandoned(store, now, gone=gone):
        with store.writing() as connection:
            request = request_of(connection, each.id)
            # Its sender may have spoken since.
            if request.state is RequestState.CLAIMED and lacks_link(connection, request.id):
                words = "the program ended before its payment link was made"
                _move(store, request, RequestState.NOT_SENT, now, why=words)
                refresh(connection, request.guarantor_id)
            elif request.state is RequestState.CLAIMED:
                _move(
                    store,
                    request,
                    RequestState.IN_DOUBT,
                    now,
                    why="the program ended before the answer was recorded",
                )
                refresh(connection, request.guarantor_id)
                found.append(request_of(connection, each.id))
            crash_point("recover.written")
    return found


def adopt(store: Store, request_id: int, provider_id: str | None, *, now: datetime, by: str | None = None) -> Request:
    """Makes a request accepted because it was found in the provider's log; the request as it is then.

    Without a provider id because a person knows that it arrived. `ValueError` when another request has that id.
    """
    with store.writing() as connection:
        request = request_of(connection, request_id)
        if provider_id is not None and _is_taken(connection, request, provider_id):
            raise ValueError("another request has this provider id")
        _accept(store, request, provider_id, now, "adopted", by)
        refresh(connection, request.guarantor_id)
        crash_point("adopt.written")
        return request_of(connection, request_id)


def mark_absent(store: Store, request_id: int, *, now: datetime) -> bool:
    """Notes that the provider's log does not have a request in doubt; whether it is now surely absent.

    Before `ABSENT_AFTER` the log may only lag, and nothing is noted. Surely absent means that a person decides.
    """
    with store.writing() as connection:
        request = request_of(connection, request_id)
        if request.state is not RequestState.IN_DOUBT or now - request.claimed_at < ABSENT_AFTER:
            return False
        if request.absent_at is None:
            connection.execute("UPDATE requests SET absent_at = ? WHERE id = ?", (as_text(now), request_id))
            store.log("absent", now, request.guarantor_id, request_id)
    return True


def release(
    store: Store, request_id: int, *, by: str, reason: str, now: datetime, even_if_unchecked: bool = False
) -> bool:
    """Frees the account of a request in doubt because a person says that it never went out; whether that was done.

    False when it is not in doubt (any more), or when the provider's log was not yet found to lack it and the person
    does not insist. `ValueError` without a name and a reason: nothing but a person may release.
    """
    if not by.strip() or not reason.strip():
        raise ValueError("a person and a reason are needed")
    with store.writing() as connection:
        request = request_of(connection, request_id)
        if request.state is not RequestState.IN_DOUBT or (request.absent_at is None and not even_if_unchecked):
            return False
        _move(store, request, RequestState.RELEASED, now, why=reason, by=by)
        refresh(connection, request.guarantor_id)
    return True


def record_delivery(
    store: Store,
    request_id: int,
    told: Delivery,
    *,
    now: datetime,
    today: date,
    code: str = "",
    why: str = "",
    kind: RefusalKind = RefusalKind.UNKNOWN,
) -> Request:
    """Writes down what the provider says became of an accepted message; the request as it is then.

    A final state never changes. A failure puts the account on the Undeliverable list when `kind` concerns its message,
    writes an opt-out when it says so, and ends a campaign none of whose messages reached the person.
    """
    with store.writing() as connection:
        request = request_of(connection, request_id)
        new = settled(request.delivery, told)
        if request.state is RequestState.ACCEPTED and new is not request.delivery:
            _change(
                connection,
                "UPDATE requests SET delivery = ?, delivery_at = ?, code = ?, why = ? "
                "WHERE id = ? AND state = 'accepted' AND delivery = ?",
                (new, as_text(now), code, why, request_id, request.delivery or ""),
            )
            store.log("delivery", now, request.guarantor_id, request_id, state=new, code=code)
            if new.is_failure:
                if kind is RefusalKind.OPTED_OUT:
                    _opt_out(store, request, now, code)
                elif kind.concerns_message:
                    consequences.add_undeliverable(connection, request, code, why, today)
                consequences.void_campaign(connection, request, today)
            refresh(connection, request.guarantor_id)
        return request_of(connection, request_id)


def _is_taken(connection: sqlite3.Connection, request: Request, provider_id: str) -> bool:
    other = connection.execute(
        "SELECT 1 FROM requests WHERE provider = ? AND provider_id = ? AND id <> ?",
        (request.provider, provider_id, request.id),
    )
    return other.fetchone() is not None


def _accept(
    store: Store, request: Request, provider_id: str | None, now: datetime, event: str, by: str | None = None
) -> None:
    # Its account may have been asked anew meanwhile: a late one must not trip over the other's place.
    late = request.state not in (RequestState.CLAIMED, RequestState.IN_DOUBT, RequestState.ACCEPTED)
    moved = _move(store, request, RequestState.ACCEPTED, now, event=event, by=by, provider_id=provider_id, late=late)
    if moved:
        consequences.after_acceptance(store.connection, request, now, by or store.actor, late=late)


def _opt_out(store: Store, request: Request, now: datetime, code: str) -> None:
    if request.number is not None:
        # A number typed in now may be a stranger's: it says nothing of the account.
        account = None if request.typed else request.guarantor_id
        sealed = consequences.add_opt_out(
            store.connection, account, request.number, f"provider {code}", request.day, now
        )
        if sealed is not None:
            store.log("opted-out", now, account, request.id, source="provider", seal=sealed)
        if request.typed:
            words = "the number that was typed in opted out"
            consequences.add_undeliverable(store.connection, request, code, words, request.day)


def _move(
    store: Store,
    request: Request,
    to: RequestState,
    now: datetime,
    *,
    event: str | None = None,
    code: str = "",
    why: str = "",
    by: str | None = None,
    provider_id: str | None = None,
    late: bool = False,
) -> bool:
    """Moves a request on, if there is such a transition; whether it did. What can't be moved leaves an event."""
    if to not in TRANSITIONS[request.state]:
        if request.state is not to or (provider_id is not None and provider_id != request.provider_id):
            store.log(
                "too-late",
                now,
                request.guarantor_id,
                request.id,
                by=by,
                state=to,
                code=code,
                provider_id=provider_id,
            )
        return False
    delivery = Delivery.QUEUED if to is RequestState.ACCEPTED else ""
    if provider_id is None and to is RequestState.ACCEPTED:
        delivery = ""
    _change(
        store.connection,
        "UPDATE requests SET state = ?, outcome_at = ?, code = ?, why = ?, provider_id = ?, delivery = ?, late = ? "
        "WHERE id = ? AND state = ?",
        (to, as_text(now), code, why, provider_id, delivery, late, request.id, request.state),
    )
    store.log(
        event or to.replace("_", "-"),
        now,
        request.guarantor_id,
        request.id,
        by=by,
        code=code,
        provider_id=provider_id,
        from_state=request.state,
    )
    return True


def _change(connection: sqlite3.Connection, statement: str, values: tuple[str | int | None, ...]) -> None:
    if connection.execute(statement, values).rowcount != 1:
        raise RuntimeError("a guarded change did not meet exactly one row")

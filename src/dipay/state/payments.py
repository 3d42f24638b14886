"""What was paid by links: taken in as the processor tells it, until an export shows it or a person keyed it in."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from dipay.domain.payment_links import OffWhy
from dipay.domain.payments import KnownPayment, PaymentState, Posted
from dipay.state import payment_links
from dipay.state.moments import as_text, from_text
from dipay.state.requests import request_of
from dipay.state.summaries import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from dipay.state.requests import Request
    from dipay.state.store import Store

_PAYMENTS: Final = (
    "SELECT id, request_id, guarantor_id, processor, payment_id, reference, state, at, day, coalesce(amount_cents, 0), "
    "coalesce((SELECT sum(amount_cents) FROM refunds WHERE payment = payments.id), 0), posted_on, how FROM payments"
)
#: A payment that is taken in and is no surprise any more.
_SETTLED: Final = (PaymentState.PAID, PaymentState.FAILED)


def _payments(store: Store, where: str, values: tuple[str | int, ...] = ()) -> list[KnownPayment]:
    """Payments in the order they became known. `where` is constant SQL of this package, never a user's text."""
    rows = store.connection.execute(f"{_PAYMENTS} WHERE {where} ORDER BY id", values)
    return [_from_row(*row) for row in rows]


def _from_row(
    number: int,
    request_id: int,
    account: str,
    processor: str,
    payment_id: str,
    reference: str,
    state: str,
    at: str,
    day: str,
    amount_cents: int,
    refunded_cents: int,
    posted_on: str | None,
    how: str | None,
) -> KnownPayment:
    return KnownPayment(
        number,
        request_id,
        account,
        processor,
        payment_id,
        reference,
        PaymentState(state),
        from_text(at),
        date.fromisoformat(day),
        amount_cents,
        refunded_cents,
        date.fromisoformat(posted_on) if posted_on else None,
        Posted(how) if how else None,
    )


def take_payment(
    store: Store,
    *,
    processor: str,
    payment_id: str,
    reference: str,
    link_id: str,
    token: str,
    amount_cents: int,
    state: PaymentState,
    at: datetime,
    day: date,
    now: datetime,
) -> KnownPayment | None:
    """Takes in what a processor tells of a payment; it, where that is news, else None. One of no link here is none.

    Its link can't be paid again: that is written down too. What is paid ends the campaign of its request, once it is
    surely paid and no less than was asked; one that is on its way holds by the rules alone, since it may still fail.
    """
    request_id = payment_links.request_by_link(store.connection, processor, link_id, token)
    if request_id is None:
        return None
    known = _payments(store, "processor = ? AND payment_id = ?", (processor, payment_id))
    if known and (known[0].state is state or known[0].state in _SETTLED):
        return None
    with store.writing() as connection:
        request = request_of(connection, request_id)
        changed = connection.execute(
            "INSERT INTO payments "
            "(processor, payment_id, reference, request_id, guarantor_id, amount_cents, state, at, day) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (processor, payment_id) DO UPDATE "
            "SET state = excluded.state, reference = excluded.reference, amount_cents = excluded.amount_cents "
            "WHERE state = 'pending' AND excluded.state <> 'pending'",
            (
                processor, payment_id, reference, request_id, request.guarantor_id, amount_cents, state, as_text(at),
                day.isoformat(),
            ),
        ).rowcount  # fmt: skip
        if not changed:
            # Another program took it in a moment ago.
            return None
        seal = seals_of_payments(connection, "AND payment_id = ?", payment_id).get(payment_id)
        store.log("payment", now, request.guarantor_id, request_id, payment=payment_id, state=state, seal=seal)
        payment_links.switch_off(store, connection, request, now, OffWhy.PAID)
        if state is PaymentState.PAID and amount_cents >= (request.amount_cents or 0):
            _end_campaign(store, request, day, processor, now)
        refresh(connection, request.guarantor_id)
    return _payments(store, "processor = ? AND payment_id = ?", (processor, payment_id))[0]


def _end_campaign(store: Store, request: Request, day: date, processor: str, now: datetime) -> None:
    ended = store.connection.execute(
        "UPDATE campaigns SET ended = ?, how = 'paid' WHERE id = ? AND ended IS NULL",
        (day.isoformat(), request.campaign_id),
    ).rowcount
    if ended:
        store.log("campaign-ended", now, request.guarantor_id, by=processor, how="paid")


def take_refund(
    store: Store, *, processor: str, refund_id: str, reference: str, amount_cents: int, at: datetime, now: datetime
) -> KnownPayment | None:
    """Takes in what went back to a patient; its payment, where that is news and one of dipay's, else None."""
    paid = _payments(store, "processor = ? AND reference = ?", (processor, reference)) if reference else []
    if not paid:
        return None
    payment = paid[0]
    with store.writing() as connection:
        added = connection.execute(
            "INSERT INTO refunds VALUES (?, ?, ?, ?, ?) ON CONFLICT (processor, refund_id) DO NOTHING",
            (processor, refund_id, payment.number, amount_cents, as_text(at)),
        ).rowcount
        if added:
            seal = seals_of_refunds(connection, "AND refund_id = ?", refund_id).get(refund_id)
            details = {"payment": payment.payment_id, "refund": refund_id, "seal": seal}
            store.log("refunded", now, payment.guarantor_id, payment.request_id, **details)
    return _payments(store, "id = ?", (payment.number,))[0] if added else None


def seals_of_payments(connection: sqlite3.Connection, where: str = "", *values: str) -> dict[str, str]:
    """By the processor's id what the last event of a payment says of it, beside its state; none of one that is past
    retention, or whose link is. `where` is constant SQL of this package, never a user's text.
    """
    rows = connection.execute(
        "SELECT url, payment_id, reference, amount_cents, at, day FROM payments JOIN payment_links USING (request_id) "
        f"WHERE url IS NOT NULL AND amount_cents IS NOT NULL {where}",
        values,
    )
    return {payment_id: payment_links.sealed_by(url, payment_id, *facts) for url, payment_id, *facts in rows}


def seals_of_refunds(connection: sqlite3.Connection, where: str = "", *values: str) -> dict[str, str]:
    """The same of refunds."""
    rows = connection.execute(
        "SELECT url, refund_id, r.amount_cents, r.at FROM refunds r JOIN payments p ON p.id = r.payment "
        f"JOIN payment_links USING (request_id) WHERE url IS NOT NULL AND r.amount_cents IS NOT NULL {where}",
        values,
    )
    return {refund_id: payment_links.sealed_by(url, refund_id, *facts) for url, refund_id, *facts in rows}


def any_link(store: Store) -> bool:
    """Whether a processor ever made a link for a request."""
    return store.connection.execute("SELECT 1 FROM payment_links LIMIT 1").fetchone() is not None


def has_payments(store: Store, processor: str) -> bool:
    """Whether anything that could go back was ever paid."""
    found = store.connection.execute("SELECT 1 FROM payments WHERE processor = ? LIMIT 1", (processor,))
    return found.fetchone() is not None


def pending_payments(store: Store, processor: str) -> list[KnownPayment]:
    """The payments that are on their way, to be asked about one by one."""
    return _payments(store, "processor = ? AND state = 'pending'", (processor,))


def payments_of(store: Store, guarantor_id: str) -> list[KnownPayment]:
    """Everything that an account paid by links, oldest first."""
    return _payments(store, "guarantor_id = ?", (guarantor_id,))


def payments_to_post(store: Store, export_day: date, among: Collection[str] | None = None) -> list[KnownPayment]:
    """All payments of the accounts that have one which exports of that day may lack; of these accounts, or of all."""
    found = _payments(
        store,
        "guarantor_id IN (SELECT guarantor_id FROM payments "
        "WHERE state <> 'failed' AND (posted_on IS NULL OR (how = 'staff' AND posted_on >= ?)))",
        (export_day.isoformat(),),
    )
    return found if among is None else [each for each in found if each.guarantor_id in frozenset(among)]


def record_posted(store: Store, numbers: Collection[int], *, day: date, now: datetime) -> None:
    """Writes down that an export of that day shows these payments."""
    if numbers:
        with store.writing():
            for each in sorted(numbers):
                _post(store, each, day, Posted.BY_EXPORT, now, by="export")


def mark_posted(store: Store, number: int, *, day: date, note: str, by: str, now: datetime) -> KnownPayment | None:
    """Takes a payment off the list of those to key in, because a person says that it is; None where it is not on it."""
    with store.writing():
        done = _post(store, number, day, Posted.BY_STAFF, now, by=by, note=note)
    return _payments(store, "id = ?", (number,))[0] if done else None


def _post(store: Store, number: int, day: date, how: Posted, now: datetime, *, by: str, note: str = "") -> bool:
    changed = store.connection.execute(
        "UPDATE payments SET posted_on = ?, how = ?, by = ?, note = ? "
        "WHERE id = ? AND posted_on IS NULL AND state <> 'failed'",
        (day.isoformat(), how, by, note, number),
    ).rowcount
    if changed:
        (payment,) = _payments(store, "id = ?", (number,))
        details = {"payment": payment.payment_id, "how": how.value, "posted_on": day.isoformat()}
        store.log("posted", now, payment.guarantor_id, payment.request_id, by=by, **details)
    return changed > 0


def read_until(store: Store, processor: str) -> datetime | None:
    """Until when a processor was asked what was paid; None where it never was."""
    row = store.connection.execute(
        "SELECT read_until FROM processor_reads WHERE processor = ?", (processor,)
    ).fetchone()
    return from_text(row[0]) if row else None


def record_read(store: Store, processor: str, until: datetime) -> None:
    """Writes down that a processor told everything that was paid until then."""
    with store.writing(marked=False) as connection:
        connection.execute("INSERT OR REPLACE INTO processor_reads VALUES (?, ?)", (processor, as_text(until)))

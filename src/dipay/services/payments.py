"""What was paid by links, as the processor tells it; and which of it the exports lack.

Changes nothing at the processor.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from dipay.domain.entries import ENTRY_KINDS
from dipay.domain.fields import EntryKind
from dipay.domain.payments import KnownPayment, PaymentState
from dipay.domain.posting import ExportsView, counts, shown_by
from dipay.domain.problems import CannotGoOn
from dipay.processors import Payment, Processor, ProcessorTrouble
from dipay.state import payments
from dipay.state.imports import balances_seen
from dipay.state.looking import is_there
from dipay.state.payment_links import first_wanted_at
from dipay.state.situations import asked_before
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from dipay.domain.accounts import Accounts
    from dipay.domain.entries import MoneyByDay
    from dipay.domain.problems import Problem
    from dipay.exports.sources.files import ExportFile
    from dipay.exports.tables.table import FileReport
    from dipay.office import Office
    from dipay.state.store import Store

#: A patient may take a day from opening the page to paying, and is then found by when it was opened.
PAGE_LIVES_FOR: Final = timedelta(hours=26)
#: What a payment may be entered as; a word that nobody knows may mean one.
_MAY_BE_PAYMENTS: Final = tuple(
    place for place, kind in enumerate(ENTRY_KINDS) if kind in (EntryKind.PAYMENT, EntryKind.OTHER)
)


@dataclass(slots=True)
class WhatWasPaid:
    """What is new: payments by their state, what of it was paid, and how many refunds. `trouble`: it is not all."""

    payments: dict[str, int] = field(default_factory=dict)
    paid_cents: int = 0
    refunds: int = 0
    trouble: Problem | None = None


def ask_what_was_paid(office: Office, store: Store, processor: Processor) -> WhatWasPaid:
    """Takes in what was paid and what went back since the processor was asked last."""
    told = WhatWasPaid()
    first, now = first_wanted_at(store, processor.name), office.clock()
    if first is None:
        return told
    # What a clock wrote that stood too late then says nothing of now.
    since = min(payments.read_until(store, processor.name) or first, now) - PAGE_LIVES_FOR
    try:
        for payment in processor.payments_since(since):
            _take(office, store, processor, payment, told)
        for known in payments.pending_payments(store, processor.name):
            asked_for = processor.payment(known.payment_id)
            if asked_for is not None:
                _take(office, store, processor, asked_for, told)
        for refund in processor.refunds_since(since) if payments.has_payments(store, processor.name) else ():
            news = payments.take_refund(
                store, processor=processor.name, refund_id=refund.refund_id, reference=refund.reference,
                amount_cents=refund.amount_cents, at=refund.at, now=office.clock(),
            )  # fmt: skip
            told.refunds += news is not None
    except ProcessorTrouble as trouble:
        told.trouble = trouble.problem
        return told
    payments.record_read(store, processor.name, now)
    return told


def _take(office: Office, store: Store, processor: Processor, payment: Payment, told: WhatWasPaid) -> None:
    news = payments.take_payment(
        store,
        processor=processor.name,
        payment_id=payment.payment_id,
        reference=payment.reference,
        link_id=payment.link_id,
        token=payment.token,
        amount_cents=payment.amount_cents,
        state=payment.state,
        at=payment.at,
        day=payment.at.astimezone(office.zone).date(),
        now=office.clock(),
    )
    if news is not None:
        told.payments[news.state.value] = told.payments.get(news.state.value, 0) + 1
        told.paid_cents += news.amount_cents if news.state is PaymentState.PAID else 0


@dataclass(frozen=True, slots=True)
class Beside:
    """The payments that the state knows, held against exports: the numbers of those that these show, and by account
    those that they lack.
    """

    shown: frozenset[int] = frozenset()
    lacking: Mapping[str, tuple[KnownPayment, ...]] = field(default_factory=dict)


def may_have_payments(office: Office) -> bool:
    """Whether the state has links by which somebody may have paid: then exports are asked for payments too."""
    if not is_there(office.state_path):
        return False
    try:
        with open_for_reading(office.state_path, office.state_marker) as store:
            return payments.any_link(store)
    except CannotGoOn:
        # Whoever reads the state for the rules says what is wrong with it.
        return False


def payments_beside(
    store: Store,
    accounts: Accounts,
    files: Sequence[ExportFile],
    reports: Sequence[FileReport],
    money: MoneyByDay | None,
    zone: tzinfo,
    as_of: date,
) -> Beside:
    """The payments that the state knows, held against the accounts as these files have them on that day.

    A ledger whose `money` was not asked for shows none.
    """
    if not files:
        return Beside()
    made = min(file.written for file in files).astimezone(zone).date()
    known = _of_todays_accounts(store, payments.payments_to_post(store, made), accounts)
    known = [each for each in known if each.day <= as_of]
    if not known:
        return Beside()
    concerned = {each.guarantor_id for each in known}
    places = {place: each for place, each in enumerate(accounts.ids) if each in concerned}
    portions = accounts.patient_portion_cents
    if any(each.kind == "ledger" for each in reports):
        exports = ExportsView(made, _credits(money, places) if money is not None else {})
    else:
        owed = {each: int(portions[place]) for place, each in places.items() if accounts.amount_is_known[place]}
        exports = ExportsView(made, None, owed, {each: balances_seen(store, each) for each in places.values()})
    shown = shown_by(exports, known)
    lacking: dict[str, tuple[KnownPayment, ...]] = {}
    for each in known:
        if counts(each, made, shown):
            lacking[each.guarantor_id] = (*lacking.get(each.guarantor_id, ()), each)
    return Beside(shown, lacking)


def _of_todays_accounts(store: Store, known: list[KnownPayment], accounts: Accounts) -> list[KnownPayment]:
    """The payments as those of the accounts in which the people who paid stand in these exports: a PMS that gives them
    another account takes what they owe along.
    """
    gone = {each.guarantor_id for each in known}.difference(accounts.ids)
    moved = asked_before(store).moved(gone, accounts) if gone else {}
    theirs = set(moved.values()).difference(each.guarantor_id for each in known)
    known = [replace(each, guarantor_id=moved.get(each.guarantor_id, each.guarantor_id)) for each in known]
    # What the new account itself paid may be what its credits show.
    return known + [each for account in sorted(theirs) for each in payments.payments_of(store, account)]


def _credits(money: MoneyByDay, places: Mapping[int, str]) -> dict[str, list[tuple[date, int]]]:
    """What the ledger has of payments of these accounts, by day."""
    is_theirs = np.isin(money.account, list(places)) & np.isin(money.kind, _MAY_BE_PAYMENTS)
    rows = np.flatnonzero(is_theirs & (money.cents < 0))
    found: dict[str, list[tuple[date, int]]] = {}
    for row in rows.tolist():
        account = places[int(money.account[row])]
        found.setdefault(account, []).append((date.fromordinal(int(money.day[row])), -int(money.cents[row])))
    return found

"""Payments beside the exports: none is counted twice, none is forgotten; and which links nobody is to pay by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.aged_balances import AgedBalances
from dipay.domain.aging import AgedBalance, aged_from_buckets
from dipay.domain.payment_links import OffWhy, OpenLink, why_off
from dipay.domain.payments import KnownPayment, PaymentState, Posted
from dipay.domain.posting import ExportsView, counts, shown_by

DAY = date(2026, 11, 10)
LATER = st.integers(-3, 20).map(timedelta)


def payment(
    number: int = 1,
    day: date = DAY,
    cents: int = 5_000,
    *,
    refunded: int = 0,
    state: PaymentState = PaymentState.PAID,
    posted_on: date | None = None,
    how: Posted | None = None,
    account: str = "7",
) -> KnownPayment:
    return KnownPayment(
        number, number, account, "stripe", f"cs_{number}", f"pi_{number}", state, datetime(2026, 11, 10, tzinfo=UTC), day,
        cents, refunded, posted_on, how,
    )  # fmt: skip


def ledger(*there: tuple[date, int], day: date = DAY + timedelta(days=30), account: str = "7") -> ExportsView:
    return ExportsView(day, {account: there})


@pytest.mark.parametrize(("days", "shown"), [(-2, False), (-1, True), (0, True), (14, True), (15, False)])
def test_a_credit_shows_a_payment_from_the_day_before_to_two_weeks_after(days: int, shown: bool) -> None:
    exports = ledger((DAY + timedelta(days=days), 5_000))
    assert (shown_by(exports, [payment()]) == {1}) is shown


def test_only_its_own_amount_shows_a_payment_and_only_its_own_accounts() -> None:
    assert shown_by(ledger((DAY, 4_999)), [payment()]) == frozenset()
    assert shown_by(ledger((DAY, 5_000), account="8"), [payment()]) == frozenset()
    assert shown_by(ledger((DAY, 5_000), day=DAY - timedelta(days=1)), [payment()]) == frozenset()
    # What went back is keyed in by itself, or left out of both.
    assert shown_by(ledger((DAY, 3_000)), [payment(refunded=2_000)]) == {1}
    assert shown_by(ledger((DAY, 5_000)), [payment(refunded=2_000)]) == {1}


def test_several_keyed_in_on_one_day_are_shown_by_their_sum() -> None:
    theirs = [payment(1), payment(2, cents=7_000), payment(3, cents=900)]
    assert shown_by(ledger((DAY, 12_000)), theirs) == {1, 2}


def test_a_credit_that_showed_one_payment_shows_no_other() -> None:
    first = payment(1, posted_on=DAY, how=Posted.BY_EXPORT)
    assert shown_by(ledger((DAY, 5_000)), [first, payment(2)]) == frozenset()
    assert shown_by(ledger((DAY, 5_000), (DAY + timedelta(days=1), 5_000)), [first, payment(2)]) == {2}


PAYMENTS = st.lists(
    st.builds(
        lambda later, cents, failed: (DAY + later, cents, PaymentState.FAILED if failed else PaymentState.PAID),
        LATER,
        st.sampled_from([1_000, 2_000, 3_000, 5_000]),
        st.booleans(),
    ),
    max_size=5,
).map(lambda each: [payment(n, day, cents, state=state) for n, (day, cents, state) in enumerate(each, 1)])
CREDITS = st.lists(
    st.tuples(LATER.map(lambda later: DAY + later), st.sampled_from([1_000, 2_000, 3_000, 4_000, 5_000])), max_size=5
)


@given(PAYMENTS, CREDITS)
def test_no_more_is_shown_than_the_ledger_has(payments: list[KnownPayment], there: list[tuple[date, int]]) -> None:
    shown = shown_by(ledger(*there), payments)
    worth = sum(each.amount_cents for each in payments if each.number in shown)
    assert worth <= sum(cents for _, cents in there)
    assert all(each.state is not PaymentState.FAILED for each in payments if each.number in shown)


@given(PAYMENTS)
def test_what_is_keyed_in_as_it_was_paid_is_shown(payments: list[KnownPayment]) -> None:
    """Each with its own day and amount, and nothing else in the ledger: everything is found."""
    paid = [each for each in payments if each.state is PaymentState.PAID]
    by_day: dict[date, int] = {}
    for each in paid:
        by_day[each.day] = by_day.get(each.day, 0) + each.amount_cents
    shown = shown_by(ledger(*by_day.items()), payments)
    assert sum(each.amount_cents for each in paid if each.number in shown) == sum(by_day.values())


@given(PAYMENTS, CREDITS, st.integers(0, 30))
def test_a_later_credit_hides_no_payment(
    payments: list[KnownPayment], there: list[tuple[date, int]], days: int
) -> None:
    """What is shown today is shown tomorrow, once it is written down."""
    exports = ledger(*there)
    shown = shown_by(exports, payments)
    for each in payments:
        assert not (each.number in shown and counts(each, exports.day, shown))
        if each.state is PaymentState.PAID and each.number not in shown:
            assert counts(each, exports.day, shown)


class TestBalancesAlone:
    def seen(self, portion: int, *seen: tuple[date, int]) -> ExportsView:
        return ExportsView(DAY + timedelta(days=3), None, {"7": portion}, {"7": seen})

    BEFORE = (DAY - timedelta(days=1), 9_000)

    def test_an_account_that_owes_less_by_the_payment_shows_it(self) -> None:
        assert shown_by(self.seen(4_000, self.BEFORE), [payment()]) == {1}
        assert shown_by(self.seen(3_000, self.BEFORE), [payment(), payment(2, cents=1_000)]) == {1, 2}
        assert shown_by(self.seen(4_000, self.BEFORE), [payment(), payment(2, cents=1_000)]) == {1}

    def test_one_that_owes_less_by_something_else_does_not(self) -> None:
        for portion in (9_000, 4_001, 3_999, 0):
            assert shown_by(self.seen(portion, self.BEFORE), [payment()]) == frozenset()

    def test_only_what_was_owed_before_the_payment_counts(self) -> None:
        assert shown_by(self.seen(4_000), [payment()]) == frozenset()
        assert shown_by(self.seen(4_000, (DAY, 9_000)), [payment()]) == frozenset()
        assert shown_by(self.seen(4_000, self.BEFORE, (DAY, 4_000)), [payment()]) == {1}
        assert shown_by(ExportsView(DAY, None, {}, {"7": (self.BEFORE,)}), [payment()]) == frozenset()


@pytest.mark.parametrize(
    ("given_payment", "export_day", "credit"),
    [
        (payment(), DAY, True),
        (payment(state=PaymentState.PENDING), DAY, True),
        (payment(state=PaymentState.FAILED), DAY, False),
        (payment(refunded=5_000), DAY, False),
        (payment(posted_on=DAY, how=Posted.BY_EXPORT), DAY, False),
        (payment(posted_on=DAY, how=Posted.BY_STAFF), DAY, True),
        (payment(posted_on=DAY, how=Posted.BY_STAFF), DAY + timedelta(days=1), False),
    ],
)
def test_what_counts_as_a_credit(given_payment: KnownPayment, export_day: date, credit: bool) -> None:
    assert counts(given_payment, export_day, frozenset()) is credit


AGED = st.tuples(*[st.integers(0, 9_000)] * 4, st.integers(0, 5_000)).map(
    lambda each: aged_from_buckets(each[:4], sum(each[:4]), each[4], 0)
)


@given(st.lists(AGED, min_size=1, max_size=4), st.integers(0, 40_000))
def test_a_payment_is_taken_off_as_a_ledgers_credit_would_be(balances: list[AgedBalance], cents: int) -> None:
    before = AgedBalances.of(balances)
    after = before.less({0: cents})
    assert list(after)[1:] == balances[1:]
    assert list(before) == balances
    paid, was = after[0], balances[0]
    assert paid.balance_cents == was.balance_cents - cents
    assert paid.patient_portion_cents == was.patient_portion_cents - cents
    assert sum(paid.portion_buckets) == max(0, sum(was.portion_buckets) - cents)
    # The oldest bucket first: what is newer is touched only once nothing older is left.
    for newer, older in ((0, 1), (1, 2), (2, 3)):
        assert paid.portion_buckets[newer] == was.portion_buckets[newer] or paid.portion_buckets[older] == 0
    if paid.oldest_unpaid_days is not None:
        assert was.oldest_unpaid_days is not None
        assert paid.oldest_unpaid_days <= was.oldest_unpaid_days
    assert (paid.oldest_unpaid_days is None) == (sum(paid.portion_buckets) == 0)


LINK = OpenLink(1, "7", 5_000, DAY + timedelta(days=60))


@pytest.mark.parametrize(
    ("changes", "owed", "why"),
    [
        ({}, None, None),
        ({}, 5_000, None),
        ({}, 5_001, OffWhy.AMOUNT),
        ({}, 4_999, OffWhy.AMOUNT),
        ({}, 0, OffWhy.PAID),
        ({}, -100, OffWhy.PAID),
        ({"is_single": True}, 5_001, None),
        ({"is_single": True}, 4_999, OffWhy.AMOUNT),
        ({"is_single": True}, 0, OffWhy.PAID),
        ({"is_single": True, "owed_cents": 0}, 0, None),
        ({"marked_paid": True}, 5_000, OffWhy.PAID),
        ({"opted_out": True}, 5_000, OffWhy.OPTED_OUT),
        ({"went_out": False}, 5_000, OffWhy.UNSENT),
        ({"failed": True}, 5_000, OffWhy.UNDELIVERABLE),
        ({"failed": True, "went_out": False}, 5_000, OffWhy.UNDELIVERABLE),
        ({"campaign_end": "paid"}, 5_000, OffWhy.PAID),
        ({"campaign_end": "removed"}, 5_000, OffWhy.REMOVED),
        ({"campaign_end": "opted_out"}, 5_000, OffWhy.OPTED_OUT),
        ({"campaign_end": "undeliverable"}, 5_000, OffWhy.UNDELIVERABLE),
        ({"campaign_end": "completed"}, 5_000, None),
        ({"replaced": True}, 5_000, OffWhy.REPLACED),
        ({"expires_on": DAY}, 5_000, None),
        ({"expires_on": DAY - timedelta(days=1)}, 5_000, OffWhy.EXPIRED),
    ],
)
def test_which_links_are_to_be_off(changes: dict[str, object], owed: int | None, why: OffWhy | None) -> None:
    from dataclasses import replace

    found = why_off(replace(LINK, **changes), owed, DAY)  # type: ignore[arg-type]
    assert found is why
    assert found is None or found.words

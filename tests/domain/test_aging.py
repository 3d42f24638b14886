"""Properties of aging: the sums say what paying charge by charge says."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.aged_balances import AgedBalances
from dipay.domain.aging import (
    AccountSums,
    AgedBalance,
    Buckets,
    aged_from_buckets,
    bucket_of,
)
from dipay.domain.entries import LedgerEntry
from dipay.domain.fields import EntryKind
from tests.domain.entries import aged_from_entries

AS_OF = date(2026, 11, 20)


@pytest.mark.parametrize(("age", "bucket"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (4000, 3)])
def test_day_30_is_in_the_first_bucket_and_day_31_in_the_second(age: int, bucket: int) -> None:
    assert bucket_of(age) == bucket


def entry(age: int, cents: int, **more: object) -> LedgerEntry:
    return LedgerEntry("p", AS_OF - timedelta(days=age), cents, **more)  # type: ignore[arg-type]


ENTRIES = st.lists(st.builds(entry, st.integers(0, 400), st.integers(-50_000, 50_000)), max_size=30)


def pay_one_by_one(entries: list[LedgerEntry]) -> tuple[list[int], int | None]:
    """The slow way: a queue of charges, oldest first, and each credit paying the first that is not paid."""
    charges = sorted((each for each in entries if each.cents > 0), key=lambda each: each.day)
    unpaid = [each.cents for each in charges]
    for credit in (-each.cents for each in entries if each.cents < 0):
        left = credit
        for index, cents in enumerate(unpaid):
            paid = min(left, cents)
            unpaid[index] -= paid
            left -= paid
    buckets = [0, 0, 0, 0]
    ages = [(AS_OF - each.day).days for each in charges]
    for age, cents in zip(ages, unpaid, strict=True):
        buckets[bucket_of(age)] += cents
    return buckets, max((age for age, cents in zip(ages, unpaid, strict=True) if cents), default=None)


@given(ENTRIES)
def test_sums_age_like_paying_charge_by_charge(entries: list[LedgerEntry]) -> None:
    aged = aged_from_entries(entries, AS_OF)
    buckets, oldest = pay_one_by_one(entries)
    assert list(aged.buckets) == buckets
    assert aged.oldest_unpaid_days == oldest
    assert aged.balance_cents == sum(each.cents for each in entries)
    assert sum(aged.buckets) == max(0, aged.balance_cents)


@given(ENTRIES, st.randoms())
def test_the_order_of_rows_does_not_matter(entries: list[LedgerEntry], chance: random.Random) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert aged_from_entries(shuffled, AS_OF) == aged_from_entries(entries, AS_OF)


@given(ENTRIES, st.integers(0, 20_000), st.integers(0, 20_000))
def test_estimates_take_off_the_newest_and_nothing_goes_missing(
    entries: list[LedgerEntry], insurance: int, writeoff: int
) -> None:
    sums = AccountSums()
    for each in entries:
        sums.add(each)
    aged = sums.aged(AS_OF, insurance, writeoff)
    assert sum(aged.portion_buckets) == max(0, aged.patient_portion_cents)
    lowered = [before - after for before, after in zip(aged.buckets, aged.portion_buckets, strict=True)]
    assert all(cents >= 0 for cents in lowered)
    for bucket, cents in enumerate(lowered):
        if cents:
            assert all(aged.portion_buckets[newer] == 0 for newer in range(bucket))


@given(ENTRIES, st.integers(2, 9))
def test_scaling_every_amount_scales_every_amount(entries: list[LedgerEntry], times: int) -> None:
    scaled = [LedgerEntry(each.patient_id, each.day, each.cents * times) for each in entries]
    small, large = aged_from_entries(entries, AS_OF), aged_from_entries(scaled, AS_OF)
    assert tuple(cents * times for cents in small.buckets) == large.buckets
    assert small.oldest_unpaid_days == large.oldest_unpaid_days


ESTIMATED = st.lists(
    st.builds(
        lambda age, cents, estimate: entry(age, cents, insurance_estimate_cents=estimate),
        st.integers(0, 200), st.integers(-9_000, 9_000), st.integers(0, 12_000),
    ),
    max_size=12,
)  # fmt: skip


@given(ESTIMATED)
def test_an_estimate_on_a_row_lowers_its_charge_and_the_rest_is_a_credit(entries: list[LedgerEntry]) -> None:
    aged = aged_from_entries(entries, AS_OF)
    as_rows = []
    for each in entries:
        as_rows.append(LedgerEntry("p", each.day, each.cents))
        left = each.insurance_estimate_cents
        if each.cents > 0:
            taken = min(each.cents, left)
            as_rows[-1] = LedgerEntry("p", each.day, each.cents - taken)
            left -= taken
        as_rows.append(LedgerEntry("p", each.day, -left))
    assert aged.portion_buckets == aged_from_entries(as_rows, AS_OF).buckets
    assert sum(aged.portion_buckets) == max(0, aged.patient_portion_cents)


def test_an_estimate_lowers_its_own_charge_not_the_oldest() -> None:
    aged = aged_from_entries([entry(100, 10_000), entry(10, 8_000, insurance_estimate_cents=6_000)], AS_OF)
    assert aged.buckets == (8_000, 0, 0, 10_000)
    assert aged.portion_buckets == (2_000, 0, 0, 10_000)


def test_entries_dated_later_are_left_out() -> None:
    assert aged_from_entries([entry(40, 10_000), entry(-1, 5_000)], AS_OF).balance_cents == 10_000


def test_an_account_in_credit_has_no_age() -> None:
    assert aged_from_entries([entry(40, 10_000), entry(2, -15_000)], AS_OF) == AgedBalance(-5_000)


def test_an_adjustment_tied_to_a_charge_nobody_has_is_a_credit_like_others() -> None:
    tied = entry(2, -3_000, kind=EntryKind.ADJUSTMENT, applies_to="gone")
    aged = aged_from_entries([entry(100, 5_000, entry_id="a"), entry(40, 5_000, entry_id="b"), tied], AS_OF)
    assert aged.buckets == (0, 5_000, 0, 2_000)


@given(st.tuples(*[st.integers(0, 90_000)] * 4), st.integers(0, 400_000))
def test_a_balances_row_is_used_as_it_is(buckets: Buckets, estimate: int) -> None:
    aged = aged_from_buckets(buckets, sum(buckets), estimate, 0)
    assert aged.buckets == buckets
    assert sum(aged.portion_buckets) == max(0, sum(buckets) - estimate)
    left = [age for age, cents in zip((0, 31, 61, 91), aged.portion_buckets, strict=True) if cents]
    assert aged.oldest_unpaid_days == (max(left) if left else None)


def test_what_a_tied_credit_has_over_lowers_its_bucket_and_then_the_oldest() -> None:
    old, same, own = entry(100, 5_000), entry(50, 4_000, entry_id="b"), entry(40, 3_000, entry_id="a")
    within = entry(2, -5_000, kind=EntryKind.ADJUSTMENT, applies_to="a")
    assert aged_from_entries([old, same, own, within], AS_OF).buckets == (0, 2_000, 0, 5_000)
    beyond = entry(2, -9_000, kind=EntryKind.ADJUSTMENT, applies_to="a")
    assert aged_from_entries([old, same, own, beyond], AS_OF).buckets == (0, 0, 0, 3_000)
    raising = entry(70, 1, kind=EntryKind.ADJUSTMENT, applies_to="a")
    assert aged_from_entries([old, same, own, raising], AS_OF).buckets == (0, 7_000, 1, 5_000)


def test_an_estimate_on_a_charge_that_was_taken_back_pays_the_others() -> None:
    charge = entry(40, 10_000, entry_id="a", insurance_estimate_cents=5_000, writeoff_estimate_cents=3_000)
    back = entry(2, -5_000, kind=EntryKind.ADJUSTMENT, applies_to="a")
    aged = aged_from_entries([entry(100, 9_000), charge, back], AS_OF)
    assert (aged.buckets, aged.portion_buckets) == ((0, 5_000, 0, 9_000), (0, 0, 0, 6_000))
    assert aged.patient_portion_cents == 6_000


def test_an_estimate_on_a_payment_pays_the_oldest() -> None:
    aged = aged_from_entries([entry(100, 9_000), entry(10, 5_000), entry(5, 0, writeoff_estimate_cents=2_000)], AS_OF)
    assert (aged.buckets, aged.portion_buckets) == ((5_000, 0, 0, 9_000), (5_000, 0, 0, 7_000))


def test_the_latest_charge_is_the_day_of_the_latest_work() -> None:
    sums = AccountSums()
    assert sums.latest_charge == 0
    for each in (
        entry(50, 100, kind=EntryKind.CHARGE),
        entry(60, 100, kind=EntryKind.CHARGE),
        entry(9, 1, kind=EntryKind.OTHER),
    ):
        sums.add(each)
    for nothing in (entry(5, -100, kind=EntryKind.CHARGE), entry(3, 0, kind=EntryKind.CHARGE)):
        sums.add(nothing)
    assert sums.latest_charge == (AS_OF - timedelta(days=50)).toordinal()


def test_what_is_nothing_in_a_balances_row_has_no_age_and_both_estimates_count() -> None:
    aged = aged_from_buckets((0, 1, 0, 500), 501, 200, 100)
    assert (aged.buckets, aged.portion_buckets, aged.oldest_unpaid_days) == ((0, 1, 0, 500), (0, 0, 0, 201), 91)
    assert aged_from_buckets((0, 1, 0, 0), 1, 0, 0).oldest_unpaid_days == 31
    assert aged_from_buckets((0, 0, 0, 0), 0, 0, 0).oldest_unpaid_days is None
    assert aged.only_bucket_known
    assert not aged_from_entries([entry(40, 100)], AS_OF).only_bucket_known


def test_balances_as_columns_are_the_same_balances() -> None:
    balances = [AgedBalance(5, oldest_unpaid_days=days) for days in (None, 0, 1, 2)]
    assert list(AgedBalances.of(balances)) == balances


def test_a_cent_counts() -> None:
    assert aged_from_entries([entry(40, 1)], AS_OF).buckets == (0, 1, 0, 0)
    sums = AccountSums()
    sums.add_charge((AS_OF - timedelta(days=40)).toordinal(), 1)
    assert sums.aged(AS_OF).portion_buckets == (0, 1, 0, 0)
    charge = entry(100, 10_000, entry_id="a", insurance_estimate_cents=8_000)
    back = entry(2, -2_001, kind=EntryKind.ADJUSTMENT, applies_to="a")
    assert aged_from_entries([charge, back, entry(40, 9_000)], AS_OF).portion_buckets == (0, 8_999, 0, 0)

"""Each cent counts once, for the last message before it, and never where it was returned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.collected import WINDOWS, Collected, Payments, collected, patients_payments
from dipay.domain.columns import Numbers
from dipay.domain.entries import ENTRY_KINDS, MoneyByDay
from dipay.domain.fields import EntryKind
from dipay.domain.not_asked import NOTHING_OWED, Asked, Beside, categories, compare
from dipay.domain.running_sums import Mornings, PastBalances
from dipay.exports.tables.money import MoneySums
from dipay.exports.tables.signs import number_of
from tests.properties import examples

NOW = 1_000


def columns(rows: Sequence[tuple[int, ...]], width: int) -> list[Numbers]:
    return list(np.array(rows, np.int64).reshape(-1, width).T)


def money(rows: list[tuple[int, int, EntryKind, int]], *, kinds_are_told: bool = True) -> MoneyByDay:
    sums = MoneySums(kinds_are_told=kinds_are_told)
    account, day, kind, cents = columns([(a, d, number_of(k), c) for a, d, k, c in rows], 4)
    sums.add(account, day, cents, kind if kinds_are_told else None)
    return sums.by_day()


def after(
    messages: Sequence[tuple[int, int]], payments: Sequence[tuple[int, int, int]] = (), known_until: int = NOW
) -> Collected:
    account, day = columns(messages, 2)
    counts = np.ones(len(messages), np.bool_)
    return collected(account, day, counts, Payments(*columns(sorted(payments), 3)), known_until)


def came_in(messages: Sequence[tuple[int, int]], payments: Sequence[tuple[int, int, int]]) -> list[list[int]]:
    return [list(map(int, row)) for row in after(messages, payments).cents]


def test_within_counts_the_messages_own_day_and_so_many_days_after_it() -> None:
    for later, expected in (
        (-1, [0, 0, 0]), (0, [9, 9, 9]), (7, [9, 9, 9]), (8, [0, 9, 9]), (14, [0, 9, 9]), (15, [0, 0, 9]),
        (30, [0, 0, 9]), (31, [0, 0, 0]),
    ):  # fmt: skip
        assert came_in([(0, 100)], [(0, 100 + later, 9)]) == [expected], later


def test_a_payment_counts_for_the_last_message_before_it() -> None:
    assert came_in([(0, 100), (0, 107), (0, 107)], [(0, 106, 1), (0, 107, 2), (0, 120, 4)]) == [
        [1, 1, 1], [0, 0, 0], [2, 6, 6]
    ]  # fmt: skip


def test_a_window_is_over_once_its_last_day_is_known() -> None:
    assert after([(0, 100)], known_until=107).is_over.tolist() == [[True, False, False]]
    assert after([(0, 100)], known_until=106).is_over.tolist() == [[False, False, False]]


MESSAGES = st.lists(st.tuples(st.integers(0, 2), st.integers(100, 160)), max_size=12)
PAYMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(90, 200), st.integers(1, 500)), max_size=20)


@given(MESSAGES, PAYMENTS)
@examples(200)
def test_each_cent_counts_once_and_as_one_would_count_by_hand(
    messages: list[tuple[int, int]], payments: list[tuple[int, int, int]]
) -> None:
    found = came_in(messages, payments)
    by_hand = [[0] * len(WINDOWS) for _ in messages]
    for account, day, cents in payments:
        before = [(sent, place) for place, (whose, sent) in enumerate(messages) if whose == account and sent <= day]
        if before:
            sent, place = max(before)
            for column, days in enumerate(WINDOWS):
                by_hand[place][column] += cents if day - sent <= days else 0
    assert found == by_hand
    assert sum(row[-1] for row in found) <= sum(cents for _, _, cents in payments)
    assert all(row == sorted(row) for row in found)


def paid(*rows: tuple[int, int, EntryKind, int], kinds_are_told: bool = True) -> list[tuple[int, int, int]]:
    found = patients_payments(money(list(rows), kinds_are_told=kinds_are_told))
    return list(zip(found.account.tolist(), found.day.tolist(), found.cents.tolist(), strict=True))


def test_only_patients_payments_are_money_of_theirs() -> None:
    kinds = [(0, 100 + place, kind, -100) for place, kind in enumerate(EntryKind)]
    assert paid(*kinds) == [(0, 100 + ENTRY_KINDS.index(EntryKind.PAYMENT), 100)]


def test_a_returned_payment_takes_back_the_newest_before_it() -> None:
    pay = EntryKind.PAYMENT
    rows = [(0, 100, pay, -50), (0, 110, pay, -30), (0, 120, pay, -20), (1, 111, pay, -70)]
    assert paid(*rows, (0, 115, pay, 40)) == [(0, 100, 40), (0, 120, 20), (1, 111, 70)]
    assert paid(*rows, (0, 110, pay, 30)) == [(0, 100, 50), (0, 120, 20), (1, 111, 70)]
    assert paid(*rows, (0, 99, pay, 40)) == [(0, 100, 50), (0, 110, 30), (0, 120, 20), (1, 111, 70)]
    assert paid(*rows, (0, 130, pay, 999)) == [(1, 111, 70)]


def test_where_no_kinds_are_told_every_credit_counts_and_no_charge_is_a_return() -> None:
    rows = [(0, 100, EntryKind.WRITE_OFF, -50), (0, 110, EntryKind.PAYMENT, -30), (0, 111, EntryKind.CHARGE, 30)]
    assert paid(*rows, kinds_are_told=False) == [(0, 100, 50), (0, 110, 30)]


ENTRIES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(100, 300), st.sampled_from([*EntryKind]), st.integers(-900, 900)),
    max_size=30,
)


@given(ENTRIES, st.integers(100, 320))
@examples(200)
def test_a_past_balance_is_what_was_left_once_the_oldest_were_paid(
    rows: list[tuple[int, int, EntryKind, int]], day: int
) -> None:
    past = PastBalances(money(rows))
    owed = past.owed(np.arange(4), np.full(4, day))
    old = past.unpaid_older_than(90, np.arange(4), np.full(4, day - 1))
    for account in range(4):
        entries = [(when, cents) for whose, when, _, cents in rows if whose == account and when < day]
        balance = sum(cents for _, cents in entries)
        credit = -sum(cents for _, cents in entries if cents < 0)
        left = []
        for when, cents in sorted(entry for entry in entries if entry[1] > 0):
            taken = min(credit, cents)
            credit -= taken
            if cents > taken:
                left.append((when, cents - taken))
        assert owed.balance_cents[account] == balance
        assert owed.oldest_age[account] == (day - left[0][0] if left else -1)
        assert old[account] == sum(cents for when, cents in left if day - 1 - when > 90)


@given(ENTRIES, st.lists(st.integers(100, 320), min_size=1, max_size=9).map(sorted))
def test_one_morning_after_the_other_is_each_morning_by_itself(
    rows: list[tuple[int, int, EntryKind, int]], days: list[int]
) -> None:
    past = PastBalances(money(rows))
    mornings = Mornings(past, 5)
    for day in days:
        found, alone = mornings.owed(day), past.owed(np.arange(5), np.full(5, day))
        assert found.balance_cents.tolist() == alone.balance_cents.tolist()
        assert found.oldest_age.tolist() == alone.oldest_age.tolist()


def test_the_aging_category_is_the_bucket_of_the_oldest_part() -> None:
    past = PastBalances(money([(0, 100, EntryKind.CHARGE, 5), (1, 100, EntryKind.PAYMENT, -5)]))
    for age, bucket in ((30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3)):
        owed = past.owed(np.arange(3), np.full(3, 100 + age))
        assert categories(owed).tolist() == [bucket, NOTHING_OWED, NOTHING_OWED]


def compared(
    size: int = 30,
    asked: int = 25,
    tried: Asked | None = None,
    more: Sequence[tuple[int, int, EntryKind, int]] = (),
) -> Beside:
    """`asked` of them got a message on day 200, and `size` more owe the same; half and a fifth of them pay half."""
    everybody = asked + size
    entries = [(account, 160, EntryKind.CHARGE, 1_000) for account in range(everybody)]
    entries += [(account, 205, EntryKind.PAYMENT, -500) for account in range(0, asked, 2)]
    entries += [(asked + number, 207, EntryKind.PAYMENT, -500) for number in range(0, size, 5)]
    entries += more
    ledger = money(entries)
    requests = Asked(np.arange(asked), np.full(asked, 200))
    found = compare(
        requests, {"all": np.ones(asked, np.bool_)}, PastBalances(ledger), patients_payments(ledger),
        tried or requests, np.ones(everybody, np.bool_), 501, NOW,
    )  # fmt: skip
    return found["all"][-1]


def test_comparable_accounts_are_told_beside_those_asked() -> None:
    found = compared()
    assert found.asked == found.compared == 25
    assert found.paid == 13
    assert found.not_asked == 30
    assert found.of_asked_paid == 13 / 25
    assert found.of_not_asked_paid == 6 / 30
    assert found.of_owed_paid == 0.1


def test_of_fewer_than_twenty_nothing_is_said() -> None:
    for few in (compared(size=19), compared(asked=19)):
        assert few.of_not_asked_paid is few.of_owed_paid is few.of_asked_paid is None


def test_who_was_asked_before_or_meanwhile_is_not_compared_with() -> None:
    for day in (170, 200, 230):
        tried = Asked(np.append(np.arange(25), 26), np.append(np.full(25, 200), day))
        assert compared(tried=tried).not_asked == 29, day
    for day in (169, 231):
        tried = Asked(np.append(np.arange(25), 26), np.append(np.full(25, 200), day))
        assert compared(tried=tried).not_asked == 30, day


def test_who_owed_less_or_of_another_age_is_not_compared_with() -> None:
    less = [(25, 190, EntryKind.PAYMENT, -499)]
    assert compared(more=less).not_asked == 30
    too_little = [(25, 190, EntryKind.PAYMENT, -500)]
    assert compared(more=too_little).not_asked == 29
    older = [(25, 100, EntryKind.CHARGE, 1)]
    assert compared(more=older).not_asked == 29

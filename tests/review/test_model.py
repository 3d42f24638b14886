"""The table as values, without a screen: what is shown, marked and counted."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dipay.domain.account import Account
from dipay.domain.aging import AgedBalance
from dipay.domain.day import Day
from dipay.domain.fields import FIRST_NAME, LAST_NAME, MOBILE_PHONE
from dipay.domain.patients import Patient
from dipay.domain.settings import PaymentSettings
from dipay.domain.worklist import judge
from dipay.grammar import Unreadable
from dipay.review.columns import Look, caption_line, row_line
from dipay.review.desk import Desk
from dipay.review.model import Model, Ticks, Total
from dipay.review.rows import ALL, ORDERS, PENDING, SNOOZED, Order
from dipay.review.until import parse_until
from dipay.services import deciding
from dipay.services.reviewing import Review, reread
from dipay.services.worklist import Listing
from dipay.state.situations import situation
from dipay.state.store import open_for_reading
from tests.sending.practice import Practice

TODAY = date(2026, 11, 18)


def account(number: int, cents: int = 10_000, days: int = 60) -> Account:
    patient = Patient(
        f"{number:05d}",
        f"{number:05d}",
        {
            FIRST_NAME: f"First{number}", LAST_NAME: f"Last{number:05d}",
            MOBILE_PHONE: f"(207) {200 + number // 10_000:03d}-{number % 10_000:04d}",
        },
    )  # fmt: skip
    buckets = (0, cents, 0, 0)
    return Account(
        f"{number:05d}", patient, (patient,), AgedBalance(cents, buckets, buckets, oldest_unpaid_days=days),
        last_visit=date(2026, 9, 1 + number % 28),
    )  # fmt: skip


def review_of(size: int) -> Review:
    day = Day(TODAY, PaymentSettings())
    worklist = judge((account(n, 5_000 + n % 90_000, 31 + n % 200) for n in range(size)), day)
    places = {guarantor_id: place for place, guarantor_id in enumerate(worklist.accounts.ids)}
    return Review(Listing(worklist, (), ()), {}, 0, places=places)


def model_of(size: int) -> Model:
    model = Model()
    model.take(review_of(size))
    return model


def ids(model: Model) -> list[str]:
    return [row.id for row in model.shown_rows()]


def test_totals_are_right_whatever_is_ticked() -> None:
    model = model_of(40)
    chance = random.Random(7)
    for _ in range(60):
        some = chance.sample(ids(model), 5)
        model.tick(dict.fromkeys(some, chance.random() < 0.5))
        ticked = [row for row in model.shown_rows() if row.ticked]
        assert model.first_requests.ticked == Total(len(ticked), sum(row.amount_cents for row in ticked))
    assert model.total(PENDING) == model.total(ALL)
    assert model.total(SNOOZED).count == 0


def test_the_cursor_stays_on_its_row() -> None:
    model = model_of(20)
    model.go(7)
    model.sort_by(ORDERS[1])
    assert model.current is not None
    assert model.current.id == "00007"
    model.search("0000")
    assert model.current.id == "00007"
    model.search("last00012")
    assert model.current.id == "00012"
    model.search("nobody")
    assert model.current is None
    assert model.targets() == []
    model.search("")
    assert len(model.shown) == 20


def named(name: str, number: int) -> Account:
    one = account(number)
    assert one.guarantor is not None
    patient = replace(one.guarantor, values={**one.guarantor.values, LAST_NAME: name})
    return replace(one, guarantor=patient, patients=(patient,))


@pytest.mark.parametrize("typed", ["Škoda", "škod", "Skod", "SKODA", "kod first7", "first7 koda"])
def test_a_search_takes_names_with_and_without_their_accents(typed: str) -> None:
    day = Day(TODAY, PaymentSettings())
    worklist = judge([named("Škoda", 7), named("Svoboda", 8)], day)
    places = {guarantor_id: place for place, guarantor_id in enumerate(worklist.accounts.ids)}
    model = Model()
    model.take(Review(Listing(worklist, (), ()), {}, 0, places=places))
    model.search(typed)
    assert ids(model) == ["00007"]


@pytest.mark.parametrize("typed", ["207-200-0012", "(207) 2000012", "2072000012", "0012", "200-0012"])
def test_a_search_takes_numbers_however_they_are_typed(typed: str) -> None:
    model = model_of(40)
    model.search(typed)
    assert ids(model) == ["00012"]


def test_a_search_keeps_the_order_of_the_table() -> None:
    model = model_of(60)
    model.sort_by(ORDERS[2], reverse=True)
    every = ids(model)
    model.search("first1")
    assert ids(model) == [each for each in every if model.row(each).account.name.startswith("First1")]


def test_a_range_goes_both_ways_and_ends_with_a_move() -> None:
    model = model_of(20)
    model.go(5)
    model.go(2, extend=True)
    assert list(model.marked) == [2, 3, 4, 5]
    model.go(8, extend=True)
    assert list(model.marked) == [5, 6, 7, 8]
    model.go(99, extend=True)
    assert model.marked == range(5, 20)
    model.go(3)
    assert list(model.marked) == [3]
    model.mark_all()
    assert len(model.targets()) == 20


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_turned_around_is_the_same_rows_backwards(order: Order) -> None:
    model = model_of(50)
    model.sort_by(order)
    forwards = ids(model)
    model.sort_by(order, reverse=True)
    assert sorted(forwards) == sorted(ids(model))
    if order.column is not None:
        values = order.column(review_of(50).worklist)
        assert [values[int(each)] for each in forwards] == sorted(values, reverse=order.falls(reverse=False))
        assert [values[int(each)] for each in ids(model)] == sorted(values, reverse=order.falls(reverse=True))


def test_judging_a_few_again_is_what_judging_all_gives(tmp_path: Path) -> None:
    numbers = {"2": "+12075550101", "4": "+12075550103"}
    practice = Practice(tmp_path, size=6, numbers=numbers)
    desk = Desk(practice.office)
    desk.read()
    model = Model()
    model.take(desk.review)
    assert [row.standing for row in model.shown_rows()] == ["pending", "pending"]
    chance = random.Random(3)
    for _ in range(12):
        who = [str(chance.randint(1, 6))]
        done = desk.tick(Ticks(dict.fromkeys(who, chance.random() < 0.5), ""))
        everything = reread(practice.office, desk.review)
        assert done.review.worklist.judged == everything.worklist.judged
        assert done.review.worklist.day.sharers == everything.worklist.day.sharers
    with open_for_reading(practice.office.state_path) as store:
        known = situation(store, TODAY, "outbox")
    assert dict(known.accounts) == dict(desk.review.worklist.day.situation.accounts)
    practice.check()


def test_deselecting_one_of_two_that_share_a_number_frees_the_other(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=3, numbers={"2": "+12075550101"})
    desk = Desk(practice.office)
    model = Model()
    model.take(desk.read())
    assert model.row("1").standing == "held"
    done = desk.tick(Ticks({"2": False}, ""))
    # It is what was done here that freed the other: nobody else changed it.
    assert model.take(done.review, done.mine) == []
    assert model.row("1").standing == "pending"
    undone = desk.undo()
    assert model.take(undone.review, undone.mine) == []
    assert model.row("1").standing == "held"
    practice.check()


def test_a_release_lasts_only_for_what_was_seen(tmp_path: Path) -> None:
    settings = {"payment_settings": {"hold_above": "500.00"}}
    practice = Practice(tmp_path, size=3, balances={"2": "900.00"}, settings=settings)
    desk = Desk(practice.office)
    desk.read()
    assert desk.release("2", "agreed").review.of("2") is not None
    # The next export holds it for another reason: its amount is not known any more.
    practice.numbers["2"] = "+12075550102"
    practice.export()
    lines = (practice.folder / "ledger.csv").read_text().splitlines()
    (practice.folder / "ledger.csv").write_text("\n".join([*lines, "2,2026-09-20,1O.00"]) + "\n")
    review = desk.read()
    judged = review.of("2")
    assert judged is not None
    assert {rule.code for rule in judged.reasons} == {"bad-data"}
    assert review.release_of(judged) is None
    practice.check()


def test_news_is_told_once_and_not_of_oneself(practice: Practice) -> None:
    desk, model = Desk(practice.office), Model()
    model.take(desk.read())
    deciding.deselect(practice.office, ["3"])
    done = desk.tick(Ticks({"1": False}, ""))
    assert model.take(done.review, done.mine) == ["3"]
    assert model.row("3").news == "changed meanwhile: deselected"
    done = desk.catch_up()
    assert model.take(done.review, done.mine) == []
    assert [row.id for row in model.shown_rows() if row.news] == ["3"]
    model.seen(["3"])
    assert not model.row("3").news


def test_a_row_is_exactly_as_wide_as_the_screen() -> None:
    model, day = model_of(3), Day(TODAY, PaymentSettings())
    for width in (40, 79, 80, 109, 110, 139, 200):
        for room in (25, 70):
            look = Look(width, 5, room)
            for row in model.shown_rows():
                assert row_line(row, day, look, cursor=True).cell_len == width
            assert caption_line(look, "amount", falls=True).cell_len == width


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2w", date(2026, 12, 2)),
        (" 10 D ", date(2026, 11, 28)),
        ("in 3 weeks", date(2026, 12, 9)),
        ("3m", date(2027, 2, 18)),
        ("tomorrow", date(2026, 11, 19)),
        ("wed", date(2026, 11, 25)),
        ("friday", date(2026, 11, 20)),
        ("1 Feb", date(2027, 2, 1)),
        ("Feb 1", date(2027, 2, 1)),
        ("1 december", date(2026, 12, 1)),
        ("18 nov", date(2027, 11, 18)),
        ("1. Feb. 2027", date(2027, 2, 1)),
    ],
)
def test_days_as_people_type_them(typed: str, day: date) -> None:
    assert parse_until(typed, TODAY, 400) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "2026-11-18",
        "2026-13-01",
        "30 Feb",
        "31 nov",
        "0d",
        "9999d",
        "9999m",
        "1 Feb 1999",
        "12/1",
        "５w",
        "-2w",
    ],
)
def test_days_no_snooze_can_end_on(typed: str) -> None:
    with pytest.raises(Unreadable):
        parse_until(typed, TODAY, 400)


def test_the_last_day_and_the_one_after_it() -> None:
    assert parse_until("10d", TODAY, 10) == date(2026, 11, 28)
    with pytest.raises(Unreadable, match="more than 10 days"):
        parse_until("11d", TODAY, 10)
    # 29 February is the next there is, however far; then it is said to be too far.
    with pytest.raises(Unreadable, match="more than 10 days"):
        parse_until("29 feb", TODAY, 10)

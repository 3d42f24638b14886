"""Four weeks with payment links: what was paid by them is lost nowhere, counted nowhere twice, and asked of nobody.

python -m pytest tests/weeks/test_paying_weeks.py                             one seed
python -m pytest --hypothesis-profile long tests/weeks/test_paying_weeks.py   more seeds
"""

from __future__ import annotations

import pytest

from tests.properties import seeds
from tests.weeks.collected import keyed_in_cents, should_be_reported
from tests.weeks.model import judge
from tests.weeks.paying import Paid, live_and_pay
from tests.weeks.till import stories_of_money

pytestmark = pytest.mark.hypothesis


@pytest.fixture(scope="module", params=seeds())
def paid(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Paid:
    return live_and_pay(tmp_path_factory.mktemp("paying"), request.param, 200)


def test_links_and_posting_are_right_every_day(paid: Paid) -> None:
    """One link and one text per request, one open link per account at most, and `posting` to the cent."""
    assert paid.wrong == []


def test_nobody_is_asked_who_paid_by_any_way_and_nothing_else_is_wrong(paid: Paid) -> None:
    twos = frozenset(each.people for each in paid.lived.weeks.plots.values() if each.partner is not None)
    partners = {each.partner.people for each in paid.lived.weeks.plots.values() if each.partner is not None}
    assert dict(judge(paid.lived.facts, twos | partners).found) == {}
    assert paid.lived.broken == []


def test_the_report_is_what_the_ledger_and_the_texts_come_to(paid: Paid) -> None:
    should = should_be_reported(paid.lived.facts, paid.folder)
    assert {name: paid.report["total"][name] for name in should} == should
    assert should["collected_within_7_cents"] > 500_000


def test_the_books_have_what_the_processor_has_less_what_is_still_to_be_keyed_in(paid: Paid) -> None:
    till = paid.till
    processors = sum(map(till.left, till.all))
    not_keyed = sum(till.left(each) for each in till.all if each.keyed is None)
    wrong = sum(each.wrong_cents for each in till.all)
    assert keyed_in_cents(paid.folder) == processors - not_keyed + wrong


def test_every_kind_of_payment_was_there(paid: Paid) -> None:
    till = paid.till
    told = {paid.lived.weeks.plots[each.people].story for each in till.all}
    finds_it_off = "pays at the desk, finds the link off", "stops, and finds the link off"
    assert told >= set(stories_of_money(till)) - {*finds_it_off}
    assert {paid.lived.weeks.plots[who].story for who in till.found_off} >= {*finds_it_off}

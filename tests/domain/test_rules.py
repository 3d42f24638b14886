from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dipay.domain.account import Account
from dipay.domain.accounts import Accounts
from dipay.domain.choices import Choice
from dipay.domain.conditions import eighteenth_birthday, minor
from dipay.domain.day import Day
from dipay.domain.examples import ACCOUNT, AS_OF, DAY, EXAMPLES, NUMBER, Example, owing, with_guarantor
from dipay.domain.fields import BIRTH_DATE, FIRST_NAME, LAST_NAME, MOBILE_PHONE
from dipay.domain.patients import Patient
from dipay.domain.rules import RULE_BY_CODE, RULES, Verdict
from dipay.domain.situation import AccountState, Situation, Snooze
from dipay.domain.worklist import View, judge

CONTRACT = {
    "payment-plan": "excluded", "below-minimum": "excluded", "aging": "excluded", "snoozed": "snoozed",
    "do-not-recall": "excluded", "active-campaign": "active", "campaign-since-visit": "excluded",
    "asked-elsewhere": "held", "reply-waiting": "held", "billing-type": "excluded",
    "outstanding-claims": "excluded", "opted-out": "excluded", "no-text-consent": "excluded",
    "undeliverable": "undeliverable", "outcome-unknown": "held", "deceased": "excluded", "minor-guarantor": "held",
    "guarantor-missing": "held", "shared-number": "held", "bad-data": "held", "above-limit": "held",
}  # fmt: skip


def test_the_table_is_the_contracts() -> None:
    assert {rule.code: rule.verdict.value for rule in RULES} == CONTRACT
    assert list(RULE_BY_CODE) == list(CONTRACT)


def test_an_account_that_nothing_speaks_against_passes_every_rule() -> None:
    assert [rule.code for rule in RULES if rule.stops(ACCOUNT, DAY)] == []


def test_every_rule_has_its_examples() -> None:
    assert EXAMPLES.keys() == RULE_BY_CODE.keys()


@pytest.mark.parametrize("code", list(EXAMPLES))
def test_a_rule_stops_the_one_and_lets_its_neighbour_pass(code: str) -> None:
    rule = RULE_BY_CODE[code]
    inside, outside = EXAMPLES[code]
    assert rule.stops(inside.account, inside.day)
    assert not rule.stops(outside.account, outside.day)


@pytest.mark.parametrize("code", list(EXAMPLES))
def test_one_change_removes_the_account_for_exactly_that_reason(code: str) -> None:
    inside, outside = EXAMPLES[code]
    if code == "active-campaign":  # what has just been asked has not been seen since
        assert [rule.code for rule in RULES if rule.stops(inside.account, inside.day)] == [code]
        return
    stopped = [rule.code for rule in RULES if rule.stops(inside.account, inside.day)]
    assert stopped == [code]
    assert [rule.code for rule in RULES if rule.stops(outside.account, outside.day)] == []


@pytest.mark.parametrize("code", list(EXAMPLES))
@pytest.mark.parametrize("side", [0, 1])
def test_every_rule_says_what_it_saw_in_every_case(code: str, side: int) -> None:
    example: Example = EXAMPLES[code][side]
    for rule in RULES:
        assert rule.saw(example.account, example.day)
        assert rule.limit(example.day)
        if rule.stops(example.account, example.day):
            assert rule.fix(example.account, example.day)
        assert ";" in rule.detail(example.account, example.day)


def test_a_row_with_a_note_is_for_a_person_to_look_at_and_may_then_be_released() -> None:
    rule = RULE_BY_CODE["bad-data"]
    noted = replace(ACCOUNT, held_for=('patients.csv:3, column "name" holds words that a person must read',))
    assert rule.detail(noted, DAY) == (
        'patients.csv:3, column "name" holds words that a person must read; held for a person to look at'
    )
    assert rule.fix(noted, DAY).endswith("once somebody has looked, `dipay send --only 100` asks it all the same.")
    assert "--only" not in rule.fix(replace(noted, amount_is_known=False), DAY)


def account(guarantor_id: str, cents: int = 10_000, number: str = NUMBER) -> Account:
    values = {FIRST_NAME: "A", LAST_NAME: guarantor_id, MOBILE_PHONE: number}
    person = Patient(guarantor_id, guarantor_id, values)
    return replace(ACCOUNT, guarantor_id=guarantor_id, guarantor=person, patients=(person,), aged=owing(cents))


def views(accounts: list[Account], day: Day = DAY) -> dict[str, View]:
    return {each.account.guarantor_id: each.view for each in judge(accounts, day).judged}


def test_a_shared_number_holds_both_but_not_one_that_would_not_be_asked_anyway() -> None:
    assert views([account("1"), account("2")]) == {"1": View.HELD, "2": View.HELD}
    assert views([account("1"), account("2", cents=100)]) == {"1": View.PENDING, "2": View.EXCLUDED}
    reasons = judge([account("1"), account("2", cents=100)], DAY).judged[1].reasons
    assert [rule.code for rule in reasons] == ["below-minimum", "shared-number"]


def test_deselecting_one_of_two_frees_the_other() -> None:
    day = replace(DAY, situation=Situation({"2": AccountState(deselected_on=AS_OF)}))
    worklist = judge([account("1"), account("2")], day)
    assert {each.account.guarantor_id: (each.view, each.selected) for each in worklist.judged} == {
        "1": (View.PENDING, True),
        "2": (View.PENDING, False),
    }
    assert worklist.pending_amount_cents() == 10_000


def test_a_deselection_lasts_one_day() -> None:
    day = replace(DAY, situation=Situation({"1": AccountState(deselected_on=AS_OF - timedelta(days=1))}))
    assert judge([account("1")], day).judged[0].selected


@pytest.mark.parametrize(
    ("verdicts", "view"),
    [
        ([], View.PENDING),
        ([Verdict.HELD], View.HELD),
        ([Verdict.HELD, Verdict.EXCLUDED], View.EXCLUDED),
        ([Verdict.EXCLUDED, Verdict.SNOOZED], View.SNOOZED),
        ([Verdict.SNOOZED, Verdict.UNDELIVERABLE], View.UNDELIVERABLE),
        ([Verdict.UNDELIVERABLE, Verdict.ACTIVE, Verdict.HELD], View.ACTIVE),
    ],
)
def test_the_view_is_the_first_verdict_in_the_contracts_order(verdicts: list[Verdict], view: View) -> None:
    from dipay.domain.worklist import Judged

    rules = tuple(next(rule for rule in RULES if rule.verdict is verdict) for verdict in verdicts)
    assert Judged(ACCOUNT, rules, selected=True).view is view


def test_repeat_after_days_asks_again_on_that_day() -> None:
    settings = replace(DAY.settings, repeat_after_days=30)
    for days, stopped in ((29, True), (30, False)):
        state = AccountState(last_asked=AS_OF - timedelta(days=days))
        day = Day(AS_OF, settings, Situation({"100": state}))
        assert RULE_BY_CODE["campaign-since-visit"].stops(ACCOUNT, day) is stopped


def test_no_visit_known_counts_as_none_since() -> None:
    day = replace(DAY, situation=Situation({"100": AccountState(last_asked=date(2020, 1, 1))}))
    assert RULE_BY_CODE["campaign-since-visit"].stops(replace(ACCOUNT, last_visit=None), day)


def test_somebody_born_on_29_february_is_of_age_on_1_march() -> None:
    born = with_guarantor(BIRTH_DATE, date(2008, 2, 29))
    rule = RULE_BY_CODE["minor-guarantor"]
    assert rule.stops(born, replace(DAY, as_of=date(2026, 2, 28)))
    assert not rule.stops(born, replace(DAY, as_of=date(2026, 3, 1)))
    assert "of age on 2026-03-01." in rule.fix(born, replace(DAY, as_of=date(2026, 2, 28)))


@pytest.mark.parametrize(("birth_date", "minor"), [(date(2010, 2, 28), False), (date(2010, 3, 1), True)])
def test_on_29_february_somebody_born_on_1_march_is_not_yet_of_age(birth_date: date, minor: bool) -> None:
    born = with_guarantor(BIRTH_DATE, birth_date)
    assert RULE_BY_CODE["minor-guarantor"].stops(born, replace(DAY, as_of=date(2028, 2, 29))) is minor


@given(st.integers(-10_000, 50_000), st.integers(0, 200))
def test_the_amount_asked_for_is_never_below_zero(cents: int, days: int) -> None:
    found = replace(ACCOUNT, aged=owing(cents, days))
    assert found.amount_cents == max(0, cents)


def test_every_account_is_in_exactly_one_view() -> None:
    accounts = [replace(example.account, guarantor_id=code) for code, pair in EXAMPLES.items() for example in pair[:1]]
    worklist = judge(accounts, DAY)
    assert sum(worklist.counts().values()) == len(accounts)
    assert sorted(each.account.guarantor_id for view in View for each in worklist.of(Choice(view))) == sorted(EXAMPLES)


def test_a_snooze_ends_on_its_date() -> None:
    snooze = Snooze(AS_OF, "Other")
    for day, stopped in ((AS_OF - timedelta(days=1), True), (AS_OF, False)):
        state = Situation({"100": AccountState(snooze=snooze)})
        assert RULE_BY_CODE["snoozed"].stops(ACCOUNT, Day(day, DAY.settings, state)) is stopped


@given(st.dates(date(1990, 1, 1), date(2012, 12, 31)), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
@example(date(2008, 2, 29), date(2026, 2, 28))
@example(date(2008, 2, 29), date(2026, 3, 1))
@example(date(2010, 2, 28), date(2028, 2, 29))
@example(date(2010, 3, 1), date(2028, 2, 29))
def test_a_guarantor_is_a_minor_until_the_eighteenth_birthday(born: date, day: date) -> None:
    """Of one born on 29 February that is 1 March; on a 29 February it is nobody's else."""
    of_that = Accounts.of([with_guarantor(BIRTH_DATE, born)])
    assert minor(of_that, replace(DAY, as_of=day)).tolist() == [day < eighteenth_birthday(born)]


def test_a_person_may_release_these_holds_and_no_others() -> None:
    assert {rule.code for rule in RULES if rule.may_be_released} == {
        "asked-elsewhere", "minor-guarantor", "shared-number", "bad-data", "above-limit",
    }  # fmt: skip


def test_these_keep_a_first_request_back_and_no_follow_up() -> None:
    first_only = {"aging", "active-campaign", "campaign-since-visit"}
    assert {rule.code for rule in RULES if rule.for_first_requests} == first_only


def test_a_rule_that_stops_nothing_says_so() -> None:
    def said(code: str) -> tuple[str, str]:
        return RULE_BY_CODE[code].saw(ACCOUNT, DAY), RULE_BY_CODE[code].fix(ACCOUNT, DAY)

    assert said("snoozed")[1] == "The next export decides."
    assert said("outcome-unknown")[0] == "nothing is in doubt"
    assert said("guarantor-missing")[0] == "the guarantor is in the export"


def test_a_rule_that_stops_one_says_what_it_saw() -> None:
    def said(code: str) -> tuple[str, str]:
        account, day = EXAMPLES[code][0].account, EXAMPLES[code][0].day
        return RULE_BY_CODE[code].saw(account, day), RULE_BY_CODE[code].fix(account, day)

    assert said("snoozed")[1].startswith("It is back on ")
    assert said("outcome-unknown")[0] == "its last request is in doubt"
    assert said("guarantor-missing")[0].endswith(" is not in the patients export")
    assert RULE_BY_CODE["deceased"].short(ACCOUNT, DAY) == "deceased"


def test_do_not_recall_says_whether_it_is_looked_at() -> None:
    limit = RULE_BY_CODE["do-not-recall"].limit
    assert limit(DAY) == "such guarantors are left out"
    ignoring = replace(DAY, settings=replace(DAY.settings, do_not_recall="ignore"))
    assert limit(ignoring) == "not looked at"

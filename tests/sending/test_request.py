"""`request`: one person, the same rules shown, the same way out; an opt-out is nobody's to pass."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dipay.domain.problems import CannotGoOn, ExitCode
from dipay.domain.worklist import View
from dipay.services import deciding
from dipay.services.requesting import SingleRequest, Wish, look_at_request, read_wish, request
from dipay.services.run import Conduct, SendReport
from dipay.services.syncing import sync
from dipay.services.worklist import make_worklist
from dipay.state.reading import running_campaigns
from dipay.state.store import open_for_reading
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, history, practice_on, sender_for


def ask(practice: Practice, double: ProviderDouble, account: str, wish: Wish | None = None) -> SendReport:
    conduct = Conduct(sleep=lambda _: None, per_second=1e9)
    return request(practice.office, sender_for(double), account, wish or Wish(), conduct)


def codes(practice: Practice, account: str, wish: Wish | None = None) -> tuple[str, ...]:
    found = look_at_request(practice.office, account, wish or Wish())
    assert isinstance(found, SingleRequest)
    return found.to_pass


def test_one_account_is_asked_and_begins_no_campaign(practice: Practice, double: ProviderDouble) -> None:
    report = ask(practice, double, "2", read_wish("49.95", "{practice}: as agreed, {amount}: {link} STOP", None))
    (line,) = report.lines
    assert (line.guarantor_id, line.outcome) == ("2", "accepted")
    assert "$49.95" in line.text
    assert len(double.posts) == 1
    (sent,) = history(practice.office, "2").requests
    assert (sent.kind.value, sent.amount_cents, sent.campaign_id) == ("single", 4995, None)
    with open_for_reading(practice.office.state_path) as store:
        assert running_campaigns(store, "twilio") == []
    practice.later(days=1)
    # Its last single request went out after its visit: no first request follows by itself.
    judged = {each.account.guarantor_id: each for each in make_worklist(practice.office).worklist.judged}
    assert [rule.code for rule in judged["2"].reasons] == ["campaign-since-visit"]
    assert judged["1"].view is View.PENDING


def test_the_same_day_twice_is_refused(practice: Practice, double: ProviderDouble) -> None:
    ask(practice, double, "2")
    report = ask(practice, double, "2", Wish(reason="asked for it again"))
    assert [line.outcome for line in report.lines] == ["skipped"]
    assert len(double.posts) == 1


@pytest.mark.parametrize("how", ["snoozed", "campaign", "paid below"])
def test_a_person_passes_a_rule_for_a_reason(practice: Practice, double: ProviderDouble, how: str) -> None:
    expected: tuple[str, ...]
    if how == "snoozed":
        deciding.snooze(practice.office, ["2"], days=9, reason="Other", note="", until=None)
        expected = ("snoozed",)
    elif how == "campaign":
        practice.send(sender_for(double), only=["2"])
        practice.later(days=1)
        expected = ("active-campaign", "campaign-since-visit")
    else:
        practice.balances["2"] = "20.00"
        practice.export()
        expected = ("below-minimum",)
    assert codes(practice, "2") == expected
    before = len(double.posts)
    with pytest.raises(CannotGoOn, match=expected[0]) as refused:
        ask(practice, double, "2")
    assert refused.value.exit_code == ExitCode.USAGE
    assert len(double.posts) == before
    ask(practice, double, "2", Wish(reason="she asked for a link"))
    assert len(double.posts) == before + 1
    passed = [each for each in history(practice.office, "2") if each.kind.value == "hold-passed"]
    assert [each.facts["reason"] for each in passed] == ["she asked for a link"]


@pytest.mark.parametrize("answer", ["STOP", "I already paid this in May, please look"])
def test_nobody_passes_what_a_patient_answered(practice: Practice, double: ProviderDouble, answer: str) -> None:
    practice.send(sender_for(double), only=["2"])
    double.incoming(practice.number("2"), answer)
    practice.later(days=1)
    sync(practice.office, sender_for(double))
    with pytest.raises(CannotGoOn, match="account 2 is not asked"):
        ask(practice, double, "2", Wish(reason="I say so"))
    with pytest.raises(CannotGoOn, match="account 2 is not asked"):
        look_at_request(practice.office, "2", Wish(reason="I say so"))
    assert len(double.posts) == 1


def test_an_answer_that_only_the_provider_knows_counts(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double), only=["2"])
    practice.later(days=1)
    found = codes(practice, "2")
    double.incoming(practice.number("2"), "STOP")
    with pytest.raises(CannotGoOn, match="opted out"):
        ask(practice, double, "2", Wish(reason=f"passes {found}"))


def test_more_than_is_owed_needs_a_reason(practice: Practice, double: ProviderDouble) -> None:
    assert codes(practice, "2", Wish(amount_cents=10000)) == ()
    assert codes(practice, "2", Wish(amount_cents=10001)) == ("more-than-owed",)
    with pytest.raises(CannotGoOn, match="more-than-owed"):
        ask(practice, double, "2", Wish(amount_cents=10001))
    report = ask(practice, double, "2", Wish(amount_cents=10001, reason="with today's visit"))
    assert [line.outcome for line in report.lines] == ["accepted"]


@pytest.mark.parametrize(
    ("given", "key"),
    [({"amount": "5x"}, "--amount"), ({"amount": "0"}, "--amount"), ({"amount": "-5"}, "--amount"),
     ({"template": "pay: {lnk}"}, "--message"), ({"template": "pay"}, "--message")],
)  # fmt: skip
def test_what_was_typed_wrong(given: dict[str, str], key: str) -> None:
    wanted: dict[str, Any] = {"amount": None, "template": None, "reason": None} | given
    with pytest.raises(CannotGoOn) as refused:
        read_wish(**wanted)
    assert {each.key for each in refused.value.problems} == {key}


def test_outside_the_window_nothing_goes_out(double: ProviderDouble, tmp_path: Path) -> None:
    practice = practice_on(double, tmp_path, now=datetime(2026, 11, 19, 3, 0, tzinfo=UTC))
    with pytest.raises(CannotGoOn, match="outside the send window") as refused:
        ask(practice, double, "2")
    assert refused.value.problems[0].fix == "The next allowed time is Thu 19 Nov 09:00."
    assert double.posts == []


def test_of_a_number_whose_day_begins_after_the_window_is_said_that_it_is_never(
    double: ProviderDouble, tmp_path: Path
) -> None:
    """Eleven in the morning in Maine is six in Hawaii."""
    practice = practice_on(double, tmp_path, numbers={"2": "+18085550102"})
    practice.settings["messaging"]["send_window"] = {"from": "09:00", "to": "11:00", "days": ["wed"]}
    with pytest.raises(CannotGoOn, match="outside the send window") as refused:
        ask(practice, double, "2")
    assert refused.value.problems[0].fix == "The next allowed time is never."


def test_a_dead_number_is_for_resend(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double), only=["2"])
    (sent,) = double.messages
    double.settle(sent, "undelivered", 30005)
    practice.later(days=1)
    sync(practice.office, sender_for(double))
    with pytest.raises(CannotGoOn, match="could not be reached") as refused:
        look_at_request(practice.office, "2", Wish(reason="try again"))
    assert "dipay resend 2" in refused.value.problems[0].fix


def test_a_child_means_the_one_who_pays(double: ProviderDouble, tmp_path: Path) -> None:
    practice = practice_on(double, tmp_path, guarantors={"3": "2"}, balances={"3": "7.00"})
    found = look_at_request(practice.office, "3", Wish())
    assert isinstance(found, SingleRequest)
    assert found.guarantor_id == "2"
    assert found.preview.message.amount_cents == 10700


def test_a_name_of_several_sends_nothing(practice: Practice) -> None:
    found = look_at_request(practice.office, "Last", Wish())
    assert isinstance(found, tuple)
    assert {each.guarantor_id for each in found} == {"1", "2", "3"}


def test_a_mark_of_paid_stands_until_an_export(practice: Practice, double: ProviderDouble) -> None:
    deciding.mark_paid(practice.office, ["2"])
    with pytest.raises(CannotGoOn, match="marked paid"):
        look_at_request(practice.office, "2", Wish())
    assert double.posts == []

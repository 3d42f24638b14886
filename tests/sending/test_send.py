"""Sending against a provider that misbehaves: one POST a person, whatever happens, and every outcome kept."""

from __future__ import annotations

import dataclasses
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.domain.worklist import View
from dipay.messaging import Outgoing
from dipay.services import deciding
from dipay.services.answers import answers
from dipay.services.run import Conduct, SentLine
from dipay.services.sending import dry_run
from dipay.services.syncing import mark_arrived, release_doubt, sync
from dipay.services.undeliverable import not_reached, resend
from dipay.services.worklist import make_worklist
from dipay.state.reading import history, in_doubt, phone_corrections, running_campaigns
from dipay.state.requests import RequestState
from dipay.state.store import open_for_reading
from tests.messaging.behaviours import Behaviour, accept, answer, drop, half, hang, refuse, too_many
from tests.messaging.double import ProviderDouble
from tests.sending.practice import MORNING, Practice, outcomes, practice_on, sender_for

PORTAL = "<html><body>Please log in to the network</body></html>"
SECOND = "+12075550102"
AT_ONCE = Conduct(sleep=lambda _: None)


def views(practice: Practice) -> dict[str, View]:
    return {each.account.guarantor_id: each.view for each in make_worklist(practice.office).worklist.judged}


def posts(double: ProviderDouble, practice: Practice) -> dict[str, int]:
    return {str(n): len(double.posts_to(practice.number(str(n)))) for n in range(1, practice.size + 1)}


def test_everybody_pending_is_asked_once_and_then_active(practice: Practice, double: ProviderDouble) -> None:
    report = practice.send(sender_for(double))
    assert outcomes(report) == {"1": "accepted", "2": "accepted", "3": "accepted"}
    assert set(views(practice).values()) == {View.ACTIVE}
    again = practice.send(sender_for(double))
    assert list(again.lines) == []
    assert posts(double, practice) == {"1": 1, "2": 1, "3": 1}
    text = double.posts_to(SECOND)[0].text
    assert text.startswith("Maple: First, you have a balance to pay: https://pay.example.com/")
    tokens = {post.text.split("pay.example.com/")[1].split()[0] for post in double.posts}
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 22


MISBEHAVIOURS: dict[str, tuple[Behaviour, str, View]] = {
    "invalid number": (refuse(21211), "undeliverable", View.UNDELIVERABLE),
    "landline": (refuse(21614), "undeliverable", View.UNDELIVERABLE),
    "opted out": (refuse(21610), "undeliverable", View.EXCLUDED),
    "unknown code": (refuse(29999), "undeliverable", View.UNDELIVERABLE),
    "dropped after accepting": (drop(accepted=True), "in doubt", View.HELD),
    "dropped without accepting": (drop(accepted=False), "in doubt", View.HELD),
    "silence after accepting": (hang(accepted=True), "in doubt", View.HELD),
    "half an answer": (half(), "in doubt", View.HELD),
    "500 after accepting": (answer(500, {"code": 20500, "message": "x"}, accepted=True), "in doubt", View.HELD),
    "500 before accepting": (answer(500, {"code": 20500, "message": "x"}), "in doubt", View.HELD),
    "a web page": (answer(200, PORTAL), "in doubt", View.HELD),
    "an empty 201": (answer(201, accepted=True), "in doubt", View.HELD),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_one_post_a_person_whatever_the_provider_does(name: str, practice: Practice, double: ProviderDouble) -> None:
    behaviour, outcome, view = MISBEHAVIOURS[name]
    double.script(behaviour, to=SECOND)
    report = practice.send(sender_for(double))
    assert outcomes(report) == {"1": "accepted", "2": outcome, "3": "accepted"}
    assert views(practice)["2"] is view
    for _ in range(2):
        practice.later(hours=1)
        practice.send(sender_for(double))
    assert posts(double, practice) == {"1": 1, "2": 1, "3": 1}


@pytest.mark.parametrize("accepted", [True, False])
def test_what_is_in_doubt_is_looked_up_by_number_and_token(
    accepted: bool, practice: Practice, double: ProviderDouble
) -> None:
    double.script(drop(accepted=accepted), to=SECOND)
    practice.send(sender_for(double))
    practice.later(minutes=30)
    report = sync(practice.office, sender_for(double))
    assert report.found == int(accepted)
    assert report.in_doubt == int(not accepted)
    assert views(practice)["2"] is (View.ACTIVE if accepted else View.HELD)
    practice.later(days=1)
    practice.send(sender_for(double))
    assert len(double.posts_to(SECOND)) == 1


def test_only_a_person_releases_what_stays_in_doubt(practice: Practice, double: ProviderDouble) -> None:
    double.script(drop(accepted=False), turn=2)
    practice.send(sender_for(double))
    practice.later(days=1)
    with open_for_reading(practice.office.state_path) as store:
        (request,) = in_doubt(store, "twilio")
    with pytest.raises(CannotGoOn, match="is not in doubt"):
        release_doubt(practice.office, request.id + 100, "typed wrongly")
    release_doubt(practice.office, request.id, "the patient says nothing came")
    assert outcomes(practice.send(sender_for(double))) == {"2": "accepted"}
    assert len(double.posts_to(SECOND)) == 2


def test_a_person_may_know_that_it_arrived(practice: Practice, double: ProviderDouble) -> None:
    double.script(drop(accepted=False), to=SECOND)
    practice.send(sender_for(double))
    with open_for_reading(practice.office.state_path) as store:
        (request,) = in_doubt(store, "twilio")
    mark_arrived(practice.office, request.id)
    assert views(practice)["2"] is View.ACTIVE
    with pytest.raises(CannotGoOn):
        mark_arrived(practice.office, request.id)


STOPS = {
    "credentials": refuse(20003, 401),
    "sender": refuse(21606),
    "registration": refuse(30034),
    "suspended": refuse(30002),
    "a web filter": answer(403, PORTAL),
    "daily cap": refuse(30023),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_concerns_the_office_stops_the_run_and_makes_nobody_undeliverable(
    name: str, practice: Practice, double: ProviderDouble
) -> None:
    double.script(STOPS[name], turn=2)
    report = practice.send(sender_for(double))
    assert report.exit_code == 4
    assert [line.outcome for line in report.lines] == ["accepted", "not sent"]
    assert report.left == 1
    assert report.problems[-1].kind == "run stopped"
    assert View.UNDELIVERABLE not in views(practice).values()
    assert sorted(views(practice).values()) == [View.ACTIVE, View.PENDING, View.PENDING]
    practice.later(hours=2)
    assert outcomes(practice.send(sender_for(double))) == {"2": "accepted", "3": "accepted"}


def test_429_is_waited_for_and_tried_again(practice: Practice, double: ProviderDouble) -> None:
    double.script(too_many("3"), turn=2)
    waits: list[float] = []
    report = practice.send(sender_for(double), sleep=waits.append)
    assert outcomes(report) == {"1": "accepted", "2": "accepted", "3": "accepted"}
    assert max(waits) == pytest.approx(3, abs=0.5)
    assert [len(double.posts_to(practice.number(each))) for each in "123"] == [1, 2, 1]
    with open_for_reading(practice.office.state_path) as store:
        states = [each.state for each in history(store, "2")]
    assert states == [RequestState.NOT_SENT, RequestState.ACCEPTED]


def test_a_provider_that_keeps_asking_to_slow_down_ends_the_run(practice: Practice, double: ProviderDouble) -> None:
    for turn in range(1, 30):
        double.script(too_many("1"), turn=turn)
    report = practice.send(sender_for(double))
    assert report.exit_code == 4
    assert outcomes(report) == {"1": "not sent"}
    assert report.left == 2


def test_three_in_doubt_in_a_row_stop_the_run(tmp_path: Path, double: ProviderDouble) -> None:
    practice = practice_on(double, tmp_path, size=6)
    for turn in range(1, 7):
        double.script(drop(), turn=turn)
    report = practice.send(sender_for(double))
    assert [line.outcome for line in report.lines] == ["in doubt"] * 3
    assert (report.left, report.exit_code) == (3, 4)
    practice.check()


def test_a_fifth_of_a_run_refused_stops_it(tmp_path: Path, double: ProviderDouble) -> None:
    practice = practice_on(double, tmp_path, size=20)
    for n in range(2, 21, 3):
        double.script(refuse(21211), to=practice.number(str(n)))
    report = practice.send(sender_for(double))
    assert report.exit_code == 4
    assert report.left > 0
    assert "more than a fifth" in report.problems[-1].message
    practice.check()


@pytest.mark.parametrize(
    ("course", "tried"),
    [
        ("xxxxxxxxxxxx", 10),  # with fewer than ten nobody can tell
        ("........xx..", 12),  # a fifth, and of the last ones less
        (".......xxx..", 10),
        ("?......xxx..", 10),
    ],
)
def test_a_run_stops_once_of_ten_or_more_messages_more_than_a_fifth_is_refused(
    course: str, tried: int, tmp_path: Path, double: ProviderDouble
) -> None:
    """However many others have no number: they are not tried."""
    without = {str(each): "" for each in range(13, 40)}
    practice = practice_on(double, tmp_path, size=39, numbers=without)
    does: dict[str, Behaviour] = {"?": drop(accepted=False), ".": accept(), "x": refuse(21211)}
    for turn, each in enumerate(course, start=1):
        double.script(does[each], turn=turn)
    report = practice.send(sender_for(double))
    assert (len(double.posts), report.left) == (tried, 12 - tried)
    stopped = [each.message for each in report.problems if each.kind == "run stopped"]
    found = course[:tried].count("x")
    assert stopped == ([f"{found} of {tried} messages were refused, more than a fifth."] if tried < 12 else [])
    practice.check()


def test_the_daily_limit_holds_over_several_runs(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["messaging"]["daily_limit"] = 2
    assert practice.send(sender_for(double)).count("accepted") == 2
    assert practice.send(sender_for(double)).count("accepted") == 0
    practice.later(days=1)
    assert practice.send(sender_for(double)).count("accepted") == 1


def test_a_large_batch_needs_a_limit(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["messaging"]["confirm_above"] = 2
    with pytest.raises(CannotGoOn, match="3 messages are more than confirm_above"):
        practice.send(sender_for(double))
    assert double.posts == []
    report = practice.send(sender_for(double), limit=2)
    assert (report.count("accepted"), report.left) == (2, 1)


EVENING = datetime(2026, 11, 19, 1, 30, tzinfo=UTC)  # 20:30 in Maine
SUNDAY = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "next_allowed"),
    [(EVENING, datetime(2026, 11, 19, 14, 0, tzinfo=UTC)), (SUNDAY, datetime(2026, 11, 23, 14, 0, tzinfo=UTC))],
)
def test_outside_the_send_window_nothing_goes_and_the_next_time_is_said(
    now: datetime, next_allowed: datetime, practice: Practice, double: ProviderDouble
) -> None:
    practice.now = now
    practice.export()
    report = practice.send(sender_for(double))
    assert (report.waiting, report.next_allowed, double.posts) == (3, next_allowed, [])


def test_the_patients_own_zone_counts_too(practice: Practice, double: ProviderDouble) -> None:
    """Half past nine in Maine is half past six in California, where account 2's number is from."""
    practice.numbers["2"] = "+14155550102"
    practice.now = MORNING - timedelta(minutes=30)
    practice.export()
    report = practice.send(sender_for(double))
    assert outcomes(report) == {"1": "accepted", "3": "accepted"}
    assert report.waiting == 1
    assert report.next_allowed == datetime(2026, 11, 18, 17, 0, tzinfo=UTC)


def test_old_exports_stop_sending(practice: Practice, double: ProviderDouble) -> None:
    practice.now += timedelta(hours=31)
    with pytest.raises(CannotGoOn, match="hours old") as caught:
        practice.send(sender_for(double))
    assert caught.value.exit_code == 3
    assert double.posts == []


def test_exports_of_two_mornings_stop_sending(practice: Practice, double: ProviderDouble) -> None:
    yesterday = (practice.now - timedelta(hours=24)).timestamp()
    os.utime(practice.folder / "patients.csv", (yesterday, yesterday))
    with pytest.raises(CannotGoOn, match="not of the same morning") as caught:
        practice.send(sender_for(double))
    assert (caught.value.exit_code, double.posts) == (3, [])


def test_follow_ups_go_out_late_once_and_end_with_the_last(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    sent = []
    for day in range(1, 40):
        practice.now = MORNING + timedelta(days=day)
        practice.export()
        if day in (3, 9, 10, 11, 16, 17, 30):  # nobody ran it on the other days
            report = practice.send(sender_for(double))
            sent.append((day, report.count("accepted"), report.waiting))
    assert sent == [(3, 0, 0), (9, 3, 0), (10, 0, 0), (11, 0, 0), (16, 3, 0), (17, 0, 0), (30, 0, 0)]
    assert posts(double, practice) == {"1": 3, "2": 3, "3": 3}
    with open_for_reading(practice.office.state_path) as store:
        assert running_campaigns(store, "twilio") == []
    assert set(views(practice).values()) == {View.EXCLUDED}


def test_a_paid_account_gets_no_follow_up(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    practice.balances = {"1": "0.00", "2": "25.00"}
    practice.later(days=7)
    assert outcomes(practice.send(sender_for(double))) == {"3": "accepted"}
    with open_for_reading(practice.office.state_path) as store:
        assert [each.guarantor_id for each in running_campaigns(store, "twilio")] == ["3"]


def test_decisions_between_the_messages_are_heeded(practice: Practice, double: ProviderDouble) -> None:
    office = practice.office
    deciding.deselect(office, ["1"])
    deciding.snooze(office, ["2"], until=None, days=14, reason="other", note="")
    assert outcomes(practice.send(sender_for(double))) == {"3": "accepted"}
    practice.later(days=1)
    assert outcomes(practice.send(sender_for(double))) == {"1": "accepted"}
    deciding.remove(office, ["1", "3"])
    deciding.unsnooze(office, ["2"])
    deciding.mark_paid(office, ["2"])
    practice.later(days=0, hours=1)
    assert list(practice.send(sender_for(double)).lines) == []
    practice.later(days=7)
    assert outcomes(practice.send(sender_for(double))) == {"2": "accepted"}


def test_an_opt_out_binds_the_account_and_the_number_and_nothing_overrides_it(
    practice: Practice, double: ProviderDouble
) -> None:
    deciding.opt_out(practice.office, ["1"])
    assert list(practice.send(sender_for(double), only=("1",)).lines) == []
    practice.numbers["2"] = practice.number("1")  # the same number on another account
    practice.export()
    report = practice.send(sender_for(double), only=("2",))
    assert list(report.lines) == []
    assert len(report.left_out) == 1
    assert double.posts == []


def test_a_stop_reply_opts_out_and_a_question_is_shown(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    double.incoming(practice.number("1"), "Please stop texting me!", at=practice.now)
    double.incoming(practice.number("2"), "I already paid this last week", at=practice.now)
    practice.later(minutes=5)
    report = sync(practice.office, sender_for(double))
    assert report.opted_out == 1
    assert report.replies == {"opt_out": 1, "already_paid": 1}
    assert sync(practice.office, sender_for(double)).replies == {}
    practice.later(days=7)
    assert outcomes(practice.send(sender_for(double))) == {"3": "accepted"}
    assert views(practice)["1"] is View.EXCLUDED


def test_thanks_are_counted_and_wait_for_nobody(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    double.incoming(practice.number("1"), "Thank you, I'll pay on Friday", at=practice.now)
    double.incoming(practice.number("2"), "No thanks", at=practice.now)
    practice.later(minutes=5)
    assert sync(practice.office, sender_for(double)).replies == {"thanks_or_will_pay": 1, "other": 1}
    assert [each.reply.text for each in answers(practice.office)] == ["No thanks"]


def test_late_failures_come_by_sync_and_final_states_stay(practice: Practice, double: ProviderDouble) -> None:
    double.script(accept(("sent", None), ("undelivered", 30005)), to=practice.number("1"))
    double.script(accept(("delivered", None)), to=practice.number("2"))
    double.script(accept(("failed", 21610)), to=practice.number("3"))
    practice.send(sender_for(double))
    for _ in range(3):
        practice.later(minutes=30)
        sync(practice.office, sender_for(double))
    assert views(practice) == {"1": View.UNDELIVERABLE, "2": View.ACTIVE, "3": View.EXCLUDED}
    (entry,) = not_reached(practice.office)[0]
    assert entry.entry.code == "30005"
    assert "dipay resend 1 --phone NUMBER" in entry.advice


def test_no_number_goes_on_the_list_without_a_call(practice: Practice, double: ProviderDouble) -> None:
    practice.numbers["2"] = ""
    practice.export()
    report = practice.send(sender_for(double))
    assert outcomes(report)["2"] == "undeliverable"
    assert len(double.posts) == 2
    assert views(practice)["2"] is View.UNDELIVERABLE
    assert list(practice.send(sender_for(double)).lines) == []
    practice.numbers.clear()
    practice.later(hours=1)
    assert outcomes(practice.send(sender_for(double))) == {"2": "accepted"}


def test_resend_to_a_corrected_number_until_the_export_has_it(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21614), to=SECOND)
    practice.send(sender_for(double))
    sender = sender_for(double)
    for phone, words in (
        (None, "its number can't be reached"),
        ("555-0199", "no area code"),
        (SECOND, "was tried for the account already"),
        (practice.number("3"), "this is a number of account 3"),
    ):
        with pytest.raises(CannotGoOn, match=words) as caught:
            resend(practice.office, sender, "2", phone, AT_ONCE)
        assert caught.value.exit_code == 2
    assert len(double.posts_to(SECOND)) == 1
    corrected = "+12075550177"
    report = resend(practice.office, sender, "2", "207-555-0177", AT_ONCE)
    assert outcomes(report) == {"2": "accepted"}
    assert len(double.posts_to(corrected)) == 1
    assert views(practice)["2"] is View.ACTIVE
    with open_for_reading(practice.office.state_path) as store:
        (found,) = phone_corrections(store)
        assert (found.guarantor_id, found.number, found.by) == ("2", corrected, deciding.who())
    with pytest.raises(CannotGoOn, match="is not on the Undeliverable list"):
        resend(practice.office, sender, "2", "207-555-0178", AT_ONCE)
    practice.numbers["2"] = corrected
    practice.later(days=1)
    practice.send(sender)
    with open_for_reading(practice.office.state_path) as store:
        assert phone_corrections(store) == []


def test_a_number_that_was_never_sent_to_may_be_typed_again(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21614), to=SECOND)
    practice.send(sender_for(double))
    corrected = "+12075550177"
    double.script(drop(accepted=False), to=corrected)
    sender = sender_for(double)
    assert outcomes(resend(practice.office, sender, "2", corrected, AT_ONCE)) == {"2": "in doubt"}
    with open_for_reading(practice.office.state_path) as store:
        (doubtful,) = in_doubt(store, "twilio")
    release_doubt(practice.office, doubtful.id, "the provider does not have it")
    double.script(accept(), to=corrected)
    assert outcomes(resend(practice.office, sender, "2", corrected, AT_ONCE)) == {"2": "accepted"}


def test_a_passing_failure_may_be_sent_once_more_to_the_same_number(practice: Practice, double: ProviderDouble) -> None:
    double.script(accept(("undelivered", 30003)), to=SECOND)
    practice.send(sender_for(double))
    practice.later(minutes=30)
    sync(practice.office, sender_for(double))
    practice.later(days=1)
    assert outcomes(resend(practice.office, sender_for(double), "2", None, AT_ONCE)) == {"2": "accepted"}
    practice.later(minutes=30)
    sync(practice.office, sender_for(double))
    practice.later(days=1)
    with pytest.raises(CannotGoOn, match="was tried again already"):
        resend(practice.office, sender_for(double), "2", None, AT_ONCE)
    assert len(double.posts_to(SECOND)) == 2


def test_nobody_who_opted_out_is_sent_to_again(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21614), to=SECOND)
    practice.send(sender_for(double))
    deciding.opt_out(practice.office, ["2"])
    with pytest.raises(CannotGoOn, match="is not on the Undeliverable list"):
        resend(practice.office, sender_for(double), "2", "207-555-0177", AT_ONCE)
    assert len(double.posts) == 3


def test_an_undeliverable_whose_number_changed_in_the_export_leaves_the_list(
    practice: Practice, double: ProviderDouble
) -> None:
    double.script(refuse(21211), to=SECOND)
    practice.send(sender_for(double))
    practice.numbers["2"] = "+12075550166"
    practice.later(days=1)
    assert outcomes(practice.send(sender_for(double))) == {"2": "accepted"}
    assert not_reached(practice.office)[0] == []


def test_naming_an_account_releases_its_hold(tmp_path: Path, double: ProviderDouble) -> None:
    practice = practice_on(double, tmp_path, settings={"payment_settings": {"hold_above": 5000}})
    assert list(practice.send(sender_for(double)).lines) == []
    report = practice.send(sender_for(double), only=("2", "9"))
    assert outcomes(report) == {"2": "accepted"}
    assert len(report.left_out) == 1
    practice.check()


def test_stopping_finishes_the_message_in_hand(practice: Practice, double: ProviderDouble) -> None:
    pressed: list[bool] = []
    report = practice.send(
        sender_for(double), stop_asked=lambda: bool(pressed), progress=lambda line: pressed.append(True)
    )
    assert outcomes(report) == {"1": "accepted"}
    assert (report.left, report.exit_code) == (2, 130)
    assert "1 of 3 messages went out" in report.problems[-1].message
    assert outcomes(practice.send(sender_for(double))) == {"2": "accepted", "3": "accepted"}


def test_stopping_in_a_wait_claims_nothing_more(practice: Practice, double: ProviderDouble) -> None:
    pressed: list[float] = []
    report = practice.send(sender_for(double), stop_asked=lambda: bool(pressed), sleep=pressed.append, per_second=1.0)
    assert outcomes(report) == {"1": "accepted"}
    assert (report.left, [each.kind for each in report.problems]) == (2, ["stopped"])
    assert len(double.posts) == 1


def test_stopping_while_the_provider_asks_to_slow_down_leaves_the_message_for_later(
    practice: Practice, double: ProviderDouble
) -> None:
    double.script(too_many("200"), turn=1)
    pressed: list[float] = []
    report = practice.send(sender_for(double), stop_asked=lambda: bool(pressed), sleep=pressed.append)
    assert (list(report.lines), report.left) == ([], 3)
    assert [each.kind for each in report.problems] == ["stopped"]
    assert len(double.posts) == 1
    assert practice.send(sender_for(double)).count("accepted") == 3


def test_the_window_closes_on_a_run_that_takes_long(practice: Practice, double: ProviderDouble) -> None:
    practice.now = datetime(2026, 11, 19, 0, 59, 58, tzinfo=UTC)  # two seconds to eight in the evening in Maine
    practice.export()

    def half_an_hour(_: object) -> None:
        practice.now += timedelta(minutes=30)

    report = practice.send(sender_for(double), progress=half_an_hour)
    assert outcomes(report) == {"1": "accepted"}
    assert (report.waiting, report.left) == (2, 0)
    assert report.next_allowed == datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
    assert len(double.posts) == 1


def test_a_plan_confirmed_after_hours_sends_nothing(practice: Practice, double: ProviderDouble) -> None:
    practice.now = datetime(2026, 11, 19, 0, 50, tzinfo=UTC)
    practice.export()

    def three_hours_later(_: object) -> bool:
        practice.now += timedelta(hours=3)
        return True

    report = practice.send(sender_for(double), confirm=three_hours_later)
    assert (list(report.lines), report.waiting) == ([], 3)
    assert double.posts == []


def test_an_account_marked_paid_while_a_run_is_on_its_way_is_skipped(
    practice: Practice, double: ProviderDouble
) -> None:
    def second_pays(line: SentLine) -> None:
        if line.guarantor_id == "1":
            deciding.mark_paid(practice.office, ["2"])

    report = practice.send(sender_for(double), progress=second_pays)
    assert outcomes(report) == {"1": "accepted", "2": "skipped", "3": "accepted"}


def test_a_row_that_cannot_be_read_is_no_payment(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    practice.later(days=3)
    practice.balances["1"] = "1O0.00"
    practice.export()
    practice.send(sender_for(double))
    assert views(practice)["1"] is View.ACTIVE
    practice.balances = {"2": "0.00"}
    practice.later(days=5)
    assert outcomes(practice.send(sender_for(double))) == {"1": "accepted", "3": "accepted"}


def test_a_campaign_ends_where_the_settings_end_it_now(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    practice.later(days=8)
    practice.send(sender_for(double))
    messages = [{"day": day, "text": "{practice} {link} {phone} STOP"} for day in (0, 7)]
    practice.settings["campaign"] = {"messages": messages}
    practice.later(days=30)
    assert dry_run(practice.office).previews == ()
    assert outcomes(practice.send(sender_for(double))) == {}
    assert set(views(practice).values()) == {View.EXCLUDED}


def test_a_lost_state_file_stops_sending(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    path = practice.office.state_path
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(CannotGoOn) as caught:
        practice.send(sender_for(double))
    assert caught.value.exit_code == 5
    assert not path.exists()
    assert len(double.posts) == 3
    path.write_bytes(kept)


def test_after_a_restore_sending_waits_for_the_providers_log(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double), limit=1)
    path = practice.office.state_path
    older = path.read_bytes()
    practice.later(hours=1)
    practice.send(sender_for(double))
    path.write_bytes(older)
    with pytest.raises(CannotGoOn) as caught:
        practice.send(sender_for(double))
    assert caught.value.exit_code == 5
    practice.later(hours=1)
    report = sync(practice.office, sender_for(double))
    assert report.restored == 2
    practice.later(hours=1)
    assert list(practice.send(sender_for(double)).lines) == []
    assert posts(double, practice) == {"1": 1, "2": 1, "3": 1}


def test_a_dry_run_shows_everything_and_writes_nothing(practice: Practice) -> None:
    practice.numbers["3"] = ""
    practice.export()
    before = sorted(path.name for path in practice.folder.iterdir())
    dry = dry_run(practice.office)
    assert [each.message.account.guarantor_id for each in dry.previews] == ["1", "2"]
    assert all(each.rendered.segments == 1 for each in dry.previews)
    assert [account.guarantor_id for account in dry.plan.without_number] == ["3"]
    assert sorted(path.name for path in practice.folder.iterdir()) == before


def test_a_rehearsal_does_not_count_once_a_provider_is_set(practice: Practice, double: ProviderDouble) -> None:
    rehearsing = dataclasses.replace(practice, provider="outbox")
    assert rehearsing.send().count("accepted") == 3
    assert set(views(rehearsing).values()) == {View.ACTIVE}
    assert set(views(practice).values()) == {View.PENDING}
    assert practice.send(sender_for(double)).count("accepted") == 3


class Slow:
    """The double's sender, but the state is deleted while a message is on its way."""

    def __init__(self, inner: object, path: Path) -> None:
        self.inner, self.path = inner, path

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def send(self, message: Outgoing) -> object:
        outcome = self.inner.send(message)  # type: ignore[attr-defined]
        self.path.unlink()
        return outcome


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody delete a file that is open")
def test_when_the_outcome_cannot_be_kept_nothing_more_is_sent(tmp_path: Path, double: ProviderDouble) -> None:
    practice = practice_on(double, tmp_path)
    with pytest.raises(CannotGoOn) as caught:
        practice.send(Slow(sender_for(double), practice.office.state_path))  # type: ignore[arg-type]
    assert caught.value.exit_code == 5
    assert len(double.posts) == 1


def test_today_is_the_practices(practice: Practice) -> None:
    practice.now = datetime(2026, 11, 19, 3, 0, tzinfo=UTC)
    assert practice.office.today() == date(2026, 11, 18)


def test_no_reply_is_lost_in_a_long_pause_or_a_flood(
    practice: Practice, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dipay.services import syncing

    monkeypatch.setattr(syncing, "REPLIES_A_PAGE", 3)
    double.now = lambda: practice.now
    practice.send(sender_for(double))
    for minute in range(8):
        at = practice.now + timedelta(hours=1, minutes=minute // 5)  # five of them in one minute
        double.incoming(practice.number("2"), f"question {minute}", at=at)
    double.incoming(practice.number("1"), "unsubscribe me please", at=practice.now + timedelta(hours=2))
    practice.later(days=40)
    report = sync(practice.office, sender_for(double))
    assert report.replies == {"other": 8, "opt_out": 1}
    assert report.opted_out == 1


def test_a_guarantor_without_a_first_name_is_not_greeted_by_a_comma(practice: Practice) -> None:
    text = (practice.folder / "patients.csv").read_text().replace("First2,", ",")
    (practice.folder / "patients.csv").write_text(text)
    shown = {each.message.account.guarantor_id: each.rendered.text for each in dry_run(practice.office).previews}
    assert shown["2"].startswith("Maple: you have a balance to pay: ")
    assert shown["1"].startswith("Maple: First, you have a balance to pay: ")


def test_a_paid_mark_lasts_until_an_export_made_later(practice: Practice, double: ProviderDouble) -> None:
    deciding.mark_paid(practice.office, ["1"])
    practice.now += timedelta(hours=25)  # the next day, but still yesterday's files
    assert "1" not in outcomes(practice.send(sender_for(double)))
    practice.later(hours=1)
    assert outcomes(practice.send(sender_for(double))) == {"1": "accepted"}

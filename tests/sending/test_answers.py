"""What patients answer decides what is sent: nobody is texted past an answer that waits, nor asked twice as another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.worklist import View
from dipay.render.outcomes import sync_lines
from dipay.services import answers, deciding
from dipay.services.run import Conduct
from dipay.services.sending import dry_run
from dipay.services.syncing import sync
from dipay.services.undeliverable import not_reached, resend, to_key_in
from dipay.services.worklist import make_worklist
from tests.messaging.behaviours import answer, refuse
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, outcomes, sender_for

AT_ONCE = Conduct(sleep=lambda _: None, per_second=1e9)
#: Texts that wait for a person.
WAITING = (
    "I already paid", "wrong number", "She passed away", "I dispute this bill", "talk to my lawyer",
    "I filed for bankruptcy", "How much is it?", "please call me", "xyzzy", "Ya pagué",
)  # fmt: skip


def codes(practice: Practice, account: str) -> list[str]:
    judged = next(e for e in make_worklist(practice.office).worklist.judged if e.account.guarantor_id == account)
    return [rule.code for rule in judged.reasons]


def asked(practice: Practice, double: ProviderDouble, text: str, account: str = "1") -> None:
    """Everybody is asked, and one answers a second later."""
    practice.send(sender_for(double))
    double.incoming(practice.number(account), text, at=practice.now + timedelta(seconds=1))


class TestSendAsksFirst:
    @pytest.mark.parametrize("text", ["STOP", "Stop. Thank you", "no mas mensajes", "Не пишите мне", *WAITING])
    def test_nobody_is_texted_past_an_answer(self, practice: Practice, double: ProviderDouble, text: str) -> None:
        asked(practice, double, text)
        practice.later(days=7)
        report = practice.send(sender_for(double))
        assert outcomes(report) == {"2": "accepted", "3": "accepted"}
        assert len(double.posts_to(practice.number("1"))) == 1

    @pytest.mark.parametrize("text", ["Thanks!", "ok will pay friday"])
    def test_thanks_hold_nobody(self, practice: Practice, double: ProviderDouble, text: str) -> None:
        asked(practice, double, text)
        practice.later(days=7)
        assert set(outcomes(practice.send(sender_for(double)))) == {"1", "2", "3"}

    def test_a_text_that_did_not_arrive_gets_no_follow_up(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        sid = next(each.sid for each in double.messages.values() if each.to == practice.number("2"))
        double.settle(sid, "undelivered", 30005)
        practice.later(days=7)
        assert set(outcomes(practice.send(sender_for(double)))) == {"1", "3"}

    def test_what_can_not_ask_sends_nothing(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        practice.later(days=7)
        double.answer_gets_with = answer(503, "busy")
        for only in ([], ["1"]):
            with pytest.raises(CannotGoOn) as caught:
                practice.send(sender_for(double), only=only)
            assert caught.value.exit_code == 4
            assert "Nothing was sent" in str(caught.value.problems[0])
        assert len(double.posts) == 3
        double.answer_gets_with = None
        assert len(outcomes(practice.send(sender_for(double)))) == 3

    @pytest.mark.parametrize("ahead", [timedelta(minutes=2), timedelta(minutes=9)])
    def test_a_clock_that_is_ahead_loses_no_reply(
        self, practice: Practice, double: ProviderDouble, ahead: timedelta
    ) -> None:
        double.now = lambda: practice.now - ahead
        asked(practice, double, "xyzzy", "3")
        double.incoming(practice.number("1"), "Stop texting me", at=practice.now - ahead + timedelta(minutes=1))
        practice.later(days=7)
        assert outcomes(practice.send(sender_for(double))) == {"2": "accepted"}

    def test_a_first_run_asks_for_nothing_but_the_log(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        # Before it, and once more after its first message.
        assert [query for _, query in double.gets] == [{"PageSize": "1000"}] * 2


class TestWhatWaits:
    def test_it_holds_the_account_and_the_number_until_it_is_settled(
        self, practice: Practice, double: ProviderDouble
    ) -> None:
        asked(practice, double, "I already paid")
        practice.later(hours=1)
        sync(practice.office, sender_for(double))
        assert codes(practice, "1") == ["active-campaign", "campaign-since-visit", "reply-waiting"]
        (answer,) = answers.answers(practice.office)
        assert (answer.reply.kind, answer.name, answer.holds) == (ReplyKind.ALREADY_PAID, "First1 Last1", ("1",))
        assert answer.settled_by == "dipay paid 1"
        answers.settle(practice.office, [answer.reply.id], "paid at the desk")
        assert answers.answers(practice.office) == []
        (kept,) = answers.answers(practice.office, waiting_only=False)
        assert (kept.reply.how, kept.reply.note, kept.reply.text) == ("done", "paid at the desk", "I already paid")
        assert "reply-waiting" not in codes(practice, "1")
        with pytest.raises(CannotGoOn, match="no reply 1 waits"):
            answers.settle(practice.office, [1])

    @pytest.mark.parametrize("only", [["1"], []])
    def test_naming_the_account_does_not_pass_an_answer(
        self, practice: Practice, double: ProviderDouble, only: list[str]
    ) -> None:
        asked(practice, double, "xyzzy")
        practice.later(days=7)
        report = practice.send(sender_for(double), only=only)
        assert "1" not in outcomes(report)
        assert [each.guarantor_id for each in report.left_out] == ["1"]

    @pytest.mark.parametrize(
        ("settle", "then"),
        [
            (lambda office: deciding.mark_paid(office, ["1"]), View.SNOOZED),
            (lambda office: deciding.opt_out(office, ["1"]), View.EXCLUDED),
            (lambda office: deciding.wrong_number(office, "1"), View.UNDELIVERABLE),
            (
                lambda office: deciding.snooze(office, ["1"], until=None, days=30, reason="Other", note=""),
                View.ACTIVE,
            ),
        ],
    )
    def test_the_command_that_deals_with_it_settles_it(
        self, practice: Practice, double: ProviderDouble, settle: Callable[[object], object], then: View
    ) -> None:
        asked(practice, double, "xyzzy")
        practice.later(hours=1)
        sync(practice.office, sender_for(double))
        settle(practice.office)
        assert answers.answers(practice.office) == []
        views = {e.account.guarantor_id: e.view for e in make_worklist(practice.office).worklist.judged}
        assert views["1"] is then
        practice.later(days=7)
        assert "1" not in outcomes(practice.send(sender_for(double)))

    def test_a_snooze_taken_back_lets_the_reply_wait_again(self, practice: Practice, double: ProviderDouble) -> None:
        asked(practice, double, "xyzzy")
        practice.later(hours=1)
        sync(practice.office, sender_for(double))
        deciding.snooze(practice.office, ["1"], until=None, days=30, reason="Other", note="")
        deciding.unsnooze(practice.office, ["1"])
        assert [each.reply.text for each in answers.answers(practice.office)] == ["xyzzy"]

    def test_a_reply_of_a_stranger_holds_the_number(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double), limit=1)
        double.incoming(practice.number("2"), "who is this", at=practice.now)
        double.incoming("+12075550666", "who is this", at=practice.now)
        practice.later(hours=1)
        assert outcomes(practice.send(sender_for(double))) == {"3": "accepted"}
        assert [each.reply.guarantor_id for each in answers.answers(practice.office)] == [None, None]

    def test_a_re_send_waits_too(self, practice: Practice, double: ProviderDouble) -> None:
        double.script(refuse(21614), to=practice.number("2"))
        practice.send(sender_for(double))
        double.incoming("+12075550177", "who is this", at=practice.now)
        practice.later(hours=1)
        report = resend(practice.office, sender_for(double), "2", "207-555-0177", AT_ONCE)
        assert outcomes(report) == {"2": "skipped"}
        double.incoming(practice.number("2"), "who is this", at=practice.now)
        with pytest.raises(CannotGoOn, match="is not asked: a reply"):
            resend(practice.office, sender_for(double), "2", "207-555-0178", AT_ONCE)
        assert double.posts_to("+12075550177") == []

    def test_what_is_read_again_changes_nothing_and_is_not_looked_into(
        self, practice: Practice, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked(practice, double, "STOP")
        practice.later(hours=1)
        sync(practice.office, sender_for(double))
        double.incoming(practice.number("1"), "START", at=practice.now)
        practice.later(minutes=1)
        sync(practice.office, sender_for(double))
        deciding.opt_in(practice.office, "1", "she asked at the desk")
        monkeypatch.delattr("dipay.services.syncing.classify_reply")
        sync(practice.office, sender_for(double))
        assert "opted-out" not in codes(practice, "1")


class TestOptIn:
    def test_staff_end_what_staff_recorded(self, practice: Practice, double: ProviderDouble) -> None:
        deciding.opt_out(practice.office, ["1"])
        with pytest.raises(CannotGoOn, match="needs a reason"):
            deciding.opt_in(practice.office, "1", " ")
        deciding.opt_in(practice.office, "1", "recorded for the wrong account")
        assert set(outcomes(practice.send(sender_for(double)))) == {"1", "2", "3"}
        deciding.opt_out(practice.office, ["1"])
        assert "opted-out" in codes(practice, "1")

    def test_only_its_owner_ends_a_stop(self, practice: Practice, double: ProviderDouble) -> None:
        asked(practice, double, "Stop texting me")
        practice.later(hours=1)
        sync(practice.office, sender_for(double))
        with pytest.raises(CannotGoOn, match="opted out itself on 2026-11-18"):
            deciding.opt_in(practice.office, "1", "she asked")
        double.incoming(practice.number("1"), "START", at=practice.now)
        practice.later(minutes=1)
        said = sync_lines(sync(practice.office, sender_for(double)))
        assert said[-2:] == [
            "May be texted again once you say so: 1. `dipay replies --all` says who; then",
            "  dipay optin ID --reason WHY",
        ]
        assert deciding.opt_in(practice.office, "1", "she texted START").done == ("1",)
        assert "opted-out" not in codes(practice, "1")

    def test_who_did_not_opt_out(self, practice: Practice) -> None:
        assert deciding.opt_in(practice.office, "1", "why").not_done == {"1": "has not opted out"}


class TestWrongNumber:
    def test_the_right_person_is_asked_anew_from_the_first_message(
        self, practice: Practice, double: ProviderDouble
    ) -> None:
        practice.send(sender_for(double))
        practice.later(days=7)
        practice.send(sender_for(double))
        double.incoming(practice.number("1"), "wrong number", at=practice.now)
        practice.later(hours=1)
        sync(practice.office, sender_for(double))
        (answer,) = answers.answers(practice.office)
        assert answer.settled_by == "dipay wrong-number 1"
        deciding.wrong_number(practice.office, "1")
        assert codes(practice, "1") == ["undeliverable"]
        (entry,) = not_reached(practice.office)[0]
        assert "wrong number" in entry.entry.why
        report = resend(practice.office, sender_for(double), "1", "207-555-0177", AT_ONCE)
        (line,) = report.lines
        assert (line.outcome, line.step) == ("accepted", 0)
        assert [each.correction.number for each in to_key_in(practice.office, make_worklist(practice.office))] == [
            "+12075550177"
        ]

    def test_a_number_that_changed_in_the_pms_is_asked(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        deciding.wrong_number(practice.office, "1")
        practice.later(days=7)
        assert set(outcomes(practice.send(sender_for(double)))) == {"2", "3"}
        practice.numbers["1"] = "+12075550177"
        practice.later(days=1)
        report = practice.send(sender_for(double))
        assert [(line.guarantor_id, line.step) for line in report.lines] == [("1", 0)]

    def test_an_account_that_was_never_texted(self, practice: Practice) -> None:
        assert deciding.wrong_number(practice.office, "1").not_done == {"1": "was never texted"}

    def test_the_number_known_wrong_gets_no_follow_up_while_the_export_has_it(
        self, practice: Practice, double: ProviderDouble
    ) -> None:
        practice.send(sender_for(double))
        deciding.wrong_number(practice.office, "1")
        resend(practice.office, sender_for(double), "1", "207-555-0177", AT_ONCE)
        practice.later(days=7)
        assert set(outcomes(practice.send(sender_for(double)))) == {"2", "3"}
        assert codes(practice, "1") == ["active-campaign", "campaign-since-visit", "undeliverable"]
        practice.numbers["1"] = "+12075550177"
        practice.later(days=1)
        report = practice.send(sender_for(double))
        assert [(line.guarantor_id, line.step) for line in report.lines] == [("1", 1)]

    def test_a_typed_number_that_fails_too(self, practice: Practice, double: ProviderDouble) -> None:
        double.script(refuse(21614), to=practice.number("1"))
        practice.send(sender_for(double))
        resend(practice.office, sender_for(double), "1", "207-555-0177", AT_ONCE)
        sid = next(each.sid for each in double.messages.values() if each.to == "+12075550177")
        double.settle(sid, "undelivered", 30005)
        practice.later(hours=1)
        sync(practice.office, sender_for(double))
        assert to_key_in(practice.office, make_worklist(practice.office)) == []
        assert codes(practice, "1") == ["undeliverable"]
        practice.later(days=7)
        assert set(outcomes(practice.send(sender_for(double)))) == {"2", "3"}


class TestTheSamePeople:
    def test_a_new_id_is_not_asked_anew(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        practice.later(days=1)
        practice.rename("1", "901")
        assert codes(practice, "901") == ["asked-elsewhere"]
        assert outcomes(practice.send(sender_for(double))) == {}
        # Not while the old account's campaign would run, nor after it, until there is a visit.
        practice.later(days=60)
        practice.rename("1", "901")
        assert "901" not in outcomes(practice.send(sender_for(double)))
        practice.visits["901"] = practice.now.date() - timedelta(days=1)
        practice.later(days=1)
        practice.rename("1", "901")
        assert codes(practice, "901") == []

    def test_a_new_guarantor_with_a_number_of_their_own(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        practice.later(days=1)
        practice.guarantors["1"] = "4"
        practice.size = 4
        practice.export()
        assert codes(practice, "4") == ["asked-elsewhere"]

    def test_a_person_may_let_it_go(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        practice.later(days=1)
        practice.rename("1", "901")
        assert outcomes(practice.send(sender_for(double), only=["901"])) == {"901": "accepted"}


def test_a_re_send_to_a_number_of_another_account_needs_a_reason(practice: Practice, double: ProviderDouble) -> None:
    for account in ("1", "2", "3"):
        double.script(refuse(21614), to=practice.number(account))
    practice.send(sender_for(double))
    corrected = "207-555-0177"
    assert outcomes(resend(practice.office, sender_for(double), "1", corrected, AT_ONCE)) == {"1": "accepted"}
    with pytest.raises(CannotGoOn, match="a number of account 1") as caught:
        resend(practice.office, sender_for(double), "2", corrected, AT_ONCE)
    assert caught.value.exit_code == 2
    report = resend(practice.office, sender_for(double), "2", corrected, AT_ONCE, "they are married, both asked for it")
    assert outcomes(report) == {"2": "accepted"}


def test_the_last_message_counts_for_the_visit(practice: Practice, double: ProviderDouble) -> None:
    for _ in range(3):
        practice.send(sender_for(double))
        practice.later(days=7)
    # A visit while the campaign ran, before its last message: it has been asked since.
    practice.visits["1"] = practice.now.date() - timedelta(days=12)
    practice.export()
    assert codes(practice, "1") == ["campaign-since-visit"]
    practice.visits["1"] = practice.now.date() - timedelta(days=1)
    practice.export()
    assert codes(practice, "1") == []


def test_who_got_every_message_and_still_owes_stays_in_sight(practice: Practice, double: ProviderDouble) -> None:
    for _ in range(3):
        practice.send(sender_for(double))
        practice.later(days=7)
    practice.balances["1"] = "0.00"
    practice.export()
    worklist = make_worklist(practice.office).worklist
    assert [worklist.accounts.ids[place] for place in worklist.exhausted] == ["2", "3"]


def test_follow_ups_due_are_part_of_the_list(practice: Practice, double: ProviderDouble) -> None:
    asked(practice, double, "xyzzy")
    practice.later(days=7)
    sync(practice.office, sender_for(double))
    deciding.deselect(practice.office, ["2"])
    worklist = make_worklist(practice.office).worklist
    ids = worklist.accounts.ids
    assert {ids[place]: each.step for place, each in worklist.follow_ups.items()} == {"1": 1, "2": 1, "3": 1}
    assert [ids[place] for place in worklist.to_ask] == ["2", "3"]
    assert worklist.amount_cents(list(worklist.follow_ups_to_ask)) == 10_000
    dry = dry_run(practice.office)
    assert [each.message.account.guarantor_id for each in dry.previews] == ["3"]
    assert {each.guarantor_id: each.why for each in dry.plan.left_out}.keys() == {"1", "2"}


def test_a_dry_run_foretells_every_skip(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["messaging"]["daily_limit"] = 2
    practice.send(sender_for(double), limit=1)
    double.incoming(practice.number("2"), "who is this", at=practice.now)
    practice.later(minutes=5)
    sync(practice.office, sender_for(double))
    dry = dry_run(practice.office, ["1", "2", "3"])
    assert [each.message.account.guarantor_id for each in dry.previews] == ["3"]
    assert {each.guarantor_id for each in dry.plan.left_out} == {"1", "2"}
    practice.settings["messaging"]["daily_limit"] = 1
    assert (dry_run(practice.office).previews, dry_run(practice.office).over_limit) == ((), 1)
    practice.settings["messaging"]["daily_limit"] = 9
    # Two accounts at one number, both let go by a person: only one text goes there on one day.
    practice.numbers["3"] = practice.number("2")
    practice.export()
    told = dry_run(practice.office, ["3"])
    assert [each.guarantor_id for each in told.plan.left_out] == ["3"]


def test_a_number_that_became_another_accounts_gets_no_follow_up_of_both(
    practice: Practice, double: ProviderDouble
) -> None:
    practice.send(sender_for(double))
    practice.numbers["2"] = practice.number("1")
    practice.later(days=7)
    dry = dry_run(practice.office)
    assert [each.message.account.guarantor_id for each in dry.previews] == ["1", "3"]
    assert "asked-elsewhere" in codes(practice, "2")
    assert set(outcomes(practice.send(sender_for(double)))) == {"1", "3"}


def test_two_at_one_number_that_a_person_let_go(practice: Practice, double: ProviderDouble) -> None:
    practice.numbers["3"] = practice.number("2")
    practice.export()
    assert outcomes(practice.send(sender_for(double), only=["2"])) == {"2": "accepted"}
    practice.later(days=1)
    assert outcomes(practice.send(sender_for(double), only=["3"])) == {"3": "accepted"}
    practice.later(days=6)
    # Asked after the other, as a person wanted: its follow-ups go on, those of the other wait for a person.
    assert outcomes(practice.send(sender_for(double))) == {"1": "accepted"}
    practice.later(days=1)
    assert outcomes(practice.send(sender_for(double))) == {"3": "accepted"}

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dipay.domain.outcomes import Accepted, Delivery, InDoubt, NotSent, RefusalKind, Refused
from dipay.domain.problems import CannotGoOn
from dipay.domain.reply_kinds import ReplyKind
from dipay.state import decisions, reading
from dipay.state.claims import Claimed, objection, still_claimed
from dipay.state.outcomes import adopt, record, record_delivery, release
from dipay.state.replies import take_reply
from dipay.state.requests import RequestKind, RequestState, request_of
from dipay.state.situations import asked_before
from dipay.state.store import Store
from tests.state.state_helpers import (
    DAY,
    MINUTE,
    NOW,
    TODAY,
    ask,
    claimed,
    ends_of,
    number,
    opened_for_writing,
    try_claim,
    why_not,
)

BAD_NUMBER = Refused("21211", "The number can't exist.", RefusalKind.NUMBER)


def accept(store: Store, guarantor_id: str = "007", to: str = number(100), step: int = 0, day: int = 0) -> int:
    request = claimed(store, ask(guarantor_id, to, step=step), now=NOW + DAY * day)
    record(store, request.id, Accepted(f"SM{request.id}"), now=NOW + DAY * day)
    return request.id


def test_a_claim_holds_its_text_and_its_own_token(store: Store) -> None:
    first, second = claimed(store, ask("007", number(100))), claimed(store, ask("008", number(101)))
    assert first.token != second.token
    assert len(first.token) == 24  # 144 random bits
    for request in (first, second):
        assert request.text is not None
        assert request.token in request.text
        assert request.state is RequestState.CLAIMED
        assert request_of(store.connection, request.id) == request
    assert first.guarantor_id == "007"
    assert first.day == TODAY
    assert first.claimed_at == NOW


def test_what_is_personal_is_not_in_a_requests_words(store: Store) -> None:
    request = claimed(store, ask("007", number(100)))
    for personal in (number(100), "12500", request.token):
        assert personal not in repr(request)
        assert personal not in repr(ask("007", number(100)))


def test_a_text_that_can_not_be_made_leaves_nothing(store: Store) -> None:
    from dipay.state.claims import claim

    def fail(_token: str) -> str:
        raise ValueError("tests")

    with pytest.raises(ValueError, match="tests"):
        claim(store, ask(), fail, now=NOW, today=TODAY, daily_limit=None, count_segments=len)
    assert reading.history(store) == []


def test_nothing_is_claimed_through_a_store_that_was_not_opened_for_sending(tmp_path: Path) -> None:
    with opened_for_writing(tmp_path) as store:
        with pytest.raises(RuntimeError, match="not opened for sending"):
            try_claim(store, ask())
        assert reading.history(store) == []


def test_nothing_is_claimed_once_the_file_is_known_to_lack_messages(store: Store) -> None:
    store.note_restored(NOW, "unknown-messages")
    with pytest.raises(CannotGoOn, match="messages may be missing") as refused:
        try_claim(store, ask())
    assert refused.value.exit_code == 5
    assert reading.history(store) == []
    store.record_reconciled(NOW)
    assert isinstance(try_claim(store, ask()), Claimed)


def test_one_open_request_per_account_and_number(store: Store) -> None:
    request = claimed(store, ask("007", number(100)))
    assert why_not(store, ask("007", number(101))) == "outcome-unknown"
    assert why_not(store, ask("008", number(100), named=True)) == "number-open"
    record(store, request.id, InDoubt("a timeout"), now=NOW)
    assert (
        why_not(store, ask("007", number(101), kind=RequestKind.SINGLE, named=True), now=NOW + 9 * DAY)
        == "outcome-unknown"
    )
    assert why_not(store, ask("008", number(100)), now=NOW + 9 * DAY) == "number-open"


@pytest.mark.parametrize("named", [False, True])
def test_nobody_who_opted_out_is_claimed(store: Store, named: bool) -> None:
    decisions.opt_out(store, guarantor_id="007", source="letter", day=TODAY, by="Kim", now=NOW)
    decisions.opt_out(store, number=number(101), source="STOP", day=TODAY, by="Kim", now=NOW)
    assert why_not(store, ask("007", number(100), named=named)) == "opted-out"
    assert why_not(store, ask("008", number(101), named=named)) == "opted-out"


def test_snooze_and_deselection_hold_until_their_day(store: Store) -> None:
    decisions.snooze(store, ["007"], until=TODAY + DAY, reason="Other", by="Kim", now=NOW)
    decisions.deselect(store, ["008"], day=TODAY, by="Kim", now=NOW)
    assert why_not(store, ask("007", number(100))) == "snoozed"
    assert why_not(store, ask("008", number(101))) == "deselected"
    assert isinstance(try_claim(store, ask("007", number(100)), now=NOW + DAY), Claimed)
    assert isinstance(try_claim(store, ask("008", number(101)), now=NOW + DAY), Claimed)


def test_a_person_who_names_an_account_overrules_snooze_and_deselection(store: Store) -> None:
    decisions.snooze(store, ["007"], until=TODAY + DAY, reason="Other", by="Kim", now=NOW)
    decisions.deselect(store, ["007"], day=TODAY, by="Kim", now=NOW)
    assert isinstance(try_claim(store, ask("007", named=True)), Claimed)


def test_a_household_gets_one_message_a_day(store: Store) -> None:
    accept(store, "007", number(100))
    assert why_not(store, ask("008", number(100))) == "number-today"
    assert isinstance(try_claim(store, ask("008", number(100)), now=NOW + DAY), Claimed)


def test_a_named_account_may_share_a_number_but_is_not_texted_twice_a_day(store: Store) -> None:
    accept(store, "007", number(100))
    assert why_not(store, ask("007", number(100), kind=RequestKind.SINGLE, named=True)) == "asked-today"
    assert isinstance(try_claim(store, ask("008", number(100), named=True)), Claimed)


def test_the_daily_limit_counts_what_went_out_or_may_have(store: Store) -> None:
    accept(store, "001", number(101))
    record(store, claimed(store, ask("002", number(102))).id, InDoubt("a timeout"), now=NOW)
    record(store, claimed(store, ask("003", number(103))).id, BAD_NUMBER, now=NOW)
    record(store, claimed(store, ask("004", number(104))).id, NotSent("refused"), now=NOW)
    assert reading.sent_on(store, TODAY, "twilio") == 2
    assert why_not(store, ask("005", number(105)), daily_limit=2) == "daily-limit"
    assert isinstance(try_claim(store, ask("005", number(105)), daily_limit=3), Claimed)
    assert isinstance(try_claim(store, ask("006", number(106)), now=NOW + DAY, daily_limit=1), Claimed)


def test_steps_come_in_order_once_each(store: Store) -> None:
    assert why_not(store, ask(step=1)) == "campaign-ended"
    accept(store)
    assert why_not(store, ask(), now=NOW + DAY) == "active-campaign"
    accept(store, step=1, day=7)
    assert why_not(store, ask(step=1), now=NOW + 8 * DAY) == "step-taken"
    accept(store, step=2, day=14)
    (campaign,) = reading.running_campaigns(store, "twilio")
    assert (campaign.began, campaign.step, campaign.last_sent) == (TODAY, 2, TODAY + 14 * DAY)


@pytest.mark.parametrize("how", ["removed", "paid", "opted_out"])
def test_a_campaign_that_ended_sends_no_follow_up(store: Store, how: str) -> None:
    accept(store)
    if how == "removed":
        assert decisions.end_campaign(store, "007", "removed", day=TODAY, by="Kim", now=NOW)
    elif how == "paid":
        decisions.mark_paid(store, "007", day=TODAY, by="Kim", now=NOW)
    else:
        decisions.opt_out(store, number=number(100), source="STOP", day=TODAY, by="Kim", now=NOW)
    assert ends_of(store, "campaigns") == [how]
    expected = "opted-out" if how == "opted_out" else "campaign-ended"
    assert why_not(store, ask(step=1), now=NOW + 7 * DAY) == expected


def test_a_claim_may_be_sent_for_a_minute(store: Store) -> None:
    request = claimed(store, ask())
    assert still_claimed(store, request.id, NOW + MINUTE)
    assert not still_claimed(store, request.id, NOW + MINUTE + timedelta(microseconds=1))
    assert request_of(store.connection, request.id).state is RequestState.NOT_SENT
    assert not still_claimed(store, request.id, NOW)
    assert isinstance(try_claim(store, ask(), now=NOW + 2 * MINUTE), Claimed)


def test_a_clock_set_back_does_not_make_a_claim_younger(store: Store) -> None:
    request = claimed(store, ask())
    assert not still_claimed(store, request.id, NOW - MINUTE)


def test_an_opt_out_stops_a_claim_at_the_last_moment(store: Store) -> None:
    request = claimed(store, ask())
    decisions.opt_out(store, number=number(100), source="STOP", day=TODAY, by="Kim", now=NOW)
    assert not still_claimed(store, request.id, NOW)


def test_what_is_being_sent_counts_against_the_daily_limit(store: Store) -> None:
    claimed(store, ask("001", number(1)))
    assert why_not(store, ask("002", number(2)), daily_limit=1) == "daily-limit"
    assert isinstance(try_claim(store, ask("002", number(2)), daily_limit=2), Claimed)


def test_nobody_who_is_marked_paid_is_claimed(store: Store) -> None:
    decisions.mark_paid(store, "007", day=TODAY, by="Kim", now=NOW)
    assert why_not(store, ask()) == "paid"
    assert why_not(store, ask(named=True)) == "paid"


def test_what_a_claim_would_be_refused_for_is_told_without_one(store: Store) -> None:
    assert objection(store, ask(), TODAY) is None
    accept(store)
    told = objection(store, ask(), TODAY)
    assert told is not None
    assert told.code == why_not(store, ask()) == "active-campaign"


def test_nobody_is_claimed_while_a_reply_of_theirs_waits(store: Store) -> None:
    reply(store, number(100), None)
    reply(store, number(101), "008")
    assert why_not(store, ask("007", number(100), named=True)) == "reply-waiting"
    assert why_not(store, ask("008", number(102))) == "reply-waiting"
    assert isinstance(try_claim(store, ask("009", number(103))), Claimed)


def test_a_reply_from_its_number_stops_a_claim_whosever_it_is(store: Store) -> None:
    request = claimed(store, ask())
    reply(store, number(100), None)
    assert not still_claimed(store, request.id, NOW)
    assert request_of(store.connection, request.id).state is RequestState.NOT_SENT


def test_what_was_done_about_others_stands_in_nobodys_way(store: Store) -> None:
    accept(store, "007", number(100))
    decisions.snooze(store, ["001"], until=TODAY + 30 * DAY, reason="Other", by="Kim", now=NOW)
    decisions.mark_paid(store, "002", day=TODAY, by="Kim", now=NOW)
    decisions.opt_out(store, guarantor_id="003", number=number(3), source="STOP", day=TODAY, by="Kim", now=NOW)
    accept(store, "005", number(5))
    reply(store, number(5), "005")
    doubtful = claimed(store, ask("006", number(6)))
    record(store, doubtful.id, InDoubt("a timeout"), now=NOW)
    refused = claimed(store, ask("004", number(4)))
    record(store, refused.id, BAD_NUMBER, now=NOW)
    later = NOW + 7 * DAY
    decisions.deselect(store, ["001"], day=later.date(), by="Kim", now=later)
    for wanted in (ask("007", number(100), step=1), ask("008", number(8))):
        request = claimed(store, wanted, now=later)
        assert still_claimed(store, request.id, later)
        record(store, request.id, Accepted(f"SM-{request.token}"), now=later)
    again = ask("004", number(14), kind=RequestKind.RESEND, parent_id=refused.id, named=True, typed=True)
    assert isinstance(try_claim(store, again, now=later), Claimed)


def reply(store: Store, to: str, account: str | None) -> None:
    assert take_reply(
        store, provider_id=f"SMin{to}", number=to, guarantor_id=account, kind=ReplyKind.OTHER, text="why?", at=NOW,
        day=TODAY, today=TODAY, now=NOW,
    )  # fmt: skip


def test_with_whom_an_account_is_asked_is_remembered(store: Store) -> None:
    claimed(store, replace(ask(), patient_ids=("P1", "P2")))
    asked = asked_before(store, "twilio")
    assert asked.patients == {"P1": ("007",), "P2": ("007",)}
    assert asked.numbers == {number(100): ("007",)}


def test_where_the_index_alone_objects_it_has_the_last_word(store: Store) -> None:
    accept(store)
    decisions.wrong_number(store, "007", day=TODAY, by="Kim", now=NOW)
    assert why_not(store, ask("008", number(100))) == "not-unique"
    assert len(reading.history(store)) == 1


def test_what_the_file_refuses_for_another_reason_is_no_answer(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        try_claim(store, ask(to="2075550100"))


class TestResend:
    def failed(self, store: Store) -> int:
        request = claimed(store, ask())
        record(store, request.id, BAD_NUMBER, now=NOW)
        return request.id

    def test_a_refused_request_is_sent_again_once(self, store: Store) -> None:
        parent = self.failed(store)
        again = claimed(store, ask(to=number(101), kind=RequestKind.RESEND, parent_id=parent, named=True, typed=True))
        record(store, again.id, Accepted("SM2"), now=NOW)
        assert reading.undeliverables(store, "twilio") == []
        assert [each.number for each in reading.phone_corrections(store)] == [number(101)]
        (campaign,) = reading.running_campaigns(store, "twilio")
        assert (campaign.began, campaign.step) == (TODAY, 0)
        repeated = ask(to=number(102), kind=RequestKind.RESEND, parent_id=parent, named=True)
        assert why_not(store, repeated, now=NOW + DAY) == "not-undeliverable"

    def test_a_message_that_went_out_is_not_sent_again(self, store: Store) -> None:
        parent = accept(store)
        again = ask(to=number(101), kind=RequestKind.RESEND, parent_id=parent, named=True)
        assert why_not(store, again, now=NOW + DAY) == "not-undeliverable"

    def test_the_number_in_the_export_may_change_instead(self, store: Store) -> None:
        self.failed(store)
        accept(store, to=number(101))
        assert reading.undeliverables(store, "twilio") == []
        again = ask(to=number(102), kind=RequestKind.RESEND, parent_id=1, named=True)
        assert why_not(store, again, now=NOW + DAY) == "step-taken"

    def test_without_a_number_on_file_there_is_no_parent(self, store: Store) -> None:
        decisions.put_on_undeliverable_list(
            store,
            "007",
            number=None,
            code="no-number",
            why="There is no mobile number.",
            day=TODAY,
            provider="twilio",
            now=NOW,
        )
        again = claimed(store, ask(to=number(101), kind=RequestKind.RESEND, named=True, typed=True))
        assert again.in_campaign
        record(store, again.id, Accepted("SM1"), now=NOW)
        assert len(reading.running_campaigns(store, "twilio")) == 1
        assert ends_of(store, "undeliverables") == ["resent"]

    def test_a_single_request_stays_single(self, store: Store) -> None:
        request = claimed(store, ask(kind=RequestKind.SINGLE, named=True))
        record(store, request.id, BAD_NUMBER, now=NOW)
        again = claimed(store, ask(to=number(101), kind=RequestKind.RESEND, parent_id=request.id, named=True))
        record(store, again.id, Accepted("SM1"), now=NOW)
        assert reading.running_campaigns(store, "twilio") == []

    def test_a_single_request_is_sent_again_whatever_its_campaign_sent(self, store: Store) -> None:
        accept(store)
        single = claimed(store, ask(to=number(101), kind=RequestKind.SINGLE, named=True), now=NOW + DAY)
        record(store, single.id, BAD_NUMBER, now=NOW + DAY)
        again = ask(to=number(102), kind=RequestKind.RESEND, parent_id=single.id, named=True)
        assert not claimed(store, again, now=NOW + 2 * DAY).in_campaign

    @pytest.mark.parametrize("in_doubt", [False, True])
    def test_what_a_rehearsal_left_open_is_not_sent_again(self, store: Store, in_doubt: bool) -> None:
        rehearsed = claimed(store, ask(provider="outbox"))
        if in_doubt:
            record(store, rehearsed.id, InDoubt("a timeout"), now=NOW)
        again = ask(to=number(101), kind=RequestKind.RESEND, parent_id=rehearsed.id, named=True)
        assert why_not(store, again) == "not-undeliverable"

    def test_a_failed_follow_up_goes_on_in_its_campaign(self, store: Store) -> None:
        accept(store)
        follow_up = accept(store, step=1, day=7)
        later = NOW + 8 * DAY
        record_delivery(store, follow_up, Delivery.UNDELIVERED, now=later, today=later.date(), code="30005")
        again = ask(to=number(101), kind=RequestKind.RESEND, parent_id=follow_up, named=True)
        record(store, claimed(store, again, now=later).id, Accepted("SM9"), now=later)
        (campaign,) = reading.running_campaigns(store, "twilio")
        assert (campaign.step, campaign.last_sent) == (1, later.date())

    def test_another_accounts_number_only_by_a_person_who_was_told(self, store: Store) -> None:
        accept(store, "001", number(1))
        refused = claimed(store, ask())
        record(store, refused.id, BAD_NUMBER, now=NOW)
        wanted = ask(to=number(1), kind=RequestKind.RESEND, parent_id=refused.id, named=True, typed=True)
        assert why_not(store, wanted, now=NOW + DAY) == "number-elsewhere"
        assert isinstance(try_claim(store, replace(wanted, told=True), now=NOW + DAY), Claimed)

    def test_what_reached_a_stranger_is_sent_again(self, store: Store) -> None:
        request = accept(store)
        decisions.wrong_number(store, "007", day=TODAY, by="Kim", now=NOW)
        wanted = ask(to=number(101), kind=RequestKind.RESEND, parent_id=request, named=True, typed=True)
        assert isinstance(try_claim(store, wanted, now=NOW + DAY), Claimed)

    def test_what_was_given_up_and_arrived_all_the_same_is_not_repeated(self, store: Store) -> None:
        refused = claimed(store, ask())
        record(store, refused.id, BAD_NUMBER, now=NOW)
        wanted = ask(to=number(101), kind=RequestKind.RESEND, parent_id=refused.id, named=True, typed=True)
        lost = claimed(store, wanted, now=NOW)
        record(store, lost.id, InDoubt("a timeout"), now=NOW)
        release(store, lost.id, by="Kim", reason="never arrived", now=NOW + DAY, even_if_unchecked=True)
        assert adopt(store, lost.id, "SM-late", now=NOW + 2 * DAY).late
        assert why_not(store, wanted, now=NOW + 3 * DAY) == "not-undeliverable"

    def test_it_belongs_to_its_parents_account(self, store: Store) -> None:
        parent = self.failed(store)
        with pytest.raises(ValueError, match="account"):
            try_claim(store, ask("008", number(101), kind=RequestKind.RESEND, parent_id=parent))


class TestRehearsals:
    def test_they_do_not_stand_in_the_way_of_real_messages(self, store: Store) -> None:
        rehearsed = claimed(store, ask(provider="outbox"))
        assert isinstance(try_claim(store, ask()), Claimed)
        record(store, rehearsed.id, Accepted("file-1"), now=NOW)
        assert reading.running_campaigns(store, "twilio") == []
        assert len(reading.running_campaigns(store, "outbox")) == 1
        assert reading.sent_on(store, TODAY, "twilio") == 1
        assert reading.sent_on(store, TODAY, "outbox") == 2

    def test_real_messages_count_in_a_rehearsal(self, store: Store) -> None:
        accept(store)
        assert why_not(store, ask(provider="outbox"), now=NOW + DAY) == "active-campaign"
        assert why_not(store, ask("008", number(100), provider="outbox")) == "number-today"

    def test_an_opt_out_counts_wherever_it_came_from(self, store: Store) -> None:
        request = claimed(store, ask(provider="outbox"))
        record(store, request.id, Refused("21610", "Opted out.", RefusalKind.OPTED_OUT), now=NOW)
        assert why_not(store, ask()) == "opted-out"

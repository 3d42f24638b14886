from __future__ import annotations

import json
from datetime import timedelta

import pytest

from dipay.domain.outcomes import Accepted, Delivery, InDoubt, NotSent, Outcome, Reach, RefusalKind, Refused
from dipay.domain.situation import NOTHING_DONE, Undeliverable
from dipay.state import reading
from dipay.state.claims import Claimed
from dipay.state.events import events
from dipay.state.outcomes import (
    ABSENT_AFTER,
    CLAIM_TIMEOUT,
    abandoned,
    adopt,
    mark_absent,
    record,
    record_delivery,
    recover,
    release,
)
from dipay.state.requests import TRANSITIONS, RequestKind, RequestState
from dipay.state.situations import situation
from dipay.state.store import Store
from dipay.state.unlogged import add_unlogged
from tests.state.state_helpers import (
    DAY,
    MINUTE,
    NOW,
    TODAY,
    ask,
    assert_sound,
    claimed,
    ends_of,
    number,
    try_claim,
    why_not,
)

OUTCOMES: dict[RequestState, Outcome] = {
    RequestState.ACCEPTED: Accepted("SM1"),
    RequestState.REFUSED: Refused("21211", "The number can't exist.", RefusalKind.NUMBER),
    RequestState.NOT_SENT: NotSent("refused"),
    RequestState.IN_DOUBT: InDoubt("a timeout"),
}


def test_the_words_by_which_notebooks_and_reports_tell_whom_a_message_reached() -> None:
    assert [each.value for each in Reach] == ["reached", "on its way", "undeliverable", "in doubt", "not sent"]


@pytest.mark.parametrize("first", OUTCOMES)
@pytest.mark.parametrize("second", OUTCOMES)
def test_only_the_transitions_there_are(store: Store, first: RequestState, second: RequestState) -> None:
    request = claimed(store, ask())
    assert record(store, request.id, OUTCOMES[first], now=NOW).state is first
    after = record(store, request.id, OUTCOMES[second], now=NOW + MINUTE)
    assert after.state is (second if second in TRANSITIONS[first] else first)
    told = [event.kind for event in events(store.connection, "007")]
    assert ("too-late" in told) == (first is not second and second not in TRANSITIONS[first])


@pytest.mark.parametrize("state", OUTCOMES)
def test_telling_twice_changes_nothing(store: Store, state: RequestState) -> None:
    request = claimed(store, ask())
    once = record(store, request.id, OUTCOMES[state], now=NOW)
    assert record(store, request.id, OUTCOMES[state], now=NOW + MINUTE) == once


def test_an_unknown_request_is_an_error(store: Store) -> None:
    with pytest.raises(KeyError):
        record(store, 99, Accepted("SM1"), now=NOW)


@pytest.mark.parametrize("kind", RefusalKind)
def test_a_refusal_puts_on_the_list_only_whom_it_concerns(store: Store, kind: RefusalKind) -> None:
    request = claimed(store, ask())
    record(store, request.id, Refused("1", "In plain words.", kind), now=NOW)
    state = situation(store, TODAY, "twilio").of("007")
    assert state.campaign_began is None
    assert state.last_asked is None
    assert (state.opted_out_on == TODAY) == (kind is RefusalKind.OPTED_OUT)
    on_list = Undeliverable(number(100), "In plain words.", TODAY)
    assert state.undeliverable == (on_list if kind.concerns_message else None)


def test_an_opt_out_of_a_number_typed_in_is_not_the_accounts(store: Store) -> None:
    record(store, claimed(store, ask()).id, OUTCOMES[RequestState.REFUSED], now=NOW)
    again = claimed(store, ask(to=number(101), kind=RequestKind.RESEND, parent_id=1, named=True, typed=True))
    record(store, again.id, Refused("21610", "Opted out.", RefusalKind.OPTED_OUT), now=NOW)
    known = situation(store, TODAY, "twilio")
    assert known.opted_out_numbers == {number(101)}
    assert known.of("007").opted_out_on is None
    assert known.of("007").undeliverable is not None


def test_the_last_message_completes_the_campaign(store: Store) -> None:
    request = claimed(store, ask(last_step=True))
    record(store, request.id, Accepted("SM1"), now=NOW)
    assert ends_of(store, "campaigns") == ["completed"]
    state = situation(store, TODAY, "twilio").of("007")
    assert (state.campaign_began, state.last_asked) == (None, TODAY)


def test_one_provider_id_is_one_message(store: Store) -> None:
    record(store, claimed(store, ask("007", number(100))).id, Accepted("SM1"), now=NOW)
    other = claimed(store, ask("008", number(101)))
    assert record(store, other.id, Accepted("SM1"), now=NOW).state is RequestState.IN_DOUBT
    with pytest.raises(ValueError, match="provider id"):
        adopt(store, other.id, "SM1", now=NOW)
    assert adopt(store, other.id, "SM2", now=NOW).provider_id == "SM2"


class TestDelivery:
    def accepted(self, store: Store, *, last_step: bool = False) -> int:
        request = claimed(store, ask(last_step=last_step))
        record(store, request.id, Accepted("SM1"), now=NOW)
        return request.id

    def told(self, store: Store, request_id: int, delivery: Delivery) -> Delivery | None:
        return record_delivery(store, request_id, delivery, now=NOW, today=TODAY, code="30003", why="Off.").delivery

    @pytest.mark.parametrize("final", [each for each in Delivery if each.is_final])
    @pytest.mark.parametrize("then", Delivery)
    def test_a_final_state_never_changes(self, store: Store, final: Delivery, then: Delivery) -> None:
        request = self.accepted(store)
        assert [each.id for each in reading.under_way(store, "twilio", NOW)] == [request]
        assert self.told(store, request, Delivery.SENT) is Delivery.SENT
        assert self.told(store, request, Delivery.QUEUED) is Delivery.SENT
        assert self.told(store, request, final) is final
        assert self.told(store, request, then) is final
        assert reading.under_way(store, "twilio", NOW) == []

    @pytest.mark.parametrize("last_step", [False, True])
    def test_a_first_request_that_reached_nobody_began_no_campaign(self, store: Store, last_step: bool) -> None:
        self.told(store, self.accepted(store, last_step=last_step), Delivery.UNDELIVERED)
        assert ends_of(store, "campaigns") == ["undeliverable"]
        state = situation(store, TODAY, "twilio").of("007")
        assert (state.campaign_began, state.last_asked) == (None, None)
        assert state.undeliverable == Undeliverable(number(100), "Off.", TODAY)

    def test_a_failed_message_may_be_followed_on_the_same_day(self, store: Store) -> None:
        request = self.accepted(store)
        self.told(store, request, Delivery.FAILED)
        again = claimed(store, ask(kind=RequestKind.RESEND, parent_id=request, named=True))
        record(store, again.id, Accepted("SM2"), now=NOW)
        assert situation(store, TODAY, "twilio").of("007").campaign_began == TODAY

    def test_a_later_opt_out_is_kept(self, store: Store) -> None:
        request = self.accepted(store)
        record_delivery(store, request, Delivery.FAILED, now=NOW, today=TODAY, code="21610", kind=RefusalKind.OPTED_OUT)
        assert why_not(store, ask(to=number(101)), now=NOW + DAY) == "opted-out"
        assert ends_of(store, "campaigns") == ["opted_out"]

    def test_the_senders_own_trouble_makes_nobody_undeliverable(self, store: Store) -> None:
        request = self.accepted(store)
        record_delivery(store, request, Delivery.FAILED, now=NOW, today=TODAY, code="30002", kind=RefusalKind.RUN_STOP)
        assert situation(store, TODAY, "twilio").of("007") == NOTHING_DONE

    def test_what_was_never_accepted_is_not_delivered(self, store: Store) -> None:
        request = claimed(store, ask())
        assert self.told(store, request.id, Delivery.DELIVERED) is None


class TestInDoubt:
    def doubtful(self, store: Store) -> int:
        request = claimed(store, ask())
        record(store, request.id, InDoubt("a timeout"), now=NOW)
        return request.id

    def test_the_living_are_left_alone_until_they_were_silent_for_long(self, store: Store) -> None:
        request = claimed(store, ask())
        assert recover(store, NOW + CLAIM_TIMEOUT) == []
        (found,) = recover(store, NOW + CLAIM_TIMEOUT + MINUTE)
        assert (found.id, found.state) == (request.id, RequestState.IN_DOUBT)
        assert situation(store, TODAY, "twilio").of("007").in_doubt
        assert recover(store, NOW + DAY) == []

    def test_a_clock_set_back_does_not_keep_a_claim_open(self, store: Store) -> None:
        request = claimed(store, ask())
        assert recover(store, NOW - CLAIM_TIMEOUT) == []
        assert [each.id for each in recover(store, NOW - CLAIM_TIMEOUT - MINUTE)] == [request.id]

    def test_the_dead_are_noticed_at_once(self, store: Store) -> None:
        request = claimed(store, ask())
        assert [each.id for each in recover(store, NOW, gone=lambda _owner: True)] == [request.id]

    def test_found_at_the_provider_is_accepted(self, store: Store) -> None:
        request = adopt(store, self.doubtful(store), "SM1", now=NOW + DAY)
        assert (request.state, request.provider_id, request.late) == (RequestState.ACCEPTED, "SM1", False)
        state = situation(store, TODAY, "twilio").of("007")
        assert (state.campaign_began, state.last_asked, state.in_doubt) == (TODAY, TODAY, False)

    def test_a_person_may_know_that_it_arrived(self, store: Store) -> None:
        request = adopt(store, self.doubtful(store), None, now=NOW, by="Kim")
        assert (request.state, request.provider_id, request.delivery) == (RequestState.ACCEPTED, None, None)
        assert reading.under_way(store, "twilio", NOW) == []

    def test_absent_is_said_only_after_a_while(self, store: Store) -> None:
        request = self.doubtful(store)
        assert not mark_absent(store, request, now=NOW + ABSENT_AFTER - MINUTE)
        assert not release(store, request, by="Kim", reason="never arrived", now=NOW)
        assert mark_absent(store, request, now=NOW + ABSENT_AFTER)
        assert [each.absent_at for each in reading.in_doubt(store, "twilio")] == [NOW + ABSENT_AFTER]
        assert why_not(store, ask(), now=NOW + DAY) == "outcome-unknown"

    def test_a_person_alone_frees_the_account(self, store: Store) -> None:
        request = self.doubtful(store)
        mark_absent(store, request, now=NOW + ABSENT_AFTER)
        for by, reason in (("", "x"), ("Kim", " ")):
            with pytest.raises(ValueError, match="person"):
                release(store, request, by=by, reason=reason, now=NOW)
        assert release(store, request, by="Kim", reason="never arrived", now=NOW + DAY)
        assert not release(store, request, by="Kim", reason="never arrived", now=NOW + DAY)
        assert isinstance(try_claim(store, ask(), now=NOW + DAY), Claimed)

    def test_a_person_may_insist_without_the_providers_log(self, store: Store) -> None:
        assert release(store, self.doubtful(store), by="Kim", reason="asked her", now=NOW, even_if_unchecked=True)

    def test_a_released_message_that_turns_up_is_not_lost(self, store: Store) -> None:
        first = self.doubtful(store)
        release(store, first, by="Kim", reason="never arrived", now=NOW, even_if_unchecked=True)
        second = claimed(store, ask())
        record(store, second.id, Accepted("SM2"), now=NOW)
        found = adopt(store, first, "SM1", now=NOW + DAY)
        assert (found.state, found.late, found.campaign_id) == (RequestState.ACCEPTED, True, None)
        assert ends_of(store, "campaigns") == [None]
        assert_sound(store)

    def test_a_late_answer_of_the_sender_counts(self, store: Store) -> None:
        request = self.doubtful(store)
        assert record(store, request, Accepted("SM1"), now=NOW + DAY).state is RequestState.ACCEPTED


def test_a_message_that_only_the_provider_knows_is_written_after_a_restore(store: Store) -> None:
    def found(provider_id: str, token: str) -> bool:
        request = add_unlogged(
            store,
            guarantor_id="007",
            number=number(100),
            text="x",
            segments=1,
            token=token,
            provider="twilio",
            provider_id=provider_id,
            step=0,
            last_step=False,
            sent_at=NOW,
            day=TODAY,
            now=NOW + DAY,
        )
        return request is not None

    assert found("SM1", "t" * 24)
    assert not found("SM1", "u" * 24)
    assert not found("SM2", "t" * 24)
    assert why_not(store, ask(), now=NOW + DAY) == "active-campaign"


def test_an_acceptance_after_an_opt_out_begins_nothing(store: Store) -> None:
    from dipay.state import decisions

    request = claimed(store, ask())
    decisions.opt_out(store, number=number(100), source="STOP", day=TODAY, by="Kim", now=NOW + MINUTE)
    record(store, request.id, Accepted("SM1"), now=NOW + MINUTE)
    assert ends_of(store, "campaigns") == ["opted_out"]


def test_a_claim_is_given_up_after_ten_minutes_and_no_sooner(store: Store) -> None:
    request = claimed(store, ask())
    assert abandoned(store, NOW + 10 * MINUTE, gone=lambda _owner: False) == []
    late = NOW + 10 * MINUTE + timedelta(seconds=1)
    assert [each.id for each in abandoned(store, late, gone=lambda _owner: False)] == [request.id]
    recover(store, late, gone=lambda _owner: False)
    assert abandoned(store, late + DAY, gone=lambda _owner: True) == []


def test_only_what_is_in_doubt_for_twenty_minutes_is_absent_and_that_is_noted_once(store: Store) -> None:
    doubtful, other, accepted = (claimed(store, ask(f"00{n}", number(n))) for n in (1, 2, 3))
    for each in (doubtful, other):
        record(store, each.id, InDoubt("a timeout"), now=NOW)
    record(store, accepted.id, Accepted("SM3"), now=NOW)
    soon = NOW + 20 * MINUTE
    assert not mark_absent(store, doubtful.id, now=soon - timedelta(seconds=1))
    assert mark_absent(store, doubtful.id, now=soon)
    assert mark_absent(store, doubtful.id, now=soon + MINUTE)
    assert not mark_absent(store, accepted.id, now=soon)
    absent_at = [each.absent_at for each in reading.history(store)]
    assert absent_at == [soon, None, None]
    assert [event.kind for event in events(store.connection, "001")].count("absent") == 1


def test_a_refusal_that_is_told_twice_is_one_entry(store: Store) -> None:
    request = claimed(store, ask())
    for _ in range(2):
        record(store, request.id, OUTCOMES[RequestState.REFUSED], now=NOW)
    assert ends_of(store, "undeliverables") == [None]


def test_a_delivery_that_is_told_twice_is_one_event(store: Store) -> None:
    request = claimed(store, ask())
    record(store, request.id, Accepted("SM1"), now=NOW)
    for _ in range(2):
        record_delivery(store, request.id, Delivery.DELIVERED, now=NOW, today=TODAY)
    assert [event.kind for event in events(store.connection, "007")].count("delivery") == 1


def test_an_acceptance_under_another_id_leaves_an_event_and_the_first_id(store: Store) -> None:
    request = claimed(store, ask())
    record(store, request.id, Accepted("SM1"), now=NOW)
    record(store, request.id, Accepted("SM1"), now=NOW)
    adopt(store, request.id, None, now=NOW)
    told = [event.kind for event in events(store.connection, "007")]
    assert "too-late" not in told
    assert record(store, request.id, Accepted("SM2"), now=NOW).provider_id == "SM1"
    assert [event.kind for event in events(store.connection, "007")] == [*told, "too-late"]


def test_a_typed_number_that_opts_out_is_on_the_list_and_one_that_works_is_told_with_who_typed_it(store: Store) -> None:
    first = claimed(store, ask(kind=RequestKind.RESEND, named=True, typed=True))
    record(store, first.id, Refused("21610", "Opted out.", RefusalKind.OPTED_OUT), now=NOW, by="Kim")
    (entry,) = reading.undeliverables(store, "twilio")
    assert (entry.number, entry.why) == (number(100), "the number that was typed in opted out")
    second = claimed(store, ask(to=number(101), kind=RequestKind.RESEND, parent_id=first.id, named=True, typed=True))
    record(store, second.id, Accepted("SM1"), now=NOW, by="Kim")
    (typed,) = reading.phone_corrections(store)
    assert (typed.number, typed.by) == (number(101), "Kim")


def test_an_id_of_another_provider_is_another_message(store: Store) -> None:
    rehearsed = claimed(store, ask("001", number(1), provider="outbox"))
    record(store, rehearsed.id, Accepted("SM1"), now=NOW)
    real = claimed(store, ask("002", number(2)))
    assert record(store, real.id, Accepted("SM1"), now=NOW).state is RequestState.ACCEPTED


def test_what_a_person_knows_to_have_arrived_may_be_told_of_by_the_provider(store: Store) -> None:
    request = claimed(store, ask())
    record(store, request.id, InDoubt("a timeout"), now=NOW)
    assert adopt(store, request.id, None, now=NOW, by="Kim").delivery is None
    told = record_delivery(store, request.id, Delivery.DELIVERED, now=NOW, today=TODAY)
    assert told.delivery is Delivery.DELIVERED


def test_the_event_of_an_opt_out_says_who_told_it(store: Store) -> None:
    request = claimed(store, ask())
    record(store, request.id, Refused("21610", "Opted out.", RefusalKind.OPTED_OUT), now=NOW)
    (told,) = (event for event in events(store.connection, "007") if event.kind == "opted-out")
    assert json.loads(told.detail)["source"] == "provider"

"""What the processor is asked: links found again, links switched off, payments, refunds; and no answer to each."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.payments import PaymentState
from dipay.processors import Link, Payment, ProcessorTrouble
from dipay.processors.stripe import StripeProcessor
from tests.processors.behaviours import Behaviour, answer, changed, drop, half, hang, refuse
from tests.processors.double import LinkIsOffError, ProcessorDouble, Session, processor_double, processor_for
from tests.properties import examples

TOKEN = "t0ken_of-a-request_00001"
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def token(number: int) -> str:
    return f"t0ken_of-a-request_{number:05}"


@pytest.fixture(autouse=True)
def clock(double: ProcessorDouble) -> None:
    double.now = lambda: NOW


def made(processor: StripeProcessor, number: int = 1, cents: int = 12_500) -> Link:
    link = processor.make_link(token(number), cents)
    assert isinstance(link, Link)
    return link


def at(double: ProcessorDouble, moment: datetime) -> None:
    double.now = lambda: moment


def paid(processor: StripeProcessor, since: datetime = NOW - timedelta(hours=26)) -> list[Payment]:
    return list(processor.payments_since(since))


class TestLinks:
    def test_one_is_found_by_its_token(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        link, other = made(processor), made(processor, 2)
        double.others_link()
        assert processor.find_links([TOKEN, token(3)], NOW) == {TOKEN: link}
        assert list(processor.links_since(NOW)) == [other, link]

    def test_one_that_is_off_is_found_too(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        link = made(processor)
        processor.switch_off(link.link_id)
        assert processor.find_links([TOKEN], NOW)[TOKEN].active is False

    def test_of_two_the_one_that_can_be_paid(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        first = made(processor)
        at(double, NOW + timedelta(hours=30))
        second = made(processor)
        assert first.link_id != second.link_id
        double.links[first.link_id].active = False
        assert processor.find_links([TOKEN], NOW) == {TOKEN: second}
        double.links[first.link_id].active = True
        processor.switch_off(second.link_id)
        assert processor.find_links([TOKEN], NOW) == {TOKEN: first}
        processor.switch_off(first.link_id)
        assert processor.find_links([TOKEN], NOW)[TOKEN].active is False

    def test_reading_ends_at_one_of_dipays_that_is_older(
        self, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        at(double, NOW - timedelta(days=2))
        for number in range(300):
            made(processor, number)
        at(double, NOW - timedelta(minutes=9))
        recent = made(processor, 300)
        assert list(processor.links_since(NOW)) == [recent]
        assert len(double.asked("links")) == 1

    def test_others_links_do_not_end_it(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        link = made(processor)
        for _ in range(250):
            double.others_link().made_at = NOW - timedelta(days=400)
        assert list(processor.links_since(NOW)) == [link]
        assert len(double.asked("links")) == 3

    @pytest.mark.parametrize("size", [99, 100, 101, 250])
    @pytest.mark.parametrize("repeat", [False, True])
    def test_every_page_is_read_and_each_link_told_once(
        self, size: int, repeat: bool, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        links = [made(processor, number) for number in range(size)]
        double.lists.repeat = repeat
        assert list(processor.links_since(NOW)) == links[::-1]

    def test_a_list_without_an_end_is_trouble(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        made(processor)
        double.lists.endless = True
        with pytest.raises(ProcessorTrouble):
            processor.find_links([TOKEN], NOW)
        assert len(double.asked("links")) < 2_100

    def test_a_very_long_list_is_trouble_and_not_cut(
        self, processor: StripeProcessor, double: ProcessorDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("dipay.processors.stripe._MOST_RECORDS", 150)
        for _ in range(201):
            double.others_link()
        with pytest.raises(ProcessorTrouble):
            list(processor.links_since(NOW))

    @pytest.mark.parametrize(
        "changes",
        [{"active": None}, {"url": "http://buy.stripe.com/x"}, {"line_items": None}, {"id": "x"}, {"line_items": 1}],
    )
    def test_what_is_no_link_is_trouble_and_not_passed_over(
        self, changes: dict[str, Any], processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        made(processor)
        double.script("links", changed(**changes))
        with pytest.raises(ProcessorTrouble):
            processor.find_links([TOKEN], NOW)

    def test_pages_come_as_they_are_used(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        links = [made(processor, number) for number in range(150)]
        assert next(processor.links_since(NOW)) == links[-1]
        assert len(double.asked("links")) == 1


class TestSwitchingOff:
    def test_nobody_can_begin_to_pay(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        link = made(processor)
        processor.switch_off(link.link_id)
        with pytest.raises(LinkIsOffError):
            double.pay(link.link_id)
        processor.switch_off(link.link_id)
        assert double.links[link.link_id].active is False

    @pytest.mark.parametrize("link_id", ["plink_gone", "", "../customers/cus_1", "plink_1/../../x", "price_1"])
    def test_one_that_is_gone_or_none_is_off(
        self, link_id: str, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        processor.switch_off(link_id)
        assert [each.path for each in double.requests] == (
            ["/v1/payment_links/plink_gone"] if link_id == "plink_gone" else []
        )

    @pytest.mark.parametrize("changes", [{"active": True}, {"active": None}, {"id": "plink_other"}, {"id": None}])
    def test_an_answer_that_does_not_say_so_is_none(
        self, changes: dict[str, Any], processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        link = made(processor)
        double.script("switch_off", changed(**changes))
        with pytest.raises(ProcessorTrouble):
            processor.switch_off(link.link_id)

    def test_it_can_be_switched_off_again_after_staff_switched_it_on(
        self, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        """A key of idempotency would answer with what was done before, and do nothing."""
        link = made(processor)
        processor.switch_off(link.link_id)
        double.links[link.link_id].active = True
        processor.switch_off(link.link_id)
        assert double.links[link.link_id].active is False


class TestPayments:
    def test_by_card(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        link = made(processor)
        assert paid(processor) == []
        session = double.begin(link.link_id)
        assert paid(processor) == []
        at(double, NOW + timedelta(hours=3))
        double.complete(session)
        (payment,) = paid(processor)
        assert payment == Payment(
            session.session_id, session.intent_id, link.link_id, TOKEN, 12_500, PaymentState.PAID,
            NOW + timedelta(hours=3),
        )  # fmt: skip
        assert processor.payment(session.session_id) == payment
        assert TOKEN not in repr(payment)
        assert "12500" not in repr(payment)

    def test_by_bank(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        session = double.pay(made(processor).link_id, by="bank")
        other = double.pay(made(processor, 2).link_id, by="bank")
        assert [each.state for each in paid(processor)] == [PaymentState.PENDING, PaymentState.PENDING]
        double.bank_settled(session)
        double.bank_failed(other)
        assert [each.state for each in paid(processor)] == [PaymentState.FAILED, PaymentState.PAID]
        assert [state_of(processor, each) for each in (session, other)] == [PaymentState.PAID, PaymentState.FAILED]

    @pytest.mark.parametrize(
        ("status", "intent", "state"),
        [
            ("paid", "succeeded", PaymentState.PAID),
            ("paid", "processing", PaymentState.PAID),
            ("unpaid", "succeeded", PaymentState.PAID),
            ("unpaid", "processing", PaymentState.PENDING),
            ("unpaid", "requires_action", PaymentState.PENDING),
            ("unpaid", "something_new", PaymentState.PENDING),
            ("unpaid", "requires_payment_method", PaymentState.FAILED),
            ("unpaid", "canceled", PaymentState.FAILED),
        ],
    )
    def test_each_state(
        self, status: str, intent: str, state: PaymentState, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        session = double.pay(made(processor).link_id)
        session.payment_status, session.intent_status = status, intent
        assert [each.state for each in paid(processor)] == [state]

    def test_on_a_page_that_was_open_when_the_link_was_switched_off(
        self, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        link = made(processor)
        session = double.begin(link.link_id)
        processor.switch_off(link.link_id)
        double.complete(session)
        assert [each.payment_id for each in paid(processor)] == [session.session_id]

    def test_what_others_take_is_left_out(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        other = double.pay(double.others_link().link_id)
        assert paid(processor) == []
        assert processor.payment(other.session_id) is None

    def test_since(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        first = double.pay(made(processor).link_id)
        at(double, NOW + timedelta(hours=1))
        second = double.pay(made(processor, 2).link_id)
        assert [each.payment_id for each in paid(processor, NOW + timedelta(minutes=9))] == [
            second.session_id, first.session_id,
        ]  # fmt: skip
        assert [each.payment_id for each in paid(processor, NOW + timedelta(minutes=11))] == [second.session_id]

    def test_late_ones_come_with_the_next_question(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        double.pay(made(processor).link_id)
        double.lists.hide_last = 1
        assert paid(processor) == []
        double.lists.hide_last = 0
        assert len(paid(processor)) == 1

    @pytest.mark.parametrize("repeat", [False, True])
    def test_every_page(self, repeat: bool, processor: StripeProcessor, double: ProcessorDouble) -> None:
        """Of an account through which others take money, too."""
        shop = double.others_link()
        mine = []
        for number in range(120):
            mine.append(double.pay(made(processor, number).link_id).session_id)
            double.pay(shop.link_id)
        double.lists.repeat = repeat
        assert [each.payment_id for each in paid(processor)] == mine[::-1]
        assert len(double.asked("sessions")) >= 3

    @pytest.mark.parametrize("payment_id", ["cs_test_gone", "", "pi_1", "../x", "cs_1/../y"])
    def test_one_that_is_not_known(self, payment_id: str, processor: StripeProcessor, double: ProcessorDouble) -> None:
        assert processor.payment(payment_id) is None
        assert len(double.requests) == (payment_id == "cs_test_gone")

    def test_the_answer_about_another_one_is_none(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        session = double.pay(made(processor).link_id)
        double.script("session", changed(id="cs_test_other"))
        with pytest.raises(ProcessorTrouble):
            processor.payment(session.session_id)

    def test_a_session_that_was_not_completed_is_none(
        self, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        session = double.begin(made(processor).link_id)
        assert processor.payment(session.session_id) is None

    @pytest.mark.parametrize("changes", [{"status": "expired"}, {"status": "open"}, {"mode": "subscription"}])
    def test_what_is_no_completed_payment_is_none(
        self, changes: dict[str, Any], processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        session = double.pay(made(processor).link_id)
        double.script("session", changed(**changes))
        assert processor.payment(session.session_id) is None

    def test_a_token_on_the_payment_alone_is_enough(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        session = double.pay(made(processor).link_id)
        double.script("session", changed(metadata={}))
        assert state_of(processor, session) is PaymentState.PAID

    @pytest.mark.parametrize(
        "changes",
        [
            {"amount_total": None}, {"amount_total": "12500"}, {"amount_total": -1}, {"amount_total": True},
            {"currency": "eur"}, {"payment_intent": "pi_1"}, {"payment_link": None}, {"payment_link": "x"},
            {"created": "yesterday"}, {"created": 10**18}, {"id": "x"}, {"metadata": [1]},
        ],
    )  # fmt: skip
    def test_what_is_no_payment_is_trouble_and_not_passed_over(
        self, changes: dict[str, Any], processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        double.pay(made(processor).link_id)
        double.script("sessions", changed(**changes))
        if changes == {"metadata": [1]}:  # the payment has the token, too
            assert len(paid(processor)) == 1
            return
        with pytest.raises(ProcessorTrouble):
            paid(processor)


def state_of(processor: StripeProcessor, session: Session) -> PaymentState:
    payment = processor.payment(session.session_id)
    assert payment is not None
    return payment.state


class TestRefunds:
    def test_in_parts(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        session = double.pay(made(processor).link_id)
        (payment,) = paid(processor)
        parts = [double.refund(session, 2_500), double.refund(session, 10_000)]
        found = list(processor.refunds_since(NOW))
        assert [each.refund_id for each in found] == [each.refund_id for each in parts[::-1]]
        assert {each.reference for each in found} == {payment.reference}
        assert sum(each.amount_cents for each in found) == payment.amount_cents
        assert "2500" not in repr(found)

    @pytest.mark.parametrize("status", ["pending", "failed", "canceled", "requires_action", None])
    def test_one_that_has_not_succeeded_does_not_count(
        self, status: Any, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        double.refund(double.pay(made(processor).link_id), 100, status=status)
        assert list(processor.refunds_since(NOW)) == []

    def test_one_that_succeeds_after_days_is_told_then(
        self, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        refund = double.refund(double.pay(made(processor).link_id, by="bank"), 100, status="pending")
        refund.status = "succeeded"
        assert len(list(processor.refunds_since(NOW + timedelta(days=20)))) == 1
        assert list(processor.refunds_since(NOW + timedelta(days=31))) == []

    def test_one_of_a_payment_without_links(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        double.refund(double.pay(made(processor).link_id), 100).intent_id = None
        assert list(processor.refunds_since(NOW)) == []

    @pytest.mark.parametrize(
        "changes", [{"amount": "100"}, {"amount": -1}, {"payment_intent": "x"}, {"id": "x"}, {"created": None}]
    )
    def test_what_is_no_refund_is_trouble_and_not_passed_over(
        self, changes: dict[str, Any], processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        double.refund(double.pay(made(processor).link_id), 100)
        double.script("refunds", changed(**changes))
        with pytest.raises(ProcessorTrouble):
            list(processor.refunds_since(NOW))


class TestPing:
    def test_it_changes_nothing(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        assert processor.ping() is None
        assert {each.method for each in double.requests} == {"GET"}

    @pytest.mark.parametrize("resource", ["payment_links", "checkout/sessions", "refunds"])
    def test_a_permission_that_is_missing(
        self, resource: str, processor: StripeProcessor, double: ProcessorDouble
    ) -> None:
        double.lacks = {resource}
        problem = processor.ping()
        assert problem is not None
        assert problem.key == "payment_link.stripe.api_key"
        assert "lacks a permission" in problem.message
        assert "Checkout Sessions" in problem.fix

    def test_a_key_that_was_revoked(self, processor: StripeProcessor, double: ProcessorDouble) -> None:
        double.revoked = True
        problem = processor.ping()
        assert problem is not None
        assert problem.key == "payment_link.stripe.api_key"
        assert "rk_test" not in str(problem)


#: How each question goes wrong, and a word of what is said then.
NO_ANSWERS: dict[str, tuple[Behaviour, str]] = {
    "dropped": (drop(), "the connection broke off"),
    "dropped before": (drop(processed=False, reset=False), "the connection broke off"),
    "too slow": (hang(), "no answer in time"),
    "half": (half(), "the connection broke off"),
    "500": (refuse(500, kind="api_error"), "trouble of its own"),
    "503 with HTML": (answer(503, "<html>patient@example.com</html>"), "trouble of its own"),
    "429": (refuse(429, "rate_limit"), "slow down"),
    "401": (refuse(401, words="Invalid API Key provided: rk_test_double"), "does not accept the key"),
    "403": (refuse(403, words="rk_test_double lacks"), "lacks a permission"),
    "403 by a filter": (answer(403, "<html>blocked</html>"), "not Stripe"),
    "404 by another server": (answer(404, "<html>none</html>"), "not Stripe"),
    "404 of the address": (refuse(404), "refuses"),
    "400": (refuse(400, "parameter_unknown", words="patient@example.com"), "refuses (parameter_unknown)"),
    "an error that is a word": (answer(400, {"error": "patient@example.com"}), "not Stripe"),
    "an error that is a list": (answer(400, {"error": [1]}), "not Stripe"),
    "HTML": (answer(200, "<html>web filter</html>"), "not Stripe"),
    "nothing": (answer(200, ""), "not Stripe"),
    "a list": (answer(200, [1]), "not Stripe"),
    "a word": (answer(200, '"word"'), "not Stripe"),
    "null": (answer(200, "null"), "not Stripe"),
    "something else": (answer(200, {"object": "balance", "amount": 1}), "not Stripe"),
    "a list of nothing": (answer(200, {"object": "list", "data": [None], "has_more": False, "url": "/v1/x"}), "not Stripe"),
    "a list without records": (answer(200, {"object": "list", "has_more": False, "url": "/v1/x"}), "not Stripe"),
    "a list without an end": (answer(200, {"object": "list", "data": [], "url": "/v1/x"}), "not Stripe"),
    "a list of words": (answer(200, {"object": "list", "data": ["x"], "has_more": False, "url": "/v1/x"}), "not Stripe"),
    "an empty page before others": (answer(200, {"object": "list", "data": [], "has_more": True, "url": "/v1/x"}), "not Stripe"),
    "a redirect": (answer(302, "", headers={"Location": "https://example.com/"}), "not Stripe"),
}  # fmt: skip

#: What is in a list is nothing to `ping`.
NOT_LOOKED_AT = {"a list of nothing", "a list of words", "a list without an end", "an empty page before others"}

QUESTIONS: dict[str, tuple[str, Callable[[StripeProcessor], object]]] = {
    "find_links": ("links", lambda processor: processor.find_links([TOKEN], NOW)),
    "links_since": ("links", lambda processor: list(processor.links_since(NOW))),
    "switch_off": ("switch_off", lambda processor: processor.switch_off("plink_1")),
    "payments_since": ("sessions", lambda processor: list(processor.payments_since(NOW))),
    "payment": ("session", lambda processor: processor.payment("cs_test_1")),
    "refunds_since": ("refunds", lambda processor: list(processor.refunds_since(NOW))),
    "ping": ("links", lambda processor: processor.ping()),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", NO_ANSWERS)
def test_no_answer(
    name: str, question: str, processor_against: Callable[[str], StripeProcessor], double: ProcessorDouble
) -> None:
    processor = processor_against(name)
    kind, ask = QUESTIONS[question]
    behaviour, words = NO_ANSWERS[name]
    double.script(kind, behaviour)
    if question == "ping":
        if name in NOT_LOOKED_AT:
            return
        problem = processor.ping()
        assert problem is not None
    else:
        with pytest.raises(ProcessorTrouble) as caught:
            ask(processor)
        assert caught.value.exit_code == 4
        assert caught.value.__context__ is None
        told = "".join(traceback.format_exception(caught.value))
        assert not any(each in told for each in ("rk_test", "patient@example.com"))
        problem = caught.value.problem
    assert words in str(problem)
    assert problem.fix
    assert len(double.asked(kind)) == 1
    assert not any(each in str(problem) for each in ("rk_test", "patient", "double"))


@pytest.mark.parametrize("kind", ["links", "sessions", "refunds"])
def test_a_second_page_without_an_answer(kind: str, processor: StripeProcessor, double: ProcessorDouble) -> None:
    for number in range(101):
        double.refund(double.pay(made(processor, number).link_id))
    double.script(kind, passed(), drop())
    with pytest.raises(ProcessorTrouble):
        next(ask(processor) for each, (asked, ask) in QUESTIONS.items() if asked == kind and each.endswith("since"))


def passed() -> Behaviour:
    def act(call: Any) -> None:
        call.answer(*call.process())

    return act


def test_a_next_page_at_another_host_gets_no_key(processor: StripeProcessor, double: ProcessorDouble) -> None:
    made(processor)
    with processor_double() as other:
        host = other.url.removeprefix("http://")
        for url in (other.url, f"@{host}/v1/payment_links", f".{host}/", "//evil", "/../v2"):

            def act(call: Any, url: str = url) -> None:
                status, body = call.process()
                call.answer(status, {**body, "has_more": True, "url": url})

            double.script("links", act)
            with pytest.raises(ProcessorTrouble):
                list(processor.links_since(NOW))
        assert not other.requests


class TestLifeOfALink:
    """Whatever happens in whatever order: what is told of it is what happened."""

    @examples(25)
    @given(
        st.lists(
            st.sampled_from(["make", "begin", "card", "bank", "settle", "fail", "refund", "off", "later"]), max_size=25
        )
    )
    def test_what_is_told_is_what_happened(self, steps: list[str]) -> None:
        with processor_double() as double:
            hours = 0
            double.now = lambda: NOW + timedelta(hours=hours)
            processor = processor_for(double)
            sessions: list[Session] = []
            off = False
            for step in steps:
                if step == "later":
                    hours += 1
                link = made(processor)
                complete = [each for each in sessions if each.status == "complete"]
                if step == "begin" and not off and not complete:
                    sessions.append(double.begin(link.link_id))
                elif step in {"card", "bank"} and sessions and not complete:
                    double.complete(sessions[-1], by=step)
                elif step == "settle" and complete and complete[0].intent_status == "processing":
                    double.bank_settled(complete[0])
                elif step == "fail" and complete and complete[0].intent_status == "processing":
                    double.bank_failed(complete[0])
                elif step == "refund" and complete and complete[0].intent_status == "succeeded":
                    left = complete[0].amount - sum(each.amount for each in double.refunds.values())
                    if left:
                        double.refund(complete[0], min(left, 5_000))
                elif step == "off":
                    processor.switch_off(link.link_id)
                    off = True
            if not steps:
                return
            (link,) = processor.links_since(NOW)
            complete = [each for each in sessions if each.status == "complete"]
            assert link.active is not (off or bool(complete))
            told = paid(processor)
            assert len(told) == len(complete) <= 1
            for payment, session in zip(told, complete, strict=True):
                states = {
                    "succeeded": PaymentState.PAID,
                    "processing": PaymentState.PENDING,
                    "requires_payment_method": PaymentState.FAILED,
                }
                assert payment.state is states[session.intent_status]
                refunds = list(processor.refunds_since(NOW))
                assert {each.reference for each in refunds} <= {payment.reference}
                assert sum(each.amount_cents for each in refunds) == sum(
                    each.amount for each in double.refunds.values()
                )

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dipay.domain.outcomes import Accepted, Delivery, InDoubt, RefusalKind
from dipay.messaging import DeliveryReport, Outgoing, ProviderTrouble, poll_deliveries
from dipay.messaging.twilio import TwilioSender
from tests.messaging.behaviours import Behaviour, accept, answer, drop, half, hang, refuse, too_many
from tests.messaging.double import Message, Post, ProviderDouble, provider_double

NUMBER = "+12075550148"
OTHER = "+12075550199"
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def out(number: str = NUMBER, token: str = "tok3n") -> Outgoing:
    return Outgoing(1, token, number, f"Maple: pay https://pay.example.com/{token}")


def kept(double: ProviderDouble, to: str = NUMBER, text: str = "x", at: datetime = NOW) -> Message:
    double.now = lambda: at
    return double.keep(Post(to, text, double.number, ""))


class TestDeliveries:
    def test_states_come_one_after_the_other(self, sender: TwilioSender, double: ProviderDouble) -> None:
        double.script(accept(("sending", None), ("sent", None), ("delivered", None)), to=NUMBER)
        sent = sender.send(out())
        assert isinstance(sent, Accepted)
        reports = [sender.fetch(sent.provider_id) for _ in range(4)]
        states = [report.state for report in reports if report]
        assert states == [Delivery.QUEUED, Delivery.SENT, Delivery.DELIVERED, Delivery.DELIVERED]

    @pytest.mark.parametrize(
        ("status", "code", "state", "kind"),
        [
            ("accepted", None, Delivery.QUEUED, RefusalKind.UNKNOWN),
            ("scheduled", None, Delivery.QUEUED, RefusalKind.UNKNOWN),
            ("sent", None, Delivery.SENT, RefusalKind.UNKNOWN),
            ("read", None, Delivery.DELIVERED, RefusalKind.UNKNOWN),
            ("undelivered", 30003, Delivery.UNDELIVERED, RefusalKind.TEMPORARY_BY_PERSON),
            ("undelivered", 30005, Delivery.UNDELIVERED, RefusalKind.NUMBER),
            ("undelivered", 30007, Delivery.UNDELIVERED, RefusalKind.CONTENT),
            ("failed", 21610, Delivery.FAILED, RefusalKind.OPTED_OUT),
            ("failed", 30001, Delivery.FAILED, RefusalKind.SLOW_DOWN),
            ("failed", 30034, Delivery.FAILED, RefusalKind.RUN_STOP),
            ("failed", 39999, Delivery.FAILED, RefusalKind.UNKNOWN),
            ("failed", None, Delivery.FAILED, RefusalKind.UNKNOWN),
            ("canceled", None, Delivery.CANCELED, RefusalKind.UNKNOWN),
        ],
    )
    def test_each_state(
        self,
        status: str,
        code: int | None,
        state: Delivery,
        kind: RefusalKind,
        sender: TwilioSender,
        double: ProviderDouble,
    ) -> None:
        message = kept(double)
        double.settle(message.sid, status, code)
        report = sender.fetch(message.sid)
        assert report is not None
        assert (report.state, report.kind, report.code) == (state, kind, str(code or ""))
        assert bool(report.why) is state.is_failure

    @pytest.mark.parametrize("status", ["partially_delivered", "teleported", f"to {NUMBER}", ""])
    def test_an_unknown_state_is_waited_on_and_shown(
        self, status: str, sender: TwilioSender, double: ProviderDouble
    ) -> None:
        message = kept(double)
        double.settle(message.sid, status)
        report = sender.fetch(message.sid)
        assert report is not None
        assert report.state is Delivery.QUEUED
        assert report.why.startswith("Twilio says: ")
        assert NUMBER not in report.why

    def test_an_old_error_does_not_undo_a_delivery(self, sender: TwilioSender, double: ProviderDouble) -> None:
        message = kept(double)
        double.settle(message.sid, "delivered", 30003)
        assert sender.fetch(message.sid) == DeliveryReport(Delivery.DELIVERED)

    def test_a_message_that_is_not_there(self, sender: TwilioSender, double: ProviderDouble) -> None:
        assert sender.fetch("SM" + "0" * 32) is None
        asked = len(double.gets)
        assert sender.fetch("../Calls") is None
        assert len(double.gets) == asked

    def test_polling_asks_for_each_once(self, sender: TwilioSender, double: ProviderDouble) -> None:
        sids = [kept(double).sid for _ in range(5)]
        polled = poll_deliveries(sender, [*sids, sids[0]])
        assert list(polled.reports) == sids
        assert polled.trouble is None
        assert len(double.gets) == 5

    def test_polling_ends_at_the_first_trouble(self, sender: TwilioSender, double: ProviderDouble) -> None:
        sids = [kept(double).sid for _ in range(4)]
        double.answer_gets_with = too_many("30")
        polled = poll_deliveries(sender, sids)
        assert polled.reports == {}
        assert polled.trouble is not None
        assert len(double.gets) == 1


TROUBLES: dict[str, Behaviour] = {
    "429": too_many("30"),
    "401": refuse(20003, 401),
    "403 HTML": answer(403, "<html>blocked</html>"),
    "404 HTML": answer(404, "<html>nowhere</html>"),
    "500": answer(500, {"code": 20500, "message": NUMBER}),
    "307": answer(307, headers={"Location": "/elsewhere"}),
    "HTML": answer(200, f"<html>{NUMBER}</html>"),
    "a list": answer(200, []),
    "nothing": answer(200, ""),
    "half": half(),
    "drop": drop(accepted=False),
    "silence": hang(accepted=False),
}


@pytest.mark.parametrize("name", TROUBLES)
@pytest.mark.parametrize("question", ["fetch", "sent_to", "sent_since", "replies", "ping"])
def test_a_question_without_an_answer_is_trouble_and_says_nothing_personal(
    question: str, name: str, make_sender: Any, double: ProviderDouble
) -> None:
    sender: TwilioSender = make_sender(read_seconds=0.08)
    sid = "SM" + "0a" * 16
    double.answer_gets_with = TROUBLES[name]
    if question == "ping":
        problem = sender.ping()
    else:
        asks: dict[str, Any] = {
            "fetch": lambda: sender.fetch(sid),
            "sent_to": lambda: sender.sent_to(NUMBER, NOW),
            "sent_since": lambda: list(sender.sent_since(NOW)),
            "replies": lambda: sender.replies(NOW, 10),
        }
        with pytest.raises(ProviderTrouble) as raised:
            asks[question]()
        assert raised.value.exit_code == 4
        assert raised.value.__context__ is None
        assert raised.value.retry_after_seconds == (30.0 if name == "429" else None)
        assert NUMBER not in "".join(traceback.format_exception(raised.value))
        problem = raised.value.problem
    assert problem is not None
    assert problem.fix
    assert NUMBER not in str(problem)


class TestTimeThere:
    def test_it_is_that_of_the_last_dated_answer(self, sender: TwilioSender, double: ProviderDouble) -> None:
        double.now = lambda: NOW
        assert sender.time_there() is None
        sender.send(out())
        told = sender.time_there()
        assert told is not None
        assert NOW <= told < NOW + timedelta(minutes=1)
        assert sender.time_there() > told  # type: ignore[operator]
        double.undated = True
        sender.ping()
        assert sender.time_there() > told  # type: ignore[operator]

    @pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 14:00:00 GMT", "2026-11-23"])
    def test_a_date_that_is_none_tells_nothing(self, date: str, sender: TwilioSender, double: ProviderDouble) -> None:
        double.answer_gets_with = answer(503, "busy", headers={"Date": date})
        sender.ping()
        assert sender.time_there() is None

    def test_an_answer_that_refuses_is_dated_too(self, make_sender: Any, double: ProviderDouble) -> None:
        sender = make_sender(auth_token="wrong")
        sender.ping()
        assert sender.time_there() is not None


def test_ping(sender: TwilioSender, make_sender: Any, double: ProviderDouble) -> None:
    assert sender.ping() is None
    problem = make_sender(auth_token="wrong").ping()
    assert problem is not None
    assert problem.key == "messaging.twilio.auth_token"
    assert not double.posts


class TestLog:
    def test_finds_what_was_sent_and_not_answered(self, sender: TwilioSender, double: ProviderDouble) -> None:
        began = double.now()
        double.script(drop(), to=NUMBER)
        assert isinstance(sender.send(out()), InDoubt)
        sender.send(out(OTHER, "0ther"))
        (found,) = sender.sent_to(NUMBER, began)
        assert found.carries("tok3n", out().text)
        assert not found.carries("0ther", "something else")
        assert found.provider_id in double.messages

    def test_does_not_find_what_was_not_sent(self, sender: TwilioSender, double: ProviderDouble) -> None:
        began = double.now()
        double.script(drop(accepted=False), to=NUMBER)
        assert isinstance(sender.send(out()), InDoubt)
        assert sender.sent_to(NUMBER, began) == []

    def test_asks_by_number_and_without_a_date(self, sender: TwilioSender, double: ProviderDouble) -> None:
        sender.sent_to(NUMBER, NOW)
        (_, query) = double.gets[-1]
        assert query["To"] == NUMBER
        assert set(query) == {"To", "PageSize"}

    def test_leaves_out_what_is_older_or_came_in(self, sender: TwilioSender, double: ProviderDouble) -> None:
        kept(double, at=NOW - timedelta(minutes=11))
        recent = kept(double, at=NOW - timedelta(minutes=9))
        double.incoming(OTHER, "hello", at=NOW, to=NUMBER)
        double.incoming(NUMBER, "hello", at=NOW)
        assert [each.provider_id for each in sender.sent_to(NUMBER, NOW)] == [recent.sid]

    def test_a_message_from_another_of_the_accounts_numbers_counts(
        self, sender: TwilioSender, double: ProviderDouble
    ) -> None:
        # The practice changed its number after a message was left in doubt.
        double.keep(Post(NUMBER, "x", "+12075550177", ""))
        assert len(sender.sent_to(NUMBER, double.now())) == 1

    @pytest.mark.parametrize("lose_filters", [False, True])
    def test_every_page_is_read_and_others_messages_left_out(
        self, lose_filters: bool, sender: TwilioSender, double: ProviderDouble
    ) -> None:
        double.lose_filters = lose_filters
        mine = []
        for minute in range(250):
            mine.append(kept(double, at=NOW + timedelta(minutes=minute)).sid)
            kept(double, OTHER, at=NOW + timedelta(minutes=minute, seconds=30))
        found = sender.sent_to(NUMBER, NOW)
        assert [each.provider_id for each in found] == mine[::-1]

    def test_a_page_of_old_messages_ends_it(self, sender: TwilioSender, double: ProviderDouble) -> None:
        for day in range(300):
            kept(double, at=NOW - timedelta(days=day))
        assert len(sender.sent_to(NUMBER, NOW - timedelta(hours=1))) == 1
        assert len(double.gets) == 1

    def test_scheduled_messages_are_as_new_as_they_were_sent(
        self, sender: TwilioSender, double: ProviderDouble
    ) -> None:
        """Reminders that another program made ten days ago and that went out now fill the first page."""
        mine = kept(double, at=NOW - timedelta(hours=1))
        for second in range(1000):
            kept(double, at=NOW - timedelta(days=10)).sent_at = NOW - timedelta(seconds=second)
        assert [each.provider_id for each in sender.sent_since(NOW - timedelta(days=2))] == [mine.sid]

    def test_a_log_without_an_end_is_trouble_and_not_absence(
        self, sender: TwilioSender, double: ProviderDouble
    ) -> None:
        empty = {"messages": [], "next_page_uri": f"/2010-04-01/Accounts/{double.account_sid}/Messages.json?Page=1"}
        double.answer_gets_with = answer(200, empty)
        with pytest.raises(ProviderTrouble):
            sender.sent_to(NUMBER, NOW)
        assert len(double.gets) <= 100

    def test_a_next_page_at_another_host_gets_no_credentials(
        self, sender: TwilioSender, double: ProviderDouble
    ) -> None:
        with provider_double() as other:
            page = {"messages": [], "meta": {"next_page_url": f"{other.url}/steal", "key": "messages"}}
            double.answer_gets_with = answer(200, page)
            with pytest.raises(ProviderTrouble):
                sender.sent_to(NUMBER, NOW)
            assert not other.gets
        assert len(double.gets) == 1

    def test_of_every_number(self, sender: TwilioSender, double: ProviderDouble) -> None:
        first, second = kept(double, at=NOW), kept(double, OTHER, at=NOW + timedelta(seconds=1))
        kept(double, OTHER, at=NOW - timedelta(days=2))
        double.incoming(OTHER, "hello", at=NOW)
        assert [each.provider_id for each in sender.sent_since(NOW)] == [second.sid, first.sid]

    @pytest.mark.parametrize(
        ("kept_text", "found"),
        [
            ("Maple: pay https://pay.example.com/tok3n", True),
            ("Sent from your Twilio trial account - Maple: pay now", True),
            ("Maple: pay now ", True),
            ("Maple: pay https://pay.example.com/other", False),
            ("", False),
        ],
    )
    def test_what_is_taken_for_the_same_message(
        self, kept_text: str, found: bool, sender: TwilioSender, double: ProviderDouble
    ) -> None:
        kept(double, text=kept_text)
        (message,) = sender.sent_to(NUMBER, NOW)
        assert message.carries("tok3n", "Maple: pay now") is found
        assert not message.carries("", "")
        assert "pay" not in repr(message)


class TestReplies:
    def test_oldest_first_and_only_replies(self, sender: TwilioSender, double: ProviderDouble) -> None:
        later = double.incoming(OTHER, "call me", at=NOW + timedelta(minutes=2))
        sooner = double.incoming(NUMBER, "STOP", at=NOW + timedelta(minutes=1))
        double.incoming(NUMBER, "old", at=NOW - timedelta(minutes=1))
        double.incoming(NUMBER, "to another office", at=NOW, to="+12075550177")
        double.keep(Post(NUMBER, "x", double.number, ""))
        found = sender.replies(NOW, 10)
        assert [(each.provider_id, each.number, each.text, each.at) for each in found] == [
            (sooner.sid, NUMBER, "STOP", NOW + timedelta(minutes=1)),
            (later.sid, OTHER, "call me", NOW + timedelta(minutes=2)),
        ]
        assert "STOP" not in repr(found[0])

    def test_the_limit_leaves_the_newest_for_the_next_call(self, sender: TwilioSender, double: ProviderDouble) -> None:
        for minute in range(5):
            double.incoming(NUMBER, str(minute), at=NOW + timedelta(minutes=minute))
        first = sender.replies(NOW, 3)
        assert [each.text for each in first] == ["0", "1", "2"]
        assert [each.text for each in sender.replies(first[-1].at, 3)] == ["2", "3", "4"]

    def test_the_date_goes_over_the_wire_as_a_day_in_utc(self, sender: TwilioSender, double: ProviderDouble) -> None:
        evening = datetime.fromisoformat("2026-11-22T22:30:00-05:00")  # the 23rd in UTC
        double.incoming(NUMBER, "hello", at=evening + timedelta(seconds=1))
        assert len(sender.replies(evening, 10)) == 1
        (_, query) = double.gets[-1]
        assert query["DateSent>"] == "2026-11-22T00:00:00Z"
        assert query["To"] == double.number

    def test_with_a_messaging_service_all_its_numbers(self, make_sender: Any, double: ProviderDouble) -> None:
        service = "MG" + "0b" * 16
        double.incoming(NUMBER, "one", at=NOW, to="+12075550177").service = service
        double.incoming(NUMBER, "two", at=NOW, to="+12075550178")
        double.incoming(NUMBER, "not ours", at=NOW, to="+12075550179").service = "MG" + "0c" * 16
        sender: TwilioSender = make_sender(from_number=None, messaging_service_sid=service)
        assert sorted(each.text for each in sender.replies(NOW, 10)) == ["one", "two"]

"""Links that a processor makes: claimed, made, written down, and only then the text; and off again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dipay.services import provider
from dipay.services.syncing import sync
from dipay.state.reading import history
from dipay.state.requests import RequestState
from dipay.state.store import open_for_reading
from tests.messaging.behaviours import refuse
from tests.messaging.double import ProviderDouble
from tests.processors.memory import FAILURES, URL, Failure, MemoryProcessor
from tests.sending.practice import Practice, outcomes, practice_on, sender_for

STRIPE = {"payment_link": {"provider": "stripe"}}


@pytest.fixture
def practice(tmp_path: Path, double: ProviderDouble) -> Iterator[Practice]:
    made = practice_on(double, tmp_path, settings=STRIPE)
    yield made
    made.check()


@pytest.fixture
def processor(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> MemoryProcessor:
    made = MemoryProcessor(lambda: practice.now)
    monkeypatch.setattr(provider, "open_processor", lambda _office: made)
    return made


def states(practice: Practice) -> dict[str, list[RequestState]]:
    found: dict[str, list[RequestState]] = {}
    with open_for_reading(practice.office.state_path) as store:
        for each in history(store):
            found.setdefault(each.guarantor_id, []).append(each.state)
    return found


def links(practice: Practice) -> list[tuple[int, str, str]]:
    with open_for_reading(practice.office.state_path) as store:
        return store.connection.execute(
            "SELECT request_id, state, off_why FROM payment_links ORDER BY request_id"
        ).fetchall()


def active(processor: MemoryProcessor) -> list[str]:
    return [each.link_id for each in processor.links.values() if each.active]


class TestMaking:
    def test_each_request_gets_a_link_of_its_own(
        self, practice: Practice, double: ProviderDouble, processor: MemoryProcessor
    ) -> None:
        report = practice.send(sender_for(double))
        assert report.count("accepted") == 3
        assert len(processor.links) == 3
        for post, link in zip(double.posts, processor.links.values(), strict=True):
            assert link.url in post.text
            assert link.amount_cents == 10_000
        assert links(practice) == [(1, "made", ""), (2, "made", ""), (3, "made", "")]
        with open_for_reading(practice.office.state_path) as store:
            for request in history(store):
                assert request.text in [post.text for post in double.posts]
                assert processor.links[request.token].url in (request.text or "")

    @pytest.mark.parametrize("failure", FAILURES)
    def test_a_link_that_can_not_be_made_stops_its_message(
        self, failure: Failure, practice: Practice, double: ProviderDouble, processor: MemoryProcessor
    ) -> None:
        made = [0]

        def fails(_number: int, name: str) -> Failure | None:
            made[0] += name == "make_link"
            return failure if name == "make_link" and made[0] == 2 else None

        processor.fails = fails
        report = practice.send(sender_for(double))
        went = ["1"] if failure == "refused" else ["1", "3"]
        assert outcomes(report) == dict.fromkeys(went, "accepted") | {"2": "not sent"}
        assert report.exit_code == (4 if failure == "refused" else 0)
        assert states(practice)["2"] == [RequestState.NOT_SENT]
        assert double.posts_to(practice.number("2")) == []
        # It is still to be asked, and gets one link and one text.
        processor.fails = lambda _number, _name: None
        practice.later(minutes=30)
        again = practice.send(sender_for(double))
        assert outcomes(again)["2"] == "accepted"
        assert len(double.posts_to(practice.number("2"))) == 1
        assert len(active(processor)) == 3
        lost = [(2, "off", "unsent")] if failure == "lost" else [(2, "absent", "")]
        assert [each for each in links(practice) if each[0] == 2] == lost

    @pytest.mark.parametrize("failure", ["unanswered", "lost"])
    def test_three_without_an_answer_stop_the_run(
        self, failure: Failure, practice: Practice, double: ProviderDouble, processor: MemoryProcessor
    ) -> None:
        practice.size = 5
        practice.export()
        processor.fails = lambda _number, name: failure if name == "make_link" else None
        report = practice.send(sender_for(double))
        assert (report.exit_code, report.left, double.posts) == (4, 2, [])
        assert [each.kind for each in report.problems if each.severity == "error"] == ["run stopped"]

    def test_nobody_gets_a_link_in_a_rehearsal(self, practice: Practice, processor: MemoryProcessor) -> None:
        practice.provider = "outbox"
        assert practice.send().count("accepted") == 3
        assert processor.calls == []
        with open_for_reading(practice.office.state_path) as store:
            assert all(f"{URL[:23]}xxx" in (each.text or "") for each in history(store))
        practice.provider = "twilio"

    def test_the_link_of_a_text_that_was_refused_is_switched_off(
        self, practice: Practice, double: ProviderDouble, processor: MemoryProcessor
    ) -> None:
        double.script(refuse(21211), to=practice.number("1"))
        practice.send(sender_for(double))
        sync(practice.office, sender_for(double))
        assert links(practice)[0] == (1, "off", "undeliverable")
        assert len(active(processor)) == 2

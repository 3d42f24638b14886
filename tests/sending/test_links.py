"""Links that a processor makes: claimed, made, written down, and only then the text; and off again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.services import deciding, provider
from dipay.services.sending import dry_run
from dipay.services.syncing import release_doubt, sync
from dipay.state import crash
from dipay.state.payments import payments_of
from dipay.state.reading import history, in_doubt
from dipay.state.requests import RequestState
from dipay.state.store import open_for_reading
from tests.messaging.behaviours import refuse
from tests.messaging.double import ProviderDouble, provider_double
from tests.processors.memory import FAILURES, URL, Failure, MemoryProcessor
from tests.sending.practice import Practice, outcomes, practice_on, sender_for

STRIPE = {"payment_link": {"provider": "stripe"}}


@pytest.fixture
def practice(tmp_path: Path, double: ProviderDouble) -> Iterator[Practice]:
    made = practice_on(double, tmp_path, settings=STRIPE)
    yield made
    made.check()


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
        assert dry_run(practice.office).links_are_made
        report = practice.send(sender_for(double))
        assert (report.count("accepted"), report.has_stand_ins) == (3, False)
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
        report = practice.send()
        assert (report.count("accepted"), report.has_stand_ins) == (3, True)
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


class Killed(BaseException):
    """What a kill does to the process, as far as a test can go on after it."""


@pytest.mark.parametrize("what", ["point", "before", "after"])
def test_a_run_killed_anywhere_gives_everybody_one_text_and_one_link(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every point of the state's transactions, and before and after every call of the processor."""
    for number in range(1, 300):
        folder = tmp_path / str(number)
        folder.mkdir()
        with provider_double() as double, monkeypatch.context() as patched:
            practice = practice_on(double, folder, size=2, settings=STRIPE)
            processor = MemoryProcessor(lambda practice=practice: practice.now)  # type: ignore[misc]
            patched.setattr(provider, "open_processor", lambda _office, made=processor: made)
            practice.send(sender_for(double), only=["1"])
            practice.later(minutes=30)
            survived = not killed_at(what, number, practice, double, processor, patched)
            practice.later(minutes=30)
            settle(practice, double)
            practice.send(sender_for(double))
            practice.later(minutes=30)
            settle(practice, double)
            assert [len(double.posts_to(practice.number(each))) for each in ("1", "2")] == [1, 1]
            live = {each.url for each in processor.links.values() if each.active}
            assert len(live) == 2
            assert all(sum(url in post.text for post in double.posts) == 1 for url in live)
            assert states(practice)["2"].count(RequestState.ACCEPTED) == 1
            practice.check()
        if survived:
            break
    assert number > {"point": 10, "before": 2, "after": 2}[what]


def killed_at(
    what: str,
    number: int,
    practice: Practice,
    double: ProviderDouble,
    processor: MemoryProcessor,
    patched: pytest.MonkeyPatch,
) -> bool:
    """Sends, and dies at that point or call; whether it did."""
    with patched.context() as dying:
        if what == "point":
            dying.setenv("DIPAY_TEST_CRASH_AT", f"any:{number}")
            dying.setattr(crash, "_passed", Counter())
            for way in ("kill", "_exit"):  # the second is Windows's
                dying.setattr(f"dipay.state.crash.os.{way}", lambda *_: (_ for _ in ()).throw(Killed))
        else:
            first = len(processor.calls)
            for name in ("make_link", "switch_off", "payments_since", "find_links"):
                dying.setattr(processor, name, dies(getattr(processor, name), what, first + number, processor))
        try:
            practice.send(sender_for(double))
        except Killed:
            return True
    return False


def dies(call: Callable[..., Any], what: str, number: int, processor: MemoryProcessor) -> Callable[..., Any]:
    def made(*given: Any) -> Any:
        if what == "before" and len(processor.calls) + 1 == number:
            raise Killed
        answer = call(*given)
        if what == "after" and len(processor.calls) == number:
            raise Killed
        return answer

    return made


def settle(practice: Practice, double: ProviderDouble) -> None:
    """What people do: they sync, and release what the provider does not have."""
    sync(practice.office, sender_for(double))
    with open_for_reading(practice.office.state_path) as store:
        doubts = in_doubt(store, "twilio")
    for each in doubts:
        release_doubt(practice.office, each.id, "the provider does not have it")


@pytest.mark.parametrize("failure", ["unanswered", "lost"])
def test_whatever_call_fails_the_end_is_the_same(
    failure: Failure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link's life: made, paid, a part of it refunded, replaced, switched off; with a failure at each of its calls."""
    calm = life(tmp_path, 0, failure, monkeypatch)
    for number in range(1, 200):
        told = life(tmp_path, number, failure, monkeypatch)
        assert told[1:] == calm[1:], number
        if number > told[0]:
            break
    assert number > 15


def life(folder: Path, number: int, failure: Failure, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """How many calls there were, and how all ended, where the call of that number fails; each command is given again
    until it goes through.
    """
    here = folder / f"{failure}{number}"
    here.mkdir()
    with provider_double() as double, monkeypatch.context() as patched:
        practice = practice_on(double, here, size=3, settings=STRIPE)
        processor = MemoryProcessor(lambda: practice.now, lambda call, _name: failure if call == number else None)
        patched.setattr(provider, "open_processor", lambda _office: processor)

        def go(do: Callable[[], object]) -> None:
            done = 0
            while done < 2:
                with suppress(CannotGoOn):
                    do()
                    done += 1
                practice.later(minutes=25)

        go(lambda: practice.send(sender_for(double)))
        with open_for_reading(practice.office.state_path) as store:
            tokens = {each.guarantor_id: each.token for each in history(store) if each.state is RequestState.ACCEPTED}
        paid = processor.pay(tokens["1"])
        go(lambda: sync(practice.office, sender_for(double)))
        processor.refund(paid, 9_000)
        go(lambda: sync(practice.office, sender_for(double)))
        practice.later(days=7)
        go(lambda: practice.send(sender_for(double)))
        go(lambda: deciding.remove(practice.office, ["2"]))
        go(lambda: sync(practice.office, sender_for(double)))
        practice.check()
        with open_for_reading(practice.office.state_path) as store:
            kept = payments_of(store, "1")
        return (
            len(processor.calls),
            Counter(post.to for post in double.posts),
            [(each.amount_cents, each.refunded_cents, each.state) for each in kept],
            {
                account: [each.active for each in processor.links.values() if each.url in text_to(double, practice, account)]
                for account in ("1", "2", "3")
            },
            sum(each.active for each in processor.links.values()),
        )  # fmt: skip


def text_to(double: ProviderDouble, practice: Practice, account: str) -> str:
    return " ".join(post.text for post in double.posts_to(practice.number(account)))

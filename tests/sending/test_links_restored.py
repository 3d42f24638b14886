"""The second witness where a processor makes the links: a lost or restored state asks nobody again, and learns its links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.messaging import Outgoing
from dipay.services.syncing import SyncReport, sync
from dipay.state.reading import history
from dipay.state.requests import RequestState
from dipay.state.store import open_for_reading
from tests.messaging.behaviours import drop
from tests.messaging.double import ProviderDouble
from tests.processors.memory import MemoryProcessor
from tests.sending.practice import Practice, outcomes, practice_on, sender_for
from tests.sending.test_restored import is_closed, state_now
from tests.sending.test_witness import STATE, forget, once, texts

STRIPE: dict[str, Any] = {"provider": "stripe"}
TEMPLATE: dict[str, Any] = {"url": "https://pay.example.com/{request_id}"}


@pytest.fixture
def practice(tmp_path: Path, double: ProviderDouble) -> Iterator[Practice]:
    folder = tmp_path / "office"
    folder.mkdir()
    made = practice_on(double, folder, settings={"payment_link": STRIPE})
    yield made
    made.check()


def synced(practice: Practice, double: ProviderDouble, *, accept: bool = False) -> SyncReport:
    practice.later(hours=1)
    return sync(practice.office, sender_for(double), accept_log=accept)


def known(practice: Practice) -> list[tuple[str, str, int, int]]:
    """Each account's link: its state, the amount asked for, and whether the text has it."""
    with open_for_reading(practice.office.state_path) as store:
        return store.connection.execute(
            "SELECT r.guarantor_id, l.state, r.amount_cents, instr(r.text, l.url) > 0 "
            "FROM payment_links l JOIN requests r ON r.id = l.request_id ORDER BY 1"
        ).fetchall()


WHOLE = [(each, "made", 10_000, 1) for each in ("1", "2", "3")]


@pytest.mark.parametrize("how", ["lost", "restored", "lost, with links of another host"])
def test_a_state_that_lacks_its_messages_asks_nobody_and_learns_their_links(
    how: str, practice: Practice, double: ProviderDouble, processor: MemoryProcessor
) -> None:
    if how.endswith("host"):
        processor.host = "https://pay.maple.example/"
    restore = state_now(practice)
    practice.send(sender_for(double))
    (paying, *_) = processor.links
    if how != "restored":
        forget(practice, *STATE)
    else:
        restore()
    assert is_closed(practice, double)
    processor.pay(paying)
    report = synced(practice, double)
    assert (report.restored, report.payments) == (3, {"paid": 1})
    assert [each[:1] + each[2:] for each in known(practice)] == [each[:1] + each[2:] for each in WHOLE]
    assert outcomes(practice.send(sender_for(double))) == {}
    assert texts(double) == once(practice)
    # Who paid gets no follow-up, and the others' links are replaced by those of theirs.
    practice.later(days=8)
    assert len(outcomes(practice.send(sender_for(double)))) == 2
    assert sum(each.active for each in processor.links.values()) == 2


def test_a_processor_that_can_not_be_asked_leaves_the_state_closed(
    practice: Practice, double: ProviderDouble, processor: MemoryProcessor
) -> None:
    practice.send(sender_for(double))
    forget(practice, *STATE)
    assert is_closed(practice, double)
    processor.fails = lambda _number, name: "unanswered" if name == "links_since" else None
    with pytest.raises(CannotGoOn) as stop:
        synced(practice, double)
    assert stop.value.exit_code == 4
    assert is_closed(practice, double)


def test_a_message_in_doubt_is_found_by_its_link(
    practice: Practice, double: ProviderDouble, processor: MemoryProcessor
) -> None:
    double.script(drop(accepted=True), to=practice.number("2"))
    assert outcomes(practice.send(sender_for(double)))["2"] == "in doubt"
    for message in double.messages.values():
        message.text = f"Sent from your trial account - {message.text} "
    assert synced(practice, double).found == 1
    with open_for_reading(practice.office.state_path) as store:
        assert {each.state for each in history(store)} == {RequestState.ACCEPTED}
    assert outcomes(practice.send(sender_for(double))) == {}
    assert known(practice) == WHOLE


def test_a_link_that_the_processor_does_not_know_is_for_a_person(
    practice: Practice, double: ProviderDouble, processor: MemoryProcessor
) -> None:
    practice.send(sender_for(double), limit=1)
    (post,) = double.posts
    processor.links.clear()
    forget(practice, *STATE)
    assert is_closed(practice, double)
    report = synced(practice, double)
    assert [each.kind for each in report.problems] == ["restored"]
    assert is_closed(practice, double)
    assert synced(practice, double, accept=True).problems == []
    assert "buy.stripe.com" in post.text


@pytest.mark.parametrize(("first", "then"), [(TEMPLATE, STRIPE), (STRIPE, TEMPLATE)])
def test_another_way_to_make_links_makes_no_message_strange(
    first: dict[str, Any], then: dict[str, Any], practice: Practice, double: ProviderDouble, processor: MemoryProcessor
) -> None:
    practice.settings["payment_link"] = first
    double.script(drop(accepted=True), to=practice.number("2"))
    practice.send(sender_for(double), limit=2)
    practice.settings["payment_link"] = then
    practice.later(days=1)
    assert outcomes(practice.send(sender_for(double))) == {"3": "accepted"}
    assert texts(double) == once(practice)


def test_messages_of_both_ways_complete_a_lost_state(
    practice: Practice, double: ProviderDouble, processor: MemoryProcessor
) -> None:
    practice.settings["payment_link"] = TEMPLATE
    practice.send(sender_for(double), limit=1)
    practice.settings["payment_link"] = STRIPE | TEMPLATE
    practice.send(sender_for(double))
    forget(practice, *STATE)
    assert is_closed(practice, double)
    assert synced(practice, double).restored == 3
    assert known(practice) == WHOLE[1:]
    assert outcomes(practice.send(sender_for(double))) == {}


def test_another_programs_link_of_the_same_processor_is_none_of_ours(
    practice: Practice, double: ProviderDouble, processor: MemoryProcessor
) -> None:
    shop = "Your whitening kit is ready: https://buy.stripe.com/abcdef123456"
    sender_for(double).send(Outgoing(0, "", practice.number("1"), shop))
    practice.later(minutes=1)
    assert practice.send(sender_for(double)).count("accepted") == 3

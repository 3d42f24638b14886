"""After a restore: the provider's log completes the state, or a person does; nobody is asked a second time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.messaging import Outgoing
from dipay.services.reconciling import token_in
from dipay.services.syncing import SyncReport, sync
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, outcomes, sender_for

TEXT = "{practice} {link} {phone} STOP"
STEPS = {"messages": [{"day": day, "text": f"{word} {TEXT}"} for day, word in ((0, "one"), (7, "two"), (14, "three"))]}


@pytest.fixture(autouse=True)
def same_clock(practice: Practice, double: ProviderDouble) -> None:
    double.now = lambda: practice.now


def state_now(practice: Practice) -> Callable[[], object]:
    """What puts the state file back to what it is at this moment."""
    practice.office.open_state().close()
    path = practice.office.state_path
    return partial(path.write_bytes, path.read_bytes())


def synced(practice: Practice, double: ProviderDouble, *, accept_log: bool = False) -> SyncReport:
    practice.later(hours=1)
    return sync(practice.office, sender_for(double), accept_log=accept_log)


def words(double: ProviderDouble, practice: Practice, account: str) -> list[str]:
    return [post.text.split()[0] for post in double.posts_to(practice.number(account))]


def is_closed(practice: Practice, double: ProviderDouble) -> bool:
    before = len(double.posts)
    try:
        practice.send(sender_for(double))
    except CannotGoOn as error:
        assert error.exit_code == 5
        assert len(double.posts) == before
        return True
    return False


def test_follow_ups_come_back_into_their_campaigns(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["campaign"] = STEPS
    restore = state_now(practice)
    practice.send(sender_for(double))
    practice.later(days=7)
    practice.send(sender_for(double))
    restore()
    assert synced(practice, double).restored == 6
    practice.later(days=1)
    assert outcomes(practice.send(sender_for(double))) == {}
    practice.later(days=7)
    practice.send(sender_for(double))
    assert words(double, practice, "1") == ["one", "two", "three"]


def test_an_opt_out_between_lost_messages_is_read(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["campaign"] = STEPS
    restore = state_now(practice)
    practice.send(sender_for(double), limit=1)
    practice.later(hours=2)
    double.incoming(practice.number("1"), "no more texts please")
    practice.later(days=1)
    practice.send(sender_for(double))
    restore()
    assert synced(practice, double).opted_out == 1
    practice.later(days=7)
    assert "1" not in outcomes(practice.send(sender_for(double)))


def test_the_log_is_read_from_where_the_file_ends_however_old_it_is(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["campaign"] = {"messages": STEPS["messages"][:1]}
    restore = state_now(practice)
    practice.send(sender_for(double))
    restore()
    practice.later(days=35)
    assert synced(practice, double).restored == 3
    assert outcomes(practice.send(sender_for(double))) == {}


def test_messages_with_another_link_keep_the_state_closed_until_a_person_looked(
    practice: Practice, double: ProviderDouble
) -> None:
    restore = state_now(practice)
    practice.send(sender_for(double))
    restore()
    practice.settings["payment_link"] = {"url": "https://new.example.com/{request_id}"}
    report = synced(practice, double)
    [problem] = report.problems
    assert report.restored == 0
    assert "3 messages with the practice's name or words and another link than today's" in problem.message
    assert practice.number("1") not in str(problem)
    assert is_closed(practice, double)
    practice.settings["payment_link"] = {"url": "https://pay.example.com/{request_id}"}
    assert synced(practice, double).restored == 3
    assert not is_closed(practice, double)


def test_a_person_may_accept_what_another_program_sent(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    restore = state_now(practice)
    practice.later(hours=1)
    sender_for(double).send(_reminder(practice.number("2")))
    sender_for(double).send(_reminder(practice.number("3"), " Confirm: https://remind.example/8472"))
    practice.send(sender_for(double), only=["1"])
    restore()
    # A message without any link is none of dipay's.
    assert "a message with the practice's name" in str(synced(practice, double).problems)
    assert is_closed(practice, double)
    assert synced(practice, double, accept_log=True).problems == []
    assert not is_closed(practice, double)
    with pytest.raises(CannotGoOn, match="was not restored") as caught:
        synced(practice, double, accept_log=True)
    assert caught.value.exit_code == 2


def _reminder(number: str, more: str = "") -> Outgoing:
    return Outgoing(0, "", number, f"Maple: see you tomorrow at ten.{more}")


def test_known_messages_need_no_account(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double), limit=1)
    restore = state_now(practice)
    practice.later(hours=1)
    practice.send(sender_for(double))
    restore()
    practice.numbers["1"] = "+12075550177"
    practice.later(hours=1)
    report = synced(practice, double)
    assert (report.restored, report.problems) == (2, [])
    assert not is_closed(practice, double)


def test_an_unknown_message_to_nobodys_number_closes_the_state_and_can_be_accepted(
    practice: Practice, double: ProviderDouble
) -> None:
    restore = state_now(practice)
    practice.send(sender_for(double), limit=1)
    restore()
    practice.numbers["1"] = "+12075550177"
    assert "no single account" in str(synced(practice, double).problems)
    assert is_closed(practice, double)
    assert synced(practice, double, accept_log=True).problems == []
    assert not is_closed(practice, double)


TOKEN = "Zr-k4_8mQxT0vLw2sYb6NdEa"


@pytest.mark.parametrize(
    ("url", "link", "found"),
    [
        ("https://p.example/{request_id}", f"https://p.example/{TOKEN}", TOKEN),
        ("https://p.example/m?r={request_id}&a={amount}", f"https://p.example/m?r={TOKEN}&a=12.50", TOKEN),
        (
            "https://p.example/{guarantor_id}/{request_id}",
            f"https://p.example/00000000-27e4-1b2e-0000-3ade68b1/{TOKEN}",
            TOKEN,
        ),
        ("https://p.example/{request_id}?again={request_id}", f"https://p.example/{TOKEN}?again={TOKEN}", TOKEN),
        ("https://p.example/{guarantor_id}?r={request_id}", f"https://p.example/a%20b%2F7?r={TOKEN}", TOKEN),
        ("https://p.example/{request_id}", f"https://other.example/{TOKEN}", None),
        ("https://p.example/{request_id}", "https://p.example/short", None),
    ],
)
def test_the_token_is_read_out_of_the_whole_link(url: str, link: str, found: str | None) -> None:
    assert token_in(f"Maple: pay here: {link} Questions? 207-555-0148. Reply STOP to opt out.", url) == found

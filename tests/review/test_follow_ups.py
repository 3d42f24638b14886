"""Follow-ups due stand beside the first requests: ticked, held, released and sent like them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.review.desk import Desk
from dipay.review.model import Ticks
from dipay.services import deciding
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, outcomes, sender_for


@pytest.fixture
def due(tmp_path: Path, double: ProviderDouble) -> Practice:
    """Accounts 1 to 3 were asked a week ago and have a follow-up due, 2's held for its amount; 4 and 5 are new."""
    settings = {"messaging": {"twilio": {"from": "+12075550100"}}, "payment_settings": {"hold_above": "500.00"}}
    practice = Practice(tmp_path, size=3, provider="twilio", settings=settings)
    practice.send(sender_for(double))
    practice.later(days=7)
    practice.size, practice.balances["2"] = 5, "900.00"
    practice.export()
    return practice


def desk_of(practice: Practice, double: ProviderDouble) -> Desk:
    desk = Desk(practice.office, lambda _: sender_for(double))
    desk.read()
    return desk


def going(desk: Desk) -> dict[str, int]:
    """The step of each message that would go out."""
    batch, _ = desk.prepare()
    return {each.account.guarantor_id: each.step for each in batch.plan.messages}


def test_a_held_follow_up_is_released_for_what_was_seen(due: Practice, double: ProviderDouble) -> None:
    desk = desk_of(due, double)
    assert going(desk) == {"1": 1, "3": 1, "4": 0, "5": 0}
    desk.release("2", "she asked for it")
    batch, _ = desk.prepare()
    (message,) = [each for each in batch.plan.messages if each.account.guarantor_id == "2"]
    assert (message.step, message.held_for) == (1, ("above-limit",))
    assert batch.plan.left_out == ()
    desk.tick(Ticks({"2": False}, ""))
    assert "2" not in going(desk)
    desk.tick(Ticks({"2": True}, ""))
    double.incoming(due.number("2"), "who is this?", at=due.now)
    assert "2" not in going(desk)
    due.check()


def test_a_follow_up_is_released_only_when_it_is_due_and_held(due: Practice, double: ProviderDouble) -> None:
    desk = desk_of(due, double)
    with pytest.raises(CannotGoOn, match="it is not held"):
        desk.release("1", "why")
    deciding.snooze(due.office, ["2"], until=None, days=3, reason="Other", note="")
    desk.catch_up()
    with pytest.raises(CannotGoOn, match="it is not held"):
        desk.release("2", "why")
    due.now = due.now.replace(day=20)
    due.export()
    desk.read()
    with pytest.raises(CannotGoOn, match="it is not held"):
        desk.release("2", "why")


def test_naming_an_account_releases_its_follow_up_too(due: Practice, double: ProviderDouble) -> None:
    deciding.deselect(due.office, ["2"])
    report = due.send(sender_for(double), only=["2"])
    assert outcomes(report) == {"2": "accepted"}
    assert [each.step for each in report.lines] == [1]
    deciding.snooze(due.office, ["3"], until=None, days=3, reason="Other", note="")
    report = due.send(sender_for(double), only=["3"])
    assert outcomes(report) == {}

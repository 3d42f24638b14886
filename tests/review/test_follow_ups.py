"""Follow-ups due stand beside the first requests: ticked, held, released and sent like them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.messaging import Sender
from dipay.office import Office
from dipay.review.desk import Desk
from dipay.review.model import Ticks
from dipay.review.words import batch_lines
from dipay.services import deciding
from tests.messaging.behaviours import answer
from tests.messaging.double import ProviderDouble
from tests.review.driving import Driver, deselected, drive
from tests.sending.practice import Practice, outcomes, practice_on, sender_for


@pytest.fixture
def due(tmp_path: Path, double: ProviderDouble) -> Practice:
    """Accounts 1 to 3 were asked a week ago and have a follow-up due, 2's held for its amount; 4 and 5 are new."""
    practice = practice_on(double, tmp_path, size=3, settings={"payment_settings": {"hold_above": "500.00"}})
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


def by(double: ProviderDouble) -> object:
    def make(_: Office) -> Sender:
        return sender_for(double)

    return make


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_follow_ups_stand_among_the_pending(due: Practice, double: ProviderDouble, size: tuple[int, int]) -> None:
    async def steps(see: Driver) -> None:
        assert see.line("Last1").startswith("> [x] 1  First1 Last1")
        assert "+ follow-up 1 of 2" in see.line("Last1")
        assert ("asked 18 Nov" in see.line("Last1")) is (size[0] == 140)
        assert see.line("Last2").startswith("   -  2")
        assert ("! owes $900.00, limit" if size[0] == 80 else "! due, but owes $900.00, limit") in see.line("Last2")
        assert "pending" in see.line("Last4")
        assert "Ticked 2 of 2 first requests $200.00, 2 of 2 follow-ups $200.00 (1 kept back)" in see.text()
        await see.press("space")
        assert deselected(due) == {"1"}
        assert "due, but deselected today" in see.line("Last1")
        assert "2 of 2 first requests $200.00, 1 of 2 follow-ups $100.00" in see.text()
        await see.press("down", "space")
        assert "Nothing here can be ticked" in see.text()
        await see.press("n", "u")
        assert deselected(due) == {"1"}
        await see.press("8")
        assert "Ticked 2 of 2 first requests $200.00, 1 of 2 follow-ups $100.00" in see.text()

    drive(due.office, steps, size=size, sender=by(double))  # type: ignore[arg-type]


def test_the_last_screen_tells_them_apart_and_sends_them(due: Practice, double: ProviderDouble) -> None:
    async def steps(see: Driver) -> None:
        await see.press("down", "r")
        assert "above-limit: amount $900.00" in see.text()
        await see.type("agreed")
        await see.press("enter")
        assert "[x] 2" in see.line("Last2")
        assert "= released: agreed" in see.line("Last2")
        await see.press("home", "space", "x")
        assert "4 messages: 2 first requests $200.00 and 2 follow-ups $1,000.00; 4 segments." in see.text()
        assert "Account 2 was held (above-limit), released: agreed." in see.text()
        await see.type("4")
        await see.press("enter")
        assert "4 accepted." in see.text()
        await see.press("enter")
        assert "Ticked 0 of 0 first requests $0.00, 0 of 1 follow-ups $0.00" in see.text()
        assert "changed" not in see.text()
        await see.press("5")
        assert "o asked 25 Nov, 2 of 3, next 2 Dec" in see.line("Last3")

    drive(due.office, steps, sender=by(double))  # type: ignore[arg-type]
    assert [len(double.posts_to(due.number(str(each)))) for each in range(1, 6)] == [1, 2, 2, 1, 1]
    due.check()


def test_where_the_provider_can_not_be_asked_nothing_can_be_sent(due: Practice, double: ProviderDouble) -> None:
    async def steps(see: Driver) -> None:
        double.answer_gets_with = answer(503, "busy")
        await see.press("x")
        assert "Nothing can be sent now" in see.text()
        assert "Nothing was sent" in " ".join(see.text().replace("│", " ").split())
        await see.press("escape")
        assert "Last1" in see.text()

    drive(due.office, steps, sender=by(double))  # type: ignore[arg-type]
    assert len(double.posts) == 3


def test_one_kind_of_message_is_said_alone(due: Practice, double: ProviderDouble) -> None:
    desk = desk_of(due, double)
    desk.tick(Ticks({"4": False, "5": False, "1": False}, ""))
    batch, _ = desk.prepare()
    assert batch_lines(batch, rehearsal=False)[0] == "1 message: 1 follow-up $100.00; 1 segment."


def test_a_follow_up_that_went_out_elsewhere_is_news(due: Practice, double: ProviderDouble) -> None:
    async def steps(see: Driver) -> None:
        due.send(sender_for(double), only=["1"])
        see.app.look()
        await see.settle()
        assert "1 row was changed meanwhile" in see.text()
        assert see.app.review.model.row("1").news == "changed meanwhile: no follow-up is due any more"

    drive(due.office, steps, sender=by(double))  # type: ignore[arg-type]

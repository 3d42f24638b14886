"""From the last screen to what became of it: confirmed by a number, stopped by Esc, and sent again where it failed."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from dipay.cli.signals import signals_kept
from dipay.domain.problems import CannotGoOn
from dipay.messaging import Sender
from dipay.office import Office
from dipay.review.desk import Desk, words_of
from dipay.review.words import batch_lines
from dipay.services import deciding, sending
from dipay.state.reading import history, in_doubt, phone_corrections
from dipay.state.store import open_for_reading
from tests.messaging.behaviours import drop, hang, refuse
from tests.messaging.double import ProviderDouble
from tests.review.driving import Driver, deselected, drive, rename, state_of
from tests.sending.practice import Practice, practice_on, sender_for


def by_double(double: ProviderDouble) -> object:
    def make(_: Office) -> Sender:
        return sender_for(double)

    return make


def posts(double: ProviderDouble, practice: Practice) -> dict[str, int]:
    return {str(n): len(double.posts_to(practice.number(str(n)))) for n in range(1, practice.size + 1)}


def test_the_last_screen_and_a_wrong_number(texting: Practice, double: ProviderDouble) -> None:
    async def steps(see: Driver) -> None:
        await see.press("down", "space", "x")
        text = see.text()
        assert "4 messages: 4 first requests $400.00; 4 segments" in text
        assert "The first one, to First1 Last1, (207) 555-0101:" in text
        assert "Maple: First, you have a balance to pay:" in text
        assert "Type 4 and Enter to send." in text
        await see.type("5")
        await see.press("enter")
        assert "That is not 4. Nothing was sent." in see.text()
        await see.press("escape")
        assert "Ticked 4 of 5" in see.text()

    drive(texting.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    assert double.posts == []


def test_what_keeps_a_batch_back_is_said_with_its_file(practice: Practice) -> None:
    practice.send()
    practice.later(days=1)
    practice.send()
    now = practice.now
    practice.now -= timedelta(days=1, hours=1)
    practice.export()
    practice.now = now
    desk = Desk(practice.office)
    batch, _ = desk.prepare()
    assert batch.stops
    marked = [line for line in batch_lines(batch, rehearsal=True) if line.startswith("! ")]
    assert len(marked) == len(batch.stops)
    assert any(line.startswith("! patients.csv: is of ") for line in marked)
    (practice.folder / "ledger.csv").unlink()
    with pytest.raises(CannotGoOn) as caught:
        desk.read()
    assert words_of(caught.value).startswith("ledger.csv: there is no such file.")


def test_the_number_sends_what_is_ticked(texting: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21211), turn=3)

    async def steps(see: Driver) -> None:
        await see.press("down", "space", "x")
        await see.type("4")
        await see.press("enter")
        text = see.text()
        assert "3 accepted, 1 undeliverable." in text
        assert "Account 4: undeliverable" in text
        assert "d: the undeliverable list" in text
        await see.press("d")
        assert "Not reached: 1" in see.text()
        await see.press("enter")
        await see.type("2075550199")
        await see.press("enter")
        assert "1 accepted." in see.text()
        assert "Everybody was reached." in see.text()
        await see.press("escape", "8")
        assert "[1 Pending:1" not in see.text()
        assert "1 of 3, next 25 Nov" in see.line("Last1")

    drive(texting.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    assert posts(double, texting) == {"1": 1, "2": 0, "3": 1, "4": 1, "5": 1}
    with open_for_reading(texting.office.state_path) as store:
        assert [each.number for each in phone_corrections(store)] == ["+12075550199"]


def test_a_number_that_cannot_be_right_is_refused_in_place(texting: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21211), turn=1)

    async def steps(see: Driver) -> None:
        await see.press("x")
        await see.type("5")
        await see.press("enter")
        await see.press("d")
        await see.press("enter")
        for number, said in (("12", "is not"), ("2075550102", "is a number of account 2")):
            await see.type(number)
            await see.press("enter")
            assert said in see.text()
            for _ in number:
                await see.pilot.press("backspace")
        await see.press("escape")

    drive(texting.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    assert posts(double, texting)["2"] == 1


def test_escape_stops_after_the_message_in_hand(texting: Practice, double: ProviderDouble) -> None:
    double.script(hang(0.6, accepted=True), turn=2)

    def patient(_: Office) -> Sender:
        return sender_for(double, read_seconds=5.0, total_seconds=6.0)

    async def steps(see: Driver) -> None:
        await see.press("x")
        await see.type("5")
        await see.pilot.press("enter")
        while len(double.posts) < 2:
            await asyncio.sleep(0.01)
        await see.pilot.press("escape")
        assert "Stopping after the message in hand." in see.text()
        await see.settle()
        assert "2 accepted." in see.text()
        assert "Left for later: 3 messages." in see.text()

    drive(texting.office, steps, sender=patient)
    assert len(double.posts) == 2
    texting.check()


def test_a_row_that_changed_meanwhile_is_not_sent_and_says_so(texting: Practice, double: ProviderDouble) -> None:
    async def steps(see: Driver) -> None:
        await see.press("x")
        deciding.snooze(texting.office, ["2"], until=None, days=3, reason="Other", note="")
        deciding.deselect(texting.office, ["3"])
        # The next export has another amount for account 4.
        texting.balances["4"] = "70.00"
        texting.export()
        await see.type("5")
        await see.press("enter")
        text = " ".join(see.text().split())
        assert "2 accepted." in text
        assert "account 2 changed meanwhile: snoozed until 2026-11-21" in text
        assert "account 3 changed meanwhile: it was deselected" in text
        assert "account 4 changed meanwhile: its amount, number or message is another one now" in text

    drive(texting.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    assert posts(double, texting) == {"1": 1, "2": 0, "3": 0, "4": 0, "5": 1}


def test_who_came_up_after_the_confirmation_is_not_sent(texting: Practice, double: ProviderDouble) -> None:
    deciding.deselect(texting.office, ["5"])

    async def steps(see: Driver) -> None:
        await see.press("x")
        deciding.select(texting.office, ["5"])
        await see.type("4")
        await see.press("enter")
        assert "4 accepted." in see.text()

    drive(texting.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    assert posts(double, texting)["5"] == 0


def test_what_cron_sent_meanwhile_is_not_sent_again(texting: Practice, double: ProviderDouble) -> None:
    """An open review keeps no run waiting, and what that run sent is left out of what was confirmed before."""

    async def steps(see: Driver) -> None:
        await see.press("x")
        assert texting.send(sender_for(double), limit=3).count("accepted") == 3
        await see.type("5")
        await see.press("enter")
        text = " ".join(see.text().split())
        assert "2 accepted." in text
        for account in "123":
            assert f"account {account} changed meanwhile: active since 2026-11-18" in text

    drive(texting.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    assert posts(double, texting) == dict.fromkeys("12345", 1)


def test_a_run_of_cron_waits_while_the_review_sends(
    texting: Practice, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CRON_WAIT_SECONDS", 0.0)
    double.script(hang(), turn=1)

    def patient(_: Office) -> Sender:
        return sender_for(double, read_seconds=60.0, total_seconds=60.0)

    async def steps(see: Driver) -> None:
        await see.press("x")
        await see.type("5")
        await see.pilot.press("enter")
        while not double.posts:
            await asyncio.sleep(0.01)
        with pytest.raises(CannotGoOn, match="is sending since"):
            texting.send(sender_for(double))
        double.wake()
        await see.settle()

    drive(texting.office, steps, sender=patient)
    assert sum(posts(double, texting).values()) == 5


def test_a_message_in_doubt_is_counted_as_such(texting: Practice, double: ProviderDouble) -> None:
    double.script(drop(accepted=False), turn=1)

    async def steps(see: Driver) -> None:
        await see.press("x")
        await see.type("5")
        await see.press("enter")
        assert "4 accepted, 1 in doubt." in see.text()
        await see.press("enter", "8", "home", "r")
        assert "A release does not lift outcome-unknown" in see.text()

    drive(texting.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    with open_for_reading(texting.office.state_path) as store:
        assert [each.guarantor_id for each in in_doubt(store, "twilio")] == ["1"]


def test_a_released_hold_goes_out_and_an_unreleased_one_does_not(tmp_path: Path, double: ProviderDouble) -> None:
    practice = practice_on(
        double, tmp_path, size=4, balances={"2": "900.00", "3": "901.00"},
        settings={"payment_settings": {"hold_above": "500.00"}},
    )  # fmt: skip

    async def steps(see: Driver) -> None:
        await see.press("8", "down", "r")
        await see.type("agreed")
        await see.press("enter", "x")
        assert "Account 2 was held (above-limit), released: agreed." in see.text()
        await see.type("3")
        await see.press("enter")
        assert "3 accepted." in see.text()

    drive(practice.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    assert posts(double, practice) == {"1": 1, "2": 1, "3": 0, "4": 1}
    practice.check()


def test_what_looks_odd(tmp_path: Path) -> None:
    practice = Practice(
        tmp_path, size=6, numbers={"5": "12"}, balances={"6": "5000.00"},
        settings={"messaging": {"daily_limit": 4, "confirm_above": 2}},
    )  # fmt: skip
    rename(practice, "1", "Dr.", "Last1")
    rename(practice, "2", "Ольга", "Last2")
    desk = Desk(practice.office)
    desk.read()
    batch, _ = desk.prepare()
    said = " ".join(batch.oddities)
    assert batch.count == 4
    assert "4 messages are more than the settings let go out unasked (2)." in said
    assert "Today's limit of 4 leaves 4 for today (0 sent); 1 more stay for tomorrow." in said
    assert "1 without a usable number go onto the Undeliverable list: 5." in said
    assert "1 message greets nobody by name: 1." in said
    assert "1 has letters that the short alphabet lacks (О а г л ь): 70 characters a segment, not 160." in said


def test_old_exports_stop_it(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        from datetime import timedelta

        practice.now += timedelta(days=3)
        await see.press("x")
        assert "Nothing can be sent now." in see.text()
        assert "!" in see.text()
        await see.press("escape")

    drive(practice.office, steps)
    assert not (practice.folder / "outbox").exists()


def test_another_sender_is_said(texting: Practice, double: ProviderDouble) -> None:
    from dipay.state.sender_lock import sender_lock

    async def steps(see: Driver) -> None:
        await see.press("space", "space", "x")
        await see.type("5")
        lock = texting.office.state_path.with_suffix(".lock")
        with sender_lock(lock, 0.0, who="Kim", now=texting.now):
            await see.press("enter")
        assert "is sending since" in " ".join(see.text().split())
        await see.press("enter")
        assert "Ticked 5 of 5" in see.text()

    drive(texting.office, steps, sender=by_double(double))  # type: ignore[arg-type]
    assert double.posts == []


def test_leaving_while_messages_go_out_finishes_the_one_in_hand(texting: Practice, double: ProviderDouble) -> None:
    double.script(hang(0.5, accepted=True), turn=1)

    def patient(_: Office) -> Sender:
        return sender_for(double, read_seconds=5.0, total_seconds=6.0)

    async def steps(see: Driver) -> None:
        await see.press("x")
        await see.type("5")
        await see.pilot.press("enter")
        while not double.posts:
            await asyncio.sleep(0.01)
        # What a closed terminal does.
        see.app.leave()
        while see.app.hands.busy:
            await asyncio.sleep(0.01)

    drive(texting.office, steps, sender=patient)
    assert len(double.posts) == 1
    with open_for_reading(texting.office.state_path) as store:
        assert [each.state.value for each in history(store)] == ["accepted"]


@pytest.mark.parametrize("key", ["ctrl+q", "q"])
def test_leaving_loses_nothing(key: str, practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.pilot.press("space")
        await see.pilot.press(key)
        while see.app.return_code is None:
            await asyncio.sleep(0.001)

    drive(practice.office, steps)
    assert state_of(practice, "1").deselected_on is not None


def test_a_console_of_windows_that_is_closed_ends_the_review(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its event loop knows no signals, and Windows's word for it is SIGBREAK."""
    number: int = getattr(signal, "SIGBREAK", 0)
    if sys.platform != "win32":
        number = signal.SIGUSR2
    monkeypatch.setattr(signal, "SIGBREAK", number, raising=False)

    def has_none(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", has_none)

    async def steps(see: Driver) -> None:
        await see.press("space")
        signal.raise_signal(number)
        await see.settle()

    with signals_kept():
        app = drive(practice.office, steps)
    assert app.interrupted
    assert len(deselected(practice)) == 1

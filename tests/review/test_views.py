"""A campaign seen whole: what patients answered, who was not reached, what is held, who has to be called."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.color import Color

from dipay.domain.worklist import View
from dipay.messaging import Sender
from dipay.office import Office
from dipay.review.changes import LASTING
from dipay.review.columns import LIGHT
from dipay.review.plain import Plain
from dipay.services import answers, deciding
from dipay.services.syncing import sync
from dipay.services.worklist import make_worklist
from tests.messaging.behaviours import refuse
from tests.messaging.double import ProviderDouble
from tests.review.driving import Driver, drive, state_of
from tests.sending.practice import Practice, sender_for

SIZES = [(80, 24), (140, 40)]
LONG = "I already paid this at the desk last week, check 1042, and this is the third time that you ask me, please look"


@pytest.fixture
def answered(texting: Practice, double: ProviderDouble) -> Practice:
    """Everybody was asked; 5 was not reached; 1 says that it was paid, 2's number is wrong, and a stranger asks."""
    double.script(refuse(21614), to=texting.number("5"))
    texting.send(sender_for(double))
    for number, text in (
        (texting.number("1"), LONG), (texting.number("2"), "wrong number"), ("+12075550666", "who are you"),
    ):  # fmt: skip
        double.incoming(number, text, at=texting.now + timedelta(seconds=1))
    texting.later(hours=1)
    sync(texting.office, sender_for(double))
    return texting


def by(double: ProviderDouble) -> Callable[[Office], Sender]:
    return lambda _: sender_for(double)


def waiting(practice: Practice) -> list[int]:
    return [each.reply.id for each in answers.answers(practice.office)]


def views(practice: Practice) -> dict[str, View]:
    return {each.account.guarantor_id: each.view for each in make_worklist(practice.office).worklist.judged}


def test_where_no_reply_waits_the_panel_beside_them_stays_as_it_was(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        panel = see.app.review.why_panel
        assert not panel.display
        await see.press("2")
        assert not panel.display
        await see.press("1", "w", "2")
        assert panel.display
        await see.press("1")
        assert panel.display

    drive(practice.office, steps, size=(140, 40))


@pytest.mark.parametrize("size", SIZES)
def test_the_replies_stand_in_a_view_with_their_text_in_full(answered: Practice, size: tuple[int, int]) -> None:
    async def steps(see: Driver) -> None:
        assert "2 Replies:3" in see.text()
        await see.press("2")
        assert "First1 Last1" in see.line('? 18 Nov, already paid: "I already paid')
        assert '? 18 Nov, wrong person: "wrong number"' in see.line("First2")
        assert '? 18 Nov, question: "who are you"' in see.line("(207) 555-0666")
        await see.pilot.pause(0.3)
        await see.settle()
        said = " ".join(see.text().replace("│", " ").split())
        assert LONG.rpartition(",")[2].strip() in said
        assert "f dealt with, p paid, m wrong number, t opt out, s snooze" in said
        # A reply is nothing to be ticked, but the next view has the panel as it was.
        await see.press("space")
        assert "Nothing here can be ticked" in see.text()
        await see.press("1")
        assert "f dealt with" not in see.text()

    drive(answered.office, steps, size=size)


def test_a_reply_that_somebody_dealt_with_leaves_and_comes_back(answered: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("2", "f")
        assert "Somebody dealt with this reply?" in see.text()
        await see.type("called her")
        await see.press("enter")
        assert "Settled 1 reply." in see.text()
        assert waiting(answered) == [2, 3]
        assert "[2 Replies:2]" in see.text()
        (kept,) = [each for each in answers.answers(answered.office, waiting_only=False) if each.reply.id == 1]
        assert (kept.reply.how, kept.reply.note) == ("done", "called her")
        await see.press("u")
        assert waiting(answered) == [1, 2, 3]
        assert "[2 Replies:3]" in see.text()
        await see.press("ctrl+a", "f")
        assert "Somebody dealt with these 3 replies?" in see.text()
        await see.press("enter")
        assert waiting(answered) == []
        assert "changed" not in see.text()
        await see.press("f")
        assert "No reply waits here." in see.text()

    drive(answered.office, steps)
    answered.check()


@pytest.mark.parametrize(
    ("key", "title", "then"),
    [
        ("p", "Paid: First1 Last1, account 1?", View.SNOOZED),
        ("m", "Somebody else's number: First1 Last1, account 1?", View.UNDELIVERABLE),
        ("t", "Never text again: First1 Last1, account 1?", View.EXCLUDED),
    ],
)
def test_the_decision_that_settles_a_reply_asks_first(answered: Practice, key: str, title: str, then: View) -> None:
    async def steps(see: Driver) -> None:
        await see.press("2", key)
        assert title in see.text()
        await see.press("escape")
        assert waiting(answered) == [1, 2, 3]
        await see.press(key, "enter")
        assert waiting(answered) == [2, 3]
        assert views(answered)["1"] is then
        assert see.app.review.model.row("1").view is then
        assert "[2 Replies:2]" in see.text()
        assert "changed" not in see.text()
        await see.press("u")
        assert "There is nothing to undo." in see.text()

    drive(answered.office, steps)
    answered.check()


def test_a_snooze_settles_a_reply_and_undo_lets_it_wait_again(answered: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("2", "s")
        await see.type("2w")
        await see.press("enter", "enter", "enter")
        assert waiting(answered) == [2, 3]
        await see.press("6")
        assert "snoozed until 2 Dec" in see.line("Last1")
        await see.press("u")
        assert waiting(answered) == [1, 2, 3]

    drive(answered.office, steps)


def test_a_reply_of_nobody_is_only_dealt_with(answered: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("2", "end")
        for key in ("p", "s", "r", "b"):
            await see.press(key)
            assert "There is no account here." in see.text()
        await see.press("f", "enter")
        assert waiting(answered) == [1, 2]

    drive(answered.office, steps)


def test_an_account_that_a_reply_holds_can_be_settled_where_it_stands(answered: Practice) -> None:
    answered.later(days=7)

    async def steps(see: Driver) -> None:
        assert "reply 1 waits" in see.line("Last1")
        assert see.line("Last1")[2:5] == " - "
        await see.press("r")
        assert "A release does not lift reply-waiting" in see.text()
        await see.press("f", "enter")
        assert waiting(answered) == [2, 3]
        assert see.line("Last1")[2:5] == "[x]"
        assert "changed" not in see.text()

    drive(answered.office, steps)


def test_the_other_views(answered: Practice, double: ProviderDouble) -> None:
    deciding.snooze(answered.office, ["3"], until=None, days=9, reason="Other", note="waits for Delta")

    async def steps(see: Driver) -> None:
        await see.press("3")
        assert "x not reached 18 Nov" in see.line("Last5")
        await see.press("4")
        assert "No account is here." in see.text()
        await see.press("5")
        assert "next 25 Nov" in see.line("Last4")
        assert "o 1 of 3, but reply 1 waits" in see.line("Last1")
        await see.press("6")
        assert "o snoozed until 27 Nov: Other (waits for" in see.line("Last3")
        await see.press("7")
        assert "No account is here." in see.text()
        await see.press("8")
        assert "[8 All:5]" in see.text()
        # A campaign can be ended.
        await see.press("5", "end", "up", "e", "y")
        assert "Campaign ended: 1 account." in see.text()
        assert state_of(answered, "3").campaign_began is None

    drive(answered.office, steps, size=(80, 24))


def test_who_got_every_message_and_owes_as_before(texting: Practice, double: ProviderDouble) -> None:
    for _ in range(3):
        texting.send(sender_for(double))
        texting.later(days=7)

    async def steps(see: Driver) -> None:
        assert "7 Exh:5" in see.text()
        await see.press("7")
        assert "asked 3 times, last 2 Dec: call" in see.line("Last2")
        assert "call home (207) 555-0190" in see.line("Last1")
        await see.press("w")
        await see.pilot.pause(0.6)
        await see.settle()
        assert "To call: home (207) 555-0190, work ask for him." in see.text()

    with_other_numbers(texting)
    drive(texting.office, steps)


def with_other_numbers(practice: Practice) -> None:
    """The patients export with two columns more, of which the first account has something to say."""
    path = practice.folder / "patients.csv"
    header, first, *rest = path.read_text().splitlines()
    lines = [f"{header},home_phone,work_phone", f"{first},207-555-0190,ask for him", *(f"{each},," for each in rest)]
    path.write_text("\n".join(lines) + "\n")
    os.utime(path, (practice.now.timestamp(), practice.now.timestamp()))


def test_what_a_run_settles_of_others_is_no_news(answered: Practice, double: ProviderDouble) -> None:
    deciding.mark_paid(answered.office, ["3"])
    answered.size = 6
    answered.later(days=1)

    async def steps(see: Driver) -> None:
        await see.press("x")
        await see.type("1")
        await see.press("enter", "enter")
        # The export of today is newer than the mark, so that account is asked about again.
        assert state_of(answered, "3").paid_on is None
        assert "changed" not in see.text()

    drive(answered.office, steps, sender=by(double))


def test_a_reply_of_a_number_that_was_never_asked_is_its_accounts(texting: Practice, double: ProviderDouble) -> None:
    deciding.deselect(texting.office, ["4"])
    texting.send(sender_for(double))
    double.incoming(texting.number("4"), "who is this", at=texting.now)
    texting.later(hours=1)
    sync(texting.office, sender_for(double))

    async def steps(see: Driver) -> None:
        await see.press("2")
        assert "First4 Last4" in see.line("who is this")
        await see.press("slash")
        await see.type("nobody")
        assert "First4" not in see.text()
        await see.press("escape", "escape", "slash")
        await see.type("last4 question")
        assert "First4" in see.text()
        # No command would settle it by its account; what is done about it here does.
        await see.press("enter", "p", "enter")
        assert waiting(texting) == []
        assert state_of(texting, "4").paid_on is not None

    drive(texting.office, steps)


@pytest.mark.parametrize("words", ["plan", "held", "follow-up", "reply waits"])
def test_a_search_finds_states(answered: Practice, words: str) -> None:
    answered.later(days=7)

    async def steps(see: Driver) -> None:
        await see.press("8", "slash")
        await see.type(words)
        found = {row.id for row in see.app.review.model.shown_rows()}
        assert found == {"plan": set(), "held": {"1", "2"}, "follow-up": {"1", "2", "3", "4"}}.get(words, set())

    drive(answered.office, steps)


def test_sorted_by_status(answered: Practice) -> None:
    answered.later(days=7)
    answered.size = 7
    answered.export()
    deciding.deselect(answered.office, ["6"])

    async def steps(see: Driver) -> None:
        await see.press("8", "o")
        assert "Amountv" in see.text()
        await see.press("O")
        assert "Amount^" in see.text()
        for _ in range(3):
            await see.press("o")
        assert "by status, pending first" in see.text()
        assert "Status^" in see.text()
        assert [row.id for row in see.app.review.model.shown_rows()] == ["7", "6", "3", "4", "1", "2", "5"]
        await see.press("O")
        assert "Statusv" in see.text()

    drive(answered.office, steps)


def test_a_number_of_another_account_is_sent_to_for_a_reason(answered: Practice, double: ProviderDouble) -> None:
    async def steps(see: Driver) -> None:
        await see.press("3", "d", "enter")
        await see.type("2075550104")
        await see.press("enter")
        text = " ".join(see.text().split())
        assert "This is a number of account 4: it has it, or was asked at it." in text
        assert "if it is theirs too, type why." in text
        await see.press("escape")
        assert "the new mobile number" in see.text()
        await see.type("2075550104")
        await see.press("enter")
        await see.type("they are married")
        await see.press("enter")
        assert "1 accepted." in see.text()
        assert "Key into the PMS" in see.text()
        assert "First5 Last5 (5): (207) 555-0104" in see.text()

    drive(answered.office, steps, sender=by(double))
    assert len(double.posts_to(answered.number("4"))) == 2


def test_no_key_but_sending_opens_an_export(answered: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dipay.review.app.LOOK_SECONDS", 600.0)

    async def steps(see: Driver) -> None:
        for name in ("patients.csv", "ledger.csv"):
            (answered.folder / name).unlink()
        for keys in ("2 f enter", "2 p enter", "2 u", "3 d escape", "8 t enter", "5 e enter", "6 b", "! escape"):
            await see.press(*keys.replace("!", "exclamation_mark").split())
            assert "there is no such file" not in see.text()
        # What was settled with a note waits again; what a decision settled does not.
        assert waiting(answered) == [1, 3]

    drive(answered.office, steps)


def test_problems_take_one_line_until_they_are_read(practice: Practice) -> None:
    with (practice.folder / "ledger.csv").open("a") as ledger:
        ledger.write("3,2026-09-20,1O.00\n4,2026-09-20,1O0.00\n")

    async def steps(see: Driver) -> None:
        assert "! 3 problems of the exports" in see.text()
        assert see.text().splitlines()[-2].endswith("(! says all)")
        await see.press("space")
        assert "(! says all)" not in see.text()
        assert "! 3 problems" in see.text()
        await see.press("exclamation_mark")
        assert "ledger.csv:7" in see.text()
        assert "ledger.csv:8" in see.text()
        await see.press("escape")
        assert "problems of" not in see.text()
        assert not see.text().splitlines()[-2].strip()
        await see.press("4")
        assert len(re.findall(r"\$[0-9]+\.00\? ", see.text())) == 2  # they are held, and what they owe is not sure

    drive(practice.office, steps)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
@pytest.mark.parametrize("width", [80, 100, 110, 140])
def test_the_room_is_used_at_every_width(answered: Practice, theme: str, width: int) -> None:
    captions = {
        80: ["Id", "Name^", "Amount", "Aging", "Days", "Status"],
        100: ["Id", "Name^", "Amount", "Aging", "Days", "Number", "Status"],
        110: ["Id", "Name^", "Amount", "Aging", "Days", "Last", "visit", "Number", "Status"],
        140: ["Id", "Name^", "Amount", "Aging", "Days", "Last", "visit", "Number", "Status"],
    }
    answered.later(days=7)

    async def steps(see: Driver) -> None:
        see.app.theme = theme
        await see.settle()
        assert see.line("Name^").split() == captions[width]
        for key in "12345678":
            await see.press(key)
            lines = see.text().splitlines()
            assert all(len(line) <= width for line in lines)
            assert f"[{key} " in lines[1]

    drive(answered.office, steps, size=(width, 30))


def test_without_colour_states_are_told_by_signs(answered: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    answered.later(days=7)

    async def steps(see: Driver) -> None:
        assert see.app.no_color
        await see.press("8")
        for row, sign in {"1": "!", "3": "+", "5": "x"}.items():
            assert [each for each in "!+x=zo" if f" {each} " in see.line(f"Last{row}")] == [sign]

    drive(answered.office, steps)


def test_colours_can_be_read_on_a_light_background() -> None:
    background = Color.parse("#e0e0e0")
    for style in (*LIGHT.rows.values(), *LIGHT.bar.values()):
        if style != "dim":
            assert contrast(Color.parse(style), background) >= 4.5, style


def contrast(one: Color, other: Color) -> float:
    """As the Web Content Accessibility Guidelines count it."""

    def light(color: Color) -> float:
        parts = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("width", [30, 50, 80])
def test_the_open_tab_is_always_in_sight(answered: Practice, width: int) -> None:
    async def steps(see: Driver) -> None:
        for key in "12345678":
            await see.press(key)
            line = see.text().splitlines()[1]
            assert f"[{key} " in line
            assert "]" in line
            assert len(line) <= width
            assert line.startswith("<") is ("1 Pending" not in line)
            assert line.endswith(">") is ("8 All" not in line)

    drive(answered.office, steps, size=(width, 20))


def test_with_the_panel_open_enough_rows_remain(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=30)

    async def steps(see: Driver) -> None:
        await see.press("w")
        await see.pilot.pause(0.3)
        await see.settle()
        text = see.text()
        assert sum("[x]" in line for line in text.splitlines()) >= 8
        assert "account 1" in text

    drive(practice.office, steps)


def typed(practice: Practice, double: ProviderDouble, *lines: str) -> str:
    said: list[str] = []
    left = iter(lines)

    def ask(prompt: str) -> str:
        said.append(prompt)
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    Plain(practice.office, ask, said.append, by(double)).run()
    return "\n".join(said)


def test_plain_mode_has_the_same_views_and_decisions(answered: Practice, double: ProviderDouble) -> None:
    said = typed(
        answered, double, "replies", "list", "why 1", "finish 1", "called", "undo", "paid 1", "no", "paid 1", "yes",
        "undeliverable", "list", "resend 1 2075550104", "", "resend 1 2075550104", "married", "held", "active", "list",
        "rules 1", "problems", "exhausted", "sort status",
    )  # fmt: skip
    assert "Replies: 3" in said
    assert f'1. First1 Last1, account 1, (207) 555-0101, 18 Nov, already paid: "{LONG}"' in said
    assert "Settled 1 reply." in said
    assert "Undone: Settled 1 reply." in said
    assert "Paid: First1 Last1, account 1? Not asked until a newer export" in said
    assert "Nothing was changed." in said
    assert "Marked paid until a newer export: 1 account." in said
    assert "1. First5 Last5, account 5" in said
    assert "Nothing was sent." in said
    assert "1 accepted." in said
    assert "Key into the PMS" in said
    assert "next 25 Nov" in said
    assert "Sorted by status, pending first." in said
    assert waiting(answered) == [2, 3]
    for each in LASTING:
        assert f"{each.name} ROWS" in typed(answered, double, "help")
    answered.check()

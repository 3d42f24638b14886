"""The table driven by keys and mouse, against the real services and a real state file."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.events import Key

from dipay.domain.jobs import Tell, unwatched
from dipay.domain.problems import CannotGoOn
from dipay.review.app import ReviewApp
from dipay.review.desk import Desk
from dipay.review.dialogs import Calendar
from dipay.review.doing import DOES
from dipay.review.screen import ReviewScreen
from dipay.services import deciding
from dipay.services.reviewing import Review
from dipay.state.events import events
from dipay.state.releases import Release, releases_of
from dipay.state.store import open_for_reading
from tests.review.driving import Driver, deselected, drive, rename, state_of
from tests.sending.practice import Practice


def held_practice(folder: Path) -> Practice:
    """Account 2 is held for its amount."""
    return Practice(folder, size=3, balances={"2": "900.00"}, settings={"payment_settings": {"hold_above": "500.00"}})


def test_what_is_read_first(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        text = see.text()
        assert "[1 Pending:5] 2 Replies:0 3 Undel:0 4 Held:0 5 Active 6 Snooze 7 Exh:0 8 All" in text
        assert "REHEARSAL" in text
        assert "Ticked 5 of 5 first requests $640.00" in text
        assert see.line("Last2").split() == [
            "[x]", "2", "First2", "Last2", "$300.00", ":::::", "60", "pending",
        ]  # fmt: skip
        for label in ("Tick", "Snooze", "Why", "Search", "Undo", "Send", "Help", "Quit"):
            assert label in text.splitlines()[-1]

    drive(practice.office, steps)


def test_how_far_reading_has_come_is_told_on_the_screen_and_nowhere_else(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_elsewhere: list[str] = []
    go_on, read = threading.Event(), Desk.read

    def read_slowly(desk: Desk) -> Review:
        assert desk.office.watch is not None
        desk.office.watch("ledger.csv", 400, 0.4)
        assert go_on.wait(10)
        return read(desk)

    monkeypatch.setattr(Desk, "read", read_slowly)

    def doing(what: str, counted: str = "") -> AbstractContextManager[Tell]:
        told_elsewhere.append(what)
        return unwatched(what, counted)

    app = ReviewApp(replace(practice.office, watch=lambda file, *_: told_elsewhere.append(file), doing=doing))

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            see = Driver(app, pilot)
            while "Reading ledger.csv: 40%" not in see.text():
                await asyncio.sleep(0.01)
            go_on.set()
            await see.settle()
            assert "Reading" not in see.text()
            assert see.line("Last2")

    try:
        asyncio.run(asyncio.wait_for(run(), 20))
    finally:
        go_on.set()
        app.hands.close()
    assert told_elsewhere == []


def test_a_look_for_changes_that_comes_when_the_screen_is_gone(practice: Practice) -> None:
    async def steps(_: Driver) -> None:
        pass

    app = drive(practice.office, steps)
    practice.office.state_path.touch()
    app.look()
    app.review.show_reading()


def test_a_tick_is_saved_at_once_and_undone(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("down", "space")
        assert deselected(practice) == {"2"}
        assert see.line("Last2").startswith("> [ ] 2")
        assert "deselected" in see.line("Last2")
        assert "Ticked 4 of 5 first requests $340.00" in see.text()
        await see.press("u")
        assert deselected(practice) == set()
        assert "Ticked 5 of 5 first requests $640.00" in see.text()
        await see.press("u")
        assert "There is nothing to undo." in see.text()

    drive(practice.office, steps)


def test_a_range_by_shift_and_arrow(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("down", "shift+down", "shift+down")
        assert "marked 3: $440.00" in see.text()
        await see.press("space")
        assert deselected(practice) == {"2", "3", "4"}
        await see.press("space")
        assert deselected(practice) == set()
        await see.press("escape")
        assert "marked" not in see.text()

    drive(practice.office, steps)


def test_all_none_and_invert(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("n")
        assert deselected(practice) == {"1", "2", "3", "4", "5"}
        await see.press("space", "i")
        assert deselected(practice) == {"1"}
        await see.press("a")
        assert deselected(practice) == set()
        # With a search, only what is shown.
        await see.press("slash")
        await see.type("last3")
        await see.press("enter", "n")
        assert deselected(practice) == {"3"}
        await see.press("u", "u")
        assert deselected(practice) == {"1"}

    drive(practice.office, steps)


def test_the_mouse(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.click_row(2, box=True)
        assert deselected(practice) == {"3"}
        await see.click_row(0)
        await see.click_row(3, shift=True)
        assert "marked 4" in see.text()
        await see.press("space")
        assert deselected(practice) == set()
        # A caption sorts, again turns it around; a tab opens.
        await see.pilot.click("#table", offset=(30, 0))
        await see.settle()
        assert see.app.review.model.order.name == "amount"
        assert next(row.id for row in see.app.review.model.shown_rows()) == "2"
        await see.pilot.click("#table", offset=(30, 0))
        assert next(row.id for row in see.app.review.model.shown_rows()) == "4"
        await see.pilot.click("#tabs", offset=(30, 0))
        await see.pilot.click("#tabs", offset=(73, 0))
        await see.settle()
        assert "[8 All:5]" in see.text()

    drive(practice.office, steps)


def test_dragging_marks_a_range(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.pilot.mouse_down("#table", offset=(20, 1))
        await see.pilot.hover("#table", offset=(20, 3))
        await see.pilot.mouse_up("#table", offset=(20, 3))
        await see.settle()
        assert "marked 3" in see.text()

    drive(practice.office, steps)


@pytest.mark.parametrize("query", ["last4", "first4 last4", "4", "(207) 555-0104", "5550104", "LAST4"])
def test_search_by_name_id_or_number(query: str, practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("slash")
        await see.type(query)
        assert "4" in [row.id for row in see.app.review.model.shown_rows()]
        assert "Last2" not in see.text()
        await see.press("escape", "escape")
        assert "Last2" in see.text()

    drive(practice.office, steps)


def test_sorting(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("o")
        assert [row.id for row in see.app.review.model.shown_rows()] == ["2", "1", "3", "5", "4"]
        assert "by amount, largest first" in see.text()
        await see.press("O")
        assert next(row.id for row in see.app.review.model.shown_rows()) == "4"

    drive(practice.office, steps)


def test_a_snooze_by_typed_words(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("down", "shift+down", "s")
        assert "Snooze 2 accounts" in see.text()
        await see.type("2w")
        assert "Back on Wednesday 02 December 2026, in 14 days." in see.text()
        await see.press("enter", "down", "enter")
        await see.type("waits")
        await see.press("enter")
        snooze = state_of(practice, "2").snooze
        assert snooze is not None
        assert (snooze.until, snooze.reason, snooze.note) == (date(2026, 12, 2), "Claim must be resubmitted", "waits")
        assert snooze.by == deciding.who()
        assert state_of(practice, "3").snooze == snooze
        assert "[1 Pending:3]" in see.text()
        await see.press("6")
        assert "snoozed until 2 Dec: Claim must be" in see.line("Last2")
        await see.press("b")
        assert state_of(practice, "2").snooze is None
        await see.press("u")
        assert state_of(practice, "2").snooze == snooze
        await see.press("u")
        assert state_of(practice, "3").snooze is None

    drive(practice.office, steps)


def test_a_snooze_from_the_calendar(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("s", "tab", "right", "down", "enter", "enter", "enter")
        assert state_of(practice, "1").snooze is not None
        assert state_of(practice, "1").snooze.until == date(2026, 12, 3)  # type: ignore[union-attr]
        await see.press("s")
        # By mouse: the Friday of the third week shown, in November's page.
        await see.pilot.click(Calendar, offset=(4 * 3, 2 + 3))
        await see.settle()
        assert "Back on Friday 20 November 2026, in 2 days." in see.text()
        await see.pilot.click("#ok")
        await see.settle()
        assert state_of(practice, "2").snooze.until == date(2026, 11, 20)  # type: ignore[union-attr]

    drive(practice.office, steps)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-11-18", "is not after today"),
        ("1999-01-01", "is not after today"),
        ("900d", "is more than 365 days from now"),
        ("soon", "is not a date"),
    ],
)
def test_a_day_no_snooze_can_end_on(typed: str, said: str, practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("s")
        await see.type(typed)
        assert said in see.text()
        await see.press("enter", "enter", "enter")
        assert said.rsplit(maxsplit=1)[-1] in see.text()
        await see.press("escape")

    drive(practice.office, steps)
    assert state_of(practice, "1").snooze is None


def test_why(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("w")
        await see.pilot.pause(0.2)
        await see.settle()
        text = see.text()
        for words in (
            "First1 Last1, account 1",
            "Patient portion",
            "Will be asked today for $100.00",
            "Passed: 21 of 21 rules",
        ):
            assert words in text
        await see.press("tab")
        await see.press("end")
        await see.pilot.pause(0.6)
        assert "2026-09-19     $100.00" in see.text()
        assert "Nothing was sent so far." in see.text()
        assert "The first request, as the phone shows it:" in see.text()
        assert "| Maple: First, you have a balance" in see.text()
        assert "1 segment, GSM-7" in see.text()
        # The rules that it passed are told by a key, or a click on their line.
        assert "below-minimum" not in see.text()
        await see.press("v")
        await see.pilot.pause(0.6)
        await see.settle()
        assert "below-minimum" in see.text()
        at = next(y for y, line in enumerate(see.text().splitlines()) if "Passed: 21" in line)
        await see.pilot.click(offset=(100, at))
        await see.pilot.pause(0.6)
        await see.settle()
        assert "below-minimum" not in see.text()
        await see.press("tab", "escape", "escape")
        assert "Passed" not in see.text()

    drive(practice.office, steps, size=(140, 40))


def test_a_hold_is_released_with_a_reason_that_is_kept(tmp_path: Path) -> None:
    practice = held_practice(tmp_path)

    async def steps(see: Driver) -> None:
        assert "Last2" not in see.text()
        await see.press("8", "down", "r")
        assert "above-limit: amount $900.00" in see.text()
        await see.press("enter")
        assert "Type a reason" in see.text()
        await see.type("Owner said yes")
        await see.press("enter")
        assert "[x] 2" in see.line("Last2")
        assert "released" in see.line("Last2")
        await see.press("1")
        assert "Ticked 3 of 3 first requests $1,100.00" in see.text()
        await see.press("u")
        assert "Ticked 2 of 2 first requests $200.00" in see.text()
        # What a release that was taken back does not do is linger: it can be given again.
        await see.press("8", "home", "down", "r")
        await see.type("twice")
        await see.press("enter")
        assert "released" in see.line("Last2")

    drive(practice.office, steps)
    with open_for_reading(practice.office.state_path) as store:
        assert releases_of(store, practice.office.today()) == {"2": Release(frozenset({"above-limit"}), "twice")}
        assert store.connection.execute("SELECT why FROM releases ORDER BY id").fetchall() == [
            ("Owner said yes",), ("",), ("twice",),
        ]  # fmt: skip
        told = list(events(store.connection, "2"))
        assert [each.kind for each in told] == ["hold-released", "release-taken-back", "hold-released"]
        assert "Owner" not in repr(told), "the log is never purged: a typed reason is not for it"
    # Another session knows it.
    app = drive(practice.office, _nothing)
    assert app.review.model.row("2").standing == "released"
    practice.check()


async def _nothing(see: Driver) -> None:
    return None


def test_an_opt_out_is_never_released(practice: Practice) -> None:
    deciding.opt_out(practice.office, ["1"])

    async def steps(see: Driver) -> None:
        await see.press("8", "home", "r")
        assert "it opted out, and nothing overrides that" in see.text()
        with pytest.raises(CannotGoOn, match="opted out"):
            see.app.review.desk.release("1", "because")
        await see.press("space")
        assert "Nothing here can be ticked" in see.text()

    drive(practice.office, steps)


def test_a_second_dipay_is_noticed(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        deciding.snooze(practice.office, ["3"], until=None, days=9, reason="Other", note="")
        deciding.deselect(practice.office, ["4"])
        see.app.look()
        await see.settle()
        assert "2 rows were changed meanwhile" in see.text()
        assert "changed!" in see.line("Last4")
        assert "[1 Pending:4]" in see.text()
        await see.press("8")
        assert "changed!" in see.line("Last3")

    drive(practice.office, steps)


def test_another_change_at_the_same_moment_is_noticed_too(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        deciding.deselect(practice.office, ["4"])
        await see.press("space")
        assert deselected(practice) == {"1", "4"}
        assert "changed!" in see.line("Last4")

    drive(practice.office, steps, size=(80, 24))


def test_undo_leaves_alone_what_somebody_changed_since(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        await see.press("space")
        deciding.select(practice.office, ["1"])
        deciding.deselect(practice.office, ["2"])
        await see.press("u")
        assert "left alone" in see.text()
        assert deselected(practice) == {"2"}

    drive(practice.office, steps)


def test_names_drive_nothing(practice: Practice) -> None:
    rename(practice, "1", "Robert [bold red]", "[link=http://x]Pay[/link]")
    rename(practice, "2", "Eve\x1b[31m", "Last2 [/]")

    async def steps(see: Driver) -> None:
        # A control character is a problem of its own; the row is there either way.
        await see.press("8")
        assert "Robert [bold" in see.text()
        assert "\x1b" not in see.text()
        for key in ("w", "down", "down", "s", "escape"):
            await see.press(key)
            await see.pilot.pause(0.15)
        assert "\x1b" not in see.text()

    drive(practice.office, steps)


def test_help_has_every_action(practice: Practice) -> None:
    from dipay.review.actions import ACTIONS

    async def steps(see: Driver) -> None:
        await see.press("question_mark")
        text = see.text()
        for action in ACTIONS:
            assert action.help[:40] in text
        await see.press("escape")
        assert "Last1" in see.text()

    drive(practice.office, steps, size=(140, 90))


def test_it_fits_a_small_and_a_large_terminal(practice: Practice) -> None:
    for size in ((80, 24), (140, 40), (60, 15)):

        async def steps(see: Driver, size: tuple[int, int] = size) -> None:
            lines = see.text().splitlines()
            assert len(lines) <= size[1]
            assert all(len(line) <= size[0] for line in lines)
            assert "Last1" in see.text()
            assert ("(207) 555-0101" in see.text()) is (size[0] >= 110)

        drive(practice.office, steps, size=size)


def test_exports_that_cannot_be_read_end_it_with_their_exit_code(practice: Practice) -> None:
    (practice.folder / "patients.csv").unlink()
    app = drive(practice.office, _nothing)
    assert app.review.trouble is not None
    assert app.return_value == 3


def test_a_decision_that_cannot_be_saved_is_said_and_not_shown(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        practice.office.state_path.write_bytes(b"no database at all, but long enough to be looked at" * 30)
        await see.press("space")
        assert "[x] 1" in see.line("Last1")
        said = " ".join(see.text().split())
        assert "is not a state file" in said or "damaged" in said

    drive(practice.office, steps)
    practice.office.state_path.unlink()


def test_a_mistake_of_dipays_own_says_nothing_about_patients(
    practice: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    def sort(screen: ReviewScreen) -> None:
        raise RuntimeError(screen.model.row("1").account.name)

    app = ReviewApp(practice.office, does={**DOES, "sort": sort})

    async def run() -> None:
        async with app.run_test() as pilot:
            await Driver(app, pilot).settle()
            await pilot.press("o")
            await pilot.pause()

    with pytest.raises(RuntimeError):
        asyncio.run(run())
    app.hands.close()
    app._print_error_renderables()
    assert app.bug is not None
    out = capsys.readouterr()
    assert "Last1" not in out.out + out.err


def burst(see: Driver, *keys: str) -> None:
    """Types keys faster than any of them can be drawn."""
    driver = see.app._driver
    assert driver is not None
    for key in keys:
        event = Key({"/": "slash", " ": "space"}.get(key, key), key if len(key) == 1 else None)
        event.set_sender(see.app)
        driver.send_message(event)


def test_keys_typed_ahead_take_effect_in_their_order(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        burst(see, "/", *"last2", "backspace", "3", "enter", " ", "escape", "escape")
        await see.settle()
        assert deselected(practice) == {"3"}
        burst(see, "home", " ", "down", " ", "down", "down", " ")
        await see.settle()
        assert deselected(practice) == {"1", "2", "3", "4"}
        burst(see, "s", *"2wx", "backspace", "enter", "down", "enter", *"note", "enter")
        await see.settle()
        snooze = state_of(practice, "4").snooze
        assert snooze is not None
        assert (snooze.reason, snooze.note) == (practice.office.settings.snooze.reasons[1], "note")

    drive(practice.office, steps)


def test_a_click_on_the_line_of_keys_is_that_key(practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        line = see.text().splitlines()[-1]
        await see.pilot.click("#keys", offset=(line.index("Tick"), 0))
        await see.settle()
        assert deselected(practice) == {"1"}
        await see.pilot.click("#keys", offset=(line.index("u Undo"), 0))
        await see.settle()
        assert deselected(practice) == set()
        await see.pilot.click("#keys", offset=(line.index("Help"), 0))
        await see.settle()
        assert "Moving about" in see.text()

    drive(practice.office, steps)

"""Plain mode: typed commands, the same actions, the same state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dipay.messaging import Sender
from dipay.office import Office
from dipay.review.plain import Plain
from dipay.services import deciding
from tests.messaging.behaviours import refuse
from tests.messaging.double import ProviderDouble
from tests.review.driving import deselected, rename, state_of
from tests.sending.practice import Practice, sender_for


def typed(office: Office, *lines: str, sender: Callable[[Office], Sender] | None = None) -> str:
    """What a session says to these lines; at their end the input ends."""
    said: list[str] = []
    waiting = iter(lines)

    def ask(prompt: str) -> str:
        said.append(prompt)
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    plain = Plain(office, ask, said.append) if sender is None else Plain(office, ask, said.append, sender)
    plain.run()
    return "\n".join(said)


def test_reading_the_rows(practice: Practice) -> None:
    said = typed(practice.office, "list", "sort amount", "list", "search last3", "", "everything", "quit")
    assert "Pending: 5 $640.00; All: 5 $640.00." in said
    assert "1. First1 Last1, account 1, $100.00, 60 days, last visit 2026-09-19, ticked, pending" in said
    assert "1. First2 Last2, account 2, $300.00" in said
    assert "Found 1." in said
    assert "Rows 1 to 1 of 1." in said
    assert 'There is no command "everything"' in said


def test_pages(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=23)
    said = typed(practice.office, "list", "", "", "", "list 2", "list 9")
    assert "Rows 1 to 10 of 23." in said
    assert said.count("Rows 11 to 20 of 23.") == 2
    assert "Rows 21 to 23 of 23." in said
    assert "No more rows." in said
    assert "There are 3 pages." in said


def test_ticks_and_undo(practice: Practice) -> None:
    assert "Unticked 3 accounts." in typed(practice.office, "toggle 2-3 5")
    assert deselected(practice) == {"2", "3", "5"}
    typed(practice.office, "invert")
    assert deselected(practice) == {"1", "4"}
    typed(practice.office, "untick-all")
    typed(practice.office, "tick-all", "undo")
    assert deselected(practice) == {"1", "2", "3", "4", "5"}
    assert "There is no row 9." in typed(practice.office, "toggle 9")


def test_snooze_and_back(practice: Practice) -> None:
    said = typed(practice.office, "snooze 1-2", "2w", "2", "waits", "snoozed", "list")
    assert "Snoozed 2 accounts until 2026-12-02." in said
    snooze = state_of(practice, "1").snooze
    assert snooze is not None
    assert (snooze.reason, snooze.note) == ("Claim must be resubmitted", "waits")
    assert f"snoozed until 2 Dec: Claim must be resubmitted (waits) by {deciding.who()}" in said
    assert "1 account back on the list." in typed(practice.office, "snoozed", "unsnooze 1")
    assert state_of(practice, "1").snooze is None
    said = typed(practice.office, "snooze 1", "yesterday", "snooze 1", "2w", "77", "snooze 1")
    assert "That is not a date." in said
    assert "That is not one of the reasons." in said
    assert "Left as it was." in said
    assert state_of(practice, "1").snooze is None


def test_why_release_and_what_can_not_be(tmp_path: Path) -> None:
    practice = Practice(
        tmp_path, size=3, balances={"2": "900.00"}, settings={"payment_settings": {"hold_above": "500.00"}}
    )
    deciding.opt_out(practice.office, ["3"])
    said = typed(practice.office, "all-accounts", "why 2", "release 2", "agreed", "release 3", "list", "undo")
    assert "Not asked today: owes $900.00, limit $500.00." in said
    assert "The first request: Maple: First, you have a balance to pay:" in said
    assert "Released account 2." in said
    assert "released: agreed (above-limit)" in said
    assert "Account 3 can't be released: it opted out" in said
    assert "Undone: Released account 2." in said
    practice.check()


def test_sending(texting: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21211), turn=2)
    said = typed(
        texting.office, "toggle 5", "send", "9", "send", "4", "undeliverable", "list", "resend 1 2075550177", "resend 7",
        sender=lambda _: sender_for(double),
    )  # fmt: skip
    assert "4 messages: 4 first requests $400.00; 4 segments" in said
    assert "Nothing was sent." in said
    assert "3 accepted, 1 undeliverable." in said
    assert "1. First2 Last2, account 2" in said
    assert "1 accepted." in said
    assert "Key into the PMS" in said
    assert "There is no row 7." in said
    assert [len(double.posts_to(texting.number(str(n)))) for n in range(1, 6)] == [1, 1, 1, 1, 0]


def test_somebody_else_is_noticed(practice: Practice) -> None:
    said: list[str] = []
    steps = iter(["list", "OTHER", "list"])

    def ask(_: str) -> str:
        step = next(steps, None)
        if step is None:
            raise EOFError
        if step == "OTHER":
            deciding.deselect(practice.office, ["4"])
            return "help"
        return step

    Plain(practice.office, ask, said.append).run()
    assert "Account 4 changed meanwhile: deselected." in said


def test_nothing_typed_by_others_drives_the_terminal(practice: Practice) -> None:
    rename(practice, "1", "Eve\x1b[31m", "Last1")
    assert "\x1b" not in typed(practice.office, "all-accounts", "list", "why 1", "send", "")


@pytest.mark.parametrize(
    "line", ["", "help", "quit", "undo", "snooze", "release", "resend", "toggle x", "sort by size"]
)
def test_no_line_breaks_it(line: str, practice: Practice) -> None:
    assert "failed" not in typed(practice.office, line, line)

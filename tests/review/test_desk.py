"""The desk: a decision in the review reads the state alone. The accounts it is about are known already."""

from __future__ import annotations

from datetime import date

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.review.desk import Desk
from dipay.review.model import Model, Ticks
from dipay.services import deciding
from tests.review.driving import Driver, deselected, drive, state_of
from tests.sending.practice import Practice


def without_exports(practice: Practice) -> None:
    for name in ("patients.csv", "ledger.csv"):
        (practice.folder / name).unlink()


def test_a_decision_at_the_desk_opens_no_export(practice: Practice) -> None:
    desk = Desk(practice.office)
    desk.read()
    without_exports(practice)
    desk.tick(Ticks({"1": False, "2": False}, "Unticked."))
    desk.tick(Ticks({"2": True}, "Ticked."))
    desk.snooze(["3"], date(2026, 12, 1), "Other", "")
    assert deselected(practice) == {"1"}
    assert state_of(practice, "3").snooze is not None
    assert "snoozed" in desk.review.of("3").view  # type: ignore[union-attr]
    desk.unsnooze(["3"])
    desk.undo()
    assert state_of(practice, "3").snooze is not None
    practice.check()


def test_a_hold_is_released_without_an_export(practice: Practice) -> None:
    practice.settings["payment_settings"] = {"hold_above": "200.00"}
    desk = Desk(practice.office)
    desk.read()
    without_exports(practice)
    desk.release("2", "agreed")
    assert desk.review.released["2"].why == "agreed"
    desk.undo()
    assert "2" not in desk.review.released


@pytest.mark.parametrize("key", ["space", "n", "i"])
def test_a_key_that_ticks_opens_no_export(key: str, practice: Practice) -> None:
    async def steps(see: Driver) -> None:
        without_exports(practice)
        await see.press(key)
        assert "1" in deselected(practice)

    drive(practice.office, steps)


def test_what_the_caller_knows_is_enough_for_every_decision(practice: Practice) -> None:
    """Also for those that no key takes: an opt-out keeps the number too, a payment is marked."""
    desk = Desk(practice.office)
    known = desk.read()
    without_exports(practice)
    assert deciding.opt_out(practice.office, ["1"], known).problems == ()
    assert deciding.mark_paid(practice.office, ["2"], known).problems == ()
    assert state_of(practice, "1").opted_out_on is not None
    assert state_of(practice, "2").paid_on is not None
    practice.numbers["5"] = practice.number("1")
    practice.export()
    opted_out = desk.read().of("5")
    assert opted_out is not None
    assert [rule.code for rule in opted_out.reasons] == ["opted-out"]


def test_ids_mean_the_same_by_the_export_and_by_the_worklist(practice: Practice) -> None:
    path = practice.folder / "patients.csv"
    path.write_text(path.read_text() + "77,3,Child,Last3,,2015-01-01,2026-09-19,04101\n")
    review = Desk(practice.office).read()
    exported = deciding.ExportedAccounts(practice.office)
    for given in ("3", "77", "9", "03"):
        assert review.account_of(given) == exported.account_of(given)
    for account in ("3", "9"):
        assert review.number_of(account) == exported.number_of(account)
    for known in (None, review):
        done = deciding.deselect(practice.office, ["77", "3"], known)
        assert done.done == ("3",)
        assert [each.message for each in done.problems] == ["77 is on account 3: that account is meant."]
        with pytest.raises(CannotGoOn, match="no patient or guarantor has the id 9, 03"):
            deciding.deselect(practice.office, ["9", "1", "03"], known)
    assert deselected(practice) == {"3"}


def test_two_ticks_one_after_the_other_are_nobody_elses(practice: Practice) -> None:
    """A tick that is not saved yet is shown, and is no news once another one is."""
    desk, model = Desk(practice.office), Model()
    model.take(desk.read())
    first, second = Ticks({"1": False}, ""), Ticks({"2": False}, "")
    model.tick(first.wanted)
    model.tick(second.wanted)
    done = desk.tick(first)
    model.saved(first.wanted)
    assert model.take(done.review, done.mine) == []
    assert not model.row("2").ticked
    done = desk.tick(second)
    model.saved(second.wanted)
    assert model.take(done.review, done.mine) == []
    assert [row.id for row in model.shown_rows() if row.ticked] == ["3", "4", "5"]
    assert model.first_requests.ticked.count == 3

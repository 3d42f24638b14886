"""The model finds what it is there to find, each in a practice of one or two accounts, and nothing in what is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from pms import Account
from tests.weeks.facts import Began, Delivered, Did, Ended, Exported, Fact, Posted, Run, Said
from tests.weeks.model import Wrong, judge
from weeks import FIRST_DAY

ANN = Account("1", 1, "Ann", "+12075550101", 10_000, frozenset(), date(2026, 9, 1))
#: The same people under another account, and a stranger.
BO = replace(ANN, guarantor_id="2", first_name="Bo")
CY = Account("3", 3, "Cy", "+12075550103", 8_050, frozenset(), date(2026, 9, 1))


def on(day: int) -> date:
    return FIRST_DAY + timedelta(days=day)


def text(day: int, account: Account = ANN, step: int = 0, **changes: object) -> Posted:
    posted = Posted(
        datetime.combine(on(day), time(20), UTC), on(day), f"{account.guarantor_id}/{day}/{step}", account.guarantor_id,
        account.people, account.number or "", step, account.first_name, f"${account.portion_cents / 100:.2f}", kept=True,
    )  # fmt: skip
    return replace(posted, **changes)  # type: ignore[arg-type]


def morning(day: int, *accounts: Account) -> Exported:
    return Exported(on(day), {each.guarantor_id: each for each in accounts or (ANN,)})


def send(day: int, *texts: Fact, run: Run = Run.OPEN, exit_code: int = 0) -> list[Fact]:
    began = Began(datetime.combine(on(day), time(20), UTC), on(day), run)
    return [began, *texts, Ended(on(day), "send", run, exit_code)]


def says(day: int, kind: str, number: str = ANN.number or "") -> Said:
    return Said(datetime.combine(on(day), time(21), UTC), on(day), number, kind, "...", ANN.people)


def staff(day: int, *command: str, told: str | None = None) -> Did:
    return Did(on(day), ANN.people, "1", command, 0, told)


ASKED: list[Fact] = [morning(0), *send(0, text(0)), Delivered("1/0/0", "")]
REMINDED: list[Fact] = [*ASKED, *send(7, text(7, step=1)), *send(14, text(14, step=2))]
FAILED: list[Fact] = [morning(0), *send(0, text(0)), Delivered("1/0/0", "30005")]

RIGHT: Mapping[str, list[Fact]] = {
    "a whole campaign": REMINDED,
    "a late reminder": [*ASKED, *send(9, text(9, step=1))],
    "another campaign after a visit": [
        *REMINDED, morning(20, replace(ANN, last_visit=on(19))), *send(20, text(20)),
    ],
    "nothing to who paid": [*ASKED, morning(3, replace(ANN, portion_cents=0, reasons=frozenset({"below-minimum"}))),
                            *send(7)],
    "nothing after an opt-out": [*ASKED, says(0, "stop in words"), *send(7)],
    "nothing while an answer waits": [*ASKED, says(0, "asks"), *send(7), *send(8)],
    "the reminder once the answer is dealt with": [
        *ASKED, says(0, "asks"), staff(2, "done", told="..."), *send(7, text(7, step=1)),
    ],
    "the reminder after thanks": [*ASKED, says(0, "thanks"), *send(7, text(7, step=1))],
    "the reminder after the snooze": [
        *ASKED, staff(2, "snooze", "--days", "9"), *send(7), *send(10), *send(11, text(11, step=1)),
    ],
    "the request again at a corrected number": [
        *FAILED, *send(1), morning(2, replace(ANN, number="+12075550109")),
        *send(2, text(2, replace(ANN, number="+12075550109"))),
    ],
    "nothing on a day without exports": send(0, run=Run.OLD_EXPORTS, exit_code=3),
}  # fmt: skip

WRONG: list[tuple[Wrong, list[Fact]]] = [
    (Wrong.TWICE, [*ASKED, *send(1, text(1))]),
    (Wrong.TWICE, [*ASKED, *send(7, text(7, step=1)), *send(8, text(8, step=1))]),
    (Wrong.OUT_OF_ORDER, [*ASKED, *send(6, text(6, step=1))]),
    (Wrong.OUT_OF_ORDER, [*ASKED, staff(1, "remove"), *send(7, text(7, step=1))]),
    (Wrong.STOPPED, [*ASKED, says(0, "stop in words"), *send(7, text(7, step=1))]),
    (Wrong.STOPPED, [*ASKED, says(0, "stop"), morning(1, BO), *send(1, text(1, BO))]),
    (Wrong.WAITING, [*ASKED, says(0, "asks"), *send(7, text(7, step=1))]),
    (Wrong.WAITING, [*ASKED, says(0, "asks"), says(0, "thanks"), *send(7, text(7, step=1))]),
    (Wrong.WAITING, [*ASKED, says(0, "asks"), morning(1, BO), *send(1, text(1, BO))]),
    (Wrong.PAID, [morning(0, replace(ANN, reasons=frozenset({"below-minimum"}))), *send(0, text(0))]),
    (Wrong.PAID, [*ASKED, staff(0, "paid"), *send(0, text(0, step=1))]),
    (Wrong.SNOOZED, [*ASKED, staff(2, "snooze", "--days", "9"), *send(10, text(10, step=1))]),
    (Wrong.SNOOZED, [*ASKED, staff(7, "deselect"), *send(7, text(7, step=1))]),
    (Wrong.PLAN, [morning(0, replace(ANN, reasons=frozenset({"payment-plan"}))), *send(0, text(0))]),
    (Wrong.BOOKS, [morning(0, replace(ANN, reasons=frozenset({"deceased"}))), *send(0, text(0))]),
    (Wrong.BOOKS, [morning(0, replace(ANN, reasons=frozenset({"aging"}))), *send(0, text(0))]),
    (Wrong.BOOKS, [morning(0, CY), *send(0, text(0))]),
    (Wrong.NUMBER, [*FAILED, *send(7, text(7))]),
    (Wrong.NUMBER, [*ASKED, staff(2, "wrong-number"), *send(7, text(7, step=1))]),
    (Wrong.NUMBER, [morning(0), *send(0, text(0, number="+12075550109"))]),
    (Wrong.ELSEWHERE, [*ASKED, morning(1, BO), *send(1, text(1, BO))]),
    (Wrong.ELSEWHERE, [*ASKED, morning(1, replace(CY, number=ANN.number)), *send(1, text(1, CY, number=ANN.number))]),
    (Wrong.NO_VISIT, [*REMINDED, *send(20, text(20))]),
    (Wrong.NO_VISIT, [*REMINDED, morning(20, replace(ANN, last_visit=on(10))), *send(20, text(20))]),
    (Wrong.SAME_DAY, [morning(0, ANN, CY), *send(0, text(0), text(0, CY, number=ANN.number))]),
    (Wrong.AMOUNT, [morning(0), *send(0, text(0, amount="$99.99"))]),
    (Wrong.NAME, [morning(0), *send(0, text(0, first_name="Bo"))]),
    (Wrong.HOUR, [morning(0), *send(0, text(0), run=Run.SUNDAY)]),
    (Wrong.UNCALLED, [*ASKED, *send(14, text(14, step=2))]),
    (Wrong.MISSED, [morning(0), *send(0)]),
    (Wrong.MISSED, [*ASKED, *send(7)]),
    (Wrong.MISSED, [*ASKED, says(0, "thanks"), *send(7)]),
    (Wrong.EXIT, [morning(0), *send(0, run=Run.UNREACHABLE, exit_code=0)]),
    (Wrong.COMMAND, [*ASKED, replace(staff(2, "resend"), exit_code=2)]),
]


@pytest.mark.parametrize("name", list(RIGHT))
def test_nothing_is_found_in_what_is_right(name: str) -> None:
    assert dict(judge(RIGHT[name]).found) == {}


@pytest.mark.parametrize(("wrong", "facts"), WRONG, ids=lambda each: each.name if isinstance(each, Wrong) else "")
def test_each_wrong_is_found(wrong: Wrong, facts: list[Fact]) -> None:
    assert wrong in judge(facts).found


def test_there_is_a_case_of_every_wrong() -> None:
    assert {wrong for wrong, _ in WRONG} == set(Wrong)


def test_it_is_said_which_text_was_wrong() -> None:
    assert judge([morning(0), *send(0, text(0, first_name="Bo"))]).texts["1/0/0"] == {Wrong.NAME}

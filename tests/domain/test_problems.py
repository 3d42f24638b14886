"""Problems in groups: some of each sort, and how many more right behind them."""

from __future__ import annotations

from dipay.domain.problems import Problem, Severity, grouped


def problem(kind: str, row: int) -> Problem:
    return Problem(Severity.NOTE, f"{kind} in row {row}.", "", "ledger.csv", row, "Amount", kind=kind)


def test_how_many_more_stands_behind_those_that_are_shown() -> None:
    problems = [*(problem("blank", row) for row in range(1, 5)), *(problem("date", row) for row in range(1, 3))]
    assert [each.message for each in grouped(problems, most=2)] == [
        "blank in row 1.", "blank in row 2.", "2 more like the 2 above.", "date in row 1.", "date in row 2."
    ]  # fmt: skip


def test_problems_of_no_kind_are_all_shown() -> None:
    problems = [problem("", row) for row in range(9)]
    assert grouped(problems, most=2) == problems


def test_what_lies_between_is_not_counted() -> None:
    problems = [problem("blank", 1), problem("date", 1), problem("blank", 2), problem("date", 2), problem("blank", 3)]
    assert [each.message for each in grouped(problems, most=2)][2:4] == ["blank in row 2.", "1 more like the 2 above."]

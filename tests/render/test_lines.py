"""Plain lines: between words on a terminal, whole in a file."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.problems import Problem, Severity
from dipay.render.lines import on_screen
from dipay.render.problems import print_problems


class Terminal(io.StringIO):
    """What is written to it is shown to somebody."""

    def isatty(self) -> bool:
        return True


LONG = "note: Patient List.csv: there is no column for payment_plan: nobody is left out for being on a payment plan."


def test_a_terminal_gets_lines_that_break_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert on_screen(LONG, Terminal()) == (
        "note: Patient List.csv: there is no column for payment_plan:\n"
        "  nobody is left out for being on a payment plan."
    )
    assert on_screen(f"    {LONG}", Terminal()).splitlines()[1].startswith("      ")


def test_a_file_gets_each_problem_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    problem = Problem(Severity.WARNING, "is older than it may be.", "Save it again, today.", "ledger.csv", row=14)
    file, terminal = io.StringIO(), Terminal()
    for each in (file, terminal):
        print_problems([problem], each)
    assert file.getvalue() == "warning: ledger.csv:14: is older than it may be. Save it again, today.\n"
    assert terminal.getvalue().count("\n") == 2


def test_what_is_to_be_copied_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    path = "/srv/practice/maple-street/dental/settings/config.yaml"
    assert f"  {path}" in on_screen(f"Wrote it. Then run: dipay check --config {path}", Terminal()).splitlines()


@given(
    st.text(st.characters(codec="ascii", categories=("L", "N", "P")), max_size=30).map(lambda text: f"{text} ")
    | st.text(" ab", max_size=9)
)
def test_no_letter_is_lost(text: str) -> None:
    line = f"first {text * 9}"
    assert on_screen(line, Terminal()).split() == line.split()

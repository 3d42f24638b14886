"""Problems as people read them: on stderr, grouped, most serious first; never part of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from dipay.domain.problems import Problem, Severity, grouped
from dipay.render.lines import on_screen
from dipay.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def problem_lines(problems: Iterable[Problem], *, notes: bool = True) -> list[str]:
    """A line each: `error: ledger.csv:214, column "Amount": "1O0.00" is not an amount. Correct it ...`"""
    ordered = sorted(problems, key=lambda problem: _ORDER[problem.severity])
    shown = [each for each in ordered if notes or each.severity is not Severity.NOTE]
    return [f"{each.severity}: {printable(str(each))}" for each in grouped(shown)]


def print_problems(problems: Iterable[Problem], stream: TextIO, *, notes: bool = True) -> None:
    for line in problem_lines(problems, notes=notes):
        print(on_screen(line, stream), file=stream)

"""A problem is a value: a place, what is wrong, what to do. It never holds a personal cell's text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final


class Severity(StrEnum):
    """`error`: something is left out or held for it. `warning`: look before sending. `note`: good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong.

    `row` is the line of a text file or the row of a sheet, counted from 1 as the user's own program shows it.
    `column` is the caption of an export's column; in the settings file, the position in the line. `key` is the dotted
    name of a setting. `kind` groups problems of one sort.
    """

    severity: Severity
    message: str
    fix: str
    file: str | None = None
    row: int | None = None
    column: str | int | None = None
    key: str | None = None
    kind: str = ""
    sheet: str | None = None

    @property
    def place(self) -> str:
        """`config.yaml:12:3: exports.patients`, `ledger.csv:214, column "Amount"`, or empty."""
        where = self.file or ""
        if self.row is not None:
            where += f":{self.row}"
        if self.sheet is not None:
            where += f', sheet "{self.sheet}"'
        if isinstance(self.column, int):
            where += f":{self.column}"
        elif self.column is not None:
            where += f', column "{self.column}"' if where else f'column "{self.column}"'
        if self.key is not None:
            where = f"{where}: {self.key}" if where else self.key
        return where

    def __str__(self) -> str:
        text = f"{self.message} {self.fix}".strip()
        return f"{self.place}: {text}" if self.place else text


class ExitCode(IntEnum):
    """What a command ends with. The contract's, and two of sysexits.h for what the contract leaves open."""

    DONE = 0
    ATTENTION = 1
    USAGE = 2
    EXPORTS = 3
    PROVIDER = 4
    STATE = 5
    BUG = 70  # EX_SOFTWARE
    UNWRITTEN = 74  # EX_IOERR
    INTERRUPTED = 130

    @property
    def words(self) -> str:
        """What it says, for whoever reads or monitors it."""
        return _WORDS[self]


_WORDS: Final[Mapping[ExitCode, str]] = {
    ExitCode.DONE: "done",
    ExitCode.ATTENTION: "done, but something needs a person",
    ExitCode.USAGE: "usage or settings",
    ExitCode.EXPORTS: "exports",
    ExitCode.PROVIDER: "provider or network",
    ExitCode.STATE: "state file",
    ExitCode.BUG: "a mistake of dipay's own",
    ExitCode.UNWRITTEN: "the answer could not be written",
    ExitCode.INTERRUPTED: "interrupted",
}


class CannotGoOn(Exception):  # noqa: N818  it ends a command with its problems and one exit code
    """A command can't do its job."""

    def __init__(self, problems: Iterable[Problem], exit_code: ExitCode) -> None:
        self.problems = tuple(problems)
        self.exit_code = exit_code
        super().__init__("; ".join(problem.message for problem in self.problems))


def cannot(
    exit_code: ExitCode,
    message: str,
    fix: str,
    file: str | None = None,
    *,
    row: int | None = None,
    column: str | int | None = None,
    key: str | None = None,
    kind: str = "",
) -> CannotGoOn:
    """The error that ends a command for one problem: what is wrong, what to do, and where."""
    return CannotGoOn([Problem(Severity.ERROR, message, fix, file, row, column, key, kind)], exit_code)


#: What problems have in common that are shown as one: their kind, file and column.
_Sort = tuple[str, str | None, str | None]


def _sort(problem: Problem) -> _Sort:
    return problem.kind, problem.file, problem.column if isinstance(problem.column, str) else None


def grouped(problems: Iterable[Problem], most: int = 5) -> list[Problem]:
    """The problems in order; of each sort (same kind, file and column) `most`, and behind them how many more."""
    every = list(problems)
    counts = Counter(map(_sort, every))
    shown: list[Problem] = []
    met: Counter[_Sort] = Counter()
    for problem in every:
        sort = _sort(problem)
        met[sort] += 1
        if not problem.kind or met[sort] <= most:
            shown.append(problem)
        if problem.kind and met[sort] == most < counts[sort]:
            more = f"{counts[sort] - most} more like the {most} above."
            shown.append(Problem(problem.severity, more, "", file=problem.file, column=sort[2]))
    return shown

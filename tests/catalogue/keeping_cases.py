"""What dipay keeps beside the settings: case 124."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn
from tests.catalogue.cases import Case, Does
from tests.odd_files import put_odd
from tests.sending.practice import Practice

STATE, MARKER, LOCK = "dipay.db", ".dipay-state-id", "dipay.lock"


def _stopped(change: Callable[[Path], object]) -> Callable[[Path], list[str]]:
    """What sending stops with where a practice that has sent before finds its files so changed."""

    def run(folder: Path) -> list[str]:
        practice = Practice(folder)
        practice.send()
        practice.later(days=1)
        change(folder)
        with pytest.raises(CannotGoOn) as caught:
            practice.send()
        assert caught.value.exit_code == 5
        return [str(each) for each in caught.value.problems]

    return run


def _odd(name: str, kind: str) -> Callable[[Path], list[str]]:
    return _stopped(lambda folder: put_odd(folder / name, kind))


def _others_database(folder: Path) -> None:
    for name in (STATE, MARKER):
        (folder / name).unlink()
    other = sqlite3.connect(folder / STATE)
    other.execute("CREATE TABLE songs (title)")
    other.close()


def _others_text(folder: Path) -> None:
    (folder / MARKER).unlink()
    (folder / STATE).write_text("practice: {name: Maple}\n")


def _case(holds: str, run: Callable[[Path], list[str]], *, posix: bool = False) -> Case:
    return Case(124, holds, Does.STOPS, run=run, posix=posix)


CASES: tuple[Case, ...] = (
    _case("a folder in place of the state file", _odd(STATE, "a folder")),
    _case("a link in place of the state file", _odd(STATE, "a link"), posix=True),
    _case("another program's database named as the state", _stopped(_others_database)),
    _case("a text named as the state", _stopped(_others_text)),
    _case("a state file that something else was written over", _stopped(lambda folder: (folder / STATE).write_text("x"))),
    _case("a folder in place of the marker", _odd(MARKER, "a folder")),
    _case("a marker that says nothing", _stopped(lambda folder: (folder / MARKER).write_text("[" * 100_000))),
    _case("a link in place of the lock", _odd(LOCK, "a link"), posix=True),
    _case("a pipe in place of the lock", _odd(LOCK, "a pipe"), posix=True),
)  # fmt: skip

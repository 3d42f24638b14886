"""Files that another program holds open, as Windows has it: refused for as long as that lasts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from dipay import disk
from dipay.disk import new_file, open_own, patiently
from dipay.state.marker import Mark, read_mark, write_mark


class Clock:
    """Time that passes only by waiting; `then` happens at each wait."""

    def __init__(self, then: Callable[[float], None] = lambda _: None) -> None:
        self.now = 0.0
        self._then = then

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self._then(self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(disk, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(disk, "time", clock)
    return clock


def test_a_file_that_is_held_for_a_moment_is_waited_for(clock: Clock) -> None:
    def do() -> str:
        if clock.now < 1.5:
            raise PermissionError(13, "The process cannot access the file")
        return "done"

    assert patiently(do) == "done"
    assert 1.5 <= clock.now < 2


def test_one_that_stays_held_is_refused_and_nothing_else_is_waited_for(clock: Clock) -> None:
    def do(error: OSError) -> None:
        raise error

    with pytest.raises(PermissionError):
        patiently(lambda: do(PermissionError(13, "held")))
    assert 2 <= clock.now < 2.1
    with pytest.raises(FileNotFoundError):
        patiently(lambda: do(FileNotFoundError(2, "gone")))
    assert clock.now < 2.1


def test_elsewhere_a_refusal_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(disk, "time", clock)
    monkeypatch.setattr(disk, "sys", SimpleNamespace(platform="linux"))
    with pytest.raises(PermissionError):
        patiently(lambda: (_ for _ in ()).throw(PermissionError(13, "no")))
    assert clock.now == 0


def test_the_marker_is_placed_and_read_while_another_dipay_looks_at_it(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction places it anew, and `list` may read it at that very moment."""
    real, held = Path.replace, [True]

    def replace(self: Path, target: Path) -> Path:
        if held.pop() if held else False:
            raise PermissionError(13, "The process cannot access the file")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    write_mark(tmp_path / ".dipay-state-id", Mark("a", 1, "b"))
    assert read_mark(tmp_path / ".dipay-state-id") == Mark("a", 1, "b")
    assert clock.now > 0


def test_the_lock_is_had_while_a_scanner_looks_at_it(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def refused_at_first(path: str | Path, flags: int, mode: int = 0o777) -> int:
        if clock.now < 1:
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", refused_at_first)
    os.close(open_own(tmp_path / "dipay.lock"))
    assert clock.now >= 1


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("make", [new_file, open_own])
def test_a_colon_makes_no_hidden_part_of_another_file(make: Callable[[Path], int], tmp_path: Path) -> None:
    with pytest.raises(OSError, match="a name can't have a colon in it"):
        make(tmp_path / "list 09:15.xlsx")
    assert list(tmp_path.iterdir()) == []

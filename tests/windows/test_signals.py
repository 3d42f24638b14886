"""A console of Windows that is closed, and Ctrl-Break, are SIGBREAK there: told to whatever is under way."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from dipay.cli.signals import SIGNALS, StopButton, end_by_signals, signals_kept
from dipay.review.plain import _ctrl_c


@pytest.fixture
def sigbreak(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Its number; elsewhere another signal goes by its name."""
    number: int = getattr(signal, "SIGBREAK", 0)
    if sys.platform != "win32":
        number = signal.SIGUSR2
        monkeypatch.setattr(signal, "SIGBREAK", number, raising=False)
        monkeypatch.setitem(SIGNALS, "SIGBREAK", number)
    with signals_kept():
        yield number


def test_a_run_stops_after_the_message_in_hand(sigbreak: int, capsys: pytest.CaptureFixture[str]) -> None:
    stop = StopButton()
    try:
        assert not stop()
        signal.raise_signal(sigbreak)
        assert stop()
    finally:
        stop.let_go()
    assert capsys.readouterr().err == "Stopping after the message in hand.\n"


def test_so_does_one_of_the_plain_review(sigbreak: int) -> None:
    stop, said = threading.Event(), list[str]()
    with _ctrl_c(stop, said.append):
        signal.raise_signal(sigbreak)
    assert stop.is_set()
    assert said == ["Stopping after the message in hand."]


def test_any_other_command_is_interrupted(sigbreak: int) -> None:
    signal.signal(sigbreak, signal.SIG_DFL)
    end_by_signals()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(sigbreak)

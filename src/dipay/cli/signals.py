"""What ends a command from outside: Ctrl-C, the system, a closed terminal; at once, or after the message in hand."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

#: What ends a command, as far as the system has it: Ctrl-C, SIGTERM, a closed terminal, Windows' Ctrl-Break.
SIGNALS: Final = {
    name: getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
}


def end_by_signals() -> None:
    """What the system ends, or whose terminal is closed, ends like what Ctrl-C ends; what sends has its own way."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in SIGNALS.values():
        # nohup has a closed terminal ignored.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)


@contextmanager
def signals_kept() -> Iterator[None]:
    """Gives the signals back to whatever they did before: a command that sends takes them for the rest of its life."""
    before = {number: signal.getsignal(number) for number in SIGNALS.values()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class StopButton:
    """Ctrl-C, SIGTERM or a closed terminal: the message in hand is finished and recorded, then the run stops.

    While it asks something, when no message is in hand, they end the question at once. `let_go` gives the keys back to
    whatever they did before.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._asks = False
        self._before: dict[int, Any] = {}
        for name, number in SIGNALS.items():
            # nohup has a closed terminal ignored.
            if not (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
                self._before[number] = signal.signal(number, self._press)

    def let_go(self) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _press(self, *_: object) -> None:
        if self._asks:
            self.pressed = True
            raise KeyboardInterrupt
        if not self.pressed:
            self.pressed = True
            print("Stopping after the message in hand.", file=sys.stderr)

    def ask(self, question: str) -> str:
        """What is typed; blank where the button was pressed instead."""
        self._asks = True
        try:
            return str(typer.prompt(question, default="", show_default=False, err=True)).strip()
        except typer.Abort:
            self.pressed = True
            return ""
        finally:
            self._asks = False

    def __call__(self) -> bool:
        return self.pressed

    def sleep(self, seconds: float) -> None:
        """Waits, but no longer than until it is pressed."""
        import time

        end = time.monotonic() + seconds
        while not self.pressed and (left := end - time.monotonic()) > 0:
            time.sleep(min(0.2, left))

"""Places where a test may kill this process, to prove that nothing is lost or sent twice. Does nothing otherwise."""

from __future__ import annotations

import os
import signal
from collections import Counter

_VARIABLE = "DIPAY_TEST_CRASH_AT"
_passed: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Dies here, without clean-up, when the variable says `name`, `name:N` (the Nth time) or `any:N` (Nth point)."""
    wanted = os.environ.get(_VARIABLE)
    if not wanted:
        return
    _passed.update((name, "any"))
    place, _, times = wanted.partition(":")
    if place in (name, "any") and _passed[place] == int(times or 1):
        if hasattr(signal, "SIGKILL"):
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(137)

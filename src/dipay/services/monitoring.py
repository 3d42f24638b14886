"""Telling a monitor that a run which nobody watches began, and how it ended. It is told nothing else.

Whatever the monitor does, and where it can't be reached, the run is not touched by it.
"""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import Final
from urllib.parse import urlsplit

from dipay.domain.problems import ExitCode

#: The monitor is given up after so long.
PATIENCE_SECONDS: Final = 5.0


def tell_began(url: str) -> bool:
    """Tells that a run began; whether the monitor took it."""
    return _ping(url, "/start")


def tell_ended(url: str, exit_code: int) -> bool:
    """Tells how a run ended; whether the monitor took it. A run that is done is one, also if a person must look."""
    return _ping(url, "" if exit_code in (ExitCode.DONE, ExitCode.ATTENTION) else f"/{exit_code}")


def _ping(url: str, event: str) -> bool:
    parts = urlsplit(url)
    address = parts._replace(path=parts.path.rstrip("/") + event).geturl() if event else url
    answers: SimpleQueue[bool] = SimpleQueue()
    # A thread, because names are looked up without a limit and a dripping answer never is a silence.
    threading.Thread(target=lambda: answers.put(_posted(address)), name="dipay-monitor", daemon=True).start()
    try:
        return answers.get(timeout=PATIENCE_SECONDS)
    except Empty:
        return False


def _posted(address: str) -> bool:
    from urllib.request import Request, urlopen

    try:
        request = Request(address, data=b"", headers={"User-Agent": "dipay"})  # noqa: S310  the settings' address
        with urlopen(request, timeout=PATIENCE_SECONDS):  # noqa: S310
            return True
    except Exception:  # whatever it is, nobody's run may end for it
        return False

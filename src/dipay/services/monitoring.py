"""Telling a monitor that a run which nobody watches began, and how it ended. It is told nothing else.

Whatever the monitor does, and where it can't be reached, the run is not touched by it.
"""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import Final
from urllib.parse import urlsplit

from dipay.domain.problems import ExitCode
from dipay.domain.setting_types import MONITOR_COMMAND

#: The monitor is given up after so long.
PATIENCE_SECONDS: Final = 5.0
#: healthchecks.io answers 200 and `OK (not found)` for a check that it does not have.
_NOT_TAKEN: Final = b"OK ("


def tell_began(url: str, command: str) -> str | None:
    """Tells that a run of that command began; why the monitor did not take it, None where it did."""
    return _ping(url, command, "/start")


def tell_ended(url: str, command: str, exit_code: int) -> str | None:
    """Tells how a run ended; why the monitor did not take it, None where it did.

    A run that is done is one, also if a person must look.
    """
    return _ping(url, command, "" if exit_code in (ExitCode.DONE, ExitCode.ATTENTION) else f"/{exit_code}")


def _ping(url: str, command: str, event: str) -> str | None:
    parts = urlsplit(url.replace(MONITOR_COMMAND, command))
    address = parts._replace(path=parts.path.rstrip("/") + event if event else parts.path).geturl()
    answers: SimpleQueue[str | None] = SimpleQueue()
    # A thread, because names are looked up without a limit and a dripping answer never is a silence.
    try:
        threading.Thread(target=lambda: answers.put(_posted(address)), name="dipay-monitor", daemon=True).start()
        return answers.get(timeout=PATIENCE_SECONDS)
    except Empty:
        return f"it gave no answer within {PATIENCE_SECONDS:g} seconds"
    except RuntimeError:  # the system lets no thread begin
        return "it can't be called"


def _posted(address: str) -> str | None:
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Stays(HTTPRedirectHandler):
        """Goes nowhere else than the settings say: another address need not be a secure one."""

        def redirect_request(self, *_: object) -> None:
            return None

    try:
        request = Request(address, data=b"", headers={"User-Agent": "dipay"})  # noqa: S310  the settings' address
        # Longer than anybody waits for it, so that a silence is always called one.
        with build_opener(Stays).open(request, timeout=2 * PATIENCE_SECONDS) as answer:
            not_taken = answer.read(len(_NOT_TAKEN)) == _NOT_TAKEN
    except HTTPError as error:
        with error:
            return f"it answered {error.code}"
    except Exception:  # whatever it is, nobody's run may end for it
        return "it can't be reached"
    return "it knows no such check, or takes no more for now" if not_taken else None

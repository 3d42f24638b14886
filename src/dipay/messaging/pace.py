"""How fast messages go out: evenly, slower when the provider says so, and not at all when it keeps saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dipay.domain.outcomes import Outcome, RefusalKind, Refused
from dipay.messaging import RateLimited

if TYPE_CHECKING:
    from collections.abc import Callable

#: A wait the provider asks for that is longer than this ends the run; the next run goes on.
LONGEST_WAIT_SECONDS: Final = 300.0
#: So many "slow down" one after the other end the run.
PATIENCE: Final = 6

_FIRST_WAIT_SECONDS: Final = 2.0
_SLOWEST_SECONDS: Final = 15.0


class Pace:
    """Waits between messages. `clock` is monotonic seconds; `sleep` waits for seconds and may be cut short.

    `wait()` before a message, `told(outcome)` after it: False means that this is as far as the run gets.
    """

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None], per_second: float = 1.0) -> None:
        if per_second <= 0:
            raise ValueError("the pace must be more than nothing")
        self._clock = clock
        self._sleep = sleep
        self._interval = 1.0 / per_second
        self._next = clock()
        self._refusals = 0

    def wait(self) -> None:
        """Sleeps until the next message may go out; at once where that is now."""
        left = self._next - self._clock()
        if left > 0:
            self._sleep(left)

    def told(self, outcome: Outcome) -> bool:
        """Takes note of an outcome; whether to go on.

        After a "slow down" the wait is what the provider asks for, else 2, 4, 8 … seconds, and everything after it
        goes at half the pace.
        """
        now = self._clock()
        if not (isinstance(outcome, Refused) and outcome.kind is RefusalKind.SLOW_DOWN):
            self._refusals = 0
            self._next = now + self._interval
            return True
        self._refusals += 1
        self._interval = min(self._interval * 2, max(self._interval, _SLOWEST_SECONDS))
        asked = outcome.retry_after_seconds if isinstance(outcome, RateLimited) else None
        pause = _FIRST_WAIT_SECONDS * 2 ** (self._refusals - 1) if asked is None else asked
        self._next = now + max(pause, self._interval)
        return self._refusals < PATIENCE and pause <= LONGEST_WAIT_SECONDS

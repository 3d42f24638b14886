"""The one thread that reads and saves for the screen, so that no key waits for a disk. Jobs are done one after the
other, in the order they were given; what came of each is shown by the screen's own thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from dipay.domain.problems import CannotGoOn

if TYPE_CHECKING:
    from textual.app import App

T = TypeVar("T")


class Hands:
    """Works for an app until it is closed."""

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(1, "dipay-review")
        self._under_way = 0
        self._at_rest: Callable[[], None] | None = None

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return self._under_way > 0

    def work(self, job: Callable[[], T], then: Callable[[T], None], failed: Callable[[CannotGoOn], None]) -> None:
        """Does a job after those before it, and then goes on with what it gave."""
        self._under_way += 1
        self._app.run_worker(self._work(job, then, failed), exclusive=False)

    async def _work(
        self, job: Callable[[], T], then: Callable[[T], None], failed: Callable[[CannotGoOn], None]
    ) -> None:
        try:
            given = await asyncio.get_running_loop().run_in_executor(self._thread, job)
        except CannotGoOn as error:
            failed(error)
        else:
            then(given)
        finally:
            self._under_way -= 1
            self._rest()

    def when_at_rest(self, then: Callable[[], None]) -> None:
        """Calls that once nothing is under way any more."""
        self._at_rest = then
        self._rest()

    def _rest(self) -> None:
        if self._at_rest is not None and not self.busy:
            self._at_rest()

    def close(self) -> None:
        """Waits for the last thing that was begun."""
        self._thread.shutdown(wait=True)

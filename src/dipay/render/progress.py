"""What takes long, and how far it is: a line on a terminal's stderr, after the first second, gone at the end.

One line for all that a command does. Nothing is shown where it takes no second, nor by a terminal that can't take a
line away again; where a person was asked in between, the second begins anew.
"""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TextIO

from dipay.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress as Bar

    from dipay.domain.jobs import Tell

#: Nothing is shown of what takes less; so often the line changes.
FIRST_SECONDS, EVERY_SECONDS = 1.0, 0.2
#: Where for so long nothing was to be watched, a person was asked, or something else goes on.
_PAUSE_SECONDS: Final = 1.0


@dataclass(slots=True)
class _Job:
    """What is done, how many of what, and which share of it all; None where that is not known."""

    what: str
    counted: str
    done: int = 0
    share: float | None = None

    @property
    def words(self) -> str:
        return f"{self.what}: {self.done:,} {self.counted}" if self.done and self.counted else self.what


class Progress:
    """The line of one command on its terminal. Called as an export's `Watch`; other jobs begin with `doing`."""

    def __init__(
        self, screen: TextIO, *, no_color: bool = False, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._screen, self._no_color, self._monotonic = screen, no_color, monotonic
        #: The last is shown: what it was begun for waits for it.
        self._jobs: list[_Job] = []
        self._bar: Bar | None = None
        self._lock = threading.RLock()
        self._timer: threading.Timer | None = None
        self._since = monotonic()
        #: Since when there is no job; before the first one a command is busy beginning.
        self._idle_since = math.inf
        self._next = self._since + FIRST_SECONDS

    def __call__(self, file: str, rows: int, share: float) -> None:
        """Told a file's name, its rows so far and the share of it that is read; 1.0 ends the file."""
        what = f"reading {printable(file)}"
        with self._lock:
            reading = self._jobs[-1] if self._jobs and self._jobs[-1].what == what else None
            if share >= 1.0:
                if reading is not None:
                    self._end(reading)
                return
            # A workbook's rows are known only once its cells are taken out of it.
            if reading is None:
                self._begin(_Job(what, "rows", rows, share))
            else:
                reading.done, reading.share = rows, share
                self._show_now_and_then()

    @contextmanager
    def doing(self, what: str, counted: str = "") -> Iterator[Tell]:
        """A job, to be told how many are done, and of how many."""
        job = _Job(what, counted)
        with self._lock:
            self._begin(job)

        def tell(done: int, of: int | None) -> None:
            job.done, job.share = done, done / of if of else None
            self._show_now_and_then()

        try:
            yield tell
        finally:
            with self._lock:
                if job in self._jobs:
                    self._end(job)

    def end(self) -> None:
        """Ends whatever was begun and not ended, as a file whose reading failed."""
        with self._lock:
            if self._jobs:
                self._end(self._jobs[0])

    def _begin(self, job: _Job) -> None:
        now = self._monotonic()
        if not self._jobs and now - self._idle_since > _PAUSE_SECONDS:
            self._since = now
        self._jobs.append(job)
        if self._timer is None:
            # Whoever does the job may be waiting for a disk or a line, and tell nothing for long.
            self._timer = threading.Timer(max(0.0, self._since + FIRST_SECONDS - now), self.show)
            self._timer.daemon = True
            self._timer.start()
        self.show()

    def _end(self, job: _Job) -> None:
        # What was begun within it and not ended ends with it.
        del self._jobs[self._jobs.index(job) :]
        if self._jobs:
            self.show()
            return
        self._idle_since = self._monotonic()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._bar is not None:
            bar, self._bar = self._bar, None
            # A terminal that was closed meanwhile takes nothing away any more.
            with suppress(OSError):
                bar.stop()

    def _show_now_and_then(self) -> None:
        if self._monotonic() >= self._next:
            self.show()

    def show(self) -> None:
        """Shows the job in hand, where it is time for that."""
        with self._lock:
            now = self._monotonic()
            if not self._jobs or now < self._since + FIRST_SECONDS:
                return
            self._next = now + EVERY_SECONDS
            job = self._jobs[-1]
            percent = f"{job.share:.0%}" if job.share is not None else ""
            total, completed = (None, 0) if job.share is None else (100, int(100 * job.share))
            with suppress(OSError):
                if self._bar is not None:
                    self._bar.update(
                        self._bar.task_ids[0], description=job.words, total=total, completed=completed,
                        percent=percent, refresh=True,
                    )  # fmt: skip
                elif (bar := self._new_bar()) is not None:
                    bar.add_task(job.words, total=total, completed=completed, percent=percent)
                    bar.start()
                    self._bar = bar

    def _new_bar(self) -> Bar | None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        console = Console(file=self._screen, no_color=self._no_color or None, highlight=False)
        if not console.is_interactive:
            return None
        return Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(16),
            TextColumn("{task.fields[percent]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            refresh_per_second=1 / EVERY_SECONDS,
            # What is said meanwhile, as that Ctrl-C was heard, stands above the line; an answer is left alone.
            redirect_stdout=False,
        )

"""A run of cron as the monitor is told of it: that it began, and the exit code it ends with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from dipay.domain.problems import ExitCode, Problem, Severity


@contextmanager
def monitored(url: str | None, say: Callable[[list[Problem]], None]) -> Iterator[None]:
    """Tells the monitor, where there is one, of what is done in here; `say` gets a warning where it can't be told."""
    if url is None:
        yield
        return
    from dipay.services.monitoring import tell_began, tell_ended

    tell_began(url)
    exit_code: int = ExitCode.BUG
    try:
        yield
    except typer.Exit as leaving:
        exit_code = leaving.exit_code
        raise
    except KeyboardInterrupt:
        exit_code = ExitCode.INTERRUPTED
        raise
    finally:
        if not tell_ended(url, exit_code):
            fix = "The run is as it was said above. See whether the address is right, and the monitor there."
            say([Problem(Severity.WARNING, "the monitor could not be told of this run.", fix, key="monitor_url")])

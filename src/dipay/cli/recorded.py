"""A run as those are told of it who were not there: its line in the run log, and the monitor of runs of cron."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from dipay.domain.problems import ExitCode, Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from dipay.office import Office
    from dipay.services.syncing import SyncReport
    from dipay.state.run_log import RunLine


@dataclass(slots=True)
class Met:
    """What a run met on its way."""

    problems: tuple[Problem, ...] = ()


@contextmanager
def recorded(office: Office, command: str, counts: Counter[str], *, unattended: bool) -> Iterator[Met]:
    """Writes down how what is done in here ended; where nobody watches, the monitor is told, too.

    `counts` say how many of what it did, as far as it came. That something could not be written or told is said on
    stderr, and changes nothing else.
    """
    from dipay.state.run_log import RunLine

    met, exit_code = Met(), int(ExitCode.BUG)
    began, started = office.clock(), time.monotonic()
    url = office.settings.monitor_url if unattended else None
    try:
        if url is not None:
            from dipay.services.monitoring import tell_began

            tell_began(url, command)
        yield met
    except typer.Exit as leaving:
        exit_code = leaving.exit_code
        raise
    except KeyboardInterrupt:
        exit_code = ExitCode.INTERRUPTED
        raise
    finally:
        seconds, provider = time.monotonic() - started, office.settings.messaging.provider
        sorts = Counter(_sort(each) for each in met.problems if each.severity is not Severity.NOTE)
        _write_down(office.state_path, RunLine(began, seconds, command, unattended, provider, exit_code, counts, sorts))
        if url is not None:
            _tell(url, command, exit_code)


def count_told(counts: Counter[str], told: SyncReport) -> None:
    """Counts what the provider told when it was asked."""
    counts.update(found=told.found, restored=told.restored, opted_out=told.opted_out, **told.deliveries)
    counts["new_replies"] += sum(told.replies.values())
    counts.update(payments=sum(told.payments.values()), refunds=told.refunds, links_off=told.links_off)
    # How things stand, however often a run asks.
    counts["still_in_doubt"], counts["replies_waiting"] = told.in_doubt, told.waiting


def _sort(problem: Problem) -> str:
    """What sort of problem it is, by words of dipay's own: a message may name an account."""
    return problem.kind or problem.key or "other"


def _write_down(state: Path, line: RunLine) -> None:
    from dipay.state.run_log import log_beside, write_line

    try:
        write_line(state, line)
    except OSError as error:
        _warn(f"this run could not be written to {log_beside(state)}: {error.strerror}.", "Mend what keeps it.")


def _tell(url: str, command: str, exit_code: int) -> None:
    from dipay.services.monitoring import tell_ended

    try:
        why_not = tell_ended(url, command, exit_code)
    except KeyboardInterrupt:
        why_not = "it was interrupted"
    if why_not is not None:
        fix = "See whether the address is right, and the monitor there."
        _warn(f"the monitor could not be told of this run: {why_not}.", fix, key="monitor_url")


def _warn(message: str, fix: str, key: str | None = None) -> None:
    """Says it on stderr, also with `--json`: the answer has left by now. The run is as it was said above."""
    from dipay.render.problems import print_problems

    warning = Problem(Severity.WARNING, message, f"{fix} The run itself is as said above.", key=key)
    with suppress(OSError):
        print_problems([warning], sys.stderr)

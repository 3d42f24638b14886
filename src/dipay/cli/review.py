"""`review`: the worklist as an interactive table, or as numbered lines and typed commands."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Annotated

import typer

from dipay.cli.common import Answer, Manner, command
from dipay.cli.layout import Heading
from dipay.domain.jobs import unwatched
from dipay.domain.problems import ExitCode, cannot


def review(
    manner: Manner,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Numbered lines and typed commands: for screen readers, and without a mouse."),
    ] = False,
) -> Answer:
    """The worklist as a table: tick, snooze, see why, send."""
    if manner.json:
        raise cannot(
            ExitCode.USAGE,
            "the review is for people.",
            "For programs: `dipay list --json`, `dipay send --json`.",
            key="--json",
        )
    if plain:
        from dipay.review.plain import Plain

        # A line that changes is read aloud again and again.
        typed = Plain(replace(manner.office(), watch=None, doing=unwatched))
        try:
            typed.run()
        finally:
            manner.counts.update(typed.desk.counts)
        return Answer()
    if not is_terminal():
        raise cannot(
            ExitCode.USAGE,
            "there is no terminal to draw the table on.",
            "The same by commands: `dipay list`, `dipay why ID`, `dipay snooze ID --days N --reason TEXT`, "
            "`dipay deselect ID`, `dipay send --dry-run`, `dipay send --yes`; or typed: `dipay review --plain`.",
            key="review",
        )
    return run_screen(manner)


def is_terminal() -> bool:
    """Whether there is a terminal that a table can be drawn on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") not in {"dumb", "unknown"}


def run_screen(manner: Manner) -> Answer:
    """Opens the table; for `review`, and for `send` where somebody is there to decide."""
    # Wrong settings end here, before the screen is taken.
    here = manner.office()
    if manner.no_color:
        # Read by Textual when it starts.
        os.environ["NO_COLOR"] = "1"
    from dipay.review.app import ReviewApp

    app = ReviewApp(here)
    try:
        app.run()
    finally:
        app.hands.close()
        manner.counts.update(app.review.desk.counts)
    for trouble in (app.bug, app.review.trouble):
        if trouble is not None:
            raise trouble
    if app.interrupted:
        raise KeyboardInterrupt
    return Answer()


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(app, "review", review, Heading.DAY, "dipay review", "dipay review --plain", recorded_when=lambda _: True)

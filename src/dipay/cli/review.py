"""`review`: the worklist as an interactive table, or as numbered lines and typed commands."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, answer, command, usage

if TYPE_CHECKING:
    from dipay.office import Office


def review(
    manner: Manner,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Numbered lines and typed commands: for screen readers, and without a mouse."),
    ] = False,
) -> None:
    """The worklist as an interactive table: tick, snooze, see why, release, send."""
    if manner.json:
        answer(manner, _no_json)
    elif plain:
        _run_plain(manner)
    elif not is_terminal():
        answer(manner, _no_terminal)
    else:
        run_screen(manner)


def is_terminal() -> bool:
    """Whether there is a terminal that a table can be drawn on."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") not in {"dumb", "unknown"}


def _no_json() -> Answer:
    raise usage("--json", "the review is for people.", "For programs: `dipay list --json`, `dipay send --json`.")


def _no_terminal() -> Answer:
    raise usage(
        "review",
        "there is no terminal to draw the table on.",
        "The same by commands: `dipay list`, `dipay why ID`, `dipay snooze ID --days N --reason TEXT`, "
        "`dipay deselect ID`, `dipay send --dry-run`, `dipay send --yes`; or typed: `dipay review --plain`.",
    )


def run_screen(manner: Manner) -> None:
    """Opens the table; for `review`, and for `send` where somebody is there to decide."""
    here = _office(manner)
    if manner.no_color:
        # Read by Textual when it starts.
        os.environ["NO_COLOR"] = "1"
    from dipay.review.app import ReviewApp

    app = ReviewApp(here)
    try:
        app.run()
    finally:
        app.close_hands()
    if app.bug is not None:
        raise app.bug
    trouble = app.trouble
    if trouble is not None:

        def told() -> Answer:
            raise trouble

        answer(manner, told)


def _run_plain(manner: Manner) -> None:
    from dipay.review.plain import Plain

    here = _office(manner)
    answer(manner, lambda: _plain_answer(Plain(here)))


def _plain_answer(plain: object) -> Answer:
    from dipay.review.plain import Plain

    if isinstance(plain, Plain):
        plain.run()
    return Answer(None, dict, lambda _: None)


def _office(manner: Manner) -> Office:
    """The office; wrong settings end here, before the screen is taken."""
    found: list[Office] = []

    def work() -> Answer:
        found.append(manner.office())
        return Answer(None, dict, lambda _: None)

    answer(manner, work)
    return found[0]


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(app, "review")(review)

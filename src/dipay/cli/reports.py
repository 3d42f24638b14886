"""`diff`: what changed since the last exports."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, parse_as_of
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from rich.console import Console


def diff(
    manner: Manner,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM-DD", help="Since the list of that day.", show_default=False),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV, for a spreadsheet.")] = False,
) -> Answer:
    """What changed since the last day on which dipay sent: who is new on the list, gone and why, paid, owes more."""
    from dipay.frames.diff import diff as compare

    if csv and manner.json:
        raise cannot(
            ExitCode.USAGE, "--csv and --json are two different answers.", "Leave one of them out.", key="--csv"
        )
    found = compare(manner.office(), parse_as_of(since, "--since"))

    def data() -> dict[str, object]:
        from dipay.render.diff import diff_data

        return diff_data(found)

    def show(screen: Console) -> None:
        from dipay.render.diff import print_diff, write_diff

        if csv:
            write_diff(found, sys.stdout)
        else:
            print_diff(found, screen)

    return Answer(found.until, data, show, found.problems)


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(app, "diff", diff)

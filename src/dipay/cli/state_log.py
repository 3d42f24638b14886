"""`history`, `backup`: what happened so far, and safe copies of the state file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from dipay.cli.common import Answer, Manner, command, parse_as_of


def history(
    manner: Manner,
    account: Annotated[
        str | None, typer.Argument(metavar="[ID]", show_default=False, help="A guarantor's or a patient's id.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="From that day on.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="No more than the newest so many.", show_default=False)
    ] = None,
) -> Answer:
    """Everything that happened, oldest first: to one account, or to all of them and the state.

    Requests and what became of them, undeliverables, replies and how they were settled, snoozes, releases, opt-outs,
    how campaigns ended; with an ID what the exports since had the account owing, without one the exports and the runs.
    """
    import shutil
    import sys

    from dipay.services.history import history as look_at

    here = manner.office()
    found = look_at(here, account, since=parse_as_of(since, "--since"), limit=limit)
    follow_ups = len(here.settings.campaign.messages) - 1

    def data() -> dict[str, object]:
        from dipay.render.history import history_data

        return history_data(found, here.zone, follow_ups)

    def lines() -> Iterator[str]:
        from dipay.render.history import history_lines

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        return history_lines(found, here.zone, follow_ups, width)

    return Answer(None, data, problems=found.problems, lines=lines)


def backup(
    manner: Manner,
    target: Annotated[Path | None, typer.Argument(metavar="[FILE]", show_default=False)] = None,
) -> Answer:
    """A safe, checked copy of the state file; beside it, or where you say."""
    from dipay.services.state_log import back_up

    here = manner.office()
    written = back_up(here, target)
    now = f"{here.clock().astimezone(here.zone):%Y-%m-%d %H:%M}"
    return Answer(None, lambda: {"file": str(written)}, lines=lambda: [f"The state of {now}, copied to {written}"])


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    for function in (history, backup):
        command(app, function.__name__, function)

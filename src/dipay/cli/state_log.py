"""`history`, `backup`: what the state file holds, and safe copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dipay.cli.common import Answer, Manner, command, several_fit


def history(
    manner: Manner,
    account: Annotated[list[str] | None, typer.Argument(metavar="[ID|NAME]", show_default=False)] = None,
) -> Answer:
    """What was sent and what became of it, for one account or all."""
    from dipay.services.state_log import sent

    here = manner.office()
    requests, several = sent(here, " ".join(account or ()))
    if several:
        return several_fit(several)

    def data() -> dict[str, object]:
        from dipay.render.history import history_data

        return history_data(requests)

    def lines() -> list[str]:
        from dipay.render.history import history_lines

        return history_lines(requests, here.zone, len(here.settings.campaign.messages) - 1)

    return Answer(None, data, lines=lines)


def backup(
    manner: Manner,
    target: Annotated[Path | None, typer.Argument(metavar="[FILE]", show_default=False)] = None,
) -> Answer:
    """A safe, checked copy of the state file; beside it, or where you say."""
    from dipay.services.state_log import back_up

    written = back_up(manner.office(), target)
    return Answer(None, lambda: {"file": str(written)}, lines=lambda: [f"Wrote {written}"])


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    for function in (history, backup):
        command(app, function.__name__, function)

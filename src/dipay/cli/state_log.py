"""`history`, `backup`, `purge`: what the state file holds, safe copies of it, and what is past retention."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, several_fit
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from dipay.services.state_log import Purge


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


def purge(
    manner: Manner,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; delete nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> Answer:
    """Deletes texts, numbers and notes past retention, also from backups; what happened when stays."""
    from dipay.services import state_log

    here = manner.office()
    found = state_log.to_purge(here)
    if dry_run or not found.purged.anything:
        return Answer(here.today(), lambda: _purge_data(found), lines=lambda: _purge_lines(found, "would go"))
    if not yes:
        if manner.json or not sys.stdin.isatty():
            fix = "Look first with --dry-run, then run it with --yes."
            raise cannot(ExitCode.USAGE, "there is nobody to ask.", fix, key="--yes")
        for line in _purge_lines(found, "would go"):
            typer.echo(line, err=True)
        typed = typer.prompt("Type yes to delete it, anything else to stop", default="", show_default=False, err=True)
        if typed.strip().lower() != "yes":
            return Answer(None, lines=lambda: ["Nothing was deleted."])
    done = state_log.purge(here)
    return Answer(here.today(), lambda: _purge_data(done), lines=lambda: _purge_lines(done, "deleted"))


def _purge_data(found: Purge) -> dict[str, object]:
    from dataclasses import asdict

    return {"before": found.before.isoformat(), **asdict(found.purged), "backups": found.backups}


def _purge_lines(found: Purge, became: str) -> list[str]:
    counts = {
        "numbers, amounts and texts of requests": found.purged.requests,
        "replies": found.purged.replies,
        "numbers on the Undeliverable list, resolved": found.purged.undeliverables,
        "snoozes that are over": found.purged.snoozes,
        "reasons that were typed": found.purged.reasons,
        "older backups": found.backups,
    }
    said = [f"  {count:,} {what}" for what, count in counts.items() if count]
    if not said:
        return [f"Nothing is older than {found.before}."]
    kept = "What happened when stays, and every opt-out."
    return [f"Of before {found.before}, {became}:", *said, kept]


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    for function in (history, backup, purge):
        command(app, function.__name__, function)

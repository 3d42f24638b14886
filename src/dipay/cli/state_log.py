"""`history`, `backup`, `purge`: what happened so far, safe copies of the state file, and what is past retention."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, parse_as_of, several_fit
from dipay.cli.layout import Heading
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from dipay.services.state_log import Purge


def history(
    manner: Manner,
    account: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID|NAME]", show_default=False, help="A guarantor's or a patient's id, or a part of the name."
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="From that day on.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="No more than the newest so many.", show_default=False),
    ] = None,
) -> Answer:
    """Everything that happened, to one account or to all.

    Oldest first. Requests and what became of them, undeliverables, replies and how they were settled, snoozes,
    releases, opt-outs, how campaigns ended; with an ID what the exports since had the account owing, without one the
    exports and the runs.
    """
    import shutil

    from dipay.services.history import History
    from dipay.services.history import history as look_at

    here = manner.office()
    found = look_at(here, " ".join(account or ()) or None, since=parse_as_of(since, "--since"), limit=limit)
    if not isinstance(found, History):
        return several_fit(found)
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
    target: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to write it: a new file.", show_default=False)
    ] = None,
) -> Answer:
    """A safe, checked copy of the state file.

    Beside it, or where you say.
    """
    from dipay.services.state_log import back_up

    here = manner.office()
    written = back_up(here, target)
    now = f"{here.clock().astimezone(here.zone):%Y-%m-%d %H:%M}"
    return Answer(None, lambda: {"file": str(written)}, lines=lambda: [f"The state of {now}, copied to {written}"])


def purge(
    manner: Manner,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; delete nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> Answer:
    """Deletes texts, numbers and notes past retention.

    Also from backups. What happened when stays, and every opt-out.
    """
    from dipay.services import state_log

    here = manner.office()
    found = state_log.to_purge(here)
    if dry_run or not found.anything:
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
    if found.unfinished:
        said.append("  older backups, which a purge that was cut off left behind")
    if not said:
        return [f"Nothing is older than {found.before}."]
    kept = "What happened when stays, and every opt-out."
    return [f"Of before {found.before}, {became}:", *said, kept]


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(
        app, "history", history, Heading.LOOKING_BACK,
        "dipay history",
        "dipay history 10447",
        "dipay history --since 2026-11-13",
    )  # fmt: skip
    command(app, "backup", backup, Heading.CARE, "dipay backup", "dipay backup dipay-copy.sqlite3")
    command(app, "purge", purge, Heading.CARE, "dipay purge --dry-run", "dipay purge")

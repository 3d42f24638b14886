"""`init` and `check`: from a folder of exports to settings that work, and every problem at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from dipay.exports.layout.proposing import ProposedFile


def init(
    manner: Manner,
    folder: Annotated[Path, typer.Option("--folder", help="Where the PMS saves its exports.")] = Path(),
    name: Annotated[str | None, typer.Option("--name", help="The practice's name.", show_default=False)] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="The phone patients call.", show_default=False)] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", help="E.g. America/New_York.", show_default=False)
    ] = None,
    link: Annotated[
        str | None, typer.Option("--link", help="The payment page, with {request_id}.", show_default=False)
    ] = None,
) -> Answer:
    """Looks at the exports in a folder, asks what it can't know, and writes a commented config.yaml."""
    from dipay.services.initialising import Practice, look, write_settings

    target = manner.config or Path("config.yaml")
    if target.exists():
        raise cannot(
            ExitCode.USAGE, f"{target} is already there.", "Move it away first, or name another with --config."
        )
    files = look(folder)
    for proposed in files.values():
        _say_proposed(proposed)
    given = {"name": name, "phone": phone, "timezone": timezone, "link": link}
    practice = Practice(**{key: value or _ask(key) for key, value in given.items()})
    write_settings(target, folder, files, practice)

    then = "dipay check" + (f" --config {target}" if manner.config else "")
    return Answer(lines=lambda: [f"Wrote {target}. Look through it, then run: {then}"])


_QUESTIONS = {
    "name": ("The practice's name, as patients know it", None),
    "phone": ("The phone number patients call", None),
    "timezone": ("The practice's time zone", "America/New_York"),
    "link": ("The payment page's address, with {request_id} where each request's own code goes", None),
}


def _ask(key: str) -> str:
    question, default = _QUESTIONS[key]
    if not sys.stdin.isatty():
        raise cannot(ExitCode.USAGE, f"{question.lower()} is not known.", f"Say it with --{key}.", key=f"--{key}")
    return str(typer.prompt(question, default=default, err=True))


def _say_proposed(proposed: ProposedFile) -> None:
    if proposed.profile is not None:
        typer.echo(f"{proposed.kind}: {proposed.name} (profile {proposed.profile})", err=True)
        return
    typer.echo(f"{proposed.kind}: {proposed.name}, no known profile; proposed columns:", err=True)
    for field, caption in sorted(proposed.columns.items()):
        typer.echo(f"  {field}: {caption}", err=True)
    for field in proposed.missing:
        typer.echo(f"  {field}: not found; fill it in under exports.columns.{proposed.kind}", err=True)


def check(
    manner: Manner,
    online: Annotated[bool, typer.Option("--online", help="Ask the provider too; sends nothing.")] = False,
) -> Answer:
    """Settings, exports, messages, secrets and state: every problem at once. Writes and sends nothing."""
    from dipay.services.checking import check as look_at_everything

    checked = look_at_everything(manner.office(), online=online)

    def data() -> dict[str, object]:
        return {"looked_at": checked.looked_at}

    def lines() -> list[str]:
        from dipay.render.listing import report_line

        in_order = [] if checked.problems else ["Everything is in order."]
        return [*checked.looked_at, *map(report_line, checked.reports), *in_order]

    return Answer(None, data, problems=tuple(checked.problems), exit_code=checked.exit_code, lines=lines)


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(app, "init", init)
    command(app, "check", check)

"""`posting`: the payments to key into the PMS."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, one_answer
from dipay.cli.layout import Heading
from dipay.domain.problems import ExitCode, Severity, cannot
from dipay.render.streams import stream_for_csv

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.domain.payments import KnownPayment
    from dipay.office import Office


def posting(
    manner: Manner,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for a spreadsheet.")] = False,
    done: Annotated[
        list[int] | None,
        typer.Option("--done", metavar="N", help="Payment N is keyed in. Repeatable.", show_default=False),
    ] = None,
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="What was done; kept until purged.", show_default=False)
    ] = "",
) -> Answer:
    """Payments by links that are to be keyed into the PMS.

    Each leaves the list when an export shows it. Exit code 1 where there are any.
    """
    from dipay.services.posting import mark_done, to_post

    here = manner.office()
    if done:
        posted = mark_done(here, done, note)
        return Answer(None, lambda: {"done": [each.number for each in posted]}, lines=lambda: _done_lines(here, posted))
    if note:
        raise cannot(ExitCode.USAGE, "a note belongs to a payment.", "Say which with --done N.", key="--note")
    one_answer(csv=as_csv, json=manner.json)
    found, listing = to_post(here)

    def data() -> dict[str, object]:
        from dipay.render.payments import posting_data

        return posting_data(found)

    def show(screen: Console) -> None:
        from dipay.render.payments import posting_sheet, print_posting
        from dipay.render.sheets import write_csv

        if as_csv:
            write_csv(posting_sheet(found), stream_for_csv(sys.stdout))
        else:
            print_posting(found, screen)

    # What no rule can see belongs to `list` and `check`: here nobody is asked.
    problems = tuple(each for each in listing.problems if each.severity is not Severity.NOTE)
    return Answer(listing.worklist.day.as_of, data, show, problems, ExitCode.ATTENTION if found else ExitCode.DONE)


def _done_lines(here: Office, posted: list[KnownPayment]) -> list[str]:
    from dipay.services.deciding import called

    return [
        f"Keyed in: payment {each.number} of {each.day} from {called(here, [each.guarantor_id])}." for each in posted
    ]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "posting", posting, Heading.DAY, "dipay posting", "dipay posting --done 2")

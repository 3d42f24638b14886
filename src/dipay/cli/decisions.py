"""What staff decide about accounts: `snooze`, `unsnooze`, `deselect`, `select`, `optout`, `optin`, `remove`, `paid`,
`wrong-number`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, parse_as_of
from dipay.cli.layout import Heading
from dipay.domain.problems import Problem, Severity
from dipay.render.safe import printable

if TYPE_CHECKING:
    from dipay.office import Office
    from dipay.services.deciding import Decided

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Guarantors' or patients' ids.")]


def snooze(
    manner: Manner,
    ids: Ids,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="One of the settings' reasons.")],
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="YYYY-MM-DD", help="The day on which they are back.", show_default=False),
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=1, metavar="N", help="Or how many days from today.", show_default=False)
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A few words more.", show_default=False)] = "",
) -> Answer:
    """Keeps accounts off the list until a date, with a reason.

    On that date they are back. Either --until or --days says when.
    """
    from dipay.services import deciding

    here, day = manner.office(), parse_as_of(until, "--until")
    decided = deciding.snooze(here, ids, until=day, days=days, reason=reason, note=note)
    return _answer(manner, here, "Snoozed until {day}", decided)


def unsnooze(manner: Manner, ids: Ids) -> Answer:
    """Puts snoozed accounts back on the list."""
    from dipay.services import deciding

    here = manner.office()
    return _answer(manner, here, "Back on the list on {day}", deciding.unsnooze(here, ids))


def deselect(manner: Manner, ids: Ids) -> Answer:
    """Leaves accounts out of today's batch only."""
    from dipay.services import deciding

    here = manner.office()
    return _answer(manner, here, "Left out of today's batch, {day}", deciding.deselect(here, ids))


def select(manner: Manner, ids: Ids) -> Answer:
    """Takes deselected accounts into today's batch again."""
    from dipay.services import deciding

    here = manner.office()
    return _answer(manner, here, "In today's batch again, {day}", deciding.select(here, ids))


def optout(
    manner: Manner,
    ids: Ids,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> Answer:
    """Records opt-outs: these accounts are never texted again.

    On a terminal it names them and asks.
    """
    from dipay.services import deciding

    here = manner.office()
    if not yes and not manner.json and sys.stdin.isatty():
        typer.echo(printable(f"Never texted again: {deciding.called(here, ids)}."), err=True)
        typed = typer.prompt("Type yes to record it, anything else to stop", default="", show_default=False, err=True)
        if typed.strip().lower() != "yes":
            return Answer(None, lines=lambda: ["Nothing was changed."])
    return _answer(manner, here, "Never texted again, from {day} on", deciding.opt_out(here, ids))


def optin(
    manner: Manner,
    account: Annotated[str, typer.Argument(metavar="ID", help="A guarantor's or a patient's id.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Who asked for it, and how; kept.")],
) -> Answer:
    """Ends an opt-out, once its owner asks for texts again.

    One that staff recorded, or whose owner replied START since.
    """
    from dipay.services import deciding

    here = manner.office()
    return _answer(manner, here, "May be texted again, from {day} on", deciding.opt_in(here, account, reason))


def wrong_number(
    manner: Manner,
    account: Annotated[str, typer.Argument(metavar="ID", help="A guarantor's or a patient's id.")],
) -> Answer:
    """Somebody else answered: nothing more goes to that number.

    Puts the account on the Undeliverable list until another number is there, and settles its replies.
    """
    from dipay.services import deciding

    here = manner.office()
    return _answer(
        manner, here, "On the Undeliverable list from {day} on, until another number is there",
        deciding.wrong_number(here, account),
    )  # fmt: skip


def remove(manner: Manner, ids: Ids) -> Answer:
    """Ends the running campaigns of accounts."""
    from dipay.services import deciding

    here = manner.office()
    return _answer(manner, here, "Campaign ended on {day}", deciding.remove(here, ids))


def paid(manner: Manner, ids: Ids) -> Answer:
    """Marks accounts paid until a newer export; ends campaigns."""
    from dipay.services import deciding

    here = manner.office()
    return _answer(manner, here, "Marked paid on {day}, until a newer export", deciding.mark_paid(here, ids))


def _answer(manner: Manner, here: Office, done: str, decided: Decided) -> Answer:
    """For whom something was done, by name, and for whom it was not. `done` says what, with its `{day}`."""
    problems = [
        Problem(Severity.WARNING, f"{each} {why}.", "Nothing was changed for it.")
        for each, why in decided.not_done.items()
    ]

    def data() -> dict[str, object]:
        day = decided.day.isoformat() if decided.day is not None else None
        return {"done": list(decided.done), "not_done": decided.not_done, "day": day}

    def lines() -> list[str]:
        if manner.quiet or not decided.done:
            return []
        from dipay.services.deciding import called

        return [f"{done.format(day=decided.day)}: {called(here, decided.done)}."]

    return Answer(None, data, problems=(*problems, *decided.problems), lines=lines)


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(
        app, "snooze", snooze, Heading.DECISIONS,
        'dipay snooze 10483 10485 --days 14 --reason "Personal arrangement"',
        'dipay snooze 10483 --until 2026-12-01 --reason "Claim not started"',
    )  # fmt: skip
    command(app, "unsnooze", unsnooze, Heading.DECISIONS, "dipay unsnooze 10483")
    command(app, "deselect", deselect, Heading.DECISIONS, "dipay deselect 10460 10485")
    command(app, "select", select, Heading.DECISIONS, "dipay select 10460")
    command(app, "optout", optout, Heading.DECISIONS, "dipay optout 10460")
    command(
        app, "optin", optin, Heading.DECISIONS, 'dipay optin 10460 --reason "asked for it at the desk on 20 November"'
    )
    command(app, "remove", remove, Heading.DECISIONS, "dipay remove 10460")
    command(app, "paid", paid, Heading.DECISIONS, "dipay paid 10460")
    command(app, "wrong-number", wrong_number, Heading.DECISIONS, "dipay wrong-number 10460")

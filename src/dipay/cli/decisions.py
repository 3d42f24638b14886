"""`snooze`, `unsnooze`, `deselect`, `select`, `optout`, `remove`, `paid`: what staff decide about accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, parse_as_of

if TYPE_CHECKING:
    from dipay.office import Office
    from dipay.services.deciding import Decided

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Guarantors' or patients' ids.")]


def _decide(manner: Manner, done: str, decide: Callable[[Office], Decided]) -> Answer:
    """Carries a decision out and says for whom."""
    from dipay.domain.problems import Problem, Severity

    decided = decide(manner.office())
    problems = [
        Problem(Severity.WARNING, f"{each}: {why}.", "Nothing was changed for it.")
        for each, why in decided.not_done.items()
    ]

    def data() -> dict[str, object]:
        return {"done": list(decided.done), "not_done": decided.not_done}

    def lines() -> list[str]:
        return [f"{done}: {', '.join(decided.done)}"] if decided.done and not manner.quiet else []

    return Answer(None, data, problems=(*problems, *decided.problems), lines=lines)


def snooze(
    manner: Manner,
    ids: Ids,
    reason: Annotated[str, typer.Option("--reason", help="One of the settings' reasons.")],
    until: Annotated[str | None, typer.Option("--until", metavar="YYYY-MM-DD", show_default=False)] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, show_default=False)] = None,
    note: Annotated[str, typer.Option("--note", help="A few words more.", show_default=False)] = "",
) -> Answer:
    """Keeps accounts off the list until a date, with a reason; on that date they are back."""

    def decide(here: Office) -> Decided:
        from dipay.services import deciding

        return deciding.snooze(here, ids, until=parse_as_of(until, "--until"), days=days, reason=reason, note=note)

    return _decide(manner, "Snoozed", decide)


def _of_ids(service: str, done: str) -> Callable[..., Answer]:
    """A command that takes nothing but ids, by the name of its service."""

    def run(manner: Manner, ids: Ids) -> Answer:
        def decide(here: Office) -> Decided:
            from dipay.services import deciding

            decided: Decided = getattr(deciding, service)(here, ids)
            return decided

        return _decide(manner, done, decide)

    return run


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(app, "snooze", snooze)
    for name, service, done, doc in (
        ("unsnooze", "unsnooze", "Back on the list", "Puts snoozed accounts back on the list."),
        ("deselect", "deselect", "Left out today", "Leaves accounts out of today's batch only."),
        ("select", "select", "In today's batch again", "Takes deselected accounts into today's batch again."),
        ("optout", "opt_out", "Never texted again", "Records opt-outs: these accounts are never texted again."),
        ("remove", "remove", "Campaign ended", "Ends the running campaigns of accounts."),
        ("paid", "mark_paid", "Marked paid", "Marks accounts paid until a newer export, and ends their campaigns."),
    ):
        command(app, name, _of_ids(service, done), doc)

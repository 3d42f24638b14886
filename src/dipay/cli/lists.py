"""`today`, `list`, `why` and `rules`: what the day holds, who may be asked, and why everybody else is not."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, AsOfOption, Manner, command, parse_as_of
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.domain.day import Day


class ViewChoice(StrEnum):
    """The views of `list`; `all` shows every account."""

    PENDING = "pending"
    ALL = "all"
    SNOOZED = "snoozed"
    ACTIVE = "active"
    HELD = "held"
    EXCLUDED = "excluded"
    UNDELIVERABLE = "undeliverable"


def today(manner: Manner, as_of: AsOfOption = None) -> Answer:
    """The daily checks on one screen, each with its command: what to see to, what to send, what is good to know.

    Exit code 1 when something needs a person: problems of the exports or the state file; patients' answers that nobody
    asked the provider for since yesterday; replies that wait; messages of which it is not known whether they went out;
    who was not reached and still is to be asked; numbers to key into the PMS; accounts that are held. What is to be
    sent, who got every message and snoozes that end don't: they have no day, or go their way by themselves. Where the
    exports can't be read the rest is shown, and the exit code is 3. Asks no provider and changes nothing.
    """
    from dipay.services.today import today as look_at

    here = manner.office()
    found = look_at(here, parse_as_of(as_of))

    def data() -> dict[str, object]:
        from dipay.render.today import today_data

        return today_data(found, here.zone)

    def show(screen: Console) -> None:
        from dipay.render.today import print_today

        rehearsal = here.settings.messaging.provider == "outbox"
        print_today(found, here.settings.practice.name, here.clock().astimezone(here.zone), screen, rehearsal=rehearsal)

    # On the screen they are lines among others: told once more they would push the rest out of sight.
    problems = found.problems if manner.json or manner.verbose else ()
    return Answer(found.as_of, data, show, problems, found.exit_code)


def list_accounts(
    manner: Manner,
    view: Annotated[ViewChoice, typer.Option("--view", help="Which accounts.")] = ViewChoice.PENDING,
    as_of: AsOfOption = None,
    csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV, for a spreadsheet.")] = False,
) -> Answer:
    """Who may be asked today, for how much; with --view all, everybody and why not."""
    from dipay.domain.worklist import View
    from dipay.services.worklist import make_worklist

    if csv and manner.json:
        raise cannot(
            ExitCode.USAGE, "--csv and --json are two different answers.", "Leave one of them out.", key="--csv"
        )
    listing = make_worklist(manner.office(), parse_as_of(as_of))
    wanted = None if view is ViewChoice.ALL else View(view.value)

    def data() -> dict[str, object]:
        from dipay.render.data import list_data

        return list_data(listing, wanted)

    def show(screen: Console) -> None:
        from dipay.render.listing import print_listing, write_csv

        if csv:
            write_csv(listing, wanted, sys.stdout)
        else:
            print_listing(listing, wanted, screen, quiet=manner.quiet)

    return Answer(listing.worklist.day.as_of, data, show, listing.problems)


def why(
    manner: Manner,
    asked_about: Annotated[str, typer.Argument(metavar="ID", help="A guarantor's or a patient's id.")],
    as_of: AsOfOption = None,
) -> Answer:
    """Why an account is or is not asked: every rule, what it saw, its limit and setting, what would change it."""
    from dipay.services.explaining import explain

    explanation, listing = explain(manner.office(), asked_about, parse_as_of(as_of))

    def data() -> dict[str, object]:
        from dipay.render.data import why_data

        return why_data(explanation)

    def show(screen: Console) -> None:
        from dipay.render.explain import print_explanation

        print_explanation(explanation, screen)

    # The files' problems belong to `list` and `check`; here only the account's own reasons matter.
    return Answer(listing.worklist.day.as_of, data, show)


def rules(
    manner: Manner,
) -> Answer:
    """The rules, in order, and what each is held against in this practice."""
    from dipay.domain.problems import CannotGoOn
    from dipay.domain.rules import RULES
    from dipay.domain.situation import Situation

    day: Day | None = None
    try:
        here = manner.office()
        day = here.day(here.today(), Situation())
    except CannotGoOn:
        # Without settings, or with wrong ones, the rules themselves are still there to be read.
        if manner.config is not None:
            raise

    def data() -> dict[str, object]:
        return {
            "rules": [
                {
                    "code": rule.code,
                    "summary": rule.summary,
                    "verdict": rule.verdict.value,
                    "setting": rule.setting,
                    "limit": rule.limit(day) if day is not None else None,
                }
                for rule in RULES
            ]
        }

    def show(screen: Console) -> None:
        from dipay.render.explain import print_rules

        print_rules(screen, day)

    return Answer(day.as_of if day else None, data, show)


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(app, "today", today)
    command(app, "list", list_accounts)
    command(app, "why", why)
    command(app, "rules", rules)

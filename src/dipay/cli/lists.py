"""`list`, `why` and `rules`: who may be asked today, and why everybody else is not."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import (
    Answer,
    AsOfOption,
    ConfigOption,
    JsonOption,
    Manner,
    NoColorOption,
    QuietOption,
    VerboseOption,
    answer,
    office,
    parse_as_of,
)

if TYPE_CHECKING:
    from rich.console import Console


class ViewChoice(StrEnum):
    """The views of `list`; `all` shows every account."""

    PENDING = "pending"
    ALL = "all"
    SNOOZED = "snoozed"
    ACTIVE = "active"
    HELD = "held"
    EXCLUDED = "excluded"
    UNDELIVERABLE = "undeliverable"


def list_accounts(
    config: ConfigOption = None,
    view: Annotated[ViewChoice, typer.Option("--view", help="Which accounts.")] = ViewChoice.PENDING,
    as_of: AsOfOption = None,
    json: JsonOption = False,
    csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV, for a spreadsheet.")] = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Who may be asked today, for how much; with --view all, everybody and why not."""

    def work() -> Answer:
        from dipay.domain.worklist import View
        from dipay.services.worklist import make_worklist

        listing = make_worklist(office(config), parse_as_of(as_of))
        wanted = None if view is ViewChoice.ALL else View(view.value)

        def data() -> dict[str, object]:
            from dipay.render.data import list_data

            return list_data(listing, wanted)

        def show(screen: Console) -> None:
            from dipay.render.listing import print_listing, write_csv

            if csv:
                write_csv(listing, wanted, sys.stdout)
            else:
                print_listing(listing, wanted, screen, quiet=quiet)

        return Answer(listing.worklist.day.as_of, data, show, listing.problems)

    answer(Manner("list", json, verbose, quiet, no_color), work)


def why(
    asked_about: Annotated[str, typer.Argument(metavar="ID", help="A guarantor's or a patient's id.")],
    config: ConfigOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Why an account is or is not asked: every rule, what it saw, its limit and setting, what would change it."""

    def work() -> Answer:
        from dipay.services.worklist import explain

        explanation, listing = explain(office(config), asked_about, parse_as_of(as_of))

        def data() -> dict[str, object]:
            from dipay.render.data import why_data

            return why_data(explanation)

        def show(screen: Console) -> None:
            from dipay.render.explain import print_explanation

            print_explanation(explanation, screen)

        # The files' problems belong to `list` and `check`; here only the account's own reasons matter.
        return Answer(listing.worklist.day.as_of, data, show)

    answer(Manner("why", json, verbose, quiet, no_color), work)


def rules(
    config: ConfigOption = None,
    json: JsonOption = False,
    verbose: VerboseOption = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """The rules, in order, and what each is held against in this practice."""

    def work() -> Answer:
        from dipay.domain.problems import CannotGoOn
        from dipay.domain.rules import RULES, Day

        day: Day | None = None
        try:
            here = office(config)
            day = Day(here.today(), here.settings.payment_settings)
        except CannotGoOn:
            # Without settings, or with wrong ones, the rules themselves are still there to be read.
            if config is not None:
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

    answer(Manner("rules", json, verbose, quiet, no_color), work)


def register(app: typer.Typer) -> None:
    app.command("list")(list_accounts)
    app.command("why")(why)
    app.command("rules")(rules)

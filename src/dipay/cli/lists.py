"""`today`, `list`, `why` and `rules`: what the day holds, who may be asked, and why everybody else is not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, AsOfOption, Manner, command, one_answer, parse_as_of, several_fit
from dipay.cli.layout import Heading
from dipay.domain.choices import Choice
from dipay.render.safe import printable
from dipay.render.streams import stream_for_csv

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.domain.day import Day
    from dipay.services.records import ToCall


def today(manner: Manner, as_of: AsOfOption = None) -> Answer:
    """The day on one screen: what to see to, what to send.

    The daily checks, each with its command. Exit code 1 when something needs a person: problems of the exports or the
    state file; patients' answers that nobody asked the provider for since yesterday; replies that wait; messages of
    which it is not known whether they went out; who was not reached and still is to be asked; numbers to key into the
    PMS; accounts that are held. What is to be sent, who got every message and snoozes that end don't: they have no day,
    or go their way by themselves. Where the exports can't be read the rest is shown, and the exit code is 3. Asks no
    provider and changes nothing.
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
    view: Annotated[
        Choice, typer.Option("--view", metavar="VIEW", help=f"Which accounts: {', '.join(Choice)}.")
    ] = Choice.PENDING,
    as_of: AsOfOption = None,
    csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV, for a spreadsheet.")] = False,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help="Write a workbook for Excel: a new file.", show_default=False),
    ] = None,
) -> Answer:
    """Who is to be asked today, for how much, and who is not.

    First requests and follow-ups; with --view everybody else, each with what keeps them from being asked.
    """
    from dipay.services.worklist import make_worklist

    one_answer(csv=csv, xlsx=xlsx, json=manner.json)
    if xlsx is not None:
        from dipay.render.sheets import check_workbook_name

        check_workbook_name(xlsx, "--xlsx")
    here = manner.office()
    listing = make_worklist(here, parse_as_of(as_of))
    calls: list[ToCall] = []
    if view is Choice.EXHAUSTED:
        from dipay.services.records import to_call

        calls = to_call(here, listing)

    def data() -> dict[str, object]:
        from dipay.render.data import list_data

        return list_data(listing, view, here.settings, calls)

    def show(screen: Console) -> None:
        from dipay.render.account_sheet import account_sheet
        from dipay.render.listing import print_listing, print_summary
        from dipay.render.sheets import write_csv, write_workbook

        if csv:
            write_csv(account_sheet(listing, view, calls), stream_for_csv(sys.stdout))
        elif xlsx is not None:
            sheet = account_sheet(listing, view, calls)
            with here.doing(f"writing {printable(xlsx.name)}"):
                write_workbook(xlsx, [sheet], "--xlsx")
            accounts = "1 account" if len(sheet.rows) == 1 else f"{len(sheet.rows):,} accounts"
            typer.echo(printable(f"{accounts} ({view}) written to {xlsx}."))
            if not manner.quiet:
                print_summary(listing, screen)
        else:
            print_listing(listing, view, calls, screen, quiet=manner.quiet)

    return Answer(listing.worklist.day.as_of, data, show, listing.problems)


def why(
    manner: Manner,
    asked_about: Annotated[
        list[str], typer.Argument(metavar="ID|NAME", help="A guarantor's or a patient's id, or a part of the name.")
    ],
    as_of: AsOfOption = None,
) -> Answer:
    """Why an account is or is not asked, what would change it.

    And what was sent to it and answered before. With -v also what each rule saw that does not speak against it.
    """
    from dipay.services.explaining import Explained, explain

    here, day = manner.office(), parse_as_of(as_of)
    found = explain(here, " ".join(asked_about), day)
    if not isinstance(found, Explained):
        return several_fit(found, day or here.today())

    def data() -> dict[str, object]:
        from dipay.render.data import why_data

        return why_data(found.explanation, found.record, here.settings)

    def show(screen: Console) -> None:
        from dipay.render.explain import print_why

        print_why(found.explanation, found.record, here.settings, screen, verbose=manner.verbose)

    # The files' problems belong to `list` and `check`; here only the account's own reasons matter.
    return Answer(found.explanation.day.as_of, data, show)


def rules(
    manner: Manner,
) -> Answer:
    """The rules in order, and what each is held against here."""
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
    command(app, "today", today, Heading.DAY, "dipay today", "dipay today --as-of 2026-11-20")
    command(
        app, "list", list_accounts, Heading.DAY,
        "dipay list",
        "dipay list --view held",
        "dipay list --view all --xlsx worklist.xlsx",
    )  # fmt: skip
    command(app, "why", why, Heading.DAY, "dipay why 10478", "dipay why barnaby kings -v")
    command(app, "rules", rules, Heading.SET_UP, "dipay rules")

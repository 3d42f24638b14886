"""`report`, `diff`, `simulate`: what came in after requests, what changed, and what other settings would change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, AsOfOption, Manner, command, one_answer, parse_as_of
from dipay.cli.layout import Heading
from dipay.domain.problems import ExitCode, cannot
from dipay.render.new_files import check_new_name, write_new
from dipay.render.safe import printable
from dipay.render.streams import stream_for_csv

if TYPE_CHECKING:
    from rich.console import Console


def report(
    manner: Manner,
    as_of: AsOfOption = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Messages from that day on.", metavar="YYYY-MM-DD", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Messages until that day.", metavar="YYYY-MM-DD", show_default=False)
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="List the accounts that were asked, with names.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV, one flat table.")] = False,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help="Write a workbook for Excel: a new file.", show_default=False),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            help="Write a page with charts, to look at and print: a new file.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
) -> Answer:
    """What came in after requests; receivables and production.

    And who was reached, answered or opted out. From the exports and the state alone. A payment after a request is not
    one because of it; beside it stands what comparable accounts paid that were not asked. What the files can't tell is
    "not known". No names unless asked for.
    """
    from dipay.services.report import make_report

    one_answer(csv=csv, xlsx=xlsx, html=html, json=manner.json)
    if xlsx is not None:
        check_new_name(xlsx, "--xlsx", "workbook", "report.xlsx")
    if html is not None:
        check_new_name(html, "--html", "page", "report.html")
    here = manner.office()
    found = make_report(
        here, parse_as_of(as_of), parse_as_of(since, "--since"), parse_as_of(until, "--until"), with_names=names
    )

    def data() -> dict[str, object]:
        from dipay.render.report.sections import report_data

        return report_data(found)

    def show(screen: Console) -> None:
        if csv:
            from dipay.render.report.sections import write_csv

            write_csv(found, stream_for_csv(sys.stdout))
        elif xlsx is not None:
            from dipay.render.report.sections import workbook_sheets
            from dipay.render.sheets import write_workbook

            write_workbook(xlsx, workbook_sheets(found), "--xlsx")
            typer.echo(printable(f"The report is written to {xlsx}."))
        elif html is not None:
            from dipay.render.report.page import page

            write_new(html, page(found).encode(), "--html", "page")
            typer.echo(printable(f"The report is written to {html}: open it in a browser."))
        else:
            from dipay.render.report.terminal import print_report

            print_report(found, screen)

    return Answer(found.as_of, data, show, found.problems)


def diff(
    manner: Manner,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM-DD", help="Since the list of that day.", show_default=False),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV, for a spreadsheet.")] = False,
) -> Answer:
    """What changed since the last day on which dipay sent.

    Who is new on the list, who is gone and why, who paid, who owes another amount.
    """
    from dipay.frames.diff import diff as compare

    one_answer(csv=csv, json=manner.json)
    found = compare(manner.office(), parse_as_of(since, "--since"))

    def data() -> dict[str, object]:
        from dipay.render.diff import diff_data

        return diff_data(found)

    def show(screen: Console) -> None:
        from dipay.render.diff import diff_sheet, print_diff
        from dipay.render.sheets import write_csv

        if csv:
            write_csv(diff_sheet(found), stream_for_csv(sys.stdout))
        else:
            print_diff(found, screen)

    return Answer(found.until, data, show, found.problems)


def simulate(
    manner: Manner,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Another value of a setting, by its dotted key. Repeatable.",
            show_default=False,
        ),
    ] = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=26, metavar="N", help="How far ahead.")] = 4,
) -> Answer:  # fmt: skip
    """Who would be asked in the next weeks under other settings.

    When and for how much, beside today's settings. By the same rules as every day, as if nobody paid, came or answered
    meanwhile. Changes and sends nothing.
    """
    from dipay.frames.simulate import simulate as foresee

    found = foresee(manner.office(), dict(_change(each) for each in changes or ()), weeks)

    def data() -> dict[str, object]:
        from dipay.render.simulate import simulation_data

        return simulation_data(found)

    def show(screen: Console) -> None:
        from dipay.render.simulate import print_simulation

        print_simulation(found, screen, verbose=manner.verbose)

    # What is wrong with the exports belongs to `list` and `check`.
    return Answer(found.today, data, show)


def _change(typed: str) -> tuple[str, str]:
    key, equals, value = typed.partition("=")
    if not equals or not key.strip():
        raise cannot(
            ExitCode.USAGE, f'"{typed}" names no key and value.', "Write KEY=VALUE: payment_settings.aging=over_60.",
            key="--set",
        )  # fmt: skip
    return key.strip(), value


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(app, "report", report, Heading.LOOKING_BACK, "dipay report", "dipay report --html report.html")
    command(app, "diff", diff, Heading.LOOKING_BACK, "dipay diff", "dipay diff --since 2026-11-13")
    command(
        app, "simulate", simulate, Heading.SET_UP, "dipay simulate --set payment_settings.minimum_balance=15 --weeks 8"
    )

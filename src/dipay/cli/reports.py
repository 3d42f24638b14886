"""`diff` and `simulate`: what changed since the last exports, and what other settings would change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, parse_as_of
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from rich.console import Console


def diff(
    manner: Manner,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM-DD", help="Since the list of that day.", show_default=False),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV, for a spreadsheet.")] = False,
) -> Answer:
    """What changed since the last day on which dipay sent: who is new on the list, gone and why, paid, owes more."""
    from dipay.frames.diff import diff as compare

    if csv and manner.json:
        raise cannot(
            ExitCode.USAGE, "--csv and --json are two different answers.", "Leave one of them out.", key="--csv"
        )
    found = compare(manner.office(), parse_as_of(since, "--since"))

    def data() -> dict[str, object]:
        from dipay.render.diff import diff_data

        return diff_data(found)

    def show(screen: Console) -> None:
        from dipay.render.diff import print_diff, write_diff

        if csv:
            write_diff(found, sys.stdout)
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
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=26, help="How far ahead.")] = 4,
) -> Answer:  # fmt: skip
    """Who would be asked in the next weeks, when and for how much, under other settings, beside today's.

    Example: dipay simulate --set payment_settings.minimum_balance=15. By the same rules as every day, as if nobody
    paid, came or answered meanwhile. Changes and sends nothing.
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
    command(app, "diff", diff)
    command(app, "simulate", simulate)

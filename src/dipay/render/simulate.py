"""`simulate` as people and programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from dipay.frames.columns import rows_of
from dipay.frames.simulate import by_week
from dipay.grammar.dates import format_day
from dipay.grammar.money import format_cents
from dipay.render.fitting import wrapped
from dipay.render.safe import printable

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.frames.simulate import Simulation
    from dipay.render.as_json import Data


def print_simulation(found: Simulation, console: Console, *, verbose: bool = False) -> None:
    """Both courses week by week, who comes and goes, and what was taken for granted."""
    changes = ", ".join(f"{key}: {value}" for key, value in found.changes.items())
    console.print(Text(wrapped(printable(f"With {changes}" if changes else "As the settings are"), console.width)))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Week of")
    courses = ("now", "then") if found.changes else ("now",)
    for course in courses:
        head = {"now": "As set", "then": "With these"}[course] if found.changes else "First requests"
        table.add_column(head, justify="right")
        table.add_column("", justify="right")
        table.add_column("Follow-ups", justify="right")
    for row in rows_of(by_week(found)):
        table.add_row(format_day(row["week"].date(), found.today), *_cells(row, courses))
    table.add_row("Together", *_cells(_together(found), courses), style="bold")
    console.print(table)
    if found.changes:
        console.print()
        _print_who(found, console, verbose=verbose)
    console.print()
    console.print(
        Text(
            wrapped(
                "As if nobody paid, came or answered meanwhile, and the batch of each day went out whole. "
                "Nothing was written or sent.",
                console.width,
            ),
            style="dim",
        )
    )


def _cells(row: dict[str, Any], courses: tuple[str, ...]) -> list[str]:
    cells = []
    for each in courses:
        cells += [
            f"{row[f'{each}_first_requests']:,}", format_cents(int(row[f"{each}_first_cents"])),
            f"{row[f'{each}_follow_ups']:,}",
        ]  # fmt: skip
    return cells


def _together(found: Simulation) -> dict[str, Any]:
    weeks = list(rows_of(by_week(found)))
    return {key: sum(row[key] for row in weeks) for key in weeks[0] if key != "week"} if weeks else {}


def _only(found: Simulation) -> dict[str, list[dict[str, Any]]]:
    """Whom only one of the courses asks, with the first day and amount; in the order of their days."""
    courses = {"now": found.now, "then": found.then}
    firsts = {name: course.drop_duplicates("guarantor_id") for name, course in courses.items()}
    told = {}
    for name, other in (("now", "then"), ("then", "now")):
        only = firsts[name][~firsts[name]["guarantor_id"].isin(firsts[other]["guarantor_id"])]
        told[name] = list(rows_of(only))
    return told


def _print_who(found: Simulation, console: Console, *, verbose: bool) -> None:
    only = _only(found)
    for name, words in (("then", "Asked only with these"), ("now", "No longer asked with these")):
        amount = format_cents(sum(row["amount_cents"] for row in only[name]))
        more = f", {amount}" if only[name] else ""
        console.print(Text(f"{words}: {len(only[name]):,}{more}"))
        for row in only[name] if verbose else ():
            day = format_day(row["day"].date(), found.today)
            whom = printable(f"{row['name']} ({row['guarantor_id']})")
            console.print(Text(f"  {day}  {whom}, {format_cents(row['amount_cents'])}"))
    if not verbose and any(only.values()):
        console.print(Text("Who they are: -v"))


def simulation_data(found: Simulation) -> Data:
    """`simulate`'s data: both courses by week, and whom only one of them asks. Days are YYYY-MM-DD, amounts cents."""
    courses = ("now", "then")

    def figures(row: dict[str, Any], course: str) -> Data:
        return {key: int(row[f"{course}_{key}"]) for key in ("first_requests", "first_cents", "follow_ups")}

    return {
        "changes": dict(found.changes),
        "weeks": [
            {"week": row["week"].date().isoformat(), **{each: figures(row, each) for each in courses}}
            for row in rows_of(by_week(found))
        ],
        "together": {each: figures(_together(found), each) for each in courses},
        **{
            f"only_{name}": [{**row, "day": row["day"].date().isoformat()} for row in rows]
            for name, rows in _only(found).items()
        },
    }

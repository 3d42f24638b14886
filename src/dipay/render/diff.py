"""`diff` as people and programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from dipay.frames.columns import rows_of
from dipay.grammar.dates import format_day
from dipay.grammar.money import format_cents
from dipay.render.safe import printable
from dipay.render.sheets import Column, Kind, Sheet

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.frames.diff import Difference
    from dipay.render.as_json import Data

_COLUMNS = (
    Column("change"), Column("guarantor_id"), Column("name"), Column("before", Kind.CENTS), Column("after", Kind.CENTS),
    Column("view_before"), Column("view"), Column("why"),
)  # fmt: skip
_HEADS = {
    "new": "New on the list",
    "gone": "No longer on the list",
    "paid": "Owes no more than the minimum: paid, or written off",
    "changed": "Owes another amount",
}


def print_diff(found: Difference, console: Console) -> None:
    """Each change with who it is about, for how much, and why; then all of them in a line."""
    for kind, frame in found.parts.items():
        if frame.empty:
            continue
        console.print(Text(f"{_HEADS[kind]}: {len(frame):,}", style="bold"))
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold", ratio=1)
        table.add_column(no_wrap=True, justify="right")
        table.add_column(overflow="fold", ratio=2)
        for row in rows_of(frame):
            table.add_row(
                printable(row["guarantor_id"]), Text(printable(row["name"])), _amount(row, kind),
                Text(printable(row["why"])),
            )  # fmt: skip
        console.print(table)
        console.print()
    console.print(Text(_summary(found)))


def _amount(row: dict[str, Any], kind: str) -> str:
    before, after = format_cents(row["before_cents"]), format_cents(row["after_cents"])
    if kind == "new" or before == after:
        return after
    return f"{before} -> {after}"


def _summary(found: Difference) -> str:
    counts = [f"{len(frame):,} {kind}" for kind, frame in found.parts.items() if len(frame)]
    less = int((found.paid["before_cents"] - found.paid["after_cents"]).sum())
    paid = f"; those who paid owe {format_cents(less)} less" if len(found.paid) else ""
    return f"Since {format_day(found.since, found.until)}: {', '.join(counts) or 'nothing changed'}{paid}."


def diff_data(found: Difference) -> Data:
    """`diff`'s data: the accounts by what changed. An account is in one list at most."""
    return {
        "since": found.since.isoformat(),
        "summary": {kind: len(frame) for kind, frame in found.parts.items()},
        **{kind: [{**row, "why": row["why"] or None} for row in rows_of(frame)] for kind, frame in found.parts.items()},
    }


def diff_sheet(found: Difference) -> Sheet:
    """The same as a table, an account with what changed in a row."""
    rows = [
        (
            kind, row["guarantor_id"], row["name"], int(row["before_cents"]), int(row["after_cents"]),
            row["view_before"], row["view"], row["why"],
        )
        for kind, frame in found.parts.items()
        for row in rows_of(frame)
    ]  # fmt: skip
    return Sheet("diff", _COLUMNS, rows)

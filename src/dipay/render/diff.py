"""`diff` as people and programs read it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, TextIO

from rich.table import Table
from rich.text import Text

from dipay.frames.columns import rows_of
from dipay.grammar.dates import format_day
from dipay.grammar.money import format_cents, plain_cents
from dipay.render.safe import printable, spreadsheet_safe

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.frames.diff import Difference
    from dipay.render.as_json import Data

CSV_COLUMNS = ("change", "guarantor_id", "name", "before", "after", "view_before", "view", "why")
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


def write_diff(found: Difference, file: TextIO) -> None:
    """The same as CSV for a spreadsheet."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for kind, frame in found.parts.items():
        for row in rows_of(frame):
            writer.writerow(
                [
                    kind, spreadsheet_safe(printable(row["guarantor_id"])), spreadsheet_safe(printable(row["name"])),
                    plain_cents(row["before_cents"]), plain_cents(row["after_cents"]), row["view_before"], row["view"],
                    spreadsheet_safe(printable(row["why"])),
                ]
            )  # fmt: skip

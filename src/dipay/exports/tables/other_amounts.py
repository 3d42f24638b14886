"""Other amounts: columns of an aging report that hold money and are mapped to nothing.

One of them may be a bucket, a credit or an estimate under a name that no profile knows: then every account's amount
would be wrong. Where the report has a total, each row proves itself; else nobody can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dipay.domain.problems import ExitCode, cannot
from dipay.exports.tables.rows import RowKind
from dipay.exports.tables.table import Table
from dipay.grammar import read_or_none
from dipay.grammar.cells import plainly
from dipay.grammar.money import parse_cents

#: Captions of amounts that are no part of a balance wherever they stand.
OF_ANOTHER_TIME: Final = re.compile(r"\b(last|prev(ious)?|agreed|monthly|limit|budget|ytd)\b", re.IGNORECASE)
#: Captions under which whole numbers are amounts too, as a sheet holds them: 80 for $80.00.
_OF_MONEY: Final = re.compile(
    r"[0-9]+ ?(-|->|to) ?[0-9]+( days?)?|([>+]|over|past) ?[0-9]+( days?)?|[0-9]+ ?([+]|and (over|up)|days?)|current"
    r"|.*\b(balance|amount|amt|due|owed|credits?|unapplied|estimate|portion)\b(?!.*\b(date|days|no|number|count)\b).*",
    re.IGNORECASE | re.ASCII,
)


def stop_for_other_amounts(table: Table) -> None:
    """Stops where a column may hold a part of the balance that is read as nothing, and no total shows otherwise."""
    columns = table.layout.columns
    if "total" in columns or "portion" in columns:
        return
    captions = [f'"{table.layout.captions[index].strip()}"' for index in _money_columns(table)]
    if captions:
        raise cannot(
            ExitCode.EXPORTS,
            f"holds amounts that are mapped to nothing ({', '.join(captions)}), and no total to prove that they play "
            "no part.",
            "Name each under exports.columns.balances: as total, portion, unapplied_credit, an estimate, one more "
            "column of a bucket ([A, B]), or other_amount if it plays no part.",
            table.file_name,
            row=table.layout.header_row,
        )


def _money_columns(table: Table) -> Iterator[int]:
    """The columns that no field is taken from, of which most cells are amounts and not each of them nothing."""
    layout = table.layout
    mapped = {each.index for column in layout.columns.values() for each in column.all}
    others = [
        index
        for index, caption in enumerate(layout.captions)
        if index not in mapped and caption.strip() and OF_ANOTHER_TIME.search(caption) is None
    ]
    cells: dict[int, list[str]] = {index: [] for index in others}
    for block in table.blocks():
        for row in block.rows:
            if table.sorter.row(row) is RowKind.DATA:
                for index in others:
                    cells[index].append(plainly(row[index]) if index < len(row) else "")
    for index, texts in cells.items():
        amounts = [cents for text in texts if text and (cents := read_or_none(text, parse_cents)) is not None]
        some = sum(text != "" for text in texts)
        is_whole = all(text.isdecimal() for text in texts if text)
        is_money = not is_whole or _OF_MONEY.fullmatch(layout.captions[index].strip())
        if is_money and any(amounts) and len(amounts) * 2 > some:
            yield index

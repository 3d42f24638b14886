"""Frames of columns whose types are said, not guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TEXT: Final = "str"
CENTS: Final = "Int64"
COUNT: Final = "Int64"
FLAG: Final = "bool"
DAY: Final = "datetime64[us]"
MOMENT: Final = "datetime64[us, UTC]"


def frame_of(rows: Iterable[Sequence[object]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Rows in the order of the columns, each column of its type; None is what the type has for nothing."""
    made = list(rows)
    values = zip(*made, strict=True) if made else ([] for _ in columns)
    return pd.DataFrame(
        {name: as_column(each, kind) for (name, kind), each in zip(columns.items(), values, strict=True)}
    )


def rows_of(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows by the names of their columns."""
    for row in frame.to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def as_column(values: Iterable[object], kind: str) -> pd.Series:
    """One column of that type."""
    if kind == MOMENT:
        values = [each.astimezone(UTC) if isinstance(each, datetime) else None for each in values]
    elif kind == DAY:
        values = [pd.Timestamp(each) if isinstance(each, date) else None for each in values]
    return pd.Series(list(values), dtype=kind)

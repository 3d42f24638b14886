"""What dipay knows as pandas DataFrames, for notebooks and for whoever builds on it.

Every function takes an office (`open_office(path of the settings)`), reads, and changes nothing. A frame has the same
columns and types where it has no rows. Amounts are whole cents (`Int64`, `<NA>` where nobody knows), days are
`datetime64[us]` at midnight, moments the same in UTC; ids are text. What is personal (names, numbers, texts, notes) is
in it only where a docstring says so.
"""

from __future__ import annotations

from pathlib import Path

from dipay.frames.known import balances_by_day, campaigns, imports, opt_outs, replies, requests
from dipay.frames.listed import worklist
from dipay.frames.paid import after_requests, payments
from dipay.office import Office
from dipay.office import open_office as _open

__all__ = [
    "after_requests",
    "balances_by_day",
    "campaigns",
    "imports",
    "open_office",
    "opt_outs",
    "payments",
    "replies",
    "requests",
    "worklist",
]


def open_office(settings: str | Path | None = None) -> Office:
    """The office of that settings file, or of the one that dipay's commands would find; `CannotGoOn` says why not."""
    return _open(Path(settings) if settings is not None else None)

"""The catalogue of bad and hostile input: what each file holds, what dipay does with it, and the words it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from dipay.exports.reading import Exports
from tests.catalogue.building import Content


class Does(Enum):
    """What dipay does, in the words of the page."""

    STOPS = "stops; nothing is read or sent"
    HOLDS = "holds the account"
    EXCLUDES = "leaves the account out"
    UNREACHABLE = "keeps the account on the list, without a number to text"
    ACCEPTS = "reads it"
    NOTES = "reads it, with a note"
    WARNS = "reads it, with a warning that stops sending"
    REMARKS = "reads it, with a warning that stops nothing"
    REPORTS = "counts the rows for nobody and reports them"
    SETTINGS = "refuses the settings"


@dataclass(frozen=True)
class Case:
    """One file, or a few, and what becomes of them.

    `files` are put over the usual two; `reasons` names the rule that must keep each account off today's list. Accounts
    in neither `reasons` nor `concerned` must come out exactly as from the usual files. A case with `settings` is a
    settings file; one with `run` is looked at by a function of its own, which returns the texts. `posix`: Windows has
    no such thing.
    """

    number: int
    holds: str
    does: Does
    files: Mapping[str, Content] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    concerned: frozenset[str] = frozenset()
    personal: tuple[str, ...] = ()
    look: Callable[[Exports], None] | None = None
    settings: bytes | None = None
    run: Callable[[Path], list[str]] | None = None
    posix: bool = False

    def __str__(self) -> str:
        return f"{self.number}: {self.holds}"

"""What can be listed of a worklist. Alone here, for a command line that only looks at its options."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Choice(StrEnum):
    """Which accounts to list: those of a view, or for what is to be done about them."""

    PENDING = "pending"
    ALL = "all"
    DUE = "due"
    SNOOZED = "snoozed"
    ACTIVE = "active"
    HELD = "held"
    EXCLUDED = "excluded"
    UNDELIVERABLE = "undeliverable"
    EXHAUSTED = "exhausted"

    @property
    def words(self) -> str:
        """Who is in it."""
        return _WORDS[self]


_WORDS: Final[Mapping[Choice, str]] = {
    Choice.PENDING: "who may be asked today, follow-ups that are due among them",
    Choice.ALL: "everybody",
    Choice.DUE: "who has a follow-up due, and what stops it",
    Choice.SNOOZED: "who is put off until a date",
    Choice.ACTIVE: "who was asked, by a campaign that runs",
    Choice.HELD: "who waits until a person decides",
    Choice.EXCLUDED: "who is not asked, by a rule or a setting",
    Choice.UNDELIVERABLE: "who was not reached, and still has the same number",
    Choice.EXHAUSTED: "who got every message and owes as before: to be called",
}

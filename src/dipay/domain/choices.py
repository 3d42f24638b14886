"""What can be listed of a worklist. Alone here, for a command line that only looks at its options."""

from __future__ import annotations

from enum import StrEnum


class Choice(StrEnum):
    """Which accounts to list: those of a view, or for what is to be done about them.

    `pending`: may be asked today, follow-ups that are due among them. `due`: a follow-up is due, stopped or not.
    `exhausted`: every message of their campaign went out and they owe as before.
    """

    PENDING = "pending"
    ALL = "all"
    DUE = "due"
    SNOOZED = "snoozed"
    ACTIVE = "active"
    HELD = "held"
    EXCLUDED = "excluded"
    UNDELIVERABLE = "undeliverable"
    EXHAUSTED = "exhausted"

"""The exact grammars: one for money, one for dates, one for words, one for phone numbers, one for names,
one for languages.

Every text dipay reads as a value, in an export, in the settings or typed by a person, is read here and nowhere
else. A text that is not in its grammar raises `Unreadable`, which never carries the text itself: cells are personal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Unreadable(ValueError):  # noqa: N818  it is a fact about a cell, handled as a value by every reader
    """A text outside its grammar: `what` is wrong with it ("is not an amount"), and what to do (`fix`)."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class Note(Unreadable):
    """Words that somebody wrote into a cell for people: it can be read, but a person must read it first."""


def read_or_none(text: str, parse: Callable[[str], T]) -> T | None:
    """What the text says by its grammar; None where it is not in it, and nobody asks why."""
    try:
        return parse(text)
    except Unreadable:
        return None

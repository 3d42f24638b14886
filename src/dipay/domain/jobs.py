"""Jobs that may take long, as whoever does them tells of them; nobody here knows whether somebody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

#: Told how many are done, and of how many; None where nobody knows that yet.
Tell = Callable[[int, int | None], None]


class Watched(Protocol):
    """Begins a job, which ends with the block."""

    def __call__(self, what: str, counted: str = "") -> AbstractContextManager[Tell]:
        """`what` is done, such as "reading the provider's log"; `counted` is what is told of, such as "messages"."""
        ...


def untold(done: int, of: int | None) -> None:
    """Nothing is told to anybody."""


@contextmanager
def unwatched(what: str, counted: str = "") -> Iterator[Tell]:  # noqa: ARG001  every job says it
    """A job that nobody watches."""
    yield untold

"""What a person changes of an account: whether it is ticked, its snooze, its release. Each is read off a review and
saved by the commands' services, so that a change is undone by saving what was so before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from dipay.domain.situation import Snooze
from dipay.office import Office
from dipay.services import deciding, reviewing
from dipay.services.reviewing import Review
from dipay.state.releases import Release

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Changeable(Generic[V]):
    """Something of an account: `now` says how it is, `save` makes it so and gives how many events that wrote."""

    now: Callable[[Review, str], V]
    save: Callable[[Office, Review, Mapping[str, V]], int]


@dataclass(frozen=True, slots=True)
class Change(Generic[V]):
    """What was done, in words; what was so before, and what became of it, per account."""

    words: str
    of: Changeable[V]
    before: Mapping[str, V]
    after: Mapping[str, V]


def _is_ticked(review: Review, guarantor_id: str) -> bool:
    day = review.worklist.day
    return day.situation.of(guarantor_id).deselected_on != day.as_of


def _save_ticks(office: Office, review: Review, wanted: Mapping[str, bool]) -> int:
    written = 0
    for ticked, ids in _by_value(wanted).items():
        done = deciding.select(office, ids, review) if ticked else deciding.deselect(office, ids, review)
        written += len(done.done)
    return written


def _snooze_of(review: Review, guarantor_id: str) -> Snooze | None:
    return review.worklist.day.situation.of(guarantor_id).snooze


def _save_snoozes(office: Office, review: Review, wanted: Mapping[str, Snooze | None]) -> int:
    written = 0
    for snooze, ids in _by_value(wanted).items():
        if snooze is None:
            done = deciding.unsnooze(office, ids, review)
        else:
            done = deciding.snooze(
                office, ids, until=snooze.until, days=None, reason=snooze.reason, note=snooze.note, known=review
            )
        written += len(done.done)
    return written


def _release_of(review: Review, guarantor_id: str) -> Release | None:
    return review.released.get(guarantor_id)


def _save_releases(office: Office, _: Review, wanted: Mapping[str, Release | None]) -> int:
    for guarantor_id, release in wanted.items():
        reviewing.record_release(office, guarantor_id, release)
    return len(wanted)


def _by_value(wanted: Mapping[str, V]) -> dict[V, list[str]]:
    """The accounts that are to have each value, to be saved in one go."""
    found: dict[V, list[str]] = {}
    for guarantor_id, value in wanted.items():
        found.setdefault(value, []).append(guarantor_id)
    return found


TICK = Changeable(_is_ticked, _save_ticks)
SNOOZE = Changeable(_snooze_of, _save_snoozes)
RELEASE = Changeable(_release_of, _save_releases)

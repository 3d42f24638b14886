"""What a person changes: whether an account is ticked, its snooze, its release, whether a reply waits. Each is read off
a review and saved by the commands' services, so that a change is undone by saving what was so before. And what is
decided for good.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dipay.domain.situation import Snooze
from dipay.office import Office
from dipay.services import answers, deciding, reviewing
from dipay.services.deciding import Decided
from dipay.services.reviewing import Review
from dipay.state.releases import Release

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Changeable(Generic[V]):
    """Something of an account, or of a reply: `now` says how it is, `save` makes it so and gives how many events that
    wrote. `accounts` are those that stand otherwise by it.
    """

    now: Callable[[Review, str], V]
    save: Callable[[Office, Review, Mapping[str, V]], int]
    accounts: Callable[[Review, Collection[str]], frozenset[str]] = reviewing.concerned


@dataclass(frozen=True, slots=True)
class Change(Generic[V]):
    """What was done, in words; what was so before, and what became of it, per account or reply."""

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


def waiting(note: str) -> Changeable[bool]:
    """Whether replies wait, by their numbers. With the note they are settled; taken back, they wait again."""

    def now(review: Review, number: str) -> bool:
        return any(str(each.reply.id) == number for each in review.answers)

    def save(office: Office, _: Review, wanted: Mapping[str, bool]) -> int:
        settled = [int(number) for number, waits in wanted.items() if not waits]
        if settled:
            answers.settle(office, settled, note)
        return len(settled) + len(answers.reopen(office, [int(each) for each, waits in wanted.items() if waits]))

    return Changeable(now, save, lambda review, numbers: reviewing.held_by(review, map(int, numbers)))


@dataclass(frozen=True, slots=True)
class Lasting:
    """A decision about accounts that is not undone. `title` asks for it of whomever stands for `{who}`, `says` what it
    means, `done` is said of it afterwards.
    """

    name: str
    title: str
    says: str
    ok: str
    done: str
    save: Callable[[Office, Review, Sequence[str]], Decided]


def _save_wrong_numbers(office: Office, review: Review, ids: Sequence[str]) -> Decided:
    each_of = [deciding.wrong_number(office, each, review) for each in ids]
    not_done = {account: why for each in each_of for account, why in each.not_done.items()}
    return Decided(tuple(account for each in each_of for account in each.done), not_done)


PAID = Lasting(
    "paid", "Paid: {who}?", "Not asked until a newer export shows what is owed. A campaign that runs ends.",
    "Paid", "Marked paid until a newer export",
    lambda office, review, ids: deciding.mark_paid(office, ids, review),
)  # fmt: skip
WRONG_NUMBER = Lasting(
    "wrong-number", "Somebody else's number: {who}?",
    "It goes on the Undeliverable list until another number is there; d sends to one that is typed in.",
    "Wrong number", "On the Undeliverable list", _save_wrong_numbers,
)  # fmt: skip
OPT_OUT = Lasting(
    "optout", "Never text again: {who}?",
    "Neither the account nor its number. Only `dipay optin` ends that, for a reason.",
    "Opt out", "Never texted again", lambda office, review, ids: deciding.opt_out(office, ids, review),
)  # fmt: skip
END_CAMPAIGN = Lasting(
    "remove", "End the campaign of {who}?", "No follow-up goes out any more; the next visit may begin another.",
    "End it", "Campaign ended", lambda office, _, ids: deciding.remove(office, ids),
)  # fmt: skip
LASTING = (PAID, WRONG_NUMBER, OPT_OUT, END_CAMPAIGN)

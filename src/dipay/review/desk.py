"""The desk: what a person does in the review, carried out by the services the commands use, saved at once, and undone.
The screen and plain mode both sit on it; it knows neither. It waits for disk and exports, so a screen calls it from a
thread of its own, one call at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from dipay.domain.problems import CannotGoOn
from dipay.domain.situation import Snooze
from dipay.messaging import Sender
from dipay.office import Office
from dipay.review.batch import Batch, batch_of
from dipay.services import deciding, reviewing, undeliverable
from dipay.services.provider import open_sender
from dipay.services.reviewing import Review, Sent, Why
from dipay.services.run import Conduct, SendReport, SentLine
from dipay.state.releases import Release

if TYPE_CHECKING:
    from dipay.exports.tables.entries import Entry


class Aspect(StrEnum):
    """What of an account a decision changes."""

    TICK = "tick"
    SNOOZE = "snooze"
    RELEASE = "release"


#: Ticked or not, the snooze, or the release of one account.
Value = bool | Snooze | Release | None


@dataclass(frozen=True, slots=True)
class Step:
    """A decision that can be undone: what was so before, and what it made of it, per account."""

    words: str
    aspect: Aspect
    before: Mapping[str, Value]
    after: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words; the worklist after it; the accounts changed from here (None: all anew)."""

    words: str
    review: Review
    mine: frozenset[str] | None


class Desk:
    """One person's session."""

    def __init__(self, office: Office, make_sender: Callable[[Office], Sender] = open_sender) -> None:
        self.office = office
        self._make_sender = make_sender
        self._review: Review | None = None
        self._steps: list[Step] = []

    @property
    def review(self) -> Review:
        """The worklist as it was read last."""
        if self._review is None:
            raise RuntimeError("the worklist was not read yet")
        return self._review

    @property
    def is_rehearsal(self) -> bool:
        return self.office.settings.messaging.provider == "outbox"

    @property
    def undo_words(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return self._steps[-1].words if self._steps else ""

    # Reading.

    def read(self) -> Review:
        """Exports and state, read anew."""
        self._review = reviewing.begin(self.office)
        return self._review

    def looks_changed(self) -> bool:
        """Whether something was written since: to the state by another dipay, or to the exports. Cheap to ask."""
        if self._review is None:
            return False
        marks = reviewing.file_marks(self.office, self.review.listing)
        return marks != self.review.files or self.office.today() != self.review.worklist.day.as_of

    def catch_up(self) -> Done:
        """What others did meanwhile: the state alone where the exports are the same, else everything."""
        before = self.review
        marks = reviewing.file_marks(self.office, before.listing)
        if marks[1:] != before.files[1:] or self.office.today() != before.worklist.day.as_of:
            return Done("The exports were read again.", self.read(), frozenset())
        self._review = _marked(reviewing.reread(self.office, before), marks)
        return Done("", self._review, frozenset())

    def why(self, guarantor_id: str) -> Why | None:
        """Everything about one account; None where it is gone."""
        judged = self.review.of(guarantor_id)
        return reviewing.why(self.office, self.review, judged) if judged is not None else None

    def ledger(self, guarantor_id: str) -> tuple[Entry, ...]:
        """The account's rows in the ledger export. Touches neither worklist nor state: any thread may call it."""
        review = self.review
        judged = review.of(guarantor_id)
        return reviewing.ledger_of(self.office, judged, review.worklist.day.as_of) if judged is not None else ()

    # Deciding.

    def tick(self, ids: Sequence[str], ticked: bool) -> Done:
        """Takes accounts into today's batch, or leaves them out of it."""
        words = f"{'Ticked' if ticked else 'Unticked'} {_accounts(len(ids))}."
        return self._decide(words, Aspect.TICK, ids, dict.fromkeys(ids, ticked))

    def tick_as(self, wanted: Mapping[str, bool], words: str) -> Done:
        """Ticks some accounts and unticks others in one go."""
        return self._decide(words, Aspect.TICK, list(wanted), dict(wanted))

    def snooze(self, ids: Sequence[str], until: date, reason: str, note: str) -> Done:
        """Keeps accounts off the list until a date."""
        words = f"Snoozed {_accounts(len(ids))} until {until}."
        snooze = Snooze(until, reason, note, deciding.who())
        return self._decide(words, Aspect.SNOOZE, ids, dict.fromkeys(ids, snooze))

    def unsnooze(self, ids: Sequence[str]) -> Done:
        """Ends snoozes."""
        words = f"{_accounts(len(ids))} back on the list."
        return self._decide(words, Aspect.SNOOZE, ids, dict.fromkeys(ids, None))

    def release(self, guarantor_id: str, reason: str) -> Done:
        """Lets one held account go out today."""
        judged = self.review.of(guarantor_id)
        codes = frozenset(rule.code for rule in judged.reasons) if judged is not None else frozenset[str]()
        release = Release(codes, " ".join(reason.split()))
        return self._decide(
            f"Released account {guarantor_id}.", Aspect.RELEASE, [guarantor_id], {guarantor_id: release}
        )

    def undo(self) -> Done:
        """Takes the last decision back, where nobody changed the accounts since."""
        if not self._steps:
            return Done("There is nothing to undo.", self.review, frozenset())
        self._reread(None)
        step = self._steps.pop()
        same = [each for each, value in step.after.items() if self._value(step.aspect, each) == value]
        try:
            self._write(step.aspect, {each: step.before[each] for each in same})
        finally:
            self._reread(None)
        words = f"Undone: {step.words}"
        if left := len(step.after) - len(same):
            words += f" {_accounts(left)} left alone: changed meanwhile by somebody else."
        return Done(words, self.review, frozenset(same))

    def _decide(self, words: str, aspect: Aspect, ids: Sequence[str], wanted: Mapping[str, Value]) -> Done:
        before = {each: self._value(aspect, each) for each in ids}
        event = self.review.event
        try:
            written = self._write(aspect, wanted)
        finally:
            self._reread(ids)
        if self.review.event != event + written:
            # Somebody else wrote too: then every row is looked at again, not only these.
            self._reread(None)
        after = {each: self._value(aspect, each) for each in ids}
        changed = [each for each in ids if after[each] != before[each]]
        if changed:
            kept = {each: before[each] for each in changed}, {each: after[each] for each in changed}
            self._steps.append(Step(words, aspect, *kept))
        return Done(words, self.review, frozenset(ids))

    def _write(self, aspect: Aspect, wanted: Mapping[str, Value]) -> int:
        """Saves values by the commands' services; how many events that wrote."""
        office, written = self.office, 0
        if aspect is Aspect.TICK:
            for ticked in (True, False):
                ids = [each for each, value in wanted.items() if bool(value) is ticked]
                if ids:
                    decide = deciding.select if ticked else deciding.deselect
                    written += len(decide(office, ids).done)
            return written
        if aspect is Aspect.RELEASE:
            for guarantor_id, value in wanted.items():
                if isinstance(value, Release):
                    reviewing.release_hold(office, self.review, guarantor_id, value.why)
                else:
                    reviewing.take_back_release(office, guarantor_id)
            return len(wanted)
        snoozes: dict[Snooze | None, list[str]] = {}
        for guarantor_id, value in wanted.items():
            snoozes.setdefault(value if isinstance(value, Snooze) else None, []).append(guarantor_id)
        for snooze, ids in snoozes.items():
            if snooze is None:
                done = deciding.unsnooze(office, ids)
            else:
                done = deciding.snooze(
                    office, ids, until=snooze.until, days=None, reason=snooze.reason, note=snooze.note
                )
            written += len(done.done)
        return written

    def _value(self, aspect: Aspect, guarantor_id: str) -> Value:
        review = self.review
        state = review.worklist.day.situation.of(guarantor_id)
        if aspect is Aspect.TICK:
            return state.deselected_on != review.worklist.day.as_of
        if aspect is Aspect.SNOOZE:
            return state.snooze
        return review.released.get(guarantor_id)

    def _reread(self, ids: Collection[str] | None) -> None:
        marks = reviewing.file_marks(self.office, self.review.listing)
        self._review = _marked(reviewing.reread(self.office, self.review, ids), (marks[0], *self.review.files[1:]))

    # Sending.

    def prepare(self) -> tuple[Batch, Review]:
        """What would go out, by exports and state as they are at this moment."""
        review = self.read()
        return batch_of(self.office, review, reviewing.outlook(self.office, review)), review

    def send(
        self,
        batch: Batch,
        stop_asked: Callable[[], bool],
        progress: Callable[[SentLine], None],
        sleep: Callable[[float], None],
    ) -> Sent:
        """Sends what was confirmed. Nothing of it can be undone, so nothing before it is offered for undoing."""
        self._steps.clear()
        return reviewing.send_confirmed(
            self.office, self._make_sender(self.office), batch.plan, limit=batch.count, stop_asked=stop_asked,
            progress=progress, sleep=sleep,
        )  # fmt: skip

    def not_reached(self) -> list[undeliverable.NotReached]:
        """The Undeliverable list."""
        return undeliverable.not_reached(self.office)[0]

    def resend(self, guarantor_id: str, phone: str | None) -> SendReport:
        """Sends an undeliverable request again, to a number typed in or, without one, to the same."""
        return undeliverable.resend(self.office, self._make_sender(self.office), guarantor_id, phone, Conduct())


def _marked(review: Review, files: tuple[tuple[int, int], ...]) -> Review:
    return replace(review, files=files)


def _accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number:,} accounts"


def words_of(error: Exception) -> str:
    """What to show of something that could not be done: dipay's own words, never an unknown error's."""
    if isinstance(error, CannotGoOn):
        return " ".join(f"{each.message} {each.fix}".strip() for each in error.problems)
    return f"dipay failed ({type(error).__name__}). Nothing more was done."

"""The desk: what a person does in the review, carried out by the services the commands use, saved at once, and undone.
The screen and plain mode both sit on it; it knows neither. It waits for disk and exports, so a screen calls it from a
thread of its own, one call at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.domain.rules import Rule
from dipay.domain.situation import Snooze
from dipay.messaging import Sender
from dipay.office import Office
from dipay.render.records import numbers_words
from dipay.review.batch import Batch, batch_of
from dipay.review.changes import RELEASE, SNOOZE, TICK, Change, Changeable, Lasting, waiting
from dipay.review.model import Ticks
from dipay.services import answers, confirming, deciding, records, reviewing, undeliverable
from dipay.services.confirming import Sent, ask_before_confirming
from dipay.services.provider import messages_per_second, open_sender
from dipay.services.reviewing import Review, Why
from dipay.services.run import Conduct, SendReport, SentLine

if TYPE_CHECKING:
    from dipay.exports.tables.entries import Entry

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words; the worklist after it; the accounts changed from here (None: all anew)."""

    words: str
    review: Review
    mine: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Unreached:
    """Who was not reached, and which numbers that were typed in are to be keyed into the PMS."""

    entries: list[undeliverable.NotReached]
    to_key_in: list[undeliverable.ToKeyIn]


class Desk:
    """One person's session."""

    def __init__(self, office: Office, make_sender: Callable[[Office], Sender] = open_sender) -> None:
        self.office = office
        self._make_sender = make_sender
        self._review: Review | None = None
        self._changes: list[Change[Any]] = []
        #: What became of the messages sent from here, each outcome counted.
        self.counts: Counter[str] = Counter()

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
        return self._changes[-1].words if self._changes else ""

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

    def numbers_to_call(self) -> Mapping[str, str]:
        """Where else each exhausted account can be called, in words. Read of the export; as for the ledger, any thread
        may ask.
        """
        worklist = self.review.worklist
        found, accounts = records.numbers_to_call(self.office, worklist), worklist.accounts
        exhausted = [accounts.ids[place] for place in worklist.exhausted.tolist()]
        return {each: numbers_words(found.get(each, {}), accounts.country) for each in exhausted}

    # Deciding.

    def tick(self, ticks: Ticks) -> Done:
        """Takes accounts into today's batch, or leaves them out of it."""
        return self._change(ticks.words, TICK, ticks.wanted)

    def snooze(self, ids: Sequence[str], until: date, reason: str, note: str) -> Done:
        """Keeps accounts off the list until a date."""
        snooze = Snooze(until, reason, note, deciding.who())
        return self._change(f"Snoozed {_accounts(len(ids))} until {until}.", SNOOZE, dict.fromkeys(ids, snooze))

    def unsnooze(self, ids: Sequence[str]) -> Done:
        """Ends the snoozes of those that are snoozed."""
        snoozed = [each for each in ids if SNOOZE.now(self.review, each) is not None]
        if not snoozed:
            raise cannot(ExitCode.USAGE, "no account here is snoozed.", "")
        return self._change(f"{_accounts(len(snoozed))} back on the list.", SNOOZE, dict.fromkeys(snoozed, None))

    def holds_to_lift(self, guarantor_id: str) -> tuple[Rule, ...]:
        """The holds that a release of this account would lift; a usage error where it can't be released."""
        return reviewing.holds_to_lift(self.review, guarantor_id)

    def release(self, guarantor_id: str, reason: str) -> Done:
        """Lets one held account go out today."""
        release = reviewing.release_for(self.review, guarantor_id, reason)
        return self._change(f"Released account {guarantor_id}.", RELEASE, {guarantor_id: release})

    def finish(self, replies: Sequence[int], note: str) -> Done:
        """Takes replies off the list of those that wait: somebody dealt with them."""
        words = "Settled 1 reply." if len(replies) == 1 else f"Settled {len(replies):,} replies."
        return self._change(words, waiting(note), dict.fromkeys(map(str, replies), False))

    def decide(self, decision: Lasting, ids: Sequence[str], replies: Sequence[int] = ()) -> Done:
        """Decides for good, in answer to these replies if to any; what was decided before it stays to be undone."""
        mine = reviewing.concerned(self.review, ids)
        try:
            decided = decision.save(self.office, self.review, ids)
            self._reread(None)
            # One from a number that nobody was asked at is no account's, so nothing else settles it.
            waiting = {each.reply.id for each in self.review.answers}
            if decided.done and (left := [each for each in replies if each in waiting]):
                answers.settle(self.office, left, decision.name)
        finally:
            self._reread(None)
        words = [f"{decision.done}: {_accounts(len(decided.done))}."] if decided.done else []
        words += [f"Account {each} {why}." for each, why in decided.not_done.items()]
        return Done(" ".join(words), self.review, mine | reviewing.concerned(self.review, ids))

    def undo(self) -> Done:
        """Takes the last decision back, where nobody changed the accounts since."""
        if not self._changes:
            return Done("There is nothing to undo.", self.review, frozenset())
        if self.looks_changed():
            self._reread(None)
        last = self._changes.pop()
        same = [each for each, value in last.after.items() if last.of.now(self.review, each) == value]
        mine = self._save(last.of, {each: last.before[each] for each in same})
        words = f"Undone: {last.words}"
        if left := len(last.after) - len(same):
            words += f" {_accounts(left)} left alone: changed meanwhile by somebody else."
        return Done(words, self.review, mine)

    def _change(self, words: str, what: Changeable[V], wanted: Mapping[str, V]) -> Done:
        before = {each: what.now(self.review, each) for each in wanted}
        mine = self._save(what, wanted)
        after = {each: what.now(self.review, each) for each in wanted}
        changed = [each for each in wanted if after[each] != before[each]]
        if changed:
            kept = {each: before[each] for each in changed}, {each: after[each] for each in changed}
            self._changes.append(Change(words, what, *kept))
        return Done(words, self.review, mine)

    def _save(self, what: Changeable[V], wanted: Mapping[str, V]) -> frozenset[str]:
        """Saves, and looks at what came of it; gives the accounts that stand otherwise because of that."""
        event, mine = self.review.event, what.accounts(self.review, wanted)
        try:
            written = what.save(self.office, self.review, wanted)
        finally:
            self._reread(mine)
        if self.review.event != event + written:
            # Somebody else wrote too: every row is looked at again, and of these alone is known who changed them.
            self._reread(None)
        return mine | what.accounts(self.review, wanted)

    def _reread(self, ids: Collection[str] | None) -> None:
        marks = reviewing.file_marks(self.office, self.review.listing)
        self._review = _marked(reviewing.reread(self.office, self.review, ids), (marks[0], *self.review.files[1:]))

    # Sending.

    def prepare(self) -> tuple[Batch, Review]:
        """What would go out, by exports, state and patients' answers as they are at this moment.

        `CannotGoOn` (4) where the provider can't be asked: then nothing may be sent.
        """
        ask_before_confirming(self.office, self._make_sender)
        review = self.read()
        return batch_of(self.office, review, confirming.outlook(self.office, review)), review

    def send(
        self,
        batch: Batch,
        stop_asked: Callable[[], bool],
        progress: Callable[[SentLine], None],
        sleep: Callable[[float], None],
    ) -> Sent:
        """Sends what was confirmed. Nothing of it can be undone, so nothing before it is offered for undoing."""
        self._changes.clear()

        def counted(line: SentLine) -> None:
            self.counts[line.outcome] += 1
            progress(line)

        conduct = Conduct(
            limit=batch.count, stop_asked=stop_asked, progress=counted, sleep=sleep,
            per_second=messages_per_second(self.office),
        )  # fmt: skip
        return confirming.send_confirmed(self.office, self._make_sender(self.office), batch.plan, conduct)

    def not_reached(self) -> Unreached:
        """The Undeliverable list, and the numbers to key into the PMS."""
        listing = self.review.listing
        return Unreached(
            undeliverable.not_reached_of(self.office, listing), undeliverable.to_key_in(self.office, listing)
        )

    def resend(self, guarantor_id: str, phone: str | None, reason: str = "") -> SendReport:
        """Sends an undeliverable request again, to a number typed in or, without one, to the same. `NumberOfAnother`
        asks for the reason why a number that is another account's too may be used.
        """

        def counted(line: SentLine) -> None:
            self.counts[line.outcome] += 1

        sender = self._make_sender(self.office)
        return undeliverable.resend(self.office, sender, guarantor_id, phone, Conduct(progress=counted), reason)


def _marked(review: Review, files: tuple[tuple[int, int], ...]) -> Review:
    return replace(review, files=files)


def _accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number:,} accounts"


def words_of(error: CannotGoOn) -> str:
    """What to show of something that could not be done: the words of whoever refused it."""
    return " ".join(str(each) if each.file else _sentence(f"{each.message} {each.fix}") for each in error.problems)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}".strip()

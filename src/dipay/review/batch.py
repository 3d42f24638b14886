"""The batch to be confirmed: how much, to whom, the first message in full, and everything about it that looks odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from dipay.domain.messages import RenderedMessage, shown_letters
from dipay.domain.problems import Problem
from dipay.grammar.money import format_cents
from dipay.grammar.names import greeting
from dipay.office import Office
from dipay.services.confirming import Outlook
from dipay.services.planning import Plan, PlannedMessage, rendered
from dipay.services.reviewing import Review
from dipay.services.sending import STAND_IN, UNFIT

#: More than so many times what half of the batch is asked for looks like a slip.
TIMES_THE_MIDDLE = 10
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Part:
    """The first requests of a batch, or its follow-ups: so many, asking for so much."""

    count: int
    amount_cents: int

    @classmethod
    def of(cls, messages: Sequence[PlannedMessage]) -> Part:
        return cls(len(messages), sum(each.account.amount_cents for each in messages))


@dataclass(frozen=True, slots=True)
class Batch:
    """What a person confirms by typing `count`, the number of messages. `stops` are what keeps it from being sent."""

    plan: Plan
    count: int
    first_requests: Part
    follow_ups: Part
    segments: int
    first: RenderedMessage | None
    first_name: str
    first_number: str
    oddities: tuple[str, ...]
    stops: tuple[Problem, ...]


def batch_of(office: Office, review: Review, seen: Outlook) -> Batch:
    """The batch of this moment."""
    plan = seen.plan
    left_today = max(0, office.settings.messaging.daily_limit - seen.sent_today)
    count = min(len(plan.messages), left_today)
    going = plan.messages[:count]
    texts = [rendered(each, office.settings, STAND_IN) for each in going]
    oddities = [*_of_run(office, review, seen, count), *_of_texts(texts), *_of_accounts(review, plan, count)]
    return Batch(
        plan=plan,
        count=count,
        first_requests=Part.of([each for each in going if each.step == 0]),
        follow_ups=Part.of([each for each in going if each.step > 0]),
        segments=sum(each.segments for each in texts),
        first=texts[0] if texts else None,
        first_name=going[0].account.name if going else "",
        first_number=going[0].number if going else "",
        oddities=tuple(oddities),
        stops=tuple(each for each in review.listing.problems if each.kind in UNFIT),
    )


def _of_run(office: Office, review: Review, seen: Outlook, count: int) -> Iterator[str]:
    plan, messaging = seen.plan, office.settings.messaging
    if count > messaging.confirm_above:
        yield f"{count:,} messages are more than the settings let go out unasked ({messaging.confirm_above:,})."
    if count < len(plan.messages):
        yield (
            f"Today's limit of {messaging.daily_limit:,} leaves {count:,} for today ({seen.sent_today:,} sent); "
            f"{len(plan.messages) - count:,} more stay for tomorrow."
        )
    if plan.waiting:
        until = min((each.until for each in plan.waiting if each.until is not None), default=None)
        when = f"; the next allowed time is {until.astimezone(office.zone):%a %d %b %H:%M}" if until else ""
        yield f"{len(plan.waiting):,} outside the send window now{when}."
    if plan.without_number:
        ids = _few([each.guarantor_id for each in plan.without_number])
        yield f"{len(plan.without_number):,} without a usable number go onto the Undeliverable list: {ids}."
    for each in plan.left_out:
        yield f"Account {each.guarantor_id} is left out: {each.why}."
    if seen.in_doubt:
        yield f"Of {seen.in_doubt:,} earlier messages nobody knows whether they went out: `dipay sync` asks."
    if held := review.worklist.reason_counts().get("bad-data", 0):
        yield f"{held:,} accounts are held because rows of the exports could not be read."


def _of_texts(texts: list[RenderedMessage]) -> Iterator[str]:
    long = [each.segments for each in texts if each.segments > 1]
    if long:
        yield f"{len(long):,} messages take more than one segment (up to {max(long)}): each is charged."
    if unusual := [each for each in texts if each.costly]:
        letters = shown_letters(sorted({letter for each in unusual for letter in each.costly}))
        have = "1 has" if len(unusual) == 1 else f"{len(unusual):,} have"
        yield f"{have} letters that the short alphabet lacks ({letters}): 70 characters a segment, not 160."
    if changed := sorted({what for each in texts for what in each.straightened}):
        yield f"Straightened to plain characters: {', '.join(changed)}."


def _of_accounts(review: Review, plan: Plan, count: int) -> Iterator[str]:
    going = plan.messages[:count]
    if going:
        middle = median(each.account.amount_cents for each in going)
        large = [each for each in going if each.account.amount_cents > TIMES_THE_MIDDLE * middle]
        for each in large[:_MOST_NAMED]:
            amount = format_cents(each.account.amount_cents)
            yield f"Account {each.account.guarantor_id} is asked for {amount}, far more than the others."
    if nameless := [each.account.guarantor_id for each in going if not greeting(each.account.first_name)]:
        messages = "1 message greets" if len(nameless) == 1 else f"{len(nameless):,} messages greet"
        yield f"{messages} nobody by name: {_few(nameless)}."
    numbers: dict[str, list[str]] = {}
    for each in going:
        numbers.setdefault(each.number, []).append(each.account.guarantor_id)
    for ids in numbers.values():
        if len(ids) > 1:
            yield f"One number gets the messages of accounts {_few(ids)}; only the first will go out today."
    for each in going:
        release = review.released.get(each.account.guarantor_id) if each.held_for else None
        if release is not None:
            yield f"Account {each.account.guarantor_id} was held ({', '.join(each.held_for)}), released: {release.why}."


def _few(ids: list[str]) -> str:
    more = f" and {len(ids) - _MOST_NAMED:,} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more

"""What would go out now, for a person to confirm, and the sending of exactly what was confirmed: nobody is sent who was
not on the last screen, and nobody of whom exports or state say something else by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.services.links import processor_for
from dipay.services.planning import LeftOut, Plan, PlannedMessage, make_plan
from dipay.services.reviewing import Review, review_of
from dipay.services.run import Conduct, SendReport
from dipay.services.sending import send_plan
from dipay.services.syncing import ask_before_sending
from dipay.state.events import last_event
from dipay.state.looking import is_there
from dipay.state.reading import in_doubt, running_campaigns, sent_on
from dipay.state.store import Store, open_for_reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from dipay.messaging import Sender
    from dipay.office import Office
    from dipay.services.worklist import Listing


def plan_of(office: Office, store: Store, review: Review) -> Plan:
    """What would go out now: follow-ups due, the first requests of the batch, and what a person released."""
    settings, now = office.settings, office.clock()
    running = running_campaigns(store, settings.messaging.provider)
    plan = make_plan(review.worklist, running, settings, now)
    released = {
        each
        for each in review.released
        if (judged := review.of(each)) is not None and judged.selected and review.release_of(judged) is not None
    }
    if not released:
        return plan
    more = make_plan(review.worklist, running, settings, now, released)
    stopped = (each for each in plan.left_out if each.guarantor_id not in released)
    return Plan(
        (*plan.messages, *more.messages),
        (*plan.waiting, *more.waiting),
        (*plan.without_number, *more.without_number),
        (*stopped, *more.left_out),
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a send would do at this moment, and what of the day's limit is used up; nothing is written."""

    plan: Plan
    sent_today: int
    in_doubt: int


def outlook(office: Office, review: Review) -> Outlook:
    """What would go out now."""
    provider = office.settings.messaging.provider
    with open_for_reading(office.state_path, office.state_marker) as store:
        plan = plan_of(office, store, review)
        return Outlook(plan, sent_on(store, review.worklist.day.as_of, provider), len(in_doubt(store, provider)))


def ask_before_confirming(office: Office, make_sender: Callable[[Office], Sender]) -> None:
    """Asks the provider for deliveries and replies, so that a person confirms nothing that an answer speaks against."""
    if is_there(office.state_path):
        with office.open_state() as store:
            ask_before_sending(office, store, make_sender(office), processor_for(office, store)[0])


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did, and which confirmed messages did not go because their account changed meanwhile."""

    report: SendReport
    changed: tuple[LeftOut, ...]


def send_confirmed(office: Office, sender: Sender, confirmed: Plan, conduct: Conduct) -> Sent:
    """Sends the messages a person saw and confirmed, as far as exports and state still say the same; no other."""
    changed: list[LeftOut] = []

    def plan_for(store: Store, listing: Listing) -> Plan:
        now = review_of(listing, store, last_event(store.connection)[0])
        plan = plan_of(office, store, now)
        wanted = {_same(each): each for each in confirmed.messages}
        messages = tuple(each for each in plan.messages if _same(each) in wanted)
        going = {_same(each) for each in messages}
        changed.extend(_what_changed(each, now, plan) for key, each in wanted.items() if key not in going)
        numberless = {each.guarantor_id for each in confirmed.without_number}
        without = tuple(each for each in plan.without_number if each.guarantor_id in numberless)
        return Plan(messages, plan.waiting, without, plan.left_out)

    return Sent(send_plan(office, sender, plan_for, conduct), tuple(changed))


def _same(message: PlannedMessage) -> tuple[object, ...]:
    """What a person confirmed of a message: whom, where to, how much, which words, and which holds are lifted."""
    account = message.account
    return (
        account.guarantor_id, account.first_name, message.amount_cents, message.number, message.step, message.template,
        message.held_for,
    )  # fmt: skip


def _what_changed(message: PlannedMessage, review: Review, plan: Plan) -> LeftOut:
    guarantor_id = message.account.guarantor_id
    judged = review.of(guarantor_id)
    if any(each.message.account.guarantor_id == guarantor_id for each in plan.waiting):
        words = "its send window has closed"
    elif judged is None:
        words = "the export no longer has it"
    elif (stopping := review.stopping(judged)) and review.release_of(judged) is None:
        words = stopping[0].saw(judged.account, review.worklist.day)
    elif not judged.selected:
        words = "it was deselected"
    else:
        words = "its amount, number or message is another one now"
    return LeftOut(guarantor_id, words)

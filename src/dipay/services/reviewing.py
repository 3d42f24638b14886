"""What a person decides on: the day's worklist with what others did to it meanwhile, why each row stands where it does,
the batch to be confirmed, and the sending of exactly what was confirmed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.domain.rules import Verdict
from dipay.domain.worklist import Judged, View, Worklist, judge
from dipay.services.deciding import who
from dipay.services.explaining import Explanation, explain_account
from dipay.services.planning import LeftOut, Plan, PlannedMessage, make_plan
from dipay.services.provider import messages_per_second
from dipay.services.run import Conduct, SendReport, SentLine
from dipay.services.sending import send_plan
from dipay.services.worklist import Listing, make_worklist
from dipay.state import releases
from dipay.state.events import last_event
from dipay.state.imports import balances_seen
from dipay.state.reading import history, in_doubt, running_campaigns, sent_on
from dipay.state.releases import Release, releases_of
from dipay.state.store import Store, open_for_reading
from dipay.state.summaries import situation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from dipay.exports.tables.entries import Entry
    from dipay.messaging import Sender
    from dipay.office import Office
    from dipay.state.requests import Request


#: Holds that no release can lift, and what lifts them.
NOT_RELEASED: Mapping[str, str] = {
    "outcome-unknown": "`dipay sync` asks the provider; a request in doubt is released there, by its number.",
    "guarantor-missing": "There is nobody to text: export every patient, or correct the guarantor in the PMS.",
}


@dataclass(frozen=True, slots=True)
class Review:
    """The worklist a person looks at. `event` is the state's last event in it, `files` how its files looked then.

    `places` say where in the worklist each account is, `sharers` which accounts have each number.
    """

    listing: Listing
    released: Mapping[str, Release]
    event: int
    files: tuple[tuple[int, int], ...] = ()
    places: Mapping[str, int] = field(default_factory=dict, repr=False)
    sharers: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @property
    def worklist(self) -> Worklist:
        return self.listing.worklist

    def of(self, guarantor_id: str) -> Judged | None:
        """The account of that id, None where the export has none."""
        place = self.places.get(guarantor_id)
        return self.worklist.judged[place] if place is not None else None

    def release_of(self, judged: Judged) -> Release | None:
        """The release that lets this account go out; None where it isn't held, or is held for more than was seen."""
        release = self.released.get(judged.account.guarantor_id)
        if release is None or judged.view is not View.HELD:
            return None
        return release if {rule.code for rule in judged.reasons} <= release.codes else None


def begin(office: Office) -> Review:
    """Today's worklist, exports and state read anew."""
    # The event is read first: what is written while the exports are read is then noticed, not missed.
    with open_for_reading(office.state_path, office.state_marker) as store:
        event, _ = last_event(store.connection)
    listing = make_worklist(office)
    files = file_marks(office, listing)
    with open_for_reading(office.state_path, office.state_marker) as store:
        released = releases_of(store, listing.worklist.day.as_of)
    return _review(listing, released, event, files)


def _review(
    listing: Listing, released: Mapping[str, Release], event: int, files: tuple[tuple[int, int], ...] = ()
) -> Review:
    places: dict[str, int] = {}
    numbers: dict[str, list[str]] = {}
    for place, each in enumerate(listing.worklist.judged):
        places[each.account.guarantor_id] = place
        if each.account.phone is not None:
            numbers.setdefault(each.account.phone, []).append(each.account.guarantor_id)
    sharers = {number: frozenset(ids) for number, ids in numbers.items() if len(ids) > 1}
    return Review(listing, released, event, files, places, sharers)


def reread(office: Office, review: Review, ids: Collection[str] | None = None) -> Review:
    """The same exports judged by what the state knows by now: every account, or `ids` and whoever shares a number.

    A rule looks at other accounts only where they have the same number, so judging those together is exact.
    """
    day = review.worklist.day
    with open_for_reading(office.state_path, office.state_marker) as store:
        known = situation(store, day.as_of, office.settings.messaging.provider, review.worklist.accounts.ids)
        released = releases_of(store, day.as_of)
        event, _ = last_event(store.connection)
    new_day = replace(day, situation=known)
    accounts = review.worklist.judged
    if ids is None:
        worklist = judge(review.worklist.accounts, new_day)
    else:
        known_ids = [each for each in ids if each in review.places]
        numbers = {accounts[review.places[each]].account.phone for each in known_ids} - {None}
        touched = set(known_ids).union(*(review.sharers.get(number or "", ()) for number in numbers))
        part = judge((accounts[review.places[each]].account for each in touched), new_day)
        sharing = {number: found for number, found in day.sharers.items() if number not in numbers}
        new_day = replace(new_day, sharers={**sharing, **part.day.sharers})
        worklist = replace(review.worklist.with_part(part), day=new_day)
    return replace(review, listing=replace(review.listing, worklist=worklist), released=released, event=event)


def file_marks(office: Office, listing: Listing) -> tuple[tuple[int, int], ...]:
    """How the state file and the exports look from outside: cheap to ask, different once anything was written."""
    marks = []
    for path in (office.state_path, *(each.path for each in listing.files)):
        try:
            found = path.stat()
        except OSError:
            marks.append((0, 0))
        else:
            marks.append((found.st_mtime_ns, found.st_size))
    return tuple(marks)


def release_hold(office: Office, review: Review, guarantor_id: str, reason: str) -> None:
    """Lets one held account go out today, for a typed reason that is kept. Anything but a hold is a usage error."""
    judged = review.of(guarantor_id)
    if judged is None or judged.view is not View.HELD:
        why = "it is not held"
        if judged is not None and any(rule.code == "opted-out" for rule in judged.reasons):
            why = "it opted out, and nothing overrides that"
        raise cannot(ExitCode.USAGE, f"account {guarantor_id} can't be released: {why}.", "Only held accounts can be.")
    codes = [rule.code for rule in judged.reasons]
    for code in codes:
        if code in NOT_RELEASED:
            raise cannot(ExitCode.USAGE, f"a release does not lift {code}.", NOT_RELEASED[code])
    if not reason.strip():
        raise cannot(ExitCode.USAGE, "a release needs a reason.", "Type why this account may be asked all the same.")
    with office.open_state() as store:
        why, today = " ".join(reason.split()), office.today()
        releases.release(store, guarantor_id, codes, why, day=today, by=who(), now=office.clock())


def take_back_release(office: Office, guarantor_id: str) -> None:
    """Holds a released account again; the release stays in the log."""
    with office.open_state() as store:
        releases.take_back(store, guarantor_id, day=office.today(), by=who(), now=office.clock())


@dataclass(frozen=True, slots=True)
class Why:
    """One account in full: every rule, what was sent before, what earlier exports had it owing."""

    explanation: Explanation
    requests: tuple[Request, ...]
    balances: tuple[tuple[date, int], ...]


def why(office: Office, review: Review, judged: Judged) -> Why:
    """Everything to be said of one account, without reading the exports again."""
    account = judged.account
    with open_for_reading(office.state_path, office.state_marker) as store:
        requests = tuple(history(store, account.guarantor_id))
        balances = tuple(balances_seen(store, account.guarantor_id))
    explanation = explain_account(office, account.guarantor_id, judged, review.worklist.day)
    return Why(explanation, requests, balances)


def ledger_of(office: Office, judged: Judged, day: date) -> tuple[Entry, ...]:
    """The account's rows in the ledger export, the newest first; none of a practice that exports balances alone.

    Reads the whole file: seconds for millions of rows.
    """
    from dipay.exports.tables.entries import entries_of

    ids = {judged.account.guarantor_id, *(each.patient_id for each in judged.account.patients)}
    found = entries_of(office.reading_plan(day), ids)
    return tuple(sorted(found, key=lambda each: (each.day or date.max, each.line), reverse=True))


def plan_of(office: Office, store: Store, review: Review) -> Plan:
    """What would go out now: follow-ups due, the first requests of the batch, and what a person released."""
    settings, now = office.settings, office.clock()
    running = running_campaigns(store, settings.messaging.provider)
    plan = make_plan(review.worklist, running, settings, now)
    released = [
        each.account.guarantor_id
        for each in review.worklist.judged
        if each.selected and review.release_of(each) is not None
    ]
    if not released:
        return plan
    more = make_plan(review.worklist, (), settings, now, released)
    return Plan(
        (*plan.messages, *more.messages),
        (*plan.waiting, *more.waiting),
        (*plan.without_number, *more.without_number),
        (*plan.left_out, *more.left_out),
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


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did, and which confirmed messages did not go because their account changed meanwhile."""

    report: SendReport
    changed: tuple[LeftOut, ...]


def send_confirmed(
    office: Office,
    sender: Sender,
    confirmed: Plan,
    *,
    limit: int | None = None,
    stop_asked: Callable[[], bool] = lambda: False,
    progress: Callable[[SentLine], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Sent:
    """Sends the messages a person saw and confirmed, as far as exports and state still say the same; no other."""
    changed: list[LeftOut] = []

    def plan_for(store: Store, listing: Listing) -> Plan:
        day = listing.worklist.day.as_of
        now = _review(listing, releases_of(store, day), last_event(store.connection)[0])
        plan = plan_of(office, store, now)
        wanted = {_same(each): each for each in confirmed.messages}
        messages = tuple(each for each in plan.messages if _same(each) in wanted)
        going = {_same(each) for each in messages}
        changed.extend(_what_changed(each, now, plan) for key, each in wanted.items() if key not in going)
        numberless = {each.guarantor_id for each in confirmed.without_number}
        without = tuple(each for each in plan.without_number if each.guarantor_id in numberless)
        return Plan(messages, plan.waiting, without, plan.left_out)

    conduct = Conduct(
        limit=limit, stop_asked=stop_asked, progress=progress, sleep=sleep, per_second=messages_per_second(office)
    )
    return Sent(send_plan(office, sender, plan_for, conduct), tuple(changed))


def _same(message: PlannedMessage) -> tuple[object, ...]:
    """What a person confirmed of a message: whom, where to, how much, which words, and which holds are lifted."""
    account = message.account
    return (
        account.guarantor_id, account.first_name, account.amount_cents, message.number, message.step, message.template,
        message.held_for,
    )  # fmt: skip


def _what_changed(message: PlannedMessage, review: Review, plan: Plan) -> LeftOut:
    guarantor_id = message.account.guarantor_id
    judged = review.of(guarantor_id)
    if any(each.message.account.guarantor_id == guarantor_id for each in plan.waiting):
        words = "its send window has closed"
    elif judged is None:
        words = "the export no longer has it"
    elif judged.reasons and review.release_of(judged) is None:
        words = judged.reasons[0].saw(judged.account, review.worklist.day)
    elif not judged.selected:
        words = "it was deselected"
    else:
        words = "its amount, number or message is another one now"
    return LeftOut(guarantor_id, words)


def can_be_released(judged: Judged) -> bool:
    """Whether a person may let this account go out: held, and for nothing that a release can't lift."""
    return judged.view is View.HELD and all(
        rule.verdict is Verdict.HELD and rule.code not in NOT_RELEASED for rule in judged.reasons
    )

"""What a person looks at and lets go: the day's worklist with what others did to it meanwhile, why each account stands
where it does, and the holds that were released. Nothing is sent from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from dipay.domain.problems import ExitCode, cannot
from dipay.domain.rules import Rule, Verdict
from dipay.domain.worklist import Judged, Worklist, judge
from dipay.services.answers import Answer, answers_in
from dipay.services.deciding import who
from dipay.services.explaining import Explanation, explain_account
from dipay.services.records import Record, record_of
from dipay.services.worklist import Listing, make_worklist, payments_of_listing
from dipay.state import releases
from dipay.state.events import last_event
from dipay.state.imports import balances_seen
from dipay.state.releases import Release, releases_of
from dipay.state.situations import situation, situation_of
from dipay.state.store import Store, open_for_reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from dipay.domain.day import Day
    from dipay.domain.situation import Situation
    from dipay.exports.tables.entries import Entry
    from dipay.office import Office

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Review:
    """The worklist a person looks at. `event` is the state's last event in it, `files` how its files looked then.

    `answers` are the replies that wait, oldest first. `places` say where among the accounts each is, `sharers` which of
    them have each number that several have.
    """

    listing: Listing
    released: Mapping[str, Release]
    event: int
    files: tuple[tuple[int, int], ...] = ()
    answers: tuple[Answer, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict, repr=False)
    sharers: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @property
    def worklist(self) -> Worklist:
        return self.listing.worklist

    def of(self, guarantor_id: str) -> Judged | None:
        """The account of that id, None where the export has none."""
        place = self.places.get(guarantor_id)
        return self.worklist.at(place) if place is not None else None

    def account_of(self, given: str) -> str | None:
        """The account that a guarantor's or a patient's id means; None where nobody has it."""
        if given in self.places:
            return given
        return next((each.guarantor_id for each in self.worklist.accounts if each.has_patient(given)), None)

    def number_of(self, account: str) -> str | None:
        """Where the account would be texted; None where it has no usable number."""
        place = self.places.get(account)
        number = self.worklist.accounts.phones[place] if place is not None else ""
        return number if number.startswith("+") else None

    def stopping(self, judged: Judged) -> tuple[Rule, ...]:
        """The rules that keep the account's message of today back: the follow-up that is due, or the first request."""
        is_due = self.worklist.day.follow_up_due(judged.account.guarantor_id) is not None
        return judged.stops_follow_up if is_due else judged.reasons

    def release_of(self, judged: Judged) -> Release | None:
        """The release that lets this account go out; None where it isn't held, or is held for more than was seen."""
        release = self.released.get(judged.account.guarantor_id)
        if release is None:
            return None
        stopping = self.stopping(judged)
        return release if _is_held(stopping) and release.lifts(rule.code for rule in stopping) else None


def begin(office: Office) -> Review:
    """Today's worklist, exports and state read anew."""
    # The event is read first: what is written while the exports are read is then noticed, not missed.
    with open_for_reading(office.state_path, office.state_marker) as store:
        event, _ = last_event(store.connection)
    listing = make_worklist(office)
    files = file_marks(office, listing)
    with open_for_reading(office.state_path, office.state_marker) as store:
        review = review_of(listing, store, event, files)
        return replace(review, answers=_answers(office, store, listing.worklist.day.situation))


def _answers(office: Office, store: Store, known: Situation) -> tuple[Answer, ...]:
    """The replies that wait, where any does."""
    return tuple(answers_in(store, office.settings.messaging.provider)) if known.waiting else ()


def review_of(listing: Listing, store: Store, event: int, files: tuple[tuple[int, int], ...] = ()) -> Review:
    """A worklist with the holds that a person released for its day."""
    accounts = listing.worklist.accounts
    numbers: dict[str, list[str]] = {}
    for guarantor_id, number in zip(accounts.ids, accounts.phones, strict=True):
        numbers.setdefault(number, []).append(guarantor_id)
    sharers = {each: frozenset(ids) for each, ids in numbers.items() if len(ids) > 1 and each.startswith("+")}
    places = {guarantor_id: place for place, guarantor_id in enumerate(accounts.ids)}
    released = releases_of(store, listing.worklist.day.as_of)
    return Review(listing, released, event, files, places=places, sharers=sharers)


def reread(office: Office, review: Review, ids: Collection[str] | None = None) -> Review:
    """The same exports judged by what the state knows by now: every account, or `ids` and whoever shares a number.

    A rule looks at other accounts only where they have the same number, so judging those together is exact; but a reply
    that no longer waits, or waits again, may have held any.
    """
    day, accounts = review.worklist.day, review.worklist.accounts
    together = with_sharers(review, ids) if ids is not None else None
    with open_for_reading(office.state_path, office.state_marker) as store:
        provider, answers = office.settings.messaging.provider, review.answers
        known = situation(store, day.as_of, provider, list(together)) if together is not None else None
        unposted = payments_of_listing(office, store, review.listing).lacking
        if known is None or known.waiting != day.situation.waiting or unposted != day.situation.unposted:
            known, together = situation_of(store, day.as_of, provider, accounts), None
            known = replace(known, unposted=unposted)
            answers = _answers(office, store, known)
        released = releases_of(store, day.as_of)
        event, _ = last_event(store.connection)
    if together is None:
        worklist = judge(accounts, replace(day, situation=known))
    else:
        worklist = _judged_in_part(review, replace(day, situation=day.situation.with_part(known, together)), together)
    listing = replace(review.listing, worklist=worklist)
    return replace(review, listing=listing, released=released, event=event, answers=answers)


def with_sharers(review: Review, ids: Collection[str]) -> frozenset[str]:
    """These accounts and those that have a number of theirs: what is decided about one changes how the others stand."""
    return frozenset(ids).union(*(review.sharers.get(review.number_of(each) or "", ()) for each in ids))


def concerned(review: Review, ids: Collection[str]) -> frozenset[str]:
    """These accounts, those that have a number of theirs, and those that a reply holds which holds them."""
    replies = review.worklist.day.replies
    theirs = {reply.number for each in ids for reply in replies.get(each, ())}
    return with_sharers(review, ids) | held_by(review, theirs)


def held_by(review: Review, numbers: Iterable[int]) -> frozenset[str]:
    """The accounts that these replies hold while they wait."""
    wanted = set(numbers)
    replies = review.worklist.day.replies if wanted else {}
    return frozenset(each for each, held in replies.items() if any(reply.number in wanted for reply in held))


def _judged_in_part(review: Review, day: Day, together: Collection[str]) -> Worklist:
    judged = [found for each in together if (found := review.of(each)) is not None]
    # As the exports have them: what was paid comes off when they are judged.
    exported = review.worklist.accounts.as_exported
    accounts = [exported[review.places[each.account.guarantor_id]] for each in judged]
    part = judge(accounts, day, review.worklist.accounts)
    before, now = review.worklist.day, part.day
    numbers = {each.account.phone for each in judged}
    day = replace(
        day,
        sharers=_in_part(before.sharers, now.sharers, numbers),
        replies=_in_part(before.replies, now.replies, together),
        elsewhere=_in_part(before.elsewhere, now.elsewhere, together),
    )
    return replace(review.worklist.with_part(part, review.places), day=day)


def _in_part(before: Mapping[str, V], now: Mapping[str, V], keys: Collection[str | None]) -> dict[str, V]:
    """What was known, but of these what is known now."""
    return {key: value for key, value in before.items() if key not in keys} | {
        key: value for key, value in now.items() if key in keys
    }


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


def _is_held(stopping: tuple[Rule, ...]) -> bool:
    """Whether holds keep a message back, and nothing else."""
    return bool(stopping) and all(rule.verdict is Verdict.HELD for rule in stopping)


def holds_to_lift(review: Review, guarantor_id: str) -> tuple[Rule, ...]:
    """The holds that a release of this account would lift. Anything but a hold is a usage error."""
    judged = review.of(guarantor_id)
    stopping = review.stopping(judged) if judged is not None else ()
    if judged is None or not _is_held(stopping):
        why = "it is not held"
        if judged is not None and any(rule.code == "opted-out" for rule in judged.reasons):
            why = "it opted out, and nothing overrides that"
        raise cannot(ExitCode.USAGE, f"account {guarantor_id} can't be released: {why}.", "Only a held account can be.")
    for rule in stopping:
        if rule.not_released:
            raise cannot(ExitCode.USAGE, f"a release does not lift {rule.code}.", rule.not_released)
    if review.release_of(judged) is not None:
        raise cannot(ExitCode.USAGE, f"account {guarantor_id} is released already.", "Undo takes that back.")
    return stopping


def release_for(review: Review, guarantor_id: str, reason: str) -> Release:
    """The release of a held account, for a reason that was typed; it counts once it is recorded."""
    codes = frozenset(rule.code for rule in holds_to_lift(review, guarantor_id))
    if not reason.strip():
        raise cannot(ExitCode.USAGE, "a release needs a reason.", "Type why this account may be asked all the same.")
    return Release(codes, " ".join(reason.split()))


def record_release(office: Office, guarantor_id: str, release: Release | None) -> None:
    """Lets a held account go out today; None holds it again. What was released before stays in the log."""
    today, now = office.today(), office.clock()
    with office.open_state() as store:
        if release is None:
            releases.take_back(store, guarantor_id, day=today, by=who(), now=now)
        else:
            codes = sorted(release.codes)
            releases.release(store, guarantor_id, codes, release.why, day=today, by=who(), now=now)


@dataclass(frozen=True, slots=True)
class Why:
    """One account in full: every rule, what went before, what earlier exports had it owing."""

    explanation: Explanation
    record: Record
    balances: tuple[tuple[date, int], ...]


def why(office: Office, review: Review, judged: Judged) -> Why:
    """Everything to be said of one account, without reading the exports again."""
    account, day = judged.account, review.worklist.day
    with open_for_reading(office.state_path, office.state_marker) as store:
        balances = tuple(balances_seen(store, account.guarantor_id))
    explanation = explain_account(office, account.guarantor_id, judged, day)
    return Why(explanation, record_of(office, account, day), balances)


def ledger_of(office: Office, judged: Judged, day: date) -> tuple[Entry, ...]:
    """The account's rows in the ledger export, the newest first; none of a practice that exports balances alone.

    Reads the whole file: seconds for millions of rows.
    """
    from dipay.exports.tables.entries import entries_of

    ids = {judged.account.guarantor_id, *(each.patient_id for each in judged.account.patients)}
    found = entries_of(office.reading_plan(day), ids)
    return tuple(sorted(found, key=lambda each: (each.day or date.max, each.line), reverse=True))

"""The daily checks: what waits for a person, what goes out, what is good to know. Changes nothing and asks nobody."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity
from dipay.domain.rules import Verdict
from dipay.domain.worklist import View
from dipay.services.deciding import names_of
from dipay.services.posting import to_post_of
from dipay.services.sending import UNFIT
from dipay.services.syncing import DELIVERY_IS_TOLD_FOR
from dipay.services.undeliverable import to_key_in
from dipay.services.worklist import Listing, make_worklist
from dipay.state.outcomes import abandoned
from dipay.state.reading import (
    PhoneCorrection,
    UndeliverableEntry,
    in_doubt,
    phone_corrections,
    running_campaigns,
    snoozes_until,
    undeliverables,
    under_way,
)
from dipay.state.releases import Release, releases_of
from dipay.state.replies import KeptReply, replies
from dipay.state.requests import REHEARSAL_PROVIDER, Request
from dipay.state.runs import last_asked
from dipay.state.store import Store, open_for_reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dipay.domain.worklist import Judged, Worklist
    from dipay.office import Office

#: What patients answered may be older news than this, where messages are under way.
ASKED_RECENTLY: Final = timedelta(days=1)
#: Snoozes that end within so many days are told of.
WEEK: Final = timedelta(days=7)


class Matter(StrEnum):
    """What is checked, in the order in which it is told."""

    STATE = "state"
    EXPORTS = "exports"
    PROVIDER = "provider"
    REPLIES = "replies"
    IN_DOUBT = "in_doubt"
    UNDELIVERABLE = "undeliverable"
    KEY_IN = "key_into_pms"
    POSTING = "payments_to_key_in"
    HELD = "held"
    FIRST_REQUESTS = "first_requests"
    FOLLOW_UPS = "follow_ups"
    EXHAUSTED = "exhausted"
    ELSEWHERE = "asked_elsewhere"
    SNOOZES = "snoozes"

    @property
    def needs_person(self) -> bool:
        """Whether somebody waits for a person: a patient, a message, or dipay with what it does not decide by itself.

        What goes out by itself, comes back by itself or has no day does not.
        """
        return self in _NEED_A_PERSON

    @property
    def command(self) -> str:
        """Where a person sees to it."""
        return _COMMANDS[self]


_NEED_A_PERSON: Final = frozenset(
    {
        Matter.STATE, Matter.EXPORTS, Matter.PROVIDER, Matter.REPLIES, Matter.IN_DOUBT, Matter.UNDELIVERABLE,
        Matter.KEY_IN, Matter.POSTING, Matter.HELD,
    }
)  # fmt: skip
_COMMANDS: Final = {
    Matter.STATE: "dipay check",
    Matter.EXPORTS: "dipay check",
    Matter.PROVIDER: "dipay sync",
    Matter.REPLIES: "dipay replies",
    Matter.IN_DOUBT: "dipay sync",
    Matter.UNDELIVERABLE: "dipay undeliverable",
    Matter.KEY_IN: "dipay undeliverable",
    Matter.POSTING: "dipay posting",
    Matter.HELD: "dipay list --view held",
    Matter.FIRST_REQUESTS: "dipay send",
    Matter.FOLLOW_UPS: "dipay send",
    Matter.EXHAUSTED: "dipay list --view exhausted",
    Matter.ELSEWHERE: "dipay list --view held",
    Matter.SNOOZES: "dipay list --view snoozed",
}

#: What a reply or a doubt holds is told of as these.
_TOLD_ELSEWHERE: Final = frozenset({"reply-waiting", "outcome-unknown"})
_ASKED_ELSEWHERE: Final = frozenset({"asked-elsewhere"})


@dataclass(frozen=True, slots=True)
class Concerned:
    """An account that a check is about, by its name where today's export has it, and what about it.

    `detail` is the reply's kind, the hold's rules, the day or the number (E.164), as the matter has it.
    """

    guarantor_id: str | None
    name: str = ""
    detail: str = ""
    amount_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was found: how many, for how much where that is known, and who. `more` counts parts of it."""

    matter: Matter
    count: int
    amount_cents: int | None = None
    accounts: tuple[Concerned, ...] = ()
    more: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Today:
    """What was found, by matter. `problems` are those of exports and state; `unreadable`: the exports told nothing.

    `asked_at` is when the provider last told everything it is asked, None where nobody knows.
    """

    as_of: date
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]
    state_problems: tuple[Problem, ...]
    unreadable: bool
    asked_at: datetime | None

    @property
    def week_ends(self) -> date:
        """The last day whose ending snoozes are told of."""
        return self.as_of + WEEK

    @property
    def export_problems(self) -> tuple[Problem, ...]:
        """What somebody must look at in the exports."""
        return _to_look_at(each for each in self.problems if each not in self.state_problems)

    @property
    def stopping(self) -> tuple[Problem, ...]:
        """Those for which nothing is sent."""
        return tuple(each for each in self.export_problems if self.unreadable or each.kind in UNFIT)

    @property
    def exit_code(self) -> ExitCode:
        """1 where a person is needed; that of exports where they can't be read."""
        if self.unreadable:
            return ExitCode.EXPORTS
        return ExitCode.ATTENTION if any(each.matter.needs_person for each in self.checks) else ExitCode.DONE


def today(office: Office, as_of: date | None = None) -> Today:
    """The day's checks. Where the exports can't be read everything that the state knows is told all the same."""
    day = as_of or office.today()
    listing, unread = None, tuple[Problem, ...]()
    try:
        listing = make_worklist(office, day)
    except CannotGoOn as error:
        if error.exit_code != ExitCode.EXPORTS:
            raise
        unread = error.problems
    with open_for_reading(office.state_path, office.state_marker) as store:
        known = _Known.of(office, store, day)
        state_problems = store.problems
    problems = listing.problems if listing is not None else (*state_problems, *unread)
    morning = _Morning(office, day, known, listing)
    whole = Today(day, (), problems, state_problems, listing is None, known.asked_at)
    found = [
        Check(Matter.STATE, len(_to_look_at(state_problems))),
        Check(Matter.EXPORTS, len(whole.export_problems)),
        *morning.checks(),
    ]
    order = list(Matter)
    checks = sorted((each for each in found if each.count), key=lambda each: order.index(each.matter))
    return replace(whole, checks=tuple(checks))


def _to_look_at(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(each for each in problems if each.severity is not Severity.NOTE)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the state knows of the day."""

    replies: Sequence[KeptReply]
    in_doubt: Sequence[Request]
    undeliverable: Sequence[UndeliverableEntry]
    corrections: Sequence[PhoneCorrection]
    snoozes: Sequence[tuple[str, date]]
    released: Mapping[str, Release]
    asked_at: datetime | None
    #: Whether something may have become of messages, or have been answered, since the provider was last asked.
    news_is_due: bool

    @classmethod
    def of(cls, office: Office, store: Store, day: date) -> _Known:
        provider, now = office.settings.messaging.provider, office.clock()
        asked_at = last_asked(store, provider)
        is_late = asked_at is None or now - asked_at > ASKED_RECENTLY
        # A rehearsal reaches nobody who could answer.
        is_due = is_late and provider != REHEARSAL_PROVIDER
        doubts = [*in_doubt(store, provider), *(each for each in abandoned(store, now) if each.provider == provider)]
        return cls(
            replies(store),
            sorted(doubts, key=lambda each: each.id),
            undeliverables(store, provider),
            phone_corrections(store),
            snoozes_until(store, day, day + WEEK),
            releases_of(store, day),
            asked_at,
            is_due
            and bool(running_campaigns(store, provider) or under_way(store, provider, now - DELIVERY_IS_TOLD_FOR)),
        )


@dataclass(frozen=True)
class _Morning:
    """The checks over what the state knows and, where they could be read, the exports."""

    office: Office
    day: date
    known: _Known
    listing: Listing | None

    @property
    def _worklist(self) -> Worklist | None:
        return self.listing.worklist if self.listing is not None else None

    @cached_property
    def _places(self) -> Mapping[str, int]:
        ids = self._worklist.accounts.ids if self._worklist is not None else []
        return {each: place for place, each in enumerate(ids)}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """The names of accounts that only the state told of; where not all exports can be read, one may be."""
        known = self.known
        ids = [
            *(each.guarantor_id for each in known.replies if each.guarantor_id is not None),
            *(each.guarantor_id for each in known.in_doubt),
            *(each.guarantor_id for each in known.undeliverable),
            *(each.guarantor_id for each in known.corrections),
            *(guarantor_id for guarantor_id, _ in known.snoozes),
        ]
        return names_of(self.office, ids)

    def checks(self) -> Iterator[Check]:
        """Every check; those that found nothing too."""
        if self.known.news_is_due:
            yield Check(Matter.PROVIDER, 1)
        yield self._replies()
        yield Check(
            Matter.IN_DOUBT,
            len(self.known.in_doubt),
            accounts=tuple(self._concerned(each.guarantor_id, each.day.isoformat()) for each in self.known.in_doubt),
        )
        yield self._undeliverable()
        yield self._to_key_in()
        yield self._to_post()
        yield self._snoozes()
        if self._worklist is not None:
            yield from self._to_send(self._worklist)
            yield from self._held(self._worklist)
            yield _of_places(Matter.EXHAUSTED, self._worklist, self._worklist.exhausted.tolist())

    def _judged(self, guarantor_id: str) -> Judged | None:
        place = self._places.get(guarantor_id)
        return self._worklist.at(place) if self._worklist is not None and place is not None else None

    def _concerned(self, guarantor_id: str | None, detail: str = "") -> Concerned:
        """An account as the state names it."""
        if guarantor_id is None:
            return Concerned(None, detail=detail)
        judged = self._judged(guarantor_id)
        if judged is None:
            return Concerned(guarantor_id, self._names.get(guarantor_id, "") if self.listing is None else "", detail)
        return Concerned(guarantor_id, judged.account.name, detail, judged.account.amount_cents)

    def _replies(self) -> Check:
        found = tuple(self._concerned(each.guarantor_id, each.kind) for each in self.known.replies)
        return Check(Matter.REPLIES, len(found), accounts=found)

    def _undeliverable(self) -> Check:
        """Those whom another number would reach; nobody has to look for one where something else speaks against it."""
        entries = self.known.undeliverable
        waiting = [each for each in entries if self.listing is None or self._waits_for_number(each.guarantor_id)]
        accounts = tuple(self._concerned(each.guarantor_id, each.why) for each in waiting)
        return Check(Matter.UNDELIVERABLE, len(accounts), _sum(accounts), accounts)

    def _waits_for_number(self, guarantor_id: str) -> bool:
        judged = self._judged(guarantor_id)
        if judged is None:
            return False
        stops = judged.stops_follow_up
        return any(rule.code == "undeliverable" for rule in stops) and not _is_left_alone(judged)

    def _to_key_in(self) -> Check:
        if self.listing is not None:
            corrections = [each.correction for each in to_key_in(self.office, self.listing)]
        else:
            corrections = list(self.known.corrections)
        accounts = tuple(self._concerned(each.guarantor_id, each.number) for each in corrections)
        return Check(Matter.KEY_IN, len(accounts), accounts=accounts)

    def _to_post(self) -> Check:
        """Payments by links that the exports lack; where these can't be read nobody knows."""
        found = to_post_of(self.office, self.listing) if self.listing is not None else []
        accounts = tuple(
            Concerned(each.payment.guarantor_id, each.name, each.payment.day.isoformat(), each.payment.left_cents)
            for each in found
        )
        return Check(Matter.POSTING, len(accounts), _sum(accounts), accounts)

    def _snoozes(self) -> Check:
        found = []
        for guarantor_id, until in self.known.snoozes:
            judged = self._judged(guarantor_id)
            owes = judged is not None and all(rule.code != "below-minimum" for rule in judged.reasons)
            if owes or self.listing is None:
                found.append(self._concerned(guarantor_id, until.isoformat()))
        return Check(Matter.SNOOZES, len(found), _sum(found), tuple(found))

    def _to_send(self, worklist: Worklist) -> Iterator[Check]:
        pending = worklist.by_view[View.PENDING]
        chosen = pending[worklist.selected[pending]]
        phones = worklist.accounts.phones
        more = {
            "without_number": sum(not phones[place].startswith("+") for place in chosen.tolist()),
            "deselected": len(pending) - len(chosen),
        }
        yield Check(Matter.FIRST_REQUESTS, len(chosen), worklist.amount_cents(chosen), more=more)
        follow_ups = [place for place in worklist.follow_ups_to_ask if worklist.selected[place]]
        yield Check(Matter.FOLLOW_UPS, len(follow_ups), worklist.amount_cents(follow_ups))

    def _held(self, worklist: Worklist) -> Iterator[Check]:
        """What only a person lets go, first requests and follow-ups due; what waits for another account's visit."""
        held, elsewhere = list[int](), list[int]()
        stopped = [place for place in worklist.follow_ups if place not in worklist.follow_ups_to_ask]
        for place in (*worklist.by_view[View.HELD].tolist(), *stopped):
            judged = worklist.at(place)
            codes = {rule.code for rule in judged.reasons if rule.verdict is Verdict.HELD}
            release = self.known.released.get(judged.account.guarantor_id)
            if not codes or codes & _TOLD_ELSEWHERE or _is_left_alone(judged):
                continue
            if release is None or not release.lifts(rule.code for rule in judged.reasons):
                (elsewhere if codes == _ASKED_ELSEWHERE else held).append(place)
        yield _of_places(Matter.HELD, worklist, held)
        yield _of_places(Matter.ELSEWHERE, worklist, elsewhere)


def _of_places(matter: Matter, worklist: Worklist, places: Iterable[int]) -> Check:
    """The accounts at these places of the worklist, each with the rules that hold it."""
    accounts = []
    for judged in map(worklist.at, places):
        held_by = (rule for rule in judged.reasons if rule.verdict is Verdict.HELD)
        account = judged.account
        holds = "; ".join(rule.short(account, worklist.day) for rule in held_by)
        accounts.append(Concerned(account.guarantor_id, account.name, holds, account.amount_cents))
    return Check(matter, len(accounts), _sum(accounts), tuple(accounts))


def _is_left_alone(judged: Judged) -> bool:
    """Whether something else than a hold or a bad number keeps the account from every message."""
    return any(rule.verdict in (Verdict.EXCLUDED, Verdict.SNOOZED) for rule in judged.stops_follow_up)


def _sum(accounts: Sequence[Concerned]) -> int | None:
    """What these accounts owe; None where that is not known."""
    amounts = [each.amount_cents for each in accounts if each.amount_cents is not None]
    return sum(amounts) if amounts else None

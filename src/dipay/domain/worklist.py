"""The worklist: every account with its reasons and its view."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import overload

import numpy as np

from dipay.domain.account import Account
from dipay.domain.accounts import Accounts
from dipay.domain.campaigns import FollowUp
from dipay.domain.choices import Choice
from dipay.domain.columns import Flags, Numbers
from dipay.domain.conditions import has_other_sharers
from dipay.domain.day import Day
from dipay.domain.elsewhere import asked_elsewhere
from dipay.domain.rules import RULES, ByFacts, ByState, Rule, Verdict
from dipay.domain.values import value


class View(StrEnum):
    """Where an account stands today. `pending`: may be asked."""

    PENDING = "pending"
    SNOOZED = "snoozed"
    ACTIVE = "active"
    HELD = "held"
    EXCLUDED = "excluded"
    UNDELIVERABLE = "undeliverable"


_VIEWS = tuple(View(verdict) for verdict in Verdict)
_PLACES = {verdict: place for place, verdict in enumerate(Verdict)}
_SHARED_NUMBER = next(place for place, rule in enumerate(RULES) if rule.code == "shared-number")


_FOR_FIRST_REQUESTS = frozenset(rule.code for rule in RULES if rule.for_first_requests)
#: Where one of these speaks against an account whose campaign is completed, nobody has to call.
_DEALT_WITH = frozenset({"below-minimum", "payment-plan", "snoozed", "active-campaign", "deceased", "billing-type"})


def _bits(codes: Collection[str]) -> int:
    """The marks of these rules."""
    return sum(1 << place for place, rule in enumerate(RULES) if rule.code in codes)


@value(frozen=True, slots=True)
class Judged:
    """An account and the rules that speak against asking it, in the table's order: the first is the headline."""

    account: Account
    reasons: tuple[Rule, ...]
    selected: bool

    @property
    def view(self) -> View:
        return _view(self.reasons) if self.reasons else View.PENDING

    @property
    def stops_follow_up(self) -> tuple[Rule, ...]:
        """The rules that speak against a follow-up of its running campaign."""
        return stops_follow_up(self.reasons)

    def may_be_asked(self, day: Day) -> bool:
        """Whether a first request, or a follow-up that is due, may go out today once it is selected."""
        if self.view is not View.ACTIVE:
            return self.view is View.PENDING
        return day.follow_up_due(self.account.guarantor_id) is not None and not self.stops_follow_up

    def is_exhausted(self, day: Day) -> bool:
        """Whether it owes as before though every message of its campaign went out: somebody has to call.

        Nobody has to where it had a visit since, owes too little, is on a plan, or is snoozed.
        """
        codes = {rule.code for rule in self.reasons}
        is_done = "campaign-since-visit" in codes and codes.isdisjoint(_DEALT_WITH)
        return is_done and day.state(self.account).completed_on is not None

    @property
    def deciding(self) -> Rule | None:
        """The first rule that puts it into its view, which need not be the headline; None for a pending account."""
        return next((rule for rule in self.reasons if rule.verdict.value == self.view.value), None)


@cache
def stops_follow_up(reasons: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Those of these rules that speak against a follow-up of a running campaign."""
    return tuple(rule for rule in reasons if not rule.for_first_requests)


@cache
def _view(reasons: tuple[Rule, ...]) -> View:
    return _VIEWS[min(_PLACES[rule.verdict] for rule in reasons)]


@cache
def _reasons(marks: int) -> tuple[Rule, ...]:
    """The rules of the marks' bits."""
    return tuple(rule for place, rule in enumerate(RULES) if marks >> place & 1)


@cache
def _view_of(marks: int) -> View:
    return _view(_reasons(marks)) if marks else View.PENDING


@dataclass(frozen=True, eq=False)
class Worklist:
    """Every account of the exports, judged on one day.

    `marks` say by place in `accounts` which rules speak against each, a bit for each rule of the table; `selected`
    which are part of today's batch.
    """

    day: Day
    accounts: Accounts
    marks: Numbers
    selected: Flags
    _made: dict[int, Judged] = field(default_factory=dict, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Worklist) and self.day == other.day and list(self.judged) == list(other.judged)

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def of_one(cls, judged: Judged, day: Day) -> Worklist:
        """A worklist of one account, judged already."""
        marks = sum(1 << RULES.index(rule) for rule in judged.reasons)
        return cls(day, Accounts.of([judged.account]), np.array([marks]), np.array([judged.selected]))

    @property
    def judged(self) -> Sequence[Judged]:
        """The accounts with their reasons, in the order of their guarantor's name."""
        return _InOrder(self)

    @cached_property
    def by_view(self) -> Mapping[View, Numbers]:
        """The places of each view's accounts, in the order of their guarantor's name."""
        order = self.accounts.by_name
        marks = self.marks[order]
        is_in = {view: np.zeros(len(order), np.bool_) for view in View}
        for each in set(marks.tolist()):
            is_in[_view_of(each)] |= marks == each
        return {view: order[np.flatnonzero(there)] for view, there in is_in.items()}

    def places(self, choice: Choice) -> Numbers:
        """Where the chosen accounts stand in `accounts`, in the order of their guarantor's name."""
        match choice:
            case Choice.ALL:
                return self.accounts.by_name
            case Choice.PENDING:
                return self.to_ask
            case Choice.DUE:
                return np.array(list(self.follow_ups), np.int64)
            case Choice.EXHAUSTED:
                return self.exhausted
            case _:
                return self.by_view[View(choice.value)]

    def views(self, places: Numbers | Sequence[int]) -> list[View]:
        """The views of the accounts at these places."""
        return list(map(_view_of, self.marks[places].tolist()))

    def reasons(self, places: Numbers | Sequence[int]) -> list[tuple[Rule, ...]]:
        """The rules that speak against the accounts at these places."""
        return list(map(_reasons, self.marks[places].tolist()))

    def at(self, place: int) -> Judged:
        """The account at a place in `accounts`."""
        made = self._made.get(place)
        if made is None:
            reasons, selected = _reasons(self.marks.item(place)), self.selected.item(place)
            made = self._made[place] = Judged(self.accounts[place], reasons, selected)
        return made

    def of(self, choice: Choice) -> list[Judged]:
        """The chosen accounts, in the order of their guarantor's name."""
        return list(map(self.at, self.places(choice).tolist()))

    def counts(self) -> dict[View, int]:
        """How many accounts each view has."""
        return {view: len(self.by_view[view]) for view in View}

    def reason_counts(self) -> dict[str, int]:
        """How many accounts each rule speaks against; rules that speak against nobody are left out."""
        counts = {rule.code: int((self.marks >> place & 1).sum()) for place, rule in enumerate(RULES)}
        return {code: count for code, count in counts.items() if count}

    @cached_property
    def follow_ups(self) -> Mapping[int, FollowUp]:
        """The follow-ups due today, by their accounts' places in the order of the names; stopped ones too."""
        ids, active = self.accounts.ids, self.by_view[View.ACTIVE].tolist()
        return {place: due for place in active if (due := self.day.follow_up_due(ids[place])) is not None}

    @cached_property
    def follow_ups_to_ask(self) -> Mapping[int, FollowUp]:
        """The follow-ups due today that no rule stops."""
        stopped = self.marks & ~_bits(_FOR_FIRST_REQUESTS) != 0
        return {place: each for place, each in self.follow_ups.items() if not stopped[place]}

    @cached_property
    def to_ask(self) -> Numbers:
        """The places of all who may be asked today, first requests and follow-ups, in the order of the names."""
        chosen = np.zeros(len(self.accounts), np.bool_)
        chosen[self.by_view[View.PENDING]] = True
        chosen[list(self.follow_ups_to_ask)] = True
        order = self.accounts.by_name
        return order[chosen[order]]

    @cached_property
    def exhausted(self) -> Numbers:
        """The places of the exhausted accounts, in the order of the names."""
        asked = (self.marks & _bits({"campaign-since-visit"}) > 0) & (self.marks & _bits(_DEALT_WITH) == 0)
        state, ids = self.day.situation, self.accounts.ids
        order = self.accounts.by_name
        return np.array(
            [place for place in order[asked[order]].tolist() if state.of(ids[place]).completed_on is not None], np.int64
        )

    def amount_cents(self, places: Numbers | Sequence[int]) -> int:
        """What those of these accounts that are selected would be asked for."""
        chosen = np.asarray(places, np.int64)
        return int(self.accounts.patient_portion_cents[chosen[self.selected[chosen]]].clip(min=0).sum())

    def pending_amount_cents(self) -> int:
        """What today's selected first requests would ask for."""
        return self.amount_cents(self.by_view[View.PENDING])

    def with_part(self, part: Worklist, place_of: Mapping[str, int]) -> Worklist:
        """The same accounts, some of them as another worklist judged them; its day holds for all.

        `place_of` says where each account stands here.
        """
        marks, selected = self.marks.copy(), self.selected.copy()
        made = dict(self._made)
        for there, guarantor_id in enumerate(part.accounts.ids):
            place = place_of[guarantor_id]
            marks[place], selected[place] = part.marks[there], part.selected[there]
            made[place] = part.at(there)
        return Worklist(part.day, self.accounts, marks, selected, made)


@dataclass(frozen=True, slots=True)
class _InOrder(Sequence[Judged]):
    """A worklist's accounts by name, each made when somebody looks at it."""

    worklist: Worklist

    def __len__(self) -> int:
        return len(self.worklist.accounts)

    @overload
    def __getitem__(self, index: int) -> Judged: ...
    @overload
    def __getitem__(self, index: slice) -> list[Judged]: ...
    def __getitem__(self, index: int | slice) -> Judged | list[Judged]:
        places = self.worklist.accounts.by_name[index]
        if isinstance(index, slice):
            return list(map(self.worklist.at, places.tolist()))
        return self.worklist.at(int(places))


def judge(accounts: Accounts | Iterable[Account], day: Day, among: Accounts | None = None) -> Worklist:
    """Runs every rule on every account; `among` are all accounts of the day, where these are a part of them.

    The accounts are held against what they owe less what they paid and the exports lack.

    A number shared by two accounts holds both only where both would be asked, so that rule is run last, with the
    others' outcome in hand. A deselected account would not be asked: it holds nobody.
    """
    judged = accounts if isinstance(accounts, Accounts) else Accounts.of(accounts)
    situation = day.situation
    judged = judged.less({each: situation.unposted_cents(each) for each in situation.unposted})
    day = _with_others(judged, day, among if among is not None else judged)
    marks, selected = np.zeros(len(judged), np.int64), np.ones(len(judged), np.bool_)
    for place, rule in enumerate(RULES):
        if isinstance(rule.applies, ByFacts):
            marks |= rule.applies.to(judged, day).astype(np.int64) << place
    for where in _where_something_was_done(judged, day):
        account = judged[where]
        for place, rule in enumerate(RULES):
            if isinstance(rule.applies, ByState) and place != _SHARED_NUMBER and rule.applies.to(account, day):
                marks[where] |= 1 << place
        selected[where] = day.state(account).deselected_on != day.as_of
    by_number = _sharers(judged, np.flatnonzero((marks == 0) & selected).tolist())
    for where, number in enumerate(judged.phones):
        if has_other_sharers(judged.ids[where], by_number.get(number, ())) and selected[where]:
            marks[where] |= 1 << _SHARED_NUMBER
    return Worklist(replace(day, sharers=by_number), judged, marks, selected)


def _with_others(judged: Accounts, day: Day, among: Accounts) -> Day:
    """The day with what replies and other accounts mean for these accounts."""
    situation = day.situation
    phones: dict[str, list[str]] = {reply.phone: [] for reply in situation.waiting if reply.phone is not None}
    if phones:
        for guarantor_id, phone in zip(judged.ids, judged.phones, strict=True):
            if phone in phones:
                phones[phone].append(guarantor_id)
    replies = situation.held_by_replies(phones)
    return replace(day, replies=replies, elsewhere=asked_elsewhere(judged, situation, among))


def _where_something_was_done(judged: Accounts, day: Day) -> list[int]:
    """The places of the accounts that the state knows something of, by their id, their number or their patients."""
    situation = day.situation
    known = situation.accounts.keys() | day.replies.keys() | day.elsewhere.keys()
    found = [place for place, each in enumerate(judged.ids) if each in known] if known else []
    if situation.opted_out_numbers:
        numbers = situation.opted_out_numbers
        found = sorted({*found, *(place for place, each in enumerate(judged.phones) if each in numbers)})
    return found


def _sharers(judged: Accounts, asked: Iterable[int]) -> Mapping[str, Collection[str]]:
    """For each number the accounts that would be asked at it."""
    by_number: dict[str, Collection[str]] = {}
    for place in asked:
        number = judged.phones[place]
        if not number.startswith("+"):
            continue
        one, others = judged.ids[place], by_number.get(number)
        # Nearly every number is one account's own, and a set of one is large.
        by_number[number] = (one,) if others is None else frozenset((*others, one))
    return by_number

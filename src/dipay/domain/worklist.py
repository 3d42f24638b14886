"""The worklist: every account with its reasons and its view."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from dipay.domain.accounts import Account
from dipay.domain.day import Day
from dipay.domain.rules import RULE_BY_CODE, RULES, Rule, Verdict
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


#: Behind every name.
_LAST = chr(sys.maxunicode)


@value(frozen=True, slots=True)
class Judged:
    """An account and the rules that speak against asking it, in the table's order: the first is the headline."""

    account: Account
    reasons: tuple[Rule, ...]
    selected: bool

    @property
    def view(self) -> View:
        return _view(self.reasons) if self.reasons else View.PENDING


@cache
def _view(reasons: tuple[Rule, ...]) -> View:
    return _VIEWS[min(_PLACES[rule.verdict] for rule in reasons)]


@dataclass(frozen=True, slots=True)
class Worklist:
    """Every account of the exports, judged on one day, in the order of their guarantor's name."""

    day: Day
    accounts: tuple[Judged, ...]

    def of(self, view: View | None) -> list[Judged]:
        """The accounts of one view; all of them for None."""
        return [judged for judged in self.accounts if view is None or judged.view is view]

    def counts(self) -> dict[View, int]:
        """How many accounts each view has."""
        counts = dict.fromkeys(View, 0)
        for judged in self.accounts:
            counts[judged.view] += 1
        return counts

    def reason_counts(self) -> dict[str, int]:
        """How many accounts each rule speaks against; rules that speak against nobody are left out."""
        counts = dict.fromkeys((rule.code for rule in RULES), 0)
        for judged in self.accounts:
            for rule in judged.reasons:
                counts[rule.code] += 1
        return {code: count for code, count in counts.items() if count}

    def pending_amount_cents(self) -> int:
        """What today's selected accounts would be asked for."""
        return sum(each.account.amount_cents for each in self.accounts if each.view is View.PENDING and each.selected)


def judge(accounts: Iterable[Account], day: Day) -> Worklist:
    """Runs every rule on every account.

    A number shared by two accounts holds both only where both would be asked, so that rule is run last, with the
    others' outcome in hand. A deselected account would not be asked: it holds nobody.
    """
    shared = RULE_BY_CODE["shared-number"]
    others = [(rule, rule.applies) for rule in RULES if rule is not shared and rule.can_apply(day)]
    nothing_done = replace(day, situation=replace(day.situation, accounts={}))
    of_untouched = [(rule, applies) for rule, applies in others if rule.can_apply(nothing_done)]
    touched = day.situation.accounts
    first_look = [
        Judged(
            account,
            tuple([rule for rule, applies in others if applies(account, day)]),
            selected=day.state(account).deselected_on != day.as_of,
        )
        if account.guarantor_id in touched
        else Judged(account, tuple([rule for rule, applies in of_untouched if applies(account, day)]), selected=True)
        for account in accounts
    ]
    day = replace(day, sharers=_sharers(first_look))
    judged = [
        replace(each, reasons=_in_order((*each.reasons, shared))) if shared.applies(each.account, day) else each
        for each in first_look
    ]
    # Many share a name: each is folded once.
    folded = cache(str.casefold)

    def by_name(judged: Judged) -> str:
        account = judged.account
        if (guarantor := account.guarantor) is None:
            return f"{_LAST}\0{account.guarantor_id}"
        # No name holds a NUL: names in this order are names in order, and one text is compared faster than three.
        return f"{folded(guarantor.last_name)}\0{folded(guarantor.first_name)}\0{account.guarantor_id}"

    judged.sort(key=by_name)
    return Worklist(day, tuple(judged))


def _sharers(judged: Iterable[Judged]) -> Mapping[str, Collection[str]]:
    by_number: dict[str, Collection[str]] = {}
    for each in judged:
        if each.reasons or not each.selected or (number := each.account.phone) is None:
            continue
        one, others = each.account.guarantor_id, by_number.get(number)
        # Nearly every number is one account's own, and a set of one is large.
        by_number[number] = (one,) if others is None else frozenset((*others, one))
    return by_number


def _in_order(reasons: tuple[Rule, ...]) -> tuple[Rule, ...]:
    codes = {rule.code for rule in reasons}
    return tuple(rule for rule in RULES if rule.code in codes)

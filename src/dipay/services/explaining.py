"""Why an account is or isn't asked: every rule on it, what each saw, and where its setting stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dipay.domain.rules import RULES, Rule
from dipay.services.finding import Person, find_account
from dipay.services.records import Record, record_of
from dipay.services.worklist import make_worklist

if TYPE_CHECKING:
    from datetime import date

    from dipay.domain.day import Day
    from dipay.domain.worklist import Judged
    from dipay.office import Office


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account with every rule: which apply, what each saw, its limit, its setting and where that stands.

    `asked_about` is the id of whoever was asked about; a patient's who is no guarantor is explained by their
    guarantor's account. `is_today`: its day is the present one, not one that was asked for.
    """

    asked_about: str
    judged: Judged
    day: Day
    rules: tuple[ExplainedRule, ...]
    is_today: bool = True

    @property
    def against(self) -> tuple[ExplainedRule, ...]:
        """The rules that speak against asking the account."""
        return tuple(each for each in self.rules if each.applies)

    @property
    def passed(self) -> tuple[ExplainedRule, ...]:
        """The rules that let it pass."""
        return tuple(each for each in self.rules if not each.applies)


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """One rule on one account. `place` is the setting's line, "default" where the file leaves it out, or empty."""

    rule: Rule
    applies: bool
    saw: str
    limit: str
    fix: str
    place: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One account in full: the rules, and what went before."""

    explanation: Explanation
    record: Record


def explain(office: Office, asked_about: str, as_of: date | None = None) -> Explained | tuple[Person, ...]:
    """Why an account is or isn't asked; or who fits, where the name of several was given.

    An id or a name that nobody has ends with exit code 2.
    """
    worklist = make_worklist(office, as_of).worklist
    found = find_account(worklist.accounts, asked_about)
    if found.several:
        return found.several
    judged = worklist.at(worklist.accounts.ids.index(found.account))
    explanation = explain_account(office, found.by, judged, worklist.day)
    record = record_of(office, judged.account, worklist.day)
    return Explained(replace(explanation, is_today=as_of is None), record)


def explain_account(office: Office, asked_about: str, judged: Judged, day: Day) -> Explanation:
    """Every rule on one account of a worklist that was read already."""
    account = judged.account
    rules = tuple(
        ExplainedRule(
            rule=rule,
            applies=rule in judged.reasons,
            saw=rule.saw(account, day),
            limit=rule.limit(day),
            fix=rule.fix(account, day) if rule in judged.reasons else "",
            place=office.loaded.place(rule.setting) if rule.setting else "",
        )
        for rule in RULES
    )
    return Explanation(asked_about, judged, day, rules)

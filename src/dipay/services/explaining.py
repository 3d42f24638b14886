"""Why an account is or isn't asked: every rule on it, what each saw, and where its setting stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.domain.rules import RULES, Rule
from dipay.services.worklist import Listing, make_worklist

if TYPE_CHECKING:
    from datetime import date

    from dipay.domain.day import Day
    from dipay.domain.worklist import Judged
    from dipay.office import Office


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account with every rule: which apply, what each saw, its limit, its setting and where that stands.

    `asked_about` is the id the user gave; a patient's who is no guarantor is explained by their guarantor's account.
    """

    asked_about: str
    judged: Judged
    day: Day
    rules: tuple[ExplainedRule, ...]


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """One rule on one account. `place` is the setting's line, "default" where the file leaves it out, or empty."""

    rule: Rule
    applies: bool
    saw: str
    limit: str
    fix: str
    place: str


def explain(office: Office, asked_about: str, as_of: date | None = None) -> tuple[Explanation, Listing]:
    """Why an account is or isn't asked. An id nobody has ends with exit code 2."""
    listing = make_worklist(office, as_of)
    accounts = listing.worklist.judged
    # A guarantor is explained as an account even where somebody else is named as theirs.
    judged = next((each for each in accounts if each.account.guarantor_id == asked_about), None) or next(
        (each for each in accounts if each.account.has_patient(asked_about)), None
    )
    if judged is None:
        raise cannot(
            ExitCode.USAGE,
            f'no patient or guarantor has the id "{asked_about}".',
            "Ids are text: leading zeros count. `dipay list --view all` shows every account's id.",
        )
    return explain_account(office, asked_about, judged, listing.worklist.day), listing


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

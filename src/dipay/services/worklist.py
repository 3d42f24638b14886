"""The worklist of a day: exports and state, judged by the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dipay.domain.day import Day
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity
from dipay.domain.rules import RULES, Rule
from dipay.domain.worklist import Judged, Worklist, judge

if TYPE_CHECKING:
    from datetime import date

    from dipay.domain.situation import Situation
    from dipay.exports.reading import Exports
    from dipay.exports.sources.files import ExportFile
    from dipay.exports.tables.table import FileReport
    from dipay.office import Office
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Listing:
    """A worklist with what became of every row of the exports and every problem met on the way."""

    worklist: Worklist
    reports: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    files: tuple[ExportFile, ...] = ()


def make_worklist(office: Office, as_of: date | None = None) -> Listing:
    """Every account of the exports with its verdict, as of that day or today."""
    day = as_of or office.today()
    exports = office.read_exports(day)
    return judge_exports(office, exports, *office.read_state(day, exports.accounts.ids), day)


def judge_exports(
    office: Office, exports: Exports, situation: Situation, troubles: tuple[Problem, ...], day: date
) -> Listing:
    """The worklist of exports and state as they were read, with what a comparison with the last exports shows."""
    worklist = judge(exports.accounts, Day(day, office.settings.payment_settings, situation))
    listing = Listing(worklist, exports.reports, (*troubles, *exports.problems), exports.files)
    if day != office.today():
        # Balances as of another day differ from the last ones by that alone.
        return listing
    from dipay.services.comparing import compare_with_last

    return replace(listing, problems=(*listing.problems, *compare_with_last(office, listing)))


def refresh(office: Office, listing: Listing, store: Store) -> Listing:
    """The same exports, judged anew by what the state knows by now."""
    from dipay.state.summaries import situation

    day, accounts = listing.worklist.day, listing.worklist.accounts
    known = situation(store, day.as_of, office.settings.messaging.provider, accounts.ids)
    return replace(listing, worklist=judge(accounts, Day(day.as_of, day.settings, known)))


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account with every rule: which apply, what each saw, its limit, its setting and where that stands.

    `asked_about` is the id the user gave; where it is a patient who is not a guarantor, the account is their
    guarantor's.
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
        raise CannotGoOn(
            [
                Problem(
                    Severity.ERROR,
                    f'no patient or guarantor has the id "{asked_about}".',
                    "Ids are text: leading zeros count. `dipay list --view all` shows every account's id.",
                )
            ],
            ExitCode.USAGE,
        )
    day = listing.worklist.day
    return explain_account(office, asked_about, judged, day), listing


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

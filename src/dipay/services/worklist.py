"""The worklist of a day: exports and state, judged by the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dipay.domain.worklist import Worklist, judge

if TYPE_CHECKING:
    from datetime import date

    from dipay.domain.problems import Problem
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
    return judge_exports(office, exports, *office.read_state(day, exports.accounts), day)


def judge_exports(
    office: Office, exports: Exports, situation: Situation, troubles: tuple[Problem, ...], day: date
) -> Listing:
    """The worklist of exports and state as they were read, with what a comparison with the last exports shows."""
    worklist = judge(exports.accounts, office.day(day, situation))
    problems = (*troubles, *exports.problems)
    # Balances as of another day differ from the last ones by that alone.
    if day == office.today():
        from dipay.services.comparing import compare_with_last

        problems += compare_with_last(office, exports)
    return Listing(worklist, exports.reports, problems, exports.files)


def refresh(office: Office, listing: Listing, store: Store) -> Listing:
    """The same exports, judged anew by what the state knows by now."""
    from dipay.state.situations import situation_of

    day, accounts = listing.worklist.day, listing.worklist.accounts
    known = situation_of(store, day.as_of, office.settings.messaging.provider, accounts)
    return replace(listing, worklist=judge(accounts, office.day(day.as_of, known)))

"""The worklist of a day: exports and state, judged by the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dipay.domain.worklist import Worklist, judge
from dipay.services.payments import Beside, may_have_payments, payments_beside
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from dipay.domain.entries import MoneyByDay
    from dipay.domain.problems import Problem
    from dipay.domain.situation import Situation
    from dipay.exports.reading import Exports
    from dipay.exports.sources.files import ExportFile
    from dipay.exports.tables.table import FileReport
    from dipay.office import Office
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Listing:
    """A worklist with what became of every row of the exports and every problem met on the way.

    `money` is the ledger's by day, where the state knows of payments that it may show.
    """

    worklist: Worklist
    reports: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    files: tuple[ExportFile, ...] = ()
    money: MoneyByDay | None = None

    def exported_on(self, zone: tzinfo) -> date:
        """The day the exports were made, not today: an old file knows nothing of what was paid since."""
        return min(file.written for file in self.files).astimezone(zone).date()


def make_worklist(office: Office, as_of: date | None = None) -> Listing:
    """Every account of the exports with its verdict, as of that day or today."""
    day = as_of or office.today()
    return judge_exports(office, *read_day(office, day), day)


def read_day(office: Office, day: date) -> tuple[Exports, Situation, tuple[Problem, ...]]:
    """What exports and state say on that day, and what is wrong with the state; for `judge_exports`."""
    has_payments = may_have_payments(office)
    exports = office.read_exports(day, payments=has_payments)
    situation, troubles = office.read_state(day, exports.accounts)
    if has_payments:
        with open_for_reading(office.state_path, office.state_marker) as store:
            beside = payments_beside(
                store, exports.accounts, exports.files, exports.reports, exports.payments, office.zone, day
            )
        situation = replace(situation, unposted=beside.lacking)
    return exports, situation, troubles


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
    return Listing(worklist, exports.reports, problems, exports.files, exports.payments)


def refresh(office: Office, listing: Listing, store: Store) -> Listing:
    """The same exports, judged anew by what the state knows by now."""
    from dipay.state.situations import situation_of

    day, accounts = listing.worklist.day, listing.worklist.accounts
    known = situation_of(store, day.as_of, office.settings.messaging.provider, accounts)
    known = replace(known, unposted=payments_of_listing(office, store, listing).lacking)
    return replace(listing, worklist=judge(accounts, office.day(day.as_of, known)))


def payments_of_listing(office: Office, store: Store, listing: Listing) -> Beside:
    """The payments that the state knows, held against a listing's exports."""
    accounts, as_of = listing.worklist.accounts.as_exported, listing.worklist.day.as_of
    return payments_beside(store, accounts, listing.files, listing.reports, listing.money, office.zone, as_of)

"""The office: settings, state and clock in one object. The only place that reaches for the time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dipay.config import LoadedSettings, load_settings
from dipay.domain.jobs import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dipay.domain.accounts import Accounts
    from dipay.domain.day import Day
    from dipay.domain.jobs import Watched
    from dipay.domain.problems import Problem
    from dipay.domain.settings import Settings
    from dipay.domain.situation import Situation
    from dipay.exports.opening import ReadingPlan
    from dipay.exports.reading import Exports
    from dipay.messaging import Sender
    from dipay.state.store import Store

#: Who the event log names where no person decided.
ACTOR = "dipay"
#: Takes long where a large one is an older dipay's, or is checked before anything is sent.
OPENING = "opening the state file"


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """One practice as its settings describe it; tests build it with a clock of their own."""

    loaded: LoadedSettings
    clock: Callable[[], datetime] = system_clock
    #: Told how far reading a long export has come: its name, its rows so far, and the share of it that is read.
    watch: Callable[[str, int, float], None] | None = None
    #: Begins whatever else may take long.
    doing: Watched = unwatched
    #: Whom messages go to, in place of whom the settings name: the demo's, whose answers are played back.
    sender: Sender | None = None

    @property
    def settings(self) -> Settings:
        return self.loaded.settings

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.practice.timezone)

    def today(self) -> date:
        """Today in the practice's own time zone."""
        return self.clock().astimezone(self.zone).date()

    @property
    def state_path(self) -> Path:
        return self.loaded.resolve(self.settings.state)

    def reading_plan(self, as_of: date, *, payments: bool = False) -> ReadingPlan:
        """What the settings say about reading the exports; with `payments`, the ledger's money of each day too."""
        from dipay.exports.opening import ReadingPlan
        from dipay.exports.sources.files import nobody_watches

        exports, payment = self.settings.exports, self.settings.payment_settings
        files = {"patients": exports.patients, "ledger": exports.ledger, "balances": exports.balances}
        return ReadingPlan(
            folder=self.loaded.resolve(exports.folder or "."),
            profile_folder=self.loaded.path.parent,
            files={kind: pattern for kind, pattern in files.items() if pattern},
            profile=exports.profile,
            columns=exports.columns,
            words=exports.words,
            date_format=exports.date_format,
            visit_scope=payment.visit_scope,
            max_outstanding_claims=payment.max_outstanding_claims,
            max_age_hours=exports.max_age_hours,
            country=self.settings.practice.country,
            as_of=as_of,
            now=self.clock(),
            zone=self.zone,
            watch=self.watch or nobody_watches,
            payments=payments,
        )

    def read_exports(self, as_of: date, *, payments: bool = False) -> Exports:
        """The day's exports; what can't be read safely ends the command with exit code 3."""
        from dipay.exports.reading import read_exports

        return read_exports(self.reading_plan(as_of, payments=payments))

    @property
    def state_marker(self) -> Path:
        """The file beside the settings that remembers which state file belongs here: a lost one is noticed."""
        from dipay.state.beside import marker_for

        return marker_for(self.loaded.path.parent, self.state_path)

    def read_state(self, today: date, accounts: Accounts | None) -> tuple[Situation, tuple[Problem, ...]]:
        """What the state knows of these accounts, or of all, and what is wrong with it; nothing where there is none."""
        from dipay.state.situations import situation, situation_of
        from dipay.state.store import open_for_reading

        provider = self.settings.messaging.provider
        with self.doing(OPENING):
            opened = open_for_reading(self.state_path, self.state_marker)
        with opened as store:
            if accounts is None:
                return situation(store, today, provider), store.problems
            return situation_of(store, today, provider, accounts), store.problems

    def day(self, as_of: date, situation: Situation) -> Day:
        """What the accounts are held against on that day."""
        from dipay.domain.day import Day

        days = tuple(each.day for each in self.settings.campaign.messages)
        return Day(as_of, self.settings.payment_settings, situation, days)

    def open_state(self) -> Store:
        """The state to write decisions to; made where there was none. A lost one ends the command with exit code 5."""
        from dipay.state.store import open_for_writing

        with self.doing(OPENING):
            return open_for_writing(self.state_path, self.state_marker, actor=ACTOR, now=self.clock())


def open_office(config: Path | None = None) -> Office:
    """The office of the settings file named, or found; its problems end the command with exit code 2."""
    return Office(load_settings(config))

"""The office: settings, state and clock in one object. The only place that reaches for the time of day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dipay.config import LoadedSettings, load_settings
from dipay.domain.rules import Day
from dipay.domain.settings import Settings
from dipay.domain.situation import Situation
from dipay.exports.reading import Exports, ReadingPlan, read_exports


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """One practice as its settings describe it; tests build it with a clock of their own."""

    loaded: LoadedSettings
    clock: Callable[[], datetime] = system_clock

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

    def reading_plan(self, as_of: date) -> ReadingPlan:
        """What the settings say about reading the exports."""
        exports, payment = self.settings.exports, self.settings.payment_settings
        files = {"patients": exports.patients, "ledger": exports.ledger, "balances": exports.balances}
        return ReadingPlan(
            folder=self.loaded.resolve(exports.folder or "."),
            files={kind: pattern for kind, pattern in files.items() if pattern},
            profile=exports.profile,
            columns=exports.columns,
            date_format=exports.date_format,
            visit_scope=payment.visit_scope,
            max_outstanding_claims=payment.max_outstanding_claims,
            max_age_hours=exports.max_age_hours,
            country=self.settings.practice.country,
            as_of=as_of,
            now=self.clock(),
            zone=self.zone,
        )

    def read_exports(self, as_of: date) -> Exports:
        """The day's exports; what can't be read safely ends the command with exit code 3."""
        return read_exports(self.reading_plan(as_of))

    def situation(self, today: date) -> Situation:
        """What the state file knows; nothing where there is none yet."""
        from dipay.state import read_situation

        return read_situation(self.state_path, today, self.settings.messaging.provider)

    def day(self, as_of: date) -> Day:
        """What the rules hold the accounts against on that day."""
        return Day(as_of, self.settings.payment_settings, self.situation(as_of))


def open_office(config: Path | None = None) -> Office:
    """The office of the settings file named, or found; its problems end the command with exit code 2."""
    return Office(load_settings(config))

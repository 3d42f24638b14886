"""When a message may go out: the settings' send window in every zone the reader may be in. Asks no clock itself.

Quiet hours count at the reader's place (Florida's §559.72(17): the debtor's time zone, which the area code may
suggest), people keep numbers when they move, and area codes cross zones: so every candidate zone must allow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dipay.domain.problems import Problem, Severity
from dipay.domain.setting_types import WEEKDAYS
from dipay.domain.us_zones import zones_of_number, zones_of_zip

if TYPE_CHECKING:
    from dipay.domain.settings import SendWindowSettings

#: The hours outside of which several states and Regulation F forbid messages about a debt.
EARLIEST: Final = time(8)
LATEST: Final = time(21)

_HORIZON: Final = timedelta(days=15)


class NeverAllowed(ValueError):  # noqa: N818  it is a fact about zones and window, which a caller shows
    """The zones share no moment inside the window: a narrow window, and zones far apart."""


@dataclass(frozen=True, slots=True)
class SendWindow:
    """From `start` (included) to `end` (excluded) by the wall clock, on `days` (0 is Monday).

    `ValueError` for a window without days or one that does not end after it starts on the same day.
    """

    start: time
    end: time
    days: frozenset[int]

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("the window's times are wall clock times without a zone")
        if not self.start < self.end:
            raise ValueError("the window must end after it starts, on the same day")
        if not self.days or not self.days <= frozenset(range(7)):
            raise ValueError("the window needs at least one day of the week")

    @classmethod
    def of(cls, settings: SendWindowSettings) -> Self:
        """The window of the settings."""
        return cls(settings.from_, settings.to, frozenset(WEEKDAYS.index(day) for day in settings.days))

    def allows(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether the wall clock in `zone` is inside the window at that moment."""
        local = moment.astimezone(zone)
        return local.weekday() in self.days and self.start <= local.time() < self.end


def next_allowed(now: datetime, zone: ZoneInfo | Iterable[ZoneInfo], window: SendWindow) -> datetime | None:
    """None when `now` is allowed in the zone (or in every one of several); else the next moment that is, in UTC.

    `ValueError` for a `now` without a zone, `NeverAllowed` when the zones have no moment in common. Right across
    changes to and from daylight saving time: the wall clock decides, and a start that a change skips is taken to be
    when the clock has moved on.
    """
    if now.tzinfo is None:
        raise ValueError("the moment has no time zone")
    zones = (zone,) if isinstance(zone, ZoneInfo) else tuple(zone)
    moment = now.astimezone(UTC)
    if all(window.allows(moment, each) for each in zones):
        return None
    # A common stretch begins where the stretch of one of the zones begins.
    starts = {start for each in zones for start in _starts(moment, each, window)}
    for start in sorted(starts):
        if all(window.allows(start, each) for each in zones):
            return start
    raise NeverAllowed("no moment is inside the window in every zone")


def _starts(after: datetime, zone: ZoneInfo, window: SendWindow) -> Iterator[datetime]:
    """When the window opens in the zone, from `after` on, in UTC."""
    day = after.astimezone(zone).date() - timedelta(days=1)
    last = (after + _HORIZON).astimezone(zone).date()
    while day <= last:
        # Where the clock goes back a window may open twice; where it goes forward the first reading lies behind it.
        for fold in (0, 1):
            start = datetime.combine(day, window.start, zone).replace(fold=fold).astimezone(UTC)
            if start > after:
                yield start
        day += timedelta(days=1)


def zones_of_reader(practice: ZoneInfo, zip_code: str | None, number: str | None) -> tuple[ZoneInfo, ...]:
    """The practice's zone, and those that the reader's ZIP code and area code (of an E.164 number) suggest.

    What is unknown adds none; each zone stands once, the practice's first.
    """
    names = [*zones_of_zip(zip_code or ""), *zones_of_number(number or "")]
    zones = {practice.key: practice}
    for name in names:
        # On a system without the full table what can't be known adds no zone.
        if name not in zones:
            with suppress(ZoneInfoNotFoundError):
                zones[name] = ZoneInfo(name)
    return tuple(zones.values())


def lint_window(window: SendWindow, key: str = "messaging.send_window") -> list[Problem]:
    """Warnings where the window reaches into hours or days in which people must be left alone."""
    problems = []
    if window.start < EARLIEST or window.end > LATEST:
        problems.append(
            Problem(
                Severity.WARNING,
                "The send window reaches outside 08:00 to 21:00, when Florida (section 559.72(17)) and Regulation F "
                "(12 CFR 1006.6(b)(1)) forbid messages about a debt.",
                'Use from: "09:00", to: "20:00".',
                key=key,
                kind="send window",
            )
        )
    if WEEKDAYS.index("sun") in window.days:
        problems.append(
            Problem(
                Severity.WARNING,
                "The send window has Sundays, on which Alabama, Louisiana and Mississippi forbid texts that sell; "
                "a court may be asked whether yours does.",
                "Leave sun out of days.",
                key=f"{key}.days",
                kind="send window",
            )
        )
    return problems

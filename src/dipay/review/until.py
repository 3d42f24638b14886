"""Until when: what people type for a snooze's last day. Pure; today is the caller's."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from dipay.grammar import Unreadable, read_or_none
from dipay.grammar.dates import DateGrammar

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_abbr)}
_SPAN = re.compile(r"(?:in )?(\d{1,4}) ?(d|days?|w|weeks?|m|months?)", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})\.? ?([a-z]{3,9})\.?(?:,? (\d{4}))?", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? ?(\d{1,2})(?:,? (\d{4}))?", re.ASCII)

HOW = "Type a date (2026-12-01, 1 Dec), or a time from now (10d, 2w, 3m)."


def parse_until(text: str, today: date, max_days: int) -> date:
    """The day typed: ISO, `10d`, `2w`, `3m`, `1 Feb`, `Feb 1 2027`, `tomorrow`, `fri`; a day without its year is the
    next one. `Unreadable` for anything else, for a day that is not after today, and for one beyond `max_days`.
    """
    day = _read(" ".join(text.split()).lower(), today)
    if day is None:
        raise Unreadable("is not a date", HOW)
    return checked(day, today, max_days)


def checked(day: date, today: date, max_days: int) -> date:
    """The day, if a snooze may end on it; else `Unreadable` says why not."""
    if day <= today:
        raise Unreadable("is not after today", "A snooze ends on a later day.")
    if (day - today).days > max_days:
        raise Unreadable(
            f"is more than {max_days} days from now", f"The last possible day is {last_day(today, max_days)}."
        )
    return day


def last_day(today: date, max_days: int) -> date:
    return today + timedelta(days=min(max_days, (date.max - today).days))


def _read(text: str, today: date) -> date | None:
    if not text:
        return None
    if text in {"tomorrow", "tom"}:
        return today + timedelta(days=1)
    if text[:3] in _DAYS and calendar.day_name[_DAYS[text[:3]]].lower().startswith(text):
        return today + timedelta(days=(_DAYS[text[:3]] - today.weekday() - 1) % 7 + 1)
    if match := _SPAN.fullmatch(text):
        return _later(today, int(match[1]), match[2][0])
    if match := _DAY_MONTH.fullmatch(text):
        return _named(match[2], int(match[1]), match[3], today)
    if match := _MONTH_DAY.fullmatch(text):
        return _named(match[1], int(match[2]), match[3], today)
    return read_or_none(text, DateGrammar().parse)


def _later(today: date, number: int, unit: str) -> date | None:
    try:
        if unit != "m":
            return today + timedelta(days=number * (7 if unit == "w" else 1))
        year, month = divmod(today.month - 1 + number, 12)
        last = calendar.monthrange(today.year + year, month + 1)[1]
        return date(today.year + year, month + 1, min(today.day, last))
    except (ValueError, OverflowError):
        return date.max


def _named(name: str, day: int, year: str | None, today: date) -> date | None:
    month = _MONTHS.get(name[:3])
    if month is None or not calendar.month_name[month].lower().startswith(name):
        return None
    # 29 February without its year is the next one there is.
    for candidate in [int(year)] if year else range(today.year, today.year + 9):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or found > today:
            return found
    return None

"""Dates: ISO, and the formats a profile or the settings name. Nothing is ever guessed between day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from dipay.grammar import Unreadable, read_or_none

ISO = "%Y-%m-%d"

_DIRECTIVES = {
    "%Y": r"(?P<year>[0-9]{4})",
    "%y": r"(?P<short_year>[0-9]{2})",
    "%m": r"(?P<month>[0-9]{1,2})",
    "%d": r"(?P<day>[0-9]{1,2})",
    "%b": r"(?P<month_name>[A-Za-z]{3})",
}
#: A time of day behind a date is dropped: the export's clock is the office's, and a day is all that is asked of it.
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?)?"
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_MONTH_NAMES = [name.capitalize() for name in _MONTHS]

#: What PMSs write for "no date": the year 1 (Open Dental), the days on which databases' calendars begin or end, and the
#: first sixty of a spreadsheet's, which are small numbers in cells that were taken for days.
_NO_DATES = {(1753, 1, 1), (9999, 12, 31)}
_SPREADSHEET_DAYS = ((1899, 12, 29), (1900, 2, 29))

_ZONED = re.compile(r".*[0-9] ?(?:[zZ]|UTC|[-+][0-9]{2}:?[0-9]{2})", re.ASCII)

_FIX = "Correct it in the PMS and export again, or set exports.date_format if the whole column is written another way."


def is_date_format(text: str) -> bool:
    """Whether the text is a format dates can be read by: a year, a month and a day, each once, with separators."""
    try:
        names = _compiled(text).groupindex
    except (re.error, KeyError):
        return False
    years = ("year" in names) + ("short_year" in names)
    months = ("month" in names) + ("month_name" in names)
    return years == 1 and months == 1 and "day" in names


@dataclass(frozen=True, slots=True)
class DateGrammar:
    """Reads dates in ISO and in `formats`; `latest_two_digit_year` decides the century of a two-digit year."""

    formats: tuple[str, ...] = ()
    latest_two_digit_year: int = 2068
    _patterns: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        patterns = tuple(_compiled(each) for each in dict.fromkeys((ISO, *self.formats)))
        object.__setattr__(self, "_patterns", patterns)

    def parse(self, text: str) -> date | None:
        """The date; None for a PMS's way of writing "no date"; anything else, blank included, raises `Unreadable`."""
        text = text.strip()
        # Most dates are written like this, and lie in years in which every day is one.
        if len(text) == 10 and text[4] == text[7] == "-":
            try:
                found = date.fromisoformat(text)
            except ValueError:
                pass
            else:
                if 1900 < found.year <= 2200:
                    return found
        for year, month, day in self._readings(text):
            first, last = _SPREADSHEET_DAYS
            if year == 1 or (year, month, day) in _NO_DATES or first <= (year, month, day) <= last:
                return None
            try:
                found = date(year, month, day)
            except ValueError:
                continue
            if not 1900 <= year <= 2200:
                raise Unreadable("is not a date: the year is out of range", _FIX)
            return found
        if ":" in text and _ZONED.fullmatch(text):
            raise Unreadable(
                "has a time zone: in the office it may be another day",
                "Export plain dates, or times in the office's own time without a zone.",
            )
        raise Unreadable("is blank where a date is required" if not text else "is not a date", _FIX)

    def reads(self, text: str) -> bool:
        """Whether it is a date, or a PMS's way of writing "no date"."""
        try:
            self.parse(text)
        except Unreadable:
            return False
        return True

    def _readings(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Year, month and day by each of the patterns that the text has."""
        for pattern in self._patterns:
            match = pattern.fullmatch(text)
            if match is not None:
                parts = match.groupdict()
                year = int(parts["year"]) if parts.get("year") else self._century(int(parts["short_year"]))
                name = parts.get("month_name")
                yield year, _MONTHS.get(name.lower(), 0) if name else int(parts["month"]), int(parts["day"])

    def _century(self, short: int) -> int:
        year = self.latest_two_digit_year // 100 * 100 + short
        return year if year <= self.latest_two_digit_year else year - 100


def settle_order(formats: tuple[str, ...], texts: Iterable[str]) -> tuple[str, ...] | None:
    """The formats of one order, day-first or month-first, that the texts themselves prove; None where they don't.

    Reads only as far as the first proof. Formats of one order need none. Blank, ISO and unreadable texts say nothing,
    nor does a text that means the same day both ways.
    """
    day_first = tuple(each for each in formats if not _month_first(each))
    month_first = tuple(each for each in formats if _month_first(each))
    if not day_first or not month_first:
        return formats
    first, second = DateGrammar(month_first), DateGrammar(day_first)
    undecided = False
    for text in texts:
        one, other = read_or_none(text, first.parse), read_or_none(text, second.parse)
        if one == other:
            continue
        if other is None:
            return month_first
        if one is None:
            return day_first
        undecided = True
    return None if undecided else formats


def _month_first(form: str) -> bool:
    return not 0 <= form.find("%d") < max(form.find("%m"), form.find("%b"))


def format_day(day: date, today: date) -> str:
    """The day as people read it: "16 Nov", with its year where that is not today's."""
    words = f"{day.day} {_MONTH_NAMES[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"


_CACHE: dict[str, re.Pattern[str]] = {}


def _compiled(form: str) -> re.Pattern[str]:
    if form not in _CACHE:
        # Without separators only the full width tells where the month ends: 2026111 could be two days.
        exact = "{1,2}" if re.search(r"%.%", form) is None else "{2}"
        pieces = re.split(r"(%.)", form)
        pattern = "".join(_DIRECTIVES[each] if each.startswith("%") else re.escape(each) for each in pieces if each)
        _CACHE[form] = re.compile(pattern.replace("{1,2}", exact) + _TIME, re.ASCII)
    return _CACHE[form]

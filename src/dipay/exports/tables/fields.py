"""Fields: what reads the cells of each, by the file's profile and the one grammar that the table of fields names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any

from dipay.domain.fields import EntryKind, Field, Grammar, PatientStatus
from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.exports.tables.quoting import shown
from dipay.exports.tables.table import ADDED, Table
from dipay.grammar import Note, Unreadable, read_or_none
from dipay.grammar.dates import DateGrammar, settle_order
from dipay.grammar.languages import language_of
from dipay.grammar.money import parse_cents
from dipay.grammar.names import holds_note
from dipay.grammar.phones import phone_text
from dipay.grammar.words import YesNo, fold, parse_word

#: What the words of an entry's status mean.
COUNTED, DROPPED = "counted", "dropped"

#: A spreadsheet's way with ids it took for numbers: 123.0, 1.23E+05.
_EXCEL_ID = re.compile(r"[0-9]+\.0+|[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+", re.ASCII)
#: In the path of a link they lead to another page, percent-encoded too.
_ONLY_DOTS = frozenset((".", ".."))
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[^0-9A-Za-z]([0-9]{1,2}|[A-Za-z]{3})[^0-9A-Za-z][0-9]{2}(?![0-9])", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)
LATEST_OTHER_YEAR = 2099


@dataclass(slots=True)
class FileDates:
    """Reads a file's dates. The order of day and month is settled by the file itself, when a date first needs it."""

    table: Table
    date_format: str
    today: date
    _settled: dict[str, tuple[str, ...]] = dataclass_field(default_factory=dict)
    _noted: set[str] = dataclass_field(default_factory=set)

    def reader(self, name: str) -> Callable[[str], date | None]:
        """How the cells of that field are read: a date, None for a PMS's "no date"; blanks raise `Unreadable`."""
        latest = self.today.year if name == "birth_date" else LATEST_OTHER_YEAR
        grammar = iso = DateGrammar((), latest)

        def parse(text: str) -> date | None:
            nonlocal grammar
            try:
                day = grammar.parse(text)
            except Unreadable:
                if not text:
                    raise
                if grammar is iso:
                    grammar = DateGrammar(self._formats(name), latest)
                    return parse(text)
                self._refuse_mixed(name, text, grammar.formats)
                raise
            if grammar is not iso:
                self._note_short_year(name, text, latest)
            return day

        return parse

    def _possible(self) -> tuple[str, ...]:
        return self.table.layout.profile.dates if self.date_format == "auto" else (self.date_format,)

    def _formats(self, name: str) -> tuple[str, ...]:
        if name not in self._settled:
            formats = settle_order(self._possible(), self.table.texts(name))
            if formats is None:
                raise cannot(
                    ExitCode.EXPORTS,
                    "every date fits both day-first and month-first.",
                    'Add to the settings, under exports: date_format: "%m/%d/%Y" (month first) or "%d/%m/%Y".',
                    self.table.file_name,
                    column=self.table.layout.columns[name].caption,
                )
            self._settled[name] = formats
        return self._settled[name]

    def _note_short_year(self, name: str, text: str, latest: int) -> None:
        if name in self._noted or _SHORT_YEAR.match(text) is None:
            return
        self._noted.add(name)
        words = (
            f"years have two digits: up to {latest % 100} they are read as 20.., else as 19..."
            if latest % 100 != 99
            else "years have two digits: they are read as 20..."
        )
        self.table.problems.append(
            Problem(
                Severity.NOTE,
                words,
                "Export dates with the whole year.",
                self.table.file_name,
                column=self.table.layout.columns[name].caption,
            )
        )

    def _refuse_mixed(self, name: str, text: str, formats: tuple[str, ...]) -> None:
        others = tuple(each for each in self._possible() if each not in formats)
        if not others or not DateGrammar(others).reads(text):
            return
        raise cannot(
            ExitCode.EXPORTS,
            "some dates can only be day-first and others only month-first: none of them can be trusted.",
            "Export again with one date format, or set exports.date_format.",
            self.table.file_name,
            column=self.table.layout.columns[name].caption,
        )


def parser(table: Table, field: Field[Any], dates: FileDates) -> Callable[[str], Any]:
    """What reads the cells of a field of that table: a value by its grammar, or `Unreadable`."""
    parse = _parser(table, field, dates)
    column = table.column(field.name)
    if column is None or not column.more:
        return parse
    # A blank one of several buckets holds nothing only where the row has a sum that shows it.
    is_proved = field.grammar is not Grammar.BUCKET or {"total", "portion"} & table.layout.columns.keys()
    return _added(parse, blank_is_nothing=bool(is_proved))


def _added(parse: Callable[[str], int | None], *, blank_is_nothing: bool) -> Callable[[str], int | None]:
    """The sum of the amounts of several columns; where all of them are blank, what a blank means."""

    def parse_all(text: str) -> int | None:
        parts = [part.strip() for part in text.split(ADDED)]
        filled = [part for part in parts if part]
        if not filled or (len(filled) < len(parts) and not blank_is_nothing):
            return parse("")
        return sum(parse(part) or 0 for part in filled)

    return parse_all


def _parser(table: Table, field: Field[Any], dates: FileDates) -> Callable[[str], Any]:
    decimal, profile = table.layout.profile.decimal, table.layout.file_profile
    match field.grammar:
        case Grammar.ID | Grammar.TEXT | Grammar.UNREAD:
            return str
        case Grammar.NAME:
            return _name_text
        case Grammar.PHONE:
            return phone_text
        case Grammar.DAY:
            return _required_day(dates.reader(field.name))
        case Grammar.PAST_DAY:
            return _past_day(dates.reader(field.name), dates.today)
        case Grammar.YES_NO:
            return profile.yes_no.get(field.name, YesNo()).parse
        case Grammar.STATUS:
            return _word(profile.words.get(field.name, {}), PatientStatus.ACTIVE)
        case Grammar.ENTRY_STATUS:
            return _word(profile.words.get(field.name, {}), COUNTED)
        case Grammar.ENTRY_KIND:
            kinds = profile.words.get(field.name, {})
            # A type that the profile does not know changes nobody's balance: it is an entry like others.
            return lambda text: EntryKind(kinds.get(fold(text), EntryKind.OTHER))
        case Grammar.LANGUAGE:
            taught = profile.words.get(field.name, {})
            # A language that nobody knows changes nothing: the message is in the practice's own.
            return lambda text: language_of(text, taught) or ""
        case Grammar.COUNT:
            return _count
        case Grammar.AMOUNT:
            return lambda text: parse_cents(text, decimal)
        case Grammar.BUCKET:
            return lambda text: parse_cents(text, decimal) if text else None
        case Grammar.SIDE:
            return _Side(table, field.name, decimal).parse
        case Grammar.ESTIMATE:
            return estimate(decimal)


def _required_day(parse: Callable[[str], date | None]) -> Callable[[str], date]:
    """A date that must be one: the PMS's "no date" is refused too."""

    def parse_required(text: str) -> date:
        day = parse(text)
        if day is None:
            raise Unreadable("is no date where one is required", "Correct it in the PMS and export again.")
        return day

    return parse_required


def _past_day(parse: Callable[[str], date | None], today: date) -> Callable[[str], date | None]:
    """A date that may be left out, and can't lie ahead of today."""

    def parse_past(text: str) -> date | None:
        day = parse(text) if text else None
        if day is not None and day > today:
            raise Unreadable("is a day that has not come yet", "Correct it in the PMS and export again.")
        return day

    return parse_past


@dataclass(slots=True)
class _Side:
    """Reads a charge or a credit, each in a column of its own, in cents; None for a blank.

    Where every figure of the column is below zero, that is how the file writes them. Else one below zero counts on the
    other side: a payment that was returned, a charge taken back.
    """

    table: Table
    name: str
    decimal: str
    _all_below: bool | None = None

    def parse(self, text: str) -> int | None:
        cents = parse_cents(text, self.decimal) if text else None
        if cents is None or cents >= 0:
            return cents
        if self._all_below is None:
            self._all_below = not any(map(self._is_above, self.table.texts(self.name)))
        return -cents if self._all_below else cents

    def _is_above(self, text: str) -> bool:
        cents = read_or_none(text, lambda each: parse_cents(each, self.decimal))
        return cents is not None and cents > 0


def estimate(decimal: str) -> Callable[[str], int]:
    """An insurance or write-off estimate in cents: blank is zero, below zero is a mistake."""

    def parse(text: str) -> int:
        cents = parse_cents(text, decimal) if text else 0
        if cents < 0:
            raise Unreadable("is an estimate below zero", "Correct it in the PMS and export again.")
        return cents

    return parse


def _count(text: str) -> int | None:
    """A whole number of claims; None for a blank."""
    if not text:
        return None
    if _COUNT.fullmatch(text) is None:
        raise Unreadable("is not a number of claims", "Correct it in the PMS and export again.")
    return int(text)


def _word(words: Mapping[str, str], blank: str) -> Callable[[str], str]:
    """A coded cell's meaning by the profile's closed list."""
    return lambda text: parse_word(text, words, blank)


def _name_text(text: str) -> str:
    if holds_note(text):
        raise Note("holds a note beside or instead of a name", "Move it to the PMS's field for such notes.")
    return text


def id_reader(table: Table, name: str) -> Callable[[str], str]:
    """An id as text; what a spreadsheet made of ids, or names in place of ids, stops the file."""
    column = table.layout.columns[name]
    profile = table.layout.profile

    def parse(text: str) -> str:
        if column.source.take is not None and text:
            match = column.source.take.fullmatch(text)
            if match is None:
                raise cannot(
                    ExitCode.EXPORTS,
                    f"{column.source.otherwise}.",
                    "Without ids the rows can't be matched safely.",
                    table.file_name,
                    column=column.caption,
                )
            return match[1]
        if profile.id_pattern is not None and text and profile.id_pattern.fullmatch(text) is None and " " in text:
            raise cannot(
                ExitCode.EXPORTS, profile.id_otherwise, "Then export again.", table.file_name, column=column.caption
            )
        if _EXCEL_ID.fullmatch(text):
            raise cannot(
                ExitCode.EXPORTS,
                f"{shown(text, name)} is what a spreadsheet program made of an id: other ids may have changed too.",
                "Export again and don't open and save the file before dipay reads it.",
                table.file_name,
                row=table.line_of(name, text),
                column=column.caption,
            )
        if text in _ONLY_DOTS:
            raise Unreadable("is only dots, which no payment link can carry", "Give it another id, and export again.")
        return text

    return parse


def ids_as_written(table: Table, name: str) -> bool:
    """Whether a cell of digits alone is an id as it stands, and not a text that the id is taken out of."""
    return table.layout.columns[name].source.take is None


def cell_message(text: str, name: str, unreadable: Unreadable) -> str:
    """What is wrong with a cell, in words: `"1O0.00" is not an amount.`"""
    if unreadable.what.startswith("is blank"):
        return f"the cell {unreadable.what}."
    return f"{shown(text.replace(ADDED, ' + '), name)} {unreadable.what}."

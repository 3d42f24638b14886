"""What a person should know of the files as a whole: columns a rule would need, old files, files of two days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dipay.domain.problems import Problem, Severity
from dipay.exports.layout.finding import AnySource
from dipay.exports.sources.files import ExportFile
from dipay.exports.tables.table import Table

#: Files saved further apart than this are not of the same morning.
MOST_HOURS_APART = 12


class Letters(Protocol):
    """A column that was read: how many of its distinct texts hold marks that show nothing, or are encoded twice."""

    invisible: int
    encoded_twice: int


NAMES = frozenset({"first_name", "last_name", "name"})
#: Fields whose absence from the patients export makes a rule blind, with what that means.
_BLIND: Mapping[str, str] = {
    "payment_plan": "nobody is left out for being on a payment plan.",
    "do_not_recall": "nobody is left out for Do Not Recall.",
    "mobile_phone": "nobody can be texted.",
    "text_consent": "nobody is left out for not agreeing to texts.",
    "birth_date": "no guarantor is held for being under 18.",
}


def blind_rules(file: str, patient_fields: frozenset[str], all_fields: frozenset[str]) -> Iterator[Problem]:
    """A note for every rule or amount that no column feeds."""
    fix = "Add it to the export, or name it under exports.columns in the settings."
    for name, words in _BLIND.items():
        if name not in patient_fields:
            yield Problem(Severity.NOTE, f"there is no column for {name}: {words}", fix, file)
    if not all_fields & {"insurance_estimate", "writeoff_estimate"}:
        words = "there is no column for insurance estimates: the whole balance is asked for."
        yield Problem(Severity.NOTE, words, fix, file)


def file_problems(files: Sequence[ExportFile], now: datetime, max_age_hours: int) -> Iterator[Problem]:
    """Warnings that stop sending: a file that is too old (`stale`), files of different mornings (`mismatched`)."""
    for file in files:
        hours = (now - file.written).total_seconds() / 3600
        if hours > max_age_hours:
            words = f"is {hours:,.0f} hours old (limit {max_age_hours}): balances may have changed."
            yield Problem(Severity.WARNING, words, "Export again before anything is sent.", file.name, kind="stale")
    written = sorted(files, key=lambda file: file.written)
    apart = (written[-1].written - written[0].written).total_seconds() / 3600
    if apart > MOST_HOURS_APART:
        yield Problem(
            Severity.WARNING,
            f"was saved {apart:,.0f} hours before {written[-1].name}: they are not of the same morning.",
            "Export both again, one after the other.",
            written[0].name,
            kind="mismatched",
        )


def odd_letters(table: Table, read: Mapping[str, Letters]) -> Iterator[Problem]:
    """Notes for columns with marks that show nothing, and for names whose letters were encoded twice."""
    for name, column in read.items():
        caption = table.layout.columns[name].caption
        if column.invisible:
            values = "1 value holds" if column.invisible == 1 else f"{column.invisible:,} different values hold"
            words = f"{values} marks that show nothing; they were taken out."
            fix = "They do no harm here; they come from text that was copied from a web page."
            yield Problem(Severity.NOTE, words, fix, table.file_name, column=caption)
        if column.encoded_twice and name in NAMES:
            values = "1 name looks" if column.encoded_twice == 1 else f"{column.encoded_twice:,} different names look"
            words = f"{values} wrong: the letters were encoded twice."
            fix = "Correct the names in the PMS, or export as UTF-8 without converting the file."
            yield Problem(Severity.NOTE, words, fix, table.file_name, column=caption)


def odd_encoding(source: AnySource) -> Problem:
    """The note for a file read as Windows-1252."""
    return Problem(
        Severity.NOTE,
        "is not UTF-8; it was read as Windows-1252.",
        "Look whether names with accents are right.",
        source.file.name,
    )

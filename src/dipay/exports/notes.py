"""What a person should know of the files as a whole: columns a rule would need, old files, files of two days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dipay.domain.fields import ESTIMATES, FIELDS
from dipay.domain.problems import Problem, Severity
from dipay.exports.layout.finding import AnySource
from dipay.exports.sources.files import ExportFile

#: Files saved further apart than this are not of the same morning.
MOST_HOURS_APART = 12


def blind_rules(file: str, patient_fields: frozenset[str], all_fields: frozenset[str]) -> Iterator[Problem]:
    """A note for every rule or amount that no column feeds."""
    fix = "Add it to the export, or name it under exports.columns in the settings."
    for field in FIELDS:
        if field.blind and field.name not in patient_fields:
            yield Problem(Severity.NOTE, f"there is no column for {field.name}: {field.blind}", fix, file)
    if not all_fields & {each.name for each in ESTIMATES}:
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


def odd_encoding(source: AnySource) -> Problem:
    """The note for a file read as Windows-1252."""
    return Problem(
        Severity.NOTE,
        "is not UTF-8; it was read as Windows-1252.",
        "Look whether names with accents are right.",
        source.file.name,
    )

"""Ages: which bucket the caption of an aging report stands for. Several columns may be parts of one bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dipay.domain.fields import BUCKETS
from dipay.exports.layout.profiles import fold_caption

#: The days of each bucket, the newest first; the last has no end.
_DAYS: Final = ((0, 30), (31, 60), (61, 90), (91, None))
_CURRENT: Final = re.compile(r"\b(?:current|not (?:yet )?due)\b")
_FROM_TO: Final = re.compile(r"\b([0-9]{1,3}) ?(?:->|-+|to|thru|through|\.\.| ) ?([0-9]{1,3})\b(?! ?\+)")
_FROM: Final = re.compile(
    r"(?:\b(?:over|past|above|after|beyond|more than|older than|greater than)|>=?) ?([0-9]{1,3})\b"
    r"|\b([0-9]{1,3}) ?(?:\+|(?:days? )?(?:and|&|or) (?:over|up|more|older|above)|plus\b|-$)"
)
_UP_TO: Final = re.compile(r"(?:\b(?:under|up to|less than|below)|<=?) ?([0-9]{1,3})\b")
_STEP: Final = re.compile(r"\b([0-9]{1,3})\b")
#: What else may stand in the caption of a bucket; other words make it another thing (insurance, percent).
_AROUND: Final = re.compile(
    r"\b(?:days?|aged?|aging|old|balances?|bal|amounts?|amt|due|past|open|over|patients?|pat|pt|guar(?:antor)?"
    r"|resp(?:onsible)?(?: party)?|account|acct|total)\b|[^a-z%]"
)
_OF_THE_PATIENT: Final = re.compile(r"\b(?:patients?|pat|pt|guar|guarantor|resp|responsible)\b")


@dataclass(frozen=True, slots=True)
class _Age:
    """From which day on, to which: None where the caption names no end."""

    first: int
    last: int | None


def buckets_of(captions: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By field the columns that make up the bucket, as far as the captions say."""
    ages = {each: age for each in captions if (age := _age(fold_caption(each))) is not None}
    # Where a report has ages for the patient and for the whole, the patient's count.
    of_patients = {each: age for each, age in ages.items() if _OF_THE_PATIENT.search(fold_caption(each))}
    ages = of_patients if len(of_patients) >= len(BUCKETS) else ages
    if len(set(ages.values())) < len(ages):
        return {}
    found: dict[str, list[str]] = {}
    for caption, age in _closed(ages).items():
        for bucket, days in zip(BUCKETS, _DAYS, strict=True):
            if _lies_in(age, days):
                found.setdefault(bucket.name, []).append(caption)
    return {name: tuple(columns) for name, columns in found.items()}


def _age(caption: str) -> _Age | None:
    for pattern, age in _READINGS:
        match = pattern.search(caption)
        if match is not None:
            rest = caption[: match.start()] + " " + caption[match.end() :]
            return age(match) if not _AROUND.sub("", rest) and "%" not in rest else None
    return None


def _from_to(match: re.Match[str]) -> _Age | None:
    first, last = int(match[1]), int(match[2])
    return _Age(_next(first), last) if first < last else None


def _next(day: int) -> int:
    """30-60 and "over 30" begin where 0-30 ends."""
    return day + 1 if day and day % 30 == 0 else day


_READINGS: Final = (
    (_CURRENT, lambda _: _Age(0, 0)),
    (_FROM_TO, _from_to),
    (_UP_TO, lambda match: _Age(0, int(match[1]))),
    (_FROM, lambda match: _Age(_next(int(match[1] or match[2])), None)),
    (_STEP, lambda match: _Age(_next(int(match[1])), None)),
)  # fmt: skip


def _closed(ages: Mapping[str, _Age]) -> dict[str, _Age]:
    """The ages, each without an end ending where the next begins. "30, 60, 90" says nothing without a "current"."""
    if not any(age.first < 30 for age in ages.values()):
        return {}
    firsts = sorted(age.first for age in ages.values())
    return {
        caption: age
        if age.last is not None
        else _Age(age.first, next((each - 1 for each in firsts if each > age.first), None))
        for caption, age in ages.items()
    }


def _lies_in(age: _Age, days: tuple[int, int | None]) -> bool:
    first, last = days
    return first <= age.first and (last is None or (age.last is not None and age.last <= last))

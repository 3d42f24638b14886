"""Proposals for settings: looks at the files in a folder and says which is which and how its columns are called."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dipay.domain.problems import CannotGoOn
from dipay.exports.layout.finding import TITLE_ROWS, AnySource, find_layouts, open_source, parts
from dipay.exports.layout.profiles import KINDS, REQUIRED, Kind, bundled_profiles, fold_caption
from dipay.exports.sources.files import look_at

ENDINGS = frozenset({".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xls", ".ods"})
#: How alike two captions must be to be proposed as the same.
ALIKE = 0.75
#: What else offices call these columns; only ever proposed, never taken unasked.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "patient_id": ("patient number", "patient no", "pat id", "account number", "id"),
    "guarantor_id": (
        "guarantor number",
        "responsible party id",
        "family id",
        "account id",
        "responsible party",
    ),
    "first_name": ("first", "given name", "fname"),
    "last_name": ("last", "surname", "family name", "lname"),
    "name": ("patient name", "full name", "patient"),
    "mobile_phone": ("cell", "cell phone", "mobile", "mobile number", "cellphone", "wireless"),
    "birth_date": ("dob", "date of birth", "birthday"),
    "last_visit": ("last visit date", "last seen", "last appointment"),
    "outstanding_claims": ("open claims", "claims pending", "pending claims"),
    "insurance_estimate": ("ins est", "est ins", "estimated insurance"),
    "zip": ("zip code", "postal code", "postcode"),
    "date": ("transaction date", "service date", "entry date", "posted"),
    "amount": ("transaction amount", "net amount", "value"),
    "charge": ("charges", "debit"),
    "credit": ("credits", "payment", "payments"),
    "days_0_30": ("current", "0 - 30", "under 30"),
    "days_31_60": ("31 - 60", "over 30"),
    "days_61_90": ("61 - 90", "over 60"),
    "over_90": ("91 and over", "90 days +", "over 90 days"),
}


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A file taken for one kind of export. `profile` is the bundled one that fits; without one, `columns` are the
    captions proposed for its fields, and `missing` the required fields nothing was found for.
    """

    kind: Kind
    name: str
    pattern: str
    profile: str | None
    columns: Mapping[str, str]
    missing: tuple[str, ...] = ()


def propose(folder: Path) -> dict[Kind, ProposedFile]:
    """The best file of each kind in the folder: fitting profiles first (one profile for all), newest first."""
    sources = _sources(folder)
    fits: dict[str, dict[Kind, ProposedFile]] = {}
    for source in sources:
        for kind in KINDS:
            for name in _fitting(source, kind):
                proposed = ProposedFile(kind, source.file.name, _pattern(source.file.name), name, {})
                fits.setdefault(name, {}).setdefault(kind, proposed)
    best = max(fits.values(), key=_worth, default={})
    for source in sources:
        taken = {each.name for each in best.values()}
        if source.file.name in taken:
            continue
        guessed = _guess(source)
        if guessed is not None and guessed.kind not in best:
            best[guessed.kind] = guessed
    return {kind: best[kind] for kind in KINDS if kind in best}


def _worth(files: Mapping[Kind, ProposedFile]) -> tuple[bool, bool, int]:
    return ("patients" in files, "ledger" in files or "balances" in files, len(files))


def _sources(folder: Path) -> list[AnySource]:
    """The files that can be opened as tables, newest first; others are not our business."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in ENDINGS and path.is_file() and not path.name.startswith("~$"):
            try:
                found.append(open_source(look_at(path)))
            except CannotGoOn:
                continue
    return sorted(found, key=lambda source: source.file.written, reverse=True)


def _fitting(source: AnySource, kind: Kind) -> list[str]:
    try:
        return sorted(find_layouts(source, kind, bundled_profiles(), {}))
    except CannotGoOn:
        return []


def _pattern(name: str) -> str:
    """The name with what changes from day to day (dates, counters) as a star: `patients_2026-11-20.csv`."""
    stem, dot, ending = name.rpartition(".")
    return re.sub(r"[-_ ]*[0-9][-_ 0-9]*", "*", stem) + dot + ending if re.search(r"[0-9]{4}", stem) else name


def _guess(source: AnySource) -> ProposedFile | None:
    """The kind whose required fields the captions come nearest to, with the caption proposed for each field."""
    best: ProposedFile | None = None
    for _, rows in parts(source):
        for _, captions in rows[:TITLE_ROWS]:
            if sum(1 for each in captions if each.strip()) < 3:
                continue
            for kind in KINDS:
                columns = match_captions(kind, captions)
                missing = tuple(_missing(kind, columns))
                proposed = ProposedFile(kind, source.file.name, _pattern(source.file.name), None, columns, missing)
                if len(missing) <= 1 and (best is None or _nearness(proposed) > _nearness(best)):
                    best = proposed
    return best


def _missing(kind: Kind, columns: Mapping[str, str]) -> Iterator[str]:
    """The required fields without a caption; of alternatives, those of the one that lacks least."""
    for alternatives in REQUIRED[kind]:
        lacking = sorted((fields - columns.keys() for fields in alternatives), key=len)
        yield from sorted(lacking[0])


def _nearness(proposed: ProposedFile) -> tuple[int, int]:
    return (-len(proposed.missing), len(proposed.columns))


def match_captions(kind: Kind, captions: Sequence[str]) -> dict[str, str]:
    """For each field the caption that is most like any name it has in any profile; a caption serves one field."""
    names: dict[str, set[str]] = {}
    for profile in bundled_profiles():
        if kind in profile.files:
            for field, sources in profile.files[kind].columns.items():
                names.setdefault(field, {field.replace("_", " ")}).update(
                    fold_caption(source.caption) for source in sources
                )
    scored = sorted(
        (
            (_alike(fold_caption(caption), known | set(_SYNONYMS.get(field, ()))), field, caption.strip())
            for caption in captions
            if caption.strip()
            for field, known in names.items()
        ),
        reverse=True,
    )
    columns: dict[str, str] = {}
    used: set[str] = set()
    for score, field, caption in scored:
        if score >= ALIKE and field not in columns and caption not in used:
            columns[field] = caption
            used.add(caption)
    return columns


def _alike(caption: str, names: set[str]) -> float:
    return max(difflib.SequenceMatcher(None, caption, name).ratio() for name in names)

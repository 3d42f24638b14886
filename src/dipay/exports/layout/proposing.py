"""Proposals for settings: looks at the files in a folder and says which is which and how its columns are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dipay.domain.fields import KINDS, FileKind
from dipay.domain.problems import CannotGoOn
from dipay.exports.layout.captions import match_captions
from dipay.exports.layout.finding import TITLE_ROWS, AnySource, find_layouts, open_source, parts
from dipay.exports.layout.profiles import REQUIRED, bundled_profiles
from dipay.exports.sources.files import look_at

ENDINGS = frozenset({".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xls", ".ods"})


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A file taken for one kind of export. `profile` is the bundled one that fits; without one, `columns` are the
    captions proposed for its fields, and `missing` the required fields nothing was found for.
    """

    kind: FileKind
    name: str
    pattern: str
    profile: str | None
    columns: Mapping[str, str]
    missing: tuple[str, ...] = ()


def propose(folder: Path) -> dict[FileKind, ProposedFile]:
    """The best file of each kind in the folder: fitting profiles first (one profile for all), newest first."""
    sources = _sources(folder)
    fits: dict[str, dict[FileKind, ProposedFile]] = {}
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


def _worth(files: Mapping[FileKind, ProposedFile]) -> tuple[bool, bool, int]:
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


def _fitting(source: AnySource, kind: FileKind) -> list[str]:
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


def _missing(kind: FileKind, columns: Mapping[str, str]) -> Iterator[str]:
    """The required fields without a caption; of alternatives, those of the one that lacks least."""
    for alternatives in REQUIRED[kind]:
        lacking = sorted((fields - columns.keys() for fields in alternatives), key=len)
        yield from sorted(lacking[0])


def _nearness(proposed: ProposedFile) -> tuple[int, int]:
    return (-len(proposed.missing), len(proposed.columns))

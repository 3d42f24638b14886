"""Files: which of a folder's files is which export, and what its columns are proposed to be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from dipay.disk import kind_of
from dipay.domain.fields import KINDS, FileKind
from dipay.domain.problems import CannotGoOn
from dipay.exports.layout.captions import match_captions
from dipay.exports.layout.finding import TITLE_ROWS, AnySource, Layout, find_layouts, is_data, open_source, parts
from dipay.exports.layout.profiles import GENERIC, FileProfile, Profile, bundled_profiles
from dipay.exports.proposing.ages import buckets_of
from dipay.exports.proposing.coded import looks_of
from dipay.exports.proposing.columns import BUCKET_NAMES, BY_SUMS, Proposed, missing, propose_columns
from dipay.exports.proposing.joins import id_columns, share_of
from dipay.exports.proposing.samples import Sample, SampleColumn, take_sample
from dipay.exports.sources.files import look_at

ENDINGS: Final = frozenset({".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xls", ".ods"})
#: Files whose ids have less in common than this are not of one practice, or not of one way of counting.
_IN_COMMON: Final = 0.5
_IDS: Final = ("patient_id", "guarantor_id", "other_id")


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A file taken for one kind of export, with what its fields are taken from.

    `layout` is that of the profile that fits all files; without one every column must be named in the settings.
    """

    kind: FileKind
    sample: Sample
    pattern: str
    fields: Mapping[str, Proposed]
    layout: Layout | None = None

    @property
    def name(self) -> str:
        return self.sample.name

    @property
    def missing(self) -> list[str]:
        return list(missing(self.kind, self.fields))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Which file is which export, by kind; `others` says of each other file what it lacks to be one."""

    profile: Profile
    files: Mapping[FileKind, ProposedFile]
    others: Mapping[str, str]

    def file_profile(self, kind: FileKind) -> FileProfile | None:
        return self.profile.files.get(kind)


def propose(folder: Path, named: Mapping[FileKind, str]) -> Proposal:
    """The best file of each kind in the folder: one profile that fits all of them, else what captions and cells say.

    `named` are files that somebody says to be of a kind.
    """
    sources, others = _sources(folder)
    files = _by_profile(sources, named)
    profile = files["patients"].layout.profile if files and files["patients"].layout else _generic()
    if not files:
        files, lacking = _by_looks(sources, named)
        others |= lacking
    taken = {each.pattern for each in files.values()}
    left = {name: why for name, why in others.items() if not any(fnmatch(name, each) for each in taken)}
    return Proposal(profile, {kind: files[kind] for kind in KINDS if kind in files}, left)


def _generic() -> Profile:
    return next(each for each in bundled_profiles() if each.name == GENERIC)


def _sources(folder: Path) -> tuple[list[AnySource], dict[str, str]]:
    """The files that can be opened as tables, the newest first, and why others can't."""
    found, others = [], {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in ENDINGS and kind_of(path) == "a file" and not path.name.startswith("~$"):
            try:
                found.append(open_source(look_at(path)))
            except CannotGoOn as error:
                others[path.name] = error.problems[0].message
    return sorted(found, key=lambda source: source.file.written, reverse=True), others


def _may_be(source: AnySource, kind: FileKind, named: Mapping[FileKind, str]) -> bool:
    name = source.file.name
    return named[kind] == name if kind in named else name not in named.values()


# Files of a system that is known.


def _by_profile(sources: Sequence[AnySource], named: Mapping[FileKind, str]) -> dict[FileKind, ProposedFile]:
    """The files that one profile fits, if there are all that are needed and their ids have to do with each other."""
    fits: dict[str, dict[FileKind, ProposedFile]] = {}
    for source in sources:
        for kind in KINDS:
            for layout in _fitting(source, kind) if _may_be(source, kind, named) else ():
                files = fits.setdefault(layout.profile.name, {})
                # A broken file is said so where it is looked at more closely.
                with suppress(CannotGoOn):
                    if kind not in files:
                        files[kind] = _of_layout(kind, source, layout)
    complete = [each for each in fits.values() if _is_enough(each) and named.keys() <= each.keys() and _join(each)]
    if not complete:
        return {}
    best = max(complete, key=len)
    if "balances" in best:
        best["balances"] = _with_proved(best["balances"], _ids_of(best["patients"], _IDS))
    return _with_patterns(best)


def _fitting(source: AnySource, kind: FileKind) -> list[Layout]:
    try:
        return list(find_layouts(source, kind, bundled_profiles(), {}).values())
    except CannotGoOn:
        return []


def _of_layout(kind: FileKind, source: AnySource, layout: Layout) -> ProposedFile:
    sample = take_sample(source, layout.part, layout.header_row, layout.captions)
    fields = {
        field: Proposed(
            field,
            tuple(each.caption for each in column.all),
            found.examples if (found := sample.column(column.caption)) is not None else (),
            f"profile {layout.profile.name}",
        )
        for field, column in layout.columns.items()
    }
    mapped = {caption for each in fields.values() for caption in each.captions}
    if kind == "patients":
        for field, column in looks_of(each for each in sample.columns if each.caption not in mapped).items():
            if field.name not in fields:
                fields[field.name] = Proposed(
                    field.name, (column.caption,), column.examples, "by its caption and its words"
                )
    return ProposedFile(kind, sample, source.file.name, fields, layout)


def _with_proved(file: ProposedFile, ids: AbstractSet[str]) -> ProposedFile:
    """The aging report with the columns that its rows prove, also where the profile knows fewer of them."""
    found = propose_columns("balances", file.sample, ids, ())
    if "total" not in found:
        return file
    proved = {name: each for name, each in found.items() if name in BY_SUMS or name in BUCKET_NAMES}
    return replace(file, fields={**file.fields, **proved})


def _is_enough(files: Mapping[FileKind, object]) -> bool:
    return "patients" in files and bool(files.keys() & {"ledger", "balances"})


def _join(files: Mapping[FileKind, ProposedFile]) -> bool:
    """Whether the ids of the files have to do with each other, and the payers are patients."""
    ids = _ids_of(files["patients"])
    return all(
        column is None or not column.filled or share_of(column, ids) >= _IN_COMMON
        for kind, file in files.items()
        for field in ("patient_id", "guarantor_id")
        if (kind, field) != ("patients", "patient_id")
        for column in (_column(file, field),)
    )


def _column(file: ProposedFile, field: str) -> SampleColumn | None:
    """The column of an id, where a cell is the id."""
    if field not in file.fields or (
        file.layout and field in file.layout.columns and file.layout.columns[field].source.take
    ):
        return None
    return file.sample.column(file.fields[field].captions[0])


def _ids_of(patients: ProposedFile, fields: Sequence[str] = ("patient_id", "other_id")) -> set[str]:
    columns = (_column(patients, each) for each in fields)
    return {cell for column in columns if column is not None for cell in column.words}


# Files of a system that nobody knows.


def _by_looks(
    sources: Sequence[AnySource], named: Mapping[FileKind, str]
) -> tuple[dict[FileKind, ProposedFile], dict[str, str]]:
    """By kind the file that comes nearest to it, and what each of the others lacks."""
    guesses: list[ProposedFile] = []
    lacking: dict[str, str] = {}
    for source in sources:
        try:
            sample = _sample(source, is_named=source.file.name in named.values())
        except CannotGoOn as error:
            lacking[source.file.name] = error.problems[0].message
            continue
        if sample is None:
            lacking[source.file.name] = (
                "has no captions that are known; if it is one of them, say so with --patients, --ledger or --balances."
            )
            continue
        best = max(
            (_guess(kind, sample) for kind in KINDS if _may_be(source, kind, named)), key=_nearness, default=None
        )
        if best is not None:
            guesses.append(best)
            lacks = f"lacks {', '.join(best.missing)}" if best.missing else "has fewer columns than the one taken"
            lacking[sample.name] = f"as {best.kind} it {lacks}."
    chosen: dict[FileKind, ProposedFile] = {}
    for kind in KINDS:
        near = [each for each in guesses if each.kind == kind and (len(each.missing) <= 1 or kind in named)]
        if near:
            chosen[kind] = max(near, key=_nearness)
            lacking.pop(chosen[kind].name)
    return _with_patterns(_joined(chosen)), lacking


def _sample(source: AnySource, *, is_named: bool) -> Sample | None:
    """The file below the row that is most like a header; where somebody named the file, one of unknown captions too."""
    best: tuple[int, str, int, list[str]] | None = None
    for part, rows in parts(source):
        for line, captions in rows[:TITLE_ROWS]:
            filled = [each.strip() for each in captions if each.strip()]
            if len(filled) < 3 or is_data(captions):
                continue
            known = max(len(match_captions(kind, filled)) for kind in KINDS)
            score = max(known, sum(map(len, buckets_of(filled).values())))
            if (score or is_named) and (best is None or score > best[0]):
                best = score, part, line, captions
    return take_sample(source, *best[1:]) if best is not None else None


def _guess(kind: FileKind, sample: Sample) -> ProposedFile:
    """The file as one of that kind, before anybody knows which ids it has in common with others."""
    found = propose_columns(kind, sample, frozenset(), ())
    fields = {name: each for name, each in found.items() if each.sure}
    own = "guarantor_id" if kind == "balances" else "patient_id"
    ids = id_columns(sample)
    if own not in fields and ids:
        fields[own] = Proposed(own, (ids[0].caption,), ids[0].examples, "an id", sure=False)
    return ProposedFile(kind, sample, sample.name, fields)


def _nearness(file: ProposedFile) -> tuple[int, int]:
    return -len(file.missing), len(file.fields)


def _joined(files: dict[FileKind, ProposedFile]) -> dict[FileKind, ProposedFile]:
    """The same files, their ids chosen by what they have in common."""
    if "patients" not in files:
        return files
    others = [each.sample for kind, each in files.items() if kind != "patients"]
    sample = files["patients"].sample
    found = {
        "patients": ProposedFile(
            "patients", sample, sample.name, propose_columns("patients", sample, frozenset(), others)
        )
    }
    ids = _ids_of(found["patients"], _IDS)
    for kind, file in files.items():
        if kind != "patients":
            found[kind] = ProposedFile(kind, file.sample, file.name, propose_columns(kind, file.sample, ids, ()))
    return found


def _with_patterns(files: Mapping[FileKind, ProposedFile]) -> dict[FileKind, ProposedFile]:
    """The files, each with the pattern of its name where no other's fits that."""
    names = {each.name for each in files.values()}
    return {
        kind: ProposedFile(kind, file.sample, _pattern(file.name, names - {file.name}), file.fields, file.layout)
        for kind, file in files.items()
    }


_MONTH: Final = r"(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY: Final = r"(?:0?[1-9]|[12][0-9]|3[01])"
#: A name that is another one on another day: it has a year or a long number, a day (`11-20-26`), or is a copy's, `(1)`.
_DATED: Final = re.compile(rf"[0-9]{{4}}|(?<![0-9]){_DAY}([-. _]){_DAY}\1[0-9]{{2}}(?![0-9])|\([0-9]+\)$")
_CHANGES: Final = re.compile(rf"(?:[-_., ]*(?:[0-9]+|\([0-9]+\)$|{_MONTH}(?=[-_., ]*[0-9])))+[-_., ]*", re.IGNORECASE)


def _pattern(name: str, others: set[str]) -> str:
    """The name with what changes from day to day (dates, counters) as a star: `patients_2026-11-20.csv`."""
    stem, dot, ending = name.rpartition(".")
    pattern = _CHANGES.sub("*", stem) + dot + ending if _DATED.search(stem) else name
    says_something = any(map(str.isalpha, pattern.rpartition(".")[0]))
    return pattern if says_something and not any(fnmatch(each, pattern) for each in others) else name

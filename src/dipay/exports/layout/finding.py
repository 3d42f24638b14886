"""Layouts: where in a file its header stands, which profile it fits, and which column holds which field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from dipay.domain.fields import KINDS, FileKind
from dipay.domain.problems import ExitCode, cannot
from dipay.exports.layout.profiles import GENERIC, REQUIRED, FileProfile, Profile, Source, fold_caption
from dipay.exports.sources.files import ExportFile, Format, Watch, nobody_watches
from dipay.exports.sources.text import DELIMITER_NAMES, DELIMITERS, Line, TextSource, open_text

if TYPE_CHECKING:
    from dipay.exports.sources.sheets import SheetSource

#: How many rows a title, a date line or a filter's description may take up above the header.
TITLE_ROWS = 20

AnySource: TypeAlias = "TextSource | SheetSource"

#: A number or a day, but not the caption of an aging report (31-60).
_DATA_CELL = re.compile(r"(?![0-9]{1,3} ?-[ 0-9]{1,4}$)[-+$(]?[0-9][-0-9.,/:() ]{2,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One field's column: its position, its caption as the file writes it, and how the profile takes its value.

    `more` are columns whose amounts are added to its own.
    """

    index: int
    caption: str
    source: Source
    more: tuple[Column, ...] = ()

    @property
    def all(self) -> tuple[Column, ...]:
        """The column and those that are added to it."""
        return (self, *self.more)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file of one kind is laid out, by one profile.

    `part` is the delimiter of a text file or the name of a sheet. `width` is how many cells a row has: the header's,
    without empty captions at its end.
    """

    kind: FileKind
    profile: Profile
    part: str
    header_row: int
    captions: tuple[str, ...]
    width: int
    columns: Mapping[str, Column]

    @property
    def file_profile(self) -> FileProfile:
        return self.profile.files[self.kind]

    @property
    def needed(self) -> tuple[int, ...]:
        """Where the cells stand that no row of data can do without; of a charge and a credit one may be missing."""
        alternatives = (each for required in REQUIRED[self.kind] for each in required)
        names = frozenset().union(*alternatives) - {"charge", "credit"} & self.columns.keys()
        return tuple(each.index for name in names & self.columns.keys() for each in self.columns[name].all)


@dataclass(frozen=True, slots=True)
class Miss:
    """The nearest a file came to a profile: the fields that no column was found for."""

    profile: Profile
    missing: tuple[str, ...]
    captions: tuple[str, ...]


def open_source(file: ExportFile, watch: Watch = nobody_watches) -> AnySource:
    """The file, opened as what it is."""
    if file.format is Format.TEXT:
        return open_text(file)
    from dipay.exports.sources.sheets import open_sheets

    return open_sheets(file, watch)


def parts(source: AnySource) -> Iterator[tuple[str, list[Line]]]:
    """The ways to take the file apart, each with its first rows: by every delimiter, or by sheet."""
    if isinstance(source, TextSource):
        for delimiter in DELIMITERS:
            yield delimiter, source.head(delimiter)
    else:
        for name, _ in source.sheets:
            yield name, source.head(name)


def find_layouts(
    source: AnySource, kind: FileKind, profiles: Sequence[Profile], own: Mapping[str, Sequence[str]]
) -> dict[str, Layout]:
    """The layouts that fit, by the profile's name. None fitting stops, naming the nearest profile and what it lacks."""
    found: dict[str, Layout] = {}
    nearest: Miss | None = None
    # The first of profiles that are equally near is named: dipay's own, whose captions everybody can read.
    profiles = sorted(profiles, key=lambda each: each.name != GENERIC)
    for part, rows in parts(source):
        for line, cells in rows[:TITLE_ROWS]:
            captions = tuple(cells)
            folded = [fold_caption(each) for each in captions]
            for profile in profiles:
                if kind not in profile.files:
                    continue
                columns = _columns(profile.files[kind].with_columns(own), folded, captions)
                missing = _missing(kind, columns, profile)
                if not missing:
                    other = found.get(profile.name)
                    if other is not None and other.part != part and not isinstance(source, TextSource):
                        raise cannot(
                            ExitCode.EXPORTS,
                            f'has two visible sheets with such a table: "{other.part}" and "{part}".',
                            "Hide or delete the one that is not meant.",
                            source.file.name,
                        )
                    found.setdefault(
                        profile.name,
                        _layout(source.file, kind, profile, part, line, captions, folded, columns),
                    )
                elif (
                    columns
                    and (nearest is None or _better(columns, missing, nearest))
                    and (len(columns) > 1 or not is_data(captions))
                ):
                    nearest = Miss(profile, tuple(missing), captions)
    if not found:
        raise _no_fit(source, kind, profiles, nearest, own)
    for field in own:
        if all(field not in layout.columns for layout in found.values()):
            layout = next(iter(found.values()))
            folded = [fold_caption(each) for each in layout.captions]
            lacking = next(each for each in own[field] if fold_caption(each) not in folded)
            raise cannot(
                ExitCode.EXPORTS,
                f'has no column "{lacking}", which exports.columns.{kind}.{field} names.',
                f"{_did_you_mean(lacking, layout.captions)} Correct the name in the settings.",
                source.file.name,
            )
    return {name: layout for name, layout in found.items() if own.keys() <= layout.columns.keys()}


def _columns(profile: FileProfile, folded: Sequence[str], captions: Sequence[str]) -> dict[str, Column]:
    columns = {}
    known = frozenset(folded)
    for field, alternatives in profile.columns.items():
        for sources in alternatives:
            wanted = [source.folded for source in sources]
            if all(each and each in known for each in wanted):
                places = map(folded.index, wanted)
                first, *more = (
                    Column(place, captions[place].strip(), source)
                    for place, source in zip(places, sources, strict=True)
                )
                columns[field] = replace(first, more=tuple(more))
                break
    return columns


def _missing(kind: FileKind, columns: Mapping[str, Column], profile: Profile) -> list[str]:
    missing = []
    for alternatives in REQUIRED[kind]:
        if not any(fields <= columns.keys() for fields in alternatives):
            missing.extend(sorted(alternatives[0] - columns.keys()))
    # Every PMS writes who pays for whom; only columns of one's own may do without.
    if kind == "patients" and profile.name != GENERIC and "guarantor_id" not in columns:
        missing.append("guarantor_id")
    return missing


def is_data(cells: Sequence[str]) -> bool:
    """Whether a row is one of data rather than a header: some cell is a number or a day. Data is never shown."""
    return any(_DATA_CELL.fullmatch(cell.strip()) for cell in cells)


def _better(columns: Mapping[str, Column], missing: Sequence[str], nearest: Miss) -> bool:
    return len(missing) < len(nearest.missing) or (
        len(missing) == len(nearest.missing) and len(columns) > len([each for each in nearest.captions if each.strip()])
    )


def _layout(
    file: ExportFile,
    kind: FileKind,
    profile: Profile,
    part: str,
    line: int,
    captions: tuple[str, ...],
    folded: list[str],
    columns: dict[str, Column],
) -> Layout:
    for column in (each for named in columns.values() for each in named.all):
        if folded.count(folded[column.index]) > 1:
            raise cannot(
                ExitCode.EXPORTS,
                f'has two columns named "{column.caption}".',
                "Rename or remove one of them in the export.",
                file.name,
                row=line,
            )
    width = len(captions)
    while width and not folded[width - 1]:
        width -= 1
    return Layout(kind, profile, part, line, captions[:width], width, columns)


def choose_profile(
    layouts: Mapping[FileKind, dict[str, Layout]], files: Mapping[FileKind, ExportFile]
) -> dict[FileKind, Layout]:
    """The layouts of the one profile that fits every file; none or several fitting stops."""
    names = set.intersection(*(set(each) for each in layouts.values()))
    if len(names) == 1:
        name = names.pop()
        return {kind: each[name] for kind, each in layouts.items()}
    each_fits = "; ".join(f"{files[kind].name}: {', '.join(sorted(each))}" for kind, each in layouts.items())
    if not names:
        raise cannot(
            ExitCode.EXPORTS,
            f"the files fit different profiles ({each_fits}).",
            "They may come from two systems; name the right files, or set exports.profile and exports.columns.",
        )
    raise cannot(
        ExitCode.EXPORTS,
        f"the files fit more than one profile: {', '.join(sorted(names))}.",
        "Set exports.profile to the right one.",
    )


def _no_fit(
    source: AnySource,
    kind: FileKind,
    profiles: Sequence[Profile],
    nearest: Miss | None,
    own: Mapping[str, Sequence[str]],
) -> Exception:
    name = source.file.name
    other = _other_kind(source, kind, profiles)
    if other is not None:
        return cannot(
            ExitCode.EXPORTS,
            f"is a {other} export; a {kind} export was expected here.",
            f"Look whether exports.{kind} and exports.{other} in the settings were swapped.",
            name,
        )
    if nearest is None:
        return cannot(
            ExitCode.EXPORTS,
            f"has no header row that any profile knows in its first {TITLE_ROWS} rows.",
            "Export with a header row, or name your own columns under exports.columns in the settings "
            "(`dipay init` helps).",
            name,
        )
    wanted = []
    for field in nearest.missing:
        captions = (
            list(own[field])
            if field in own
            else [
                " + ".join(source.caption for source in sources)
                for sources in nearest.profile.files[kind].columns.get(field, ())
            ]
        )
        others = [each for each in captions if fold_caption(each) != fold_caption(field)]
        wanted.append(f"{field} ({' or '.join(others)})" if others else field)
    return cannot(
        ExitCode.EXPORTS,
        f"fits no profile as {kind}. The nearest is {nearest.profile.name}; it lacks {', '.join(wanted)}. "
        f"The file's columns are {_listed(nearest.captions)}.",
        f"{_guess(kind, nearest, own)}Add the columns to the export, or say which they are under "
        f"exports.columns.{kind} in the settings.",
        name,
    )


def _listed(captions: Sequence[str]) -> str:
    return ", ".join(f'"{_safe(each)}"' for each in captions if each.strip())


def _safe(caption: str) -> str:
    """A caption fit to be shown: in one line, without control characters, and not without end."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in " ".join(caption.split()))
    return shown if len(shown) <= 60 else f"{shown[:59]}…"


def _guess(kind: FileKind, nearest: Miss, own: Mapping[str, Sequence[str]]) -> str:
    """Which of the file's columns the missing ones may be."""
    from dipay.exports.layout.captions import match_captions

    alike = match_captions(kind, nearest.captions)
    captions = [each.strip() for each in nearest.captions if each.strip()]
    for field in own:
        close = _nearest(own[field][0], captions, 1, 0.5)
        alike |= {field: close[0]} if close else {}
    plain = {fold_caption(each): each for each in captions}
    for field in nearest.missing:
        close = _nearest(fold_caption(field), plain, 1, 0.6)
        alike = ({field: plain[close[0]]} if close else {}) | dict(alike)
    found = [f'"{_safe(alike[field])}" may be {field}' for field in nearest.missing if field in alike]
    return f"{' and '.join(found)}. " if found else ""


def _other_kind(source: AnySource, kind: FileKind, profiles: Sequence[Profile]) -> FileKind | None:
    for other in KINDS:
        if other == kind:
            continue
        for _, rows in parts(source):
            for _, cells in rows[:TITLE_ROWS]:
                folded = [fold_caption(each) for each in cells]
                for profile in profiles:
                    if other in profile.files and not _missing(
                        other, _columns(profile.files[other], folded, cells), profile
                    ):
                        return other
    return None


def _nearest(word: str, possibilities: Iterable[str], most: int, cutoff: float) -> list[str]:
    """The nearest of the words; what looks for them is imported only where something is not found."""
    import difflib

    return difflib.get_close_matches(word, list(possibilities), most, cutoff)


def _did_you_mean(wanted: str, captions: Sequence[str]) -> str:
    close = _nearest(wanted, [each for each in captions if each], 1, 0.5)
    hint = f'Did you mean "{close[0]}"? ' if close else ""
    return f"{hint}Its columns are {_listed(captions)}."


def describe(layout: Layout, source: AnySource) -> str:
    """How the file is read, in words: `comma, UTF-8` or `sheet "Patients"`."""
    if isinstance(source, TextSource):
        encoding = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with its mark", "utf-16": "UTF-16"}
        return f"{DELIMITER_NAMES[layout.part]}, {encoding.get(source.encoding, 'Windows-1252')}"
    return f'sheet "{layout.part}"'

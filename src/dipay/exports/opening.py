"""Opening the day's exports: which files are meant, what each is, and how it is laid out. No row is read here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from dipay.domain.fields import FileKind
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, cannot
from dipay.exports.layout.finding import AnySource, Layout, choose_profile, find_layouts, open_source
from dipay.exports.layout.profiles import (
    GENERIC,
    Profile,
    Words,
    bundled_profiles,
    names_what_is_needed,
    profile_at,
)
from dipay.exports.sources.files import Watch, look_at, newest, nobody_watches
from dipay.exports.sources.text import TextSource


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """What to read and how: the settings' exports and payment settings, as plain values.

    `today` is the real day (what can't lie ahead of it), `as_of` the day the balances are wanted for. With `payments`
    the money of each day is kept, too.
    """

    folder: Path
    profile_folder: Path
    files: Mapping[FileKind, str]
    profile: str
    columns: Mapping[FileKind, Mapping[str, Sequence[str]]]
    words: Mapping[FileKind, Words]
    date_format: str
    visit_scope: str
    max_outstanding_claims: int | None
    max_age_hours: int
    country: str
    as_of: date
    now: datetime
    zone: tzinfo
    watch: Watch = nobody_watches
    payments: bool = False

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def open_all(plan: ReadingPlan) -> tuple[dict[FileKind, AnySource], dict[FileKind, Layout]]:
    """Every file opened and laid out by one profile; what is wrong with any of them is said in one go."""
    profiles = profiles_for(plan)
    problems: list[Problem] = []
    sources: dict[FileKind, AnySource] = {}
    found: dict[FileKind, dict[str, Layout]] = {}
    for kind, pattern in plan.files.items():
        try:
            file = look_at(newest(plan.folder, pattern, plan.zone))
            sources[kind] = source = open_source(file, plan.watch)
            if isinstance(source, TextSource) and not source.ends_with_line_end():
                file.wait_for_its_end()
            found[kind] = find_layouts(sources[kind], kind, profiles, plan.columns.get(kind, {}))
        except CannotGoOn as error:
            problems.extend(error.problems)
    if problems:
        raise CannotGoOn(problems, ExitCode.EXPORTS)
    return sources, choose_profile(found, {kind: source.file for kind, source in sources.items()})


def profiles_for(plan: ReadingPlan) -> tuple[Profile, ...]:
    """The profiles that the files may fit, with the settings' own words.

    Where the settings name every column that a file needs, no PMS's captions are asked for: dipay's own words count.
    """
    if plan.profile.endswith((".yaml", ".yml")) or "/" in plan.profile or "\\" in plan.profile:
        profiles: tuple[Profile, ...] = (profile_at(plan.profile_folder / plan.profile),)
    elif plan.profile == "auto":
        profiles = bundled_profiles()
        if all(names_what_is_needed(kind, plan.columns.get(kind, {})) for kind in plan.files):
            profiles = tuple(each for each in profiles if each.name == GENERIC)
    else:
        profiles = tuple(each for each in bundled_profiles() if each.name == plan.profile)
    if not profiles:
        names = ", ".join(each.name for each in bundled_profiles())
        raise cannot(
            ExitCode.EXPORTS,
            f'there is no profile "{plan.profile}".',
            f"Set exports.profile to auto, one of {names}, or the path of a profile of your own (.yaml).",
        )
    return tuple(each.with_words(plan.words) for each in profiles) if plan.words else profiles

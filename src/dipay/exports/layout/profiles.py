"""Profiles: how each PMS names its columns and words. Data in `profiles/*.yaml`; this reads it into values."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from dipay.disk import read_file
from dipay.domain.column_settings import AMOUNT
from dipay.domain.fields import ADDABLE, FIELDS_OF, KINDS, MEANINGS, Field, FileKind
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.domain.setting_reader import some_of
from dipay.grammar.dates import is_date_format
from dipay.grammar.words import NO, YES, YesNo, fold, folded
from dipay.yaml_text import MOST_BYTES, is_too_deep

#: Values that mean "their own guarantor" where a PMS writes one instead of leaving the cell empty (NexHealth: 0).
OWN_GUARANTOR = frozenset({"", "0"})
#: Coded columns whose words have meanings of their own, not yes and no.
CLOSED: Final = frozenset({"status", "type", "language"})
#: The profile of dipay's own captions.
GENERIC = "generic"

#: The fields a file of each kind can't do without. A tuple holds alternatives, each a set of fields.
REQUIRED: Mapping[FileKind, tuple[tuple[frozenset[str], ...], ...]] = {
    "patients": (
        (frozenset({"patient_id"}),),
        (frozenset({"first_name", "last_name"}), frozenset({"name"})),
    ),
    "ledger": (
        (frozenset({"patient_id"}),),
        (frozenset({"date"}),),
        (frozenset({"amount"}), frozenset({"charge", "credit"})),
    ),
    "balances": (
        (frozenset({"guarantor_id"}),),
        (frozenset({"days_0_30"}),),
        (frozenset({"days_31_60"}),),
        (frozenset({"days_61_90"}),),
        (frozenset({"over_90"}),),
    ),
}


def fold_caption(caption: str) -> str:
    """A caption as profiles compare it: case, blanks, line breaks, underscores and a leading apostrophe don't count."""
    text = caption.replace("\ufeff", "").replace("\u2013", "-").replace("_", " ")
    return " ".join(text.split()).lstrip("'").strip().casefold()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field comes from: a caption, and what part of the cell (`take`, the group of a pattern) holds it."""

    caption: str
    take: re.Pattern[str] | None = None
    otherwise: str = ""
    folded: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", fold_caption(self.caption))


#: The columns that a field is taken from: one, or several whose amounts are added.
Columns = tuple[Source, ...]
#: By field, and by what is meant, the words of a coded column.
Words = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class FileProfile:
    """One kind of file in one PMS: the captions of each field, best first, and the words of its coded columns."""

    columns: Mapping[str, tuple[Columns, ...]]
    yes_no: Mapping[str, YesNo]
    words: Mapping[str, Mapping[str, str]]

    def with_columns(self, own: Mapping[str, Sequence[str]]) -> FileProfile:
        """The profile with the settings' own captions put over its own."""
        named = {name: (tuple(map(Source, captions)),) for name, captions in own.items()}
        return replace(self, columns={**self.columns, **named})

    def with_words(self, own: Words) -> FileProfile:
        """The profile with the settings' own words beside its own; a word means what the settings say."""
        yes_no, words = dict(self.yes_no), dict(self.words)
        for name, lists in own.items():
            if name in CLOSED:
                words[name] = {**words.get(name, {}), **_meanings(lists)}
            else:
                told = yes_no.get(name, YesNo()).with_words(
                    *(folded(lists.get(meaning, ())) for meaning in ("yes", "no", "unknown"))
                )
                yes_no[name] = replace(told, amount_is_yes=told.amount_is_yes or AMOUNT in lists)
        return replace(self, yes_no=yes_no, words=words)


@dataclass(frozen=True, slots=True)
class Profile:
    """How one PMS writes its exports. `id_pattern` is what every id looks like, with the words for when it doesn't."""

    name: str
    title: str
    dates: tuple[str, ...]
    decimal: str
    id_pattern: re.Pattern[str] | None
    id_otherwise: str
    files: Mapping[FileKind, FileProfile]

    def with_words(self, own: Mapping[FileKind, Words]) -> Profile:
        """The profile with the settings' own words."""
        files = {kind: file.with_words(own[kind]) if kind in own else file for kind, file in self.files.items()}
        return replace(self, files=files)


def names_what_is_needed(kind: FileKind, named: Container[str]) -> bool:
    """Whether these fields are all that a file of that kind can't do without."""
    return all(any(all(each in named for each in fields) for fields in alternatives) for alternatives in REQUIRED[kind])


@cache
def bundled_profiles() -> tuple[Profile, ...]:
    """The profiles that come with dipay, by name."""
    files = sorted((Path(__file__).parent / "profiles").glob("*.yaml"))
    return tuple(read_profile(each.stem, each.read_text("utf-8")) for each in files)


def profile_at(path: Path) -> Profile:
    """A practice's own profile; whatever keeps it from being one ends with exit code 2."""
    import yaml

    try:
        text = read_file(path, MOST_BYTES).decode()
        if is_too_deep(text):
            raise _no_profile(path, "is nested too deeply.")
        return read_profile(path.stem, text)
    except OSError as error:
        raise _no_profile(path, f"can't be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _no_profile(path, "is not YAML.", row=mark.line + 1 if mark is not None else None) from None
    except WrongProfile as wrong:
        raise _no_profile(path, f"{wrong}") from None


class WrongProfile(ValueError):  # noqa: N818  what is wrong, in words
    """A text that is no profile."""


def _no_profile(path: Path, words: str, row: int | None = None) -> CannotGoOn:
    return cannot(
        ExitCode.USAGE, words, "docs/exports.md says how a profile is written.", path.name, row=row,
        key="exports.profile",
    )  # fmt: skip


def read_profile(name: str, text: str) -> Profile:
    """A profile from its YAML; `WrongProfile` says what is wrong with it."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    data = yaml.load(text, Loader=loader)  # noqa: S506  BaseLoader makes nothing but text
    _check(data)
    ids = data.get("ids", {})
    return Profile(
        name=name,
        title=data.get("title", name),
        dates=tuple(data.get("dates", ())),
        decimal=data.get("decimal", "."),
        id_pattern=re.compile(ids["pattern"]) if ids else None,
        id_otherwise=ids.get("otherwise", ""),
        files={kind: _file_profile(data[kind]) for kind in KINDS if kind in data},
    )


def _check(data: Any) -> None:
    """`WrongProfile` where something in it is not what a profile has."""
    if not isinstance(data, dict) or not data:
        raise WrongProfile("holds no profile.")
    known = {"title", "dates", "decimal", "ids", *KINDS}
    if unknown := sorted(data.keys() - known):
        raise WrongProfile(f"{unknown[0]} is not a part of a profile; its parts are {', '.join(sorted(known))}.")
    if data.get("decimal", ".") not in (".", ","):
        raise WrongProfile("decimal is a point or a comma.")
    for each in _texts("dates", data.get("dates", [])):
        if not is_date_format(each):
            raise WrongProfile(f"{each} is not a format of dates, such as %m/%d/%Y.")
    for kind in KINDS:
        if kind in data:
            _check_file(kind, data[kind])
    if "ids" in data:
        if not _has_texts(data["ids"], {"pattern", "otherwise"}):
            raise WrongProfile("ids has a pattern, and otherwise: what to say of others.")
        _check_pattern("ids", data["ids"]["pattern"])


def _check_file(kind: FileKind, file: Any) -> None:
    if not isinstance(file, dict) or not isinstance(file.get("columns"), dict):
        raise WrongProfile(f"{kind} has no columns.")
    if not isinstance(file.get("words", {}), dict):
        raise WrongProfile(f"{kind}.words is not a table of fields.")
    for part in ("columns", "words"):
        if unknown := sorted(file.get(part, {}).keys() - FIELDS_OF[kind].keys()):
            raise WrongProfile(f"{kind}.{part}: {unknown[0]} is not a field.")
    for name, captions in file["columns"].items():
        _check_columns(f"{kind}.columns.{name}", FIELDS_OF[kind][name], captions)
    for name, lists in file.get("words", {}).items():
        _check_words(f"{kind}.words.{name}", FIELDS_OF[kind][name], lists)


def _check_columns(place: str, field: Field[Any], captions: Any) -> None:
    if not isinstance(captions, list) or not all(captions):
        raise WrongProfile(f"{place} is not a list of captions.")
    for each in captions:
        if isinstance(each, list) and field.grammar not in ADDABLE:
            raise WrongProfile(f"{place} is one column; only amounts are added of several.")
        for source in each if isinstance(each, list) else [each]:
            if isinstance(source, str) and source.strip():
                continue
            if not _has_texts(source, {"caption", "take", "otherwise"}):
                raise WrongProfile(f"{place} holds what is neither a caption nor a caption, take and otherwise.")
            if _check_pattern(place, source["take"]).groups != 1:
                raise WrongProfile(f"{place} takes what one pair of brackets in its pattern holds.")


def _check_words(place: str, field: Field[Any], lists: Any) -> None:
    meanings = {*MEANINGS.get(field.grammar, ()), *(() if field.name in CLOSED else ("blank", "amount"))}
    if not isinstance(lists, dict) or lists.keys() - meanings:
        raise WrongProfile(f"{place} says what its words mean: {some_of(sorted(meanings))}.")
    for meaning, words in lists.items():
        if meaning not in ("blank", "amount"):
            _texts(f"{place}.{meaning}", words)
        elif words not in ("yes", "no"):
            raise WrongProfile(f"{place}.{meaning} is yes or no.")


def _texts(place: str, value: Any) -> list[str]:
    """The value, a list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise WrongProfile(f"{place} is not a list of texts, such as [this, that].")
    return value


def _has_texts(value: Any, names: set[str]) -> bool:
    """Whether it is a table of texts of exactly these names."""
    return isinstance(value, dict) and value.keys() == names and all(isinstance(each, str) for each in value.values())


def _check_pattern(place: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error:
        raise WrongProfile(f"{place} holds a pattern that is none.") from None


def _file_profile(data: Mapping[str, Any]) -> FileProfile:
    words = data.get("words", {})
    return FileProfile(
        columns={field: tuple(map(_columns, sources)) for field, sources in data["columns"].items()},
        yes_no={field: _yes_no(lists) for field, lists in words.items() if field not in CLOSED},
        words={field: _meanings(lists) for field, lists in words.items() if field in CLOSED},
    )


def _columns(data: str | Mapping[str, str] | Sequence[str]) -> Columns:
    """A column, or the list of columns that are added."""
    return tuple(map(_source, data)) if isinstance(data, list) else (_source(data),)  # type: ignore[arg-type]


def _source(data: str | Mapping[str, str]) -> Source:
    if isinstance(data, str):
        return Source(data)
    return Source(data["caption"], re.compile(data["take"]), data["otherwise"])


def _yes_no(lists: Mapping[str, Any]) -> YesNo:
    blank = {"yes": True, "no": False, None: None}[lists.get("blank")]
    return YesNo(
        yes=folded(lists["yes"]) if "yes" in lists else YES,
        no=folded(lists["no"]) if "no" in lists else NO,
        unknown=folded(lists.get("unknown", ())),
        blank=blank,
        amount_is_yes=lists.get("amount") == "yes",
    )


def _meanings(lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {fold(word): meaning for meaning, words in lists.items() for word in words}

"""Profiles: how each PMS names its columns and words. Data in `profiles/*.yaml`; this reads it into values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dipay.domain.fields import KINDS, FileKind
from dipay.grammar.words import NO, YES, YesNo, fold, folded

#: Values that mean "their own guarantor" where a PMS writes one instead of leaving the cell empty (NexHealth: 0).
OWN_GUARANTOR = frozenset({"", "0"})
#: The profile of dipay's own captions.
GENERIC = "generic"

#: The fields a file of each kind can't do without. A tuple holds alternatives, each a set of fields.
REQUIRED: Mapping[FileKind, tuple[tuple[frozenset[str], ...], ...]] = {
    "patients": (
        (frozenset({"patient_id"}),),
        (frozenset({"guarantor_id"}),),
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


@dataclass(frozen=True, slots=True)
class FileProfile:
    """One kind of file in one PMS: the captions of each field, best first, and the words of its coded columns."""

    columns: Mapping[str, tuple[Source, ...]]
    yes_no: Mapping[str, YesNo]
    words: Mapping[str, Mapping[str, str]]

    def with_columns(self, own: Mapping[str, str]) -> FileProfile:
        """The profile with the settings' own captions put over its own."""
        return replace(self, columns={**self.columns, **{name: (Source(text),) for name, text in own.items()}})


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


@cache
def bundled_profiles() -> tuple[Profile, ...]:
    """The profiles that come with dipay, by name."""
    files = sorted((Path(__file__).parent / "profiles").glob("*.yaml"))
    return tuple(read_profile(each.stem, each.read_text("utf-8")) for each in files)


def read_profile(name: str, text: str) -> Profile:
    """A profile from its YAML."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    data: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506  BaseLoader makes nothing but text
    ids = data.get("ids", {})
    return Profile(
        name=name,
        title=data["title"],
        dates=tuple(data.get("dates", ())),
        decimal=data.get("decimal", "."),
        id_pattern=re.compile(ids["pattern"]) if ids else None,
        id_otherwise=ids.get("otherwise", ""),
        files={kind: _file_profile(data[kind]) for kind in KINDS if kind in data},
    )


def _file_profile(data: Mapping[str, Any]) -> FileProfile:
    words = data.get("words", {})
    closed = {"status", "type"}
    return FileProfile(
        columns={field: tuple(map(_source, sources)) for field, sources in data["columns"].items()},
        yes_no={field: _yes_no(lists) for field, lists in words.items() if field not in closed},
        words={field: _meanings(lists) for field, lists in words.items() if field in closed},
    )


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

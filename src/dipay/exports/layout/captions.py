"""Captions: which field a caption may stand for, by how alike it is to the names that the field has elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from dipay.domain.fields import FIELDS_OF, FileKind
from dipay.exports.layout.profiles import bundled_profiles, fold_caption

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
    "language": ("lang", "preferred lang", "language preference", "primary language", "spoken language"),
    "date": ("transaction date", "service date", "entry date", "posted"),
    "amount": ("transaction amount", "net amount", "value"),
    "charge": ("charges", "debit"),
    "credit": ("credits", "payment", "payments"),
    "days_0_30": ("current", "0 - 30", "under 30"),
    "days_31_60": ("31 - 60", "over 30"),
    "days_61_90": ("61 - 90", "over 60"),
    "over_90": ("91 and over", "90 days +", "over 90 days"),
}


def match_captions(
    kind: FileKind, captions: Sequence[str], may_be: Callable[[str, str], bool] | None = None
) -> dict[str, str]:
    """For each field the caption that is most like any name it has in any profile; a caption serves one field.

    `may_be` says of a field and a caption whether the one can stand in the other's column.
    """
    scored = sorted(
        (
            (score, field, caption.strip())
            for caption in captions
            if caption.strip()
            for field in _names(kind)
            if (score := likeness(kind, field, caption)) >= ALIKE and (may_be is None or may_be(field, caption.strip()))
        ),
        reverse=True,
    )
    columns: dict[str, str] = {}
    used: set[str] = set()
    for _, field, caption in scored:
        if field not in columns and caption not in used:
            columns[field] = caption
            used.add(caption)
    return columns


def likeness(kind: FileKind, field: str, caption: str) -> float:
    """How alike a caption is to what the field is called elsewhere: from 0 to 1, which is a name it has."""
    return _likeness(kind, field, fold_caption(caption))


@cache
def _likeness(kind: FileKind, field: str, caption: str) -> float:
    names = _names(kind).get(field, frozenset())
    return 1.0 if caption in names else max((_alike(caption, name) for name in names), default=0.0)


def _alike(caption: str, name: str) -> float:
    matcher = difflib.SequenceMatcher(None, caption, name)
    # The bounds are quick to have, and most captions are not alike at all.
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


@cache
def _names(kind: FileKind) -> Mapping[str, frozenset[str]]:
    """What each field of such a file is called, by dipay, by every profile, and by offices."""
    names = {field: {field.replace("_", " "), *_SYNONYMS.get(field, ())} for field in FIELDS_OF[kind]}
    for profile in bundled_profiles():
        if kind in profile.files:
            for field, sources in profile.files[kind].columns.items():
                names[field].update(fold_caption(source.caption) for columns in sources for source in columns)
    return {field: frozenset(each) for field, each in names.items()}

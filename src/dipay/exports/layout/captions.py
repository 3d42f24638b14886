"""Captions: which field a caption may stand for, by how alike it is to the names that the field has elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from dipay.domain.fields import FileKind
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
    "date": ("transaction date", "service date", "entry date", "posted"),
    "amount": ("transaction amount", "net amount", "value"),
    "charge": ("charges", "debit"),
    "credit": ("credits", "payment", "payments"),
    "days_0_30": ("current", "0 - 30", "under 30"),
    "days_31_60": ("31 - 60", "over 30"),
    "days_61_90": ("61 - 90", "over 60"),
    "over_90": ("91 and over", "90 days +", "over 90 days"),
}


def match_captions(kind: FileKind, captions: Sequence[str]) -> dict[str, str]:
    """For each field the caption that is most like any name it has in any profile; a caption serves one field."""
    names: dict[str, set[str]] = {}
    for profile in bundled_profiles():
        if kind in profile.files:
            for field, sources in profile.files[kind].columns.items():
                names.setdefault(field, {field.replace("_", " ")}).update(
                    fold_caption(source.caption) for columns in sources for source in columns
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

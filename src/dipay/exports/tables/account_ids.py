"""Whose account a patient's id is, what people are called, and where else they can be called: read by itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from dipay.exports.layout.finding import find_layouts, open_source
from dipay.exports.layout.profiles import OWN_GUARANTOR
from dipay.exports.opening import ReadingPlan, profiles_for
from dipay.exports.sources.files import look_at, newest
from dipay.exports.sources.text import Block
from dipay.exports.tables.table import Table
from dipay.grammar import read_or_none
from dipay.grammar.cells import clean
from dipay.grammar.names import split_name

#: Numbers to call, which no rule looks at.
_OTHER_NUMBERS: Final = {"home": "home_phone", "work": "work_phone"}


def read_account_ids(plan: ReadingPlan) -> dict[str, str]:
    """Each patient's guarantor id, as `read_patients` finds it, without reading anything else of the rows."""
    table = _patients_table(plan)
    found: dict[str, str] = {}
    other_ids: dict[str, str] = {}
    columns = table.layout.columns
    for block in table.rows(("patient_id", "guarantor_id", "other_id")):
        ids = _ids(block, columns["patient_id"].index)
        guarantors = _ids(block, columns["guarantor_id"].index) if "guarantor_id" in columns else [""] * len(ids)
        for patient_id, guarantor_id in zip(ids, guarantors, strict=True):
            found[patient_id] = patient_id if guarantor_id in OWN_GUARANTOR else guarantor_id
        if "other_id" in columns:
            other_ids.update(zip(_ids(block, columns["other_id"].index), ids, strict=True))
    return {each: named if named in found else other_ids.get(named, named) for each, named in found.items()}


def read_names(plan: ReadingPlan, ids: Collection[str] | None) -> dict[str, str]:
    """What these people are called, or everybody; whoever is not in the export, or has no name there, is left out."""
    table = _patients_table(plan)
    columns = table.layout.columns
    named = [columns[each].index for each in ("first_name", "last_name") if each in columns]
    found: dict[str, str] = {}
    for block in table.rows(("patient_id", "first_name", "last_name", "name")):
        for row, patient_id in zip(block.rows, _ids(block, columns["patient_id"].index), strict=True):
            if ids is None or patient_id in ids:
                parts = [_text_or_blank(row[index]) for index in named]
                if not any(parts) and "name" in columns:
                    parts = list(split_name(_text_or_blank(row[columns["name"].index])))
                if name := " ".join(filter(None, parts)):
                    found.setdefault(patient_id, name)
    return found


def read_other_numbers(plan: ReadingPlan, ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Where else these people can be called, by the word for it (home, work), as the export has it; blanks left out."""
    table = _patients_table(plan)
    columns = table.layout.columns
    kinds = {word: columns[name].index for word, name in _OTHER_NUMBERS.items() if name in columns}
    found: dict[str, dict[str, str]] = {}
    for block in table.rows(("patient_id", *_OTHER_NUMBERS.values())) if kinds and ids else ():
        for row, patient_id in zip(block.rows, _ids(block, columns["patient_id"].index), strict=True):
            if patient_id in ids:
                numbers = {word: _text_or_blank(row[index]) for word, index in kinds.items()}
                found.setdefault(patient_id, {word: text for word, text in numbers.items() if text})
    return found


def _patients_table(plan: ReadingPlan) -> Table:
    source = open_source(look_at(newest(plan.folder, plan.files["patients"], plan.zone)))
    layouts = find_layouts(source, "patients", profiles_for(plan), plan.columns.get("patients", {}))
    # Where several profiles fit, `list` stops; here any of them names the same ids.
    return Table(source, next(iter(layouts.values())), "patient_id")


def _ids(block: Block, index: int) -> list[str]:
    """A column's ids; nearly all of them stand in their cells as they are."""
    texts = [cells[index] for cells in block.rows]
    return [text if text.isdecimal() and text.isascii() else _text_or_blank(text) for text in texts]


def _text_or_blank(text: str) -> str:
    return read_or_none(text, clean) or ""

"""Whose account a patient's id is: what an id typed by a person is looked up in, without reading anything else."""

from __future__ import annotations

from dipay.exports.layout.finding import find_layouts, open_source
from dipay.exports.layout.profiles import OWN_GUARANTOR
from dipay.exports.opening import ReadingPlan, profiles_for
from dipay.exports.sources.files import look_at, newest
from dipay.exports.sources.text import Block
from dipay.exports.tables.table import Table
from dipay.grammar import Unreadable
from dipay.grammar.cells import clean


def read_account_ids(plan: ReadingPlan) -> dict[str, str]:
    """Each patient's guarantor id, as `read_patients` finds it, without reading anything else of the rows."""
    source = open_source(look_at(newest(plan.folder, plan.files["patients"], plan.zone)))
    layouts = find_layouts(source, "patients", profiles_for(plan), plan.columns.get("patients", {}))
    # Where several profiles fit, `list` stops; here any of them names the same ids.
    table = Table(source, next(iter(layouts.values())), "patient_id")
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


def _ids(block: Block, index: int) -> list[str]:
    """A column's ids; nearly all of them stand in their cells as they are."""
    texts = [cells[index] for cells in block.rows]
    return [text if text.isdecimal() and text.isascii() else _id_or_blank(text) for text in texts]


def _id_or_blank(text: str) -> str:
    try:
        return clean(text)
    except Unreadable:
        return ""

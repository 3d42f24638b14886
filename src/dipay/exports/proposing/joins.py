"""Joins: which columns hold the ids that two files share, by their values; a caption only decides between equals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from dipay.domain.fields import FileKind, Grammar
from dipay.exports.layout.captions import likeness
from dipay.exports.layout.profiles import OWN_GUARANTOR, fold_caption
from dipay.exports.proposing.looks import looks_like
from dipay.exports.proposing.samples import Sample, SampleColumn

#: Ids of a few patients who are not in the other file are usual; more than these shares are not.
_UNIQUE: Final = 0.98
_JOINED: Final = 0.5
_MOSTLY: Final = 0.7
_PAYER: Final = re.compile(r"guar|resp|pay[eo]r|family|head|house|household|bill to|primary|account|acct")


def id_columns(sample: Sample) -> list[SampleColumn]:
    """The columns that hold ids, of whomever."""
    return [each for each in sample.columns if looks_like(Grammar.ID, each)]


def share_of(column: SampleColumn, ids: AbstractSet[str]) -> float:
    """How much of what the column holds is among the ids."""
    distinct = column.words.keys() - OWN_GUARANTOR
    return len(distinct & ids) / len(distinct) if distinct else 0.0


def is_unique(column: SampleColumn) -> bool:
    """Whether nearly every row has a value, and one of its own."""
    return bool(column.filled) and len(column.words) >= _UNIQUE * len(column.cells)


def patients_ids(sample: Sample, others: Sequence[Sample]) -> SampleColumn | None:
    """The column of the patients' own ids: one for each row, and the one that the other files name them by."""
    unique = [each for each in id_columns(sample) if is_unique(each) and not looks_like(Grammar.PHONE, each)]
    return max(
        unique, key=lambda each: (_best_join(each, others), *_caption("patients", "patient_id", each)), default=None
    )


def _best_join(column: SampleColumn, others: Iterable[Sample]) -> float:
    ids = column.words.keys()
    return max((round(share_of(each, ids), 1) for sample in others for each in id_columns(sample)), default=0.0)


def joining(kind: FileKind, field: str, sample: Sample, ids: AbstractSet[str]) -> SampleColumn | None:
    """The column of a ledger or an aging report that says whose each row is."""
    joined = [each for each in id_columns(sample) if share_of(each, ids) >= _JOINED]
    if kind == "balances":  # a row for each guarantor, or a few: no column of types or counts
        joined = [each for each in joined if len(each.words) >= 0.3 * len(each.filled)]
    return max(joined, key=lambda each: (*_caption(kind, field, each), len(each.words)), default=None)


def payers(sample: Sample, own: SampleColumn, taken: Iterable[str]) -> SampleColumn | None:
    """The column that says who pays for each patient: patients' ids, under a caption that speaks of payers."""
    ids, barred = own.words.keys(), {own.caption, *taken}
    joined = [
        each
        for each in id_columns(sample)
        if each.caption not in barred and share_of(each, ids) >= _MOSTLY and speaks_of_payers(each.caption)
    ]
    return max(joined, key=lambda each: (*_caption("patients", "guarantor_id", each), len(each.words)), default=None)


def speaks_of_payers(caption: str) -> bool:
    """Whether a caption is about who pays."""
    return _PAYER.search(fold_caption(caption)) is not None


def _caption(kind: FileKind, field: str, column: SampleColumn) -> tuple[float, ...]:
    return (likeness(kind, field, column.caption),)

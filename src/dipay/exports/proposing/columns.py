"""Columns: what each field of one file is proposed to be taken from, why, and whether that is sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from dipay.domain.fields import BUCKETS, FIELDS_OF, MEANINGS, FileKind, Grammar
from dipay.exports.layout.captions import ALIKE, likeness, match_captions
from dipay.exports.layout.profiles import REQUIRED, fold_caption
from dipay.exports.proposing.ages import buckets_of
from dipay.exports.proposing.coded import MOST_WORDS, looks_of
from dipay.exports.proposing.joins import joining, patients_ids, payers, share_of
from dipay.exports.proposing.looks import can_be, cents_in, holds_money, looks_like
from dipay.exports.proposing.samples import Sample, SampleColumn
from dipay.exports.proposing.sums import prove
from dipay.exports.tables.other_amounts import OF_ANOTHER_TIME

#: What is proposed by its ids or its sums alone, never by a caption.
_BY_JOINS: Final = frozenset({"patient_id", "guarantor_id"})
BY_SUMS: Final = frozenset({"total", "portion", "unapplied_credit", "insurance_estimate", "writeoff_estimate"})
BUCKET_NAMES: Final = tuple(each.name for each in BUCKETS)
_NO_MONEY: Final = re.compile(
    r"\b(?:ids?|no|num(?:ber)?|#|acct|account|chart|zip|postal|phone|type|code|claims?|age|days)\b|#"
)
_MONEY: Final = frozenset({Grammar.AMOUNT, Grammar.BUCKET, Grammar.SIDE, Grammar.ESTIMATE})


@dataclass(frozen=True, slots=True)
class Proposed:
    """A field with the columns it is taken from (their amounts are added), three values, and why it is proposed."""

    field: str
    captions: tuple[str, ...]
    examples: tuple[str, ...]
    why: str
    sure: bool = True


def propose_columns(
    kind: FileKind, sample: Sample, ids: AbstractSet[str], others: Sequence[Sample]
) -> dict[str, Proposed]:
    """What the fields of a file are taken from. `ids` are the patients' where they are known, `others` other files."""
    found = _Columns(kind, sample)
    if kind == "patients":
        _propose_ids_of_patients(found, others)
        for coded, column in looks_of(sample.columns).items():
            found.take(coded.name, [column], "by its caption and its words")
    else:
        field = "patient_id" if kind == "ledger" else "guarantor_id"
        whose = joining(kind, field, sample, ids)
        if whose is not None:
            found.take(field, [whose], f"{share_of(whose, ids):.0%} of its values are patients' ids")
    if kind == "balances":
        _propose_sums(found, ids)
    for field, caption in match_captions(kind, found.free, found.may_be).items():
        found.take(field, [sample.by_caption[caption]], "by its caption")
    for field, column in _by_values(found):
        found.take(field, [column], "by its values alone", sure=False)
    return found.fields


@dataclass
class _Columns:
    """What has been proposed so far; a column serves one field."""

    kind: FileKind
    sample: Sample

    def __post_init__(self) -> None:
        self.fields: dict[str, Proposed] = {}

    @property
    def taken(self) -> set[str]:
        return {caption for each in self.fields.values() for caption in each.captions}

    @property
    def free(self) -> list[str]:
        return [each.caption for each in self.sample.columns if each.caption not in self.taken]

    def take(self, field: str, columns: Sequence[SampleColumn], why: str, *, sure: bool = True) -> None:
        captions = tuple(each.caption for each in columns)
        if field in self.fields or self.taken.intersection(captions):
            return
        examples = tuple(zip(*(each.filled[:3] for each in columns), strict=False))
        shown = tuple(" + ".join(each) for each in examples) if len(columns) > 1 else columns[0].examples
        self.fields[field] = Proposed(field, captions, shown, why, sure)

    def may_be(self, field: str, caption: str) -> bool:
        """Whether the values allow what the caption says."""
        grammar, column = FIELDS_OF[self.kind][field].grammar, self.sample.by_caption[caption]
        if field in _BY_JOINS or (self.kind == "balances" and (field in BUCKET_NAMES or field in BY_SUMS)):
            return False
        if field in ("name", "first_name", "last_name") and not column.filled:
            return False
        if grammar in MEANINGS and len(column.words) > MOST_WORDS and field not in ("payment_plan", "language"):
            return False
        return can_be(grammar, column)


def _propose_ids_of_patients(found: _Columns, others: Sequence[Sample]) -> None:
    own = patients_ids(found.sample, others)
    if own is None:
        return
    found.take("patient_id", [own], "each row has one of its own, and the other file names patients by it")
    payer = payers(found.sample, own, found.taken)
    if payer is not None:
        share = share_of(payer, own.words.keys())
        found.take("guarantor_id", [payer], f"{share:.0%} of its values are patients' ids")


def _propose_sums(found: _Columns, ids: AbstractSet[str]) -> None:
    """The buckets by their captions, and what the rows prove with them."""
    columns = found.sample.by_caption
    # Marks of currency are no proof that a bucket is money, for many are 0: its cells must be amounts, that is all.
    amounts = [each for each in found.free if can_be(Grammar.BUCKET, columns[each])]
    buckets = buckets_of(amounts)
    for field, captions in buckets.items():
        found.take(field, [columns[each] for each in captions], "by the days in its caption")
    whose = found.fields.get("guarantor_id")
    if whose is None or len(buckets) < len(BUCKET_NAMES):
        return
    rows = [row for row, cell in enumerate(columns[whose.captions[0]].cells) if cell in ids]
    cells = {each: [columns[each].cells[row] for row in rows] for each in amounts}
    parts = [each for captions in buckets.values() for each in captions]
    free = {each: cells[each] for each in found.free if each in cells and looks_like(Grammar.BUCKET, columns[each])}
    for field, proof in prove(parts, free, {each: cells[each] for each in parts}).items():
        why = f"adds up in {proof.agreeing} of {proof.rows} rows"
        found.take(field, [columns[each] for each in proof.columns], why)
    _propose_estimates(found, free)
    if "total" in found.fields:
        for field in buckets:
            found.fields[field] = replace(found.fields[field], why=f"{found.fields['total'].why}")


def _propose_estimates(found: _Columns, free: Iterable[str]) -> None:
    """Estimates by their captions, where no portion says whether they are right."""
    if "portion" in found.fields:
        return
    for field in ("insurance_estimate", "writeoff_estimate"):
        best = max(free, key=lambda each: likeness("balances", field, each), default=None)
        if best is not None and likeness("balances", field, best) >= ALIKE:
            column = found.sample.by_caption[best]
            if can_be(Grammar.ESTIMATE, column):
                found.take(field, [column], "by its caption")


def _by_values(found: _Columns) -> Iterator[tuple[str, SampleColumn]]:
    """Columns that only their values speak for, where just one can be meant."""
    wanted: Mapping[FileKind, tuple[tuple[str, Grammar], ...]] = {
        "patients": (("name", Grammar.NAME), ("mobile_phone", Grammar.PHONE)),
        "ledger": (("date", Grammar.DAY), ("amount", Grammar.AMOUNT)),
        "balances": (),
    }
    for field, grammar in wanted[found.kind]:
        if field in found.fields or (field != "mobile_phone" and not _lacks(found, field)):
            continue
        free = [found.sample.by_caption[each] for each in found.free]
        fitting = [each for each in free if looks_like(grammar, each) and _may_stand_alone(grammar, each)]
        if len(fitting) == 1:
            yield field, fitting[0]


def _lacks(found: _Columns, field: str) -> bool:
    """Whether the file can't do without that field, and has no other in its place."""
    lacking = set(missing(found.kind, found.fields))
    return field in lacking or (field == "name" and "first_name" in lacking)


def _may_stand_alone(grammar: Grammar, column: SampleColumn) -> bool:
    """Whether such cells say enough without a caption: money must be written so, names are not the same few words."""
    if grammar is Grammar.NAME:
        return len(column.words) >= len(column.filled) / 2
    return grammar not in _MONEY or holds_money(column)


def missing(kind: FileKind, fields: Iterable[str]) -> Iterator[str]:
    """The required fields that are not there; of alternatives, those of the one that lacks least."""
    there = set(fields)
    for alternatives in REQUIRED[kind]:
        lacking: list[list[str]] = [sorted(each - there) for each in alternatives]
        yield from min(lacking, key=len)


def _may_be_money(column: SampleColumn) -> bool:
    """Whether whole numbers under that caption may be amounts."""
    return looks_like(Grammar.AMOUNT, column) and _NO_MONEY.search(fold_caption(column.caption)) is None


def unexplained_money(sample: Sample, fields: Mapping[str, Sequence[str]]) -> list[SampleColumn]:
    """The columns of an aging report with amounts that may be a part of what is owed, and that nothing explains."""
    if {"total", "portion"} & fields.keys():
        return []
    mapped = {caption for captions in fields.values() for caption in captions}
    parts = [column for each in BUCKET_NAMES for caption in fields.get(each, ()) if (column := sample.column(caption))]
    # A spreadsheet program that drops the cents of the buckets drops those of the others.
    is_money = holds_money if any(map(holds_money, parts)) else _may_be_money
    others = (each for each in sample.columns if each.caption not in mapped and is_money(each))
    return [each for each in others if OF_ANOTHER_TIME.search(each.caption) is None and any(map(cents_in, each.words))]

"""Sums: which columns of an aging report are its total, credit, portion and estimates, proved on its rows.

buckets - credit = total, and total - estimates = portion, as the reader of balances has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from dipay.exports.layout.captions import ALIKE, likeness
from dipay.exports.layout.profiles import fold_caption
from dipay.exports.proposing.looks import cents_in

#: Of the rows that can be added up so many must agree; single ones may be wrong in the PMS.
_AGREE: Final = 0.95
#: So many rows prove a column whatever its caption says.
_ROWS_ENOUGH: Final = 8
_MOST_ESTIMATES: Final = 3

_CREDIT: Final = re.compile(r"credit|unapplied|prepa|unearned|deposit|advance")
_TOTAL: Final = re.compile(r"total|balance|\bbal\b|due|owe")
_ESTIMATE: Final = re.compile(r"\bins|\best|\bwrite|\bw/?o\b|carrier|\badj|third")
_PORTION: Final = re.compile(r"portion|\bresp|\bguar|\bpat|\bpt\b|\bself|\bown\b")

Cents = Sequence[int]


@dataclass(frozen=True, slots=True)
class Proof:
    """The columns that a field is taken from, and on how many of the rows it adds up."""

    columns: tuple[str, ...]
    agreeing: int
    rows: int


def prove(
    buckets: Iterable[str], others: Mapping[str, Sequence[str]], cells: Mapping[str, Sequence[str]]
) -> dict[str, Proof]:
    """By field what the rows prove of the `others`, which are columns of money; `cells` are the buckets' too."""
    money = {caption: [cents_in(cell) for cell in column] for caption, column in {**cells, **others}.items()}
    whole = [row for row, values in enumerate(zip(*money.values(), strict=True)) if None not in values]
    columns: dict[str, Cents] = {
        caption: [value for row in whole if (value := values[row]) is not None] for caption, values in money.items()
    }
    owed = [sum(values) for values in zip(*(columns[each] for each in buckets), strict=True)]
    if not any(owed):
        return {}
    return _Prover(owed, {each: columns[each] for each in others}).proofs()


def halves(total: Sequence[str], others: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """Two columns that are parts of the total: whose each is their captions do not say, or it would be proved."""
    wholes = [cents_in(cell) for cell in total]
    money = {caption: [cents_in(cell) for cell in cells] for caption, cells in others.items()}
    for one, other in combinations((each for each, values in money.items() if any(values)), 2):
        rows = [row for row in zip(wholes, money[one], money[other], strict=True) if None not in row and any(row)]
        agreeing = sum(whole == (first or 0) + (second or 0) for whole, first, second in rows)
        if rows and agreeing >= _AGREE * len(rows):
            return one, other
    return None


@dataclass
class _Prover:
    owed: Cents
    columns: Mapping[str, Cents]

    def proofs(self) -> dict[str, Proof]:
        found: dict[str, Proof] = {}
        balance: Cents = self.owed
        for credit, total in self._credits_and_totals():
            less = [owed - taken for owed, taken in zip(self.owed, self._credit(credit), strict=True)]
            agreeing = self._agreeing(less, self.columns[total], credit)
            is_named = credit is None or _tells_apart((credit,), total, _CREDIT, _TOTAL)
            if is_named and self._proves("total", total, agreeing):
                found["total"] = self._proof((total,), agreeing)
                if credit is not None:
                    found["unapplied_credit"] = self._proof((credit,), agreeing)
                balance = less
                break
        return found | self._portion(balance, {each for proof in found.values() for each in proof.columns})

    def _credits_and_totals(self) -> Iterator[tuple[str | None, str]]:
        """A total alone before one with a credit; what is called so before others."""
        unapplied = sorted(filter(self._has_one_sign, self.columns), key=lambda each: -_alike("unapplied_credit", each))
        totals = sorted(self.columns, key=lambda each: -_alike("total", each))
        for credit in (None, *unapplied):
            yield from ((credit, total) for total in totals if total != credit)

    def _has_one_sign(self, caption: str) -> bool:
        values = self.columns[caption]
        return any(values) and (min(values) >= 0 or max(values) <= 0)

    def _credit(self, caption: str | None) -> Cents:
        return [abs(each) for each in self.columns[caption]] if caption is not None else [0] * len(self.owed)

    def _agreeing(self, less: Cents, total: Cents, credit: str | None) -> int:
        """How many rows add up. Where the buckets are empty, a total below zero is a credit of its own."""
        return sum(
            left == said or (credit is None and said < 0 and not owed)
            for left, said, owed in zip(less, total, self.owed, strict=True)
        )

    def _portion(self, balance: Cents, taken: set[str]) -> dict[str, Proof]:
        """The portion with the estimates that explain it: as few as there can be."""
        free = [each for each in self.columns if each not in taken]
        portions = sorted(free, key=lambda each: -_alike("portion", each))
        for size in range(_MOST_ESTIMATES + 1):
            for portion in portions:
                below = [each for each in free if each != portion and min(self.columns[each], default=0) >= 0]
                for estimates in combinations(sorted(below, key=_by_estimate), size):
                    agreeing = sum(
                        said == left or (said == 0 and left < 0)
                        for said, left in zip(self.columns[portion], self._less(balance, estimates), strict=True)
                    )
                    is_named = not estimates or _tells_apart(estimates, portion, _ESTIMATE, _PORTION)
                    if is_named and self._proves("portion", portion, agreeing):
                        return self._fields(portion, estimates, agreeing)
        return {}

    def _less(self, balance: Cents, estimates: Sequence[str]) -> Cents:
        if not estimates:
            return balance
        taken = map(sum, zip(*(self.columns[each] for each in estimates), strict=True))
        return [owed - each for owed, each in zip(balance, taken, strict=True)]

    def _fields(self, portion: str, estimates: Sequence[str], agreeing: int) -> dict[str, Proof]:
        written_off = tuple(each for each in estimates if _by_estimate(each) > 0)
        insured = tuple(each for each in estimates if each not in written_off)
        named = {"portion": (portion,), "insurance_estimate": insured, "writeoff_estimate": written_off}
        return {field: self._proof(columns, agreeing) for field, columns in named.items() if columns}

    def _proves(self, field: str, caption: str, agreeing: int) -> bool:
        """Whether so many rows are enough; of a column that is called otherwise there must be many."""
        rows = len(self.owed)
        words = _TOTAL if field == "total" else _PORTION
        is_called_so = _alike(field, caption) >= ALIKE or _has(caption, words)
        return agreeing >= _AGREE * rows and (is_called_so or rows >= _ROWS_ENOUGH)

    def _proof(self, columns: tuple[str, ...], agreeing: int) -> Proof:
        return Proof(columns, agreeing, len(self.owed))


def _tells_apart(taken: Sequence[str], left: str, of_taken: re.Pattern[str], of_left: re.Pattern[str]) -> bool:
    """Whether captions say which is taken off and which is left: the rows add up the other way round as well."""
    speaking_for = _has(left, of_left) + all(_has(each, of_taken) for each in taken)
    against = _has(left, of_taken) + any(_has(each, of_left) for each in taken)
    return speaking_for > against


def _has(caption: str, words: re.Pattern[str]) -> bool:
    return words.search(fold_caption(caption)) is not None


def _alike(field: str, caption: str) -> float:
    return likeness("balances", field, caption)


def _by_estimate(caption: str) -> float:
    """Above zero for what is rather called a write-off, below for what is rather insurance's."""
    return _alike("writeoff_estimate", caption) - _alike("insurance_estimate", caption)

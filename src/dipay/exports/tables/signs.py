"""Signs: whether what the entries of a ledger are called and which way their amounts count go together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np

from dipay.domain.columns import Flags, Numbers
from dipay.domain.entries import ENTRY_KINDS
from dipay.domain.fields import EntryKind
from dipay.domain.problems import ExitCode, cannot
from dipay.exports.tables.table import Table

_CREDITS: Final = frozenset({EntryKind.PAYMENT, EntryKind.INSURANCE_PAYMENT, EntryKind.WRITE_OFF})
_CHARGES: Final = frozenset({EntryKind.CHARGE})
#: So many returned payments, or charges taken back, may stand in any ledger.
_FEW: Final = 5


def number_of(kind: EntryKind) -> int:
    """The number that stands for what an entry is."""
    return ENTRY_KINDS.index(kind)


def are(kinds: Numbers, wanted: frozenset[EntryKind]) -> Flags:
    """Which entries are one of these."""
    return _which(wanted)[kinds]


@cache
def _which(wanted: frozenset[EntryKind]) -> Flags:
    return np.array([each in wanted for each in ENTRY_KINDS])


class Signs:
    """Counts the payments above zero and the charges below: a few are refunds and corrections, many are all of them.

    Where more than half of a ledger's payments, or of its charges, count the other way, or more than five and a tenth
    of them, its amounts have no sign, or not all of them.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._wrong = {"payments": 0, "charges": 0}
        self._all = {"payments": 0, "charges": 0}
        self._accounts: set[int] = set()

    def add(self, kinds: Numbers, cents: Numbers, accounts: Numbers) -> None:
        """Looks at some entries."""
        payments, charges = are(kinds, _CREDITS), are(kinds, _CHARGES)
        for name, those, wrong in (("payments", payments, cents > 0), ("charges", charges, cents < 0)):
            other_way = those & wrong
            self._all[name] += int(np.count_nonzero(those & (cents != 0)))
            self._wrong[name] += int(np.count_nonzero(other_way))
            if len(self._accounts) < 2:
                self._accounts.update(accounts[other_way][:2].tolist())

    def odd_accounts(self) -> Iterator[int]:
        """The account of the only payment, or charge, where that one counts the other way; more of them stop."""
        for name, wrong in self._wrong.items():
            if wrong * 2 <= self._all[name] and (wrong <= _FEW or wrong * 10 <= self._all[name]):
                continue
            if wrong > 1:
                below = "above" if name == "payments" else "below"
                raise cannot(
                    ExitCode.EXPORTS,
                    f"by their type {wrong:,} of its {self._all[name]:,} {name} stand {below} zero: its amounts have "
                    "no sign, or the other one.",
                    "Export payments below zero and charges above, or in two columns; or say under exports.words what "
                    "the words of the type mean.",
                    self._table.file_name,
                    column=self._table.layout.columns["type"].caption,
                )
            yield from self._accounts

"""Entries of one account, aged: what the tests hold whole ledgers against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dipay.domain.aging import AccountSums, AgedBalance
from dipay.domain.entries import LedgerEntry


def aged_from_entries(entries: Iterable[LedgerEntry], as_of: date) -> AgedBalance:
    """One account's entries aged at `as_of`; entries dated later are left out."""
    sums = AccountSums()
    for entry in entries:
        if entry.day <= as_of:
            sums.add(entry)
    return sums.aged(as_of)

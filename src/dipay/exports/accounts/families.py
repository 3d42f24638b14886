"""Families: the patients grouped by who pays for them, and why an account is held. From here accounts have numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from dipay.domain.accounts import Accounts
from dipay.domain.aged_balances import AgedBalances
from dipay.domain.columns import Numbers
from dipay.domain.fields import BILLING_TYPE, LAST_VISIT, MOBILE_PHONE, OUTSTANDING_CLAIMS, Field
from dipay.domain.problems import Problem, Severity
from dipay.exports.tables.patients import PatientsRead
from dipay.exports.tables.quoting import shown_id


class Families:
    """The patients of each account. Accounts are numbered in the order of their first patients in the export.

    `ids` are the guarantors', `guarantor_rows` where each stands among the patients (-1: nowhere), `account_of_row` the
    account of each patient, `account_of_id` that of each patient's id by its number (-1: nobody's).
    """

    def __init__(self, read: PatientsRead) -> None:
        self.read, self.patients = read, read.patients
        patients = self.patients
        rows = np.full(len(patients.ids), -1, np.int64)
        rows[patients.id] = np.arange(len(patients))
        firsts = np.full(len(rows), len(patients))
        np.minimum.at(firsts, patients.guarantor, np.arange(len(patients)))
        guarantors = np.flatnonzero(firsts < len(patients))
        guarantors = guarantors[np.argsort(firsts[guarantors])]
        places = np.full(len(rows), -1)
        places[guarantors] = np.arange(len(guarantors))
        self.account_of_row: Numbers = places[patients.guarantor]
        self.account_of_id: Numbers = np.where(rows < 0, -1, self.account_of_row[rows]) if len(patients) else rows
        self.guarantor_rows: Numbers = rows[guarantors]
        self.ids = patients.ids.of(guarantors)
        self._held_for: dict[int, dict[str, None]] = {}
        self._unknown_amounts: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Each account's number by its guarantor's id."""
        return {guarantor_id: account for account, guarantor_id in enumerate(self.ids)}

    @cached_property
    def mobile_phones(self) -> list[str]:
        """The guarantors' mobile numbers as the export has them, empty where there is no guarantor."""
        texts: Sequence[str] = self.patients.texts[MOBILE_PHONE]
        return [texts[row] if row >= 0 else "" for row in self.guarantor_rows.tolist()]

    def sums(self, key: Field[int]) -> Numbers:
        """A number of the patients, added up for each account."""
        summed = np.zeros(len(self), np.int64)
        if key in self.patients.numbers:
            np.add.at(summed, self.account_of_row, self.patients.numbers[key])
        return summed

    def latest_visits(self, scope: str) -> Numbers:
        """The latest visit of each account's patients, or with scope "guarantor" of its guarantor alone; 0 for none."""
        latest = np.zeros(len(self), np.int64)
        if LAST_VISIT in self.patients.numbers:
            visits, rows = self.patients.numbers[LAST_VISIT], np.arange(len(self.patients))
            if scope == "guarantor":
                rows = rows[self.guarantor_rows[self.account_of_row] == rows]
            np.maximum.at(latest, self.account_of_row[rows], visits[rows])
        return latest

    def claims(self) -> Numbers:
        """The open claims of each account's patients together, -1 where the export says nothing of any of them."""
        summed = np.full(len(self), -1, np.int64)
        if OUTSTANDING_CLAIMS in self.patients.numbers:
            claims = self.patients.numbers[OUTSTANDING_CLAIMS]
            # A patient's number of claims is one less than is kept of it.
            known = np.flatnonzero(claims > 0)
            summed[self.account_of_row[known]] = 0
            np.add.at(summed, self.account_of_row[known], claims[known] - 1)
        return summed

    def hold(self, account: int, *reasons: str, amount_is_known: bool = False) -> None:
        """Holds an account, once for each reason."""
        self._held_for.setdefault(account, {}).update(dict.fromkeys(reasons))
        if reasons and not amount_is_known:
            self._unknown_amounts.add(account)

    def hold_by_rows(self) -> None:
        """Holds the accounts of patients whose rows can't be trusted."""
        for row, reasons in sorted(self.patients.held_for.items()):
            known = row in self.read.rows_with_amounts
            self.hold(int(self.account_of_row[row]), *reasons, amount_is_known=known)
        self.hold_by_id(self.read.held_accounts)

    def hold_by_id(self, held: Mapping[str, Iterable[str]]) -> None:
        """Holds the accounts of these guarantors, of whom some may be nobody's."""
        for guarantor_id, reasons in held.items():
            if guarantor_id in self.numbers:
                self.hold(self.numbers[guarantor_id], *reasons)

    def hold_by_guarantors(self) -> Iterator[Problem]:
        """Holds accounts whose guarantor has another guarantor, and says so."""
        rows = np.flatnonzero(self.guarantor_rows >= 0)
        elsewhere = rows[self.account_of_row[self.guarantor_rows[rows]] != rows].tolist()
        if not elsewhere:
            return
        whose = self.patients.guarantor_ids()
        for account in elsewhere:
            # The guarantor's own row can't be trusted either where it stands in another account.
            self.hold(account, *self.patients.held_for.get(self.guarantor_rows.item(account), ()))
            chain = _guarantor_problem(self.ids[account], whose)
            if chain is not None:
                self.hold(account, chain)
                yield Problem(
                    Severity.ERROR,
                    f"account {shown_id(self.ids[account])}: {chain}.",
                    "Name the person who pays as guarantor of each of them in the PMS.",
                    kind="guarantor chain",
                )

    def billing_types(self, reported: Mapping[str, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
        """The billing types of each account: its guarantor's, and those `reported` by its guarantor's id."""
        found: dict[int, tuple[str, ...]] = {self.numbers[each]: types for each, types in reported.items() if types}
        texts = self.patients.texts.get(BILLING_TYPE, ())
        for account, row in enumerate(self.guarantor_rows.tolist() if texts else ()):
            if row >= 0 and texts[row]:
                found[account] = tuple(dict.fromkeys((texts[row], *found.get(account, ()))))
        return found

    def accounts(
        self,
        aged: AgedBalances,
        last_visits: Numbers,
        outstanding_claims: Numbers,
        billing_types: Mapping[int, tuple[str, ...]],
        country: str,
    ) -> Accounts:
        """The accounts, with what is known of each."""
        return Accounts(
            ids=self.ids,
            patients=self.patients,
            account_of=self.account_of_row,
            guarantor_rows=self.guarantor_rows,
            aged=aged,
            last_visits=last_visits,
            outstanding_claims=outstanding_claims,
            held_for={account: tuple(reasons) for account, reasons in self._held_for.items()},
            unknown_amounts=frozenset(self._unknown_amounts),
            billing_types=billing_types,
            country=country,
        )


def _guarantor_problem(guarantor_id: str, whose: Mapping[str, str]) -> str | None:
    """Why this guarantor can't be asked for others: somebody else pays for them. dipay follows one step, no chain.

    `whose` gives each patient's guarantor id.
    """
    payer = whose.get(guarantor_id, guarantor_id)
    if payer == guarantor_id:
        return None
    if whose.get(payer) == guarantor_id:
        return f"guarantors {shown_id(guarantor_id)} and {shown_id(payer)} name each other as guarantor"
    return f"its guarantor {shown_id(guarantor_id)} has another guarantor, {shown_id(payer)}"

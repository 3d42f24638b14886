"""Balancing: what ledger and balances say of the accounts, reconciled, with the estimates taken off once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from dipay.domain.aged_balances import AgedBalances
from dipay.domain.aging import AgedBalance
from dipay.domain.columns import Numbers
from dipay.domain.fields import ESTIMATES
from dipay.domain.problems import Problem, Severity
from dipay.exports.accounts.families import Families
from dipay.exports.tables.balances import Balances
from dipay.exports.tables.ledger import Ledger
from dipay.exports.tables.quoting import shown_id
from dipay.grammar.money import format_cents

_ESTIMATES = frozenset(each.name for each in ESTIMATES)


def aged_accounts(families: Families, ledger: Ledger | None, balances: Balances, as_of: date) -> AgedBalances:
    """Every account aged at `as_of`.

    Estimates count once: the ledger's own rows come first, then the balances', then the patients'.
    """
    in_ledger = ledger is not None and not ledger.fields.isdisjoint(_ESTIMATES)
    in_balances = not balances.fields.isdisjoint(_ESTIMATES)
    insurance, writeoff = (families.sums(each) for each in ESTIMATES)
    if in_ledger or in_balances:
        insurance, writeoff = insurance * 0, writeoff * 0
    if in_balances and not in_ledger:
        for guarantor_id, said in balances.accounts.items():
            account = families.numbers[guarantor_id]
            insurance[account], writeoff[account] = said.insurance_estimate_cents, said.writeoff_estimate_cents
    if ledger is not None:
        return ledger.aged(as_of, insurance, writeoff)
    aged = [AgedBalance(0)] * len(families)
    for guarantor_id, said in balances.accounts.items():
        account = families.numbers[guarantor_id]
        aged[account] = said.aged(insurance.item(account), writeoff.item(account))
    return AgedBalances.of(aged)


def reconcile(families: Families, aged: AgedBalances, balances: Balances) -> Iterator[Problem]:
    """Ledger and aging report must agree on each family's total, or the account is held; other ages are only noted."""
    differently_aged = 0
    for account, guarantor_id in enumerate(families.ids):
        said, balance = balances.accounts.get(guarantor_id), aged.balance_cents.item(account)
        reported = said.balance_cents if said is not None else 0
        if reported != balance:
            reason = (
                f"the ledger gives a balance of {format_cents(balance)}, the balances file {format_cents(reported)}"
            )
            families.hold(account, reason)
            yield Problem(
                Severity.ERROR,
                # What somebody owes is in the answer of `why`, not in an error.
                f"account {shown_id(guarantor_id)}: the ledger's balance and that of the balances file differ by "
                f"{format_cents(abs(balance - reported))}.",
                "Export both files again on the same day.",
                kind="reconciliation",
            )
        elif said is not None and said.buckets != tuple(aged.buckets[account].tolist()):
            differently_aged += 1
    if differently_aged:
        yield Problem(
            Severity.NOTE,
            f"{differently_aged} accounts have the same balance in ledger and balances, but aged "
            "differently; the ledger's ages are used.",
            "PMSs tie credits to charges that the export does not show.",
        )


def last_visits(families: Families, ledger: Ledger | None, scope: str) -> Numbers:
    """Each account's most recent visit as an ordinal, 0 for none; where no column says it, its latest charge."""
    visits = families.latest_visits(scope)
    if "last_visit" in families.read.fields or ledger is None:
        return visits
    return np.where(visits > 0, visits, ledger.latest_charges())


def outstanding_claims(families: Families, balances: Balances) -> Numbers:
    """Each account's open claims, -1 where nobody says; the balances' word comes before the patients'."""
    claims = families.claims()
    for guarantor_id, said in balances.accounts.items():
        if said.outstanding_claims is not None:
            claims[families.numbers[guarantor_id]] = said.outstanding_claims
    return claims

"""Doubts that only all accounts together raise: signs that are the other way round, a number that is everybody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dipay.domain.accounts import Account
from dipay.domain.problems import Problem, Severity
from dipay.exports.files import stop

#: A household shares a number; more accounts than this share the office's own, or one somebody typed to fill the field.
MOST_SHARERS = 4
#: So few accounts say nothing of a file's signs.
LEAST_ACCOUNTS = 10

_NOT_DIGITS = str.maketrans("", "", " ()+-./\u00a0")


def stop_if_reversed(accounts: Sequence[Account], file: str) -> None:
    """A practice is owed money. Where most accounts come out in credit, dipay would ask for credits, not for debts."""
    owing = sum(account.aged.balance_cents > 0 for account in accounts)
    in_credit = sum(account.aged.balance_cents < 0 for account in accounts)
    total = sum(account.aged.balance_cents for account in accounts)
    if owing + in_credit >= LEAST_ACCOUNTS and in_credit > 2 * owing and total < 0:
        raise stop(
            f"{in_credit:,} of {owing + in_credit:,} accounts with a balance come out in credit: its signs are the "
            "other way round, or its oldest charges are missing.",
            "Export charges above zero and payments below, or in two columns, from the first day on.",
            file,
        )


def hold_shared_by_many(accounts: Sequence[Account], file: str) -> tuple[tuple[Account, ...], list[Problem]]:
    """Accounts whose number stands at more than four are held, all of them: the number is nobody's own."""
    numbers = list(map(_number, accounts))
    many = {number: count for number, count in Counter(filter(None, numbers)).items() if count > MOST_SHARERS}
    if not many:
        return tuple(accounts), []
    after = list(accounts)
    whose: dict[str, list[str]] = {number: [] for number in many}
    for position, number in enumerate(numbers):
        if number in many:
            account = accounts[position]
            reason = f"its mobile number stands at {many[number]} accounts"
            after[position] = replace(account, held_for=(*account.held_for, reason))
            whose[number].append(account.guarantor_id)
    return tuple(after), [_problem(ids, file) for ids in whose.values()]


def _problem(ids: Sequence[str], file: str) -> Problem:
    shown = ", ".join(ids[:8]) + (", ..." if len(ids) > 8 else "")
    return Problem(
        Severity.ERROR,
        f"one mobile number stands at {len(ids)} accounts ({shown}): it can't be the own number of them all.",
        "Correct the mobile numbers in the PMS.",
        file,
        kind="shared by many",
    )


def _number(account: Account) -> str:
    """The guarantor's number without punctuation and country code, to compare; empty for none."""
    text = account.guarantor.mobile_phone if account.guarantor is not None else ""
    return text.translate(_NOT_DIGITS)[-10:] if text else ""

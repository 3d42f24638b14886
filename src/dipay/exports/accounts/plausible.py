"""What only all accounts together show to be wrong: signs the other way round, a number that is everybody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dipay.domain.aged_balances import AgedBalances
from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.exports.accounts.families import Families

#: A household shares a number; more accounts than this share the office's own, or one somebody typed to fill the field.
MOST_SHARERS = 4
#: So few accounts say nothing of a file's signs.
LEAST_ACCOUNTS = 10

_NOT_DIGITS = str.maketrans("", "", " ()+-./_,·•[]\u00a0")


def stop_if_reversed(aged: AgedBalances, file: str) -> None:
    """A practice is owed money. Where most accounts come out in credit, dipay would ask for credits, not for debts."""
    balances = aged.balance_cents
    owing, in_credit = int((balances > 0).sum()), int((balances < 0).sum())
    if owing + in_credit >= LEAST_ACCOUNTS and in_credit > 2 * owing and balances.sum() < 0:
        raise cannot(
            ExitCode.EXPORTS,
            f"{in_credit:,} of {owing + in_credit:,} accounts with a balance come out in credit: its signs are the "
            "other way round, or its oldest charges are missing.",
            "Export charges above zero and payments below, or in two columns, from the first day on.",
            file,
        )


def hold_shared_by_many(families: Families, file: str) -> list[Problem]:
    """Holds the accounts whose number stands at more than four, all of them: the number is nobody's own."""
    # All at once, which takes a third of the time: no cell that was read holds a line end.
    together = "\n".join(families.mobile_phones).translate(_NOT_DIGITS)
    numbers = [number[-10:] for number in together.split("\n")]
    many = {number: count for number, count in Counter(numbers).items() if number and count > MOST_SHARERS}
    if not many:
        return []
    whose: dict[str, list[str]] = {number: [] for number in many}
    for account, number in enumerate(numbers):
        if number in many:
            reason = f"its mobile number stands at {many[number]} accounts"
            families.hold(account, reason, amount_is_known=True)
            whose[number].append(families.ids[account])
    return [_problem(ids, file) for ids in whose.values()]


def _problem(ids: Sequence[str], file: str) -> Problem:
    shown = ", ".join(ids[:8]) + (", ..." if len(ids) > 8 else "")
    return Problem(
        Severity.ERROR,
        f"one mobile number stands at {len(ids)} accounts ({shown}): it can't be the own number of them all.",
        "Correct the mobile numbers in the PMS.",
        file,
        kind="shared by many",
    )

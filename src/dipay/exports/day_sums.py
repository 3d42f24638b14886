"""Charges per account and day, and credits per account, summed in arrays: what a long plain ledger adds up to.

The same sums as `AccountSums`, for many accounts at once. Memory grows with accounts and the days they were charged
on, not with rows: what is added is merged, again and again, into one sorted list of days.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dipay.domain.aging import AccountSums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    #: Sums, in half the memory where none needs more.
    Cents = NDArray[np.int32] | NDArray[np.int64]

#: An account's number and a day's ordinal in one number that sorts by both; the year 2200 is day 803,533.
_DAY_BITS = 20
_DAY = (1 << _DAY_BITS) - 1
_MERGE_ROWS = 1 << 20
_ACCOUNTS_AT_ONCE = 1 << 14


class DaySums:
    """The sums of `accounts` accounts, known by their number."""

    def __init__(self, accounts: int) -> None:
        import numpy as np

        self.credit_cents = np.zeros(accounts, np.int64)
        self.latest_charge = np.zeros(accounts, np.int64)
        #: Runs of keys in order, each once, with their cents. No order or uniqueness holds from run to run.
        self._runs: list[tuple[Numbers, Cents]] = []
        self._rows = 0
        self._merge_at = _MERGE_ROWS

    def add(self, account: Numbers, day: Numbers, cents: Numbers, is_visit: NDArray[np.bool_] | None) -> None:
        """Adds rows: charges above zero to their day, the rest to the account's credit."""
        import numpy as np

        is_charge = cents > 0
        credits_, charges = np.flatnonzero(~is_charge), np.flatnonzero(is_charge)
        visits = charges if is_visit is None else np.flatnonzero(is_charge & is_visit)
        np.subtract.at(self.credit_cents, account[credits_], cents[credits_])
        np.maximum.at(self.latest_charge, account[visits], day[visits])
        run = _in_order((account[charges] << _DAY_BITS) | day[charges], cents[charges])
        self._runs.append(run)
        self._rows += len(run[0])
        if self._rows > self._merge_at:
            self._runs = [self._of_accounts(first, last) for first, last in self._ranges()]
            self._rows = sum(len(keys) for keys, _ in self._runs)
            self._merge_at = _MERGE_ROWS + 2 * self._rows

    def _ranges(self) -> Iterator[tuple[int, int]]:
        for first in range(0, len(self.credit_cents), _ACCOUNTS_AT_ONCE):
            yield first, first + _ACCOUNTS_AT_ONCE

    def _of_accounts(self, first: int, last: int) -> tuple[Numbers, Cents]:
        """One run with all that is known of the accounts from `first` to before `last`."""
        import numpy as np

        slices = []
        for keys, cents in self._runs:
            start, end = keys.searchsorted([first << _DAY_BITS, last << _DAY_BITS]).tolist()
            if start < end:
                slices.append((keys[start:end], cents[start:end]))
        if not slices:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        keys, cents = (np.concatenate(each) for each in zip(*slices, strict=True))
        return _in_order(keys, cents)

    def take_out(self, account: int) -> AccountSums:
        """One account's sums as an object of their own; its charges stay here and must not be asked for again."""
        keys, cents = self._of_accounts(account, account + 1)
        charges = dict(zip((keys & _DAY).tolist(), cents.tolist(), strict=True))
        return AccountSums(charges, int(self.credit_cents[account]), latest_charge=int(self.latest_charge[account]))

    def pay(self) -> Unpaid:
        """Lets each account's credit pay its oldest days first."""
        import numpy as np

        balances = -self.credit_cents
        nothing = np.zeros(0, np.int64)
        unpaid = [(nothing, nothing)]
        for low, high in self._ranges():
            keys, owed = self._of_accounts(low, high)
            account = keys >> _DAY_BITS
            np.add.at(balances, account, owed)
            running = np.cumsum(owed, dtype=np.int64)
            starts = np.flatnonzero(np.diff(account, prepend=-1))
            earlier = np.repeat((running - owed)[starts], np.diff(starts, append=len(owed)))
            left = np.clip(running - earlier - self.credit_cents[account], 0, owed)
            some = left > 0
            unpaid.append((keys[some], left[some]))
        all_keys, all_left = (np.concatenate(each) for each in zip(*unpaid, strict=True))
        return Unpaid(balances, self.latest_charge, all_keys, all_left)


class Unpaid:
    """What is left of each account's charges, by day, with its balance."""

    def __init__(self, balances: Numbers, latest_charge: Numbers, keys: Numbers, cents: Numbers) -> None:
        import numpy as np

        # A view gives numbers as Python has them, without a list of them all.
        self.balance_cents = balances.data
        self.latest_charge = latest_charge.data
        self._bounds = keys.searchsorted(np.arange(len(balances) + 1, dtype=np.int64) << _DAY_BITS).data
        self._days = (keys & _DAY).data
        self._cents = cents.data

    def days(self, account: int) -> dict[int, int]:
        """The unpaid cents of each day, the oldest first."""
        first, last = self._bounds[account], self._bounds[account + 1]
        return dict(zip(self._days[first:last], self._cents[first:last], strict=True))


def _in_order(keys: Numbers, cents: Cents) -> tuple[Numbers, Cents]:
    """The keys in order, each once, with the sum of its cents; none of these is below zero."""
    import numpy as np

    if not (keys[1:] > keys[:-1]).all():
        order = np.argsort(keys, kind="stable")
        keys, cents = keys[order], cents[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        keys, cents = keys[first], np.add.reduceat(cents, first, dtype=np.int64)
    if len(cents) and cents.max() <= np.iinfo(np.int32).max:
        cents = cents.astype(np.int32)
    return keys, cents

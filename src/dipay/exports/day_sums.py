"""Charges per account and day, and credits per account, summed in arrays: what a long plain ledger adds up to.

The same sums as `AccountSums`, for many accounts at once. Memory grows with accounts and the days they were charged
on, not with rows: what is added is merged, again and again, into the days each account has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.domain.aging import AccountSums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    #: In half the memory where none needs more.
    Smaller = NDArray[np.int32] | NDArray[np.int64]
    #: Accounts' days in order, each once, and their cents.
    Run = tuple[Smaller, Smaller]

#: An account's number and a day's ordinal in one number that sorts by both; the year 2200 is day 803,533.
_DAY_BITS = 20
_DAY = (1 << _DAY_BITS) - 1
#: So few that their numbers, counted from the first of them, fit with the day into 32 bits.
_GROUP = 1 << 11
_MERGE_ROWS = 1 << 19


class DaySums:
    """The sums of `accounts` accounts, known by their number."""

    def __init__(self, accounts: int) -> None:
        import numpy as np

        self.credit_cents = np.zeros(accounts, np.int64)
        self.latest_charge = np.zeros(accounts, np.int64)
        #: What was added since the last merge, piece by piece: keys in order, each once in a piece, with their cents.
        self._added: list[Run] = []
        self._rows_added = 0
        #: All before it, merged, by groups of accounts, which are numbered from the first of their group.
        self._groups: list[Run] = [_nothing() for _ in range(0, accounts, _GROUP)]
        self._rows = 0

    def add(self, account: Numbers, day: Numbers, cents: Numbers, is_visit: NDArray[np.bool_] | None) -> None:
        """Adds rows: charges above zero to their day, the rest to the account's credit."""
        import numpy as np

        is_charge = cents > 0
        credits_, charges = np.flatnonzero(~is_charge), np.flatnonzero(is_charge)
        visits = charges if is_visit is None else np.flatnonzero(is_charge & is_visit)
        np.subtract.at(self.credit_cents, account[credits_], cents[credits_])
        np.maximum.at(self.latest_charge, account[visits], day[visits])
        run = _in_order((account[charges] << _DAY_BITS) | day[charges], cents[charges])
        self._added.append(run)
        self._rows_added += len(run[0])
        # The more there is, the more is gathered before it is gone through again: the work grows with the rows.
        if self._rows_added > max(_MERGE_ROWS, self._rows // 8):
            self._merge()

    def _merge(self) -> None:
        """Puts what was added to its groups, one after the other: each is there twice only while it is made anew."""
        import numpy as np

        for group, run in enumerate(self._groups):
            first = group * _GROUP
            pieces = [run]
            for added, cents in self._added:
                here = _of_accounts(added, first, first + _GROUP)
                pieces.append((added[here] - (first << _DAY_BITS), cents[here]))
            keys, cents = _in_order(*(np.concatenate(each) for each in zip(*pieces, strict=True)))
            self._groups[group] = keys.astype(np.int32), cents
        self._rows = sum(len(keys) for keys, _ in self._groups)
        self._added.clear()
        self._rows_added = 0

    def take_out(self, account: int) -> AccountSums:
        """One account's sums as an object of their own; its charges stay here and must not be asked for again."""
        if self._added:
            self._merge()
        group, number = divmod(account, _GROUP)
        keys, cents = self._groups[group]
        here = _of_accounts(keys, number, number + 1)
        charges = dict(zip((keys[here] & _DAY).tolist(), cents[here].tolist(), strict=True))
        return AccountSums(charges, int(self.credit_cents[account]), latest_charge=int(self.latest_charge[account]))

    def pay(self) -> Unpaid:
        """Lets each account's credit pay its oldest days first."""
        import numpy as np

        self._merge()
        balances = -self.credit_cents
        unpaid = [_nothing()]
        for group, (keys, owed) in enumerate(self._groups):
            first = group * _GROUP
            account = first + (keys >> _DAY_BITS)
            np.add.at(balances, account, owed)
            running = np.cumsum(owed, dtype=np.int64)
            starts = np.flatnonzero(np.diff(account, prepend=-1))
            earlier = np.repeat((running - owed)[starts], np.diff(starts, append=len(owed)))
            left = np.clip(running - earlier - self.credit_cents[account], 0, owed)
            some = left > 0
            unpaid.append((keys[some].astype(np.int64) + (first << _DAY_BITS), left[some]))
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


def _nothing() -> Run:
    import numpy as np

    return np.zeros(0, np.int32), np.zeros(0, np.int32)


def _of_accounts(keys: Smaller, first: int, last: int) -> slice:
    """Where the accounts from `first` to before `last` stand."""
    return slice(*keys.searchsorted([first << _DAY_BITS, last << _DAY_BITS]).tolist())


def _in_order(keys: Smaller, cents: Smaller) -> Run:
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

"""The aged balances of many accounts as columns: the same as `AgedBalance`, for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import overload

import numpy as np

from dipay.domain.aging import NOTHING_UNPAID, AgedBalance, four, paid_oldest_first, youngest_day
from dipay.domain.columns import Flags, Numbers


@dataclass(slots=True, eq=False)
class AgedBalances(Sequence[AgedBalance]):
    """The aged balances of many accounts, each of their amounts as a column; the buckets are four columns side by side.

    `oldest_unpaid_days` is `NOTHING_UNPAID` where an `AgedBalance` has None.
    """

    balance_cents: Numbers
    buckets: Numbers
    portion_buckets: Numbers
    insurance_estimate_cents: Numbers
    writeoff_estimate_cents: Numbers
    oldest_unpaid_days: Numbers
    only_bucket_known: Flags

    @classmethod
    def of(cls, balances: Sequence[AgedBalance]) -> AgedBalances:
        """The same balances as columns."""

        def column(name: str) -> Numbers:
            return np.fromiter(map(attrgetter(name), balances), np.int64, len(balances))

        oldest = [NOTHING_UNPAID if each.oldest_unpaid_days is None else each.oldest_unpaid_days for each in balances]
        return cls(
            column("balance_cents"),
            np.array([each.buckets for each in balances], np.int64).reshape(-1, 4),
            np.array([each.portion_buckets for each in balances], np.int64).reshape(-1, 4),
            column("insurance_estimate_cents"),
            column("writeoff_estimate_cents"),
            np.array(oldest, np.int64),
            np.fromiter((each.only_bucket_known for each in balances), np.bool_, len(balances)),
        )

    @property
    def patient_portion_cents(self) -> Numbers:
        """Balance less both estimates; the amount asked for."""
        return self.balance_cents - self.insurance_estimate_cents - self.writeoff_estimate_cents

    def less(self, credits_cents: Mapping[int, int]) -> AgedBalances:
        """The same with payments taken off, by the accounts' places: the oldest bucket first, as a credit is.

        Of what is left of such an account only the buckets are known.
        """
        found = replace(
            self,
            **{each.name: getattr(self, each.name).copy() for each in fields(self)},
        )
        for place, cents in credits_cents.items():
            found.balance_cents[place] -= cents
            for buckets in (found.buckets, found.portion_buckets):
                buckets[place] = paid_oldest_first(four(buckets[place].tolist()), cents)
            found.oldest_unpaid_days[place] = youngest_day(four(found.portion_buckets[place].tolist()))
            found.only_bucket_known[place] = True
        return found

    def __len__(self) -> int:
        return len(self.balance_cents)

    @overload
    def __getitem__(self, place: int) -> AgedBalance: ...
    @overload
    def __getitem__(self, place: slice) -> list[AgedBalance]: ...
    def __getitem__(self, place: int | slice) -> AgedBalance | list[AgedBalance]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        oldest = self.oldest_unpaid_days.item(place)
        return AgedBalance(
            self.balance_cents.item(place),
            four(self.buckets[place].tolist()),
            four(self.portion_buckets[place].tolist()),
            self.insurance_estimate_cents.item(place),
            self.writeoff_estimate_cents.item(place),
            None if oldest == NOTHING_UNPAID else oldest,
            self.only_bucket_known.item(place),
        )

"""All accounts of a practice as columns: what rules look at, for all of them at once. An account is a row of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, overload

import numpy as np

from dipay.domain.account import Account, name_of_nobody, read_phone
from dipay.domain.aged_balances import AgedBalances
from dipay.domain.columns import Flags, Numbers
from dipay.domain.fields import FIRST_NAME, LANGUAGE, LAST_NAME, MOBILE_PHONE, TEXTS, Field
from dipay.domain.patients import KEPT, PATIENT_FIELDS, Patient, Patients, T, as_number


@dataclass(eq=False)
class Accounts(Sequence[Account]):
    """The accounts, in the order of their first patients in the export.

    `account_of` says whose each patient's row is (-1: nobody's here), `guarantor_rows` where each guarantor stands
    (-1: nowhere). `last_visits` are ordinals, 0 where none is known; `outstanding_claims` is -1 where the export does
    not say. `held_for` are the reasons, by place, why an account's rows can't be trusted, `unknown_amounts` the places
    of those whose amount is not known for it. `billing_types` stand only where some file says one.
    """

    ids: Sequence[str]
    patients: Patients
    account_of: Numbers
    guarantor_rows: Numbers
    aged: AgedBalances
    last_visits: Numbers
    outstanding_claims: Numbers
    held_for: Mapping[int, Sequence[str]]
    unknown_amounts: Collection[int] = ()
    billing_types: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    country: str = "US"
    _made: dict[int, Account] = field(default_factory=dict, init=False, repr=False)
    _exported: Accounts | None = field(default=None, init=False, repr=False)
    _credits: Mapping[str, int] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> Accounts:
        """The same accounts as columns."""
        made = list(accounts)
        rows: list[Patient] = []
        account_of: list[int] = []
        guarantor_rows: list[int] = []
        for place, account in enumerate(made):
            first = len(rows)
            rows += account.patients
            account_of += [place] * len(account.patients)
            if account.guarantor is None:
                guarantor_rows.append(-1)
            elif account.guarantor in account.patients:
                guarantor_rows.append(first + account.patients.index(account.guarantor))
            else:
                guarantor_rows.append(len(rows))
                rows.append(account.guarantor)
                account_of.append(-1)
        found = cls(
            ids=[each.guarantor_id for each in made],
            patients=_as_columns(rows),
            account_of=np.array(account_of, np.int64),
            guarantor_rows=np.array(guarantor_rows, np.int64),
            aged=AgedBalances.of([each.aged for each in made]),
            last_visits=np.array([each.last_visit.toordinal() if each.last_visit else 0 for each in made], np.int64),
            outstanding_claims=np.array(
                [-1 if each.outstanding_claims is None else each.outstanding_claims for each in made], np.int64
            ),
            held_for={place: each.held_for for place, each in enumerate(made) if each.held_for},
            unknown_amounts=[place for place, each in enumerate(made) if not each.amount_is_known],
            billing_types={place: each.billing_types for place, each in enumerate(made) if each.billing_types},
            country=made[0].country if made else "US",
        )
        found._made.update(enumerate(made))
        return found

    # What was paid and is in no export yet.

    @property
    def as_exported(self) -> Accounts:
        """The same accounts as the exports have them."""
        return self if self._exported is None else self._exported

    def less(self, credits_cents: Mapping[str, int]) -> Accounts:
        """The accounts as the exports have them, with payments taken off that these lack, by the accounts' ids."""
        whole = self.as_exported
        places = {each: place for place, each in enumerate(whole.ids) if each in credits_cents} if credits_cents else {}
        here = {each: credits_cents[each] for each in places if credits_cents[each]}
        if here == self._credits:
            return self
        if not here:
            return whole
        made = replace(whole, aged=whole.aged.less({places[each]: cents for each, cents in here.items()}))
        made._exported, made._credits = whole, here
        return made

    # What rules look at.

    def of_guarantors(self, key: Field[Any]) -> Numbers:
        """That field of each account's guarantor, as the number it is kept by; 0 where nothing is said."""
        found = np.zeros(len(self), np.int64)
        if key in self.patients.numbers:
            there = np.flatnonzero(self.guarantor_rows >= 0)
            found[there] = self.patients.numbers[key][self.guarantor_rows[there]]
        return found

    def texts_of_guarantors(self, key: Field[str]) -> list[str]:
        """That field of each account's guarantor, blank where nothing is said."""
        if key not in self.patients.texts:
            return [""] * len(self)
        texts = self.patients.texts[key]
        return [texts[row] if row >= 0 else "" for row in self.guarantor_rows.tolist()]

    def guarantor_is(self, key: Field[T], wanted: T) -> Flags:
        """Whose guarantor's field has that value."""
        found: Flags = self.of_guarantors(key) == as_number(key, wanted)
        return found

    def any_patient_is(self, key: Field[T], wanted: T) -> Flags:
        """Of which at least one patient's field has that value."""
        found = np.zeros(len(self), np.bool_)
        if key in self.patients.numbers:
            accounts = self.account_of[self.patients.numbers[key] == as_number(key, wanted)]
            found[accounts[accounts >= 0]] = True
        return found

    def has_billing_type(self, is_wanted: Callable[[str], bool]) -> Flags:
        """Of which some billing type is one of those."""
        found = np.zeros(len(self), np.bool_)
        wanted = {types for types in set(self.billing_types.values()) if any(map(is_wanted, types))}
        found[[place for place, types in self.billing_types.items() if types in wanted]] = True
        return found

    @cached_property
    def guarantor_is_missing(self) -> Flags:
        """Whose guarantor has no row in the export."""
        return self.guarantor_rows < 0

    @cached_property
    def has_bad_data(self) -> Flags:
        """Whose rows can't be trusted."""
        found = np.zeros(len(self), np.bool_)
        found[list(self.held_for)] = True
        return found

    @cached_property
    def amount_is_known(self) -> Flags:
        """Of which every row that makes up the amount could be read."""
        known = np.ones(len(self), np.bool_)
        known[list(self.unknown_amounts)] = False
        return known

    @cached_property
    def patient_portion_cents(self) -> Numbers:
        return self.aged.patient_portion_cents

    @cached_property
    def open_claims(self) -> Numbers:
        """How many claims are open; 0 where the export does not say."""
        return self.outstanding_claims.clip(min=0)

    # What is shown of many at a time.

    @cached_property
    def phones(self) -> list[str]:
        """Each account's number in E.164, or why there is none: words, which never begin with a plus sign."""
        return [read_phone(text, self.country) for text in self.texts_of_guarantors(MOBILE_PHONE)]

    @cached_property
    def languages(self) -> list[str]:
        """The code of each guarantor's language, blank where it is not known."""
        return self.texts_of_guarantors(LANGUAGE)

    @cached_property
    def _names(self) -> tuple[list[str], list[str]]:
        return self.texts_of_guarantors(FIRST_NAME), self.texts_of_guarantors(LAST_NAME)

    def name(self, place: int) -> str:
        """The name of the account at a place: its guarantor's."""
        if self.guarantor_is_missing[place]:
            return name_of_nobody(self.ids[place])
        first_names, last_names = self._names
        return f"{first_names[place]} {last_names[place]}".strip()

    @cached_property
    def by_name(self) -> Numbers:
        """The accounts' places in the order of their guarantor's name; those without a guarantor come last."""
        first_names, last_names = map(_in_order, self._names)
        return np.lexsort((np.array(self.ids, np.str_), first_names, last_names, self.guarantor_is_missing))

    @cached_property
    def _rows_by_account(self) -> tuple[Numbers, Numbers]:
        """The patients' rows account by account, and where each account's begin."""
        rows = np.argsort(self.account_of, kind="stable")
        return rows, np.searchsorted(self.account_of[rows], np.arange(len(self) + 1))

    def patient_ids(self, places: Numbers) -> list[list[str]]:
        """The ids of these accounts' patients."""
        rows, bounds = self._rows_by_account
        firsts, sizes = bounds[places], np.diff(bounds)[places]
        ends = np.cumsum(sizes)
        wanted = rows[np.arange(sizes.sum()) + np.repeat(firsts - (ends - sizes), sizes)]
        ids = iter(self.patients.ids.of(self.patients.id[wanted]))
        return [list(islice(ids, size)) for size in sizes.tolist()]

    # One of them.

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Account: ...
    @overload
    def __getitem__(self, place: slice) -> list[Account]: ...
    def __getitem__(self, place: int | slice) -> Account | list[Account]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        made = self._made.get(place)
        if made is None:
            made = self._made[place] = self._make(place)
        return made

    def _make(self, place: int) -> Account:
        rows, bounds = self._rows_by_account
        patients = {row: self.patients.patient(row) for row in rows[bounds[place] : bounds[place + 1]].tolist()}
        guarantor_row, visit = self.guarantor_rows.item(place), self.last_visits.item(place)
        guarantor = patients.get(guarantor_row)
        if guarantor is None and guarantor_row >= 0:
            # Somebody else pays for the guarantor.
            guarantor = self.patients.patient(guarantor_row)
        claims = self.outstanding_claims.item(place)
        return Account(
            guarantor_id=self.ids[place],
            guarantor=guarantor,
            patients=tuple(patients.values()),
            aged=self.aged[place],
            last_visit=date.fromordinal(visit) if visit else None,
            outstanding_claims=None if claims < 0 else claims,
            held_for=tuple(self.held_for.get(place, ())),
            amount_is_known=place not in self.unknown_amounts,
            billing_types=self.billing_types.get(place, ()),
            country=self.country,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Accounts) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


class _ListedIds(list[str]):
    """Ids that are numbered by their places."""

    def of(self, numbers: Numbers) -> list[str]:
        return [self[number] for number in numbers.tolist()]


def _as_columns(rows: Sequence[Patient]) -> Patients:
    ids = _ListedIds(dict.fromkeys(text for each in rows for text in (each.patient_id, each.guarantor_id)))
    number_of = {text: number for number, text in enumerate(ids)}
    return Patients(
        ids=ids,
        id=np.array([number_of[each.patient_id] for each in rows], np.int64),
        guarantor=np.array([number_of[each.guarantor_id] for each in rows], np.int64),
        texts={key: [each[key] for each in rows] for key in PATIENT_FIELDS if key.grammar in TEXTS},
        numbers={
            key: np.array([KEPT[key.grammar].as_number(each[key]) for each in rows], np.int64)
            for key in PATIENT_FIELDS
            if key.grammar in KEPT
        },
        held_for={row: each.held_for for row, each in enumerate(rows) if each.held_for},
    )


def _in_order(names: Sequence[str]) -> Numbers:
    """For each name its place among all of them; capitals do not count."""
    folded = {name: name.casefold() for name in set(names)}
    places = {name: place for place, name in enumerate(sorted(set(folded.values())))}
    place_of = {name: places[each] for name, each in folded.items()}
    return np.fromiter(map(place_of.__getitem__, names), np.int64, len(names))

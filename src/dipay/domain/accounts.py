"""Accounts: one guarantor with every patient they pay for; one of them, or all of a practice as columns.

What the rules look at has the same name on an account and on all of them: there it is a number or a yes or no, here a
column of them (numpy).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, overload

from dipay.domain.aging import NOTHING_UNPAID, AgedBalance, AgedBalances
from dipay.domain.records import Patient, PatientStatus
from dipay.domain.values import value
from dipay.grammar import Unreadable
from dipay.grammar.phones import parse_phone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.integer[Any]]


class Facts(Protocol):
    """What rules look at, of one account or of all of them: a number or a yes or no, or a column of these.

    Days are ordinals (`date.toordinal`), 0 where none is known; `oldest_unpaid_age` is in days, below zero where
    nothing is unpaid; `open_claims` is 0 where the export does not say.
    """

    @property
    def patient_portion_cents(self) -> Any: ...
    @property
    def oldest_unpaid_age(self) -> Any: ...
    @property
    def open_claims(self) -> Any: ...
    @property
    def guarantor_born(self) -> Any: ...
    @property
    def on_payment_plan(self) -> Any: ...
    @property
    def marked_do_not_recall(self) -> Any: ...
    @property
    def refused_texts(self) -> Any: ...
    @property
    def guarantor_deceased(self) -> Any: ...
    @property
    def guarantor_missing(self) -> Any: ...
    @property
    def has_bad_data(self) -> Any: ...


@value(frozen=True, slots=True)
class Account:
    """One account on the day it is looked at.

    `guarantor` is None where the patients export has no row for them. `patients` are all whom the account pays for, the
    guarantor among them unless somebody else pays for the guarantor. `last_visit` is the account's most recent visit as
    the settings' scope counts it, None where none is known. `held_for` are the reasons its rows can't be trusted.
    """

    guarantor_id: str
    guarantor: Patient | None
    patients: tuple[Patient, ...]
    aged: AgedBalance
    last_visit: date | None = None
    outstanding_claims: int | None = None
    held_for: tuple[str, ...] = ()
    country: str = "US"
    _phone_read: str | None = field(default=None, init=False, repr=False, compare=False)

    def has_patient(self, patient_id: str) -> bool:
        return any(patient.patient_id == patient_id for patient in self.patients)

    @property
    def name(self) -> str:
        return self.guarantor.name if self.guarantor is not None else _name_of_nobody(self.guarantor_id)

    @property
    def first_name(self) -> str:
        return self.guarantor.first_name if self.guarantor is not None else ""

    @property
    def patient_portion_cents(self) -> int:
        return self.aged.patient_portion_cents

    @property
    def oldest_unpaid_age(self) -> int:
        return NOTHING_UNPAID if self.aged.oldest_unpaid_days is None else self.aged.oldest_unpaid_days

    @property
    def open_claims(self) -> int:
        return self.outstanding_claims or 0

    @property
    def guarantor_born(self) -> int:
        born = self.guarantor.birth_date if self.guarantor is not None else None
        return born.toordinal() if born is not None else 0

    @property
    def on_payment_plan(self) -> bool:
        return any(patient.payment_plan for patient in self.patients)

    @property
    def marked_do_not_recall(self) -> bool:
        return self.guarantor is not None and self.guarantor.do_not_recall is True

    @property
    def refused_texts(self) -> bool:
        return self.guarantor is not None and self.guarantor.text_consent is False

    @property
    def guarantor_deceased(self) -> bool:
        return self.guarantor is not None and self.guarantor.status is PatientStatus.DECEASED

    @property
    def guarantor_missing(self) -> bool:
        return self.guarantor is None

    @property
    def has_bad_data(self) -> bool:
        return bool(self.held_for)

    @property
    def amount_cents(self) -> int:
        """The amount a request asks for: the patient portion, never below zero."""
        return max(0, self.aged.patient_portion_cents)

    @property
    def phone(self) -> str | None:
        """The guarantor's mobile number in E.164, None where there is none that can be texted."""
        read = self._phone
        return read if read.startswith("+") else None

    @property
    def phone_problem(self) -> str | None:
        """Why there is no usable mobile number; None where there is one."""
        read = self._phone
        return None if read.startswith("+") else read

    @property
    def _phone(self) -> str:
        # Only where somebody looks at the number is it read, and then once.
        if self._phone_read is None:
            read = read_phone(self.guarantor.mobile_phone if self.guarantor else "", self.country)
            object.__setattr__(self, "_phone_read", read)
            return read
        return self._phone_read


def _name_of_nobody(guarantor_id: str) -> str:
    return f"(guarantor {guarantor_id} is not in the export)"


def read_phone(text: str, country: str) -> str:
    """The E.164 number, or why there is none: words, which never begin with a plus sign."""
    try:
        return parse_phone(text, country)
    except Unreadable as unreadable:
        return unreadable.what


@dataclass(eq=False)
class Accounts(Sequence[Account]):
    """All accounts of a practice: each of their facts as a column, and each of them, made when somebody looks at it.

    `make` gives the account at a place, `patient_ids` the ids of some accounts' patients. `last_visits` and
    `guarantor_born` are ordinals, 0 where none is known; `outstanding_claims` is -1 where the export does not say.
    Names and numbers are empty where there is no guarantor.
    """

    ids: Sequence[str]
    make: Callable[[int], Account]
    patient_ids: Callable[[Numbers], list[list[str]]]
    aged: AgedBalances
    last_visits: Numbers
    outstanding_claims: Numbers
    guarantor_born: Numbers
    on_payment_plan: Flags
    marked_do_not_recall: Flags
    refused_texts: Flags
    guarantor_deceased: Flags
    guarantor_missing: Flags
    has_bad_data: Flags
    first_names: Sequence[str]
    last_names: Sequence[str]
    mobile_phones: Sequence[str]
    country: str = "US"

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> Accounts:
        """The same accounts as columns."""
        import numpy as np

        made = accounts if isinstance(accounts, list | tuple) else list(accounts)

        def column(dtype: Any, fact: Callable[[Account], Any]) -> Any:
            return np.fromiter(map(fact, made), dtype, len(made))

        guarantors = [each.guarantor for each in made]
        return cls(
            ids=[each.guarantor_id for each in made],
            make=made.__getitem__,
            patient_ids=lambda places: [
                [each.patient_id for each in made[place].patients] for place in places.tolist()
            ],
            aged=AgedBalances.of([each.aged for each in made]),
            last_visits=column(np.int64, lambda each: each.last_visit.toordinal() if each.last_visit else 0),
            outstanding_claims=column(
                np.int64, lambda each: -1 if each.outstanding_claims is None else each.outstanding_claims
            ),
            guarantor_born=column(np.int64, lambda each: each.guarantor_born),
            on_payment_plan=column(np.bool_, lambda each: each.on_payment_plan),
            marked_do_not_recall=column(np.bool_, lambda each: each.marked_do_not_recall),
            refused_texts=column(np.bool_, lambda each: each.refused_texts),
            guarantor_deceased=column(np.bool_, lambda each: each.guarantor_deceased),
            guarantor_missing=column(np.bool_, lambda each: each.guarantor_missing),
            has_bad_data=column(np.bool_, lambda each: each.has_bad_data),
            first_names=[each.first_name if each else "" for each in guarantors],
            last_names=[each.last_name if each else "" for each in guarantors],
            mobile_phones=[each.mobile_phone if each else "" for each in guarantors],
            country=made[0].country if made else "US",
        )

    def name(self, place: int) -> str:
        """The name of the account at a place: its guarantor's."""
        if self.guarantor_missing[place]:
            return _name_of_nobody(self.ids[place])
        return f"{self.first_names[place]} {self.last_names[place]}".strip()

    @cached_property
    def patient_portion_cents(self) -> Numbers:
        return self.aged.patient_portion_cents

    @property
    def oldest_unpaid_age(self) -> Numbers:
        return self.aged.oldest_unpaid_days

    @cached_property
    def open_claims(self) -> Numbers:
        return self.outstanding_claims.clip(min=0)

    @cached_property
    def phones(self) -> list[str]:
        """Each account's number in E.164, or why there is none: words, which never begin with a plus sign."""
        return [read_phone(text, self.country) for text in self.mobile_phones]

    @cached_property
    def by_name(self) -> Numbers:
        """The accounts' places in the order of their guarantor's name; those without a guarantor come last."""
        import numpy as np

        last_names, first_names = _in_order(self.last_names), _in_order(self.first_names)
        return np.lexsort((np.array(self.ids, np.str_), first_names, last_names, self.guarantor_missing))

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Account: ...
    @overload
    def __getitem__(self, place: slice) -> list[Account]: ...
    def __getitem__(self, place: int | slice) -> Account | list[Account]:
        if isinstance(place, slice):
            return [self.make(each) for each in range(*place.indices(len(self)))]
        return self.make(place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Accounts) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


def _in_order(names: Sequence[str]) -> Numbers:
    """For each name its place among all of them; capitals do not count."""
    import numpy as np

    folded = {name: name.casefold() for name in set(names)}
    places = {name: place for place, name in enumerate(sorted(set(folded.values())))}
    place_of = {name: places[each] for name, each in folded.items()}
    return np.fromiter(map(place_of.__getitem__, names), np.int64, len(names))


def guarantor_problem(guarantor_id: str, whose: Mapping[str, str]) -> str | None:
    """Why this guarantor can't be asked for others: somebody else pays for them. dipay follows one step, no chain.

    `whose` gives each patient's guarantor id.
    """
    payer = whose.get(guarantor_id, guarantor_id)
    if payer == guarantor_id:
        return None
    if whose.get(payer) == guarantor_id:
        return f"guarantors {guarantor_id} and {payer} name each other as guarantor"
    return f"its guarantor {guarantor_id} has another guarantor, {payer}"

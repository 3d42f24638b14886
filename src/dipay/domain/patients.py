"""Patients: one of them, or all of an export as columns, each field by its row in the table of fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

from dipay.domain.fields import FIELDS_OF, FIRST_NAME, LAST_NAME, Field, Grammar, PatientStatus
from dipay.domain.values import value

if TYPE_CHECKING:
    from dipay.domain.columns import Numbers

T = TypeVar("T")

_IN_NAME: Final = frozenset({Grammar.ID, Grammar.UNREAD})
#: The fields that a patient has beside the ids.
PATIENT_FIELDS: Final[tuple[Field[Any], ...]] = tuple(
    each for each in FIELDS_OF["patients"].values() if each.grammar not in _IN_NAME
)


@value(frozen=True, slots=True)
class Patient:
    """One row of the patients export; `patient[FIELD]` is what it says, the field's `absent` where it does not.

    Of fields in `values` the export says something else than that. `held_for` are the reasons why this row can't be
    trusted, in words without the cells' text.
    """

    patient_id: str
    guarantor_id: str
    values: Mapping[Field[Any], Any] = field(default_factory=dict, hash=False)
    held_for: tuple[str, ...] = ()

    def __getitem__(self, key: Field[T]) -> T:
        return cast("T", self.values.get(key, key.absent))

    @property
    def name(self) -> str:
        return f"{self[FIRST_NAME]} {self[LAST_NAME]}".strip()


_STATUSES: Final = tuple(PatientStatus)
_FLAGS: Final[tuple[bool | None, ...]] = (None, False, True)


@dataclass(frozen=True, slots=True)
class Kept:
    """How the values of one grammar are kept as whole numbers: 0 where nothing is said. And back."""

    as_number: Callable[[Any], int]
    of_number: Callable[[int], Any]


KEPT: Final[Mapping[Grammar, Kept]] = {
    Grammar.PAST_DAY: Kept(
        lambda day: day.toordinal() if day else 0, lambda ordinal: date.fromordinal(ordinal) if ordinal else None
    ),
    Grammar.YES_NO: Kept(_FLAGS.index, _FLAGS.__getitem__),
    Grammar.STATUS: Kept(_STATUSES.index, _STATUSES.__getitem__),
    Grammar.COUNT: Kept(lambda count: 0 if count is None else count + 1, lambda number: number - 1 if number else None),
    Grammar.ESTIMATE: Kept(int, int),
}


def as_number(key: Field[T], wanted: T) -> int:
    """The number that stands for a value in the column of its field."""
    return KEPT[key.grammar].as_number(wanted)


class Ids(Protocol):
    """The ids of the day's files, each by its number."""

    def __len__(self) -> int: ...
    def of(self, numbers: Numbers, /) -> list[str]: ...


#: A field, its number in a row, and what that number stands for.
_Column = tuple[Field[Any], Callable[[int], int], Callable[[int], Any]]


@dataclass(slots=True)
class Patients:
    """The patients of an export as columns, in its order.

    `id` and `guarantor` are numbers of `ids`. A field is in `texts` or in `numbers`, by its grammar (`KEPT`); a field
    that the export does not have is in neither. `held_for` says of a row why it can't be trusted.
    """

    ids: Ids
    id: Numbers
    guarantor: Numbers
    texts: Mapping[Field[Any], Sequence[str]]
    numbers: Mapping[Field[Any], Numbers]
    held_for: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _id_texts: list[str] = field(default_factory=list, repr=False)
    _columns: list[_Column] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.id)

    @property
    def id_texts(self) -> list[str]:
        """The text of every id by its number."""
        if not self._id_texts:
            import numpy as np

            self._id_texts = self.ids.of(np.arange(len(self.ids)))
        return self._id_texts

    def patient(self, row: int) -> Patient:
        """The patient of a row."""
        if not self._columns:
            self._columns = [(key, column.item, KEPT[key.grammar].of_number) for key, column in self.numbers.items()]
        values: dict[Field[Any], Any] = {key: text for key, texts in self.texts.items() if (text := texts[row])}
        for key, number_in, value_of in self._columns:
            if number := number_in(row):
                values[key] = value_of(number)
        return Patient(
            self.id_texts[self.id.item(row)], self.id_texts[self.guarantor.item(row)], values,
            self.held_for.get(row, ()),
        )  # fmt: skip

    def guarantor_ids(self) -> dict[str, str]:
        """Each patient's guarantor id."""
        texts = self.id_texts
        return {texts[one]: texts[other] for one, other in zip(self.id.tolist(), self.guarantor.tolist(), strict=True)}

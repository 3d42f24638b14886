"""Drafts: settings in the making, and what only the office can say before they are right. Asks nobody itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from dipay.domain.column_settings import meant
from dipay.domain.fields import FIELDS_OF, KINDS, MEANINGS, FileKind, Grammar
from dipay.domain.setting_reader import did_you_mean
from dipay.exports.layout.captions import ALIKE, likeness
from dipay.exports.layout.profiles import REQUIRED
from dipay.exports.proposing.coded import Coded, coded, words_to_write
from dipay.exports.proposing.columns import Proposed, missing, unexplained_money
from dipay.exports.proposing.days import date_formats
from dipay.exports.proposing.joins import speaks_of_payers
from dipay.exports.proposing.looks import holds_money
from dipay.exports.proposing.sums import halves
from dipay.grammar import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dipay.exports.proposing.files import Proposal
    from dipay.exports.proposing.samples import Sample, SampleColumn

_DAYS: Final = (Grammar.DAY, Grammar.PAST_DAY)
#: No part of what is owed, whatever it holds.
NO_PART: Final = "other_amount"


@dataclass(frozen=True, slots=True)
class MissingColumn:
    """A file can't do without the field, and no column looks like it."""

    kind: FileKind
    field: str

    @property
    def option(self) -> str:
        return f"--column {self.kind}.{self.field}=CAPTION"


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A column that may hold a field, by its values alone."""

    kind: FileKind
    proposed: Proposed

    @property
    def field(self) -> str:
        return self.proposed.field

    @property
    def option(self) -> str:
        return f"--column {self.kind}.{self.field}={self.proposed.captions[0]}"

    @property
    def is_needed(self) -> bool:
        return any(self.field in each for alternatives in REQUIRED[self.kind] for each in alternatives)


@dataclass(frozen=True, slots=True)
class Payers:
    """A column that speaks of who pays, and holds no ids of patients: people would be taken to pay for themselves."""

    kind: FileKind
    caption: str

    @property
    def option(self) -> str:
        return f"--column {self.kind}.guarantor_id=CAPTION, or --column {self.kind}.guarantor_id= for each their own"


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the words of a coded column mean."""

    coded: Coded

    @property
    def option(self) -> str:
        name = f"{self.coded.kind}.{self.coded.field.name}"
        return f"--word {name}.MEANING=WORD for each, or leave the column out: --column {name}="


@dataclass(frozen=True, slots=True)
class OtherAmount:
    """A column of money that may be a part of what is owed."""

    column: SampleColumn
    why: str = "may be a part of what is owed"

    @property
    def option(self) -> str:
        return f"--column balances.FIELD={self.column.caption} ({NO_PART} if it plays no part)"


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Dates that can be read day-first and month-first."""

    example: str
    formats: tuple[str, ...]

    @property
    def option(self) -> str:
        return f'--date-format "{self.formats[0]}"'


Question = MissingColumn | Uncertain | Payers | Meanings | OtherAmount | DayOrder


@dataclass(slots=True)
class Draft:
    """What is known so far: by kind and field its columns, by word its meaning; which billing types are never asked.

    `settled` are fields and captions that were answered for: nobody is asked about them twice.
    """

    proposal: Proposal
    columns: dict[FileKind, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    meanings: dict[tuple[FileKind, str], dict[str, str]] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    date_format: str = ""
    settled: set[tuple[FileKind, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for kind, file in self.proposal.files.items():
            self.columns[kind] = {name: each.captions for name, each in file.fields.items()}

    def sample(self, kind: FileKind) -> Sample:
        return self.proposal.files[kind].sample

    def name(self, kind: FileKind, field: str, captions: Sequence[str]) -> None:
        """Takes the field from these columns; from none, where there are none. `Unreadable` where that can't be."""
        if kind not in self.columns:
            raise Unreadable(f"speaks of {kind}", f"The files here are {', '.join(self.columns)}.")
        if field not in FIELDS_OF[kind]:
            hint = did_you_mean(field, FIELDS_OF[kind])
            raise Unreadable(f"names {field}, which is not a field", f"{hint}Use {', '.join(FIELDS_OF[kind])}.")
        columns = [self._column(kind, each) for each in captions]
        if not columns and self._is_profiles(kind, field):
            raise Unreadable("leaves out what the profile reads", "Rename that column in the export.")
        self.settled.add((kind, field))
        self.columns[kind].pop(field, None)
        for other, theirs in list(self.columns[kind].items()):
            if set(theirs) & set(columns) and not self._is_profiles(kind, other):
                del self.columns[kind][other]
        if columns:
            self.columns[kind][field] = tuple(columns)

    def _column(self, kind: FileKind, caption: str) -> str:
        captions = [each.caption for each in self.sample(kind).columns]
        found = self.sample(kind).column(caption)
        if found is None:
            raise Unreadable(
                f'names "{caption}", which is no column of {self.sample(kind).name}',
                f"{did_you_mean(caption, captions)}Its columns are {', '.join(captions)}.",
            )
        return found.caption

    def _is_profiles(self, kind: FileKind, field: str) -> bool:
        layout = self.proposal.files[kind].layout
        return layout is not None and field in layout.columns

    def mean(self, kind: FileKind, field: str, word: str, meaning: str) -> None:
        """Says what a word of a coded column means. `Unreadable` where it can't mean that."""
        meanings = MEANINGS.get(FIELDS_OF[kind][field].grammar) if field in FIELDS_OF.get(kind, {}) else None
        if meanings is None:
            raise Unreadable(
                f"names {kind}.{field}, which has no words", "Name a coded column, such as patients.text_consent."
            )
        if meaning not in meanings:
            raise Unreadable(f"says {meaning}", meant(FIELDS_OF[kind][field], meaning))
        self.meanings.setdefault((kind, field), {})[word] = meaning

    # What is still open.

    def questions(self) -> list[Question]:
        """Everything that somebody must say, or look at, the most basic first."""
        found = [*self._missing(), *self._uncertain(), *self._payers(), *self._amounts(), *self._words()]
        return found if any(isinstance(each, MissingColumn) for each in found) else [*found, *self._days()]

    def _missing(self) -> Iterator[Question]:
        for kind, columns in self.columns.items():
            yield from (MissingColumn(kind, each) for each in missing(kind, columns))

    def _uncertain(self) -> Iterator[Question]:
        for kind, file in self.proposal.files.items():
            for name, proposed in file.fields.items():
                if not proposed.sure and (kind, name) not in self.settled:
                    yield Uncertain(kind, proposed)

    def _payers(self) -> Iterator[Question]:
        if "guarantor_id" in self.columns["patients"] or ("patients", "guarantor_id") in self.settled:
            return
        mapped = {caption for captions in self.columns["patients"].values() for caption in captions}
        for column in self.sample("patients").columns:
            is_of_payers = likeness("patients", "guarantor_id", column.caption) >= ALIKE
            if column.caption not in mapped and column.filled and is_of_payers and speaks_of_payers(column.caption):
                yield Payers("patients", column.caption)
                return

    def _amounts(self) -> Iterator[Question]:
        if "balances" not in self.columns:
            return
        columns, sample = self.columns["balances"], self.sample("balances")
        for column in unexplained_money(sample, columns):
            yield OtherAmount(column)
        if "portion" in columns:
            return
        mapped = {caption for captions in columns.values() for caption in captions}
        for column in sample.columns:
            is_portion = likeness("balances", "portion", column.caption) >= ALIKE
            if is_portion and column.caption not in mapped and "total" in columns and holds_money(column):
                yield OtherAmount(column, "is less than the total, and no column says why")
                return
        free = {each.caption: each.cells for each in sample.columns if each.caption not in mapped and holds_money(each)}
        total = sample.column(columns["total"][0]) if "total" in columns else None
        parts = halves(total.cells, free) if total is not None else None
        if parts is not None:
            why = f"adds up to the total with {parts[1]}: one of them may be what insurance pays"
            yield OtherAmount(sample.by_caption[parts[0]], why)

    def coded(self) -> Iterator[Coded]:
        """The coded columns, with what is said of their words so far."""
        for kind, columns in self.columns.items():
            for name, captions in columns.items():
                column = self.sample(kind).column(captions[0])
                found = coded(kind, name, column, self.proposal.file_profile(kind)) if column is not None else None
                if found is not None:
                    yield found

    def _words(self) -> Iterator[Question]:
        for found in self.coded():
            if found.field.grammar is Grammar.LANGUAGE:
                continue  # one that nobody knows decides nothing
            answered = self.meanings.get((found.kind, found.field.name), {})
            if any(word not in answered for word in found.meanings) and (found.new or found.leaves_out):
                yield Meanings(found)

    def _days(self) -> Iterator[Question]:
        days, formats = self._formats()
        if len(formats) > 1:
            yield DayOrder(next((each.examples[0] for each in days if each.filled), ""), formats)

    def _formats(self) -> tuple[list[SampleColumn], tuple[str, ...]]:
        """The columns of days, and the formats that they may have."""
        days = [
            column
            for kind, columns in self.columns.items()
            for name, captions in columns.items()
            if FIELDS_OF[kind][name].grammar in _DAYS
            for column in (self.sample(kind).column(captions[0]),)
            if column is not None
        ]
        return days, (self.date_format,) if self.date_format else date_formats(days, self.proposal.profile.dates)

    def billing_types(self) -> Mapping[str, int]:
        """The billing types there are, and how often each stands in the files."""
        counts: dict[str, int] = {}
        for kind in KINDS:
            captions = self.columns.get(kind, {}).get("billing_type", ())
            for column in (self.sample(kind).column(each) for each in captions):
                for word, count in column.words.items() if column is not None else ():
                    counts[word] = counts.get(word, 0) + count
        return counts

    # What goes into the settings.

    def values(self) -> dict[str, Any]:
        """The settings about the exports, by dotted key."""
        named: dict[FileKind, dict[str, Any]] = {}
        for kind, columns in self.columns.items():
            layout = self.proposal.files[kind].layout
            for name, captions in columns.items():
                found = layout.columns.get(name) if layout is not None else None
                if found is None or tuple(each.caption for each in found.all) != captions:
                    named.setdefault(kind, {})[name] = captions[0] if len(captions) == 1 else list(captions)
        words: dict[FileKind, dict[str, Any]] = {}
        for each in self.coded():
            likely = {word: meaning for word, meaning in each.meanings.items() if meaning is not None}
            lists = words_to_write(each, likely | self.meanings.get((each.kind, each.field.name), {}))
            if lists:
                words.setdefault(each.kind, {})[each.field.name] = lists
        return {
            "exports.ledger": None,
            "exports.profile": self.proposal.profile.name,
            "exports.columns": named,
            "exports.words": words,
            "exports.date_format": self._formats()[1][0],
            "payment_settings.exclude_billing_types": list(self.excluded),
            **{f"exports.{kind}": file.pattern for kind, file in self.proposal.files.items()},
        }

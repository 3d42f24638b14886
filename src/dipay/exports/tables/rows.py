"""Rows: which rows of a report are data, and what the others are. They are told apart by what they hold.

A row with an id that is known is data. Of the others a printed report has many kinds, which come between the rows of
data as titles and headers on every page, headings and subtotals of groups, percentages, footers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final

from dipay.domain.fields import FIELDS_OF, Grammar
from dipay.exports.layout.finding import Layout
from dipay.exports.layout.profiles import fold_caption
from dipay.grammar.words import fold

#: Blanks, and the mark that old programs end a file with (Ctrl-Z).
_BLANK: Final = " \t\r\n\x0b\x0c\x1a\u00a0"
_TOTAL: Final = re.compile(r"\b(sub|grand|report|page)?[- ]?totals?\b", re.ASCII)
_FOOTER: Final = re.compile(
    r"page \d+( of \d+)?|\d+ of \d+|printed\b.*|report (date|generated|run)\b.*|run date\b.*|end of report.*"
    r"|[a-z ]+: ?\d[\d,]*",
    re.ASCII | re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[-+($\u2212 ]*[0-9.,]*[0-9][0-9.,]*[ )]*(-|cr|dr)?", re.ASCII | re.IGNORECASE)
_NOTHING: Final = re.compile(r"\$? ?-{1,2}", re.ASCII)
_PERCENT: Final = re.compile(r"[-(]?[0-9.,]+ ?%\)?", re.ASCII)
#: What stands before figures that are worked out of the rows, and are no money of anybody.
_SHARE: Final = re.compile(
    r"(%|percent(age)?s?)( of [a-z ]+)?:?|(average|avg\.?)( [a-z ]+)?:?|(#|no\.?|number|count) (of )?[a-z ]+:?",
    re.ASCII,
)
#: A total of some of the rows alone; which ones nobody can tell.
_OF_SOME: Final = re.compile(
    r"\b(charges?|payments?|receipts|credits?|debits?|adjustments?|write-?offs?|production|collections?|insurance)\b",
    re.ASCII,
)
#: A total of how many there are.
_COUNT: Final = re.compile(
    r"\btotals? (number |no\.? |# ?)?(of )?"
    r"(patients|guarantors|families|records|rows|entries|transactions|procedures|accounts(?! receivable))\b",
    re.ASCII,
)
#: An id as systems write them: one word with a digit in it.
_LIKE_AN_ID: Final = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z]+(?:[-._/#][0-9A-Za-z]+)*", re.ASCII)
_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_OF_A_DAY: Final = re.compile(
    r"(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|fri|sat|sun)[a-z]*|[ap]m?|t|z|st|nd|rd|th",
    re.IGNORECASE,
)
_MONEY: Final = (Grammar.AMOUNT, Grammar.BUCKET, Grammar.SIDE, Grammar.ESTIMATE)
_DAYS: Final = (Grammar.DAY, Grammar.PAST_DAY)


class RowKind(Enum):
    """What a row is. The words are what is said of rows that are dropped."""

    DATA = ""
    BLANK = "blank rows"
    HEADER = "repeated headers"
    HEADING = "titles and headings"
    FOOTER = "footers"
    NAME = "names that go on"
    PERCENT = "percentages and averages"
    DAY_TOTAL = "day totals"
    TOTAL = "total rows"  # it says so
    SUMS = "subtotals"  # it holds but sums: a total where they are those of the rows above
    SUMMARY = "summaries below the total"
    OTHER_HEADER = "other headers"
    NAMELESS = "rows without an id"  # money that is somebody's, and not said whose


#: What stands in a report beside its data, whatever it says.
LAYOUT: Final = (
    RowKind.BLANK,
    RowKind.HEADER,
    RowKind.HEADING,
    RowKind.FOOTER,
    RowKind.NAME,
    RowKind.PERCENT,
    RowKind.DAY_TOTAL,
)


@dataclass
class RowSorter:
    """Tells the rows of one laid-out file apart. `known` ids are those of rows of data; patients make theirs known."""

    layout: Layout
    id_field: str
    known: Callable[[], Container[str]] = tuple

    @property
    def _are_patients(self) -> bool:
        return self.layout.kind == "patients"

    @property
    def has_a_number_for_its_id(self) -> bool:
        """Whether the caption of the id is a number, which then may be the header again."""
        return self._header[self.id_index].isdecimal()

    @cached_property
    def _header(self) -> list[str]:
        return [fold_caption(each) for each in self.layout.captions]

    @cached_property
    def _captions(self) -> frozenset[str]:
        return frozenset(self._header) - {""}

    @cached_property
    def id_index(self) -> int:
        return self.layout.columns[self.id_field].index

    @cached_property
    def money(self) -> tuple[int, ...]:
        """Where the amounts stand."""
        return self._places(_MONEY)

    @cached_property
    def _days(self) -> tuple[int, ...]:
        return self._places(_DAYS)

    @cached_property
    def _names(self) -> tuple[int, ...]:
        return self._places((Grammar.NAME,))

    def _places(self, grammars: Sequence[Grammar]) -> tuple[int, ...]:
        fields = FIELDS_OF[self.layout.kind]
        columns = self.layout.columns.items()
        return tuple(each.index for name, column in columns if fields[name].grammar in grammars for each in column.all)

    def is_plain(self, text: str) -> bool:
        """Whether a row with that id is surely data, whatever else it holds."""
        if text.isdecimal():
            return text != self._header[self.id_index]
        return self.is_known(self.id_in(text))

    def id_in(self, text: str) -> str:
        """The id in a cell, of which it may be but a part."""
        text = text.strip(_BLANK)
        take = self.layout.columns[self.id_field].source.take
        part = take.fullmatch(text) if take is not None else None
        return part[1] if part is not None else text

    def is_known(self, text: str) -> bool:
        """Whether the text is the id of somebody: one that is known, or could be where none are."""
        if self._are_patients:
            return _LIKE_AN_ID.fullmatch(text) is not None and fold_caption(text) != self._header[self.id_index]
        return text in self._known

    @cached_property
    def _known(self) -> Container[str]:
        return self.known()

    def has_something_like_an_id(self, cells: Sequence[str]) -> bool:
        """Whether the row's id could be one, known or not."""
        return self.id_index < len(cells) and _LIKE_AN_ID.fullmatch(cells[self.id_index].strip(_BLANK)) is not None

    def is_of_somebody(self, cells: Sequence[str]) -> bool:
        """Whether a row has an id that is known or a number, or says when something happened."""
        filled = {index: cell for index, each in enumerate(cells) if (cell := each.strip(_BLANK))}
        return self.is_plain(filled.get(self.id_index, "")) or self._has_day(filled)

    def labels(self, cells: Sequence[str]) -> list[str]:
        """What a row says beside its numbers."""
        return [text for each in cells if (text := each.strip(_BLANK)) and not _is_number(text)]

    def is_partial(self, cells: Sequence[str]) -> bool:
        """Whether a row of sums says that it is one of some rows alone, or of how many there are."""
        texts = [folded for each in cells if (folded := fold(each))]
        amounts = [cells[index].strip(_BLANK) for index in self.money if index < len(cells)]
        return any(map(_OF_SOME.search, texts)) or (
            any(map(_COUNT.search, texts)) and all(map(str.isdecimal, filter(None, amounts)))
        )

    def row(self, cells: Sequence[str]) -> RowKind:
        """What a row is."""
        filled = {index: cell for index, each in enumerate(cells) if (cell := each.strip(_BLANK))}
        if not filled:
            return RowKind.BLANK
        folded = [fold_caption(each) for each in cells[: self.layout.width]]
        if [each for each in folded if each] == [each for each in self._header if each]:
            return RowKind.HEADER
        text = filled.get(self.id_index, "")
        if text and self.is_plain(text):
            # A number alone in its line is a page's, but for an id that is known.
            return RowKind.DATA if len(filled) > 1 or self.is_known(self.id_in(text)) else RowKind.FOOTER
        if len(filled) > 1 and sum(each in self._captions for each in folded) > len(filled) // 2:
            return RowKind.OTHER_HEADER
        return self._other_row(filled, text)

    def _other_row(self, filled: dict[int, str], text: str) -> RowKind:
        """What a row without a known id is."""
        words = [fold(each) for each in filled.values()]
        amounts = [filled[index] for index in self.money if index in filled and not _NOTHING.fullmatch(filled[index])]
        labels = self.labels(list(filled.values()))
        if "day total" in words:
            return RowKind.DAY_TOTAL
        if len(filled) == 1 and not amounts:
            (index,) = filled
            if index in self._names and index != self.id_index:
                return RowKind.NAME
            return _beside_data(filled[index])
        if amounts and all(map(_PERCENT.fullmatch, amounts)):
            return RowKind.PERCENT
        if amounts and any(_SHARE.fullmatch(fold(each)) for each in labels) and not self._has_day(filled):
            return RowKind.PERCENT
        has_sums = any(map(_is_amount, amounts))
        if any(_TOTAL.search(fold(each)) for each in labels) and not self._has_day(filled):
            return RowKind.TOTAL if has_sums or self._are_patients else RowKind.HEADING
        if self._are_patients:
            return self._row_of_patients(filled, text)
        is_like_an_id = _LIKE_AN_ID.fullmatch(text) is not None
        if not has_sums:
            # Of a patient whom nobody knows a day says that something happened, even without an amount.
            return RowKind.DATA if is_like_an_id and self._has_day(filled) else _beside_data(*labels)
        if self._has_day(filled):
            if _TOTAL.search(fold(text)):
                return RowKind.SUMS
            # Words where the id should be are nobody's; an id that is written oddly, or a name, is said to be one.
            return RowKind.DATA if any(each.isdigit() or each == "," for each in text) else RowKind.NAMELESS
        if self._is_an_entry(filled):
            return RowKind.NAMELESS
        if len(labels) > 1:
            return RowKind.DATA if is_like_an_id else RowKind.NAMELESS
        return RowKind.NAMELESS if any(index in filled for index in self._names) else RowKind.SUMS

    def _row_of_patients(self, filled: dict[int, str], text: str) -> RowKind:
        """What a row is where the ids are not known before: a title has no name beside it."""
        if any(index in filled for index in self._names if index != self.id_index):
            return RowKind.DATA
        if not text and len(filled) > 1:
            return RowKind.DATA
        return _beside_data(text)

    def _is_an_entry(self, filled: dict[int, str]) -> bool:
        """Whether the row says of a type that the profile knows, as no sums do."""
        column = self.layout.columns.get("type")
        return column is not None and fold(filled.get(column.index, "")) in self.layout.file_profile.words.get(
            "type", {}
        )

    def _has_day(self, filled: dict[int, str]) -> bool:
        return self.layout.kind == "ledger" and any(_is_like_a_day(filled.get(index, "")) for index in self._days)


def _beside_data(*labels: str) -> RowKind:
    """What a row is that holds words and nothing of anybody."""
    return RowKind.FOOTER if any(map(_FOOTER.fullmatch, labels)) else RowKind.HEADING


def _is_like_a_day(text: str) -> bool:
    """Whether a cell has a number, and no words but those of dates and times; a month and its year are no day."""
    words, numbers = _WORD.findall(text), _DIGITS.findall(text)
    return len(numbers) > bool(words) and all(map(_OF_A_DAY.fullmatch, words))


def _is_number(text: str) -> bool:
    return _is_amount(text) or _PERCENT.fullmatch(text) is not None or _NOTHING.fullmatch(text) is not None


def _is_amount(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None

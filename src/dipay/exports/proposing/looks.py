"""Looks: what the cells of each grammar look like. A column is judged by the share of its cells that fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from dipay.domain.fields import Grammar
from dipay.exports.layout.profiles import bundled_profiles
from dipay.exports.proposing.days import USUAL
from dipay.exports.proposing.samples import SampleColumn
from dipay.grammar import read_or_none
from dipay.grammar.dates import DateGrammar
from dipay.grammar.languages import language_of
from dipay.grammar.money import parse_cents

#: So many different cells of a column are looked at.
_ENOUGH: Final = 500
_ID: Final = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z]+(?:[-._/#][0-9A-Za-z]+)*", re.ASCII)
_MONEY: Final = re.compile(r"[-+($\u2212 ]*[0-9][0-9,]*\.[0-9]{2}[) ]*(-|cr|dr)?|-?\$.*", re.ASCII | re.IGNORECASE)
_PHONE_DIGITS: Final = frozenset({7, 10, 11, 12, 13})
_LONGEST_WORD: Final = 40


@dataclass(frozen=True, slots=True)
class Look:
    """Whether a filled cell can be one of a grammar, and the share of a column that must be."""

    fits: Callable[[str], bool]
    least: float = 0.8


@cache
def _dates() -> DateGrammar:
    named = (form for profile in bundled_profiles() for form in profile.dates)
    return DateGrammar(tuple(dict.fromkeys((*USUAL, *named))))


def is_day(text: str) -> bool:
    """Whether a cell is a day in any way of writing that some PMS has."""
    return _dates().reads(text)


def cents_in(text: str) -> int | None:
    """The cents of a cell, 0 for a blank one; None where it is no amount."""
    return read_or_none(text, parse_cents) if text else 0


def _is_amount(text: str) -> bool:
    return cents_in(text) is not None and not is_day(text)


def _is_phone(text: str) -> bool:
    return sum(map(str.isdigit, text)) in _PHONE_DIGITS and not is_day(text) and _MONEY.fullmatch(text) is None


def _is_name(text: str) -> bool:
    return any(map(str.isalpha, text)) and not any(map(str.isdigit, text))


def _is_word(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and not is_day(text) and _MONEY.fullmatch(text) is None


def _is_yes_or_no(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and not is_day(text) and not _is_phone(text)


def _is_estimate(text: str) -> bool:
    return (cents_in(text) or 0) >= 0 and _is_amount(text)


#: By grammar. A phone's column holds much else, as does one of languages, and what nobody reads may hold anything.
LOOKS: Final[Mapping[Grammar, Look]] = {
    Grammar.ID: Look(lambda text: _ID.fullmatch(text) is not None and not is_day(text)),
    Grammar.NAME: Look(_is_name),
    Grammar.PHONE: Look(_is_phone, 0.5),
    Grammar.TEXT: Look(_is_word),
    Grammar.UNREAD: Look(lambda _: True),
    Grammar.DAY: Look(is_day),
    Grammar.PAST_DAY: Look(is_day),
    Grammar.YES_NO: Look(_is_yes_or_no),
    Grammar.STATUS: Look(_is_word),
    Grammar.ENTRY_KIND: Look(_is_word),
    Grammar.ENTRY_STATUS: Look(_is_word),
    Grammar.LANGUAGE: Look(lambda text: language_of(text) is not None, 0.5),
    Grammar.COUNT: Look(lambda text: text.isascii() and text.isdigit() and len(text) <= 3),
    Grammar.AMOUNT: Look(_is_amount),
    Grammar.BUCKET: Look(_is_amount),
    Grammar.SIDE: Look(_is_amount),
    Grammar.ESTIMATE: Look(_is_estimate),
}


def can_be(grammar: Grammar, column: SampleColumn) -> bool:
    """Whether the cells do not contradict it; a column without any says nothing."""
    look = LOOKS[grammar]
    cells = list(islice(column.words, _ENOUGH))
    return not cells or sum(map(look.fits, cells)) >= look.least * len(cells)


def looks_like(grammar: Grammar, column: SampleColumn) -> bool:
    """Whether there are cells, and they are such."""
    return bool(column.filled) and can_be(grammar, column)


def holds_money(column: SampleColumn) -> bool:
    """Whether its cells are written as amounts are, with cents or a currency sign: no numbers of something else."""
    cells = [each for each in islice(column.words, _ENOUGH) if any(map(str.isdigit, each))]
    return bool(cells) and can_be(Grammar.AMOUNT, column) and any(map(_MONEY.fullmatch, cells))

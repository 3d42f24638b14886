"""Quoting: what of a cell that can't be read may stand in a message. Everything else is told by its shape.

Columns may be shifted, and then a name, a phone number or a birth date stands where an amount, a date or a word should.
So a cell is quoted only where it looks like what belongs there: the message has its line and column, to look it up.
"""

from __future__ import annotations

import re
from typing import Final

from dipay.domain.fields import FIELDS, Grammar
from dipay.grammar import Unreadable
from dipay.grammar.cells import clean
from dipay.grammar.letters import bare

#: Columns whose cells never stand in a message.
PERSONAL: Final = frozenset(field.name for field in FIELDS if field.personal)
_GRAMMARS: Final = {field.name: field.grammar for field in FIELDS}
_DATES: Final = frozenset((Grammar.DAY, Grammar.PAST_DAY))
_AMOUNTS: Final = frozenset((Grammar.AMOUNT, Grammar.BUCKET, Grammar.SIDE, Grammar.ESTIMATE, Grammar.COUNT))
_WORDS: Final = frozenset((Grammar.YES_NO, Grammar.STATUS, Grammar.ENTRY_KIND, Grammar.ENTRY_STATUS, Grammar.LANGUAGE))

_LONGEST: Final = 40
_PHONE_DIGITS: Final = 10
_LIKE_A_PHONE: Final = re.compile(r"[-+0-9() ./]+", re.ASCII)
#: Two digits with one of these between them: a date or a phone number, and no amount.
_PARTED: Final = re.compile(r"\d\s*[-/]\s*\d")
_DAY: Final = re.compile(r"[0-9]{1,4}([-/])[0-9]{1,2}\1[0-9]{2,4}(?![0-9])", re.ASCII)
_MOST_LETTERS_IN_AMOUNT: Final = 3
_MOST_DIGITS_IN_AMOUNT: Final = 9
_MOST_DIGITS_IN_WORD: Final = 5
#: How long the numbers are that dates are made of; five digits are a spreadsheet's number of a day.
_DATE_PARTS: Final = frozenset((1, 2, 4, 5, 8))
_MONTHS_AND_DAYS: Final = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}|[a-z]{1,2}|th"
)
#: Beginnings of words that PMSs write into coded columns, and whole ones that might begin a name.
_BEGINNINGS: Final = (
    "accept activ adjust agreed allow archiv cancel charge collect complet consent correct current deceas declin delet "
    "denied dismiss duplicat inactiv insuranc merged nonpatient patient paymen pending prospect procedure refus reject "
    "remov revers revok subscrib transfer treat unknown unsubscrib unset verif write"
)
_WHOLE: Final = (
    "yes no y n t f true false maybe pend opt opted in out on off ok okay to text texts sms do not non none na paid "
    "plan open closed credit debit payment fee void voided dead died moved new old hold stop status set asked x"
)
_STEMS, _WHOLE_WORDS = tuple(_BEGINNINGS.split()), frozenset(_WHOLE.split())


def shown(text: str, name: str, *, known: bool = False) -> str:
    """The cell of that field as a message may show it: quoted, shortened where it is long, or told by its shape.

    `known`: by how often it stands there it is a word of the column's.
    """
    if name in PERSONAL:
        return "the value"
    try:
        safe = clean(text)
    except Unreadable:
        return "the value"
    if not (known and not any(map(str.isdigit, safe))) and not _may_be_quoted(safe, _GRAMMARS.get(name)):
        return _shape(safe)
    return f'"{safe[:_LONGEST]}..."' if len(safe) > _LONGEST else f'"{safe}"'


def shown_id(text: str) -> str:
    """The id as a message may show it; what can't be one is a name, an address or a date in its place, and hidden."""
    if not text:
        return "(blank)"
    digits = sum(each.isdigit() for each in text)
    if not digits or "@" in text:
        return "(a name in place of an id)"
    is_number = digits >= _PHONE_DIGITS and not text.isdigit() and _LIKE_A_PHONE.fullmatch(text)
    return "(a number or a day in place of an id)" if is_number or _DAY.match(text) else text


def _may_be_quoted(text: str, grammar: Grammar | None) -> bool:
    if len(text) <= 1:
        return True
    digits = sum(each.isdigit() for each in text)
    if digits >= _PHONE_DIGITS and _LIKE_A_PHONE.fullmatch(text):
        return False
    if grammar in _DATES:
        return _is_like_a_date(text)
    if grammar in _AMOUNTS:
        letters = sum(each.isalpha() for each in text)
        is_short = (digits <= _MOST_DIGITS_IN_AMOUNT or letters == 0) and letters <= _MOST_LETTERS_IN_AMOUNT
        is_other = _PARTED.search(text) or (letters > 2 and _is_like_a_date(text))
        return digits > 0 and is_short and not is_other
    if grammar in _WORDS:
        return digits <= _MOST_DIGITS_IN_WORD and _is_like_a_code(text)
    return True


def _is_like_a_date(text: str) -> bool:
    parts = re.findall(r"[0-9]+", text)
    words = re.findall(r"[^\W\d_]+", bare(text))
    return (
        bool(parts)
        and all(len(each) in _DATE_PARTS for each in parts)
        and all(_MONTHS_AND_DAYS.fullmatch(each) for each in words)
    )


def _is_like_a_code(text: str) -> bool:
    """Whether all words of it are such as programs write."""
    words = re.findall(r"[^\W\d_]+", bare(text))
    return "," not in text and all(each in _WHOLE_WORDS or each.startswith(_STEMS) for each in words)


def _shape(text: str) -> str:
    """What a cell holds, without any of it: `a cell of 12 letters`."""
    letters, digits = sum(each.isalpha() for each in text), sum(each.isdigit() for each in text)
    parts = [_so_many(letters, "letter"), _so_many(digits, "digit")]
    return f"a cell of {' and '.join(filter(None, parts)) or _so_many(len(text), 'sign')}"


def _so_many(count: int, what: str) -> str:
    return "" if count == 0 else f"{count} {what}{'' if count == 1 else 's'}"

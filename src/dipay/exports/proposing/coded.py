"""Coded columns: the words of consent, plans, recall, standing and types, and what each is likely to mean.

The law asks that a no to texts be heard: a column that looks like one of these is found whatever a profile knows of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dipay.domain.column_settings import AMOUNT
from dipay.domain.fields import (
    BILLING_TYPE,
    DO_NOT_RECALL,
    FIELDS_OF,
    MEANINGS,
    PAYMENT_PLAN,
    STATUS,
    TEXT_CONSENT,
    TYPE,
    EntryKind,
    Field,
    FileKind,
    Grammar,
)
from dipay.exports.layout.profiles import FileProfile, fold_caption
from dipay.exports.proposing.looks import can_be, cents_in, holds_money
from dipay.exports.proposing.samples import SampleColumn
from dipay.grammar import Unreadable
from dipay.grammar.languages import language_of
from dipay.grammar.words import NO, YES, YesNo, fold

#: A column of more different words than these is free text.
MOST_WORDS: Final = 30


@dataclass(frozen=True, slots=True)
class Lookalike:
    """How captions of a field that leaves people out look; with `turned` its yes is the field's no."""

    field: Field[Any]
    caption: re.Pattern[str]
    turned: re.Pattern[str] | None = None


_TEXTS: Final = r"(?:sms|texts?|txts?|texting)"
_SAYS: Final = r"(?:opt\w*|ok|okay|consent\w*|allow\w*|permi\w*|agree\w*|auth\w*)"
LOOKALIKES: Final = (
    Lookalike(
        TEXT_CONSENT,
        re.compile(
            rf"^(?!.*e-?mail).*(?:\b{_TEXTS}\b.*\b(?:{_SAYS}|status|pref\w*|in|out)\b"
            rf"|\b(?:{_SAYS}|privacy|no|don'?t|do not|stop|can|may|send|receives?|accepts?|wants?)\b.*\b{_TEXTS}\b"
            rf"|\btcpa\b|^{_TEXTS}(?: messag\w+)?$|\bopt[ -]?(?:in|out)\b)"
        ),
        re.compile(r"\bopt\w*[ -]?out\b|\bdo not\b|\bdon'?t\b|\bno\b|\bstop\b|\bdeclin|\brefus|\bunsub"),
    ),
    Lookalike(
        PAYMENT_PLAN,
        re.compile(
            r"\b(?:pay(?:ment|mt)?s?|pmt|financ\w*) ?(?:plans?|agreements?|arrangements?)\b"
            r"|\bcontracts?\b|\binstal+ments?\b"
        ),
    ),
    Lookalike(
        DO_NOT_RECALL,
        re.compile(
            r"\b(?:do not|don'?t|no)[ -]?(?:contact|recall|call|mail|disturb)\b|\bdnc\b|\breceives? recalls?\b"
            r"|\b(?:recall|contact) ok\b"
        ),
        re.compile(r"^(?!.*\b(?:do not|don'?t|no|dnc)\b)"),
    ),
    Lookalike(
        BILLING_TYPE,
        re.compile(
            r"\b(?:bill(?:ing)?|account|acct|statement)[ -]?(?:types?|class|groups?|categor\w+)\b|\bcollections?\b"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A likely meaning of the words that a pattern finds."""

    meaning: str
    words: re.Pattern[str]


_CONSENT: Final = (
    Guess("no", re.compile(r"opt(?:ed)?[ -]?out|declined?|refused?|revoked?|denied|never|unsubscribed|not ok|stop")),
    Guess("no", re.compile(r"do not text|no texts?")),
    Guess("yes", re.compile(r"opt(?:ed)?[ -]?in|ok(?:ay)?(?: to text)?|allowed|granted|accepted|agreed|consented")),
    Guess("unknown", re.compile(r"\?+|unknown|not (?:asked|set|sure|answered)|pending|n/?a|none")),
)  # fmt: skip
_PLAN: Final = (
    Guess("no", re.compile(r"none|no plan|closed|complete[d]?|inactive|paid(?: off| in full)?|n/?a|cancell?ed")),
    Guess("yes", re.compile(r"active|open|current|on plan")),
)
_STATUS: Final = (
    Guess("deleted", re.compile(r"delet|duplicate|merged")),
    Guess("deceased", re.compile(r"deceas|\bdead\b|\bdied\b|passed")),
    Guess("archived", re.compile(r"archiv|dismiss|transfer|moved|former")),
    Guess("inactive", re.compile(r"inactiv|not active")),
    Guess("non-patient", re.compile(r"non[- ]?patient|responsible|guarantor|not a patient")),
    Guess("prospective", re.compile(r"prospect|lead|referr")),
    Guess("active", re.compile(r"\bactive\b|current|existing|\bnew\b|regular|\bpatient\b")),
)
_KIND: Final = (
    Guess("write-off", re.compile(r"write[- ]?off|\bw/?o\b")),
    Guess("returned-payment", re.compile(r"(?:nsf|bounced|returned) (?:check|pay)|(?:check|payment) re(?:turn|vers)")),
    Guess("insurance-payment", re.compile(r"\bins\w*\b.*(?:pay|pmt|check)|claim pay|^insurance$|(?:pay|pmt).*\bins")),
    Guess("adjustment", re.compile(r"adj|discount|courtesy|refund|financ|interest|\blate\b|\bfee\b|nsf|bad debt")),
    Guess("payment", re.compile(r"pay|pmt|cash|check|\bchk\b|visa|master|amex|discover|card|credit")),
    Guess("charge", re.compile(r"proc|charge|service|treat|\btx\b|exam|production|^d[0-9]{4}")),
)  # fmt: skip
#: What the reader takes an entry of an unknown type for.
_OTHER: Final = EntryKind.OTHER.value
#: Tried in order.
GUESSES: Final[Mapping[Field[Any], tuple[Guess, ...]]] = {
    TEXT_CONSENT: _CONSENT, PAYMENT_PLAN: _PLAN, STATUS: _STATUS, TYPE: _KIND
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded column: how often each word stands in it, and what each means as far as anybody can tell (None: not)."""

    kind: FileKind
    field: Field[Any]
    column: SampleColumn
    meanings: Mapping[str, str | None]
    #: The words that the reader does not know, or that mean the reverse of what it takes them for.
    new: frozenset[str]
    turned: bool = False
    #: Whether it holds what is left of each plan.
    amounts: bool = False

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(word for word, meaning in self.meanings.items() if meaning is None)

    @property
    def unknown_share(self) -> float:
        """How much of what the column holds nobody can tell the meaning of."""
        return sum(self.column.words[each] for each in self.unknown) / max(1, len(self.column.filled))

    @property
    def leaves_out(self) -> bool:
        """Whether the column decides who is not asked: a person should see what its words are taken for."""
        return self.field in (TEXT_CONSENT, PAYMENT_PLAN, DO_NOT_RECALL)


def looks_of(columns: Iterable[SampleColumn]) -> dict[Field[Any], SampleColumn]:
    """Which of a patients file's columns look like ones that leave people out, by their captions and words."""
    found: dict[Field[Any], SampleColumn] = {}
    for column in columns:
        for lookalike in LOOKALIKES:
            is_alike = lookalike.caption.search(fold_caption(column.caption)) is not None
            is_coded = len(column.words) <= MOST_WORDS or lookalike.field is PAYMENT_PLAN
            if is_alike and is_coded and can_be(lookalike.field.grammar, column):
                found.setdefault(lookalike.field, column)
    return found


def coded(kind: FileKind, name: str, column: SampleColumn, profile: FileProfile | None) -> Coded | None:
    """What the words of a column of that field mean; None where the field is no coded one, or the words are no code."""
    field = FIELDS_OF[kind][name]
    if field.grammar not in MEANINGS:
        return None
    turned = _is_turned(field, column.caption) and not _is_named(profile, name, column.caption)
    amounts = field is PAYMENT_PLAN and holds_money(column)
    words = [each for each in column.words if not amounts or cents_in(each) is None]
    if len(words) > MOST_WORDS:
        return None
    first = {fold(word): word for word in reversed(words)}
    known = {word: _known(field, profile, word) for word in first}
    meanings, new = dict[str, str | None](), set[str]()
    for folded_word, word in reversed(first.items()):
        meaning = known[folded_word]
        if meaning is None:
            meaning = _guessed(field, folded_word)
            new.add(word)
        elif turned:
            meaning = {"yes": "no", "no": "yes"}.get(meaning, meaning)
            new.add(word)
        meanings[word] = meaning
    return Coded(kind, field, column, meanings, frozenset(new), turned, amounts)


def words_to_write(found: Coded, meanings: Mapping[str, str]) -> dict[str, list[str]]:
    """By meaning the words that the settings must tell; of a turned column the reader's own too, for days to come."""
    lists: dict[str, list[str]] = {"yes": sorted(NO), "no": sorted(YES)} if found.turned else {}
    if found.amounts:
        lists[AMOUNT] = ["yes"]
    for word, meaning in meanings.items():
        usual = found.meanings.get(word) if word not in found.new else _OTHER
        if meaning != usual and all(fold(word) != fold(each) for each in lists.get(meaning, ())):
            for others in lists.values():
                others[:] = [each for each in others if fold(each) != fold(word)]
            lists.setdefault(meaning, []).append(word)
    return {meaning: words for meaning, words in lists.items() if words}


def _is_turned(field: Field[Any], caption: str) -> bool:
    return any(
        each.field is field and each.turned is not None and each.caption.search(fold_caption(caption))
        and each.turned.search(fold_caption(caption))
        for each in LOOKALIKES
    )  # fmt: skip


def _is_named(profile: FileProfile | None, name: str, caption: str) -> bool:
    """Whether the profile reads the field from that column, and so knows what its words mean."""
    choices = profile.columns.get(name, ()) if profile is not None else ()
    return any(fold_caption(each.caption) == fold_caption(caption) for columns in choices for each in columns)


def _known(field: Field[Any], profile: FileProfile | None, word: str) -> str | None:
    """What the reader takes the word for; None where it would not know."""
    if field.grammar is not Grammar.YES_NO:
        words = profile.words.get(field.name, {}) if profile is not None else {}
        return language_of(word, words) if field.grammar is Grammar.LANGUAGE else words.get(word)
    try:
        said = (profile.yes_no.get(field.name, YesNo()) if profile is not None else YesNo()).parse(word)
    except Unreadable:
        return None
    return {True: "yes", False: "no", None: "unknown"}[said]


def _guessed(field: Field[Any], word: str) -> str | None:
    for guess in GUESSES.get(field, ()):
        # A word of consent must be the whole cell: a part of a sentence can mean the reverse.
        found = guess.words.search(word) if field.grammar is not Grammar.YES_NO else guess.words.fullmatch(word)
        if found:
            return guess.meaning
    # An entry of a kind that nobody knows changes no balance.
    return _OTHER if field is TYPE else None

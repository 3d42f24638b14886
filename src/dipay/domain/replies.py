"""What a patient's reply means. Pure: text in, one word out; a person sees every reply that is not an opt-out.

An opt-out counts by any reasonable means, in any words (47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out,
cancel and unsubscribe are such by themselves). So a message whose stop words may be meant for the texting is one;
"I'll stop by tomorrow" and "don't stop" are not. The phrases are data, in `reply_phrases`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Final

from dipay.domain import reply_phrases as phrases
from dipay.grammar.letters import bare


class ReplyKind(StrEnum):
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    ALREADY_PAID = "already_paid"
    WRONG_PERSON = "wrong_person"
    CALL_ME = "call_me"
    OTHER = "other"


def classify_reply(text: str) -> ReplyKind:
    """What the reply is taken for; `OTHER` for everything that a person has to read."""
    if _TAPBACK.match(text.strip()):
        return ReplyKind.OTHER
    clauses = [words for clause in _CLAUSE_ENDS.split(text) if (words := _words(clause))]
    if not clauses:
        return ReplyKind.OTHER
    if _opts_out(text, clauses):
        return ReplyKind.OPT_OUT
    if _bare(" ".join(clauses), phrases.POLITE) in phrases.OPT_IN:
        return ReplyKind.OPT_IN
    words = _joined(clauses)
    if _any_of(phrases.WRONG_PERSON).search(words):
        return ReplyKind.WRONG_PERSON
    if _any_of(phrases.ALREADY_PAID).search(_without(words, phrases.NOT_PAID)):
        return ReplyKind.ALREADY_PAID
    if _any_of(phrases.CALL_ME).search(words):
        return ReplyKind.CALL_ME
    return ReplyKind.OTHER


#: What phones send for a tap on a message; it quotes the message, with its "Reply STOP to opt out".
_TAPBACK: Final = re.compile(
    r"\W*(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? \w+(?: \w+)? from|"
    r"reacted .{1,20} to|le gustó|le encantó)\W*[\"“”«'‘]",
    re.IGNORECASE,
)
_CLAUSE_ENDS: Final = re.compile(r"[.!?;,:()\n\r—–]+|\s-+\s")
_STOP_SIGNS: Final = str.maketrans(dict.fromkeys("\N{OCTAGONAL SIGN}\N{NO ENTRY SIGN}", " stop "))
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`´")


def _words(clause: str) -> str:
    """The clause's words: no case, accents, apostrophes or punctuation; a stop sign is the word."""
    letters = bare(clause.translate(_STOP_SIGNS)).translate(_APOSTROPHES)
    return " ".join(re.sub(r"[^\w#]+|_+", " ", letters).split())


def _opts_out(text: str, clauses: list[str]) -> bool:
    words = " ".join(clauses)
    bare = _bare(words, phrases.AROUND_STOP)
    if words.replace(" ", "") in phrases.SPELLED_OUT or _LONG_STOP.fullmatch(bare):
        return True
    if not phrases.OPT_OUT_WHOLE.isdisjoint((words, _bare(words, phrases.POLITE), bare)):
        return True
    # "STOP. I already paid."
    if any(_bare(clause, phrases.AROUND_STOP) in phrases.OPT_OUT_CLAUSES for clause in clauses):
        return True
    about_texts = _without(_joined(clauses), phrases.NOT_AN_OPT_OUT)
    if about_texts.startswith(" stop "):
        return True
    # The keyword in capitals in an ordinary sentence was copied from the message.
    if _CAPITAL_STOP.search(text) and not text.isupper() and " stop " in about_texts:
        return True
    if _any_of(phrases.OPT_OUT).search(about_texts):
        return True
    return bool(_any_of(phrases.NO_CALLS).search(about_texts) and not _any_of(phrases.TEXTS_WELCOME).search(words))


_LONG_STOP: Final = re.compile(r"s+t+[o0]+p+( s+t+[o0]+p+)*")
_CAPITAL_STOP: Final = re.compile(r"\bSTOP\b")


def _bare(words: str, around: frozenset[str]) -> str:
    """The words without those of `around` before and behind; all of them where nothing else is left."""
    left = words.split()
    while left and left[0] in around:
        del left[0]
    while left and left[-1] in around:
        del left[-1]
    return " ".join(left) or words


def _joined(clauses: list[str]) -> str:
    """All words, with a sign between clauses that no phrase steps over, and blanks at both ends."""
    return f" {' . '.join(clauses)} "


def _without(words: str, harmless: tuple[str, ...]) -> str:
    return _any_of(harmless).sub(" . ", words)


@cache
def _any_of(several: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for phrases in the notation of `reply_phrases`, to be searched in `_joined` words."""
    return re.compile("|".join(f"(?<= ){''.join(map(_token, phrase.split()))}" for phrase in several))


_COUNTS: Final = {"": "", "?": "?", "*": "{0,4}"}


def _token(token: str) -> str:
    """The pattern of one token of a phrase; a word is matched with the blank behind it."""
    match token:
        case "...":
            return r"(?:\w+ ){0,3}"
        case "^":
            return r"(?:(?<=^ )|(?<=\. ))"
        case "$":
            return r"(?=\. |$)"
    name = token.rstrip("?*")
    words = "|".join(map(_word, phrases.CLASSES.get(name, (name,))))
    return f"(?:(?:{words}) ){_COUNTS[token[len(name) :]]}"


def _word(word: str) -> str:
    """`envi~` is every word that begins so; a word of a class may be several."""
    return re.escape(word.removesuffix("~")).replace(r"\ ", " ") + (r"\w*" if word.endswith("~") else "")

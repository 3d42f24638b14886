"""Words: yes/no and status cells, by closed lists. An unknown word is never read as "no"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache

from dipay.grammar import Unreadable
from dipay.grammar.money import parse_cents


def fold(word: str) -> str:
    """The word as the lists hold it: trimmed, inner runs of blanks made one, case folded."""
    return " ".join(word.split()).casefold()


def folded(words: Iterable[str]) -> frozenset[str]:
    """The words as a list to look up in."""
    return frozenset(fold(word) for word in words)


YES = folded(["yes", "y", "true", "t", "1", "x", "on"])
NO = folded(["no", "n", "false", "f", "0", "off"])


@dataclass(frozen=True, slots=True)
class YesNo:
    """The words of one yes/no column.

    `unknown` words, and a blank where `blank` is None, are None: not said. With `amount_is_yes` an amount other than
    zero means yes and zero means no (Eaglesoft's contract balance).
    """

    yes: frozenset[str] = YES
    no: frozenset[str] = NO
    unknown: frozenset[str] = field(default_factory=frozenset)
    blank: bool | None = None
    amount_is_yes: bool = False

    def with_words(self, yes: frozenset[str], no: frozenset[str], unknown: frozenset[str]) -> YesNo:
        """The same column with more words, which mean nothing else any more."""
        new = yes | no | unknown
        return replace(
            self, yes=(self.yes - new) | yes, no=(self.no - new) | no, unknown=(self.unknown - new) | unknown
        )

    def parse(self, text: str) -> bool | None:
        """True, False, or None for "not said"; a word outside the lists raises `Unreadable`."""
        word = fold(text)
        if not word:
            return self.blank
        if word in self.yes:
            return True
        if word in self.no:
            return False
        if word in self.unknown:
            return None
        if self.amount_is_yes:
            with suppress(Unreadable):
                return parse_cents(text) != 0
        raise Unreadable(
            "is neither a yes nor a no",
            f"Use one of the words for yes ({_few(self.yes)}) or no ({_few(self.no)}), "
            "or add the word to the profile's list.",
        )


def is_one_of(word: str, patterns: Iterable[str]) -> bool:
    """Whether the word is like one of the patterns: * and ? stand for anything; case and blanks don't count."""
    return any(_compiled(pattern).fullmatch(fold(word)) for pattern in patterns)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(letter, re.escape(letter)) for letter in fold(pattern)), re.DOTALL)


def parse_word(text: str, words: Mapping[str, str], blank: str) -> str:
    """The meaning of a status word in the closed list `words` (folded word to meaning); `blank` for an empty cell."""
    word = fold(text)
    if not word:
        return blank
    try:
        return words[word]
    except KeyError:
        raise Unreadable(
            "is a word the profile does not know",
            "Correct it in the PMS, or add it to the profile's words with what it means.",
        ) from None


def _few(words: frozenset[str]) -> str:
    """Some of the words, whole ones before letters and digits."""
    return ", ".join(sorted(words, key=lambda word: (word not in ("yes", "no"), -len(word), word))[:4])

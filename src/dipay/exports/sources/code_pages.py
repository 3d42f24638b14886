"""Code pages: whether the letters of a file that is not UTF-8 are Windows-1252's, or an old Mac's or DOS program's.

Nothing is read by a page that was guessed: where another page fits better, whoever opens the file stops.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from typing import Final

#: The pages that a file may be in without being readable, and where they come from.
_OTHERS: Final = {
    "mac_roman": "Mac OS Roman, as old Mac programs write it",
    "cp850": "code page 437 or 850, as DOS programs write it",
    "cp437": "code page 437 or 850, as DOS programs write it",
    "cp1250": "Windows-1250, for Central Europe",
    "cp852": "code page 852, as DOS programs write it",
    "cp1251": "Windows-1251, for Cyrillic letters",
}
#: A word with letters beyond ASCII in it, with the sign before and behind it where these are letters or digits.
_WORD = re.compile(rb"[A-Za-z0-9'.\x80-\xff-]*[\x80-\xff][A-Za-z0-9'.\x80-\xff-]*")
#: So many words of a file tell enough.
MOST_WORDS = 20_000

# What may stand right before and right behind a word, in texts that are read rightly. Elsewhere it is a letter of
# another page: the dash in "Nu–ez" is a Mac's n with a tilde.
_OPENING, _CLOSING = "‘’“„‚«‹¡¿•–—†©\u00a0", "’”™®©»›…–—°²ªº¢½¼¾\u00a0"
_PREFIXES: Final = "pre co re non anti self de semi"
#: What goes before an apostrophe in a name (O’Brien, D’angelo, La’tisha), and behind one in a word (it’s, we’ll).
_BEFORE_APOSTROPHE: Final = (
    "o d l m n dell dall all da de di do ja je jo ka ke ki la le li ma mi na ra sa sha sh ta te ti tr tre za qu"
)
_BEHIND_APOSTROPHE: Final = "s t d m ll re ve"
_VOWELS: Final = frozenset("aeiouy")
_LETTERS = re.compile(r"((?:(?![ªº¹²³¼½¾])[^\W\d_])+)")
_MANY_ACCENTS = re.compile(r"[^\x00-\x7f]{3}")
_SMALL_WORDS: Final = "à às ça çà être êtes île îles îlot"


def words_beyond_ascii(line: bytes) -> Iterable[bytes]:
    """The words of a line that have bytes beyond ASCII."""
    return _WORD.findall(line)


def other_page(words: Collection[bytes]) -> str | None:
    """The page that the words of a file show it to be in, in words; None where it is Windows-1252.

    A word that can't be one in Windows-1252 (a capital in its midst, a currency sign between letters) speaks against
    it. Another page is named only if fewer words speak against that one.
    """
    if not (against := _speak_against("cp1252", words)):
        return None
    fewest, page = min((_speak_against(page, words), words_for) for page, words_for in _OTHERS.items())
    return page if fewest < against else None


def _speak_against(page: str, words: Collection[bytes]) -> int:
    return sum(not _fits(word, page) for word in words)


def _fits(word: bytes, page: str) -> bool:
    """Whether the word can be one in that page."""
    try:
        text = word.decode(page).strip(".-")
    except UnicodeDecodeError:
        return False
    pieces = _LETTERS.split(text)
    spelled = _is_spelled_in_cyrillic if page == "cp1251" else _is_spelled
    gaps = zip(["", *pieces[1::2]], pieces[::2], [*pieces[1::2], ""], strict=True)
    return all(map(spelled, pieces[1::2])) and all(_can_part(*each) for each in gaps)


def _is_spelled_in_cyrillic(run: str) -> bool:
    return all(_script(each) == "CYRILLIC" for each in run) and (run.isupper() or run[1:].islower() or len(run) < 2)


def _is_spelled(run: str) -> bool:
    """Whether the letters can stand together: Latin ones, not many with accents, each in its place."""
    if any(_script(letter) != "LATIN" for letter in run) or _MANY_ACCENTS.search(run):
        return False
    return all(letter.isascii() or _is_in_place(run[:at], letter, run[at + 1 :]) for at, letter in enumerate(run))


@cache
def _script(letter: str) -> str:
    return "SIGN" if letter in "ƒıµﬁﬂ" else unicodedata.name(letter, "?").partition(" ")[0]


def _is_in_place(before: str, letter: str, behind: str) -> bool:
    """Whether a letter beyond ASCII can stand between these: capitals by capitals, and vowels where one must be."""
    if letter.isupper():
        # Not behind a small letter, nor behind a first capital with small letters to follow.
        is_inside = before and (before[-1].islower() or behind[:1].islower())
        return not is_inside and not (letter == "Ö" and before and behind[:1] in tuple("AIOU"))
    if before.isupper() and (behind[:1].isupper() or len(before) > 1):
        # Programs that know no accents leave them small among capitals: GARCíA, MüLLER. Rarer ones are misread.
        return letter not in "àçêîòåæëìïšž"
    if behind[:1].isupper() or (not before and (not behind or (behind.islower() and behind.isascii()))):
        return letter not in "àçêîò" or letter + behind in _SMALL_WORDS.split()
    if letter in "šž":
        return not (_is_consonant(before[-1:], at_edge=True) and _is_consonant(behind[:1], at_edge=False))
    return letter != "œ" or behind[:1] in tuple("uid")


def _is_consonant(letter: str, *, at_edge: bool) -> bool:
    """Whether there is a consonant; at an edge of the word, what is said."""
    return unicodedata.normalize("NFD", letter)[0].lower() not in _VOWELS if letter else at_edge


def _can_part(before: str, signs: str, behind: str) -> bool:
    """Whether these signs can stand between, before or behind these letters."""
    odd = [each for each in signs if not each.isascii()]
    if not odd or not (before or behind):
        return True
    if len(signs) == 1 and before and behind:
        return _can_part_letters(before, signs, behind)
    if len(odd) == len(signs) > 1 and before and behind:
        return False
    allowed = (_OPENING if behind else "") + (_CLOSING if before else "")
    return all(each in allowed or any(map(str.isdigit, signs)) for each in odd)


def _can_part_letters(before: str, sign: str, behind: str) -> bool:
    """Whether one sign can stand right between letters."""
    is_name = behind[0].isupper()
    match sign:
        case "\u00a0":
            return is_name or not ((len(before) == 1 and before.isupper()) or _is_cut(behind))
        case "’":
            elides = before.lower() in _BEFORE_APOSTROPHE.split() and len(behind) > 2
            return is_name or behind in _BEHIND_APOSTROPHE.split() or elides
        case "‘":
            return is_name or behind[0] in _VOWELS
        case "–":
            return is_name or before.lower() in _PREFIXES.split()
        case "—":
            return is_name or (len(before) > 3 and len(behind) > 2)
    return sign == "·"


def _is_cut(rest: str) -> bool:
    """Whether it can't begin a word: no vowel in it, or two consonants that none begins with ("ndez")."""
    return _VOWELS.isdisjoint(rest) or re.match(r"[nmrlz][b-df-hj-np-tv-xz]", rest) is not None

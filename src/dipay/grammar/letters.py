"""Letters: a text as somebody types it who has no key for its accents."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Letters that are written with a stroke or as one sign, which Unicode does not take apart.
_STROKES: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})


def bare(text: str) -> str:
    """The text in small letters without accents: "Škoda", "SKODA" and "skoda" are one."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in apart if not unicodedata.combining(each)).translate(_STROKES)


#: Whose names begin sentences about messages.
_NAMES: Final = ("Twilio",)


def in_midst(text: str) -> str:
    """A sentence as the end of another one: its first letter small, but for a name or an abbreviation there."""
    is_word = text[1:2].islower() or text[1:2] == " "
    return text[:1].lower() + text[1:] if is_word and not text.startswith(_NAMES) else text

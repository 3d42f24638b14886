"""Names: whom a message greets, and notes that somebody wrote into a name's field. Pure.

A greeting is a name or nothing: no title, no note, no link, no number and no instruction ("Reply YES") ever stands in a
text for a name. Whether a name is anybody's real one is not asked.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from dipay.grammar.letters import bare

#: What stands in round, square or curly brackets or in quotes; where one is not closed, the rest of the text.
_ASIDE = re.compile(r"""\([^)]*\)?|\[[^]]*\]?|\{[^}]*\}?|<[^>]*>?|["“”][^"“”]*["“”]?|(?<!\w)['‘][^'’]*['’](?!\w)""")
#: What a phone makes a link or a call of: an address, a mail address, a path, many digits.
_ADDRESS = re.compile(r"//|[\\=@]|www\.|[^\W\d_]{2,}\.[^\W\d_]{2,}|\d{4}|[\w.]/[\w.]", re.IGNORECASE)
#: A title written without a blank behind it.
_CLOSE_TITLE = re.compile(r"\b(dr|mrs?|ms|jr|sr|sra|srta|prof|rev|st|ste|sta|ma|wm)\.(?=[^\W\d_]{2})", re.IGNORECASE)
#: One word of a name: letters with apostrophes and hyphens inside (O'Brien, Mary-Ann), or initials (J.R.).
_WORD = re.compile(r"[^\W\d_]+(?:['’ʻ‘-][^\W\d_]+)*['’]?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,4}|(?:[^\W\d_]\.){1,3}[^\W\d_]")
_EDGES = re.compile(r"^[^\w]+|(?:[^\w.'’]|[\d_])+$")
#: An accented capital behind a small letter, which no spelling has: the letter was read by the wrong code page.
_MISREAD = re.compile(r"[a-zß-ÿ][À-ÖØ-ÞŒŠŽŸ]")
_JOINTS = " .'’ʻ‘-&"
_MOST_WORDS, _MOST_LETTERS = 4, 40

_TITLE_WORDS: Final = (
    "dr dra mr mrs ms miss mx master prof rev fr sir hon capt sgt lt col sr sra srta jr ii iii iv 2nd 3rd md dds dmd "
    "phd rn esq cpa dvm"
)
_TITLES: Final = frozenset(_TITLE_WORDS.split())
_SAINTS: Final = frozenset(("st", "ste", "sta"))
_AND: Final = frozenset(("&", "+"))
#: What is typed where a name is not known.
_NOBODY: Final = (
    "test|patient|unknown|none|guarantor|parent|parents|parent of|guardian|family|responsible party|no name|paciente|"
    "desconocido"
)
#: Words of an instruction or of an address written apart ("Reply YES", "evil . com"), which nobody is called.
_ORDERS: Final = (
    "http https hxxp hxxps www com org html click tap press visit reply call text txt scan download verify login "
    "urgent haga oprima llame visite responda envie"
)
_NO_NAMES: Final = frozenset(_ORDERS.split())
_LINE_BREAK = re.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")

#: Notes wherever they stand in a name, in small letters without accents: no name has these words. English, Spanish.
_NOTES_ANYWHERE: Final = (
    "deceased|decd|decsd|dcsd|expired|passed away|dead|estate|fallecido|fallecida|difunto|difunta|qepd|q e p d|"
    "dnc|dnt|no text|no texts|no texting|no call|no calls|no phone calls|no contact|no sms|no messages|no statement|"
    "no statements|no bills|no llamar|no textear|no mandar|no enviar|no contactar|no cobrar|no molestar|no mensajes|"
    "collection|collections|coll agency|cobranza|cobranzas|bankrupt|bankruptcy|bankr|bkcy|bancarrota|chapter 7|"
    "chapter 11|chapter 13|ch 7|ch 11|ch 13|bad debt|write off|written off|wrong number|wrong person|attorney|abogado|"
    "abogada|lawsuit|litigation"
)
_NEVER: Final = "do not|dont|never"
_TO_DO: Final = "call|text|contact|bill|send|mail|message|phone|see|treat|schedule|use|sms|disturb"
_NOTES: Final = frozenset(_NOTES_ANYWHERE.split("|")) | {
    f"{never} {what}" for never in _NEVER.split("|") for what in _TO_DO.split("|")
}
#: Notes only where they are set off by brackets or stars, for they may be names, or parts of them.
_SET_OFF: Final = (
    "rip|r i p|late|hold|on hold|legal|lawyer|atty|dispute|disputed|disputes|dismissed|discharged|fraud|coll|bk|paid|"
    "hospice|payment plan|pmt plan|hardship|stop"
)
_NOTES_SET_OFF: Final = frozenset(_SET_OFF.split("|"))
_LONGEST_NOTE = 4
_NO_WORD, _APOSTROPHES = re.compile(r"[^\w,]|_"), re.compile(r"['’]")
_STARRED = re.compile(r"\*+[^*]+(?:\*+|$)|!+[^!]+(?:!+|$)")


def holds_note(name: str) -> bool:
    """Whether there is a note in a name's field ("(DECEASED)", "DO NOT CALL"), which a person must read."""
    if _is_among(name, _NOTES):
        return True
    set_off = () if name.isalpha() else (*_ASIDE.findall(name), *_STARRED.findall(name))
    return any(_is_among(each, _NOTES_SET_OFF) for each in set_off)


def greeting(first_name: str) -> str:
    """The name to greet somebody by, of what stands in the field for first names; "" for nobody.

    Titles, suffixes, initials, what stands in brackets and signs round a word are taken off.
    """
    plain = _CLOSE_TITLE.sub(r"\1. ", unicodedata.normalize("NFC", first_name))
    if holds_note(plain) or _ADDRESS.search(plain) or _LINE_BREAK.search(plain.strip()):
        return ""
    names: list[str] = []
    initials: list[str] = []
    for word in re.split(r"[\s,;]+", _ASIDE.sub(" ", plain)):
        text = _EDGES.sub("", word)
        if word in _AND and names:
            names.append("&")
        elif text == "" or (bare(text).replace(".", "") in _TITLES and not _INITIALS.fullmatch(text)):
            continue
        elif bare(text).rstrip(".") in _NO_NAMES:
            return ""
        elif _INITIALS.fullmatch(text):
            initials.append(text)
        elif (len(text.rstrip(".")) < 2 and text.isascii()) or _is_short_form(text):
            continue
        elif _is_name(text):
            names.append(text)
        else:
            return ""
    if names[-1:] == ["&"]:
        names.pop()
    found = " ".join(names or initials)
    is_name = all(each.isalpha() or each in _JOINTS for each in found) and bare(found) not in _NOBODY.split("|")
    return found if is_name and len(names) <= _MOST_WORDS and len(found) <= _MOST_LETTERS else ""


def split_name(name: str) -> tuple[str, str]:
    """First and last name of `Last, First M` or `Last, Jr., 'Pref' First`; one without a comma is all last name."""
    pieces = [each.strip() for each in name.split(",")]
    first = next((place for place, each in enumerate(pieces) if place and greeting(each)), 0)
    if not first:
        # Nobody to greet by name, but a comma parts the names all the same.
        last, _, rest = name.partition(",")
        return (rest.split() or [""])[0], last.strip()
    return greeting(pieces[first]).split()[0], ", ".join(filter(None, pieces[:first]))


def _is_short_form(text: str) -> bool:
    """Whether it is a name's short form (Ma., Wm.), which is read out only together with another name."""
    return text.endswith(".") and bare(text[:-1]) not in _SAINTS


def _is_name(text: str) -> bool:
    return _WORD.fullmatch(text.rstrip(".")) is not None and _MISREAD.search(text) is None


def _is_among(text: str, notes: frozenset[str]) -> bool:
    """Whether some words of the text that follow each other are one of these notes; a comma parts them."""
    folded = bare(text)
    if folded.isalpha():
        return folded in notes
    words = _NO_WORD.sub(" ", _APOSTROPHES.sub("", folded).replace(",", " , ")).split()
    return any(
        " ".join(words[first : first + length]) in notes
        for length in range(1, _LONGEST_NOTE + 1)
        for first in range(len(words) - length + 1)
    )

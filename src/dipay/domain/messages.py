"""Message texts: a template filled in one pass, and what it costs in segments. Pure.

A value is never read again, so a first name that holds "{link}" stays those letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Final, Literal

from dipay.domain.problems import Problem
from dipay.domain.templates import template_problems

Encoding = Literal["GSM-7", "UCS-2"]

# 3GPP TS 23.038, 6.2.1: the default alphabet without its escape, and the characters that need the escape before them.
GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
GSM: Final = GSM_BASIC | GSM_EXTENSION


@dataclass(frozen=True, slots=True)
class MessageValues:
    """What the placeholders of one message stand for, as text to be read by the patient."""

    practice: str
    phone: str
    first_name: str
    amount: str
    link: str


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A text as it goes out, its encoding, what it is charged as, and in words what was changed to keep it cheap."""

    text: str
    encoding: Encoding
    segments: int
    straightened: tuple[str, ...] = ()

    @property
    def costly(self) -> tuple[str, ...]:
        """The letters for which it takes more segments, each once: those that the short alphabet lacks."""
        return tuple(dict.fromkeys(each for each in self.text if each not in GSM)) if self.segments > 1 else ()

    @property
    def charge(self) -> str:
        """What it is charged as, in words: "2 segments because of á í, which the short alphabet lacks"."""
        number = "1 segment" if self.segments == 1 else f"{self.segments} segments"
        if not self.costly:
            return number
        return f"{number} because of {shown_letters(self.costly)}, which the short alphabet lacks"


_MOST_LETTERS: Final = 5


def shown_letters(letters: Sequence[str]) -> str:
    """Some of the letters, with blanks between them."""
    more = f" and {len(letters) - _MOST_LETTERS} more" if len(letters) > _MOST_LETTERS else ""
    return " ".join(letters[:_MOST_LETTERS]) + more


class TemplateError(ValueError):
    """A template that can't be rendered; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def render_message(template: str, values: MessageValues) -> RenderedMessage:
    """The text to send. `TemplateError` for a template that `template_problems` finds fault with.

    Values lose their control characters and line breaks; look-alikes of plain characters are straightened in the
    whole text, because a single one more than doubles what it costs.
    """
    problems = template_problems(template)
    if problems:
        raise TemplateError(problems[0])
    known = {
        "practice": values.practice,
        "phone": values.phone,
        "first_name": values.first_name,
        "amount": values.amount,
        "link": values.link,
    }
    pieces = []
    for literal, name, _, _ in Formatter().parse(template):
        pieces.append(_without_controls(literal, keep="\n"))
        if name is not None:
            pieces.append(_without_controls(_LINE_BREAKS.sub(" ", known[name]).strip()))
    text, straightened = straighten("".join(pieces))
    return RenderedMessage(text, encoding_of(text), count_segments(text), straightened)


#: A name with the word that leads to it, at the beginning of a sentence: all of it goes, and the next word begins it.
_ADDRESSED = re.compile(
    r"(?:(?P<inside>[:;–—-] ?)|(?<=[.!?\n] )|(?<=\n)|\A)"
    r"(?:(?:dear|(?:estimad|querid)[oa](?:\(a\)|/a)?) )?\{first_name\}(?:[,:;!.]| [–—-])? *(?P<next>\w?)",
    re.IGNORECASE,
)
#: A name between two commas, or behind a word and before a mark: "Hi {first_name}," is "Hi,".
_BETWEEN_COMMAS = re.compile(r",\s*\{first_name\},")
_BEFORE_A_MARK = re.compile(r",? *\{first_name\}(?=[,.:;!?\n]|\Z)")


def without_name(template: str) -> str:
    """The template for whom nobody can greet by name; `{first_name}` is left only in the midst of a sentence."""

    def begun(match: re.Match[str]) -> str:
        return match["inside"] + match["next"] if match["inside"] else match["next"].upper()

    return _BEFORE_A_MARK.sub("", _BETWEEN_COMMAS.sub("", _ADDRESSED.sub(begun, template)))


def own_words(template: str) -> tuple[str, ...]:
    """What every text made of the template holds, in this order, whatever stands for its placeholders."""
    literals = (literal for literal, _, _, _ in Formatter().parse(template) if literal.strip())
    return tuple(straighten(_without_controls(each, keep="\n"))[0] for each in literals)


def encoding_of(text: str) -> Encoding:
    """How the text is sent: one character outside the GSM alphabet makes all of it UCS-2."""
    return "GSM-7" if GSM.issuperset(text) else "UCS-2"


def count_segments(text: str) -> int:
    """How many messages the text is charged as; 0 for an empty one.

    GSM-7: 160 septets alone, 153 each when joined, an extension character takes two and is never parted from its
    escape. UCS-2: 70 UTF-16 units alone, 67 each when joined, a surrogate pair is never parted.
    """
    if encoding_of(text) == "GSM-7":
        widths = [2 if each in GSM_EXTENSION else 1 for each in text]
        alone, joined = 160, 153
    else:
        widths = [2 if ord(each) > 0xFFFF else 1 for each in text]
        alone, joined = 70, 67
    total = sum(widths)
    if total <= alone:
        return 1 if total else 0
    segments, used = 1, 0
    for width in widths:
        if used + width > joined:
            segments, used = segments + 1, 0
        used += width
    return segments


def _characters(*points: int) -> str:
    return "".join(map(chr, points))


#: What is straightened: its name for people, the look-alikes, and what stands for them.
_LOOK_ALIKES: Final[tuple[tuple[str, str, str], ...]] = (
    ("curly quotes", _characters(0x2018, 0x2019, 0x201A, 0x201B, 0x2032, 0x2035, 0x02BC, 0x02B9, 0xB4, 0x60), "'"),
    ("curly quotes", _characters(0x201C, 0x201D, 0x201E, 0x201F, 0x2033, 0x2036, 0xAB, 0xBB), '"'),
    ("long dashes", _characters(*range(0x2010, 0x2016), 0x2212, 0x2043, 0xFE58, 0xFE63, 0xFF0D), "-"),
    ("dots", _characters(0x2026), "..."),
    ("dots", _characters(0x2022, 0xB7), "*"),
    ("unusual blanks", _characters(0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    ("ligatures", _characters(0xFB00), "ff"),
    ("ligatures", _characters(0xFB01), "fi"),
    ("ligatures", _characters(0xFB02), "fl"),
    ("ligatures", _characters(0xFB03), "ffi"),
    ("ligatures", _characters(0xFB04), "ffl"),
    ("ligatures", _characters(0xFB05, 0xFB06), "st"),
    # Zero-width, soft hyphen, and the marks that turn the direction of writing round.
    (
        "invisible characters",
        _characters(
            0xAD, 0x034F, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF
        ),
        "",
    ),
)
_STRAIGHT: Final = {each: (plain, name) for name, marks, plain in _LOOK_ALIKES for each in marks}


def straighten(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with look-alikes of plain characters replaced, and in words what was replaced, each once.

    Letters stay what they are: a name keeps its accents, even where they cost a segment. What looks the same in its
    composed form is composed, for `é` is in the GSM alphabet and `e` with an accent behind it is not.
    """
    composed = unicodedata.normalize("NFC", text)
    if _STRAIGHT.keys().isdisjoint(composed):
        return composed, ()
    said: dict[str, None] = {}
    pieces = []
    for each in composed:
        plain, name = _STRAIGHT.get(each, (each, ""))
        if name:
            said[name] = None
        pieces.append(plain)
    return "".join(pieces), tuple(said)


_LINE_BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")


def _without_controls(text: str, keep: str = "") -> str:
    """The text without control characters, lone surrogates and line separators, but for those to `keep`."""
    return "".join(
        each for each in text if each in keep or unicodedata.category(each) not in ("Cc", "Cs", "Zl", "Zp", "Co")
    )

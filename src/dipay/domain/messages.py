"""Message texts: a template filled in one pass, what it costs in segments, and what is amiss with it. Pure.

A value is never read again, so a first name that holds "{link}" stays those letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Final, Literal

from dipay.domain.problems import Problem, Severity
from dipay.domain.templates import template_problems
from dipay.grammar.languages import language_name

Encoding = Literal["GSM-7", "UCS-2"]

# 3GPP TS 23.038, 6.2.1: the default alphabet without its escape, and the characters that need the escape before them.
GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_GSM: Final = GSM_BASIC | GSM_EXTENSION


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
        return tuple(dict.fromkeys(each for each in self.text if each not in _GSM)) if self.segments > 1 else ()

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
    return "GSM-7" if _GSM.issuperset(text) else "UCS-2"


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


#: Link shorteners that everybody can use; carriers filter them whatever the text says.
SHORTENERS: Final = (
    "bit.ly bitly.com tinyurl.com goo.gl t.co ow.ly is.gd buff.ly rebrand.ly cutt.ly rb.gy shorturl.at tiny.cc t.ly "
    "bl.ink short.io s.id v.gd lnkd.in twil.io"
)

_SHORTENER = re.compile(
    rf"(?<![\w.-])(?:{re.escape(SHORTENERS).replace(re.escape(' '), '|')})(?![\w-]|\.\w)", re.IGNORECASE
)
_OPT_OUT = re.compile(r"\b(stop|unsubscribe|opt[ -]?out)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\$ ?[0-9]|\b[0-9]+\.[0-9]{2}\b|\b[0-9]+ ?(?:dollars|usd|d[oó]lares)\b", re.IGNORECASE)
#: Words about health or treatment, in English and in Spanish.
_HEALTH = re.compile(
    r"\b(?:treatments?|procedures?|surger(?:y|ies)|surgical|diagnos\w*|symptoms?|x-?rays?|cleanings?|whitening|fillings?|"
    r"crowns?|root canals?|cavit(?:y|ies)|extractions?|implants?|dentures?|veneers?|braces|aligners?|orthodont\w*|"
    r"periodont\w*|endodont\w*|gum disease|gingivitis|tooth|teeth|biops(?:y|ies)|an(?:a)?esthe\w*|medications?|"
    r"prescriptions?|health|medical|patients?|therapy|pain|"
    r"tratamientos?|procedimientos?|cirug[ií]as?|quir[uú]rgic[oa]s?|diagn[oó]stic\w*|s[ií]ntomas?|radiograf[ií]as?|"
    r"rayos x|limpiezas?|blanqueamientos?|empastes?|coronas?|endodoncias?|caries|extracci[oó]n(?:es)?|implantes?|"
    r"dentaduras?|carillas?|brackets|frenos|alineadores|ortodoncia|periodon\w*|enc[ií]as?|dientes?|muelas?|biopsias?|"
    r"anestesia|medicamentos?|recetas?|salud|m[eé]dic[oa]s?|pacientes?|terapias?|dolor)\b",
    re.IGNORECASE,
)
#: A text of which so much is in letters that the short alphabet lacks can't do without them.
_OTHER_ALPHABET: Final = 0.1
#: A name, amount and token as long as usual, to see what a text costs.
_TYPICAL = MessageValues(practice="", phone="(207) 555-0148", first_name="Jennifer", amount="$1,234.56", link="")
_TYPICAL_LINK: Final = {"request_id": "x" * 24, "guarantor_id": "10234", "amount": "1234.56", "amount_cents": "123456"}


def lint_template(template: str, practice_name: str, link_example: str, key: str | None = None) -> list[Problem]:
    """What is wrong with a message's text, and what carriers, regulators or patients would take amiss.

    `link_example` is a link that a processor makes, or the settings' template of links. `key` is the setting the
    problems are about, such as `campaign.messages[0].text`. Errors: it can't be rendered. Warnings: look before
    sending. Notes: what it costs.
    """
    problems = template_problems(template, key)
    if problems:
        return problems

    def add(severity: Severity, message: str, fix: str) -> None:
        problems.append(Problem(severity, message, fix, key=key))

    names = {name for _, name, _, _ in Formatter().parse(template) if name}
    link = re.sub(r"\{(\w+)\}", lambda match: _TYPICAL_LINK.get(match[1], match[0]), link_example)
    own_words = re.sub(re.escape(practice_name), " ", template, flags=re.IGNORECASE) if practice_name else template

    if "practice" not in names and own_words == template:
        add(
            Severity.WARNING,
            "The message does not say who writes.",
            "Begin it with {practice}: the patient must see whose bill it is, and carriers ask for it.",
        )
    if "{first_name}" in without_name(template):
        add(
            Severity.WARNING,
            "The message has the name in the midst of a sentence, which not every account has.",
            'Greet by it, as in "Hi {first_name}, ...": the greeting is left out where there is no name.',
        )
    if "link" not in names:
        add(Severity.WARNING, "The message has no link to pay by.", "Put {link} into it.")
    if _OPT_OUT.search(own_words) is None:
        add(
            Severity.WARNING,
            "The message does not say how to opt out.",
            'End it with "Reply STOP to opt out.", in its language but for the word STOP; carriers ask for it.',
        )
    if _SHORTENER.search(template) or _SHORTENER.search(link):
        add(
            Severity.WARNING,
            "The message holds a public link shortener's address, which carriers filter.",
            "Use an address of the practice's own in payment_link.url.",
        )
    health = dict.fromkeys(match[0].lower() for match in _HEALTH.finditer(own_words))
    if health:
        add(
            Severity.WARNING,
            f"The message has words about health or treatment: {', '.join(health)}.",
            "Leave them out: a text is not encrypted, and whoever holds the phone reads it.",
        )
    if "amount" in names:
        add(
            Severity.NOTE,
            "The message tells the amount, to whoever holds the phone.",
            "Leave {amount} out if the page behind the link shows it.",
        )
    if _AMOUNT.search(own_words):
        add(Severity.WARNING, "The message has an amount written into it.", "It would be the same for everybody.")
    problems.extend(_cost(template, practice_name, link, key, may_shorten_link="{" in link_example))
    return problems


def _cost(template: str, practice_name: str, link: str, key: str | None, *, may_shorten_link: bool) -> list[Problem]:
    """A problem where the text takes more than one segment with values of usual length."""
    or_link = ", or the link's address" if may_shorten_link else ""
    typical = MessageValues(practice_name, _TYPICAL.phone, _TYPICAL.first_name, _TYPICAL.amount, link)
    rendered = render_message(template, typical)
    if rendered.segments <= 1:
        return []
    severity = Severity.WARNING if rendered.costly or rendered.segments > 2 else Severity.NOTE
    own = [each for each in re.sub(r"\{\w+\}", "", template) if each.isalpha()]
    if sum(each not in _GSM for each in own) > _OTHER_ALPHABET * len(own):
        severity, fix = (
            Severity.NOTE,
            f"Its language is written with them, 70 characters a segment: shorten it{or_link}.",
        )
    elif rendered.costly:
        named = "the message" if _GSM.issuperset(practice_name) else "the message and practice.name"
        fix = f"Write {named} without them: then a segment holds 160 characters, not 70."
    else:
        fix = f"Shorten it from {len(rendered.text)} to 160 characters{or_link}."
    return [Problem(severity, f"The message is charged as {rendered.charge}.", fix, key=key)]


def lint_languages(messages: Sequence[Mapping[str, str]], practices: str, key: str) -> Iterator[Problem]:
    """Where somebody would be written to in one language first and in another one later.

    `messages` are the texts of each by their languages, one for everybody by none (""); `key` is the setting they are.
    """
    used = dict.fromkeys(language for texts in messages for language in texts if language)
    for index, texts in enumerate(messages):
        lacking = [language_name(each) for each in used if each not in texts and each != practices]
        if not lacking:
            continue
        if "" in texts:
            severity, what = Severity.NOTE, "is one text for everybody, and other messages have one"
        else:
            severity, what = Severity.WARNING, "has no text, and other messages have one,"
        yield Problem(
            severity,
            f"{what} in {', '.join(lacking)}: whoever reads that gets this one in {language_name(practices)}.",
            "Give each message a text in the same languages.",
            key=f"{key}[{index}].text",
        )

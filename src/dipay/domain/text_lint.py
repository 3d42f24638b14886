"""What is amiss with a message's text for law, carriers or patients' trust, by the table in `lint_kinds`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from string import Formatter
from typing import TYPE_CHECKING, Final

from dipay.domain.hosts import is_shortener, registrable
from dipay.domain.lint_kinds import TEXT_KINDS, Kind
from dipay.domain.messages import GSM, MessageValues, render_message, straighten, without_name
from dipay.domain.problems import Problem, Severity
from dipay.grammar.languages import language_name
from dipay.grammar.letters import bare

if TYPE_CHECKING:
    from dipay.domain.settings import PracticeSettings

#: In the place of a placeholder, and of what is not looked at.
_OUT: Final = "\ufffc"
#: Small letters of the Cyrillic and Greek alphabets that look like Latin ones, or whose capitals do, and these.
_CYRILLIC: Final = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u043a\u043c\u0442\u0432\u043d",
    "aeopcyxijsdhkmtbh",
)
_GREEK: Final = (
    "\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5\u03b5\u03c7\u03b7\u03bc\u03b6\u03b2",
    "aopviktuexhmzb",
)
_LATIN: Final = dict(zip(*_CYRILLIC, strict=True)) | dict(zip(*_GREEK, strict=True))


@dataclass(frozen=True)
class _Text:
    """A text as it is looked at: `said` is what it says itself, without placeholders and the practice's name."""

    template: str
    practice: PracticeSettings

    @cached_property
    def placeholders(self) -> tuple[str, ...]:
        return tuple(name for _, name, _, _ in Formatter().parse(self.template) if name)

    @cached_property
    def literal(self) -> str:
        pieces = (text + (_OUT if name else "") for text, name, _, _ in Formatter().parse(self.template))
        return straighten("".join(pieces))[0]

    @cached_property
    def said(self) -> str:
        name = re.escape(straighten(_SUFFIX.sub("", self.practice.name))[0])
        return re.sub(rf"(?<!\w){name}(?!\w)", _OUT, self.literal, flags=re.IGNORECASE) if name else self.literal

    @cached_property
    def folded(self) -> tuple[str, Sequence[int]]:
        """`said` in small letters without accents, and where in `said` each of them stands."""
        letters, places = [], []
        for place, each in enumerate(self.said):
            plain = bare(each)
            letters.append("".join(_LATIN.get(letter, letter) for letter in plain))
            places.extend([place] * len(plain))
        return "".join(letters), places

    def found(self, pattern: re.Pattern[str], unless: re.Pattern[str] | None = None) -> list[str]:
        """What the pattern finds in the folded text, as it was typed but in small letters, each once."""
        folded, places = self.folded
        if unless is not None:
            folded = unless.sub(lambda match: _OUT * len(match[0]), folded)
        spans = [(places[match.start()], places[match.end() - 1] + 1) for match in pattern.finditer(folded)]
        return list(dict.fromkeys(" ".join(self.said[start:end].lower().split()) for start, end in spans))


#: What firms have behind their names, and nobody says.
_SUFFIX: Final = re.compile(r"(?:,? (?:(?:p?l\.?l\.?c|p\.?c|p\.?a|inc|ltd)\.?|d\.?[dm]\.?[sd]\.?))+$", re.IGNORECASE)


def lint_text(
    template: str, practice: PracticeSettings, link_example: str, key: str | None = None, *, first: bool = True
) -> Iterator[Problem]:
    """What carriers, regulators or patients would take amiss in a text that can be rendered, and what it costs.

    `link_example` is a link that a processor makes, or the settings' template of links; `key` the setting that the
    problems are about, such as `campaign.messages[0].text`; `first` whether it is a campaign's first message.
    Warnings: look before sending. Notes: good to know.
    """
    text = _Text(template, practice)
    for kind in TEXT_KINDS:
        if kind.code == _COST:
            yield from _cost(kind, text, link_example, key)
            continue
        found = list(_FINDERS[kind.code](text) if kind.code in _FINDERS else text.found(*_patterns(kind)))
        if found:
            severity = kind.severity if first or kind.later is None else kind.later
            words = ", ".join(each for each in found if each)
            yield Problem(severity, kind.says.replace("{words}", words), kind.fix, key=key, kind=kind.code)


@cache
def _patterns(kind: Kind) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    return _phrases(kind.phrases), _phrases(kind.unless) if kind.unless else None


def _phrases(phrases: str) -> re.Pattern[str]:
    """A pattern for phrases in the notation of `lint_kinds`."""
    words = phrases.replace(" ... ", r"(?:[\s-]+[\w']+){0,3}[\s-]+").replace("~", r"\w*")
    words = words.replace(" ?", r"[\s-]*").replace(" ", r"[\s-]+")
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


# What no phrase tells.


def _no_practice(text: _Text) -> Iterator[str]:
    if "practice" not in text.placeholders and text.said == text.literal:
        yield ""


def _no_phone(text: _Text) -> Iterator[str]:
    if "phone" not in text.placeholders and not _numbers(text):
        yield ""


#: The words on which carriers and Twilio act, and those on which they do not.
_KEYWORDS: Final = "stopall|stop|unsubscribe|cancel|end|quit|revoke|optout"
_UNKNOWN: Final = "alto|pare|parar|baja|basta|fin|salir|cancelar|no|remove|out|arret"
_ANSWER: Final = (
    r"(?:reply|text|txt|send|respond|answer|responda|responde|responder|envi[ea]|enviar|mande|conteste|escriba|texto|"
    r"repondez|envoyez)(?: with| back| us| con| la palabra| a)?"
)
_KNOWN_WAY: Final = re.compile(rf"\b{_ANSWER}\s+\W?(?:{_KEYWORDS})\b")
_UNKNOWN_WAY: Final = re.compile(rf"\b{_ANSWER}\s+\W?(?P<word>{_UNKNOWN})\b")
#: In capitals it is the word to answer with, whatever the language round it.
_CAPITALS: Final = re.compile(r"\b(?:STOP|STOPALL|UNSUBSCRIBE|OPTOUT)\b(?!\s+(?:BY|IN|AT)\b)")
_SOME_WAY: Final = re.compile(
    r"\b(?:opt(?:ing)?[ -]?out|unsubscribe|stop (?:these|receiving|getting)|(?:dar(?:se|me)? )de baja|"
    r"no recibir (?:mas )?mensajes)\b"
)


def _no_way_out(text: _Text) -> Iterator[str]:
    folded, _ = text.folded
    ways = (_KNOWN_WAY, _UNKNOWN_WAY, _SOME_WAY)
    if not _CAPITALS.search(text.said) and not any(each.search(folded) for each in ways):
        yield ""


def _unknown_keyword(text: _Text) -> Iterator[str]:
    folded, _ = text.folded
    if not _CAPITALS.search(text.said) and not _KNOWN_WAY.search(folded):
        yield from dict.fromkeys(match["word"].upper() for match in _UNKNOWN_WAY.finditer(folded))


def _name_in_midst(text: _Text) -> Iterator[str]:
    if "{first_name}" in without_name(text.template):
        yield ""


def _amount_told(text: _Text) -> Iterator[str]:
    if "amount" in text.placeholders:
        yield ""


_CAPITAL_WORDS: Final = re.compile(r"\b(?:[A-ZÀ-ÖØ-Þ]{2,}[\s,;:-]+){2,}[A-ZÀ-ÖØ-Þ]{2,}\b")
_MANY_MARKS: Final = re.compile(r"[!¡]{2,}")
_LONG_WORD: Final = 5
_MOST_MARKS: Final = 2


def _shouting(text: _Text) -> Iterator[str]:
    """Three words in capitals one after the other, of which one is no abbreviation; exclamation marks in rows."""
    for match in _CAPITAL_WORDS.finditer(text.said):
        if any(len(each) >= _LONG_WORD for each in re.findall(r"\w+", match[0])):
            yield " ".join(match[0].split())
    if _MANY_MARKS.search(text.said) or text.said.count("!") > _MOST_MARKS:
        yield "!!!"


_NUMBER: Final = re.compile(r"(?<![\w.+/-])\+?\(?[0-9](?:[-. ()]{0,2}[0-9]){8,14}(?![\w/])", re.ASCII)


def _numbers(text: _Text) -> list[str]:
    return [match[0] for match in _NUMBER.finditer(text.said)]


def _other_phone(text: _Text) -> Iterator[str]:
    own = _digits(text.practice.phone)
    for each in _numbers(text):
        other = _digits(each)
        if not (own.endswith(other) or other.endswith(own)):
            yield each


def _digits(number: str) -> str:
    """Its digits, without what is dialled before an area code."""
    return re.sub(r"[^0-9]", "", number).lstrip("01")


#: The ends of names that a phone makes a link of; others are rather a full stop without its blank ("due.Pay").
_ENDS: Final = (
    "com|net|org|info|biz|us|co|io|me|app|dev|dental|dentist|health|care|clinic|online|site|page|link|ly|gl|gd|cc|mx|"
    "ca|uk|au|id|example"
)
_ADDRESS: Final = re.compile(
    r"(?P<mail>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|"
    rf"(?:https?://|(?<![\w@.-]))(?P<host>(?:[\w-]+\.)+(?:{_ENDS})(?![\w.-]*\w))(?::[0-9]+)?(?:/[^\s{_OUT}]*)?|"
    rf"https?://[^\s{_OUT}]+",
    re.IGNORECASE,
)


def _addresses(text: _Text) -> Iterator[tuple[str, str]]:
    """The addresses written into it, each with its host; a mail address with none."""
    for match in _ADDRESS.finditer(text.said):
        host = (match["host"] or "").lower()
        yield match[0].rstrip(".,;:!?)"), host


def _shortener(text: _Text) -> Iterator[str]:
    return (address for address, host in _addresses(text) if is_shortener(host))


def _is_own(text: _Text, host: str) -> bool:
    website = text.practice.website
    return bool(host) and website is not None and registrable(host) == registrable(website)


def _other_link(text: _Text) -> Iterator[str]:
    return (each for each, host in _addresses(text) if not is_shortener(host) and not _is_own(text, host))


def _own_link(text: _Text) -> Iterator[str]:
    return (each for each, host in _addresses(text) if _is_own(text, host))


_WORD: Final = re.compile(r"[^\W\d_]+")


def _look_alikes(text: _Text) -> Iterator[str]:
    """Words of Latin letters and of such that only look like them."""
    for match in _WORD.finditer(text.said):
        foreign = [each for each in match[0].lower() if "\u0370" <= each <= "\u052f"]
        if foreign and len(foreign) < len(match[0]) and all(each in _LATIN for each in foreign):
            yield match[0].lower()


_COST: Final = "segments"
_FINDERS: Final[Mapping[str, Callable[[_Text], Iterable[str]]]] = {
    "no practice": _no_practice,
    "no phone": _no_phone,
    "no way out": _no_way_out,
    "unknown keyword": _unknown_keyword,
    "name in midst": _name_in_midst,
    "amount told": _amount_told,
    "shouting": _shouting,
    "other phone": _other_phone,
    "shortener": _shortener,
    "other link": _other_link,
    "own link": _own_link,
    "look-alikes": _look_alikes,
}

#: A text of which so much is in letters that the short alphabet lacks can't do without them.
_OTHER_ALPHABET: Final = 0.1
#: A name, amount and token as long as usual, to see what a text costs.
_TYPICAL = MessageValues(practice="", phone="(207) 555-0148", first_name="Jennifer", amount="$1,234.56", link="")
_TYPICAL_LINK: Final = {"request_id": "x" * 24, "guarantor_id": "10234", "amount": "1234.56", "amount_cents": "123456"}


def _cost(kind: Kind, text: _Text, link_example: str, key: str | None) -> Iterator[Problem]:
    """A problem where the text takes more than one segment with values of usual length."""
    template, practice_name = text.template, text.practice.name
    link = re.sub(r"\{(\w+)\}", lambda match: _TYPICAL_LINK.get(match[1], match[0]), link_example)
    or_link = ", or the link's address" if "{" in link_example else ""  # a processor's is as long as it is
    typical = MessageValues(practice_name, _TYPICAL.phone, _TYPICAL.first_name, _TYPICAL.amount, link)
    rendered = render_message(template, typical)
    if rendered.segments <= 1:
        return
    severity = kind.severity if rendered.costly or rendered.segments > 2 else Severity.NOTE
    own = [each for each in re.sub(r"\{\w+\}", "", template) if each.isalpha()]
    if sum(each not in GSM for each in own) > _OTHER_ALPHABET * len(own):
        severity = Severity.NOTE
        fix = f"Its language is written with them, 70 characters a segment: shorten it{or_link}."
    elif rendered.costly:
        named = "the message" if GSM.issuperset(practice_name) else "the message and practice.name"
        fix = f"Write {named} without them: then a segment holds 160 characters, not 70."
    else:
        fix = f"Shorten it from {len(rendered.text)} to 160 characters{or_link}."
    yield Problem(severity, kind.says.replace("{words}", rendered.charge), fix, key=key, kind=kind.code)


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

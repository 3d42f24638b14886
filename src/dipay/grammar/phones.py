"""Phone numbers: what one cell says, by an exact grammar; of other countries by their number plans (phonenumbers).

Only one number in a cell is a number. Two numbers, an extension or words beside it are never cut down to something
that dials: a cut-down number is a stranger's. Marks and the kind of phone that people write beside it are read over.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import Final

from dipay.grammar import Note, Unreadable
from dipay.grammar.letters import bare

#: What people write between the digits; a long dash counts as a hyphen.
_GAP = r"[-. ()/_,·•\[\]]{0,4}"
_NANP = re.compile(rf"\+?{_GAP}(?:1{_GAP})?([0-9]{{3}}){_GAP}([0-9]{{3}}){_GAP}([0-9]{{4}}){_GAP}", re.ASCII)
_SEVEN = re.compile(rf"{_GAP}[0-9]{{3}}{_GAP}[0-9]{{4}}{_GAP}", re.ASCII)
_INTERNATIONAL = re.compile(r"\+?[0-9(][0-9() ./-]{5,22}", re.ASCII)
_EXCEL = re.compile(r"[0-9]+\.0+|[0-9.]+[eE]\+?[0-9]+", re.ASCII)
_NO_LETTERS = re.compile(r"[-0-9() .+/]*", re.ASCII)
_MARKS = re.compile(r"[-+0-9./_,·•()\[\] ]*", re.ASCII)
_DASHES: Final = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D], "-") | {0xA0: " "}
#: A number with words before or behind it, but none inside; a word is parted from it by no more than marks.
_LABELLED = re.compile(r"([^0-9+]*?)([+(\[]*[0-9](?:[^\w]|[0-9_])*?)([^0-9]*)")
_LONGEST = 80
_LABEL_MARKS = re.compile(r"[\w\s():;.,#'’/\[\]-]*")

#: A US practice's patients in the territories have ordinary US numbers. A code that stands in no table below is taken
#: for one of these: the plan grows every year.
_UNITED_STATES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})

#: The area codes of the North American Numbering Plan (country code 1) outside the United States, by country, from the
#: tables of phonenumbers 9.0; a test holds them against it. 600 and its likes are Canada's codes of no place.
_ABROAD: Final = {
    "CA": "204 226 236 249 250 257 263 273 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 468 474 "
    "506 514 519 548 579 581 584 587 600 604 613 622 633 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 "
    "873 879 902 905 942",
    "AG": "268", "AI": "264", "BB": "246", "BM": "441", "BS": "242", "DM": "767", "DO": "809 829 849", "GD": "473",
    "JM": "658 876", "KN": "869", "KY": "345", "LC": "758", "MS": "664", "SX": "721", "TC": "649", "TT": "868",
    "VC": "784", "VG": "284",
}  # fmt: skip
_COUNTRIES: Final = {area: country for country, areas in _ABROAD.items() for area in areas.split()}

#: Area codes of services instead of places, and what to call their numbers. The 88X that are not yet in use are kept
#: for toll-free ones; of 5XX those given out so far (ATIS-0300052); 700 is the carriers' own, 710 the government's.
_SERVICES: Final = {
    "a toll-free number": "800 822 833 844 855 866 877 880 881 882 883 884 885 886 887 888 889",
    "a premium-rate number": "900",
    "not a mobile number": "500 521 522 523 524 525 526 527 528 529 532 533 544 566 577 588 600 622 633 700 710",
}
_KINDS: Final = {area: kind for kind, areas in _SERVICES.items() for area in areas.split()}

#: What is no area code: the plan's form is NXX-NXX-XXXX, N from 2 to 9; N11 are services' short numbers in both places
#: (of exchanges see ATIS-0300051), and its administrator keeps N9X for making numbers longer. The codes 37X and 96X,
#: which are only set aside, may be given out.
_NO_AREA = re.compile(r"[01]..|.11|.9.")

_TYPE_IT = "Correct the mobile number in the PMS."
_OURS = "Ask the patient for a number in this country."
_MOBILE_PLEASE = "Ask the patient for a mobile number."
_NO_SUCH_AREA = "there can't be such an area code", _TYPE_IT


class Label(Enum):
    """What the words of a phone cell say of its number."""

    MOBILE = "the kind of phone that is wanted, or just that it is one"
    OTHER = "a phone that takes no texts"
    NONE = "that there is no number"
    NOTE = "something that a person must read"


#: The words that are no note, in small letters without accents and marks, English and Spanish.
_LABELS: Final = {
    Label.MOBILE: "c|cell|cell phone|cellphone|cellular|cellular phone|cell number|cell no|cell only|mobile only|"
    "m|mob|mobile|mobile phone|mobile number|mbl|cel|celular|tel cel|telefono celular|movil|tel movil|telefono movil|"
    "phone|ph|tel|telephone|telefono|smartphone|iphone",
    Label.OTHER: "h|hm|home|home phone|home only|house|res|residence|w|wk|work|work phone|work only|bus|business|"
    "office|ofc|land|land line|landline|landline only|fax|pager|casa|tel casa|telefono de casa|trabajo|oficina|fijo|"
    "telefono fijo",
    Label.NONE: "none|no|nil|na|n a|no cell|no cell phone|no cellphone|no cell number|no mobile|no mobile phone|"
    "no phone|no phone number|no number|no cel|no celular|no tiene|no tiene celular|no tiene telefono|no hay|"
    "ninguno|ninguna|sin celular|sin cel|sin movil|sin telefono|sin numero|unknown|unk|desconocido|not available|"
    "not given|not provided|not on file|none given|none on file|does not have one|doesn t have one|"
    "does not have a cell|doesn t have a cell|see home|use home|same as home",
}  # fmt: skip
_MEANINGS: Final = {words: label for label, phrases in _LABELS.items() for words in phrases.split("|")}


def phone_text(text: str) -> str:
    """The cell's number as it stands, without the kind of phone ("cell") beside it; blank where it says there is none.

    `Note` for words that a person must read ("do not text"): somebody meant something by them.
    """
    if text and _NO_LETTERS.fullmatch(text):
        return text if any(map(str.isdigit, text)) else ""
    number, label = _take_label(text.strip())
    match label:
        case Label.NOTE:
            raise Note("holds words beside or instead of a number", "Move the words to a note, or correct the number.")
        case Label.OTHER:
            return text
    return number if any(map(str.isalnum, number)) else ""


def parse_phone(text: str, country: str = "US") -> str:
    """The E.164 number (`+12075550148`) of a cell that holds exactly one number which can receive texts.

    `country` is the practice's, for numbers without a country code. `Unreadable` says why not: blank, no number,
    seven digits, two numbers, another country, toll-free, premium, a placeholder such as 111-111-1111. The numbers
    reserved for fiction (555-0100 to 555-0199) are taken: they reach nobody, and samples and rehearsals rest on them.
    A well-formed North American number is one, whether its area code is known or not.
    """
    in_plan = country in _UNITED_STATES or country in _ABROAD
    # What most cells hold needs no further look, but for a dot: a spreadsheet's 207555.0 has one too.
    if in_plan and "." not in text and (match := _NANP.fullmatch(text)) is not None:
        return _nanp(match, country)
    number, label = _take_label(text.strip())
    if label is Label.NOTE:
        raise Note("there are words beside the number", "Move the words to a note, or remove the number.")
    if not any(map(str.isalnum, number)):
        raise Unreadable("there is no mobile number", _TYPE_IT)
    if label is Label.OTHER:
        raise Unreadable("it is not a mobile number", _MOBILE_PLEASE)
    if _EXCEL.fullmatch(number):
        raise Unreadable(
            "a spreadsheet program changed the number",
            "Export again and don't save the file in a spreadsheet.",
        )
    if in_plan and (match := _NANP.fullmatch(number)) is not None:
        return _nanp(match, country)
    if not in_plan or re.match(r"\+[ (]*[2-9]", number):
        return _abroad(number, country)
    raise _no_number(number)


def _take_label(text: str) -> tuple[str, Label | None]:
    """The number without the words round it, and what they say; None where there are none."""
    plain = text.translate(_DASHES).strip(" ")
    if not any(letter.isalpha() for letter in plain) or _EXCEL.fullmatch(plain):
        return plain, None
    match = _LABELLED.fullmatch(plain) if len(plain) <= _LONGEST else None
    if match is None and (len(plain) > _LONGEST or any(map(str.isdigit, plain))):
        return plain, Label.NOTE
    before, number, behind = match.groups() if match else (plain, "", "")
    if _LABEL_MARKS.fullmatch(before) is None or _LABEL_MARKS.fullmatch(behind) is None:
        return number, Label.NOTE
    words = " ".join("".join(letter if letter.isalpha() else " " for letter in bare(f"{before} {behind}")).split())
    label = _MEANINGS.get(words, Label.NOTE)
    if label is Label.NONE and number:
        return number, Label.NOTE
    return number, Label.NONE if not number and label is not Label.NOTE else label


def _no_number(number: str) -> Unreadable:
    """Why digits and marks are no North American number."""
    digits = sum(letter.isdigit() for letter in number)
    if number.startswith("011"):
        return Unreadable("it is a number of another country", _OURS)
    if digits > 11:
        return Unreadable("there is more than one number in the cell", "Leave one mobile number in the field.")
    if _MARKS.fullmatch(number) is None:
        return Unreadable("there are signs in it that stand in no phone number", _TYPE_IT)
    if _SEVEN.fullmatch(number):
        return Unreadable("the number has no area code", _TYPE_IT)
    if digits < 10:
        return Unreadable("it has too few digits for a phone number", _TYPE_IT)
    if digits == 11 and not number.lstrip("+( ").startswith("1"):
        return Unreadable("it has a digit too many for a phone number", _TYPE_IT)
    return Unreadable("its digits don't stand together like those of a phone number", _TYPE_IT)


def _nanp(match: re.Match[str], country: str) -> str:
    """The number, if it is one of that country's that can be texted."""
    area, exchange, line = match.groups()
    number = f"+1{area}{exchange}{line}"
    _refuse_placeholder(number[2:])
    flaw = _flaw_of_area(area, country)
    if flaw and (exchange != "555" or flaw is _NO_SUCH_AREA):
        raise Unreadable(*flaw)
    if exchange[0] in "01" or exchange[1:] == "11":
        raise Unreadable("no number goes on like this behind its area code", _TYPE_IT)
    # In the Caribbean the plan tells mobile numbers from others.
    is_told = exchange == "555" or country in _UNITED_STATES or country == "CA"
    return number if is_told else _abroad(number, country)


@cache
def _flaw_of_area(area: str, country: str) -> tuple[str, str] | None:
    """Why no number of that area code can be texted from that country, and what to do; None where they can."""
    if _NO_AREA.fullmatch(area):
        return _NO_SUCH_AREA
    if area in _COUNTRIES:
        at_home = _COUNTRIES[area] == country
    else:
        at_home = country in _UNITED_STATES or area in _KINDS or not _is_american(area)
    if not at_home:
        return "it is a number of another country", _OURS
    return (f"it is {_KINDS[area]}", _MOBILE_PLEASE) if area in _KINDS else None


def _is_american(area: str) -> bool:
    """Whether the library knows the area code as one of the United States'."""
    import phonenumbers

    return phonenumbers.region_code_for_number(phonenumbers.parse(f"+1{area}2345678")) in _UNITED_STATES


def _refuse_placeholder(digits: str) -> None:
    """The ten digits somebody types to fill the field: one digit ten times, or 555 but for the numbers of fiction."""
    if (digits[3:6] == "555" and not "0100" <= digits[6:] <= "0199") or digits == digits[0] * len(digits):
        raise Unreadable("it is a placeholder, not a phone number", _TYPE_IT)


def _abroad(number: str, country: str) -> str:
    """The number as the library reads it, if it is a mobile one of that country."""
    import phonenumbers

    if _INTERNATIONAL.fullmatch(number) is None:
        raise Unreadable("it is not written like a phone number", _TYPE_IT)
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        raise Unreadable("it is not a phone number that can exist", _TYPE_IT) from None
    if not phonenumbers.is_valid_number(parsed):
        raise Unreadable("it is not a phone number that can exist", _TYPE_IT)
    if phonenumbers.region_code_for_number(parsed) != country:
        raise Unreadable("it is a number of another country", _OURS)
    kinds = phonenumbers.PhoneNumberType
    kind = phonenumbers.number_type(parsed)
    if kind not in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE):
        words = {kinds.TOLL_FREE: "a toll-free number", kinds.PREMIUM_RATE: "a premium-rate number"}
        raise Unreadable(f"it is {words.get(kind, 'not a mobile number')}", _MOBILE_PLEASE)
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def format_phone(number: str) -> str:
    """The number as people read it: `(207) 555-0148`, other countries' as they stand (`+44 …` without blanks)."""
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number

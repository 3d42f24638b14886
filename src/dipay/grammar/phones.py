"""Phone numbers: an exact grammar first, then the number plan (phonenumbers) for what the shape can't tell.

Only one plain number in a cell is a number. Two numbers, an extension or words beside it are never cut down to
something that dials: a cut-down number is a stranger's.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from dipay.grammar import Unreadable

_NANP = re.compile(
    r"(?:\+?1[-. ]?)?(?:\(([2-9][0-9]{2})\)|([2-9][0-9]{2}))[-. ]{0,3}([0-9]{3})[-. ]?([0-9]{4})", re.ASCII
)
_SEVEN = re.compile(r"[0-9]{3}[-. ]?[0-9]{4}", re.ASCII)
_INTERNATIONAL = re.compile(r"\+?[0-9(][0-9() ./-]{5,22}", re.ASCII)
_EXCEL = re.compile(r"[0-9]+\.0+|[0-9.]+[eE]\+?[0-9]+", re.ASCII)
_NO_LETTERS = re.compile(r"[0-9() .+/-]*", re.ASCII)
_NANP_COUNTRIES = frozenset({"US", "CA"})
#: A US practice's patients in the territories have ordinary US numbers.
_SAME_PLAN = {"US": frozenset({"US", "PR", "VI", "GU", "AS", "MP"})}

_TYPE_IT = "Correct the mobile number in the PMS."
_OURS = "Ask the patient for a number in this country."


def holds_words(text: str) -> bool:
    """Whether there are words beside or instead of a number ("do not text"): somebody meant something by them."""
    if _NO_LETTERS.fullmatch(text):
        return False
    return _EXCEL.fullmatch(text.strip()) is None and any(letter.isalpha() for letter in text)


def parse_phone(text: str, country: str = "US") -> str:
    """The E.164 number (`+12075550148`) of a cell that holds exactly one number which can receive texts.

    `country` is the practice's, for numbers without a country code. `Unreadable` says why not: blank, no number,
    seven digits, two numbers, another country, toll-free, premium, a placeholder such as 111-111-1111. The numbers
    reserved for fiction (555-0100 to 555-0199) are taken: they reach nobody, and samples and rehearsals rest on them.
    """
    number = text.strip(" \u00a0")
    in_plan = country in _NANP_COUNTRIES
    # What most cells hold needs no further look, but for a dot: a spreadsheet's 2075550100.0 has one too.
    if in_plan and "." not in number and (match := _NANP.fullmatch(number)) is not None:
        return _nanp(match, country)
    if not number:
        raise Unreadable("there is no mobile number", _TYPE_IT)
    if holds_words(number):
        raise Unreadable("there are words beside the number", "Move the words to a note, or remove the number.")
    if _EXCEL.fullmatch(number):
        raise Unreadable(
            "a spreadsheet program changed the number",
            "Export again and don't save the file in a spreadsheet.",
        )
    if in_plan and not (number.startswith("+") and not number.startswith("+1")):
        match = _NANP.fullmatch(number)
        if match is not None:
            return _nanp(match, country)
        if _SEVEN.fullmatch(number):
            raise Unreadable("the number has no area code", _TYPE_IT)
        if number.startswith("011"):
            raise Unreadable("it is a number of another country", _OURS)
        digits = sum(letter.isdigit() for letter in number)
        if digits > 11:
            raise Unreadable("there is more than one number in the cell", "Leave one mobile number in the field.")
        raise Unreadable("it is not a phone number that can exist", _TYPE_IT)
    return _abroad(number, country)


def _nanp(match: re.Match[str], country: str) -> str:
    in_brackets, plain, exchange, line = match.groups()
    area = in_brackets or plain
    digits = area + exchange + line
    if exchange == "555" and "0100" <= line <= "0199":
        return f"+1{area}{exchange}{line}"
    _refuse_placeholder(digits)
    if country == "US" and _us_mobile().fullmatch(digits) is not None:
        return f"+1{digits}"
    return _planned(f"+1{digits}", country)


def _refuse_placeholder(digits: str) -> None:
    """The ten digits somebody types to fill the field: one digit ten times, or 555 but for the numbers of fiction."""
    if (digits[3:6] == "555" and not "0100" <= digits[6:] <= "0199") or digits == digits[0] * len(digits):
        raise Unreadable("it is a placeholder, not a phone number", _TYPE_IT)


@cache
def _us_mobile() -> re.Pattern[str]:
    """What an ordinary US number looks like by the number plan's own patterns: mobile, and of no special kind.

    Of all other numbers the plan is asked in full.
    """
    from phonenumbers import PhoneMetadata

    plan: Any = PhoneMetadata.metadata_for_region("US")
    kinds = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")
    patterns = [kind.national_number_pattern for name in kinds if (kind := getattr(plan, name)) is not None]
    special = "|".join(f"(?:{each})" for each in patterns if each)
    general, mobile = plan.general_desc.national_number_pattern, plan.mobile.national_number_pattern
    return re.compile(f"(?=(?:{general})$)(?!(?:{special})$)(?:{mobile})", re.ASCII)


def _abroad(number: str, country: str) -> str:
    if _INTERNATIONAL.fullmatch(number) is None:
        raise Unreadable("it is not a phone number that can exist", _TYPE_IT)
    found = _planned(number, country)
    if found.startswith("+1"):
        # The library passes over a second country code; elsewhere a zero before the number is rightly left out.
        if "".join(filter(str.isdigit, number)) not in (found[1:], found[2:]):
            raise Unreadable("it is not a phone number that can exist", _TYPE_IT)
        _refuse_placeholder(found[2:])
    return found


def _planned(number: str, country: str) -> str:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        raise Unreadable("it is not a phone number that can exist", _TYPE_IT) from None
    if not phonenumbers.is_valid_number(parsed):
        raise Unreadable("it is not a phone number that can exist", _TYPE_IT)
    if phonenumbers.region_code_for_number(parsed) not in _SAME_PLAN.get(country, {country}):
        raise Unreadable("it is a number of another country", _OURS)
    kinds = phonenumbers.PhoneNumberType
    kind = phonenumbers.number_type(parsed)
    if kind not in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE):
        words = {kinds.TOLL_FREE: "a toll-free number", kinds.PREMIUM_RATE: "a premium-rate number"}
        raise Unreadable(f"it is {words.get(kind, 'not a mobile number')}", "Ask the patient for a mobile number.")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def format_phone(number: str) -> str:
    """The number as people read it: `(207) 555-0148`, other countries' as they stand (`+44 …` without blanks)."""
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number

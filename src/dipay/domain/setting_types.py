"""The kinds of single settings: each reads the text that was typed, or takes the value code gives it.

A text that is not valid raises `Unreadable`, or `ManyUnreadable` where one setting has several things wrong; neither
quotes a value, for it may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from string import Formatter
from typing import Final, TypeVar
from urllib.parse import urlsplit

from dipay.domain.hosts import is_public
from dipay.domain.setting_reader import ManyUnreadable, Part, SettingKind, did_you_mean, parts_of
from dipay.domain.templates import template_problems
from dipay.domain.us_zones import ALASKA, ARIZONA, CENTRAL, EASTERN, HAWAII, MOUNTAIN, PACIFIC
from dipay.grammar import Unreadable
from dipay.grammar.dates import is_date_format
from dipay.grammar.languages import LANGUAGES, NAMES, language_of
from dipay.grammar.money import MAX_CENTS, parse_cents
from dipay.grammar.words import NO, YES, fold

Word = TypeVar("Word", bound=str)

LINK_PLACEHOLDERS = ("request_id", "guarantor_id", "amount", "amount_cents")
#: This computer: what goes to it may go unencrypted.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: What people call their time zones.
_SPOKEN_ZONES = {
    "eastern": EASTERN, "central": CENTRAL, "mountain": MOUNTAIN, "pacific": PACIFIC, "arizona": ARIZONA,
    "alaska": ALASKA, "hawaii": HAWAII,
}  # fmt: skip

_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: %APPDATA%, as a command prompt fills it in.
_WINDOWS_VARIABLE = re.compile(r"%[A-Za-z_]{3,}%")
#: What RFC 3986 lets an address be written with.
_ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
_SECRET_ITSELF = re.compile(r"(?:AC|SK)?[0-9a-f]{32}|[rs]k_(?:test|live)_\w+", re.IGNORECASE | re.ASCII)
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is kept: an environment variable, a file, or the system's keyring. Never the secret itself."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def _cents(value: object) -> int:
    """Text is dollars, as typed; a whole number is cents, as code gives it."""
    fix = "Write an amount such as 25.00."
    # In an export a dash is an amount of nothing; a limit of nothing is written with digits.
    if isinstance(value, str) and any(map(str.isdigit, value)):
        try:
            cents = parse_cents(value)
        except Unreadable as unreadable:  # its own advice is about exports
            raise Unreadable(unreadable.what, fix) from None
    elif isinstance(value, int) and not isinstance(value, bool):
        cents = value
    else:  # 25.0 would become 25 cents
        raise Unreadable("is not an amount", fix)
    if cents < 0:
        raise Unreadable("is below zero", fix)
    if cents > MAX_CENTS:
        raise Unreadable("is too large to be an amount", fix)
    return cents


def _whole(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value, re.ASCII):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise Unreadable("is not a whole number", "Write it in digits, such as 30.")


def _at_least_one(value: object) -> int:
    number = _whole(value)
    if number < 1:
        raise Unreadable("is less than 1", "Write 1 or more.")
    return number


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and fold(value) in YES:
        return True
    if isinstance(value, str) and fold(value) in NO:
        return False
    raise Unreadable("is neither true nor false", "Write true or false.")


def read_clock_time(value: object) -> time:
    """The time of day of a text such as `9:30` or `20:00`; 24-hour clock."""
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", value, re.ASCII) if isinstance(value, str) else None
    if match is None:
        raise Unreadable("is not a time of day", 'Write it like "09:00" or "20:00".')
    return time(int(match[1]), int(match[2]))


def _timezone(value: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        spoken = _SPOKEN_ZONES.get(fold(value).removesuffix(" time").removesuffix(" standard"))
        if spoken:
            raise Unreadable("is not a time zone", f'Did you mean "{spoken}"? Write it so.') from None
        near = did_you_mean(value, sorted(available_timezones()))
        raise Unreadable("is not a time zone", f"{near}Write it like America/New_York.") from None
    return value


def _phone_number(value: str) -> str:
    digits = re.sub(r"[^0-9]", "", value)
    if len(digits) == 7 and not value.startswith("+") and not re.search(r"[^-0-9. ]", value):
        raise Unreadable("has no area code", 'Write it like "+1 207-555-0148".')
    if not 7 <= len(digits) <= 15 or re.search(r"[^-+0-9(). /]", value):
        raise Unreadable("is not a phone number", 'Write it like "+1 207-555-0148".')
    return value


def _country(value: str) -> str:
    hint = 'Did you mean "GB"? ' if value.upper() == "UK" else ""
    if hint or re.fullmatch(r"[A-Za-z]{2}", value, re.ASCII) is None:
        raise Unreadable("is not a country", f"{hint}Write its two letters, such as US.")
    return value.upper()


def which_language(word: str) -> str:
    """`Did you mean "es"? ` for a language that is written otherwise than by its code; else nothing."""
    code = language_of(word)
    if not code:
        from difflib import get_close_matches

        near = get_close_matches(word.casefold(), NAMES, 1, 0.7)
        code = NAMES[near[0]] if near else ""
    return f'Did you mean "{code}"? ' if code else ""


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise Unreadable("is not a language", f"{which_language(value)}Write its code, such as en or es.")
    return value


def _refuse_variables(value: str, fix: str = "Write the value itself.") -> None:
    if "${" in value:
        raise Unreadable("holds ${...}, which is not filled in", fix)


def _line(value: str) -> str:
    """One line of text: names, paths, patterns."""
    if not value.strip():
        raise Unreadable("is blank", "Fill it in.")
    if any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in value):
        fix = "Write it in one line; in double quotes a backslash is written twice."
        raise Unreadable("holds a line break or control character", fix)
    _refuse_variables(value)
    if _WINDOWS_VARIABLE.search(value):
        raise Unreadable("holds %...%, which is not filled in", "Write the value itself.")
    return value


def _url(value: str, written: str = "") -> str:
    """The address; `written` is what stands in the settings, where that is a template of it."""
    _refuse_variables(value, "Write the whole address.")
    like = f", such as https://{written or value}" if "." in value and ":" not in value else ""
    not_secure = Unreadable("is not a secure address", f"Write one that begins with https://{like}.")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Unreadable("is not an address", "Write it like https://pay.example.com/maple.") from None
    if not host or parts.scheme not in {"https", "http"} or (parts.scheme == "http" and host not in LOOPBACK):
        raise not_secure
    if "@" in parts.netloc:
        raise Unreadable("has a user name or password in it", "Remove what stands before the @.")
    if _ADDRESS.fullmatch(value) is None:
        raise Unreadable("has blanks or characters that no address has", "Write them percent-encoded.")
    return value


#: A host's name in the letters that it is looked up by.
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.ASCII)


def _website(value: str) -> str:
    """The host of a website, in small letters, of its name or of any address on it."""
    _refuse_variables(value)
    fix = "Write it like maplestreetdental.com."
    if "@" in value:
        raise Unreadable("is no website, but a mail address or one with a password", fix)
    address = value.strip() if "://" in value else f"https://{value.strip()}"
    try:
        parts = urlsplit(address)
        host, _ = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower(), parts.port
    except ValueError:  # UnicodeError, for a name that can't be one, is one of these
        raise Unreadable("is not a website", fix) from None
    if parts.scheme not in {"https", "http"} or _HOST.fullmatch(host) is None or not is_public(host):
        raise Unreadable("is not a website", fix)
    return host


#: In the monitor's address it stands for the command that runs, so that each can have a check of its own.
MONITOR_COMMAND: Final = "{command}"


def _monitor_url(value: str) -> str:
    _url(value.replace(MONITOR_COMMAND, "send"))
    return value


def with_code(address: str) -> str:
    """An address without a code as it would have one at its end; `Unreadable` where it is none that could be taken.

    One address for all patients is what most practices have, and most pages leave alone what they don't know.
    """
    page, sign, place = _url(address if "://" in address else f"https://{address}").partition("#")
    if "." not in page:
        raise Unreadable("is not an address", "Write it like https://pay.example.com/maple.")
    return f"{page}{'&' if '?' in page else '?'}ref={{request_id}}{sign}{place}"


def _link_template(text: str) -> str:
    """The payment page's address, with each request's own code in it."""
    _refuse_variables(text, "Write the whole address; placeholders look like {request_id}.")
    try:
        fields = list(Formatter().parse(text))
    except ValueError:
        raise Unreadable("has a brace without its pair", "Write placeholders like {request_id}.") from None
    known = ", ".join(f"{{{each}}}" for each in LINK_PLACEHOLDERS)
    wrong: dict[str, Unreadable] = {}
    for _, name, spec, conversion in fields:
        if name is not None and (name not in LINK_PLACEHOLDERS or spec or conversion):
            what = f'has the placeholder "{{{name}}}", which does not exist'
            if name in LINK_PLACEHOLDERS:
                what = f'has a format in the placeholder "{{{name}}}"'
            wrong[what] = Unreadable(what, f"{did_you_mean(name, LINK_PLACEHOLDERS)}Use {known}.")
    if wrong:
        raise ManyUnreadable(((), each) for each in wrong.values())
    if not any(name == "request_id" for _, name, _, _ in fields):
        if "{" not in text:
            _url(text)
        like = ""
        with suppress(Unreadable):
            like = f"; a page that knows no codes takes {with_code(text)}"
        raise Unreadable("has no {request_id}", f"Put {{request_id}} where each request's own code belongs{like}.")
    filled = "".join(literal + ("1" if name else "") for literal, name, _, _ in fields)
    _url(filled, text)
    if "{" in text.partition(":")[0] or "{" in urlsplit(text).netloc:
        raise Unreadable("has a placeholder in the host's name", "Use placeholders only behind the first slash.")
    return text


def _message_text(text: str) -> str:
    wrong = {each.message: Unreadable(each.message.rstrip("."), each.fix) for each in template_problems(text)}
    if wrong:
        raise ManyUnreadable(((), each) for each in wrong.values())
    if not any(name == "link" for _, name, _, _ in Formatter().parse(text)):
        raise Unreadable("has no {link}", "Put {link} where the payment link belongs.")
    return text


def _message_texts(value: object) -> str | dict[str, str]:
    """One text, or a text for each language by its code."""
    if isinstance(value, str):
        return _message_text(value)
    if not isinstance(value, Mapping) or not value:
        raise Unreadable("is not a text", 'Write one in quotes, or one for each language: {en: "...", es: "..."}.')
    wrong, texts = list[Part](), dict[str, str]()
    for language, text in value.items():
        try:
            texts[LANGUAGE.read(language)] = MESSAGE_TEXT.read(text)
        except (Unreadable, ManyUnreadable) as error:
            wrong.extend(parts_of(error, str(language)))
    if wrong:
        raise ManyUnreadable(wrong)
    return texts


def _date_format(value: str) -> str:
    if value != "auto" and not is_date_format(value):
        raise Unreadable("is not a date format", 'Write auto, or one like "%m/%d/%Y".')
    return value


def _state_file(value: str) -> str:
    if _line(value).casefold().endswith(".lock"):
        raise Unreadable("is what the lock beside the state file is called", "Give it another ending, such as .db.")
    return value


def _secret(value: object) -> SecretRef:
    if isinstance(value, SecretRef):
        return value
    kind, colon, name = value.partition(":") if isinstance(value, str) else ("", "", "")
    name = name.strip()
    if not colon or kind not in {"env", "file", "keyring"} or _SECRET_ITSELF.fullmatch(name):
        raise Unreadable(
            "must not hold the secret itself",
            "Write env:NAME, file:PATH or keyring:SERVICE, and keep the secret there.",
        )
    if not name:
        raise Unreadable("does not say where the secret is", "Write env:NAME, file:PATH or keyring:SERVICE.")
    if kind == "env" and _VARIABLE_NAME.fullmatch(name) is None:
        raise Unreadable("names no environment variable", "Write it like env:TWILIO_AUTH_TOKEN.")
    return SecretRef(kind, _line(name))


def _weekday(value: object) -> str:
    word = fold(value) if isinstance(value, str) else ""
    for short, name in zip(WEEKDAYS, _WEEKDAY_NAMES, strict=True):
        if len(word) >= 3 and name.startswith(word):
            return short
    raise Unreadable("is not a day of the week", f"Use {', '.join(WEEKDAYS)}.")


def distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values, of which there is at least one and none twice."""
    if not values:
        raise Unreadable("is empty", "Name at least one.")
    if len({fold(each) for each in values}) < len(values):
        raise Unreadable("names one twice", "Remove one of them.")
    return values


def one_of(*allowed: Word) -> SettingKind[Word]:
    """One of the words; what is none of them is refused with the nearest."""

    def read(value: object) -> Word:
        for each in allowed:
            if value == each:
                return each
        hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
        raise Unreadable("is not one of its values", f"{hint}Use {', '.join(allowed)}.")

    return SettingKind(read, {"enum": list(allowed), "type": "string"})


def _text(check: Callable[[str], str]) -> SettingKind[str]:
    """A kind of text; a list or mapping in its place never reaches its check."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            fix = "Write one value behind it; a text that begins with { or [ needs quotes."
            raise Unreadable("is not a text", fix)
        return check(value)

    return SettingKind(read, {"type": "string"})


#: Whole cents in code, dollars in the file.
CENTS = SettingKind(_cents, {"type": ["number", "string"]})
WHOLE = SettingKind(_whole, {"type": "integer"})
POSITIVE = SettingKind(_at_least_one, {"type": "integer"})
FLAG = SettingKind(_flag, {"type": "boolean"})
CLOCK_TIME = SettingKind(read_clock_time, {"type": "string"})
SECRET = SettingKind(_secret, {"pattern": "^(env|file|keyring):", "type": "string"})
WEEKDAY = SettingKind(_weekday, {"type": "string"})
LINE = _text(_line)
STATE_FILE = _text(_state_file)
URL = _text(_url)
WEBSITE = _text(_website)
MONITOR_URL = _text(_monitor_url)
PHONE_NUMBER = _text(_phone_number)
TIMEZONE = _text(_timezone)
COUNTRY = _text(_country)
LANGUAGE = _text(_language)
DATE_FORMAT = _text(_date_format)
LINK_TEMPLATE = _text(_link_template)
MESSAGE_TEXT = _text(_message_text)
MESSAGE_TEXTS = SettingKind(
    _message_texts,
    {
        "anyOf": [
            {"type": "string"},
            {
                "additionalProperties": {"type": "string"},
                "minProperties": 1,
                "propertyNames": {"pattern": "^[a-z]{2,3}$"},
                "type": "object",
            },
        ]
    },
)

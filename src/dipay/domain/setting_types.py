"""The types of single settings: each reads the text that was typed, or raises `Unreadable` with what to do."""

from __future__ import annotations

import difflib
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic.config import JsonDict

from dipay.domain.messages import template_problems
from dipay.grammar import Unreadable
from dipay.grammar.dates import is_date_format
from dipay.grammar.money import parse_cents
from dipay.grammar.words import NO, YES, fold

FIELDS: Mapping[str, tuple[str, ...]] = {
    "patients": (
        "patient_id", "guarantor_id", "first_name", "last_name", "name", "mobile_phone", "home_phone", "work_phone",
        "email", "birth_date", "status", "payment_plan", "do_not_recall", "text_consent", "last_visit",
        "outstanding_claims", "insurance_estimate", "writeoff_estimate", "zip",
    ),
    "ledger": (
        "patient_id", "date", "amount", "charge", "credit", "type", "description", "status", "entry_id", "applies_to",
        "insurance_estimate", "writeoff_estimate",
    ),
    "balances": (
        "guarantor_id", "days_0_30", "days_31_60", "days_61_90", "over_90", "insurance_estimate", "writeoff_estimate",
        "outstanding_claims",
    ),
}  # fmt: skip
LINK_PLACEHOLDERS = ("request_id", "guarantor_id", "amount", "amount_cents")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def did_you_mean(word: str, words: tuple[str, ...] | list[str]) -> str:
    """`Did you mean "over_30"? ` or nothing."""
    close = difflib.get_close_matches(str(word), words, 1, 0.6)
    return f'Did you mean "{close[0]}"? ' if close else ""


def _cents(value: object) -> object:
    """Text is dollars, as typed; a number is cents, as code gives it."""
    if not isinstance(value, str):
        return value
    cents = parse_cents(value)
    if cents < 0:
        raise Unreadable("is below zero", "Write an amount such as 25.00.")
    return cents


def _whole(value: object) -> object:
    if isinstance(value, str):
        if re.fullmatch(r"[0-9]{1,6}", value) is None:
            raise Unreadable("is not a whole number", "Write it in digits, such as 30.")
        return int(value)
    return value


def _at_least_one(value: int) -> int:
    if value < 1:
        raise Unreadable("is less than 1", "Write 1 or more.")
    return value


def _flag(value: object) -> object:
    if isinstance(value, str):
        if fold(value) in YES:
            return True
        if fold(value) in NO:
            return False
        raise Unreadable("is neither true nor false", "Write true or false.")
    return value


def _clock_time(value: object) -> object:
    if isinstance(value, str):
        match = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", value)
        if match is None:
            raise Unreadable("is not a time of day", 'Write it like "09:00" or "20:00".')
        return time(int(match[1]), int(match[2]))
    return value


def timezone_name(value: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(value, sorted(available_timezones()))
        raise Unreadable("is not a time zone", f"{hint}Write it like America/New_York.") from None
    return value


def phone_number(value: str) -> str:
    digits = re.sub(r"[^0-9]", "", value)
    if not 7 <= len(digits) <= 15 or re.search(r"[^-+0-9(). /]", value):
        raise Unreadable("is not a phone number", 'Write it like "+1 207-555-0148".')
    return value


def country_code(value: str) -> str:
    if re.fullmatch(r"[A-Za-z]{2}", value) is None:
        raise Unreadable("is not a country", "Write its two letters, such as US.")
    return value.upper()


def _url(value: str) -> str:
    if "${" in value:
        raise Unreadable("holds ${...}, which is not filled in", "Write the whole address.")
    parts = urlsplit(value)
    loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or parts.scheme not in {"https", "http"} or (parts.scheme == "http" and not loopback):
        raise Unreadable("is not a secure address", "Write one that begins with https://.")
    return value


def placeholders(text: str, allowed: tuple[str, ...]) -> list[str]:
    """The names in braces, in order; a brace without its pair, or a name that is not allowed, raises `Unreadable`."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        raise Unreadable("has a brace without its pair", "Write placeholders like {link}.") from None
    names = []
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in allowed or spec or conversion:
            known = ", ".join(f"{{{each}}}" for each in allowed)
            raise Unreadable(
                f'has the placeholder "{{{name}}}", which does not exist',
                f"{did_you_mean(name, allowed)}Use {known}.",
            )
        names.append(name)
    return names


def message_text(text: str) -> str:
    for problem in template_problems(text):
        raise Unreadable(problem.message.rstrip("."), problem.fix)
    if "{link}" not in text:
        raise Unreadable("has no {link}", "Put {link} where the payment link belongs.")
    return text


def link_template(text: str) -> str:
    if "request_id" not in placeholders(text, LINK_PLACEHOLDERS):
        raise Unreadable("has no {request_id}", "Put {request_id} where each request's own code belongs.")
    _url(text)
    return text


def valid_date_format(value: str) -> str:
    if value != "auto" and not is_date_format(value):
        raise Unreadable("is not a date format", 'Write auto, or one like "%m/%d/%Y".')
    return value


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is kept: an environment variable, a file, or the system's keyring. Never the secret itself."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def _secret(value: object) -> object:
    if isinstance(value, SecretRef):
        return value
    match = re.fullmatch(r"(env|file|keyring):(.+)", value) if isinstance(value, str) else None
    if match is None:
        raise Unreadable(
            "must not hold the secret itself",
            "Write env:NAME, file:PATH or keyring:SERVICE, and keep the secret there.",
        )
    return SecretRef(match[1], match[2].strip())


def weekday(value: object) -> object:
    word = fold(value)[:3] if isinstance(value, str) else value
    if word not in WEEKDAYS:
        raise Unreadable("is not a day of the week", f"Use {', '.join(WEEKDAYS)}.")
    return word


def _not_blank(value: str) -> str:
    if not value.strip():
        raise Unreadable("is blank", "Fill it in.")
    return value


def distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise Unreadable("is empty", "Name at least one.")
    if len({fold(each) for each in values}) < len(values):
        raise Unreadable("names one twice", "Remove one of them.")
    return values


def one_of(*allowed: str) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in allowed:
            raise Unreadable(
                "is not one of its values", f"{did_you_mean(str(value), allowed)}Use {', '.join(allowed)}."
            )
        return value

    return BeforeValidator(check)


def own_columns(value: object) -> object:
    if not isinstance(value, Mapping):
        raise Unreadable("is not a mapping", "Write it like {patients: {mobile_phone: Cell}}.")
    for kind, names in value.items():
        if kind not in FIELDS:
            raise Unreadable(
                f'has no kind of file "{kind}"',
                f"{did_you_mean(kind, tuple(FIELDS))}Use {', '.join(FIELDS)}.",
            )
        if not isinstance(names, Mapping):
            raise Unreadable(f"holds something else than captions for {kind}", "Write it like {mobile_phone: Cell}.")
        for name in names:
            if name not in FIELDS[kind]:
                raise Unreadable(
                    f'has no field "{name}" for {kind}',
                    f"{did_you_mean(name, FIELDS[kind])}Its fields are {', '.join(FIELDS[kind])}.",
                )
    return value


_DOLLARS = WithJsonSchema({"type": ["number", "string"]})
_NUMBER = WithJsonSchema({"type": "integer"})
_TEXT = WithJsonSchema({"type": "string"})

Cents = Annotated[int, BeforeValidator(_cents), _DOLLARS]
Whole = Annotated[int, BeforeValidator(_whole), _NUMBER]
Positive = Annotated[int, AfterValidator(_at_least_one), BeforeValidator(_whole), _NUMBER]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Text = Annotated[str, AfterValidator(_not_blank)]
ClockTime = Annotated[time, BeforeValidator(_clock_time), _TEXT]
Url = Annotated[str, AfterValidator(_url)]
Secret = Annotated[
    SecretRef, BeforeValidator(_secret), WithJsonSchema({"type": "string", "pattern": "^(env|file|keyring):"})
]
#: Marks a field whose value is whole cents in code and dollars in the file.
MONEY: JsonDict = {"x-unit": "dollars"}

"""The settings as types: one source for what is valid, the example file, the docs page and the editors' schema.

Every description becomes a comment in the example. Values arrive as the text that was typed (YAML's own guesses would
turn `NO` into false and 9:30 into 570), so each type reads its text here. A text that is not valid raises `Unreadable`.
"""

from __future__ import annotations

import difflib
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
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


def _timezone(value: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(value, sorted(available_timezones()))
        raise Unreadable("is not a time zone", f"{hint}Write it like America/New_York.") from None
    return value


def _phone(value: str) -> str:
    digits = re.sub(r"[^0-9]", "", value)
    if not 7 <= len(digits) <= 15 or re.search(r"[^-+0-9(). /]", value):
        raise Unreadable("is not a phone number", 'Write it like "+1 207-555-0148".')
    return value


def _country(value: str) -> str:
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


def _message(text: str) -> str:
    for problem in template_problems(text):
        raise Unreadable(problem.message.rstrip("."), problem.fix)
    if "{link}" not in text:
        raise Unreadable("has no {link}", "Put {link} where the payment link belongs.")
    return text


def _link(text: str) -> str:
    if "request_id" not in placeholders(text, LINK_PLACEHOLDERS):
        raise Unreadable("has no {request_id}", "Put {request_id} where each request's own code belongs.")
    _url(text)
    return text


def _date_format(value: str) -> str:
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


def _weekday(value: object) -> object:
    word = fold(value)[:3] if isinstance(value, str) else value
    if word not in WEEKDAYS:
        raise Unreadable("is not a day of the week", f"Use {', '.join(WEEKDAYS)}.")
    return word


def _not_blank(value: str) -> str:
    if not value.strip():
        raise Unreadable("is blank", "Fill it in.")
    return value


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise Unreadable("is empty", "Name at least one.")
    if len({fold(each) for each in values}) < len(values):
        raise Unreadable("names one twice", "Remove one of them.")
    return values


def _choice(*allowed: str) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in allowed:
            raise Unreadable(
                "is not one of its values", f"{did_you_mean(str(value), allowed)}Use {', '.join(allowed)}."
            )
        return value

    return BeforeValidator(check)


def _columns(value: object) -> object:
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
_MONEY: JsonDict = {"x-unit": "dollars"}


class Section(BaseModel):
    """A part of the settings: it never changes, nothing unknown is in it, and errors never quote what was typed."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        populate_by_name=True,
    )


class Practice(Section):
    """Who asks."""

    name: Text = Field(description="goes into every message", examples=["Maple Street Dental"])
    phone: Annotated[str, AfterValidator(_phone)] = Field(
        description="whom the patient calls", examples=["+1 207-555-0148"]
    )
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        description="decides what today is and when texts may go out", examples=["America/New_York"]
    )
    country: Annotated[str, AfterValidator(_country)] = Field("US", description="for numbers without a country code")


class Exports(Section):
    """What the PMS saved."""

    folder: Text | None = Field(None, description="default: the settings file's folder", examples=["samples"])
    patients: Text = Field(description="file or pattern; the newest match is used", examples=["patients*.csv"])
    ledger: Text | None = Field(
        None,
        description="either ledger or balances, or both (then they are reconciled)",
        examples=["ledger*.csv"],
    )
    balances: Text | None = Field(None, description="an aging report: one row per guarantor with its buckets")
    profile: Text = Field("auto", description="auto, or a profile's name: generic, open-dental, dentrix, eaglesoft")
    columns: Annotated[dict[str, dict[str, str]], BeforeValidator(_columns)] = Field(
        default_factory=dict,
        description='your own names, over the profile\'s: {patients: {mobile_phone: "Cell"}}',
    )
    date_format: Annotated[str, AfterValidator(_date_format)] = Field(
        "auto", description='or e.g. "%d/%m/%Y"; auto never guesses between day-first and month-first'
    )
    max_age_hours: Positive = Field(30, description="an older export stops sending (listing warns)")


class PaymentSettings(Section):
    """Who may be asked."""

    minimum_balance: Cents = Field(2500, description="must owe MORE than this", json_schema_extra=_MONEY)
    minimum_inclusive: Flag = Field(False, description="true: this much or more")
    aging: Annotated[
        Literal["current", "over_30", "over_60", "over_90", "any"],
        _choice("current", "over_30", "over_60", "over_90", "any"),
    ] = Field("over_30", description="age of the oldest unpaid part: current | over_30 | over_60 | over_90 | any")
    max_outstanding_claims: Whole | None = Field(None, description="0 = nobody with an open claim; null = do not look")
    do_not_recall: Annotated[Literal["exclude", "ignore"], _choice("exclude", "ignore")] = Field(
        "exclude", description="exclude | ignore"
    )
    visit_scope: Annotated[Literal["family", "guarantor"], _choice("family", "guarantor")] = Field(
        "family", description="family | guarantor: whose visit re-opens the account to a new campaign"
    )
    repeat_after_days: Positive | None = Field(
        None, description="ask again after so many days without a new visit; null = never"
    )
    hold_above: Cents | None = Field(
        None, description="hold an account whose amount is larger than this", json_schema_extra=_MONEY
    )


class CampaignMessage(Section):
    """One message of a campaign."""

    day: Whole = Field(description="days after the request")
    text: Annotated[str, AfterValidator(_message)] = Field(
        description="placeholders: {practice} {phone} {first_name} {amount} {link}"
    )


def _rising(messages: tuple[CampaignMessage, ...]) -> tuple[CampaignMessage, ...]:
    days = [message.day for message in messages]
    if not days or days[0] != 0:
        raise Unreadable("has no message for day 0", "The first message is the request: day: 0.")
    if days != sorted(set(days)):
        raise Unreadable("has days that do not rise", "Put the messages in order, each on a day of its own.")
    return messages


DEFAULT_MESSAGES = (
    CampaignMessage(
        day=0,
        text="{practice}: {first_name}, you have a balance with us. Pay here: {link} Questions? {phone}. "
        "Reply STOP to opt out.",
    ),
    CampaignMessage(
        day=7,
        text="{practice}: {first_name}, your balance is open. Pay: {link} or call {phone}. Reply STOP to opt out.",
    ),
    CampaignMessage(
        day=14, text="{practice}: {first_name}, a last reminder. Pay: {link} or call {phone}. Reply STOP to opt out."
    ),
)


class Campaign(Section):
    """What is sent, and when."""

    messages: Annotated[tuple[CampaignMessage, ...], AfterValidator(_rising)] = Field(
        DEFAULT_MESSAGES, description="day 0 is the request; the rest are follow-ups, counted from day 0"
    )


class PaymentLink(Section):
    """Where patients pay."""

    url: Annotated[str, AfterValidator(_link)] = Field(
        description="{request_id}, {guarantor_id}, {amount}, {amount_cents}",
        examples=["https://pay.example.com/maple?ref={request_id}"],
    )


class SnoozeSettings(Section):
    """Keeping an account off the list until a date."""

    reasons: Annotated[tuple[Text, ...], AfterValidator(_distinct)] = Field(
        (
            "Claim not started", "Claim must be resubmitted", "Adjustment needed first", "Personal arrangement",
            "HSA card not loaded yet", "Other",
        ),
        description="what staff can choose from",
    )  # fmt: skip
    max_days: Positive = Field(365, description="the longest snooze")


class SendWindow(Section):
    """When texts may go out, in the practice's time zone and, where it is known, the patient's."""

    from_: ClockTime = Field(time(9), alias="from", description="not before")
    to: ClockTime = Field(time(20), description="not from then on")
    days: tuple[Annotated[str, BeforeValidator(_weekday)], ...] = Field(
        ("mon", "tue", "wed", "thu", "fri", "sat"), description="on these days"
    )


class Outbox(Section):
    """Writes messages to files instead of sending them."""

    folder: Text = Field("outbox", description="where the files go")


class Twilio(Section):
    """The provider."""

    account_sid: Secret = Field(
        SecretRef("env", "TWILIO_ACCOUNT_SID"), description="env:NAME, file:PATH or keyring:SERVICE"
    )
    auth_token: Secret = Field(
        SecretRef("env", "TWILIO_AUTH_TOKEN"), description="the same; a secret written here is refused"
    )
    from_: Annotated[str, AfterValidator(_phone)] | None = Field(
        None, alias="from", description='your number, such as "+12075550100", or ...'
    )
    messaging_service_sid: Text | None = Field(None, description="... the Messaging Service it is in")
    base_url: Url | None = Field(None, description="a proxy or a test double; plain http only on loopback")


class Messaging(Section):
    """How messages leave."""

    provider: Annotated[Literal["outbox", "twilio"], _choice("outbox", "twilio")] = Field(
        "outbox", description="outbox (writes files, sends nothing) | twilio"
    )
    send_window: SendWindow = Field(default_factory=SendWindow)
    daily_limit: Positive = Field(250, description="no more messages than this a day")
    confirm_above: Positive = Field(100, description="`send --yes` refuses a larger batch unless --limit says so")
    outbox: Outbox = Field(default_factory=Outbox)
    twilio: Twilio = Field(default_factory=Twilio)


class Settings(Section):
    """Everything an office decides, in one file."""

    practice: Practice
    exports: Exports
    payment_settings: PaymentSettings = Field(default_factory=PaymentSettings)
    campaign: Campaign = Field(default_factory=Campaign)
    payment_link: PaymentLink
    snooze: SnoozeSettings = Field(default_factory=SnoozeSettings)
    messaging: Messaging = Field(default_factory=Messaging)
    state: Text = Field("dipay.db", description="the local state file")
    monitor_url: Url | None = Field(
        None, description="pinged at start, success and failure of cron runs; a failed ping never fails a run"
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of the settings file, for editors."""
    return Settings.model_json_schema(by_alias=True)

"""The settings as types: one source for what is valid, the example file, the docs page and the editors' schema.

Every description becomes a comment in the example. Values arrive as the text that was typed (YAML's own guesses would
turn `NO` into false and 9:30 into 570), so each type reads its text itself (`setting_types`).
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from dipay.domain.setting_types import (
    MONEY,
    Cents,
    ClockTime,
    Flag,
    Positive,
    Secret,
    SecretRef,
    Text,
    Url,
    Whole,
    country_code,
    distinct,
    link_template,
    message_text,
    one_of,
    own_columns,
    phone_number,
    timezone_name,
    valid_date_format,
    weekday,
)
from dipay.grammar import Unreadable


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
    phone: Annotated[str, AfterValidator(phone_number)] = Field(
        description="whom the patient calls", examples=["+1 207-555-0148"]
    )
    timezone: Annotated[str, AfterValidator(timezone_name)] = Field(
        description="decides what today is and when texts may go out", examples=["America/New_York"]
    )
    country: Annotated[str, AfterValidator(country_code)] = Field(
        "US", description="for numbers without a country code"
    )


class Exports(Section):
    """What the PMS saved."""

    folder: Text | None = Field(None, description="default: the settings file's folder", examples=["samples"])
    patients: Text = Field(description="file or pattern; the newest match is used", examples=["patients*.csv"])
    ledger: Text | None = Field(
        None,
        description="either ledger or balances, or both (then they are reconciled)",
        examples=["ledger*.csv"],
    )
    balances: Text | None = Field(
        None, description="an aging report: one row per guarantor with its buckets", examples=["aging*.csv"]
    )
    profile: Text = Field("auto", description="auto, or a profile's name: generic, open-dental, dentrix, eaglesoft")
    columns: Annotated[dict[str, dict[str, str]], BeforeValidator(own_columns)] = Field(
        default_factory=dict,
        description='your own names, over the profile\'s: {patients: {mobile_phone: "Cell"}}',
    )
    date_format: Annotated[str, AfterValidator(valid_date_format)] = Field(
        "auto", description='or e.g. "%d/%m/%Y"; auto never guesses between day-first and month-first'
    )
    max_age_hours: Positive = Field(30, description="an older export stops sending (listing warns)")


class PaymentSettings(Section):
    """Who may be asked."""

    minimum_balance: Cents = Field(2500, description="must owe MORE than this", json_schema_extra=MONEY)
    minimum_inclusive: Flag = Field(False, description="true: this much or more")
    aging: Annotated[
        Literal["current", "over_30", "over_60", "over_90", "any"],
        one_of("current", "over_30", "over_60", "over_90", "any"),
    ] = Field("over_30", description="age of the oldest unpaid part: current | over_30 | over_60 | over_90 | any")
    max_outstanding_claims: Whole | None = Field(None, description="0 = nobody with an open claim; null = do not look")
    do_not_recall: Annotated[Literal["exclude", "ignore"], one_of("exclude", "ignore")] = Field(
        "exclude", description="exclude | ignore"
    )
    visit_scope: Annotated[Literal["family", "guarantor"], one_of("family", "guarantor")] = Field(
        "family", description="family | guarantor: whose visit re-opens the account to a new campaign"
    )
    repeat_after_days: Positive | None = Field(
        None, description="ask again after so many days without a new visit; null = never", examples=[90]
    )
    hold_above: Cents | None = Field(
        None,
        description="hold an account whose amount is larger than this",
        examples=["1000.00"],
        json_schema_extra=MONEY,
    )


class CampaignMessage(Section):
    """One message of a campaign."""

    day: Whole = Field(description="days after the request")
    text: Annotated[str, AfterValidator(message_text)] = Field(
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
        text="{practice}: {first_name}, your balance is open: {link} or {phone}. Reply STOP to opt out.",
    ),
    CampaignMessage(
        day=14, text="{practice}: {first_name}, a last reminder: {link} or call {phone}. Reply STOP to opt out."
    ),
)


class Campaign(Section):
    """What is sent, and when."""

    messages: Annotated[tuple[CampaignMessage, ...], AfterValidator(_rising)] = Field(
        DEFAULT_MESSAGES, description="day 0 is the request; the rest are follow-ups, counted from day 0"
    )


class PaymentLink(Section):
    """Where patients pay."""

    url: Annotated[str, AfterValidator(link_template)] = Field(
        description="{request_id}, {guarantor_id}, {amount}, {amount_cents}",
        examples=["https://pay.example.com/maple?ref={request_id}"],
    )


class SnoozeSettings(Section):
    """Keeping an account off the list until a date."""

    reasons: Annotated[tuple[Text, ...], AfterValidator(distinct)] = Field(
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
    days: Annotated[tuple[Annotated[str, BeforeValidator(weekday)], ...], AfterValidator(distinct)] = Field(
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
    from_: Annotated[str, AfterValidator(phone_number)] | None = Field(
        None, alias="from", description='your number, such as "+12075550100", or ...'
    )
    messaging_service_sid: Text | None = Field(None, description="... the Messaging Service it is in")
    base_url: Url | None = Field(None, description="a proxy or a test double; plain http only on loopback")


class Messaging(Section):
    """How messages leave."""

    provider: Annotated[Literal["outbox", "twilio"], one_of("outbox", "twilio")] = Field(
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

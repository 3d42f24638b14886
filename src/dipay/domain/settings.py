"""The settings as types: one source for what is valid, the example file, the docs page and the editors' schema.

Every description becomes a comment in the example. Values arrive as the text that was typed (YAML's own guesses would
turn `NO` into false and 9:30 into 570), so each kind of setting reads its text itself (`setting_types`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Literal

from dipay.domain.column_settings import COLUMNS, WORDS
from dipay.domain.setting_reader import ManyUnreadable, group, kind_of, list_of, read_group, setting, settings_of
from dipay.domain.setting_types import (
    CENTS,
    CLOCK_TIME,
    COUNTRY,
    DATE_FORMAT,
    FLAG,
    LANGUAGE,
    LINE,
    LINK_TEMPLATE,
    MESSAGE_TEXTS,
    MONITOR_URL,
    PHONE_NUMBER,
    POSITIVE,
    SECRET,
    STATE_FILE,
    TIMEZONE,
    URL,
    WEBSITE,
    WEEKDAY,
    WHOLE,
    SecretRef,
    distinct,
    one_of,
)
from dipay.domain.values import value
from dipay.grammar import Unreadable

AgeLimit = Literal["current", "over_30", "over_60", "over_90", "any"]


@value(frozen=True, slots=True, kw_only=True)
class PracticeSettings:
    """Who asks."""

    name: str = setting(LINE, "goes into every message", examples=("Maple Street Dental",))
    phone: str = setting(PHONE_NUMBER, "whom the patient calls", examples=("+1 207-555-0148",))
    timezone: str = setting(TIMEZONE, "decides what today is and when texts may go out", examples=("America/New_York",))
    country: str = setting(COUNTRY, "for numbers without a country code", default="US")
    language: str = setting(
        LANGUAGE, "of messages to whom the export names no language, or one without a text", default="en"
    )
    website: str | None = setting(
        WEBSITE,
        "where patients can see that the request is yours; `check` holds the link's host against it",
        default=None,
        examples=("www.example.com",),
    )


@value(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """What the PMS saved."""

    folder: str | None = setting(LINE, "default: the settings file's folder", default=None, examples=("samples",))
    patients: str = setting(LINE, "file or pattern; the newest match is used", examples=("patients*.csv",))
    ledger: str | None = setting(
        LINE, "either ledger or balances, or both (then they are reconciled)", default=None, examples=("ledger*.csv",)
    )
    balances: str | None = setting(
        LINE, "an aging report: one row per guarantor with its buckets", default=None, examples=("aging*.csv",)
    )
    profile: str = setting(
        LINE, "auto, a profile's name (generic, open-dental, dentrix, eaglesoft ...), or the path of one of your own",
        default="auto",
    )  # fmt: skip
    columns: dict[str, dict[str, tuple[str, ...]]] = setting(
        COLUMNS,
        'your own names, over the profile\'s: {patients: {mobile_phone: "Cell"}}; an amount may be several, [A, B]',
        default_factory=dict,
    )
    words: dict[str, dict[str, dict[str, tuple[str, ...]]]] = setting(
        WORDS,
        "your PMS's words in coded columns: {patients: {text_consent: {yes: [Opted In], no: [Opted Out]}}}",
        default_factory=dict,
    )
    date_format: str = setting(
        DATE_FORMAT, 'or e.g. "%d/%m/%Y"; auto never guesses between day-first and month-first', default="auto"
    )
    max_age_hours: int = setting(POSITIVE, "an older export stops sending (listing warns)", default=30)


@value(frozen=True, slots=True, kw_only=True)
class PaymentSettings:
    """Who may be asked."""

    minimum_balance: int = setting(CENTS, "must owe MORE than this", default=2500)
    minimum_inclusive: bool = setting(FLAG, "true: this much or more", default=False)
    aging: AgeLimit = setting(
        one_of("current", "over_30", "over_60", "over_90", "any"),
        "age of the oldest unpaid part: current | over_30 | over_60 | over_90 | any",
        default="over_30",
    )
    max_outstanding_claims: int | None = setting(
        WHOLE, "0 = nobody with an open claim; null = do not look", default=None
    )
    do_not_recall: Literal["exclude", "ignore"] = setting(
        one_of("exclude", "ignore"), "exclude | ignore", default="exclude"
    )
    visit_scope: Literal["family", "guarantor"] = setting(
        one_of("family", "guarantor"),
        "family | guarantor: whose visit re-opens the account to a new campaign",
        default="family",
    )
    repeat_after_days: int | None = setting(
        POSITIVE, "ask again after so many days without a new visit; null = never", default=None, examples=(90,)
    )
    hold_above: int | None = setting(
        CENTS, "hold an account whose amount is larger than this", default=None, examples=("1000.00",)
    )
    exclude_billing_types: tuple[str, ...] = setting(
        list_of(LINE, tuple),
        "billing types that are never asked; * and ? stand for anything",
        default=(),
        examples=(("*collections*",),),
    )


@value(frozen=True, slots=True, kw_only=True)
class CampaignMessage:
    """One message of a campaign: one text for everybody, or a text for each language by its code."""

    day: int = setting(WHOLE, "days after the request")
    text: str | dict[str, str] = setting(
        MESSAGE_TEXTS,
        "one, or {en: ..., es: ...}; placeholders: {practice} {phone} {first_name} {amount} {link}",
    )

    @property
    def texts(self) -> dict[str, str]:
        """The texts by their languages; one for everybody by none ("")."""
        return {"": self.text} if isinstance(self.text, str) else self.text

    def text_for(self, own: str, practices: str) -> tuple[str, str]:
        """The text for somebody of that language ("" where it is not known), and the language that it is written in.

        Where there is none in their own, it is the practice's; one text for everybody is in the practice's too.
        """
        language = own if own and own in self.texts else practices
        return self.text if isinstance(self.text, str) else self.text[language], language


def _rising(messages: tuple[CampaignMessage, ...]) -> tuple[CampaignMessage, ...]:
    days = [message.day for message in messages]
    if not days or days[0] != 0:
        raise Unreadable("has no message for day 0", "The first message is the request: day: 0.")
    if days != sorted(set(days)):
        raise Unreadable("has days that do not rise", "Put the messages in order, each on a day of its own.")
    return messages


#: Each takes one segment with a usual name, practice and link. So the Spanish ones do without á, í, ó and ú, which the
#: short alphabet lacks; "cancelar", which they also do without, is to pay as well as to end.
DEFAULT_MESSAGES = (
    CampaignMessage(
        day=0,
        text={
            "en": "{practice}: {first_name}, you have a balance to pay: {link} or {phone}. Reply STOP to opt out.",
            "es": "{practice}: {first_name}, tiene saldo pendiente: {link} o {phone}. Responda STOP para salir.",
        },
    ),
    CampaignMessage(
        day=7,
        text={
            "en": "{practice}: {first_name}, your balance is open: {link} or {phone}. Reply STOP to opt out.",
            "es": "{practice}: {first_name}, le recordamos su saldo: {link} o {phone}. Responda STOP para salir.",
        },
    ),
    CampaignMessage(
        day=14,
        text={
            "en": "{practice}: {first_name}, a last reminder: {link} or call {phone}. Reply STOP to opt out.",
            "es": "{practice}: {first_name}, recordatorio final: {link} o {phone}. Responda STOP para salir.",
        },
    ),
)


@value(frozen=True, slots=True, kw_only=True)
class CampaignSettings:
    """What is sent, and when."""

    messages: tuple[CampaignMessage, ...] = setting(
        list_of(kind_of(CampaignMessage), _rising),
        "day 0 is the request; the rest are follow-ups, counted from day 0; text: one, or {en: ..., es: ...}",
        default=DEFAULT_MESSAGES,
    )


@value(frozen=True, slots=True, kw_only=True)
class StripeSettings:
    """The processor."""

    api_key: SecretRef = setting(
        SECRET,
        "env:NAME, file:PATH or keyring:SERVICE; best a restricted key (rk_...)",
        default=SecretRef("env", "STRIPE_API_KEY"),
    )
    expires_days: int = setting(POSITIVE, "a link that was not paid is switched off after so many days", default=60)
    base_url: str | None = setting(URL, "a proxy or a test double; plain http only on loopback", default=None)


@value(frozen=True, slots=True, kw_only=True)
class PaymentLinkSettings:
    """Where patients pay."""

    provider: Literal["template", "stripe"] = setting(
        one_of("template", "stripe"),
        "template (your own page, by its address) | stripe (a link for each request, that knows when it is paid)",
        default="template",
    )
    url: str | None = setting(
        LINK_TEMPLATE,
        "for template: {request_id}, {guarantor_id}, {amount}, {amount_cents}",
        default=None,
        examples=("https://pay.example.com/maple?ref={request_id}",),
    )
    stripe: StripeSettings = group(StripeSettings)

    @property
    def template(self) -> str | None:
        """The address that each request's link is made from; None where a processor makes the links."""
        return self.url if self.provider == "template" else None


def _read_payment_link(typed: object) -> PaymentLinkSettings:
    """The group; a template needs its address."""
    read = read_group(PaymentLinkSettings, typed)
    if read.provider == "template" and read.url is None:
        example = next(each.examples[0] for each in settings_of(PaymentLinkSettings) if each.key == "url")
        raise ManyUnreadable([(("url",), Unreadable("is missing", f"Add it, such as `url: {example}`."))])
    return read


@value(frozen=True, slots=True, kw_only=True)
class SnoozeSettings:
    """Keeping an account off the list until a date."""

    reasons: tuple[str, ...] = setting(
        list_of(LINE, distinct),
        "what staff can choose from",
        default=(
            "Claim not started", "Claim must be resubmitted", "Adjustment needed first", "Personal arrangement",
            "HSA card not loaded yet", "Other",
        ),
    )  # fmt: skip
    max_days: int = setting(POSITIVE, "the longest snooze", default=365)


@value(frozen=True, slots=True, kw_only=True)
class SendWindowSettings:
    """When texts may go out, in the practice's time zone and, where it is known, the patient's."""

    from_: time = setting(CLOCK_TIME, "not before", default=time(9))
    to: time = setting(CLOCK_TIME, "not from then on", default=time(20))
    days: tuple[str, ...] = setting(
        list_of(WEEKDAY, distinct), "on these days", default=("mon", "tue", "wed", "thu", "fri", "sat")
    )


@value(frozen=True, slots=True, kw_only=True)
class OutboxSettings:
    """Writes messages to files instead of sending them."""

    folder: str = setting(LINE, "where the files go", default="outbox")


@value(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """The provider."""

    account_sid: SecretRef = setting(
        SECRET, "env:NAME, file:PATH or keyring:SERVICE", default=SecretRef("env", "TWILIO_ACCOUNT_SID")
    )
    auth_token: SecretRef = setting(
        SECRET, "the same; a secret written here is refused", default=SecretRef("env", "TWILIO_AUTH_TOKEN")
    )
    from_: str | None = setting(PHONE_NUMBER, 'your number, such as "+12075550100", or ...', default=None)
    messaging_service_sid: str | None = setting(LINE, "... the Messaging Service it is in", default=None)
    base_url: str | None = setting(URL, "a proxy or a test double; plain http only on loopback", default=None)


@value(frozen=True, slots=True, kw_only=True)
class MessagingSettings:
    """How messages leave."""

    provider: Literal["outbox", "twilio"] = setting(
        one_of("outbox", "twilio"), "outbox (writes files, sends nothing) | twilio", default="outbox"
    )
    send_window: SendWindowSettings = group(SendWindowSettings)
    daily_limit: int = setting(POSITIVE, "no more messages than this a day", default=250)
    confirm_above: int = setting(POSITIVE, "`send --yes` refuses a larger batch unless --limit says so", default=100)
    outbox: OutboxSettings = group(OutboxSettings)
    twilio: TwilioSettings = group(TwilioSettings)


@value(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How long what is personal is kept."""

    texts_days: int = setting(
        POSITIVE,
        "`purge` blanks older texts and numbers of requests that are done with; what happened when stays",
        default=730,
    )


@value(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an office decides, in one file."""

    practice: PracticeSettings = group(PracticeSettings)
    exports: ExportSettings = group(ExportSettings)
    payment_settings: PaymentSettings = group(PaymentSettings)
    campaign: CampaignSettings = group(CampaignSettings)
    payment_link: PaymentLinkSettings = setting(replace(kind_of(PaymentLinkSettings), read=_read_payment_link), "")
    snooze: SnoozeSettings = group(SnoozeSettings)
    messaging: MessagingSettings = group(MessagingSettings)
    retention: RetentionSettings = group(RetentionSettings)
    state: str = setting(STATE_FILE, "the local state file", default="dipay.db")
    monitor_url: str | None = setting(
        MONITOR_URL,
        "pinged at start, success and failure of cron runs ({command}: send or sync); a failed ping never fails a run",
        default=None,
    )

    def language_for(self, own: str) -> str:
        """The language that somebody of that one ("" where it is not known) is first asked in."""
        return self.campaign.messages[0].text_for(own, self.practice.language)[1]


def settings_from(typed: object) -> Settings:
    """The settings, from a mapping of what was typed or what code gives; a key without a value is left out of it.

    `ManyUnreadable` with everything that is wrong.
    """
    return read_group(Settings, typed)

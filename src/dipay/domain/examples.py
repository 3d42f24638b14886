"""For every rule an account it stops and that account's nearest neighbour, which it lets pass.

The docs show them, the tests run them. Each is an account every rule lets pass, changed in one thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dipay.domain.account import Account
from dipay.domain.aging import AgedBalance
from dipay.domain.day import Day
from dipay.domain.elsewhere import AskedElsewhere
from dipay.domain.fields import (
    BIRTH_DATE,
    DO_NOT_RECALL,
    FIRST_NAME,
    LAST_NAME,
    LAST_VISIT,
    MOBILE_PHONE,
    OUTSTANDING_CLAIMS,
    PAYMENT_PLAN,
    STATUS,
    TEXT_CONSENT,
    Field,
    PatientStatus,
)
from dipay.domain.patients import Patient, T
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.settings import PaymentSettings
from dipay.domain.situation import AccountState, Situation, Snooze, Undeliverable, WaitingReply

AS_OF = date(2026, 11, 20)
NUMBER = "+12075550148"

_GUARANTOR = Patient(
    "100",
    "100",
    {
        FIRST_NAME: "Dana", LAST_NAME: "Marlow", MOBILE_PHONE: NUMBER, BIRTH_DATE: date(1980, 5, 9),
        PAYMENT_PLAN: False, DO_NOT_RECALL: False, TEXT_CONSENT: True, LAST_VISIT: date(2026, 9, 1),
        OUTSTANDING_CLAIMS: 0,
    },
)  # fmt: skip
_CHILD = replace(
    _GUARANTOR,
    patient_id="101",
    values={**_GUARANTOR.values, FIRST_NAME: "Tess", MOBILE_PHONE: "", BIRTH_DATE: date(2016, 2, 3)},
)


def owing(cents: int, days: int = 45) -> AgedBalance:
    """A balance of one unpaid charge that old."""
    place = sum(days > end for end in (30, 60, 90))
    buckets = tuple(cents if index == place else 0 for index in range(4))
    return AgedBalance(cents, buckets, buckets, oldest_unpaid_days=days)  # type: ignore[arg-type]


ACCOUNT = Account("100", _GUARANTOR, (_GUARANTOR, _CHILD), owing(15_000), date(2026, 9, 1), 0)
DAY = Day(AS_OF, PaymentSettings())


@dataclass(frozen=True, slots=True)
class Example:
    """An account on a day, and in a few words what it shows."""

    words: str
    account: Account = ACCOUNT
    day: Day = DAY


def with_guarantor(key: Field[T], said: T) -> Account:
    """The account, its guarantor changed in one field."""
    guarantor = _changed(_GUARANTOR, key, said)
    return replace(ACCOUNT, guarantor=guarantor, patients=(guarantor, _CHILD))


def with_child(key: Field[T], said: T) -> Account:
    """The account, its child changed in one field."""
    return replace(ACCOUNT, patients=(_GUARANTOR, _changed(_CHILD, key, said)))


def _changed(patient: Patient, key: Field[T], said: T) -> Patient:
    return replace(patient, values={**patient.values, key: said})


def _settings(**changes: Any) -> Day:
    return replace(DAY, settings=replace(DAY.settings, **changes))


def _state(**changes: Any) -> Day:
    return replace(DAY, situation=Situation({"100": AccountState(**changes)}))


def _born(years: int, days_later: int = 0) -> date:
    return date(AS_OF.year - years, AS_OF.month, AS_OF.day) + timedelta(days=days_later)


_CLAIMS = _settings(max_outstanding_claims=1)
_VISIT = date(2026, 9, 1)

#: By rule code: the account it stops, and the neighbour it lets pass.
EXAMPLES: Mapping[str, tuple[Example, Example]] = {
    "payment-plan": (
        Example("the child is on a payment plan", with_child(PAYMENT_PLAN, True)),
        Example("nobody is on a payment plan any more", with_child(PAYMENT_PLAN, False)),
    ),
    "below-minimum": (
        Example("owes $25.00, exactly the minimum", replace(ACCOUNT, aged=owing(2_500))),
        Example("owes $25.01", replace(ACCOUNT, aged=owing(2_501))),
    ),
    "aging": (
        Example("its oldest unpaid part is 30 days old", replace(ACCOUNT, aged=owing(15_000, 30))),
        Example("its oldest unpaid part is 31 days old", replace(ACCOUNT, aged=owing(15_000, 31))),
    ),
    "snoozed": (
        Example(
            "snoozed until tomorrow",
            day=_state(snooze=Snooze(AS_OF + timedelta(days=1), "Personal arrangement")),
        ),
        Example("snoozed until today: it is back", day=_state(snooze=Snooze(AS_OF, "Personal arrangement"))),
    ),
    "do-not-recall": (
        Example("the guarantor is marked Do Not Recall", with_guarantor(DO_NOT_RECALL, True)),
        Example("only the child is marked Do Not Recall", with_child(DO_NOT_RECALL, True)),
    ),
    "active-campaign": (
        Example("asked yesterday, two messages to come", day=_state(campaign_began=AS_OF - timedelta(days=1))),
        Example(
            "its last campaign ended before the last visit",
            day=_state(last_asked=_VISIT - timedelta(days=30)),
        ),
    ),
    "campaign-since-visit": (
        Example("last asked on the day of the last visit", day=_state(last_asked=_VISIT)),
        Example("last asked the day before the last visit", day=_state(last_asked=_VISIT - timedelta(days=1))),
    ),
    "asked-elsewhere": (
        Example(
            "its number was asked as account 901 after the last visit",
            day=replace(DAY, elsewhere={"100": (AskedElsewhere("901", True, _VISIT, False, _VISIT),)}),
        ),
        Example(
            "its number was asked as account 901 before the last visit",
            day=replace(
                DAY, elsewhere={"100": (AskedElsewhere("901", True, _VISIT - timedelta(days=1), False, _VISIT),)}
            ),
        ),
    ),
    "reply-waiting": (
        Example(
            'its reply "I already paid" waits for a person',
            day=replace(DAY, replies={"100": (WaitingReply(12, ReplyKind.ALREADY_PAID, AS_OF, "100", NUMBER),)}),
        ),
        Example("its reply was settled", day=DAY),
    ),
    "billing-type": (
        Example(
            "its billing type is on the list",
            replace(ACCOUNT, billing_types=("9: Bad Debt - to collections",)),
            _settings(exclude_billing_types=("*collections*",)),
        ),
        Example(
            "its billing type is another one",
            replace(ACCOUNT, billing_types=("1: Standard",)),
            _settings(exclude_billing_types=("*collections*",)),
        ),
    ),
    "outstanding-claims": (
        Example("two claims are open, one is allowed", replace(ACCOUNT, outstanding_claims=2), _CLAIMS),
        Example("one claim is open, one is allowed", replace(ACCOUNT, outstanding_claims=1), _CLAIMS),
    ),
    "opted-out": (
        Example("its number opted out", day=replace(DAY, situation=Situation({}, frozenset({NUMBER})))),
        Example("another number opted out", day=replace(DAY, situation=Situation({}, frozenset({"+12075550149"})))),
    ),
    "no-text-consent": (
        Example("the export says: no texts", with_guarantor(TEXT_CONSENT, False)),
        Example("the export does not say", with_guarantor(TEXT_CONSENT, None)),
    ),
    "undeliverable": (
        Example(
            "the last text came back and the number is still the same",
            day=_state(undeliverable=Undeliverable(NUMBER, "the number is not in service", AS_OF)),
        ),
        Example(
            "the last text came back and the export has another number now",
            day=_state(undeliverable=Undeliverable("+12075550100", "the number is not in service", AS_OF)),
        ),
    ),
    "outcome-unknown": (
        Example("the line broke while the last request was sent", day=_state(in_doubt=True)),
        Example("the provider's log settled it", day=_state(in_doubt=False)),
    ),
    "deceased": (
        Example("the guarantor has died", with_guarantor(STATUS, PatientStatus.DECEASED)),
        Example("the guarantor is inactive: they owe like anybody", with_guarantor(STATUS, PatientStatus.INACTIVE)),
    ),
    "minor-guarantor": (
        Example("the guarantor turns 18 tomorrow", with_guarantor(BIRTH_DATE, _born(18, 1))),
        Example("the guarantor turns 18 today", with_guarantor(BIRTH_DATE, _born(18))),
    ),
    "guarantor-missing": (
        Example("only the child is in the export", replace(ACCOUNT, guarantor=None, patients=(_CHILD,))),
        Example(
            "the guarantor is in the export, the child on another account",
            replace(ACCOUNT, patients=(_GUARANTOR,)),
        ),
    ),
    "shared-number": (
        Example(
            "account 200 would be asked today at the same number",
            day=replace(DAY, sharers={NUMBER: frozenset({"100", "200"})}),
        ),
        Example(
            "account 200 has the same number, but would not be asked today",
            day=replace(DAY, sharers={NUMBER: frozenset({"100"})}),
        ),
    ),
    "bad-data": (
        Example(
            "the amount of one of its ledger rows could not be read",
            replace(ACCOUNT, held_for=('ledger.csv:214, column "Amount" could not be read',), amount_is_known=False),
        ),
        Example("all of its rows were read"),
    ),
    "above-limit": (
        Example(
            "owes a cent more than hold_above",
            replace(ACCOUNT, aged=owing(100_001)),
            _settings(hold_above=100_000),
        ),
        Example("owes exactly hold_above", replace(ACCOUNT, aged=owing(100_000)), _settings(hold_above=100_000)),
    ),
}

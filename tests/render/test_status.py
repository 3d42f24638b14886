"""A status says who waits for what, since or until when, in as many words as there is room for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dipay.domain.account import Account
from dipay.domain.day import Day
from dipay.domain.examples import ACCOUNT, AS_OF, DAY, EXAMPLES, NUMBER, owing, with_guarantor
from dipay.domain.fields import MOBILE_PHONE
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.rules import RULES
from dipay.domain.situation import AccountState, Situation, Snooze, WaitingReply
from dipay.domain.worklist import Judged
from dipay.grammar.dates import format_day
from dipay.render.fitting import fitted
from dipay.render.status import status_words

#: What the status says of each example that a rule stops.
STATUSES = {
    "payment-plan": "on a payment plan",
    "below-minimum": "owes $25.00, not above the minimum",
    "aging": "30 days old, asked from 31",
    "snoozed": "snoozed until 21 Nov: Personal arrangement",
    "do-not-recall": "Do Not Recall",
    "active-campaign": "asked 19 Nov, 1 of 3, next 26 Nov",
    "campaign-since-visit": "asked 1 Sep, no visit since",
    "asked-elsewhere": "held: asked as account 901 on 1 Sep",
    "reply-waiting": "held: reply 12 waits: already paid",
    "billing-type": "billing type 9: Bad Debt - to collections",
    "outstanding-claims": "2 open claims, asked with at most 1",
    "opted-out": "its number opted out",
    "no-text-consent": "no consent to texts",
    "undeliverable": "not reached 20 Nov: the number is not in service",
    "outcome-unknown": "held: not known whether its last request went out",
    "deceased": "deceased",
    "minor-guarantor": "held: the guarantor is under 18",
    "guarantor-missing": "held: guarantor 100 is not in the export",
    "shared-number": "held: same number as account 200",
    "bad-data": 'held: ledger.csv:214, column "Amount" could not be read',
    "above-limit": "held: owes $1,000.01, limit $1,000.00",
}

CAMPAIGN = (0, 7, 21)
BEGAN = date(2026, 11, 16)
REPLY = WaitingReply(12, ReplyKind.ALREADY_PAID, AS_OF, "100", NUMBER)


def judged(account: Account, day: Day) -> Judged:
    return Judged(
        account,
        tuple(rule for rule in RULES if rule.stops(account, day)),
        day.state(account).deselected_on != day.as_of,
    )


def status(day: Day, account: Account = ACCOUNT, width: int = 200) -> str:
    return status_words(judged(account, day), day, width)


def on(as_of: date, **state: object) -> Day:
    accounts = {"100": AccountState(**state)}  # type: ignore[arg-type]
    return replace(DAY, as_of=as_of, situation=Situation(accounts), message_days=CAMPAIGN)


def asked(as_of: date, step: int = 0, **state: object) -> Day:
    """A day of a campaign that began on 16 November, that step of which went out last."""
    sent = BEGAN + timedelta(days=CAMPAIGN[step])
    given = {"campaign_began": BEGAN, "campaign_step": step, "campaign_last_sent": sent, "last_asked": sent}
    return on(as_of, **(given | state))


@pytest.mark.parametrize("code", list(EXAMPLES))
def test_every_rule_says_in_a_few_words_whom_it_stops(code: str) -> None:
    stopped = EXAMPLES[code][0]
    assert status(replace(stopped.day, message_days=CAMPAIGN), stopped.account) == STATUSES[code]


def test_every_example_has_its_status() -> None:
    assert STATUSES.keys() == EXAMPLES.keys()


def test_who_may_be_asked_is_pending_unless_something_keeps_them_from_it() -> None:
    unreachable = with_guarantor(MOBILE_PHONE, "")
    assert status(DAY) == "pending"
    assert status(on(AS_OF, deselected_on=AS_OF)) == "deselected today"
    assert status(DAY, unreachable) == "no mobile number"
    assert status(DAY, with_guarantor(MOBILE_PHONE, "555-0148")) == "the number has no area code"
    assert status(on(AS_OF, deselected_on=AS_OF), unreachable) == "deselected today; no mobile number"


def test_a_campaign_says_how_far_it_is_and_what_comes_next() -> None:
    assert status(asked(date(2026, 11, 20))) == "asked 16 Nov, 1 of 3, next 23 Nov"
    assert status(asked(date(2026, 11, 24), step=1)) == "asked 23 Nov, 2 of 3, next 7 Dec"
    shorter = replace(asked(date(2026, 12, 8), step=2), message_days=(0, 7))
    assert status(shorter) == "asked 7 Dec, 3 of 3"


def test_a_follow_up_that_is_due_goes_or_says_what_stops_it() -> None:
    due = date(2026, 11, 23)
    assert status(asked(due)) == "follow-up 1 of 2, asked 16 Nov"
    assert status(asked(due, deselected_on=due)) == "follow-up 1 of 2 due, but deselected today"
    assert status(asked(due), with_guarantor(MOBILE_PHONE, "")) == "follow-up 1 of 2 due, but no mobile number"
    waits = replace(asked(due), replies={"100": (REPLY,)})
    assert status(waits) == "follow-up 1 of 2 due, but reply 12 waits: already paid"
    assert status(waits, width=30) == "due, but reply 12 waits: already paid"
    two = replace(waits, replies={"100": (REPLY, replace(REPLY, number=14, kind=ReplyKind.QUESTION))})
    assert status(two) == "follow-up 1 of 2 due, but replies 12, 14 wait: already paid, question"
    snoozed = asked(due, snooze=Snooze(date(2026, 11, 30), "Claim not started"))
    assert status(replace(snoozed, replies=waits.replies)) == (
        "follow-up 1 of 2 due, but snoozed until 30 Nov: Claim not started (+1)"
    )


def test_what_stops_the_next_follow_up_is_said_before_it_is_due() -> None:
    waits = replace(asked(date(2026, 11, 20)), replies={"100": (REPLY,)})
    assert status(waits) == "asked 16 Nov, 1 of 3, but reply 12 waits: already paid"


def test_a_snooze_says_until_when_why_and_by_whom() -> None:
    until = date(2026, 11, 23)
    assert status(on(AS_OF, snooze=Snooze(until, "Claim not started", "Delta", "kim"))) == (
        "snoozed until 23 Nov: Claim not started (Delta) by kim"
    )
    nothing_owed = replace(ACCOUNT, aged=owing(0))
    assert status(on(AS_OF, snooze=Snooze(until, "Other")), nothing_owed) == "snoozed until 23 Nov: Other (+1)"
    assert status(on(AS_OF, paid_on=BEGAN)) == "marked paid 16 Nov"


def test_who_was_asked_in_vain_is_to_be_called() -> None:
    done = {"campaign_step": 2, "completed_on": BEGAN, "last_asked": BEGAN}
    assert status(on(AS_OF, **done)) == "asked 3 times, last 16 Nov: call"
    assert status(on(AS_OF, **done), width=25) == "asked 16 Nov: call"
    assert status(on(AS_OF, **(done | {"campaign_step": 0}))) == "asked 16 Nov: call"
    replied = replace(on(AS_OF, **done), replies={"100": (REPLY,)})
    assert status(replied) == "asked 3 times, last 16 Nov: call (+1)"
    assert status(on(AS_OF, last_asked=BEGAN)) == "asked 16 Nov, no visit since"


def test_what_is_owed_is_said_as_it_is() -> None:
    assert status(DAY, replace(ACCOUNT, aged=owing(1_200))) == "owes $12.00, minimum $25.00"
    assert status(DAY, replace(ACCOUNT, aged=owing(0))) == "owes nothing"
    assert status(DAY, replace(ACCOUNT, aged=owing(-3_500))) == "a credit of $35.00"


def test_a_day_of_another_year_has_its_year() -> None:
    assert format_day(date(2026, 11, 3), AS_OF) == "3 Nov"
    assert format_day(date(2025, 11, 3), AS_OF) == "3 Nov 2025"
    assert status(on(AS_OF, opted_out_on=date(2025, 1, 3))) == "opted out 3 Jan 2025"


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (33, "asked 16 Nov, 1 of 3, next 23 Nov"),
        (32, "1 of 3, next 23 Nov"),
        (19, "1 of 3, next 23 Nov"),
        (18, "1 of 3, next…"),
    ],
)
def test_where_there_is_little_room_it_keeps_what_decides(width: int, shown: str) -> None:
    assert fitted(status(asked(date(2026, 11, 20)), width=width), width).rstrip() == shown


def test_no_text_of_an_export_drives_the_terminal() -> None:
    typed = EXAMPLES["billing-type"][0]
    assert typed.account is not None
    account = replace(typed.account, billing_types=("to \x1b[31mcollections",))
    assert status(typed.day, account) == "billing type to ?[31mcollections"


def test_an_age_known_by_its_column_alone_says_its_least_days_and_of_the_first_its_most() -> None:
    def shown(days: int) -> str:
        aged = replace(ACCOUNT.aged, oldest_unpaid_days=days, only_bucket_known=True)
        settings = replace(DAY.settings, aging="over_60")
        return status(replace(DAY, settings=settings), replace(ACCOUNT, aged=aged))

    assert shown(0) == "up to 30 days old, asked from 61"
    assert shown(31) == "31+ days old, asked from 61"

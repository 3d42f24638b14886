"""What each rule says of an account: what it saw, in a few words, its limit, and what would change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dipay.domain import conditions
from dipay.domain.account import Account
from dipay.domain.accounts import Accounts
from dipay.domain.aging import AgedBalance
from dipay.domain.columns import Flags
from dipay.domain.day import Day
from dipay.domain.elsewhere import AskedElsewhere
from dipay.domain.examples import ACCOUNT, AS_OF, DAY, NUMBER, owing, with_child, with_guarantor
from dipay.domain.fields import BIRTH_DATE, DO_NOT_RECALL, PAYMENT_PLAN, STATUS, TEXT_CONSENT, PatientStatus
from dipay.domain.payments import KnownPayment, PaymentState
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.situation import AccountState, Situation, Snooze, Undeliverable, WaitingReply

YESTERDAY, TOMORROW = AS_OF - timedelta(days=1), AS_OF + timedelta(days=1)
OTHER = "+12075550100"
#: AS_OF is 20 November 2026; the account of these owes $150.00 since 45 days, and was last seen on 1 September.
VISIT = date(2026, 9, 1)

Words = Callable[[Account, Day], str]


def owes(cents: int, days: int = 45, **changes: Any) -> Account:
    return replace(ACCOUNT, aged=replace(owing(cents, days), **changes))


def under(**changes: Any) -> Day:
    return replace(DAY, settings=replace(DAY.settings, **changes))


def after(**changes: Any) -> Day:
    return replace(DAY, situation=Situation({"100": AccountState(**changes)}))


def paid(*payments: tuple[int, date, PaymentState], **settings: Any) -> Day:
    """A day on which the exports lack these."""
    known = tuple(
        KnownPayment(1, 1, "100", "stripe", "cs_1", "pi_1", state, datetime(2026, 11, 19, tzinfo=UTC), day, cents)
        for cents, day, state in payments
    )
    return replace(under(**settings), situation=Situation(unposted={"100": known}))


def replied(*waiting: WaitingReply) -> Day:
    return replace(DAY, replies={"100": waiting})


def elsewhere(*others: AskedElsewhere, **changes: Any) -> Day:
    """A day on which others were asked in the account's stead; `changes` are of the account's own state."""
    return replace(after(**changes), elsewhere={"100": others})


def sharing(*accounts: str) -> Day:
    return replace(DAY, sharers={NUMBER: accounts})


NOTHING_OWED = replace(ACCOUNT, aged=AgedBalance(0))
UNKNOWN = replace(ACCOUNT, amount_is_known=False, held_for=("a row",))
PAID = PaymentState.PAID
UNDER_WAY = PaymentState.PENDING
SNOOZE = Snooze(TOMORROW, "Other")
NOTED = Snooze(TOMORROW, "Other", note="calls back", by="kim")
FAILED = Undeliverable(NUMBER, "There is no such number", AS_OF)
MANY_CLAIMS = replace(ACCOUNT, outstanding_claims=3)
COLLECTIONS = replace(ACCOUNT, billing_types=("9: to collections", "1: Standard"))
NOBODY = replace(ACCOUNT, guarantor=None)


def bucket_only(days: int) -> Account:
    return owes(15_000, days, only_bucket_known=True)


SAID: list[tuple[Words, Account, Day, str]] = [
    (conditions.saw_payment_plan, with_child(PAYMENT_PLAN, True), DAY, "on an active payment plan: Tess Marlow"),
    (conditions.saw_payment_plan, ACCOUNT, DAY, "nobody of the account is on a payment plan"),
    (
        conditions.saw_payment_plan, replace(ACCOUNT, patients=with_child(PAYMENT_PLAN, None).patients[1:]), DAY,
        "the export does not say who is on a payment plan",
    ),
    (
        conditions.saw_payment_plan, with_child(PAYMENT_PLAN, None), DAY,
        "nobody of the account is on a payment plan",
    ),
    (conditions.saw_portion, ACCOUNT, DAY, "patient portion $150.00"),
    (conditions.saw_portion, UNKNOWN, DAY, "the patient portion is not known: one of its rows can't be read"),
    (
        conditions.saw_portion, owes(15_000, insurance_estimate_cents=2_000, writeoff_estimate_cents=500), DAY,
        "patient portion $125.00 (balance $150.00 less estimates $25.00)",
    ),
    (
        conditions.saw_portion, owes(5_000), paid((10_000, YESTERDAY, PAID)),
        "patient portion $50.00; $100.00 paid on 19 Nov is not in the exports yet",
    ),
    (
        conditions.saw_portion, owes(5_000), paid((10_000, YESTERDAY, PAID), (500, date(2026, 11, 17), UNDER_WAY)),
        "patient portion $50.00; $105.00 paid in 2 payments, the last on 19 Nov, is not in the exports yet, and on its "
        "way from the bank",
    ),
    (conditions.short_portion, owes(-1_000), DAY, "a credit of $10.00"),
    (conditions.short_portion, owes(-1), DAY, "a credit of $0.01"),
    (conditions.short_portion, owes(0), DAY, "owes nothing"),
    (conditions.short_portion, owes(1), DAY, "owes $0.01, minimum $25.00"),
    (conditions.short_portion, owes(2_500), DAY, "owes $25.00, not above the minimum"),
    (
        conditions.short_portion, owes(-500), paid((10_000, YESTERDAY, PAID)),
        "paid $100.00 by link, owes $0.00",
    ),
    (
        conditions.short_portion, owes(500), paid((10_000, date(2025, 12, 30), PAID)),
        "paid $100.00 by link, owes $5.00",
    ),
    (
        conditions.fix_minimum, owes(2_500), DAY,
        "It owes exactly the minimum: a cent more, or minimum_inclusive: true, would list it.",
    ),
    (
        conditions.fix_minimum, owes(2_499), DAY,
        "A higher balance, smaller estimates, or a lower minimum would list it.",
    ),
    (conditions.saw_age, ACCOUNT, DAY, "oldest unpaid part is 45 days old"),
    (conditions.saw_age, owes(15_000, 1), DAY, "oldest unpaid part is 1 day old"),
    (conditions.saw_age, bucket_only(61), DAY, "oldest unpaid part is at least 61 days old"),
    (conditions.saw_age, UNKNOWN, DAY, "the age is not known: one of its rows can't be read"),
    (conditions.saw_age, NOTHING_OWED, DAY, "nothing is unpaid"),
    (conditions.short_age, NOTHING_OWED, DAY, "nothing is unpaid"),
    (conditions.short_age, owes(15_000, 1), DAY, "1 day old, asked from 31"),
    (conditions.short_age, bucket_only(31), under(aging="over_90"), "31+ days old, asked from 91"),
    (conditions.short_age, ACCOUNT, under(aging="current"), "45 days old, asked to 30"),
    (
        conditions.fix_age, owes(15_000, 30), DAY,
        "If it stays unpaid it reaches 31 days on 2026-11-21.",
    ),
    (conditions.fix_age, ACCOUNT, under(aging="current"), "Another aging category in the settings would list it."),
    (
        conditions.fix_age, owes(15_000, 31), under(aging="over_30"),
        "Another aging category in the settings would list it.",
    ),
    (conditions.fix_age, NOTHING_OWED, DAY, "An unpaid charge would."),
    (conditions.saw_snooze, ACCOUNT, DAY, "not snoozed"),
    (conditions.saw_snooze, ACCOUNT, after(snooze=SNOOZE), "snoozed until 2026-11-21: Other"),
    (conditions.saw_snooze, ACCOUNT, after(snooze=NOTED), "snoozed until 2026-11-21 by kim: Other (calls back)"),
    (
        conditions.saw_snooze, ACCOUNT, after(snooze=replace(NOTED, until=AS_OF)),
        "its snooze ended on 2026-11-20: Other (calls back)",
    ),
    (
        conditions.saw_snooze, ACCOUNT, after(snooze=SNOOZE, paid_on=YESTERDAY),
        "marked paid on 2026-11-19, until a newer export shows it",
    ),
    (conditions.short_snooze, ACCOUNT, DAY, "not snoozed"),
    (conditions.short_snooze, ACCOUNT, after(snooze=SNOOZE), "snoozed until 21 Nov: Other"),
    (conditions.short_snooze, ACCOUNT, after(snooze=NOTED), "snoozed until 21 Nov: Other (calls back) by kim"),
    (conditions.short_snooze, ACCOUNT, after(paid_on=YESTERDAY), "marked paid 19 Nov"),
    (conditions.short_snooze, ACCOUNT, after(snooze=SNOOZE, paid_on=YESTERDAY), "marked paid 19 Nov"),
    (
        conditions.saw_do_not_recall, with_guarantor(DO_NOT_RECALL, None), DAY,
        "the export does not say whether the guarantor is marked Do Not Recall",
    ),
    (conditions.saw_do_not_recall, ACCOUNT, DAY, "the guarantor is not marked Do Not Recall"),
    (
        conditions.saw_do_not_recall, with_guarantor(DO_NOT_RECALL, True), DAY,
        "the guarantor is marked Do Not Recall",
    ),
    (conditions.saw_campaign, ACCOUNT, DAY, "no campaign is running"),
    (
        conditions.saw_campaign, ACCOUNT, after(campaign_began=VISIT, campaign_step=1),
        "active since 2026-09-01: follow-up 1 sent",
    ),
    (conditions.short_campaign, ACCOUNT, DAY, "no campaign is running"),
    (conditions.short_campaign, ACCOUNT, after(campaign_began=VISIT), "asked 1 Sep"),
    (
        conditions.short_campaign, ACCOUNT, after(campaign_began=VISIT, campaign_last_sent=YESTERDAY),
        "asked 19 Nov",
    ),
    (conditions.saw_asked, ACCOUNT, DAY, "not asked before, last visit 2026-09-01"),
    (conditions.saw_asked, ACCOUNT, after(last_asked=YESTERDAY), "last asked 2026-11-19, last visit 2026-09-01"),
    (
        conditions.saw_asked, replace(ACCOUNT, last_visit=None), after(last_asked=YESTERDAY),
        "last asked 2026-11-19, no visit known",
    ),
    (conditions.short_asked, ACCOUNT, DAY, "not asked before"),
    (conditions.short_asked, ACCOUNT, after(last_asked=YESTERDAY), "asked 19 Nov, no visit since"),
    (
        conditions.short_asked, ACCOUNT, replace(under(repeat_after_days=90), situation=after(last_asked=VISIT).situation),
        "asked 1 Sep, again from 30 Nov",
    ),
    (
        conditions.fix_asked, ACCOUNT, replace(under(repeat_after_days=90), situation=after(last_asked=VISIT).situation),
        "A new visit, or 2026-11-30, would list it.",
    ),
    (
        conditions.fix_asked, ACCOUNT, after(last_asked=VISIT),
        "A new visit would list it; so would repeat_after_days in the settings.",
    ),
    (conditions.saw_replies, ACCOUNT, DAY, "no reply waits"),
    (
        conditions.saw_replies, ACCOUNT, replied(WaitingReply(12, ReplyKind.ALREADY_PAID, YESTERDAY, "100", NUMBER)),
        "reply 12 of 19 Nov: already paid",
    ),
    (
        conditions.saw_replies, ACCOUNT,
        replied(
            WaitingReply(12, ReplyKind.ALREADY_PAID, YESTERDAY, "100", NUMBER),
            WaitingReply(13, ReplyKind.ALREADY_PAID, AS_OF, None, NUMBER),
        ),
        "replies 12 of 19 Nov: already paid, 13 of 20 Nov: already paid",
    ),
    (
        conditions.short_replies, ACCOUNT, replied(WaitingReply(12, ReplyKind.ALREADY_PAID, AS_OF, "100", NUMBER)),
        "reply 12 waits: already paid",
    ),
    (
        conditions.short_replies, ACCOUNT,
        replied(
            WaitingReply(12, ReplyKind.ALREADY_PAID, YESTERDAY, "100", NUMBER),
            WaitingReply(13, ReplyKind.ALREADY_PAID, AS_OF, None, NUMBER),
        ),
        "replies 12, 13 wait: already paid",
    ),
    (
        conditions.fix_replies, ACCOUNT, replied(WaitingReply(12, ReplyKind.OTHER, AS_OF, "100", NUMBER)),
        "`dipay replies --done 12 --note TEXT` would.",
    ),
    (
        conditions.fix_replies, ACCOUNT,
        replied(
            WaitingReply(12, ReplyKind.OTHER, AS_OF, "100", NUMBER),
            WaitingReply(13, ReplyKind.ALREADY_PAID, AS_OF, "100", NUMBER),
        ),
        "`dipay replies --done 12 --note TEXT` and `dipay paid 100`, or once it is dealt with `dipay replies --done 13 "
        "--note TEXT`, would.",
    ),
    (conditions.saw_elsewhere, ACCOUNT, DAY, "nobody of it was asked as part of another account"),
    (
        conditions.saw_elsewhere, ACCOUNT,
        elsewhere(
            AskedElsewhere("901", True, VISIT, True, VISIT), AskedElsewhere("902", False, None, False, None, True),
            AskedElsewhere("903", False, VISIT, False, None),
        ),
        "its number was asked on 2026-09-01 as part of account 901 whose campaign runs; a patient of it was asked before "
        "as part of account 902 and was not reached there; a patient of it was asked on 2026-09-01 as part of account 903",
    ),
    (conditions.short_elsewhere, ACCOUNT, DAY, "not asked as another account"),
    (
        conditions.short_elsewhere, ACCOUNT,
        elsewhere(AskedElsewhere("901", True, None, False, None), AskedElsewhere("902", True, VISIT, False, None)),
        "asked as account 902 on 1 Sep",
    ),
    (
        conditions.short_elsewhere, ACCOUNT, elsewhere(AskedElsewhere("902", True, None, False, None, True)),
        "not reached as account 902",
    ),
    (conditions.saw_billing_type, ACCOUNT, DAY, "the export says no billing type"),
    (conditions.saw_billing_type, COLLECTIONS, DAY, "its billing type is 9: to collections and 1: Standard"),
    (
        conditions.short_billing_type, COLLECTIONS, under(exclude_billing_types=("*collections*",)),
        "billing type 9: to collections",
    ),
    (conditions.saw_claims, MANY_CLAIMS, DAY, "open claims: 3"),
    (
        conditions.saw_claims, replace(ACCOUNT, outstanding_claims=None), DAY,
        "the export does not say how many claims are open",
    ),
    (conditions.short_claims, MANY_CLAIMS, under(max_outstanding_claims=2), "3 open claims, asked with at most 2"),
    (
        conditions.short_claims, replace(ACCOUNT, outstanding_claims=1), under(max_outstanding_claims=0),
        "1 open claim, asked with at most 0",
    ),
    (conditions.saw_opt_out, ACCOUNT, DAY, "has not opted out"),
    (conditions.saw_opt_out, ACCOUNT, after(opted_out_on=YESTERDAY), "opted out on 2026-11-19"),
    (
        conditions.saw_opt_out, ACCOUNT, replace(DAY, situation=Situation(opted_out_numbers=frozenset({NUMBER}))),
        "its number opted out",
    ),
    (conditions.short_opt_out, ACCOUNT, after(opted_out_on=YESTERDAY), "opted out 19 Nov"),
    (
        conditions.short_opt_out, ACCOUNT, replace(DAY, situation=Situation(opted_out_numbers=frozenset({NUMBER}))),
        "its number opted out",
    ),
    (
        conditions.saw_consent, with_guarantor(TEXT_CONSENT, None), DAY,
        "the export does not say whether the guarantor agreed to texts",
    ),
    (conditions.saw_consent, ACCOUNT, DAY, "the export says the guarantor agreed to texts"),
    (conditions.saw_consent, with_guarantor(TEXT_CONSENT, False), DAY, "the export says: no texts"),
    (conditions.saw_undeliverable, ACCOUNT, DAY, "no request came back"),
    (
        conditions.saw_undeliverable, ACCOUNT, after(dead_numbers=frozenset({NUMBER})),
        "it was reached at a number that the export doesn't have; at the export's it was not",
    ),
    (
        conditions.saw_undeliverable, ACCOUNT, after(undeliverable=FAILED),
        "undeliverable since 2026-11-20: there is no such number; the number in the export is still the same",
    ),
    (
        conditions.saw_undeliverable, NOBODY, after(undeliverable=replace(FAILED, number=None)),
        "undeliverable since 2026-11-20: there is no such number; the export still has none to text",
    ),
    (
        conditions.saw_undeliverable, ACCOUNT, after(undeliverable=replace(FAILED, number=OTHER)),
        "undeliverable since 2026-11-20: there is no such number; the number has changed",
    ),
    (
        conditions.saw_undeliverable, ACCOUNT,
        after(undeliverable=replace(FAILED, number=OTHER), dead_numbers=frozenset({OTHER, NUMBER})),
        "undeliverable since 2026-11-20: there is no such number; at the one in the export it was not reached either",
    ),
    (
        conditions.fix_undeliverable, ACCOUNT, after(dead_numbers=frozenset({NUMBER})),
        "Key the number that worked into the PMS (`dipay undeliverable` shows it), and export again.",
    ),
    (
        conditions.fix_undeliverable, ACCOUNT, after(undeliverable=FAILED),
        "A corrected number in the PMS, or `dipay resend 100`, would.",
    ),
    (
        conditions.short_undeliverable, ACCOUNT, after(dead_numbers=frozenset({NUMBER})),
        "key its number into the PMS",
    ),
    (conditions.short_undeliverable, ACCOUNT, after(undeliverable=FAILED), "not reached 20 Nov: no such number"),
    (conditions.saw_status, NOBODY, DAY, "the status is not known"),
    (
        conditions.saw_status, with_guarantor(STATUS, PatientStatus.DECEASED), DAY,
        "the guarantor's status is deceased",
    ),
    (
        conditions.saw_birth_date, with_guarantor(BIRTH_DATE, None), DAY,
        "the guarantor's birth date is not known",
    ),
    (conditions.saw_birth_date, with_guarantor(BIRTH_DATE, date(2008, 11, 20)), DAY, "the guarantor is at least 18"),
    (conditions.saw_birth_date, with_guarantor(BIRTH_DATE, date(2008, 11, 21)), DAY, "the guarantor is under 18"),
    (conditions.fix_minor, with_guarantor(BIRTH_DATE, None), DAY, "Name the parent as guarantor in the PMS."),
    (
        conditions.fix_minor, with_guarantor(BIRTH_DATE, date(2010, 11, 21)), DAY,
        "Name the parent as guarantor in the PMS. The guarantor is of age on 2028-11-21.",
    ),
    (conditions.saw_sharers, ACCOUNT, sharing("100"), "no other account that would be asked today has its number"),
    (
        conditions.saw_sharers, ACCOUNT, sharing("300", "100", "200"),
        "account 200, 300 would be asked today at the same number",
    ),
    (conditions.short_sharers, ACCOUNT, sharing("300", "100", "200"), "same number as account 200, 300"),
    (
        conditions.fix_bad_data, ACCOUNT, DAY,
        "Correct it in the PMS and export again; or, once somebody has looked, `dipay send --only 100` asks it all the "
        "same.",
    ),
    (conditions.fix_bad_data, UNKNOWN, DAY, "Correct it in the PMS and export again."),
    (conditions.short_above, ACCOUNT, under(hold_above=10_000), "owes $150.00, limit $100.00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "account", "day", "words"), SAID, ids=[f"{each[0].__name__}: {each[3][:40]}" for each in SAID]
)
def test_what_is_said_of_an_account(says: Words, account: Account, day: Day, words: str) -> None:
    assert says(account, day) == words


LIMITS: list[tuple[Callable[[Day], str], Day, str]] = [
    (conditions.limit_minimum, DAY, "asked above $25.00"),
    (conditions.limit_minimum, under(minimum_inclusive=True), "asked from $25.00"),
    (conditions.limit_age, DAY, "asked from 31 days on"),
    (conditions.limit_age, under(aging="over_60"), "asked from 61 days on"),
    (conditions.limit_age, under(aging="over_90"), "asked from 91 days on"),
    (conditions.limit_age, under(aging="current"), "asked at 0 to 30 days"),
    (conditions.limit_age, under(aging="any"), "asked at any age"),
    (conditions.limit_asked, DAY, "asked again after a new visit"),
    (
        conditions.limit_asked,
        under(repeat_after_days=1),
        "asked again after a new visit, or 1 day after the last request",
    ),
    (conditions.limit_billing_type, DAY, "billing types are not looked at"),
    (conditions.limit_billing_type, under(exclude_billing_types=("a", "b")), "not asked with a, b"),
    (conditions.limit_claims, DAY, "open claims are not looked at"),
    (conditions.limit_claims, under(max_outstanding_claims=0), "asked with at most 0"),
    (conditions.limit_above, DAY, "no amount is too large"),
    (conditions.limit_above, under(hold_above=10_000), "held above $100.00"),
]


@pytest.mark.parametrize(("says", "day", "words"), LIMITS)
def test_what_is_said_of_a_limit(says: Callable[[Day], str], day: Day, words: str) -> None:
    assert says(day) == words


OfAll = Callable[[Accounts, Day], Flags]
STOPPED: list[tuple[OfAll, Account, Day, bool]] = [
    (conditions.below_minimum, owes(2_500), DAY, True),
    (conditions.below_minimum, owes(2_501), DAY, False),
    (conditions.below_minimum, owes(2_500), under(minimum_inclusive=True), False),
    (conditions.below_minimum, owes(2_499), under(minimum_inclusive=True), True),
    (conditions.below_minimum, replace(owes(0), amount_is_known=False), DAY, False),
    (conditions.other_age, owes(15_000, 30), DAY, True),
    (conditions.other_age, owes(15_000, 31), DAY, False),
    (conditions.other_age, owes(15_000, 900), DAY, False),
    (conditions.other_age, owes(15_000, 60), under(aging="over_60"), True),
    (conditions.other_age, owes(15_000, 61), under(aging="over_60"), False),
    (conditions.other_age, owes(15_000, 90), under(aging="over_90"), True),
    (conditions.other_age, owes(15_000, 91), under(aging="over_90"), False),
    (conditions.other_age, owes(15_000, 30), under(aging="current"), False),
    (conditions.other_age, owes(15_000, 31), under(aging="current"), True),
    (conditions.other_age, owes(15_000, 0), under(aging="current"), False),
    (conditions.other_age, NOTHING_OWED, under(aging="current"), True),
    (conditions.other_age, owes(15_000, 0), under(aging="any"), False),
    (conditions.other_age, owes(15_000, 900), under(aging="any"), False),
    (conditions.other_age, NOTHING_OWED, under(aging="any"), False),
    (conditions.other_age, NOTHING_OWED, DAY, True),
    (conditions.other_age, replace(owes(15_000, 1), amount_is_known=False), DAY, False),
    (conditions.do_not_recall, with_guarantor(DO_NOT_RECALL, True), DAY, True),
    (conditions.do_not_recall, with_guarantor(DO_NOT_RECALL, True), under(do_not_recall="ignore"), False),
    (conditions.do_not_recall, ACCOUNT, under(do_not_recall="ignore"), False),
    (conditions.too_many_claims, MANY_CLAIMS, DAY, False),
    (conditions.too_many_claims, MANY_CLAIMS, under(max_outstanding_claims=3), False),
    (conditions.too_many_claims, MANY_CLAIMS, under(max_outstanding_claims=2), True),
    (conditions.deceased, with_guarantor(STATUS, PatientStatus.DECEASED), DAY, True),
    (conditions.deceased, NOBODY, DAY, False),
    (conditions.above_limit, owes(10_000), under(hold_above=10_000), False),
    (conditions.above_limit, owes(10_001), under(hold_above=10_000), True),
    (conditions.above_limit, owes(10_001), DAY, False),
    (conditions.above_limit, replace(owes(10_001), amount_is_known=False), under(hold_above=10_000), False),
]


@pytest.mark.parametrize(("rule", "account", "day", "stopped"), STOPPED)
def test_whom_the_exports_stop(rule: OfAll, account: Account, day: Day, stopped: bool) -> None:
    assert rule(Accounts.of([account]), day).tolist() == [stopped]


OfOne = Callable[[Account, Day], bool]
ASKED_THEN = AskedElsewhere("901", True, VISIT, False, None)
DONE: list[tuple[OfOne, Account, Day, bool]] = [
    (conditions.snoozed, ACCOUNT, DAY, False),
    (conditions.snoozed, ACCOUNT, after(snooze=SNOOZE), True),
    (conditions.snoozed, ACCOUNT, after(snooze=replace(SNOOZE, until=AS_OF)), False),
    (conditions.snoozed, ACCOUNT, after(paid_on=YESTERDAY), True),
    (conditions.campaign_active, ACCOUNT, after(campaign_began=VISIT), True),
    (conditions.campaign_since_visit, ACCOUNT, DAY, False),
    (conditions.campaign_since_visit, ACCOUNT, after(last_asked=VISIT), True),
    (conditions.campaign_since_visit, ACCOUNT, after(last_asked=VISIT - timedelta(days=1)), False),
    (conditions.campaign_since_visit, replace(ACCOUNT, last_visit=None), after(last_asked=VISIT), True),
    (conditions.opted_out, ACCOUNT, DAY, False),
    (conditions.opted_out, ACCOUNT, after(opted_out_on=AS_OF), True),
    (conditions.opted_out, ACCOUNT, replace(DAY, situation=Situation(opted_out_numbers=frozenset({OTHER}))), False),
    (conditions.opted_out, ACCOUNT, replace(DAY, situation=Situation(opted_out_numbers=frozenset({NUMBER}))), True),
    (conditions.undeliverable, ACCOUNT, DAY, False),
    (conditions.undeliverable, NOBODY, DAY, False),
    (conditions.undeliverable, NOBODY, after(undeliverable=replace(FAILED, number=None)), True),
    (conditions.undeliverable, ACCOUNT, after(undeliverable=FAILED), True),
    (conditions.undeliverable, ACCOUNT, after(undeliverable=replace(FAILED, number=OTHER)), False),
    (conditions.undeliverable, ACCOUNT, after(dead_numbers=frozenset({NUMBER})), True),
    (conditions.undeliverable, ACCOUNT, after(dead_numbers=frozenset({OTHER})), False),
    (conditions.shares_number, ACCOUNT, DAY, False),
    (conditions.shares_number, ACCOUNT, sharing("100"), False),
    (conditions.shares_number, ACCOUNT, sharing("200"), True),
    (conditions.shares_number, ACCOUNT, sharing("100", "200"), True),
    (
        conditions.shares_number, ACCOUNT, replace(after(deselected_on=AS_OF), sharers={NUMBER: ("100", "200")}),
        False,
    ),
    (
        conditions.shares_number, ACCOUNT, replace(after(deselected_on=YESTERDAY), sharers={NUMBER: ("100", "200")}),
        True,
    ),
    (conditions.asked_elsewhere, ACCOUNT, DAY, False),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(ASKED_THEN), True),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(replace(ASKED_THEN, visit=VISIT)), True),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(replace(ASKED_THEN, visit=VISIT + timedelta(days=1))), False),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(replace(ASKED_THEN, last_asked=None)), False),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(replace(ASKED_THEN, last_asked=None, running=True)), True),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(replace(ASKED_THEN, last_asked=None, not_reached=True)), True),
    (
        conditions.asked_elsewhere, ACCOUNT,
        elsewhere(replace(ASKED_THEN, visit=AS_OF), replace(ASKED_THEN, guarantor_id="902")), True,
    ),
    # Asked by itself later: a person let it. Not where the number is new, nor where it was asked there since.
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(ASKED_THEN, campaign_began=VISIT), False),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(replace(ASKED_THEN, running=True), campaign_began=VISIT), False),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(replace(ASKED_THEN, last_asked=None, running=True), campaign_began=VISIT), False),
    (conditions.asked_elsewhere, ACCOUNT, elsewhere(replace(ASKED_THEN, new_number=True), campaign_began=VISIT), True),
    (
        conditions.asked_elsewhere, ACCOUNT,
        elsewhere(ASKED_THEN, campaign_began=VISIT - timedelta(days=1)), True,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "account", "day", "stopped"), DONE)
def test_whom_the_state_stops(rule: OfOne, account: Account, day: Day, stopped: bool) -> None:
    assert rule(account, day) is stopped


@pytest.mark.parametrize(("rule", "state"), [
    (conditions.campaign_since_visit, {"last_asked": AS_OF - timedelta(days=30)}),
    (conditions.asked_elsewhere, {}),
])  # fmt: skip
def test_who_was_asked_is_asked_again_after_the_days_of_the_settings(rule: OfOne, state: dict[str, date]) -> None:
    asked = AskedElsewhere("901", True, AS_OF - timedelta(days=30), False, None)
    for days, stopped in ((30, False), (31, True)):
        day = replace(elsewhere(asked, **state), settings=under(repeat_after_days=days).settings)
        assert rule(replace(ACCOUNT, last_visit=None), day) is stopped

"""The rules: one table. `list`, `why`, `rules`, the docs and the tests are loops over it.

Every rule is run on every account. A rule says when an account is not asked (`applies`), what it looked at (`saw`),
what that was held against (`limit`) and what would change it (`fix`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dipay.domain import conditions
from dipay.domain.account import Account
from dipay.domain.day import Day
from dipay.grammar.money import format_cents

if TYPE_CHECKING:
    from dipay.domain.accounts import Accounts
    from dipay.domain.columns import Flags


class Verdict(StrEnum):
    """Why an account is not asked. An account's view is the first of these, in this order, among its reasons."""

    ACTIVE = "active"
    UNDELIVERABLE = "undeliverable"
    SNOOZED = "snoozed"
    EXCLUDED = "excluded"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class ByFacts:
    """When a rule applies, said of the columns of all accounts."""

    to: Callable[[Accounts, Day], Flags]


@dataclass(frozen=True, slots=True)
class ByState:
    """When a rule applies to one account: it looks at what was done about it, or at the others.

    It is asked only of accounts of which there is something to see.
    """

    to: Callable[[Account, Day], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule. `setting` is the dotted key it follows, None where it follows none.

    `not_released`: what lifts a hold that no release does, nor naming the account. `for_first_requests` alone: a
    campaign that runs is not stopped by it.
    """

    code: str
    summary: str
    verdict: Verdict
    applies: ByFacts | ByState
    saw: Callable[[Account, Day], str]
    short: Callable[[Account, Day], str]
    limit: Callable[[Day], str]
    fix: Callable[[Account, Day], str]
    setting: str | None = None
    not_released: str = ""
    for_first_requests: bool = False

    @property
    def may_be_released(self) -> bool:
        """Whether a person may let an account go out that only this speaks against."""
        return self.verdict is Verdict.HELD and not self.not_released

    def stops(self, account: Account, day: Day) -> bool:
        """Whether it applies to one account, by itself."""
        match self.applies:
            case ByState(to):
                return to(account, day)
            case ByFacts(to_all):
                from dipay.domain.accounts import Accounts

                return bool(to_all(Accounts.of([account]), day)[0])

    def detail(self, account: Account, day: Day) -> str:
        """What was seen and what it was held against, in one line."""
        return f"{self.saw(account, day)}; {self.limit(day)}"


def _always(text: str) -> Callable[[Day], str]:
    return lambda day: text


def _says(text: str) -> Callable[[Account, Day], str]:
    return lambda account, day: text


RULES: tuple[Rule, ...] = (
    Rule(
        "payment-plan",
        "a patient of the account is on an active payment plan",
        Verdict.EXCLUDED,
        ByFacts(conditions.on_payment_plan),
        conditions.saw_payment_plan,
        _says("on a payment plan"),
        _always("asked only without a plan"),
        _says("The end of the plan in the PMS would list it."),
    ),
    Rule(
        "below-minimum",
        "the patient portion is not above the minimum balance",
        Verdict.EXCLUDED,
        ByFacts(conditions.below_minimum),
        conditions.saw_portion,
        conditions.short_portion,
        conditions.limit_minimum,
        conditions.fix_minimum,
        "payment_settings.minimum_balance",
    ),
    Rule(
        "aging",
        "its oldest unpaid part is not of the age the settings ask for",
        Verdict.EXCLUDED,
        ByFacts(conditions.other_age),
        conditions.saw_age,
        conditions.short_age,
        conditions.limit_age,
        conditions.fix_age,
        "payment_settings.aging",
        for_first_requests=True,
    ),
    Rule(
        "snoozed",
        "staff snoozed it until a date (on that date it is back)",
        Verdict.SNOOZED,
        ByState(conditions.snoozed),
        conditions.saw_snooze,
        conditions.short_snooze,
        _always("asked again on the snooze's date"),
        lambda account, day: (
            f"It is back on {snooze.until}, or with `dipay unsnooze {account.guarantor_id}`."
            if (snooze := day.state(account).snooze)
            else "The next export decides."
        ),
    ),
    Rule(
        "do-not-recall",
        "the guarantor is marked Do Not Recall and the setting is exclude",
        Verdict.EXCLUDED,
        ByFacts(conditions.do_not_recall),
        conditions.saw_do_not_recall,
        _says("Do Not Recall"),
        lambda day: "such guarantors are left out" if day.settings.do_not_recall == "exclude" else "not looked at",
        _says("Removing the mark in the PMS, or do_not_recall: ignore, would list it."),
        "payment_settings.do_not_recall",
    ),
    Rule(
        "active-campaign",
        "a campaign is running for it",
        Verdict.ACTIVE,
        ByState(conditions.campaign_active),
        conditions.saw_campaign,
        conditions.short_campaign,
        _always("asked once at a time"),
        lambda account, day: f"Its end would: paid, the last message, or `dipay remove {account.guarantor_id}`.",
        for_first_requests=True,
    ),
    Rule(
        "campaign-since-visit",
        "its last message went out on or after its most recent visit",
        Verdict.EXCLUDED,
        ByState(conditions.campaign_since_visit),
        conditions.saw_asked,
        conditions.short_asked,
        conditions.limit_asked,
        conditions.fix_asked,
        "payment_settings.repeat_after_days",
        for_first_requests=True,
    ),
    Rule(
        "asked-elsewhere",
        "its number or one of its patients was asked as part of another account, with no visit since",
        Verdict.HELD,
        ByState(conditions.asked_elsewhere),
        conditions.saw_elsewhere,
        conditions.short_elsewhere,
        conditions.limit_asked,
        _says("A new visit would list it; or release it, once you know that these are other people or another debt."),
        "payment_settings.repeat_after_days",
    ),
    Rule(
        "reply-waiting",
        "a reply from it, or from its number, waits for a person",
        Verdict.HELD,
        ByState(conditions.reply_waits),
        conditions.saw_replies,
        conditions.short_replies,
        _always("nobody is texted past an answer"),
        conditions.fix_replies,
        not_released="`dipay replies` shows what was answered, and the command that settles it.",
    ),
    Rule(
        "billing-type",
        "its billing type is one that the settings leave out",
        Verdict.EXCLUDED,
        ByFacts(conditions.of_excluded_type),
        conditions.saw_billing_type,
        conditions.short_billing_type,
        conditions.limit_billing_type,
        _says("Another billing type in the PMS, or a shorter list in the settings, would list it."),
        "payment_settings.exclude_billing_types",
    ),
    Rule(
        "outstanding-claims",
        "it has more open insurance claims than the settings allow",
        Verdict.EXCLUDED,
        ByFacts(conditions.too_many_claims),
        conditions.saw_claims,
        conditions.short_claims,
        conditions.limit_claims,
        _says("Closed claims, or a higher limit, would list it."),
        "payment_settings.max_outstanding_claims",
    ),
    Rule(
        "opted-out",
        "the account or its number opted out of texts; nothing overrides it",
        Verdict.EXCLUDED,
        ByState(conditions.opted_out),
        conditions.saw_opt_out,
        conditions.short_opt_out,
        _always("never asked after an opt-out"),
        _says("Nothing but a START from that number, and then `dipay optin`; else ask by another way than a text."),
    ),
    Rule(
        "no-text-consent",
        "the export says the guarantor did not agree to texts",
        Verdict.EXCLUDED,
        ByFacts(conditions.no_consent),
        conditions.saw_consent,
        _says("no consent to texts"),
        _always("not asked where the export says no"),
        _says("The guarantor's consent, recorded in the PMS, would list it."),
    ),
    Rule(
        "undeliverable",
        "it could not be reached at its number, and that is still the same",
        Verdict.UNDELIVERABLE,
        ByState(conditions.undeliverable),
        conditions.saw_undeliverable,
        conditions.short_undeliverable,
        _always("asked again at another number"),
        conditions.fix_undeliverable,
    ),
    Rule(
        "outcome-unknown",
        "it is not known whether its last request went out",
        Verdict.HELD,
        ByState(lambda account, day: day.state(account).in_doubt),
        lambda account, day: "its last request is in doubt" if day.state(account).in_doubt else "nothing is in doubt",
        _says("not known whether its last request went out"),
        _always("not asked while in doubt"),
        _says("`dipay sync` asks the provider; then a person decides."),
        not_released="`dipay sync` asks the provider; a request in doubt is released there, by its number.",
    ),
    Rule(
        "deceased",
        "the guarantor has died",
        Verdict.EXCLUDED,
        ByFacts(conditions.deceased),
        conditions.saw_status,
        _says("deceased"),
        _always("not asked when deceased"),
        _says("Name the responsible person as guarantor in the PMS."),
    ),
    Rule(
        "minor-guarantor",
        "the guarantor is under 18",
        Verdict.HELD,
        ByFacts(conditions.minor),
        conditions.saw_birth_date,
        _says(f"the guarantor is under {conditions.ADULT_YEARS}"),
        _always(f"held under {conditions.ADULT_YEARS}"),
        conditions.fix_minor,
    ),
    Rule(
        "guarantor-missing",
        "its guarantor is not in the patients export",
        Verdict.HELD,
        ByFacts(lambda accounts, day: accounts.guarantor_is_missing),
        lambda account, day: (
            "the guarantor is in the export"
            if account.guarantor
            else f"guarantor {account.guarantor_id} is not in the patients export"
        ),
        lambda account, day: f"guarantor {account.guarantor_id} is not in the export",
        _always("held without a guarantor"),
        _says("Export every patient, or correct the guarantor in the PMS."),
        not_released="There is nobody to text: export every patient, or correct the guarantor in the PMS.",
    ),
    Rule(
        "shared-number",
        "another account that would be asked today has the same number",
        Verdict.HELD,
        ByState(conditions.shares_number),
        conditions.saw_sharers,
        conditions.short_sharers,
        _always("one account a number"),
        _says("Decide whom to ask: deselect or snooze the others, or release this one."),
    ),
    Rule(
        "bad-data",
        "one of its rows could not be read, or holds words that a person must read",
        Verdict.HELD,
        ByFacts(lambda accounts, day: accounts.has_bad_data),
        lambda account, day: "; ".join(account.held_for) or "all of its rows were read",
        lambda account, day: "; ".join(account.held_for),
        _always("held for a person to look at"),
        conditions.fix_bad_data,
    ),
    Rule(
        "above-limit",
        "the amount is larger than hold_above",
        Verdict.HELD,
        ByFacts(conditions.above_limit),
        lambda account, day: f"amount {format_cents(account.amount_cents)}",
        conditions.short_above,
        conditions.limit_above,
        _says("A person can release it; a higher hold_above would list it."),
        "payment_settings.hold_above",
    ),
)

RULE_BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}

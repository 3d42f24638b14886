"""The rules: one table. `list`, `why`, `rules`, the docs and the tests are loops over it.

Every rule is run on every account. A rule says when an account is not asked (`applies`), what it looked at (`saw`),
what that was held against (`limit`) and what would change it (`fix`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from dipay.domain.accounts import Account
from dipay.domain.records import PatientStatus
from dipay.domain.settings import PaymentSettings
from dipay.domain.situation import AccountState, Situation
from dipay.grammar.money import format_cents

ADULT_YEARS = 18


class Verdict(StrEnum):
    """Why an account is not asked. An account's view is the first of these, in this order, among its reasons."""

    ACTIVE = "active"
    UNDELIVERABLE = "undeliverable"
    SNOOZED = "snoozed"
    EXCLUDED = "excluded"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Day:
    """What the accounts are held against: the date, the settings, what the state file knows.

    `sharers` counts, for each number, the accounts that would be asked today but for sharing it.
    """

    as_of: date
    settings: PaymentSettings
    situation: Situation = field(default_factory=Situation)
    sharers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def state(self, account: Account) -> AccountState:
        return self.situation.of(account.guarantor_id)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `setting` is the dotted key it follows, None where it follows none.

    `can_apply` is False on a day on which it applies to no account: then it need not be run on any.
    """

    code: str
    summary: str
    verdict: Verdict
    applies: Callable[[Account, Day], bool]
    saw: Callable[[Account, Day], str]
    limit: Callable[[Day], str]
    fix: Callable[[Account, Day], str]
    setting: str | None = None
    can_apply: Callable[[Day], bool] = lambda day: True

    def detail(self, account: Account, day: Day) -> str:
        """What was seen and what it was held against, in one line."""
        return f"{self.saw(account, day)}; {self.limit(day)}"


#: What makes an aging category: the least age in days of the oldest unpaid part, and the greatest.
AGING_DAYS: Mapping[str, tuple[int, int | None]] = {
    "current": (0, 30),
    "over_30": (31, None),
    "over_60": (61, None),
    "over_90": (91, None),
    "any": (0, None),
}


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _on_payment_plan(account: Account, day: Day) -> bool:
    return any(patient.payment_plan for patient in account.patients)


def _saw_payment_plan(account: Account, day: Day) -> str:
    on_plan = [patient.name for patient in account.patients if patient.payment_plan]
    if on_plan:
        return f"on an active payment plan: {', '.join(on_plan)}"
    if all(patient.payment_plan is None for patient in account.patients):
        return "the export does not say who is on a payment plan"
    return "nobody of the account is on a payment plan"


def _below_minimum(account: Account, day: Day) -> bool:
    portion, minimum = account.aged.patient_portion_cents, day.settings.minimum_balance
    return portion < minimum if day.settings.minimum_inclusive else portion <= minimum


def _saw_portion(account: Account, day: Day) -> str:
    aged = account.aged
    text = f"patient portion {format_cents(aged.patient_portion_cents)}"
    estimates = aged.insurance_estimate_cents + aged.writeoff_estimate_cents
    if estimates:
        text += f" (balance {format_cents(aged.balance_cents)} less estimates {format_cents(estimates)})"
    return text


def _limit_minimum(day: Day) -> str:
    minimum = format_cents(day.settings.minimum_balance)
    return f"asked from {minimum}" if day.settings.minimum_inclusive else f"asked above {minimum}"


def _fix_minimum(account: Account, day: Day) -> str:
    if account.aged.patient_portion_cents == day.settings.minimum_balance:
        return "It owes exactly the minimum: a cent more, or minimum_inclusive: true, would list it."
    return "A higher balance, smaller estimates, or a lower minimum would list it."


def _other_age(account: Account, day: Day) -> bool:
    oldest = account.aged.oldest_unpaid_days
    least, most = AGING_DAYS[day.settings.aging]
    if oldest is None:
        return day.settings.aging != "any"
    return oldest < least or (most is not None and oldest > most)


def _saw_age(account: Account, day: Day) -> str:
    oldest = account.aged.oldest_unpaid_days
    if oldest is None:
        return "nothing is unpaid"
    least = "at least " if account.aged.only_bucket_known else ""
    return f"oldest unpaid part is {least}{_days(oldest)} old"


def _limit_age(day: Day) -> str:
    least, most = AGING_DAYS[day.settings.aging]
    if most is not None:
        return f"asked at {least} to {most} days"
    return f"asked from {_days(least)} on" if least else "asked at any age"


def _fix_age(account: Account, day: Day) -> str:
    oldest = account.aged.oldest_unpaid_days
    least, _ = AGING_DAYS[day.settings.aging]
    if oldest is not None and oldest < least:
        reached = day.as_of + timedelta(days=least - oldest)
        return f"If it stays unpaid it reaches {_days(least)} on {reached}."
    return "Another aging category in the settings would list it." if oldest is not None else "An unpaid charge would."


def _snoozed(account: Account, day: Day) -> bool:
    state = day.state(account)
    return state.paid_on is not None or (state.snooze is not None and day.as_of < state.snooze.until)


def _saw_snooze(account: Account, day: Day) -> str:
    snooze, paid_on = day.state(account).snooze, day.state(account).paid_on
    if paid_on is not None:
        return f"marked paid on {paid_on}, until a newer export shows it"
    if snooze is None:
        return "not snoozed"
    by = f" by {snooze.by}" if snooze.by else ""
    return f"snoozed until {snooze.until}{by}: {snooze.reason}"


def _do_not_recall(account: Account, day: Day) -> bool:
    return day.settings.do_not_recall == "exclude" and bool(account.guarantor and account.guarantor.do_not_recall)


def _saw_do_not_recall(account: Account, day: Day) -> str:
    flag = account.guarantor.do_not_recall if account.guarantor else None
    if flag is None:
        return "the export does not say whether the guarantor is marked Do Not Recall"
    return "the guarantor is marked Do Not Recall" if flag else "the guarantor is not marked Do Not Recall"


def _campaign_active(account: Account, day: Day) -> bool:
    return day.state(account).campaign_began is not None


def _saw_campaign(account: Account, day: Day) -> str:
    state = day.state(account)
    if state.campaign_began is None:
        return "no campaign is running"
    return f"a campaign has been running since {state.campaign_began}, {state.campaign_step + 1} sent"


def _campaign_since_visit(account: Account, day: Day) -> bool:
    asked = day.state(account).last_asked
    if asked is None or (account.last_visit is not None and asked < account.last_visit):
        return False
    wait = day.settings.repeat_after_days
    return wait is None or (day.as_of - asked).days < wait


def _saw_asked(account: Account, day: Day) -> str:
    asked = day.state(account).last_asked
    visit = f"last visit {account.last_visit}" if account.last_visit else "no visit known"
    return f"last asked {asked}, {visit}" if asked else f"not asked before, {visit}"


def _limit_asked(day: Day) -> str:
    wait = day.settings.repeat_after_days
    again = f", or {_days(wait)} after the last request" if wait is not None else ""
    return f"asked again after a new visit{again}"


def _fix_asked(account: Account, day: Day) -> str:
    asked, wait = day.state(account).last_asked, day.settings.repeat_after_days
    if asked is not None and wait is not None:
        return f"A new visit, or {asked + timedelta(days=wait)}, would list it."
    return "A new visit would list it; so would repeat_after_days in the settings."


def _too_many_claims(account: Account, day: Day) -> bool:
    most = day.settings.max_outstanding_claims
    return most is not None and (account.outstanding_claims or 0) > most


def _saw_claims(account: Account, day: Day) -> str:
    claims = account.outstanding_claims
    return "the export does not say how many claims are open" if claims is None else f"open claims: {claims}"


def _limit_claims(day: Day) -> str:
    most = day.settings.max_outstanding_claims
    return "open claims are not looked at" if most is None else f"asked with at most {most}"


def _opted_out(account: Account, day: Day) -> bool:
    if day.state(account).opted_out_on is not None:
        return True
    return bool(day.situation.opted_out_numbers) and account.phone in day.situation.opted_out_numbers


def _saw_opt_out(account: Account, day: Day) -> str:
    since = day.state(account).opted_out_on
    if since is not None:
        return f"opted out on {since}"
    return "its number opted out" if _opted_out(account, day) else "has not opted out"


def _no_consent(account: Account, day: Day) -> bool:
    return account.guarantor is not None and account.guarantor.text_consent is False


def _saw_consent(account: Account, day: Day) -> str:
    consent = account.guarantor.text_consent if account.guarantor else None
    if consent is None:
        return "the export does not say whether the guarantor agreed to texts"
    return "the export says the guarantor agreed to texts" if consent else "the export says: no texts"


def _undeliverable(account: Account, day: Day) -> bool:
    failed = day.state(account).undeliverable
    return failed is not None and failed.number == account.phone


def _saw_undeliverable(account: Account, day: Day) -> str:
    failed = day.state(account).undeliverable
    if failed is None:
        return "no request came back"
    same = "the number in the export is still the same" if failed.number == account.phone else "the number has changed"
    return f"undeliverable since {failed.since}: {failed.why}; {same}"


def _deceased(account: Account, day: Day) -> bool:
    return account.guarantor is not None and account.guarantor.status is PatientStatus.DECEASED


def _saw_status(account: Account, day: Day) -> str:
    return f"the guarantor's status is {account.guarantor.status}" if account.guarantor else "the status is not known"


def _eighteenth_birthday(born: date) -> date:
    try:
        return born.replace(year=born.year + ADULT_YEARS)
    except ValueError:  # born on 29 February
        return date(born.year + ADULT_YEARS, 3, 1)


def _minor(account: Account, day: Day) -> bool:
    born = account.guarantor.birth_date if account.guarantor else None
    return born is not None and day.as_of < _eighteenth_birthday(born)


def _saw_birth_date(account: Account, day: Day) -> str:
    born = account.guarantor.birth_date if account.guarantor else None
    if born is None:
        return "the guarantor's birth date is not known"
    return f"the guarantor is {'under' if _minor(account, day) else 'at least'} {ADULT_YEARS}"


def _fix_minor(account: Account, day: Day) -> str:
    born = account.guarantor.birth_date if account.guarantor else None
    of_age = f" The guarantor is of age on {_eighteenth_birthday(born)}." if born else ""
    return f"Name the parent as guarantor in the PMS.{of_age}"


def _shares_number(account: Account, day: Day) -> bool:
    if not day.sharers or account.phone is None or day.state(account).deselected_on == day.as_of:
        return False
    return bool(day.sharers.get(account.phone, frozenset()) - {account.guarantor_id})


def _saw_sharers(account: Account, day: Day) -> str:
    others = sorted(day.sharers.get(account.phone or "", frozenset()) - {account.guarantor_id})
    if not others:
        return "no other account that would be asked today has its number"
    return f"account {', '.join(others)} would be asked today at the same number"


def _above_limit(account: Account, day: Day) -> bool:
    limit = day.settings.hold_above
    return limit is not None and account.amount_cents > limit


def _limit_above(day: Day) -> str:
    limit = day.settings.hold_above
    return "no amount is too large" if limit is None else f"held above {format_cents(limit)}"


def _something_was_done(day: Day) -> bool:
    return bool(day.situation.accounts)


def _always(text: str) -> Callable[[Day], str]:
    return lambda day: text


def _do(text: str) -> Callable[[Account, Day], str]:
    return lambda account, day: text


RULES: tuple[Rule, ...] = (
    Rule(
        "payment-plan",
        "a patient of the account is on an active payment plan",
        Verdict.EXCLUDED,
        _on_payment_plan,
        _saw_payment_plan,
        _always("asked only without a plan"),
        _do("The end of the plan in the PMS would list it."),
    ),
    Rule(
        "below-minimum",
        "the patient portion is not above the minimum balance",
        Verdict.EXCLUDED,
        _below_minimum,
        _saw_portion,
        _limit_minimum,
        _fix_minimum,
        "payment_settings.minimum_balance",
    ),
    Rule(
        "aging",
        "its oldest unpaid part is not of the age the settings ask for",
        Verdict.EXCLUDED,
        _other_age,
        _saw_age,
        _limit_age,
        _fix_age,
        "payment_settings.aging",
    ),
    Rule(
        "snoozed",
        "staff snoozed it until a date (on that date it is back)",
        Verdict.SNOOZED,
        _snoozed,
        _saw_snooze,
        _always("asked again on the snooze's date"),
        lambda account, day: (
            f"It is back on {snooze.until}, or with `dipay unsnooze {account.guarantor_id}`."
            if (snooze := day.state(account).snooze)
            else "The next export decides."
        ),
        can_apply=_something_was_done,
    ),
    Rule(
        "do-not-recall",
        "the guarantor is marked Do Not Recall and the setting is exclude",
        Verdict.EXCLUDED,
        _do_not_recall,
        _saw_do_not_recall,
        lambda day: "such guarantors are left out" if day.settings.do_not_recall == "exclude" else "not looked at",
        _do("Removing the mark in the PMS, or do_not_recall: ignore, would list it."),
        "payment_settings.do_not_recall",
        can_apply=lambda day: day.settings.do_not_recall == "exclude",
    ),
    Rule(
        "active-campaign",
        "a campaign is running for it",
        Verdict.ACTIVE,
        _campaign_active,
        _saw_campaign,
        _always("asked once at a time"),
        lambda account, day: f"Its end would: paid, the last message, or `dipay remove {account.guarantor_id}`.",
        can_apply=_something_was_done,
    ),
    Rule(
        "campaign-since-visit",
        "it was asked on or after its most recent visit",
        Verdict.EXCLUDED,
        _campaign_since_visit,
        _saw_asked,
        _limit_asked,
        _fix_asked,
        "payment_settings.repeat_after_days",
        can_apply=_something_was_done,
    ),
    Rule(
        "outstanding-claims",
        "it has more open insurance claims than the settings allow",
        Verdict.EXCLUDED,
        _too_many_claims,
        _saw_claims,
        _limit_claims,
        _do("Closed claims, or a higher limit, would list it."),
        "payment_settings.max_outstanding_claims",
        can_apply=lambda day: day.settings.max_outstanding_claims is not None,
    ),
    Rule(
        "opted-out",
        "the account or its number opted out of texts; nothing overrides it",
        Verdict.EXCLUDED,
        _opted_out,
        _saw_opt_out,
        _always("never asked after an opt-out"),
        _do("Nothing: ask by another way than a text."),
        can_apply=lambda day: bool(day.situation.accounts or day.situation.opted_out_numbers),
    ),
    Rule(
        "no-text-consent",
        "the export says the guarantor did not agree to texts",
        Verdict.EXCLUDED,
        _no_consent,
        _saw_consent,
        _always("not asked where the export says no"),
        _do("The guarantor's consent, recorded in the PMS, would list it."),
    ),
    Rule(
        "undeliverable",
        "its last request could not be delivered and its number is still the same",
        Verdict.UNDELIVERABLE,
        _undeliverable,
        _saw_undeliverable,
        _always("asked again at another number"),
        lambda account, day: f"A corrected number in the PMS, or `dipay resend {account.guarantor_id}`, would.",
        can_apply=_something_was_done,
    ),
    Rule(
        "outcome-unknown",
        "it is not known whether its last request went out",
        Verdict.HELD,
        lambda account, day: day.state(account).in_doubt,
        lambda account, day: "its last request is in doubt" if day.state(account).in_doubt else "nothing is in doubt",
        _always("not asked while in doubt"),
        _do("`dipay sync` asks the provider; then a person decides."),
        can_apply=_something_was_done,
    ),
    Rule(
        "deceased",
        "the guarantor has died",
        Verdict.EXCLUDED,
        _deceased,
        _saw_status,
        _always("not asked when deceased"),
        _do("Name the responsible person as guarantor in the PMS."),
    ),
    Rule(
        "minor-guarantor",
        "the guarantor is under 18",
        Verdict.HELD,
        _minor,
        _saw_birth_date,
        _always(f"held under {ADULT_YEARS}"),
        _fix_minor,
    ),
    Rule(
        "guarantor-missing",
        "its guarantor is not in the patients export",
        Verdict.HELD,
        lambda account, day: account.guarantor is None,
        lambda account, day: (
            "the guarantor is in the export"
            if account.guarantor
            else f"guarantor {account.guarantor_id} is not in the patients export"
        ),
        _always("held without a guarantor"),
        _do("Export every patient, or correct the guarantor in the PMS."),
    ),
    Rule(
        "shared-number",
        "another account that would be asked today has the same number",
        Verdict.HELD,
        _shares_number,
        _saw_sharers,
        _always("one account a number"),
        _do("Decide whom to ask: deselect or snooze the others, or release this one."),
        can_apply=lambda day: bool(day.sharers),
    ),
    Rule(
        "bad-data",
        "one of its rows could not be read",
        Verdict.HELD,
        lambda account, day: bool(account.held_for),
        lambda account, day: "; ".join(account.held_for) or "all of its rows were read",
        _always("held until its rows can be read"),
        _do("Correct it in the PMS and export again."),
    ),
    Rule(
        "above-limit",
        "the amount is larger than hold_above",
        Verdict.HELD,
        _above_limit,
        lambda account, day: f"amount {format_cents(account.amount_cents)}",
        _limit_above,
        _do("A person can release it; a higher hold_above would list it."),
        "payment_settings.hold_above",
        can_apply=lambda day: day.settings.hold_above is not None,
    ),
)

RULE_BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}

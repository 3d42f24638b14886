"""What the rules look at: when each applies, what it saw, its limit by the settings, what would change it.

Every function is one cell of the table in `rules.py` and has the shape that its column asks for. A rule about facts
says of all accounts at once which it stops; one about what was done before looks at one account.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from dipay.domain.account import Account
from dipay.domain.aging import NOTHING_UNPAID
from dipay.domain.campaigns import message_name
from dipay.domain.day import Day
from dipay.domain.elsewhere import AskedElsewhere
from dipay.domain.fields import BIRTH_DATE, DO_NOT_RECALL, PAYMENT_PLAN, STATUS, TEXT_CONSENT, PatientStatus
from dipay.domain.payments import PaymentState
from dipay.domain.reply_kinds import settled_by
from dipay.grammar.dates import format_day
from dipay.grammar.letters import in_midst
from dipay.grammar.money import format_cents
from dipay.grammar.words import is_one_of

if TYPE_CHECKING:
    from dipay.domain.accounts import Accounts
    from dipay.domain.columns import Flags

ADULT_YEARS = 18

#: What makes an aging category: the least age in days of the oldest unpaid part, and the greatest.
AGING_DAYS: Mapping[str, tuple[int, int | None]] = {
    "current": (0, 30),
    "over_30": (31, None),
    "over_60": (61, None),
    "over_90": (91, None),
    "any": (0, None),
}


def days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def on_payment_plan(accounts: Accounts, day: Day) -> Flags:
    return accounts.any_patient_is(PAYMENT_PLAN, True)


def saw_payment_plan(account: Account, day: Day) -> str:
    on_plan = [patient.name for patient in account.patients if patient[PAYMENT_PLAN]]
    if on_plan:
        return f"on an active payment plan: {', '.join(on_plan)}"
    if all(patient[PAYMENT_PLAN] is None for patient in account.patients):
        return "the export does not say who is on a payment plan"
    return "nobody of the account is on a payment plan"


def below_minimum(accounts: Accounts, day: Day) -> Flags:
    portion, minimum = accounts.patient_portion_cents, day.settings.minimum_balance
    is_below = portion < minimum if day.settings.minimum_inclusive else portion <= minimum
    return is_below & accounts.amount_is_known


def saw_portion(account: Account, day: Day) -> str:
    if not account.amount_is_known:
        return "the patient portion is not known: one of its rows can't be read"
    aged = account.aged
    text = f"patient portion {format_cents(aged.patient_portion_cents)}"
    estimates = aged.insurance_estimate_cents + aged.writeoff_estimate_cents
    if estimates:
        text += f" (balance {format_cents(aged.balance_cents)} less estimates {format_cents(estimates)})"
    paid = unposted_words(account, day)
    return f"{text}; {paid}" if paid else text


def unposted_words(account: Account, day: Day) -> str:
    """What the account paid by links that the exports lack, in words; empty where they lack nothing."""
    lacking = day.situation.unposted.get(account.guarantor_id, ())
    if not lacking:
        return ""
    amount = format_cents(sum(each.left_cents for each in lacking))
    last = format_day(max(each.day for each in lacking), day.as_of)
    when = f"on {last}" if len(lacking) == 1 else f"in {len(lacking)} payments, the last on {last},"
    if any(each.state is PaymentState.PENDING for each in lacking):
        return f"{amount} paid {when} is not in the exports yet, and on its way from the bank"
    return f"{amount} paid {when} is not in the exports yet"


def short_portion(account: Account, day: Day) -> str:
    portion, minimum = account.aged.patient_portion_cents, day.settings.minimum_balance
    if paid := day.situation.unposted_cents(account.guarantor_id):
        return f"paid {format_cents(paid)} by link, owes {format_cents(max(0, portion))}"
    if portion < 0:
        return f"a credit of {format_cents(-portion)}"
    if portion == 0:
        return "owes nothing"
    if portion == minimum:
        return f"owes {format_cents(portion)}, not above the minimum"
    return f"owes {format_cents(portion)}, minimum {format_cents(minimum)}"


def limit_minimum(day: Day) -> str:
    minimum = format_cents(day.settings.minimum_balance)
    return f"asked from {minimum}" if day.settings.minimum_inclusive else f"asked above {minimum}"


def fix_minimum(account: Account, day: Day) -> str:
    if account.aged.patient_portion_cents == day.settings.minimum_balance:
        return "It owes exactly the minimum: a cent more, or minimum_inclusive: true, would list it."
    return "A higher balance, smaller estimates, or a lower minimum would list it."


def other_age(accounts: Accounts, day: Day) -> Flags:
    age = accounts.aged.oldest_unpaid_days
    least, most = AGING_DAYS[day.settings.aging]
    if day.settings.aging == "any":
        return age < NOTHING_UNPAID
    is_other = age < least if most is None else (age < least) | (age > most)
    return is_other & accounts.amount_is_known


#: The age of what stands in an aging report's first column; "at least 0 days" would say nothing.
_FIRST_BUCKET: Final = "up to 30 days"


def saw_age(account: Account, day: Day) -> str:
    if not account.amount_is_known:
        return "the age is not known: one of its rows can't be read"
    oldest = account.aged.oldest_unpaid_days
    if oldest is None:
        return "nothing is unpaid"
    if account.aged.only_bucket_known:
        return f"oldest unpaid part is {f'at least {days(oldest)}' if oldest else _FIRST_BUCKET} old"
    return f"oldest unpaid part is {days(oldest)} old"


def short_age(account: Account, day: Day) -> str:
    oldest = account.aged.oldest_unpaid_days
    if oldest is None:
        return "nothing is unpaid"
    least, most = AGING_DAYS[day.settings.aging]
    age = days(oldest)
    if account.aged.only_bucket_known:
        age = f"{oldest}+ days" if oldest else _FIRST_BUCKET
    return f"{age} old, asked from {least}" if most is None else f"{age} old, asked to {most}"


def limit_age(day: Day) -> str:
    least, most = AGING_DAYS[day.settings.aging]
    if most is not None:
        return f"asked at {least} to {most} days"
    return f"asked from {days(least)} on" if least else "asked at any age"


def fix_age(account: Account, day: Day) -> str:
    oldest = account.aged.oldest_unpaid_days
    least, _ = AGING_DAYS[day.settings.aging]
    if oldest is not None and oldest < least:
        reached = day.as_of + timedelta(days=least - oldest)
        return f"If it stays unpaid it reaches {days(least)} on {reached}."
    return "Another aging category in the settings would list it." if oldest is not None else "An unpaid charge would."


def snoozed(account: Account, day: Day) -> bool:
    state = day.state(account)
    return state.paid_on is not None or (state.snooze is not None and day.as_of < state.snooze.until)


def saw_snooze(account: Account, day: Day) -> str:
    snooze, paid_on = day.state(account).snooze, day.state(account).paid_on
    if paid_on is not None:
        return f"marked paid on {paid_on}, until a newer export shows it"
    if snooze is None:
        return "not snoozed"
    note = f" ({snooze.note})" if snooze.note else ""
    if snooze.until <= day.as_of:
        return f"its snooze ended on {snooze.until}: {snooze.reason}{note}"
    by = f" by {snooze.by}" if snooze.by else ""
    return f"snoozed until {snooze.until}{by}: {snooze.reason}{note}"


def short_snooze(account: Account, day: Day) -> str:
    snooze, paid_on = day.state(account).snooze, day.state(account).paid_on
    if paid_on is not None or snooze is None:
        return f"marked paid {format_day(paid_on, day.as_of)}" if paid_on is not None else "not snoozed"
    note = f" ({snooze.note})" if snooze.note else ""
    by = f" by {snooze.by}" if snooze.by else ""
    return f"snoozed until {format_day(snooze.until, day.as_of)}: {snooze.reason}{note}{by}"


def do_not_recall(accounts: Accounts, day: Day) -> Flags:
    marked = accounts.guarantor_is(DO_NOT_RECALL, True)
    return marked if day.settings.do_not_recall == "exclude" else ~marked & marked


def saw_do_not_recall(account: Account, day: Day) -> str:
    flag = account.of_guarantor(DO_NOT_RECALL)
    if flag is None:
        return "the export does not say whether the guarantor is marked Do Not Recall"
    return "the guarantor is marked Do Not Recall" if flag else "the guarantor is not marked Do Not Recall"


def campaign_active(account: Account, day: Day) -> bool:
    return day.state(account).campaign_began is not None


def saw_campaign(account: Account, day: Day) -> str:
    state = day.state(account)
    if state.campaign_began is None:
        return "no campaign is running"
    return f"active since {state.campaign_began}: {message_name(state.campaign_step)} sent"


def short_campaign(account: Account, day: Day) -> str:
    state = day.state(account)
    last = state.campaign_last_sent or state.campaign_began
    return f"asked {format_day(last, day.as_of)}" if last is not None else "no campaign is running"


def campaign_since_visit(account: Account, day: Day) -> bool:
    asked = day.state(account).last_asked
    if asked is None or (account.last_visit is not None and asked < account.last_visit):
        return False
    wait = day.settings.repeat_after_days
    return wait is None or (day.as_of - asked).days < wait


def saw_asked(account: Account, day: Day) -> str:
    asked = day.state(account).last_asked
    visit = f"last visit {account.last_visit}" if account.last_visit else "no visit known"
    return f"last asked {asked}, {visit}" if asked else f"not asked before, {visit}"


def short_asked(account: Account, day: Day) -> str:
    asked, wait = day.state(account).last_asked, day.settings.repeat_after_days
    if asked is None:
        return "not asked before"
    again = (
        f"again from {format_day(asked + timedelta(days=wait), day.as_of)}" if wait is not None else "no visit since"
    )
    return f"asked {format_day(asked, day.as_of)}, {again}"


def limit_asked(day: Day) -> str:
    wait = day.settings.repeat_after_days
    again = f", or {days(wait)} after the last request" if wait is not None else ""
    return f"asked again after a new visit{again}"


def fix_asked(account: Account, day: Day) -> str:
    asked, wait = day.state(account).last_asked, day.settings.repeat_after_days
    if asked is not None and wait is not None:
        return f"A new visit, or {asked + timedelta(days=wait)}, would list it."
    return "A new visit would list it; so would repeat_after_days in the settings."


def reply_waits(account: Account, day: Day) -> bool:
    return account.guarantor_id in day.replies


def saw_replies(account: Account, day: Day) -> str:
    replies = day.replies.get(account.guarantor_id, ())
    if not replies:
        return "no reply waits"
    told = ", ".join(f"{each.number} of {each.on:%d %b}: {each.kind.words}" for each in replies)
    return f"{'reply' if len(replies) == 1 else 'replies'} {told}"


def short_replies(account: Account, day: Day) -> str:
    replies = day.replies.get(account.guarantor_id, ())
    kinds = ", ".join(dict.fromkeys(each.kind.words for each in replies))
    numbers = ", ".join(str(each.number) for each in replies)
    return f"reply {numbers} waits: {kinds}" if len(replies) == 1 else f"replies {numbers} wait: {kinds}"


def fix_replies(account: Account, day: Day) -> str:
    commands = [settled_by(each.kind, each.number, each.guarantor_id) for each in day.replies[account.guarantor_id]]
    done = f"dipay replies --done {day.replies[account.guarantor_id][-1].number} --note TEXT"
    told = " and ".join(f"`{each}`" for each in dict.fromkeys(commands))
    return f"{told} would." if done in commands else f"{told}, or once it is dealt with `{done}`, would."


def _stands_in_the_way(each: AskedElsewhere, account: Account, day: Day) -> bool:
    """Whether what another account was asked still counts. Where this one was asked after it, a person let it."""
    own, asked, wait = day.state(account).campaign_began, each.last_asked, day.settings.repeat_after_days
    if each.not_reached:
        return True
    if own is not None and not each.new_number and (asked is None or asked <= own):
        return False
    if each.running:
        return True
    if asked is None or (each.visit is not None and asked < each.visit):
        return False
    return wait is None or (day.as_of - asked).days < wait


def asked_elsewhere(account: Account, day: Day) -> bool:
    others = day.elsewhere.get(account.guarantor_id, ())
    return any(_stands_in_the_way(each, account, day) for each in others)


def saw_elsewhere(account: Account, day: Day) -> str:
    told = []
    for each in day.elsewhere.get(account.guarantor_id, ()):
        whom = "its number" if each.by_number else "a patient of it"
        when = f"on {each.last_asked}" if each.last_asked is not None else "before"
        became = "whose campaign runs" if each.running else "and was not reached there" if each.not_reached else ""
        told.append(f"{whom} was asked {when} as part of account {each.guarantor_id} {became}".rstrip())
    return "; ".join(told) or "nobody of it was asked as part of another account"


def short_elsewhere(account: Account, day: Day) -> str:
    others = day.elsewhere.get(account.guarantor_id, ())
    each = next((each for each in others if _stands_in_the_way(each, account, day)), None)
    if each is None:
        return "not asked as another account"
    when = f" on {format_day(each.last_asked, day.as_of)}" if each.last_asked is not None else ""
    return f"{'not reached' if each.not_reached else 'asked'} as account {each.guarantor_id}{when}"


def of_excluded_type(accounts: Accounts, day: Day) -> Flags:
    return accounts.has_billing_type(lambda each: is_one_of(each, day.settings.exclude_billing_types))


def saw_billing_type(account: Account, day: Day) -> str:
    if not account.billing_types:
        return "the export says no billing type"
    return f"its billing type is {' and '.join(account.billing_types)}"


def short_billing_type(account: Account, day: Day) -> str:
    excluded = [each for each in account.billing_types if is_one_of(each, day.settings.exclude_billing_types)]
    return f"billing type {' and '.join(excluded)}"


def limit_billing_type(day: Day) -> str:
    excluded = day.settings.exclude_billing_types
    return f"not asked with {', '.join(excluded)}" if excluded else "billing types are not looked at"


def too_many_claims(accounts: Accounts, day: Day) -> Flags:
    most = day.settings.max_outstanding_claims
    return accounts.open_claims > (most if most is not None else math.inf)


def saw_claims(account: Account, day: Day) -> str:
    claims = account.outstanding_claims
    return "the export does not say how many claims are open" if claims is None else f"open claims: {claims}"


def short_claims(account: Account, day: Day) -> str:
    claims, most = account.outstanding_claims or 0, day.settings.max_outstanding_claims
    return f"{claims} open {'claim' if claims == 1 else 'claims'}, asked with at most {most}"


def limit_claims(day: Day) -> str:
    most = day.settings.max_outstanding_claims
    return "open claims are not looked at" if most is None else f"asked with at most {most}"


def opted_out(account: Account, day: Day) -> bool:
    if day.state(account).opted_out_on is not None:
        return True
    return bool(day.situation.opted_out_numbers) and account.phone in day.situation.opted_out_numbers


def saw_opt_out(account: Account, day: Day) -> str:
    since = day.state(account).opted_out_on
    if since is not None:
        return f"opted out on {since}"
    return "its number opted out" if opted_out(account, day) else "has not opted out"


def short_opt_out(account: Account, day: Day) -> str:
    since = day.state(account).opted_out_on
    return f"opted out {format_day(since, day.as_of)}" if since is not None else "its number opted out"


def no_consent(accounts: Accounts, day: Day) -> Flags:
    return accounts.guarantor_is(TEXT_CONSENT, False)


def saw_consent(account: Account, day: Day) -> str:
    consent = account.of_guarantor(TEXT_CONSENT)
    if consent is None:
        return "the export does not say whether the guarantor agreed to texts"
    return "the export says the guarantor agreed to texts" if consent else "the export says: no texts"


def undeliverable(account: Account, day: Day) -> bool:
    state = day.state(account)
    failed = state.undeliverable
    return (failed is not None and failed.number == account.phone) or account.phone in state.dead_numbers


def saw_undeliverable(account: Account, day: Day) -> str:
    failed, is_dead = day.state(account).undeliverable, account.phone in day.state(account).dead_numbers
    if failed is None and is_dead:
        return "it was reached at a number that the export doesn't have; at the export's it was not"
    if failed is None:
        return "no request came back"
    if failed.number == account.phone:
        same = "the number in the export is still the same" if failed.number else "the export still has none to text"
    else:
        same = "at the one in the export it was not reached either" if is_dead else "the number has changed"
    return f"undeliverable since {failed.since}: {in_midst(failed.why)}; {same}"


def fix_undeliverable(account: Account, day: Day) -> str:
    if day.state(account).undeliverable is None:
        return "Key the number that worked into the PMS (`dipay undeliverable` shows it), and export again."
    return f"A corrected number in the PMS, or `dipay resend {account.guarantor_id}`, would."


def short_undeliverable(account: Account, day: Day) -> str:
    failed = day.state(account).undeliverable
    if failed is None:
        return "key its number into the PMS"
    return f"not reached {format_day(failed.since, day.as_of)}: {in_midst(failed.why).removeprefix('there is ')}"


def deceased(accounts: Accounts, day: Day) -> Flags:
    return accounts.guarantor_is(STATUS, PatientStatus.DECEASED) & ~accounts.guarantor_is_missing


def saw_status(account: Account, day: Day) -> str:
    return f"the guarantor's status is {account.guarantor[STATUS]}" if account.guarantor else "the status is not known"


def eighteenth_birthday(born: date) -> date:
    try:
        return born.replace(year=born.year + ADULT_YEARS)
    except ValueError:  # born on 29 February
        return date(born.year + ADULT_YEARS, 3, 1)


def minor(accounts: Accounts, day: Day) -> Flags:
    return accounts.of_guarantors(BIRTH_DATE) > _latest_birth_of_adults(day.as_of).toordinal()


def _latest_birth_of_adults(as_of: date) -> date:
    """Whoever was born on that day or before is of age."""
    try:
        return as_of.replace(year=as_of.year - ADULT_YEARS)
    except ValueError:  # on 29 February those born on 28 February are, and those born on 1 March not yet
        return date(as_of.year - ADULT_YEARS, 2, 28)


def saw_birth_date(account: Account, day: Day) -> str:
    born = account.of_guarantor(BIRTH_DATE)
    if born is None:
        return "the guarantor's birth date is not known"
    return f"the guarantor is {'under' if born > _latest_birth_of_adults(day.as_of) else 'at least'} {ADULT_YEARS}"


def fix_minor(account: Account, day: Day) -> str:
    born = account.of_guarantor(BIRTH_DATE)
    of_age = f" The guarantor is of age on {eighteenth_birthday(born)}." if born else ""
    return f"Name the parent as guarantor in the PMS.{of_age}"


def has_other_sharers(guarantor_id: str, sharers: Collection[str]) -> bool:
    """Whether others than this account would be asked at a number; nearly every number is one account's own."""
    return bool(sharers) and not (len(sharers) == 1 and guarantor_id in sharers)


def shares_number(account: Account, day: Day) -> bool:
    sharers = day.sharers.get(account.phone or "", ())
    return has_other_sharers(account.guarantor_id, sharers) and day.state(account).deselected_on != day.as_of


def saw_sharers(account: Account, day: Day) -> str:
    others = sorted(set(day.sharers.get(account.phone or "", ())) - {account.guarantor_id})
    if not others:
        return "no other account that would be asked today has its number"
    return f"account {', '.join(others)} would be asked today at the same number"


def short_sharers(account: Account, day: Day) -> str:
    others = sorted(set(day.sharers.get(account.phone or "", ())) - {account.guarantor_id})
    return f"same number as account {', '.join(others)}"


def fix_bad_data(account: Account, day: Day) -> str:
    correct = "Correct it in the PMS and export again"
    if not account.amount_is_known:
        return f"{correct}."
    return f"{correct}; or, once somebody has looked, `dipay send --only {account.guarantor_id}` asks it all the same."


def above_limit(accounts: Accounts, day: Day) -> Flags:
    limit = day.settings.hold_above
    is_above = accounts.patient_portion_cents > (limit if limit is not None else math.inf)
    return is_above & accounts.amount_is_known


def limit_above(day: Day) -> str:
    limit = day.settings.hold_above
    return "no amount is too large" if limit is None else f"held above {format_cents(limit)}"


def short_above(account: Account, day: Day) -> str:
    return f"owes {format_cents(account.amount_cents)}, limit {format_cents(day.settings.hold_above or 0)}"

"""One payment request to one account that a person names: any amount, any words, past rules that a person may pass.

Such a message goes the way of every other, and begins no campaign: nothing is sent here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.domain.setting_reader import ManyUnreadable, parts_of
from dipay.domain.setting_types import MESSAGE_TEXT
from dipay.grammar import Unreadable
from dipay.grammar.money import parse_cents
from dipay.services.explaining import Explanation, explain_account
from dipay.services.finding import Person, find_account
from dipay.services.foretelling import foretell
from dipay.services.planning import Plan, PlannedMessage, message_for, rendered
from dipay.services.sending import STAND_IN, Preview, refuse_outside_window, send_plan
from dipay.services.worklist import Listing, make_worklist
from dipay.state.requests import RequestKind
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from dipay.domain.rules import Rule
    from dipay.domain.worklist import Judged
    from dipay.messaging import Sender
    from dipay.office import Office
    from dipay.services.run import Conduct, SendReport
    from dipay.state.store import Store

#: The code, beside those of rules, for an amount that the exports don't show.
MORE_THAN_OWED = "more-than-owed"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants asked: so many cents, or all that the account owes (None); in these words, or in those of the
    campaign's first message ("").

    `reason` is why it may go out past what speaks against it.
    """

    amount_cents: int | None = None
    template: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SingleRequest:
    """A request as it would go out now: to whom, every rule on the account, the message, and what a person must pass.

    `to_pass` are the codes of rules that speak against it, and `more-than-owed`.
    """

    explanation: Explanation
    preview: Preview
    to_pass: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def guarantor_id(self) -> str:
        return self.explanation.judged.account.guarantor_id


def read_wish(amount: str | None, template: str | None, reason: str | None) -> Wish:
    """A wish from what was typed; usage errors where an amount or a text can't be read."""
    cents = None
    if amount is not None:
        try:
            cents = parse_cents(amount)
        except Unreadable as unreadable:
            raise cannot(
                ExitCode.USAGE, f'"{amount}" {unreadable.what}.', "Type it like 50 or 49.95.", key="--amount"
            ) from None
        if cents <= 0:
            raise cannot(ExitCode.USAGE, "there is no amount to pay.", "Type more than 0.", key="--amount")
    if template is not None:
        try:
            MESSAGE_TEXT.read(template)
        except (Unreadable, ManyUnreadable) as error:
            wrong = [each for _, each in parts_of(error, "")]
            raise CannotGoOn(
                [Problem(Severity.ERROR, f"{each.what}.", each.fix, key="--message") for each in wrong], ExitCode.USAGE
            ) from None
    return Wish(cents, template or "", " ".join((reason or "").split()))


def look_at_request(office: Office, asked_about: str, wish: Wish) -> SingleRequest | tuple[Person, ...]:
    """The request as it would go out now, by today's exports and the state; or who fits, where a name is several's.

    Writes nothing. Usage errors where nobody may pass what speaks against it, and without a number or an amount.
    """
    listing = make_worklist(office)
    accounts = listing.worklist.accounts
    found = find_account(accounts, asked_about)
    if found.several:
        return found.several
    judged = listing.worklist.at(accounts.ids.index(found.account))
    message = _message(office, listing, judged, wish)
    with open_for_reading(office.state_path, office.state_marker) as store:
        told = foretell(office, store, Plan((message,), (), (), ()))
    for each in told.skipped:
        raise cannot(ExitCode.USAGE, f"account {each.guarantor_id} is not asked now: {each.why}.", _LOOK, key="ID")
    explanation = explain_account(office, found.by, judged, listing.worklist.day)
    preview = Preview(message, rendered(message, office.settings, STAND_IN))
    return SingleRequest(explanation, preview, _to_pass(judged, wish), listing.problems)


def request(office: Office, sender: Sender, guarantor_id: str, wish: Wish, conduct: Conduct) -> SendReport:
    """Sends one request to that account, once everything that speaks against it is passed by the wish's reason."""

    def plan_for(_: Store, listing: Listing) -> Plan:
        accounts = listing.worklist.accounts
        judged = listing.worklist.at(accounts.ids.index(guarantor_id))
        message = _message(office, listing, judged, wish)
        to_pass = _to_pass(judged, wish)
        if to_pass and not wish.reason:
            raise needs_reason(guarantor_id, to_pass)
        refuse_outside_window(office, judged.account, message.number)
        return Plan((message,), (), (), ())

    return send_plan(office, sender, plan_for, conduct)


def needs_reason(guarantor_id: str, to_pass: tuple[str, ...]) -> CannotGoOn:
    """The usage error where nobody said why."""
    return cannot(
        ExitCode.USAGE,
        f"rules speak against asking account {guarantor_id}: {', '.join(to_pass)}.",
        f"`dipay why {guarantor_id}` explains. Say why it may be asked all the same; it is kept.",
        key="--reason",
    )


def _message(office: Office, listing: Listing, judged: Judged, wish: Wish) -> PlannedMessage:
    account, day = judged.account, listing.worklist.day
    stopping = [rule for rule in judged.reasons if _nobody_passes(rule)]
    if stopping:
        # What the rule saw has names and amounts in it, which no error has.
        raise cannot(
            ExitCode.USAGE,
            f"account {account.guarantor_id} is not asked: {stopping[0].summary}.",
            stopping[0].not_released or stopping[0].fix(account, day),
            key="ID",
        )
    if account.phone is None:
        raise cannot(
            ExitCode.USAGE,
            f"account {account.guarantor_id} has no usable mobile number.",
            "Key it into the PMS, and export again.",
            key="ID",
        )
    if wish.amount_cents is None and (account.amount_cents <= 0 or not account.amount_is_known):
        why = "owes nothing" if account.amount_is_known else "owes an amount that can't be read"
        raise cannot(
            ExitCode.USAGE,
            f"account {account.guarantor_id} {why}.",
            "Say what to ask for with --amount.",
            key="--amount",
        )
    message = message_for(
        account, account.phone, 0, office.settings, named=True, held_for=_to_pass(judged, wish),
        kind=RequestKind.SINGLE, told_why=wish.reason,
    )  # fmt: skip
    return replace(message, template=wish.template or message.template, asked_cents=wish.amount_cents)


def _to_pass(judged: Judged, wish: Wish) -> tuple[str, ...]:
    codes = tuple(rule.code for rule in judged.reasons)
    more = wish.amount_cents is not None and wish.amount_cents > judged.account.amount_cents
    return (*codes, MORE_THAN_OWED) if more else codes


#: An opt-out is nobody's to pass, whoever took it down; and a number that reaches nobody is re-sent another way.
_NEVER = frozenset({"opted-out", "no-text-consent", "undeliverable"})
_LOOK = "`dipay history ID` shows what was sent."


def _nobody_passes(rule: Rule) -> bool:
    return bool(rule.not_released) or rule.code in _NEVER

"""Who was not reached, why and what to do; and sending again to one of them, usually to a number typed in now.

Such a message goes the way of every other: nothing is sent here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.domain.outcomes import RefusalKind
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.grammar import Unreadable
from dipay.grammar.phones import parse_phone
from dipay.messaging import Sender
from dipay.messaging.twilio_codes import meaning_of
from dipay.office import Office
from dipay.services.planning import Plan, PlannedMessage, message_for
from dipay.services.run import Conduct, SendReport
from dipay.services.sending import refuse_outside_window, send_plan
from dipay.services.worklist import Listing, make_worklist
from dipay.state.decisions import WRONG_NUMBER
from dipay.state.reading import (
    PhoneCorrection,
    UndeliverableEntry,
    asked_at,
    history,
    phone_corrections,
    undeliverables,
)
from dipay.state.requests import RequestKind, RequestState
from dipay.state.store import Store, open_for_reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dipay.domain.account import Account
    from dipay.domain.worklist import Judged

#: The code of dipay's own on the Undeliverable list.
NO_NUMBER = "no-number"


class NumberOfAnother(CannotGoOn):
    """The number is other accounts', or they were asked at it: a person must be told so, and say why to use it."""

    def __init__(self, accounts: Sequence[str]) -> None:
        problem = Problem(
            Severity.ERROR,
            f"this is a number of account {', '.join(accounts)}: it has it, or was asked at it.",
            "Ask again whose number it is. If it is theirs too, say why with --reason.",
            key="--phone",
        )
        super().__init__([problem], ExitCode.USAGE)


@dataclass(frozen=True, slots=True)
class NotReached:
    """One account on the Undeliverable list, with its name where today's export has it, and what to do."""

    entry: UndeliverableEntry
    name: str
    number_now: str | None
    advice: str


def not_reached(office: Office) -> tuple[list[NotReached], Listing]:
    """Who was not reached, why in plain words, and what to do for each; oldest first."""
    listing = make_worklist(office)
    return not_reached_of(office, listing), listing


def not_reached_of(office: Office, listing: Listing) -> list[NotReached]:
    """The same by exports that were read already."""
    accounts = listing.worklist.accounts
    with open_for_reading(office.state_path, office.state_marker) as store:
        entries = undeliverables(store, office.settings.messaging.provider)
    places = {each: place for place, each in enumerate(accounts.ids)} if entries else {}
    found = ((entry, places.get(entry.guarantor_id)) for entry in entries)
    return [_not_reached(entry, None if place is None else accounts[place]) for entry, place in found]


@dataclass(frozen=True, slots=True)
class ToKeyIn:
    """A number that was typed in and worked, which the export doesn't have yet; `name` where it has the account."""

    correction: PhoneCorrection
    name: str


def to_key_in(office: Office, listing: Listing) -> list[ToKeyIn]:
    """The "key into the PMS" list, oldest first; an entry leaves once an export has its number."""
    accounts = listing.worklist.accounts
    with open_for_reading(office.state_path, office.state_marker) as store:
        corrections = phone_corrections(store)
    places = {each: place for place, each in enumerate(accounts.ids)} if corrections else {}
    found = []
    for each in corrections:
        place = places.get(each.guarantor_id)
        if place is None or accounts.phones[place] != each.number:
            found.append(ToKeyIn(each, accounts.name(place) if place is not None else "(not in today's export)"))
    return found


def _not_reached(entry: UndeliverableEntry, account: Account | None) -> NotReached:
    if account is None:
        return NotReached(entry, "(not in today's export)", None, _advice(entry))
    return NotReached(entry, account.name, account.phone, _advice(entry))


def _advice(entry: UndeliverableEntry) -> str:
    if entry.code in (NO_NUMBER, WRONG_NUMBER):
        return f"Ask for a mobile number: dipay resend {entry.guarantor_id} --phone NUMBER"
    meaning = meaning_of(entry.code)
    if meaning.kind is RefusalKind.TEMPORARY_BY_PERSON:
        return f"{meaning.advice} To send once more: dipay resend {entry.guarantor_id}"
    return f"{meaning.advice} With another number: dipay resend {entry.guarantor_id} --phone NUMBER"


def resend(
    office: Office, sender: Sender, guarantor_id: str, phone: str | None, conduct: Conduct, reason: str = ""
) -> SendReport:
    """Sends an undeliverable request again, to a number typed in now or, once, to the same one.

    The number is used for this message only and stays on the "key into the PMS" list until an export shows it. It is
    checked first: one mobile-shaped number, not tried before, nobody's who opted out; and where it is another
    account's, or another account was asked at it, only for a `reason` that a person typed who was told so.
    """

    def plan_for(store: Store, listing: Listing) -> Plan:
        return Plan((_resend_message(office, store, listing, guarantor_id, phone, reason),), (), (), ())

    return send_plan(office, sender, plan_for, conduct)


def _resend_message(
    office: Office, store: Store, listing: Listing, guarantor_id: str, phone: str | None, reason: str
) -> PlannedMessage:
    entries = undeliverables(store, office.settings.messaging.provider)
    entry = next((each for each in entries if each.guarantor_id == guarantor_id), None)
    if entry is None:
        raise cannot(
            ExitCode.USAGE,
            f"account {guarantor_id} is not on the Undeliverable list.",
            "`dipay undeliverable` shows it.",
            key="ID",
        )
    judged = next((each for each in listing.worklist.judged if each.account.guarantor_id == guarantor_id), None)
    if judged is None:
        raise cannot(
            ExitCode.USAGE, f"account {guarantor_id} is not in today's export.", "Export every patient.", key="ID"
        )
    _refuse_stopped(judged, listing)
    number = _number_for(office, store, judged, entry, phone)
    others = _others_at(office, store, listing, guarantor_id, number)
    if others and not reason.strip():
        raise NumberOfAnother(others)
    refuse_outside_window(office, judged.account, number)
    step = 0
    if entry.request_id is not None:
        step = next((each.step for each in history(store, guarantor_id) if each.id == entry.request_id), 0)
    return message_for(
        judged.account, number, step, office.settings, named=True, kind=RequestKind.RESEND, parent_id=entry.request_id,
        typed=phone is not None, told_why=" ".join(reason.split()) if others else "",
        held_for=("shared-number",) if others else (),
    )  # fmt: skip


def _refuse_stopped(judged: Judged, listing: Listing) -> None:
    stopped = [rule for rule in judged.stops_follow_up if rule.code != "undeliverable" and not rule.may_be_released]
    if stopped:
        # What the rule saw has names and amounts in it, which no error has.
        fix = stopped[0].fix(judged.account, listing.worklist.day)
        message = f"account {judged.account.guarantor_id} is not asked: {stopped[0].summary}."
        raise cannot(ExitCode.USAGE, message, fix, key="ID")


def _others_at(office: Office, store: Store, listing: Listing, guarantor_id: str, number: str) -> list[str]:
    """The other accounts that have that number, or were asked at it."""
    accounts = listing.worklist.accounts
    have = {each for each, phone in zip(accounts.ids, accounts.phones, strict=True) if phone == number}
    return sorted((have | asked_at(store, number, office.settings.messaging.provider)) - {guarantor_id})


def _number_for(office: Office, store: Store, judged: Judged, entry: UndeliverableEntry, phone: str | None) -> str:
    """The number to use. Without one typed in, the same number once more where its failure may pass."""
    guarantor_id = judged.account.guarantor_id
    # What surely never went out tried nothing: after a crash the same number is right once more.
    unsent = (RequestState.NOT_SENT, RequestState.RELEASED)
    tried = [each for each in history(store, guarantor_id) if each.number is not None and each.state not in unsent]
    if phone is None:
        if entry.number is None or meaning_of(entry.code).kind is not RefusalKind.TEMPORARY_BY_PERSON:
            raise cannot(
                ExitCode.USAGE, "its number can't be reached.", "Type another one with --phone.", key="--phone"
            )
        if any(each.kind is RequestKind.RESEND and each.number == entry.number for each in tried):
            raise cannot(
                ExitCode.USAGE,
                "its number was tried again already.",
                "Type another one with --phone, or call.",
                key="--phone",
            )
        return entry.number
    try:
        number = parse_phone(phone, office.settings.practice.country)
    except Unreadable as unreadable:
        raise cannot(ExitCode.USAGE, f"{unreadable.what}.", "Type one mobile number.", key="--phone") from None
    if any(each.number == number for each in tried):
        raise cannot(
            ExitCode.USAGE,
            "this number was tried for the account already.",
            "Type another one, or call.",
            key="--phone",
        )
    return number

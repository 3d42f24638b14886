"""What went before with an account, as the state file has it; and with those whom somebody has to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.exports.tables.account_ids import read_other_numbers
from dipay.services.answers import answers_about
from dipay.state.payments import payments_of
from dipay.state.reading import history, phone_corrections
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dipay.domain.account import Account
    from dipay.domain.day import Day
    from dipay.domain.payments import KnownPayment
    from dipay.domain.worklist import Judged, Worklist
    from dipay.office import Office
    from dipay.services.answers import Answer
    from dipay.services.worklist import Listing
    from dipay.state.reading import PhoneCorrection
    from dipay.state.requests import Request
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Record:
    """What an account was sent, what it answered or what else holds it, its numbers to key into the PMS, and what it
    paid by links.
    """

    requests: tuple[Request, ...]
    answers: tuple[Answer, ...]
    to_key_in: tuple[PhoneCorrection, ...]
    payments: tuple[KnownPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class ToCall:
    """An account to be called, with its other numbers by the word for each (home, work)."""

    judged: Judged
    numbers: Mapping[str, str]
    record: Record


def record_of(office: Office, account: Account, day: Day) -> Record:
    """What went before with one account."""
    with open_for_reading(office.state_path, office.state_marker) as store:
        return _record(store, account, day, office.settings.messaging.provider)


def to_call(office: Office, listing: Listing) -> list[ToCall]:
    """The exhausted accounts, in the order of the names. Their other numbers are read of the export once more."""
    worklist = listing.worklist
    found = [worklist.at(place) for place in worklist.exhausted.tolist()]
    if not found:
        return []
    numbers = numbers_to_call(office, worklist)
    provider = office.settings.messaging.provider
    with open_for_reading(office.state_path, office.state_marker) as store:
        return [
            ToCall(
                each, numbers.get(each.account.guarantor_id, {}), _record(store, each.account, worklist.day, provider)
            )
            for each in found
        ]


def numbers_to_call(office: Office, worklist: Worklist) -> dict[str, dict[str, str]]:
    """The other numbers of the exhausted accounts, by the word for each (home, work), read of the export."""
    ids = frozenset(worklist.accounts.ids[place] for place in worklist.exhausted.tolist())
    return read_other_numbers(office.reading_plan(worklist.day.as_of), ids) if ids else {}


def _record(store: Store, account: Account, day: Day, provider: str) -> Record:
    waiting = {each.number for each in day.replies.get(account.guarantor_id, ())}
    return Record(
        tuple(history(store, account.guarantor_id)),
        answers_about(store, account, waiting, provider),
        tuple(
            each
            for each in phone_corrections(store)
            if each.guarantor_id == account.guarantor_id and each.number != account.phone
        ),
        tuple(payments_of(store, account.guarantor_id)),
    )

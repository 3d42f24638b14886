"""The payments to key into the PMS: what was paid by links and no export shows yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.services.deciding import who
from dipay.services.worklist import Listing, make_worklist, payments_of_listing
from dipay.state.payments import mark_posted
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dipay.domain.payments import KnownPayment
    from dipay.office import Office


@dataclass(frozen=True, slots=True)
class ToPost:
    """A payment that no export shows yet, with its account's name where today's has it."""

    payment: KnownPayment
    name: str


def to_post(office: Office) -> tuple[list[ToPost], Listing]:
    """The payments to key into the PMS, oldest first, and the worklist that they are held against."""
    listing = make_worklist(office)
    return to_post_of(office, listing), listing


def to_post_of(office: Office, listing: Listing) -> list[ToPost]:
    """The same by exports that were read already."""
    accounts = listing.worklist.accounts
    with open_for_reading(office.state_path, office.state_marker) as store:
        lacking = payments_of_listing(office, store, listing).lacking
    # Of what a person said is keyed in only the credit stays, until an export shows it.
    waiting = [each for theirs in lacking.values() for each in theirs if each.posted_on is None]
    places = {each: place for place, each in enumerate(accounts.ids) if each in lacking} if waiting else {}
    return [
        ToPost(each, accounts.name(places[each.guarantor_id]) if each.guarantor_id in places else "")
        for each in sorted(waiting, key=lambda each: (each.at, each.number))
    ]


def mark_done(office: Office, numbers: Sequence[int], note: str = "") -> list[KnownPayment]:
    """Takes payments off the list because a person keyed them in; those. A number that is not on it is a usage error,
    and nothing is changed.

    Each stays a credit of its account until an export from after today is read.
    """
    listing = make_worklist(office)
    there = {each.payment.number for each in to_post_of(office, listing)}
    if unknown := [str(each) for each in numbers if each not in there]:
        raise cannot(
            ExitCode.USAGE,
            f"no payment {', '.join(unknown)} waits to be keyed in.",
            "`dipay posting` lists those that do. Nothing was changed.",
            key="--done",
        )
    with office.open_state() as store:
        done = [
            mark_posted(store, each, day=office.today(), note=" ".join(note.split()), by=who(), now=office.clock())
            for each in numbers
        ]
    return [each for each in done if each is not None]

"""Links that a processor makes: one for each request before its text goes out, off again once nobody is to pay by it.

Which are to be off is decided in `domain.payment_links`. Sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from dipay.domain.messages import count_segments
from dipay.domain.outcomes import NotSent
from dipay.domain.payment_links import why_off
from dipay.domain.problems import CannotGoOn, Problem, Severity
from dipay.processors import Link, NoLink, Processor, ProcessorTrouble
from dipay.services import provider
from dipay.state import claims, payment_links
from dipay.state.outcomes import record
from dipay.state.payment_links import LinkWanted
from dipay.state.payments import pending_payments
from dipay.state.requests import REHEARSAL_PROVIDER, Request, RequestState, request_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from dipay.office import Office
    from dipay.services.worklist import Listing
    from dipay.state.store import Store

#: The processor whose links the state may have although the settings have another way now.
_PROCESSOR: Final = "stripe"
_GIVEN_UP: Final = NoLink("another program gave it up before its payment link was made")
#: A link that nobody knows to be made is surely absent only so long after it was wanted: an answer may be under way.
ABSENT_AFTER: Final = timedelta(minutes=20)


def processor_for(office: Office, store: Store) -> tuple[Processor | None, list[Problem]]:
    """The processor to make links with, or to ask about those that were made; what somebody must know where that can't
    be done. None where there is nothing to make or to ask. `CannotGoOn` (2) where links can't be made for the settings.
    """
    if makes_links(office):
        return provider.open_processor(office), []
    if not (payment_links.has_open_links(store, _PROCESSOR) or pending_payments(store, _PROCESSOR)):
        return None, []
    try:
        return provider.open_processor(office), []
    except CannotGoOn as error:
        told = error.problems[0]
        words = "there are payment links that can be paid, and nobody can ask whether they are"
        return None, [replace(told, severity=Severity.WARNING, message=f"{words}: {told.message}", kind="links")]


def makes_links(office: Office) -> bool:
    """Whether each request gets a link of a processor's: a rehearsal gets none, for nobody gets its text."""
    settings = office.settings
    return settings.payment_link.provider == _PROCESSOR and settings.messaging.provider != REHEARSAL_PROVIDER


def wanted_link(office: Office, processor: Processor, owed_cents: int) -> LinkWanted:
    """What a claim of today says of its link."""
    expires_on = office.today() + timedelta(days=office.settings.payment_link.stripe.expires_days)
    return LinkWanted(processor.name, expires_on, owed_cents)


def give_link(
    office: Office, store: Store, processor: Processor, request: Request, make_text: Callable[[str], str]
) -> Request | NoLink:
    """Has a claim's link made and writes it down with the final text; the request as it may be sent then.

    Where there is none the request is not sent, and why. `make_text` gives the text with the link's address.
    """
    # Asked right before, for a process that slept may have been taken for dead, and its link for absent.
    if request_of(store.connection, request.id).state is not RequestState.CLAIMED:
        return _GIVEN_UP
    made = processor.make_link(request.token, request.amount_cents or 0)
    now = office.clock()
    if isinstance(made, Link):
        text = make_text(made.url)
        given = claims.give_link(store, request.id, made.link_id, made.url, text, count_segments(text), now=now)
        return given or _GIVEN_UP
    record(store, request.id, NotSent(f"no payment link: {made.why}"), now=now)
    if not made.in_doubt:
        payment_links.record_absent(store, request, now=now)
    return made


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """How many links were switched off, and what somebody must know where not all of them could be."""

    count: int = 0
    problems: tuple[Problem, ...] = ()


def switch_off(
    office: Office,
    store: Store,
    processor: Processor,
    *,
    listing: Listing | None = None,
    accounts: Collection[str] | None = None,
    stop_asked: Callable[[], bool] = lambda: False,
) -> SwitchedOff:
    """Switches off the links by which nobody is to pay any more, of these accounts or of all.

    With a `listing` those too whose account owes another amount by it. What can't be done now stays written down, and
    the next one does it.
    """
    today = office.today()
    owed = _owed(listing) if listing is not None else lambda _: None
    reasons = [
        (link.request_id, why)
        for link in payment_links.open_links(store, processor.name)
        if (accounts is None or link.guarantor_id in accounts)
        and (why := why_off(link, owed(link.guarantor_id), today)) is not None
    ]
    payment_links.want_off(store, reasons)
    count = 0
    try:
        if accounts is None:
            _find_wanted(office, store, processor)
        with office.doing("switching off payment links", "links") as tell:
            going = payment_links.links_to_switch_off(store, processor.name, accounts)
            for each in going:
                if stop_asked():
                    break
                processor.switch_off(each.link_id)
                payment_links.record_off(store, request_of(store.connection, each.request_id), now=office.clock())
                count += 1
                tell(count, len(going))
    except ProcessorTrouble as trouble:
        return SwitchedOff(count, (_still_on(trouble.problem),))
    return SwitchedOff(count)


def switch_off_at_once(office: Office, store: Store, accounts: Collection[str]) -> tuple[Problem, ...]:
    """Switches off the links of accounts about which somebody just decided; what somebody must know."""
    if not payment_links.has_open_links(store, _PROCESSOR, accounts):
        return ()
    try:
        processor, problems = processor_for(office, store)
    except CannotGoOn as error:
        return (_still_on(error.problems[0]),)
    if processor is None:
        return tuple(problems)
    return switch_off(office, store, processor, accounts=accounts).problems


def _find_wanted(office: Office, store: Store, processor: Processor) -> None:
    """Looks for the links that may have been made although nobody got an answer, and whose text never went out."""
    wanted = payment_links.wanted_links(store, processor.name)
    if not wanted:
        return
    asked_at = office.clock()
    found = processor.find_links({each.token for each in wanted}, min(each.wanted_at for each in wanted))
    for each in wanted:
        link, request = found.get(each.token), request_of(store.connection, each.request_id)
        if link is not None:
            payment_links.record_found(store, request, link.link_id, link.url, now=office.clock())
        elif asked_at - each.wanted_at >= ABSENT_AFTER:
            payment_links.record_absent(store, request, now=office.clock())


def _owed(listing: Listing) -> Callable[[str], int | None]:
    """What each account owes by the exports less what was paid and is not in them; None where they don't tell."""
    accounts = listing.worklist.accounts
    places = {each: place for place, each in enumerate(accounts.ids)}

    def owed(guarantor_id: str) -> int | None:
        place = places.get(guarantor_id)
        if place is None or not accounts.amount_is_known[place]:
            return None
        return int(accounts.patient_portion_cents[place])

    return owed


def _still_on(told: Problem) -> Problem:
    return Problem(
        Severity.WARNING,
        f"payment links that are to be off can still be paid: {told.message}",
        f"{told.fix} The next `dipay sync` or `dipay send` switches them off.",
        key=told.key,
        kind="links",
    )

"""The same people under another account: a new guarantor, a new id, a merged file. What were they asked there?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dipay.domain.values import value

if TYPE_CHECKING:
    from dipay.domain.accounts import Accounts
    from dipay.domain.situation import Situation


@value(frozen=True, slots=True)
class AskedElsewhere:
    """What another account was asked: `by_number` at this one's number, else with one of its patients.

    `last_asked` is the day of its last message, `running` whether its campaign still runs, `visit` the most recent
    visit of either account. `not_reached`: it is on the Undeliverable list for this account's number. `new_number`: the
    number is this account's only since it was last asked.
    """

    guarantor_id: str
    by_number: bool
    last_asked: date | None
    running: bool
    visit: date | None
    not_reached: bool = False
    new_number: bool = False


def asked_elsewhere(accounts: Accounts, situation: Situation, among: Accounts) -> dict[str, tuple[AskedElsewhere, ...]]:
    """For each of these accounts what others were asked in its stead; `among` are all accounts of the day."""
    found = situation.asked.elsewhere(accounts)
    if not found:
        return {}
    place_of = {each: place for place, each in enumerate(among.ids)}

    def visit_of(guarantor_id: str) -> int:
        place = place_of.get(guarantor_id)
        return among.last_visits.item(place) if place is not None else 0

    told: dict[str, tuple[AskedElsewhere, ...]] = {}
    for account, others in found.items():
        place = place_of.get(account)
        phone = among.phones[place] if place is not None else ""
        entries = []
        for other, by_number in sorted(others.items()):
            state = situation.of(other)
            failed = state.undeliverable
            not_reached = failed is not None and failed.number is not None and failed.number == phone
            if state.last_asked is None and state.campaign_began is None and not not_reached:
                continue
            visit = max(visit_of(account), visit_of(other))
            entries.append(
                AskedElsewhere(
                    other,
                    by_number,
                    state.last_asked,
                    state.campaign_began is not None,
                    date.fromordinal(visit) if visit else None,
                    not_reached,
                    by_number and account not in situation.asked.numbers.get(phone, ()),
                )
            )
        if entries:
            told[account] = tuple(entries)
    return told

"""What a run would skip, told before it: whatever a claim would refuse by what the state knows now. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.services.planning import LeftOut, PlannedMessage
from dipay.services.run import ask_for
from dipay.state.claims import objection
from dipay.state.reading import sent_on

if TYPE_CHECKING:
    from dipay.office import Office
    from dipay.services.planning import Plan
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Foretold:
    """The messages of a plan that would go out, in order, and those that would not, with why.

    `over_limit` are those that today's limit leaves for another day; `sent_today` count against it.
    """

    going: tuple[PlannedMessage, ...]
    skipped: tuple[LeftOut, ...]
    over_limit: tuple[PlannedMessage, ...]
    sent_today: int


def foretell(office: Office, store: Store, plan: Plan) -> Foretold:
    """What a run of this plan would do at this moment, if nobody else does anything meanwhile."""
    settings, today = office.settings.messaging, office.today()
    sent_today = sent_on(store, today, settings.provider)
    going: list[PlannedMessage] = []
    skipped: list[LeftOut] = []
    first_at: dict[str, str] = {}
    for message in plan.messages:
        account = message.account.guarantor_id
        refused = objection(store, ask_for(message, settings.provider), today)
        first = first_at.setdefault(message.number, account)
        if refused is not None:
            skipped.append(LeftOut(account, f"{refused.words[:1].lower()}{refused.words[1:]}".removesuffix(".")))
        elif first != account and not message.named:
            skipped.append(LeftOut(account, f"the same number gets the message of account {first} today"))
        else:
            going.append(message)
    most = max(0, settings.daily_limit - sent_today)
    return Foretold(tuple(going[:most]), tuple(skipped), tuple(going[most:]), sent_today)

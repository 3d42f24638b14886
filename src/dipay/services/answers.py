"""What patients answered: who, when, what, what it holds, and the command that settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.domain.reply_kinds import settled_by
from dipay.services.deciding import names_of, who
from dipay.state.reading import asked_at
from dipay.state.replies import KeptReply, replies, replies_of, settle_reply
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from dipay.domain.account import Account
    from dipay.office import Office
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, with the name of its account where the export has it, the accounts it holds while it waits, and the
    command that settles it.
    """

    reply: KeptReply
    name: str
    holds: tuple[str, ...]
    settled_by: str

    @property
    def waits(self) -> bool:
        return self.reply.handled_at is None


def answers(office: Office, *, waiting_only: bool = True) -> list[Answer]:
    """The replies that wait for a person, or all, oldest first. Names are those of today's patients export."""
    provider = office.settings.messaging.provider
    with open_for_reading(office.state_path, office.state_marker) as store:
        found = replies(store, waiting_only=waiting_only)
        holds = {each.id: _holds(store, each, provider) for each in found if each.handled_at is None}
    names = names_of(office, [each.guarantor_id for each in found if each.guarantor_id is not None]) if found else {}
    return [_answer(each, names.get(each.guarantor_id or "", ""), holds.get(each.id, ())) for each in found]


def answers_about(store: Store, account: Account, waiting: AbstractSet[int], provider: str) -> tuple[Answer, ...]:
    """The replies of one account, oldest first, with those of others that hold it: the `waiting` numbers."""
    found = {each.id: each for each in replies_of(store, account.guarantor_id)}
    if not waiting <= found.keys():
        found |= {each.id: each for each in replies(store) if each.id in waiting}
    return tuple(
        _answer(
            each,
            account.name if each.guarantor_id == account.guarantor_id else "",
            _holds(store, each, provider) if each.handled_at is None else (),
        )
        for each in sorted(found.values(), key=lambda each: (each.at, each.id))
    )


def _holds(store: Store, reply: KeptReply, provider: str) -> tuple[str, ...]:
    """The accounts that a reply holds while it waits."""
    return tuple(sorted({reply.guarantor_id or "", *asked_at(store, reply.number or "", provider)} - {""}))


def _answer(reply: KeptReply, name: str, holds: tuple[str, ...]) -> Answer:
    settled = settled_by(reply.kind, reply.id, reply.guarantor_id) if reply.handled_at is None else ""
    return Answer(reply, name, holds, settled)


def settle(office: Office, numbers: Sequence[int], note: str = "") -> list[KeptReply]:
    """Takes replies off the list of those that wait, because somebody dealt with them; those replies.

    A number that no waiting reply has is a usage error, and nothing is changed.
    """
    with office.open_state() as store:
        waiting = {each.id: each for each in replies(store)}
        if unknown := [str(each) for each in numbers if each not in waiting]:
            raise cannot(
                ExitCode.USAGE,
                f"no reply {', '.join(unknown)} waits.",
                "`dipay replies` lists those that do. Nothing was changed.",
                key="--done",
            )
        for each in numbers:
            settle_reply(store, each, note=" ".join(note.split()), by=who(), now=office.clock())
    return [waiting[each] for each in numbers]

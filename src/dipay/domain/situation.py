"""What the state file knows of an account, as the rules see it. The store makes it; rules only read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import date

from dipay.domain.asked_before import AskedBefore
from dipay.domain.payments import KnownPayment
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.values import value


@value(frozen=True, slots=True)
class Snooze:
    """Off the list while today < `until`."""

    until: date
    reason: str
    note: str = ""
    by: str = ""


@value(frozen=True, slots=True)
class Undeliverable:
    """The last request did not reach the person: the number tried (E.164, None where there was none) and why."""

    number: str | None
    why: str
    since: date


@value(frozen=True, slots=True)
class WaitingReply:
    """A reply that nobody has dealt with: its number in `dipay replies`, and the account last asked at its number."""

    number: int
    kind: ReplyKind
    on: date
    guarantor_id: str | None
    phone: str | None


@value(frozen=True, slots=True)
class AccountState:
    """What was done about one account so far.

    `campaign_began`: the running campaign's first day, None when none runs; `campaign_last_sent` the day of its last
    message. `completed_on`: the day its last campaign, of which nothing followed, had its last message.
    `campaign_step` is the last step sent of either (0 the first request). `last_asked`: the day the last message went
    out, of a campaign or a single one. `undeliverable` is its entry on the Undeliverable list; `dead_numbers` (E.164)
    are all numbers at which it could not be reached and was not since. `in_doubt`: it is not known whether the last
    request went out. `deselected_on`: the day whose batch leaves it out. `paid_on`: marked paid by staff, until a newer
    export.
    """

    snooze: Snooze | None = None
    deselected_on: date | None = None
    campaign_began: date | None = None
    campaign_step: int = 0
    campaign_last_sent: date | None = None
    completed_on: date | None = None
    last_asked: date | None = None
    undeliverable: Undeliverable | None = None
    dead_numbers: frozenset[str] = frozenset()
    in_doubt: bool = False
    opted_out_on: date | None = None
    paid_on: date | None = None


NOTHING_DONE = AccountState()


@value(frozen=True, slots=True)
class Situation:
    """All the state the rules need: per account (guarantor id), the numbers (E.164) that opted out, the replies that
    wait, where and with whom accounts were asked before, and what each paid that the exports lack.
    """

    accounts: Mapping[str, AccountState] = field(default_factory=dict)
    opted_out_numbers: frozenset[str] = frozenset()
    waiting: tuple[WaitingReply, ...] = ()
    asked: AskedBefore = field(default_factory=AskedBefore)
    unposted: Mapping[str, tuple[KnownPayment, ...]] = field(default_factory=dict)

    def of(self, guarantor_id: str) -> AccountState:
        return self.accounts.get(guarantor_id, NOTHING_DONE)

    def with_part(self, part: Situation, ids: Collection[str]) -> Situation:
        """The same, but of these accounts what another one knows of them."""
        others = {each: state for each, state in self.accounts.items() if each not in ids}
        accounts = {**others, **part.accounts}
        return Situation(accounts, part.opted_out_numbers, part.waiting, self.asked, self.unposted)

    def unposted_cents(self, guarantor_id: str) -> int:
        """What the account paid that the exports lack."""
        return sum(each.left_cents for each in self.unposted.get(guarantor_id, ()))

    def held_by_replies(self, phones: Mapping[str, Collection[str]]) -> dict[str, tuple[WaitingReply, ...]]:
        """The replies that hold each account: its own, and those from a number that it has or was asked at.

        `phones` are the accounts that have each of the replies' numbers now.
        """
        found: dict[str, tuple[WaitingReply, ...]] = {}
        for reply in self.waiting:
            held = {reply.guarantor_id} if reply.guarantor_id is not None else set()
            if reply.phone is not None:
                held |= {*phones.get(reply.phone, ()), *self.asked.numbers.get(reply.phone, ())}
            for each in held:
                found[each] = (*found.get(each, ()), reply)
        return found

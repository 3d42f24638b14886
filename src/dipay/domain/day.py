"""What the accounts of one day are held against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from dipay.domain.account import Account
from dipay.domain.campaigns import FollowUp, next_follow_up
from dipay.domain.elsewhere import AskedElsewhere
from dipay.domain.settings import PaymentSettings
from dipay.domain.situation import AccountState, Situation, WaitingReply


@dataclass(frozen=True, slots=True)
class Day:
    """What the accounts are held against: the date, the settings, what the state file knows.

    `message_days` are the days of a campaign's messages, counted from its first. The rest is worked out while the
    accounts are judged: `sharers` are, for each number, the accounts that would be asked today but for sharing it,
    `replies` and `elsewhere`, for each account, the replies that hold it and what others were asked in its stead.
    """

    as_of: date
    settings: PaymentSettings
    situation: Situation = field(default_factory=Situation)
    message_days: tuple[int, ...] = (0,)
    sharers: Mapping[str, Collection[str]] = field(default_factory=dict)
    replies: Mapping[str, tuple[WaitingReply, ...]] = field(default_factory=dict)
    elsewhere: Mapping[str, tuple[AskedElsewhere, ...]] = field(default_factory=dict)

    def state(self, account: Account) -> AccountState:
        return self.situation.of(account.guarantor_id)

    def messages(self, state: AccountState) -> int:
        """How many messages its campaign has: those of the settings, or as many as went out where these are more."""
        return max(len(self.message_days), state.campaign_step + 1)

    def next_follow_up(self, guarantor_id: str) -> FollowUp | None:
        """The next message of the account's running campaign, today or later; None where none is to come."""
        state = self.situation.of(guarantor_id)
        if state.campaign_began is None:
            return None
        last_sent = state.campaign_last_sent or state.campaign_began
        return next_follow_up(state.campaign_began, state.campaign_step, last_sent, self.message_days)

    def follow_up_due(self, guarantor_id: str) -> FollowUp | None:
        """The follow-up that may go out today, late or not; None where none is due."""
        follow_up = self.next_follow_up(guarantor_id)
        return follow_up if follow_up is not None and follow_up.on <= self.as_of else None

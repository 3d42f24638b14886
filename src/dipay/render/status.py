"""Where an account stands today, in as many words as there is room for: the one way `list`, `why`, `today` and the
review say it.

A status names what decides: who waits for what, since or until when. It is cut by whoever shows it, and only at its
end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from dipay.domain.campaigns import message_name
from dipay.domain.rules import RULE_BY_CODE, Verdict
from dipay.domain.worklist import View
from dipay.grammar.dates import format_day
from dipay.render.safe import printable

if TYPE_CHECKING:
    from dipay.domain.account import Account
    from dipay.domain.day import Day
    from dipay.domain.worklist import Judged


#: Said before other reasons to leave an account out: no visit and no payment changes these.
_FOR_GOOD: Final = frozenset({"opted-out", "deceased"})


@dataclass(frozen=True, slots=True)
class Status:
    """What a status says where there is room, where there is little, and how many reasons it leaves out."""

    words: str
    narrow: str
    more: int = 0

    def within(self, width: int) -> str:
        """The status in words that fit that many columns, or else the shortest, to be cut at their end."""
        return next((each for each in (self.whole, self._marked(self.narrow)) if cell_len(each) <= width), self.narrow)

    @property
    def whole(self) -> str:
        """All that it says."""
        return self._marked(self.words)

    def _marked(self, words: str) -> str:
        return f"{words} (+{self.more})" if self.more else words


def status_words(judged: Judged, day: Day, width: int | None = None) -> str:
    """Where an account stands, in words that fit that many columns, or else in the fewest, to be cut at their end."""
    status = status_of(judged, day)
    return status.whole if width is None else status.within(width)


def status_of(judged: Judged, day: Day) -> Status:
    """Where an account stands."""
    status = _status(judged, day)
    return Status(printable(status.words), printable(status.narrow), status.more)


def _status(judged: Judged, day: Day) -> Status:
    account, deciding = judged.account, judged.deciding
    if deciding is None:
        marks = _marks(judged)
        narrow = "deselected" if not judged.selected else "no usable number" if marks else "pending"
        return Status("; ".join(marks) or "pending", narrow)
    if judged.view is View.ACTIVE:
        return _active(judged, day)
    more = len(judged.reasons) - 1
    if judged.view is View.EXCLUDED:
        if judged.is_exhausted(day):
            return _exhausted(account, day, more)
        deciding = next((rule for rule in judged.reasons if rule.code in _FOR_GOOD), deciding)
    why = deciding.short(account, day)
    return Status(f"held: {why}" if deciding.verdict is Verdict.HELD else why, why, more)


def _marks(judged: Judged) -> list[str]:
    """What keeps an account from being asked though no rule speaks against it."""
    marks = [] if judged.selected else ["deselected today"]
    problem = judged.account.phone_problem
    return [*marks, problem.removeprefix("there is ")] if problem is not None else marks


def _active(judged: Judged, day: Day) -> Status:
    """A running campaign: how far it is, what comes next and when, and what stops that."""
    account, stops = judged.account, judged.stops_follow_up
    asked = RULE_BY_CODE["active-campaign"].short(account, day)
    state = day.state(account)
    sent, messages = state.campaign_step + 1, day.messages(state)
    due, follow_up = day.follow_up_due(account.guarantor_id), day.next_follow_up(account.guarantor_id)
    narrow = f"{sent} of {messages}"
    words = f"{asked}, {narrow}"
    against = [stops[0].short(account, day)] if stops else _marks(judged) if due is not None else []
    but = f"but {'; '.join(against)}" if against else ""
    more = max(0, len(stops) - 1)
    if due is not None:
        name = message_name(due.step, messages - 1)
        return Status(f"{name} due, {but}", f"due, {but}", more) if but else Status(f"{name}, {asked}", name)
    if but:
        return Status(f"{words}, {but}", f"{narrow}, {but}", more)
    after = f", next {format_day(follow_up.on, day.as_of)}" if follow_up is not None else ""
    return Status(f"{words}{after}", f"{narrow}{after}")


def _exhausted(account: Account, day: Day, more: int) -> Status:
    """Every message went out, and it owes as before: a person has to call."""
    state = day.state(account)
    last = format_day(state.last_asked or state.completed_on or day.as_of, day.as_of)
    times = state.campaign_step + 1
    narrow = f"asked {last}: call"
    return Status(f"asked {times} times, last {last}: call" if times > 1 else narrow, narrow, more)

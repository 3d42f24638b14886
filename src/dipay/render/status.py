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

#: Room for everything.
UNLIMITED: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Status:
    """What a status says where there is room, where there is little, and how many reasons it does not tell."""

    words: str
    narrow: str
    more: int = 0


def status_words(judged: Judged, day: Day, width: int = UNLIMITED) -> str:
    """The status in words that fit that many columns, or else the shortest, to be cut at their end."""
    status = _status(judged, day)
    more = f" (+{status.more})" if status.more else ""
    words = (f"{status.words}{more}", f"{status.narrow}{more}", status.narrow)
    return printable(next((each for each in words if cell_len(each) <= width), status.narrow))


def _status(judged: Judged, day: Day) -> _Status:
    account, deciding = judged.account, judged.deciding
    if deciding is None:
        marks = "; ".join(_marks(judged))
        return _Status(marks or "pending", marks or "pending")
    if judged.view is View.ACTIVE:
        return _active(judged, day)
    more = len(judged.reasons) - 1
    if judged.view is View.EXCLUDED and judged.is_exhausted(day):
        return _exhausted(account, day, more)
    why = deciding.short(account, day)
    return _Status(f"held: {why}" if deciding.verdict is Verdict.HELD else why, why, more)


def _marks(judged: Judged) -> list[str]:
    """What keeps an account from being asked though no rule speaks against it."""
    marks = [] if judged.selected else ["deselected today"]
    problem = judged.account.phone_problem
    return [*marks, problem.removeprefix("there is ")] if problem is not None else marks


def _active(judged: Judged, day: Day) -> _Status:
    """A running campaign: how far it is, what comes next and when, and what stops that."""
    account, stops = judged.account, judged.stops_follow_up
    asked = RULE_BY_CODE["active-campaign"].short(account, day)
    sent = day.state(account).campaign_step + 1
    messages = max(sent, len(day.message_days))
    follow_up = day.next_follow_up(account.guarantor_id)
    is_due = follow_up is not None and follow_up.on <= day.as_of
    narrow = f"{sent} of {messages}"
    words = f"{asked}, {narrow}"
    against = [stops[0].short(account, day)] if stops else _marks(judged) if is_due else []
    but = f"but {'; '.join(against)}" if against else ""
    more = max(0, len(stops) - 1)
    if follow_up is not None and is_due:
        name = message_name(follow_up.step, messages - 1)
        return _Status(f"{name} due, {but}", f"due, {but}", more) if but else _Status(f"{name}, {asked}", name)
    if but:
        return _Status(f"{words}, {but}", f"{narrow}, {but}", more)
    after = f", next {format_day(follow_up.on, day.as_of)}" if follow_up is not None else ""
    return _Status(f"{words}{after}", f"{narrow}{after}")


def _exhausted(account: Account, day: Day, more: int) -> _Status:
    """Every message went out, and it owes as before: a person has to call."""
    state = day.state(account)
    last = format_day(state.last_asked or state.completed_on or day.as_of, day.as_of)
    times = state.campaign_step + 1
    narrow = f"asked {last}: call"
    return _Status(f"asked {times} times, last {last}: call" if times > 1 else narrow, narrow, more)

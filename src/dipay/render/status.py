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
from dipay.grammar.money import format_cents
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


def shown_portion(account: Account) -> str:
    """The patient portion; with a question mark where a row could not be read: it is then what the others add up to."""
    amount = format_cents(account.aged.patient_portion_cents)
    return amount if account.amount_is_known else f"{amount}?"


def status_words(judged: Judged, day: Day, width: int | None = None) -> str:
    """Where an account stands, in words that fit that many columns, or else in the fewest, to be cut at their end."""
    status = status_of(judged, day)
    return status.whole if width is None else status.within(width)


def status_of(judged: Judged, day: Day) -> Status:
    """Where an account stands."""
    status = _status(judged, day)
    return Status(printable(status.words), printable(status.narrow), status.more)


def answer_words(judged: Judged, day: Day, when: str = "today") -> str:
    """Whether the account is asked, or why not, in a sentence; `when` says its day, as "today" or "on 2026-11-20"."""
    account, status, against = judged.account, _status(judged, day), _against(judged, day)
    amount = format_cents(account.amount_cents)
    more = f", and {status.more} more reason{'' if status.more == 1 else 's'}" if status.more else ""
    due = day.follow_up_due(account.guarantor_id) if judged.view is View.ACTIVE else None
    if due is not None:
        name = message_name(due.step, day.messages(day.state(account)) - 1).capitalize()
        words = f"is due {when}, but {_in_brackets(against)}{more}" if against else f"goes out {when} for {amount}"
        words = f"{name} {words}"
    elif judged.view is View.PENDING:
        otherwise = f"Not asked {when}: {against}. Otherwise it would be, for {amount}"
        words = otherwise if against else f"Will be asked {when} for {amount}"
    elif judged.view is View.EXCLUDED and judged.is_exhausted(day):
        words = (
            f"Not asked {when}: {status.words.removesuffix(': call')}, and it owes {amount}{more}. Somebody should call"
        )
    else:
        words = f"Not asked {when}: {_in_brackets(status.words.removeprefix('held: '))}{more}"
    return printable(f"{words}.")


def _in_brackets(words: str) -> str:
    """What stands behind a colon, in brackets: "reply 12 waits (already paid)"."""
    before, colon, behind = words.partition(": ")
    return f"{before} ({behind})" if colon else before


def _status(judged: Judged, day: Day) -> Status:
    account, deciding, against = judged.account, judged.deciding, _against(judged, day)
    if deciding is None:
        narrow = "deselected" if not judged.selected else "no usable number" if against else "pending"
        return Status(against or "pending", narrow)
    if judged.view is View.ACTIVE:
        return _active(judged, day, against)
    more = len(judged.reasons) - 1
    if judged.view is View.EXCLUDED and judged.is_exhausted(day):
        return _exhausted(account, day, more)
    return Status(f"held: {against}" if deciding.verdict is Verdict.HELD else against, against, more)


def _against(judged: Judged, day: Day) -> str:
    """What keeps today's first request or follow-up back, or the next follow-up; empty where nothing does."""
    is_active, account = judged.view is View.ACTIVE, judged.account
    rule = judged.deciding
    if is_active:
        rule = next(iter(judged.stops_follow_up), None)
    elif judged.view is View.EXCLUDED:
        rule = next((each for each in judged.reasons if each.code in _FOR_GOOD), rule)
    if rule is not None:
        return rule.short(account, day)
    if is_active and day.follow_up_due(account.guarantor_id) is None:
        return ""
    marks = [] if judged.selected else ["deselected today"]
    if account.phone_problem is not None:
        marks.append(account.phone_problem.removeprefix("there is "))
    return "; ".join(marks)


def _active(judged: Judged, day: Day, against: str) -> Status:
    """A running campaign: how far it is, what comes next and when, and what stops that."""
    account, more = judged.account, max(0, len(judged.stops_follow_up) - 1)
    asked = RULE_BY_CODE["active-campaign"].short(account, day)
    state = day.state(account)
    sent, messages = state.campaign_step + 1, day.messages(state)
    due, follow_up = day.follow_up_due(account.guarantor_id), day.next_follow_up(account.guarantor_id)
    if due is not None:
        name = message_name(due.step, messages - 1)
        if against:
            return Status(f"{name} due, but {against}", f"due, but {against}", more)
        return Status(f"{name}, {asked}", name)
    behind = f", next {format_day(follow_up.on, day.as_of)}" if follow_up is not None else ""
    behind = f", but {against}" if against else behind
    return Status(f"{asked}, {sent} of {messages}{behind}", f"{sent} of {messages}{behind}", more)


def _exhausted(account: Account, day: Day, more: int) -> Status:
    """Every message went out, and it owes as before: a person has to call."""
    state = day.state(account)
    last = format_day(state.last_asked or state.completed_on or day.as_of, day.as_of)
    times = state.campaign_step + 1
    narrow = f"asked {last}: call"
    return Status(f"asked {times} times, last {last}: call" if times > 1 else narrow, narrow, more)

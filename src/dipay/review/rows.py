"""The rows of the review as values, and two tables: the tabs that hold rows, and the orders they are sorted in. No
screen, no file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from dipay.domain.account import Account
from dipay.domain.accounts import Accounts
from dipay.domain.campaigns import FollowUp
from dipay.domain.rules import RULES, Rule, Verdict
from dipay.domain.worklist import Judged, View, Worklist, stops_follow_up
from dipay.grammar.phones import format_phone
from dipay.render.safe import printable
from dipay.services.answers import Answer
from dipay.services.reviewing import Review
from dipay.state.releases import Release

if TYPE_CHECKING:
    from dipay.domain.columns import Numbers


@dataclass(frozen=True)
class TableRow:
    """One account in the table, by its place among all of them; the account itself is made when somebody looks at it.

    `follow_up` is the one that is due today, of a campaign that runs. `release` is the release that lets the message of
    today go out though it is held. `exhausted`: every message of its campaign went out, and it owes as before; `call`
    are the words for where else it can be called, once somebody looked. `news` says, in words, that somebody else
    changed it while it was on the screen; empty where nobody did.
    """

    accounts: Accounts
    place: int
    view: View
    reasons: tuple[Rule, ...]
    selected: bool
    follow_up: FollowUp | None = None
    exhausted: bool = False
    release: Release | None = None
    call: str = ""
    news: str = ""

    @property
    def id(self) -> str:
        return self.accounts.ids[self.place]

    @property
    def key(self) -> str:
        """What tells it from the other rows of a tab."""
        return self.id

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def amount_cents(self) -> int:
        """The amount a request would ask for."""
        return max(0, int(self.accounts.patient_portion_cents[self.place]))

    @property
    def number(self) -> str:
        """The number in E.164, or why there is none: words, which never begin with a plus sign."""
        return self.accounts.phones[self.place]

    @property
    def has_number(self) -> bool:
        return self.number.startswith("+")

    @cached_property
    def account(self) -> Account:
        return self.accounts[self.place]

    @property
    def judged(self) -> Judged:
        """The account as the worklist judged it, but for a tick that is not saved yet."""
        return Judged(self.account, self.reasons, self.selected)

    @property
    def stopping(self) -> tuple[Rule, ...]:
        """The rules that keep its message of today back: the follow-up that is due, or the first request."""
        return stops_follow_up(self.reasons) if self.follow_up is not None else self.reasons

    @property
    def may_go(self) -> bool:
        """Whether it is in today's batch once it is ticked."""
        return self.release is not None or not self.stopping

    @property
    def ticked(self) -> bool:
        return self.may_go and self.selected

    @property
    def is_held(self) -> bool:
        """Whether holds keep it back, and nothing else does."""
        return not self.may_go and all(rule.verdict is Verdict.HELD for rule in self.stopping)

    @property
    def standing(self) -> str:
        """Where it stands in one word: the view; of a follow-up that is due what keeps it back, or that; `released`."""
        if self.release is not None:
            return "released"
        if self.follow_up is None:
            return self.view.value
        return min((rule.verdict for rule in self.stopping), key=tuple(Verdict).index, default="follow-up")

    @property
    def kind(self) -> tuple[object, ...]:
        """What it has in common with all rows that stand in the same tabs and are found by the same words."""
        released, is_due = self.release is not None, self.follow_up is not None
        return self.view, self.reasons, self.selected, released, is_due, self.exhausted

    @property
    def looked_at(self) -> tuple[object, ...]:
        """What a person decides by: with another of these they might decide otherwise."""
        return (
            self.view, self.selected, self.reasons, self.release, self.amount_cents, self.number, self.follow_up,
            self.exhausted,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One reply that waits. `of` is the row of its account, or of the one account that has its number; None where there
    is none or it is not in today's export.
    """

    answer: Answer
    of: TableRow | None

    may_go = ticked = False
    news = ""
    standing = "reply"

    @property
    def reply_id(self) -> int:
        """Its number in `dipay replies`."""
        return self.answer.reply.id

    @property
    def id(self) -> str:
        return self.of.id if self.of is not None else self.answer.reply.guarantor_id or ""

    @property
    def key(self) -> str:
        """What tells it from the other rows of its tab."""
        return str(self.reply_id)

    @property
    def name(self) -> str:
        return self.of.name if self.of is not None else self.number or "(number not kept)"

    @property
    def number(self) -> str:
        """The number it came from as people write it; empty once past retention."""
        return format_phone(self.answer.reply.number or "")

    @property
    def amount_cents(self) -> int:
        return self.of.amount_cents if self.of is not None else 0

    @property
    def has_number(self) -> bool:
        return True


Row: TypeAlias = TableRow | ReplyRow


def rows_of(review: Review, places: Numbers | Sequence[int]) -> list[TableRow]:
    """The rows of the accounts at these places."""
    worklist = review.worklist
    accounts, day, exhausted = worklist.accounts, worklist.day, set(worklist.exhausted.tolist())
    rows = [
        TableRow(
            accounts,
            place,
            view,
            reasons,
            selected,
            day.follow_up_due(accounts.ids[place]) if view is View.ACTIVE else None,
            place in exhausted,
        )
        for place, view, reasons, selected in zip(
            map(int, places),
            worklist.views(places),
            worklist.reasons(places),
            worklist.selected[places].tolist(),
            strict=True,
        )
    ]
    if not review.released:
        return rows
    return [
        replace(row, release=review.release_of(worklist.at(row.place))) if row.id in review.released else row
        for row in rows
    ]


def named(rows: Sequence[Row]) -> str:
    """Whom an action is done to: the one account by its name, several by their number."""
    if len(rows) == 1:
        return printable(f"{rows[0].name}, account {rows[0].id}")
    return f"{len(rows):,} accounts"


def reply_ids(rows: Sequence[Row]) -> list[int]:
    """The numbers of those of these rows that are replies."""
    return [row.reply_id for row in rows if isinstance(row, ReplyRow)]


@dataclass(frozen=True, slots=True, eq=False)
class Tab:
    """A view of the review: which accounts it holds. `word` is how it is typed in plain mode.

    `short` is its title where there is little room, `asks` whether its rows want somebody to do something. `room` is
    how many letters its rows' statuses have before columns that there need not be stand beside them. Of the rule with
    `code`, where there is one, all its rows tell.
    """

    title: str
    word: str
    help: str
    holds: Callable[[TableRow], bool]
    short: str
    room: int
    asks: bool = True
    code: str = ""


def _of_rule(code: str, title: str, help: str, short: str, room: int, *, asks: bool) -> Tab:  # noqa: A002
    """The accounts that one rule speaks against, whatever else does."""

    def holds(row: TableRow) -> bool:
        return any(rule.code == code for rule in row.reasons)

    return Tab(title, code, help, holds, short, room, asks, code)


PENDING = Tab(
    "Pending", "pending", "Who may be asked today: first requests, and the follow-ups that are due.",
    lambda row: row.may_go or row.follow_up is not None, "Pending", 27,
)  # fmt: skip
#: Its rows are replies, not accounts.
REPLIES = Tab(
    "Replies", "replies", "What patients answered that waits for somebody, and holds their accounts.",
    lambda _: False, "Replies", 60,
)  # fmt: skip
UNDELIVERABLE = _of_rule("undeliverable", "Undeliverable", "Who was not reached, and why.", "Undel", 50, asks=True)
HELD = Tab(
    "Held", "held", "What dipay will not send by itself: somebody releases it, or not.",
    lambda row: row.is_held, "Held", 45,
)  # fmt: skip
ACTIVE = Tab(
    "Active", "active", "The campaigns that run, and when the next message is due.",
    lambda row: row.view is View.ACTIVE, "Active", 33, asks=False,
)  # fmt: skip
SNOOZED = _of_rule(
    "snoozed", "Snoozed", "The snoozed accounts: until when, why and by whom.", "Snooze", 70,
    asks=False,
)  # fmt: skip
EXHAUSTED = Tab(
    "Exhausted", "exhausted", "Who got every message and owes as before: somebody has to call, and where.",
    lambda row: row.exhausted, "Exh", 35,
)  # fmt: skip
ALL = Tab(
    "All", "all-accounts", "Every account, with the reason why it is not asked.", lambda _: True, "All", 40, asks=False,
)  # fmt: skip
#: In the order of their keys: 1, 2, 3 ...
TABS = (PENDING, REPLIES, UNDELIVERABLE, HELD, ACTIVE, SNOOZED, EXHAUSTED, ALL)


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """A way to sort: by a column of the worklist; None is the order of the names.

    `largest_first`: so it begins, and turned around it is the other way. An account whose value is below `least` has
    none, and comes last either way.
    """

    name: str
    words: str
    column: Callable[[Worklist], Numbers] | None = None
    least: int | None = None
    largest_first: bool = True

    def falls(self, reverse: bool) -> bool:
        """Whether the largest stands at the top."""
        return self.largest_first is not reverse

    def places(self, worklist: Worklist, reverse: bool) -> list[int]:
        """The places of all accounts in this order; those with the same value stay in the order of their names."""
        order = worklist.accounts.by_name
        if self.column is None:
            return list(map(int, order[::-1] if self.falls(reverse) else order))
        column = self.column(worklist)
        values = column[order]
        order = order[(-values if self.falls(reverse) else values).argsort(kind="stable")]
        has_none = column[order] < (column.min() if self.least is None else self.least)
        return [*map(int, order[~has_none]), *map(int, order[has_none])]


#: Who is asked today, then whom somebody has to look at, then the rest.
_BY_STATUS = (View.PENDING, View.HELD, View.UNDELIVERABLE, View.SNOOZED, View.ACTIVE, View.EXCLUDED)
_FOLLOW_UP = len(RULES)


def _statuses(worklist: Worklist) -> Numbers:
    """A number for each account by its view and by the rule that decides; who is unticked comes after who is ticked."""
    _, examples, which = np.unique(worklist.marks, return_index=True, return_inverse=True)
    ranks = [
        _BY_STATUS.index(view) * 2 * len(RULES)
        + next((RULES.index(rule) for rule in reasons if rule.verdict.value == view.value), 0)
        for view, reasons in zip(worklist.views(examples), worklist.reasons(examples), strict=True)
    ]
    found = np.array(ranks, np.int64)[which]
    found[list(worklist.follow_ups)] = _FOLLOW_UP + 1
    found[list(worklist.follow_ups_to_ask)] = _FOLLOW_UP
    return 2 * found + ~worklist.selected


BY_NAME = Order("name", "name", largest_first=False)
ORDERS = (
    BY_NAME,
    Order("amount", "amount, largest first", lambda worklist: worklist.accounts.patient_portion_cents),
    Order("age", "age, oldest first", lambda worklist: worklist.accounts.aged.oldest_unpaid_days, least=0),
    Order("visit", "last visit, latest first", lambda worklist: worklist.accounts.last_visits, least=1),
    Order("status", "status, pending first", _statuses, largest_first=False),
)

"""The rows of the review as values, and two tables: the tabs that hold rows, and the orders they are sorted in. No
screen, no file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dipay.domain.account import Account
from dipay.domain.accounts import Accounts
from dipay.domain.rules import Rule
from dipay.domain.worklist import View
from dipay.render.safe import printable
from dipay.services.reviewing import Review
from dipay.state.releases import Release

if TYPE_CHECKING:
    from dipay.domain.columns import Numbers


@dataclass(frozen=True)
class TableRow:
    """One account in the table, by its place among all of them; the account itself is made when somebody looks at it.

    `release` is the release that lets it go out though it is held. `news` says, in words, that somebody else changed it
    while it was on the screen; empty where nobody did.
    """

    accounts: Accounts
    place: int
    view: View
    reasons: tuple[Rule, ...]
    selected: bool
    release: Release | None = None
    news: str = ""

    @property
    def id(self) -> str:
        return self.accounts.ids[self.place]

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
    def may_go(self) -> bool:
        """Whether it is in today's batch once it is ticked."""
        return self.release is not None or self.view is View.PENDING

    @property
    def ticked(self) -> bool:
        return self.may_go and self.selected

    @property
    def standing(self) -> str:
        """Where it stands in one word: the view, or `released` for a held account that a person let go out."""
        return "released" if self.release is not None else self.view.value

    @property
    def looked_at(self) -> tuple[object, ...]:
        """What a person decides by: with another of these they might decide otherwise."""
        return self.view, self.selected, self.reasons, self.release, self.amount_cents, self.number


def rows_of(review: Review, places: Numbers | Sequence[int]) -> list[TableRow]:
    """The rows of the accounts at these places."""
    worklist = review.worklist
    selected = worklist.selected[places].tolist()
    found = zip(places, worklist.views(places), worklist.reasons(places), selected, strict=True)
    rows = [TableRow(worklist.accounts, int(place), *rest) for place, *rest in found]
    if not review.released:
        return rows
    return [
        replace(row, release=review.release_of(worklist.at(row.place))) if row.id in review.released else row
        for row in rows
    ]


def named(rows: Sequence[TableRow]) -> str:
    """Whom an action is done to: the one account by its name, several by their number."""
    if len(rows) == 1:
        return printable(f"{rows[0].account.name}, account {rows[0].id}")
    return f"{len(rows):,} accounts"


@dataclass(frozen=True, slots=True, eq=False)
class Tab:
    """A view of the review: which rows it holds. `word` is how it is typed in plain mode.

    `long_status`: what its rows have to say needs the room of other columns on a narrow screen.
    """

    title: str
    word: str
    help: str
    holds: Callable[[TableRow], bool]
    long_status: bool = False


PENDING = Tab("Pending", "pending", "The accounts that may be asked today.", lambda row: row.may_go)
SNOOZED = Tab(
    "Snoozed", "snoozed", "The snoozed accounts: until when, why and by whom.",
    lambda row: row.view is View.SNOOZED, long_status=True,
)  # fmt: skip
ALL = Tab("All", "all-accounts", "Every account, with the reason why it is not asked.", lambda _: True)
#: In the order of their keys: 1, 2, 3 ...
TABS = (PENDING, SNOOZED, ALL)


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """A way to sort: by a column of the accounts, the largest first; None is the worklist's own order.

    An account whose value is below `least` has none, and comes last either way.
    """

    name: str
    words: str
    column: Callable[[Accounts], Numbers] | None = None
    least: int | None = None

    def places(self, accounts: Accounts, reverse: bool) -> list[int]:
        """The places of all accounts in this order; those with the same value stay in the order of their names."""
        order = accounts.by_name
        if self.column is None:
            return list(map(int, order[::-1] if reverse else order))
        column = self.column(accounts)
        values = column[order]
        order = order[(values if reverse else -values).argsort(kind="stable")]
        has_none = column[order] < (column.min() if self.least is None else self.least)
        return [*map(int, order[~has_none]), *map(int, order[has_none])]


BY_NAME = Order("name", "name")
ORDERS = (
    BY_NAME,
    Order("amount", "amount, largest first", lambda accounts: accounts.patient_portion_cents),
    Order("age", "age, oldest first", lambda accounts: accounts.aged.oldest_unpaid_days, least=0),
    Order("visit", "last visit, latest first", lambda accounts: accounts.last_visits, least=1),
)

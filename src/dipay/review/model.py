"""The table as values: which rows are shown in what order, where the cursor is, what is ticked and marked. No screen,
no file; every question a screen or a spoken line asks is answered here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from dipay.domain.worklist import Judged, View
from dipay.grammar.letters import bare
from dipay.grammar.phones import format_phone
from dipay.services.reviewing import Review
from dipay.state.releases import Release


class Tab(StrEnum):
    """The three views of the review."""

    PENDING = "pending"
    SNOOZED = "snoozed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """One account in the table. `release` is the release that lets it go out though it is held.

    `news` says, in words, that somebody else changed it while it was on the screen; empty where nobody did.
    """

    judged: Judged
    view: View
    release: Release | None = None
    news: str = ""

    @property
    def id(self) -> str:
        return self.judged.account.guarantor_id

    @property
    def amount_cents(self) -> int:
        return self.judged.account.amount_cents

    @property
    def may_go(self) -> bool:
        """Whether it is in today's batch once it is ticked."""
        return self.release is not None or self.view is View.PENDING

    @property
    def ticked(self) -> bool:
        return self.may_go and self.judged.selected

    @property
    def standing(self) -> str:
        """Where it stands in one word: the view, or `released` for a held account that a person let go out."""
        return "released" if self.release is not None else self.view.value

    def is_in(self, tab: Tab) -> bool:
        if tab is Tab.PENDING:
            return self.may_go
        return tab is Tab.ALL or self.view is View.SNOOZED

    def with_tick(self, ticked: bool) -> Row:
        """The same row, ticked or not."""
        judged = self.judged
        return Row(Judged(judged.account, judged.reasons, ticked), self.view, self.release)


def _last_visit(row: Row) -> tuple[bool, int]:
    visit = row.judged.account.last_visit
    return visit is None, -(visit.toordinal() if visit else 0)


def _age(row: Row) -> tuple[bool, int]:
    days = row.judged.account.aged.oldest_unpaid_days
    return days is None, -(days or 0)


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort: its name, and the key of a row. Rows without the value come last either way."""

    name: str
    words: str
    key: Callable[[Row], tuple[bool, int]] | None


#: By name is the worklist's own order.
ORDERS = (
    Order("name", "name", None),
    Order("amount", "amount, largest first", lambda row: (False, -row.judged.account.aged.patient_portion_cents)),
    Order("age", "age, oldest first", _age),
    Order("visit", "last visit, latest first", _last_visit),
)


@dataclass(slots=True)
class Total:
    """So many accounts, owing so much; `without_number` of them can't be texted."""

    count: int = 0
    amount_cents: int = 0
    without_number: int = 0

    def add(self, row: Row, sign: int) -> None:
        """Counts a row in, or out with -1."""
        self.count += sign
        self.amount_cents += sign * row.amount_cents
        self.without_number += sign * (row.judged.account.phone is None)


class Model:
    """What is on the screen. The cursor is an index into `shown`; rows from `anchor` to it are marked as a range."""

    def __init__(self) -> None:
        self.tab = Tab.PENDING
        self.query = ""
        self.order = ORDERS[0]
        self.reverse = False
        self.cursor = 0
        self.anchor: int | None = None
        self.shown: list[str] = []
        self.version = 0
        self._rows: dict[str, Row] = {}
        self._sorted: list[str] = []
        self._in_tab: list[str] = []
        self._texts: dict[str, str] = {}
        self._digits: dict[str, str] = {}
        self._totals = {tab: Total() for tab in Tab}
        self._ticked = Total()

    # What is there.

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, guarantor_id: object) -> bool:
        return guarantor_id in self._rows

    def row(self, guarantor_id: str) -> Row:
        return self._rows[guarantor_id]

    def at(self, index: int) -> Row:
        """The row shown at that place."""
        return self._rows[self.shown[index]]

    @property
    def current(self) -> Row | None:
        """The row under the cursor; None in an empty table."""
        return self.at(self.cursor) if self.shown else None

    def total(self, tab: Tab) -> Total:
        return self._totals[tab]

    @property
    def ticked(self) -> Total:
        """What is in today's batch, shown or not."""
        return self._ticked

    def news(self) -> list[Row]:
        """The rows that somebody else changed and nobody here has looked at since."""
        return [row for row in self._rows.values() if row.news]

    # What it is told.

    def take(self, review: Review, mine: Collection[str] | None = None) -> list[str]:
        """Shows what is so now. `mine` are the accounts changed from here, None for all (nothing is news then).

        Gives the ids of the rows that somebody else changed: each says so until it is acted on.
        """
        changed: list[str] = []
        accounts = review.worklist.judged
        if len(accounts) != len(self._rows) or any(each.account.guarantor_id not in self._rows for each in accounts):
            before, self._rows = self._rows, {}
            self._totals, self._ticked = {tab: Total() for tab in Tab}, Total()
        else:
            before = self._rows
        same_accounts = before is self._rows
        for judged in accounts:
            guarantor_id = judged.account.guarantor_id
            old = before.get(guarantor_id)
            release = review.release_of(judged) if review.released else None
            if old is None or old.judged.account is not judged.account:
                same_accounts = False
                self._texts.pop(guarantor_id, None)
            elif old.judged is judged and old.release == release and not old.news and before is self._rows:
                continue
            row = Row(judged, judged.view, release)
            if old is not None and mine is not None and guarantor_id not in mine:
                if _differs(old, row):
                    changed.append(guarantor_id)
                    row = replace(row, news=_news(old, row, review))
                elif old.news:
                    row = replace(row, news=old.news)
            self._put(guarantor_id, row)
        if not same_accounts:
            # The worklist's own order is by name; with the same accounts no way of sorting finds another one.
            self._rows = {each.account.guarantor_id: self._rows[each.account.guarantor_id] for each in accounts}
        self._arrange(sort=not same_accounts)
        return changed

    def tick(self, ids: Iterable[str], ticked: bool) -> None:
        """Shows rows as ticked or not while that is being saved."""
        for guarantor_id in ids:
            self._put(guarantor_id, self._rows[guarantor_id].with_tick(ticked))
        self.version += 1

    def _put(self, guarantor_id: str, row: Row) -> None:
        """Puts a row in its place and the totals right."""
        old = self._rows.get(guarantor_id)
        self._rows[guarantor_id] = row
        if old is not None:
            same_account = old.judged.account is row.judged.account
            if same_account and (old.may_go, old.view, old.ticked) == (row.may_go, row.view, row.ticked):
                return
            self._count(old, -1)
        self._count(row, 1)

    def _count(self, row: Row, sign: int) -> None:
        for tab, total in self._totals.items():
            if row.is_in(tab):
                total.add(row, sign)
        if row.ticked:
            self._ticked.add(row, sign)

    def seen(self, ids: Iterable[str]) -> None:
        """Takes the word that they changed off the rows: somebody acts on them knowingly."""
        for guarantor_id in ids:
            if self._rows[guarantor_id].news:
                self._rows[guarantor_id] = replace(self._rows[guarantor_id], news="")
        self.version += 1

    def show(self, tab: Tab) -> None:
        """Opens a tab."""
        current = self.current
        self.tab, self.anchor = tab, None
        if current is None or not current.is_in(tab):
            self.cursor, self.shown = 0, []
        self._arrange()

    def search(self, text: str) -> None:
        """Shows only rows whose names, ids or numbers hold every word typed, with or without accents."""
        self.query, self.anchor = text, None
        self._filter()

    def sort_by(self, order: Order, reverse: bool = False) -> None:
        self.order, self.reverse, self.anchor = order, reverse, None
        self._arrange(sort=True)

    # Where one is.

    def go(self, index: int, extend: bool = False) -> None:
        """Moves the cursor to a place; with `extend` the rows on the way become a range."""
        if extend and self.anchor is None:
            self.anchor = self.cursor
        elif not extend:
            self.anchor = None
        self.cursor = max(0, min(index, len(self.shown) - 1))

    def mark_all(self) -> None:
        """Marks every row shown as one range."""
        self.anchor, self.cursor = 0, max(0, len(self.shown) - 1)

    @property
    def marked(self) -> range:
        """The places of the range; the cursor's alone where none is marked."""
        if not self.shown:
            return range(0)
        other = self.cursor if self.anchor is None else min(self.anchor, len(self.shown) - 1)
        return range(min(self.cursor, other), max(self.cursor, other) + 1)

    def targets(self) -> list[Row]:
        """The rows that the next action is done to: the range, else the one under the cursor."""
        return [self.at(index) for index in self.marked]

    def shown_rows(self) -> list[Row]:
        return [self._rows[each] for each in self.shown]

    # How it is worked out.

    def _arrange(self, sort: bool = False) -> None:
        if sort or len(self._sorted) != len(self._rows):
            self._sorted = self._in_order()
        self._in_tab = [each for each in self._sorted if self._rows[each].is_in(self.tab)]
        self._filter()

    def _in_order(self) -> list[str]:
        ids = list(self._rows)
        key = self.order.key
        if key is None:
            return ids[::-1] if self.reverse else ids
        keys = {each: key(self._rows[each]) for each in ids}
        if not self.reverse:
            return sorted(ids, key=keys.__getitem__)
        return sorted(ids, key=lambda each: (keys[each][0], -keys[each][1]))

    def _filter(self) -> None:
        keep = self.shown[self.cursor] if self.cursor < len(self.shown) else None
        other = self.shown[self.anchor] if self.anchor is not None and self.anchor < len(self.shown) else None
        self.shown = self._found(bare(self.query).split())
        # The cursor and the range stay on their rows; a cursor whose row has left the view, on the place where it was.
        self.anchor = self._place(other)
        if keep is not None and keep in self._rows and self._rows[keep].is_in(self.tab):
            self.cursor = self._place(keep) or 0
        self.cursor = max(0, min(self.cursor, len(self.shown) - 1))
        self.version += 1

    def _found(self, words: list[str]) -> list[str]:
        """The rows of the tab that hold every one of these words, or the number that was typed."""
        found = list(self._in_tab)
        if not words:
            return found
        if len(self._texts) < len(self._rows):
            self.index()
        # One word after the other: nearly all rows are out after the first, and this runs at every letter typed.
        texts, numbers = self._texts, self._digits
        for word in words:
            found = [each for each in found if word in texts[each]]
        digits = re.sub(r"[\s().+/-]", "", self.query)
        if not digits.isdigit() or len(digits) < 3:
            return found
        either = {*found, *(each for each in self._in_tab if digits in numbers[each])}
        return [each for each in self._in_tab if each in either]

    def _place(self, guarantor_id: str | None) -> int | None:
        """Where a row is shown; None where it is not."""
        try:
            return self.shown.index(guarantor_id) if guarantor_id is not None else None
        except ValueError:
            return None

    def index(self, most: int | None = None) -> bool:
        """Makes ready what a search looks through, of so many rows at a time; whether all of it is.

        The first search does what nobody did before.
        """
        missing = (each for each in self._rows if each not in self._texts)
        for guarantor_id in list(islice(missing, most)):
            account = self._rows[guarantor_id].judged.account
            people = [f"{each.patient_id} {each.name}" for each in account.patients]
            number = format_phone(account.phone) if account.phone else ""
            self._texts[guarantor_id] = bare(" ".join((guarantor_id, account.name, *people, number)))
            self._digits[guarantor_id] = account.phone or ""
        return len(self._texts) >= len(self._rows)


def _differs(before: Row, now: Row) -> bool:
    return (
        before.view is not now.view
        or before.judged.selected != now.judged.selected
        or before.judged.reasons != now.judged.reasons
        or before.release != now.release
        or before.amount_cents != now.amount_cents
        or before.judged.account.phone != now.judged.account.phone
    )


def _news(before: Row, now: Row, review: Review) -> str:
    """What became of a row while it was on the screen."""
    account, day = now.judged.account, review.worklist.day
    if now.view is not before.view:
        if now.judged.reasons:
            return f"changed meanwhile: {now.judged.reasons[0].saw(account, day)}"
        return f"changed meanwhile: {now.standing} again"
    if now.judged.selected != before.judged.selected:
        return "changed meanwhile: " + ("taken in again" if now.judged.selected else "deselected")
    if now.release != before.release:
        return "changed meanwhile: " + ("released" if now.release else "held again")
    if now.amount_cents != before.amount_cents:
        return "changed meanwhile: another amount"
    if account.phone != before.judged.account.phone:
        return "changed meanwhile: another number"
    return "changed meanwhile: for other reasons"

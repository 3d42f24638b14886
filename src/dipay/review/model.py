"""The table as values: which rows are shown in what order, where the cursor is, what is ticked and marked. No screen,
no file; every question a screen or a spoken line asks is answered here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from dipay.domain.problems import ExitCode, cannot
from dipay.grammar.letters import bare
from dipay.grammar.phones import format_phone
from dipay.review.rows import BY_NAME, PENDING, TABS, Order, Tab, TableRow, named, rows_of
from dipay.services.reviewing import Review


@dataclass(frozen=True, slots=True)
class Ticks:
    """Which accounts a person wants in today's batch (true) or out of it, and what that is called once it is saved."""

    wanted: Mapping[str, bool]
    words: str


@dataclass(slots=True)
class Total:
    """So many accounts, owing so much; `without_number` of them can't be texted."""

    count: int = 0
    amount_cents: int = 0
    without_number: int = 0

    @classmethod
    def of(cls, rows: Sequence[TableRow]) -> Total:
        return cls(len(rows), sum(row.amount_cents for row in rows), sum(not row.has_number for row in rows))

    def add(self, row: TableRow, sign: int) -> None:
        """Counts a row in, or out with -1."""
        self.count += sign
        self.amount_cents += sign * row.amount_cents
        self.without_number += sign * (not row.has_number)


class Model:
    """What is on the screen. The cursor is an index into `shown`; rows from `anchor` to it are marked as a range."""

    def __init__(self) -> None:
        self.tab = PENDING
        self.query = ""
        self.order = BY_NAME
        self.reverse = False
        self.cursor = 0
        self.anchor: int | None = None
        self.shown: list[str] = []
        self.version = 0
        self._review: Review | None = None
        self._rows: dict[str, TableRow] = {}
        self._members: dict[Tab, set[str]] = {tab: set() for tab in TABS}
        self._totals = {tab: Total() for tab in TABS}
        self._ticked = Total()
        self._moved: set[Tab] = set()
        self._unsaved: list[Mapping[str, bool]] = []
        self._sorted: list[str] = []
        self._in_tab: list[str] = []
        self._texts: dict[str, str] = {}
        self._digits: dict[str, str] = {}

    # What is there.

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, guarantor_id: object) -> bool:
        return guarantor_id in self._rows

    def row(self, guarantor_id: str) -> TableRow:
        return self._rows[guarantor_id]

    def at(self, index: int) -> TableRow:
        """The row shown at that place."""
        return self._rows[self.shown[index]]

    @property
    def current(self) -> TableRow | None:
        """The row under the cursor; None in an empty table."""
        return self.at(self.cursor) if self.shown else None

    def total(self, tab: Tab) -> Total:
        return self._totals[tab]

    @property
    def ticked(self) -> Total:
        """What is in today's batch, shown or not."""
        return self._ticked

    # What it is told.

    def take(self, review: Review, mine: Collection[str] | None = None) -> list[str]:
        """Shows what is so now. `mine` are the accounts changed from here, None for all (nothing is news then).

        Gives the ids of the rows that somebody else changed: each says so until it is acted on.
        """
        before, self._review = self._review, review
        accounts = review.worklist.accounts
        same_exports = before is not None and before.worklist.accounts is accounts
        places = _changed_places(before, review, mine) if before is not None and same_exports else accounts.by_name
        rows = rows_of(review, places)
        changed = [] if mine is None else self._tell_news(rows, review, {*mine, *chain.from_iterable(self._unsaved)})
        if same_exports:
            for row in rows:
                self._put(row)
        else:
            self._put_all(rows)
        for wanted in self._unsaved:
            self._put_ticks(wanted)
        if self.tab in self._moved or not same_exports:
            self._arrange(sort=not same_exports)
        self.version += 1
        return changed

    def _tell_news(self, rows: list[TableRow], review: Review, mine: Collection[str]) -> list[str]:
        """Writes on the rows that somebody else changed what became of them; gives their ids."""
        changed = []
        for index, row in enumerate(rows):
            old = self._rows.get(row.id)
            if old is None or row.id in mine:
                continue
            if old.looked_at != row.looked_at:
                changed.append(row.id)
                rows[index] = replace(row, news=_news(old, row, review))
            elif old.news:
                rows[index] = replace(row, news=old.news)
        return changed

    def _put_all(self, rows: Sequence[TableRow]) -> None:
        """Rows of other exports: everything about them is worked out anew."""
        self._rows = {row.id: row for row in rows}
        self._texts, self._digits = {}, {}
        for tab in TABS:
            there = [row for row in rows if tab.holds(row)]
            self._members[tab], self._totals[tab] = {row.id for row in there}, Total.of(there)
        self._ticked = Total.of([row for row in rows if row.ticked])

    def tick(self, wanted: Mapping[str, bool]) -> None:
        """Shows rows as ticked or not until that is `saved`, whatever is taken meanwhile."""
        self._unsaved.append(wanted)
        self._put_ticks(wanted)
        self.version += 1

    def saved(self, wanted: Mapping[str, bool]) -> None:
        """From now on what is taken says how these are ticked: it was saved, or it could not be."""
        self._unsaved.remove(wanted)

    def _put_ticks(self, wanted: Mapping[str, bool]) -> None:
        for guarantor_id, ticked in wanted.items():
            if guarantor_id in self._rows:
                self._put(replace(self._rows[guarantor_id], selected=ticked, news=""))

    def _put(self, row: TableRow) -> None:
        """Puts a row in its place and the totals right."""
        old = self._rows.get(row.id)
        self._rows[row.id] = row
        if old is not None and old.looked_at == row.looked_at:
            return
        for tab, members in self._members.items():
            was_in, is_in = row.id in members, tab.holds(row)
            if old is not None and was_in:
                self._totals[tab].add(old, -1)
            if is_in:
                self._totals[tab].add(row, 1)
            if is_in is not was_in:
                (members.add if is_in else members.remove)(row.id)
                self._moved.add(tab)
        for each, sign in ((old, -1), (row, 1)):
            if each is not None and each.ticked:
                self._ticked.add(each, sign)

    def seen(self, ids: Iterable[str]) -> None:
        """Takes the word that they changed off the rows: somebody acts on them knowingly."""
        for guarantor_id in ids:
            if self._rows[guarantor_id].news:
                self._rows[guarantor_id] = replace(self._rows[guarantor_id], news="")
        self.version += 1

    # What is to be ticked.

    def toggled(self, rows: Sequence[TableRow]) -> Ticks:
        """These rows all unticked where they all are ticked, else all ticked."""
        to = not all(row.ticked for row in rows if row.may_go)
        return self._ticks(rows, lambda _: to, "Ticked" if to else "Unticked")

    def all_ticked(self, to: bool) -> Ticks:
        """Every row shown ticked, or every one unticked."""
        able = [row for row in self.shown_rows() if row.may_go]
        rows = [row for row in able if row.ticked is not to]
        if able and not rows:
            raise cannot(ExitCode.USAGE, "they are all so already.", "")
        return self._ticks(rows, lambda _: to, "Ticked" if to else "Unticked")

    def inverted(self) -> Ticks:
        """Every row shown the other way round."""
        return self._ticks(self.shown_rows(), lambda row: not row.ticked, "Inverted")

    def _ticks(self, rows: Sequence[TableRow], to: Callable[[TableRow], bool], done: str) -> Ticks:
        able = [row for row in rows if row.may_go]
        if not able:
            raise cannot(
                ExitCode.USAGE, "nothing here can be ticked.", "Only pending and released accounts are in a batch."
            )
        return Ticks({row.id: to(row) for row in able}, f"{done} {named(able)}.")

    def show(self, tab: Tab) -> None:
        """Opens a tab."""
        current = self.current
        self.tab, self.anchor = tab, None
        if current is None or not tab.holds(current):
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

    def targets(self) -> list[TableRow]:
        """The rows that the next action is done to: the range, else the one under the cursor."""
        return [self.at(index) for index in self.marked]

    def shown_rows(self) -> list[TableRow]:
        return [self._rows[each] for each in self.shown]

    # How it is worked out.

    def _arrange(self, sort: bool = False) -> None:
        if sort and self._review is not None:
            accounts = self._review.worklist.accounts
            self._sorted = [accounts.ids[place] for place in self.order.places(accounts, self.reverse)]
        members = self._members[self.tab]
        self._in_tab = [each for each in self._sorted if each in members]
        self._moved.clear()
        self._filter()

    def _filter(self) -> None:
        keep = self.shown[self.cursor] if self.cursor < len(self.shown) else None
        other = self.shown[self.anchor] if self.anchor is not None and self.anchor < len(self.shown) else None
        self.shown = self._found(bare(self.query).split())
        # The cursor and the range stay on their rows; a cursor whose row has left the view, on the place where it was.
        self.anchor = self._place(other)
        if keep in self._members[self.tab]:
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
            # Made for this alone: to keep all accounts would take more memory than their texts.
            row = self._rows[guarantor_id]
            account = row.accounts[row.place]
            people = [f"{each.patient_id} {each.name}" for each in account.patients]
            number = format_phone(account.phone) if account.phone else ""
            self._texts[guarantor_id] = bare(" ".join((guarantor_id, account.name, *people, number)))
            self._digits[guarantor_id] = account.phone or ""
        return len(self._texts) >= len(self._rows)


def _changed_places(before: Review, now: Review, mine: Collection[str] | None) -> list[int]:
    """Where among the same accounts a row may be another one now, or was wanted to be."""
    one, other = before.worklist, now.worklist
    places = set(((one.marks != other.marks) | (one.selected != other.selected)).nonzero()[0].tolist())
    named = {*(mine or ()), *before.released, *now.released}
    return sorted(places.union(now.places[each] for each in named if each in now.places))


def _news(before: TableRow, now: TableRow, review: Review) -> str:
    """What became of a row while it was on the screen."""
    if now.view is not before.view:
        saw = now.reasons[0].saw(now.account, review.worklist.day) if now.reasons else f"{now.standing} again"
        return f"changed meanwhile: {saw}"
    if now.selected != before.selected:
        return "changed meanwhile: " + ("taken in again" if now.selected else "deselected")
    if now.release != before.release:
        return "changed meanwhile: " + ("released" if now.release else "held again")
    if now.amount_cents != before.amount_cents:
        return "changed meanwhile: another amount"
    if now.number != before.number:
        return "changed meanwhile: another number"
    return "changed meanwhile: for other reasons"

"""The table as values: which rows are shown in what order, where the cursor is, what is ticked and marked. No screen,
no file; every question a screen or a spoken line asks is answered here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from rich.cells import cell_len

from dipay.domain.problems import ExitCode, cannot
from dipay.grammar.letters import bare
from dipay.grammar.phones import format_phone
from dipay.review.rows import (
    BY_NAME,
    EXHAUSTED,
    PENDING,
    REPLIES,
    TABS,
    Order,
    ReplyRow,
    Row,
    Tab,
    TableRow,
    named,
    rows_of,
)
from dipay.services.answers import Answer
from dipay.services.reviewing import Review


@dataclass(frozen=True, slots=True)
class Ticks:
    """Which accounts a person wants in today's batch (true) or out of it, and what that is called once it is saved."""

    wanted: Mapping[str, bool]
    words: str


@dataclass(slots=True)
class Total:
    """So many rows, owing so much; `without_number` of them can't be texted."""

    count: int = 0
    amount_cents: int = 0
    without_number: int = 0

    def add(self, counted: Total, sign: int = 1) -> None:
        """Counts as much in, or out with -1."""
        self.count += sign * counted.count
        self.amount_cents += sign * counted.amount_cents
        self.without_number += sign * counted.without_number

    @classmethod
    def of(cls, row: Row) -> Total:
        return cls(1, row.amount_cents, not row.has_number)


@dataclass(frozen=True, slots=True)
class Share:
    """First requests, or follow-ups: those that may go out today, those of them that are ticked, and those that a rule
    keeps back though they are due.
    """

    able: Total = field(default_factory=Total)
    ticked: Total = field(default_factory=Total)
    stopped: Total = field(default_factory=Total)

    def add(self, row: TableRow, counted: Total, sign: int) -> None:
        """Counts a row in, or out with -1."""
        if row.may_go:
            self.able.add(counted, sign)
            if row.selected:
                self.ticked.add(counted, sign)
        elif row.follow_up is not None:
            self.stopped.add(counted, sign)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What all rows of a kind have in common: the tabs they are in, and the words they are found by."""

    tabs: frozenset[Tab]
    words: str

    @classmethod
    def of(cls, row: TableRow) -> _Kind:
        tabs = frozenset(tab for tab in TABS if tab.holds(row))
        words = [row.standing, row.view, *(rule.code for rule in row.reasons)]
        words += ["follow-up"] * (row.follow_up is not None) + ["exhausted"] * row.exhausted
        words += ["deselected"] * (not row.selected)
        return cls(tabs, bare(" ".join(words)))


class Model:
    """What is on the screen. The cursor is an index into `shown`, which are keys of rows; rows from `anchor` to it are
    marked as a range.
    """

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
        self._replies: dict[str, ReplyRow] = {}
        self._kinds: dict[tuple[object, ...], _Kind] = {}
        self._id_width = 0
        self._start_counting()
        self._moved: set[Tab] = set()
        self._unsaved: list[Mapping[str, bool]] = []
        self._sorted: list[str] = []
        self._in_tab: list[str] = []
        self._texts: dict[str, str] = {}
        self._digits: dict[str, str] = {}
        self._says: dict[str, str] = {}
        self._numbers: Mapping[str, str] = {}

    def _start_counting(self) -> None:
        self._members: dict[Tab, set[str]] = {tab: set() for tab in TABS}
        self._totals = {tab: Total() for tab in TABS}
        self.first_requests, self.follow_ups = Share(), Share()

    # What is there.

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, guarantor_id: object) -> bool:
        return guarantor_id in self._rows

    def row(self, guarantor_id: str) -> TableRow:
        return self._rows[guarantor_id]

    def at(self, index: int) -> Row:
        """The row shown at that place."""
        return self._row(self.shown[index])

    def _row(self, key: str) -> Row:
        return self._replies[key] if self.tab is REPLIES else self._rows[key]

    @property
    def current(self) -> Row | None:
        """The row under the cursor; None in an empty table."""
        return self.at(self.cursor) if self.shown else None

    def total(self, tab: Tab) -> Total:
        return self._totals[tab]

    @property
    def id_width(self) -> int:
        """How many letters the longest id has."""
        return self._id_width

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
        self._put_replies(review)
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
        self._texts, self._digits, self._numbers = {}, {}, {}
        self._id_width = max(map(cell_len, self._rows), default=0)
        self._start_counting()
        for row in rows:
            self._count(row, 1)

    def _put_replies(self, review: Review) -> None:
        """The replies that wait now, each with its account as it is now."""
        held: dict[int, list[str]] = {}
        for account, replies in review.worklist.day.replies.items():
            for each in replies:
                held.setdefault(each.number, []).append(account)
        made = (ReplyRow(each, self._account_of(each, held.get(each.reply.id, ()))) for each in review.answers)
        self._replies = {row.key: row for row in made}
        if self._members[REPLIES] != self._replies.keys():
            self._members[REPLIES] = set(self._replies)
            self._moved.add(REPLIES)
        self._totals[REPLIES] = Total()
        for row in self._replies.values():
            self._totals[REPLIES].add(Total.of(row))

    def _account_of(self, answer: Answer, held: Sequence[str]) -> TableRow | None:
        """Whose reply it is; of a number that nobody was asked at, the one account that has it."""
        account = answer.reply.guarantor_id or (held[0] if len(held) == 1 else "")
        return self._rows.get(account)

    def _kind(self, row: TableRow) -> _Kind:
        kind = self._kinds.get(row.kind)
        if kind is None:
            kind = self._kinds[row.kind] = _Kind.of(row)
        return kind

    def _count(self, row: TableRow, sign: int) -> None:
        """Counts a row in, or out with -1, wherever it belongs."""
        kind, counted, guarantor_id = self._kind(row), Total.of(row), row.id
        for tab in kind.tabs:
            self._totals[tab].add(counted, sign)
            (self._members[tab].add if sign > 0 else self._members[tab].remove)(guarantor_id)
        self._says[guarantor_id] = kind.words
        (self.follow_ups if row.follow_up is not None else self.first_requests).add(row, counted, sign)

    @property
    def wants_numbers(self) -> bool:
        """Whether accounts are shown that somebody has to call, and nobody looked yet where."""
        return self.tab is EXHAUSTED and bool(self._members[EXHAUSTED]) and not self._numbers

    def put_numbers(self, numbers: Mapping[str, str]) -> None:
        """Shows where else exhausted accounts can be called, until other exports are read."""
        self._numbers = numbers
        for guarantor_id in numbers:
            if guarantor_id in self._rows:
                self._put(self._rows[guarantor_id])
        self.version += 1

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
        if row.exhausted and row.id in self._numbers:
            row = replace(row, call=self._numbers[row.id])
        self._rows[row.id] = row
        if old is not None and old.looked_at == row.looked_at:
            return
        if old is not None:
            self._count(old, -1)
        self._count(row, 1)
        self._moved |= self._kind(row).tabs ^ (self._kind(old).tabs if old is not None else frozenset())

    def seen(self, ids: Iterable[str]) -> None:
        """Takes the word that they changed off the rows: somebody acts on them knowingly."""
        for guarantor_id in ids:
            if self._rows[guarantor_id].news:
                self._rows[guarantor_id] = replace(self._rows[guarantor_id], news="")
        self.version += 1

    # What is to be ticked.

    def toggled(self, rows: Sequence[Row]) -> Ticks:
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

    def _ticks(self, rows: Sequence[Row], to: Callable[[Row], bool], done: str) -> Ticks:
        able = [row for row in rows if row.may_go]
        if not able:
            raise cannot(
                ExitCode.USAGE,
                "nothing here can be ticked.",
                "Only what is pending, due or released is in a batch; Enter says why this is not.",
            )
        return Ticks({row.id: to(row) for row in able}, f"{done} {named(able)}.")

    def show(self, tab: Tab) -> None:
        """Opens a tab."""
        current = self.current
        stays = isinstance(current, TableRow) and tab.holds(current)
        self.tab, self.anchor = tab, None
        if not stays:
            self.cursor, self.shown = 0, []
        self._arrange()

    def search(self, text: str) -> None:
        """Shows only rows whose names, ids, numbers or states hold every word typed, with or without accents."""
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

    def accounts_of(self, rows: Sequence[Row]) -> list[TableRow]:
        """The accounts of these rows, each once; a usage error where there is none."""
        found = [row if isinstance(row, TableRow) else row.of for row in rows]
        accounts = list({row.id: row for row in found if row is not None}.values())
        if not accounts:
            raise cannot(ExitCode.USAGE, "there is no account here.", "This is done to an account of today's exports.")
        return accounts

    def replies_of(self, rows: Sequence[Row]) -> list[Answer]:
        """The replies that these rows are, or that hold these accounts, each once; a usage error for none."""
        held_by = self._review.worklist.day.replies if self._review is not None else {}
        wanted: set[int] = set()
        for row in rows:
            if isinstance(row, ReplyRow):
                wanted.add(row.reply_id)
            else:
                wanted.update(each.number for each in held_by.get(row.id, ()))
        found = [row.answer for row in self._replies.values() if row.reply_id in wanted]
        if not found:
            raise cannot(ExitCode.USAGE, "no reply waits here.", "The replies that do are a view of their own.")
        return found

    def shown_rows(self) -> list[Row]:
        return list(map(self._row, self.shown))

    # How it is worked out.

    def _arrange(self, sort: bool = False) -> None:
        if sort and self._review is not None:
            worklist = self._review.worklist
            self._sorted = [worklist.accounts.ids[place] for place in self.order.places(worklist, self.reverse)]
        members = self._members[self.tab]
        self._in_tab = self._sorted_replies() if self.tab is REPLIES else [e for e in self._sorted if e in members]
        self._moved.clear()
        self._filter()

    def _sorted_replies(self) -> list[str]:
        """The replies in the order of their accounts, an account's oldest first; those of nobody come last."""
        accounts = {row.id for row in self._replies.values()}
        places = {each: place for place, each in enumerate(self._sorted) if each in accounts}
        rows = sorted(self._replies.values(), key=lambda row: places.get(row.id, len(self._sorted)))
        return [row.key for row in rows]

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
        texts, numbers, says = self._texts, self._digits, self._says
        if self.tab is REPLIES:
            texts = {each.key: self._text_of_reply(each) for each in self._replies.values()}
            numbers, says = dict.fromkeys(texts, ""), texts
        # One word after the other: nearly all rows are out after the first, and this runs at every letter typed.
        for word in words:
            found = [each for each in found if word in texts[each] or word in says[each]]
        digits = re.sub(r"[\s().+/-]", "", self.query)
        if not digits.isdigit() or len(digits) < 3:
            return found
        either = {*found, *(each for each in self._in_tab if digits in numbers[each])}
        return [each for each in self._in_tab if each in either]

    def _text_of_reply(self, row: ReplyRow) -> str:
        reply = row.answer.reply
        text = bare(" ".join((row.name, row.number, reply.number or "", reply.kind.words, reply.text or "")))
        return f"{self._texts.get(row.id, '')} {text}"

    def _place(self, key: str | None) -> int | None:
        """Where a row is shown; None where it is not."""
        try:
            return self.shown.index(key) if key is not None else None
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
    was_done, is_done = one.day.situation.accounts, other.day.situation.accounts
    # What was judged in part keeps the states of all others as they are.
    else_done = (each for each in is_done if (old := was_done.get(each)) is not is_done[each] and old != is_done[each])
    named = {*(mine or ()), *before.released, *now.released, *else_done, *(was_done.keys() - is_done.keys())}
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
    if now.follow_up != before.follow_up:
        return "changed meanwhile: " + ("a follow-up is due" if now.follow_up else "no follow-up is due any more")
    if now.amount_cents != before.amount_cents:
        return "changed meanwhile: another amount"
    if now.number != before.number:
        return "changed meanwhile: another number"
    return "changed meanwhile: for other reasons"

"""What the rules need of the state file: the summaries, opt-outs, the replies that wait, and who was asked where."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from dipay.domain.asked_before import AskedBefore
from dipay.domain.situation import AccountState, Situation, Snooze, Undeliverable
from dipay.state.replies import waiting_of
from dipay.state.requests import REHEARSAL_PROVIDER
from dipay.state.summaries import COLUMNS

if TYPE_CHECKING:
    from dipay.domain.accounts import Accounts
    from dipay.state.store import Store

#: Ids given as one value, looked up by SQLite itself: an old file knows many accounts that are in no export any more.
_AMONG: Final = "(SELECT value FROM json_each(:among))"


def situation(store: Store, today: date, provider: str, among: Sequence[str] | None = None) -> Situation:
    """What the rules need of every account, or of these.

    `provider` is the one configured: rehearsals count for `outbox` alone. Of deselections only today's are given.
    """
    rows = store.connection.execute(
        f"SELECT guarantor_id, {COLUMNS} FROM summaries WHERE real = :real"
        + (f" AND guarantor_id IN {_AMONG}" if among is not None else ""),
        {"real": _is_real(provider), "among": json.dumps(among)},
    )
    accounts = _Accounts({row[0]: row for row in rows}, today.isoformat())
    numbers = store.connection.execute("SELECT number FROM standing_opt_outs WHERE number IS NOT NULL")
    return Situation(accounts, frozenset(str(number) for (number,) in numbers), waiting_of(store.connection))


def asked_before(store: Store, provider: str = "") -> AskedBefore:
    """Where and with whom each account was ever asked; without a provider, in earnest."""

    def asked(table: str, column: str) -> dict[str, tuple[str, ...]]:
        counted = (1 - _is_real(provider),)
        return _grouped(
            store.connection.execute(f"SELECT {column}, guarantor_id FROM {table} WHERE rehearsal <= ?", counted)
        )

    return AskedBefore(asked("asked_numbers", "number"), asked("asked_patients", "patient_id"))


def situation_of(store: Store, today: date, provider: str, accounts: Accounts) -> Situation:
    """What the rules need of these accounts, with those that were asked in their stead."""
    asked = asked_before(store, provider)
    elsewhere = asked.elsewhere(accounts)
    others = {other for theirs in elsewhere.values() for other in theirs}.difference(accounts.ids) if elsewhere else ()
    return replace(situation(store, today, provider, [*accounts.ids, *others]), asked=asked)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one, account in pairs:
        before = found.get(one)
        found[one] = (account,) if before is None or account in before else (*before, account)
    return found


def asked_accounts(store: Store, provider: str, among: Sequence[str]) -> tuple[int, int]:
    """How many accounts were ever asked, and how many of them are not among these."""
    found: tuple[int, int] = store.connection.execute(
        f"SELECT count(*), count(*) FILTER (WHERE guarantor_id NOT IN {_AMONG}) FROM summaries "
        "WHERE real = :real AND last_asked IS NOT NULL",
        {"real": _is_real(provider), "among": json.dumps(among)},
    ).fetchone()
    return found


def _is_real(provider: str) -> int:
    return int(provider != REHEARSAL_PROVIDER)


class _Accounts(Mapping[str, AccountState]):
    """Account states, each made once, when it is asked for."""

    __slots__ = ("_made", "_rows", "_today")

    def __init__(self, rows: dict[str, tuple[object, ...]], today: str) -> None:
        self._rows = rows
        self._today = today
        self._made: dict[str, AccountState] = {}

    def __getitem__(self, guarantor_id: str) -> AccountState:
        made = self._made.get(guarantor_id)
        if made is None:
            made = self._made[guarantor_id] = _state_from_row(self._rows[guarantor_id], self._today)
        return made

    def __contains__(self, guarantor_id: object) -> bool:
        return guarantor_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _state_from_row(row: tuple[object, ...], today: str) -> AccountState:
    (
        _,
        until,
        reason,
        note,
        by,
        deselected,
        began,
        step,
        asked,
        number,
        why,
        since,
        in_doubt,
        opted_out,
        paid,
        last_sent,
        completed,
        dead,
    ) = row
    return AccountState(
        snooze=Snooze(date.fromisoformat(str(until)), str(reason), str(note), str(by)) if until else None,
        deselected_on=_day(deselected) if deselected == today else None,
        campaign_began=_day(began),
        campaign_step=step if isinstance(step, int) else 0,
        campaign_last_sent=_day(last_sent),
        completed_on=_day(completed),
        last_asked=_day(asked),
        undeliverable=(
            Undeliverable(str(number) if number else None, str(why), date.fromisoformat(str(since))) if since else None
        ),
        dead_numbers=frozenset(str(dead).split(",")) if dead else frozenset(),
        in_doubt=bool(in_doubt),
        opted_out_on=_day(opted_out),
        paid_on=_day(paid),
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None

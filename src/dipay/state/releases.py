"""Holds that a person lifted: for a day, with a reason; taken back; or passed by one message.

Rows are only added, and the last one that releases or takes back counts. A reason is a person's own words: it stays
in this table, which a purge empties, and never reaches the event log, which nothing does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dipay.state.moments import as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Release:
    """A person lets a held account go out that day: the holds they saw, as rules' codes, and the reason they typed."""

    codes: frozenset[str]
    why: str

    def lifts(self, codes: Iterable[str]) -> bool:
        """Whether these holds are ones that the person saw."""
        return self.codes.issuperset(codes)


def release(
    store: Store, guarantor_id: str, codes: Collection[str], why: str, *, day: date, by: str, now: datetime
) -> None:
    """Lifts an account's holds for that day, whatever was released or taken back before."""
    with store.writing():
        _write(store, guarantor_id, "released", codes, why, day=day, by=by, now=now)
        store.log("hold-released", now, guarantor_id, by=by, codes=_joined(codes))


def take_back(store: Store, guarantor_id: str, *, day: date, by: str, now: datetime) -> bool:
    """Holds a released account again; whether it was released."""
    with store.writing():
        released = guarantor_id in releases_of(store, day)
        if released:
            _write(store, guarantor_id, "taken back", (), "", day=day, by=by, now=now)
            store.log("release-taken-back", now, guarantor_id, by=by)
    return released


def note_passed(
    store: Store, guarantor_id: str, codes: Collection[str], why: str = "", *, day: date, by: str, now: datetime
) -> None:
    """Notes the holds that one message to the account passes, because they were released or a person named it."""
    with store.writing():
        _write(store, guarantor_id, "passed", codes, why, day=day, by=by, now=now)
        store.log("hold-passed", now, guarantor_id, by=by, codes=_joined(codes))


def releases_of(store: Store, day: date) -> dict[str, Release]:
    """The releases of that day that stand, by account."""
    rows = store.connection.execute(
        "SELECT guarantor_id, what, codes, why FROM releases WHERE day = ? AND what <> 'passed' ORDER BY id",
        (day.isoformat(),),
    )
    last = {account: (what, codes, why) for account, what, codes, why in rows}
    return {
        account: Release(frozenset(codes.split(",")), why)
        for account, (what, codes, why) in last.items()
        if what == "released"
    }


def _write(
    store: Store,
    guarantor_id: str,
    what: Literal["released", "taken back", "passed"],
    codes: Collection[str],
    why: str,
    *,
    day: date,
    by: str,
    now: datetime,
) -> None:
    store.connection.execute(
        "INSERT INTO releases (guarantor_id, what, codes, why, day, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (guarantor_id, what, _joined(codes), why, day.isoformat(), by, as_text(now)),
    )


def _joined(codes: Collection[str]) -> str:
    return ",".join(sorted(codes))

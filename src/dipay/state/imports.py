"""Exports that were read: their files, what they came to, and what they say of accounts that were asked.

The next exports are compared with the last ones here. Nothing of an export itself is kept but hashes and sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dipay.state.moments import as_text, from_text
from dipay.state.summaries import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """An export file that was read: `kind` is patients, ledger or balances; `total_cents` where it has amounts;
    `fields` are those it had columns for (none known of files read by an older dipay).
    """

    kind: str
    sha256: str
    rows: int
    total_cents: int | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """One reading of the exports and what it came to; `strangers` counts the asked accounts that it lacked.

    `accepted` is why a person took exports that differed much from the ones before; empty where nobody had to.
    """

    at: datetime
    as_of: date
    accounts: int
    balance_cents: int
    files: tuple[ImportedFile, ...]
    strangers: int = 0
    accepted: str = ""


def record_import(
    store: Store,
    *,
    as_of: date,
    accounts: int,
    balance_cents: int,
    files: Iterable[ImportedFile],
    portions: Mapping[str, int],
    now: datetime,
    strangers: int = 0,
    accepted: str = "",
    by: str | None = None,
) -> None:
    """Notes an import, unless the last one read the same files for the same day.

    `portions` are the patient portions in cents; kept only for accounts that were asked, and only where they changed.
    Paid marks set before `as_of` end: this export knows better.
    """
    read = tuple(sorted(files, key=lambda each: each.kind))
    before = last_import(store)
    if before is not None and before.as_of == as_of and before.files == read:
        return
    day = as_of.isoformat()
    with store.writing() as connection:
        import_id = connection.execute(
            "INSERT INTO imports (at, as_of, accounts, balance_cents, strangers, accepted) VALUES (?, ?, ?, ?, ?, ?)",
            (as_text(now), day, accounts, balance_cents, strangers, accepted),
        ).lastrowid
        connection.executemany(
            "INSERT INTO import_files (import_id, kind, sha256, rows, total_cents, fields) VALUES (?, ?, ?, ?, ?, ?)",
            [(import_id, each.kind, each.sha256, each.rows, each.total_cents, " ".join(each.fields)) for each in read],
        )
        _keep_balances(connection, day, portions)
        outdated = connection.execute("SELECT guarantor_id FROM paid_marks WHERE day < ?", (day,)).fetchall()
        for (account,) in outdated:
            connection.execute("DELETE FROM paid_marks WHERE guarantor_id = ?", (account,))
            refresh(connection, account)
        # The reason is a person's own words, so it stays in the table, which can be purged.
        store.log("import-accepted" if accepted else "imported", now, by=by, import_id=import_id, as_of=day)


def _keep_balances(connection: sqlite3.Connection, day: str, portions: Mapping[str, int]) -> None:
    asked = connection.execute(
        "SELECT guarantor_id FROM summaries WHERE real = 0 AND last_asked IS NOT NULL"
    ).fetchall()
    for (account,) in asked:
        # An account that the export no longer shows owes nothing there.
        portion = portions.get(account, 0)
        last = connection.execute(
            "SELECT portion_cents FROM balances_seen WHERE guarantor_id = ? AND as_of < ? ORDER BY as_of DESC LIMIT 1",
            (account, day),
        ).fetchone()
        if last is None or last[0] != portion:
            connection.execute("INSERT OR REPLACE INTO balances_seen VALUES (?, ?, ?)", (account, day, portion))
        else:
            connection.execute("DELETE FROM balances_seen WHERE guarantor_id = ? AND as_of = ?", (account, day))


def last_import(store: Store) -> Import | None:
    """The newest import, to compare the next one with."""
    row = store.connection.execute(
        "SELECT id, at, as_of, accounts, balance_cents, strangers, accepted FROM imports ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    files = store.connection.execute(
        "SELECT kind, sha256, rows, total_cents, fields FROM import_files WHERE import_id = ? ORDER BY kind",
        (row[0],),
    )
    read = tuple(
        ImportedFile(kind, sha256, rows, total_cents, tuple(fields.split()))
        for kind, sha256, rows, total_cents, fields in files
    )
    return Import(from_text(row[1]), date.fromisoformat(row[2]), row[3], row[4], read, row[5], row[6])


def balances_seen(store: Store, guarantor_id: str) -> list[tuple[date, int]]:
    """The patient portions (cents) of an asked account in the exports since, where they changed, oldest first."""
    rows = store.connection.execute(
        "SELECT as_of, portion_cents FROM balances_seen WHERE guarantor_id = ? ORDER BY as_of",
        (guarantor_id,),
    )
    return [(date.fromisoformat(day), cents) for day, cents in rows]

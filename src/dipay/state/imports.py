"""What happened round the requests: runs, exports that were read, replies, and messages found only at the provider."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from dipay.state.moments import as_text, from_text
from dipay.state.processes import this_process
from dipay.state.requests import REHEARSAL_PROVIDER, Kind, Request, RequestState, request_of
from dipay.state.summaries import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class Run:
    """One sending run. `ended` is None while it runs, or where it was killed."""

    id: int
    command: str
    provider: str
    began: datetime
    ended: datetime | None
    host: str
    pid: int
    counts: Mapping[str, int]


def begin_run(store: Store, command: str, provider: str, *, now: datetime) -> int:
    """Notes that a run began; its id."""
    owner = this_process()
    with store.writing() as connection:
        cursor = connection.execute(
            "INSERT INTO runs (command, provider, began, host, pid) VALUES (?, ?, ?, ?, ?)",
            (command, provider, as_text(now), owner.host, owner.pid),
        )
        run_id = cursor.lastrowid
        store.log("run-began", now, run=run_id, command=command, provider=provider)
    if run_id is None:
        raise RuntimeError("SQLite gave no row id")
    return run_id


def end_run(store: Store, run_id: int, counts: Mapping[str, int], *, now: datetime) -> None:
    """Notes that a run ended, with what it did."""
    with store.writing() as connection:
        connection.execute(
            "UPDATE runs SET ended = ?, counts = ? WHERE id = ?",
            (as_text(now), json.dumps(dict(counts)), run_id),
        )
        store.log("run-ended", now, run=run_id)


def runs(store: Store, most: int = 20) -> list[Run]:
    """The newest runs, newest first."""
    rows = store.connection.execute(
        "SELECT id, command, provider, began, ended, host, pid, counts FROM runs ORDER BY id DESC LIMIT ?",
        (most,),
    )
    return [
        Run(
            row[0],
            row[1],
            row[2],
            from_text(row[3]),
            from_text(row[4]) if row[4] else None,
            row[5],
            row[6],
            json.loads(row[7]),
        )
        for row in rows
    ]


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


@dataclass(frozen=True, slots=True)
class Reply:
    """A message from a patient. `kind` is what it was taken for: stop, paid, wrong-person, other …"""

    id: int
    provider_id: str
    number: str | None
    guarantor_id: str | None
    kind: str
    text: str | None
    at: datetime
    handled_at: datetime | None


def add_reply(
    store: Store,
    *,
    provider_id: str,
    number: str,
    guarantor_id: str | None,
    kind: str,
    text: str,
    at: datetime,
    now: datetime,
) -> bool:
    """Keeps a reply; False when it was known already."""
    with store.writing() as connection:
        added = connection.execute(
            "INSERT INTO replies (provider_id, number, guarantor_id, kind, text, at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (provider_id) DO NOTHING",
            (provider_id, number, guarantor_id, kind, text, as_text(at)),
        ).rowcount
        if added:
            store.log("reply", now, guarantor_id, kind=kind, provider_id=provider_id)
    return added > 0


def handle_reply(store: Store, reply_id: int, *, by: str, now: datetime) -> bool:
    """Takes a reply off the day's list; False when it was off already."""
    with store.writing() as connection:
        done = connection.execute(
            "UPDATE replies SET handled_at = ? WHERE id = ? AND handled_at IS NULL", (as_text(now), reply_id)
        ).rowcount
        if done:
            store.log("reply-handled", now, by=by, reply=reply_id)
    return done > 0


def replies(store: Store, *, waiting_only: bool = True) -> list[Reply]:
    """Replies, oldest first; those nobody has dealt with, or all."""
    where = "WHERE handled_at IS NULL" if waiting_only else ""
    rows = store.connection.execute(
        f"SELECT id, provider_id, number, guarantor_id, kind, text, at, handled_at FROM replies {where} ORDER BY at"
    )
    return [
        Reply(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            from_text(row[6]),
            from_text(row[7]) if row[7] else None,
        )
        for row in rows
    ]


_UNLOGGED: Final = "found in the provider's log, not in this file"


def is_known(store: Store, provider: str, provider_id: str, token: str | None) -> bool:
    """Whether the file has a request with that id of the provider, or with that token."""
    found = store.connection.execute(
        "SELECT 1 FROM requests WHERE (provider = ? AND provider_id = ?) OR token = ?",
        (provider, provider_id, token),
    )
    return found.fetchone() is not None


def add_unlogged(
    store: Store,
    *,
    guarantor_id: str,
    number: str,
    text: str,
    segments: int,
    token: str,
    provider: str,
    provider_id: str,
    step: int,
    last_step: bool,
    sent_at: datetime,
    day: date,
    now: datetime,
) -> Request | None:
    """Writes an accepted request for a message that only the provider knows of (after a restore); None if it is known.

    It counts like any other: a step 0 begins the campaign. `token` is the one in its text's link, or a new one.
    """
    from dipay.state.claims import seal, text_hash
    from dipay.state.consequences import after_acceptance

    with store.writing() as connection:
        if is_known(store, provider, provider_id, token):
            return None
        digest = text_hash(text)
        request_id = connection.execute(
            "INSERT INTO requests (token, guarantor_id, kind, in_campaign, step, last_step, named, typed, "
            "number, amount_cents, text, text_sha256, segments, provider, rehearsal, state, day, claimed_at, "
            "outcome_at, provider_id, why, delivery, late, host, pid, process_started) "
            "VALUES (?, ?, ?, 1, ?, ?, 1, 0, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 1, '', 0, '')",
            (
                token,
                guarantor_id,
                Kind.CAMPAIGN,
                step,
                last_step,
                number,
                text,
                digest,
                segments,
                provider,
                provider == REHEARSAL_PROVIDER,
                RequestState.ACCEPTED,
                day.isoformat(),
                as_text(sent_at),
                as_text(now),
                provider_id,
                _UNLOGGED,
            ),
        ).lastrowid
        if request_id is None:
            raise RuntimeError("SQLite gave no row id")
        sealed = seal(token, guarantor_id, number, 0, digest)
        store.log("unlogged", now, guarantor_id, request_id, provider_id=provider_id, step=step, seal=sealed)
        after_acceptance(connection, request_of(connection, request_id), now, store.actor, late=False)
        refresh(connection, guarantor_id)
        return request_of(connection, request_id)

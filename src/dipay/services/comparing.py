"""Today's exports beside the last ones that were worked with: what a person must look at before anything is sent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dipay.domain.problems import Problem, Severity
from dipay.grammar.money import format_cents
from dipay.state.imports import Import, ImportedFile, last_import
from dipay.state.looking import is_there
from dipay.state.situations import asked_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dipay.exports.reading import Exports
    from dipay.exports.sources.files import ExportFile
    from dipay.exports.tables.table import FileReport
    from dipay.office import Office

#: The kind of the warnings that stop sending unless a person says that the files are right.
CHANGED = "changed"
#: The kind of those that only say that nothing new was exported.
SAME = "same"

#: A practice with fewer accounts, or a file with fewer rows, changes by its daily business more than this allows for.
LEAST = 20
ROWS_DOWN, ROWS_UP = 0.8, 1.5
MOST_MOVED = 1 / 3
#: Of the accounts that were ever asked, this share must still be known.
LEAST_KNOWN = 0.8

_LOOK = "Look at the files; if they are right: `dipay send --accept-changed REASON`."

#: Fields that decide nothing: a file may lose their columns.
_IDLE = frozenset({"description", "email", "home_phone", "type", "work_phone", "zip"})


def compare_with_last(office: Office, exports: Exports) -> tuple[Problem, ...]:
    """Warnings where these exports are older than the last ones, the same, or so different that they may be wrong.

    Nothing where there is no state yet. Files are compared as a whole only where their rows and totals are the same.
    """
    if not exports.files or not is_there(office.state_path):
        return ()
    from dipay.state.store import open_for_reading

    with open_for_reading(office.state_path, office.state_marker) as store:
        last = last_import(store)
        if last is None:
            return ()
        asked, gone = asked_accounts(store, office.settings.messaging.provider, exports.accounts.ids)
    return (
        *_older(office, exports, last),
        *_same(office, exports, last),
        *_moved(exports, last),
        *_without_columns(exports, last),
        *_strangers(asked, gone, last),
    )


def _warning(message: str, fix: str, file: str | None = None, kind: str = CHANGED) -> Problem:
    return Problem(Severity.WARNING, message, fix, file, kind=kind)


def _older(office: Office, exports: Exports, last: Import) -> Iterator[Problem]:
    oldest = min(exports.files, key=lambda file: file.written)
    day = oldest.written.astimezone(office.zone).date()
    if day < last.as_of:
        yield _warning(
            f"is of {day}, older than the exports of {last.as_of} that were used last: payments since are not in it.",
            "Export again, or move the older file away.",
            oldest.name,
        )


def _same(office: Office, exports: Exports, last: Import) -> Iterator[Problem]:
    day = last.at.astimezone(office.zone).date()
    if day >= office.today():
        return
    before = {each.kind: each for each in last.files if each.kind != "patients"}
    for report, file in _reports(exports):
        was = before.get(report.kind)
        # A long file is not read once more unless everything that is known of it already is the same.
        known = was is not None and (was.rows, was.total_cents) == (report.rows, report.read_cents)
        if was is not None and known and was.sha256 == digest(file):
            yield _warning(
                f"holds the same as on {day}: no payment or charge since then is in it.",
                "Export again, unless the office was closed.",
                file.name,
                SAME,
            )


def _moved(exports: Exports, last: Import) -> Iterator[Problem]:
    accounts = exports.accounts
    balance = int(accounts.aged.balance_cents.sum())
    before: Mapping[str, ImportedFile] = {each.kind: each for each in last.files}
    for report, file in _reports(exports):
        if report.kind not in before:
            continue
        yield from _count_moved("rows", report.rows, before[report.kind].rows, last, file.name)
    yield from _count_moved("accounts", len(accounts), last.accounts, last)
    enough = min(len(accounts), last.accounts) >= LEAST
    if enough and abs(balance - last.balance_cents) > abs(last.balance_cents) * MOST_MOVED:
        yield _warning(
            f"all balances together are {format_cents(balance)}; on {last.as_of} they were "
            f"{format_cents(last.balance_cents)}.",
            _LOOK,
        )


def _count_moved(what: str, now: int, before: int, last: Import, file: str | None = None) -> Iterator[Problem]:
    if before >= LEAST and not ROWS_DOWN * before < now < ROWS_UP * before:
        has = "has" if file is not None else "there are"
        yield _warning(f"{has} {now:,} {what}; on {last.as_of} there were {before:,}.", _LOOK, file)


def _without_columns(exports: Exports, last: Import) -> Iterator[Problem]:
    before = {each.kind: set(each.fields) - _IDLE for each in last.files}
    for report, file in _reports(exports):
        gone = sorted(before.get(report.kind, set()) - set(report.fields))
        if gone:
            what = f"a column for {gone[0]}" if len(gone) == 1 else f"columns for {', '.join(gone)}"
            yield _warning(
                f"no longer has {what}, as it had on {last.as_of}.",
                f"Export with all columns again. {_LOOK}",
                file.name,
            )


def _strangers(asked: int, gone: int, last: Import) -> Iterator[Problem]:
    """`asked` are the accounts that were ever asked, `gone` those of them that are not in these exports."""
    # Those that the last exports lacked already were accepted then.
    asked, gone = asked - last.strangers, gone - last.strangers
    if asked >= LEAST and asked - gone < LEAST_KNOWN * asked:
        there = f"only {asked - gone:,} are" if asked > gone else "none is"
        yield _warning(
            f"of {asked:,} accounts that were asked before {there} in these exports: they may be another practice's.",
            _LOOK,
        )


def digest(export: ExportFile) -> str:
    """The SHA-256 of a file."""
    with export.opened() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reports(exports: Exports) -> list[tuple[FileReport, ExportFile]]:
    by_name = {file.name: file for file in exports.files}
    return [(report, by_name[report.file]) for report in exports.reports if report.file in by_name]

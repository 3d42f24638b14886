"""Reading the day's exports: the files the settings name, to accounts ready for the rules, and every problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from dipay.domain.accounts import Accounts
from dipay.domain.problems import CannotGoOn, Problem, Severity
from dipay.exports.balances import Balances, read_balances
from dipay.exports.balancing import aged_accounts, last_visits, outstanding_claims, reconcile
from dipay.exports.distinct import Texts
from dipay.exports.doubts import hold_shared_by_many, stop_if_reversed
from dipay.exports.families import Families
from dipay.exports.files import EXIT_EXPORTS, ExportFile, Watch, look_at, newest, nobody_watches, stop
from dipay.exports.layout import AnySource, Layout, choose_profile, find_layouts, open_source
from dipay.exports.ledger import read_ledger
from dipay.exports.observing import blind_rules, file_problems, odd_encoding
from dipay.exports.patients import read_ids, read_patients
from dipay.exports.profiles import Kind, Profile, bundled_profiles
from dipay.exports.table import MOST_HELD_ROWS, MOST_HELD_SHARE, FileReport, Table
from dipay.exports.text import TextSource


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """What to read and how: the settings' exports and payment settings, as plain values.

    `today` is the real day (what can't lie ahead of it), `as_of` the day the balances are wanted for.
    """

    folder: Path
    files: Mapping[Kind, str]
    profile: str
    columns: Mapping[Kind, Mapping[str, str]]
    date_format: str
    visit_scope: str
    max_outstanding_claims: int | None
    max_age_hours: int
    country: str
    as_of: date
    now: datetime
    zone: tzinfo
    watch: Watch = nobody_watches

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Exports:
    """The accounts, what became of every row, and every problem."""

    accounts: Accounts
    reports: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    files: tuple[ExportFile, ...] = ()


def read_exports(plan: ReadingPlan) -> Exports:
    """Reads and reconciles the exports. A file that can't be read safely ends it with exit code 3, all at once."""
    sources, layouts = open_all(plan)
    tables = {
        kind: Table(
            sources[kind], layouts[kind], "guarantor_id" if kind == "balances" else "patient_id", watch=plan.watch
        )
        for kind in layouts
    }
    patients = read_patients(tables["patients"], plan.date_format, plan.today, Texts())
    _stop_if_too_many_held(tables["patients"], patients.problems)
    families = Families(patients)
    ledger, balances = None, Balances()
    if "ledger" in tables:
        ledger = read_ledger(tables["ledger"], patients, families, plan.as_of, plan.date_format, plan.today)
        _stop_if_too_many_held(tables["ledger"], ledger.problems)
    if "balances" in tables:
        guarantor_ids = patients.guarantor_ids()
        missing = set(guarantor_ids.values()) - guarantor_ids.keys()
        balances = read_balances(tables["balances"], guarantor_ids, missing, patients.deleted)
        _stop_if_too_many_held(tables["balances"], balances.problems)
    families.hold_by_rows()
    if ledger is not None:
        for account, reasons in ledger.held_accounts.items():
            families.hold(account, *reasons)
    families.hold_by_id(balances.held_accounts)
    doubts = list(families.hold_by_guarantors())
    aged = aged_accounts(families, ledger, balances, plan.as_of)
    if ledger is not None and balances.fields:
        doubts += reconcile(families, aged, balances)
    stop_if_reversed(aged, tables["ledger" if "ledger" in tables else "balances"].file_name)
    doubts += hold_shared_by_many(families, tables["patients"].file_name)
    visits, claims = last_visits(families, ledger, plan.visit_scope), outstanding_claims(families, balances)
    accounts = families.accounts(aged, visits, claims, plan.country)
    fields = patients.fields | balances.fields | (ledger.fields if ledger is not None else frozenset())
    if plan.max_outstanding_claims is not None and "outstanding_claims" not in fields:
        raise stop(
            "no export has a column for open claims, but payment_settings.max_outstanding_claims is set.",
            "Add the column to the export, name it under exports.columns, or set the limit to null.",
            tables["patients"].file_name,
        )
    notes = [
        *blind_rules(tables["patients"].file_name, patients.fields, fields),
        *file_problems([source.file for source in sources.values()], plan.now, plan.max_age_hours),
        *(odd_encoding(source) for source in sources.values() if getattr(source, "encoding", "") == "cp1252"),
    ]
    for source in sources.values():
        source.file.stop_if_changed()
    ledger_problems = ledger.problems if ledger is not None else ()
    problems = (*patients.problems, *ledger_problems, *balances.problems, *doubts, *notes)
    return Exports(
        accounts, tuple(table.report for table in tables.values()), problems,
        tuple(source.file for source in sources.values()),
    )  # fmt: skip


def open_all(plan: ReadingPlan) -> tuple[dict[Kind, AnySource], dict[Kind, Layout]]:
    """Every file opened and laid out by one profile; what is wrong with any of them is said in one go."""
    profiles = _profiles(plan.profile)
    problems: list[Problem] = []
    sources: dict[Kind, AnySource] = {}
    found: dict[Kind, dict[str, Layout]] = {}
    for kind, pattern in plan.files.items():
        try:
            file = look_at(newest(plan.folder, pattern, plan.zone))
            sources[kind] = source = open_source(file, plan.watch)
            if isinstance(source, TextSource) and not source.ends_with_line_end():
                file.wait_for_its_end()
            found[kind] = find_layouts(sources[kind], kind, profiles, plan.columns.get(kind, {}))
        except CannotGoOn as error:
            problems.extend(error.problems)
    if problems:
        raise CannotGoOn(problems, EXIT_EXPORTS)
    return sources, choose_profile(found, {kind: source.file for kind, source in sources.items()})


def _profiles(name: str) -> tuple[Profile, ...]:
    if name == "auto":
        return bundled_profiles()
    chosen = tuple(each for each in bundled_profiles() if each.name == name)
    if not chosen:
        names = ", ".join(each.name for each in bundled_profiles())
        raise stop(f'there is no profile "{name}".', f"Set exports.profile to auto or one of {names}.")
    return chosen


def _stop_if_too_many_held(table: Table, problems: list[Problem]) -> None:
    report = table.report
    if report.held > MOST_HELD_ROWS and report.held > MOST_HELD_SHARE * report.rows:
        too_many = Problem(
            Severity.ERROR,
            f"{report.held:,} of {report.rows:,} rows can't be read: the file is not what it is taken for.",
            "Look at the first of them below; export again, or correct the profile or the columns in the settings.",
            report.file,
        )
        raise CannotGoOn([too_many, *problems], EXIT_EXPORTS)


def read_account_ids(plan: ReadingPlan) -> dict[str, str]:
    """Each patient's guarantor id, and nothing else: what an id typed by a person is looked up in, quickly."""
    source = open_source(look_at(newest(plan.folder, plan.files["patients"], plan.zone)))
    layouts = find_layouts(source, "patients", _profiles(plan.profile), plan.columns.get("patients", {}))
    # Where several profiles fit, `list` stops; here any of them names the same ids.
    layout = next(iter(layouts.values()))
    return read_ids(Table(source, layout, "patient_id"))

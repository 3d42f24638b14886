"""Reading the day's exports: the files the settings name, to accounts ready for the rules, and every problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from dipay.domain.accounts import Account, grouped_by_guarantor, guarantor_problem, most_recent_visit
from dipay.domain.aging import AgedBalance
from dipay.domain.problems import CannotGoOn, Problem, Severity
from dipay.domain.records import Patient
from dipay.exports.balances import Balances, read_balances
from dipay.exports.columns import release_memory
from dipay.exports.doubts import hold_shared_by_many, stop_if_reversed
from dipay.exports.files import EXIT_EXPORTS, ExportFile, Watch, look_at, newest, nobody_watches, stop
from dipay.exports.layout import AnySource, Layout, choose_profile, find_layouts, open_source
from dipay.exports.ledger import Ledger, read_ledger
from dipay.exports.observing import blind_rules, file_problems, odd_encoding
from dipay.exports.patients import Patients, read_ids, read_patients
from dipay.exports.profiles import Kind, Profile, bundled_profiles
from dipay.exports.table import MOST_HELD_ROWS, MOST_HELD_SHARE, FileReport, Table
from dipay.exports.text import TextSource
from dipay.grammar.money import format_cents


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

    accounts: tuple[Account, ...]
    reports: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    files: tuple[ExportFile, ...] = ()


def read_exports(plan: ReadingPlan) -> Exports:
    """Reads and reconciles the exports. A file that can't be read safely ends it with exit code 3, all at once."""
    exports = _read_and_reconcile(plan)
    release_memory()
    return exports


def _read_and_reconcile(plan: ReadingPlan) -> Exports:
    sources, layouts = open_all(plan)
    tables = {
        kind: Table(
            sources[kind], layouts[kind], "guarantor_id" if kind == "balances" else "patient_id", watch=plan.watch
        )
        for kind in layouts
    }
    patients = read_patients(tables["patients"], plan.date_format, plan.today)
    _stop_if_too_many_held(tables["patients"], patients.problems)
    ledger, balances = _read_amounts(plan, tables, patients)
    assembly = _Assembly(plan, patients, ledger if "ledger" in tables else None, balances)
    amounts = tables["ledger"] if "ledger" in tables else tables["balances"]
    accounts = assembly.accounts()
    stop_if_reversed(accounts, amounts.file_name)
    accounts, shared = hold_shared_by_many(accounts, tables["patients"].file_name)
    fields = patients.fields | ledger.fields | balances.fields
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
    problems = (*patients.problems, *ledger.problems, *balances.problems, *assembly.problems, *shared, *notes)
    return Exports(
        accounts, tuple(table.report for table in tables.values()), problems,
        tuple(source.file for source in sources.values()),
    )  # fmt: skip


def _read_amounts(plan: ReadingPlan, tables: Mapping[Kind, Table], patients: Patients) -> tuple[Ledger, Balances]:
    """Ledger and balances, of which there may be one only; the other is empty."""
    account_of = {each.patient_id: each.guarantor_id for each in patients.by_id.values()}
    ledger, balances = Ledger(), Balances()
    if "ledger" in tables:
        ledger = read_ledger(tables["ledger"], account_of, patients.deleted, plan.as_of, plan.date_format, plan.today)
        _stop_if_too_many_held(tables["ledger"], ledger.problems)
    if "balances" in tables:
        missing = set(account_of.values()) - account_of.keys()
        balances = read_balances(tables["balances"], account_of, missing, patients.deleted)
        _stop_if_too_many_held(tables["balances"], balances.problems)
    return ledger, balances


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


class _Assembly:
    """Puts patients, sums and balances together into accounts."""

    def __init__(self, plan: ReadingPlan, patients: Patients, ledger: Ledger | None, balances: Balances) -> None:
        self.plan, self.patients, self.ledger, self.balances = plan, patients, ledger, balances
        self.problems: list[Problem] = []
        self.bucket_differences = 0
        # Estimates count once: the ledger's own rows come first, then the balances', then the patients'.
        in_ledger = ledger is not None and bool(_ESTIMATES & ledger.fields)
        in_balances = bool(_ESTIMATES & balances.fields)
        self.estimates_from = "ledger" if in_ledger else "balances" if in_balances else "patients"

    def accounts(self) -> tuple[Account, ...]:
        grouped = grouped_by_guarantor(self.patients.by_id.values())
        for guarantor_id in (*(self.ledger.sums if self.ledger else ()), *self.balances.rows):
            grouped.setdefault(guarantor_id, [])
        # Each group's memory serves the accounts that follow.
        accounts = tuple(self._account(guarantor_id, grouped.pop(guarantor_id)) for guarantor_id in tuple(grouped))
        if self.bucket_differences:
            self.problems.append(
                Problem(
                    Severity.NOTE,
                    f"{self.bucket_differences} accounts have the same balance in ledger and balances, but aged "
                    "differently; the ledger's ages are used.",
                    "PMSs tie credits to charges that the export does not show.",
                )
            )
        return accounts

    def _account(self, guarantor_id: str, members: list[Patient]) -> Account:
        guarantor = self.patients.by_id.get(guarantor_id)
        held = [reason for each in members for reason in each.held_for]
        held.extend(self.patients.held_accounts.get(guarantor_id, ()))
        if self.ledger is not None:
            held.extend(self.ledger.held_accounts.get(guarantor_id, ()))
        held.extend(self.balances.held_accounts.get(guarantor_id, ()))
        if guarantor is not None and guarantor not in members:
            held.extend(guarantor.held_for)
        chain = guarantor_problem(guarantor_id, self.patients.by_id)
        if chain is not None:
            held.append(chain)
            self.problems.append(
                Problem(
                    Severity.ERROR,
                    f"account {guarantor_id}: {chain}.",
                    "Name the person who pays as guarantor of each of them in the PMS.",
                    kind="guarantor chain",
                )
            )
        aged = self._aged(guarantor_id, members, held)
        return Account(
            guarantor_id=guarantor_id,
            guarantor=guarantor,
            patients=tuple(members),
            aged=aged,
            last_visit=self._last_visit(guarantor_id, members),
            outstanding_claims=self._claims(guarantor_id, members),
            held_for=tuple(dict.fromkeys(held)),
            country=self.plan.country,
        )

    def _aged(self, guarantor_id: str, members: list[Patient], held: list[str]) -> AgedBalance:
        row = self.balances.rows.get(guarantor_id)
        insurance, writeoff = 0, 0
        if self.estimates_from == "patients":
            insurance = sum(each.insurance_estimate_cents for each in members)
            writeoff = sum(each.writeoff_estimate_cents for each in members)
        elif self.estimates_from == "balances" and row is not None:
            insurance, writeoff = row.insurance_estimate_cents, row.writeoff_estimate_cents
        if self.ledger is None:
            return row.aged(insurance, writeoff) if row is not None else AgedBalance(0)
        aged = self.ledger.aged(guarantor_id, self.plan.as_of, insurance, writeoff)
        if self.balances.fields:
            self._reconcile(guarantor_id, aged, held)
        return aged

    def _reconcile(self, guarantor_id: str, aged: AgedBalance, held: list[str]) -> None:
        """Ledger and aging report must agree on the family's total; that ages differ is only noted."""
        row = self.balances.rows.get(guarantor_id)
        reported = row.balance_cents if row is not None else 0
        if reported != aged.balance_cents:
            reason = (
                f"the ledger gives a balance of {format_cents(aged.balance_cents)}, "
                f"the balances file {format_cents(reported)}"
            )
            held.append(reason)
            self.problems.append(
                Problem(
                    Severity.ERROR,
                    f"account {guarantor_id}: {reason}.",
                    "Export both files again on the same day.",
                    kind="reconciliation",
                )
            )
        elif row is not None and row.buckets != aged.buckets:
            self.bucket_differences += 1

    def _last_visit(self, guarantor_id: str, members: list[Patient]) -> date | None:
        latest_charge = None
        if "last_visit" not in self.patients.fields and self.ledger is not None:
            latest_charge = self.ledger.latest_charge(guarantor_id)
        return most_recent_visit(members, guarantor_id, self.plan.visit_scope, latest_charge)

    def _claims(self, guarantor_id: str, members: list[Patient]) -> int | None:
        row = self.balances.rows.get(guarantor_id)
        if row is not None and row.outstanding_claims is not None:
            return row.outstanding_claims
        claims = [each.outstanding_claims for each in members if each.outstanding_claims is not None]
        return sum(claims) if claims else None


_ESTIMATES = frozenset({"insurance_estimate", "writeoff_estimate"})


def read_account_ids(plan: ReadingPlan) -> dict[str, str]:
    """Each patient's guarantor id, and nothing else: what an id typed by a person is looked up in, quickly."""
    source = open_source(look_at(newest(plan.folder, plan.files["patients"], plan.zone)))
    layouts = find_layouts(source, "patients", _profiles(plan.profile), plan.columns.get("patients", {}))
    # Where several profiles fit, `list` stops; here any of them names the same ids.
    layout = next(iter(layouts.values()))
    return read_ids(Table(source, layout, "patient_id"))

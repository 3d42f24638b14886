"""Reading the day's exports: the files the settings name, to accounts ready for the rules, and every problem."""

from __future__ import annotations

from dataclasses import dataclass

from dipay.domain.accounts import Accounts
from dipay.domain.entries import MoneyByDay
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.exports.accounts.balancing import aged_accounts, last_visits, outstanding_claims, reconcile
from dipay.exports.accounts.families import Families
from dipay.exports.accounts.plausible import hold_shared_by_many, stop_if_reversed
from dipay.exports.engine import Texts
from dipay.exports.notes import blind_rules, file_problems, odd_encoding
from dipay.exports.opening import ReadingPlan, open_all
from dipay.exports.sources.files import ExportFile
from dipay.exports.tables.balances import Balances, read_balances
from dipay.exports.tables.ledger import read_ledger
from dipay.exports.tables.patients import read_patients
from dipay.exports.tables.table import MOST_HELD_ROWS, MOST_HELD_SHARE, FileReport, Table


@dataclass(frozen=True, slots=True)
class Exports:
    """The accounts, what became of every row, and every problem.

    `payments` is what the ledger says of money in, and of charges, per account and day: only where the plan asks for
    it, and there is a ledger.
    """

    accounts: Accounts
    reports: tuple[FileReport, ...]
    problems: tuple[Problem, ...]
    files: tuple[ExportFile, ...] = ()
    payments: MoneyByDay | None = None


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
        ledger = read_ledger(
            tables["ledger"], patients, families.account_of_id, len(families), plan.as_of, plan.date_format, plan.today,
            with_money=plan.payments,
        )  # fmt: skip
        tables["ledger"] = ledger.table
        _stop_if_too_many_held(ledger.table, ledger.problems)
    if "balances" in tables:
        guarantor_ids = patients.patients.guarantor_ids()
        missing = set(guarantor_ids.values()) - guarantor_ids.keys()
        balances = read_balances(
            tables["balances"], guarantor_ids, missing, patients.deleted, plan.date_format, plan.today
        )
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
    types = families.billing_types({each: said.billing_types for each, said in balances.accounts.items()})
    accounts = families.accounts(aged, visits, claims, types, plan.country)
    fields = patients.fields | balances.fields | (ledger.fields if ledger is not None else frozenset())
    if plan.max_outstanding_claims is not None and "outstanding_claims" not in fields:
        raise cannot(
            ExitCode.EXPORTS,
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
        ledger.money.by_day() if ledger is not None and ledger.money is not None else None,
    )  # fmt: skip


def _stop_if_too_many_held(table: Table, problems: list[Problem]) -> None:
    report = table.report
    unreadable = report.held - report.noted
    if unreadable > MOST_HELD_ROWS and unreadable > MOST_HELD_SHARE * report.rows:
        too_many = Problem(
            Severity.ERROR,
            f"{unreadable:,} of {report.rows:,} rows can't be read: the file is not what it is taken for.",
            "Look at the first of them below; export again, or correct the profile or the columns in the settings.",
            report.file,
        )
        raise CannotGoOn([too_many, *problems], ExitCode.EXPORTS)

"""The practice's exports as text files, in the layouts of several systems; each function writes one layout's files.

A row is made of typed cells (text, whole numbers, dates, `Cents`), so that the workbooks can hold the same rows.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import people
from intended import Aged, aged, intended
from practice import CHARGE, FINANCE_CHARGE, INSURANCE_PAYMENT, PAYMENT, WRITE_OFF, Entry, Family, Person, Practice


class Cents(int):
    """An amount of money in a row of cells."""


Cell = str | int | date | None
Row = Sequence[Cell]


@cache
def plain_money(cents: int) -> str:
    """1234.50, -12.34"""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def grouped_money(cents: int) -> str:
    """1,234.50, -1,234.50"""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def yes_no(value: bool) -> str:
    return "yes" if value else "no"


def as_text(cell: Cell, write_date: Callable[[date], str] = date.isoformat) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, Cents):
        return plain_money(cell)
    return write_date(cell) if isinstance(cell, date) else str(cell)


def _us_date(day: date) -> str:
    return f"{day.month:02d}/{day.day:02d}/{day.year}"


def _short_us_date(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def write_csv(path: Path, rows: Iterable[Sequence[str]], line_end: str, encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator=line_end).writerows(rows)


# dipay's own column names

PATIENT_CAPTIONS = (
    "patient_id", "guarantor_id", "first_name", "last_name", "mobile_phone", "home_phone", "email", "birth_date",
    "status", "payment_plan", "do_not_recall", "text_consent", "last_visit", "outstanding_claims",
    "insurance_estimate", "writeoff_estimate", "zip",
)  # fmt: skip
LEDGER_CAPTIONS = ("entry_id", "patient_id", "date", "type", "description", "amount")


def generic_patient(person: Person) -> Row:
    return (
        person.patient_id, person.guarantor_id, person.first_name, person.last_name, person.mobile, person.home_phone,
        person.email, person.birth_date, person.status, yes_no(person.payment_plan), yes_no(person.do_not_recall),
        person.text_consent, person.last_visit, person.outstanding_claims, Cents(person.insurance_estimate_cents),
        Cents(person.writeoff_estimate_cents), person.zip,
    )  # fmt: skip


def generic_entry(number: int, patient_id: str, entry: Entry) -> Row:
    return (str(number), patient_id, entry.day, entry.kind, entry.description, Cents(entry.cents))


def write_generic(practice: Practice, folder: Path) -> None:
    """patients.csv and ledger.csv with dipay's own captions."""
    patients = [generic_patient(person) for person in practice.persons]
    numbered = practice.numbered_entries(voided=False)
    entries = [generic_entry(number, patient_id, entry) for number, patient_id, entry, _ in numbered]
    for name, captions, rows in (
        ("patients.csv", PATIENT_CAPTIONS, patients),
        ("ledger.csv", LEDGER_CAPTIONS, entries),
    ):
        write_csv(folder / name, [captions, *([as_text(cell) for cell in row] for row in rows)], "\n")


@lru_cache(maxsize=65_536)
def _ledger_tail(entry: Entry) -> str:
    """What follows the patient's id in a ledger line. Large practices repeat their entries: each is written once."""
    line = StringIO()
    cells = (entry.day.isoformat(), entry.kind, entry.description, plain_money(entry.cents))
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def stream_generic(families: Iterable[Family], folder: Path) -> tuple[int, int]:
    """The generic layout of a practice of any size, a family at a time; returns the numbers of patients and entries."""
    folder.mkdir(parents=True, exist_ok=True)
    persons, number = 0, 0
    with (
        (folder / "patients.csv").open("w", encoding="utf-8", newline="") as patients_file,
        (folder / "ledger.csv").open("w", encoding="utf-8", newline="") as ledger_file,
    ):
        patients = csv.writer(patients_file, lineterminator="\n")
        patients.writerow(PATIENT_CAPTIONS)
        ledger_file.write(",".join(LEDGER_CAPTIONS) + "\n")
        tail = _ledger_tail
        for family in families:
            patients.writerows([as_text(cell) for cell in generic_patient(person)] for person in family.persons)
            ledger_file.writelines(
                [f"{line},{patient},{tail(entry)}" for line, (patient, entry) in enumerate(family.entries, number + 1)]
            )
            persons += len(family.persons)
            number += len(family.entries)
    return persons, number


# Open Dental

_OD_STATUS = {
    "active": "0", "non-patient": "1", "inactive": "2", "archived": "3", "deleted": "4", "deceased": "5",
    "prospective": "6",
}  # fmt: skip
_OD_CONSENT = {"unknown": "0", "yes": "1", "no": "2"}
_OD_KINDS = {CHARGE: "Procedure", PAYMENT: "Payment", INSURANCE_PAYMENT: "Claim Payment", WRITE_OFF: "Write-off"}
_OD_CAPTIONS = (
    "PatNum", "Guarantor", "LName", "FName", "MiddleI", "Birthdate", "PatStatus", "HmPhone", "WkPhone",
    "WirelessPhone", "TxtMsgOk", "Email", "Zip", "BillingType", "DateLastVisit", "ClaimsOpen", "OnPayPlan",
    "PreferRecallMethod",
)  # fmt: skip
_OD_ESTIMATES = ("InsEst", "WriteoffEst")
_OD_LEDGER_CAPTIONS = ("PatNum", "TransDate", "TransType", "Descript", "$Amount")
_OD_AGING_CAPTIONS = (
    "Guarantor", "0-30 Days", "31-60 Days", "61-90 Days", "> 90 Days", "Total", "'-W/O Est", "'-Ins Est", "'=Patient",
)  # fmt: skip


def _od_date(day: date | None) -> str:
    """Raw mode writes the database's own "no date"."""
    return day.isoformat() if day else "0001-01-01"


def _od_line(cells: Iterable[str]) -> str:
    """A line of a user query's export: only cells with a comma are quoted, quotes in cells are gone."""
    cleaned = [cell.replace('"', "") for cell in cells]
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in cleaned)


def _od_patient(person: Person, *, estimates: bool) -> list[str]:
    cells = [
        person.patient_id, person.guarantor_id, person.last_name, person.first_name, person.middle_initial,
        _od_date(person.birth_date), _OD_STATUS[person.status], person.home_phone, person.work_phone, person.mobile,
        _OD_CONSENT[person.text_consent], person.email, person.zip, "40" if person.zip < "04100" else "41",
        _od_date(person.last_visit), str(person.outstanding_claims), str(int(person.payment_plan)),
        "1" if person.do_not_recall else "8" if person.mobile else "0",
    ]  # fmt: skip
    if estimates:
        for cents in (person.insurance_estimate_cents, person.writeoff_estimate_cents):
            cells.append(plain_money(cents) if cents else "0")
    return cells


def _write_od_patients(practice: Practice, path: Path, *, estimates: bool) -> None:
    captions = _OD_CAPTIONS + (_OD_ESTIMATES if estimates else ())
    lines = [",".join(captions)]
    lines += [_od_line(_od_patient(person, estimates=estimates)) for person in practice.persons]
    _write_lines(path, lines)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())


def write_open_dental_query(practice: Practice, folder: Path) -> None:
    """Two user queries in raw mode. The amount's caption begins with `$`: the system adds a row of totals."""
    _write_od_patients(practice, folder / "patients.csv", estimates=True)
    lines = [",".join(_OD_LEDGER_CAPTIONS)]
    total = 0
    for _, patient_id, entry, _ in practice.numbered_entries(voided=False):
        kind = _OD_KINDS.get(entry.kind, "Adjustment")
        lines.append(_od_line((patient_id, entry.day.isoformat(), kind, entry.description, plain_money(entry.cents))))
        total += entry.cents
    lines.append(f",,,,{plain_money(total)}")
    _write_lines(folder / "ledger.csv", lines)


def write_open_dental_aging(practice: Practice, folder: Path) -> None:
    """The patients without estimates, and the Aging of A/R report: text between tabs whatever its name says."""
    _write_od_patients(practice, folder / "patients.csv", estimates=False)
    lines = [f"Date {_us_date(practice.as_of)}", "".join(f"{caption}\t" for caption in _OD_AGING_CAPTIONS)]
    sums = [0] * 8
    for family, money in _aged_families(practice):
        amounts = (
            *money.buckets, money.balance_cents, family.guarantor.writeoff_estimate_cents,
            family.guarantor.insurance_estimate_cents, money.portion_cents,
        )  # fmt: skip
        # The report leaves out who owes nothing.
        if any(amounts):
            guarantor = family.guarantor
            name = f"{guarantor.patient_id} - {guarantor.last_name}, {guarantor.first_name} {guarantor.middle_initial}"
            lines.append(f"{name}\t" + "".join(f"{grouped_money(cents)}\t" for cents in amounts))
            sums = [one + other for one, other in zip(sums, amounts, strict=True)]
    lines.append(" \t" + "".join(f"{grouped_money(cents)}\t" for cents in sums) + " \t")
    _write_lines(folder / "aging.xls", lines)


def _aged_families(practice: Practice) -> Iterator[tuple[Family, Aged]]:
    """The families in the order of their guarantors' names, as reports have them."""
    families = sorted(practice.families, key=lambda each: (each.guarantor.last_name, each.guarantor.first_name))
    return ((family, aged(family, practice.as_of)) for family in families)


# Dentrix

DENTRIX_PATIENT_CAPTIONS = (
    "Chart #", "Patient ID", "Last Name", "First Name", "MI", "Preferred Name", "Birthdate", "Gender", "Status",
    "Guarantor", "Prim Prov", "Sec Prov", "Address 1", "Address 2", "City", "State", "Zip", "Home Phone", "Cell Phone",
    "Email", "Medical Alert", "Guar Balance", "SSN", "Last Visit", "Payment Plan", "Do Not Contact Recall",
    "Text Consent",
)  # fmt: skip
DENTRIX_AGING_CAPTIONS = (
    "Guarantor Chart #", "Guarantor Name", "0-30", "31-60", "61-90", "91+", "Total Balance", "Claims Pending",
    "Insurance Portion", "Write-Off Est",
)  # fmt: skip
_DENTRIX_STATUS = {
    "active": "Patient", "non-patient": "Non-Patient", "inactive": "Inactive", "archived": "Archived",
    "deleted": "Duplicate", "deceased": "Deceased", "prospective": "Patient",
}  # fmt: skip


def _dashed(phone: str) -> str:
    digits = people.ten_digits(phone)
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else phone


def dentrix_patients(practice: Practice) -> Iterator[Row]:
    """The patient list. Every second family names its guarantor by patient id instead of the chart number."""
    rows: dict[str, Row] = {}
    for position, family in enumerate(practice.families):
        guarantor = family.guarantor
        by_patient_id = position % 2 == 1 and family.absent is None
        balance = Cents(aged(family, practice.as_of).balance_cents)
        for person in family.persons:
            vip = person.status == "active" and person is guarantor and position % 9 == 0
            rows[person.patient_id] = (
                person.patient_id, person.other_id, person.last_name, person.first_name, person.middle_initial, "",
                person.birth_date, person.sex, "VIP" if vip else _DENTRIX_STATUS[person.status],
                guarantor.other_id if by_patient_id else guarantor.patient_id, "DOC1", "", person.street, "",
                person.city, "ME", person.zip, _dashed(person.home_phone), _dashed(person.mobile), person.email, "",
                balance, "", person.last_visit, yes_no(person.payment_plan).title(),
                yes_no(person.do_not_recall).title(), person.text_consent.title(),
            )  # fmt: skip
    return (rows[patient_id] for patient_id in sorted(rows))


def dentrix_aging(practice: Practice) -> Iterator[Row]:
    """The aging report, with the columns a practice adds to its own."""
    for family, money in _aged_families(practice):
        guarantor = family.guarantor
        claims = sum(person.outstanding_claims for person in family.counted_persons)
        yield (
            guarantor.patient_id, f"{guarantor.last_name}, {guarantor.first_name}",
            *(Cents(cents) for cents in money.buckets), Cents(money.balance_cents), claims,
            Cents(guarantor.insurance_estimate_cents), Cents(guarantor.writeoff_estimate_cents),
        )  # fmt: skip


def write_dentrix(practice: Practice, folder: Path) -> None:
    """Patients.csv and Aging.csv, with the byte order mark; every third row writes its dates without zeros."""
    tables: tuple[tuple[str, tuple[str, ...], Iterable[Row]], ...] = (
        ("Patients.csv", DENTRIX_PATIENT_CAPTIONS, dentrix_patients(practice)),
        ("Aging.csv", DENTRIX_AGING_CAPTIONS, dentrix_aging(practice)),
    )
    for name, captions, rows in tables:
        texts = [
            [as_text(cell, _short_us_date if position % 3 == 0 else _us_date) for cell in row]
            for position, row in enumerate(rows, 1)
        ]
        write_csv(folder / name, [captions, *texts], "\r\n", "utf-8-sig")


# Eaglesoft

_EAGLESOFT_PATIENT_CAPTIONS = (
    "patient_id", "first_name", "last_name", "birth_date", "sex", "status", "responsible_party", "home_phone",
    "cell_phone", "email_address", "receive_email", "receives_sms", "receives_recalls", "contract_balance",
    "estimated_insurance", "date_last_seen", "death_indicator", "zipcode", "open_claims", "estimated_writeoff",
)  # fmt: skip
_EAGLESOFT_STATUS = {"active": "A", "non-patient": "A", "prospective": "A", "deleted": "D"}
_EAGLESOFT_KINDS = {CHARGE: "S", PAYMENT: "P", INSURANCE_PAYMENT: "N", WRITE_OFF: "C", FINANCE_CHARGE: "F"}
_EAGLESOFT_CONSENT = {"yes": "Y", "no": "N", "unknown": ""}


def _moment(day: date | None) -> str:
    return f"{day.isoformat()} 00:00:00" if day else ""


def _bare(phone: str) -> str:
    """Only the digits, ten of them where it is a whole number."""
    return people.ten_digits(phone) or "".join(letter for letter in phone if letter.isdigit())


def _eaglesoft_patient(person: Person) -> list[str]:
    return [
        person.patient_id, person.first_name, person.last_name, _moment(person.birth_date), person.sex,
        _EAGLESOFT_STATUS.get(person.status, "I"), person.guarantor_id, _bare(person.home_phone), _bare(person.mobile),
        person.email, "Y" if person.email else "N", _EAGLESOFT_CONSENT[person.text_consent],
        "N" if person.do_not_recall else "Y", plain_money(48_000 if person.payment_plan else 0),
        plain_money(person.insurance_estimate_cents), _moment(person.last_visit),
        "Y" if person.status == "deceased" else "N", person.zip, str(person.outstanding_claims),
        plain_money(person.writeoff_estimate_cents),
    ]  # fmt: skip


def write_eaglesoft(practice: Practice, folder: Path) -> None:
    """The tables patient, transactions and responsible_party in Windows-1252; deleted transactions are still there."""
    patients = [_eaglesoft_patient(person) for person in practice.persons]
    write_csv(folder / "patient.csv", [_EAGLESOFT_PATIENT_CAPTIONS, *patients], "\r\n", "cp1252")
    transactions = [
        (
            str(number), patient_id, entry.day.isoformat(),
            _EAGLESOFT_KINDS.get(entry.kind, "D" if entry.cents > 0 else "C"), plain_money(entry.cents),
            "D" if voided else "A",
        )
        for number, patient_id, entry, voided in practice.numbered_entries(voided=True)
    ]  # fmt: skip
    captions: tuple[str, ...] = ("tran_num", "patient_id", "tran_date", "type", "amount", "status")
    write_csv(folder / "transactions.csv", [captions, *transactions], "\r\n", "cp1252")
    captions = ("responsible_party_id", "balance_0_30", "balance_31_60", "balance_61_90", "balance_over_90")
    parties = [_responsible_party(family, aged(family, practice.as_of)) for family in practice.families]
    write_csv(folder / "responsible_party.csv", [captions, *sorted(parties)], "\r\n", "cp1252")


def _responsible_party(family: Family, money: Aged) -> list[str]:
    """The table has no total: a credit shows as a newest bucket below zero."""
    newest = money.balance_cents if money.balance_cents < 0 else money.buckets[0]
    return [family.guarantor_id, *(plain_money(cents) for cents in (newest, *money.buckets[1:]))]


# The golden answers


def write_intended(practice: Practice, folder: Path) -> None:
    """intended.json: what every layout must lead to."""
    folder.mkdir(parents=True, exist_ok=True)
    answers: list[dict[str, Any]] = intended(practice)
    text = json.dumps(answers, ensure_ascii=False, indent=1)
    (folder / "intended.json").write_bytes(f"{text}\n".encode())

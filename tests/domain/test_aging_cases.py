"""The aging cases of a well-known practice management system: dates, amounts and the buckets it expects."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from dipay.domain.aging import AgedBalance
from dipay.domain.entries import LedgerEntry
from dipay.domain.fields import EntryKind
from dipay.grammar.money import parse_cents
from tests.domain.entries import aged_from_entries

CASES = yaml.safe_load((Path(__file__).parents[1] / "data" / "aging_cases.yaml").read_text("utf-8"))
AS_OF = date(2026, 11, 20)
KINDS = {
    "procedure": EntryKind.CHARGE,
    "adjustment": EntryKind.ADJUSTMENT,
    "plan_credit": EntryKind.PLAN_CREDIT,
    "patient_payment": EntryKind.PAYMENT,
    "insurance_payment": EntryKind.INSURANCE_PAYMENT,
}
BUCKETS = ("b0_30", "b31_60", "b61_90", "b91_plus")


def entries(case: dict[str, Any], members: list[str], *, links: bool) -> list[LedgerEntry]:
    """A case's transactions as an export would give them: without the rows a PMS never exports as ledger."""
    found = []
    planned = {row["id"] for row in case["transactions"] if row.get("status") == "treatment_planned"}
    for row in case["transactions"]:
        left_out = row["id"] in planned or row.get("attached_to") in planned or row.get("unearned") == "hidden"
        if row["patient"] not in members or left_out:
            continue
        found.append(
            LedgerEntry(
                patient_id=row["patient"],
                day=AS_OF - timedelta(days=row["age"]),
                cents=parse_cents(row["amount"]),
                kind=KINDS.get(row["kind"], EntryKind.OTHER),
                entry_id=row["id"],
                applies_to=row.get("attached_to", "") if links else "",
                insurance_estimate_cents=parse_cents(row.get("ins_pay_est", "0")),
                writeoff_estimate_cents=parse_cents(row.get("writeoff_est", "0")),
            )
        )
    return found


def every_expectation() -> list[Any]:
    return [
        pytest.param(case, expected, id=f"{case['id']}-{expected['guarantor']}-{expected['offset_attached']}")
        for case in CASES["aging_cases"]
        for expected in case["expected"]
    ]


def aged(case: dict[str, Any], expected: dict[str, Any]) -> AgedBalance:
    members = next(family["members"] for family in case["families"] if family["guarantor"] == expected["guarantor"])
    return aged_from_entries(entries(case, members, links=expected["offset_attached"]), AS_OF)


@pytest.mark.parametrize(("case", "expected"), every_expectation())
def test_the_buckets_are_those_of_the_system(case: dict[str, Any], expected: dict[str, Any]) -> None:
    found = aged(case, expected)
    assert found.buckets == tuple(parse_cents(expected[name]) for name in BUCKETS)
    if "ins_pay_est" in expected:
        assert found.insurance_estimate_cents == parse_cents(expected["ins_pay_est"])
        assert found.writeoff_estimate_cents == parse_cents(expected["ins_wo_est"])


@pytest.mark.parametrize(("case", "expected"), every_expectation())
def test_the_total_is_the_sum_of_what_is_dated_until_then(case: dict[str, Any], expected: dict[str, Any]) -> None:
    """X02 is the one case apart: there the system's total takes in later entries, which dipay leaves out."""
    total = aged(case, expected).balance_cents
    if case["id"] == "X02":
        assert total == 10_000
    elif "total" in expected:
        assert total == parse_cents(expected["total"])
    else:
        assert total == sum(parse_cents(expected[name]) for name in BUCKETS)


def test_no_case_is_left_out() -> None:
    assert len(CASES["aging_cases"]) == 24
    assert len(every_expectation()) == 51


def test_the_buckets_of_the_checksum_example_add_up() -> None:
    (example,) = CASES["checksum_examples"]
    buckets = sum(parse_cents(example[name]) for name in BUCKETS)
    assert buckets == parse_cents(example["total"])
    assert buckets - parse_cents(example["ins_est"]) == parse_cents(example["amount_due"])

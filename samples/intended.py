"""What dipay must answer about a practice, known without dipay: the golden answers of the samples.

Amounts are worked out charge by charge, the slow and plain way. The reasons are those a scenario declares; they are
held against the family's facts, so that a story that does not lead to its reasons is found here and not in a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import people
from practice import Family, Practice
from scenarios import MINIMUM_CENTS

#: Verdicts of the rules that need no state file; of a family's verdicts, "excluded" comes before "held".
HELD = frozenset({"minor-guarantor", "guarantor-missing", "shared-number"})
BUCKETS = ("days_0_30", "days_31_60", "days_61_90", "over_90")


@dataclass(slots=True)
class Unpaid:
    """What is left of one charge."""

    day: date
    cents: int


@dataclass(frozen=True, slots=True)
class Aged:
    """A family's balance and patient portion, and what of each is unpaid since when (in buckets, newest first)."""

    balance_cents: int
    buckets: tuple[int, ...]
    portion_cents: int
    portion_buckets: tuple[int, ...]
    oldest_unpaid_days: int | None


def aged(family: Family, as_of: date) -> Aged:
    """The family's ages on that day: credits pay the oldest charge first, estimates lower the newest first."""
    counted = [entry for _, entry in family.entries if entry.day <= as_of]
    unpaid = [Unpaid(entry.day, entry.cents) for entry in counted if entry.cents > 0]
    unpaid.sort(key=lambda each: each.day)
    _pay(unpaid, -sum(entry.cents for entry in counted if entry.cents < 0))
    buckets = _in_buckets(unpaid, as_of)
    estimate = sum(
        person.insurance_estimate_cents + person.writeoff_estimate_cents for person in family.counted_persons
    )
    _pay(list(reversed(unpaid)), estimate)
    balance = sum(entry.cents for entry in counted)
    ages = [(as_of - each.day).days for each in unpaid if each.cents > 0]
    return Aged(balance, buckets, balance - estimate, _in_buckets(unpaid, as_of), max(ages, default=None))


def _pay(charges: Iterable[Unpaid], cents: int) -> None:
    """Takes the amount off the charges, in the order given."""
    for charge in charges:
        taken = min(charge.cents, cents)
        charge.cents -= taken
        cents -= taken


def _in_buckets(unpaid: Iterable[Unpaid], as_of: date) -> tuple[int, ...]:
    sums = [0, 0, 0, 0]
    for each in unpaid:
        age = (as_of - each.day).days
        if age <= 30:
            sums[0] += each.cents
        elif age <= 60:
            sums[1] += each.cents
        elif age <= 90:
            sums[2] += each.cents
        else:
            sums[3] += each.cents
    return tuple(sums)


def reasons_by_the_facts(family: Family, money: Aged, as_of: date) -> set[str]:
    """The reasons as the family's facts have them, but for the one that needs the other families."""
    guarantor = None if family.absent else family.persons[0]
    found = set()
    if any(person.payment_plan for person in family.counted_persons):
        found.add("payment-plan")
    if money.portion_cents <= MINIMUM_CENTS:
        found.add("below-minimum")
    if money.oldest_unpaid_days is None or money.oldest_unpaid_days < 31:
        found.add("aging")
    if guarantor is None:
        return found | {"guarantor-missing"}
    if guarantor.do_not_recall:
        found.add("do-not-recall")
    if guarantor.text_consent == "no":
        found.add("no-text-consent")
    if guarantor.status == "deceased":
        found.add("deceased")
    born = guarantor.birth_date
    if born is not None and (born.year + 18, born.month, born.day) > (as_of.year, as_of.month, as_of.day):
        found.add("minor-guarantor")
    return found


def intended_account(family: Family, as_of: date) -> dict[str, Any]:
    """What is to be answered about one family; amounts in cents. One that belies its scenario raises ValueError."""
    money = aged(family, as_of)
    by_the_facts = reasons_by_the_facts(family, money, as_of)
    if by_the_facts != set(family.reasons) - {"shared-number"}:
        raise ValueError(
            f"scenario {family.scenario}, guarantor {family.guarantor_id}: declares {family.reasons}, "
            f"its facts give {sorted(by_the_facts)}"
        )
    guarantor = None if family.absent else family.persons[0]
    digits = people.ten_digits(guarantor.mobile) if guarantor else None
    visits = [person.last_visit for person in family.counted_persons if person.last_visit]
    excluded = set(family.reasons) - HELD
    return {
        "guarantor_id": family.guarantor_id,
        "scenario": family.scenario,
        "name": f"{guarantor.first_name} {guarantor.last_name}" if guarantor else None,
        "phone": f"+1{digits}" if digits else None,
        "patient_ids": [person.patient_id for person in family.counted_persons],
        "view": "excluded" if excluded else "held" if family.reasons else "pending",
        "reasons": list(family.reasons),
        "balance_cents": money.balance_cents,
        "insurance_estimate_cents": sum(each.insurance_estimate_cents for each in family.counted_persons),
        "writeoff_estimate_cents": sum(each.writeoff_estimate_cents for each in family.counted_persons),
        "patient_portion_cents": money.portion_cents,
        "aging": dict(zip(BUCKETS, money.portion_buckets, strict=True)),
        "oldest_unpaid_days": money.oldest_unpaid_days,
        "last_visit": max(visits).isoformat() if visits else None,
        "outstanding_claims": sum(each.outstanding_claims for each in family.counted_persons),
    }


def intended(practice: Practice) -> list[dict[str, Any]]:
    """What is to be answered about every account of the practice, in the order of guarantor ids."""
    answers = [intended_account(family, practice.as_of) for family in practice.families]
    _check_shared_numbers(answers)
    return sorted(answers, key=lambda each: int(each["guarantor_id"]))


def _check_shared_numbers(answers: list[dict[str, Any]]) -> None:
    """The reason must be declared by whoever shares a number with another account that would otherwise be asked."""
    would_be_asked: dict[str, set[str]] = {}
    for each in answers:
        if each["phone"] and set(each["reasons"]) <= {"shared-number"}:
            would_be_asked.setdefault(each["phone"], set()).add(each["guarantor_id"])
    for each in answers:
        sharers = would_be_asked.get(each["phone"], set()) - {each["guarantor_id"]}
        if bool(sharers) != ("shared-number" in each["reasons"]):
            raise ValueError(f"scenario {each['scenario']}, guarantor {each['guarantor_id']}: who has its number?")

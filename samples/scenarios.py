"""The scenarios: one story per family, each with the reasons it intends under the default payment settings.

The defaults it is told against: more than 25.00, oldest unpaid part over 30 days, no limit of open claims, Do Not
Recall excludes, no state file. A story whose amounts don't lead to its reasons is a mistake that `intended` finds.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import people
from practice import ADJUSTMENT, AS_OF, FINANCE_CHARGE, FIRST_ID, Family, FamilyBuilder, Practice, SettledVisits

MINIMUM_CENTS = 2500
Story = Callable[[FamilyBuilder], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story; `roles` are its people: G the guarantor, S a spouse, C a child."""

    roles: str
    tell: Story
    reasons: tuple[str, ...] = ()
    shares_number_with_former: bool = False


def _owes(least_age: int, most_age: int, visits: int = 1) -> Story:
    """Visits of whoever it is, the oldest of which is that old; all of them in the same age range."""

    def tell(family: FamilyBuilder) -> None:
        for _ in range(visits):
            who = family.rng.randrange(len(family.family.persons))
            family.open_visit(who, family.rng.randrange(least_age, most_age + 1))

    return tell


def _owes_exactly(age: int, cents: int) -> Story:
    return lambda family: family.charge(0, age, cents)


def _mixed(family: FamilyBuilder) -> None:
    """An old part, a newer part, finance charges on top, one courtesy discount."""
    family.charge(0, 118, 26_440)
    family.charge(1, 72, 9_400)
    family.entry(0, 57, FINANCE_CHARGE, "Finance charge", 396)
    family.entry(0, 27, FINANCE_CHARGE, "Finance charge", 402)
    family.pay(0, 40, 2_000, ADJUSTMENT)
    family.charge(1, 12, 12_600)


def _edge_days(family: FamilyBuilder) -> None:
    for age, cents in ((91, 4_001), (90, 3_002), (61, 2_003), (60, 1_004), (31, 505), (30, 206)):
        family.charge(0, age, cents)


def _childs_credit(family: FamilyBuilder) -> None:
    """The child's braces were paid in advance; the credit pays for the parent's crown."""
    family.charge(0, 50, 20_000, "D2740 Crown, balance")
    family.pay(1, 12, 8_000)


def _paid_the_new_visit(family: FamilyBuilder) -> None:
    """They paid for the newer visit, but what is paid goes to the oldest charge."""
    family.charge(0, 45, 15_000)
    family.charge(0, 8, 9_500)
    family.pay(0, 8, 9_500)


def _eighteen_years_before(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - 18, 3, 1) if leap_day else day.replace(year=day.year - 18)


def _eighteen_today(family: FamilyBuilder) -> None:
    # On a leap day, 1 March would be a day too late.
    leap_day = (family.as_of.month, family.as_of.day) == (2, 29)
    family.family.persons[0].birth_date = _eighteen_years_before(family.as_of - timedelta(days=leap_day))
    family.charge(0, 52, 11_800)


def _minor(family: FamilyBuilder) -> None:
    """Eighteen tomorrow."""
    family.family.persons[0].birth_date = _eighteen_years_before(family.as_of + timedelta(days=1))
    family.charge(0, 49, 13_250)


def _consent(answer: str) -> Story:
    def tell(family: FamilyBuilder) -> None:
        family.family.persons[0].text_consent = answer
        family.open_visit(0, 41)

    return tell


def _status(status: str) -> Story:
    def tell(family: FamilyBuilder) -> None:
        family.family.persons[0].status = status
        family.open_visit(len(family.family.persons) - 1, 66)

    return tell


def _number(text: str) -> Story:
    def tell(family: FamilyBuilder) -> None:
        family.family.persons[0].mobile = text
        family.family.persons[0].home_phone = "(207)555-0187"
        family.open_visit(0, 47)

    return tell


def _do_not_recall(who: int, age: int) -> Story:
    def tell(family: FamilyBuilder) -> None:
        family.family.persons[who].do_not_recall = True
        family.open_visit(0, age)

    return tell


def _plan(who: int, age: int) -> Story:
    def tell(family: FamilyBuilder) -> None:
        family.family.persons[who].payment_plan = True
        family.open_visit(0, age)

    return tell


def _estimate_spills(family: FamilyBuilder) -> None:
    """The estimate takes the whole newest bucket and part of the next one."""
    family.charge(0, 100, 4_000)
    family.charge(0, 44, 9_000)
    family.charge(0, 10, 6_000)
    family.estimate(insurance=10_050)
    family.family.persons[0].outstanding_claims = 1


def _two_claims(family: FamilyBuilder) -> None:
    family.charge(0, 63, 21_500)
    family.charge(1, 38, 9_400)
    family.family.persons[0].outstanding_claims = 1
    family.family.persons[1].outstanding_claims = 1
    family.estimate(insurance=12_400)


def _writeoff_estimate(family: FamilyBuilder) -> None:
    """Both estimates; and the guarantor's birth date was never asked."""
    family.charge(0, 58, 28_900)
    family.estimate(insurance=11_000, writeoff=4_335)
    family.family.persons[0].birth_date = None
    family.family.persons[0].outstanding_claims = 1


def _estimate_below_minimum(family: FamilyBuilder) -> None:
    family.charge(0, 46, 20_000)
    family.estimate(insurance=16_500, writeoff=1_500)
    family.family.persons[0].outstanding_claims = 1


def _estimate_covers_all(family: FamilyBuilder) -> None:
    """Insurance is expected to pay more than is owed."""
    family.charge(0, 70, 9_400)
    family.estimate(insurance=9_900)
    family.family.persons[0].outstanding_claims = 2


def _back_dated_payment(family: FamilyBuilder) -> None:
    """Keyed in two days ago, dated before the charge that it pays."""
    family.charge(0, 44, 18_000)
    family.pay(0, 70, 6_000, entered_age=2)


def _charge_to_come(family: FamilyBuilder) -> None:
    family.open_visit(0, 43)
    family.charge(0, -5, 33_300)


def _only_to_come(family: FamilyBuilder) -> None:
    family.charge(0, -3, 14_000)


def _deleted_row(family: FamilyBuilder) -> None:
    """A child entered twice, one of the rows marked deleted."""
    family.open_visit(1, 39)
    double = family.person("C")
    first = family.family.persons[1]
    double.first_name, double.birth_date, double.status = first.first_name, first.birth_date, "deleted"


def _prospective_child(family: FamilyBuilder) -> None:
    family.family.persons[-1].status = "prospective"
    family.open_visit(0, 101)


def _guarantor_missing(family: FamilyBuilder) -> None:
    """The patients export lacks the parent who pays: its filter left out who is no patient."""
    family.charge(0, 55, 16_700)
    family.charge(1, 55, 9_400)
    parent = family.person("G")
    parent.status = "non-patient"
    family.family.persons.remove(parent)
    family.family.absent = parent
    for child in family.family.persons:
        child.guarantor_id = parent.patient_id


def _credit(family: FamilyBuilder) -> None:
    family.charge(0, 60, 11_000)
    family.pay(0, 59, 14_540)
    family.family.persons[-1].status = "inactive"


def _nothing_owed(family: FamilyBuilder) -> None:
    family.charge(0, 33, 12_600)
    family.pay(0, 33, 12_600)
    family.family.persons[1].status = "archived"


def _never_treated(family: FamilyBuilder) -> None:
    """A new family: no ledger rows at all."""
    family.with_history = False


def _against_everything(family: FamilyBuilder) -> None:
    guarantor = family.family.persons[0]
    guarantor.payment_plan = guarantor.do_not_recall = True
    guarantor.text_consent, guarantor.status = "no", "deceased"
    family.charge(0, 14, 1_800)


def _with_a_mistake(story: Story) -> Story:
    """The same with a charge entered by mistake and deleted: only Eaglesoft's table still has it."""

    def tell(family: FamilyBuilder) -> None:
        story(family)
        family.void(0, family.rng.randrange(20, 120), 21_500)

    return tell


_UNASKED = ("below-minimum", "aging")

SCENARIOS: dict[str, Scenario] = {
    "over-30": Scenario("G", _owes(31, 60)),
    "over-30-couple": Scenario("GS", _owes(31, 60)),
    "over-30-four": Scenario("GSCC", _with_a_mistake(_owes(31, 60, 2))),
    "over-60": Scenario("GS", _owes(61, 90)),
    "over-60-single-parent": Scenario("GC", _with_a_mistake(_owes(61, 90))),
    "over-60-four": Scenario("GSCC", _owes(61, 90, 3)),
    "over-90": Scenario("G", _with_a_mistake(_owes(91, 175))),
    "over-90-couple": Scenario("GS", _owes(91, 175)),
    "over-90-four": Scenario("GSCC", _prospective_child),
    "mixed-ages": Scenario("GSC", _mixed),
    "childs-credit-pays-parent": Scenario("GC", _childs_credit),
    "paid-the-new-visit": Scenario("GS", _with_a_mistake(_paid_the_new_visit)),
    "minimum-and-a-cent": Scenario("G", _owes_exactly(40, MINIMUM_CENTS + 1)),
    "exactly-minimum": Scenario("G", _owes_exactly(40, MINIMUM_CENTS), ("below-minimum",)),
    "day-31": Scenario("GSC", _owes_exactly(31, 12_600)),
    "day-30": Scenario("GS", _owes_exactly(30, 12_600), ("aging",)),
    "edge-days": Scenario("G", _edge_days),
    "child-do-not-recall": Scenario("GC", _do_not_recall(1, 53)),
    "do-not-recall": Scenario("GS", _with_a_mistake(_do_not_recall(0, 53)), ("do-not-recall",)),
    "consent-unknown": Scenario("G", _consent("unknown")),
    "consent-no": Scenario("GSC", _consent("no"), ("no-text-consent",)),
    "inactive-guarantor": Scenario("GC", _status("inactive")),
    "deceased-guarantor": Scenario("GS", _status("deceased"), ("deceased",)),
    "guarantor-no-patient": Scenario("GCC", _status("non-patient")),
    "no-mobile": Scenario("GS", _number("")),
    "short-number": Scenario("G", _number("555-0164")),
    "eighteen-today": Scenario("G", _eighteen_today),
    "minor-guarantor": Scenario("G", _minor, ("minor-guarantor",)),
    "guarantor-missing": Scenario("CC", _guarantor_missing, ("guarantor-missing",)),
    "estimate-spills-over": Scenario("GSCC", _estimate_spills),
    "two-claims": Scenario("GC", _two_claims),
    "writeoff-estimate": Scenario("GS", _writeoff_estimate),
    "estimate-below-minimum": Scenario("GSC", _estimate_below_minimum, ("below-minimum",)),
    "estimate-covers-all": Scenario("G", _estimate_covers_all, _UNASKED),
    "back-dated-payment": Scenario("GSC", _back_dated_payment),
    "charge-to-come": Scenario("GS", _charge_to_come),
    "only-a-charge-to-come": Scenario("GC", _only_to_come, _UNASKED),
    "deleted-row": Scenario("GC", _deleted_row),
    "childs-payment-plan": Scenario("GSC", _with_a_mistake(_plan(2, 77)), ("payment-plan",)),
    "current-on-plan": Scenario("GC", _plan(0, 16), ("payment-plan", "aging")),
    "small-balance": Scenario("GS", _owes_exactly(64, 1_240), ("below-minimum",)),
    "small-and-current": Scenario("GSCC", _owes_exactly(11, 900), _UNASKED),
    "current": Scenario("GSCC", _owes(1, 29, 2), ("aging",)),
    "credit-balance": Scenario("GSC", _credit, _UNASKED),
    "zero-balance": Scenario("GSCC", _nothing_owed, _UNASKED),
    "never-treated": Scenario("GS", _never_treated, _UNASKED),
    "against-everything": Scenario(
        "G", _against_everything,
        ("payment-plan", "below-minimum", "aging", "do-not-recall", "no-text-consent", "deceased"),
    ),
    "shared-number": Scenario("GS", _owes(31, 60), ("shared-number",)),
    "shared-number-too": Scenario("G", _owes(61, 90), ("shared-number",), shares_number_with_former=True),
    "number-shared-with-unasked": Scenario("GSC", _owes(31, 60)),
    "unasked-sharer": Scenario(
        "G", _owes_exactly(48, 1_995), ("below-minimum", "shared-number"), shares_number_with_former=True
    ),
}  # fmt: skip

#: How often each scenario is told in sixty families, where it is not once.
_TIMES = {
    "over-30": 4, "over-30-couple": 2, "over-30-four": 2, "over-60": 2, "over-60-four": 2, "over-90": 2, "current": 2,
}  # fmt: skip
#: Scenarios that are told one right after the other.
_PAIRS = {"shared-number": "shared-number-too", "number-shared-with-unasked": "unasked-sharer"}


def _in_mixed_order() -> tuple[str, ...]:
    told = []
    for name in SCENARIOS:
        if name not in _PAIRS.values():
            pair = (name, _PAIRS[name]) if name in _PAIRS else (name,)
            told += [pair] * _TIMES.get(name, 1)
    random.Random(60).shuffle(told)
    return tuple(name for pair in told for name in pair)


#: The scenarios of the committed practice, family by family; larger practices tell them again and again.
TOLD = _in_mixed_order()


def names_of(families: int) -> Iterator[str]:
    """The scenario of each family in a practice of that many."""
    for index in range(families):
        name = TOLD[index % len(TOLD)]
        alone = index == families - 1 and name in _PAIRS
        # Half a pair shares its number with nobody.
        yield "over-30-couple" if alone else name


def stream_families(
    families: int, seed: int, rows_per_family: int | None = None, as_of: date = AS_OF
) -> Iterator[Family]:
    """The families of a practice, one after the other; memory does not grow with their number."""
    last_names = people.last_names(seed)
    visits = SettledVisits(as_of, seed)
    first_id, before = FIRST_ID, None
    for index, name in enumerate(names_of(families)):
        scenario = SCENARIOS[name]
        builder = FamilyBuilder(
            name, scenario.reasons, scenario.roles, as_of, index, families, first_id, seed, last_names
        )
        scenario.tell(builder)
        if scenario.shares_number_with_former and before is not None:
            digits = people.ten_digits(before.guarantor.mobile) or ""
            builder.family.guarantor.mobile = f"+1{digits}"
        family = builder.finish(visits, rows_per_family)
        first_id, before = builder.next_id, family
        yield family


def make_practice(
    families: int = 60, seed: int = 2026, rows_per_family: int | None = None, as_of: date = AS_OF
) -> Practice:
    """A whole practice; without arguments the one whose exports are committed."""
    return Practice(as_of, list(stream_families(families, seed, rows_per_family, as_of)))

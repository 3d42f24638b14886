"""The sample practice: its people, families and ledger entries, built family by family from scenarios.

Knows no file and no layout, and nothing of dipay. The same seed always makes the same practice.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import people

PRACTICE_NAME = "Maple Street Dental"
AS_OF = date(2026, 11, 20)
FIRST_ID = 10412
#: Added to a patient's id to make the other number by which Dentrix knows the same patient.
OTHER_ID_OFFSET = 500_000

#: What is paid for in full lies further back than this; what a scenario leaves open is newer. Credits pay the oldest
#: charge first, so only in this order does a settled history leave a scenario's own charges alone.
OPEN_DAYS = 180
HISTORY_DAYS = 730
POOL_SIZE = 4096

PROCEDURES = (
    ("D0150 Comprehensive exam", 11_800), ("D1110 Adult cleaning", 12_600), ("D1120 Child cleaning", 9_400),
    ("D2391 Filling, one surface", 21_500), ("D2392 Filling, two surfaces", 28_900), ("D2740 Crown", 138_000),
    ("D3320 Root canal, premolar", 112_500), ("D4341 Scaling, per quadrant", 29_700), ("D7140 Extraction", 24_300),
    ("D8080 Braces, monthly share", 18_500), ("D9110 Emergency visit", 13_200), ("D9944 Night guard", 64_000),
)  # fmt: skip

PAYMENT, INSURANCE_PAYMENT, WRITE_OFF = "payment", "insurance payment", "write-off"
CHARGE, ADJUSTMENT, FINANCE_CHARGE = "charge", "adjustment", "finance charge"


@dataclass(slots=True)
class Person:
    """One patient as the practice knows them. `mobile` is the text somebody typed; estimates are the account's."""

    patient_id: str
    guarantor_id: str
    first_name: str
    last_name: str
    middle_initial: str
    sex: str
    birth_date: date | None
    street: str
    city: str
    zip: str
    mobile: str = ""
    home_phone: str = ""
    work_phone: str = ""
    email: str = ""
    status: str = "active"
    payment_plan: bool = False
    do_not_recall: bool = False
    text_consent: str = "yes"
    last_visit: date | None = None
    outstanding_claims: int = 0
    insurance_estimate_cents: int = 0
    writeoff_estimate_cents: int = 0

    @property
    def other_id(self) -> str:
        return str(int(self.patient_id) + OTHER_ID_OFFSET)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One ledger entry; charges are above zero. `entered` is the day it was keyed in, `day` the day it counts for."""

    day: date
    kind: str
    description: str
    cents: int
    entered: date


@dataclass(slots=True)
class Family:
    """One account. `absent` is a guarantor whom the PMS knows but the patients export lacks.

    `entries` pair a patient's id with an entry; `voided` are those that were deleted in the PMS. `reasons` are the
    codes of the rules that the scenario intends to speak against asking the account, in the rules' order.
    """

    scenario: str
    reasons: tuple[str, ...]
    persons: list[Person] = field(default_factory=list)
    absent: Person | None = None
    entries: list[tuple[str, Entry]] = field(default_factory=list)
    voided: list[tuple[str, Entry]] = field(default_factory=list)

    @property
    def guarantor(self) -> Person:
        return self.absent or self.persons[0]

    @property
    def guarantor_id(self) -> str:
        return self.guarantor.patient_id

    @property
    def counted_persons(self) -> list[Person]:
        """Everybody but the rows the PMS marks deleted."""
        return [person for person in self.persons if person.status != "deleted"]


@dataclass(slots=True)
class Practice:
    """A whole practice in memory."""

    as_of: date
    families: list[Family]

    @property
    def persons(self) -> list[Person]:
        return sorted((each for family in self.families for each in family.persons), key=lambda each: each.patient_id)

    def numbered_entries(self, *, voided: bool) -> list[tuple[int, str, Entry, bool]]:
        """Every entry with its number, patient and whether it was voided, in the order they were keyed in."""
        rows = [(patient, entry, False) for family in self.families for patient, entry in family.entries]
        rows += [(patient, entry, True) for family in self.families for patient, entry in family.voided]
        rows.sort(key=lambda row: (row[1].entered, row[0]))
        numbered = [(number, *row) for number, row in enumerate(rows, 1)]
        return [row for row in numbered if voided or not row[3]]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit long since paid for: entries that add up to zero."""

    entries: tuple[Entry, ...]


class SettledVisits:
    """A stock of settled visits, by the number of their entries, from which large practices are filled quickly."""

    def __init__(self, as_of: date, seed: int) -> None:
        rng = random.Random(seed)
        visits = [_settled_visit(as_of, rng) for _ in range(POOL_SIZE)]
        self.any = visits
        self.by_size = {size: [each for each in visits if len(each.entries) == size] for size in (2, 3, 4)}


def _settled_visit(as_of: date, rng: random.Random) -> Visit:
    description, fee = rng.choice(PROCEDURES)
    age = rng.randrange(OPEN_DAYS + 50, HISTORY_DAYS)
    day = as_of - timedelta(days=age)
    credits_: list[tuple[str, str, int]] = []
    if rng.random() < 0.75:
        credits_.append((INSURANCE_PAYMENT, "Claim payment", fee * rng.randrange(35, 71) // 100))
        if rng.random() < 0.7:
            credits_.append((WRITE_OFF, "PPO write-off", fee * rng.randrange(5, 20) // 100))
    left = fee - sum(cents for _, _, cents in credits_)
    credits_.append((PAYMENT, rng.choice(("Card payment", "Check payment", "Cash payment")), left))
    entries = [Entry(day, CHARGE, description, fee, day)]
    for kind, words, cents in credits_:
        day += timedelta(days=rng.randrange(0, 16))
        entries.append(Entry(day, kind, words, -cents, day))
    return Visit(tuple(entries))


class FamilyBuilder:
    """What a scenario tells its family's story with. `who` is an index into its persons; the guarantor is 0."""

    def __init__(
        self, scenario: str, reasons: tuple[str, ...], roles: str, as_of: date, index: int, families: int,
        first_id: int, seed: int, last_names: Sequence[str],
    ) -> None:  # fmt: skip
        self.rng = random.Random(seed * 1_000_003 + index)
        self.as_of, self.index, self.families = as_of, index, families
        self.family = Family(scenario, reasons)
        self.next_id = first_id
        self.with_history = True
        self.last_name = last_names[index % len(last_names)]
        self.city, self.zip = self.rng.choice(people.TOWNS)
        self.street = f"{self.rng.randrange(2, 240)} {self.rng.choice(people.STREETS)}"
        for role in roles:
            self.person(role)

    # People

    def person(self, role: str) -> Person:
        """Adds a guarantor (G), a spouse (S) or a child (C)."""
        rng, persons = self.rng, self.family.persons
        sex = rng.choice("FM")
        first = rng.choice(people.FIRST_NAMES[sex])
        while any(first == each.first_name for each in persons):
            first = rng.choice(people.FIRST_NAMES[sex])
        years = rng.randrange(3, 18) if role == "C" else rng.randrange(29, 72)
        person = Person(
            patient_id=str(self.next_id),
            guarantor_id=persons[0].patient_id if persons else str(self.next_id),
            first_name=first,
            last_name=self.last_name,
            middle_initial=rng.choice("ABCDEFGHJKLMNPRSTW") if rng.random() < 0.6 else "",
            sex=sex,
            birth_date=self.as_of - timedelta(days=years * 365 + rng.randrange(30, 330)),
            street=self.street,
            city=self.city,
            zip=self.zip,
        )
        self.next_id += 1
        self._reach(person, role)
        persons.append(person)
        return person

    def _reach(self, person: Person, role: str) -> None:
        rng = self.rng
        digits = self._own_number(role)
        if digits:
            person.mobile = people.typed_number(digits, rng)
        if role != "C":
            person.email = people.email_address(person.first_name, person.last_name) if rng.random() < 0.7 else ""
            person.text_consent = "yes" if rng.random() < 0.7 else "unknown"
        if role == "G" and rng.random() < 0.4:
            person.home_phone = f"({people.HOME_AREA})555-{rng.randrange(101, 148):04d}"
        if role == "G" and rng.random() < 0.2:
            person.work_phone = f"{people.HOME_AREA}-555-{rng.randrange(149, 200):04d}"

    def _own_number(self, role: str) -> str:
        """Only guarantors must have a number of their own, since only they are asked."""
        if role == "C" or (role == "S" and self.families > people.TWO_NUMBERS_UP_TO):
            return ""
        if self.families > people.FICTIONAL_UP_TO:
            return people.plausible_number(self.index)
        if self.families > people.TWO_NUMBERS_UP_TO:
            return people.fictional_number(self.index)
        return people.fictional_number(2 * self.index + (role == "S"))

    # Entries

    def entry(
        self, who: int, age: int, kind: str, description: str, cents: int, entered_age: int | None = None
    ) -> None:
        """Adds an entry `age` days before the day the practice is looked at; below zero is after it."""
        day = self.as_of - timedelta(days=age)
        entered = day if entered_age is None else self.as_of - timedelta(days=entered_age)
        self.family.entries.append((self.family.persons[who].patient_id, Entry(day, kind, description, cents, entered)))

    def charge(self, who: int, age: int, cents: int, description: str = "") -> None:
        self.entry(who, age, CHARGE, description or self.rng.choice(PROCEDURES)[0], cents)

    def pay(self, who: int, age: int, cents: int, kind: str = PAYMENT, entered_age: int | None = None) -> None:
        words = {PAYMENT: "Card payment", INSURANCE_PAYMENT: "Claim payment", WRITE_OFF: "PPO write-off"}
        self.entry(who, age, kind, words.get(kind, "Courtesy discount"), -cents, entered_age)

    def open_visit(self, who: int, age: int) -> None:
        """A visit of which at least three tenths, and more than 25.00, are still to be paid."""
        description, fee = self.rng.choice(PROCEDURES)
        self.charge(who, age, fee + self.rng.randrange(0, 100), description)
        if self.rng.random() < 0.65:
            later = age - min(age, self.rng.randrange(9, 24))
            self.pay(who, later, fee * self.rng.randrange(30, 55) // 100, INSURANCE_PAYMENT)
            if self.rng.random() < 0.6:
                self.pay(who, later, fee * self.rng.randrange(5, 15) // 100, WRITE_OFF)

    def void(self, who: int, age: int, cents: int) -> None:
        """An entry made by mistake and deleted in the PMS."""
        day = self.as_of - timedelta(days=age)
        entry = Entry(day, CHARGE, "D2391 Filling, one surface", cents, day)
        self.family.voided.append((self.family.persons[who].patient_id, entry))

    def estimate(self, insurance: int = 0, writeoff: int = 0) -> None:
        """What insurance is still expected to pay or to write off, for the whole account."""
        self.family.guarantor.insurance_estimate_cents = insurance
        self.family.guarantor.writeoff_estimate_cents = writeoff

    # The end of the story

    def finish(self, visits: SettledVisits, rows: int | None) -> Family:
        """The family with its settled history (about `rows` entries in all where given) and everybody's last visit."""
        treated = [each.patient_id for each in self.family.persons if each.status not in _NOT_TREATED]
        if self.with_history and treated:
            self._add_history(treated, visits, rows)
        self._note_last_visits()
        return self.family

    def _add_history(self, treated: list[str], visits: SettledVisits, rows: int | None) -> None:
        rng, entries = self.rng, self.family.entries
        if rows is None:
            for _ in range(rng.randrange(1, 3) + len(treated)):
                patient_id = rng.choice(treated)
                entries.extend((patient_id, entry) for entry in rng.choice(visits.any).entries)
            return
        # rng.choice is too slow for millions of visits; random() is the cheapest draw there is.
        draw, stock = rng.random, visits.any
        among, size = len(treated), len(stock)
        missing = rows - len(entries)
        while missing > 5:
            patient_id = treated[int(draw() * among)]
            visit = stock[int(draw() * size)].entries
            entries.extend([(patient_id, entry) for entry in visit])
            missing -= len(visit)
        for part in {2: (2,), 3: (3,), 4: (4,), 5: (3, 2)}.get(missing, ()):
            entries.extend([(treated[0], entry) for entry in rng.choice(visits.by_size[part]).entries])

    def _note_last_visits(self) -> None:
        latest: dict[str, date] = {}
        for patient_id, entry in self.family.entries:
            if entry.kind == CHARGE and entry.day <= self.as_of and entry.day > latest.get(patient_id, date.min):
                latest[patient_id] = entry.day
        for person in self.family.persons:
            person.last_visit = latest.get(person.patient_id)


_NOT_TREATED = frozenset({"deleted", "non-patient", "prospective"})

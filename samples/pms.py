"""The practice's books over many days: what is keyed in of an evening, and what the exports of a morning hold.

Knows nothing of dipay. `Pms.accounts` says what is true of every account on a morning, worked out charge by charge; the
tests hold what dipay sends against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from pathlib import Path

import layouts
import people
from intended import aged, reasons_by_the_facts
from practice import (
    ADJUSTMENT,
    CHARGE,
    FINANCE_CHARGE,
    INSURANCE_PAYMENT,
    PAYMENT,
    Entry,
    Family,
    Person,
    Practice,
)  # fmt: skip

ADULT_YEARS = 20
#: Charges that are no work done, as offices post them: the type, the words, the amount where it is always the same.
FEES = (
    (FINANCE_CHARGE, "Finance charge 1.5%", 180), ("late fee", "Late fee", 1_500), ("interest", "Interest", 240),
)  # fmt: skip
RETURNED = "returned payment"


class Kind(Enum):
    """What the practice exports: a ledger, with or without the day of the last visit, or an aging report."""

    LEDGER = "ledger"
    LEDGER_WITHOUT_VISITS = "ledger without last_visit"
    BALANCES = "balances"


@dataclass(frozen=True, slots=True)
class Account:
    """What is true of one account on a morning.

    `people` tells whose it is, whatever its id. `reasons` speak against a first request: the rules' codes, and
    "no-number" where there is none to text.
    """

    guarantor_id: str
    people: int
    first_name: str
    number: str | None
    portion_cents: int
    reasons: frozenset[str]
    last_visit: date | None


class Pms:
    """The books as they stand. Each change is of the evening of `day` and gives the words that tell of it."""

    def __init__(self, families: Iterable[Family], day: date) -> None:
        self.day = day
        self.files: list[tuple[int, Family]] = list(enumerate(families))
        self.billing_types: dict[int, str] = {}
        #: Whose number has words beside it.
        self.noted: set[int] = set()
        self.next_id = max(int(person.patient_id) for _, family in self.files for person in family.persons) + 1_000

    def of(self, who: int) -> Family:
        """The family's file, the older one where they have two."""
        return next(family for people_, family in self.files if people_ == who)

    # Money

    def pays(self, who: int, share: float = 1.0, kind: str = PAYMENT) -> str:
        """So much of what they owe is paid; nothing where they owe nothing."""
        family = self.of(who)
        cents = round(aged(family, self.day).portion_cents * share)
        if cents <= 0:
            return ""
        words = {PAYMENT: "Card payment", INSURANCE_PAYMENT: "Claim payment", ADJUSTMENT: "Courtesy adjustment"}[kind]
        self._enter(family, kind, words, -cents)
        by = {PAYMENT: "pays", INSURANCE_PAYMENT: "insurance pays", ADJUSTMENT: "adjustment of"}[kind]
        return f"{by} {layouts.plain_money(cents)}"

    def posts(self, who: int, cents: int) -> str:
        """A payment that came in elsewhere is keyed in."""
        self._enter(self.of(who), PAYMENT, "Online payment", -cents)
        return f"keyed in: {layouts.plain_money(cents)}"

    def returns(self, who: int, cents: int) -> str:
        """So much of a payment is given back, or was never paid."""
        self._enter(self.of(who), RETURNED, "Payment returned", cents)
        return f"keyed in as returned: {layouts.plain_money(cents)}"

    def cheque_returns(self, who: int) -> str:
        """The last payment comes back."""
        family = self.of(who)
        payments = [entry for _, entry in family.entries if entry.kind == PAYMENT and entry.entered <= self.day]
        if not payments:
            return ""
        cents = -max(payments, key=lambda entry: entry.entered).cents
        self._enter(family, RETURNED, "NSF reversal", cents)
        return f"payment of {layouts.plain_money(cents)} returned"

    def visits(self, who: int, description: str, cents: int) -> str:
        """Work is done, and charged."""
        self._enter(self.of(who), CHARGE, description, cents)
        return f"visit, {layouts.plain_money(cents)}"

    def fee(self, who: int, which: int) -> str:
        """A charge that is no visit."""
        kind, words, cents = FEES[which % len(FEES)]
        self._enter(self.of(who), kind, words, cents)
        return words.lower()

    def month_ends(self) -> dict[int, str]:
        """Every third family that owes something gets a finance charge, as offices do by the month."""
        owing = [who for who, family in self.files if who % 3 == 0 and aged(family, self.day).portion_cents > 0]
        return {who: self.fee(who, 0) for who in dict.fromkeys(owing)}

    def _enter(self, family: Family, kind: str, words: str, cents: int) -> None:
        whose = next(each for each in family.counted_persons if each.status not in {"non-patient", "prospective"})
        family.entries.append((whose.patient_id, Entry(self.day, kind, words, cents, self.day)))

    # What is marked

    def begins_plan(self, who: int) -> str:
        self.of(who).guarantor.payment_plan = True
        return "payment plan begun"

    def marks_do_not_recall(self, who: int) -> str:
        self.of(who).guarantor.do_not_recall = True
        return "marked Do Not Recall"

    def refuses_texts(self, who: int) -> str:
        self.of(who).guarantor.text_consent = "no"
        return "consent to texts withdrawn in the PMS"

    def dies(self, who: int) -> str:
        self.of(who).guarantor.status = "deceased"
        return "marked deceased"

    def goes_to_collections(self, who: int) -> str:
        self.billing_types[who] = "Sent to Collections"
        return "billing type is Collections"

    # How they are reached

    def changes_number(self, who: int, typed: str) -> str:
        self.of(who).guarantor.mobile = typed
        self.noted.discard(who)
        return f"number is now {typed or 'none'}"

    def notes_beside_number(self, who: int) -> str:
        guarantor = self.of(who).guarantor
        guarantor.mobile += " do not text"
        self.noted.add(who)
        return 'words "do not text" beside the number'

    # Whose account it is

    def adult_beside(self, who: int) -> Person | None:
        """Somebody of the family who could be the guarantor in place of the present one."""
        family = self.of(who)
        others = family.counted_persons[1:]
        born = self.day - timedelta(days=ADULT_YEARS * 366)
        return next((each for each in others if each.birth_date and each.birth_date < born), None)

    def changes_guarantor(self, who: int, *, same_number: bool) -> str:
        """The other parent pays from now on."""
        family, heir = self.of(who), self.adult_beside(who)
        if heir is None:
            raise ValueError("there is no other adult")
        before = family.guarantor
        if same_number:
            heir.mobile = before.mobile
        heir.text_consent = before.text_consent
        family.persons.remove(heir)
        family.persons.insert(0, heir)
        for person in family.persons:
            person.guarantor_id = heir.patient_id
        return f"guarantor is now {heir.patient_id}"

    def renumbers(self, who: int) -> str:
        """The same people under new ids."""
        family = self.of(who)
        self._give_ids(family, {person.patient_id: self._new_id() for person in family.persons})
        return f"renumbered, now {family.guarantor_id}"

    def is_entered_twice(self, who: int, description: str, cents: int) -> str:
        """A second file of the guarantor, with a visit of its own that is too new to be asked for."""
        first = self.of(who).guarantor
        new_id = self._new_id()
        copy = replace(
            first, patient_id=new_id, guarantor_id=new_id, insurance_estimate_cents=0, writeoff_estimate_cents=0,
            outstanding_claims=0,
        )  # fmt: skip
        entry = Entry(self.day - timedelta(days=3), CHARGE, description, cents, self.day)
        self.files.append((who, Family("second-file", ("aging",), [copy], entries=[(new_id, entry)])))
        return f"entered a second time as {new_id}"

    def merges(self, who: int) -> str:
        """The older file goes into the second one."""
        old, kept = (family for people_, family in self.files if people_ == who)
        self.files.remove((who, old))
        guarantor, heir = old.guarantor, kept.guarantor
        heir.insurance_estimate_cents += guarantor.insurance_estimate_cents
        heir.writeoff_estimate_cents += guarantor.writeoff_estimate_cents
        self._give_ids(old, {person.patient_id: person.patient_id for person in old.persons} | {
            guarantor.patient_id: heir.patient_id
        })  # fmt: skip
        kept.entries += old.entries
        kept.persons += old.persons[1:]
        return f"its two files merged into {heir.patient_id}"

    def _new_id(self) -> str:
        self.next_id += 1
        return str(self.next_id)

    @staticmethod
    def _give_ids(family: Family, new: Mapping[str, str]) -> None:
        for person in family.persons:
            person.patient_id = new[person.patient_id]
            person.guarantor_id = new[person.guarantor_id]
        family.entries = [(new[patient_id], entry) for patient_id, entry in family.entries]

    # The morning

    def accounts(self, kind: Kind) -> Iterator[Account]:
        """What is true of every account on the morning of `day`, as far as that kind of export can tell."""
        self._note_last_visits()
        for who, family in self.files:
            yield self._account(who, family, kind)

    def _account(self, who: int, family: Family, kind: Kind) -> Account:
        money, guarantor = aged(family, self.day), family.guarantor
        reasons = reasons_by_the_facts(family, money, self.day)
        digits = None if family.absent else people.ten_digits(guarantor.mobile)
        if digits is None:
            reasons.add("no-number")
        if who in self.noted:
            reasons.add("bad-data")
        if who in self.billing_types and kind is not Kind.BALANCES:
            reasons.add("billing-type")
        visits = [person.last_visit for person in family.counted_persons if person.last_visit]
        return Account(
            family.guarantor_id, who, guarantor.first_name, f"+1{digits}" if digits else None, money.portion_cents,
            frozenset(reasons), max(visits, default=None),
        )  # fmt: skip

    def export(self, folder: Path, kind: Kind) -> tuple[Path, ...]:
        """Writes the exports of the morning of `day`; the files."""
        self._note_last_visits()
        practice = Practice(self.day, [family for _, family in self.files])
        if kind is Kind.BALANCES:
            layouts.write_open_dental_aging(practice, folder)
            return folder / "patients.csv", folder / "aging.xls"
        billing_types = {family.guarantor_id: self.billing_types.get(who, "Standard") for who, family in self.files}
        without = {"last_visit"} if kind is Kind.LEDGER_WITHOUT_VISITS else set[str]()
        captions = (*layouts.PATIENT_CAPTIONS, "billing_type")
        patients = ((*layouts.generic_patient(each), billing_types[each.guarantor_id]) for each in practice.persons)
        _write(folder / "patients.csv", captions, patients, without)
        entries = (layouts.generic_entry(*row[:3]) for row in practice.numbered_entries(voided=False))
        _write(folder / "ledger.csv", layouts.LEDGER_CAPTIONS, entries)
        return folder / "patients.csv", folder / "ledger.csv"

    def _note_last_visits(self) -> None:
        for _, family in self.files:
            for person in family.persons:
                days = [
                    entry.day
                    for patient_id, entry in family.entries
                    if patient_id == person.patient_id and entry.kind == CHARGE and entry.day <= self.day
                ]
                person.last_visit = max(days, default=None)


def _write(path: Path, captions: tuple[str, ...], rows: Iterable[layouts.Row], without: Collection[str] = ()) -> None:
    kept = [place for place, caption in enumerate(captions) if caption not in without]
    texts = ([layouts.as_text(row[place]) for place in kept] for row in rows)
    layouts.write_csv(path, [[captions[place] for place in kept], *texts], "\n")

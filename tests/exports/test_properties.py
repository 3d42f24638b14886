"""Properties of reading: how a practice is written down does not matter, what is written does."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

from dipay.domain.account import Account
from dipay.domain.day import Day
from dipay.domain.problems import CannotGoOn
from dipay.domain.settings import PaymentSettings
from dipay.domain.worklist import View, judge
from dipay.exports.reading import Exports
from dipay.exports.sources.code_pages import other_page, words_beyond_ascii
from dipay.exports.sources.text import _UTF8_LETTER
from dipay.grammar.money import plain_cents
from dipay.grammar.names import holds_note
from tests.exports.reading import AS_OF, assert_adds_up, by_id, read
from tests.properties import examples

Row = dict[str, str]
NAMES = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0xFF), min_size=1, max_size=8).filter(
    lambda name: not holds_note(name)
)


@dataclass(frozen=True)
class Practice:
    """A practice as rows of text, before it is written in any particular way."""

    patients: tuple[Row, ...]
    ledger: tuple[Row, ...]


@st.composite
def practices(draw: st.DrawFn) -> Practice:
    families = draw(st.integers(2, 5))
    patients: list[Row] = []
    for family in range(families):
        for member in range(draw(st.integers(1, 3))):
            patients.append(
                {
                    "patient_id": f"0{family}{member}",
                    "guarantor_id": "" if member == 0 else f"0{family}0",
                    "first_name": draw(NAMES),
                    "last_name": draw(NAMES),
                    "mobile_phone": f"207-555-01{family}{member}",
                    "birth_date": "1980-05-09",
                    "status": "active",
                    "payment_plan": "no",
                    "do_not_recall": "no",
                    "text_consent": "yes",
                    "last_visit": "2026-09-01",
                    "insurance_estimate": plain_cents(draw(st.integers(0, 3000))),
                }
            )
    ledger = [
        {
            "patient_id": draw(st.sampled_from(patients))["patient_id"],
            "date": (AS_OF - timedelta(days=draw(st.integers(0, 300)))).isoformat(),
            "amount": plain_cents(draw(st.integers(-20_000, 30_000))),
        }
        for _ in range(draw(st.integers(3, 25)))
    ]
    return Practice(tuple(patients), tuple(ledger))


def as_csv(
    rows: tuple[Row, ...], separator: str = ",", encoding: str = "utf-8", quoting: int = csv.QUOTE_MINIMAL
) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def read_practice(practice: Practice, patients: bytes | None = None, ledger: bytes | None = None) -> Exports:
    with tempfile.TemporaryDirectory() as folder:
        exports = read(Path(folder), patients or as_csv(practice.patients), ledger or as_csv(practice.ledger))
    assert_adds_up(exports)
    return exports


def listed(exports: Exports) -> dict[str, tuple[View, tuple[str, ...]]]:
    worklist = judge(exports.accounts, Day(AS_OF, PaymentSettings()))
    return {
        each.account.guarantor_id: (each.view, tuple(rule.code for rule in each.reasons)) for each in worklist.judged
    }


def comparable(exports: Exports) -> dict[str, Account]:
    return by_id(exports)


def could_be_another(content: bytes) -> bool:
    """Whether Windows-1252's bytes are as good letters of another encoding: which was meant nobody can tell."""
    if other_page(set(words_beyond_ascii(content))):
        return True
    try:
        return not content.isascii() and bool(content.decode())
    except UnicodeDecodeError:
        return _UTF8_LETTER.search(content) is not None


@given(practices(), st.randoms(), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
       st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))  # fmt: skip
@examples(60)
def test_how_it_is_written_down_does_not_matter(
    practice: Practice, chance: random.Random, separator: str, encoding: str, quoting: int
) -> None:
    def rewritten(rows: tuple[Row, ...]) -> bytes:
        names = list(rows[0])
        chance.shuffle(names)
        return as_csv(tuple({name: row[name] for name in names} for row in rows), separator, encoding, quoting)

    shuffled = list(practice.ledger)
    chance.shuffle(shuffled)
    patients, ledger = rewritten(practice.patients), rewritten(tuple(shuffled))
    assume(encoding != "cp1252" or not could_be_another(patients))
    found = read_practice(practice, patients, ledger)
    assert comparable(found) == comparable(read_practice(practice))


FLIPS = [
    ("payment_plan", "yes", "payment-plan"),
    ("do_not_recall", "yes", "do-not-recall"),
    ("text_consent", "no", "no-text-consent"),
    ("status", "deceased", "deceased"),
    ("birth_date", "2015-01-01", "minor-guarantor"),
]


@given(practices(), st.sampled_from(FLIPS), st.integers(0, 4))
@examples(60)
def test_flipping_one_exclusion_changes_exactly_that_account(
    practice: Practice, flip: tuple[str, str, str], chosen: int
) -> None:
    column, value, code = flip
    guarantors = [row["patient_id"] for row in practice.patients if not row["guarantor_id"]]
    guarantor_id = guarantors[chosen % len(guarantors)]
    before = listed(read_practice(practice))
    flipped = tuple(row | {column: value} if row["patient_id"] == guarantor_id else row for row in practice.patients)
    after = listed(read_practice(Practice(flipped, practice.ledger)))
    assert after[guarantor_id][0] is not View.PENDING
    assert set(after[guarantor_id][1]) == {*before[guarantor_id][1], code}
    assert {key: value for key, value in after.items() if key != guarantor_id} == {
        key: value for key, value in before.items() if key != guarantor_id
    }


@given(practices(), st.integers(2, 20))
@examples(40)
def test_scaling_every_amount_scales_every_amount(practice: Practice, times: int) -> None:
    def scaled(row: Row, name: str) -> Row:
        return row | {name: plain_cents(round(float(row[name]) * 100) * times)}

    larger = Practice(
        tuple(scaled(row, "insurance_estimate") for row in practice.patients),
        tuple(scaled(row, "amount") for row in practice.ledger),
    )
    before, after = by_id(read_practice(practice)), by_id(read_practice(larger))
    for guarantor_id, account in before.items():
        assert after[guarantor_id].aged.balance_cents == account.aged.balance_cents * times
        assert after[guarantor_id].aged.portion_buckets == tuple(
            cents * times for cents in account.aged.portion_buckets
        )


@given(practices(), st.data())
@examples(80)
def test_a_mutated_ledger_is_read_rightly_or_said_to_be_wrong(practice: Practice, data: st.DataObject) -> None:
    """Whatever one byte becomes, every account is as before, is held, or differs by exactly the cell that changed."""
    content = bytearray(as_csv(practice.ledger))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.sampled_from(b'0123456789,;"\n\r\t -.()xO\x00\xff'))
    try:
        exports = read_practice(practice, ledger=bytes(content))
    except CannotGoOn as error:
        assert error.exit_code == 3
        assert all(problem.fix for problem in error.problems)
        return
    before = by_id(read_practice(practice))
    unheld = {each.guarantor_id for each in exports.accounts if not each.held_for}
    lost = [problem for problem in exports.problems if problem.kind in {"unknown patient", "misfit"}]
    changed = [
        each for each in exports.accounts
        if each.guarantor_id in unheld and each.guarantor_id in before and each.aged != before[each.guarantor_id].aged
    ]  # fmt: skip
    # One cell holds one amount of one account, or moves a row from one account to another.
    assert len(changed) <= (1 if lost else 2)

"""One practice, one worklist: in any order of rows and columns, as text or as any workbook, by any system's layout."""

from __future__ import annotations

import random
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.day import Day
from dipay.domain.settings import PaymentSettings
from dipay.domain.worklist import judge
from dipay.exports.reading import Exports
from tests.exports.reading import AS_OF, assert_adds_up, read
from tests.exports.test_properties import Practice, as_csv, practices
from tests.exports.test_spreadsheets import WRITERS, Cells
from tests.properties import examples
from tests.test_samples import BUCKET_STARTS, SAMPLES

sys.path.insert(0, str(SAMPLES))

import generate
import golden
from scenarios import make_practice

Rows = tuple[dict[str, str], ...]
MONEY = frozenset({"amount", "insurance_estimate"})
DATES = frozenset({"date", "birth_date", "last_visit"})


def worklist(exports: Exports) -> dict[str, tuple[Any, ...]]:
    """All that a practice sees of its exports, by account; in which order its patients stand is not part of it."""
    assert_adds_up(exports)
    found = judge(exports.accounts, Day(AS_OF, PaymentSettings()))
    return {
        each.account.guarantor_id: (
            each.view, [rule.code for rule in each.reasons], each.account.name, each.account.phone,
            each.account.phone_problem, each.account.aged, each.account.last_visit, each.account.outstanding_claims,
            frozenset(patient.patient_id for patient in each.account.patients), each.account.held_for,
        )
        for each in found.judged
    }  # fmt: skip


def of_practice(practice: Practice) -> dict[str, tuple[Any, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        return worklist(read(Path(folder), as_csv(practice.patients), as_csv(practice.ledger)))


def mixed(rows: Rows, chance: random.Random) -> Rows:
    """The same rows in another order, with their columns in another order, and one column more."""
    names = [*rows[0], "Our own column"]
    chance.shuffle(names)
    shuffled = [{name: row.get(name, "x") for name in names} for row in rows]
    chance.shuffle(shuffled)
    return tuple(shuffled)


@given(practices(), st.randoms())
@examples(40)
def test_in_any_order_of_rows_and_columns(practice: Practice, chance: random.Random) -> None:
    again = Practice(mixed(practice.patients, chance), mixed(practice.ledger, chance))
    assert of_practice(again) == of_practice(practice)


def typed(rows: Rows, chance: random.Random) -> Cells:
    """The rows as a workbook may hold them: amounts as numbers or text, dates as dates or text."""
    as_number, as_day = chance.random() < 0.7, chance.random() < 0.7

    def cell(name: str, text: str) -> Any:
        if name in MONEY and as_number:
            return float(text)
        return date.fromisoformat(text) if name in DATES and as_day else text

    return [list(rows[0]), *([cell(name, text) for name, text in row.items()] for row in rows)]


@given(practices(), st.randoms(), st.sampled_from([*WRITERS]), st.sampled_from([*WRITERS, "csv"]))
@examples(30)
def test_as_any_workbook_or_one_of_each(practice: Practice, chance: random.Random, first: str, second: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {"patients": f"patients.{first}", "ledger": f"ledger.{second}"}
        WRITERS[first](folder / files["patients"], typed(mixed(practice.patients, chance), chance))
        ledger = mixed(practice.ledger, chance)
        if second == "csv":
            (folder / "ledger.csv").write_bytes(as_csv(ledger))
        else:
            WRITERS[second](folder / files["ledger"], typed(ledger, chance))
        found = read(folder, b"not read", None, files=files)
    assert worklist(found) == of_practice(practice)


@given(practices(), st.randoms())
@examples(30)
def test_by_captions_of_the_practices_own(practice: Practice, chance: random.Random) -> None:
    """What a caption is mapped to counts, not what it says."""
    captions = {name: f"Caption {number}" for number, name in enumerate(practice.patients[0])}
    renamed = tuple({captions[name]: text for name, text in row.items()} for row in mixed(practice.patients, chance)
                    if row.pop("Our own column"))  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        found = read(
            Path(folder), as_csv(renamed), as_csv(practice.ledger), columns={"patients": captions}, profile="generic"
        )
    assert worklist(found) == of_practice(practice)


@pytest.mark.parametrize(("seed", "families"), [(1, 40), (2, 90), (3, 130)])
def test_by_every_systems_layout(seed: int, families: int, tmp_path: Path) -> None:
    """Other people and other balances than the committed samples have."""
    generate.write_samples(make_practice(families, seed=seed), tmp_path)
    expected = seen(".", tmp_path)
    assert len(expected) == families
    for layout in golden.LAYOUTS:
        assert seen(layout, tmp_path) == expected, layout


def seen(layout: str, folder: Path) -> dict[str, Any]:
    """The accounts of a layout; of the age of the oldest part its bucket, which is all that an aging report tells."""
    found = {}
    for each in golden.answer(layout, folder)["accounts"]:
        days = each["oldest_unpaid_days"]
        start = None if days is None else max(start for start in BUCKET_STARTS if start <= days)
        codes = [reason["code"] for reason in each["reasons"]]
        found[each["guarantor_id"]] = each | {"oldest_unpaid_days": start, "reasons": codes}
    return found

"""What columns look like and what their cells prove, on columns made up here."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.fields import DO_NOT_RECALL, PAYMENT_PLAN, TEXT_CONSENT, Field, Grammar
from dipay.exports.proposing.ages import buckets_of
from dipay.exports.proposing.coded import coded, looks_of, words_to_write
from dipay.exports.proposing.days import date_formats
from dipay.exports.proposing.files import propose
from dipay.exports.proposing.looks import can_be, holds_money
from dipay.exports.proposing.samples import SampleColumn
from dipay.exports.proposing.sums import prove
from tests.exports.reading import write


def column(caption: str, *cells: str) -> SampleColumn:
    return SampleColumn(caption, cells)


FOUR = ("days_0_30", "days_31_60", "days_61_90", "over_90")


@pytest.mark.parametrize(
    ("captions", "buckets"),
    [
        (("0-30", "31-60", "61-90", "91+"), ("0-30",)),
        (("0->30", "31->60", "61->90", "91+"), ("0->30",)),
        (("Current", "1-30", "31-60", "61-90", "Over 90"), ("Current", "1-30")),
        (("Current", "Over 30", "Over 60", "Over 90"), ("Current",)),
        (("Current", "30 Days", "60 Days", "90 Days", "120 Days"), ("Current",)),
        (("0 to 30 days", "30 - 60 days", "60 - 90 days", "> 90 days"), ("0 to 30 days",)),
        (("Under 30", "31 thru 60", "61 thru 90", "91 and over"), ("Under 30",)),
        (("Pt 0-30", "Pt 31-60", "Pt 61-90", "Pt 91+", "0-30", "31-60", "61-90", "91+"), ("Pt 0-30",)),
        (("0-15", "16-30", "31-45", "46-60", "61-75", "76-90", "91-120", "121+"), ("0-15", "16-30")),
        (("<=30", "31-60", "61-90", ">90", "Ins 0-30", "% 31-60"), ("<=30",)),
    ],
)
def test_captions_of_ages_fill_the_four_buckets(captions: tuple[str, ...], buckets: tuple[str, ...]) -> None:
    found = buckets_of(captions)
    assert tuple(sorted(found)) == tuple(sorted(FOUR))
    assert found["days_0_30"] == buckets
    taken = [each for columns in found.values() for each in columns]
    assert len(taken) == len(set(taken))
    assert not [each for each in taken if "Ins" in each or "%" in each]


@pytest.mark.parametrize(
    "over", [("91-120", "Over 120"), ("91-120", "120+"), ("91-120", "121-150", ">150"), ("Over 90", "Over 120")]
)
def test_several_columns_of_one_bucket_are_a_list(over: tuple[str, ...]) -> None:
    assert buckets_of(("0-30", "31-60", "61-90", *over))["over_90"] == over


@pytest.mark.parametrize(
    "captions",
    [
        ("30", "60", "90", "120"),  # from 30 on or up to 30?
        ("0-60", "61-120", "Over 120"),
        ("Balance", "Phone 2", "Last 30", "Insurance 31-60"),
    ],
)
def test_captions_that_leave_a_doubt_are_no_buckets(captions: tuple[str, ...]) -> None:
    assert buckets_of(captions).keys() != set(FOUR)


@pytest.mark.parametrize(
    ("grammar", "cells", "fits"),
    [
        (Grammar.LANGUAGE, ("English", "spa", "Mayan"), True),
        (Grammar.LANGUAGE, ("Crown Dental", "Dr. Ames", "English"), False),
        (Grammar.COUNT, ("0", "2", "1"), True),
        (Grammar.COUNT, ("120.00", "0.00", "35.50"), False),
        (Grammar.BUCKET, ("Ames, Ann", "Burr, Bo"), False),
        (Grammar.ID, ("Ames, Ann", "Burr, Bo"), False),
        (Grammar.ID, ("Y", "N"), False),
        (Grammar.ID, ("A-101", "0102"), True),
        (Grammar.PHONE, ("207-555-0101", "none", "(207) 555-0102 cell"), True),
        (Grammar.PHONE, ("2026-11-01", "2026-11-02"), False),
        (Grammar.PAST_DAY, ("3-Jan-2026", "14-Feb-2026"), True),
        (Grammar.PAST_DAY, ("101", "102"), False),
        (Grammar.ESTIMATE, ("-5.00", "-3.00"), False),
        (Grammar.YES_NO, ("2026-01-02", "2026-01-03"), False),
        (Grammar.NAME, ("207-555-0101",), False),
        (Grammar.PHONE, (), True),
    ],
)
def test_cells_speak_for_or_against_a_field(grammar: Grammar, cells: tuple[str, ...], fits: bool) -> None:
    assert can_be(grammar, column("X", *cells)) is fits


def test_whole_numbers_are_money_only_where_they_are_written_so() -> None:
    assert holds_money(column("X", "12.00", "3", "-"))
    assert holds_money(column("X", "$12"))
    assert not holds_money(column("X", "12", "3"))
    assert not holds_money(column("X"))


def money(cents: int) -> str:
    return f"{cents / 100:.2f}"


AMOUNT = st.integers(0, 50_000)
ROWS = st.lists(
    st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT, st.integers(0, 3_000), st.integers(0, 2_000)), min_size=10, max_size=40
)


def report(rows: Sequence[tuple[int, ...]], sign: int = -1) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The buckets and the other columns of an aging report, under captions that say no more than they must."""
    buckets = {name: [money(row[place]) for row in rows] for place, name in enumerate(FOUR)}
    totals = [sum(row[:4]) - row[4] for row in rows]
    others = {
        "Credits": [money(sign * row[4]) for row in rows],
        "B": [money(total) for total in totals],
        "C": [money(row[5]) for row in rows],
        "Patient Part": [money(total - row[5]) for row, total in zip(rows, totals, strict=True)],
    }
    return buckets, others


@given(ROWS, st.sampled_from([-1, 1]))
def test_sums_find_total_credit_portion_and_estimate_where_captions_say_but_a_little(
    rows: list[tuple[int, ...]], sign: int
) -> None:
    rows = [(1_000, 2_000, 3_000, 4_000, 500, 700), (900, 0, 0, 1, 2, 3), *rows]
    buckets, others = report(rows, sign)
    found = prove(FOUR, others, buckets)
    assert found["total"].columns == ("B",)
    assert found["unapplied_credit"].columns == ("Credits",)
    assert found["portion"].columns == ("Patient Part",)
    assert found["insurance_estimate"].columns == ("C",)
    assert all((each.agreeing, each.rows) == (len(rows), len(rows)) for each in found.values())


@given(ROWS, st.randoms())
def test_sums_that_the_rows_contradict_are_not_made(rows: list[tuple[int, ...]], chance: random.Random) -> None:
    buckets, others = report(rows)
    wrong = {
        "Balance": [money(chance.randint(60_000_00, 90_000_00)) for _ in rows],
        "Patient Portion": others["Credits"][::-1],
    }
    found = prove(FOUR, wrong, buckets)
    assert "total" not in found
    assert "unapplied_credit" not in found


def test_what_adds_up_both_ways_is_not_taken_for_either() -> None:
    buckets, others = report([(place, 2 * place, 300, 0, 5 * place, 7 * place) for place in range(1, 40)], sign=1)
    nameless = {f"Col {place}": cells for place, cells in enumerate(others.values())}
    assert prove(FOUR, nameless, buckets) == {}


@pytest.mark.parametrize(
    ("portion", "estimate"),
    [
        ("Pt Portion", "Ins Portion"), ("Est. Patient Portion", "Est. Insurance"), ("Patient", "Insurance"), ("Part A", "Dental Ins Est"),
        ("Guar Portion", "Part B"),
    ],
)  # fmt: skip
def test_what_is_left_is_never_taken_for_what_is_taken_off(portion: str, estimate: str) -> None:
    buckets, others = report([(place, 2 * place, 300, 0, 0, 7 * place) for place in range(1, 40)])
    columns = {estimate: others["C"], "Balance": others["B"], portion: others["Patient Part"]}
    found = prove(FOUR, columns, buckets)
    assert found["portion"].columns == (portion,)
    assert found["insurance_estimate"].columns == (estimate,)


@pytest.mark.parametrize(
    ("credit", "total"), [("Credit Balance", "Account Balance"), ("Prepaid", "Owed"), ("Unapplied", "Col")]
)
def test_a_credit_is_never_taken_for_the_balance(credit: str, total: str) -> None:
    buckets, others = report([(place, 2 * place, 300, 0, 5 * place, 0) for place in range(1, 40)], sign=1)
    found = prove(FOUR, {credit: others["Credits"], total: others["B"]}, buckets)
    assert (found["unapplied_credit"].columns, found["total"].columns) == ((credit,), (total,))


def test_one_row_of_a_hundred_may_be_wrong_in_the_pms() -> None:
    rows = [(place, 2 * place, 300, 0, 0, 0) for place in range(1, 101)]
    buckets, others = report(rows)
    total = {"Balance": ["1.00", *others["B"][1:]]}
    assert (prove(FOUR, total, buckets)["total"].agreeing, len(rows)) == (99, 100)


LIKE = {
    "SMS Opt In": TEXT_CONSENT, "Privacy: Text": TEXT_CONSENT, "OK to text": TEXT_CONSENT, "Text Consent?": TEXT_CONSENT,
    "Do not text": TEXT_CONSENT, "Texting": TEXT_CONSENT, "Payment Plan": PAYMENT_PLAN, "Contract": PAYMENT_PLAN,
    "Financial arrangement": PAYMENT_PLAN, "Do not contact": DO_NOT_RECALL, "DNC": DO_NOT_RECALL, "No Recall": DO_NOT_RECALL,
    "Receives recalls": DO_NOT_RECALL,
}  # fmt: skip


@pytest.mark.parametrize(("caption", "field"), LIKE.items())
def test_columns_that_leave_people_out_are_known_by_their_captions(caption: str, field: Field[bool]) -> None:
    assert looks_of([column(caption, "Y", "N")]) == {field: column(caption, "Y", "N")}


@pytest.mark.parametrize("caption", ["E-mail opt in", "Context", "Recall date", "Plan name", "Contact", "Text notes?!"])
def test_other_captions_are_not(caption: str) -> None:
    assert not looks_of([column(caption, "Y", "N")])


def test_free_text_and_numbers_are_no_code() -> None:
    assert not looks_of([column("Do not call", *(f"note {each}" for each in range(40)))])
    assert not looks_of([column("Text messages to", "207-555-0101", "207-555-0102")])


def meanings(field: str, caption: str, *cells: str) -> Mapping[str, list[str]]:
    found = coded("patients", field, column(caption, *cells), None)
    assert found is not None
    return words_to_write(found, {word: meaning for word, meaning in found.meanings.items() if meaning})


def test_words_are_written_only_where_the_reader_would_not_know_them() -> None:
    assert meanings("text_consent", "SMS", "Yes", "No", "") == {}
    assert meanings("text_consent", "SMS", "Opted In", "OPTED OUT", "Yes") == {"yes": ["Opted In"], "no": ["OPTED OUT"]}


def test_a_no_in_a_column_of_noes_is_a_yes() -> None:
    found = meanings("text_consent", "Do not text", "Y", "N")
    assert {"y", "yes", "true"} <= set(found["no"])
    assert {"n", "no", "false"} <= set(found["yes"])
    assert not set(found["yes"]) & set(found["no"])


def test_what_is_left_of_a_contract_is_a_plan() -> None:
    assert meanings("payment_plan", "Contract", "0.00", "450.00") == {"amount": ["yes"]}


def test_a_word_that_nobody_knows_is_said() -> None:
    found = coded("patients", "text_consent", column("SMS", "Opted In", "Ask first"), None)
    assert found is not None
    assert found.unknown == ("Ask first",)


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (("2026-11-03",), ("auto",)),
        (("11/13/2026", "01/02/2026"), ("auto",)),
        (("01/02/2026", "03/04/2026"), ("%m/%d/%Y", "%d/%m/%Y")),
        (("3-Jan-2026",), ("%d-%b-%Y",)),
        (("13.11.2026",), ("%d.%m.%Y",)),
        ((), ("auto",)),
    ],
)
def test_dates_are_settled_by_the_cells_or_asked(cells: tuple[str, ...], formats: tuple[str, ...]) -> None:
    assert date_formats([column("Date", *cells)], ("%m/%d/%Y", "%d/%m/%Y")) == formats


PEOPLE = """\
Visits,Flag,Resp Acct,Acct,Provider,Patient,Cell,Home,Pending Claims Amount
1,Y,901,901,1,"Ames, Ann",207-555-0101,207-555-0201,12.00
2,N,901,902,1,"Ames, Bo",,207-555-0202,0.00
1,Y,903,903,2,"Burr, Cy",207-555-0103,,3.50
3,N,904,904,2,"Cole, Di",207-555-0104,,0.00
"""
OWED = """\
Aged Receivables
Responsible Party,Guarantor Flag,Resp Acct,0-30,31-60,61-90,91+,Patient
"Ames, Ann",Y,901,0.00,50.00,0.00,0.00,"Ames, Ann"
"Burr, Cy",N,903,0.00,0.00,70.00,0.00,"Burr, Cy"
"""


def test_ids_are_the_columns_that_join_the_files(tmp_path: Path) -> None:
    write(tmp_path, {"p.csv": PEOPLE, "a.csv": OWED})
    files = propose(tmp_path, {}).files
    found = {(kind, name): each.captions for kind, file in files.items() for name, each in file.fields.items()}
    assert found["patients", "patient_id"] == ("Acct",)
    assert found["patients", "guarantor_id"] == ("Resp Acct",)
    assert found["balances", "guarantor_id"] == ("Resp Acct",)
    assert ("patients", "outstanding_claims") not in found  # money
    assert ("balances", "portion") not in found  # names


def test_payers_who_are_names_or_flags_are_not_proposed(tmp_path: Path) -> None:
    people = (
        PEOPLE.replace("Resp Acct", "Chart").replace("Flag", "Guarantor Flag").replace("Patient", "Responsible Party")
    )
    write(tmp_path, {"p.csv": people.replace("901,901", "x1,901").replace("901,902", "x2,902"), "a.csv": OWED})
    proposal = propose(tmp_path, {})
    assert "guarantor_id" not in proposal.files["patients"].fields


def test_files_of_no_use_are_named_with_what_they_lack(tmp_path: Path) -> None:
    birthdays = "Name,Town,Month\nAnn,Portland,May\n"
    write(tmp_path, {"p.csv": PEOPLE, "a.csv": OWED, "birthdays.csv": birthdays, "empty.csv": "", "list.csv": "1\n2\n"})
    others = propose(tmp_path, {}).others
    assert others.keys() == {"birthdays.csv", "empty.csv", "list.csv"}
    assert "patient_id" in others["birthdays.csv"]
    assert "empty" in others["empty.csv"]

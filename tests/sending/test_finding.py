"""Whom somebody means by an id or a name: nobody else's account is ever explained in their stead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dipay.domain.accounts import Accounts
from dipay.domain.examples import ACCOUNT
from dipay.domain.fields import FIRST_NAME, LAST_NAME
from dipay.domain.patients import Patient
from dipay.domain.problems import CannotGoOn
from dipay.services.finding import Found, find_account, find_in_exports
from tests.sending.practice import Practice


def account(guarantor_id: str, *people: tuple[str, str, str]) -> object:
    """An account of these: id, first name, last name; the first of them pays unless the id is another's."""
    patients = tuple(Patient(each, guarantor_id, {FIRST_NAME: first, LAST_NAME: last}) for each, first, last in people)
    guarantor = next((each for each in patients if each.patient_id == guarantor_id), None)
    return replace(ACCOUNT, guarantor_id=guarantor_id, guarantor=guarantor, patients=patients)


ACCOUNTS = Accounts.of(
    [
        account("0100", ("0100", "Renée", "O'Brien-Smith"), ("0101", "Tess", "O’Brien")),  # type: ignore[list-item]
        account("200", ("200", "Ann", "Lee")),  # type: ignore[list-item]
        account("201", ("201", "Joann", "Leeds"), ("202", "Ann Marie", "Leeds")),  # type: ignore[list-item]
        account("300", ("300", "Zoë", "200")),  # type: ignore[list-item]
        account("400", ("401", "Ida", "Škoda")),  # type: ignore[list-item]
    ]
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("0100", Found("0100", "0100")),
        ("0101", Found("0100", "0101")),
        ("200", Found("200", "200")),  # an id before a name
        ("401", Found("400", "401")),
        ("400", Found("400", "400")),
        ("Ann Lee", Found("200", "200")),
        ("lee, ann", Found("200", "200")),
        ("ANN LEE", Found("200", "200")),
        ("renee", Found("0100", "0100")),
        ("obrien", Found("0100", "0100")),
        ("O’Brien Smith", Found("0100", "0100")),
        ("smith renée", Found("0100", "0100")),
        ("tess obrien", Found("0100", "0101")),
        ("skoda", Found("400", "401")),
        ("zoe", Found("300", "300")),
        ("joann", Found("201", "201")),
        ("marie leeds", Found("201", "202")),
        ("tess smith", None),  # a name is one person's
        ("100", None),
        ("", None),
        ("  ", None),
        (".*", None),
        ("-", None),
        ("'", None),
    ],
)
def test_an_id_or_a_name_means_an_account(typed: str, found: Found | None) -> None:
    if found is not None:
        assert find_account(ACCOUNTS, typed) == found
        return
    with pytest.raises(CannotGoOn) as caught:
        find_account(ACCOUNTS, typed)
    assert caught.value.exit_code == 2


def test_the_nearest_names_count_and_those_of_one_account_are_one() -> None:
    # Whose name it is comes before those whose names begin like it, and these before those that hold it.
    assert [each.patient_id for each in find_account(ACCOUNTS, "ann").several] == ["200", "202"]
    assert find_account(ACCOUNTS, "leed") == Found("201", "201")
    assert [each.guarantor_id for each in find_account(ACCOUNTS, "le").several] == ["200", "201", "201"]
    assert find_account(ACCOUNTS, "brie") == Found("0100", "0100")


@pytest.mark.parametrize("typed", ["Magnus Nobody", "207-555-0148", "+12075550148"])
def test_no_error_shows_a_name_or_a_number(typed: str) -> None:
    with pytest.raises(CannotGoOn) as caught:
        find_account(ACCOUNTS, typed)
    assert typed not in str(caught.value.problems[0])
    assert "called so" in str(caught.value.problems[0])


def test_the_patients_export_says_the_same(practice: Practice) -> None:
    office = practice.office
    assert find_in_exports(office, "2") == Found("2", "2")
    assert find_in_exports(office, "last2 first2") == Found("2", "2")
    assert [each.patient_id for each in find_in_exports(office, "first").several] == ["1", "2", "3"]
    (practice.folder / "patients.csv").unlink()
    assert find_in_exports(office, "901") == Found("901", "901")

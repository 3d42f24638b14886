"""Every row of the catalogue, through the real readers: behaviour, exact words, and nobody's name in them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.catalogue.all_cases import CASES, TITLES
from tests.catalogue.building import PERSONAL
from tests.catalogue.cases import Case
from tests.catalogue.page import PAGE, entry, head, pieces, sections
from tests.catalogue.running import texts_of

WRITE_IT = "read what changed, then run: python -m tests.catalogue.page --write"


@pytest.fixture(scope="module")
def written() -> list[str]:
    return pieces(PAGE.read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, tmp_path: Path, written: list[str]) -> None:
    if case.posix and sys.platform == "win32":
        pytest.skip("Windows has no such thing")
    texts = texts_of(case, tmp_path)
    for personal in (*PERSONAL, *case.personal):
        assert not any(personal in text for text in texts), personal
    assert entry(case, texts) == written[1 + sections().index(case)], WRITE_IT


def test_the_page_holds_the_cases_and_nothing_else(written: list[str]) -> None:
    expected = [head(), *(each if isinstance(each, str) else entry(each, []) for each in sections())]
    assert len(written) == len(expected), WRITE_IT
    for found, wanted in zip(written, expected, strict=True):
        assert found == wanted or (found.startswith("**") and found.splitlines()[0] == wanted.splitlines()[0]), WRITE_IT


def test_the_whole_catalogue_is_covered() -> None:
    assert sorted({case.number for case in CASES}) == sorted(TITLES) == list(range(1, 125))


def test_no_two_cases_have_one_name() -> None:
    assert len({str(case) for case in CASES}) == len(CASES)

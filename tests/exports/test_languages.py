"""The column of languages: read by name or code; what nobody knows holds nobody; an office may teach its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from dipay.domain.fields import LANGUAGE
from tests.exports.reading import PATIENTS, read


def with_languages(*languages: str) -> str:
    header, *rows = PATIENTS.splitlines()
    return "".join(
        f"{row},{language}\n" for row, language in zip([header, *rows], ["language", *languages], strict=True)
    )


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Spanish", "es"),
        ("spa", "es"),
        ("es-MX", "es"),
        ("Chinese (Mandarin)", "zh"),
        ("", ""),
        ("Klingon", ""),
        ("Unknown", ""),
    ],
)
def test_the_guarantors_language_is_the_accounts(tmp_path: Path, cell: str, code: str) -> None:
    found = read(tmp_path, with_languages(cell, "vi", "eng"))
    assert [each.of_guarantor(LANGUAGE) for each in found.accounts] == [code, "en"]
    assert not any(each.held_for for each in found.accounts)
    assert found.reports[0].read == 3


def test_without_a_column_nobodys_language_is_known(tmp_path: Path) -> None:
    assert [each.of_guarantor(LANGUAGE) for each in read(tmp_path).accounts] == ["", ""]


def test_an_offices_own_words_are_taught(tmp_path: Path) -> None:
    words = {"patients": {"language": {"es": ["Bilingual", "H"], "en": ["asl"]}}}
    found = read(tmp_path, with_languages("bilingual", "", "ASL"), words=words)
    assert [each.of_guarantor(LANGUAGE) for each in found.accounts] == ["es", "en"]


def test_a_language_has_its_word_in_each_row_by_itself(tmp_path: Path) -> None:
    found = read(tmp_path, with_languages("Tiếng Việt", "English", "Español"))
    (first, second) = found.accounts
    assert [each[LANGUAGE] for each in first.patients] == ["vi", "en"]
    assert second.of_guarantor(LANGUAGE) == "es"

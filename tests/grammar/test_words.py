from __future__ import annotations

import pytest

from dipay.grammar import Unreadable
from dipay.grammar.words import YesNo, folded, parse_word


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Yes", True),
        ("y", True),
        ("1", True),
        (" TRUE ", True),
        ("No", False),
        ("0", False),
        ("", None),
        ("off", False),
    ],
)
def test_yes_and_no(text: str, meaning: bool | None) -> None:
    assert YesNo().parse(text) is meaning


@pytest.mark.parametrize("text", ["maybe", "2", "yes please", "ja", "pend"])
def test_an_unknown_word_is_never_a_no(text: str) -> None:
    with pytest.raises(Unreadable):
        YesNo().parse(text)


def test_a_profile_has_its_own_words() -> None:
    words = YesNo(yes=folded(["1"]), no=folded(["2"]), unknown=folded(["0"]), blank=False)
    assert [words.parse(text) for text in ("1", "2", "0", "")] == [True, False, None, False]
    assert YesNo(amount_is_yes=True).parse("120.50") is True
    assert YesNo(amount_is_yes=True).parse("0.00") is False
    assert parse_word(" Deceased ", {"deceased": "deceased"}, "active") == "deceased"
    assert parse_word("", {"deceased": "deceased"}, "active") == "active"
    with pytest.raises(Unreadable):
        parse_word("pend", {"deceased": "deceased"}, "active")

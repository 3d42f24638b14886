from __future__ import annotations

import pytest

from dipay.grammar import Unreadable
from dipay.grammar.phones import format_phone, holds_words, parse_phone
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


@pytest.mark.parametrize(
    "text",
    ["(207)555-0142", "(207) 555-0142", "1(207)555-0142", "207-555-0142", "2075550142", "+1 207 555 0142",
     "207.555.0142", "1-207-555-0142", "+12075550142"],
)  # fmt: skip
def test_one_plain_number_in_any_punctuation(text: str) -> None:
    assert parse_phone(text) == "+12075550142"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no mobile number"),
        ("555-0142", "no area code"),
        ("2075550142;2075550199", "more than one"),
        ("207-555-0142 / 207-555-0199", "more than one"),
        ("207-555-0142 x12", "words"),
        ("do not text 207-555-0142", "words"),
        ("1-800-FLOWERS", "words"),
        ("(207)555-O142", "words"),
        ("2075550142.0", "spreadsheet"),
        ("2.07555E+09", "spreadsheet"),
        ("876 555 0198 1", "can exist"),
        ("+44 7911 123456", "another country"),
        ("011 44 7911 123456", "another country"),
        ("8764240143", "another country"),
        ("8002534321", "toll-free"),
        ("9005231234", "premium"),
        ("111-111-1111", "can exist"),
        ("222-222-2222", "placeholder"),
        ("2075551212", "placeholder"),
        ("+(1 207555.0048", "placeholder"),
        ("+(1(1207.5530148", "can exist"),
        ("٢٠٧٥٥٥٠١٤٢", "can exist"),
        ("12", "can exist"),
        ("0000000000", "can exist"),
    ],
)
def test_whatever_is_not_one_number_is_refused_with_why(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why) as caught:
        parse_phone(text)
    assert not text or text not in caught.value.what


def test_a_country_code_may_stand_in_brackets() -> None:
    assert parse_phone("+(1) 207 422 1234") == "+12074221234"


def test_a_real_number_passes_the_number_plan() -> None:
    assert parse_phone("2074221234") == "+12074221234"
    assert parse_phone("07400 123456", "GB") == "+447400123456"


def test_words_beside_a_number_are_noticed() -> None:
    assert holds_words("do not text")
    assert holds_words("207-555-0142 ext 5")
    assert not holds_words("(207) 555-0142")
    assert not holds_words("2.07555E+09")


def test_numbers_are_shown_as_people_write_them() -> None:
    assert format_phone("+12075550142") == "(207) 555-0142"
    assert format_phone("+447911123456") == "+447911123456"

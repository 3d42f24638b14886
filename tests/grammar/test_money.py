from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.grammar import Unreadable
from dipay.grammar.money import MAX_CENTS, format_cents, parse_cents, plain_cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1234.5", 123450),
        ("1234", 123400),
        ("0", 0),
        ("0.00", 0),
        ("$1,234.56", 123456),
        ("(12.34)", -1234),
        ("($12.34)", -1234),
        ("$(12.34)", -1234),
        ("12.34-", -1234),
        ("-$12.34", -1234),
        ("-12.34", -1234),
        ("-1,234.56", -123456),
        ("12.34 CR", -1234),
        ("12.34CR", -1234),
        (" 12.3", 1230),
        ("9,999,999.99", MAX_CENTS),
    ],
)
def test_amounts_as_pms_write_them(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "NaN", "nan", "inf", "-inf", "1e5", "1E+05", "1.005", "0.125", "1.234,56", "12,34", "1,23", "1,2345",
        "1O0.00", "--5", "(5", "5)", "(-5)", "-5-", "-5 CR", "(5.00) CR", "$", "-", "n/a", "#N/A", "1 234.56", "1_000",
        "١٢٣.٤٥", "−5", "5.", ".5", "+5", "12.34 DR", "10,000,000.00", "5551234567", "12.34.56", "1,234,5.00", "0x10",
        "$-5", "$$5", "5$", "1,,000.00", ",100.00",
    ],
)  # fmt: skip
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_cents(text)


def test_a_decimal_comma_is_named_and_read_only_where_the_profile_says_so() -> None:
    with pytest.raises(Unreadable, match="decimal comma"):
        parse_cents("1.234,56")
    assert parse_cents("1.234,56", decimal=",") == 123456
    assert parse_cents("12,34", decimal=",") == 1234
    with pytest.raises(Unreadable):
        parse_cents("1,234.56", decimal=",")


@given(st.integers(-MAX_CENTS, MAX_CENTS))
def test_what_is_written_is_read_back(cents: int) -> None:
    assert parse_cents(format_cents(cents)) == cents
    assert parse_cents(plain_cents(cents)) == cents


def words_for(text: str) -> str:
    """What is said of a text that is no amount; nothing of one that is."""
    try:
        assert abs(parse_cents(text)) <= MAX_CENTS
    except Unreadable as unreadable:
        return unreadable.what + unreadable.fix
    return ""


#: Everything that is ever said, by an example each.
EVERY_WORD = {words_for(text) for text in ("1", "", "x", "1.234,56", "10,000,000.00")}


@given(st.text() | st.from_regex(r"[-($]*[0-9.,]{1,12}\)?( ?CR)?", fullmatch=True))
def test_a_text_is_an_amount_or_unreadable_and_never_echoed(text: str) -> None:
    assert words_for(text) in EVERY_WORD

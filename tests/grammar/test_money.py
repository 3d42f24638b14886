from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.grammar import Unreadable
from dipay.grammar.money import MAX_CENTS, format_cents, parse_cents, plain_cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1234.5", 123450), ("1234", 123400), ("0", 0), ("0.00", 0), ("-0.00", 0), (" 12.3", 1230), ("007.50", 750),
        ("60.", 6000), ("1,234.", 123400), ("-60.", -6000), ("(60.)", -6000),
        (".50", 50), (".5", 50), ("-.50", -50), ("$.50", 50), ("(.50)", -50), (".05-", -5),
        ("$1,234.56", 123456), ("$ 12.34", 1234), ("$   12.34", 1234), ("US$12.34", 1234), ("US$ 12.34", 1234),
        ("USD 12.34", 1234), ("USD12.34", 1234), ("usd 12.34", 1234), ("USD 1,234.56", 123456),
        ("+12.34", 1234), ("+$12.34", 1234), ("$+12.34", 1234),
        ("12.34 DR", 1234), ("12.34DR", 1234), ("12.34 dr", 1234), ("$12.34 DR", 1234),
        ("(12.34)", -1234), ("($12.34)", -1234), ("$(12.34)", -1234), ("$ (12.34)", -1234), ("USD (12.34)", -1234),
        ("-(12.34)", -1234), ("-$(12.34)", -1234), ("$-(12.34)", -1234), ("-(1,234.56)", -123456),
        ("12.34-", -1234), ("12.34 -", -1234), ("$12.34-", -1234), ("1,234.56 -", -123456),
        ("-12.34", -1234), ("- 12.34", -1234), ("-$12.34", -1234), ("-$ 12.34", -1234), ("-US$12.34", -1234),
        ("$-12.34", -1234), ("$ -12.34", -1234), ("USD -12.34", -1234), ("-1,234.56", -123456),
        ("\u221212.34", -1234), ("\u2212$12.34", -1234), ("$\u221212.34", -1234), ("12.34\u2212", -1234),
        ("\u2212(12.34)", -1234),
        ("12.34 CR", -1234), ("12.34CR", -1234), ("12.34 cr", -1234), ("12.34 Cr", -1234), ("$1,234.56 CR", -123456),
        ("-", 0), ("--", 0), ("$-", 0), ("$ -", 0), ("$--", 0), ("US$-", 0), ("USD -", 0), ("\u2212", 0), (" - ", 0),
        ("123.39999999999999", 12340), ("123.40000000000001", 12340), ("-0.30000000000000004", -30),
        ("0.010000000000000009", 1), ("1999999.9999999998", 200_000_000), ("12.340000001", 1234), ("12.339999999", 1234),
        ("5.684341886080802e-14", 0), ("-2.2E-16", 0), ("1e-10", 0),
        ("9,999,999.99", MAX_CENTS), ("-9999999.99", -MAX_CENTS),
    ],
)  # fmt: skip
def test_amounts_as_pms_sheets_and_databases_write_them(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "NaN", "nan", "inf", "-inf", "1e5", "1E+05", "1e-5", "1e-9", "1.005", "0.125", "12.340", "12.3400",
        "1.234,56", "12,34", "1,23", "1,2345", "1O0.00", "n/a", "#N/A", "1 234.56", "1_000", "١٢٣.٤٥", "0x10",
        "--5", "-+5", "+-5", "++5", "(5", "5)", "(-5)", "(+5)", "+(5)", "-5-", "+5-", "(5)-", "-(5)-", "-$-5", "5--", "5+",
        "-5 CR", "+5 CR", "-5 DR", "(5.00) CR", "5 CR DR", "5 CRD", "CR", "CR 5", "5 C",
        "$", "US$", "USD", ".", "-.", "$.", "---", "+", "()", "(-)", "- CR", "-$", "-$-",
        "$$5", "5$", "5 USD", "US 5", "CA$5", "€5", "$US5", "1,,000.00", ",100.00", "1,234,5.00", ",", "12.34.56", "5..",
        "10,000,000.00", "5551234567", "9999999.999999999999",
        "12.340000002", "12.345000000000001", "1,234.3999999999999", "$123.39999999999999", "1" * 400 + ".39999999999999",
        "1." + "0" * 400, "-" + " " * 5000 + "x", "$" + " " * 5000 + "5",
    ],
)  # fmt: skip
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_cents(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "blank"), ("1.005", "more than two decimals"), ("$0.125", "more than two decimals"), ("1E+05", "power of ten"),
        ("2.5e-3", "power of ten"), ("1.234,56", "decimal comma"), ("NaN", "is not an amount$"),
        ("5551234567", "too large"),
    ],
)  # fmt: skip
def test_why_it_is_none_is_said(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse_cents(text)


def test_a_decimal_comma_is_named_and_read_only_where_the_profile_says_so() -> None:
    with pytest.raises(Unreadable, match="decimal comma"):
        parse_cents("1.234,56")
    assert parse_cents("1.234,56", decimal=",") == 123456
    assert parse_cents("12,34", decimal=",") == 1234
    assert [parse_cents(text, decimal=",") for text in ("60,", ",50", "(1.234,5)", "\u22125")] == [
        6000, 50, -123450, -500,
    ]  # fmt: skip
    assert parse_cents("123,39999999999999", decimal=",") == 12340
    with pytest.raises(Unreadable):
        parse_cents("1,234.56", decimal=",")
    # Where a comma is the decimal sign, it is not what is wrong.
    for text in ("(-12,34)-", "-(12,34", "-12,34-"):
        with pytest.raises(Unreadable) as caught:
            parse_cents(text, decimal=",")
        assert "decimal comma" not in caught.value.what


def test_zeros_in_front_of_an_amount_mean_nothing() -> None:
    assert [parse_cents(each) for each in ("000000012.34", "0000000012")] == [1234, 1200]


def test_a_binary_number_may_stand_for_the_largest_amount_and_for_none_above_it() -> None:
    assert parse_cents("9999999.990000000") == MAX_CENTS
    for text in ("9999999.999999999999", "10000000.000000000", f"{'1' * 5_000}.123456789"):
        with pytest.raises(Unreadable):
            parse_cents(text)


@pytest.mark.parametrize(
    ("cents", "written", "plain"),
    [(0, "$0.00", "0.00"), (1, "$0.01", "0.01"), (-1, "-$0.01", "-0.01"), (-123_456, "-$1,234.56", "-1234.56")],
)
def test_how_amounts_are_written(cents: int, written: str, plain: str) -> None:
    assert (format_cents(cents), plain_cents(cents)) == (written, plain)


@given(st.integers(-MAX_CENTS, MAX_CENTS))
def test_what_is_written_is_read_back(cents: int) -> None:
    assert parse_cents(format_cents(cents)) == cents
    assert parse_cents(plain_cents(cents)) == cents


def written(cents: int) -> list[str]:
    """An amount's digits in every way: whole dollars with and without their point, cents alone, groups of three."""
    dollars, rest = divmod(abs(cents), 100)
    ways = [f"{dollars}.{rest:02d}", f"{dollars:,}.{rest:02d}"]
    ways += [f"{dollars}.{rest // 10}"] if rest % 10 == 0 else []
    ways += [f"{dollars}", f"{dollars}.", f"{dollars:,}"] if rest == 0 else []
    return ways + ([f".{rest:02d}"] if dollars == 0 else [])


#: Every way to say above and below zero, around digits.
ABOVE = ("{}", "${}", "$ {}", "US${}", "USD {}", "+{}", "{} DR", "{}DR", "{} Dr")
BELOW = (
    "({})", "$({})", "(${})", "-({})", "-$({})", "{}-", "{} -", "-{}", "-${}", "$-{}", "\u2212{}", "{} CR", "{}cr", "{} Cr"
)  # fmt: skip


@given(st.integers(-MAX_CENTS, MAX_CENTS) | st.integers(-2_000, 2_000), st.data())
def test_every_spelling_of_an_amount_is_that_amount(cents: int, data: st.DataObject) -> None:
    spelling = data.draw(st.sampled_from(ABOVE if cents >= 0 else BELOW))
    text = spelling.format(data.draw(st.sampled_from(written(cents))))
    assert parse_cents(text) == cents
    assert parse_cents(f" {text}\u00a0") == cents
    assert parse_cents(text.translate(str.maketrans(",.", ".,")), decimal=",") == cents


@given(st.integers(-MAX_CENTS, MAX_CENTS), st.integers(-3, 3))
def test_a_binary_number_is_the_cent_that_it_stands_for(cents: int, steps: int) -> None:
    number = cents / 100
    for _ in range(abs(steps)):
        number = math.nextafter(number, math.copysign(math.inf, steps))
    if abs(Decimal(number) - Decimal(cents) / 100) < Decimal("0.9e-9"):
        assert parse_cents(repr(number)) == cents


@given(st.integers(-MAX_CENTS, MAX_CENTS), st.integers(1, 9), st.integers(3, 8), st.booleans())
def test_a_fraction_of_a_cent_is_never_rounded_away(cents: int, digit: int, places: int, padded: bool) -> None:
    text = f"{plain_cents(cents)}{'0' * (places - 3)}{digit}{'0' * 10 * padded}"
    assert words_for(text)


@pytest.mark.parametrize("inner", BELOW)
@pytest.mark.parametrize("outer", ["-{}", "+{}", "({})", "{}-", "{} -", "{} CR", "{} DR"])
def test_a_sign_in_two_places_is_none(outer: str, inner: str) -> None:
    text = outer.format(inner.format("12.34"))
    if outer == "-{}" and inner in ("({})", "$({})", "(${})"):
        assert parse_cents(text) == -1234
    else:
        assert words_for(text)


def words_for(text: str) -> str:
    """What is said of a text that is no amount; nothing of one that is."""
    try:
        assert abs(parse_cents(text)) <= MAX_CENTS
    except Unreadable as unreadable:
        return unreadable.what + unreadable.fix
    return ""


#: Everything that is ever said, by an example each.
EVERY_WORD = {words_for(text) for text in ("1", "", "x", "1.234,56", "10,000,000.00", "1.005", "1e5")}


@given(st.text() | st.from_regex(r"[-+\u2212($USD ]*[0-9.,]{1,22}(e-?[0-9]+)?[) -]*(CR|dr)?", fullmatch=True))
def test_a_text_is_an_amount_or_unreadable_and_never_echoed(text: str) -> None:
    assert words_for(text) in EVERY_WORD


@pytest.mark.parametrize("text", ["usd -", "Usd--", "us$-"])
def test_nothing_is_written_in_any_case(text: str) -> None:
    assert parse_cents(text) == 0


def test_what_a_sum_left_over_is_nothing_only_where_it_is_small() -> None:
    assert parse_cents("1.0e-10") == 0
    with pytest.raises(Unreadable):
        parse_cents("1.0e-09")


@pytest.mark.parametrize("text", ["-12.34-", "1,23", "(12.34"])
def test_a_sign_too_many_is_said_as_no_amount(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_cents(text)
    assert refused.value.what.startswith("is not an amount")
    assert "blank" not in refused.value.what

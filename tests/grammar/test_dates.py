from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.grammar import Unreadable
from dipay.grammar.dates import DateGrammar, format_day, is_date_format, settle_order

BOTH = ("%m/%d/%Y", "%d/%m/%Y")


@pytest.mark.parametrize(
    ("formats", "text", "day"),
    [
        ((), "2026-02-28", date(2026, 2, 28)),
        ((), "2026-02-28 00:00:00", date(2026, 2, 28)),
        ((), "2026-02-28T13:45:00", date(2026, 2, 28)),
        (("%m/%d/%Y",), "2/8/2026", date(2026, 2, 8)),
        (("%m/%d/%Y",), "02/08/2026 12:00:00 AM", date(2026, 2, 8)),
        (("%d.%m.%Y",), "08.02.2026", date(2026, 2, 8)),
        (("%d-%b-%Y",), "08-Feb-2026", date(2026, 2, 8)),
        (("%m/%d/%y",), "2/8/26", date(2026, 2, 8)),
        ((), "2024-02-29", date(2024, 2, 29)),
    ],
)
def test_dates_by_their_format(formats: tuple[str, ...], text: str, day: date) -> None:
    assert DateGrammar(formats).parse(text) == day


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-30", "1900-01-01", "9999-12-31", "0001-01-01 00:00:00"])
def test_a_pms_way_of_writing_no_date(text: str) -> None:
    assert DateGrammar().parse(text) is None


@pytest.mark.parametrize(("text", "is_read"), [("2026-11-20", True), ("0001-01-01", True), ("", False), ("x", False)])
def test_a_date_or_no_date_is_read(text: str, is_read: bool) -> None:
    assert DateGrammar().reads(text) is is_read


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-30", "2026-13-01", "02/08/2026", "Feb 8 2026", "may", "1-2", "now", "46024", "2026-02", "20260208",
     "2026-02-08x", "2026-2-8-1", "٢٠٢٦-٠٢-٠٨", "2026-02-29", "3026-01-01"],
)  # fmt: skip
def test_anything_else_is_no_date(text: str) -> None:
    with pytest.raises(Unreadable):
        DateGrammar().parse(text)


def outcome(text: str) -> date | str | None:
    try:
        return DateGrammar().parse(text)
    except Unreadable as unreadable:
        return unreadable.what


@given(st.from_regex(r"[0-9W\u0663]{4}-[0-9W-]{2}-[0-9-]{2}", fullmatch=True) | st.dates().map(str))
def test_a_day_is_the_same_with_and_without_its_time(text: str) -> None:
    assert outcome(text) == outcome(f"{text} 00:00")


def test_without_separators_every_part_has_its_full_width() -> None:
    assert DateGrammar(("%Y%m%d",)).parse("20261101") == date(2026, 11, 1)
    with pytest.raises(Unreadable):
        DateGrammar(("%Y%m%d",)).parse("2026111")


def test_a_two_digit_birth_year_lies_in_the_past() -> None:
    assert DateGrammar(("%m/%d/%y",), latest_two_digit_year=2026).parse("05/09/68") == date(1968, 5, 9)
    assert DateGrammar(("%m/%d/%y",), latest_two_digit_year=2026).parse("05/09/12") == date(2012, 5, 9)


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (["01/02/2026", "13/02/2026"], ("%d/%m/%Y",)),
        (["01/02/2026", "02/13/2026"], ("%m/%d/%Y",)),
        (["01/02/2026"], None),
        (["03/03/2026"], BOTH),
        (["2026-01-02", ""], BOTH),
    ],
)
def test_the_order_of_day_and_month_is_proved_or_unknown(texts: list[str], formats: tuple[str, ...] | None) -> None:
    assert settle_order(BOTH, texts) == formats


@given(st.lists(st.dates(date(1901, 1, 1), date(2100, 1, 1)), min_size=1))
def test_a_settled_order_is_the_one_the_file_was_written_in(days: list[date]) -> None:
    for form in BOTH:
        texts = [day.strftime(form) for day in days]
        settled = settle_order(BOTH, texts)
        if settled is not None:
            assert [DateGrammar(settled).parse(text) for text in texts] == days


def test_a_format_needs_a_year_a_month_and_a_day() -> None:
    assert is_date_format("%d/%m/%Y")
    assert is_date_format("%d %b %y")
    assert not is_date_format("%d/%m")
    assert not is_date_format("%H:%M")
    assert not is_date_format("%Y-%m-%d %Y")
    assert not is_date_format("(")


@pytest.mark.parametrize(
    ("number", "name"),
    list(enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)),
)
def test_months_have_their_names(number: int, name: str) -> None:
    day = date(2026, number, 5)
    assert DateGrammar(("%d-%b-%Y",)).parse(f"05-{name.upper()}-2026") == day
    assert format_day(day, date(2026, 1, 1)) == f"5 {name}"
    assert format_day(day, date(2027, 1, 1)) == f"5 {name} 2026"


@pytest.mark.parametrize("text", ["1753-01-01", "9999-12-31", "1899-12-29", "1900-02-28", "1900-02-29"])
def test_the_ends_of_calendars_are_no_dates(text: str) -> None:
    assert DateGrammar().parse(text) is None


@pytest.mark.parametrize("text", ["1753-01-02", "9999-12-30", "1899-12-28"])
def test_days_beside_them_are_out_of_range(text: str) -> None:
    with pytest.raises(Unreadable, match="out of range"):
        DateGrammar().parse(text)


def test_the_years_that_there_are() -> None:
    grammar = DateGrammar(("%m/%d/%Y",))
    assert grammar.parse("1900-03-01") == date(1900, 3, 1)
    assert grammar.parse("12/31/2200") == date(2200, 12, 31)
    assert grammar.parse("2200-12-31") == date(2200, 12, 31)
    for text in ("01/01/2201", "2201-01-01"):
        with pytest.raises(Unreadable, match="out of range"):
            grammar.parse(text)


def test_the_century_of_a_short_year() -> None:
    assert DateGrammar(("%m/%d/%y",), latest_two_digit_year=2026).parse("2/8/27") == date(1927, 2, 8)
    assert DateGrammar(("%m/%d/%y",), latest_two_digit_year=2026).parse("2/8/26") == date(2026, 2, 8)
    assert DateGrammar(("%m/%d/%y",), latest_two_digit_year=2199).parse("2/8/99") == date(2199, 2, 8)
    assert DateGrammar(("%m/%d/%y",), latest_two_digit_year=2105).parse("2/8/03") == date(2103, 2, 8)


def test_a_blank_before_the_proof_proves_nothing() -> None:
    assert settle_order(BOTH, ["", "nothing", "3/4/2026", "13/4/2026"]) == ("%d/%m/%Y",)


def test_without_a_year_of_its_own_a_century_ends_with_68() -> None:
    grammar = DateGrammar(("%m/%d/%y",))
    assert [grammar.parse(each) for each in ("2/8/68", "2/8/69")] == [date(2068, 2, 8), date(1969, 2, 8)]


def test_a_moment_of_another_zone_is_told_from_what_is_no_date() -> None:
    for text in ("2026-11-20 10:00Z", "2026-11-20T10:00-05:00", "2026-11-20 10:00 UTC"):
        with pytest.raises(Unreadable, match="has a time zone"):
            DateGrammar().parse(text)


def test_a_month_that_nobody_knows_is_none() -> None:
    grammar = DateGrammar(("%d %b %Y",))
    assert grammar.parse("20 nov 2026") == date(2026, 11, 20)
    with pytest.raises(Unreadable, match="is not a date"):
        grammar.parse("20 Xyz 2026")


def test_what_is_no_day_by_one_format_may_be_one_by_the_next() -> None:
    assert DateGrammar(BOTH).parse("13/4/2026") == date(2026, 4, 13)


@pytest.mark.parametrize("text", ["2026-W47-5", "1900-02-30", "2201-01-01", "1899-12-28"])
def test_what_looks_like_a_date_and_is_none(text: str) -> None:
    with pytest.raises(Unreadable, match="is not a date"):
        DateGrammar().parse(text)


@pytest.mark.parametrize("text", ["%Y-%m", "%d.%Y", "%m/%d", "%Y-%m-%b-%d", "%Y-%y-%m-%d"])
def test_a_format_has_a_year_a_month_and_a_day_once_each(text: str) -> None:
    assert not is_date_format(text)
    assert is_date_format("%d.%m.%Y")


def test_a_dash_before_four_digits_is_no_time_zone() -> None:
    for text in ("11/20-2026", "2026-11-20 -0500"):
        with pytest.raises(Unreadable, match="is not a date"):
            DateGrammar().parse(text)


def test_a_century_begins_with_its_hundreds() -> None:
    assert DateGrammar(("%m/%d/%y",), latest_two_digit_year=2079).parse("2/8/80") == date(1980, 2, 8)

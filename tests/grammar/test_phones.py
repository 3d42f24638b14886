"""Phone numbers: every way one may be written, what is none and why, and the plan held against phonenumbers' tables."""

from __future__ import annotations

import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dipay.grammar import Note, Unreadable
from dipay.grammar.phones import format_phone, parse_phone, phone_text

NONE = "there is no mobile number"


def read(text: str, country: str = "US") -> str:
    """The number, or why there is none."""
    try:
        return parse_phone(text, country)
    except Unreadable as unreadable:
        return unreadable.what


def is_note(text: str) -> bool:
    """Whether the cell holds its account; what is left of any other reads like the cell."""
    try:
        left = phone_text(text)
    except Note:
        return True
    assert read(left) == read(text)
    return False


@pytest.mark.parametrize(
    "text",
    ["(207)555-0142", "(207) 555-0142", "1(207)555-0142", "207-555-0142", "2075550142", "+1 207 555 0142",
     "207.555.0142", "1-207-555-0142", "+12075550142", "207 - 555 - 0142", "207–555–0142", "207—555—0142", "207‐555‐0142",
     "207−555−0142", "207/555-0142", "207/555/0142", "207-555-0142.", "207-555-0142,", " 207-555-0142 ", "207, 555-0142",
     "(207)-555-0142", "(207) - 555 - 0142", "(207)/555-0142", "[207] 555-0142", "(207-555-0142)", "207_555_0142",
     "207•555•0142", "207·555·0142", "207\u00a0555\u00a00142", "207. 555. 0142", "+1 (207) 555-0142", "+(1) 207 555 0142",
     "1 207/555-0142", "207 555-0142", "207-5550142", "207555-0142", "207  555  0142", "- 207-555-0142"],
)  # fmt: skip
def test_one_number_in_any_punctuation(text: str) -> None:
    assert not is_note(text)
    assert read(text) == "+12075550142"


@pytest.mark.parametrize(
    "text",
    ["207-555-0142 (c)", "(c) 207-555-0142", "207-555-0142 c", "207-555-0142c", "C: 207-555-0142", "c207-555-0142",
     "cell 207-555-0142", "Cell: (207) 555-0142", "CELL# 207-555-0142", "207-555-0142 - cell", "207-555-0142 (Cell)",
     "cell phone: 207 555 0142", "mobile 2075550142", "207-555-0142 (mobile)", "M 207-555-0142", "(m) 207-555-0142",
     "mob. 207-555-0142", "Cel. 207-555-0142", "celular: 207-555-0142", "Teléfono celular 207-555-0142",
     "móvil 207-555-0142", "207-555-0142 [cell]", "Ph: 207-555-0142", "tel +1 207 555 0142", "207 – 555 – 0142 cell"],
)  # fmt: skip
def test_the_kind_of_phone_beside_a_number_is_no_note(text: str) -> None:
    assert not is_note(text)
    assert read(text) == "+12075550142"


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "--", "none", "None", "NONE.", "no", "n/a", "N/A", "n.a.", "NA", "no cell", "No Cell Phone", "no mobile",
     "no phone", "unknown", "unk", "not given", "doesn't have one", "(none)", "- none -", "cell", "(c)", "home", "see home",
     "ninguno", "no tiene", "No tiene celular", "sin celular", "SIN TELÉFONO", "desconocido", "(   )   -    ", "( ) -",
     "___-___-____", "."],
)  # fmt: skip
def test_no_number_is_no_number_and_holds_nobody(text: str) -> None:
    assert phone_text(text) == ""
    assert read(text) == NONE


@pytest.mark.parametrize(
    "text",
    ["207-555-0142 (h)", "h 207-555-0142", "Home: 207-555-0142", "207-555-0142 home", "work 207-555-0142", "(w) 207-555-0142",
     "207-555-0142 landline", "land line 207-555-0142", "fax 207-555-0142", "casa 207-555-0142", "Trabajo: 207-555-0142",
     "207-555-0142 fijo", "residence 207-555-0142"],
)  # fmt: skip
def test_a_phone_that_takes_no_texts_is_no_mobile_number(text: str) -> None:
    assert not is_note(text)
    assert read(text) == "it is not a mobile number"


@pytest.mark.parametrize(
    "text",
    ["do not text", "do not text 207-555-0142", "207-555-0142 do not text", "DNT 207-555-0142", "207-555-0142 (Bob)",
     "mom 207-555-0142", "207-555-0142 (mom's cell)", "wife's cell 207-555-0142", "207-555-0142 ext 5", "207-555-0142 x12",
     "207-555-0142 ex-husband", "call only 207-555-0142", "207-555-0142 wrong number", "wrong number", "deceased", "refused",
     "no cell 207-555-0142", "none 207-555-0142", "no textear 207-555-0142", "207-555-0142 no llamar", "cell Bob 207-555-0142",
     "(207)555-O142", "207-555-c142", "1-800-FLOWERS", "207-555-0142 or 207-555-0199", "207-555-0142 cell 207-555-0199 home",
     "207-555-0142 cell?", "cell! 207-555-0142", "c" * 200, "c 207-555-0142" + " " * 90 + "c"],
)  # fmt: skip
def test_any_other_word_is_a_note(text: str) -> None:
    assert is_note(text)
    assert read(text) == "there are words beside the number"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("555-0142", "the number has no area code"),
        ("555 - 0142", "the number has no area code"),
        ("2075550142;2075550199", "more than one number"),
        ("207-555-0142 / 207-555-0199", "more than one number"),
        ("207-555-0142, 207-555-0199", "more than one number"),
        ("20755501422075550199", "more than one number"),
        ("207-555-0142 #12", "more than one number"),
        ("207-555-0142 #1", "signs"),
        ("207-555-0142?", "signs"),
        ("٢٠٧٥٥٥٠١٤٢", "signs"),
        ("2075550142.0", "spreadsheet"),
        ("2.07555E+09", "spreadsheet"),
        ("876 555 0198 1", "a digit too many"),
        ("20 75 55 01 42", "don't stand together"),
        ("207-55-50142", "don't stand together"),
        ("12", "too few digits"),
        ("+44 7911 123456", "another country"),
        ("+1 44 7911 123456", "more than one number"),
        ("011 44 7911 123456", "another country"),
        ("8764240143", "another country"),
        ("8002534321", "toll-free"),
        ("8222534321", "toll-free"),
        ("9005231234", "premium"),
        ("5002534321", "not a mobile number"),
        ("5332534321", "not a mobile number"),
        ("7102534321", "not a mobile number"),
        ("111-111-1111", "placeholder"),
        ("222-222-2222", "placeholder"),
        ("0000000000", "placeholder"),
        ("2075551212", "placeholder"),
        ("+(1 207555.0048", "placeholder"),
        ("123-456-7890", "such an area code"),
        ("011-234-5678", "such an area code"),
        ("411-234-5678", "such an area code"),
        ("290-234-5678", "such an area code"),
        ("207-123-4567", "goes on like this"),
        ("207-023-4567", "goes on like this"),
        ("207-911-4567", "goes on like this"),
        ("+(1(1207.5530148", "more than one number"),
    ],
)
def test_whatever_is_not_one_number_is_refused_with_why(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why) as caught:
        parse_phone(text)
    assert text not in caught.value.what


NEW = "227 235 436 457 465 471 565 621 624 679 728 738 748 821 836 924 943 963 376"


@pytest.mark.parametrize("area", NEW.split())
def test_a_well_formed_code_that_no_table_knows_is_a_number(area: str) -> None:
    for exchange in ("200", "234", "555", "890", "987"):
        line = "0142" if exchange == "555" else "5678"
        assert read(f"({area}) {exchange}-{line}") == f"+1{area}{exchange}{line}"
    assert read(f"{area}-234-5678", "CA") in (f"+1{area}2345678", "it is a number of another country")


#: What the library's kinds of numbers for services are called.
KINDS = {
    phonenumbers.PhoneNumberType.TOLL_FREE: "it is a toll-free number",
    phonenumbers.PhoneNumberType.PREMIUM_RATE: "it is a premium-rate number",
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER: "it is not a mobile number",
    phonenumbers.PhoneNumberType.VOIP: "it is not a mobile number",
}
HOME = {"US": {"US", "PR", "VI", "GU", "AS", "MP"}, "CA": {"CA"}}


def by_the_library(number: str, country: str) -> str | None:
    """What the library makes of a number of the plan; None where its tables don't know it."""
    parsed = phonenumbers.parse(number)
    if not phonenumbers.is_valid_number(parsed):
        return None
    region, kind = phonenumbers.region_code_for_number(parsed), phonenumbers.number_type(parsed)
    # The services of the whole plan are the United States' to the library.
    if region in HOME[country] or (region == "US" and kind in KINDS):
        return KINDS.get(kind, number)
    return "it is a number of another country"


@pytest.mark.parametrize("country", ["US", "CA"])
@pytest.mark.parametrize("exchange", ["234", "424", "733", "926", "988"])
def test_every_code_that_the_library_knows_is_what_it_says(country: str, exchange: str) -> None:
    areas = 0
    for area in range(200, 1000):
        number = f"+1{area}{exchange}1234"
        known = by_the_library(number, country)
        if known is not None:
            areas += 1
            assert read(number, country) == known, number
    assert areas > 440


@given(st.sampled_from(["US", "CA"]), st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True))
@example("US", "2079111234")
def test_the_grammar_refuses_no_number_that_the_library_takes(country: str, digits: str) -> None:
    """But for N11 behind the area code, which is no exchange, and the placeholders."""
    if by_the_library(f"+1{digits}", country) == f"+1{digits}" and digits[4:6] != "11" and digits[3:6] != "555":
        assert read(digits, country) in (f"+1{digits}", "it is a placeholder, not a phone number")


def test_a_number_of_the_plan_needs_no_library() -> None:
    code = (
        "import sys; from dipay.grammar.phones import parse_phone;"
        "[parse_phone(each) for each in ('(207) 422-1234', '924-234-5678 cell', '+1 787 234 5678')];"
        "sys.exit('phonenumbers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "country", "answer"),
    [
        ("07400 123456", "GB", "+447400123456"),
        ("mob 07400 123456", "GB", "+447400123456"),
        ("+1 207 234 5678", "GB", "it is a number of another country"),
        ("020 7946 0018", "GB", "it is not a mobile number"),
        ("hello", "GB", "there are words beside the number"),
        ("876 210 1234", "JM", "+18762101234"),
        ("207 234 5678", "JM", "it is a number of another country"),
        ("207 234 5678", "CA", "it is a number of another country"),
        ("416-967-1111", "CA", "+14169671111"),
        ("416-967-1111", "US", "it is a number of another country"),
        ("787-234-5678", "US", "+17872345678"),
        ("207-234-5678", "PR", "+12072345678"),
        ("600-234-5678", "CA", "it is not a mobile number"),
        ("800-234-5678", "CA", "it is a toll-free number"),
    ],
)
def test_numbers_of_other_countries(text: str, country: str, answer: str) -> None:
    assert read(text, country) == answer


def test_what_is_left_of_a_cell_is_its_number() -> None:
    assert phone_text("cell: 207-555-0142") == "207-555-0142"
    assert phone_text("207–555–0142 (c)") == "207-555-0142"
    assert phone_text("207-555-0142 (h)") == "207-555-0142 (h)"


def test_a_number_of_spreadsheets_holds_no_words() -> None:
    assert not is_note("2.07555E+09")


def test_numbers_are_shown_as_people_write_them() -> None:
    assert format_phone("+12075550142") == "(207) 555-0142"
    assert format_phone("+447911123456") == "+447911123456"

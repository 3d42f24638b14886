"""Names: whom a message greets, notes that hold, and the names of one column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.grammar.names import greeting, holds_note, split_name


@pytest.mark.parametrize(
    "name",
    ["Ann", "Mary Ann", "Mary-Ann", "O'Brien", "O’Brien", "D'Angelo", "St. John", "van der Berg", "de la Cruz", "J.R.", "T.J.",
     "DJ", "Will", "Dee", "Dec", "Bill", "Grant", "Sue", "Chance", "Faith", "Hope", "Van Anh", "María José", "Nuñez", "Zoë",
     "Åsa", "ANN", "ann", "Jean-Luc", "Ka‘ahumanu", "Nguyễn", "Ольга", "小明", "林", "李", "דוד", "John & Mary", "Do", "Bo",
     "Mary-Jane", "O'Neil", "Ana María", "Ngọc", "Dot", "Pay", "Net", "Calle", "Texas"],
)  # fmt: skip
def test_a_plain_name_is_greeted_as_it_stands(name: str) -> None:
    assert greeting(name) == name
    assert not holds_note(name)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Jr., John", "John"), ("John Jr.", "John"), ("John, Jr", "John"), ("John III", "John"), ("John Sr", "John"),
        ("Dr. John", "John"), ("Dr.John", "John"), ("Dr John", "John"), ("Mrs. Pat", "Pat"), ("Mr. Lee", "Lee"),
        ("Sra. María", "María"), ("Sr. Juan", "Juan"), ("Srta Ana", "Ana"), ("Dra. Luz", "Luz"), ("John, MD", "John"),
        ("John DDS", "John"), ("Rev. Al", "Al"), ("Ma. Luz", "Luz"), ("E. Allan", "Allan"), ("Mary A.", "Mary"), ("Mary A", "Mary"),
        ("(Bill) William", "William"), ("William (Bill)", "William"), ("William 'Bill'", "William"), ("'Bill' William", "William"),
        ('William "Bill"', "William"), ("William “Bill”", "William"), ("William [Bill]", "William"), ("William (Bill", "William"),
        ("#2 Dan", "Dan"), ("Dan #2", "Dan"), ("Dan2", "Dan"), ("Kim (Mom: Sue)", "Kim"), ("😀 Amy", "Amy"), ("**Jane**", "Jane"),
        ("Ann,", "Ann"), ("- Ann", "Ann"), ("Ann;", "Ann"), (" Ann ", "Ann"), ("John &", "John"),
        ("D'Angelo Jr.", "D'Angelo"), ("Mr. & Mrs. Smith", "Smith"), ("\u202eAnn\u202c", "Ann"), ("Ann\n", "Ann"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_taken_off(field: str, name: str) -> None:
    assert greeting(field) == name
    assert not holds_note(field)


@pytest.mark.parametrize(
    "field",
    ["", " ", "Jr.", "Jr.,,", "Dr.", "JR", "Mr. & Mrs.", "MD", "III", "A", "A.", "(Bill)", "#2,", "#2", "12", "*", "N0", "N/A",
     "Unknown", "TEST", "Patient", "Guarantor", "Paciente", "https://evil.example/x", "Visit evil.com", "evil.com", "t.co/x",
     "www.evil", "bit.ly", "Ann evil.example", "a@b.example", "call 2075550148", "Ann 207-555-0148", "{link}", "=HYPERLINK(1)",
     "JosŽ", "Nu‡ez", "K!m", "J0hn", "Please call before you send the next bill", "x" * 41, "Ann\\evil", "pay//now",
     "evil .com", "evil. com", "evil,com", "evil dot com", "evil[.]com", "evil(dot)com", "www x", "hxxp evil", "ⓔⓥⓘⓛ.com", "evil。com",
     "ｅｖｉｌ．ｃｏｍ", "ev\u200bil.com", "evil\u200b.com", "\u202emoc.live", "a＠b.example", "x/y", "http:evil", "e.v.il/x",
     "Reply YES", "Call Now", "Text WIN", "Click Here", "Visit us", "Haga clic", "Ann\nReply", "Ann\r\nBob", "Ann\u2028Bob",
     "１２３４", "Ann ２０７５５５０１４８", "Ann①②③④"],
)  # fmt: skip
def test_whoever_has_no_name_to_greet_by_is_greeted_by_none(field: str) -> None:
    assert greeting(field) == ""


@pytest.mark.parametrize(
    "field",
    ["(DECEASED)", "Jane (DECEASED)", "Jane - deceased", "Deceased", "dec'd", "Jane DECD", "Estate of Roy", "Roy (Estate)",
     "passed away", "Jane (late)", "R.I.P. Jane (RIP)", "**DO NOT CALL**", "DO NOT CALL", "Do not text", "Don't call", "Don’t text",
     "dont contact", "DNT", "DNC", "no texts", "No calls", "NO CONTACT", "never call", "do not bill", "no statements",
     "collections", "COLLECTIONS", "Jane (coll)", "sent to collection", "collection agency", "Bankruptcy", "BANKRUPT",
     "chapter 7", "Ch. 13", "bancarrota", "attorney", "(legal)", "(lawyer)", "lawsuit", "(on hold)", "**HOLD**", "(dispute)",
     "(payment plan)", "wrong number", "bad debt", "write-off", "do not use", "(dismissed)", "fallecida", "(FALLECIDO)",
     "Difunta", "no llamar", "NO TEXTEAR", "no enviar", "cobranza", "abogado", "!!STOP!!"],
)  # fmt: skip
def test_a_note_in_a_name_is_seen(field: str) -> None:
    assert holds_note(field)
    assert greeting(field) == ""


@pytest.mark.parametrize(
    "field",
    ["No, Bill", "Stop", "Hold", "Legal", "Lawyer", "Late", "Paid", "Collin", "Decker", "Deadwood", "Estates", "Callahan, Noel",
     "Bankson", "Rip", "Smith (Bill)", "Smith, Don T", "Texter", "No", "Dntra"],
)  # fmt: skip
def test_a_name_that_is_like_a_note_is_none(field: str) -> None:
    assert not holds_note(field)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("Smith, John", "John", "Smith"), ("Smith, John M", "John", "Smith"), ("Smith, 'Jack' John M", "John", "Smith"),
        ("Smith, Jr., John", "John", "Smith, Jr."), ("Smith Jr, John", "John", "Smith Jr"), ("Smith, Dr. John", "John", "Smith"),
        ("Roe, (Bill) William", "William", "Roe"), ("Moe, #2 Dan", "Dan", "Moe"), ("Doe, Jane (DECEASED)", "Jane", "Doe"),
        ("Doe, Jane **DO NOT CALL**", "Jane", "Doe"), ("de la Cruz, Ma. Luz", "Luz", "de la Cruz"), ("Nguyen, Van Anh", "Van", "Nguyen"),
        ("O'Brien, Sean", "Sean", "O'Brien"), ("林, 小明", "小明", "林"), ("Kim, A", "A", "Kim"), ("Maria Lopez", "", "Maria Lopez"),
        ("Cher", "", "Cher"), ("Smith,", "", "Smith"), ("Estate of Roy, Bob", "Bob", "Estate of Roy"),
    ],
)  # fmt: skip
def test_first_and_last_name_of_one_column(cell: str, first: str, last: str) -> None:
    assert split_name(cell) == (first, last)


@given(st.text())
def test_a_greeting_is_letters_and_never_a_link(field: str) -> None:
    found = greeting(field)
    assert len(found) <= 40
    assert all(each.isalpha() or each in " .'’ʻ‘-&" for each in found)
    assert greeting(found) == found

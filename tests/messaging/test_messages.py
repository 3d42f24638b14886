from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.messages import (
    GSM_BASIC,
    GSM_EXTENSION,
    MessageValues,
    TemplateError,
    count_segments,
    encoding_of,
    render_message,
    straighten,
    without_name,
)
from dipay.domain.problems import Severity
from dipay.domain.templates import PLACEHOLDERS, template_problems

TEMPLATE = (
    "{practice}: {first_name}, you have a balance with us. Pay: {link} Questions? {phone}. Reply STOP to opt out."
)
VALUES = MessageValues("Maple Street Dental", "(207) 555-0148", "Ann", "$25.00", "https://pay.example.com/m?r=abc")


def values(**changes: str) -> MessageValues:
    given_values = {name: getattr(VALUES, name) for name in PLACEHOLDERS}
    return MessageValues(**(given_values | changes))


def slow_segments(text: str) -> int:
    """Segments the slow way: the units are written out one by one and cut, an inseparable pair moves as a whole."""
    if not text:
        return 0
    if all(each in GSM_BASIC | GSM_EXTENSION for each in text):
        pieces = [["esc", each] if each in GSM_EXTENSION else [each] for each in text]
        alone, joined = 160, 153
    else:
        pieces = []
        for each in text:
            code = each.encode("utf-16-be", "surrogatepass")
            pieces.append([code[index : index + 2].hex() for index in range(0, len(code), 2)])
        alone, joined = 70, 67
    if sum(map(len, pieces)) <= alone:
        return 1
    segments: list[list[str]] = [[]]
    for piece in pieces:
        if len(segments[-1]) + len(piece) > joined:
            segments.append([])
        segments[-1].extend(piece)
    assert [unit for segment in segments for unit in segment] == [unit for piece in pieces for unit in piece]
    return len(segments)


class TestSegments:
    def test_the_alphabet_is_the_standards(self) -> None:
        assert len(GSM_BASIC) == 127  # 128 less the escape
        assert len(GSM_EXTENSION) == 10
        assert not GSM_BASIC & GSM_EXTENSION
        assert set("@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r") <= GSM_BASIC
        assert not set("`´çáíóúâêîôûëïãõœ“”‘’–—…\t") & GSM_BASIC

    @pytest.mark.parametrize(
        ("text", "encoding", "segments"),
        [
            ("", "GSM-7", 0),
            ("a", "GSM-7", 1),
            ("a" * 160, "GSM-7", 1),
            ("a" * 161, "GSM-7", 2),
            ("a" * 306, "GSM-7", 2),
            ("a" * 307, "GSM-7", 3),
            ("€" * 80, "GSM-7", 1),
            ("€" * 81, "GSM-7", 2),
            ("a" * 152 + "€" + "a" * 10, "GSM-7", 2),
            # The escape would be the first segment's last: the pair moves on, and one more is needed.
            ("a" * 152 + "€" + "a" * 151, "GSM-7", 2),
            ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),
            ("ë" * 70, "UCS-2", 1),
            ("ë" * 71, "UCS-2", 2),
            ("ë" * 134, "UCS-2", 2),
            ("ë" * 135, "UCS-2", 3),
            ("🦷" * 35, "UCS-2", 1),
            ("🦷" * 36, "UCS-2", 2),
            ("ë" * 66 + "🦷" + "ë" * 65, "UCS-2", 2),
            ("ë" * 66 + "🦷" + "ë" * 66, "UCS-2", 3),
            ("[" * 67, "GSM-7", 1),
            ("ë" + "[" * 69, "UCS-2", 1),
        ],
    )
    def test_boundaries(self, text: str, encoding: str, segments: int) -> None:
        assert encoding_of(text) == encoding
        assert count_segments(text) == segments == slow_segments(text)

    @given(st.text(alphabet=sorted(GSM_BASIC | GSM_EXTENSION), max_size=700))
    def test_gsm_counts_as_the_slow_way(self, text: str) -> None:
        assert count_segments(text) == slow_segments(text)

    @given(st.text(max_size=400))
    def test_any_text_counts_as_the_slow_way(self, text: str) -> None:
        assert count_segments(text) == slow_segments(text)

    @given(st.lists(st.sampled_from(["a", "€", "ë", "🦷", "[", "é"]), min_size=60, max_size=330).map("".join))
    def test_long_mixed_text_counts_as_the_slow_way(self, text: str) -> None:
        assert count_segments(text) == slow_segments(text)


class TestWithoutName:
    """A message to whom nobody can greet by name."""

    @pytest.mark.parametrize(
        ("template", "left"),
        [
            ("{practice}: {first_name}, you have a balance.", "{practice}: you have a balance."),
            ("{practice} - {first_name}, pay here", "{practice} - pay here"),
            ("Hi {first_name}, this is {practice}.", "Hi, this is {practice}."),
            ("Hello {first_name}! {link}", "Hello! {link}"),
            ("Hola {first_name}: tiene un saldo", "Hola: tiene un saldo"),
            ("{first_name}, you owe", "You owe"),
            ("{first_name} - your balance", "Your balance"),
            ("Dear {first_name}, you owe", "You owe"),
            ("{practice}: Estimado/a {first_name}, usted debe", "{practice}: usted debe"),
            ("Reminder. {first_name}, your balance", "Reminder. Your balance"),
            ("Thanks, {first_name}! Pay", "Thanks! Pay"),
            ("Your account, {first_name}, is open", "Your account is open"),
            ("Please pay, {first_name}", "Please pay"),
            ("{practice}\n{first_name}, you owe", "{practice}\nYou owe"),
            ("No name here: {link}", "No name here: {link}"),
            ("A balance for {first_name} is open", "A balance for {first_name} is open"),
        ],
    )
    def test_the_name_goes_with_what_leads_to_it(self, template: str, left: str) -> None:
        assert without_name(template) == left


class TestRendering:
    def test_every_placeholder(self) -> None:
        rendered = render_message("{practice}|{phone}|{first_name}|{amount}|{link}", VALUES)
        assert rendered.text == ("Maple Street Dental|(207) 555-0148|Ann|$25.00|https://pay.example.com/m?r=abc")
        assert (rendered.encoding, rendered.segments, rendered.straightened) == ("GSM-7", 1, ())

    @pytest.mark.parametrize(
        ("text", "costly", "charge"),
        [
            ("plain", (), "1 segment"),
            ("[~]" * 80, (), "4 segments"),
            ("é ñ ü ¿ ¡" * 18, (), "2 segments"),
            ("á í", (), "1 segment"),
            ("á í á " + "o" * 70, ("á", "í"), "2 segments because of á í, which the short alphabet lacks"),
            (
                "áíóúâêî" * 11,
                tuple("áíóúâêî"),
                "2 segments because of á í ó ú â and 2 more, which the short alphabet lacks",
            ),
        ],
    )
    def test_the_letters_that_cost_are_named(self, text: str, costly: tuple[str, ...], charge: str) -> None:
        rendered = render_message("{first_name}", values(first_name=text))
        assert (rendered.costly, rendered.charge) == (costly, charge)

    def test_braces_that_are_meant(self) -> None:
        assert render_message("{{a}} {first_name}", VALUES).text == "{a} Ann"

    @pytest.mark.parametrize(
        "name", ["{link}", "{practice", "}", "{0}", "{first_name.__class__}", "%s $x ${link}", "{{}}"]
    )
    def test_a_value_is_never_read_again(self, name: str) -> None:
        assert render_message("Hi {first_name}!", values(first_name=name)).text == f"Hi {name}!"

    @given(st.text(alphabet="{}abc[].!:_0", max_size=30), st.text(alphabet="{}abc[].!:_0", max_size=30))
    def test_braces_in_values_stay(self, name: str, practice: str) -> None:
        rendered = render_message("{practice}-{first_name}", values(first_name=name, practice=practice))
        assert rendered.text == f"{practice}-{name}"

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_any_value_renders_and_counts(self, name: str, practice: str) -> None:
        rendered = render_message(TEMPLATE, values(first_name=name, practice=practice))
        assert rendered.segments == slow_segments(rendered.text)
        assert VALUES.link in rendered.text
        assert not any(ord(each) < 32 or 0x7F <= ord(each) < 0xA0 for each in rendered.text)
        rendered.text.encode()

    @given(st.text(max_size=80))
    def test_straightening_twice_changes_nothing_more(self, text: str) -> None:
        once, _ = straighten(text)
        assert straighten(once) == (once, ())

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("Ann\x1b[31m", "Ann[31m"),
            ("Ann\nReply YES", "Ann Reply YES"),
            ("Ann\r\n\tLee", "Ann Lee"),
            ("Ann\u2028Lee", "Ann Lee"),
            (" Ann ", "Ann"),
            ("A\x00n\x7fn\x9b", "Ann"),
            ("An\ud800n", "Ann"),
        ],
    )
    def test_control_characters_leave_values(self, value: str, expected: str) -> None:
        assert render_message("{first_name}", values(first_name=value)).text == expected

    def test_a_line_break_of_the_template_stays(self) -> None:
        assert render_message("a\nb\x07", VALUES).text == "a\nb"

    @pytest.mark.parametrize(
        ("written", "sent", "said"),
        [
            ("it’s", "it's", ("curly quotes",)),
            ("“Ann”", '"Ann"', ("curly quotes",)),
            ("a – b — c", "a - b - c", ("long dashes",)),
            ("wait…", "wait...", ("dots",)),
            ("a\u00a0b\u202fc", "a b c", ("unusual blanks",)),
            ("ﬁne ﬂoss", "fine floss", ("ligatures",)),
            ("a\u200bb\ufeffc\u00ad", "abc", ("invisible characters",)),
            ("\u202eabc\u202c", "abc", ("invisible characters",)),
            ("it’s – “it”", 'it\'s - "it"', ("curly quotes", "long dashes")),
            ("cafe\u0301", "café", ()),
            ("María", "María", ()),
            ("plain", "plain", ()),
        ],
    )
    def test_look_alikes_are_straightened_and_said(self, written: str, sent: str, said: tuple[str, ...]) -> None:
        rendered = render_message("{first_name}", values(first_name=written))
        assert (rendered.text, rendered.straightened) == (sent, said)
        assert render_message(written, VALUES).text == sent

    def test_one_curly_quote_would_cost_two_segments(self) -> None:
        text = "a" * 136 + "’s"
        assert count_segments(text) == 3
        assert render_message(text, VALUES).segments == 1

    @pytest.mark.parametrize(
        ("template", "hint"),
        [
            ("{first_nam}", "{first_name}"),
            ("{First_Name}", "{first_name}"),
            ("{balance}", "Use only"),
            ("{}", "Use only"),
            ("{0}", "Use only"),
            ("{first_name.__class__}", "Use only"),
            ("{first_name[0]}", "Use only"),
            ("{practice.__init__.__globals__[SECRET]}", "Use only"),
            ("{ first_name }", "{first_name}"),
            ("{first_name!r}", "Write just {first_name}"),
            ("{first_name:>999999999}", "Write just {first_name}"),
            ("{first_name:{link}}", "Write just {first_name}"),
            ("{first_name", "{{"),
            ("first_name}", "{{"),
            ("{first_name}}", "{{"),
            ("   ", "Write its text"),
            ("", "Write its text"),
        ],
    )
    def test_what_is_no_template(self, template: str, hint: str) -> None:
        (problem,) = template_problems(template, "campaign.messages[2].text")
        assert problem.severity is Severity.ERROR
        assert problem.key == "campaign.messages[2].text"
        assert hint in problem.fix
        with pytest.raises(TemplateError) as raised:
            render_message(template, VALUES)
        assert raised.value.problem.message == problem.message

    def test_every_unknown_placeholder_is_told(self) -> None:
        assert len(template_problems("{a} {b} {link!r} {phone}")) == 3

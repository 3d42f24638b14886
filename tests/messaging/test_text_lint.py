"""What `check` says of texts: a table of good and bad ones, and the page's own examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.lint_kinds import TEXT_KINDS, Kind
from dipay.domain.problems import Problem, Severity
from dipay.domain.settings import DEFAULT_MESSAGES, CampaignMessage, PracticeSettings
from dipay.domain.templates import template_problems
from dipay.domain.text_lint import lint_text

CASES: Final = Path(__file__).parents[1] / "data" / "text_lint_cases.yaml"
LINK: Final = "https://pay.maplestreetdental.com/{request_id}"
SHORT_LINK: Final = "https://x.example/p"
IN_ORDER: Final = {
    "English": "{{practice}}: {} Pay: {{link}} or call {{phone}}. Reply STOP to opt out.",
    "Spanish": "{{practice}}: {} Pague: {{link}} o llame: {{phone}}. Responda STOP para salir.",
}
TEMPLATE: Final = (
    "{practice}: {first_name}, you have a balance with us. Pay: {link} Questions? {phone}. Reply STOP to opt out."
)
SPANISH: Final = "{practice}: {first_name}, tiene un saldo. Pague: {link} Dudas: {phone}. Responda STOP para salir."


def practice(name: str = "Maple Street Dental", phone: str = "+1 207-555-0148", **more: str) -> PracticeSettings:
    website = more.get("website", "www.maplestreetdental.com")
    return PracticeSettings(name=name, phone=phone, timezone="America/New_York", website=website or None)


def said(template: str, of: PracticeSettings | None = None, link: str = LINK, *, first: bool = True) -> list[Problem]:
    return list(lint_text(template, of or practice(), link, "campaign.messages[0].text", first=first))


def kinds(template: str, of: PracticeSettings | None = None, link: str = SHORT_LINK) -> set[str]:
    return {each.kind for each in said(template, of, link)}


def cases() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each text of the table: the line, the whole text, and the kinds that are said of it."""
    for section, languages in yaml.safe_load(CASES.read_text("utf-8")).items():
        for language, texts in languages.items():
            for codes, lines in texts.items():
                expected = frozenset() if codes == "nothing" else frozenset(codes.split(", "))
                for line in lines.splitlines():
                    whole = line if section == "whole" else IN_ORDER[language].format("\0").replace("\0", line)
                    yield line, whole, expected


TABLE: Final = list(cases())


@pytest.mark.parametrize(("line", "text", "expected"), TABLE, ids=[line for line, _, _ in TABLE])
def test_a_text_is_taken_for_what_it_is(line: str, text: str, expected: frozenset[str]) -> None:
    assert template_problems(text) == []
    assert kinds(text) - {"segments"} == expected


def test_the_table_has_good_and_bad_texts_of_every_kind_of_words_in_both_languages() -> None:
    by_language = yaml.safe_load(CASES.read_text("utf-8"))["words"]
    assert sum(not expected for _, _, expected in TABLE) > 100
    for each in TEXT_KINDS:
        if each.phrases:
            assert all(each.code in by_language[language] for language in IN_ORDER), each.code


@pytest.mark.parametrize("kind", TEXT_KINDS, ids=lambda kind: kind.code)
def test_a_kinds_own_examples_are_of_it_and_not_of_it(kind: Kind) -> None:
    assert kind.code in {each.kind for each in said(kind.bad)}
    assert not kinds(kind.good)
    assert all((kind.says, kind.fix, kind.why))


@pytest.mark.parametrize("message", DEFAULT_MESSAGES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_default_texts_are_in_order(message: CampaignMessage, language: str) -> None:
    assert said(message.texts[language]) == []


class TestThePracticesOwn:
    @pytest.mark.parametrize(
        "name",
        [
            "Crown Dental",
            "Root Canal Specialists of Maine",
            "Free Smiles",
            "Discount Dental",
            "Tooth & Gum Center",
            "Clínica de Salud",
            "Special Care Dental",
        ],
    )
    def test_name_may_say_more(self, name: str) -> None:
        for written in (name, name.upper(), "{practice}"):
            text = TEMPLATE.replace("{practice}", written)
            assert not kinds(text, practice(name)) - {"segments", "shouting"}
        assert kinds(TEMPLATE.replace("with us", "for your root canal"), practice(name)) >= {"health"}

    @pytest.mark.parametrize(
        "name", ["Crown Dental, PLLC", "Crown Dental P.C.", "Crown Dental Inc.", "Crown Dental DDS"]
    )
    def test_name_may_go_without_what_firms_have_behind_it(self, name: str) -> None:
        assert not kinds(TEMPLATE.replace("{practice}", "Crown Dental"), practice(name))

    def test_name_with_a_curly_apostrophe(self) -> None:
        assert not kinds(TEMPLATE.replace("{practice}", "Ann's Dental"), practice("Ann’s Dental"))

    def test_name_inside_another_word_is_none(self) -> None:
        assert "no practice" in kinds(TEMPLATE.replace("{practice}", "Mapleton"), practice("Maple"))

    @pytest.mark.parametrize(
        "written", ["207-555-0148", "(207) 555-0148", "1 207 555 0148", "+12075550148", "207.555.0148"]
    )
    def test_number_is_known_in_every_form(self, written: str) -> None:
        assert not kinds(TEMPLATE.replace("{phone}", written))

    @pytest.mark.parametrize("written", ["207-555-0149", "1-800-555-0148", "(802) 555-0148"])
    def test_number_is_no_other(self, written: str) -> None:
        assert kinds(TEMPLATE.replace("{phone}", written)) == {"other phone"}

    @pytest.mark.parametrize("written", ["by 2026-12-01", "24/7", "for 20261201", "2026"])
    def test_what_is_no_number(self, written: str) -> None:
        assert kinds(TEMPLATE.replace("{phone}", written)) == {"no phone"}

    def test_website_may_be_named_with_a_note(self) -> None:
        [problem] = said("{practice}: {link} {phone} maplestreetdental.com Reply STOP", link=SHORT_LINK)
        assert (problem.kind, problem.severity) == ("own link", Severity.NOTE)
        assert kinds("{practice}: {link} {phone} maplestreetdental.com Reply STOP", practice(website="")) == {
            "other link"
        }


class TestAddresses:
    @pytest.mark.parametrize(
        "written", ["your balance is due.Pay now", "See Dr.Cole", "3.5 miles away", "e.g. by card"]
    )
    def test_what_is_none(self, written: str) -> None:
        assert not kinds(TEMPLATE.replace("with us", written)) - {"segments"}

    @pytest.mark.parametrize(
        ("written", "kind", "words"),
        [
            ("http://pay.maple.biz/x?y=1", "other link", "http://pay.maple.biz/x?y=1"),
            ("PAY.MAPLE.COM", "other link", "PAY.MAPLE.COM"),
            ("bit.ly/x1.", "shortener", "bit.ly/x1"),
            ("HTTPS://TinyURL.com/x1", "shortener", "HTTPS://TinyURL.com/x1"),
            ("www.t.ly/x", "shortener", "www.t.ly/x"),
            ("orbit.ly/x", "other link", "orbit.ly/x"),
            ("ann@maple.com", "other link", "ann@maple.com"),
        ],
    )
    def test_what_is_one(self, written: str, kind: str, words: str) -> None:
        [problem] = [each for each in said(TEMPLATE.replace("with us", written)) if each.kind != "segments"]
        assert problem.kind == kind
        assert f": {words}." in problem.message


class TestTheWayOut:
    @pytest.mark.parametrize(
        ("way", "kind"),
        [
            ("Reply STOP to opt out.", ""),
            ("Txt stop to end", ""),
            ("STOP=end", ""),
            ("Reply 'stop' to end", ""),
            ("To opt out call us.", ""),
            ("Trả lời STOP để ngừng nhận tin.", ""),
            ("Répondez STOP pour ne plus recevoir", ""),
            ("Responda STOP o ALTO para salir.", ""),
            ("Responda ALTO para salir.", "unknown keyword"),
            ("Envíe BAJA para cancelar", "unknown keyword"),
            ("Stop by and see us.", "no way out"),
            ("STOP BY", "no way out"),
            ("We work non-stop.", "no way out"),
            ("", "no way out"),
        ],
    )
    def test_is_known_by_its_word(self, way: str, kind: str) -> None:
        assert kinds(f"{{practice}}: {{link}} {{phone}}. {way}") - {"segments"} == ({kind} if kind else set())

    def test_lacking_is_a_warning_first_and_a_note_later(self) -> None:
        text = "{practice}: {first_name}, you have a balance: {link} or {phone}."
        assert [each.severity for each in said(text, link=SHORT_LINK)] == [Severity.WARNING]
        assert [each.severity for each in said(text, link=SHORT_LINK, first=False)] == [Severity.NOTE]


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("template", "expected"),
        [
            (TEMPLATE.replace("with us", "for your root  canal"), "health or treatment: root canal."),
            (TEMPLATE.replace("with us", "for your Crown, CROWN and X-Ray"), "health or treatment: crown, x-ray."),
            (SPANISH.replace("saldo", "saldo de Cirugía y CARIES"), "health or treatment: cirugía, caries."),
            (TEMPLATE.replace("with us", "of $1,204.50"), "an amount written into it: $1,204.50."),
            (TEMPLATE.replace("with us", "for соllections"), "threatens: соllections."),
            (TEMPLATE.replace("with us", "or ﬁnancing"), "offers something: financing."),
            (TEMPLATE.replace("with us", "or f\u200bree gifts"), "offers something: free, gifts."),
            (TEMPLATE.replace("with us", "{{collections}}"), "threatens: collections."),
        ],
    )
    def test_the_words_are_told_as_they_stand_there(self, template: str, expected: str) -> None:
        assert [each for each in said(template) if expected in each.message]

    @pytest.mark.parametrize(
        "written", ["c\u043ellections", "COLLECTI\u039fNS", "coll\u0435\u0441tions", "\uff43\uff4fllections"]
    )
    def test_letters_of_other_alphabets_hide_nothing(self, written: str) -> None:
        assert "threat" in kinds(TEMPLATE.replace("with us", written))

    def test_words_of_another_alphabet_are_no_look_alikes(self) -> None:
        assert not kinds("{practice}: {first_name}, у вас есть долг. {link} {phone} SMSки STOP") - {"segments"}

    def test_every_problem_has_its_place_and_what_to_do(self) -> None:
        problems = said("Pay {amount} ☺ URGENT or we sue you!!! " + "x" * 300)
        assert {each.key for each in problems} == {"campaign.messages[0].text"}
        assert all(each.fix and each.kind for each in problems)
        assert {each.severity for each in problems} == {Severity.WARNING, Severity.NOTE}

    @given(st.text(max_size=120))
    def test_any_text_is_looked_at(self, text: str) -> None:
        template = "{practice} " + text.replace("{", "").replace("}", "") + " {link}"
        assert all(each.kind for each in said(template))

    @given(st.sampled_from([each for each in TABLE if "{" not in each[0]]), st.sampled_from([str.upper, str.title]))
    def test_case_hides_nothing(self, case: tuple[str, str, frozenset[str]], change: Callable[[str], str]) -> None:
        line, text, expected = case
        by_words = {each.code for each in TEXT_KINDS if each.phrases}
        assert kinds(text.replace(line, change(line))) & by_words == expected & by_words


class TestCost:
    def test_two_plain_segments_are_a_note(self) -> None:
        (problem,) = said(TEMPLATE + " " + "x" * 60, link=SHORT_LINK)
        assert (problem.kind, problem.severity) == ("segments", Severity.NOTE)

    @pytest.mark.parametrize(
        ("template", "expected"),
        [
            (TEMPLATE.replace("with us", "with us – " + "word " * 20), "charged as 2 segments"),
            (TEMPLATE.replace("with us", "with us ☺"), "because of ☺"),
            (
                SPANISH.replace("Pague", "Pague aquí: " + "saldo " * 5),
                "3 segments because of í, which the short alphabet",
            ),
        ],
    )
    def test_what_a_text_is_charged_as(self, template: str, expected: str) -> None:
        (problem,) = said(template)
        assert expected in problem.message

    def test_a_language_with_letters_of_its_own_gets_a_note(self) -> None:
        vietnamese = (
            "{practice}: {first_name}, quý vị còn số dư. Trả: {link} Gọi {phone}. Trả lời STOP để ngừng nhận tin."
        )
        (problem,) = said(vietnamese)
        assert problem.severity is Severity.NOTE
        assert (
            problem.message
            == "The message is charged as 3 segments because of ý ị ố ư ả and 6 more, which the short alphabet lacks."
        )
        assert "Its language is written with them" in problem.fix

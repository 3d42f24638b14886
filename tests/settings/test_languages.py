"""Texts by language: every wrong key is said with its place; the practice's own language is never missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from dipay.config_writer import render_settings_yaml
from settings_pages import EXAMPLE_VALUES
from tests.settings.test_settings import SMALLEST, problems, read

ONE = "campaign: {messages: [{day: 0, text: TEXTS}]}\n"
ROOT = Path(__file__).parents[2]


def spoken(language: str) -> str:
    return SMALLEST.replace("timezone:", f"language: {language}, timezone:")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ("{en: '{link}', spanish: '{link}'}", '4:53: campaign.messages[0].text.spanish: is not a language. Did you mean "es"? Write its code, such as en or es.'),
        ("{en: '{link}', es-MX: '{link}'}", '4:53: campaign.messages[0].text.es-MX: is not a language. Did you mean "es"? Write its code, such as en or es.'),
        ("{en: '{link}', Spansh: '{link}'}", '4:53: campaign.messages[0].text.Spansh: is not a language. Did you mean "es"? Write its code, such as en or es.'),
        ("{en: '{link}', ES: '{link}'}", '4:53: campaign.messages[0].text.ES: is not a language. Did you mean "es"? Write its code, such as en or es.'),
        ("{en: '{link}', nb: '{link}'}", '4:53: campaign.messages[0].text.nb: is not a language. Did you mean "no"? Write its code, such as en or es.'),
        ("{en: '{link}', xx: '{link}'}", "4:53: campaign.messages[0].text.xx: is not a language. Write its code, such as en or es."),
        ("{en: '{link}', es: '{enlace}'}", "4:53: campaign.messages[0].text.es: There is no placeholder {enlace}. Use only {practice}, {phone}, {first_name}, {amount}, {link}."),
        ("{en: '{link}', es: 'pague'}", "4:53: campaign.messages[0].text.es: has no {link}. Put {link} where the payment link belongs."),
        ("{en: '{link}', es: [a]}", "4:53: campaign.messages[0].text.es: is not a text. Write one value behind it; a text that begins with { or [ needs quotes."),
        ("{en: '{link}', en: '{link}'}", "4:53: campaign.messages[0].text.en: stands twice; the first is in line 4. Remove one of them."),
        ("{link}", '4:32: campaign.messages[0].text: is not a text. Write one in quotes, or one for each language: {en: "...", es: "..."}.'),
        ("[a]", '4:32: campaign.messages[0].text: is not a text. Write one in quotes, or one for each language: {en: "...", es: "..."}.'),
        (
            "{es: '{link}'}",
            "4:32: campaign.messages[0].text: has no text in English (en), the practice's language. "
            "Add `en:`; whoever has no other language gets it. Or set practice.language to one it has.",
        ),
    ],
)  # fmt: skip
def test_exact_words(texts: str, said: str) -> None:
    assert problems(SMALLEST + ONE.replace("TEXTS", texts)) == [f"config.yaml:{said}"]


def test_everything_wrong_is_said_at_once() -> None:
    said = problems(
        spoken("spanish")
        + "campaign:\n  messages:\n"
        + "    - {day: 0, text: {EN: '{link}', es: ''}}\n"
        + "    - {day: 7, text: {vi: '{a} {b}'}}\n"
    )
    assert [each.partition(". ")[0] for each in said] == [
        "config.yaml:1:48: practice.language: is not a language",
        "config.yaml:6:23: campaign.messages[0].text.EN: is not a language",
        "config.yaml:6:37: campaign.messages[0].text.es: The message is empty",
        "config.yaml:7:23: campaign.messages[1].text.vi: There is no placeholder {a}",
        "config.yaml:7:23: campaign.messages[1].text.vi: There is no placeholder {b}",
    ]


def test_every_message_needs_the_practices_language() -> None:
    text = spoken("es") + (
        "campaign:\n  messages:\n"
        "    - {day: 0, text: {en: '{link}'}}\n    - {day: 7, text: '{link}'}\n    - {day: 9, text: {en: '{link}'}}\n"
    )
    assert [each.partition(", the")[0] for each in problems(text)] == [
        "config.yaml:6:16: campaign.messages[0].text: has no text in Spanish (es)",
        "config.yaml:8:16: campaign.messages[2].text: has no text in Spanish (es)",
    ]


def test_a_practice_of_another_language_writes_its_own_messages() -> None:
    assert read(spoken("es")).settings.practice.language == "es"
    assert problems(spoken("fr")) == [
        "config.yaml:1:48: practice.language: no message is written in French (fr). "
        "Write your own under campaign.messages; those that come with dipay are in en, es."
    ]
    assert read(spoken("fr") + ONE.replace("TEXTS", "'Payez: {link}'")).settings.language_for("") == "fr"


def test_norwegian_is_no_no() -> None:
    settings = read(spoken("no") + ONE.replace("TEXTS", "{no: 'Betal: {link}', en: '{link}'}")).settings
    assert settings.campaign.messages[0].text == {"no": "Betal: {link}", "en": "{link}"}
    assert settings.language_for("no") == "no"
    written = render_settings_yaml(
        {**EXAMPLE_VALUES, "practice.language": "no", "campaign.messages": [{"day": 0, "text": {"no": "{link}"}}]}
    )
    assert '  language: "no" ' in written
    assert yaml.safe_load(written)["campaign"]["messages"] == [{"day": 0, "text": {"no": "{link}"}}]
    assert read(written).settings.practice.language == "no"


@pytest.mark.parametrize(
    ("own", "text", "language"),
    [("es", "S", "es"), ("en", "E", "en"), ("vi", "E", "en"), ("", "E", "en")],
)
def test_the_language_that_is_used(own: str, text: str, language: str) -> None:
    settings = read(SMALLEST + ONE.replace("TEXTS", "{en: 'E{link}', es: 'S{link}'}")).settings
    found, used = settings.campaign.messages[0].text_for(own, "en")
    assert (found, used) == (text + "{link}", language)
    assert settings.language_for(own) == language


@pytest.mark.parametrize("own", ["es", "en", ""])
def test_one_text_is_for_every_language(own: str) -> None:
    settings = read(SMALLEST + ONE.replace("TEXTS", "'{link}'")).settings
    assert settings.campaign.messages[0].text_for(own, "en") == ("{link}", "en")
    assert settings.language_for(own) == "en"


def test_texts_are_written_a_line_for_each_language() -> None:
    messages = [{"day": 0, "text": {"en": "a: {link}", "es": "b # {link}"}}, {"day": 7, "text": "c {link}"}]
    text = render_settings_yaml({**EXAMPLE_VALUES, "campaign.messages": messages})
    assert (
        "    - day: 0\n      text:\n"
        '        en: "a: {link}"\n        es: "b # {link}"\n'
        '    - {day: 7, text: "c {link}"}\n'
    ) in text
    assert [each.text for each in read(text).settings.campaign.messages] == [each["text"] for each in messages]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{es: [Bilingual], Spanish: [H]}", 'exports.words.patients.language.Spanish: is not what a word here can mean. Did you mean "es"? Use en, es, zh, vi, '),
        ("{es: Bilingual}", "exports.words.patients.language.es: is not a list of words."),
    ],
)  # fmt: skip
def test_words_for_languages(words: str, said: str) -> None:
    text = SMALLEST.replace("ledger: l.csv", f"ledger: l.csv, words: {{patients: {{language: {words}}}}}")
    [problem] = problems(text)
    assert said in problem
    assert len(problem) < 400


def test_the_schema_takes_one_text_or_several() -> None:
    schema = json.loads((ROOT / "docs" / "settings.schema.json").read_text("utf-8"))
    one, several = schema["$defs"]["CampaignMessage"]["properties"]["text"]["anyOf"]
    assert (one["type"], several["type"]) == ("string", "object")
    assert schema["$defs"]["PracticeSettings"]["properties"]["language"]["default"] == "en"

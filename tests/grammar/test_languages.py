"""A language is told by whatever PMSs and offices write for it; a text in doubt tells nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.grammar.languages import LANGUAGES, language_name, language_of

READ = {
    "en": ["en", "EN", "eng", "English", "ENGLISH", " english ", "en-US", "en_GB", "EN - English", "1 - English", "English (US)", "Inglés"],
    "es": [
        "es", "ES", "spa", "SPA", "Spanish", "SPANISH", "Español", "ESPAÑOL", "espanol", "es-MX", "es_US", "es-419", "es_US.UTF-8",
        "Spanish; Castilian", "Castellano", "Spanish (Latin America)", "Mexican Spanish", "Spanish only", "Speaks Spanish", "Sp", "Span", "Esp.",
        "ES-Spanish",
        "Spanish (no English)",
        "Spanish - does not speak English",
    ],
    "vi": ["vi", "VIE", "Vietnamese", "Tiếng Việt", "TIẾNG VIỆT", "vi-VN", "Viet", "VN"],
    "zh": [
        "zh", "chi", "zho", "zh-Hans", "zh-Hant-TW", "zh_CN", "cmn", "yue", "Chinese", "Chinese (Mandarin)", "Chinese (Cantonese)", "Mandarin",
        "Cantonese", "Chinese, Simplified", "Traditional Chinese", "Chinese/Mandarin", "中文", "普通話", "CN",
    ],
    "pt": ["pt", "por", "pt-BR", "Portuguese (Brazil)", "Brazilian Portuguese", "Português"],
    "ht": ["ht", "hat", "Haitian Creole", "Creole (Haitian)", "Haitian", "Creole", "French Creole", "Kreyòl"],
    "kea": ["Cape Verdean Creole", "Portuguese Creole", "kea"],
    "tl": ["tl", "tgl", "fil", "Tagalog", "Filipino/Tagalog", "Filipino"],
    "fa": ["fa", "per", "Farsi", "Persian (Farsi)", "Dari", "prs"],
    "fr": ["fr", "fre", "fra", "French", "Français", "fr-CA"],
    "de": ["ger", "deu", "German", "Deutsch"],
    "no": ["no", "nor", "nb", "nb-NO", "nn", "Norwegian"],
    "he": ["he", "iw", "heb", "Hebrew"],
    "ru": ["ru", "Russian", "Русский", "РУССКИЙ"],
    "ko": ["ko", "kor", "Korean", "한국어"],
    "ar": ["ar", "Arabic", "العربية"],
    "hmn": ["Hmong", "hmn", "mww"],
    "eu": ["eu", "baq", "eus"],
    "": ["", "  ", "-", "?", "Unknown", "UNKNOWN", "Other", "Declined", "Declined to specify", "N/A", "n/a", "None", "und", "Prefer not to say"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in READ.items() for text in texts])
def test_every_usual_way_of_writing_is_read(code: str, text: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Klingon", "xx", "xyz", "xx-US", "qq_QQ", "12", "English/Spanish", "Spanish and English", "No English", "Not Spanish", "Non-English",
        "other than English", "No English, Spanish", "Does not speak English", "ASL", "sign language", "Englishman", "Ann Spanishton", "en es", "Portuguese, Italian",
    ],
)  # fmt: skip
def test_what_is_in_doubt_tells_nothing(text: str) -> None:
    assert language_of(text) is None


def test_an_offices_own_words_come_first() -> None:
    taught = {"bilingual": "es", "spanish": "ca"}
    assert language_of(" BILINGUAL ", taught) == "es"
    assert language_of("Spanish", taught) == "ca"
    assert language_of("spa", taught) == "es"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_code_means_itself(code: str) -> None:
    assert language_of(code) == ("" if code == "na" else code)
    assert language_of(f"{code}-US") == code
    if (name := language_name(code)) != code:
        assert language_of(name.partition(" (")[0]) == code


def test_the_codes_are_the_standards() -> None:
    two_letters = [code for code in LANGUAGES if len(code) == 2]
    # 184, less Bokmål and Nynorsk, which are Norwegian, and Serbo-Croatian, which is no more.
    assert len(set(two_letters)) == len(two_letters) == 181
    assert len(LANGUAGES) == len(set(LANGUAGES)) == 186
    assert LANGUAGES[:2] == ("en", "es")


def test_names() -> None:
    assert language_name("es") == "Spanish (es)"
    assert language_name("ht") == "Haitian Creole (ht)"
    assert language_name("eu") == "eu"


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_nothing(text: str) -> None:
    assert language_of(text) in {*LANGUAGES, "", None}

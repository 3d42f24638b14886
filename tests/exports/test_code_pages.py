"""Code pages: Windows-1252 is read whatever stands in it; a Mac's or DOS program's file stops, in any language."""

from __future__ import annotations

from pathlib import Path

import pytest

from dipay.exports.sources.code_pages import other_page, words_beyond_ascii
from tests.exports.reading import PATIENTS, read, stopped

NAMES = {
    "Spanish": "José Núñez García López Hernández Peña Muñoz Martínez Gómez Rodríguez Sofía Raúl Jesús Andrés Mónica Óscar "
    "Ángel Íñigo Ramón Martín Tomás Nicolás Sánchez Álvarez Díaz Ríos María Lucía Güell Zúñiga Ibáñez Verónica Agüero",
    "Spanish capitals": "JOSÉ NÚÑEZ GARCÍA LÓPEZ HERNÁNDEZ PEÑA MUÑOZ GÓMEZ ÁLVAREZ DÍAZ ÍÑIGO ÓSCAR AGÜERO IBÁÑEZ",
    "French": "René Zoë Hélène François Benoît Élise Émile Noël Chloé Gaëlle Raphaël Anaïs Jérôme Côté Lefèvre Thérèse Éric",
    "German": "Müller Jürgen Günther Schröder Jörg König Böhm Köhler Löwe Möller Schäfer Jäger Bäcker Krämer Özil Ülkü Götz",
    "Portuguese": "João Conceição Gonçalves Magalhães Simão António Inês Assunção Fátima Sebastião Patrício Antônio",
    "Nordic": "Åsa Håkan Björn Jörgen Ångström Öberg Sjöström Lindström Småland Märta",
}
POLISH = "Wałęsa Michał Łukasz Dąbrowski Żuk Paweł Małgorzata"
#: What else stands in files of Windows-1252: quotes and dashes, money, measures, names of all kinds.
USUAL = (
    "D’Angelo|O’Brien|D’angelo|Ja’Marr|La’tisha|it’s|Women’s|don’t|’90s|“Bob”|‘yes’|rock ’n’ roll|Smith–Jones|2019–2020|"
    "Peña–Ruiz|Saint–Étienne|balance – due|follow – up|pre–op|paid—thanks|exam—limited|€50|50€|£20|½|98.6°|1ª|2º|m²|•|…|"
    "wait…|Crown®|Invisalign™|© 2026|«oui»|¿Qué?|¡Hola!|Ka‘ahumanu|Hawai‘i|Mary\u00a0Ann|John\u00a0|de\u00a0la\u00a0Cruz|"
    "Tomáš|Šimon|Uroš|Nataša|Žižka|Lebœuf|Œuvre|Ægir|Þórður|Col·legi|être|Ça|naïve|éxito|único|Núñez-Paz|Ó Cathail|"
    "JOSé|GARCíA|MUñOZ|MüLLER|Groß|Weißmann|Teléfono|Dirección"
)


def page_of(text: str, encoding: str) -> str | None:
    return other_page(set(words_beyond_ascii(text.encode(encoding))))


@pytest.mark.parametrize("text", [*USUAL.split("|"), *NAMES.values(), *" ".join(NAMES.values()).split()])
def test_windows_1252_is_itself(text: str) -> None:
    assert page_of(text, "cp1252") is None


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize(("encoding", "said"), [("mac_roman", "Mac OS Roman"), ("cp850", "437 or 850")])
def test_another_page_is_told_by_every_single_name(language: str, encoding: str, said: str) -> None:
    assert said in (page_of(NAMES[language], encoding) or "")
    undetected = [name for name in NAMES[language].split() if not name.isascii() and page_of(name, encoding) is None]
    assert undetected == []


@pytest.mark.parametrize("language", ["French", "German"])
def test_code_page_437_is_told_like_850(language: str) -> None:
    lower = " ".join(name for name in NAMES[language].split() if name[0].isascii())
    assert "437 or 850" in (page_of(lower, "cp437") or "")


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [(POLISH, "cp1250", "Windows-1250"), (POLISH, "cp852", "852"), ("Ольга Иванова Сергей", "cp1251", "Cyrillic")],
)
def test_letters_that_windows_1252_has_not(text: str, encoding: str, said: str) -> None:
    assert said in (page_of(text, encoding) or "")


def test_one_odd_name_among_many_right_ones_is_not_the_files_fault() -> None:
    words = {name.encode("cp1252") for name in NAMES["French"].split() if not name.isascii()} | {b"Jos\x8e"}
    assert other_page(words) is None


@pytest.mark.parametrize("encoding", ["mac_roman", "cp437", "cp850"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_of_another_page_stops(tmp_path: Path, encoding: str, end: str) -> None:
    text = PATIENTS.replace("Dana", "José").replace("Marlow", "Nuñez").replace("\n", end)
    problem = stopped(tmp_path, text.encode(encoding))[0]
    assert "names would be read wrongly" in problem.message
    assert "UTF-8" in problem.fix
    assert "Jos" not in str(problem)


def test_a_file_in_windows_1252_is_read(tmp_path: Path) -> None:
    text = PATIENTS.replace("Dana", "José").replace("Marlow", "D’Angelo–Núñez")
    accounts = read(tmp_path, text.encode("cp1252")).accounts
    assert "José D’Angelo–Núñez" in [each.name for each in accounts]

"""Messages in the patient's language: whoever has one is written to in it, everybody else in the practice's."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from dipay.domain.choices import Choice
from dipay.render.as_json import encode
from dipay.render.data import list_data, why_data
from dipay.render.explain import print_facts
from dipay.render.sending import dry_run_data, print_dry_run
from dipay.review.desk import Desk
from dipay.review.model import Model
from dipay.review.words import Paper, message_lines
from dipay.services.checking import check
from dipay.services.explaining import Explained, explain
from dipay.services.sending import dry_run
from dipay.services.syncing import sync
from dipay.services.undeliverable import resend
from dipay.services.worklist import make_worklist
from dipay.state.reading import history
from dipay.state.store import open_for_reading
from tests.messaging.behaviours import refuse
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, sender_for
from tests.sending.test_words import AT_ONCE

SPANISH, VIETNAMESE, KLINGON = "1", "2", "3"
LANGUAGES = {SPANISH: "Spanish (Mexico)", VIETNAMESE: "vie", KLINGON: "Klingon"}
BEGINS = {"en": "Maple: First, you have a balance to pay: ", "es": "Maple: First, tiene saldo pendiente: "}
END = "{link} STOP"


@pytest.fixture(autouse=True)
def in_languages(practice: Practice, double: ProviderDouble) -> None:
    practice.languages |= LANGUAGES
    practice.export()
    double.now = lambda: practice.now


def written(practice: Practice) -> dict[str, str]:
    """What a dry run would write to each account."""
    return {each.message.account.guarantor_id: each.rendered.text for each in dry_run(practice.office).previews}


def rename(practice: Practice, name: str) -> None:
    """Gives the first patient another first name in the export."""
    path = practice.folder / "patients.csv"
    path.write_text(path.read_text("utf-8").replace("First1", name), "utf-8")
    os.utime(path, (practice.now.timestamp(), practice.now.timestamp()))


def texts(practice: Practice, *messages: str | dict[str, str], language: str = "en") -> None:
    """Gives the practice these messages, a week between them, and that language."""
    listed = [{"day": 7 * step, "text": text} for step, text in enumerate(messages)]
    named = {"name": "Maple", "phone": "207-555-0148", "timezone": "America/New_York", "language": language}
    practice.settings |= {"campaign": {"messages": listed}, "practice": named}


def test_each_account_is_written_to_in_its_own_language(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    for account, language in ((SPANISH, "es"), (VIETNAMESE, "en"), (KLINGON, "en")):
        [post] = double.posts_to(practice.number(account))
        assert post.text.startswith(BEGINS[language])


def test_follow_ups_and_re_sends_are_in_it_too(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(30005), turn=1)
    practice.send(sender_for(double))
    resend(practice.office, sender_for(double), SPANISH, "207-555-0190", AT_ONCE)
    assert double.posts_to("+12075550190")[0].text.startswith(BEGINS["es"])
    practice.numbers[SPANISH] = "207-555-0190"
    practice.later(days=7)
    practice.send(sender_for(double))
    assert [post.text.split(", ")[1].split(":")[0] for post in double.posts_to("+12075550190")] == [
        "tiene saldo pendiente", "le recordamos su saldo",
    ]  # fmt: skip


def test_one_text_is_everybodys(practice: Practice) -> None:
    texts(practice, f"{{practice}} one {END}")
    assert {text.split()[1] for text in written(practice).values()} == {"one"}
    assert {each.message.language for each in dry_run(practice.office).previews} == {"en"}


def test_the_practices_language_is_for_whoever_has_no_text_of_their_own(practice: Practice) -> None:
    texts(practice, {"en": f"EN {END}", "es": f"ES {END}"}, language="es")
    practice.languages[VIETNAMESE] = "English"
    practice.export()
    assert [text.split()[0] for text in written(practice).values()] == ["ES", "EN", "ES"]


def test_a_follow_up_without_the_language_is_in_the_practices(practice: Practice, double: ProviderDouble) -> None:
    texts(practice, {"en": f"EN {END}", "es": f"ES {END}"}, {"en": f"EN2 {END}"}, f"ALL {END}")
    for _ in range(3):
        practice.send(sender_for(double))
        practice.later(days=7)
    posts = double.posts_to(practice.number(SPANISH))
    assert [post.text.split()[0] for post in posts] == ["ES", "EN2", "ALL"]


@pytest.mark.parametrize("name", ["First", ""])
def test_a_restored_message_is_known_in_any_language(practice: Practice, double: ProviderDouble, name: str) -> None:
    path = practice.office.state_path
    practice.office.open_state().close()
    before = path.read_bytes()
    for _ in range(3):
        rename(practice, name)
        practice.send(sender_for(double))
        practice.later(days=7)
    path.write_bytes(before)
    assert sync(practice.office, sender_for(double)).restored == 9
    with open_for_reading(path) as store:
        assert [each.step for each in history(store, SPANISH)] == [0, 1, 2]
        assert [each.step for each in history(store, KLINGON)] == [0, 1, 2]


def test_the_dry_run_names_language_segments_and_letters_that_cost(practice: Practice) -> None:
    rename(practice, "María")
    texts(
        practice,
        {"en": f"{{practice}}: {{first_name}}, {END}", "es": f"{{practice}}: {{first_name}}, {END} {'o' * 30}"},
    )
    dry, paper = dry_run(practice.office), Paper(200)
    print_dry_run(dry, practice.office.zone, paper.console)
    heads = [line.partition("first request ")[2] for line in paper.lines() if "first request" in line]
    assert heads == [
        "in Spanish (es): UCS-2, 2 segments because of í, which the short alphabet lacks",
        "in English (en): GSM-7, 1 segment",
        "in English (en): GSM-7, 1 segment",
    ]
    messages: list[dict[str, Any]] = dry_run_data(dry)["messages"]
    assert [(each["language"], each["segments"], each["costly_letters"]) for each in messages] == [
        ("es", 2, ["í"]), ("en", 1, []), ("en", 1, []),
    ]  # fmt: skip


def test_list_and_why_say_which_language_is_used(practice: Practice) -> None:
    listing = make_worklist(practice.office)
    accounts = list_data(listing, Choice.PENDING, practice.office.settings)["accounts"]
    assert [json.loads(encode(each))["language"] for each in accounts] == ["es", "en", "en"]
    said = {}
    for account in LANGUAGES:
        found = explain(practice.office, account)
        assert isinstance(found, Explained)
        paper = Paper(120)
        print_facts(found.explanation, practice.office.settings, paper.console)
        [line] = [line for line in paper.lines() if line.startswith("Language")]
        said[account] = line.removeprefix("Language").strip()
        data = why_data(found.explanation, found.record, practice.office.settings)
        assert data["language"] == ("es" if account == SPANISH else "en")
    assert said == {
        SPANISH: "Spanish (es)",
        VIETNAMESE: "English (en), the practice's: there is no text in Vietnamese (vi)",
        KLINGON: "English (en), the practice's: the exports name none",
    }


def test_the_review_shows_the_message_in_its_language_and_what_it_costs(practice: Practice) -> None:
    texts(practice, {"en": f"{{practice}} {END}", "es": f"{{practice}} aquí según {END} {'o' * 30}"})
    desk = Desk(practice.office)
    desk.read()
    batch, _ = desk.prepare()
    said = "1 has letters that the short alphabet lacks (í ú): 70 characters a segment, not 160."
    assert said in batch.oddities
    model = Model()
    model.take(desk.review)
    row = model.row(SPANISH)
    _, about = message_lines(practice.office, row, None)
    assert about.startswith("2 segments because of í ú, which the short alphabet lacks, UCS-2; ")


CHECKED: list[tuple[list[str | dict[str, str]], str, list[str]]] = [
    (
        [{"en": "{practice} {link} STOP", "es": "{practice} {link} " + "á" * 80 + " STOP"}],
        "note: config.yaml: campaign.messages[0].text.es: The message is charged as 3 segments because of á, which the short alphabet lacks.",
        [],
    ),
    (
        [{"en": "{practice} {link} STOP", "es": "{practice} " + "saldo pendiente aquí " * 3 + "{link} STOP"}],
        "warning: config.yaml: campaign.messages[0].text.es: The message is charged as 2 segments because of í, which the short "
        "alphabet lacks. Write the message without them",
        [],
    ),
    (
        [{"en": "{practice} {link} STOP", "es": "{practice} {link}, su limpieza"}],
        "campaign.messages[0].text.es: The message has words about health or treatment: limpieza.",
        ["campaign.messages[0].text.es: The message does not say how to opt out."],
    ),
    (
        [{"en": "{practice} {link} STOP", "es": "{practice} {link} STOP"}, {"en": "{practice} {link} STOP"}],
        "warning: config.yaml: campaign.messages[1].text: has no text, and other messages have one, in Spanish (es): whoever reads "
        "that gets this one in English (en).",
        [],
    ),
    (
        [{"en": "{practice} {link} STOP", "es": "{practice} {link} STOP"}, "{practice} {link} STOP"],
        "note: config.yaml: campaign.messages[1].text: is one text for everybody, and other messages have one in Spanish (es)",
        [],
    ),
]


@pytest.mark.parametrize(("messages", "said", "more"), CHECKED)
def test_check_looks_at_every_languages_text(
    practice: Practice, messages: list[str | dict[str, str]], said: str, more: list[str]
) -> None:
    texts(practice, *messages)
    problems = [f"{each.severity}: {each}" for each in check(practice.office).problems]
    for words in (said, *more):
        assert [each for each in problems if words in each], problems


def test_check_says_that_the_practices_name_costs_a_segment(practice: Practice) -> None:
    texts(practice, "{practice} {first_name} {link} STOP " + "o" * 60)
    practice.settings["practice"]["name"] = "Clínica Maple"
    [problem] = [each for each in check(practice.office).problems if "charged" in each.message]
    assert problem.message == "The message is charged as 3 segments because of í, which the short alphabet lacks."
    assert problem.fix.startswith("Write the message and practice.name without them")


def test_check_says_of_the_default_texts_only_whom_none_is_for(practice: Practice) -> None:
    practice.languages[KLINGON] = "vi-VN"
    practice.export()
    assert [str(each) for each in check(practice.office).problems if "campaign" in (each.key or "")] == [
        "config.yaml: campaign.messages: 2 accounts read Vietnamese (vi), and get English (en). Add a text `vi:` to each message."
    ]
    texts(practice, "{practice} {link} {phone} STOP")
    assert not [each for each in check(practice.office).problems if "campaign" in (each.key or "")]

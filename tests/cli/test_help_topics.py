"""`help`: what is read at a desk is what the tables of the code say."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from dipay.cli import GROUPS, app
from dipay.cli.helping import TOPICS
from dipay.config_writer import all_keys
from dipay.domain.choices import Choice
from dipay.domain.fields import FIELDS_OF
from dipay.domain.problems import ExitCode
from dipay.domain.reply_phrases import READINGS
from dipay.domain.rules import RULES, Rule
from dipay.domain.settings import Settings
from dipay.exports.layout.profiles import bundled_profiles

COMMANDS = [name for names in GROUPS.values() for name in names]
KEYS = dict(all_keys(Settings))


def run(*args: str) -> Result:
    return CliRunner(env={"COLUMNS": "80"}).invoke(app, ["help", *args], prog_name="dipay")


def text(*args: str) -> str:
    found = run(*args)
    assert (found.exit_code, found.stderr) == (0, "")
    assert all(len(line) <= 80 for line in found.stdout.splitlines())
    return " ".join(found.stdout.split())


def test_without_a_topic_it_says_which_there_are() -> None:
    shown = text()
    for name, (words, _) in TOPICS.items():
        assert f"{name} {words}" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_of_a_command_it_is_the_commands_own_help(name: str) -> None:
    own = CliRunner(env={"COLUMNS": "80"}).invoke(app, [name, "-h"], prog_name="dipay")
    assert run(name).stdout == own.stdout


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("exit-codes", {f"{code} {code.words}" for code in ExitCode}),
        ("views", {f"{view} {view.words}" for view in Choice}),
        ("answers", {f"{each.kind.words} {each.meaning}" for each in READINGS}),
        ("programs", {f"{each.name} {each.title}" for each in bundled_profiles()}),
        ("fields", {f"{each.name} {each.words}" for fields in FIELDS_OF.values() for each in fields.values()}),
        ("settings", {f"{key} {each.description};" for key, each in KEYS.items()}),
    ],
)
def test_a_topic_has_every_row_of_its_table(topic: str, said: set[str]) -> None:
    shown = text(topic)
    for each in said:
        assert " ".join(each.split()) in shown
    assert text(*topic.split("-")) == text(topic.upper()) == shown


@pytest.mark.parametrize("key", KEYS)
def test_a_setting_is_found_by_its_key_and_by_the_last_part_of_it(key: str) -> None:
    for asked in (key, key.rpartition(".")[2]):
        if asked not in TOPICS and asked not in COMMANDS:
            assert f"{key} {' '.join(KEYS[key].description.split())};" in text(asked)


def test_a_section_of_the_settings_has_its_keys_and_no_others() -> None:
    shown = text("payment_settings")
    assert {key for key in KEYS if f"{key} " in shown} == {key for key in KEYS if key.startswith("payment_settings.")}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.code not in COMMANDS], ids=lambda rule: rule.code)
def test_a_rule_is_told_with_what_stops_and_what_passes(rule: Rule) -> None:
    shown = text(rule.code)
    assert f"An account is not asked when {rule.summary}: {rule.verdict}." in shown
    assert "Not asked:" in shown
    assert "Asked:" in shown


@pytest.mark.parametrize("name", sorted({name for fields in FIELDS_OF.values() for name in fields}))
def test_a_field_is_told_for_each_kind_of_export(name: str) -> None:
    shown = text(name)
    for kind, fields in FIELDS_OF.items():
        assert (f"{kind}, {name} " in shown) == (name in fields)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("setings", "settings"), ("undelivrable", "undeliverable"), ("minimum_balanc", "minimum_balance"),
     ("shared-numbers", "shared-number"), ("text_consnt", "text_consent")],
)  # fmt: skip
def test_what_is_not_known_is_said_with_what_may_be_meant(typed: str, meant: str) -> None:
    found = run(typed)
    assert (found.exit_code, found.stdout) == (2, "")
    said = " ".join(found.stderr.split())
    assert f'there is nothing to read on "{typed}". Did you mean "{meant}"?' in said
    assert ", ".join(TOPICS) in said


def test_for_programs_it_is_json() -> None:
    found = json.loads(run("views", "--json").stdout)["data"]
    assert found["topic"] == "views"
    assert found["lines"][1].split()[:2] == ["pending", "who"]

"""Names, ids, notes and captions that would drive a terminal, a markup, a spreadsheet: through every command."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dipay.cli import app
from dipay.config_writer import render_settings_yaml
from settings_pages import EXAMPLE_VALUES

#: What a name holds, and, where it is taken away or refused in reading, why it may not stand in any answer.
HOSTILE = {
    "markup": "[bold]Ann[/bold]",
    "markup that ends nothing": "[/]Ann",
    "markup of another": "Ann[/b]",
    "markup that hides": "[black on black]Ann",
    "a link": "[link=https://evil.example]Ann[/link]",
    "an event": "[@click=app.bell]Ann",
    "a backslash before markup": "Ann\\[bold]",
    "an emoji's name": "Ann :smiley: :skull:",
    "a colour": "\x1b[31mAnn",
    "a title": "\x1b]0;owned\x07Ann",
    "a live link": "\x1b]8;;https://evil.example\x1b\\Ann\x1b]8;;\x1b\\",
    "the clipboard": "\x1b]52;c;ZXZpbA==\x07Ann",
    "a colour in one letter": "Ann\x9b31m",
    "a string in one letter": "Ann\x90evil\x9c",
    "a bell and a backspace": "Ann\x07\x08\x08",
    "a delete": "Ann\x7f",
    "a line of its own": "Ann\u2028Bob\u2029Eve\x85Zoe",
    "right to left": "\u202eAnn\u202c",
    "isolates": "\u2066Ann\u2069\u200f",
    "nothing to see": "A\u200bn\u200dn\ufeff\u2060",
    "tags": "Ann\U000e0041\U000e007f",
    "private letters": "Ann\ue000\U000f0000",
    "a formula": '=HYPERLINK("https://evil.example","Ann")',
    "a sum": "@SUM(1+1)*cmd|' /C calc'!A0",
    "plus": "+1+1",
    "minus": "-1+1",
    "a formula in full width": "\uff1d1+1",
    "plus in full width": "\uff0b1",
    "at in full width": "\uff201",
    "a formula behind a tab": "\t=1+1",
    "a formula behind a blank": " =1+1",
    "a formula behind a mark": "\u200b=1+1",
    "a formula behind an apostrophe": "'=1+1",
    "a formula behind another separator": "a;=1+1; @x",
    "a formula behind a tab in the midst": "a\t=1",
    "a formula behind a bar": "a|-1|\uff1d1",
    "a guarded formula": '="=1+1"',
    "a placeholder": "{link}{p.__class__}{0}%s%(x)s${x}",
    "a very long one": "A" * 2000,
    "an address written apart": "evil .com",
    "an address in other letters": "ｅｖｉｌ．ｃｏｍ",
    "an instruction": "Reply YES",
    "a number to call": "Ann 207-555-0199",
    "many marks on one letter": "A" + "\u0301" * 200,
}
NAMES = list(HOSTILE)
ID_OF = {name: f"{number:03d}" for number, name in enumerate(NAMES, 1)}
HOSTILE_IDS = ["[bold]7", "=7+7", "@7", "[/]", "a:smile:", "x\u202e7", "ü[red]"]
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hostile name for each account; the first of every three has no number."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIPAY_CONFIG", raising=False)
    rows = [["patient_id", "guarantor_id", "first_name", "last_name", "mobile_phone", "birth_date", "status", "zip"]]
    ledger = [["patient_id", "date", "amount", "description\x1b[31m", "[bold]note[/]"]]
    ids = [*ID_OF.values(), *HOSTILE_IDS]
    names = [*HOSTILE.values(), *(["Ann"] * len(HOSTILE_IDS))]
    for number, (account, name) in enumerate(zip(ids, names, strict=True)):
        phone = "" if number % 3 == 0 else f"207-555-01{number:02d}"
        rows.append([account, "", name, name, phone, "1980-01-01", "active", "04101"])
        ledger.append([account, "2026-09-19", "100.00", name, name])
    now = datetime.now(UTC).timestamp()
    for file, content in (("patients.csv", rows), ("ledger.csv", ledger)):
        with (tmp_path / file).open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(content)
        os.utime(tmp_path / file, (now, now))
    monkeypatch.setattr("dipay.exports.reading.MOST_HELD_SHARE", 1.0)
    values: dict[str, object] = {
        **EXAMPLE_VALUES,
        "exports.folder": ".",
        "messaging.provider": "outbox",
        "messaging.send_window.from": "00:00",
        "messaging.send_window.to": "23:59",
        "messaging.send_window.days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    }
    (tmp_path / "config.yaml").write_text(render_settings_yaml(values))
    return tmp_path


def run(*args: str, width: int = 80, typed: str | None = None, colours: bool = False) -> Result:
    colour = {"FORCE_COLOR": "1", "TERM": "xterm-256color"} if colours else {"TERM": "dumb"}
    return CliRunner(env={"COLUMNS": str(width), **colour}).invoke(app, args, prog_name="dipay", input=typed)


def assert_harmless(result: Result, *, colours: bool = False) -> None:
    """The command ended as commands do, and no letter that a terminal obeys or hides left it."""
    assert result.exit_code in {0, 1}, result.output[-2000:]
    text = _COLOUR.sub("", result.output) if colours else result.output
    found = {letter for letter in text if letter != "\n" and unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"}}
    assert not found, ascii(sorted(found))


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize("width", [20, 80, 140])
def test_the_list(width: int) -> None:
    result = run("list", "--view", "all", width=width)
    assert_harmless(result)
    if width == 140:
        for shown in ("[bold]Ann[/bold]", "[/]Ann", "[black on black]Ann", "Ann :smiley: :skull:", "[bold]7", "[link="):
            assert shown in result.stdout


@pytest.mark.usefixtures("practice")
def test_the_list_in_colours_has_no_others() -> None:
    result = run("list", "--view", "all", width=140, colours=True)
    assert_harmless(result, colours=True)
    plain = run("list", "--view", "all", width=140)
    assert _COLOUR.sub("", result.stdout) == plain.stdout
    assert "\x1b]8" not in result.stdout


@pytest.mark.usefixtures("practice")
def test_the_list_for_programs() -> None:
    result = run("list", "--view", "all", "--json", "--verbose")
    assert_harmless(result)
    accounts = {each["guarantor_id"]: each for each in json.loads(result.stdout)["data"]["accounts"]}
    assert accounts[ID_OF["markup"]]["name"] == "[bold]Ann[/bold] [bold]Ann[/bold]"
    assert accounts[ID_OF["nothing to see"]]["name"] == "Ann Ann"
    assert accounts[ID_OF["a colour"]]["view"] == "held"
    assert accounts["[/]"]["guarantor_id"] == "[/]"


@pytest.mark.usefixtures("practice")
def test_the_list_for_a_spreadsheet() -> None:
    result = run("list", "--view", "all", "--csv")
    assert_harmless(result)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == len(HOSTILE) + len(HOSTILE_IDS)
    numbers = {"patient_portion", "balance", "insurance_estimate", "writeoff_estimate", "days_0_30", "days_31_60",
               "days_61_90", "over_90"}  # fmt: skip
    for row in rows:
        for caption, cell in row.items():
            # Where a semicolon, a tab or a bar is what parts cells, these are cells, too.
            for part in re.split(r"[;|\t]", cell):
                assert caption in numbers or part.strip()[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20\t\r"), (
                    caption,
                    cell,
                )
    assert {row["guarantor_id"] for row in rows} >= {"'=7+7", "'@7", "[bold]7"}


@pytest.mark.usefixtures("practice")
def test_why() -> None:
    for account in (*ID_OF.values(), "[bold]7", "=7+7", "@7", "[/]", "x7"):
        for args in ((), ("--json",)):
            assert_harmless(run("why", account, *args))
    for name in ("\x1b[31m", "[bold]", "\u202e", "[/]nobody"):
        result = run("why", name)
        assert result.exit_code in (0, 1, 2)
        assert "\x1b" not in result.output
        assert "\u202e" not in result.output


@pytest.mark.usefixtures("practice")
def test_sending_and_what_is_said_of_it() -> None:
    for args in (("send", "--dry-run"), ("send", "--dry-run", "--json"), ("check",), ("check", "--json")):
        assert_harmless(run(*args))
    assert "Nothing was written or sent" in run("send", "--dry-run").stdout
    assert_harmless(run("send", "--yes"))
    for command in (("history",), ("undeliverable",), ("list",), ("report", "--names")):
        assert_harmless(run(*command))
        assert_harmless(run(*command, "--json"))
        assert_harmless(run(*command, colours=True), colours=True)
    assert_harmless(run("report", "--names", width=20))
    spoken = list(csv.reader(io.StringIO(run("report", "--names", "--csv").stdout)))
    assert not [cell for row in spoken for cell in row if cell[:1] in set("=+@\uff1d\uff0b\uff20\t\r")]
    assert "without a usable" not in run("undeliverable").stdout
    assert "[bold]Ann[/bold]" in run("undeliverable").stdout
    assert ID_OF["a placeholder"] in run("history").stdout


@pytest.mark.usefixtures("practice")
def test_no_name_takes_the_place_of_another_word_of_the_message() -> None:
    (message,) = [
        each
        for each in json.loads(run("send", "--dry-run", "--json").stdout)["data"]["messages"]
        if each["guarantor_id"] == ID_OF["a placeholder"]
    ]
    assert HOSTILE["a placeholder"] not in message["text"]
    assert ": you have a balance" in message["text"]
    assert message["text"].count("https://") == 1


@pytest.mark.usefixtures("practice")
def test_no_name_brings_a_link_an_address_a_number_or_an_instruction_into_a_message() -> None:
    messages = json.loads(run("send", "--dry-run", "--json").stdout)["data"]["messages"]
    assert len(messages) > len(NAMES) // 2
    for message in messages:
        own = re.sub(r"https://pay\.example\.com/\S+", "", message["text"])
        assert not re.search(r"evil|https?:|www|\.com|@|YES|0199|\[|\{", own), message["guarantor_id"]


@pytest.mark.usefixtures("practice")
def test_the_typed_review() -> None:
    words = ["list", "list 2", "list 3", "everybody", "list", *(f"why {row}" for row in range(1, 40)), "search [bold]",
             "search \x1b[31m", "tick [/]", "\x1b]0;x\x07", "\u202ewhy", "batch", "undeliverable", "quit"]  # fmt: skip
    result = run("review", "--plain", typed="\n".join(words) + "\n")
    # What was typed is echoed by nobody but the terminal itself.
    assert_harmless(result)


def test_a_name_on_two_lines_stops_everything(practice: Path) -> None:
    patients = practice / "patients.csv"
    patients.write_text(patients.read_text() + '9,,"Ann\x1b\rBob",x,,1980-01-01,active,04101\n')
    for args in (("list",), ("list", "--json"), ("check",), ("send", "--yes")):
        result = run(*args)
        assert result.exit_code == 3
        assert "goes over several lines" in result.output
        assert "Bob" not in result.output
        assert "\x1b" not in result.output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file of such a name")
def test_the_name_of_a_file(practice: Path) -> None:
    """Settings may name a pattern; what matches is named by whoever saves into the folder."""
    (practice / "patients.csv").rename(practice / "patients\x1b]0;owned\x07\x9b31m\u202e.csv")
    settings = practice / "config.yaml"
    settings.write_text(settings.read_text().replace("patients: patients.csv", "patients: patients*.csv"))
    for args in (("list",), ("list", "--json"), ("check",), ("check", "--json"), ("send", "--dry-run")):
        assert_harmless(run(*args))
    assert "patients?]0;owned??31m?.csv" in run("list").stdout


def test_what_a_program_reads_is_what_stood_there() -> None:
    from dipay.render.as_json import write_json

    told = {"data": {"text": "Ann\x1b\x9b\u202e\U000e0041 Zo\xeb", "lines": ["a\nb"]}}
    stream = io.StringIO()
    write_json(told, stream)
    assert json.loads(stream.getvalue()) == told
    assert stream.getvalue().replace("\n", "").isprintable()

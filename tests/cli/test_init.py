"""`init` as its users run it: a folder of exports, a few answers, and a list that is right."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dipay.cli import app
from dipay.cli.asking import Interview
from dipay.config import load_settings
from dipay.domain.fields import FIELDS_OF, FileKind, Grammar
from dipay.domain.problems import CannotGoOn
from dipay.exports.layout.profiles import Profile, bundled_profiles
from dipay.services.drafting import Draft
from dipay.services.initialising import look, settings_text, try_out
from tests.exports.reading import LEDGER, PATIENTS, write

SAMPLES = Path(__file__).parents[2] / "samples"
PRACTICE = {
    "name": "Maple", "phone": "207-555-0148", "timezone": "America/New_York",
    "link": "https://pay.example.com/{request_id}",
}  # fmt: skip
#: A family of two, one who pays for himself, one whom nobody asks.
PEOPLE = """\
patient_id,guarantor_id,first_name,last_name,mobile_phone,last_visit
101,101,Ann,Ames,207-555-0101,2026-09-01
111,101,Al,Ames,,2026-09-01
102,102,Bo,Burr,207-555-0102,2026-09-01
103,103,Cy,Cole,207-555-0103,2026-09-01
"""


def run(*args: str) -> Result:
    return CliRunner(env={"COLUMNS": "120", "TERM": "dumb"}).invoke(app, args, prog_name="dipay")


def init(folder: Path, *more: str) -> Result:
    options = [part for key, text in PRACTICE.items() for part in (f"--{key}", text)]
    return run("init", "--yes", "--folder", str(folder), "--config", str(folder / "config.yaml"), *options, *more)


def asked(folder: Path) -> dict[str, int]:
    """Whom the settings that were written would ask, and for how many cents."""
    result = run("list", "--json", "--config", str(folder / "config.yaml"))
    assert result.exit_code in (0, 1), result.output
    accounts = json.loads(result.stdout)["data"]["accounts"]
    return {each["guarantor_id"]: each["amount_cents"] for each in accounts}


AGING = {
    "two columns over 90": (
        'Resp Party ID,Resp Party,0-30,31-60,61-90,91-120,Over 120,Balance Due\n'
        '101,"Ames, Ann",0.00,50.00,0.00,60.00,700.00,810.00\n102,"Burr, Bo",0.00,0.00,0.00,0.00,90.00,90.00\n',
        {"101": 81_000, "102": 9_000},
    ),
    "three columns over 90": (
        "Guarantor No;0 - 30 Days;31 - 60 Days;61 - 90 Days;91 - 120 Days;121 - 150 Days;> 150 Days;Total\n"
        "101;0.00;0.00;0.00;10.00;20.00;30.00;60.00\n102;0.00;40.00;0.00;0.00;0.00;0.00;40.00\n",
        {"101": 6_000, "102": 4_000},
    ),
    "a current of its own": (
        "Aged balances\n\nAcct,Name,Current,1-30,31-60,61-90,Over 90,Balance\n"
        '101,"Ames, Ann",5.00,500.00,40.00,0.00,0.00,545.00\n102,"Burr, Bo",0.00,0.00,30.00,0.00,0.00,30.00\n',
        {"101": 54_500, "102": 3_000},
    ),
    "no total to prove it": (
        "Family ID\tCurrent\tOver 30\tOver 60\tOver 90\tOver 120\n101\t0.00\t0.00\t0.00\t0.00\t70.00\n102\t0.00\t0.00\t30.00\t0.00\t0.00\n",
        {"101": 7_000, "102": 3_000},
    ),
    "an estimate and a portion": (
        "Guarantor ID,Guarantor,Phone,Bill Type,Last Payment,0->30,31->60,61->90,91+,Dental Ins Est,Guar Portion,Balance\n"
        '101,"Ames, Ann",207-555-0101,1,10/01/2026,0.00,500.00,0.00,0.00,400.00,100.00,500.00\n',
        {"101": 10_000},
    ),
    "two estimates and a portion": (
        "Guarantor Flag,Responsible Party,Resp ID,0-30,31-60,61-90,>90,Ins Est,Write Off Est,Pt Portion,Total Due\n"
        'Y,"Ames, Ann",101,0.00,0.00,500.00,0.00,300.00,50.00,150.00,500.00\nN,"Burr, Bo",102,0.00,0.00,0.00,90.00,,,90.00,90.00\n',
        {"101": 15_000, "102": 9_000},
    ),
    "an estimate without a portion": (
        "Account #,Portion Of,Pending Claims Amount,0-30,31-60,61-90,91+,Insurance Estimate,Balance\n"
        "101,Ann,12.00,0.00,80.00,0.00,0.00,30.00,80.00\n102,Bo,0.00,0.00,0.00,40.00,0.00,,40.00\n",
        {"101": 5_000, "102": 4_000},
    ),
    "an estimate larger than the balance": (
        "Guarantor,Guar Number,0-30,31-60,61-90,91+,Est Insurance,Patient Portion,Total\n"
        '"Ames, Ann",101,0.00,80.00,0.00,0.00,100.00,0.00,80.00\n"Burr, Bo",102,0.00,40.00,0.00,0.00,10.00,30.00,40.00\n',
        {"102": 3_000},
    ),
    "credits below zero": (
        "Primary Guarantor ID,Primary Guarantor,0-30,31-60,61-90,91+,Unapplied Credits,Account Balance\n"
        '101,"Ames, Ann",0.00,100.00,0.00,0.00,0.00,100.00\n102,"Burr, Bo",0.00,300.00,0.00,0.00,-280.00,20.00\n'
        '103,"Cole, Cy",0.00,0.00,0.00,150.00,-20.00,130.00\n',
        {"101": 10_000, "103": 13_000},
    ),
    "credits above zero": (
        "Guarantor ID,0-30,31-60,61-90,91+,Prepayments,Amount Due\n101,0,100,0,0,0,100\n102,0,300,0,0,280,20\n103,0,0,0,150,20,130\n",
        {"101": 10_000, "103": 13_000},
    ),
    "credits in words": (
        "Resp Party Acct,0-30,31-60,61-90,91+,Credit Balance,Total Balance\n"
        '101,0.00,100.00,0.00,0.00,,100.00\n102,0.00,300.00,0.00,0.00,280.00 CR,20.00\n103,0.00,0.00,0.00,150.00,20.00 CR,130.00\n',
        {"101": 10_000, "103": 13_000},
    ),
    "credits in brackets, with pages": (
        "Guarantor ID,Who,0-30,31-60,61-90,91+,On Account Credits,Balance\n"
        '101,"Ames, Ann",0.00,100.00,0.00,0.00,0.00,100.00\nPage 1 of 2,,,,,,,\n'
        "Guarantor ID,Who,0-30,31-60,61-90,91+,On Account Credits,Balance\n"
        '102,"Burr, Bo",0.00,300.00,0.00,0.00,(280.00),20.00\n103,"Cole, Cy",0.00,0.00,0.00,150.00,(20.00),130.00\n',
        {"101": 10_000, "103": 13_000},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("aging", "wanted"), AGING.values(), ids=AGING)
def test_an_aging_report_that_no_profile_knows_is_read_rightly(
    tmp_path: Path, aging: str, wanted: Mapping[str, int]
) -> None:
    write(tmp_path, {"people.csv": PEOPLE, "aged.csv": aging})
    result = init(tmp_path)
    assert result.exit_code == 0, result.output
    assert asked(tmp_path) == wanted
    assert f"{len(wanted)} first request" in result.stderr  # the trial


WRONG = {
    "a total that the rows contradict": (
        "Guarantor ID,0-30,31-60,61-90,91+,Unapplied,Balance\n101,0.00,100.00,0.00,0.00,5.00,70.00\n102,0.00,300.00,0.00,0.00,9.00,20.00\n",
        "Unapplied may be a part of what is owed",
    ),
    "a portion that nothing explains": (
        "Guarantor ID,0-30,31-60,61-90,91+,Balance,Guar Portion\n101,0.00,100.00,0.00,0.00,100.00,60.00\n102,0.00,90.00,0.00,0.00,90.00,50.00\n",
        "Guar Portion is less than the total, and no column says why",
    ),
    "parts of which nobody knows whose they are": (
        "Guarantor ID,0-30,31-60,61-90,91+,Balance,Col A,Col B\n101,0.00,100.00,0.00,0.00,100.00,60.00,40.00\n102,0.00,90.00,0.00,0.00,90.00,0.00,90.00\n",
        "Col A adds up to the total with Col B",
    ),
    "names in place of ids": (
        'Guarantor,0-30,31-60,61-90,91+\n"Ames, Ann",0.00,100.00,0.00,0.00\n"Burr, Bo",0.00,90.00,0.00,0.00\n',
        "no column looks like guarantor_id",
    ),
    "another practice's ids": ("Guarantor ID,0-30,31-60,61-90,91+\n9001,0.00,100.00,0.00,0.00\n", "no column looks like guarantor_id"),
}  # fmt: skip


@pytest.mark.parametrize(("aging", "words"), WRONG.values(), ids=WRONG)
def test_what_would_ask_a_wrong_amount_is_asked_or_refused(tmp_path: Path, aging: str, words: str) -> None:
    write(tmp_path, {"people.csv": PEOPLE, "aged.csv": aging})
    result = init(tmp_path)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "--column balances." in result.stderr
    assert not (tmp_path / "config.yaml").exists()


CODED = """\
Acct,Payer Acct,Patient,Cell,Last Seen,Pt Status,SMS Opt In,Do not contact,Contract,Bill Type
101,101,"Ames, Ann",207-555-0101,2026-09-01,Current Patient,Opted In,N,0.00,Standard
102,102,"Burr, Bo",207-555-0102,2026-09-01,Current Patient,Opted Out,N,0.00,Standard
103,103,"Cole, Cy",207-555-0103,2026-09-01,Current Patient,Opted In,Y,0.00,Standard
104,104,"Dunn, Di",207-555-0104,2026-09-01,Current Patient,Opted In,N,450.00,Standard
105,105,"Eden, Ed",207-555-0105,2026-09-01,Passed Away,Opted In,N,0.00,Standard
106,106,"Ford, Fay",207-555-0106,2026-09-01,Current Patient,Opted In,N,0.00,Collections
107,107,"Gale, Guy",207-555-0107,2026-09-01,Current Patient,Opted In,N,0.00,Standard
"""
SEVEN = "Payer Acct,0-30,31-60,61-90,91+,Balance\n" + "".join(
    f"{each},0.00,50.00,0.00,0.00,50.00\n" for each in range(101, 108)
)


def test_whoever_said_no_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN})
    result = init(tmp_path, "--exclude-billing-type", "Collections")
    assert result.exit_code == 0, result.output
    assert "exclude_billing_types: [Collections]" in (tmp_path / "config.yaml").read_text()
    assert asked(tmp_path).keys() - {"106"} == {"101", "107"}
    for words in ("no-text-consent 1", "do-not-recall 1", "payment-plan 1", "deceased 1"):
        assert words in result.stderr


def test_a_word_that_nobody_knows_must_be_told(tmp_path: Path) -> None:
    people = CODED.replace("Opted Out", "Ask first")
    write(tmp_path, {"people.csv": people, "aged.csv": SEVEN})
    result = init(tmp_path)
    assert result.exit_code == 2
    assert 'it is not known what "Ask first" in SMS Opt In mean' in result.stderr
    result = init(tmp_path, "--word", "patients.text_consent.no=Ask first")
    assert result.exit_code == 0, result.output
    assert "102" not in asked(tmp_path)


def test_a_column_of_noes_is_turned(tmp_path: Path) -> None:
    people = CODED.replace("SMS Opt In", "Do not text").replace("Opted In", "N").replace("Opted Out", "Y")
    write(tmp_path, {"people.csv": people, "aged.csv": SEVEN})
    assert init(tmp_path).exit_code == 0
    assert asked(tmp_path).keys() - {"106"} == {"101", "107"}


def test_a_language_is_never_asked_about_and_may_be_told(tmp_path: Path) -> None:
    header, *rows = CODED.splitlines()
    languages = ["Language", "English", "Spanish", "Casa", "", "Klingon", "Elvish", "Other"]
    people = "".join(f"{row},{each}\n" for row, each in zip([header, *rows], languages, strict=True))
    write(tmp_path, {"people.csv": people, "aged.csv": SEVEN})
    result = init(tmp_path, "--word", "patients.language.es=Casa")
    assert result.exit_code == 0, result.output
    settings = (tmp_path / "config.yaml").read_text("utf-8")
    assert "language: Language" in settings
    assert "language: {es: [Casa]}" in settings


BAD_OPTIONS = [
    (["--column", "patients.mobile=Cell"], "--column: names mobile, which is not a field."),
    (["--column", "mobile_phone=Cell"], '--column: holds "mobile_phone=Cell".'),
    (["--column", "patients.mobile_phone=Cel"], 'Did you mean "Cell"?'),
    (["--column", "ledger.date=Day"], "--column: speaks of ledger."),
    (["--word", "patients.text_consent.maybe=X"], "--word: says maybe."),
    (["--word", "patients.language.Spanish=Casa"], '--word: says Spanish. Did you mean "es"? Use en, es, zh, vi, '),
    (["--word", "patients.name.yes=X"], "--word: names patients.name, which has no words."),
    (["--date-format", "day first"], "--date-format: is not a date format."),
    (["--timezone", "Eastern"], '--timezone: is not a time zone. Did you mean "America/New_York"?'),
    (["--link", "http://pay.example.com/{request_id}"], "--link: is not a secure address."),
    (["--patients", "nobody.csv"], "--patients: there is no file nobody.csv"),
]


@pytest.mark.parametrize(("options", "words"), BAD_OPTIONS)
def test_options_are_read_as_the_settings_would(tmp_path: Path, options: list[str], words: str) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN})
    result = init(tmp_path, *options)
    assert result.exit_code == 2
    assert words in result.stderr, result.stderr
    assert not (tmp_path / "config.yaml").exists()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("name", "the practice's name, as patients know it."),
        ("timezone", "the practice's time zone, such as America/Chicago."),
    ],
)
def test_what_only_the_office_knows_must_be_said_where_nobody_can_be_asked(
    tmp_path: Path, option: str, words: str
) -> None:
    said = [part for key, text in PRACTICE.items() if key != option for part in (f"--{key}", text)]
    result = run("init", "--folder", str(tmp_path), "--config", str(tmp_path / "config.yaml"), *said)
    assert result.exit_code == 2
    assert result.stderr == f"error: --{option}: is missing, and nobody can be asked here. Say it: {words}\n"


def test_days_that_can_be_read_in_two_ways_must_be_settled(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED.replace("2026-09-01", "09/01/2026"), "aged.csv": SEVEN})
    result = init(tmp_path)
    assert result.exit_code == 2
    assert '--date-format "%m/%d/%Y"' in result.stderr
    assert "09/01" not in result.stderr.replace("--date", "")
    assert init(tmp_path, "--date-format", "%m/%d/%Y").exit_code == 0


def test_no_value_of_a_patient_is_shown_where_nobody_asked_at_a_terminal(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN})
    result = init(tmp_path)
    assert not re.search(r"Ames|Burr|555-01(?!48)|50\.00 \|", result.output)


class TestADiskThatFails:
    def files(self, folder: Path) -> None:
        write(folder, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})

    def test_a_folder_that_can_t_be_looked_through(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(_: Path) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        self.files(tmp_path)
        monkeypatch.setattr(Path, "iterdir", fails)
        result = init(tmp_path)
        assert result.exit_code == 3
        assert "can't be looked through: Permission denied. Check the drive" in " ".join(result.stderr.split())

    def test_half_of_the_settings_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        class Full(io.StringIO):
            def flush(self) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

        def opened(path: Path, *_given: object, **_named: object) -> Full:
            path.touch(exist_ok=False)
            return Full()

        self.files(tmp_path)
        with monkeypatch.context() as full:
            full.setattr(Path, "open", opened)
            result = init(tmp_path)
        assert result.exit_code == 2
        assert "config.yaml can't be written: No space left on device. Check" in " ".join(result.stderr.split())
        assert init(tmp_path).exit_code == 0


def test_settings_that_stop_at_the_trial_are_not_written(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN.replace("101,", ",")})
    result = init(tmp_path)
    assert result.exit_code == 3
    assert not (tmp_path / "config.yaml").exists()


# An interview.


@dataclass
class Typist:
    """Answers by what is asked; what it was told stays in `heard`."""

    answers: Mapping[str, list[str]]
    heard: list[str] = field(default_factory=list)

    def prompt(self, question: str, usual: str) -> str:
        self.heard.append(question)
        assert len(self.heard) < 200, self.heard[-3:]
        for words, texts in self.answers.items():
            if words in question and texts:
                return texts.pop(0)
        return usual

    def say(self, line: str) -> None:
        self.heard.append(line)


def interview(folder: Path, answers: Mapping[str, list[str]]) -> tuple[Draft, Typist, str]:
    draft, typist = look(folder, {}), Typist({words: list(texts) for words, texts in answers.items()})
    told = Interview(draft, typist.prompt, typist.say)
    told.run()
    practice = told.practice({})
    return draft, typist, settings_text(folder / "config.yaml", folder, draft, practice)


ANSWERS = {
    "practice's name": ["Maple Street Dental"], "phone number": ["555", "207-555-0148"], "time zone": ["Eastern", "America/New_York"],
    "payment page": ["http://pay.example.com/{request_id}", "https://pay.example.com/{request_id}"],
}  # fmt: skip


def test_an_interview_ends_with_a_list_that_is_right(tmp_path: Path) -> None:
    people = CODED.replace("Opted Out", "Ask first").replace(",Cell,", ",Reach,")
    write(tmp_path, {"people.csv": people, "aged.csv": SEVEN})
    answers = {
        **ANSWERS,
        "mean?": ["perhaps", "no"],
        "never asked to pay?": ["9", "2"],
        "Is a column wrong": ["patients.zip=Town", ""],
    }
    _, typist, text = interview(tmp_path, answers)
    said = "\n".join(typist.heard)
    for words in (
        "Reach (207-555-0101 | 207-555-0102 | 207-555-0103): is it mobile_phone",
        "Ask first (1) = ?",
        "That is not what a word can mean.",
        "2: Collections (1)",
        "That is not a phone number.",
        'Did you mean "America/New_York"?',
        "That is not a secure address.",
        'names "Town", which is no column of people.csv',
    ):
        assert words in said, words
    listing = try_out(tmp_path / "config.yaml", text)
    assert not (tmp_path / "config.yaml").exists()
    (tmp_path / "config.yaml").write_text(text)
    assert asked(tmp_path).keys() - {"106"} == {"101", "107"}
    assert "exclude_billing_types: [Collections]" in text
    assert len(listing.worklist.accounts) == 7


def test_an_interview_takes_yes_and_no_where_it_asks_for_columns(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN})
    _, typist, _ = interview(tmp_path, {**ANSWERS, "Is a column wrong": ["yes", "no"]})
    asked_at = [place for place, line in enumerate(typist.heard) if "Is a column wrong" in line]
    assert len(asked_at) == 2
    assert "patients: patient_id, guarantor_id," in typist.heard[asked_at[0] + 1]


def test_a_phone_of_the_practice_needs_its_area_code(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN})
    _, typist, text = interview(tmp_path, {**ANSWERS, "phone number": ["555-0148", "207-555-0148"]})
    assert 'That has no area code. Write it like "+1 207-555-0148".' in typist.heard
    assert "phone: 207-555-0148" in text.replace('"', "")


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Aging Report 11-26-26.csv", "Aging Report*.csv"),
        ("Aging 11.26.2026 0915.csv", "Aging*.csv"),
        ("Aging Nov 26 2026.csv", "Aging*.csv"),
        ("Aging_26-Nov-2026_all.csv", "Aging*all.csv"),
        ("Aging (2).csv", "Aging*.csv"),
        ("Aging 30-60-90.csv", "Aging 30-60-90.csv"),
        ("Aging 0-30.csv", "Aging 0-30.csv"),
    ],
)
def test_what_changes_daily_in_a_name_becomes_a_star(tmp_path: Path, name: str, pattern: str) -> None:
    write(tmp_path, {"people.csv": CODED, name: SEVEN})
    _, _, text = interview(tmp_path, ANSWERS)
    assert f"balances: {pattern} " in text.replace('"', "")


def test_a_file_of_unknown_captions_is_asked_about_once_it_is_named(tmp_path: Path) -> None:
    people = "No. Paciente,Apellido,Nombre,Celular\n" + "".join(
        f"{each},Vega,Ana,207-555-0{each}\n" for each in range(101, 108)
    )
    write(tmp_path, {"gente.csv": people, "aged.csv": SEVEN})
    with pytest.raises(
        CannotGoOn, match=r"gente\.csv has no captions that are known; if it is one of them, say so with"
    ):
        look(tmp_path, {})
    draft = look(tmp_path, {"patients": "gente.csv"})
    said = {"Is a column wrong": ["mobile_phone=Celular", "patients.last_name=Apellido", "patients.first_name=Nombre"]}
    Interview(draft, (typist := Typist(said)).prompt, typist.say).run()
    assert draft.columns["patients"]["patient_id"] == ("No. Paciente",)
    text = settings_text(tmp_path / "config.yaml", tmp_path, draft, PRACTICE)
    assert len(try_out(tmp_path / "config.yaml", text).worklist.accounts) == 7


def test_an_interview_takes_corrections(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN})
    answers = {**ANSWERS, "Is a column wrong": ["text_consent=", "home_phone=Cell", ""], "mobile_phone": ["n"]}
    draft, _, _ = interview(tmp_path, answers)
    assert draft.columns["patients"]["home_phone"] == ("Cell",)
    assert not {"text_consent", "mobile_phone"} & draft.columns["patients"].keys()


def test_an_interview_asks_what_money_is_and_in_which_order_days_are(tmp_path: Path) -> None:
    aging = SEVEN.replace("Balance", "Something").replace(",50.00\n", ",11.00\n")
    write(tmp_path, {"people.csv": CODED.replace("2026-09-01", "09/01/2026"), "aged.csv": aging})
    answers = {**ANSWERS, "What is Something": ["nothing", "insurance_estimate"], "Which one is right?": ["x", "1"]}
    draft, typist, text = interview(tmp_path, answers)
    assert draft.columns["balances"]["insurance_estimate"] == ("Something",)
    assert 'date_format: "%m/%d/%Y"' in text
    assert "  2: day first (%d/%m/%Y)" in typist.heard


def test_an_interview_asks_for_what_is_missing(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED.replace("Patient,", "Xyzzy,"), "aged.csv": SEVEN})
    draft, typist, _ = interview(tmp_path, {**ANSWERS, "is it name": ["n"], "Which one is name": ["Xyzy", "Xyzzy"]})
    assert draft.columns["patients"]["name"] == ("Xyzzy",)
    assert any('Did you mean "Xyzzy"?' in each for each in typist.heard)


# What it writes, dipay reads.

CELLS: Mapping[Grammar, Callable[[int], str]] = {
    Grammar.ID: lambda row: f"{101 + row}",
    Grammar.NAME: lambda row: ("Ames", "Burr", "Cole")[row],
    Grammar.PHONE: lambda row: f"207-555-010{row + 1}",
    Grammar.TEXT: lambda row: "Standard",
    Grammar.UNREAD: lambda row: "",
    Grammar.DAY: lambda row: f"2026-0{row + 7}-01",
    Grammar.PAST_DAY: lambda row: f"1980-0{row + 7}-21",
    Grammar.AMOUNT: lambda row: f"{row + 40}.00",
    Grammar.SIDE: lambda row: "",
    Grammar.ESTIMATE: lambda row: "",
    Grammar.LANGUAGE: lambda row: ("eng", "Spanish", "")[row],
    Grammar.COUNT: lambda row: "0",
}  # fmt: skip
BUCKETS = {
    "days_0_30": "0.00",
    "days_31_60": "40.00",
    "days_61_90": "0.00",
    "over_90": "0.00",
    "total": "40.00",
    "portion": "40.00",
}


def cell(profile: Profile, kind: FileKind, name: str, place: int, row: int) -> str:
    """A cell that the profile reads; of columns that are added the first holds the amount."""
    if name in BUCKETS:
        return BUCKETS[name] if place == 0 else "0.00"
    if name == "charge":
        return "40.00"
    grammar = FIELDS_OF[kind][name].grammar
    if grammar in CELLS:
        return CELLS[grammar](row)
    words = profile.files[kind].words.get(name) or {}
    return next(iter(words), "") if name in ("status", "type") else ""


def content(profile: Profile, kind: FileKind, choice: int) -> str:
    columns: dict[str, list[str]] = {}
    for name, choices in profile.files[kind].columns.items():
        for place, source in enumerate(choices[min(choice, len(choices) - 1)]):
            cells = [cell(profile, kind, name, place, row) for row in range(3)]
            if source.take is not None:  # Open Dental's "101 - Ames, Ann"
                cells = [f"{each} - Ames, Ann" for each in cells]
            columns.setdefault(source.caption, cells)
    lines = ["\t".join(columns), *("\t".join(row) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines) + "\n"


PAIRS = [
    (profile, beside, choice)
    for profile in bundled_profiles()
    for beside in ("ledger", "balances")
    if beside in profile.files
    for choice in range(3)
]


@pytest.mark.parametrize(
    ("profile", "beside", "choice"), PAIRS, ids=[f"{each.name}-{kind}-{n}" for each, kind, n in PAIRS]
)
def test_of_every_profiles_captions_the_settings_are_read(
    tmp_path: Path, profile: Profile, beside: FileKind, choice: int
) -> None:
    write(tmp_path, {"a.txt": content(profile, "patients", choice), "b.txt": content(profile, beside, choice)})
    result = init(tmp_path)
    assert result.exit_code == 0, result.output
    assert load_settings(tmp_path / "config.yaml").settings.exports.profile == profile.name
    assert asked(tmp_path).keys() <= {"101", "102", "103"}


LAYOUTS = [".", "dentrix", "dentrix-xlsx", "eaglesoft", "open-dental/query", "open-dental/aging"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_of_every_sample_the_settings_are_read(tmp_path: Path, layout: str) -> None:
    folder = SAMPLES / layout
    options = [part for key, text in PRACTICE.items() for part in (f"--{key}", text)]
    config = tmp_path / "config.yaml"
    result = run("init", "--yes", "--folder", str(folder), "--config", str(config), *options)
    assert result.exit_code == 0, result.output
    result = run("list", "--view", "all", "--json", "--as-of", "2026-11-20", "--config", str(config))
    assert len(json.loads(result.stdout)["data"]["accounts"]) >= 60


def test_columns_that_a_profile_does_not_know_are_proved_on_its_rows(tmp_path: Path) -> None:
    people = (
        "Chart #,Patient ID,First Name,Last Name,Guarantor,Cell Phone,Last Visit\n"
        "101,9101,Ann,Ames,101,207-555-0101,09/21/2026\n102,9102,Bo,Burr,102,207-555-0102,09/21/2026\n"
    )
    aged = (
        "Guarantor Chart #,0-30,31-60,61-90,91+,Over 120,Unapplied Credit,Total Balance\n"
        "101,0.00,0.00,0.00,50.00,20.00,-5.00,65.00\n102,0.00,90.00,0.00,0.00,0.00,0.00,90.00\n"
    )
    write(tmp_path, {"people.csv": people, "aged.csv": aged})
    result = init(tmp_path)
    assert result.exit_code == 0, result.output
    assert load_settings(tmp_path / "config.yaml").settings.exports.profile == "dentrix"
    assert asked(tmp_path) == {"101": 6_500, "102": 9_000}


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own to type at")
def test_at_a_terminal_it_asks_and_shows_values(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN})
    answers = ["", "", "", "", "2", "Maple", "207-555-0148", "Eastern", "", PRACTICE["link"], "y"]
    exit_code, shown = typed_at_a_terminal(tmp_path, "".join(f"{each}\n" for each in answers))
    assert exit_code == 0, shown.decode()
    for words in (
        b"207-555-0101 | 207-555-0102",
        b"Opted In (6) = yes",
        b"A trial, before anything is written: 7 accounts.",
        b"Wrote /",
    ):
        assert words in b" ".join(shown.split()), shown.decode()
    assert "exclude_billing_types: [Collections]" in (tmp_path / "config.yaml").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own to type at")
def test_who_ends_it_at_a_question_is_told_that_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": CODED, "aged.csv": SEVEN})
    exit_code, shown = typed_at_a_terminal(tmp_path, "\n", end_at=b"Is that right")
    assert exit_code == 130
    assert b"\nInterrupted. Nothing is written before the last question; run it again." in shown.replace(b"\r", b"")
    assert not (tmp_path / "config.yaml").exists()


def typed_at_a_terminal(folder: Path, typed: str, *, end_at: bytes | None = None) -> tuple[int, bytes]:
    """How `init` ended, and what it showed; it is interrupted once it has shown `end_at`."""
    import pty

    ours, theirs = pty.openpty()
    config = str(folder / "config.yaml")
    command = [sys.executable, "-m", "dipay", "init", "--folder", str(folder), "--config", config]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    with suppress(OSError):  # how the other end says that it is closed
        while piece := os.read(ours, 65_536):
            shown += piece
            if end_at is not None and end_at in shown:
                end_at = None
                process.send_signal(signal.SIGINT)
    exit_code = process.wait(60)
    os.close(ours)
    return exit_code, shown


def test_what_one_profile_knows_and_the_other_file_does_not_is_named_by_hand(tmp_path: Path) -> None:
    aged = SEVEN[: SEVEN.index("103")].replace("101", "0100").replace("102", "0200")
    write(tmp_path, {"patients.csv": PATIENTS, "aged.csv": aged})
    result = init(tmp_path)
    assert result.exit_code == 0, result.output
    assert "guarantor_id: Payer Acct" in (tmp_path / "config.yaml").read_text()
    assert asked(tmp_path).keys() == {"0200"}


# What offices stumbled over.


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("(213) 555-0148", "America/Los_Angeles"),
        ("207-555-0148", "America/New_York"),
        ("808 555 0148", "Pacific/Honolulu"),
    ],
)
def test_the_time_zone_proposed_is_that_of_the_practices_phone(tmp_path: Path, phone: str, zone: str) -> None:
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    _, _, text = interview(tmp_path, {**ANSWERS, "phone number": [phone], "time zone": []})
    assert f"timezone: {zone} " in text


@pytest.mark.parametrize("phone", ["1-800-555-0148", "850-555-0148"])
def test_no_time_zone_is_proposed_where_the_phone_tells_none_or_two(tmp_path: Path, phone: str) -> None:
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    answers = {**ANSWERS, "phone number": [phone], "time zone": ["", "America/Chicago"]}
    _, typist, text = interview(tmp_path, answers)
    assert "timezone: America/Chicago " in text
    assert sum("time zone, such as" in each for each in typist.heard) == 2


def test_one_address_for_all_patients_is_completed_in_words(tmp_path: Path) -> None:
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    typed = ["pay.maple.com/pay", "https://pay.maple.com/pay"]  # then Enter
    _, typist, text = interview(tmp_path, {**ANSWERS, "payment page": typed})
    said = "\n".join(typist.heard)
    assert "takes https://pay.maple.com/pay?ref={request_id}." in said
    assert "begins with https://, such as https://pay.maple.com/pay" in said
    assert 'url: "https://pay.maple.com/pay?ref={request_id}"' in text


def test_links_by_stripe_are_an_answer(tmp_path: Path) -> None:
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    _, _, text = interview(tmp_path, {**ANSWERS, "payment page": ["Stripe"]})
    (tmp_path / "config.yaml").write_text(text)
    settings = load_settings(tmp_path / "config.yaml").settings
    assert (settings.payment_link.provider, settings.payment_link.url) == ("stripe", None)
    (tmp_path / "config.yaml").unlink()
    result = init(tmp_path, "--link", " Stripe")
    assert result.exit_code == 0, result.output
    assert load_settings(tmp_path / "config.yaml").settings.payment_link.provider == "stripe"


def test_a_correction_is_said_back_with_what_the_column_holds(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": PATIENTS.replace("mobile_phone", "Reach at"), "ledger.csv": LEDGER})
    _, typist, text = interview(tmp_path, {**ANSWERS, "wrong or missing": ["mobile_phone=Reach at", ""]})
    assert "  mobile_phone: Reach at ((207) 555-0148 | 207-555-0149)" in typist.heard
    assert "mobile_phone: Reach at" in text


def test_columns_that_nothing_reads_are_named(tmp_path: Path) -> None:
    write(tmp_path, {"people.csv": PATIENTS.replace("writeoff_estimate", "Favourite colour"), "ledger.csv": LEDGER})
    result = init(tmp_path)
    assert "read by nothing: Favourite colour" in result.stderr


def test_a_folder_named_whole_stays_whole_where_it_lies_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "office").mkdir()
    write(tmp_path / "exports", {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    options = [part for key, text in PRACTICE.items() for part in (f"--{key}", text)]
    for config, folder in (("office/config.yaml", (tmp_path / "exports").as_posix()), ("config.yaml", "exports")):
        result = run(
            "init", "--yes", "--folder", str(tmp_path / "exports"), "--config", str(tmp_path / config), *options
        )
        assert result.exit_code == 0, result.output
        assert load_settings(tmp_path / config).settings.exports.folder == folder

"""`check` says what no rule can see: who can't be known to pay, columns that say nothing or are read by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dipay.cli import app
from dipay.config_writer import render_settings_yaml
from settings_pages import EXAMPLE_VALUES
from tests.exports.reading import LEDGER, PATIENTS, write

CONSENT = PATIENTS.replace("text_consent", "SMS Opt In")


#: The three patients' languages.
def spoken(*languages: str) -> str:
    header, *rows = PATIENTS.splitlines()
    return "".join(
        f"{row},{language}\n" for row, language in zip([header, *rows], ["language", *languages], strict=True)
    )


#: What no patient says.
SILENT = PATIENTS.replace(",no,no,yes,", ",,,,").replace(",no,no,,", ",,,,")

UNSEEN = [
    ({"patients.csv": CONSENT}, 1, 'warning: patients.csv, column "SMS Opt In": looks like text_consent and is read by nothing'),
    ({"patients.csv": PATIENTS.replace("payment_plan", "Contract")}, 1, 'column "Contract": looks like payment_plan'),
    ({"patients.csv": PATIENTS.replace("do_not_recall", "Do Not Contact")}, 1, 'column "Do Not Contact": looks like do_not_recall'),
    ({"patients.csv": PATIENTS.replace("outstanding_claims", "Bill Type")}, 0, 'note: patients.csv, column "Bill Type": looks like billing_type'),
    ({"patients.csv": SILENT}, 0, 'column "payment_plan": payment_plan is blank in every row: nobody is left out'),
    ({"patients.csv": SILENT}, 0, 'column "text_consent": text_consent is blank in every row'),
    ({"patients.csv": PATIENTS.replace("0101,0100", "0101,0900")}, 0, "1 of the guarantors is no patient (0900), of 3"),
    (
        {"patients.csv": PATIENTS + "0301,0901,Al,Poe,,1990-01-01,active,no,no,,,,,\n" + "0302,0902,Ed,Poe,,1990-01-01,active,no,no,,,,,\n"},
        0,
        "2 guarantors are no patients (0901, 0902), of 4",
    ),
    (
        {"patients.csv": PATIENTS.replace("last_visit", "seen"), "ledger.csv": LEDGER.replace("type", "kind")},
        0,
        "note: ledger.csv: has no column for type, and the patients have no last visit: every charge counts as a visit",
    ),
    ({"patients.csv": spoken("Spanish", "Klingon", "es-MX")}, 0, 'note: patients.csv, column "language": 1 word is no language that dipay knows, in 1 row: a cell of 7 letters (1). Messages go out in the practice\'s. Say what they mean'),
    ({"patients.csv": spoken("Elvish", "Klingon", "Elvish")}, 0, '2 different words are no languages that dipay knows, in 3 rows: "Elvish" (2), a cell of 7 letters (1).'),
    ({"patients.csv": PATIENTS.replace(",Bo,", ",Visit evil.com,")}, 0, "note: patients.csv: 1 guarantor has no name to greet by in the place of the first name (0200): messages greet nobody."),
    ({"patients.csv": spoken("207-555-0101", "eng", "")}, 0, "that dipay knows, in 1 row: a cell of 10 digits (1)."),
]  # fmt: skip


def check(folder: Path, files: Mapping[str, str]) -> tuple[int, str]:
    write(folder, {"patients.csv": PATIENTS, "ledger.csv": LEDGER, **files})
    (folder / "config.yaml").write_text(render_settings_yaml({**EXAMPLE_VALUES, "exports.folder": "."}))
    result = CliRunner().invoke(app, ["check", "--config", str(folder / "config.yaml")], prog_name="dipay")
    return result.exit_code, result.stderr


@pytest.mark.parametrize(("files", "exit_code", "words"), UNSEEN)
def test_check_says_what_no_rule_can_see(tmp_path: Path, files: Mapping[str, str], exit_code: int, words: str) -> None:
    code, said = check(tmp_path, files)
    assert words in said
    assert code == exit_code


def test_check_says_nothing_of_what_is_read(tmp_path: Path) -> None:
    code, said = check(tmp_path, {})
    assert code == 0
    for words in ("looks like", "blank in every row", "no patient", "counts as a visit", "no language"):
        assert words not in said


def test_check_names_no_words_of_a_column_that_is_no_code(tmp_path: Path) -> None:
    people = "".join(f"{300 + n},,Al,Poe{n},,1990-01-01,active,no,no,,,,,,Note {n} of somebody\n" for n in range(31))
    code, said = check(tmp_path, {"patients.csv": spoken("en", "en", "en") + people})
    assert code == 0
    assert "31 different words are no languages that dipay knows, in 31 rows. Messages" in said
    assert "somebody" not in said

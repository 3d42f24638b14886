"""The commands as their users run them: through the command line, on real files, looking at what comes out."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook
from typer.testing import CliRunner, Result

from dipay.cli import app
from dipay.config_writer import render_settings_yaml
from dipay.grammar.dates import format_day
from settings_pages import EXAMPLE_VALUES
from tests.exports.reading import BALANCES, LEDGER, PATIENTS, write

AS_OF = ["--as-of", "2026-11-20"]


def run(*args: str, width: int = 80) -> Result:
    return CliRunner(env={"COLUMNS": str(width), "TERM": "dumb"}).invoke(app, args, prog_name="dipay")


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings and exports, as the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIPAY_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    values = {**EXAMPLE_VALUES, "exports.folder": "."}
    (tmp_path / "config.yaml").write_text(render_settings_yaml(values))
    return tmp_path


def answer(*args: str, exit_code: int = 0) -> dict[str, Any]:
    result = run(*args, "--json")
    assert result.exit_code == exit_code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["dipay"] == 1
    assert found.keys() == {"dipay", "command", "as_of", "status", "data", "problems"}
    return found


@pytest.mark.usefixtures("practice")
def test_list_as_a_table_fits_the_terminal_and_says_whom_and_why_not() -> None:
    for width in (80, 140):
        result = run("list", "--view", "all", *AS_OF, width=width)
        assert result.exit_code == 0
        lines = result.stdout.splitlines()
        assert max(map(len, lines)) <= width
        assert any("Dana Marlow" in line and "$160.00" in line and "(207) 555-0148" in line for line in lines)
        assert "To ask today: 2 first requests, $410.00." in lines
        assert "patients.csv (generic, comma, UTF-8): 3 rows = 3 read." in lines
        assert lines[-1] == "Reasons: none."
        assert "\x1b" not in result.stdout


@pytest.mark.usefixtures("practice")
def test_list_as_json_has_the_promised_names() -> None:
    found = answer("list", *AS_OF)
    assert (found["command"], found["as_of"], found["status"]) == ("list", "2026-11-20", "ok")
    assert found["data"]["summary"] == {
        "pending": 2, "snoozed": 0, "active": 0, "held": 0, "excluded": 0, "undeliverable": 0,
        "pending_amount_cents": 41_000, "follow_ups_due": 0, "follow_ups_due_cents": 0, "due": 0, "exhausted": 0,
        "unposted_cents": 0, "reasons": {},
    }  # fmt: skip
    account = found["data"]["accounts"][0]
    assert account == {
        "guarantor_id": "0100", "name": "Dana Marlow", "phone": "+12075550148", "phone_problem": None,
        "patient_ids": ["0100", "0101"], "balance_cents": 18_500, "insurance_estimate_cents": 2_000,
        "writeoff_estimate_cents": 500, "patient_portion_cents": 16_000,
        "aging": {"days_0_30": 0, "days_31_60": 0, "days_61_90": 16_000, "over_90": 0}, "oldest_unpaid_days": 80,
        "last_visit": "2026-09-01", "outstanding_claims": 1, "view": "pending", "reasons": [], "amount_cents": 16_000,
        "selected": True, "language": "en", "campaign": None,
        "unposted_cents": 0,
    }  # fmt: skip


def test_list_says_what_needs_a_person_and_exits_with_1(practice: Path) -> None:
    write(practice, {"ledger.csv": LEDGER + "0100,2026-09-02,procedure,1O0.00\n"})
    found = answer("list", "--view", "held", *AS_OF, exit_code=1)
    assert found["status"] == "attention"
    (problem,) = found["problems"]
    assert (problem["severity"], problem["file"], problem["row"], problem["column"]) == (
        "error",
        "ledger.csv",
        7,
        "amount",
    )
    assert problem["message"] == '"1O0.00" is not an amount.'
    (account,) = found["data"]["accounts"]
    assert [(each["code"], each["verdict"]) for each in account["reasons"]] == [("bad-data", "held")]
    result = run("list", *AS_OF)
    assert result.exit_code == 1
    assert 'error: ledger.csv:7, column "amount": "1O0.00" is not an amount.' in result.stderr
    assert "ledger.csv" not in result.stdout.split("To ask")[0]


def test_list_as_csv_is_safe_for_spreadsheets(practice: Path) -> None:
    write(practice, {"patients.csv": PATIENTS.replace("Dana,Marlow", "=1+1,@SUM(A1)")})
    rows = list(csv.DictReader(io.StringIO(run("list", "--csv", *AS_OF).stdout)))
    assert rows[0]["name"] == "'=1+1 @SUM(A1)"
    assert rows[0]["patient_portion"] == "160.00"
    assert rows[0]["phone"] == "(207) 555-0148"


def test_list_as_a_workbook_has_the_columns_of_the_csv(practice: Path) -> None:
    result = run("list", "--xlsx", "today.xlsx", *AS_OF)
    assert result.exit_code == 0
    said, blank, first, *_ = result.stdout.splitlines()
    assert (said, blank) == ("2 accounts (pending) written to today.xlsx.", "")
    assert first == "To ask today: 2 first requests, $410.00."
    book = load_workbook(practice / "today.xlsx")
    assert book.sheet_names == ["pending"]
    captions, *rows = book.get_sheet_by_name("pending").to_python()
    in_csv = list(csv.reader(io.StringIO(run("list", "--csv", *AS_OF).stdout)))
    assert captions == in_csv[0]
    found = [dict(zip(captions, row, strict=True)) for row in rows]
    assert [each["guarantor_id"] for each in found] == ["0100", "0200"]
    assert (found[0]["phone"], found[0]["patient_portion"]) == ("(207) 555-0148", 160.0)
    assert found[0]["last_visit"] == date(2026, 9, 1)
    quiet = run("list", "--xlsx", "other.xlsx", "--view", "held", "--quiet", *AS_OF)
    assert quiet.stdout == "0 accounts (held) written to other.xlsx.\n"


def test_a_workbook_is_written_over_nothing_and_known_before_the_exports_are_read(practice: Path) -> None:
    (practice / "mine.xlsx").write_text("mine")
    (practice / "folder.xlsx").mkdir()
    (practice / "ledger.csv").write_text("")
    for name, words in (
        ("mine.xlsx", "mine.xlsx is already there, and a workbook is written over nothing."),
        ("folder.xlsx", "folder.xlsx is a folder."),
        ("-", "- is no name of a workbook. Name a file that ends in .xlsx, such as worklist.xlsx."),
        ("day.xls", "day.xls is no name of a workbook. Name a file that ends in .xlsx, such as day.xlsx."),
        (str(Path("nowhere", "day.xlsx")), "there is no folder nowhere. Make it, or name another file."),
        (str(Path("config.yaml", "day.xlsx")), "config.yaml is a file, no folder."),
    ):
        result = run("list", "--xlsx", name, *AS_OF)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"--xlsx: {words}" in result.stderr
    assert (practice / "mine.xlsx").read_text() == "mine"


@pytest.mark.usefixtures("practice")
def test_an_answer_is_a_workbook_or_csv_and_not_both() -> None:
    result = run("list", "--csv", "--xlsx", "day.xlsx", *AS_OF)
    assert result.exit_code == 2
    assert "--csv: --csv and --xlsx are two different answers. Leave one of them out." in result.stderr


@pytest.mark.usefixtures("practice")
def test_an_answer_is_csv_or_json_and_not_both() -> None:
    found = answer("list", "--csv", *AS_OF, exit_code=2)
    assert [each["message"] for each in found["problems"]] == ["--csv: --csv and --json are two different answers."]


@pytest.mark.parametrize("columns", ["first_name,last_name", "name,nickname"])
@pytest.mark.usefixtures("practice")
def test_who_is_changed_is_said_by_name_and_day(columns: str, practice: Path) -> None:
    if columns != "first_name,last_name":
        whole = PATIENTS.replace("first_name,last_name", columns).replace("Dana,Marlow", '"Marlow, Dana",')
        write(practice, {"patients.csv": whole.replace('Bo,"Smith, Jr"', '"Smith, Bo",')})
    bo = "Bo Smith, Jr (0200)" if columns == "first_name,last_name" else "Bo Smith (0200)"
    day = r"\d{4}-\d\d-\d\d"
    for words, said in (
        ("snooze 0101 0200 --days 9 --reason other", rf"Snoozed until {day}: Dana Marlow \(0100\), {re.escape(bo)}\."),
        ("unsnooze 0200", rf"Back on the list on {day}: {re.escape(bo)}\."),
        ("deselect 0200", rf"Left out of today's batch, {day}: {re.escape(bo)}\."),
        ("select 0200", rf"In today's batch again, {day}: {re.escape(bo)}\."),
        ("paid 0200", rf"Marked paid on {day}, until a newer export: {re.escape(bo)}\."),
        ("optout 0200", rf"Never texted again, from {day} on: {re.escape(bo)}\."),
    ):
        assert re.fullmatch(said, run(*words.split(), width=200).stdout.strip()), words
    assert run("unsnooze", "0100", "--quiet").stdout == ""


def test_who_is_changed_is_said_by_id_where_no_export_has_the_name(practice: Path) -> None:
    assert run("snooze", "0200", "--days", "9", "--reason", "other").exit_code == 0
    (practice / "patients.csv").unlink()
    assert re.fullmatch(r"Back on the list on \d{4}-\d\d-\d\d: 0200\.\n", run("unsnooze", "0200").stdout)


@pytest.mark.usefixtures("practice")
def test_why_has_the_note_of_a_snooze_and_says_of_one_that_is_over_that_it_is() -> None:
    until = datetime.now(UTC).date() + timedelta(days=9)
    run("snooze", "0200", "--until", str(until), "--reason", "other", "--note", "ask Ann")
    assert f"snoozed until {until}" in run("why", "0200", width=200).stdout
    assert ": Other (ask Ann)" in run("why", "0200", width=200).stdout
    over = run("why", "0200", "--as-of", str(until), "-v", width=200).stdout
    assert f"its snooze ended on {until}: Other (ask Ann)" in over
    assert "snoozed until" not in over


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.usefixtures("practice")
def test_the_status_says_what_puts_an_account_into_its_view(width: int, practice: Path) -> None:
    write(practice, {"ledger.csv": LEDGER.replace("300.00", "60.00")})
    until = datetime.now(UTC).date() + timedelta(days=9)
    run("snooze", "0200", "--until", str(until), "--reason", "other")
    shown = run("list", "--view", "snoozed", width=width).stdout
    (line,) = [each for each in shown.splitlines() if each.startswith("0200")]
    assert f"snoozed until {format_day(until, datetime.now(UTC).date())}: Other" in line
    assert "patient portion" not in line


def test_names_cannot_drive_the_terminal(practice: Path) -> None:
    hostile = PATIENTS.replace("Dana,Marlow", "[bold]Da[/],[link=http://x]:smiley:")
    write(practice, {"patients.csv": hostile})
    result = run("list", *AS_OF, width=140)
    assert "[bold]Da[/] [link=" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize(
    "view", ["pending", "all", "due", "snoozed", "active", "held", "excluded", "undeliverable", "exhausted"]
)
@pytest.mark.usefixtures("practice")
def test_every_view_can_be_shown(view: str) -> None:
    assert run("list", "--view", view, *AS_OF).exit_code == 0
    assert run("list", "--view", view, *AS_OF, "--quiet").stdout


@pytest.mark.usefixtures("practice")
def test_why_explains_an_account_by_every_rule() -> None:
    result = run("why", "0200", "--as-of", "2026-08-25", width=140)
    assert "Not asked on 2026-08-25: 14 days old, asked from 31.\n" in result.stdout
    assert (
        "aging (excluded): oldest unpaid part is 14 days old; asked from 31 days on (aging, config.yaml:"
        in result.stdout
    )
    assert "If it stays unpaid it reaches 31 days on 2026-09-11." in result.stdout
    assert result.stdout.splitlines()[-1] == "Passed: 20 of 21 rules (all with `-v`)."
    assert "payment-plan" not in result.stdout
    assert "  payment-plan " in run("why", "0200", "-v").stdout
    data = answer("why", "0200", "--as-of", "2026-08-25")["data"]
    assert len(data["rules"]) == 21
    aging = next(each for each in data["rules"] if each["code"] == "aging")
    assert (aging["passed"], aging["setting"]) == (False, "payment_settings.aging")
    assert aging["setting_place"].startswith("config.yaml:")


@pytest.mark.usefixtures("practice")
def test_why_of_a_patient_says_whose_account_it_is() -> None:
    result = run("why", "0101", *AS_OF)
    assert result.stdout.startswith(
        "Will be asked on 2026-11-20 for $160.00.\n\nDana Marlow, account 0100. Tess Marlow (0101)"
    )
    assert "is not a guarantor and is never asked: this account pays." in " ".join(result.stdout.split())
    assert answer("why", "0101", *AS_OF)["data"]["guarantor_id"] == "0100"


@pytest.mark.usefixtures("practice")
def test_why_of_nobody_is_a_usage_error() -> None:
    result = run("why", "101", *AS_OF)
    assert result.exit_code == 2
    assert (
        'nobody in the exports has the id "101". Did you mean "0101"? Ids are text: leading zeros count.'
        in result.stderr
    )
    assert answer("why", "101", *AS_OF, exit_code=2)["status"] == "error"


def test_rules_need_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DIPAY_CONFIG", raising=False)
    assert "campaign-since-visit" in run("rules").stdout
    assert len(answer("rules")["data"]["rules"]) == 21


@pytest.mark.usefixtures("practice")
def test_rules_show_what_holds_here() -> None:
    assert "asked above $25.00" in run("rules", width=140).stdout


@pytest.mark.parametrize("day", ["20.11.2026", "2026-02-30", "tomorrow", "0001-01-01"])
@pytest.mark.usefixtures("practice")
def test_a_day_that_is_none_is_a_usage_error(day: str) -> None:
    result = run("list", "--as-of", day)
    assert result.exit_code == 2
    assert "is not a day. Write it as YYYY-MM-DD." in result.stderr


def test_wrong_settings_exit_with_2_and_wrong_exports_with_3(practice: Path) -> None:
    (practice / "ledger.csv").unlink()
    result = run("list", *AS_OF)
    assert result.exit_code == 3
    assert "no file matches this pattern. In " in result.stderr
    assert "there is: patients.csv." in result.stderr
    (practice / "config.yaml").write_text("practice: {name: x}\n")
    result = run("list", *AS_OF)
    assert result.exit_code == 2
    assert "config.yaml:1:1: practice.phone: is missing." in result.stderr
    assert "Traceback" not in result.output


def test_check_says_everything_at_once(practice: Path) -> None:
    assert run("check").exit_code == 0
    write(practice, {"ledger.csv": "", "patients.csv": ""})
    text = (practice / "config.yaml").read_text()
    text = text.replace("provider: outbox", "provider: twilio").replace("    from: null ", '    from: "+12075550100" ')
    (practice / "config.yaml").write_text(text)
    result = run("check")
    assert result.exit_code == 3
    for words in ("patients.csv: is empty.", "ledger.csv: is empty.", "env:TWILIO_AUTH_TOKEN holds nothing."):
        assert words in result.stderr


def test_check_of_settings_that_can_t_be_read_ends_like_every_other_command(practice: Path) -> None:
    (practice / "config.yaml").write_text("practise: {}\n")
    found = answer("check", exit_code=2)
    assert (found["status"], found["data"]) == ("error", {})
    assert any("practise" in each["message"] for each in found["problems"])


def init_args(folder: Path) -> list[str]:
    return [
        "init", "--folder", str(folder), "--name", "Maple", "--phone", "207-555-0148", "--timezone", "America/New_York",
        "--link", "https://pay.example.com/{request_id}",
    ]  # fmt: skip


def test_init_looks_at_real_files_and_writes_settings_that_work(practice: Path) -> None:
    (practice / "config.yaml").unlink()
    result = run(*init_args(practice))
    assert result.exit_code == 0, result.output
    assert "patients: patients.csv (profile generic)" in result.stderr
    assert "Wrote config.yaml." in result.stdout
    assert answer("list", *AS_OF)["data"]["summary"]["pending"] == 2
    written = (practice / "config.yaml").read_text()
    assert "# found: ledger.csv" in written
    again = run(*init_args(practice))
    assert again.exit_code == 2
    assert "config.yaml is already there." in again.stderr
    assert (practice / "config.yaml").read_text() == written


def test_init_proposes_columns_for_an_unknown_system(practice: Path) -> None:
    (practice / "config.yaml").unlink()
    patients = PATIENTS.replace("patient_id", "Patient No").replace("guarantor_id", "Guarantor Number")
    patients = patients.replace("mobile_phone", "Mobile").replace("birth_date", "DOB")
    ledger = (
        LEDGER.replace("patient_id", "Patient No")
        .replace("date", "Transaction Date", 1)
        .replace("amount", "Net Amount")
    )
    write(practice, {"patients.csv": patients, "ledger.csv": ledger})
    result = run(*init_args(practice))
    assert result.exit_code == 0, result.output
    assert "  mobile_phone: Mobile" in result.stderr
    assert answer("list", *AS_OF)["data"]["summary"]["pending"] == 2


def test_init_takes_an_aging_report_and_dated_names(practice: Path) -> None:
    for name in ("config.yaml", "ledger.csv", "patients.csv"):
        (practice / name).unlink()
    write(practice, {"patients_2026-11-20.csv": PATIENTS, "aging 2026-11-20.csv": BALANCES})
    assert run(*init_args(practice)).exit_code == 0
    text = (practice / "config.yaml").read_text()
    assert 'patients: "patients*.csv"' in text
    assert 'balances: "aging*.csv"' in text
    assert answer("list", *AS_OF)["data"]["summary"]["pending"] == 2


def test_init_of_a_folder_without_exports_says_what_it_found(practice: Path) -> None:
    for name in ("config.yaml", "patients.csv"):
        (practice / name).unlink()
    result = run(*init_args(practice))
    assert result.exit_code == 2
    assert "found: ledger.csv (ledger)" in result.stderr
    assert not (practice / "config.yaml").exists()


def test_init_with_nobody_to_ask_names_the_option(practice: Path) -> None:
    (practice / "config.yaml").unlink()
    result = run("init", "--folder", str(practice))
    assert result.exit_code == 2
    assert "--name" in result.stderr


@pytest.mark.parametrize("flag", ["-h", "--help", "--version"])
def test_help_and_version(flag: str) -> None:
    assert run(flag).exit_code == 0
    assert "dipay" in run(flag).stdout

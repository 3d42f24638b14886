from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import pytest

from dipay.domain.problems import Severity
from dipay.exports.reading import read_exports
from tests.exports.reading import (
    BALANCES,
    LEDGER,
    PATIENTS,
    assert_adds_up,
    by_id,
    plan,
    read,
    stopped,
    write,
)


def errors(exports: object) -> list[str]:
    return [str(each) for each in exports.problems if each.severity is not Severity.NOTE]  # type: ignore[attr-defined]


def test_two_files_become_accounts(tmp_path: Path) -> None:
    exports = read(tmp_path)
    accounts = by_id(exports)
    assert errors(exports) == []
    assert_adds_up(exports)
    family = accounts["0100"]
    assert [each.patient_id for each in family.patients] == ["0100", "0101"]
    assert family.aged.balance_cents == 18_500
    assert family.aged.patient_portion_cents == 16_000
    assert family.aged.portion_buckets == (0, 0, 16_000, 0)
    assert family.aged.oldest_unpaid_days == 80
    assert family.outstanding_claims == 1
    assert family.last_visit == date(2026, 9, 1)
    assert family.phone == "+12075550148"
    assert accounts["0200"].name == "Bo Smith, Jr"
    assert accounts["0200"].aged.balance_cents == 25_000
    assert [each.patient_id for each in accounts["0200"].patients] == ["0200"]


SAME = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


@pytest.mark.parametrize("encoding", SAME)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_ends_do_not_matter(
    tmp_path: Path, encoding: str, separator: str, line_end: str
) -> None:
    def rewritten(text: str) -> bytes:
        text = text.replace('"Smith, Jr"', "Muñoz").replace(",", separator).replace("\n", line_end)
        return text.encode(encoding)

    expected = by_id(read(tmp_path, PATIENTS.replace('"Smith, Jr"', "Muñoz")))
    assert by_id(read(tmp_path, rewritten(PATIENTS), rewritten(LEDGER))) == expected


def test_title_rows_column_order_and_extra_columns_do_not_matter(tmp_path: Path) -> None:
    rows = [line.split(",") for line in LEDGER.splitlines()]
    turned = "\n".join(",".join([*reversed(row), "note"]) for row in rows) + "\n"
    titled = "Maple Street Dental\nLedger from 2024-01-01\n\n" + turned
    assert by_id(read(tmp_path, PATIENTS, titled)) == by_id(read(tmp_path))


def test_blank_rows_footers_and_totals_are_dropped_by_name(tmp_path: Path) -> None:
    text = LEDGER + "\n,,,\nTotal,,,435.00\nPage 1 of 1,,,\n"
    exports = read(tmp_path, PATIENTS, text)
    report = exports.reports[1]
    assert report.dropped == {"blank rows": 2, "total rows": 1, "footers": 1}
    assert by_id(exports) == by_id(read(tmp_path))
    assert_adds_up(exports)


def test_a_total_that_the_rows_do_not_add_up_to_stops(tmp_path: Path) -> None:
    (problem,) = stopped(tmp_path, PATIENTS, LEDGER + "Total,,,999.00\n")
    assert str(problem) == (
        'ledger.csv:7, column "amount": its total row says $999.00, its rows add up to $435.00. '
        "Rows are missing or were changed: export again."
    )


def test_a_total_row_may_end_before_its_amount(tmp_path: Path) -> None:
    exports = read(tmp_path, PATIENTS, LEDGER + "Total\n")
    assert exports.reports[1].dropped == {"titles and headings": 1}
    assert exports.problems == read(tmp_path).problems


def test_a_day_total_in_between_is_not_an_entry(tmp_path: Path) -> None:
    lines = LEDGER.splitlines()
    lines.insert(3, "Day Total,,,205.00")
    with_total = "\n".join(lines) + "\n"
    assert by_id(read(tmp_path, PATIENTS, with_total))["0100"].aged.balance_cents == 18_500


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "0100,2026-09-02,procedure,1O0.00",
            'ledger.csv:7, column "amount": "1O0.00" is not an amount. Correct it in the PMS and export again; '
            'amounts look like 1234.50, $1,234.50, (12.34), 12.34- or "12.34 CR".',
        ),
        (
            "0100,2026-09-02,procedure,",
            'ledger.csv:7, column "amount": the cell is blank where an amount is required. Correct it in the PMS and '
            'export again; amounts look like 1234.50, $1,234.50, (12.34), 12.34- or "12.34 CR".',
        ),
        (
            "0100,2026-02-30,procedure,10.00",
            'ledger.csv:7, column "date": "2026-02-30" is not a date. Correct it in the PMS and export again, or set '
            "exports.date_format if the whole column is written another way.",
        ),
        (
            "0100,0001-01-01,procedure,10.00",
            'ledger.csv:7, column "date": "0001-01-01" is no date where one is required. '
            "Correct it in the PMS and export again.",
        ),
        (
            "0100,2026-09-02,procedure,10.00,x",
            "ledger.csv:7: has 5 cells under 4 captions: its values can't be told apart. "
            "Look for a separator inside a cell that needs quotes, or export again.",
        ),
    ],
)
def test_a_row_that_cannot_be_read_holds_its_account_and_is_reported(tmp_path: Path, row: str, message: str) -> None:
    exports = read(tmp_path, PATIENTS, f"{LEDGER}{row}\n")
    assert errors(exports) == [message]
    accounts = by_id(exports)
    assert accounts["0100"].held_for
    assert "ledger.csv:7" in accounts["0100"].held_for[0]
    assert accounts["0200"].held_for == ()
    assert exports.reports[1].held == 1
    assert_adds_up(exports)


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("birth_date", "1980-13-09", 'column "birth_date": the value is not a date.'),
        ("birth_date", "2999-01-01", 'column "birth_date": the value'),
        ("status", "Pend", 'column "status": "Pend" is a word the profile does not know.'),
        ("payment_plan", "maybe", 'column "payment_plan": "maybe" is neither a yes nor a no.'),
        ("do_not_recall", "2", 'column "do_not_recall": "2" is neither a yes nor a no.'),
        ("text_consent", "perhaps", 'column "text_consent": a cell of 7 letters is neither a yes nor a no.'),
        ("last_visit", "09/31/2026", 'column "last_visit": "09/31/2026" is not a date.'),
        ("outstanding_claims", "some", 'column "outstanding_claims": a cell of 4 letters is not a number of claims.'),
        ("insurance_estimate", "-5.00", 'column "insurance_estimate": "-5.00" is an estimate below zero.'),
        (
            "mobile_phone",
            "do not text",
            'column "mobile_phone": the value holds words beside or instead of a number.',
        ),
    ],
)
def test_a_cell_of_a_patient_that_cannot_be_read_holds_the_account(
    tmp_path: Path, column: str, text: str, words: str
) -> None:
    lines = [line.split(",") for line in PATIENTS.splitlines()]
    lines[1][lines[0].index(column)] = text
    exports = read(tmp_path, "\n".join(map(",".join, lines)) + "\n")
    (error,) = errors(exports)
    assert words in error
    assert error.startswith("patients.csv:2,")
    assert by_id(exports)["0100"].held_for
    assert by_id(exports)["0200"].held_for == ()
    assert_adds_up(exports)


def test_a_row_that_is_wider_than_the_others_is_held_where_all_have_blank_cells_at_their_end(tmp_path: Path) -> None:
    header, *rows = LEDGER.splitlines()
    wider = [f"{row}," for row in rows]
    expected = by_id(read(tmp_path))
    assert by_id(read(tmp_path, PATIENTS, "\n".join([header, *wider]) + "\n")) == expected
    wider[3] += ","
    exports = read(tmp_path, PATIENTS, "\n".join([header, *wider]) + "\n")
    (error,) = errors(exports)
    assert error.startswith("ledger.csv:5: has 6 cells under 4 captions")
    assert by_id(exports)["0200"].held_for
    assert by_id(exports)["0100"] == expected["0100"]
    assert_adds_up(exports)


def test_rows_of_patients_nobody_knows_are_a_problem_with_their_total(tmp_path: Path) -> None:
    exports = read(tmp_path, PATIENTS, LEDGER + "0999,2026-09-01,procedure,70.00\n0999,2026-09-02,payment,-30.00\n")
    assert errors(exports) == [
        "ledger.csv: patient 0999 is not in the patients export: 2 rows, counted for nobody. "
        "Export every patient, inactive ones too."
    ]
    report = exports.reports[1]
    assert (report.held, report.held_cents, report.read_cents) == (2, 4_000, 43_500)
    assert_adds_up(exports)


def test_five_rows_of_unknown_patients_are_problems_and_six_stop(tmp_path: Path) -> None:
    unknown = [f"09{number:02},2026-08-21,procedure,9.00\n" for number in range(6)]
    exports = read(tmp_path, ledger=LEDGER + "".join(unknown[:5]))
    assert sum("not in the patients export" in each for each in errors(exports)) == 5
    (problem,) = stopped(tmp_path, ledger=LEDGER + "".join(unknown))
    assert "6 of its 11 rows are of patients that the patients export does not have" in str(problem)


def test_a_name_in_place_of_an_id_is_never_said(tmp_path: Path) -> None:
    exports = read(tmp_path, PATIENTS, LEDGER + '"Marlow, Dana",2026-09-01,procedure,70.00\n')
    (error,) = errors(exports)
    assert error.startswith("ledger.csv: patient (a name in place of an id) is not in the patients export: 1 row")


@pytest.mark.parametrize("dots", [".", ".."])
def test_an_id_of_dots_alone_holds_for_no_link_can_carry_it(dots: str, tmp_path: Path) -> None:
    """In a path it leads to another page, percent-encoded too."""
    write(tmp_path, {"patients.csv": PATIENTS.replace("0200,,", f"{dots},,"), "balances.csv": BALANCES})
    exports = read_exports(plan(tmp_path, files={"patients": "patients.csv", "balances": "balances.csv"}))
    assert dots not in exports.accounts.ids
    said = [each.message for each in exports.problems if each.file == "patients.csv" and each.row == 4]
    assert said == [f'"{dots}" is only dots, which no payment link can carry.', "the patient id can't be read."]


def test_nor_where_two_of_them_name_each_other(tmp_path: Path) -> None:
    rest = ",Dana,Marlow,,1980-05-09,active,no,no,yes,2026-09-01,0,0,0\n"
    exports = read(tmp_path, PATIENTS + f"Marlow Dana,Burr Bo{rest}Burr Bo,Marlow Dana{rest}", LEDGER)
    said = errors(exports)
    assert any("name each other as guarantor" in each for each in said)
    assert not any("Marlow" in each or "Burr" in each for each in said)


def test_files_that_do_not_belong_together_stop(tmp_path: Path) -> None:
    other = "patient_id,date,amount\n" + "".join(f"7{n:03},2026-09-01,10.00\n" for n in range(50))
    (problem,) = stopped(tmp_path, PATIENTS, other)
    assert "50 of its 50 rows are of patients that the patients export does not have." in str(problem)


def test_lost_leading_zeros_are_named(tmp_path: Path) -> None:
    other = "patient_id,date,amount\n" + "100,2026-09-01,10.00\n" * 20 + "200,2026-09-01,10.00\n" * 20
    (problem,) = stopped(tmp_path, PATIENTS, other)
    assert "leading zeros" in str(problem)


@pytest.mark.parametrize("made", ["3-Jan", "Jan-03", "1/3/2026", "2026-01-03 00:00:00"])
@pytest.mark.parametrize("rows", [1, 50])
def test_ids_that_a_spreadsheet_made_dates_of_are_called_that(rows: int, made: str, tmp_path: Path) -> None:
    def said(in_patients: str, in_ledger: str) -> str:
        patients, ledger = PATIENTS.replace("0200", in_patients), LEDGER.replace("0200", in_patients)
        ledger += f"{in_ledger},2026-08-11,procedure,300.00\n" * rows
        if rows > 1:
            return str(stopped(tmp_path, patients, ledger)[0])
        return "\n".join(errors(read(tmp_path, patients, ledger)))

    assert "A spreadsheet makes such dates of ids" in said("3-1", made)
    assert "The patients export has ids that a spreadsheet made dates of" in said(made, "3-1")
    assert "spreadsheet" not in said("3-1", "0999")


def test_later_rows_are_counted_and_left_out(tmp_path: Path) -> None:
    exports = read(tmp_path, PATIENTS, LEDGER + "0100,2026-11-21,procedure,70.00\n")
    assert by_id(exports)["0100"].aged.balance_cents == 18_500
    assert exports.reports[1].dropped == {"rows dated later": 1}
    assert exports.reports[1].dropped_cents == 7_000


def test_a_deleted_patient_and_their_entries_are_dropped_and_counted(tmp_path: Path) -> None:
    patients = PATIENTS + "0300,,Old,Row,,,deleted,no,no,,,,,\n"
    exports = read(tmp_path, patients, LEDGER + "0300,2026-09-01,procedure,70.00\n")
    assert "0300" not in by_id(exports)
    assert exports.reports[0].dropped == {"rows the PMS marks deleted": 1}
    assert exports.reports[1].dropped == {"rows of patients the PMS marks deleted": 1}
    assert_adds_up(exports)


def test_ledger_rows_by_status(tmp_path: Path) -> None:
    ledger = (
        "patient_id,date,amount,status\n0100,2026-09-01,50.00,complete\n"
        "0100,2026-09-02,70.00,deleted\n0200,2026-09-02,70.00,odd\n"
    )
    exports = read(tmp_path, PATIENTS, ledger)
    assert by_id(exports)["0100"].aged.balance_cents == 5_000
    assert by_id(exports)["0200"].held_for
    assert exports.reports[1].dropped == {"rows the PMS marks deleted or not done": 1}
    assert_adds_up(exports)


def test_charge_and_credit_in_columns_of_their_own(tmp_path: Path) -> None:
    ledger = (
        "patient_id,date,charge,credit\n0100,2026-09-01,205.00,\n0100,2026-10-01,,20.00\n"
        "0200,2026-08-11,300.00,0.00\n0200,2026-08-20,,50.00\n"
    )
    found = by_id(read(tmp_path, PATIENTS, ledger))
    assert found["0100"].aged.balance_cents == 18_500
    assert found["0200"].aged.balance_cents == 25_000
    for row in ("0100,2026-09-03,,\n", "0100,2026-09-03,5.00,5.00\n", "0100,2026-09-03,x,\n"):
        exports = read(tmp_path, PATIENTS, ledger + row)
        assert len(errors(exports)) == 1
        assert by_id(exports)["0100"].held_for
        assert_adds_up(exports)


def test_links_net_adjustments_with_their_charge(tmp_path: Path) -> None:
    ledger = (
        "entry_id,patient_id,date,type,amount,applies_to\nE1,0100,2026-08-27,procedure,100.00,\n"
        "E2,0100,2026-09-26,procedure,150.00,\nE3,0100,2026-11-18,adjustment,-100.00,E2\n"
    )
    assert by_id(read(tmp_path, PATIENTS, ledger))["0100"].aged.buckets == (0, 5_000, 10_000, 0)
    without = ledger.replace(",E2\n", ",\n")
    assert by_id(read(tmp_path, PATIENTS, without))["0100"].aged.buckets == (0, 15_000, 0, 0)


def test_estimates_on_ledger_rows_lower_their_charge_and_count_once(tmp_path: Path) -> None:
    ledger = (
        "patient_id,date,amount,insurance_estimate\n0100,2026-09-01,120.00,100.00\n"
        "0101,2026-11-01,85.00,0\n0100,2026-06-01,40.00,\n"
    )
    aged = by_id(read(tmp_path, PATIENTS, ledger))["0100"].aged
    assert aged.insurance_estimate_cents == 10_000
    assert aged.portion_buckets == (8_500, 0, 2_000, 4_000)


def test_balances_instead_of_a_ledger_are_used_as_they_are(tmp_path: Path) -> None:
    write(tmp_path, {"balances.csv": BALANCES})
    files = {"patients": "patients.csv", "balances": "balances.csv"}
    found = by_id(read(tmp_path, files=files))
    assert found["0100"].aged.buckets == (0, 0, 18_500, 0)
    assert found["0100"].aged.patient_portion_cents == 16_500
    assert found["0100"].aged.oldest_unpaid_days == 61
    assert found["0200"].aged.oldest_unpaid_days == 91


def test_ledger_and_balances_are_reconciled(tmp_path: Path) -> None:
    files = {"patients": "patients.csv", "ledger": "ledger.csv", "balances": "balances.csv"}
    write(tmp_path, {"balances.csv": BALANCES})
    assert errors(read(tmp_path, files=files)) == []
    write(tmp_path, {"balances.csv": BALANCES.replace("250.00", "251.00")})
    exports = read(tmp_path, files=files)
    assert errors(exports) == [
        "account 0200: the ledger's balance and that of the balances file differ by $1.00. "
        "Export both files again on the same day."
    ]
    assert by_id(exports)["0200"].held_for == ("the ledger gives a balance of $250.00, the balances file $251.00",)
    assert by_id(exports)["0100"].held_for == ()


@pytest.mark.parametrize(
    ("row", "held", "words"),
    [
        ("0101,0,0,185.00,0,20.00,185.00", "0100", "may be the sum of the rows of the patients that 0100 pays for"),
        ("0200,0,0,0,250.00,0,250.00", "0200", "says the same of 0200 as row 3"),
        ("0200,,0,0,1.00,0,", "0200", "the cell is blank where an amount is required"),
        ("0100,1.00,0,0,0,0,2.00", "0100", "the buckets and the total of the row differ by $1.00"),
        ("0100,x,0,0,0,0,2.00", "0100", '"x" is not an amount'),
    ],
)
def test_a_balances_row_that_cannot_be_right_holds(tmp_path: Path, row: str, held: str, words: str) -> None:
    lines = BALANCES.splitlines()
    if row.startswith("0100"):
        lines = [lines[0], lines[2]]
    write(tmp_path, {"balances.csv": "\n".join([*lines, row]) + "\n"})
    exports = read(tmp_path, files={"patients": "patients.csv", "balances": "balances.csv"})
    assert any(words in error for error in errors(exports)), errors(exports)
    assert by_id(exports)[held].held_for
    assert_adds_up(exports)


def test_an_aging_report_by_patient_is_added_up(tmp_path: Path) -> None:
    header = BALANCES.splitlines()[0]
    rows = ["0100,0,0,50.00,0,0,50.00", "0101,0,0,85.00,0,0,85.00", "0200,0,0,0,250.00,0,250.00"]
    write(tmp_path, {"balances.csv": "\n".join([header, *rows]) + "\n"})
    found = by_id(read(tmp_path, files={"patients": "patients.csv", "balances": "balances.csv"}))
    assert (found["0100"].aged.balance_cents, found["0100"].held_for) == (13_500, ())
    # Where no patient has more than the guarantor, the guarantor's row may be the family's.
    write(tmp_path, {"balances.csv": "\n".join([header, "0100,0,0,135.00,0,0,135.00", *rows[1:]]) + "\n"})
    found = by_id(read(tmp_path, files={"patients": "patients.csv", "balances": "balances.csv"}))
    assert found["0100"].held_for


def test_a_credit_in_an_aging_report_shows_only_in_its_total(tmp_path: Path) -> None:
    write(tmp_path, {"balances.csv": BALANCES.replace("250.00,0.00,250.00", "0.00,0.00,-30.00")})
    found = by_id(read(tmp_path, files={"patients": "patients.csv", "balances": "balances.csv"}))
    assert found["0200"].aged.balance_cents == -3_000
    assert found["0200"].aged.oldest_unpaid_days is None


def test_what_stands_below_zero_in_a_bucket_pays_the_oldest_first(tmp_path: Path) -> None:
    write(tmp_path, {"balances.csv": BALANCES.replace("0.00,0.00,0.00,250.00,", "-30.00,10.00,20.00,250.00,")})
    files = {"patients": "patients.csv", "balances": "balances.csv"}
    assert by_id(read(tmp_path, files=files))["0200"].aged.buckets == (0, 1_000, 2_000, 22_000)
    write(tmp_path, {"balances.csv": BALANCES.replace("0.00,0.00,0.00,250.00,", "300.00,-75.00,0.00,25.00,")})
    assert by_id(read(tmp_path, files=files))["0200"].aged.buckets == (25_000, 0, 0, 0)


def test_a_guarantor_nobody_has_and_chains_and_cycles_of_guarantors(tmp_path: Path) -> None:
    patients = (
        PATIENTS + "0300,0999,A,One,,,active,no,no,,,,,\n0401,0402,B,Two,,,active,no,no,,,,,\n"
        "0402,0401,C,Three,,,active,no,no,,,,,\n0501,0502,D,Four,,,active,no,no,,,,,\n"
        "0502,0100,E,Five,,,active,no,no,,,,,\n"
    )
    exports = read(tmp_path, patients)
    accounts = by_id(exports)
    assert accounts["0999"].guarantor is None
    assert accounts["0401"].held_for == ("guarantors 0401 and 0402 name each other as guarantor",)
    assert accounts["0402"].held_for == ("guarantors 0402 and 0401 name each other as guarantor",)
    assert accounts["0502"].held_for == ("its guarantor 0502 has another guarantor, 0100",)
    assert accounts["0100"].held_for == ()
    assert len(errors(exports)) == 3


def test_the_same_patient_twice(tmp_path: Path) -> None:
    same = PATIENTS + PATIENTS.splitlines()[3] + "\n"
    exports = read(tmp_path, same)
    assert errors(exports) == []
    assert exports.reports[0].dropped == {"rows that stand twice": 1}
    other = PATIENTS + "0200,,Bob,Smith,2075550150,,active,no,no,,,,,\n"
    exports = read(tmp_path, other)
    assert by_id(exports)["0200"].held_for
    assert errors(exports) == [
        "patients.csv:5: patient 0200 stands at row 4 too, differently. Correct it in the PMS and export again."
    ]
    assert_adds_up(exports)


def test_without_a_column_for_visits_the_latest_charge_stands_for_it(tmp_path: Path) -> None:
    patients = PATIENTS.replace("last_visit", "seen")
    found = by_id(read(tmp_path, patients))
    assert found["0100"].last_visit == date(2026, 9, 1)
    assert found["0200"].last_visit == date(2026, 8, 11)


def test_visit_scope_guarantor_looks_at_the_guarantor_alone(tmp_path: Path) -> None:
    patients = PATIENTS.replace("2026-09-01,1,20.00", "2026-10-05,1,20.00")
    assert by_id(read(tmp_path, patients))["0100"].last_visit == date(2026, 10, 5)
    assert by_id(read(tmp_path, patients, visit_scope="guarantor"))["0100"].last_visit == date(2026, 9, 1)


def test_own_column_names_go_over_the_profiles(tmp_path: Path) -> None:
    ledger = LEDGER.replace("amount", "Net to patient")
    found = read(tmp_path, PATIENTS, ledger, columns={"ledger": {"amount": "Net to patient"}})
    assert by_id(found) == by_id(read(tmp_path))
    (problem,) = stopped(tmp_path, PATIENTS, LEDGER, columns={"ledger": {"type": "Typ"}})
    assert str(problem) == (
        'ledger.csv: has no column "Typ", which exports.columns.ledger.type names. '
        'Did you mean "type"? Its columns are "patient_id", "date", "type", "amount". Correct the name in the settings.'
    )


def test_dates_of_either_order_are_proved_by_the_file_or_stop(tmp_path: Path) -> None:
    proved = LEDGER.replace("2026-09-01", "01/09/2026").replace("2026-10-01", "01/10/2026")
    proved = proved.replace("2026-08-11", "11/08/2026").replace("2026-08-20", "20/08/2026")
    assert by_id(read(tmp_path, PATIENTS, proved)) == by_id(read(tmp_path))
    either = proved.replace("20/08/2026", "10/08/2026")
    (problem,) = stopped(tmp_path, PATIENTS, either)
    assert str(problem) == (
        'ledger.csv, column "date": every date fits both day-first and month-first. '
        'Add to the settings, under exports: date_format: "%m/%d/%Y" (month first) or "%d/%m/%Y".'
    )
    assert by_id(read(tmp_path, PATIENTS, either, date_format="%d/%m/%Y"))["0100"].aged.oldest_unpaid_days == 80
    mixed = either.replace("10/08/2026", "20/08/2026").replace("11/08/2026", "08/31/2026")
    assert "some dates can only be day-first" in str(stopped(tmp_path, PATIENTS, mixed)[0])


@pytest.mark.parametrize("guard", ['"=""{}"""', "'{}", "\u200b{}", "\u00a0{}\u00a0"])
def test_the_order_of_day_and_month_is_seen_through_spreadsheet_guards_and_invisible_marks(
    tmp_path: Path, guard: str
) -> None:
    def ledger(*dates: str) -> str:
        return "\n".join(["patient_id,date,amount", *(f"0200,{guard.format(day)},10.00" for day in dates)]) + "\n"

    [problem] = stopped(tmp_path, PATIENTS, ledger("03/04/2026", "05/06/2026"))
    assert "every date fits both day-first and month-first" in problem.message
    day_first = by_id(read(tmp_path, PATIENTS, ledger("25/10/2026", "03/11/2026")))["0200"]
    assert day_first.aged.oldest_unpaid_days == 26
    assert day_first.aged.buckets == (2000, 0, 0, 0)


STOPS = [
    ("no file", None, "no such file"),
    ("empty", b"", "is empty"),
    ("blanks", b"  \r\n \n", "is empty"),
    ("header only", b"patient_id,date,amount\n", "has a header and no rows"),
    ("patients", PATIENTS.encode(), "is a patients export; a ledger export was expected here"),
    ("web page", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "is a web page"),
    ("pdf", b"%PDF-1.7 ...", "is a PDF"),
    ("no header", b"0100,2026-09-01,10.00\n0100,2026-09-02,5.00\n", "has no header row"),
    ("unknown columns", b"patient_id,date,sum\n0100,2026-09-01,10.00\n", "it lacks amount."),
    (
        "doubled",
        b"patient_id,date,amount,amount\n0100,2026-09-01,1.00,2.00\n",
        'has two columns named "amount"',
    ),
    ("cut off", LEDGER.encode() + b"0200,2026-08", "ends in the middle of a row"),
    ("quote", LEDGER.encode() + b'0200,2026-08-20,"pay,5.00\n', "quotes of this row"),
    ("backslash", LEDGER.encode() + b'0200,2026-08-20,"a\\"b",5.00\n', "quotes of this row"),
    ("line break", LEDGER.encode() + b'0200,2026-08-20,"pay\nment",5.00\n', "goes over several lines"),
    (
        "two reports",
        LEDGER.encode() + LEDGER.encode(),
        "has its header again, and below it rows that stand above it too",
    ),
    ("nul", LEDGER.encode("utf-16-le"), "NUL bytes"),
    ("undefined", LEDGER.encode() + b"0200,2026-08-20,p\x81\xf7q,5.00\n", "no text in any encoding"),
    ("excel ids", LEDGER.replace("0100", "100.0").encode(), "is what a spreadsheet program made of an id"),
    ("truncated zip", b"PK\x03\x04" + b"x" * 500, "cut off or damaged"),
]


@pytest.mark.parametrize(("content", "words"), [each[1:] for each in STOPS], ids=[each[0] for each in STOPS])
def test_a_file_that_is_not_what_it_should_be_stops_with_what_to_do(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    write(tmp_path, {"patients.csv": PATIENTS})
    problems = stopped(tmp_path, PATIENTS, content) if content is not None else stopped(tmp_path, ledger=None)
    assert len(problems) == 1
    assert words in str(problems[0])
    assert problems[0].fix
    assert str(problems[0]).startswith("ledger.csv")


def test_both_files_problems_are_said_at_once(tmp_path: Path) -> None:
    assert [each.file for each in stopped(tmp_path, b"", b"")] == ["patients.csv", "ledger.csv"]


def test_of_several_matches_the_newest_is_used_and_two_of_one_day_stop(tmp_path: Path) -> None:
    write(tmp_path, {"ledger-1.csv": LEDGER.replace("300.00", "400.00"), "ledger-2.csv": LEDGER})
    os.utime(tmp_path / "ledger-1.csv", (1_760_000_000, 1_760_000_000))
    files = {"patients": "patients.csv", "ledger": "ledger-*.csv"}
    assert by_id(read(tmp_path, files=files))["0200"].aged.balance_cents == 25_000
    os.utime(tmp_path / "ledger-1.csv")
    (problem,) = stopped(tmp_path, files=files)
    assert "ledger-1.csv and ledger-2.csv both match and are both from" in str(problem)


def test_a_file_of_mostly_unreadable_rows_is_not_what_it_is_taken_for(tmp_path: Path) -> None:
    broken = LEDGER + "0100,2026-09-01,procedure,oops\n" * 6
    problems = stopped(tmp_path, PATIENTS, broken)
    assert "6 of 11 rows can't be read" in str(problems[0])
    assert len(problems) == 7


def test_five_unreadable_rows_hold_their_accounts_and_do_not_stop(tmp_path: Path) -> None:
    exports = read(tmp_path, PATIENTS, LEDGER + "0100,2026-09-01,procedure,oops\n" * 5)
    assert exports.reports[1].held == 5
    assert by_id(exports)["0100"].held_for
    assert by_id(exports)["0200"].held_for == ()


def owed(*cents: int) -> tuple[str, str]:
    """Patients and a ledger in which each account comes out with that balance."""
    patients, ledger = [PATIENTS.splitlines()[0]], [LEDGER.splitlines()[0]]
    for number, balance in enumerate(cents):
        patients.append(f"{number:04},,Ann,Lee,20755501{number:02},1980-05-09,active,no,no,yes,2026-09-01,0,0,0")
        ledger.append(f"{number:04},2026-09-01,{'procedure' if balance > 0 else 'payment'},{balance / 100:.2f}")
    return "\n".join(patients) + "\n", "\n".join(ledger) + "\n"


def test_signs_are_doubted_where_more_than_two_of_three_accounts_are_in_credit(tmp_path: Path) -> None:
    accounts = by_id(read(tmp_path, *owed(*[5_000] * 4, *[-6_000] * 8)))
    assert sum(each.aged.balance_cents > 0 for each in accounts.values()) == 4
    (problem,) = stopped(tmp_path, *owed(*[5_000] * 4, *[-6_000] * 9))
    assert "9 of 13 accounts with a balance come out in credit" in str(problem)


@pytest.mark.parametrize(("later_seconds", "added"), [(0, "0200,2026-08-21,procedure,9.00\n"), (5, "")])
def test_a_file_that_changes_while_it_is_read_stops_by_its_size_or_its_time(
    tmp_path: Path, later_seconds: int, added: str
) -> None:
    """A clock may be too coarse to tell two moments apart, and a cell may be written over by another of its length."""
    path = tmp_path / "ledger.csv"

    def write_to_it(file: str, rows: int, share: float) -> None:
        if (file, share) == ("ledger.csv", 1.0):
            before = path.stat().st_mtime_ns
            path.write_text(LEDGER.replace("300.00", "400.00") + added)
            os.utime(path, ns=(before, before + later_seconds * 10**9))

    (problem,) = stopped(tmp_path, PATIENTS, LEDGER, watch=write_to_it)
    assert str(problem).startswith("ledger.csv: changed while it was read.")


def test_a_disk_that_fails_when_it_is_looked_at_again_is_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = Path.stat

    def fails(path: Path, **given: bool) -> os.stat_result:
        if path.name == "ledger.csv":
            raise OSError(errno.EIO, "Input/output error")
        return stat(path, **given)

    def break_it(file: str, rows: int, share: float) -> None:
        if (file, share) == ("ledger.csv", 1.0):
            monkeypatch.setattr(Path, "stat", fails)

    (problem,) = stopped(tmp_path, PATIENTS, LEDGER, watch=break_it)
    assert str(problem).startswith("ledger.csv: can't be read: Input/output error.")


def test_an_old_export_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    os.utime(tmp_path / "ledger.csv", (1_760_000_000, 1_760_000_000))
    problems = [each for each in read_exports(plan(tmp_path)).problems if each.severity is Severity.WARNING]
    assert [(each.file, each.kind) for each in problems] == [("ledger.csv", "stale"), ("ledger.csv", "mismatched")]


def test_a_claims_limit_without_a_column_for_claims_stops(tmp_path: Path) -> None:
    patients = PATIENTS.replace("outstanding_claims", "claims")
    (problem,) = stopped(tmp_path, patients, max_outstanding_claims=0)
    assert "no export has a column for open claims" in str(problem)


def test_missing_columns_that_a_rule_would_need_are_noted(tmp_path: Path) -> None:
    exports = read(tmp_path, PATIENTS.replace("do_not_recall", "dnr"))
    notes = [str(each) for each in exports.problems if each.severity is Severity.NOTE]
    assert notes == [
        "patients.csv: there is no column for do_not_recall: nobody is left out for Do Not Recall. "
        "Add it to the export, or name it under exports.columns in the settings."
    ]


def test_no_error_carries_a_name_or_a_number(tmp_path: Path) -> None:
    patients = PATIENTS.replace("(207) 555-0148", "call 207-555-0148").replace("Dana", "Da\x07na")
    text = "\n".join(errors(read(tmp_path, patients)))
    assert "holds words" in text
    assert "holds control characters" in text
    for personal in ("Dana", "Marlow", "555"):
        assert personal not in text

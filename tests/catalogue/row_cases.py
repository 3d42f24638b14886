"""Cases 38 to 62: rows and ids, families, statuses, balances and amounts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dipay.domain.day import Day
from dipay.domain.settings import PaymentSettings
from dipay.domain.worklist import View, judge
from dipay.exports.reading import Exports, read_exports
from tests.catalogue.building import (
    BALANCES,
    LEDGER,
    PATIENTS,
    changed,
    every,
    ledger,
    patient,
    patients,
    put,
    text_of,
)
from tests.catalogue.cases import Case, Does
from tests.exports.reading import AS_OF, by_id, plan

_P, _L = text_of(PATIENTS), text_of(LEDGER)
_BOTH = {"patients": "patients.csv", "ledger": "ledger.csv", "balances": "balances.csv"}
_ONE = frozenset({"0300"})


def owes(key: str, cents: int) -> Callable[[Exports], None]:
    """Looks whether the account's balance was read as that."""

    def look(exports: Exports) -> None:
        assert by_id(exports)[key].aged.balance_cents == cents

    return look


def _dropped(exports: Exports) -> None:
    assert exports.reports[0].dropped == {"rows that stand twice": 1}


def _counted_twice(exports: Exports) -> None:
    owes("0300", 114_500)(exports)


def _amount(holds: str, text: str, number: int = 58) -> Case:
    """An account whose one charge is written like this."""
    return Case(
        number, holds, Does.HOLDS, files={"ledger.csv": ledger(more=[f'0300,2026-10-01,payment,"{text}"'])},
        reasons={"0300": "bad-data"},
    )  # fmt: skip


def _reversed(rows: tuple[dict[str, str], ...]) -> tuple[dict[str, str], ...]:
    """Charges below zero and payments above."""
    return every(
        rows,
        lambda row: {**row, "amount": row["amount"].strip("(-)") if row["amount"][0] in "(-" else f"-{row['amount']}"},
    )


def _above_limit(folder: Path) -> list[str]:
    put(folder, {"patients.csv": _P, "ledger.csv": _L})
    day = Day(AS_OF, PaymentSettings(hold_above=100_000))
    judged = {each.account.guarantor_id: each for each in judge(read_exports(plan(folder)).accounts, day).judged}
    assert [key for key, each in judged.items() if each.view is View.HELD] == ["0300"]
    return [f"account 0300: {reason.detail(judged['0300'].account, day)}" for reason in judged["0300"].reasons]


_SAME_NUMBER = [patient(f"04{each:02}", mobile_phone="207-555-0160", text_consent="yes") for each in range(5)]

CASES = (
    Case(
        38, "a patient's row twice, alike", Does.ACCEPTS, look=_dropped,
        files={"patients.csv": _P + _P.splitlines()[-1] + "\n"},
    ),
    Case(
        38, "an entry twice, alike", Does.ACCEPTS, concerned=_ONE, look=_counted_twice,
        files={"ledger.csv": ledger(more=["0300,2026-10-01,payment,-2.50"] * 2)},
    ),
    Case(
        39, "one patient's id twice, with different data", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"patients.csv": patients(more=[patient("0300", mobile_phone="207-555-0177")])},
    ),
    Case(
        39, "one patient's id twice, with different guarantors", Does.HOLDS,
        reasons={"0300": "bad-data", "0200": "bad-data"},
        files={"patients.csv": patients(more=[patient("0300", guarantor_id="0200")])},
    ),
    Case(
        40, "ids without their leading zeros in the ledger", Does.STOPS,
        files={"ledger.csv": _L.replace("\n0", "\n")},
    ),
    Case(
        40, "one id without its leading zero in the ledger", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"ledger.csv": ledger(more=["300,2026-10-01,payment,-5.00"])},
    ),
    Case(
        41, "an id in capitals in one file only", Does.HOLDS, reasons={"a-17": "bad-data"},
        files={"patients.csv": patients(more=[patient("a-17")]), "ledger.csv": ledger(more=["A-17,2026-10-01,payment,-5.00"])},
    ),
    Case(
        41, "an id with a blank inside in one file only", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"ledger.csv": ledger(more=["03 00,2026-10-01,payment,-5.00"])},
    ),
    Case(
        42, "ids that a spreadsheet made decimal numbers of", Does.STOPS,
        files={"patients.csv": _P.replace("\n0300", "\n300.0")},
    ),
    Case(
        42, "ids that a spreadsheet made powers of ten of", Does.STOPS,
        files={"ledger.csv": _L.replace("\n0300", "\n3E+05")},
    ),
    Case(
        44, "a guarantor who is not in the file", Does.HOLDS, reasons={"0999": "guarantor-missing"},
        files={"patients.csv": patients(more=[patient("0400", guarantor_id="0999", birth_date="2015-01-01")]), "ledger.csv": ledger(more=["0400,2026-09-01,procedure,80.00"])},
    ),
    Case(45, "guarantors who name themselves", Does.ACCEPTS, files={"patients.csv": patients(guarantor_id="0300")}),
    Case(45, "guarantors written as 0 where they pay for themselves", Does.ACCEPTS, files={"patients.csv": patients(guarantor_id="0")}),
    Case(
        46, "a guarantor who has another guarantor", Does.HOLDS, reasons={"0200": "bad-data"},
        files={"patients.csv": patients("0200", guarantor_id="0300", more=[patient("0400", guarantor_id="0200")])}, concerned=_ONE,
    ),
    Case(
        47, "two guarantors who name each other", Does.HOLDS, reasons={"0200": "bad-data", "0300": "bad-data"},
        files={"patients.csv": text_of(changed(changed(PATIENTS, "0200", guarantor_id="0300"), "0300", guarantor_id="0200"))},
    ),
    Case(48, "a grown-up without a guarantor", Does.ACCEPTS, files={"patients.csv": _P}),
    Case(
        49, "a minor without a guarantor", Does.HOLDS, reasons={"0300": "minor-guarantor"},
        files={"patients.csv": patients(birth_date="2012-01-01")},
    ),
    Case(
        49, "a minor as the guarantor of another", Does.HOLDS, reasons={"0300": "minor-guarantor"},
        files={"patients.csv": patients(birth_date="2012-01-01", more=[patient("0400", guarantor_id="0300")])},
    ),
    Case(
        50, "a guarantor who has died", Does.EXCLUDES, reasons={"0300": "deceased"},
        files={"patients.csv": patients(status="Deceased")},
    ),
    Case(50, "an inactive and an archived guarantor who owe", Does.ACCEPTS, concerned=frozenset({"0200", "0300"}), files={"patients.csv": text_of(changed(changed(PATIENTS, "0200", status="inactive"), "0300", status="archived"))}),
    Case(
        51, "a status nobody knows", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"patients.csv": patients(status="Pend")},
    ),
    Case(
        52, "an entry of a patient who is not in the patients file", Does.REPORTS,
        files={"ledger.csv": ledger(more=["0777,2026-10-01,procedure,70.00", "0777,2026-10-02,payment,-30.00", "0300,2026-10-01,payment,0.00"])},
        concerned=_ONE,
    ),
    Case(
        52, "many entries of patients who are not in the patients file", Does.STOPS,
        files={"ledger.csv": ledger(more=[f"07{each},2026-10-01,procedure,70.00" for each in range(10, 16)])},
    ),
    Case(
        53, "two accounts with one number", Does.HOLDS, reasons={"0200": "shared-number", "0300": "shared-number"},
        files={"patients.csv": patients(mobile_phone="(207) 555 0149")},
    ),
    Case(
        54, "one number on more than four accounts", Does.HOLDS, reasons={"0300": "bad-data", **{each["patient_id"]: "bad-data" for each in _SAME_NUMBER}},
        files={"patients.csv": patients(mobile_phone="+1 207.555.0160", more=_SAME_NUMBER)},
    ),
    Case(
        55, "a balance of zero and one below zero", Does.EXCLUDES, reasons={"0200": "below-minimum", "0300": "below-minimum"},
        files={"ledger.csv": ledger(more=["0200,2026-10-01,payment,-250.00", "0300,2026-10-01,payment,-1200.00"])},
    ),
    *(
        Case(56, f"an amount written {text.strip()}", Does.ACCEPTS, concerned=_ONE, look=owes("0300", 115_000 + cents), files={"ledger.csv": ledger(more=[f'0300,2026-10-01,payment,"{text}"'])})
        for text, cents in (
            ("$1,234.56", 123_456), ("(12.34)", -1_234), ("($12.34)", -1_234), ("12.34-", -1_234), ("12.34 CR", -1_234),
            ("-$12.34", -1_234), (" 12.3", 1_230), ("12", 1_200), ("60.", 6_000), (".50", 50), ("$ 12.34", 1_234),
            ("US$12.34", 1_234), ("USD 12.34", 1_234), ("+12.34", 1_234), ("250 DR", 25_000), ("$-12.34", -1_234),
            ("-(12.34)", -1_234), ("12.34 -", -1_234), ("−12.34", -1_234), ("12.34 cr", -1_234), ("-", 0), ("$ -", 0),
            ("--", 0), ("123.39999999999999", 12_340),
        )
    ),
    _amount("a decimal comma and points for the thousands", "1.234,56", number=57),
    _amount("a comma that could be either", "12,34", number=57),
    *(
        _amount(f"{text or 'nothing'} where an amount belongs", text)
        for text in ("", "NaN", "inf", "1e309", "1E+05", "#N/A", "n/a", "1_000", "١٢٣.٤٥", "12.34.56", "1,23", "--5", "-12.34 CR", "5551234567")
    ),
    _amount("a fraction of a cent", "1.005", number=59),
    Case(60, "an amount above the limit that the settings name", Does.HOLDS, run=_above_limit),
    Case(
        61, "a balance that is not the sum of the ledger's rows", Does.HOLDS, plan={"files": _BOTH},
        files={"balances.csv": text_of(changed(BALANCES, "0300", over_90="1150.50", total="1150.50"))}, reasons={"0300": "bad-data"},
    ),
    Case(
        61, "buckets that don't add up to their total", Does.HOLDS, reasons={"0300": "bad-data"},
        plan={"files": {"patients": "patients.csv", "balances": "balances.csv"}},
        files={"balances.csv": text_of(changed(BALANCES, "0300", over_90="1050.00"))}, concerned=frozenset({"0100", "0200"}),
    ),
    Case(
        62, "charges below zero and payments above", Does.STOPS,
        files={"patients.csv": patients(more=[patient(f"05{each:02}") for each in range(9)]), "ledger.csv": text_of(_reversed(LEDGER)) + "".join(f"05{each:02},2026-09-01,procedure,-90.00\n" for each in range(9))},
    ),
    Case(
        62, "a few accounts in credit", Does.EXCLUDES, reasons={"0300": "below-minimum"},
        files={"ledger.csv": ledger(amount="-30.00")},
    ),
)  # fmt: skip

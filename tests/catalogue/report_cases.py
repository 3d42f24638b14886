"""Reports as they are printed: cases 98 to 107. What stands between the rows changes no account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from dipay.exports.reading import Exports
from tests.catalogue.building import LEDGER, PATIENTS, Content, text_of
from tests.catalogue.cases import Case, Does
from tests.exports.reading import by_id
from tests.exports.test_spreadsheets import WRITERS

FILES = {"patients": "patients.csv", "balances": "balances.csv"}
ALL = frozenset({"0100", "0200", "0300"})
USUAL = {"0100": 18_500, "0200": 25_000, "0300": 115_000}

_HEADER = "guarantor_id,name,days_0_30,days_31_60,days_61_90,over_90,total\n"
_TITLES = "Maple Street Dental,,,,,,\nAging as of 11/20/2026,,,,,,\n"
_DANA = '0100,"M, D",0.00,0.00,185.00,0.00,185.00\n'
_BO = '0200,"Q, B",0.00,0.00,0.00,250.00,250.00\n'
_ANA = '0300,"F, A",0.00,0.00,0.00,"1,150.00","1,150.00"\n'
_ROWS = _DANA + _BO + _ANA
_BOTH = ",0.00,0.00,185.00,250.00,435.00\n"
_SUMS = ',0.00,0.00,185.00,"1,400.00","1,585.00"\n'


def owes(expected: Mapping[str, int]) -> Callable[[Exports], None]:
    """Looks at what each account owes, in cents."""

    def look(exports: Exports) -> None:
        found = by_id(exports)
        assert {key: found[key].aged.balance_cents for key in expected} == dict(expected)

    return look


def aging(
    number: int,
    holds: str,
    text: Content,
    does: Does = Does.ACCEPTS,
    owed: Mapping[str, int] | None = None,
    **more: Any,
) -> Case:
    """An aging report in place of the ledger: the accounts that nobody holds owe what they usually do."""
    held = more.get("reasons", {})
    expected = {key: cents for key, cents in {**USUAL, **(owed or {})}.items() if key not in held}
    look = None if does is Does.STOPS else owes(expected)
    more = {"plan": {"files": FILES}, "concerned": ALL, "look": look, **more}
    return Case(number, holds, does, {"balances.csv": text, **more.pop("files", {})}, **more)


def ledger_case(number: int, holds: str, text: str, does: Does = Does.ACCEPTS, **more: Any) -> Case:
    return Case(number, holds, does, {"ledger.csv": text}, **more)


def _stops(number: int, holds: str, text: str, **more: Any) -> Case:
    return aging(number, holds, text, Does.STOPS, **more)


def _holds(number: int, holds: str, text: str, *held: str, **more: Any) -> Case:
    return aging(number, holds, text, Does.HOLDS, reasons=dict.fromkeys(held, "bad-data"), **more)


def _book(ending: str, *rows: list[Any]) -> Case:
    name = f"balances.{ending}"
    return Case(
        98, f"pages of five lines in a workbook ({ending.upper()})", Does.ACCEPTS,
        {name: lambda path: WRITERS[ending](path, list(rows))},
        {"files": {"patients": "patients.csv", "balances": name}}, concerned=ALL, look=owes(USUAL),
    )  # fmt: skip


_CAPTIONS = _HEADER.strip().split(",")
_WIDE = [""] * 6
_SHEET: tuple[list[Any], ...] = (
    ["Maple Street Dental", *_WIDE], _CAPTIONS, ["0100", "M, D", 0.0, 0.0, 185.0, 0.0, 185.0], ["Page 1", *_WIDE],
    ["Maple Street Dental", *_WIDE], _CAPTIONS, ["0200", "Q, B", 0.0, 0.0, 0.0, 250.0, 250.0], ["Page 2", *_WIDE],
    ["Maple Street Dental", *_WIDE], _CAPTIONS, ["0300", "F, A", 0.0, 0.0, 0.0, 1150.0, 1150.0],
    ["Total", "", 0.0, 0.0, 185.0, 1400.0, 1585.0],
)  # fmt: skip


def _merged(ranges: Mapping[str, str]) -> Content:
    """The report in a workbook, its name over two columns, with these ranges of cells merged."""

    def content(path: Path) -> None:
        rows = [[row[0], row[1], None, *row[2:]] for row in _SHEET if row[0][:4] not in ("Mapl", "Page")]
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("Aging")
            for number, row in enumerate([rows[0], rows[1], rows[3], *rows[5:]]):
                for index, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, index, value)
            for cells, text in ranges.items():
                sheet.merge_range(cells, text)

    return content


def _merged_case(holds: str, does: Does, ranges: Mapping[str, str]) -> Case:
    files = {"patients": "patients.csv", "balances": "balances.xlsx"}
    look = None if does is Does.STOPS else owes(USUAL)
    return Case(103, holds, does, {"balances.xlsx": _merged(ranges)}, {"files": files}, concerned=ALL, look=look)


_PAGES = (
    f"{_TITLES}{_HEADER}{_DANA}Page 1 of 3,,,,,,\n{_TITLES}{_HEADER}{_BO}Page 2 of 3,,,,,,\n{_TITLES}{_HEADER}{_ANA}"
)
_L = text_of(LEDGER)
_L_ROWS = _L.splitlines()
_L_HEADER = f"{_L_ROWS[0]}\n"
_OF = {key: "".join(f"{row}\n" for row in _L_ROWS if row.startswith(key)) for key in ("0100", "0101", "0200", "0300")}
_P = text_of(PATIENTS)

_BY_PROVIDER = f"{_HEADER.rstrip()},Provider\n" + "".join(
    f"{row},DDS1\n" for row in _ROWS.replace("185.00", "92.50").splitlines()
)

CASES: tuple[Case, ...] = (
    aging(98, "header, titles and page number on each page", _PAGES),
    aging(98, "the header alone on each page, blank lines about it", f"{_HEADER}{_DANA}\n,,,,,,\n{_HEADER}\n{_BO}{_ANA}"),
    aging(98, "page numbers alone in a line", f"{_HEADER}{_DANA}901,,,,,,\n{_HEADER}{_BO}902\n{_HEADER}{_ANA}"),
    aging(98, "the time of printing, which moves on, on each page", _PAGES.replace("Page ", "Printed 11/20/2026 8:03:0")),
    ledger_case(98, "pages of a ledger", f"Ledger,,,\n{_L_HEADER}{_OF['0100']}{_OF['0101']}Page 1,,,\nLedger,,,\n{_L_HEADER}{_OF['0200']}{_OF['0300']}Page 2,,,\n"),
    Case(98, "pages of a patients export", Does.ACCEPTS, {"patients.csv": "".join(f"{row}\n" for row in (*_P.splitlines()[:3], "Page 1", *_P.splitlines()[:1], *_P.splitlines()[3:], "Page 2"))}),
    *(_book(ending, *_SHEET) for ending in WRITERS),
    aging(99, "headings and subtotals of providers, labelled where the id is", f"{_HEADER}Provider: DDS1,,,,,,\n{_DANA}{_BO}Subtotal DDS1,{_BOTH}Provider: HYG1,,,,,,\n{_ANA}Subtotal HYG1,,0,0,0,1150,1150\nGrand Total,{_SUMS}"),
    aging(99, "labelled where the name is", f"{_HEADER},Provider: DDS1,,,,,\n{_DANA}{_BO},Total for DDS1{_BOTH},Provider: HYG1,,,,,\n{_ANA},Total for HYG1,0,0,0,1150,1150\n,Total{_SUMS}"),
    aging(99, "groups in groups", f"{_HEADER}Location: North,,,,,,\nDDS1,,,,,,\n{_DANA}Total DDS1,,0,0,185,0,185\nDDS2,,,,,,\n{_BO}Total DDS2,,0,0,0,250,250\nTotal North,{_BOTH}Location: South,,,,,,\nDDS1,,,,,,\n{_ANA}Total DDS1,,0,0,0,1150,1150\nTotal South,,0,0,0,1150,1150\nTotal,{_SUMS}"),
    aging(99, "subtotals labelled with a provider's code alone", f"{_HEADER}{_DANA}{_BO}DDS1,{_BOTH}{_ANA}DDS2,,0,0,0,1150,1150\n,{_SUMS}"),
    aging(99, "what is carried forward", f"{_HEADER}{_DANA}{_BO}Carried forward,{_BOTH}Page 1,,,,,,\n{_HEADER}Brought forward,{_BOTH}{_ANA}Total,{_SUMS}"),
    aging(99, "a total below each page", f"{_HEADER}{_DANA}{_BO}Page 1 total,{_BOTH}{_HEADER}{_ANA}Page 2 total,,0,0,0,1150,1150\nReport total,{_SUMS}"),
    _stops(99, "a subtotal that its rows don't add up to", f"{_HEADER}Provider: DDS1,,,,,,\n{_DANA}{_BO}Subtotal DDS1,,0,0,185,260,445\n{_ANA}"),
    _stops(99, "an amount changed above sums that have no name", f"{_HEADER}{_DANA.replace('185', '195')}{_BO}{_ANA},{_SUMS}"),
    ledger_case(99, "subtotals of patients, labelled in the column of the date", f"{_L_HEADER},Account 100 D1,,\n{_OF['0100']}{_OF['0101']},Total D1,,185.00\n{_OF['0200']}{_OF['0300']},Subtotal D2,,1400.00\n"),
    ledger_case(99, "totals of days, with the day", f"{_L_HEADER}{_OF['0100']}Total,2026-09-01,,120.00\n{_OF['0101']}{_OF['0200']}{_OF['0300']}Total,2026-10-01,,1465.00\n"),
    ledger_case(99, "totals of the charges and of the payments", f"{_L}Total charges,,,1655.00\nTotal payments,,,-70.00\nNet total,,,1585.00\n"),
    ledger_case(99, "totals of months, labelled with the month", f"{_L_HEADER},September 2026,,\n{_OF['0100']}{_OF['0101']},September 2026,,185.00\n{_OF['0200']}{_OF['0300']}"),
    ledger_case(99, "a total of more than its rows, below a right one", f"{_L}Subtotal,,,1585.00\nTotal,,,1985.00\n", Does.STOPS),
    aging(100, "shares of the total", f"{_HEADER}{_ROWS}Totals,{_SUMS}% of total,,0%,0%,11.7%,88.3%,100%\n"),
    aging(100, "shares without their sign", f"{_HEADER}{_ROWS}Totals,{_SUMS}Percent:,,0.0,0.0,11.7,88.3,100.0\n"),
    aging(100, "an average", f"{_HEADER}{_ROWS}Average,,0,0,61.67,466.67,528.33\n"),
    aging(100, "how many accounts each bucket has", f"{_HEADER}{_ROWS}# of accounts,,0,0,1,2,3\n"),
    aging(100, "how many patients there are, in the column of the total", f"{_HEADER}{_ROWS}Total Patients:,,,,,,4\n"),
    aging(100, "a total with a figure that is none", f"{_HEADER}{_ROWS}Total,,0.00,see note,185.00,*****,1585.00\n"),
    aging(100, "sums by provider below the total", f"{_HEADER}{_ROWS}Total,{_SUMS}Summary,,,,,,\nDDS1,{_BOTH},Dr. Smith,0,0,0,1150,1150\n"),
    aging(101, "a footer in one cell", f"{_HEADER}{_ROWS}Total Patients: 3\n"),
    aging(101, "a footer over many cells", f"{_HEADER}{_ROWS}Printed 11/20/2026 8:03 AM,,by front desk,,,,Page 1 of 1\n"),
    aging(101, "a filter's description with separators in it", f"{_HEADER}{_ROWS}Providers: DDS1, DDS2, HYG1\n* a payment plan\n"),
    aging(101, "a line under the rows", f"{_HEADER}{_ROWS}-----,-----,-----,-----,-----,-----,-----\nTotal,{_SUMS}=====,,,,,,\n"),
    ledger_case(101, "a day and a page in the columns of a ledger", f"{_L},11/20/2026,Page 1 of 1,\nEnd of report\n"),
    aging(102, "a name that goes on in the next line", f"{_HEADER}{_DANA},of the Hill,,,,,\n{_BO}{_ANA}"),
    aging(102, "a number under a name", f"{_HEADER}{_DANA},(207) 555-0148,,,,,\n{_BO}{_ANA}"),
    aging(102, "a second name in the column of the id", f"{_HEADER}{_DANA}and family,,,,,,\n{_BO}{_ANA}"),
    ledger_case(102, "a description that goes on", f"{_L_HEADER}{_OF['0100']},,(continued),\n{_OF['0101']}{_OF['0200']}{_OF['0300']}"),
    Case(102, "a patient's name that goes on", Does.ACCEPTS, {"patients.csv": _P.replace("0300,", ",,,Marlow-Hill,,,,,,,,\n0300,", 1)}),
    _merged_case("names merged over two columns", Does.ACCEPTS, {"B2:C2": "M, D", "B3:C3": "Q, B", "B4:C4": "F, A"}),
    _merged_case("a label merged over the name beside it", Does.ACCEPTS, {"A5:C5": "Total"}),
    _merged_case("ids merged over two rows", Does.STOPS, {"A3:A4": "0200"}),
    aging(104, "one account by two providers", f"{_HEADER}{_ROWS.replace('185', '150')}0100,HYG1,0,0,35,0,35\n", Does.NOTES),
    aging(104, "one account by two providers, under their headings", f"{_HEADER}DDS1,,,,,,\n{_ROWS.replace('185', '150')}HYG1,,,,,,\n0100,x,0,0,35,0,35\n", Does.NOTES),
    aging(104, "as much by one provider as by another", _BY_PROVIDER + "0100,M,0,0,92.50,0,92.50,HYG1\n", Does.NOTES),
    _holds(104, "the same said twice of one provider", _BY_PROVIDER + "0100,M,0,0,92.50,0,92.50,DDS1\n", "0100"),
    aging(104, "one account by patient", f"{_HEADER}{_ROWS.replace('185', '35')}0101,T,0,0,150,0,150\n", Does.NOTES),
    _holds(104, "a guarantor's row that may be the family's", f"{_HEADER}{_ROWS.replace('185', '150')}0101,T,0,0,35,0,35\n", "0100"),
    aging(104, "a guarantor without a balance, and who it pays for", f"{_HEADER}{_ROWS.replace('185', '0')}0101,T,0,0,185,0,185\n", Does.NOTES),
    _holds(104, "the same row twice", f"{_HEADER}{_ROWS}{_DANA}", "0100"),
    _holds(104, "a guarantor's row that is the sum of the patients' rows", f"{_HEADER}{_ROWS}0101,T,0,0,185,0,185\n", "0100"),
    _holds(104, "a family's row above the rows of each", f"{_HEADER}{_DANA}0100,D,0,0,150,0,150\n0101,T,0,0,35,0,35\n{_BO}{_ANA}", "0100"),
    _holds(104, "a family's row below the rows of each", f"{_HEADER}0100,D,0,0,150,0,150\n0101,T,0,0,35,0,35\n{_DANA}{_BO}{_ANA}", "0100"),
    _stops(105, "two reports with other columns", f"{_HEADER}{_DANA}{_BO}{_HEADER.replace('total', 'balance')}{_ANA}"),
    _stops(105, "one report twice", (_HEADER + _ROWS) * 2),
    _stops(105, "one report twice, and an amount changed in between", f"{_HEADER}{_ROWS}{_HEADER}{_ROWS.replace('185', '190')}"),
    _stops(105, "pages of another day", _PAGES.replace("11/20", "11/19", 2).replace("11/19", "11/20", 1)),
    _stops(105, "pages of another day, its month in words", _PAGES.replace("11/20/2026", "Nov 20 2026").replace("Nov 20", "Oct 31", 1)),
    _stops(105, "pages with the date of another report", _PAGES.replace("Aging as of", "Report date:").replace("11/20", "11/19", 1)),
    ledger_case(105, "a ledger twice", _L + _L, Does.STOPS),
    ledger_case(106, "sixteen rows without their last separator, as Excel saves them", "".join(f"{row},note\n" if n == 0 else f"{row}\n" for n, row in enumerate(_L_ROWS))),
    ledger_case(106, "the last separators of each row lost, as other programs save them", f"{_L_ROWS[0]},a,b\n" + "".join(f"{row},x,y\n" if n % 2 else f"{row}\n" for n, row in enumerate(_L_ROWS[1:]))),
    Case(106, "patients whose last column is blank without its separator", Does.ACCEPTS, {"patients.csv": "".join(f"{row},zip\n" if n == 0 else f"{row}\n" for n, row in enumerate(_P.splitlines()))}),
    ledger_case(106, "one row of many that was cut", f"{_L_ROWS[0]},note\n" + "".join(f"{row},x\n" for row in _L_ROWS[1:4]) + "0200,2026-08-20,payment\n" + "".join(f"{row},x\n" for row in (_L_ROWS[4], _L_ROWS[6])), Does.HOLDS, reasons={"0200": "bad-data"}),
    ledger_case(106, "a last row that was cut", f"{_L}0300,2026-10-01,pay\n", Does.STOPS),
    ledger_case(107, "a payment below the row it belongs to", f"{_L},2026-11-01,payment,-1150.00\n", Does.HOLDS, reasons={"0300": "bad-data"}),
    ledger_case(107, "one below the first row of a page", f"{_L_HEADER}{_OF['0100']}{_OF['0101']}{_OF['0200']}{_L_HEADER},2026-11-01,payment,-9.00\n{_OF['0300']}", Does.HOLDS, reasons={"0200": "bad-data"}),
    ledger_case(107, "words where the id should be", f"{_L}Payment,2026-11-01,payment,-1150.00\n", Does.HOLDS, reasons={"0300": "bad-data"}),
    ledger_case(107, "a payment without id and day, as much as all above", f"{_L},,payment,1585.00\n", Does.HOLDS, reasons={"0300": "bad-data"}),
    ledger_case(107, "one above the first row", f"{_L_HEADER},2026-11-01,payment,-9.00\n{_L.removeprefix(_L_HEADER)}", Does.STOPS),
    ledger_case(107, "very many of them", _L + ",2026-11-01,payment,-9.00\n" * 8, Does.STOPS),
    _holds(107, "an amount and a name in an aging report", f"{_HEADER}{_DANA},T,0,0,35,0,35\n{_BO}{_ANA}", "0100"),
    _holds(107, "amounts alone in the middle of an aging report", f"{_HEADER}{_DANA}{_BO},,0,0,0,-20,-20\n{_ANA}", "0200"),
)  # fmt: skip

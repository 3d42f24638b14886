"""Cases 63 to 79: phone numbers, consent, dates, and names that are code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from dipay.domain.fields import BIRTH_DATE
from dipay.exports.reading import Exports
from dipay.grammar.names import greeting
from dipay.messaging.twilio_codes import meaning_of
from tests.catalogue.building import (
    DATES,
    LEDGER,
    PATIENTS,
    changed,
    every,
    ledger,
    patient,
    patients,
    sheet,
    text_of,
    without,
)
from tests.catalogue.cases import Case, Does
from tests.exports.reading import by_id

_P, _L = text_of(PATIENTS), text_of(LEDGER)
_ONE = frozenset({"0300"})
_ALL = frozenset({"0100", "0200", "0300"})
_SHEETS = {"patients": "patients.xlsx", "ledger": "ledger.csv"}


def _reached(number: str) -> Callable[[Exports], None]:
    def look(exports: Exports) -> None:
        assert by_id(exports)["0300"].phone == number

    return look


def _phone(number: int, holds: str, text: str) -> Case:
    return Case(number, holds, Does.UNREACHABLE, files={"patients.csv": patients(mobile_phone=text)}, concerned=_ONE)


def _words(number: int, holds: str, text: str) -> Case:
    return Case(
        number, holds, Does.HOLDS, files={"patients.csv": patients(mobile_phone=text)},
        reasons={"0300": "bad-data"}, personal=("text 2", "Bob"),
    )  # fmt: skip


def _stored(key: str, name: str, value: Any) -> Callable[[list[list[Any]]], None]:
    """Puts a value into a cell of a sheet as a spreadsheet program stores it."""

    def change(cells: list[list[Any]]) -> None:
        next(row for row in cells if row[0] == key)[cells[0].index(name)] = value

    return change


def _landline(folder: Path) -> list[str]:
    meaning = meaning_of("30006")
    return [f"{meaning.words}. {meaning.advice}"]


def _slashes(order: str, rows: tuple[dict[str, str], ...]) -> tuple[dict[str, str], ...]:
    """The rows with their dates as `%d/%m/%Y` or the like."""

    def rewritten(row: dict[str, str]) -> dict[str, str]:
        return {
            name: date.fromisoformat(text).strftime(order) if name in DATES and text else text
            for name, text in row.items()
        }

    return every(rows, rewritten)


def _later(exports: Exports) -> None:
    assert exports.reports[1].dropped == {"rows dated later": 1}


def _born(day: date | None) -> Callable[[Exports], None]:
    def look(exports: Exports) -> None:
        guarantor = by_id(exports)["0300"].guarantor
        assert guarantor is not None
        assert guarantor[BIRTH_DATE] == day

    return look


def _name(text: str) -> Callable[[Exports], None]:
    def look(exports: Exports) -> None:
        assert by_id(exports)["0300"].name == text

    return look


def _greeted(name: str, greeted: str) -> Callable[[Exports], None]:
    def look(exports: Exports) -> None:
        account = by_id(exports)["0300"]
        assert account.first_name == name
        assert greeting(account.first_name) == greeted

    return look


_NO_DAYS = ("0001-01-01", "1/1/0001", "12/30/1899", "1900-01-01", "1900-02-28", "1753-01-01", "12/31/9999")
_MONTH_FIRST = {"date_format": "%m/%d/%Y"}
_AMBIGUOUS = every(without(LEDGER, "type"), lambda row: {**row, "date": f"{row['date'][5:7]}/0{row['date'][9:]}/2026"})

CASES = (
    Case(
        63, "a phone number that a sheet stores as a number", Does.ACCEPTS, plan={"files": _SHEETS}, look=_reached("+12075550150"),
        files={"patients.xlsx": sheet(PATIENTS, _stored("0300", "mobile_phone", 2075550150.0))}, concerned=_ONE,
    ),
    _phone(63, "a phone number with .0 behind it", "2075550150.0"),
    _phone(63, "a phone number as a power of ten, with all digits", "2.075550150E+09"),
    _phone(63, "a phone number as a power of ten, cut", "2.08E+09"),
    _words(64, "words instead of a number", "do not text"),
    _words(64, "words beside a number", "do not text 207-555-0150"),
    _words(64, "a number and whose it is", "207-555-0150 (Bob)"),
    _words(64, "a number with an extension", "207-555-0150 x12"),
    _words(64, "a note beside a cell number", "cell 207-555-0150, call only"),
    *(
        Case(
            64, f"{holds} ({text})", Does.ACCEPTS, look=_reached("+12075550150"),
            files={"patients.csv": patients(mobile_phone=text)}, concerned=_ONE,
        )
        for holds, text in (
            ("hyphens with blanks", "207 - 555 - 0150"), ("long dashes", "207–555–0150"), ("a slash", "207/555-0150"),
            ("a full stop behind it", "207-555-0150."), ("its kind in brackets", "207-555-0150 (c)"),
            ("its kind before it", "Cell: 207-555-0150"), ("its kind in Spanish", "celular 207-555-0150"),
        )
    ),
    *(
        _phone(64, f"no number, in words ({text})", text)
        for text in ("none", "no cell", "N/A", "unknown", "no tiene", "(   )   -")
    ),
    *(_phone(64, f"a phone that takes no texts ({text})", text) for text in ("207-555-0150 (h)", "work: 207-555-0150", "casa 207-555-0150")),
    Case(
        64, "words for no number at many accounts", Does.UNREACHABLE, concerned=_ONE,
        files={"patients.csv": patients("0300", [patient(f"05{row:02}", mobile_phone="none") for row in range(20)], mobile_phone="none"),
               "ledger.csv": ledger(more=[f"05{row:02},2026-07-30,procedure,90.00" for row in range(20)])},
    ),
    Case(
        64, "many numbers with words instead", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"patients.csv": patients("0300", [patient(f"05{row:02}", mobile_phone="do not text") for row in range(20)], mobile_phone="do not text")},
    ),
    _words(64, "a letter O in place of a zero", "207-555-O150"),
    _phone(64, "two numbers", "207-555-0150; 207-555-0151"),
    _phone(64, "two numbers run together", "20755501502075550151"),
    _phone(64, "an extension without words", "207-555-0150 #12"),
    _phone(64, "digits of another script", "٢٠٧٥٥٥٠١٥٠"),
    Case(
        65, "a home number beside an empty mobile number", Does.UNREACHABLE, concerned=_ONE,
        files={"patients.csv": text_of(every(changed(PATIENTS, "0300", mobile_phone=""), lambda row: {**row, "home_phone": "207-555-0150", "work_phone": "207-555-0151"}))},
    ),
    *(
        _phone(66, holds, text)
        for holds, text in (
            ("a British number", "+44 7911 123456"), ("a Canadian number", "416-967-1111"),
            ("a Jamaican number", "876-926-1234"), ("a premium-rate number", "900-234-5678"),
            ("a toll-free number", "800-234-5678"), ("a Dominican number", "809-234-5678"), ("ten times one digit", "222-222-2222"),
            ("an exchange that is nobody's", "207-555-1234"), ("an area code that does not exist", "111-234-5678"),
            ("a code for another country's operator", "011 44 7911 123456"),
        )
    ),
    *(
        Case(
            66, f"a well-formed area code that no table may know ({area})", Does.ACCEPTS, look=_reached(f"+1{area}2345678"),
            files={"patients.csv": patients(mobile_phone=f"({area}) 234-5678")}, concerned=_ONE,
        )
        for area in ("436", "621", "679", "924")
    ),
    _phone(66, "an exchange that can't be", "207-911-5678"),
    _phone(66, "a number of no place", "500-234-5678"),
    Case(
        66, "a number reserved for fiction (555-0100 to 555-0199)", Does.ACCEPTS, look=_reached("+12075550150"),
        files={"patients.csv": patients(mobile_phone="+1 (207) 555-0150")}, concerned=_ONE,
    ),
    _phone(67, "a number without an area code", "555-0150"),
    Case(68, "a landline, which only the provider knows", Does.UNREACHABLE, run=_landline),
    Case(
        69, "no word in the columns that leave people out", Does.ACCEPTS, concerned=_ONE,
        files={"patients.csv": patients(payment_plan="", do_not_recall="", text_consent="")},
    ),
    *(
        Case(69, f"a word nobody knows in {name}", Does.HOLDS, files={"patients.csv": patients("0300", (), **{name: word})}, reasons={"0300": "bad-data"})
        for name, word in (("text_consent", "maybe"), ("do_not_recall", "Stop"), ("payment_plan", "2"))
    ),
    *(
        Case(69, f"{word} in text_consent", Does.EXCLUDES, files={"patients.csv": patients(text_consent=word)}, reasons={"0300": "no-text-consent"})
        for word in ("N", "False", "0")
    ),
    Case(
        71, "days first", Does.ACCEPTS,
        files={"patients.csv": text_of(_slashes("%d/%m/%Y", PATIENTS)), "ledger.csv": text_of(_slashes("%d/%m/%Y", LEDGER))},
    ),
    Case(
        71, "months first", Does.ACCEPTS,
        files={"patients.csv": text_of(_slashes("%m/%d/%Y", PATIENTS)), "ledger.csv": text_of(_slashes("%m/%d/%Y", LEDGER))},
    ),
    Case(71, "dates that fit both ways", Does.STOPS, files={"ledger.csv": text_of(_AMBIGUOUS)}),
    Case(
        71, "dates of both orders in one file", Does.STOPS,
        files={"ledger.csv": text_of(changed(changed(_AMBIGUOUS, "0100", date="25/09/2026"), "0300", date="07/30/2026"))},
    ),
    Case(
        71, "a date of the other order than the settings name", Does.HOLDS, plan=_MONTH_FIRST, reasons={"0300": "bad-data"},
        files={"ledger.csv": ledger(date="30/07/2026")},
    ),
    Case(
        72, "years of two digits", Does.NOTES, plan={"date_format": "%m/%d/%y"},
        files={"patients.csv": text_of(_slashes("%m/%d/%y", PATIENTS)), "ledger.csv": text_of(_slashes("%m/%d/%y", LEDGER))},
    ),
    Case(
        73, "a day's number of a spreadsheet, as text", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"ledger.csv": ledger(more=["0300,46024,payment,-5.00"])},
    ),
    Case(
        73, "real dates in the cells of a sheet", Does.ACCEPTS, plan={"files": _SHEETS}, concerned=_ONE,
        files={"patients.xlsx": sheet(PATIENTS, _stored("0300", "last_visit", date(2026, 7, 30)))},
    ),
    *(
        Case(
            75, f"{text} for a birth date, which is no date", Does.ACCEPTS, look=_born(None), concerned=_ONE,
            files={"patients.csv": patients(birth_date=text)}, plan=_MONTH_FIRST,
        )
        for text in _NO_DAYS
    ),
    Case(
        75, "0001-01-01 for the date of an entry", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"ledger.csv": ledger(more=["0300,0001-01-01,payment,-5.00"])},
    ),
    Case(
        75, "a birth date in a year long gone", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"patients.csv": patients(birth_date="1492-10-12")},
    ),
    Case(
        76, "a day that is not in the calendar", Does.HOLDS, reasons={"0300": "bad-data"}, plan=_MONTH_FIRST,
        files={"ledger.csv": ledger(date="02/30/2026")},
    ),
    Case(
        76, "many days that are not in the calendar", Does.STOPS, plan=_MONTH_FIRST,
        files={"ledger.csv": ledger(more=["0300,02/30/2026,payment,-5.00"] * 6)},
    ),
    Case(
        77, "a last visit that has not come yet", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"patients.csv": patients(last_visit="2126-12-24")},
    ),
    Case(77, "an entry dated after the day asked about", Does.ACCEPTS, files={"ledger.csv": ledger(more=["0300,2026-12-24,payment,-500.00"])}, look=_later),
    Case(
        78, "dates with a time of day", Does.ACCEPTS,
        files={"ledger.csv": text_of(every(LEDGER, lambda row: {**row, "date": f"{row['date']} 00:00:00"})), "patients.csv": text_of(every(PATIENTS, lambda row: {**row, "last_visit": f"{row['last_visit']}T13:45:10.123"}))},
    ),
    *(
        Case(
            78, f"a date with a time of day and a zone ({zone})", Does.HOLDS, reasons={"0300": "bad-data"},
            files={"ledger.csv": ledger(date=f"2026-07-30T02:30:00{zone}")},
        )
        for zone in ("Z", "+02:00")
    ),
    *(
        Case(79, f"a name that is {what}", Does.ACCEPTS, files={"patients.csv": patients(last_name=name)}, look=_name(f"Ana {name}"), concerned=_ONE)
        for what, name in (
            ("a formula", '=HYPERLINK("http://example.com","Pay")'), ("a function's call", "@SUM(1+1)*cmd"), ("a sum", "+1+1"),
            ("markup", "[bold red]Lee[/]"), ("a placeholder", "{link}"), ("a pair of braces", "{}"),
        )
    ),
    *(
        Case(
            79, f"a note in a name ({note})", Does.HOLDS, files={"patients.csv": patients("0300", (), **{column: f"Ana {note}".strip()})},
            reasons={"0300": "bad-data"},
        )
        for column, note in (
            ("first_name", "(DECEASED)"), ("last_name", "**DO NOT CALL**"), ("last_name", "- collections"), ("first_name", "[bankruptcy ch 7]"),
            ("last_name", "DNT"), ("last_name", "(fallecida)"), ("first_name", "no llamar"),
        )
    ),
    Case(
        79, "many names with a note in them", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"patients.csv": patients("0300", [patient(f"05{row:02}", last_name="Lee (deceased)") for row in range(20)], last_name="Lee (deceased)")},
    ),
    *(
        Case(
            79, f"{what} in the field for first names", Does.ACCEPTS, concerned=_ONE, look=_greeted(name, greeted),
            files={"patients.csv": patients(first_name=name)},
        )
        for what, name, greeted in (
            ("a suffix", "Jr., Ana", "Ana"), ("a title", "Dr. Ana", "Ana"), ("a title alone", "Mrs.", ""), ("a nickname", "Ana (Annie)", "Ana"),
            ("a number", "#2 Ana", "Ana"), ("a link", "https://evil.example/x", ""), ("an address", "Visit evil.com", ""),
        )
    ),
)  # fmt: skip

"""Cases 1 to 37: the bytes, the header, the shape of rows, and what stands in cells that should not."""

from __future__ import annotations

import csv
from collections.abc import Callable

from dipay.exports.reading import Exports
from tests.catalogue.building import (
    LEDGER,
    PATIENTS,
    every,
    ledger,
    patient,
    patients,
    renamed,
    text_of,
    without,
)
from tests.catalogue.cases import Case, Does
from tests.exports.reading import by_id

_ACCENTS = {"last_name": "Muñoz"}
_P, _L = text_of(PATIENTS), text_of(LEDGER)
_HEADER, *_ROWS = _L.splitlines()


def dropped(**expected: int) -> Callable[[Exports], None]:
    """Looks whether so many ledger rows were dropped, by what they were dropped as."""

    def look(exports: Exports) -> None:
        assert exports.reports[1].dropped == {name.replace("_", " "): rows for name, rows in expected.items()}

    return look


def named(key: str, name: str) -> Callable[[Exports], None]:
    """Looks whether the account's name was read as that."""

    def look(exports: Exports) -> None:
        assert by_id(exports)[key].name == name

    return look


def _semicolons(rows: tuple[dict[str, str], ...]) -> str:
    """Decimal commas, as a European PMS writes them."""
    return text_of(every(rows, lambda row: {**row, "amount": row["amount"].replace(",", "").replace(".", ",")}), ";")


_MUNOZ = frozenset({"0300"})

CASES = (
    Case(1, "UTF-8 with a byte order mark", Does.ACCEPTS, files={"ledger.csv": _L.encode("utf-8-sig")}),
    Case(
        1, "a byte order mark before a quoted first caption", Does.ACCEPTS,
        files={"ledger.csv": text_of(LEDGER, quoting=csv.QUOTE_ALL).encode("utf-8-sig")},
    ),
    Case(2, "UTF-16, little end first", Does.ACCEPTS, files={"ledger.csv": b"\xff\xfe" + _L.encode("utf-16-le")}),
    Case(2, "UTF-16, big end first", Does.ACCEPTS, files={"ledger.csv": b"\xfe\xff" + _L.encode("utf-16-be")}),
    Case(3, "UTF-16 without its mark", Does.STOPS, files={"ledger.csv": _L.encode("utf-16-le")}),
    Case(
        3, "a NUL byte in a name", Does.STOPS,
        files={"patients.csv": _P.replace("Ferrante", "Ferr\0ante")},
    ),
    Case(
        4, "Windows-1252", Does.NOTES, files={"patients.csv": patients("0300", (), **_ACCENTS).encode("cp1252")},
        concerned=_MUNOZ, personal=("Mu",), look=named("0300", "Ana Muñoz"),
    ),
    *(
        Case(
            4, f"letters of {page}", Does.STOPS, personal=("Nu", "Jos", "Mull", "Gir"),
            files={"patients.csv": patients("0300", (), first_name=first, last_name=last).encode(encoding)},
        )
        for page, encoding, first, last in (
            ("an old Mac program", "mac_roman", "José", "Núñez"), ("an old Mac program, in capitals", "mac_roman", "ANGÉLIQUE", "GARCÍA"),
            ("a DOS program (850)", "cp850", "Jürgen", "Müller"), ("a DOS program (437)", "cp437", "René", "Girôt"),
            ("a program for Poland", "cp1250", "Michał", "Dąbrowski"),
        )
    ),
    Case(
        5, "bytes that are a letter in no encoding", Does.STOPS,
        files={"patients.csv": _P.encode().replace(b"Ferrante", b"Ferr\x81\xf7nte")},
    ),
    Case(
        6, "UTF-8 and Windows-1252 in one file", Does.STOPS, personal=("Mu", "Zo"),
        files={"patients.csv": patients("0300", (), **_ACCENTS).encode() + text_of([patient("0400", first_name="Zoë")]).split("\n")[1].encode("cp1252") + b"\n"},
    ),
    Case(
        6, "a name in UTF-8 that was taken for Windows-1252 once before", Does.NOTES, concerned=_MUNOZ,
        files={"patients.csv": patients(last_name="Muñoz".encode().decode("cp1252"))}, personal=("Mu",),
    ),
    Case(
        6, "a letter lost in an earlier conversion", Does.HOLDS, personal=("Mu", "oz"),
        files={"patients.csv": patients(last_name="Mu\ufffdoz")}, reasons={"0300": "bad-data"},
    ),
    Case(7, "lines that end in CR LF", Does.ACCEPTS, files={"ledger.csv": text_of(LEDGER, end="\r\n")}),
    Case(7, "lines that end in CR", Does.ACCEPTS, files={"ledger.csv": text_of(LEDGER, end="\r")}),
    Case(
        7, "line ends of all three kinds in one file", Does.ACCEPTS,
        files={"ledger.csv": _L.replace("\n", "\r\n", 2).replace("85.00\n", "85.00\r", 1)},
    ),
    *(
        Case(8, f"{name} between the cells", Does.ACCEPTS, files={"ledger.csv": text_of(LEDGER, letter)})
        for letter, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"))
    ),
    Case(
        9, "an amount with a decimal comma", Does.HOLDS, files={"ledger.csv": ledger("0200", amount="300,00")},
        reasons={"0200": "bad-data"},
    ),
    Case(
        9, "a file of amounts with a decimal comma", Does.STOPS,
        files={"ledger.csv": _semicolons(LEDGER)},
    ),
    Case(
        10, "title and date rows above the header", Does.ACCEPTS,
        files={"ledger.csv": "Maple Street Dental\nDate 11/20/2026\n\nfrom,2024-01-01,to,2026-11-20\n" + _L},
    ),
    Case(11, "the header again in the middle, of a second report", Does.STOPS, files={"ledger.csv": _L + _L}),
    Case(
        12, "a total row, a page number and a printing date at the end", Does.ACCEPTS,
        files={"ledger.csv": _L + 'Grand Total,,,"1,585.00"\nPage 1 of 3,,,\nPrinted on 11/20/2026,,,\n'},
        look=dropped(total_rows=1, footers=2),
    ),
    Case(
        12, "a total row that is not the sum of the rows", Does.STOPS,
        files={"ledger.csv": _L + 'Total,,,"1,885.00"\n'},
    ),
    Case(
        12, "day totals between the rows", Does.ACCEPTS, look=dropped(day_totals=1),
        files={"ledger.csv": "\n".join([_HEADER, *_ROWS[:2], "Day Total,2026-09-01,,205.00", *_ROWS[2:]]) + "\n"},
    ),
    Case(
        13, "blank rows, rows of commas and rows of blanks", Does.ACCEPTS, look=dropped(blank_rows=3),
        files={"ledger.csv": "\n".join([_HEADER, *_ROWS[:3], "", ",,,", " , ,\u00a0, ", *_ROWS[3:]]) + "\n"},
    ),
    Case(
        14, "two columns of one name", Does.STOPS,
        files={"patients.csv": "\n".join(f"{line},{'mobile_phone' if number == 0 else ''}" for number, line in enumerate(_P.splitlines())) + "\n"},
    ),
    Case(
        14, "two columns of one name that nobody reads", Does.ACCEPTS,
        files={"ledger.csv": "\n".join(f"{line},note,note" for line in _L.splitlines()) + "\n"},
    ),
    Case(
        15, "a renamed caption", Does.STOPS,
        files={"ledger.csv": text_of(renamed(LEDGER, amount="Amt", patient_id="Pat ID"))},
    ),
    Case(
        15, "captions that the settings name", Does.ACCEPTS, plan={"columns": {"ledger": {"amount": "Amt"}}},
        files={"ledger.csv": text_of(renamed(LEDGER, amount="Amt"))},
    ),
    Case(
        15, "a caption that the settings name, mistyped", Does.STOPS,
        plan={"columns": {"ledger": {"amount": "Amnt"}}}, files={"ledger.csv": text_of(renamed(LEDGER, amount="Amt"))},
    ),
    Case(
        16, "a required column that is not there", Does.STOPS,
        files={"ledger.csv": text_of(without(LEDGER, "date"))},
    ),
    Case(
        17, "more columns than dipay wants", Does.ACCEPTS, personal=("Secret",),
        files={"patients.csv": text_of(every(PATIENTS, lambda row: {"ssn": "Secret 1", **row, "notes": "Secret 2"}))},
    ),
    Case(
        18, "the columns in another order", Does.ACCEPTS,
        files={"ledger.csv": text_of(every(LEDGER, lambda row: dict(reversed(row.items()))))},
    ),
    Case(
        19, "captions in capitals, with no-break blanks and a line break", Does.ACCEPTS,
        files={"ledger.csv": _L.replace("patient_id,date,type", '"PATIENT\nID",\u00a0Date\u00a0,TYPE')},
    ),
    Case(20, "no header", Does.STOPS, files={"ledger.csv": "\n".join(_ROWS) + "\n"}),
    Case(
        20, "patients without a header", Does.STOPS,
        files={"patients.csv": "\n".join(_P.splitlines()[1:]) + "\n"},
    ),
    Case(
        20, "no header, and a word among the cells that could be a caption", Does.STOPS,
        files={"patients.csv": "\n".join(_P.splitlines()[1:]).replace("Tess", "Status") + "\n"},
    ),
    Case(
        21, "a line break in a column that nobody reads", Does.ACCEPTS,
        files={"ledger.csv": "\n".join([f"{_HEADER},note", *(f'{row},"two\nlines"' for row in _ROWS)]) + "\n"},
    ),
    Case(
        22, "a quote that swallows rows", Does.STOPS,
        files={"patients.csv": _P.replace("Dana,", '"Dana,').replace("Tess,Marlow,", 'Tess",Marlow,')},
    ),
    Case(
        22, "a line break in a cell that is read", Does.STOPS,
        files={"ledger.csv": _L + '0300,2026-10-01,"payment\nby card",-5.00\n'},
    ),
    Case(23, "a quote that is never closed", Does.STOPS, files={"ledger.csv": _L + '0300,2026-10-01,"payment,-5.00\n'}),
    Case(
        24, "quotes escaped with a backslash", Does.STOPS,
        files={"patients.csv": _P.replace("Dana", '"Dana \\"Dee\\" D"')},
    ),
    Case(
        25, "a row with a cell too many", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"ledger.csv": ledger(more=["0300,2026-10-01,payment,by card,-5.00", "0200,2026-10-01,payment,-5.00"])},
        concerned=frozenset({"0200"}),
    ),
    Case(
        25, "every row with a cell too many", Does.STOPS,
        files={"ledger.csv": "\n".join([_HEADER, *(row.replace("0,p", "0,2,p").replace("1,p", "1,2,p").replace("3,p", "3,2,p") for row in _ROWS)]) + "\n"},
    ),
    Case(
        25, "a name's own comma that moves the cells behind it, the last one being blank", Does.HOLDS,
        files={"ledger.csv": "".join(f"{line},note\n" if line.startswith("p") else f"{line.replace('procedure', 'fill, deep')},\n" if line.startswith("02") else f"{line},\n" for line in _L.splitlines())},
        reasons={"0200": "bad-data"},
    ),
    Case(
        25, "a separator more at the end of each row", Does.ACCEPTS,
        files={"ledger.csv": _HEADER + "\n" + "".join(f"{row},\n" for row in _ROWS)},
    ),
    Case(
        25, "a separator more at the end of one row", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"ledger.csv": "".join(f"{line},\n" if line.startswith("0300") else f"{line}\n" for line in _L.splitlines())},
    ),
    Case(
        25, "a separator more at the end of the first rows only", Does.STOPS,
        files={"ledger.csv": "".join(f"{line},\n" if line.startswith("01") else f"{line}\n" for line in _L.splitlines())},
    ),
    Case(
        26, "a row with a cell too few", Does.HOLDS, reasons={"0300": "bad-data"}, concerned=frozenset({"0200"}),
        files={"ledger.csv": ledger(more=["0300,2026-10-01,-5.00", "0200,2026-10-01,payment,-5.00"])},
    ),
    Case(26, "a last row with a cell too few", Does.STOPS, files={"ledger.csv": _L + "0300,2026-10-01\n"}),
    Case(27, "a last line without its end", Does.REMARKS, files={"ledger.csv": _L.removesuffix("\n")}),
    Case(27, "a last line cut off in the middle", Does.STOPS, files={"ledger.csv": _L + "0300,2026-1"}),
    Case(
        28, "an escape character in a name", Does.HOLDS, reasons={"0300": "bad-data"}, personal=("31m",),
        files={"patients.csv": patients(last_name="Ferr\x1b[31mante")},
    ),
    Case(
        28, "a C1 control character in a name", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"patients.csv": patients(last_name="Ferr\u009bante")},
    ),
    Case(
        28, "a control character in an amount", Does.HOLDS, reasons={"0300": "bad-data"},
        files={"ledger.csv": ledger(amount="1,1\x0750.00")},
    ),
    Case(
        29, "marks that turn the direction of writing, and blanks of no width", Does.NOTES,
        files={"patients.csv": patients(last_name="\u202eFer\u200brante\u202c"), "ledger.csv": ledger(patient_id="\u200e0300")},
    ),
    Case(
        30, "no-break blanks, double blanks and blanks round the cells", Does.ACCEPTS,
        files={"patients.csv": patients(last_name="\u00a0 Ferrante  "), "ledger.csv": ledger(patient_id=" 0300\u00a0", amount="\u00a01,150.00 ")},
    ),
    Case(
        31, "a cell of more than 128 kB", Does.STOPS,
        files={"ledger.csv": f'{_L}0300,2026-10-01,{"x" * 140_000},-5.00\n'},
    ),
    Case(
        31, "a quote never closed in a long file", Does.STOPS,
        files={"ledger.csv": f'{_L}0300,2026-10-01,"payment,-5.00\n' + "0100,2026-10-01,payment,0.00\n" * 6000},
    ),
    Case(
        32, "ids guarded against Excel", Does.ACCEPTS,
        files={"patients.csv": _P.replace("0300,", '="0300",'), "ledger.csv": _L.replace("0300,", "'0300,")},
    ),
    Case(33, "the end mark of old programs (Ctrl-Z)", Does.ACCEPTS, files={"ledger.csv": _L + "\x1a"}),
    Case(33, "that mark right behind the last amount", Does.ACCEPTS, files={"ledger.csv": ledger(amount="1150.00").removesuffix("\n") + "\x1a\n"}),
    Case(34, "nothing at all", Does.STOPS, files={"ledger.csv": b""}),
    Case(34, "blanks and line ends only", Does.STOPS, files={"ledger.csv": b" \r\n\r\n   \r\n"}),
    Case(34, "a byte order mark only", Does.STOPS, files={"ledger.csv": b"\xef\xbb\xbf"}),
    Case(35, "a header and no rows", Does.STOPS, files={"ledger.csv": _HEADER + "\n"}),
    Case(35, "a header and only rows that count for nothing", Does.STOPS, files={"ledger.csv": _HEADER + "\n\n,,,\nTotal,,,0.00\n"}),
    Case(
        36, "more rows of one account than anybody has", Does.ACCEPTS, concerned=frozenset({"0300"}),
        files={"ledger.csv": _L + "0300,2026-10-01,payment,-0.01\n" * 200_000},
    ),
    Case(
        37, "exactly as many rows as old Excel holds", Does.STOPS,
        files={"ledger.csv": _L + "0300,2026-10-01,payment,-0.01\n" * (65_536 - 7)},
    ),
    Case(
        37, "exactly as many rows as Excel holds", Does.STOPS,
        files={"ledger.csv": _L + "0300,2026-10-01,payment,-0.01\n" * (1_048_576 - 7)},
    ),
)  # fmt: skip

"""A coverage-guided fuzzer on everything that reads what others wrote: see README.md beside it.

    python fuzz/fuzz_readers.py TARGET --runs 100000
    python fuzz/fuzz_readers.py all --runs 20000

An input that breaks a promise ends the run and is kept in fuzz/found/.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import atheris

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
FOUND = ROOT / "fuzz" / "found"
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "docs"), str(ROOT)]

with atheris.instrument_imports(include=["dipay"]):
    from dipay.config import read_settings
    from dipay.config_writer import render_settings_yaml
    from dipay.domain.problems import CannotGoOn
    from dipay.exports.engine import columns, day_sums, readings, switch
    from dipay.exports.opening import ReadingPlan
    from dipay.exports.reading import read_exports
    from dipay.exports.sources import old_workbook_guard, open_sheet_guard, text, workbook_guard
    from dipay.exports.sources.files import ExportFile, look_at
    from dipay.exports.sources.sheets import open_sheets
    from dipay.exports.sources.text import DELIMITERS, PlainBlock, TextSource, open_text
    from dipay.grammar import Unreadable
    from dipay.grammar.dates import DateGrammar, is_date_format, settle_order
    from dipay.grammar.money import MAX_CENTS, format_cents, parse_cents, plain_cents
    from dipay.grammar.phones import format_phone, parse_phone
    from dipay.grammar.words import fold, parse_word

from settings_pages import EXAMPLE_VALUES  # noqa: E402  it lies beside the pages

#: Imported above, where code is made to tell what of it is reached; the readers themselves import these late.
LATE = (columns, old_workbook_guard, open_sheet_guard, workbook_guard)
#: Long ago: a file written just now, and unfinished, would be waited for.
WRITTEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
AS_OF = date(2026, 11, 20)
#: Where the files of the input at hand lie; in memory where the system has such a place.
FOLDER = Path(os.environ.get("DIPAY_FUZZ_FOLDER", tempfile.gettempdir()))
MEMORY = Path("/dev/shm")


def put(name: str, content: bytes) -> Path:
    """Writes a file as it would lie in the folder of the exports."""
    path = FOLDER / name
    path.write_bytes(content)
    os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    return path


# Grammars.


def decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()


def fuzz_money(data: bytes) -> None:
    """An amount is what its digits say, exactly; whatever is read can be written and read again."""
    whole = decoded(data)
    for decimal in ".,":
        try:
            cents = parse_cents(whole, decimal)
        except Unreadable as error:
            assert error.fix
            continue
        assert abs(cents) <= MAX_CENTS
        assert parse_cents(format_cents(cents)) == parse_cents(plain_cents(cents)) == cents
        digits = re.sub(r"[^0-9.,]|[eE]-[0-9]+$", "", whole)
        plain = digits.replace(",", "") if decimal == "." else digits.replace(".", "").replace(",", ".")
        if not re.search("[eE]-", whole):
            assert abs(abs(cents) - Decimal(plain or "0") * 100) <= Decimal("1e-7"), "another amount than its digits"
        assert (cents < 0) == (cents != 0 and any(sign in whole.upper() for sign in "-\u2212(C")), "another sign"


FORMATS = ("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d-%b-%Y", "%Y%m%d", "%m-%d-%Y")


def fuzz_dates(data: bytes) -> None:
    """A date is made of the numbers that stand there, or there is none."""
    whole = decoded(data)
    first, _, rest = whole.partition("\n")
    formats = (first,) if is_date_format(first) else FORMATS
    settle_order(formats, rest.split("\n"))
    for each in formats:
        for piece in rest.split("\n"):
            try:
                found = DateGrammar((each,)).parse(piece)
            except Unreadable as error:
                assert error.fix
                continue
            if found is None:
                continue
            assert 1900 <= found.year <= 2200
            assert DateGrammar().parse(found.isoformat()) == found
            assert str(found.day) in piece
            assert f"{found.year % 100:02d}" in piece


WORDS = {"y": "yes", "yes": "yes", "1": "yes", "n": "no", "no": "no", "0": "no"}


def fuzz_words(data: bytes) -> None:
    """Only the words of the list mean anything."""
    whole = decoded(data)
    assert fold(fold(whole)) == fold(whole)
    try:
        found = parse_word(whole, WORDS, "")
    except Unreadable as error:
        assert error.fix
        return
    assert found == WORDS.get(fold(whole), "")
    assert fold(whole) in WORDS or not whole.strip()


def fuzz_phones(data: bytes) -> None:
    """A number has exactly the digits that stand there."""
    whole = decoded(data)
    for country in ("US", "CA", "GB"):
        try:
            found = parse_phone(whole, country)
        except Unreadable as error:
            assert error.fix
            continue
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", found)
        digits = re.sub("[^0-9]", "", whole)
        assert found.endswith(digits[-7:]), "other digits"
        if country != "GB" and found.startswith("+1"):
            assert digits in {found[1:], found[2:]}, "digits were dropped"
            assert parse_phone(format_phone(found), country) == found
        assert parse_phone(found, country) == found


# Text.


def rows_strictly(source: TextSource, delimiter: str) -> list[tuple[int, list[str]]] | str:
    try:
        blocks = list(source.blocks(delimiter))
    except CannotGoOn as error:
        assert error.exit_code == 3
        return str(error)
    return [row for block in blocks for row in zip(block.lines, block.rows, strict=True)]


def rows_by_column(source: TextSource, delimiter: str, width: int) -> list[tuple[int, list[str]]] | str:
    rows: list[tuple[int, list[str]]] = []
    try:
        for block in source.columns(delimiter, 1, width, range(width), lambda share: None):
            if isinstance(block, PlainBlock):
                cells = [list(block.columns[index]) for index in range(width)]
                found = [list(row) for row in zip(*cells, strict=True)]
                assert found == [row or [""] * width for row in block.reread()]
                rows.extend(zip(block.lines, found, strict=True))
            else:
                rows.extend((line, row or [""] * width) for line, row in zip(block.lines, block.rows, strict=True))
    except CannotGoOn as error:
        return str(error)
    return rows


@contextmanager
def long_files(block_bytes: int) -> Iterator[None]:
    """Every file counts as long, in blocks of so many bytes."""
    before = (text.LONG_BYTES, text.BLOCK_BYTES, text._HEAD_BYTES, day_sums._MERGE_ROWS, readings._FEW)
    text.LONG_BYTES, text.BLOCK_BYTES, text._HEAD_BYTES, day_sums._MERGE_ROWS, readings._FEW = 0, block_bytes, 8, 3, 0
    try:
        yield
    finally:
        text.LONG_BYTES, text.BLOCK_BYTES, text._HEAD_BYTES, day_sums._MERGE_ROWS, readings._FEW = before


def fuzz_text(data: bytes) -> None:
    """Bytes are text in one encoding or none; both ways of reading rows give the same ones, with the same lines."""
    path = put("text.csv", data)
    try:
        source = open_text(look_at(path))
    except CannotGoOn as error:
        assert error.exit_code == 3
        return
    source.ends_with_line_end()
    for delimiter in DELIMITERS:
        source.head(delimiter)
        strictly = rows_strictly(source, delimiter)
        # A table has two columns at least; of one, a blank row and an empty cell are the same.
        if isinstance(strictly, str) or not strictly or len(strictly[0][1]) < 2:
            continue
        width = len(strictly[0][1])
        with long_files(64):
            by_column = rows_by_column(source, delimiter, width)
        # A blank line is no cell to the one and blank cells to the other; either is dropped as a blank row.
        assert by_column == [(line, cells or [""] * width) for line, cells in strictly]


# Whole exports.


def plan(**files: str) -> ReadingPlan:
    from zoneinfo import ZoneInfo

    return ReadingPlan(
        folder=FOLDER, profile_folder=FOLDER, files=files, profile="auto", columns={}, words={}, date_format="auto",
        visit_scope="family",
        max_outstanding_claims=None, max_age_hours=10**6, country="US", as_of=AS_OF, now=WRITTEN,
        zone=ZoneInfo("America/New_York"),
    )  # type: ignore[arg-type]  # fmt: skip


def outcome(wanted: ReadingPlan) -> tuple[Any, ...]:
    try:
        exports = read_exports(wanted)
    except CannotGoOn as error:
        assert error.exit_code == 3
        assert all(each.message and each.fix for each in error.problems)
        return ("stopped", sorted(map(str, error.problems)))
    for report in exports.reports:
        assert report.read + report.held + sum(report.dropped.values()) == report.rows, "rows are missing"
    ids = [each.guarantor_id for each in exports.accounts]
    assert len(ids) == len(set(ids))
    # The order of problems goes by the blocks a file is read in.
    return exports.accounts, exports.reports, sorted(map(str, exports.problems))


def both_ways(wanted: ReadingPlan) -> None:
    switch.many_at_once = False
    try:
        strictly = outcome(wanted)
    finally:
        switch.many_at_once = True
    with long_files(64):
        by_column = outcome(wanted)
    # Which of two reasons to stop is met first goes by the blocks, too.
    if not strictly[0] == by_column[0] == "stopped":
        assert by_column == strictly, "two ways of reading, two outcomes"


def small(families: int = 5) -> dict[str, bytes]:
    """The first families of the samples, with their ledger."""

    def rows(name: str) -> list[list[str]]:
        with (SAMPLES / name).open(newline="") as file:
            return list(csv.reader(file))

    def written(lines: list[list[str]]) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows(lines)
        return out.getvalue().encode()

    patients = rows("patients.csv")
    kept = patients[: 2 * families + 1]
    ids = {row[kept[0].index("patient_id")] for row in kept[1:]}
    ledger = rows("ledger.csv")
    place = ledger[0].index("patient_id")
    entries = [row for row in ledger[1:] if row[place] in ids][:20]
    return {"patients.csv": written(kept), "ledger.csv": written([ledger[0], *entries])}


SMALL = small()


def printed() -> bytes:
    """An aging report of the first families as systems print it."""
    with io.StringIO(SMALL["patients.csv"].decode()) as file:
        ids = [row["patient_id"] for row in csv.DictReader(file)][:4]
    header = "guarantor_id,name,days_0_30,days_31_60,days_61_90,over_90,total\n"
    rows = [f'{each},"Ames, Ann",0.00,50.00,,-,50.00\n' for each in ids]
    page = f"Elm Dental,,,,,,\nAging as of 11/26/2026,,,,,,\n{header}"
    sums = "Subtotal,,0.00,100.00,0.00,0.00,100.00\n"
    foot = ",Total,0.00,200.00,0.00,0.00,200.00\n%,,0%,100%,0%,0%,100%\nTotal Patients: 4\n"
    text = f"{page}Provider: A,,,,,,\n{rows[0]},Jr,,,,,\n{rows[1]}{sums}Page 1 of 2,,,,,,\n"
    return f"{text}{page}{rows[2]}{rows[3]}{sums}{foot}".encode()


def fuzz_exports(data: bytes) -> None:
    """One of the files is anything: it is read, held or stopped, the same both ways, and every row is counted."""
    which, content = data[:1], data[1:]
    beside = "balances" if b"\x40" <= which < b"\x80" else "ledger"
    chosen = f"{beside}.csv" if which < b"\x80" else "patients.csv"
    for name, usual in SMALL.items():
        put(name, usual)
    put(chosen, content)
    both_ways(plan(**{"patients": "patients.csv", beside: f"{beside}.csv"}))


# Workbooks.


@dataclass(frozen=True)
class Book:
    """A whole workbook, and the parts of it that are written anew from an input."""

    name: str
    parts: dict[str, bytes]
    open: tuple[str, ...]

    def with_part(self, name: str, content: bytes) -> bytes:
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as book:
            for part, usual in self.parts.items():
                book.writestr(zipfile.ZipInfo(part), content if part == name else usual)
        return whole.getvalue()


def books() -> list[Book]:
    from tests.exports.test_spreadsheets import PATIENT_CELLS, write_ods, write_xlsx

    write_ods(FOLDER / "seed.ods", PATIENT_CELLS)
    write_xlsx(FOLDER / "seed.xlsx", PATIENT_CELLS)
    found = []
    for path in (SAMPLES / "dentrix-xlsx" / "Aging.xlsx", FOLDER / "seed.xlsx", FOLDER / "seed.ods"):
        with zipfile.ZipFile(path) as book:
            parts = {each: book.read(each) for each in book.namelist()}
        wanted = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml",
                  "xl/_rels/workbook.xml.rels", "content.xml", "META-INF/manifest.xml")  # fmt: skip
        found.append(Book(path.name, parts, tuple(each for each in wanted if each in parts)))
    return found


def shortened(part: bytes) -> bytes:
    """Some rows of a long sheet: small inputs are tried faster."""
    rows = re.findall(rb"<row .*?</row>", part, re.DOTALL)
    for row in rows[6:]:
        part = part.replace(row, b"", 1)
    return part


BOOKS: list[Book] = []


def places() -> list[tuple[Book, str]]:
    if not BOOKS:
        BOOKS.extend(books())
    return [(book, part) for book in BOOKS for part in book.open]


def fuzz_sheets(data: bytes) -> None:
    """Whatever a workbook's part, or the whole file, holds: rows of text come out, or one stop."""
    which, content = data[:1], data[1:]
    choice = places()
    number = which[0] if which else 255
    whole = choice[number][0].with_part(choice[number][1], content) if number < len(choice) else content
    path = put("book.xlsx", whole)
    try:
        source = open_sheets(ExportFile(path, path.name, look_at(path).format, len(whole), WRITTEN))
    except CannotGoOn as error:
        assert error.exit_code == 3
        return
    for name, _ in source.sheets:
        for block in source.blocks(name):
            assert all(isinstance(cell, str) for row in block.rows for cell in row)


# Settings.


def fuzz_settings(data: bytes) -> None:
    """Settings are right, or every problem has its line and its remedy."""
    try:
        read_settings(data, Path("config.yaml"))
    except CannotGoOn as error:
        assert error.exit_code == 2
        assert error.problems
        for each in error.problems:
            assert each.fix
            assert each.row is not None
            assert 1 <= each.row <= data.count(b"\n") + data.count(b"\r") + 2


def settings_seeds() -> list[bytes]:
    return [render_settings_yaml(EXAMPLE_VALUES).encode(), (ROOT / "config.example.yaml").read_bytes(), MINIMAL]


MINIMAL = b"""practice: {name: NO, phone: 0555123, timezone: America/New_York}
exports: {patients: p.csv, ledger: 2026-01-01, columns: {patients: {status: "Status"}}}
payment_link: {url: "https://pay.example.com/{request_id}"}
campaign:
  messages:
    - {day: 0, text: "{practice}: {first_name} {link} {phone}"}
messaging: {provider: outbox, send_window: {from: 9:30, to: "17:00", days: [mon]}}
"""


def sample_texts() -> list[bytes]:
    """The beginnings of all text samples, and the same in other encodings."""
    heads = [b"".join(path.read_bytes().splitlines(keepends=True)[:12]) for path in sorted(SAMPLES.rglob("*.csv"))]
    first = heads[0].decode("utf-8-sig", "replace")
    return [
        *heads,
        first.encode("utf-16"),
        first.encode("utf-8-sig"),
        first.replace(",", ";").encode("cp1252", "replace"),
    ]


@dataclass(frozen=True)
class Target:
    """What is fuzzed: with which function, from which inputs on, up to how many bytes each."""

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    most_bytes: int


TARGETS = {
    "money": Target(
        fuzz_money,
        lambda: [b"1234.5", b"$1,234.56", b"(12.34)", b"12.34-", b"-$12.34", b"12.34 CR", b"1.234,56", b"9" * 5000],
        6000,
    ),
    "dates": Target(
        fuzz_dates,
        lambda: [b"\n2026-11-20", b"%d.%m.%Y\n31.12.2026", b"\n1/2/2026\n13/2/26\n20-Nov-2026 10:15:00 PM\n20261120"],
        400,
    ),
    "words": Target(fuzz_words, lambda: [b"yes", b" N ", b"0", b"Pend", "nо".encode()], 200),
    "phones": Target(
        fuzz_phones,
        lambda: [b"(207) 555-0148", b"+1 207.555.0148", b"2075550148.0", b"876 555 1234", b"+44 7700 900123", b"x"],
        200,
    ),
    "text": Target(fuzz_text, sample_texts, 4096),
    "exports": Target(
        fuzz_exports,
        lambda: [b"\x00" + SMALL["ledger.csv"], b"\xff" + SMALL["patients.csv"], b"\x40" + printed(),
                 *(bytes([kind]) + each for each in sample_texts() for kind in (0, 64, 255))],
        4096,
    ),
    "sheets": Target(
        fuzz_sheets,
        lambda: [
            *(bytes([index]) + shortened(book.parts[part]) for index, (book, part) in enumerate(places())),
            *(b"\xff" + path.read_bytes() for path in (SAMPLES / "dentrix-xlsx" / "Aging.xlsx", FOLDER / "seed.ods")),
            b"\xff" + old_workbook(),
        ],
        16384,
    ),
    "settings": Target(fuzz_settings, settings_seeds, 8192),
}  # fmt: skip


def old_workbook() -> bytes:
    from tests.exports.test_spreadsheets import PATIENT_CELLS, write_xls

    write_xls(FOLDER / "seed.xls", PATIENT_CELLS)
    return (FOLDER / "seed.xls").read_bytes()


def fuzz(name: str, runs: int, seed: int, seconds: int) -> None:
    """Runs one target in this process, which it ends."""
    target = TARGETS[name]
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    for number, content in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(content)
    FOUND.mkdir(exist_ok=True)
    atheris.Setup(
        [
            sys.argv[0], str(corpus), f"-runs={runs}", f"-seed={seed}", f"-max_len={target.most_bytes}",
            f"-max_total_time={seconds}", f"-artifact_prefix={FOUND}/{name}-", "-timeout=20", "-rss_limit_mb=4096",
            "-print_final_stats=1",
        ],
        target.run,
    )  # fmt: skip
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--runs", type=int, default=100_000, help="how many inputs to try")
    parser.add_argument("--seconds", type=int, default=0, help="end sooner, after so many (0: no limit)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--input", type=Path, help="try this one input again")
    given = parser.parse_args()
    if given.input is not None:
        TARGETS[given.target].run(given.input.read_bytes())
        return 0
    if "DIPAY_FUZZ_FOLDER" in os.environ:
        fuzz(given.target, given.runs, given.seed, given.seconds)
    options = ["--runs", str(given.runs), "--seconds", str(given.seconds), "--seed", str(given.seed)]
    names = list(TARGETS) if given.target == "all" else [given.target]
    failed = []
    for name in names:
        # The fuzzer ends its process, so each target has one of its own.
        with tempfile.TemporaryDirectory(prefix="dipay-fuzz-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
            command = [sys.executable, __file__, name, *options]
            done = subprocess.run(command, check=False, env={**os.environ, "DIPAY_FUZZ_FOLDER": folder})
        if done.returncode:
            failed.append(name)
    print(f"up to {given.runs:,} inputs to each of: {', '.join(names)}; failed: {', '.join(failed) or 'none'}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())

"""`dipay report` in each of its forms: the terminal at two widths, JSON, CSV, a workbook, a page."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest
from python_calamine import load_workbook
from rich.console import Console
from typer.testing import CliRunner, Result

from dipay.cli import app
from dipay.render.report.page import page
from dipay.render.report.sections import report_data, sections
from dipay.render.report.terminal import bar, block_for, print_report
from dipay.services.report import Report, make_report
from tests.messaging.double import ProviderDouble
from tests.reporting.toy import GOLDEN, WithLedger, at, lived_through

SETTINGS = """\
practice: {name: Maple, phone: 207-555-0148, timezone: America/New_York}
exports: {patients: patients.csv, ledger: ledger.csv, max_age_hours: 900000}
payment_link: {url: "https://pay.example.com/{request_id}"}
messaging: {provider: twilio, twilio: {from: "+12075550100"}}
"""


@pytest.fixture
def toy(double: ProviderDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WithLedger:
    made = lived_through(double, tmp_path)
    (tmp_path / "config.yaml").write_text(SETTINGS)
    monkeypatch.chdir(tmp_path)
    return made


def run(*args: str, width: int = 80) -> Result:
    return CliRunner(env={"COLUMNS": str(width), "TERM": "dumb"}).invoke(
        app, ["report", "--as-of", "2026-11-20", *args]
    )


def shown(report: Report, width: int, encoding: str = "utf-8") -> list[str]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    print_report(report, Console(file=stream, width=width, highlight=False, markup=False, emoji=False))
    stream.seek(0)
    return stream.read().splitlines()


@pytest.mark.parametrize("width", [80, 140])
def test_every_line_fits_and_says_what_the_page_works_out(toy: WithLedger, width: int) -> None:
    lines = shown(make_report(toy.office, with_names=True), width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for words in ("$260.00", "Collected share of production 104 %", "Nobody knows whether", "First1 Last1", "1.53"):
        assert words in " ".join(text.split()), words
    assert "\u2588" in text
    assert next(line for line in lines if line.startswith("first request")).split()[2:7] == [
        "4", "$50.00", "$50.00", "$110.00", "2"
    ]  # fmt: skip


def test_a_console_without_blocks_has_plain_bars(toy: WithLedger) -> None:
    lines = shown(make_report(toy.office), 80, "cp1252")
    assert any(line.endswith("####") for line in lines)
    assert block_for("cp437") == block_for("utf-8") == "\u2588"
    assert block_for("ascii") == block_for("no such") == "#"


def test_a_bar_is_in_proportion_and_there_where_anything_is() -> None:
    assert [len(bar(each, 100, 20, "#")) for each in (0, 1, 50, 100)] == [0, 1, 10, 20]
    assert bar(-5, 100, 20, "#") == bar(0, 0, 20, "#") == ""


@pytest.mark.usefixtures("toy")
def test_the_answers_of_json_are_the_golden_ones() -> None:
    answer = json.loads(run("--json").stdout)
    assert answer["status"] == "ok", answer["problems"]
    assert (answer["dipay"], answer["command"], answer["as_of"]) == (1, "report", "2026-11-20")
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert answer["data"] == golden, "run: python -m tests.reporting.toy --write, and look at what changed"
    assert answer["data"]["accounts"] is None
    named = json.loads(run("--json", "--names").stdout)["data"]["accounts"]
    assert [each["collected_within_30_cents"] for each in named] == [20_000, 6_000, 0, 0]


@pytest.mark.usefixtures("toy")
def test_csv_is_one_flat_table_of_plain_numbers() -> None:
    head, *rows = csv.reader(io.StringIO(run("--csv").stdout))
    assert head == ["section", "row", "figure", "value"]
    found = {tuple(row[:3]): row[3] for row in rows}
    assert len(found) == len(rows)
    assert found["messages", "first request", "collected_within_30"] == "110.00"
    assert found["comparison", "all", "not_asked_paid_share_within_30"] == "not known"
    assert found["receivables", "total", "owed"] == "460.00"
    assert found["figures", "practice", "collected_share_of_production"] == "1.0444"
    assert not any("First1" in cell for row in rows for cell in row)


def test_a_workbook_has_a_sheet_for_each_section(toy: WithLedger) -> None:
    result = run("--xlsx", "report.xlsx")
    assert (result.exit_code, result.stdout) == (0, "The report is written to report.xlsx.\n")
    book = load_workbook(toy.folder / "report.xlsx")
    assert book.sheet_names == [
        each.name.replace("_", " ") for each in sections(make_report(toy.office)) if each.rows
    ]  # fmt: skip
    captions, *rows = book.get_sheet_by_name("messages").to_python()
    assert dict(zip(captions, rows[0], strict=True))["Within 30 days"] == 110.0
    comparison = book.get_sheet_by_name("comparison").to_python()
    assert comparison[1][1:3] == ["not known", "not known"]


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag


def test_a_page_stands_alone_for_its_owner_and_runs_nothing(toy: WithLedger) -> None:
    result = run("--html", "report.html")
    assert result.exit_code == 0
    assert result.stdout == "The report is written to report.html: open it in a browser.\n"
    path = toy.folder / "report.html"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("utf-8")
    tags = Tags(text)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "form", "a", "object"} & set(tags.names)
    assert not {"src", "href", "srcset", "onload", "style"} & {name for name, _ in tags.attributes}
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert tags.names.count("svg") == 6
    assert "First1" not in text
    for words in ("$260.00", "104 %", "Nobody knows whether", "not known"):
        assert words in text, words
    again = run("--html", "report.html")
    assert again.exit_code == 2
    assert "--html: report.html is already there, and a page is written over nothing." in again.stderr


def test_names_stand_on_the_page_where_they_are_asked_for_and_are_never_obeyed(toy: WithLedger) -> None:
    path = toy.folder / "patients.csv"
    hostile = '"<script>alert(1)</script><b x=""y"">&amp;"'
    path.write_text(path.read_text().replace("First1", hostile))
    os.utime(path, (toy.now.timestamp(), toy.now.timestamp()))
    text = page(make_report(toy.office, with_names=True))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert "&amp;amp;" in text
    assert Tags(text).open == []


def test_a_practice_name_is_no_markup(double: ProviderDouble, tmp_path: Path) -> None:
    toy = lived_through(double, tmp_path)
    toy.settings["practice"] = {"name": 'A <i>"B"</i> & C', "phone": "207-555-0148", "timezone": "America/New_York"}
    text = page(make_report(toy.office))
    assert "<h1>A &lt;i&gt;&quot;B&quot;&lt;/i&gt; &amp; C</h1>" in text


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--csv", "--json"), "--csv and --json are two different answers"),
        (("--html", "a.html", "--xlsx", "a.xlsx"), "--xlsx and --html are two different answers"),
        (("--html", "a.htm"), "a.htm is no name of a page. Name a file that ends in .html, such as a.html."),
        (("--since", "1 May"), '"1 May" is not a day'),
        (("--since", "2026-11-21"), "2026-11-21 is after 2026-11-20"),
    ],
)
def test_what_can_not_be_meant_is_a_usage_error(args: tuple[str, ...], words: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert words in result.output


def test_nothing_is_said_that_names_a_cause(toy: WithLedger) -> None:
    report = make_report(toy.office)
    for text in ("\n".join(shown(report, 140)), page(report)):
        for words in ("thanks to", "because of", "led to", "resulted", "recovered by", "effect"):
            assert words not in text.lower(), words


def test_before_the_first_request_and_without_a_ledger_it_says_what_it_can(tmp_path: Path) -> None:
    made = WithLedger(tmp_path, 5, at("2026-11-20"))
    made.settings["exports"] = {"patients": "patients.csv", "balances": "balances.csv"}
    (tmp_path / "balances.csv").write_text("guarantor_id,days_0_30,days_31_60,days_61_90,over_90\n1,0,0,40.00,0\n")
    report = make_report(made.office)
    text = "\n".join(shown(report, 80))
    assert "No payment request was sent in these days." in text
    assert "Not known: the exports have no ledger." in text
    data = report_data(report)
    assert data["payments_known_until"] is None
    assert data["figures"]["days_in_receivables"] is None
    assert data["figures"]["not_known_because"] == "the exports have no ledger"
    assert data["total"]["collected_within_30_cents"] is None
    assert "not known" in page(report)

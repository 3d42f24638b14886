"""The pages made from the code are current, and what the README shows is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import pytest

import pages
from pictures import PICTURES, office_to_try
from tests.sending.in_process import run_here

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", list(pages.PAGES))
def test_a_page_made_from_the_code_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == pages.PAGES[name](), "run: python docs/pages.py"


@pytest.mark.parametrize("name", list(PICTURES))
def test_a_picture_shows_what_the_terminal_shows_and_fetches_nothing(name: str) -> None:
    picture = (ROOT / "docs" / name).read_text("utf-8")
    assert words_of(picture) == words_of(PICTURES[name]()), "run: python docs/pages.py"
    assert len(picture) < 60_000
    assert "url(http" not in picture
    assert "href=" not in picture


def words_of(svg: str) -> str:
    """What is to be read in a picture, without blanks, lines and bars: each version of Rich draws in another way."""
    texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return re.sub(r"[\s\u2500-\u259f]", "", "".join(each.text or "" for each in texts))


def test_the_readme_shows_what_comes_out(tmp_path: Path) -> None:
    """All that it shows, in its order and in the folder that one has tried dipay in, on the morning it tells of."""
    office = office_to_try(tmp_path)
    with mock.patch("dipay.office.open_office", return_value=office):
        for line, shown in said_in_the_readme():
            found = run_here(tmp_path, *shlex.split(line)[1:], env={"COLUMNS": "80", "TERM": "dumb"})
            assert found.exit_code in (0, 1), line
            assert_shows(line, shown, [each.rstrip() for each in found.stdout.splitlines()])


def said_in_the_readme() -> list[tuple[str, list[str]]]:
    """The commands of its day, each with the lines that are shown of the answer."""
    found: list[tuple[str, list[str]]] = []
    for block in marked("day").split("```")[1::2]:
        for line in block.strip().splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


def assert_shows(command: str, shown: list[str], said: list[str]) -> None:
    """Every line stands in the answer, one below the other but for those that "..." stands for."""
    gap, at = False, 0
    for line in shown:
        if line == "...":
            gap = True
            continue
        if gap and line in said[at:]:
            at = said.index(line, at)
        assert said[at : at + 1] == [line], f"{command} does not say {line!r} there"
        gap, at = False, at + 1
    assert gap or at == len(said), f"{command} goes on with {said[at]!r}"


@pytest.mark.skipif(sys.platform == "win32", reason="the README has these lines for a shell of Unix")
def test_what_the_readme_says_to_type_works_in_the_order_in_which_it_says_it(tmp_path: Path) -> None:
    """From the folder that one has tried dipay in; only the hours are other ones, for tests run at night too."""
    (tmp_path / "samples").mkdir()
    for name in ("config.example.yaml", "samples/patients.csv", "samples/ledger.csv"):
        shutil.copy2(ROOT / name, tmp_path / name)
        os.utime(tmp_path / name, (0, 0))
    activate, *set_up = marked("set-up").split("```")[1].strip().splitlines()
    assert activate == ". .venv/bin/activate"
    subprocess.run(["sh", "-euc", "\n".join(set_up)], cwd=tmp_path, check=True)
    settings = (tmp_path / "config.yaml").read_text("utf-8")
    at_any_hour = re.sub(r"from: .*09:00.*", 'from: "00:00"', settings)
    at_any_hour = re.sub(r"to: .*20:00.*", 'to: "23:59"', at_any_hour)
    at_any_hour = re.sub(r"days: \[mon.*", "days: [mon, tue, wed, thu, fri, sat, sun]", at_any_hour)
    assert at_any_hour.count("00:00") == at_any_hour.count("23:59") == at_any_hour.count("sat, sun]") == 1
    (tmp_path / "config.yaml").write_text(at_any_hour, "utf-8")
    said: dict[str, str] = {}
    for line in (each for each, _ in said_in_the_readme()):
        assert line.startswith("dipay ")
        command = [sys.executable, "-m", *shlex.split(line)]
        found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert found.returncode in (0, 1), (line, found.stderr)
        assert "error" not in found.stderr, line
        said.setdefault(line, found.stdout)
    assert "first requests" in said["dipay today"]
    assert "accepted" in said["dipay send --yes"]
    assert "10447" in said["dipay undeliverable"]
    assert "1 accepted." in said["dipay resend 10447 --phone 207-555-0190"]


def marked(block: str) -> str:
    """What stands between two marks of the README."""
    return (ROOT / "README.md").read_text("utf-8").partition(f"<!-- {block} -->")[2].partition(f"<!-- /{block} -->")[0]


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_step_of_the_checks_is_in_the_docs() -> None:
    steps = re.search(r"steps=\(([a-z ]+)\)", (ROOT / ".ci" / "run").read_text("utf-8"))
    assert steps is not None
    assert re.findall(r"^\| `([a-z]+)` \|", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M) == steps[1].split()


def test_the_house_is_described_as_it_is() -> None:
    there = {path.name for path in (ROOT / "src").rglob("*.py")} | {
        path.name for path in (ROOT / "tests").rglob("*.py")
    }
    named = re.findall(r"`(?:[\w.]+/)*(\w+\.py)`", (ROOT / "docs" / "design.md").read_text("utf-8"))
    assert set(named) <= there | {"pages.py"}

"""The pages made from the code are current, and what the README shows is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pages
from dipay.cli import app

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", list(pages.PAGES))
def test_a_page_made_from_the_code_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == pages.PAGES[name](), "run: python docs/pages.py"


@pytest.mark.parametrize("command", ["today", "list", "why 10478"])
def test_the_readme_shows_what_comes_out(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text("utf-8")
    shown = text.split(f"$ dipay {command}\n")[1].split("```")[0]
    args = [*command.split(), "--config", "config.example.yaml", "--as-of", "2026-11-20"]
    output = CliRunner(env={"COLUMNS": "80", "TERM": "dumb"}).invoke(app, args).stdout
    lines = [line.rstrip() for line in output.splitlines()]
    for line in shown.splitlines():
        assert line.strip() == "..." or line in lines


@pytest.mark.skipif(sys.platform == "win32", reason="the README has these lines for a shell of Unix")
def test_what_the_readme_says_to_type_works_in_the_order_in_which_it_says_it(tmp_path: Path) -> None:
    """From the folder that one has tried dipay in; only the hours are other ones, for tests run at night too."""
    (tmp_path / "samples").mkdir()
    for name in ("config.example.yaml", "samples/patients.csv", "samples/ledger.csv"):
        shutil.copy2(ROOT / name, tmp_path / name)
        os.utime(tmp_path / name, (0, 0))
    activate, *set_up = lines_of("set-up")
    assert activate == ". .venv/bin/activate"
    subprocess.run(["sh", "-euc", "\n".join(set_up)], cwd=tmp_path, check=True)
    settings = (tmp_path / "config.yaml").read_text("utf-8")
    at_any_hour = re.sub(r"from: .*09:00.*", 'from: "00:00"', settings)
    at_any_hour = re.sub(r"to: .*20:00.*", 'to: "23:59"', at_any_hour)
    at_any_hour = re.sub(r"days: \[mon.*", "days: [mon, tue, wed, thu, fri, sat, sun]", at_any_hour)
    assert at_any_hour.count("00:00") == at_any_hour.count("23:59") == at_any_hour.count("sat, sun]") == 1
    (tmp_path / "config.yaml").write_text(at_any_hour, "utf-8")
    said = {}
    for line in ("dipay list", "dipay why 10478", *lines_of("day"), "dipay rules"):
        assert line.startswith("dipay ")
        command = [sys.executable, "-m", *shlex.split(line)]
        found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert found.returncode in (0, 1), (line, found.stderr)
        assert "error" not in found.stderr, line
        said[line.split()[1]] = found.stdout
    assert "first requests" in said["today"]
    assert "accepted" in said["send"]
    assert "10447" in said["undeliverable"]
    assert "1 accepted." in said["resend"]
    assert "re-send of the first request" in said["history"]


def lines_of(block: str) -> list[str]:
    """The lines to be typed between two marks of the README."""
    text = (ROOT / "README.md").read_text("utf-8")
    between = text.partition(f"<!-- {block} -->")[2].partition(f"<!-- /{block} -->")[0]
    return [line for line in between.splitlines() if line and not line.startswith("```")]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/install.md", "docs/dependencies.md"])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / page).parent.joinpath(target).exists(), target


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

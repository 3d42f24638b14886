"""The pages made from the code are current, and what the README shows is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pages
from dipay.cli import app

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", list(pages.PAGES))
def test_a_page_made_from_the_code_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == pages.PAGES[name](), "run: python docs/pages.py"


def test_every_command_is_in_the_docs() -> None:
    registered = {command.name for command in app.registered_commands}
    assert registered == set(pages.COMMANDS)


@pytest.mark.parametrize("command", ["list", "why 10478"])
def test_the_readme_shows_what_comes_out(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text("utf-8")
    shown = text.split(f"$ dipay {command}\n")[1].split("```")[0]
    args = [*command.split(), "--config", "config.example.yaml", "--as-of", "2026-11-20"]
    output = CliRunner(env={"COLUMNS": "80", "TERM": "dumb"}).invoke(app, args).stdout
    lines = [line.rstrip() for line in output.splitlines()]
    for line in shown.splitlines():
        assert line.strip() == "..." or line in lines


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / target).exists(), target


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

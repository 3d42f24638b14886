"""`dipay review` as a command: where there is a terminal, and where there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from dipay.config_example import EXAMPLE_VALUES, render_settings_yaml
from tests.sending.practice import Practice

RUN = "import sys, typer; from dipay.cli import review\napp = typer.Typer(); app.callback()(lambda: None)\nreview.register(app)\napp()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Practice(tmp_path, size=3, now=datetime.now(UTC))
    (tmp_path / "config.yaml").write_text(render_settings_yaml({**EXAMPLE_VALUES, "exports.folder": "."}))
    return tmp_path


def run(folder: Path, *args: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-c", RUN, "review", *args], cwd=folder, input=typed, capture_output=True, text=True,
        check=False, env=environment,
    )  # fmt: skip


def test_without_a_terminal_it_names_the_commands(folder: Path) -> None:
    found = run(folder)
    assert found.returncode == 2
    assert found.stdout == ""
    for words in ("no terminal", "dipay list", "dipay why ID", "dipay snooze ID", "dipay send --yes", "--plain"):
        assert words in found.stderr
    assert run(folder, "--json").returncode == 2
    assert json.loads(run(folder, "--json").stdout)["status"] == "error"


def test_plain_from_a_script(folder: Path) -> None:
    found = run(folder, "--plain", typed="list\ntoggle 1\nquit\n")
    assert found.returncode == 0, found.stderr
    assert "First1 Last1, account 1, $100.00" in found.stdout
    assert "Unticked First1 Last1, account 1." in found.stdout
    assert found.stderr == ""


def test_wrong_settings_and_missing_exports(folder: Path) -> None:
    (folder / "patients.csv").unlink()
    assert run(folder, "--plain").returncode == 3
    (folder / "config.yaml").write_text("practice: 1\n")
    found = run(folder, "--plain")
    assert found.returncode == 2
    assert "config.yaml:1" in found.stderr


def test_it_is_a_command_like_the_others() -> None:
    from dipay.cli import review

    app = typer.Typer()
    review.register(app)
    assert [command.name for command in app.registered_commands] == ["review"]

"""The help: every command under a heading, nothing cut, each with examples that can be typed; and the version."""

from __future__ import annotations

import platform
import shlex

import pytest
import typer
from typer.testing import CliRunner, Result

from dipay import __version__
from dipay.cli import GROUPS, app
from dipay.cli.layout import Heading
from dipay.domain.settings import SnoozeSettings
from dipay.state.schema import MIGRATIONS

COMMANDS = [name for names in GROUPS.values() for name in names]
MAIN = typer.main.get_command(app)
ROOT = typer.Context(MAIN, info_name="dipay")


def run(*args: str, columns: int = 80) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(app, args, prog_name="dipay")


def short_help(name: str) -> str:
    command = MAIN.get_command(ROOT, name)  # type: ignore[attr-defined]
    return str(command.short_help)


def examples() -> list[str]:
    return [line for name in COMMANDS for line in run(name, "-h").stdout.partition("\nExamples:\n")[2].splitlines()]


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_no_description_of_a_command_is_cut(columns: int) -> None:
    shown = " ".join(run("--help", columns=columns).stdout.split())
    for name in COMMANDS:
        assert f"{name} {short_help(name)}" in shown
        assert short_help(name).endswith(".")


def test_every_command_stands_once_under_a_heading_in_one_line_or_two() -> None:
    _, *parts = run("--help").stdout.split("\n\n")
    under = [part for part in parts if part.partition(":\n")[0] in list(Heading)]
    assert [part.partition(":\n")[0] for part in under] == list(Heading)
    begun = [
        line.split()[0] for part in under for line in part.splitlines()[1:] if line.startswith("  ") and line[2] != " "
    ]
    assert sorted(begun) == sorted(COMMANDS)
    assert all(len(short_help(name)) <= 2 * 61 for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_says_what_it_is_and_takes(name: str) -> None:
    command = MAIN.get_command(ROOT, name)  # type: ignore[attr-defined]
    for parameter in command.get_params(typer.Context(command, parent=ROOT)):
        how, words = parameter.get_help_record(ROOT)
        assert words.partition("  [")[0].endswith("."), parameter.name
        assert "<" not in how, parameter.name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_ends_with_examples_that_fit_a_line(name: str) -> None:
    shown = run(name, "-h").stdout.partition("\nExamples:\n")[2].splitlines()
    assert 1 <= len(shown) <= 3
    for line in shown:
        assert line.startswith(f"  dipay {name}")
        assert len(line) <= 80


@pytest.mark.parametrize("example", examples())
def test_every_example_is_taken_by_the_command_line(example: str) -> None:
    _, name, *typed = shlex.split(example)
    command = MAIN.get_command(ROOT, name)  # type: ignore[attr-defined]
    taken = command.make_context(name, typed, parent=ROOT)
    if name == "snooze":
        assert taken.params["reason"] in SnoozeSettings().reasons


@pytest.mark.parametrize("flags", [("--version", "-v"), ("-v", "--version"), ("--verbose", "--version")])
def test_the_version_says_in_any_order_what_a_report_of_a_mistake_needs(flags: tuple[str, str]) -> None:
    found = run(*flags)
    first, *more = found.stdout.splitlines()
    assert (found.exit_code, first) == (0, f"dipay {__version__}")
    assert f"Python {platform.python_version()} ({platform.python_implementation()})" in more
    assert platform.platform() in more
    assert any(line.startswith(f"state schema {len(MIGRATIONS)}, SQLite 3.") for line in more)
    assert platform.node() not in found.stdout.split()


def test_the_version_alone_is_one_line() -> None:
    assert run("--version").stdout == f"dipay {__version__}\n"


def test_options_that_belong_behind_a_command_are_not_passed_over_before_it() -> None:
    found = run("-v", "list")
    assert found.exit_code == 2
    assert "-v goes behind the command" in found.stderr


def test_no_command_is_none() -> None:
    assert run().exit_code == 2
    assert "The day:" in run().output

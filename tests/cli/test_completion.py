"""What shells complete, asked as they ask it; and what is written where so that they do."""

from __future__ import annotations

import codecs
import os
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import shellingham
from typer.testing import CliRunner

from dipay.cli import GROUPS, app, completion
from dipay.cli.helping import TOPICS
from dipay.domain.choices import Choice

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
COMMANDS = {name for names in GROUPS.values() for name in names}


def offered(shell: str, typed: str, folder: Path, *, asks: str = "") -> dict[str, str]:
    """What is offered for a line whose last word is not done with, and how each is described."""
    *_, word = typed.split(" ")
    asked = {
        "COMP_WORDS": typed.replace(" ", "\n") if shell == "bash" else "",
        "COMP_CWORD": str(typed.count(" ")),
        "_TYPER_COMPLETE_ARGS": typed,
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": word,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    said = subprocess.run(
        [sys.executable, *(["-c", asks] if asks else ["-m", "dipay"])],
        cwd=folder, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **asked, "_DIPAY_COMPLETE": f"complete_{shell}"},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    between = {"bash": None, "fish": "\t"}.get(shell, ":::")
    lines = said.stdout.splitlines()
    return {value: words for value, _, words in (line.partition(between or "\n") for line in lines)}


@pytest.mark.parametrize("shell", ["bash", "fish", "powershell", "pwsh"])
def test_commands_options_and_their_values_are_offered(shell: str, tmp_path: Path) -> None:
    assert set(offered(shell, "dipay ", tmp_path)) == COMMANDS
    assert set(offered(shell, "dipay un", tmp_path)) == {"undeliverable", "unsnooze"}
    assert {"--reason", "--until", "--config"} < set(offered(shell, "dipay snooze --", tmp_path))
    assert set(offered(shell, "dipay list --view ", tmp_path)) == set(Choice)
    assert set(offered(shell, "dipay help ", tmp_path)) == {*COMMANDS, *TOPICS}
    assert set(offered(shell, "dipay help unde", tmp_path)) == {"undeliverable"}
    described = offered(shell, "dipay list --vi", tmp_path)
    assert list(described) == ["--view"]
    if shell != "bash":
        assert described["--view"].endswith("exhausted.")


def test_zsh_is_told_values_with_their_descriptions(tmp_path: Path) -> None:
    (said,) = offered("zsh", "dipay post", tmp_path)
    assert said == """_arguments '*: :(("posting":"Payments by links that are to be keyed into the PMS."))'"""
    assert list(offered("zsh", "dipay list --config ", tmp_path)) == ["_files"]


@pytest.mark.parametrize("command", ["why ", "snooze ", "request 10", "history K", "list --config "])
def test_no_account_is_offered_nor_anything_that_the_shell_knows_better(command: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("this would be an error to whatever reads it: [")
    assert not any(offered("bash", f"dipay {command}", tmp_path))


def test_to_complete_loads_nothing_that_a_small_command_does_not(tmp_path: Path) -> None:
    slow = "{'numpy', 'pandas', 'rich', 'textual', 'yaml', 'sqlite3', 'twilio'}"
    asks = (
        "import os, sys\nfrom dipay import cli\nleave = os._exit\n"
        f"os._exit = lambda code: (print(*({slow} & set(sys.modules))), sys.stdout.flush(), leave(code))\n"
        "cli.main()\n"
    )
    assert list(offered("bash", "dipay unsn", tmp_path, asks=asks)) == ["unsnooze", ""]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("ZDOTDIR", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def in_shell(monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setattr(shellingham, "detect_shell", lambda: (shell, f"/bin/{shell}"))


@pytest.mark.parametrize(
    ("shell", "script", "start"),
    [
        ("bash", ".bash_completions/dipay.sh", ".bashrc"),
        ("zsh", ".zfunc/_dipay", ".zshrc"),
        ("fish", ".config/fish/completions/dipay.fish", None),
    ],
)
def test_installed_twice_it_is_there_once_and_the_users_own_lines_stay(
    shell: str, script: str, start: str | None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_shell(monkeypatch, shell)
    own = "alias é='ls'".encode("latin-1")
    if start is not None:
        (home / start).write_bytes(own)
    for _ in range(2):
        found = CliRunner().invoke(app, ["--install-completion"])
        assert found.exit_code == 0, found.output
        assert str(home / script) in found.stdout
    assert "_DIPAY_COMPLETE" in (home / script).read_text("utf-8")
    assert b"\r" not in (home / script).read_bytes()
    if start is not None:
        first, second, nothing = (home / start).read_bytes().split(b"\n")
        assert (first, nothing) == (own, b"")
        assert second.decode() in found.stdout


@pytest.mark.parametrize(
    "before", [b"", b"\xef\xbb\xbf# mine\r\n", codecs.BOM_UTF16_LE + "# é\r\n".encode("utf-16-le")]
)
@pytest.mark.parametrize("policy", ["Restricted", "RemoteSigned"])
def test_powershell_gets_a_line_in_its_profile_and_keeps_its_policy(
    before: bytes, policy: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = home / "Zoë" / "Microsoft.PowerShell_profile.ps1"
    profile.parent.mkdir()
    profile.write_bytes(before)
    asked: list[str] = []

    def powershell(command: list[str], **_: object) -> CompletedProcess[bytes]:
        asked.extend(command)
        return CompletedProcess(command, 0, f"\ufeff{profile}\r\n{policy}\r\n".encode())

    monkeypatch.setattr(subprocess, "run", powershell)
    in_shell(monkeypatch, "powershell")
    CliRunner().invoke(app, ["--install-completion"])
    found = CliRunner().invoke(app, ["--install-completion"])
    encoding = "utf-16" if before.startswith(codecs.BOM_UTF16_LE) else "utf-8-sig"
    assert profile.read_bytes().startswith(before)
    lines = profile.read_bytes().decode(encoding).splitlines()
    assert lines[-1] == '. (Join-Path (Split-Path $PROFILE) "dipay-completion.ps1")'
    assert sum("dipay" in line for line in lines) == 1
    script = profile.with_name("dipay-completion.ps1").read_text("utf-8")
    assert "Register-ArgumentCompleter -Native -CommandName dipay" in script
    assert not any("Set-ExecutionPolicy" in each for each in asked)
    assert ("Set-ExecutionPolicy RemoteSigned" in found.stdout) == (policy == "Restricted")


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
def test_a_shell_that_can_not_complete_is_said(option: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_shell(monkeypatch, "cmd")
    found = CliRunner().invoke(app, [option])
    assert found.exit_code == 2
    assert "bash, zsh, fish and PowerShell" in found.stderr
    assert not any(home.iterdir())


def test_a_folder_that_can_not_be_written_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_shell(monkeypatch, "bash")
    (home / ".bash_completions").write_text("a file where the folder should be")
    found = CliRunner().invoke(app, ["--install-completion"])
    assert found.exit_code == 2
    assert ".bash_completions can't be written" in found.stderr


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a `dipay` that a shell finds, and a script of each shell."""
    command = tmp_path / "dipay"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dipay "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    for shell in completion.SHELLS:
        (tmp_path / shell).write_text(completion.script(shell))
    return tmp_path


@UNIX
@pytest.mark.parametrize(
    ("shell", "command"),
    [
        ("bash", 'source ./bash; COMP_WORDS=(dipay un); COMP_CWORD=1; _dipay_completion dipay; echo "${COMPREPLY[@]}"'),
        (
            "zsh",
            'compdef() { }; _arguments() { echo "$@" }; source ./zsh; words=(dipay un); CURRENT=2; _dipay_completion',
        ),
        ("fish", "source ./fish; complete --do-complete 'dipay un'"),
    ],
)
def test_the_shell_itself_completes(shell: str, command: str, on_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this computer")
    said = subprocess.run([shell, "-c", command], cwd=on_path, capture_output=True, encoding="utf-8", check=True)
    assert "undeliverable" in said.stdout
    assert "unsnooze" in said.stdout
    assert "today" not in said.stdout

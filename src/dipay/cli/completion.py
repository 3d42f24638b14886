"""`--install-completion`: has the shell complete commands and options. The scripts are Typer's, which answers them too.

Ids and names of accounts are never completed: what a shell offers stays on the screen and in its history.
"""

from __future__ import annotations

import codecs
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import shellingham
from typer._completion_shared import get_completion_script  # it has no public name

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
#: In which a shell asks dipay for what fits, and Typer answers.
VARIABLE = "_DIPAY_COMPLETE"


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a shell's script goes; and which file, read by the shell at its start, gets which line to read it."""

    script: Path
    start: Path | None = None
    line: str = ""
    #: What keeps the shell from reading its file, and how that is changed.
    obstacle: str = ""


def shell_in_use() -> str | None:
    """The shell that dipay is called from; None where it is none that can complete, or can't be told."""
    try:
        name, _ = shellingham.detect_shell()
    except shellingham.ShellDetectionFailure:
        return None
    return name if name in SHELLS else None


def script(shell: str) -> str:
    """What the shell has to read to complete dipay's commands."""
    return get_completion_script(prog_name="dipay", complete_var=VARIABLE, shell=shell)


def install(shell: str) -> Iterator[str]:
    """Has the shell complete from its next start on; what was written where. Twice changes nothing more.

    Typer could do it, but writes the user's own files anew, and has PowerShell run every script there is. Here a line
    is added at the end, as bytes. An OSError where a file can't be written.
    """
    places = _powershell(shell) if shell in {"powershell", "pwsh"} else _unix(shell)
    places.script.parent.mkdir(parents=True, exist_ok=True)
    places.script.write_text(f"{script(shell)}\n", encoding="utf-8", newline="\n")
    yield f"Written: {places.script}"
    if places.start is not None:
        if _add_line(places.start, places.line):
            yield f"Added to {places.start}: {places.line}"
        else:
            yield f"In {places.start} already: {places.line}"
    yield places.obstacle or f"A new {shell} completes dipay's commands with Tab."


def _unix(shell: str) -> _Places:
    home = Path.home()
    match shell:
        case "bash":
            return _Places(
                home / ".bash_completions" / "dipay.sh", home / ".bashrc", "source ~/.bash_completions/dipay.sh"
            )
        case "zsh":
            start = Path(os.environ.get("ZDOTDIR") or home) / ".zshrc"
            line = "fpath+=~/.zfunc; autoload -Uz compinit; compinit"
            return _Places(home / ".zfunc" / "_dipay", start, line)
        case _:
            settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
            return _Places(settings / "fish" / "completions" / "dipay.fish")


def _powershell(shell: str) -> _Places:
    """Beside the profile, which tells PowerShell's own folder by itself: a name in a path may be in any alphabet."""
    asked = "[Console]::OutputEncoding = [Text.Encoding]::UTF8; $PROFILE; Get-ExecutionPolicy"
    said = subprocess.run([shell, "-NoProfile", "-Command", asked], capture_output=True, check=True)  # noqa: S603
    profile, policy, *_ = said.stdout.decode("utf-8-sig").splitlines()
    obstacle = ""
    if policy in {"Restricted", "AllSigned"}:
        obstacle = (
            f"PowerShell reads no profile here: its execution policy is {policy}. Whoever may decide that allows it "
            "with: Set-ExecutionPolicy RemoteSigned -Scope CurrentUser"
        )
    here = Path(profile)
    return _Places(
        here.with_name("dipay-completion.ps1"),
        here,
        '. (Join-Path (Split-Path $PROFILE) "dipay-completion.ps1")',
        obstacle,
    )


def _add_line(file: Path, line: str) -> bool:
    """Adds it at the end of a file that need not be there, in the file's own encoding; whether it was missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_bytes() if file.exists() else b""
    encoding = "utf-16-le" if before.startswith(codecs.BOM_UTF16_LE) else "utf-8"
    if line.encode(encoding) in before:
        return False
    begin = "\n" if before and not before.endswith("\n".encode(encoding)) else ""
    with file.open("ab") as end:
        end.write(f"{begin}{line}\n".encode(encoding))
    return True

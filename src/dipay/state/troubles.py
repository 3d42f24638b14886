"""What can be wrong with the state file, each with what to do. All of them end a sending command with exit code 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.domain.problems import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path


def trouble(message: str, fix: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(severity, message, fix)


def _restore(path: Path, backup: Path | None) -> str:
    newest = f"The newest backup is {backup}." if backup else "Look for a backup (dipay-*.db) of it."
    return (
        f"{newest} Delete {path}-journal if it is there, copy the backup to {path}, then run "
        "`dipay sync`: dipay compares it with the provider's log before it sends again. "
        "Do not start an empty one: everybody would be texted a second time."
    )


def missing(path: Path, backup: Path | None) -> Problem:
    return trouble(
        f"The state file {path} is gone: it holds the record of who was already texted.",
        _restore(path, backup),
    )


def damaged(path: Path, how: str, backup: Path | None) -> Problem:
    return trouble(
        f"The state file {path} is damaged ({how}).",
        f"Keep the file under another name. {_restore(path, backup)}",
    )


def replaced(path: Path, marker: Path, backup: Path | None) -> Problem:
    return trouble(
        f"The state file {path} is not the one that was used here before ({marker} names another).",
        f"Put the right one back. {_restore(path, backup)}",
    )


def restored(path: Path) -> Problem:
    return trouble(
        f"The state file {path} is older than the last one used here, as after restoring a backup: "
        "messages sent since may not be in it.",
        "Run `dipay sync`: it compares the file with the provider's log. Sending waits until that is done.",
    )


def newer(path: Path, version: int, known: int, written_by: str) -> Problem:
    by = f"dipay {written_by}" if written_by else "a newer dipay"
    return trouble(
        f"The state file {path} was written by {by} (state version {version}; this dipay knows up to {known}).",
        "Update dipay on this machine.",
    )


def busy(path: Path) -> Problem:
    return trouble(
        f"The state file {path} stayed locked by another program for 30 seconds.",
        "Wait until the other dipay has finished, then try again.",
    )


def failing(path: Path, how: str) -> Problem:
    return trouble(
        f"The state file {path} can't be used ({how}).",
        "Check the disk's free space and the file's permissions, then try again.",
    )

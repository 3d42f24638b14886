"""`init`: settings that work, from the files that are there and the few things only the office knows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.config_writer import render_settings_yaml
from dipay.domain.problems import ExitCode, cannot
from dipay.exports.layout.proposing import ProposedFile, propose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dipay.domain.fields import FileKind


@dataclass(frozen=True, slots=True)
class Practice:
    """What no export tells: the practice's name, phone, time zone, and where its payment page is."""

    name: str
    phone: str
    timezone: str
    link: str


def look(folder: Path) -> dict[FileKind, ProposedFile]:
    """Which file in the folder is which export; a folder without a patients file and a ledger or balances stops."""
    if not folder.is_dir():
        raise cannot(ExitCode.USAGE, f"there is no folder {folder}.", "Name the folder the PMS saves its exports in.")
    files = propose(folder)
    if "patients" not in files or not files.keys() & {"ledger", "balances"}:
        have = ", ".join(f"{each.name} ({kind})" for kind, each in files.items()) or "none"
        raise cannot(
            ExitCode.USAGE,
            f"{folder} has no patients export with a ledger or an aging report; recognised: {have}.",
            "Save both exports there first; docs/exports.md says how for each PMS.",
        )
    return files


def write_settings(target: Path, folder: Path, files: Mapping[FileKind, ProposedFile], practice: Practice) -> str:
    """Writes the commented settings file and returns its text. A file that is already there is never touched."""
    profiles = {each.profile for each in files.values()}
    values: dict[str, object] = {
        "practice.name": practice.name,
        "practice.phone": practice.phone,
        "practice.timezone": practice.timezone,
        "payment_link.url": practice.link,
        "exports.folder": _written(folder, target.parent),
        "exports.ledger": None,
        "exports.profile": "auto" if None not in profiles else "generic",
    }
    comments = {}
    for kind, proposed in files.items():
        values[f"exports.{kind}"] = proposed.pattern
        comments[f"exports.{kind}"] = f"found: {proposed.name}"
    own = {kind: dict(each.columns) for kind, each in files.items() if each.profile is None}
    if own:
        values["exports.columns"] = own
        comments["exports.columns"] = "proposed from the captions: look at each before you trust it"
    text = render_settings_yaml(values, comments)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise cannot(
            ExitCode.USAGE, f"{target} is already there.", "Move it away first, or name another file with --config."
        ) from None
    return text


def _written(folder: Path, base: Path) -> str:
    """The folder as the settings name it: relative to them, or whole where that can't be (another Windows drive)."""
    try:
        return os.path.relpath(folder, base).replace(os.sep, "/")
    except ValueError:
        return folder.absolute().as_posix()

"""What may lie in a file's place and is none, made by its name; and how a test waits for nothing that never comes."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Final

import pytest

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among files, nor such modes")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    # By its short name: the whole path may be longer than a socket's may be.
    with chdir(path.parent), socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


def _link(path: Path) -> None:
    """To a file whose words nobody may touch."""
    victim(path).write_text("precious")
    victim(path).chmod(0o644)
    path.symlink_to(victim(path))


def victim(path: Path) -> Path:
    """What a link at that path leads to."""
    return path.with_name(f"{path.name}-victim")


#: By the words dipay has for each. A device that is a link's end is one; where links are not followed it is a link.
ODD: Final[Mapping[str, Callable[[Path], None]]] = {
    "a folder": Path.mkdir,
    "a pipe": _pipe,
    "a socket": _socket,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link that leads nowhere": lambda path: path.symlink_to(path.with_name("gone")),
    "a link": _link,
}  # fmt: skip


def put_odd(path: Path, kind: str) -> None:
    """Puts that kind of thing in the place of whatever lies there."""
    if path.is_dir() and not path.is_symlink():
        for each in path.iterdir():
            each.unlink()
        path.rmdir()
    path.unlink(missing_ok=True)
    ODD[kind](path)

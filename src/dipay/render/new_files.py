"""Files that a user names for an answer: each is new and this user's alone, and is whole or not there."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from dipay.disk import kind_of, new_file
from dipay.domain.problems import CannotGoOn, ExitCode, cannot


def check_new_name(path: Path, key: str, what: str, example: str) -> None:
    """Stops (2) where no new file can have that name, before the work of filling it is done; `key` is the option's.

    The file is a `what`, and ends as the example does.
    """
    ending = Path(example).suffix
    if path.suffix.lower() != ending:
        fix = f"Name a file that ends in {ending}, such as {example if path.name == '-' else path.stem + ending}."
        raise cannot(ExitCode.USAGE, f"{path} is no name of a {what}.", fix, key=key)
    try:
        if kind := kind_of(path, follow=False):
            raise _is_there(path, kind, key, what)
        if (kind := kind_of(path.parent)) != "a folder":
            words = f"{path.parent} is {kind}, no folder." if kind else f"there is no folder {path.parent}."
            raise cannot(ExitCode.USAGE, words, "Make it, or name another file.", key=key)
    except OSError as error:
        raise _unwritten(path, error, key) from None


def write_new(path: Path, content: bytes, key: str, what: str) -> None:
    """Writes a new file. `CannotGoOn`: 2 where anything lies there, 74 where that fails; then nothing is left."""
    try:
        with os.fdopen(new_file(path), "wb") as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                # Closed first, or Windows would not let it go.
                with suppress(OSError):
                    file.close()
                with suppress(OSError):
                    path.unlink()
                raise
    except FileExistsError:
        raise _is_there(path, "a file", key, what) from None
    except OSError as error:
        raise _unwritten(path, error, key) from None


def _is_there(path: Path, kind: str, key: str, what: str) -> CannotGoOn:
    words = f"is already there, and a {what} is written over nothing" if kind == "a file" else f"is {kind}"
    return cannot(ExitCode.USAGE, f"{path} {words}.", "Name another file.", key=key)


def _unwritten(path: Path, error: OSError, key: str) -> CannotGoOn:
    why, fix = error.strerror or type(error).__name__, "Check the drive, or name another file."
    if isinstance(error, PermissionError):
        fix = "Close it if a program has it open, or name a file in a folder where this user may write."
    elif error.errno == errno.ENOSPC:
        fix = "Make room, or name a file on another drive."
    return cannot(ExitCode.UNWRITTEN, f"{path} can't be written: {why}.", fix, key=key)

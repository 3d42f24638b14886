"""Letters on their way into a stream: what its code page lacks is written plainly, and for programs nothing is lost.

A Windows console shows every letter. A pipe or file has one of Windows's old code pages there, unless somebody says
otherwise by PYTHONIOENCODING or PYTHONUTF8; what is UTF-8 already stays as it is.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import Final, TextIO, TypeGuard

_PLAIN: Final = "dipay-plain"
_BY_NUMBER: Final = "dipay-by-number"
#: What is no letter with an accent taken off.
_LOOK_ALIKE: Final = {
    "\u02bb": "'", "\u02bc": "'", "\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'", "\u201c": '"',
    "\u201d": '"', "\u2026": "...", "\u0110": "D", "\u0111": "d", "\u0131": "i", "\u0141": "L", "\u0142": "l",
    "\u00d8": "O", "\u00f8": "o",
}  # fmt: skip


def write_plainly(*streams: TextIO) -> None:
    """From now on no letter that a stream's code page lacks is a failure: it is shown without its accent, or as `?`."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAIN)


def stream_for_json(stream: TextIO) -> TextIO:
    """The stream for an answer in JSON: other letters than ASCII's by their numbers where Windows would lose some."""
    if _is_in_an_old_page(stream):
        stream.reconfigure(encoding="ascii", errors=_BY_NUMBER)
    return stream


def stream_for_csv(stream: TextIO) -> TextIO:
    """The stream for a table: UTF-8 where Windows would lose letters, with the mark by which Excel knows it."""
    if _is_in_an_old_page(stream):
        stream.reconfigure(encoding="utf-8-sig", errors=_PLAIN)
    return stream


def _is_in_an_old_page(stream: TextIO) -> TypeGuard[io.TextIOWrapper]:
    if sys.platform != "win32" or "PYTHONIOENCODING" in os.environ or not isinstance(stream, io.TextIOWrapper):
        return False
    return not stream.isatty() and codecs.lookup(stream.encoding).name != "utf-8"


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain_letter, error.object[error.start : error.end])), error.end


def _plain_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return _LOOK_ALIKE.get(letter) or (base if base.isascii() else "?")


def _by_number(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    pairs = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pairs[at]:02x}{pairs[at + 1]:02x}" for at in range(0, len(pairs), 2)), error.end


codecs.register_error(_PLAIN, _plainly)
codecs.register_error(_BY_NUMBER, _by_number)

"""JSON as it is written: each field, and each item of a list, on a line of its own; long lists some items at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TextIO

import msgspec

Data = dict[str, Any]

ITEMS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Each:
    """A list whose items are made while it is written: there may be more than fit into memory."""

    items: Callable[[], Iterator[Any]]

    def __iter__(self) -> Iterator[Any]:
        return self.items()


def write_json(answer: Data, stream: TextIO) -> None:
    """Writes an answer: each field, and each item of a list, on a line of its own."""
    stream.write("{\n")
    for number, (name, part) in enumerate(answer.items()):
        stream.write((",\n" if number else "") + f"{encode(name)}: ")
        if name == "data" and part:
            write_json(part, stream)
        elif isinstance(part, list | Each) and part:
            _write_items(iter(part), stream)
        else:
            stream.write(encode(part))
    stream.write("\n}")


def _write_items(items: Iterator[Any], stream: TextIO) -> None:
    stream.write("[\n")
    separator = ""
    while some := list(islice(items, ITEMS_AT_ONCE)):
        stream.write(separator + encode_items(some))
        separator = ",\n"
    stream.write("\n]")


def encode_items(items: list[Any]) -> str:
    """The items, each on a line of its own, with commas between."""
    # No line ends but behind an item: within one they are written as two letters.
    return _shown(_encoder.encode_lines, items, lambda: "\n".join(map(encode, items)) + "\n")[:-1].replace("\n", ",\n")


def encode(part: Any) -> str:
    """The part on one line. Letters that a terminal would obey, or not show, are written by their numbers."""
    return _shown(_encoder.encode, part, lambda: _by_number(part))


def _shown(encoding: Callable[[Any], bytes], part: Any, otherwise: Callable[[], str]) -> str:
    """The encoded part where all of it can be shown."""
    try:
        written = encoding(part)
    except UnicodeEncodeError:
        # Half a letter, as in the name of a file that is no UTF-8.
        return otherwise()
    odd = written.translate(None, _PLAIN).decode()
    return written.decode() if odd.isprintable() else otherwise()


_PLAIN: Final = bytes(range(ord(" "), ord("~") + 1)) + b"\n"
_encoder: Final = msgspec.json.Encoder()
_by_number: Final = json.JSONEncoder(separators=(",", ":"), default=msgspec.to_builtins).encode

"""JSON as it is written: each field, and each item of a list, on a line of its own; long lists some items at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from json.encoder import encode_basestring
from typing import Any, TextIO

Data = dict[str, Any]
#: Many items by field: the values of each field, or of each field of a field.
Columns = Mapping[str, "list[Any] | Columns"]

ITEMS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Lines:
    """A list whose items are made, some at a time, while it is written: there may be more than fit into memory."""

    some: Callable[[], Iterator[list[str]]]


@dataclass(frozen=True, slots=True)
class Each:
    """The same, of items that are made one by one."""

    items: Callable[[], Iterator[Data]]

    def __iter__(self) -> Iterator[Data]:
        return self.items()


def write_json(answer: Data, stream: TextIO) -> None:
    """Writes an answer: each field, and each item of a list, on a line of its own."""
    stream.write("{\n")
    for number, (name, part) in enumerate(answer.items()):
        stream.write((",\n" if number else "") + f"{json.dumps(name)}: ")
        if name == "data" and part:
            write_json(part, stream)
        elif isinstance(part, list | Each | Lines) and part:
            _write_items(part, stream)
        else:
            stream.write(_encode(part))
    stream.write("\n}")


def _write_items(items: list[Any] | Each | Lines, stream: TextIO) -> None:
    stream.write("[\n")
    separator = ""
    for lines in items.some() if isinstance(items, Lines) else _some_lines(iter(items)):
        stream.write(separator + ",\n".join(lines))
        separator = ",\n"
    stream.write("\n]")


def _some_lines(items: Iterator[Any]) -> Iterator[list[str]]:
    while lines := list(map(_encode, islice(items, ITEMS_AT_ONCE))):
        yield lines


def first_of(columns: Columns) -> Data:
    """The first item of these columns."""
    return {name: first_of(values) if isinstance(values, Mapping) else values[0] for name, values in columns.items()}


def lines_of(columns: Columns) -> list[str]:
    """The items of these columns in JSON."""
    names = ", ".join(f"{json.dumps(name).replace('%', '%%')}: %s" for name in columns)
    texts = (lines_of(values) if isinstance(values, Mapping) else _texts(values) for values in columns.values())
    return [f"{{{names}}}" % item for item in zip(*texts, strict=True)]


def _texts(values: list[Any]) -> list[str]:
    """Each value in JSON. Of one field's values most are of one kind, so many are written at a time."""
    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        texts = [value for value in values if value is not None]
        quote = encode_basestring if "".join(texts).isprintable() else _quoted
        return ["null" if value is None else quote(value) for value in values]
    if kinds <= {int, bool, type(None)}:
        return json.dumps(values)[1:-1].split(", ")
    if kinds == {list}:
        items = iter(_texts(list(chain.from_iterable(values))))
        return [f"[{', '.join(islice(items, len(value)))}]" for value in values]
    return list(map(_encode, values))


def _quoted(text: str) -> str:
    return encode_basestring(text) if text.isprintable() else _by_number(text)


def _encode(part: Any) -> str:
    """The part on one line. Letters that a terminal would obey, or not show, are written by their numbers."""
    text = _readably(part)
    return text if text.isprintable() else _by_number(part)


_readably = json.JSONEncoder(ensure_ascii=False).encode
_by_number = json.JSONEncoder(ensure_ascii=True).encode

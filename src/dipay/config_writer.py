"""Settings to YAML: every key with its value and, from the types in `domain/settings.py`, what it means.

For a practice's first settings and the example. Makes text: which file it goes into is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import time

from dipay.domain.setting_reader import Setting, settings_of
from dipay.domain.setting_types import CENTS, SecretRef
from dipay.domain.settings import CampaignMessage, Settings
from dipay.grammar.money import plain_cents

COMMENT_COLUMN = 40


def render_settings_yaml(values: Mapping[str, object] | None = None, comments: Mapping[str, str] | None = None) -> str:
    """A complete settings file with every key commented; `values` (by dotted key) stand in place of the defaults.

    Values are as code has them (money in whole cents) or texts as typed; `comments` replace a key's description.
    `ValueError` for a key that is no setting.
    """
    known = {key for key, _ in all_keys(Settings)}
    unknown = sorted((set(values or {}) | set(comments or {})) - known)
    if unknown:
        raise ValueError(f"no such setting: {', '.join(unknown)}")
    lines: list[str] = []
    in_group = False
    for each in settings_of(Settings):
        is_group = each.kind.group is not None
        if lines and (is_group or in_group):
            lines.append("")
        in_group = is_group
        lines.extend(_lines_of(each, "", values or {}, comments or {}, 0))
    return "\n".join(lines) + "\n"


def all_keys(group: type, parent: str = "") -> Iterator[tuple[str, Setting]]:
    """Every setting that holds a value, by its dotted key, in the file's order."""
    for each in settings_of(group):
        key = f"{parent}{each.key}"
        if each.kind.group is not None:
            yield from all_keys(each.kind.group, f"{key}.")
        else:
            yield key, each


def _lines_of(
    setting: Setting, parent: str, values: Mapping[str, object], comments: Mapping[str, str], depth: int
) -> Iterator[str]:
    key = f"{parent}{setting.key}"
    begin = f"{'  ' * depth}{setting.key}:"
    if setting.kind.group is not None:
        yield _commented(begin, first_line(setting.kind.group))
        for each in settings_of(setting.kind.group):
            yield from _lines_of(each, f"{key}.", values, comments, depth + 1)
        return
    value = _typed(setting, values[key]) if key in values else typed_default(setting)
    comment = comments.get(key) or setting.description
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield _commented(begin, comment)
        for item in value:
            yield from _lines_of_item(item, depth + 1)
        return
    if isinstance(value, Mapping) and value:
        yield _commented(begin, comment)
        for name, fields in value.items():
            yield f"{'  ' * (depth + 1)}{yaml_value(str(name))}:{'' if fields else ' {}'}"
            for field, item in fields.items():
                yield f"{'  ' * (depth + 2)}{yaml_value(str(field))}: {yaml_value(item)}"
        return
    yield _commented(f"{begin} {yaml_value(value)}", comment)


def _lines_of_item(item: Mapping[str, object], depth: int) -> Iterator[str]:
    """An item of a list: in one line where nothing in it has parts of its own."""
    indent = "  " * depth
    if not any(isinstance(each, Mapping) for each in item.values()):
        yield f"{indent}- {yaml_value(item)}"
        return
    lines = []
    for key, value in item.items():
        if isinstance(value, Mapping):
            lines += [f"{key}:", *(f"  {yaml_value(str(name))}: {yaml_value(each)}" for name, each in value.items())]
        else:
            lines.append(f"{key}: {yaml_value(value)}")
    yield from (f"{indent}{'  ' if place else '- '}{line}" for place, line in enumerate(lines))


def first_line(group: type) -> str:
    """What a group of settings is, in a line."""
    return (group.__doc__ or "").splitlines()[0]


def _commented(text: str, comment: str) -> str:
    in_one_line = "".join(letter if letter.isprintable() else " " for letter in comment).strip()
    return f"{text:<{COMMENT_COLUMN}} # {in_one_line}" if in_one_line else text


def typed_default(setting: Setting) -> object:
    """The default as a user would type it; nothing for what is required."""
    return _typed(setting, None if setting.required else setting.default)


def typed_example(setting: Setting) -> object:
    """The first example, as a user would type it."""
    first = setting.examples[0]
    return Plain(first) if setting.kind is CENTS else first


def is_long(setting: Setting) -> bool:
    """Whether the default is a list of parts with parts of their own, too long for a line."""
    default = typed_default(setting)
    return isinstance(default, list) and bool(default) and isinstance(default[0], dict)


def _typed(setting: Setting, value: object) -> object:
    """The value as a user would type it: cents become dollars."""
    if setting.kind is CENTS and isinstance(value, int):
        return Plain(plain_cents(value))
    return _as_typed(value)


def _as_typed(value: object) -> object:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, SecretRef):
        return str(value)
    if isinstance(value, CampaignMessage):
        return asdict(value)
    if isinstance(value, tuple | list):
        return [_as_typed(each) for each in value]
    return value


class Plain(str):
    """A text that stands in the file without quotes."""

    __slots__ = ()


# A colon inside a word is plain too (env:NAME); at its end it would make a key of it.
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_/.-]*(?::[A-Za-z0-9_/.-]+)?(?: [A-Za-z0-9_/.-]+)*")
_SPECIAL = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def yaml_value(value: object) -> str:
    """A value as YAML that every reader takes for the same: texts are quoted unless they are plain words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Plain):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{yaml_value(str(key))}: {yaml_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(yaml_value(each) for each in value) + "]"
    text = str(value)
    if _BARE.fullmatch(text) and text.lower() not in _SPECIAL:
        return text
    return '"' + "".join(map(_quoted_letter, text)) + '"'


def _quoted_letter(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"

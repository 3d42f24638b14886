"""The settings as a file: the commented example, a practice's own first settings, the docs page and the schema.

All are made from the types in `domain/settings.py`. `python -m dipay.config_example --write` writes them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import time
from pathlib import Path

from dipay.domain.setting_reader import Setting, settings_of
from dipay.domain.setting_types import CENTS, SecretRef
from dipay.domain.settings import CampaignMessage, Settings
from dipay.grammar.money import plain_cents

COMMENT_COLUMN = 40
EXAMPLE_VALUES: Mapping[str, object] = {
    "practice.name": "Maple Street Dental",
    "practice.phone": "+1 207-555-0148",
    "practice.timezone": "America/New_York",
    "exports.folder": "samples",
    "exports.patients": "patients*.csv",
    "exports.ledger": "ledger*.csv",
    "payment_link.url": "https://pay.example.com/maple?ref={request_id}",
}
SCHEMA_LINE = "# yaml-language-server: $schema=docs/settings.schema.json"


def render_settings_yaml(values: Mapping[str, object] | None = None, comments: Mapping[str, str] | None = None) -> str:
    """A complete settings file with every key commented; `values` (by dotted key) stand in place of the defaults.

    Values are as code has them (money in whole cents) or texts as typed; `comments` replace a key's description.
    `ValueError` for a key that is no setting.
    """
    known = {key for key, _ in _keys(Settings, "")}
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


def example_yaml() -> str:
    """The example at the project's root, which works as it stands on `samples/`."""
    head = [
        SCHEMA_LINE,
        "# The settings of dipay. This file works as it stands on the invented practice in samples/.",
        "# Only practice, exports and payment_link.url must be filled in; everything else has the value shown.",
        "",
    ]
    return "\n".join(head) + render_settings_yaml(EXAMPLE_VALUES)


def _keys(group: type, parent: str) -> Iterator[tuple[str, Setting]]:
    """Every setting that holds a value, by its dotted key, in the file's order."""
    for each in settings_of(group):
        key = f"{parent}{each.key}"
        if each.kind.group is not None:
            yield from _keys(each.kind.group, f"{key}.")
        else:
            yield key, each


def _lines_of(
    setting: Setting, parent: str, values: Mapping[str, object], comments: Mapping[str, str], depth: int
) -> Iterator[str]:
    key = f"{parent}{setting.key}"
    begin = f"{'  ' * depth}{setting.key}:"
    if setting.kind.group is not None:
        yield _commented(begin, _first_line(setting.kind.group))
        for each in settings_of(setting.kind.group):
            yield from _lines_of(each, f"{key}.", values, comments, depth + 1)
        return
    value = _typed(setting, values[key]) if key in values else _typed_default(setting)
    comment = comments.get(key) or setting.description
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield _commented(begin, comment)
        for item in value:
            inner = ", ".join(f"{each}: {yaml_value(item[each])}" for each in item)
            yield f"{'  ' * depth}  - {{{inner}}}"
        return
    yield _commented(f"{begin} {yaml_value(value)}", comment)


def _first_line(group: type) -> str:
    return (group.__doc__ or "").splitlines()[0]


def _commented(text: str, comment: str) -> str:
    in_one_line = "".join(letter if letter.isprintable() else " " for letter in comment).strip()
    return f"{text:<{COMMENT_COLUMN}} # {in_one_line}" if in_one_line else text


def _typed_default(setting: Setting) -> object:
    """The default as a user would type it; nothing for what is required."""
    return _typed(setting, None if setting.required else setting.default)


def _typed(setting: Setting, value: object) -> object:
    """The value as a user would type it: cents become dollars."""
    if setting.kind is CENTS and isinstance(value, int):
        return _Plain(plain_cents(value))
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


class _Plain(str):
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
    if isinstance(value, int | _Plain):
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


def settings_page() -> str:
    """The docs page: every key with its meaning and default."""
    lines = [
        "<!-- Made by `python -m dipay.config_example --write`; change the types, not this page. -->",
        "",
        "# Settings",
        "",
        "One YAML file, found by `--config`, else `DIPAY_CONFIG`, else `config.yaml` in this folder, else in the "
        "user's configuration folder. Relative paths are relative to it. `dipay check` names every problem with its "
        "line.",
        "",
        "A secret is never written into the file: `env:NAME` reads an environment variable, `file:PATH` a file that "
        "only you can read, `keyring:SERVICE` the system's own store.",
        "",
        "| key | meaning | default | example |",
        "|---|---|---|---|",
    ]
    lines.extend(_row(key, each) for key, each in _keys(Settings, ""))
    return "\n".join(lines) + "\n"


def _row(key: str, setting: Setting) -> str:
    default = _typed_default(setting)
    if setting.required:
        shown = "required"
    elif isinstance(default, list) and default and isinstance(default[0], dict):
        shown = f"{len(default)} messages, see config.example.yaml"
    else:
        shown = f"`{yaml_value(default)}`"
    example = f"`{yaml_value(_example(setting))}`" if setting.examples else ""
    return f"| `{key}` | {setting.description.replace('|', 'or')} | {shown} | {example} |"


def _example(setting: Setting) -> object:
    first = setting.examples[0]
    return _Plain(first) if setting.kind is CENTS else first


def schema_json() -> str:
    """The JSON Schema for editors; defaults as a user would type them."""
    definitions = {each.__name__: _schema_of_group(each) for each in _groups_in(Settings)}
    schema = {"$defs": dict(sorted(definitions.items())), **_schema_of_group(Settings)}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _groups_in(group: type) -> Iterator[type]:
    """The groups inside a group, those in lists too."""
    for each in settings_of(group):
        inner = (each.kind.item or each.kind).group
        if inner is not None:
            yield inner
            yield from _groups_in(inner)


def _schema_of_group(group: type) -> dict[str, object]:
    schema: dict[str, object] = {
        "additionalProperties": False,
        "description": _first_line(group),
        "properties": {each.key: _schema_of(each) for each in settings_of(group)},
    }
    if required := [each.key for each in settings_of(group) if each.required]:
        schema["required"] = required
    return {**schema, "title": group.__name__, "type": "object"}


def _schema_of(setting: Setting) -> dict[str, object]:
    schema = dict(setting.kind.schema)
    if setting.kind.group is not None:
        return schema
    if not setting.required:
        default = _typed_default(setting)
        schema["default"] = float(default) if isinstance(default, _Plain) else default
        if default is None:
            schema = {"anyOf": [dict(setting.kind.schema), {"type": "null"}], "default": None}
    schema["description"] = setting.description
    if setting.examples:
        schema["examples"] = list(setting.examples)
    schema["title"] = setting.key.replace("_", " ").title()
    return dict(sorted(schema.items()))


def written_files(root: Path) -> dict[Path, str]:
    """The three files made from the types, with their texts."""
    return {
        root / "config.example.yaml": example_yaml(),
        root / "docs" / "settings.md": settings_page(),
        root / "docs" / "settings.schema.json": schema_json(),
    }


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        for path, text in written_files(Path.cwd()).items():
            path.write_text(text, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(example_yaml())

"""The settings as a file: the commented example, a practice's own first settings, the docs page and the schema.

All are made from the types in `domain/settings.py`. `python -m dipay.config_example --write` writes them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from dipay.domain.setting_types import SecretRef
from dipay.domain.settings import Section, Settings, schema
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
    in_section = False
    for name, info in Settings.model_fields.items():
        if lines and (_is_section(info) or in_section):
            lines.append("")
        in_section = _is_section(info)
        lines.extend(_field_lines(name, info, "", values or {}, comments or {}, 0))
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


def _is_section(info: FieldInfo) -> bool:
    return isinstance(info.annotation, type) and issubclass(info.annotation, Section)


def _keys(model: type[BaseModel], parent: str) -> Iterator[tuple[str, FieldInfo]]:
    """Every setting that holds a value, by its dotted key, in the file's order."""
    for name, info in model.model_fields.items():
        key = f"{parent}.{info.alias or name}" if parent else (info.alias or name)
        if _is_section(info):
            yield from _keys(info.annotation, key)  # type: ignore[arg-type]
        else:
            yield key, info


def _field_lines(
    name: str,
    info: FieldInfo,
    parent: str,
    values: Mapping[str, object],
    comments: Mapping[str, str],
    depth: int,
) -> Iterator[str]:
    name = info.alias or name
    key = f"{parent}.{name}" if parent else name
    indent = "  " * depth
    if _is_section(info):
        model: type[BaseModel] = info.annotation  # type: ignore[assignment]
        doc = (model.__doc__ or "").strip().splitlines()[0]
        yield _commented(f"{indent}{name}:", doc)
        for inner, inner_info in model.model_fields.items():
            yield from _field_lines(inner, inner_info, key, values, comments, depth + 1)
        return
    value = _typed(info, values[key]) if key in values else _typed_default(info)
    comment = comments.get(key) or info.description or ""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield _commented(f"{indent}{name}:", comment)
        for item in value:
            inner = ", ".join(f"{each}: {yaml_value(item[each])}" for each in item)
            yield f"{indent}  - {{{inner}}}"
        return
    yield _commented(f"{indent}{name}: {yaml_value(value)}", comment)


def _commented(text: str, comment: str) -> str:
    in_one_line = "".join(letter if letter.isprintable() else " " for letter in comment).strip()
    return f"{text:<{COMMENT_COLUMN}} # {in_one_line}" if in_one_line else text


def _typed_default(info: FieldInfo) -> object:
    """The default as a user would type it."""
    return _typed(info, None if info.is_required() else info.get_default(call_default_factory=True))


def _typed(info: FieldInfo, value: object) -> object:
    """The value as a user would type it: cents become dollars."""
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    if extra.get("x-unit") == "dollars" and isinstance(value, int):
        return _Plain(plain_cents(value))
    return _as_typed(value)


def _as_typed(value: object) -> object:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, SecretRef):
        return str(value)
    if isinstance(value, BaseModel):
        return {name: _as_typed(getattr(value, name)) for name in type(value).model_fields}
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
    lines.extend(_row(key, info) for key, info in _keys(Settings, ""))
    return "\n".join(lines) + "\n"


def _row(key: str, info: FieldInfo) -> str:
    default = _typed_default(info)
    if info.is_required():
        shown = "required"
    elif isinstance(default, list) and default and isinstance(default[0], dict):
        shown = f"{len(default)} messages, see config.example.yaml"
    else:
        shown = f"`{yaml_value(default)}`"
    example = f"`{yaml_value(_example(info))}`" if info.examples else ""
    return f"| `{key}` | {(info.description or '').replace('|', 'or')} | {shown} | {example} |"


def _example(info: FieldInfo) -> object:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    first = info.examples[0] if info.examples else None
    return _Plain(first) if extra.get("x-unit") == "dollars" else first


def schema_json() -> str:
    """The JSON Schema for editors; defaults as a user would type them."""
    found = schema()
    _mend_defaults(found)
    return json.dumps(found, indent=2, ensure_ascii=False, default=str) + "\n"


def _mend_defaults(node: Any) -> None:
    if isinstance(node, dict):
        if node.pop("x-unit", None) == "dollars" and isinstance(node.get("default"), int):
            node["default"] = node["default"] / 100
        for each in node.values():
            _mend_defaults(each)
    elif isinstance(node, list):
        for each in node:
            _mend_defaults(each)


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

"""The files made from the settings' types: the example, the page of every key, and the schema for editors."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dipay.config import WHERE
from dipay.config_writer import (
    Plain,
    all_keys,
    first_line,
    is_long,
    render_settings_yaml,
    typed_default,
    typed_example,
    yaml_value,
)
from dipay.domain.currencies import CURRENCIES
from dipay.domain.setting_reader import Setting, settings_of
from dipay.domain.settings import DEFAULT_MESSAGES, Settings
from dipay.domain.templates import PLACEHOLDERS

#: What the example sets: what it must, and where the samples are.
EXAMPLE_VALUES: dict[str, object] = {
    key: each.examples[0]
    for key, each in all_keys(Settings)
    if each.required or key in {"practice.website", "exports.folder", "exports.ledger", "payment_link.url"}
}


def example_yaml() -> str:
    """The example at the project's root, which works as it stands on `samples/`."""
    head = [
        "# yaml-language-server: $schema=docs/settings.schema.json",
        "# The settings of dipay. This file works as it stands on the invented practice in samples/.",
        "# Only practice, exports and payment_link.url must be filled in; everything else has the value shown.",
        "",
    ]
    return "\n".join(head) + render_settings_yaml(EXAMPLE_VALUES)


def settings_page() -> str:
    """The docs page: every key with its meaning and default."""
    lines = [
        "<!-- Made by docs/pages.py; change the types in src/dipay/domain/settings.py, not this page. -->",
        "",
        "# Settings",
        "",
        "For whoever fills in `config.yaml`: every key, its meaning and its default.",
        "",
        f"It is {WHERE[0].lower()}{WHERE[1:]} `dipay check` names every problem with its line.",
        "",
        "A secret is never written into the file: `env:NAME` reads an environment variable, `file:PATH` a file that "
        "only you can read, `keyring:SERVICE` the system's own store.",
        "",
        "| key | meaning | default | example |",
        "|---|---|---|---|",
    ]
    lines.extend(_row(key, each) for key, each in all_keys(Settings))
    return "\n".join([*lines, *_STRIPE, *_MESSAGES]) + "\n"


_STRIPE = (
    "",
    "## Payment links by Stripe",
    "",
    "`payment_link.provider: stripe` makes a link of its own for each request, which can be paid once, and asks Stripe "
    "who has paid ([what becomes of a link](money.md)). "
    'It needs the library (`pip install "dipay[stripe]"`) and a key from Stripe\'s Dashboard, best a '
    "restricted one (Developers, API keys, Create restricted key) with these permissions:",
    "",
    "| resource | permission |",
    "|---|---|",
    "| Payment Links, Products, Prices | write |",
    "| Checkout Sessions, Payment Intents, Charges and Refunds | read |",
    "",
    "`dipay check` says which kind of key there is, `dipay check --online` whether Stripe takes it and may be read. A "
    "key that begins with `rk_test_` or `sk_test_` makes links that take test cards only.",
    "",
    f"Links are in the currency of `practice.country`: {', '.join(CURRENCIES)}.",
)

_MESSAGES = (
    "",
    "## Messages",
    "",
    f"A message is a text with placeholders: {', '.join(f'`{{{each}}}`' for each in PLACEHOLDERS)}. Whom nobody can "
    "greet by name is greeted by none: what leads to the name goes with it.",
    "",
    "`text` is one text, which is then for everybody, or a text for each language by its code (ISO 639):",
    "",
    "```yaml",
    "campaign:",
    "  messages:",
    "    - day: 0",
    "      text:",
    *(f'        {language}: "{text}"' for language, text in DEFAULT_MESSAGES[0].texts.items()),
    "```",
    "",
    "A guarantor whose language the export names ([exports](exports.md#languages)) gets the text in it. Everybody else "
    "gets the one in `practice.language`, so each message must have that. The messages that come with dipay are in "
    "English and Spanish. `dipay why ID` says which language an account is asked in, `dipay check` which ones lack a "
    "text.",
    "",
    "A text is charged by segments: 160 characters of the short alphabet (GSM-7), 153 where there are several. One "
    "letter that the alphabet lacks, in the text, the practice's name or a patient's, makes it 70, and 67. It has é, "
    "ñ, ü, ¿ and ¡, and not á, í, ó and ú. `dipay check` and `dipay send --dry-run` name the segments and those "
    "letters; curly quotes and long dashes are made plain. Leave STOP as it is in every language: carriers know that "
    "word. [What a text should and shouldn't say](texts.md) is what else `dipay check` looks for.",
)


def _row(key: str, setting: Setting) -> str:
    if setting.required:
        shown = "required"
    elif is_long(setting):
        shown = "see config.example.yaml"
    else:
        shown = f"`{yaml_value(typed_default(setting))}`"
    example = f"`{yaml_value(typed_example(setting))}`" if setting.examples else ""
    return f"| `{key}` | {setting.description.replace('|', 'or')} | {shown} | {example} |"


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
        "description": first_line(group),
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
        default = typed_default(setting)
        schema["default"] = float(default) if isinstance(default, Plain) else default
        if default is None:
            schema = {"anyOf": [dict(setting.kind.schema), {"type": "null"}], "default": None}
    schema["description"] = setting.description
    if setting.examples:
        schema["examples"] = list(setting.examples)
    schema["title"] = setting.key.replace("_", " ").title()
    return dict(sorted(schema.items()))

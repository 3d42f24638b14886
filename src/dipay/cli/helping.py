"""`help`: what there is to read at a desk without a browser, made from the tables that dipay works by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, cast

import typer

from dipay.cli.common import Answer, Manner, command
from dipay.cli.layout import Heading
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from typer import _click
    from typer.core import TyperGroup

#: As wide as the help of a command is by itself.
WIDTH = 78


def _offered(ctx: typer.Context, incomplete: str) -> list[str]:
    """What a shell completes."""
    return [each for each in (*TOPICS, *_commands(ctx)) if each.startswith(incomplete)]


def help_on(
    manner: Manner,  # noqa: ARG001  it is given to every command
    context: typer.Context,
    topic: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC]",
            help="A command, a topic, a setting's key, a field of an export or a rule's code.",
            show_default=False,
            autocompletion=_offered,
        ),
    ] = None,
) -> Answer:
    """What there is to read: on a command, a setting, a rule."""
    asked = "-".join(topic or ()).lower()
    lines = list(_topics() if not asked else _read(asked, context))
    return Answer(None, lambda: {"topic": asked or None, "lines": lines}, lines=lambda: lines)


def _commands(context: typer.Context) -> Mapping[str, _click.Command]:
    return cast("TyperGroup", context.find_root().command).commands


def _read(asked: str, context: typer.Context) -> Iterable[str]:
    """What is known by that name; a usage error where nothing is."""
    commands = _commands(context)
    if asked in commands:
        of_it = typer.Context(commands[asked], parent=context.find_root(), info_name=asked)
        return commands[asked].get_help(of_it).splitlines()
    if asked in TOPICS:
        return TOPICS[asked][1]()
    if found := [*_rule(asked), *_settings(asked), *_fields(asked)]:
        return found
    from dipay.domain.rules import RULES
    from dipay.domain.setting_reader import did_you_mean

    near = did_you_mean(asked, [*commands, *TOPICS, *(rule.code for rule in RULES), *_keys(), *_field_names()])
    raise cannot(
        ExitCode.USAGE,
        f'there is nothing to read on "{asked}".',
        f"{near}Topics: {', '.join(TOPICS)}; `dipay --help` has the commands.",
        key="help",
    )


def _topics() -> Iterator[str]:
    yield "dipay help TOPIC, with one of these:"
    yield from _defined((name, words) for name, (words, _) in TOPICS.items())
    yield ""
    yield from _filled(
        "Or a command (`dipay --help` has them), a setting's key or the last part of it, a field of an export, or the "
        "code of a rule (`dipay rules`)."
    )


def _exit_codes() -> Iterator[str]:
    yield "What a command ends with:"
    yield from _defined((str(code.value), code.words) for code in ExitCode)


def _views() -> Iterator[str]:
    from dipay.domain.choices import Choice

    yield "What `dipay list --view VIEW` shows:"
    yield from _defined((view.value, view.words) for view in Choice)


def _answers() -> Iterator[str]:
    from dipay.domain.reply_phrases import READINGS

    yield "What a patient's answer is taken for; of several the first."
    yield "* waits for a person."
    yield from _defined((f"{'*' if each.kind.waits else ' '} {each.kind.words}", each.meaning) for each in READINGS)


def _programs() -> Iterator[str]:
    from dipay.exports.layout.profiles import bundled_profiles

    yield "The programs whose exports are known. `dipay init` looks at any other's."
    yield from _defined((each.name, each.title) for each in bundled_profiles())


def _every_setting() -> Iterator[str]:
    from dipay.config import WHERE

    yield from _filled(WHERE)
    yield ""
    yield from _settings()


def _settings(part: str = "") -> Iterator[str]:
    """The settings of which the key is, ends with or begins with that part; all without one."""
    from dipay.config_writer import all_keys, is_long, typed_default, typed_example, yaml_value
    from dipay.domain.settings import Settings

    for key, setting in all_keys(Settings):
        if part and part != key and not key.startswith(f"{part}.") and not key.endswith(f".{part}"):
            continue
        yield key
        default = "see config.example.yaml" if is_long(setting) else yaml_value(typed_default(setting))
        said = [setting.description, "required" if setting.required else f"by default {default}"]
        if setting.examples:
            said.append(f"e.g. {yaml_value(typed_example(setting))}")
        yield from _filled("; ".join(said), "    ")


def _keys() -> Iterator[str]:
    from dipay.config_writer import all_keys
    from dipay.domain.settings import Settings

    for key, _ in all_keys(Settings):
        yield key
        yield key.rpartition(".")[2]


def _every_field() -> Iterator[str]:
    yield "What is read in each export; `exports.columns` names a column of your own."
    yield from _fields()


def _fields(name: str = "") -> Iterator[str]:
    """The fields of each kind of file, or of the one of that name what is blind without it, too."""
    from dipay.domain.fields import FIELDS_OF

    for kind, fields in FIELDS_OF.items():
        shown = [each for each in fields.values() if not name or each.name == name]
        if not name:
            yield ""
            yield f"{kind}:"
            yield from _defined((each.name, each.words) for each in shown)
        for each in shown if name else ():
            yield f"{kind}, {each.name}"
            without = f" Without it: {each.blind}" if each.blind else ""
            yield from _filled(f"{each.words}; {each.grammar.value}.{without}", "    ")


def _field_names() -> Iterator[str]:
    from dipay.domain.fields import FIELDS_OF

    for fields in FIELDS_OF.values():
        yield from fields


def _rule(code: str) -> Iterator[str]:
    from dipay.domain.examples import EXAMPLES
    from dipay.domain.rules import RULES

    for rule in RULES:
        if rule.code == code:
            stopped, passed = EXAMPLES[code]
            by = f" It follows {rule.setting}." if rule.setting else ""
            yield f"rule {code}"
            yield from _filled(f"An account is not asked when {rule.summary}: {rule.verdict}.{by}", "    ")
            yield from _filled(f"Not asked: {stopped.words}. {rule.fix(stopped.account, stopped.day)}", "    ")
            yield from _filled(f"Asked: {passed.words}.", "    ")


def _defined(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Words and what they mean, in two columns."""
    rows = list(pairs)
    width = max(len(word) for word, _ in rows) + 4
    for word, meaning in rows:
        first, *further = _filled(meaning, " " * width)
        yield f"  {word:{width - 2}}{first[width:]}"
        yield from further


def _filled(text: str, indent: str = "") -> list[str]:
    import textwrap

    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


TOPICS: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
    "settings": ("every key of the settings, its meaning and default", _every_setting),
    "fields": ("what is read in each export", _every_field),
    "programs": ("the programs whose exports are known", _programs),
    "views": ("what the list can show", _views),
    "answers": ("what patients' answers are taken for", _answers),
    "exit-codes": ("what a command ends with, for scripts and monitors", _exit_codes),
}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "help", help_on, Heading.SET_UP, "dipay help", "dipay help send", "dipay help minimum_balance")

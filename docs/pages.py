"""Writes the pages of docs/ that are made from the code: `python docs/pages.py` (tests check they are current)."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from dipay.cli import app
from dipay.cli.layout import Heading
from dipay.domain.examples import EXAMPLES
from dipay.domain.fields import FIELDS_OF
from dipay.domain.problems import ExitCode
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.reply_phrases import READINGS
from dipay.domain.rules import RULES
from dipay.exports.layout.profiles import bundled_profiles
from reply_cases import CASES, NEAR_AN_OPT_OUT, TextsByLanguage
from settings_pages import example_yaml, schema_json, settings_page

HERE = Path(__file__).parent
MADE = "<!-- Made by docs/pages.py; change the code, not this page. -->\n\n"


def rules_page() -> str:
    """The rule table with each rule's examples."""
    lines = [
        "# The rules",
        "",
        "Every rule is run on every account and every reason is kept; the first is the headline. An account's view is "
        "the first of active, undeliverable, snoozed, excluded, held among its verdicts, else pending. "
        "`dipay rules` shows the table with your own settings, `dipay why ID` every rule for one account.",
        "",
        "| code | an account is not asked when | verdict | setting |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {rule.code} | {rule.summary} | {rule.verdict} | {f'`{rule.setting}`' if rule.setting else ''} |"
        for rule in RULES
    ]
    lines += [
        "",
        "## Just inside, just outside",
        "",
        "With the default settings, on one account changed in one thing:",
    ]
    for rule in RULES:
        stopped, passed = EXAMPLES[rule.code]
        lines += [
            "",
            f"### {rule.code}",
            "",
            f"* not asked: {stopped.words}. *{rule.detail(stopped.account, stopped.day)}.* "
            f"{rule.fix(stopped.account, stopped.day)}",
            f"* asked: {passed.words}.",
        ]
    return MADE + "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command's own help, under the headings of the list of commands."""
    lines = [
        "# Commands",
        "",
        f"Exit codes: {'; '.join(f'{code} {code.words}' for code in ExitCode)}.",
    ]
    lines += ["", "```", _help_of(), "```"]
    for heading in Heading:
        lines += ["", f"## {heading}"]
        for command in app.registered_commands:
            if command.rich_help_panel == heading:
                lines += ["", f"### dipay {command.name}", "", "```", _help_of(str(command.name)), "```"]
    return MADE + "\n".join(lines) + "\n"


def _help_of(*command: str) -> str:
    text = CliRunner().invoke(app, [*command, "--help"], prog_name="dipay", terminal_width=90).output
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def profiles_page() -> str:
    """The bundled profiles: which caption is read as which field."""
    lines = [
        "# Profiles",
        "",
        "A profile says how one PMS names its columns; the first caption that a file has is used. Case, blanks, "
        "underscores and a leading apostrophe don't count. `exports.columns` in the settings goes over it.",
    ]
    for profile in bundled_profiles():
        lines += ["", f"## {profile.name}: {profile.title}"]
        for kind, file in profile.files.items():
            lines += ["", f"| {kind} | captions |", "|---|---|"]
            for field, sources in file.columns.items():
                captions = ", ".join(" + ".join(f"`{each.caption}`" for each in columns) for columns in sources)
                lines.append(f"| {field} | {captions} |")
    return MADE + "\n".join(lines) + "\n"


def dependencies_page() -> str:
    """What is installed with dipay, and why: the comment above each in pyproject.toml."""
    lines = [
        "# What is installed with dipay",
        "",
        "For whoever answers for what runs on the office's computer: each library, its versions, and what it is for.",
        "",
        "Sizes as installed, without what a library brings along, and processor time to import it, on one computer. "
        "Nothing is imported before it is used. The "
        "lowest versions are those that the tests pass with; a next major version is let in once they pass with it.",
        "",
        "| library | versions | what for |",
        "|---|---|---|",
    ]
    text = (HERE.parent / "pyproject.toml").read_text("utf-8")
    for title in ("dependencies", "stripe"):
        why: list[str] = []
        for line in text.partition(f"\n{title} = [\n")[2].partition("\n]")[0].splitlines():
            comment, is_comment = line.strip().removeprefix("# "), line.strip().startswith("#")
            if is_comment:
                why.append(comment)
                continue
            name, versions = re.fullmatch(r'"([\w-]+)(.*)",', comment).groups()  # type: ignore[union-attr]
            extra = f"`dipay[{title}]`: " if title != "dependencies" else ""
            lines.append(f"| {name} | {versions.replace(';', ' where')} | {extra}{' '.join(why)} |")
            why.clear()
    lines += [
        "",
        "`pip-audit` looks them up each week, and with each change of them, and so are the tests run with the lowest "
        "versions (`.github/workflows/dependencies.yml`). Why some other library is not there, and what was measured, "
        "stands in [decisions](decisions.md#libraries).",
    ]
    return MADE + "\n".join(lines) + "\n"


def fields_page() -> str:
    """The table of fields: what each is, how its cells are read, and what is blind without it."""
    lines = [
        "# Fields",
        "",
        "What dipay reads in each export. `exports.columns` in the settings gives a field your own caption; cells of "
        "personal fields never stand in a message.",
    ]
    for kind, fields in FIELDS_OF.items():
        lines += ["", f"## {kind}", ""]
        lines += ["| field | holds | its cells | personal | without it |", "|---|---|---|---|---|"]
        for field in fields.values():
            personal = "yes" if field.personal else ""
            lines.append(f"| {field.name} | {field.words} | {field.grammar.value} | {personal} | {field.blind} |")
    return MADE + "\n".join(lines) + "\n"


def replies_page() -> str:
    """The kinds of replies by rank, with texts of each."""
    lines = [
        "# Replies",
        "",
        "What a patient's answer is taken for. Case, accents, punctuation and blanks don't count, nor does what a "
        "reply quotes of our own message. Where several kinds are in one text, the first of this page counts; what is "
        'in doubt is "other". The tests read every text below.',
    ]
    for reading in READINGS:
        after = "A person reads it." if reading.kind.waits else "Nobody has to read it."
        lines += ["", f"## {_kind_words(reading.kind)}", "", f"{reading.meaning.capitalize()}. {after}", ""]
        lines += _texts_by_language(CASES[reading.kind])
    lines += ["", "## Near an opt-out, and none", ""]
    lines += _texts_by_language(NEAR_AN_OPT_OUT)
    return MADE + "\n".join(lines) + "\n"


def _kind_words(kind: ReplyKind) -> str:
    return kind.value.replace("_", " ").capitalize()


def _texts_by_language(texts: TextsByLanguage) -> list[str]:
    return [f"* {language}: {' · '.join(f'`{each}`' for each in several)}" for language, several in texts.items()]


PAGES = {
    "fields.md": fields_page,
    "replies.md": replies_page,
    "rules.md": rules_page,
    "commands.md": commands_page,
    "profiles.md": profiles_page,
    "dependencies.md": dependencies_page,
    "settings.md": settings_page,
    "settings.schema.json": schema_json,
    "../config.example.yaml": example_yaml,
}


def main() -> None:
    """Writes every page."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""Writes the pages and pictures of docs/ that are made from the code: `python docs/pages.py` (tests check them)."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from dipay.cli import app
from dipay.cli.layout import Heading
from dipay.domain.examples import EXAMPLES
from dipay.domain.fields import FIELDS_OF
from dipay.domain.lint_kinds import LINK_KINDS, TEXT_KINDS, Kind
from dipay.domain.problems import ExitCode
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.reply_phrases import READINGS
from dipay.domain.rules import RULES
from dipay.exports.layout.profiles import bundled_profiles
from pictures import PICTURES
from reply_cases import CASES, NEAR_AN_OPT_OUT, TextsByLanguage
from settings_pages import example_yaml, schema_json, settings_page

HERE = Path(__file__).parent
MADE = "<!-- Made by docs/pages.py; change the code, not this page. -->\n\n"


def rules_page() -> str:
    """The rule table with each rule's examples."""
    lines = [
        "# Rules",
        "",
        "For whoever asks why an account is asked or isn't.",
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
        "For looking up a command: the help of each, as `dipay COMMAND --help` shows it.",
        "",
        f"Exit codes: {'; '.join(f'{code} {code.words}' for code in ExitCode)}.",
        "",
        " · ".join(f"[{each.name}](#dipay-{each.name})" for each in app.registered_commands),
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
        "For whoever sets up the exports: the captions that dipay knows.",
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
        "For whoever names columns by hand: what dipay reads in each export.",
        "",
        "`exports.columns` in the settings gives a field your own caption; cells of "
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
        "For whoever reads what patients answer: what each answer is taken for.",
        "",
        "Case, accents, punctuation and blanks don't count, nor does what a "
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


def texts_page() -> str:
    """What is said of texts and links, why, and a bad and a good one of each kind."""
    lines = [
        "# Texts: what one should and shouldn't say",
        "",
        "For whoever words the messages. `dipay check` reads each message of the settings in each of its languages, "
        "and the address of its link, for "
        "what the law, carriers or patients' trust speak against. A warning is a risk: look before sending (exit code "
        "1). A note is advice. Words are known in English and Spanish, in any case and with or without accents; the "
        "practice's own name may hold any of them. It is no lawyer: a text of which nothing is said may still be "
        "wrong. [Privacy and the law](privacy-and-law.md) has the facts, `tests/data/text_lint_cases.yaml` the texts "
        "by which this is tested.",
        "",
        "## Texts",
        "",
        *_kinds_table(TEXT_KINDS),
        "",
        "## Where the link leads",
        "",
        "With `practice.website: www.maplestreetdental.com`. Two hosts agree when their owner is the same: "
        "`pay.maplestreetdental.com` and `www.maplestreetdental.com` do. Links by Stripe lead to buy.stripe.com or to "
        "your own domain there; [the notice for patients](patients-notice.md) must name it.",
        "",
        *_kinds_table(LINK_KINDS),
        "",
        "## Beside them",
        "",
        "`check` warns of a `messaging.send_window` with Sundays or hours outside 8 to 21, and of a `practice.phone` "
        "out of films (555-0100 to 555-0199) once texts reach patients; it notes that `practice.website` is not set.",
    ]
    return MADE + "\n".join(lines) + "\n"


def _kinds_table(kinds: tuple[Kind, ...]) -> list[str]:
    lines = ["| kind | | why | so not | but |", "|---|---|---|---|---|"]
    lines += [f"| {each.code} | {each.severity} | {each.why} | `{each.bad}` | `{each.good}` |" for each in kinds]
    return lines


def _kind_words(kind: ReplyKind) -> str:
    return kind.value.replace("_", " ").capitalize()


def _texts_by_language(texts: TextsByLanguage) -> list[str]:
    return [f"* {language}: {' · '.join(f'`{each}`' for each in several)}" for language, several in texts.items()]


PAGES = {
    "fields.md": fields_page,
    "replies.md": replies_page,
    "rules.md": rules_page,
    "texts.md": texts_page,
    "commands.md": commands_page,
    "profiles.md": profiles_page,
    "dependencies.md": dependencies_page,
    "settings.md": settings_page,
    "settings.schema.json": schema_json,
    "../config.example.yaml": example_yaml,
}


def main() -> None:
    """Writes every page and picture."""
    for name, page in (PAGES | PICTURES).items():
        (HERE / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

"""The templates of messages: the closed placeholders, and why a text is no template.

A template is no program: no attribute, index, format or conversion. Reading the settings needs this and no more.
"""

from __future__ import annotations

from string import Formatter
from typing import Final

from dipay.domain.problems import Problem, Severity

#: What may stand in braces in a message.
PLACEHOLDERS: Final = ("practice", "phone", "first_name", "amount", "link")


def template_problems(template: str, key: str | None = None) -> list[Problem]:
    """Why the template can't be rendered: an unknown placeholder, a format, a lone brace, an empty text; else nothing.

    For when the settings are read, so that nothing of this is found out at the 40th message.
    """

    def error(message: str, fix: str) -> Problem:
        return Problem(Severity.ERROR, message, fix, key=key)

    if not template.strip():
        return [error("The message is empty.", "Write its text.")]
    allowed = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    try:
        fields = list(Formatter().parse(template))
    except ValueError:
        return [error("There is a brace without its partner.", "Placeholders look like {first_name}; a brace is {{.")]
    problems = []
    for _, name, spec, conversion in fields:
        if name is None:
            continue
        if name not in PLACEHOLDERS:
            from difflib import get_close_matches

            near = get_close_matches(name.strip().lower(), PLACEHOLDERS, n=1)
            hint = f"Did you mean {{{near[0]}}}? " if near else ""
            problems.append(error(f"There is no placeholder {{{name}}}.", f"{hint}Use only {allowed}."))
        elif spec or conversion:
            problems.append(error(f"The placeholder {{{name}}} takes no format.", f"Write just {{{name}}}."))
    return problems

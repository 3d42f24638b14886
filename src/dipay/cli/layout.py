"""How the help is laid out: the commands under headings, and examples under each command. No words of its own."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typer import _click


class Heading(StrEnum):
    """What a command is there for, in the order of the help."""

    DAY = "The day"
    DECISIONS = "Decisions"
    LOOKING_BACK = "Looking back"
    SET_UP = "Set-up"
    CARE = "Care"


class WithExamples(TyperCommand):
    """A command whose help ends with examples, each in a line to be typed as it stands."""

    def format_epilog(self, ctx: _click.Context, formatter: _click.HelpFormatter) -> None:  # noqa: ARG002
        """Writes the examples: they are the epilog's lines, and no line is broken."""
        with formatter.section("Examples"):
            for example in (self.epilog or "").splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class UnderHeadings(TyperGroup):
    """All commands, each under its heading."""

    def format_commands(self, ctx: _click.Context, formatter: _click.HelpFormatter) -> None:  # noqa: ARG002
        """Writes a line for each command, and its whole description."""
        width = max(map(len, self.commands))
        for heading in Heading:
            under = [each for each in self.commands.values() if getattr(each, "rich_help_panel", None) == heading]
            if under:
                with formatter.section(heading):
                    # All headings' descriptions begin in one column.
                    formatter.write_dl([(f"{each.name:{width}}", each.short_help or "") for each in under])

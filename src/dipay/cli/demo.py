"""`demo`: days of an invented practice, by the commands themselves, in a temporary folder that is gone afterwards."""

from __future__ import annotations

import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command
from dipay.cli.layout import Heading
from dipay.cli.review import is_terminal
from dipay.cli.signals import SIGNALS, signals_kept
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from rich.console import Console

#: How much of an export is shown.
_FIRST_LINES = 4
#: A screen on which a step is seen as a whole.
_TALL = 36
#: After these a demo goes on: what was done by keys may have settled what a later command is for.
_MEANS: Mapping[int, str] = {
    ExitCode.DONE: "done",
    ExitCode.ATTENTION: "something needs a person",
    ExitCode.USAGE: "it can't be done here, or not any more",
}


def demo(
    manner: Manner,
    yes: Annotated[bool, typer.Option("--yes", help="Go through all steps, without waiting for Enter.")] = False,
) -> Answer:
    """A day of an invented practice, step by step; sends nothing.

    Each step says what is done and why, shows the command as one would type it, and its real answer. On a terminal it
    waits for Enter after each. All of it happens in a temporary folder; no settings or files of yours are read.
    """
    attended = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    return Answer(show=lambda screen: _play(manner, screen, attended=attended))


def _play(manner: Manner, screen: Console, *, attended: bool) -> None:
    folder: Path | None = None
    try:
        with _temporary_folder() as folder:
            _Showing(manner, screen, folder, attended).run()
    except KeyboardInterrupt:
        print(f"Interrupted. {_what_is_left(folder)}", file=sys.stderr)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    print(_what_is_left(folder))


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A new folder, which is gone afterwards, whatever happens."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="dipay-demo-"))
    except OSError as error:
        words = f"there is no folder for temporary files: {error.strerror}."
        raise cannot(ExitCode.USAGE, words, "Make room, or name a folder that you may write to by TMPDIR.") from None
    try:
        yield folder
    finally:
        with signals_kept():
            # A second Ctrl-C would leave a part of it.
            for number in SIGNALS.values():
                signal.signal(number, signal.SIG_IGN)
            shutil.rmtree(folder, ignore_errors=True)


def _what_is_left(folder: Path | None) -> str:
    if folder is not None and folder.exists():
        return f"Its folder could not be removed; delete it: {folder}"
    return "The demo's folder is removed, and nothing else was touched."


class _Showing:
    """Goes through the steps in that folder. `attended`: somebody is there, and says by Enter when to go on."""

    def __init__(self, manner: Manner, screen: Console, folder: Path, attended: bool) -> None:
        from dipay.demo.practice import Practice
        from dipay.demo.story import STEPS

        self._manner, self._screen, self._folder, self._attended = manner, screen, folder, attended
        self._practice = Practice(folder, STEPS[0].day)
        self._program = _program()

    def run(self) -> None:
        """Shows every step, or those until somebody types q."""
        try:
            self._go_through()
        except EOFError:
            return

    def _go_through(self) -> None:
        from dipay.demo.story import NEXT, OPENING, STEPS

        self._head("dipay demo")
        self._say(OPENING)
        self._look_into_folder()
        for number, step in enumerate(STEPS, 1):
            self._typed("Enter: go on, q: end")
            self._practice.turn_to(step.day, step.hour)
            self._head(f"{number} of {len(STEPS)}: {step.title}", f"{step.day:%a %d %b %Y}, {step.hour:%H:%M}")
            self._say(step.words)
            if step.by_keys and not self._opens_by_keys():
                continue
            for each in step.commands:
                self._carry_out(each, waits=not step.by_keys and each is step.commands[0])
        self._head("What next")
        for words, typed in NEXT:
            self._print(f"{typed:<28}{words}")
        self._print("")

    def _opens_by_keys(self) -> bool:
        if not (self._attended and is_terminal()):
            self._print("Left out: there is no terminal here to draw it on.")
            return False
        return self._typed("Enter: open it, s: skip it, q: end") != "s"

    def _carry_out(self, typed: str, *, waits: bool) -> None:
        """Runs the command as one would type it, in the demo's practice, and says how it ended.

        Where its answer may push out of sight what was said of it, that can be read first, if it `waits`.
        """
        typed = " ".join(["dipay", typed, *self._options()])
        self._print(f"\n$ {typed}", "bold")
        if waits and self._screen.height < _TALL:
            self._typed("Enter: run it, q: end")
        _, *words = shlex.split(typed)
        with signals_kept(), redirect_stderr(sys.stdout):
            exit_code = self._program(words, prog_name="dipay", standalone_mode=False, obj=self._practice.office)
        if exit_code == ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        if exit_code not in _MEANS:
            raise typer.Exit(exit_code)
        if exit_code != ExitCode.DONE:
            self._print(f"(exit code {exit_code}: {_MEANS[exit_code]})", "dim")

    def _options(self) -> list[str]:
        given = {"--verbose": self._manner.verbose, "--no-color": self._manner.no_color}
        return [option for option, is_given in given.items() if is_given]

    def _typed(self, question: str) -> str:
        """What somebody answers, in small letters; nothing where nobody is there. A q is the end of the input."""
        typed = input(f"\n{question} > ").strip().lower() if self._attended else ""
        if typed == "q":
            raise EOFError
        return typed

    def _look_into_folder(self) -> None:
        """How each export begins, with as much of its lines as the screen is wide."""
        # Whole, so that it can be copied.
        self._screen.print(str(self._folder), soft_wrap=True)
        for path in self._practice.exports:
            self._print(f"\n{path.name}", "bold")
            with path.open(encoding="utf-8") as lines:
                for line in islice(lines, _FIRST_LINES):
                    self._screen.print(line.rstrip(), no_wrap=True, overflow="ellipsis")

    def _head(self, title: str, when: str = "") -> None:
        from rich.text import Text

        self._print("")
        self._screen.rule(Text.assemble((title, "bold"), f"  {when}" if when else ""), align="left", style="dim")

    def _say(self, words: str) -> None:
        if not self._manner.quiet:
            self._print(words)

    def _print(self, words: str, style: str = "") -> None:
        from rich.text import Text

        self._screen.print(Text(words, style))


def _program() -> Callable[..., int]:
    """The commands of the steps, as `dipay` has them."""
    from dipay.cli import decisions, lists, outcomes, reports, review, sending

    app = typer.Typer()
    for group in (lists, review, decisions, sending, outcomes, reports):
        group.register(app)
    return typer.main.get_command(app)  # called, it returns the exit code


def register(app: typer.Typer) -> None:
    """Adds this group's command."""
    command(app, "demo", demo, Heading.SET_UP, "dipay demo", "dipay demo --yes", without={"config", "json"})

"""What every command shares: its common options, how an answer leaves, and how a failure does."""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from dipay.cli.layout import Heading, WithExamples
from dipay.cli.recorded import Met, recorded
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.render.safe import printable
from dipay.render.streams import stream_for_json

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.office import Office
    from dipay.render.progress import Progress
    from dipay.services.finding import Person


ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="The settings file.", metavar="PATH", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for other programs.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", help="Another day than today.", metavar="YYYY-MM-DD", show_default=False),
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Say notes and details too.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but the answer and errors.")]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="No colours.")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: its day, its data for `--json`, how to print it, and the problems on the way.

    An answer of plain `lines` needs no `show`: what draws tables takes longer to import than such a command to run.
    `exit_code` is the least the command ends with; problems that need a person make it 1.
    """

    as_of: date | None = None
    data: Callable[[], dict[str, Any]] = dict
    show: Callable[[Console], None] = lambda _: None
    problems: tuple[Problem, ...] = ()
    exit_code: ExitCode = ExitCode.DONE
    lines: Callable[[], Iterable[str]] | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """The options common to all commands: which settings, and how the user wants to be answered.

    `counts` are how many of what a run did, counted while it does it: the run log has them of a failed one, too.
    `practice` opens the office of a practice of its own, which knows no settings of the user's: the demo's.
    """

    command: str
    config: Path | None = None
    json: bool = False
    verbose: bool = False
    quiet: bool = False
    no_color: bool = False
    practice: Callable[[], Office] | None = None
    counts: Counter[str] = field(default_factory=Counter)
    watching: list[Progress] = field(default_factory=list)

    def office(self) -> Office:
        """The office of the settings file named, or of the one answer."""
        from dipay.office import open_office

        office = open_office(self.config) if self.practice is None else self.practice()
        if not self.quiet and sys.stderr.isatty():
            from dipay.render.progress import Progress

            progress = Progress(sys.stderr, no_color=self.no_color)
            self.watching.append(progress)
            office = replace(office, watch=progress, doing=progress.doing)
        return office

    def end_watching(self) -> None:
        """Takes away what is shown of a job, whatever became of it: an answer or an error comes now."""
        for each in self.watching:
            each.end()

    def office_to_record_for(self) -> Office | None:
        """Where a run is recorded; nowhere where the settings can't be read, of which the command itself tells."""
        try:
            return self.office()
        except CannotGoOn:
            return None

    def say(self, problems: Iterable[Problem]) -> None:
        """Problems on stderr; with `--json` they are part of the answer."""
        if self.json and not self.verbose:
            return
        from dipay.render.problems import print_problems

        print_problems(problems, sys.stderr, notes=not self.quiet)


_COMMON: dict[str, Any] = {
    "config": (ConfigOption, None),
    "json": (JsonOption, False),
    "verbose": (VerboseOption, False),
    "quiet": (QuietOption, False),
    "no_color": (NoColorOption, False),
}


def command(
    app: typer.Typer,
    name: str,
    function: Callable[..., Answer],
    heading: Heading,
    *examples: str,
    recorded_when: Callable[[Mapping[str, Any]], bool] = lambda _: False,
    unattended: Callable[[Mapping[str, Any]], bool] = lambda _: False,
    without: Set[str] = frozenset(),
    when_interrupted: str = "What was done until then is written down; run it again for the rest.",
) -> None:
    """Registers a command of that name: the function's answer is let out, and so is why it can't give one.

    The help has it under the heading, with the first line of the function's docstring, and ends with the examples.

    The options common to all, but for those it does `without`, are added to the function's own and reach it together,
    as its argument `manner`. Who calls the app may hand over the practice to work for, as Typer's `obj`.
    `recorded_when` says by the options given whether the run gets its line in the run log, as every one does that sends
    or asks the provider; `unattended` whether it is then one of cron, which the monitor is told of.
    """
    own = inspect.signature(function, eval_str=True).parameters.values()
    parameters = [each.replace(kind=each.KEYWORD_ONLY) for each in own if each.name not in ("manner", "context")]
    common = {each: option for each, option in _COMMON.items() if each not in without}
    parameters += [
        inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for each, (kind, default) in common.items()
    ]
    parameters.append(inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context))

    def run(*, context: typer.Context, **values: Any) -> NoReturn:
        if any(each.name == "context" for each in own):
            values["context"] = context
        manner = Manner(name, practice=context.obj, **{each: values.pop(each) for each in common})
        try:
            carry_out(manner, values)
        except KeyboardInterrupt:
            print(f"Interrupted. {when_interrupted}", file=sys.stderr)
            raise typer.Exit(ExitCode.INTERRUPTED) from None

    def carry_out(manner: Manner, values: Mapping[str, Any]) -> NoReturn:
        office = manner.office_to_record_for() if recorded_when(values) else None
        if office is None:
            _carry_out(manner, function, values, Met())
        with recorded(office, name, manner.counts, unattended=unattended(values)) as met:
            _carry_out(manner, function, values, met)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__doc__ = function.__doc__
    app.command(
        name,
        cls=WithExamples,
        # Said so, the list of commands has all of it; what it takes from the docstring by itself, it cuts.
        short_help=(function.__doc__ or "").partition("\n")[0],
        epilog="\n".join(examples),
        rich_help_panel=heading,
    )(run)


def _carry_out(manner: Manner, function: Callable[..., Answer], values: Mapping[str, Any], met: Met) -> NoReturn:
    try:
        try:
            answer = function(manner=manner, **values)
        finally:
            manner.end_watching()
    except CannotGoOn as error:
        met.problems = error.problems
        _fail(manner, error)
    except typer.Abort:  # Ctrl-C at a question, which stands on the line
        print(file=sys.stderr)
        raise KeyboardInterrupt from None
    met.problems = answer.problems
    # While `answer` is still held: a large practice isn't taken apart before the process ends.
    _let_out(manner, answer)


def _let_out(manner: Manner, answer: Answer) -> NoReturn:
    """Data on stdout, problems on stderr, then the exit code: 1 where somebody must look at a problem."""
    needs_person = any(problem.severity is not Severity.NOTE for problem in answer.problems)
    try:
        if manner.json:
            status = "attention" if needs_person or answer.exit_code else "ok"
            _print_json(manner.command, answer.as_of, answer.data(), answer.problems, status)
        elif answer.lines is not None:
            from dipay.render.lines import on_screen

            for line in answer.lines():
                print(on_screen(printable(line), sys.stdout))
        else:
            answer.show(console(manner))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read it has enough of it (`dipay list | head`).
        pass
    except OSError as error:
        from dipay.render.problems import print_problems

        message = f"the answer could not be written: {error.strerror}."
        fix = "Make room where it goes to. What the command did is done; `dipay history` shows what was sent."
        print_problems([Problem(Severity.ERROR, message, fix)], sys.stderr)
        raise typer.Exit(ExitCode.UNWRITTEN) from None
    except CannotGoOn as error:
        # A long answer is read while it is written; what it is read from may be lost in between.
        from dipay.render.problems import print_problems

        print_problems(error.problems, sys.stderr)
        raise typer.Exit(error.exit_code) from None
    manner.say(answer.problems)
    raise typer.Exit(answer.exit_code or (ExitCode.ATTENTION if needs_person else ExitCode.DONE))


def _fail(manner: Manner, error: CannotGoOn) -> NoReturn:
    """Why the command can't be done; it ends with the error's own code."""
    if manner.json:
        _print_json(manner.command, None, {}, error.problems, "error")
    manner.say(error.problems)
    raise typer.Exit(error.exit_code) from None


def several_fit(people: tuple[Person, ...], as_of: date | None = None) -> Answer:
    """The answer where a name is that of several: who they are, and nothing else."""

    def data() -> dict[str, Any]:
        return {
            "candidates": [
                {"guarantor_id": each.guarantor_id, "patient_id": each.patient_id, "name": each.name} for each in people
            ]
        }

    def lines() -> Iterable[str]:
        yield "Several accounts fit. Ask again with the id of one:"
        width = max(len(each.guarantor_id) for each in people)
        for each in people:
            of = "" if each.patient_id == each.guarantor_id else f" (patient {each.patient_id} of this account)"
            yield f"  {each.guarantor_id:<{width}}  {each.name}{of}"

    return Answer(as_of, data, lines=lines, exit_code=ExitCode.ATTENTION)


def one_answer(**asked_for: object) -> None:
    """A usage error where answers in two forms are asked for; each by the name of its option."""
    answers = [f"--{name}" for name, given in asked_for.items() if given]
    if len(answers) > 1:
        words = f"{' and '.join(answers[:2])} are two different answers."
        raise cannot(ExitCode.USAGE, words, "Leave one of them out.", key=answers[0])


def console(manner: Manner) -> Console:
    """The terminal, or whatever stdout is."""
    from rich.console import Console

    return Console(no_color=manner.no_color or None, highlight=False, markup=False, emoji=False, soft_wrap=False)


def parse_as_of(text: str | None, option: str = "--as-of") -> date | None:
    """The day of an option; anything but YYYY-MM-DD is a usage error."""
    if text is None:
        return None
    from dipay.grammar import Unreadable
    from dipay.grammar.dates import DateGrammar

    try:
        day = DateGrammar().parse(text)
    except Unreadable:
        day = None
    if day is None:
        raise cannot(ExitCode.USAGE, f'"{text}" is not a day.', "Write it as YYYY-MM-DD.", key=option)
    return day


def _print_json(command: str, as_of: date | None, data: dict[str, Any], problems: Any, status: str) -> None:
    from dipay.render.as_json import write_json
    from dipay.render.data import envelope

    write_json(envelope(command, as_of, data, tuple(problems), status), stream_for_json(sys.stdout))
    sys.stdout.write("\n")

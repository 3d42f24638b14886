"""The command line: each command parses, calls one service, renders, and sets the exit code. No rules here."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from dipay import __version__
from dipay.cli.layout import UnderHeadings
from dipay.cli.signals import end_by_signals
from dipay.domain.problems import ExitCode
from dipay.render.streams import write_plainly

app = typer.Typer(
    name="dipay",
    cls=UnderHeadings,
    add_completion=False,
    no_args_is_help=True,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Decides who may be asked for their dental balance, says why everybody else is not, and asks each one once.",
    epilog="`dipay COMMAND -h` shows a command's options and examples, `dipay help` what else there is to read.",
)


@app.callback()
def dipay(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version; with -v also what a report of a mistake needs.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", hidden=True)] = False,
    install_completion: Annotated[
        bool, typer.Option("--install-completion", help="Let Tab complete commands and options in this shell.")
    ] = False,
    show_completion: Annotated[
        bool, typer.Option("--show-completion", help="Show the script that does so, to install it by hand.")
    ] = False,
) -> None:
    """Options before the command."""
    if version:
        typer.echo(f"dipay {__version__}")
        if verbose:
            from dipay.cli.about import about

            for line in about():
                typer.echo(line)
    elif install_completion or show_completion:
        from dipay.cli.completion import install, script, shell_in_use

        shell = shell_in_use()
        if shell is None:
            context.fail("this is no shell that completes: bash, zsh, fish and PowerShell do.")
        try:
            for line in install(shell) if install_completion else [script(shell)]:
                typer.echo(line)
        except OSError as error:
            context.fail(f"{error.filename} can't be written: {error.strerror}.")
    elif verbose:
        context.fail("-v goes behind the command, or with --version.")
    elif context.invoked_subcommand is None:
        context.fail("Missing command.")
    else:
        return
    raise typer.Exit


#: The modules of commands, in the order of the help, with the commands of each.
GROUPS = {
    "setup": ("init", "check"),
    "lists": ("today", "list", "why", "rules"),
    "review": ("review",),
    "decisions": ("snooze", "unsnooze", "deselect", "select", "optout", "optin", "remove", "paid", "wrong-number"),
    "sending": ("send",),
    "requesting": ("request",),
    "outcomes": ("resend", "sync", "replies", "undeliverable"),
    "posting": ("posting",),
    "reports": ("report", "diff", "simulate"),
    "state_log": ("history", "backup", "purge"),
    "demo": ("demo",),
    "helping": ("help",),
}


def _register(wanted: str | None) -> None:
    """Adds the commands of the group that has the one wanted; all of them where none has, as for the help."""
    groups = [group for group, commands in GROUPS.items() if wanted in commands] or list(GROUPS)
    for group in groups:
        import_module(f"dipay.cli.{group}").register(app)


# To make all commands of one takes a tenth of the time of a small command; `help` knows them all.
_register(None if sys.argv[1:2] == ["help"] else next(iter(sys.argv[1:]), None))


def main() -> NoReturn:
    """Runs the command line. What dipay did not foresee is said without a word of what it was working on."""
    _open_missing_streams()
    end_by_signals()
    write_plainly(sys.stdout, sys.stderr)
    # A large practice is millions of records that live to the end: looking through them for garbage costs seconds.
    gc.set_threshold(100_000, 50, 100)
    # numpy's linear algebra, which nothing here uses, would start a thread for each processor when numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if os.environ.get("_DIPAY_COMPLETE"):
        _answer_the_shell()
    try:
        _run()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        exit_code = ExitCode.INTERRUPTED
    except Exception as error:
        exit_code = _report_bug(error)
    os._exit(exit_code)


def _answer_the_shell() -> None:
    """Makes ready for a shell that asks what fits; to `app` this is a call like any other."""
    from typer._completion_classes import completion_init  # it has no public name

    completion_init()
    # To a shell a description is one line; rich, which Typer takes it through, would break it at the terminal's width.
    os.environ["COLUMNS"] = "1000"


def _open_missing_streams() -> None:
    """A task that Windows runs without a console, or a shell's `>&-`, leaves Python without one of these."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


def _run() -> NoReturn:
    """Runs the command and ends with its exit code, once all that it said has left."""
    try:
        # A shell completes the name that is typed, however Python was started.
        app(prog_name="dipay")
    except SystemExit as leaving:
        # Here, where it still holds what the command made.
        _leave(leaving.code if isinstance(leaving.code, int) else 0)
    _leave(0)


def _leave(exit_code: int) -> NoReturn:
    """Ends the process at once: to take a large practice apart, record by record, would cost seconds for nothing.

    Every file is closed by now.
    """
    for stream in (sys.stdout, sys.stderr):
        # An answer that could not be written was told of before.
        with suppress(OSError):
            stream.flush()
    os._exit(exit_code)


def _report_bug(error: Exception) -> ExitCode:
    """Says where dipay failed, never on what: exception texts and source lines can hold patients."""
    import traceback

    print(
        f"dipay failed ({type(error).__name__}). This is a mistake in dipay. What was sent before it is written down: "
        "`dipay history`.",
        file=sys.stderr,
    )
    print("Please report these lines; they hold nothing about patients:", file=sys.stderr)
    for frame in traceback.extract_tb(error.__traceback__)[-8:]:
        print(f"  {os.path.basename(frame.filename)}:{frame.lineno} {frame.name}", file=sys.stderr)  # noqa: PTH119
    return ExitCode.BUG

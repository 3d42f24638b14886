"""`send`: the day's batch, shown, confirmed and sent; and how any command that sends shows and answers it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command
from dipay.cli.layout import Heading
from dipay.cli.recorded import count_told
from dipay.cli.signals import StopButton
from dipay.domain.problems import ExitCode, cannot
from dipay.render.lines import on_screen
from dipay.render.safe import printable

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.office import Office
    from dipay.services.planning import Plan
    from dipay.services.run import SendReport, SentLine


def send(
    manner: Manner,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show every message as it would go out; write and send nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing (cron).")] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="No more messages than this.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="ID", help="Only this account; releases its hold, never an opt-out. Repeatable."
        ),
    ] = None,
    accept_changed: Annotated[
        str | None,
        typer.Option(
            "--accept-changed",
            metavar="REASON",
            help="The exports differ much from the last ones and are right; why is kept.",
            show_default=False,
        ),
    ] = None,
) -> Answer:
    """Sends the day's requests and follow-ups, after the review.

    Each is written down before it goes out. On a terminal it opens the review, where the batch is looked at and
    confirmed; without one it needs --yes.
    """
    wanted = tuple(dict.fromkeys(only or ()))
    if accept_changed is not None:
        _accept(manner, accept_changed, dry_run)
    if dry_run:
        return _dry_run(manner.office(), wanted)
    if not yes:
        from dipay.cli.review import is_terminal, run_screen

        if not is_terminal():
            raise cannot(
                ExitCode.USAGE,
                "there is no terminal to ask for a confirmation.",
                "Look first with --dry-run; send with --yes (cron).",
                key="--yes",
            )
        if not (wanted or limit or manner.json):
            return run_screen(manner)

    from dipay.services.provider import messages_per_second, open_sender
    from dipay.services.run import Conduct
    from dipay.services.sending import send as send_batch

    here = manner.office()
    button = StopButton()
    conduct = Conduct(
        limit=limit,
        unattended=yes,
        confirm=(lambda _: True) if yes else _typed_confirmation(here, limit, button),
        stop_asked=button,
        progress=progress_lines(manner),
        sleep=button.sleep,
        per_second=messages_per_second(here),
    )
    report = counted(manner, send_batch(here, open_sender(here), conduct, wanted))
    return report_answer(here, report, only_named=bool(wanted))


def _accept(manner: Manner, reason: str, dry_run: bool) -> None:
    """Writes down that the exports are right, and says so at once: whatever becomes of the sending, that stays."""
    from dipay.services.sending import accept_changed

    if dry_run:
        raise cannot(
            ExitCode.USAGE, "--dry-run writes nothing.", "Leave one of the two options out.", key="--accept-changed"
        )
    here = manner.office()
    listing = accept_changed(here, reason)
    if not (manner.quiet or manner.json):
        files = " and ".join(file.name for file in listing.files)
        typer.echo(
            printable(f"Accepted on {here.today()}: {files}. The next exports are compared with these."), err=True
        )


def _dry_run(here: Office, only: tuple[str, ...]) -> Answer:
    from dipay.render.sending import dry_run_data, print_dry_run
    from dipay.services.sending import dry_run

    dry = dry_run(here, only)
    return Answer(
        dry.listing.worklist.day.as_of,
        lambda: dry_run_data(dry),
        lambda screen: print_dry_run(dry, here.zone, screen),
        dry.listing.problems,
    )


def _typed_confirmation(here: Office, limit: int | None, button: StopButton) -> Callable[[Plan], bool]:
    """Shows the plan and its first message, and has the number of messages typed: a yes is pressed too easily."""

    def confirm(plan: Plan) -> bool:
        from dipay.render.sending import plan_lines
        from dipay.services.planning import rendered
        from dipay.services.sending import STAND_IN

        def say(line: str) -> None:
            typer.echo(on_screen(printable(line), sys.stderr), err=True)

        for line in plan_lines(plan, here.zone):
            say(line)
        count = min(len(plan.messages), limit or len(plan.messages))
        if not count:
            return True
        if count < len(plan.messages):
            say(f"The first {count:,} of them go out now (--limit); the others stay on the list.")
        say(f"The first one: {rendered(plan.messages[0], here.settings, STAND_IN).text}")
        return button.ask(f"Type {count} to send, anything else to stop") == str(count)

    return confirm


def progress_lines(manner: Manner, *, one: bool = False) -> Callable[[SentLine], None]:
    """Counts each message, and shows it where somebody watches: what cron mails or keeps must not carry numbers.

    Where there is but `one` the answer tells of it.
    """
    watched = not one and sys.stderr.isatty() and not manner.quiet and not manner.json

    def show(line: SentLine) -> None:
        manner.counts[line.outcome] += 1
        if watched:
            from dipay.render.sending import line_text

            print(line_text(line), file=sys.stderr)

    return show


def counted(manner: Manner, report: SendReport) -> SendReport:
    """The report, once all that it counts beside the messages is counted for the run log."""
    if report.asked is not None:
        count_told(manner.counts, report.asked)
    manner.counts.update(left=report.left, waiting=report.waiting, left_out=len(report.left_out))
    return report


def report_answer(here: Office, report: SendReport, *, only_named: bool = False) -> Answer:
    """What a run did, as an answer."""
    from dipay.render.sending import print_report, send_data

    provider = here.settings.messaging.provider
    waiting = report.asked.waiting if report.asked is not None else 0
    needs_person = report.count("undeliverable", "in doubt", "not sent") + waiting > 0

    def show(screen: Console) -> None:
        print_report(report, provider, here.zone, screen, only_named=_names(here, report) if only_named else None)

    return Answer(
        here.today(),
        lambda: send_data(report),
        show,
        tuple(report.problems),
        report.exit_code or (ExitCode.ATTENTION if needs_person else ExitCode.DONE),
    )


def _names(here: Office, report: SendReport) -> Mapping[str, str]:
    from dipay.services.deciding import names_of

    return names_of(here, [line.guarantor_id for line in report.lines])


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(
        app, "send", send, Heading.DAY,
        "dipay send",
        "dipay send --dry-run",
        "dipay send --yes",
        recorded_when=lambda given: not given["dry_run"],
        unattended=lambda given: given["yes"],
    )  # fmt: skip

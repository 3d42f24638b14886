"""`send`, `resend`, `sync`, `undeliverable`, `history`, `backup`: from the batch to what became of it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command
from dipay.domain.problems import CannotGoOn, ExitCode, cannot

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.office import Office
    from dipay.services.planning import Plan
    from dipay.services.run import SendReport, SentLine


class StopButton:
    """Ctrl-C, SIGTERM or a closed terminal: the message in hand is finished and recorded, then the run stops."""

    def __init__(self) -> None:
        self.pressed = False
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._press)

    def _press(self, *_: object) -> None:
        if not self.pressed:
            self.pressed = True
            print("Stopping after the message in hand.", file=sys.stderr)

    def __call__(self) -> bool:
        return self.pressed

    def sleep(self, seconds: float) -> None:
        """Waits, but no longer than until it is pressed."""
        import time

        end = time.monotonic() + seconds
        while not self.pressed and (left := end - time.monotonic()) > 0:
            time.sleep(min(0.2, left))


def send(
    manner: Manner,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show every message as it would go out; write and send nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing (cron).")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="No more messages than this.")] = None,
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
    """Sends the day's requests and follow-ups, each written down before it goes out; on a terminal after the review."""
    wanted = tuple(dict.fromkeys(only or ()))
    if accept_changed is not None:
        _accept(manner.office(), accept_changed, dry_run)
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
        confirm=(lambda _: True) if yes else _typed_confirmation(here, limit),
        stop_asked=button,
        progress=_progress(manner),
        sleep=button.sleep,
        per_second=messages_per_second(here),
    )
    return _report(here, send_batch(here, open_sender(here), conduct, wanted))


def _accept(here: Office, reason: str, dry_run: bool) -> None:
    """Writes down that the exports are right; whatever `send` does then compares with them."""
    from dipay.services.sending import accept_changed

    if dry_run:
        raise cannot(
            ExitCode.USAGE, "--dry-run writes nothing.", "Leave one of the two options out.", key="--accept-changed"
        )
    accept_changed(here, reason)


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


def _typed_confirmation(here: Office, limit: int | None) -> Callable[[Plan], bool]:
    """Shows the plan and its first message, and has the number of messages typed: a yes is pressed too easily."""

    def confirm(plan: Plan) -> bool:
        from dipay.render.safe import printable
        from dipay.render.sending import plan_lines
        from dipay.services.planning import rendered
        from dipay.services.sending import STAND_IN

        for line in plan_lines(plan, here.zone):
            typer.echo(line, err=True)
        count = min(len(plan.messages), limit or len(plan.messages))
        if not count:
            return True
        first = rendered(plan.messages[0], here.settings, STAND_IN)
        typer.echo(f"The first one: {printable(first.text)}", err=True)
        typed = typer.prompt(f"Type {count} to send, anything else to stop", default="", show_default=False, err=True)
        return bool(typed.strip() == str(count))

    return confirm


def _progress(manner: Manner) -> Callable[[SentLine], None]:
    """A line a message, where somebody watches: what cron mails or keeps must not carry numbers."""
    watched = sys.stderr.isatty() and not manner.quiet and not manner.json

    def show(line: SentLine) -> None:
        if watched:
            from dipay.render.sending import line_text

            print(line_text(line), file=sys.stderr)

    return show


def _report(here: Office, report: SendReport) -> Answer:
    from dipay.render.sending import print_report, send_data

    provider = here.settings.messaging.provider
    needs_person = report.count("undeliverable", "in doubt") > 0
    return Answer(
        here.today(),
        lambda: send_data(report),
        lambda screen: print_report(report, provider, here.zone, screen),
        tuple(report.problems),
        report.exit_code or (ExitCode.ATTENTION if needs_person else ExitCode.DONE),
    )


def resend(
    manner: Manner,
    account: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="The corrected number.", show_default=False)] = None,
) -> Answer:
    """Sends an undeliverable request again, usually to a number typed in now; without an ID walks the list."""
    if account is not None:
        return _resend_one(manner.office(), account, phone, manner)
    if manner.json or not sys.stdin.isatty():
        raise cannot(
            ExitCode.USAGE,
            "there is nobody to walk the list with.",
            "Name an account: dipay resend ID --phone NUMBER.",
            key="ID",
        )
    _walk(manner.office(), manner)
    return Answer()


def _resend_one(here: Office, account: str, phone: str | None, manner: Manner) -> Answer:
    from dipay.services.provider import open_sender
    from dipay.services.run import Conduct
    from dipay.services.undeliverable import resend as send_again

    report = send_again(here, open_sender(here), account, phone, Conduct(progress=_progress(manner)))
    return _report(here, report)


def _walk(here: Office, manner: Manner) -> None:
    """Each entry in turn: a number typed in sends at once, Enter passes on, q ends."""
    from dipay.cli.common import console
    from dipay.render.sending import print_undeliverable
    from dipay.services.undeliverable import not_reached

    found, _ = not_reached(here)
    if not found:
        typer.echo("Everybody was reached.")
    for each in found:
        print_undeliverable([each], console(manner))
        while True:
            typed = typer.prompt("New number (Enter: next, q: end)", default="", show_default=False).strip()
            if typed.lower() == "q":
                return
            if not typed:
                break
            try:
                _resend_one(here, each.entry.guarantor_id, typed, manner).show(console(manner))
            except CannotGoOn as error:
                if error.exit_code != ExitCode.USAGE:
                    raise
                for problem in error.problems:
                    typer.echo(str(problem), err=True)
            else:
                break


def sync(
    manner: Manner,
    release: Annotated[
        int | None,
        typer.Option("--release", metavar="REQUEST", help="A request in doubt did not arrive.", show_default=False),
    ] = None,
    arrived: Annotated[
        int | None,
        typer.Option("--arrived", metavar="REQUEST", help="A request in doubt did arrive.", show_default=False),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="How you know; kept in the log.", show_default=False)] = "",
    accept_log: Annotated[
        bool,
        typer.Option("--accept-log", help="After a restore: what the provider's log holds beside it is dealt with."),
    ] = False,
) -> Answer:
    """Asks the provider what became of the messages and reads the replies."""
    from dipay.services import syncing
    from dipay.services.provider import open_sender

    here = manner.office()
    if release is not None:
        if not reason.strip():
            raise cannot(
                ExitCode.USAGE, "a release needs a reason.", "Say how you know that it did not arrive.", key="--reason"
            )
        syncing.release_doubt(here, release, reason)
        return Answer(None, lambda: {"released": release}, lines=lambda: [f"Released: {release}"])
    if arrived is not None:
        syncing.mark_arrived(here, arrived)
        return Answer(None, lambda: {"arrived": arrived}, lines=lambda: [f"Arrived: {arrived}"])
    report = syncing.sync(here, open_sender(here), accept_log=accept_log)
    waiting = syncing.waiting_replies(here)

    def data() -> dict[str, object]:
        from dipay.render.sending import sync_data

        return sync_data(report, waiting)

    def show(screen: Console) -> None:
        from dipay.render.sending import print_sync

        print_sync(report, waiting, screen)

    return Answer(here.today(), data, show, tuple(report.problems), ExitCode.ATTENTION if waiting else ExitCode.DONE)


def undeliverable(
    manner: Manner,
) -> Answer:
    """Who was not reached, why in plain words, and what to do for each."""
    from dipay.services.undeliverable import not_reached

    found, listing = not_reached(manner.office())

    def data() -> dict[str, object]:
        from dipay.render.sending import undeliverable_data

        return undeliverable_data(found)

    def show(screen: Console) -> None:
        from dipay.render.sending import print_undeliverable

        print_undeliverable(found, screen)

    return Answer(listing.worklist.day.as_of, data, show, (), ExitCode.ATTENTION if found else ExitCode.DONE)


def history(
    manner: Manner,
    account: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None,
) -> Answer:
    """What was sent and what became of it, for one account or all."""
    from dipay.services.state_log import sent

    here = manner.office()
    found = sent(here, account)

    def data() -> dict[str, object]:
        from dipay.render.history import history_data

        return history_data(found)

    def lines() -> list[str]:
        from dipay.render.history import history_lines

        return history_lines(found, here.zone)

    return Answer(None, data, lines=lines)


def backup(
    manner: Manner,
    target: Annotated[Path | None, typer.Argument(metavar="[FILE]", show_default=False)] = None,
) -> Answer:
    """A safe, checked copy of the state file; beside it, or where you say."""
    from dipay.services.state_log import back_up

    written = back_up(manner.office(), target)
    return Answer(None, lambda: {"file": str(written)}, lines=lambda: [f"Wrote {written}"])


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    for function in (send, resend, sync, undeliverable, history, backup):
        command(app, function.__name__, function)

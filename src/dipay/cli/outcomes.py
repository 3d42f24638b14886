"""`resend`, `sync`, `undeliverable`: what became of the messages, and once more to whom none reached."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, console
from dipay.cli.sending import progress_lines, report_answer
from dipay.domain.problems import CannotGoOn, ExitCode, cannot

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.office import Office


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

    report = send_again(here, open_sender(here), account, phone, Conduct(progress=progress_lines(manner)))
    return report_answer(here, report)


def _walk(here: Office, manner: Manner) -> None:
    """Each entry in turn: a number typed in sends at once, Enter passes on, q ends."""
    from dipay.render.outcomes import print_undeliverable
    from dipay.services.undeliverable import not_reached

    entries, _ = not_reached(here)
    if not entries:
        typer.echo("Everybody was reached.")
    for each in entries:
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
        from dipay.render.outcomes import sync_data

        return sync_data(report, waiting)

    def show(screen: Console) -> None:
        from dipay.render.outcomes import print_sync

        print_sync(report, waiting, screen)

    return Answer(here.today(), data, show, tuple(report.problems), ExitCode.ATTENTION if waiting else ExitCode.DONE)


def undeliverable(manner: Manner) -> Answer:
    """Who was not reached, why in plain words, and what to do for each."""
    from dipay.services.undeliverable import not_reached

    entries, listing = not_reached(manner.office())

    def data() -> dict[str, object]:
        from dipay.render.outcomes import undeliverable_data

        return undeliverable_data(entries)

    def show(screen: Console) -> None:
        from dipay.render.outcomes import print_undeliverable

        print_undeliverable(entries, screen)

    return Answer(listing.worklist.day.as_of, data, show, (), ExitCode.ATTENTION if entries else ExitCode.DONE)


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(app, "resend", resend)
    command(app, "sync", sync, unattended=lambda given: given["release"] is None and given["arrived"] is None)
    command(app, "undeliverable", undeliverable)

"""`resend`, `sync`, `replies`, `undeliverable`: what became of the messages, and once more to whom none reached."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, console
from dipay.cli.layout import Heading
from dipay.cli.recorded import count_told
from dipay.cli.sending import counted, progress_lines, report_answer
from dipay.cli.signals import StopButton
from dipay.domain.problems import CannotGoOn, ExitCode, cannot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from dipay.office import Office
    from dipay.state.replies import KeptReply
    from dipay.state.requests import Request


def resend(
    manner: Manner,
    account: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A guarantor's or a patient's id.", show_default=False)
    ] = None,
    phone: Annotated[
        str | None, typer.Option("--phone", metavar="NUMBER", help="The corrected number.", show_default=False)
    ] = None,
    reason: Annotated[
        str,
        typer.Option(
            "--reason", metavar="TEXT", help="Why a number that is another account's too; kept.", show_default=False
        ),
    ] = "",
) -> Answer:
    """Sends again to who was not reached, to a corrected number.

    Without an ID it walks the list. The number is used for this message only, and is to be keyed into the PMS.
    """
    if account is not None:
        return _resend_one(manner.office(), account, phone, reason, manner)
    if manner.json or not sys.stdin.isatty():
        raise cannot(
            ExitCode.USAGE,
            "there is nobody to walk the list with.",
            "Name an account: dipay resend ID --phone NUMBER.",
            key="ID",
        )
    _walk(manner.office(), manner)
    return Answer()


def _resend_one(here: Office, account: str, phone: str | None, reason: str, manner: Manner) -> Answer:
    from dipay.services.provider import open_sender
    from dipay.services.run import Conduct
    from dipay.services.undeliverable import resend as send_again

    button = StopButton()
    conduct = Conduct(progress=progress_lines(manner, one=True), stop_asked=button, sleep=button.sleep)
    try:
        report = counted(manner, send_again(here, open_sender(here), account, phone, conduct, reason))
    finally:
        # At the next question Ctrl-C ends the command.
        button.let_go()
    answer = report_answer(here, report, only_named=True)

    def show(screen: Console) -> None:
        answer.show(screen)
        _print_key_in(here, screen)

    return replace(answer, show=show)


def _print_key_in(here: Office, screen: Console) -> None:
    """What is to be keyed into the PMS: a number that was typed in is lost to the next request if nobody does."""
    from dipay.render.outcomes import key_in_lines
    from dipay.services.undeliverable import to_key_in
    from dipay.services.worklist import make_worklist

    for line in key_in_lines(to_key_in(here, make_worklist(here))):
        screen.print(line)


def _walk(here: Office, manner: Manner) -> None:
    """Each entry in turn: a number typed in sends at once, Enter passes on, q ends. Where the number is another
    account's too, that is said, and a reason typed then sends.
    """
    from dipay.render.outcomes import print_undeliverable
    from dipay.services.undeliverable import NumberOfAnother, not_reached

    entries, _ = not_reached(here)
    if not entries:
        typer.echo("Everybody was reached.")
    for each in entries:
        print_undeliverable([each], console(manner))
        reason = ""
        typed = _asked("New number (Enter: next, q: end)")
        while typed:
            if typed.lower() == "q":
                return
            try:
                answer = _resend_one(here, each.entry.guarantor_id, typed, reason, manner)
                answer.show(console(manner))
                if answer.exit_code == ExitCode.INTERRUPTED:
                    raise KeyboardInterrupt
                break
            except NumberOfAnother as error:
                _tell(error)
                reason = _asked("Why it may be used all the same (Enter: another number)")
            except CannotGoOn as error:
                if error.exit_code != ExitCode.USAGE:
                    raise
                _tell(error)
            if not reason:
                typed = _asked("New number (Enter: next, q: end)")


def _asked(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False)).strip()


def _tell(error: CannotGoOn) -> None:
    for problem in error.problems:
        typer.echo(str(problem), err=True)


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
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="How you know; kept in the log.", show_default=False)
    ] = "",
    accept_log: Annotated[
        bool,
        typer.Option("--accept-log", help="After a restore: what the provider's log holds beside it is dealt with."),
    ] = False,
) -> Answer:
    """Asks what became of the messages; reads replies, payments."""
    from dipay.services import syncing
    from dipay.services.provider import open_sender

    here = manner.office()
    if release is not None:
        if not reason.strip():
            raise cannot(
                ExitCode.USAGE, "a release needs a reason.", "Say how you know that it did not arrive.", key="--reason"
            )
        return _settled_doubt(here, "released", syncing.release_doubt(here, release, reason), "may be asked again")
    if arrived is not None:
        return _settled_doubt(here, "arrived", syncing.mark_arrived(here, arrived), "was asked")
    from dipay.services.answers import answers

    report = syncing.sync(here, open_sender(here), accept_log=accept_log)
    count_told(manner.counts, report)
    waiting = answers(here)

    def data() -> dict[str, object]:
        from dipay.render.outcomes import sync_data

        return sync_data(report, waiting)

    def show(screen: Console) -> None:
        from dipay.render.outcomes import print_sync

        print_sync(report, waiting, here.zone, screen)

    return Answer(here.today(), data, show, tuple(report.problems), ExitCode.ATTENTION if waiting else ExitCode.DONE)


def _settled_doubt(here: Office, how: str, request: Request, so: str) -> Answer:
    """A request that is in doubt no longer, because a person knows what became of it."""

    def lines() -> list[str]:
        from dipay.services.deciding import called

        whom = called(here, [request.guarantor_id])
        return [f"{how.capitalize()} on {here.today()}: request {request.id} of {request.day} to {whom}, who {so}."]

    return Answer(None, lambda: {how: request.id, "guarantor_id": request.guarantor_id}, lines=lines)


def replies(
    manner: Manner,
    every: Annotated[bool, typer.Option("--all", help="Those that somebody dealt with too.")] = False,
    done: Annotated[
        list[int] | None,
        typer.Option("--done", metavar="N", help="Somebody dealt with reply N. Repeatable.", show_default=False),
    ] = None,
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="What was done; kept until purged.", show_default=False)
    ] = "",
) -> Answer:
    """What patients answered, and the command that settles it.

    What each answer holds is said beside it. Exit code 1 where one waits for a person.
    """
    from dipay.services import answers

    here = manner.office()
    if done:
        settled = answers.settle(here, done, note)
        return Answer(
            None, lambda: {"done": [each.id for each in settled]}, lines=lambda: _settled_lines(here, settled)
        )
    if note:
        raise cannot(ExitCode.USAGE, "a note belongs to a reply.", "Say which with --done N.", key="--note")
    found = answers.answers(here, waiting_only=not every)

    def data() -> dict[str, object]:
        from dipay.render.outcomes import replies_data

        return replies_data(found)

    def show(screen: Console) -> None:
        from dipay.render.outcomes import print_replies

        print_replies(found, here.zone, screen)

    waits = any(each.waits for each in found)
    return Answer(here.today(), data, show, (), ExitCode.ATTENTION if waits else ExitCode.DONE)


def _settled_lines(here: Office, settled: Sequence[KeptReply]) -> list[str]:
    from dipay.services.deciding import called

    return [
        f"Dealt with: reply {each.id} of {each.day:%d %b} ({each.kind.words})"
        + (f" from {called(here, [each.guarantor_id])}." if each.guarantor_id is not None else ".")
        for each in settled
    ]


def undeliverable(manner: Manner) -> Answer:
    """Who was not reached, why in plain words, what to do."""
    from dipay.services.undeliverable import not_reached, to_key_in

    here = manner.office()
    entries, listing = not_reached(here)
    corrections = to_key_in(here, listing)

    def data() -> dict[str, object]:
        from dipay.render.outcomes import undeliverable_data

        return undeliverable_data(entries, corrections)

    def show(screen: Console) -> None:
        from dipay.render.outcomes import key_in_lines, print_undeliverable

        print_undeliverable(entries, screen)
        for line in key_in_lines(corrections):
            screen.print(line)

    return Answer(listing.worklist.day.as_of, data, show, (), ExitCode.ATTENTION if entries else ExitCode.DONE)


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(
        app, "resend", resend, Heading.DAY,
        "dipay resend",
        "dipay resend 10447 --phone 207-555-0190",
        recorded_when=lambda _: True,
    )  # fmt: skip
    command(
        app, "sync", sync, Heading.DAY,
        "dipay sync",
        'dipay sync --release 12 --reason "called her: nothing came"',
        recorded_when=lambda _: True,
        unattended=lambda given: given["release"] is None and given["arrived"] is None,
    )  # fmt: skip
    command(
        app, "replies", replies, Heading.DAY,
        "dipay replies",
        'dipay replies --done 3 --note "called back"',
    )  # fmt: skip
    command(app, "undeliverable", undeliverable, Heading.DAY, "dipay undeliverable")

"""`request`: one payment request to one account that a person names."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command, console, several_fit
from dipay.cli.layout import Heading
from dipay.cli.sending import counted, progress_lines, report_answer
from dipay.cli.signals import StopButton
from dipay.domain.problems import ExitCode, cannot

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.office import Office
    from dipay.services.requesting import SingleRequest, Wish


def request(
    manner: Manner,
    whom: Annotated[
        list[str], typer.Argument(metavar="ID|NAME", help="A guarantor's or a patient's id, or a part of the name.")
    ],
    amount: Annotated[
        str | None,
        typer.Option("--amount", metavar="DOLLARS", help="Ask for this, not for all that is owed.", show_default=False),
    ] = None,
    message: Annotated[
        str | None,
        typer.Option(
            "--message",
            metavar="TEXT",
            help="The text, with {link} and the other placeholders of the settings.",
            show_default=False,
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            metavar="TEXT",
            help="Why to ask past the rules that speak against it; kept.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what speaks against it and the message; write and send nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> Answer:
    """Sends one payment request to one account now.

    It shows the rules first, and passes what speaks against it for a reason. It begins no campaign, and none goes on by
    it. What nobody passes: an opt-out, no consent to texts, an answer that waits for a person, a request in doubt, a
    number that reaches nobody (`dipay resend`).
    """
    from dipay.services.requesting import SingleRequest, look_at_request, needs_reason, read_wish

    here, wish = manner.office(), read_wish(amount, message, reason)
    found = look_at_request(here, " ".join(whom), wish)
    if not isinstance(found, SingleRequest):
        return several_fit(found, here.today())
    if dry_run:
        return _dry_run(here, found)
    if not yes and (manner.json or not sys.stdin.isatty()):
        raise cannot(
            ExitCode.USAGE,
            "there is no terminal to ask for a confirmation.",
            "Look first with --dry-run; send with --yes.",
            key="--yes",
        )
    if found.to_pass and not wish.reason and yes:
        raise needs_reason(found.guarantor_id, found.to_pass)
    confirmed = wish if yes else _confirmed(manner, found, wish)
    if confirmed is None:
        return Answer(here.today(), lines=lambda: ["Nothing was sent."])
    return _send(manner, here, found.guarantor_id, confirmed)


def _send(manner: Manner, here: Office, guarantor_id: str, wish: Wish) -> Answer:
    from dipay.services.provider import open_sender
    from dipay.services.requesting import request as send_request
    from dipay.services.run import Conduct

    button = StopButton()
    conduct = Conduct(progress=progress_lines(manner, one=True), stop_asked=button, sleep=button.sleep)
    report = counted(manner, send_request(here, open_sender(here), guarantor_id, wish, conduct))
    return report_answer(here, report, only_named=True)


def _dry_run(here: Office, found: SingleRequest) -> Answer:
    def data() -> dict[str, object]:
        from dipay.render.requesting import single_request_data

        return single_request_data(found)

    def show(screen: Console) -> None:
        from dipay.render.requesting import print_single_request

        print_single_request(found, screen)
        screen.print("Nothing was written or sent. The x's stand for the link's own code.")

    return Answer(here.today(), data, show, found.problems)


def _confirmed(manner: Manner, found: SingleRequest, wish: Wish) -> Wish | None:
    """The wish with the reason that a person typed, who saw the rules and the message; None where they stopped."""
    from dipay.render.requesting import print_single_request

    screen = console(manner)
    screen.stderr = True
    print_single_request(found, screen)
    if found.to_pass and not wish.reason:
        typed = typer.prompt(
            "Why to ask all the same (kept; Enter: stop)", default="", show_default=False, err=True
        ).strip()
        return replace(wish, reason=" ".join(typed.split())) if typed else None
    typed = typer.prompt("Type yes to send it, anything else to stop", default="", show_default=False, err=True)
    return wish if typed.strip().lower() == "yes" else None


def register(app: typer.Typer) -> None:
    """Adds this group's command."""
    command(
        app, "request", request, Heading.DAY,
        "dipay request 10478 --dry-run",
        "dipay request 10478 --amount 50",
        recorded_when=lambda given: not given["dry_run"],
    )  # fmt: skip

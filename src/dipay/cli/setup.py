"""`init` and `check`: from a folder of exports to settings that work, and every problem at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dipay.cli.common import Answer, Manner, command
from dipay.cli.layout import Heading
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.grammar import Unreadable
from dipay.render.lines import on_screen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dipay.services.drafting import Draft
    from dipay.services.worklist import Listing


def init(
    manner: Manner,
    folder: Annotated[
        Path, typer.Option("--folder", metavar="FOLDER", help="Where the PMS saves its exports.")
    ] = Path(),
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="The practice's name.", show_default=False)
    ] = None,
    phone: Annotated[
        str | None, typer.Option("--phone", metavar="NUMBER", help="The phone patients call.", show_default=False)
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", metavar="ZONE", help="Where it is, as America/New_York.", show_default=False),
    ] = None,
    link: Annotated[
        str | None,
        typer.Option(
            "--link", metavar="URL", help="The payment page, {request_id} in it; or stripe.", show_default=False
        ),
    ] = None,
    patients: Annotated[
        str | None, typer.Option("--patients", metavar="FILE", help="The file with the patients.", show_default=False)
    ] = None,
    ledger: Annotated[
        str | None, typer.Option("--ledger", metavar="FILE", help="The file with the ledger.", show_default=False)
    ] = None,
    balances: Annotated[
        str | None,
        typer.Option("--balances", metavar="FILE", help="The aging report, instead of a ledger.", show_default=False),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            help="KIND.FIELD=CAPTION: a field's column; twice to add up two.",
            metavar="TEXT",
            show_default=False,
        ),
    ] = None,
    word: Annotated[
        list[str] | None,
        typer.Option(
            "--word", metavar="KIND.FIELD.MEANING=WORD", help="What a word in a coded column means.", show_default=False
        ),
    ] = None,
    exclude_billing_type: Annotated[
        list[str] | None,
        typer.Option(
            "--exclude-billing-type",
            help="A billing type that is never asked. Repeatable.",
            metavar="TEXT",
            show_default=False,
        ),
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option("--date-format", metavar="FORM", help='How days are written, as "%m/%d/%Y".', show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; stop where something can't be known.")] = False,
) -> Answer:
    """Looks at your exports, asks the rest, writes config.yaml.

    Tries the settings out before it writes them, and never writes over a file.
    """
    from dipay.render.proposals import proposal_lines
    from dipay.services.initialising import look, settings_text, stop_if_there, try_out, write_settings

    target = manner.config or Path("config.yaml")
    stop_if_there(target)
    asks = not (yes or manner.json) and sys.stdin.isatty() and sys.stderr.isatty()
    given = {"name": name, "phone": phone, "timezone": timezone, "link": link}
    known = _read_practice({key: text for key, text in given.items() if text is not None}, complete=not asks)
    named = {"patients": patients, "ledger": ledger, "balances": balances}
    draft = look(folder, {kind: file for kind, file in named.items() if file is not None})
    _take_options(draft, column or [], word or [], exclude_billing_type or [], date_format)
    for line in proposal_lines(draft.proposal, values=asks):
        _say(line)
    practice = _ask_all(draft, known) if asks else _know_all(draft, known)

    text = settings_text(target, folder, draft, practice)
    listing: Listing | None = None
    try:
        listing = try_out(target, text)
        _show_trial(manner, listing)
    except CannotGoOn as error:
        if not asks:
            raise
        manner.say(error.problems)
    if asks and not _agrees(draft, target, is_right=listing is not None):
        return Answer(lines=lambda: ["Nothing was written."])
    write_settings(target, text)

    then = "dipay check" + (f" --config {target}" if manner.config else "")

    def data() -> dict[str, object]:
        from dipay.render.data import summary_data

        return {"config": str(target), "summary": summary_data(listing.worklist) if listing else None}

    return Answer(None, data, lines=lambda: [f"Wrote {target}. Then run: {then}"])


def _say(line: str) -> None:
    typer.echo(on_screen(line, sys.stderr), err=True)


def _read_practice(given: Mapping[str, str], *, complete: bool) -> dict[str, str]:
    """The options about the practice, each read as the settings would; where nobody can be asked, all of them."""
    from dipay.cli.asking import QUESTIONS, read_answer
    from dipay.grammar.letters import in_midst

    answers = {}
    for key, text in given.items():
        try:
            answers[key] = read_answer(key, text)
        except Unreadable as unreadable:
            raise cannot(ExitCode.USAGE, f"{unreadable.what}.", unreadable.fix, key=f"--{key}") from None
    for key, question in QUESTIONS.items():
        if complete and key not in answers:
            words = "is missing, and nobody can be asked here."
            raise cannot(ExitCode.USAGE, words, f"Say it: {in_midst(question)}.", key=f"--{key}")
    return answers


def _take_options(draft: Draft, columns: list[str], words: list[str], excluded: list[str], form: str | None) -> None:
    """What the options say of the files; it goes over what is proposed."""
    from dipay.cli.asking import options_of
    from dipay.domain.setting_types import DATE_FORMAT

    option = "--column"
    try:
        by_field: dict[tuple[str, str], list[str]] = {}
        for (kind, field), caption in options_of(columns, 2):
            by_field.setdefault((kind, field), []).extend([caption] if caption else [])
        for (kind, field), captions in by_field.items():
            draft.name(kind, field, captions)
        option = "--word"
        for (kind, field, meaning), text in options_of(words, 3):
            draft.mean(kind, field, text, meaning)
        option = "--date-format"
        draft.date_format = DATE_FORMAT.read(form) if form is not None else ""
    except Unreadable as unreadable:
        raise cannot(ExitCode.USAGE, f"{unreadable.what}.", unreadable.fix, key=option) from None
    draft.excluded = tuple(excluded)


def _ask_all(draft: Draft, known: Mapping[str, str]) -> dict[str, str]:
    from dipay.cli.asking import Interview

    interview = Interview(draft, _prompt, _say)
    interview.run()
    return interview.practice(known)


def _know_all(draft: Draft, known: Mapping[str, str]) -> dict[str, str]:
    from dipay.services.initialising import take_what_is_sure

    for line in take_what_is_sure(draft):
        _say(line)
    if draft.billing_types() and not draft.excluded:
        _say("No billing type is left out; name those that are never asked with --exclude-billing-type.")
    return dict(known)


def _prompt(question: str, usual: str) -> str:
    shown = on_screen(f"{question} [{usual}]:" if usual else f"{question}:", sys.stderr)
    return str(typer.prompt(shown, default=usual, show_default=False, prompt_suffix=" ", err=True))


def _agrees(draft: Draft, target: Path, *, is_right: bool) -> bool:
    from dipay.cli.asking import Interview

    question = f"Write {target}?" if is_right else f"Write {target} all the same, to correct it by hand?"
    return Interview(draft, _prompt, _say).agrees(question, usual=is_right)


def _show_trial(manner: Manner, listing: Listing) -> None:
    from dipay.render.listing import summary_lines

    _say(f"A trial, before anything is written: {len(listing.worklist.accounts):,} accounts.")
    for line in summary_lines(listing):
        _say(f"  {line}")
    manner.say(listing.problems)


def check(
    manner: Manner,
    online: Annotated[bool, typer.Option("--online", help="Ask the provider too; sends nothing.")] = False,
) -> Answer:
    """Settings, exports, secrets, state: every problem at once.

    Messages, rights, the clock and the disk too. Sends nothing.
    """
    from dipay.services.checking import check as look_at_everything

    checked = look_at_everything(manner.office(), online=online)

    def data() -> dict[str, object]:
        facts = [{"code": each.code, "words": each.words or str(each.problem)} for each in checked.facts]
        return {"looked_at": checked.looked_at, "facts": facts}

    def lines() -> list[str]:
        from dipay.render.listing import report_line

        in_order = [] if checked.problems else ["Everything is in order."]
        return [*checked.looked_at, *map(report_line, checked.reports), *in_order]

    return Answer(None, data, problems=tuple(checked.problems), exit_code=checked.exit_code, lines=lines)


def register(app: typer.Typer) -> None:
    """Adds this group's commands."""
    command(
        app, "init", init, Heading.SET_UP, "dipay init", "dipay init --folder exports",
        when_interrupted="Nothing is written before the last question; run it again.",
    )  # fmt: skip
    command(app, "check", check, Heading.SET_UP, "dipay check", "dipay check --online")

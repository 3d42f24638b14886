"""`init`: settings that work, from the files that are there and the few things only the office knows."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from dipay.config import read_settings
from dipay.config_writer import render_settings_yaml
from dipay.disk import kind_of
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.domain.us_zones import zones_of_number
from dipay.exports.proposing.files import propose
from dipay.grammar import Unreadable
from dipay.grammar.phones import parse_phone
from dipay.office import Office
from dipay.services.drafting import DayOrder, Draft, Meanings, MissingColumn, OtherAmount, Payers, Uncertain
from dipay.services.worklist import make_worklist

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dipay.domain.fields import FileKind
    from dipay.exports.proposing.files import Proposal
    from dipay.services.drafting import Question
    from dipay.services.worklist import Listing

#: What no export tells, by the option that says it.
PRACTICE: Final = {
    "name": "practice.name", "phone": "practice.phone", "timezone": "practice.timezone", "link": "payment_link.url"
}  # fmt: skip
#: What may stand in place of the payment page's address.
STRIPE: Final = "stripe"
_RARE: Final = 0.05


def _proposal(folder: Path, named: Mapping[FileKind, str]) -> Proposal:
    if kind_of(folder) != "a folder":
        raise cannot(ExitCode.USAGE, f"there is no folder {folder}.", "Name the folder the PMS saves its exports in.")
    for kind, name in named.items():
        if kind_of(folder / name) != "a file":
            raise cannot(ExitCode.USAGE, f"there is no file {name} in {folder}.", f"Correct --{kind}.", key=f"--{kind}")
    return propose(folder, named)


def look(folder: Path, named: Mapping[FileKind, str]) -> Draft:
    """A draft from the files in the folder; one without a patients file and a ledger or balances stops."""
    try:
        proposal = _proposal(folder, named)
    except OSError as error:
        fix = "Check the drive or the network folder, and the rights of this user."
        raise cannot(ExitCode.EXPORTS, f"{folder} can't be looked through: {error.strerror}.", fix) from None
    files = proposal.files
    if "patients" not in files or not files.keys() & {"ledger", "balances"}:
        have = ", ".join(f"{each.name} ({kind})" for kind, each in files.items()) or "nothing"
        others = "".join(f" {name} {why}" for name, why in proposal.others.items())
        raise cannot(
            ExitCode.USAGE,
            f"{folder.absolute()} has no patients export with a ledger or an aging report; found: {have}.{others}",
            "Save both exports there (docs/exports.md says how for each PMS), or name their folder with --folder.",
        )
    return Draft(proposal)


def zone_of(phone: str) -> str:
    """The time zone of the practice's own phone, as to be proposed; empty where its area code tells none, or two."""
    try:
        zones = zones_of_number(parse_phone(phone))
    except Unreadable:  # toll-free, or of another country
        return ""
    return zones[0] if len(zones) == 1 else ""


def take_what_is_sure(draft: Draft) -> list[str]:
    """Answers what nobody needs to be asked, and says in words what it left out; the rest stops, all at once."""
    said: list[str] = []
    for each in draft.questions():
        if isinstance(each, Uncertain):
            if not each.is_needed:
                draft.name(each.kind, each.field, ())
                said.append(f"{each.kind}: {each.proposed.captions[0]} may be {each.field}; if so: {each.option}")
            draft.settled.add((each.kind, each.field))
    open_questions = [each for each in draft.questions() if not _is_known(each, draft)]
    if open_questions:
        words = " ".join(in_words(each, draft) for each in open_questions)
        raise cannot(
            ExitCode.USAGE, words, "Say it: " + "; ".join(each.option for each in open_questions) + ".", key="--yes"
        )
    return said


def _is_known(question: Question, draft: Draft) -> bool:
    """Whether the settings can be written without an answer."""
    if isinstance(question, Payers):
        return "ledger" not in draft.columns  # a report's rows are the payers' own
    if isinstance(question, Meanings):
        told = draft.meanings.get((question.coded.kind, question.coded.field.name), {})
        # A word that stands there now and then holds its account: it may be a slip of the pen.
        return question.coded.unknown_share <= _RARE or all(word in told for word in question.coded.unknown)
    return False


def in_words(question: Question, draft: Draft) -> str:
    """What is not known, in a sentence."""
    match question:
        case MissingColumn(kind, field):
            return f"{draft.sample(kind).name}: no column looks like {field}."
        case Uncertain(kind, proposed):
            return f"{draft.sample(kind).name}: {proposed.captions[0]} may be {proposed.field}."
        case Payers(kind, caption):
            return f"{draft.sample(kind).name}: {caption} holds no patients' ids: it can't say who pays for whom."
        case Meanings(coded):
            words = ", ".join(f'"{each}"' for each in coded.unknown)
            file = draft.sample(coded.kind).name
            return f"{file}: it is not known what {words or 'the words'} in {coded.column.caption} mean."
        case OtherAmount(column, why):
            return f"{draft.sample('balances').name}: {column.caption} {why}."
        case DayOrder():
            return "The dates can be read day-first and month-first."


def settings_text(target: Path, folder: Path, draft: Draft, practice: Mapping[str, str]) -> str:
    """The commented settings."""
    values = draft.values() | {PRACTICE[key]: text for key, text in practice.items() if text != STRIPE}
    if practice["link"] == STRIPE:
        values["payment_link.provider"] = STRIPE
    values["exports.folder"] = _written(folder, target.parent)
    comments = {f"exports.{kind}": f"found: {file.name}" for kind, file in draft.proposal.files.items()}
    if values["exports.columns"]:
        comments["exports.columns"] = "what `dipay init` proposed, by captions and values"
    return render_settings_yaml(values, comments)


def try_out(target: Path, text: str) -> Listing:
    """The worklist that these settings would give, before there is a file of them."""
    return make_worklist(Office(read_settings(text.encode(), target)))


def stop_if_there(target: Path) -> None:
    """A usage error where anything lies in the settings file's place, or nobody can know."""
    try:
        kind = kind_of(target)
    except OSError as error:
        raise _unwritable(target, error) from None
    if kind:
        raise _already_there(target)


def write_settings(target: Path, text: str) -> None:
    """Writes the settings file, all of it or none. One that is already there is never touched."""
    try:
        with target.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
            except OSError:
                # Closed first, or Windows would not let it go.
                with suppress(OSError):
                    file.close()
                with suppress(OSError):
                    target.unlink()
                raise
    except FileExistsError:
        raise _already_there(target) from None
    except OSError as error:
        raise _unwritable(target, error) from None


def _already_there(target: Path) -> CannotGoOn:
    fix = "Change it in a text editor; to begin anew move it away, or name another file with --config."
    return cannot(ExitCode.USAGE, f"{target} is already there.", fix)


def _unwritable(target: Path, error: OSError) -> CannotGoOn:
    fix = "Check the folder's permissions and free space, or name another file with --config."
    return cannot(ExitCode.USAGE, f"{target} can't be written: {error.strerror}.", fix)


def _written(folder: Path, base: Path) -> str:
    """The folder as the settings name it: relative to them, or whole where it was named so and lies elsewhere."""
    try:
        relative = os.path.relpath(folder, base).replace(os.sep, "/")
    except ValueError:  # another Windows drive
        return folder.absolute().as_posix()
    return folder.as_posix() if folder.is_absolute() and relative.startswith("..") else relative

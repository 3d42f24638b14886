"""What a patient's reply can be, which of them wait for a person, and which command deals with each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ReplyKind(StrEnum):
    """What a reply is taken for. The state file keeps these words, so they stay."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    DECEASED = "deceased"
    LAWYER = "lawyer_or_bankruptcy"
    WRONG_PERSON = "wrong_person"
    DISPUTE = "dispute"
    ALREADY_PAID = "already_paid"
    CALL_ME = "call_me"
    QUESTION = "question"
    THANKS = "thanks_or_will_pay"
    OTHER = "other"

    @property
    def waits(self) -> bool:
        """Whether a person has to read it; the rest is done with once it is written down."""
        return self not in {ReplyKind.OPT_OUT, ReplyKind.OPT_IN, ReplyKind.THANKS}

    @property
    def words(self) -> str:
        """What it is called wherever people read it."""
        return _WORDS[self]


_WORDS: Final[Mapping[ReplyKind, str]] = {
    ReplyKind.OPT_OUT: "opt-out",
    ReplyKind.OPT_IN: "opt-in",
    ReplyKind.DECEASED: "deceased",
    ReplyKind.LAWYER: "lawyer or bankruptcy",
    ReplyKind.WRONG_PERSON: "wrong person",
    ReplyKind.DISPUTE: "dispute",
    ReplyKind.ALREADY_PAID: "already paid",
    ReplyKind.CALL_ME: "asks to be called",
    ReplyKind.QUESTION: "question",
    ReplyKind.THANKS: "thanks or will pay",
    ReplyKind.OTHER: "other",
}

_COMMANDS: Final[Mapping[ReplyKind, str]] = {
    ReplyKind.DECEASED: "dipay optout {account}",
    ReplyKind.LAWYER: "dipay optout {account}",
    ReplyKind.WRONG_PERSON: "dipay wrong-number {account}",
    ReplyKind.DISPUTE: "dipay snooze {account} --days 14 --reason REASON",
    ReplyKind.ALREADY_PAID: "dipay paid {account}",
}


def settled_by(kind: ReplyKind, reply: int, account: str | None) -> str:
    """The command that deals with a reply of that kind; where it is no known account's, or no command does by itself,
    the one that says that somebody did.
    """
    command = _COMMANDS.get(kind, "") if account is not None else ""
    return command.format(account=account) if command else f"dipay replies --done {reply} --note TEXT"

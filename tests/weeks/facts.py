"""What happened in the four weeks, fact by fact in their order: all that the model and the table know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from pms import Account


class Run(Enum):
    """A day's `send --yes`, by what stands in its way."""

    OPEN = "open"
    SUNDAY = "Sunday"
    OLD_EXPORTS = "no exports this morning"
    UNREACHABLE = "the provider answers no questions"

    @property
    def exit_codes(self) -> frozenset[int]:
        return frozenset({Run.OLD_EXPORTS: {3}, Run.UNREACHABLE: {4}}.get(self, {0, 1}))


@dataclass(frozen=True, slots=True)
class Exported:
    """The exports of a morning were written; what they hold, by account, less what is known to be paid besides.

    `unsure`: accounts of which a payment is on its way and may still fail.
    """

    day: date
    accounts: Mapping[str, Account]
    unsure: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PaidByLink:
    """What a request asked for was paid by its link, and the money is there."""

    day: date
    account: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """Something was keyed into the PMS for these people, in the evening."""

    day: date
    people: int
    words: str


@dataclass(frozen=True, slots=True)
class Began:
    """A run of `send --yes` begins."""

    at: datetime
    day: date
    run: Run


@dataclass(frozen=True, slots=True)
class Posted:
    """The provider was asked to send a text; `kept`: it took it, whatever it answered.

    `by_staff`: a person named the account, and the number where `typed`.
    """

    at: datetime
    day: date
    message: str
    account: str
    people: int
    number: str
    step: int
    first_name: str
    amount: str
    kept: bool
    refused: str = ""
    by_staff: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """The provider learned what became of a text; `code` where it reached nobody, without `receipt` it never says."""

    message: str
    code: str
    receipt: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """The run of `send --yes` or `sync` is over."""

    day: date
    command: str
    run: Run
    exit_code: int


@dataclass(frozen=True, slots=True)
class Said:
    """A reply reached the provider."""

    at: datetime
    day: date
    number: str
    kind: str
    words: str
    people: int


@dataclass(frozen=True, slots=True)
class Did:
    """Staff gave a command about an account; `told` is the reply that it settles."""

    day: date
    people: int
    account: str | None
    command: tuple[str, ...]
    exit_code: int
    told: str | None = None

    @property
    def worked(self) -> bool:
        return self.exit_code in (0, 1)


Fact = Exported | PaidByLink | Keyed | Began | Posted | Delivered | Ended | Said | Did


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands at the end, as `list` says."""

    account: str
    view: str
    reasons: tuple[str, ...]

"""Processors of payments: links that know when they are paid, behind one protocol. They decide nothing.

Importing this package loads no processor's library. Amounts are whole cents, times aware datetimes in UTC. A processor
is told a request's token, the amount and the practice's name, and nothing else about a patient.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from dipay.domain.payments import PaymentState
from dipay.domain.problems import CannotGoOn, ExitCode, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A payment link as the processor has it. `token` is the request's, by which it is found again."""

    link_id: str
    url: str = field(repr=False)
    token: str = field(repr=False)
    amount_cents: int = field(repr=False)
    active: bool = True


@dataclass(frozen=True, slots=True)
class NoLink:
    """No link could be made, or it is not known whether one was; why, in words for an office.

    `stops_run`: the account or its key is refused, so that no other link could be made either. `in_doubt`: there may be
    one at the processor, which `find` tells later. `unanswered`: nobody answered, as when a line is down.
    """

    why: str
    stops_run: bool = False
    in_doubt: bool = False
    unanswered: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """What a patient paid by a link. `payment_id` names it to `payment`; `reference` is what a refund and the
    processor's own pages call it. `at` is when the patient paid.
    """

    payment_id: str
    reference: str
    link_id: str
    token: str = field(repr=False)
    amount_cents: int = field(repr=False)
    state: PaymentState
    at: datetime


@dataclass(frozen=True, slots=True)
class Refund:
    """What went back to a patient, by the payment's `reference`; several of one payment add up."""

    refund_id: str
    reference: str
    amount_cents: int = field(repr=False)
    at: datetime


class ProcessorTrouble(CannotGoOn):
    """A question to the processor got no answer (exit code 4). Asking again later harms nothing."""

    def __init__(self, problem: Problem) -> None:
        super().__init__([problem], ExitCode.PROVIDER)
        self.problem = problem


@runtime_checkable
class Processor(Protocol):
    """A processor of payments. Everything that asks, but `make_link` and `ping`, may raise `ProcessorTrouble`."""

    @property
    def name(self) -> str:
        """As in the setting `payment_link.provider`."""
        ...

    def make_link(self, token: str, amount_cents: int) -> Link | NoLink:
        """A link that can be paid once. The same token gives the same link again; raises nothing.

        Where it is not known whether a link was made it asks once more with the same token.
        """
        ...

    def find_links(self, tokens: Collection[str], since: datetime) -> Mapping[str, Link]:
        """The links of these tokens made since then (and a little before: clocks differ), by token.

        Complete: a token that is not in the answer has no link that could be paid.
        """
        ...

    def links_since(self, since: datetime) -> Iterator[Link]:
        """Every link of dipay's made since then, active or not, newest first, page by page as far as it is used.

        A link that somebody else made through the same account is left out.
        """
        ...

    def switch_off(self, link_id: str) -> None:
        """Nobody can begin to pay by that link any more. Doing it twice changes nothing; one that is gone is off."""
        ...

    def payments_since(self, since: datetime) -> Iterator[Payment]:
        """What was paid by links of dipay's, begun since then (and a little before); what others take is left out."""
        ...

    def payment(self, payment_id: str) -> Payment | None:
        """One payment as it is now; None where the processor doesn't know it."""
        ...

    def refunds_since(self, since: datetime) -> Iterator[Refund]:
        """What went back since then (and a little before), of payments of others through the same account too."""
        ...

    def ping(self) -> Problem | None:
        """None when the processor is reachable and takes the key, else what is wrong. Changes nothing."""
        ...

"""A processor in memory, which fails on request: what is paid by its links a test says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from dipay.domain.payments import PaymentState
from dipay.domain.problems import Problem, Severity
from dipay.processors import Link, NoLink, Payment, ProcessorTrouble, Refund

#: How a call fails: before anything was done, after it was done, or because the key is refused.
Failure = Literal["unanswered", "lost", "refused"]
FAILURES: Final[tuple[Failure, ...]] = ("unanswered", "lost", "refused")
URL: Final = "https://buy.stripe.com/test_"


@dataclass
class MemoryProcessor:
    """`fails` says how the n-th call of all fails, from 1; `calls` are all that were made."""

    clock: Callable[[], datetime]
    fails: Callable[[int, str], Failure | None] = lambda _number, _name: None
    links: dict[str, Link] = field(default_factory=dict)
    made_at: dict[str, datetime] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    begun_at: dict[str, datetime] = field(default_factory=dict)
    refunds: list[Refund] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    host: str = URL

    name: Final = "stripe"

    def _call(self, name: str, do: Callable[[], None] = lambda: None) -> None:
        self.calls.append(name)
        failure = self.fails(len(self.calls), name)
        if failure in (None, "lost"):
            do()
        if failure is not None:
            raise ProcessorTrouble(Problem(Severity.ERROR, f"the processor is {failure}.", "Run it again."))

    def make_link(self, token: str, amount_cents: int) -> Link | NoLink:
        self.calls.append("make_link")
        failure = self.fails(len(self.calls), "make_link")
        if failure == "refused":
            return NoLink("the key is refused", stops_run=True)
        if failure == "unanswered":
            return NoLink("it could not be reached", unanswered=True)
        link = self.links.get(token)
        if link is None:
            number = len(self.links) + 1
            link = Link(f"plink_{number}", f"{self.host}{number:018d}", token, amount_cents)
            self.links[token], self.made_at[token] = link, self.clock()
        assert link.amount_cents == amount_cents
        return NoLink("no answer in time", in_doubt=True, unanswered=True) if failure == "lost" else link

    def find_links(self, tokens: Collection[str], since: datetime) -> Mapping[str, Link]:
        self._call("find_links")
        return {link.token: link for link in self._since(since) if link.token in tokens}

    def links_since(self, since: datetime) -> Iterator[Link]:
        self._call("links_since")
        return iter(self._since(since))

    def _since(self, since: datetime) -> list[Link]:
        return [link for token, link in reversed(self.links.items()) if self.made_at[token] >= since]

    def switch_off(self, link_id: str) -> None:
        def do() -> None:
            for token, link in self.links.items():
                if link.link_id == link_id:
                    self.links[token] = replace(link, active=False)

        self._call("switch_off", do)

    def payments_since(self, since: datetime) -> Iterator[Payment]:
        self._call("payments_since")
        return iter([each for key, each in self.payments.items() if self.begun_at[key] >= since])

    def payment(self, payment_id: str) -> Payment | None:
        self._call("payment")
        return self.payments.get(payment_id)

    def refunds_since(self, since: datetime) -> Iterator[Refund]:
        self._call("refunds_since")
        return iter([each for each in self.refunds if each.at >= since])

    def ping(self) -> Problem | None:
        return None

    # What a test says.

    def pay(self, token: str, state: PaymentState = PaymentState.PAID, *, thinks: timedelta = timedelta(0)) -> Payment:
        """The patient pays by the link; `thinks` is how long ago the page was opened."""
        link = self.links[token]
        assert link.active, "nobody can pay by a link that is off"
        number = len(self.payments) + 1
        paid = Payment(f"cs_{number}", f"pi_{number}", link.link_id, token, link.amount_cents, state, self.clock())
        self.payments[paid.payment_id], self.begun_at[paid.payment_id] = paid, self.clock() - thinks
        self.links[token] = replace(link, active=False)
        return paid

    def settle(self, payment: Payment, state: PaymentState) -> None:
        """What becomes of money that was on its way."""
        self.payments[payment.payment_id] = replace(payment, state=state)

    def refund(self, payment: Payment, amount_cents: int) -> None:
        self.refunds.append(Refund(f"re_{len(self.refunds) + 1}", payment.reference, amount_cents, self.clock()))

    def token_at(self, url_in: str) -> str:
        """The token of the link in a text."""
        (token,) = [token for token, link in self.links.items() if link.url in url_in]
        return token

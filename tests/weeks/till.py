"""What people do at the pages of payment links, and what the office keys in of it: the stories of money.

The processor's double keeps the money; here stands what each family does with it, and what the books should say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from plots import STORIES, Keyed, Plot, Story, after, pays, visits
from pms import Pms
from tests.processors.double import LinkIsOffError, ProcessorDouble, Session

#: Stories of the four weeks in which a link is to go off, besides those of money.
OTHERS = (
    "pays after the request", "pays after the first reminder", "pays in two parts", "pays a part",
    "insurance pays the rest", "fees during and after the campaign", "a visit during the campaign",
    "a visit after the campaign", "says stop", "stops in words", "says paid, staff believe it", "died, staff stop it",
    "wrong number, corrected", "disputes, snoozed", "thanks", "number dead", "number dead, corrected",
    "landline, sent again, never keyed in", "no such number, corrected", "opted out before, at the provider",
    "filtered by a carrier", "the reminder fails", "the answer was lost", "it never got out, staff release it",
    "renumbered", "plan begun", "campaign removed", "opted out at the desk", "snoozed",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Payment:
    """A payment of these people by a link. `keyed`: on which evening it was keyed in right; `done`: staff said so."""

    people: int
    session: Session
    keyed: date | None = None
    done: date | None = None
    #: What was keyed in wrongly and stands in the books.
    wrong_cents: int = 0

    @property
    def failed(self) -> bool:
        return self.session.intent_status == "requires_payment_method"

    @property
    def pending(self) -> bool:
        return self.session.intent_status == "processing"


@dataclass(slots=True)
class Till:
    """The pages of all links, and what was paid on them. Each method gives something to be done of an evening."""

    double: ProcessorDouble
    #: Told the token of what is surely paid; and carries out `posting --done`.
    has_paid: Callable[[str], None] = lambda _: None
    say_done: Callable[[Payment], bool] = lambda _: False
    #: The links that these people got, oldest first; their pages that are open; what they paid; who found a link off.
    links: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    pages: dict[int, Session] = field(default_factory=dict)
    payments: dict[int, list[Payment]] = field(default_factory=lambda: defaultdict(list))
    found_off: list[int] = field(default_factory=list)

    def refunded(self, payment: Payment) -> int:
        theirs = (each for each in self.double.refunds.values() if each.intent_id == payment.session.intent_id)
        return sum(each.amount for each in theirs)

    def left(self, payment: Payment) -> int:
        """What the practice has of a payment, or will have."""
        return 0 if payment.failed else payment.session.amount - self.refunded(payment)

    @property
    def all(self) -> list[Payment]:
        return [each for theirs in self.payments.values() for each in theirs]

    # What patients do

    def pays(self, *, by: str = "card", link: int = -1) -> Keyed:
        """Pays by the newest link, or the so many-th."""

        def act(_pms: Pms, who: int) -> str:
            try:
                session = self.double.begin(self.links[who][link])
                return self._complete(who, session, by)
            except LinkIsOffError:
                self.found_off.append(who)
                return "finds the link off"

        return act

    def opens(self) -> Keyed:
        def act(_pms: Pms, who: int) -> str:
            try:
                self.pages[who] = self.double.begin(self.links[who][-1])
            except LinkIsOffError:
                self.found_off.append(who)
                return "finds the link off"
            return "opens the link's page"

        return act

    def pays_on_the_open_page(self) -> Keyed:
        def act(_pms: Pms, who: int) -> str:
            page = self.pages.pop(who, None)
            return self._complete(who, page, "card") if page else ""

        return act

    def _complete(self, who: int, session: Session, by: str) -> str:
        self.double.complete(session, by=by)
        self.payments[who].append(Payment(who, session))
        if by == "card":
            self.has_paid(session.token)
        return f"pays ${session.amount / 100:.2f} by {by}"

    def settles(self) -> Keyed:
        def act(_pms: Pms, _who: int, paid: Payment) -> str:
            self.double.bank_settled(paid.session)
            self.has_paid(paid.session.token)
            return "the bank has paid"

        return self._of_last(act)

    def fails(self) -> Keyed:
        def act(_pms: Pms, _who: int, paid: Payment) -> str:
            self.double.bank_failed(paid.session)
            return "the bank has not paid"

        return self._of_last(act)

    def refunds(self, share: float) -> Keyed:
        def act(_pms: Pms, _who: int, paid: Payment) -> str:
            cents = min(round(paid.session.amount * share), self.left(paid))
            self.double.refund(paid.session, cents)
            return f"${cents / 100:.2f} given back"

        return self._of_last(act)

    # What the office keys in

    def keyed(self, *, which: int = -1, net: bool = False) -> Keyed:
        """The payment as it was, or less what went back by then."""

        def act(pms: Pms, who: int, paid: Payment) -> str:
            paid.keyed = pms.day
            words = pms.posts(who, self.left(paid) if net else paid.session.amount)
            return words if net or not self.refunded(paid) else f"{words}, {pms.returns(who, self.refunded(paid))}"

        return self._of_last(act, which)

    def keyed_wrong(self) -> Keyed:
        """A digit too few."""

        def act(pms: Pms, who: int, paid: Payment) -> str:
            paid.wrong_cents = paid.session.amount // 10
            return pms.posts(who, paid.wrong_cents)

        return self._of_last(act)

    def corrected(self) -> Keyed:
        def act(pms: Pms, who: int, paid: Payment) -> str:
            paid.keyed, wrong, paid.wrong_cents = pms.day, paid.wrong_cents, 0
            return f"{pms.returns(who, wrong)}, {pms.posts(who, paid.session.amount)}"

        return self._of_last(act)

    def said_to_be_keyed(self) -> Keyed:
        """Staff say that it is, by `dipay posting --done`."""

        def act(pms: Pms, _who: int, paid: Payment) -> str:
            if self.say_done(paid):
                paid.done = pms.day
            return "posting --done"

        return self._of_last(act)

    def back_in_the_books(self) -> Keyed:
        """What went back of a payment that is in the books already."""
        return self._of_last(lambda pms, who, paid: pms.returns(who, self.refunded(paid)))

    def _of_last(self, act: Callable[[Pms, int, Payment], str], which: int = -1) -> Keyed:
        """The same for who paid; nothing for who did not."""

        def of_payment(pms: Pms, who: int) -> str:
            paid = self.payments[who][which:][:1]
            return act(pms, who, paid[0]) if paid else ""

        return of_payment


#: Something done so many days after the text.
Step = tuple[int, Keyed]


def _told(text: int, *steps: Step) -> Callable[[Plot], None]:
    def tell(plot: Plot) -> None:
        for days, keyed in steps:
            plot.keys(after(text, days), keyed)

    return tell


def _pays_and_is_keyed(till: Till, text: int) -> Callable[[Plot], None]:
    def tell(plot: Plot) -> None:
        paid = plot.some(0, 3)
        _told(text, (paid, till.pays()), (paid + plot.some(1, 3), till.keyed()))(plot)

    return tell


def _then_visits(till: Till) -> Callable[[Plot], None]:
    def tell(plot: Plot) -> None:
        _told(1, (1, till.pays()), (3, till.keyed()), (9, visits(plot.rng)))(plot)

    return tell


def _stops_and_pays(till: Till, days: int) -> Callable[[Plot], None]:
    def tell(plot: Plot) -> None:
        plot.says("stop in words")
        _told(1, (days, till.pays()), (days + 2, till.keyed()))(plot)

    return tell


def _older_page(till: Till, *more: Step) -> Callable[[Plot], None]:
    def tell(plot: Plot) -> None:
        plot.keys(after(1, 6), till.opens())
        for days, keyed in ((0, till.pays_on_the_open_page()), *more):
            plot.keys(after(2, days), keyed)

    return tell


def stories_of_money(till: Till) -> Mapping[str, Story]:
    """What is told of families that owe and get links, each so many times."""

    def alone(times: int, tell: Callable[[Plot], None]) -> Story:
        return Story(tell, times, alone=True)

    pays_, keyed = till.pays(), till.keyed()
    bank = till.pays(by="bank")
    told = {
        "card, after the request": alone(5, _pays_and_is_keyed(till, 1)),
        "card, after the first reminder": alone(2, _pays_and_is_keyed(till, 2)),
        "card, after the last reminder": alone(2, _pays_and_is_keyed(till, 3)),
        "card, never keyed in": alone(2, _told(1, (1, pays_))),
        "card, then another visit": alone(1, _then_visits(till)),
        "card, and at the desk on the same day": alone(1, _told(1, (2, pays(0.5)), (2, pays_), (5, keyed))),
        "bank, settled": alone(3, _told(1, (1, bank), (5, till.settles()), (7, keyed))),
        "bank, settled after the reminder's day": alone(2, _told(1, (5, bank), (10, till.settles()), (12, keyed))),
        "bank, failed": alone(2, _told(1, (0, bank), (3, till.fails()))),
        "bank, failed after the reminder's day": alone(1, _told(1, (5, bank), (9, till.fails()))),
        "bank, failed, then card": alone(
            1, lambda plot: (_told(1, (1, bank), (4, till.fails()))(plot), _told(2, (1, pays_), (3, keyed))(plot))[0]
        ),
        "refunded in part, keyed in as what is left": alone(
            2, _told(1, (1, pays_), (2, till.refunds(0.3)), (3, till.keyed(net=True)))
        ),
        "refunded in part, keyed in as both": alone(1, _told(1, (1, pays_), (2, till.refunds(0.4)), (4, keyed))),
        "refunded in two parts": alone(
            1, _told(1, (1, pays_), (2, till.refunds(0.3)), (3, till.refunds(0.3)), (5, till.keyed(net=True)))
        ),
        "refunded whole, never keyed in": alone(2, _told(1, (1, pays_), (3, till.refunds(1.0)))),
        "keyed in, then refunded": alone(
            1, _told(1, (1, pays_), (2, keyed), (6, till.refunds(0.5)), (8, till.back_in_the_books()))
        ),
        "keyed in wrong, corrected": alone(2, _told(1, (1, pays_), (2, till.keyed_wrong()), (6, till.corrected()))),
        "keyed in wrong, said to be keyed in": alone(
            1, _told(1, (1, pays_), (2, till.keyed_wrong()), (5, till.said_to_be_keyed()))
        ),
        "by an older page": alone(2, _older_page(till, (2, keyed))),
        "by an older page and the new link": alone(
            1, _older_page(till, (0, pays_), (2, till.keyed(which=0)), (2, till.keyed(which=1)))
        ),
        "stops, and pays that evening": alone(1, _stops_and_pays(till, 0)),
        "stops, and finds the link off": alone(1, _stops_and_pays(till, 2)),
        "pays at the desk, finds the link off": alone(2, _told(1, (1, pays()), (3, pays_))),
        "card, renumbered before it is keyed in": alone(
            1, _told(1, (1, pays_), (2, lambda pms, who: pms.renumbers(who)), (4, keyed))
        ),
    }  # fmt: skip
    return told


def stories(till: Till) -> Mapping[str, Story]:
    """The stories of money, and some others of the four weeks."""
    return {**stories_of_money(till), **{name: STORIES[name] for name in OTHERS}}

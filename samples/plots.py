"""What becomes of each family in the four weeks: what its people answer, what is keyed in, and what staff do about it.

A story is told of a plot, as a scenario is of a family. It says what happens after which text, and nothing of whether
there should have been one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import people
from pms import Pms
from practice import ADJUSTMENT, INSURANCE_PAYMENT, PROCEDURES, Family

#: How long the stories go on.
DAYS = 28

#: What people answer, by what they mean. Only the first two kinds and thanks may be left unread.
SAYINGS: Mapping[str, tuple[str, ...]] = {
    "stop": ("STOP", "Stop", "stop ", "UNSUBSCRIBE", "Cancel", "end", "Quit"),
    "stop in words": (
        "Stop. Thank you", "please stop texting me", "Take me off your list", "STOP!!! I already paid this",
        "do not text me again", "wrong number, stop texting me", "🛑", "No more texts please", "remove me",
        "I want to opt out", "She passed away. Please stop texting", "Stop sending me these messages, I have a lawyer",
    ),
    "stop in another language": (
        "No me manden más textos", "Ya basta de mensajes", "СТОП", "Не пишите мне больше", "退订", "请不要再发短信",
        "Dừng lại", "Xin đừng nhắn tin cho tôi nữa", "Itigil na po", "huwag na kayong mag-text",
    ),
    "start": ("START", "Unstop"),
    "thanks": ("Thanks", "ok will pay Friday", "I will pay on Friday", "👍", "Gracias", "Thank you so much"),
    "paid": ("I already paid", "Paid in full last week", "Ya pagué", "Check is in the mail", "We paid online"),
    "wrong number": (
        "wrong number", "You have the wrong person", "This is not N105", "I just got this number", "número equivocado",
    ),
    "died": ("She passed away", "He passed away in March, I'm his son", "The patient is deceased."),
    "disputes": ("I dispute this bill", "I don't owe this", "You charged me twice", "No debo nada"),
    "lawyer": ("Talk to my attorney", "I will sue you", "You will hear from my lawyer"),
    "bankrupt": ("I filed for bankruptcy", "We are in chapter 13", "This debt was discharged in bankruptcy"),
    "asks": ("What is this for?", "How much do I owe?", "Can I make payments?", "¿Cuánto debo?"),
    "call me": ("Please call me", "Can someone call me about this bill", "Llámeme por favor"),
    "nonsense": ("asdf", "...", "blue sky 42", "I'll stop by tomorrow", "My phone died", "✅"),
}  # fmt: skip
OPTS_OUT = frozenset({"stop", "stop in words", "stop in another language"})
WAITS = frozenset(SAYINGS) - OPTS_OUT - {"start", "thanks"}

#: Keys something into the PMS for the people of that number, and gives the words that tell of it.
Keyed = Callable[[Pms, int], str]


@dataclass(frozen=True, slots=True)
class When:
    """So many days after the n-th text that these people got; without a text, after the first day."""

    text: int
    days: int


def after(text: int, days: int = 0) -> When:
    return When(text, days)


def on_day(days: int) -> When:
    return When(0, days)


@dataclass(frozen=True, slots=True)
class Saying:
    """A reply, so long after the n-th text; from the phone that was texted, or another."""

    text: int
    later: timedelta
    kind: str
    words: str
    number: str | None = None


@dataclass(slots=True)
class Plot:
    """What becomes of one family, whatever dipay does.

    `settles` is the command that staff give on each of its replies that wait (without the account), None where nobody
    looks. `phones` say what happens to texts to a number, one after the other, the last for all that follow: a
    provider's code, "refused" and a code, "lost" (taken, but no answer came), "unheard" (not taken, no answer).
    """

    story: str
    people: int
    family: Family
    rng: random.Random
    new_number: Callable[[], str]
    partner: Plot | None = None
    at_first: list[Keyed] = field(default_factory=list)
    keyed: list[tuple[When, Keyed]] = field(default_factory=list)
    said: list[Saying] = field(default_factory=list)
    staff: list[tuple[When, tuple[str, ...]]] = field(default_factory=list)
    settles: tuple[str, ...] | None = None
    phones: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, when: When, keyed: Keyed) -> None:
        self.keyed.append((when, keyed))

    def says(self, kind: str, text: int = 1, later: timedelta | None = None, number: str | None = None) -> None:
        """A reply of that kind, where no time is given some minutes or hours later."""
        later = later or timedelta(minutes=self.rng.randrange(1, 300))
        self.said.append(Saying(text, later, kind, self.rng.choice(SAYINGS[kind]), number))

    def has_staff(self, when: When, *command: str) -> None:
        self.staff.append((when, command))

    def phone_does(self, *outcomes: str, number: str | None = None) -> None:
        self.phones[number or self.number] = outcomes

    @property
    def number(self) -> str:
        """The family's number on the first day."""
        return f"+1{people.ten_digits(self.family.guarantor.mobile)}"

    def some(self, least: int, most: int) -> int:
        return self.rng.randrange(least, most + 1)


Tell = Callable[[Plot], None]


# What is keyed in


def pays(share: float = 1.0) -> Keyed:
    return lambda pms, who: pms.pays(who, share)


def insurance_pays(share: float) -> Keyed:
    return lambda pms, who: pms.pays(who, share, INSURANCE_PAYMENT)


def adjusts(share: float) -> Keyed:
    return lambda pms, who: pms.pays(who, share, ADJUSTMENT)


def visits(rng: random.Random) -> Keyed:
    description, cents = rng.choice(PROCEDURES)
    return lambda pms, who: pms.visits(who, description, cents)


def fee(which: int) -> Keyed:
    return lambda pms, who: pms.fee(who, which)


def number(typed: str) -> Keyed:
    return lambda pms, who: pms.changes_number(who, typed)


def guarantor(*, same_number: bool) -> Keyed:
    return lambda pms, who: pms.changes_guarantor(who, same_number=same_number)


# Stories of money


def _pays_after(text: int) -> Tell:
    return lambda plot: plot.keys(after(text, plot.some(1, 4)), pays())


def _pays_in_parts(plot: Plot) -> None:
    plot.keys(after(1, plot.some(1, 4)), pays(0.4))
    plot.keys(after(2, plot.some(1, 4)), pays())


def _pays_a_part(plot: Plot) -> None:
    plot.keys(after(1, plot.some(1, 10)), pays(plot.rng.choice((0.2, 0.5, 0.7))))


def _insurance_pays(plot: Plot) -> None:
    plot.keys(on_day(plot.some(3, 12)), insurance_pays(1.0))


def _adjusted(plot: Plot) -> None:
    plot.keys(on_day(plot.some(2, 5)), adjusts(0.3))
    plot.keys(on_day(plot.some(6, 12)), adjusts(0.99))


def _cheque_returns(plot: Plot) -> None:
    plot.keys(after(1, 2), pays())
    plot.keys(after(1, plot.some(5, 12)), lambda pms, who: pms.cheque_returns(who))


def _fees(plot: Plot) -> None:
    """Each of them after another text; the last ones when the campaign is over."""
    plot.keys(after(1, 2), fee(plot.some(0, 2)))
    plot.keys(after(2, 3), fee(plot.some(0, 2)))
    plot.keys(after(3, 2), fee(plot.some(0, 2)))


def _visit_during_campaign(plot: Plot) -> None:
    plot.keys(after(1, plot.some(1, 12)), visits(plot.rng))


def _visit_after_campaign(plot: Plot) -> None:
    plot.keys(after(3, plot.some(2, 7)), visits(plot.rng))


def _visit_after_paying(plot: Plot) -> None:
    plot.keys(after(1, 2), pays())
    plot.keys(after(1, 9), visits(plot.rng))


# Stories of answers


def _answers(kind: str, *settles: str, text: int = 1, later: timedelta | None = None) -> Tell:
    """A reply; what staff do about it, if they do anything."""

    def tell(plot: Plot) -> None:
        plot.says(kind, text, later)
        plot.settles = settles or None

    return tell


def _says_and_pays(plot: Plot) -> None:
    plot.says("paid")
    plot.settles = ("paid",)
    plot.keys(after(1, 2), pays())


def _opts_in_again(plot: Plot) -> None:
    plot.says("stop", later=timedelta(minutes=3))
    plot.says("start", later=timedelta(hours=30))
    plot.has_staff(after(1, 4), "optin", "--reason", "asked for texts at the desk")


def _opts_in_alone(plot: Plot) -> None:
    plot.says("stop", later=timedelta(minutes=3))
    plot.says("start", later=timedelta(hours=2))


def _asks_then_thanks(plot: Plot) -> None:
    plot.says("asks", later=timedelta(minutes=5))
    plot.says("thanks", later=timedelta(hours=3))


def _asks_then_stops(plot: Plot) -> None:
    plot.says("asks", later=timedelta(minutes=5))
    plot.says("stop in words", later=timedelta(hours=20))
    plot.settles = ("done",)


def _wrong_then_corrected(plot: Plot) -> None:
    plot.says("wrong number")
    plot.settles = ("wrong-number",)
    plot.keys(after(1, plot.some(4, 9)), number(plot.new_number()))


def _wrong_then_resent(plot: Plot) -> None:
    plot.says("wrong number")
    plot.settles = ("wrong-number",)
    plot.has_staff(after(1, 3), "resend", "--phone", plot.new_number())


def _wrong_then_wrong_again(plot: Plot) -> None:
    other = plot.new_number()
    plot.says("wrong number")
    plot.settles = ("wrong-number",)
    plot.keys(after(1, 5), number(other))
    plot.phone_does("30005", number=other)


def _dead_by_phone_and_books(plot: Plot) -> None:
    plot.says("died")
    plot.settles = ("done",)
    plot.keys(after(1, 1), lambda pms, who: pms.dies(who))


def _stranger_answers(plot: Plot) -> None:
    plot.says("asks", number=plot.new_number())
    plot.settles = ("done",)


def _stranger_stops(plot: Plot) -> None:
    """The other parent's phone, which was never texted."""
    plot.says("stop in words", number=plot.new_number())


# Stories of failures


def _phone(*outcomes: str) -> Tell:
    return lambda plot: plot.phone_does(*outcomes)


def _corrected(*outcomes: str) -> Tell:
    def tell(plot: Plot) -> None:
        plot.phone_does(*outcomes)
        plot.keys(after(1, plot.some(3, 9)), number(plot.new_number()))

    return tell


def _resent(*outcomes: str, keyed_in: bool = False) -> Tell:
    """Staff get a number on the telephone; it is keyed into the PMS or not."""

    def tell(plot: Plot) -> None:
        right = plot.new_number()
        plot.phone_does(*outcomes)
        plot.has_staff(after(1, 2), "resend", "--phone", right)
        if keyed_in:
            plot.keys(after(2, 2), number(right))

    return tell


def _once_more(plot: Plot) -> None:
    plot.phone_does("30003", "")
    plot.has_staff(after(1, 1), "resend")


def _wrong_to_wrong(plot: Plot) -> None:
    second, third = plot.new_number(), plot.new_number()
    plot.phone_does("30005")
    plot.phone_does("30006", number=second)
    plot.keys(after(1, 3), number(second))
    plot.keys(after(2, 4), number(third))


def _both_resent_to_one(plot: Plot) -> None:
    """Two families, two dead numbers, and one new number given for both."""
    shared = plot.new_number()
    for each in (plot, plot.partner):
        if each is not None:
            each.phone_does("30005")
            each.has_staff(after(1, 2), "resend", "--phone", shared)


def _given_a_number(plot: Plot) -> None:
    right = plot.new_number()
    plot.has_staff(on_day(2), "resend", "--phone", right)
    plot.keys(after(1, 3), number(right))


def _released(plot: Plot) -> None:
    plot.phone_does("unheard", "")
    plot.has_staff(after(1, 3), "release", "--reason", "the patient has nothing from us")


# Stories of ids and of the books


def _keyed(keyed: Keyed, text: int = 1) -> Tell:
    return lambda plot: plot.keys(after(text, plot.some(1, 5)), keyed)


def _guarantor_then_visit(plot: Plot) -> None:
    plot.keys(after(1, 3), guarantor(same_number=True))
    plot.keys(after(1, plot.some(8, 16)), visits(plot.rng))


def _merged(plot: Plot) -> None:
    description, cents = plot.rng.choice(PROCEDURES)
    plot.at_first.append(lambda pms, who: pms.is_entered_twice(who, description, cents))
    plot.keys(after(1, plot.some(1, 9)), lambda pms, who: pms.merges(who))


def _stops_then_renumbered(plot: Plot) -> None:
    plot.says("stop in words")
    plot.keys(after(1, 2), lambda pms, who: pms.renumbers(who))


def _asks_then_renumbered(plot: Plot) -> None:
    plot.says("asks")
    plot.keys(after(1, 2), lambda pms, who: pms.renumbers(who))


def _staff(*command: str, text: int = 1, days: int = 1) -> Tell:
    return lambda plot: plot.has_staff(after(text, days), *command)


def _snooze(days: int) -> tuple[str, ...]:
    return ("snooze", "--days", str(days), "--reason", "Personal arrangement")


#: What everybody else does.
ORDINARY = "nothing special"


def ordinary(plot: Plot) -> None:
    """The business of any month: perhaps a payment, a visit, a fee."""
    draw = plot.rng.random()
    day = on_day(plot.some(0, DAYS - 2))
    if draw < 0.15:
        plot.keys(day, pays())
    elif draw < 0.25:
        plot.keys(day, pays(0.5))
    elif draw < 0.35:
        plot.keys(day, visits(plot.rng))
    elif draw < 0.45:
        plot.keys(day, fee(plot.some(0, 2)))
    elif draw < 0.5:
        plot.keys(day, insurance_pays(0.6))


@dataclass(frozen=True, slots=True)
class Story:
    """A story of families that would be asked on the first day, and how many of them it is told of.

    `couples`: only families with a second adult; `twos`: families by twos; `numberless`: those without a number;
    `alone`: nothing else becomes of them.
    """

    tell: Tell
    times: int = 1
    couples: bool = False
    twos: bool = False
    numberless: bool = False
    alone: bool = False


STORIES: Mapping[str, Story] = {
    "pays after the request": Story(_pays_after(1), 5),
    "pays after the first reminder": Story(_pays_after(2), 2),
    "pays in two parts": Story(_pays_in_parts, 2),
    "pays a part": Story(_pays_a_part, 2),
    "insurance pays the rest": Story(_insurance_pays),
    "adjusted away": Story(_adjusted),
    "pays, the cheque comes back": Story(_cheque_returns, 2),
    "fees during and after the campaign": Story(_fees, 3),
    "a visit during the campaign": Story(_visit_during_campaign, 2),
    "a visit after the campaign": Story(_visit_after_campaign, 2),
    "pays, then another visit": Story(_visit_after_paying),
    "says stop": Story(_answers("stop"), 2),
    "says stop within seconds": Story(_answers("stop", later=timedelta(seconds=20))),
    "stops in words within seconds": Story(_answers("stop in words", later=timedelta(seconds=40))),
    "stops in words": Story(_answers("stop in words"), 4),
    "stops in words after a reminder": Story(_answers("stop in words", text=2)),
    "stops in another language": Story(_answers("stop in another language"), 5),
    "stops at night": Story(_answers("stop in words", later=timedelta(hours=9))),
    "stops, starts, wants texts again": Story(_opts_in_again),
    "stops, then starts": Story(_opts_in_alone),
    "wrong number, corrected": Story(_wrong_then_corrected, 2),
    "wrong number, sent again": Story(_wrong_then_resent),
    "wrong number, then another wrong one": Story(_wrong_then_wrong_again),
    "wrong number, nobody looks": Story(_answers("wrong number"), 2),
    "says paid, and does": Story(_says_and_pays, 2),
    "says paid, staff believe it": Story(_answers("paid", "paid")),
    "says paid, staff look": Story(_answers("paid", "done")),
    "says paid, nobody looks": Story(_answers("paid"), 2),
    "died, staff stop it": Story(_answers("died", "optout")),
    "died, the books have it": Story(_dead_by_phone_and_books),
    "died, nobody looks": Story(_answers("died")),
    "disputes, snoozed": Story(_answers("disputes", *_snooze(10))),
    "disputes, nobody looks": Story(_answers("disputes", text=2)),
    "lawyer, staff stop it": Story(_answers("lawyer", "optout")),
    "lawyer, nobody looks": Story(_answers("lawyer")),
    "bankrupt, nobody looks": Story(_answers("bankrupt")),
    "asks, is answered": Story(_answers("asks", "done"), 2),
    "asks at night, is answered": Story(_answers("asks", "done", later=timedelta(hours=7))),
    "wants a call, gets it": Story(_answers("call me", "done")),
    "asks, then thanks": Story(_asks_then_thanks),
    "asks, is answered, then stops": Story(_asks_then_stops),
    "nonsense, is read": Story(_answers("nonsense", "done"), 2),
    "nonsense, nobody looks": Story(_answers("nonsense")),
    "thanks": Story(_answers("thanks"), 3),
    "asked from an unknown phone": Story(_stranger_answers),
    "stopped from an unknown phone": Story(_stranger_stops),
    "number dead": Story(_phone("30005")),
    "number dead, corrected": Story(_corrected("30005")),
    "landline, sent again, keyed in": Story(_resent("30006", keyed_in=True)),
    "landline, sent again, never keyed in": Story(_resent("30006")),
    "phone was off, once more": Story(_once_more),
    "no such number, corrected": Story(_corrected("refused 21211")),
    "opted out before, at the provider": Story(_phone("refused 21610")),
    "filtered by a carrier": Story(_phone("30007")),
    "fails for a reason nobody knows": Story(_phone("31999")),
    "the reminder fails": Story(_phone("", "30005")),
    "no number, one given at the desk": Story(_given_a_number, numberless=True),
    "no number": Story(lambda _: None, numberless=True),
    "two families sent again to one number": Story(_both_resent_to_one, twos=True),
    "from a dead number to a landline to a right one": Story(_wrong_to_wrong),
    "the answer was lost": Story(_phone("lost", "")),
    "it never got out, staff release it": Story(_released),
    "the other parent pays from now on": Story(_keyed(guarantor(same_number=True)), 2, couples=True),
    "the other parent pays, another number": Story(_keyed(guarantor(same_number=False)), couples=True),
    "the other parent pays, then a visit": Story(_guarantor_then_visit, couples=True),
    "renumbered": Story(_keyed(lambda pms, who: pms.renumbers(who)), 2),
    "stops, is renumbered": Story(_stops_then_renumbered),
    "asks, is renumbered": Story(_asks_then_renumbered),
    "two files merged": Story(_merged, 2),
    "plan begun": Story(_keyed(lambda pms, who: pms.begins_plan(who)), 2),
    "Do Not Recall": Story(_keyed(lambda pms, who: pms.marks_do_not_recall(who))),
    "consent withdrawn": Story(_keyed(lambda pms, who: pms.refuses_texts(who))),
    "died, the books alone know": Story(_keyed(lambda pms, who: pms.dies(who))),
    "sent to Collections": Story(_keyed(lambda pms, who: pms.goes_to_collections(who))),
    "number taken out": Story(_keyed(number(""))),
    "words beside the number": Story(_keyed(lambda pms, who: pms.notes_beside_number(who))),
    "left out of a day": Story(_staff("deselect", days=7)),
    "campaign removed": Story(_staff("remove", days=2)),
    "snoozed": Story(_staff(*_snooze(12), days=2)),
    "opted out at the desk": Story(_staff("optout", days=2)),
    ORDINARY: Story(ordinary, 0),
}

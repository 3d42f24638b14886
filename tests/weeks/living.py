"""Lives through the four weeks: exports, staff, `send --yes`, `sync` and the outside world, a day after the other.

It decides nothing about right and wrong; it writes down what happened.
"""

from __future__ import annotations

import heapq
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from plots import Keyed as Keying
from plots import Plot, Saying, When
from pms import Account, Kind
from practice import PRACTICE_NAME
from tests.messaging.behaviours import Behaviour, accept, answer, drop, refuse
from tests.messaging.double import Message, Post, ProviderDouble, provider_double
from tests.weeks.desk import STEPS, ZONE, Answer, Desk
from tests.weeks.facts import Began, Delivered, Did, Ended, Exported, Fact, Keyed, Posted, Run, Said, Standing
from weeks import FIRST_DAY, Weeks, days, make_weeks

#: The office's clock goes ahead of the provider's.
AHEAD = timedelta(minutes=2)
#: At that hour it is day all over the country, so everybody may be texted.
EXPORTED, STAFFED, SENT, SYNCED = time(6, 30), time(15, 10), time(16), time(17, 30)
STAFF_WEEKDAYS, SUNDAY = (0, 2, 4), 6
#: Days, from 0, on which somebody runs `sync`, nothing is exported, the provider answers no questions, and commands are
#: processes. Before most reminders nobody syncs: then `send` must ask by itself.
SYNC_DAYS, WITHOUT_EXPORTS, WITHOUT_ANSWERS, OF_PROCESSES = (8, 10, 22), (10,), (14,), (7, 9)
#: Of so many texts one is never said to have arrived.
NEVER_TOLD = 29

_TEXT = re.compile(
    rf"{PRACTICE_NAME}: (?P<name>[^,]+), (?P<step>{'|'.join(STEPS)})[: ]+(?P<amount>\$[\d,]+\.\d\d)[.:].*"
    r" (?P<link>https://\S+) "
)
_LINK = re.compile(r"https://pay\.example\.com/(?P<account>[^?]+)\?ref=(?P<token>[\w-]{24})")


@dataclass(slots=True)
class Lived:
    """The four weeks of a seed as they went."""

    seed: int
    weeks: Weeks
    facts: list[Fact]
    standings: list[Standing]
    broken: list[str]


def live(folder: Path, seed: int, kind: Kind) -> Lived:
    """Four weeks of the practice of that seed, which exports in that way, in a folder of its own."""
    with provider_double() as double:
        return Life(folder, make_weeks(seed), kind, double).lived(seed)


@dataclass(order=True)
class _Coming:
    """A reply on its way."""

    at: datetime
    number: str
    saying: Saying = field(compare=False)
    people: int = field(compare=False)


class Life:
    """A practice in its folder, and the world outside as far as it answers texts."""

    def __init__(
        self, folder: Path, weeks: Weeks, kind: Kind, double: ProviderDouble, **settings: dict[str, Any]
    ) -> None:
        self.folder, self.weeks, self.kind, self.double = folder, weeks, kind, double
        self.day = FIRST_DAY
        self.moment = self._at(EXPORTED)
        self.facts: list[Fact] = []
        self.broken: list[str] = []
        self.coming: list[_Coming] = []
        self.accounts: dict[str, Account] = {}
        #: What each id that ever was an account's means; how many texts people got, and how many were tried at a number.
        self.people_of: dict[str, int] = {}
        self.texts: Counter[int] = Counter()
        self.texts_at: Counter[str] = Counter()
        self.posts = 0
        self.keyed: list[tuple[date, int, Keying]] = []
        self.staff: list[tuple[date, Plot, tuple[str, ...]]] = []
        for plot in self._plots:
            self._set_off(plot, 0, FIRST_DAY)
        self.settled: set[tuple[str | None, str]] = set()
        double.now = lambda: self.moment
        self.desk = Desk(folder, double, kind, self.moment, **settings)
        self._connect_phones()

    @property
    def _plots(self) -> list[Plot]:
        return list(self.weeks.plots.values())

    def _at(self, clock: time) -> datetime:
        return datetime.combine(self.day, clock, ZoneInfo(ZONE)).astimezone(UTC)

    def _connect_phones(self) -> None:
        for plot in self._plots:
            for number, outcomes in plot.phones.items():
                behaviours = list(map(_behaviour, outcomes))
                if any(outcome and not outcome.isdigit() for outcome in outcomes):
                    self.double.script(*behaviours, to=number)

    def lived(self, seed: int) -> Lived:
        """Lives through the weeks."""
        for day in days():
            self.live(day)
        return Lived(seed, self.weeks, self.facts, self.desk.standings(), self.broken)

    # A day

    def live(self, day: date) -> None:
        self.day, self.weeks.pms.day = day, day
        number = (day - FIRST_DAY).days
        self.desk.processes = number in OF_PROCESSES
        self._until(EXPORTED)
        if number not in WITHOUT_EXPORTS:
            self._export()
        if day.weekday() in STAFF_WEEKDAYS:
            self._until(STAFFED)
            self._staff()
        self._until(SENT)
        self._send(
            Run.SUNDAY if day.weekday() == SUNDAY
            else Run.OLD_EXPORTS if number in WITHOUT_EXPORTS
            else Run.UNREACHABLE if number in WITHOUT_ANSWERS
            else Run.OPEN
        )  # fmt: skip
        if number in SYNC_DAYS:
            self._until(SYNCED)
            self.facts.append(Ended(day, "sync", Run.OPEN, int(self.desk.run("sync").exit_code)))
        self.broken += [f"day {number + 1}: {each}" for each in self.desk.what_is_wrong_with_the_state()]
        self._key()

    def _until(self, clock: time) -> None:
        """Lets time pass; what people say in the meantime reaches the provider."""
        self.moment = self._at(clock)
        self.desk.now = self.moment + AHEAD
        while self.coming and self.coming[0].at <= self.moment:
            reply = heapq.heappop(self.coming)
            self.double.incoming(reply.number, reply.saying.words, at=reply.at)
            day = reply.at.astimezone(ZoneInfo(ZONE)).date()
            said = reply.saying
            self.facts.append(Said(reply.at, day, reply.number, said.kind, said.words, reply.people))

    def _export(self) -> None:
        self.accounts = {each.guarantor_id: each for each in self.weeks.pms.accounts(self.kind)}
        self.people_of |= {each.guarantor_id: each.people for each in self.accounts.values()}
        for path in self.weeks.pms.export(self.folder, self.kind):
            os.utime(path, (self.moment.timestamp(), self.moment.timestamp()))
        self.facts.append(Exported(self.day, self.accounts))

    def _key(self) -> None:
        due = [each for each in self.keyed if each[0] == self.day]
        for _, who, keyed in due:
            self._tell(who, keyed(self.weeks.pms, who))
        if (self.day + timedelta(days=1)).day == 1:
            for who, words in self.weeks.pms.month_ends().items():
                self._tell(who, words)

    def _tell(self, who: int, words: str) -> None:
        if words:
            self.facts.append(Keyed(self.day, who, words))

    # Staff

    def _staff(self) -> None:
        for reply in self.desk.replies():
            plot = self._plot_of(reply.account, reply.words)
            if plot is None or plot.settles is None or (reply.account, reply.words) in self.settled:
                continue
            if plot.settles == ("done",):
                answer_ = self.desk.done(reply)
            elif reply.account is not None:
                answer_ = self.desk.run(plot.settles[0], reply.account, *plot.settles[1:])
            else:
                continue
            if answer_.exit_code in (0, 1):
                self.settled.add((reply.account, reply.words))
            self._did(plot, reply.account, plot.settles, answer_, told=reply.words)
        due = [each for each in self.staff if each[0] <= self.day]
        for act in due:
            _, plot, command = act
            account = self._account_of(plot.people)
            if account is None:
                continue
            if command[0] == "release":
                answer_ = self.desk.release(account, command[2])
            else:
                answer_ = self.desk.run(command[0], account, *command[1:])
            self._did(plot, account, command, answer_)
            if answer_.exit_code in (0, 1):
                self.staff.remove(act)

    def _did(
        self, plot: Plot, account: str | None, command: tuple[str, ...], answer_: Answer, told: str | None = None
    ) -> None:
        self.facts.append(Did(self.day, plot.people, account, command, int(answer_.exit_code), told))
        self._take_posts(by_staff=True, typed="--phone" in command)

    def _plot_of(self, account: str | None, words: str) -> Plot | None:
        if account is not None:
            return self.weeks.plots[self.people_of[account]]
        strangers = (each for each in self._plots for said in each.said if said.number and said.words == words)
        return next(strangers, None)

    def _account_of(self, people: int) -> str | None:
        """The account of these people as the exports have it; of two, the one that was there first."""
        return next((each.guarantor_id for each in self.accounts.values() if each.people == people), None)

    # Sending

    def _send(self, run: Run) -> None:
        self.facts.append(Began(self.moment, self.day, run))
        self.double.answer_gets_with = answer(503) if run is Run.UNREACHABLE else None
        exit_code = int(self.desk.run("send", "--yes").exit_code)
        self.double.answer_gets_with = None
        self._take_posts()
        self.facts.append(Ended(self.day, "send", run, exit_code))

    def _take_posts(self, *, by_staff: bool = False, typed: bool = False) -> None:
        """Takes in what the provider was asked to send since, and what becomes of it."""
        new = self.double.posts[self.posts :]
        self.posts += len(new)
        messages = {each.text: each for each in self.double.messages.values()}
        for post in new:
            self._take(post, messages.get(post.text), by_staff=by_staff, typed=typed)

    def _take(self, post: Post, message: Message | None, *, by_staff: bool, typed: bool) -> None:
        found = _TEXT.match(post.text)
        assert found is not None, "a text that no message of the campaign is"
        account, token = self._whose(found["link"])
        plot = self.weeks.plots[self.people_of[account]]
        outcomes = plot.phones.get(post.to, ("",))
        outcome = outcomes[min(self.texts_at[post.to], len(outcomes) - 1)]
        self.texts_at[post.to] += 1
        stopped = post.to in self.double.opted_out
        refused = outcome.removeprefix("refused ") if outcome.startswith("refused") else "21610" if stopped else ""
        posted = Posted(
            self.moment, self.day, token, account, plot.people, post.to, STEPS.index(found["step"]),
            found["name"], found["amount"], message is not None, refused if message is None else "", by_staff, typed,
        )  # fmt: skip
        self.facts.append(posted)
        if message is not None:
            self._settle(posted, message, outcome if outcome.isdigit() else "")
        self.texts[plot.people] += 1
        self._react(plot, posted, reached=message is not None and not outcome.isdigit())

    def _whose(self, link: str) -> tuple[str, str]:
        """The account and the token that a link is of."""
        parts = _LINK.fullmatch(link)
        assert parts is not None, "a link that is none of the practice's"
        return parts["account"], parts["token"]

    def _settle(self, posted: Posted, message: Message, code: str) -> None:
        receipt = bool(code) or self.posts % NEVER_TOLD != 0
        if code:
            self.double.settle(message.sid, "undelivered", int(code))
        else:
            self.double.settle(message.sid, "delivered" if receipt else "sent")
        self.facts.append(Delivered(posted.message, code, receipt))

    def _react(self, plot: Plot, posted: Posted, *, reached: bool) -> None:
        """What is set off by the so many-th text to these people."""
        text = self.texts[plot.people]
        for saying in plot.said if reached else ():
            if saying.text == text:
                number = saying.number or posted.number
                heapq.heappush(self.coming, _Coming(posted.at + saying.later, number, saying, plot.people))
        self._set_off(plot, text, self.day)

    def _set_off(self, plot: Plot, text: int, since: date) -> None:
        """What is done so many days after that text, by whom it is done."""

        def due(when: When) -> date:
            return since + timedelta(days=when.days)

        self.keyed += [(due(when), plot.people, keyed) for when, keyed in plot.keyed if when.text == text]
        self.staff += [(due(when), plot, command) for when, command in plot.staff if when.text == text]


def _behaviour(outcome: str) -> Behaviour:
    """What the double does to the POST; codes of texts that were taken come later."""
    if outcome.startswith("refused"):
        return refuse(int(outcome.removeprefix("refused ")))
    return {"lost": drop(accepted=True), "unheard": drop(accepted=False)}.get(outcome, accept())

"""One run: claim, call, record; one message after the other, and nothing sent that is not written down first.

Whom it sends to was decided before (`planning`); here a message only waits, goes, or stays.
"""

from __future__ import annotations

import time
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from dipay.domain.messages import count_segments
from dipay.domain.outcomes import Accepted, InDoubt, NotSent, Outcome, RefusalKind, Refused
from dipay.domain.problems import ExitCode, Problem, Severity
from dipay.messaging import Outgoing, Sender
from dipay.messaging.pace import Pace
from dipay.office import Office
from dipay.processors import NoLink, Processor
from dipay.services.deciding import who
from dipay.services.links import give_link, wanted_link
from dipay.services.planning import LeftOut, Plan, PlannedMessage, allowed_now, rendered
from dipay.services.witnessing import Watch
from dipay.state import decisions, releases
from dipay.state.claims import NotClaimed, claim, still_claimed
from dipay.state.outcomes import record
from dipay.state.reading import requests_of
from dipay.state.requests import REHEARSAL_PROVIDER, Ask, Request
from dipay.state.runs import begin_run, end_run
from dipay.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from dipay.services.syncing import SyncReport

#: So many messages in doubt, or links without an answer, one after the other stop a run: the line or the other side is
#: down.
MOST_DOUBTS_IN_A_ROW = 3
#: A run in which more than a fifth is refused, once so many were tried, stops: the list or the text is wrong.
FEWEST_FOR_SHARE = 10
MOST_REFUSED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class SentLine:
    """One message of a run: what was written and what became of it, in one word and, where it failed, why."""

    request_id: int | None
    guarantor_id: str
    to: str | None
    text: str
    segments: int
    step: int
    outcome: str
    provider_id: str | None = None
    why: str = ""


@dataclass(slots=True)
class SendReport:
    """What a run did. `left` counts messages it did not get to, `waiting` those whose hour has not come.

    `left_out` are the plan's.

    A long run must not fill the memory: of an accepted message only its request is remembered, since the state has the
    rest. `kept` are the other lines; among them is every message that somebody may have to look at.
    """

    open_state: Callable[[], Store]
    #: Whether the texts of a rehearsal have stand-ins for the links that a processor would make.
    has_stand_ins: bool
    run_id: int | None = None
    kept: list[SentLine] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    #: For each line, in their order, the request that the state has it of; 0 for the next one of `kept`.
    requests: array[int] = field(default_factory=lambda: array("q"))
    left_out: tuple[LeftOut, ...] = ()
    #: What the provider told before the first message.
    asked: SyncReport | None = None
    left: int = field(init=False)
    waiting: int = 0
    next_allowed: datetime | None = None
    problems: list[Problem] = field(default_factory=list)
    exit_code: ExitCode = ExitCode.DONE

    def waits(self, until: datetime | None) -> None:
        """Counts a message that may not go out before that moment (None: never)."""
        self.waiting += 1
        self.next_allowed = min(filter(None, (self.next_allowed, until)), default=None)

    def count(self, *outcomes: str) -> int:
        return sum(self.counts[each] for each in outcomes)

    def add(self, line: SentLine, *, in_state: bool) -> None:
        """Takes the next line in. `in_state`: the state says the same of its request."""
        self.counts[line.outcome] += 1
        if in_state and line.request_id:
            self.requests.append(line.request_id)
        else:
            self.requests.append(0)
            self.kept.append(line)

    @property
    def lines(self) -> Iterator[SentLine]:
        """Every line in the order of sending, read when it is asked for; `CannotGoOn` (5) where the state is lost."""
        kept = iter(self.kept)
        with self.open_state() as store:
            accepted = requests_of(store, filter(None, self.requests))
            for request_id in self.requests:
                yield _line_of(next(accepted)) if request_id else next(kept)


def ask_for(message: PlannedMessage, provider: str, run_id: int | None = None) -> Ask:
    """What a message asks the state for, to be claimed."""
    return Ask(
        guarantor_id=message.account.guarantor_id,
        number=message.number,
        amount_cents=message.amount_cents,
        provider=provider,
        kind=message.kind,
        step=message.step,
        last_step=message.last_step,
        parent_id=message.parent_id,
        named=message.named,
        typed=message.typed,
        told=bool(message.told_why),
        patient_ids=message.account.patient_ids,
        run_id=run_id,
    )


def _line_of(request: Request) -> SentLine:
    """The line of an accepted message."""
    return SentLine(
        request.id, request.guarantor_id, request.number, request.text or "", request.segments, request.step,
        "accepted", request.provider_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a run is to go: how far and how fast, whom it asks and tells on the way, and what stops it.

    `unattended`: nobody watches, as from cron. `confirm` is asked with the plan before the first message, `stop_asked`
    between messages, `progress` told of each. `sleep` waits for seconds, and may be cut short.
    """

    limit: int | None = None
    unattended: bool = False
    confirm: Callable[[Plan], bool] = lambda _: True
    stop_asked: Callable[[], bool] = lambda: False
    progress: Callable[[SentLine], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep
    per_second: float = 1.0


class SendRun:
    """One run: the messages of a plan, until they are all out or something says stop. `processor` makes their links."""

    def __init__(
        self,
        office: Office,
        sender: Sender,
        store: Store,
        report: SendReport,
        conduct: Conduct,
        processor: Processor | None = None,
    ) -> None:
        self.office, self.sender, self.store, self.report, self.conduct = office, sender, store, report, conduct
        self.processor = processor
        self.watch = Watch(office, store, sender, time.monotonic)
        self.pace = Pace(time.monotonic, conduct.sleep, conduct.per_second)
        self.today = office.today()
        self.doubts_in_a_row = 0
        self.links_without_answer = 0
        #: How many of the plan's messages this run is done with.
        self.settled = 0

    def send_all(self, plan: Plan) -> None:
        report = self.report
        report.run_id = begin_run(self.store, "send", self.sender.name, now=self.office.clock())
        report.left_out = plan.left_out
        for waiting in plan.waiting:
            report.waits(waiting.until)
        for account in plan.without_number:
            self._put_on_undeliverable_list(account.guarantor_id, account.phone_problem or "there is no mobile number")
        for message in plan.messages[: self.conduct.limit]:
            if not self._send_one(message) or not self._is_alone():
                break
        report.left = len(plan.messages) - self.settled
        if report.exit_code is ExitCode.INTERRUPTED:
            words = f"stopped on request: {report.count('accepted'):,} of {len(plan.messages):,} messages went out."
            report.problems.append(Problem(Severity.WARNING, words, "Run it again to send the rest.", kind="stopped"))
        counts = {outcome: report.count(outcome) for outcome in ("accepted", "undeliverable", "in doubt", "skipped")}
        end_run(self.store, report.run_id, counts, now=self.office.clock())

    def _is_alone(self) -> bool:
        """Whether no other computer sends beside this run, as far as anybody sees."""
        stop = self.watch.look() if self.report.count("accepted", "in doubt") else None
        if stop is not None:
            self.report.problems.extend(stop.problems)
            self.report.exit_code = stop.exit_code
        return stop is None

    def _send_one(self, message: PlannedMessage) -> bool:
        """Sends one message; whether the run goes on. A "slow down" is waited for and the same message tried again."""
        while True:
            if not self.conduct.stop_asked():
                self.pace.wait()
            if self.conduct.stop_asked():
                self.report.exit_code = ExitCode.INTERRUPTED
                return False
            if not self._may_go_out_now(message):
                return True
            claimed = self._claim(message)
            if isinstance(claimed, NotClaimed):
                self._line(message, None, "skipped", why=claimed.words)
                if claimed.code == "daily-limit":
                    self._stop(
                        claimed.words, "The rest can go out tomorrow, or raise messaging.daily_limit.", ExitCode.DONE
                    )
                return claimed.code != "daily-limit"
            if self.processor is not None:
                given = self._with_link(self.processor, message, claimed)
                if isinstance(given, NoLink):
                    return self._stays(message, claimed, given)
                claimed, self.links_without_answer = given, 0
            if not still_claimed(self.store, claimed.id, self.office.clock()):
                self._line(message, claimed, "skipped", why="it opted out, replied, or waited too long for its turn")
                return True
            outgoing = Outgoing(claimed.id, claimed.token, message.number, claimed.text or "")
            outcome = self.sender.send(outgoing)
            goes_on = self.pace.told(outcome)
            if isinstance(outcome, Refused) and outcome.kind is RefusalKind.SLOW_DOWN:
                record(self.store, claimed.id, NotSent(outcome.why), now=self.office.clock())
                if goes_on:
                    continue
                self._line(message, claimed, "not sent", why=outcome.why)
                self._stop("the provider keeps asking to slow down.", "Try again later.", ExitCode.PROVIDER)
                return False
            typed_by = who() if message.typed else None
            recorded = record(self.store, claimed.id, outcome, now=self.office.clock(), by=typed_by)
            return self._settled(message, recorded, outcome)

    def _may_go_out_now(self, message: PlannedMessage) -> bool:
        """Whether the send window is still open: somebody may have thought the plan over, or the wire was slow."""
        allowed, until = allowed_now(message.account, message.number, self.office.settings, self.office.clock())
        if not allowed:
            self.settled += 1
            self.report.waits(until)
        return allowed

    def _claim(self, message: PlannedMessage) -> Request | NotClaimed:
        if message.held_for:
            releases.note_passed(
                self.store, message.account.guarantor_id, message.held_for, message.told_why, day=self.today,
                by=who(), now=self.office.clock(),
            )  # fmt: skip
        claimed = claim(
            self.store,
            ask_for(message, self.sender.name, self.report.run_id),
            lambda token: rendered(message, self.office.settings, token).text,
            now=self.office.clock(),
            today=self.today,
            daily_limit=self.office.settings.messaging.daily_limit,
            count_segments=count_segments,
            link=(
                wanted_link(self.office, self.processor, message.account.aged.patient_portion_cents)
                if self.processor is not None
                else None
            ),
        )
        return claimed if isinstance(claimed, NotClaimed) else claimed.request

    def _with_link(self, processor: Processor, message: PlannedMessage, request: Request) -> Request | NoLink:
        return give_link(
            self.office, self.store, processor, request,
            lambda url: rendered(message, self.office.settings, request.token, url).text,
        )  # fmt: skip

    def _stays(self, message: PlannedMessage, request: Request, link: NoLink) -> bool:
        """Writes the line of a message that got no link; whether the run goes on."""
        self._line(message, request, "not sent", why=f"no payment link: {link.why}")
        if link.stops_run:
            fix = "Nobody gets a text without a link. Mend it and send again."
            self._stop(f"payment links can't be made: {link.why}.", fix, ExitCode.PROVIDER)
            return False
        self.links_without_answer = self.links_without_answer + 1 if link.in_doubt or link.unanswered else 0
        if self.links_without_answer >= MOST_DOUBTS_IN_A_ROW:
            self._stop(
                f"for {self.links_without_answer} messages in a row no payment link could be made: {link.why}.",
                "Nobody gets a text without a link. Wait, then send again.", ExitCode.PROVIDER,
            )  # fmt: skip
            return False
        return True

    def _settled(self, message: PlannedMessage, request: Request, outcome: Outcome) -> bool:
        """Writes the line of an outcome down; whether the run goes on."""
        match outcome:
            case Accepted(provider_id):
                self.doubts_in_a_row = 0
                self._line(message, request, "accepted", provider_id=provider_id)
                return True
            case Refused(code, why, kind) if kind in (RefusalKind.RUN_STOP, RefusalKind.DAY_STOP):
                self._line(message, request, "not sent", why=f"{why} ({code})")
                self._stop(
                    f"{why}.",
                    "Nobody was put on the Undeliverable list for it. Mend it and send again.",
                    ExitCode.PROVIDER,
                )
                return False
            case Refused(code, why, _):
                self.doubts_in_a_row = 0
                self._line(message, request, "undeliverable", why=f"{why} ({code})" if code else why)
                return self._not_too_many_refused()
            case NotSent(why):
                self._line(message, request, "not sent", why=why)
                what = "folder" if self.sender.name == REHEARSAL_PROVIDER else "network"
                self._stop(f"{why}.", f"Check the {what}, then send again.", ExitCode.PROVIDER)
                return False
            case InDoubt(why):
                self._line(message, request, "in doubt", why=why)
                self.doubts_in_a_row += 1
                if self.doubts_in_a_row >= MOST_DOUBTS_IN_A_ROW:
                    self._stop(
                        f"of {self.doubts_in_a_row} messages in a row it is not known whether they went out.",
                        "Wait, then run `dipay sync`: it asks the provider.", ExitCode.PROVIDER,
                    )  # fmt: skip
                    return False
                return True
            case _:
                assert_never(outcome)

    def _not_too_many_refused(self) -> bool:
        # Who has no number was not tried.
        refused = sum(line.outcome == "undeliverable" and line.request_id is not None for line in self.report.kept)
        tried = self.report.count("accepted", "in doubt") + refused
        if tried < FEWEST_FOR_SHARE or refused <= MOST_REFUSED_SHARE * tried:
            return True
        self._stop(
            f"{refused} of {tried} messages were refused, more than a fifth.",
            "Look at `dipay undeliverable`: the numbers, the text or the registration may be wrong.", ExitCode.PROVIDER,
        )  # fmt: skip
        return False

    def _put_on_undeliverable_list(self, guarantor_id: str, why: str) -> None:
        decisions.put_on_undeliverable_list(
            self.store, guarantor_id, number=None, code="no-number", why=why, day=self.today,
            provider=self.sender.name, now=self.office.clock(),
        )  # fmt: skip
        line = SentLine(None, guarantor_id, None, "", 0, 0, "undeliverable", why=why)
        self.report.add(line, in_state=False)
        self.conduct.progress(line)

    def _line(
        self,
        message: PlannedMessage,
        request: Request | None,
        outcome: str,
        *,
        provider_id: str | None = None,
        why: str = "",
    ) -> None:
        self.settled += 1
        request_id, text, segments = (request.id, request.text or "", request.segments) if request else (None, "", 0)
        line = SentLine(
            request_id, message.account.guarantor_id, message.number, text, segments, message.step, outcome,
            provider_id, why,
        )  # fmt: skip
        # An id that another message has too is not this request's in the state.
        told = request is not None and provider_id is not None and request.provider_id == provider_id
        self.report.add(line, in_state=told)
        self.conduct.progress(line)

    def _stop(self, message: str, fix: str, exit_code: ExitCode) -> None:
        self.report.problems.append(Problem(Severity.ERROR, message, fix, kind="run stopped"))
        self.report.exit_code = exit_code

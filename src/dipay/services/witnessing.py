"""What stands outside the state and must agree with it before anything is sent: the provider's log, and its clock.

A message there that is dipay's own and that the state lacks says that the state is new, restored, copied or used on
another computer too: what it takes for "not asked yet" may have been asked. Sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.messaging import CLOCK_MARGIN, ProviderTrouble, Sender, SentMessage
from dipay.services.reconciling import (
    LONGEST_GAP,
    READING_THE_LOG,
    OwnWords,
    ProcessorLinks,
    named,
    read_before,
    so_many,
    token_in,
)  # fmt: skip
from dipay.state.provider_log import Gap, LogRead, is_known, log_read, record_log_read, was_sent_since

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from dipay.domain.settings import Settings
    from dipay.office import Office
    from dipay.services.planning import Plan
    from dipay.state.store import Store

#: So many messages of a log are read before a run; in a longer one the numbers to be asked are looked up, one by one.
MOST_READ: Final = 20_000
#: And so many numbers in a run.
MOST_LOOKED_UP: Final = 500
#: The log is read again from so long before it was read last: what was sent then may have come to it later.
READ_AGAIN: Final = timedelta(hours=1)


@dataclass(slots=True)
class Seen:
    """What was seen of the provider's log. `read` is how far it is read once a run may go on.

    `in_own_words` are messages without today's payment link that are dipay's by their words, and that the state lacks:
    whoever got one is not to be asked. `problems` are what somebody must know; `left` counts the messages of a plan
    whose numbers were not looked up.
    """

    read: LogRead
    in_own_words: list[SentMessage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: int = 0


def ask_the_log(
    office: Office, store: Store, sender: Sender, numbers: Collection[str], stop_asked: Callable[[], bool]
) -> Seen:
    """Reads the provider's log from where it was read last. `numbers` are those of today's exports.

    `CannotGoOn`: a message with this practice's payment link that the state lacks, or a clock that is wrong (5); a
    question without an answer (4); a stop that was asked for (130). Nothing is written but that the state is to be
    compared.
    """
    try:
        return _ask_the_log(office, store, sender, numbers, stop_asked)
    except ProviderTrouble as trouble:
        raise _nothing_sent(trouble) from None


def _ask_the_log(
    office: Office, store: Store, sender: Sender, numbers: Collection[str], stop_asked: Callable[[], bool]
) -> Seen:
    settings, began = office.settings, office.clock()
    before = log_read(store, sender.name)
    oldest = began - _memory(settings)
    since = max(oldest, read_before(replace(before, gap=None), began)) - READ_AGAIN
    own = _Own(office, store, sender)
    unknown, in_own_words = list[SentMessage](), list[SentMessage]()
    newest: datetime | None = None
    gap = before.gap if before.gap is not None and before.gap.until > oldest else None
    with office.doing(READING_THE_LOG, "messages") as tell:
        for count, message in enumerate(sender.sent_since(since), start=1):
            newest = max(newest or message.created_at, message.created_at)
            tell(count, None)
            if stop_asked():
                words, fix = "stopped on request.", "Nothing was sent. Run it again."
                raise cannot(ExitCode.INTERRUPTED, words, fix, kind="stopped")
            if count > MOST_READ:
                gap = Gap(min(since, gap.since) if gap else since, message.created_at)
                break
            if own.is_unknown(message):
                (unknown if own.has_link(message) else in_own_words).append(message)
    problems = _check_clock(office, store, sender, newest)
    if unknown:
        raise own.lacks(unknown, "this practice's payment link")
    until = sender.time_there() or began
    # Nobody who may be asked one day is forgotten: what is not settled yet is read again.
    waiting = (each.created_at for each in in_own_words if each.to in numbers)
    return Seen(LogRead(min([until, *waiting]), gap), in_own_words, problems)


def check_plan(
    office: Office,
    store: Store,
    sender: Sender,
    seen: Seen,
    plan: Plan,
    limit: int | None,
    stop_asked: Callable[[], bool],
) -> Plan:
    """The plan as far as nothing in the log speaks against it; of a log that was too long, as far as it was looked up.

    `CannotGoOn` (5): somebody who would be asked got such a message of dipay's that the state lacks.
    """
    own = _Own(office, store, sender)
    numbers = {each.number for each in plan.messages}
    found = [each for each in seen.in_own_words if each.to in numbers]
    gap = seen.read.gap
    if gap is not None and not found:
        going = plan.messages[:limit]
        looked_up = 0
        with office.doing("looking the numbers up in the provider's log", "numbers") as tell:
            for message in going[:MOST_LOOKED_UP]:
                tell(looked_up, min(len(going), MOST_LOOKED_UP))
                if stop_asked():
                    break
                # Where the state sent to it since, it was looked up then.
                if not was_sent_since(store, sender.name, message.number, gap.until):
                    found += own.look_up(message.number, gap.since)
                looked_up += 1
        if len(going) > MOST_LOOKED_UP:
            seen.problems.append(_too_long(len(going) - MOST_LOOKED_UP))
        seen.left = len(plan.messages) - looked_up
        plan = replace(plan, messages=going[:looked_up])
    if found:
        raise own.lacks(found, "this practice's payment link or words to numbers about to be asked")
    record_log_read(store, sender.name, seen.read)
    return plan


class Watch:
    """An eye on the log while a run goes on: two computers that begin at once both find nothing at first."""

    EVERY_SECONDS: Final = 60.0

    def __init__(self, office: Office, store: Store, sender: Sender, monotonic: Callable[[], float]) -> None:
        self._sender, self._monotonic = sender, monotonic
        self._own = _Own(office, store, sender)
        self._began = sender.time_there() or office.clock()
        self._next = monotonic()

    def look(self) -> CannotGoOn | None:
        """What stops the run: another one that sends beside it. Looks after the first message, then now and then."""
        if self._monotonic() < self._next:
            return None
        self._next = self._monotonic() + self.EVERY_SECONDS
        try:
            sent = list(self._sender.sent_since(self._began))
        except ProviderTrouble:
            # Before the run there was an answer; whether there is one now, its own messages will tell.
            return None
        found = [each for each in sent if self._own.has_link(each) and self._own.is_unknown(each)]
        return self._own.lacks(found, "this practice's payment link", "The run was stopped.") if found else None


class _Own:
    """Which messages of the log are dipay's own, and which of these the state lacks."""

    def __init__(self, office: Office, store: Store, sender: Sender) -> None:
        self._office, self._store, self._sender = office, store, sender
        # Also where a processor makes links now: what went out before has these.
        self._template = office.settings.payment_link.url
        self._words = OwnWords(office.settings)
        self._links = ProcessorLinks(office.settings, store)

    def has_link(self, message: SentMessage) -> bool:
        """Whether it has this practice's payment link: of the template, or a processor's with dipay's own words."""
        if token_in(message.text, self._template) is not None:
            return True
        return self._links.address_in(message.text) is not None and self._words.are_in(message.text)

    def is_unknown(self, message: SentMessage) -> bool:
        token = token_in(message.text, self._template)
        if token is None and not self._words.are_in(message.text):
            return False
        store, provider = self._store, self._sender.name
        return not is_known(store, provider, message.provider_id, token, message.to, message.text)

    def look_up(self, number: str, since: datetime) -> list[SentMessage]:
        """Those to that number."""
        try:
            return [each for each in self._sender.sent_to(number, since) if self.is_unknown(each)]
        except ProviderTrouble as trouble:
            problem = trouble
        raise _nothing_sent(problem)

    def lacks(self, messages: Sequence[SentMessage], what: str, then: str = "Nothing was sent.") -> CannotGoOn:
        """Closes the state until it is compared with the log; why."""
        self._store.note_restored(self._office.clock(), "unknown-messages")
        oldest = min(messages, key=lambda each: each.created_at)
        return cannot(
            ExitCode.STATE,
            f"the provider's log has {so_many(messages)} with {what}, of which the state file {self._store.path} knows "
            f"nothing, the first of {named(oldest)}: the file is new, restored, a copy, or another computer sends too.",
            f"{then} Run `dipay sync`: it completes the file from the log. Only one computer may send.",
            kind="unknown messages",
        )


def _memory(settings: Settings) -> timedelta:
    """How long a message keeps its account from being asked anew, at most: so far back a log is read."""
    repeat = settings.payment_settings.repeat_after_days
    if repeat is None:
        return LONGEST_GAP
    return min(LONGEST_GAP, timedelta(days=repeat + max(each.day for each in settings.campaign.messages)))


def check_clock(office: Office, sender: Sender) -> bool:
    """Holds this computer's clock against the provider's, by its last answer; False where that was not dated.

    `CannotGoOn` (5) where it is wrong by more than some minutes.
    """
    now, there = office.clock(), sender.time_there()
    if there is not None and abs(now - there) > CLOCK_MARGIN:
        raise _wrong_clock(office, now, there, "the provider's clock says")
    return there is not None


def _check_clock(office: Office, store: Store, sender: Sender, newest: datetime | None) -> list[Problem]:
    """The same; without a date, against the newest that state and log know. What somebody must know beside it."""
    is_right = check_clock(office, sender)
    now, known = office.clock(), store.newest_known()
    if is_right:
        return [of_the_future(office, known)] if known is not None and known > now + CLOCK_MARGIN else []
    latest = max((each for each in (known, newest) if each is not None), default=now)
    if latest > now + CLOCK_MARGIN:
        more = " If it is right now and was ahead before, put back a backup of the state file from before that."
        raise _wrong_clock(office, now, latest, "the last thing written down is of", more)
    return []


def _wrong_clock(office: Office, now: datetime, right: datetime, says: str, more: str = "") -> CannotGoOn:
    return cannot(
        ExitCode.STATE,
        f"this computer's clock says {_moment(office, now)}, and {says} {_moment(office, right)}.",
        f"Nothing is sent with it. Set the clock, and have the system keep it right.{more}",
        kind="clock",
    )


def of_the_future(office: Office, known: datetime) -> Problem:
    """What to say of a state that holds something of a moment that has not come yet."""
    return Problem(
        Severity.WARNING,
        f"the state file holds something of {_moment(office, known)}, when this computer's clock was ahead.",
        "Look at `dipay history`: campaigns, snoozes and marks of those days wait until then.",
        kind="clock",
    )


def _moment(office: Office, moment: datetime) -> str:
    return f"{moment.astimezone(office.zone):%Y-%m-%d %H:%M}"


def _too_long(left: int) -> Problem:
    return Problem(
        Severity.WARNING,
        f"the provider's log is too long to be read, and of this run's numbers {MOST_LOOKED_UP} were looked up in it: "
        f"{left} message{'s wait' if left > 1 else ' waits'}.",
        "Run it again for the next ones, or run `dipay send` with --limit.",
        kind="long log",
    )


def _nothing_sent(trouble: ProviderTrouble) -> CannotGoOn:
    fix = f"{trouble.problem.fix} Nothing was sent: what could not be asked may say that somebody was texted already."
    return CannotGoOn([replace(trouble.problem, fix=fix)], ExitCode.PROVIDER)

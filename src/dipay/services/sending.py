"""Sending: what must hold before a run of any kind, and the day's batch, tried or sent.

Who gets what is the plan's matter (`planning`), and a message's way that of the run (`run`).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dipay.domain.messages import RenderedMessage
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.messaging import CLOCK_MARGIN, Sender
from dipay.office import ACTOR, Office
from dipay.services.comparing import CHANGED
from dipay.services.deciding import who
from dipay.services.foretelling import foretell
from dipay.services.links import makes_links, processor_for, switch_off
from dipay.services.planning import LeftOut, Plan, PlannedMessage, allowed_now, make_plan, rendered
from dipay.services.run import Conduct, SendReport, SendRun
from dipay.services.settling import record_exports, settle_by_export
from dipay.services.state_log import BACKING_UP
from dipay.services.syncing import ask_before_sending
from dipay.services.witnessing import ask_the_log, check_plan
from dipay.services.worklist import Listing, make_worklist, refresh
from dipay.state.backup import back_up_into, backups_beside
from dipay.state.reading import running_campaigns
from dipay.state.sender_lock import sender_lock
from dipay.state.store import Store, make_state_folder, open_for_reading, open_for_sending

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from dipay.domain.account import Account


#: The kinds of warnings about exports that keep them from being used for sending.
UNFIT = frozenset({"stale", "mismatched", CHANGED})
#: How long cron waits for another sender; a person is told at once.
CRON_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would go out, with a stand-in for its link's own code."""

    message: PlannedMessage
    rendered: RenderedMessage


@dataclass(frozen=True, slots=True)
class DryRun:
    """What `send` would do now: every message as it would go out, and why the rest stay. Nothing was written.

    `follow_ups` are how many a campaign has; `skipped` are planned messages that a claim would refuse, and why;
    `over_limit` counts those that today's limit leaves for another day. `links_are_made`: a processor makes each link.
    """

    listing: Listing
    plan: Plan
    previews: tuple[Preview, ...]
    follow_ups: int
    skipped: tuple[LeftOut, ...]
    over_limit: int
    links_are_made: bool


#: As long as a real code, and plainly none.
STAND_IN = "x" * 24


def dry_run(office: Office, only: Collection[str] = ()) -> DryRun:
    """Every message as it would go out, with encoding and segments, and every one that would not. Writes nothing and
    calls nobody.
    """
    listing = make_worklist(office)
    with open_for_reading(office.state_path, office.state_marker) as store:
        running = running_campaigns(store, office.settings.messaging.provider)
        plan = make_plan(listing.worklist, running, office.settings, office.clock(), only)
        told = foretell(office, store, plan)
    previews = tuple(Preview(each, rendered(each, office.settings, STAND_IN)) for each in told.going)
    plan = replace(plan, messages=told.going)
    follow_ups = len(office.settings.campaign.messages) - 1
    links_are_made = office.settings.payment_link.template is None
    return DryRun(listing, plan, previews, follow_ups, told.skipped, len(told.over_limit), links_are_made)


def send(office: Office, sender: Sender, conduct: Conduct, only: Collection[str] = ()) -> SendReport:
    """Sends what the plan of this moment holds; what became of each message is in the state before the next one.

    Exports that are old, don't fit together or differ much from the last ones, a lost state file and a second sender
    end it before anything is sent.
    """

    def plan_for(store: Store, listing: Listing) -> Plan:
        running = running_campaigns(store, office.settings.messaging.provider)
        plan = make_plan(listing.worklist, running, office.settings, office.clock(), only)
        _refuse_large_batch(office, plan, conduct)
        return plan

    return send_plan(office, sender, plan_for, conduct)


def send_plan(
    office: Office, sender: Sender, plan_for: Callable[[Store, Listing], Plan], conduct: Conduct
) -> SendReport:
    """The way every message goes out: exports fit, alone at it, state whole, log and clocks agree with it, backed up,
    the provider asked what became of the messages and what patients replied, the processor what was paid and is not to
    be paid any more, then sent.

    `plan_for` makes the plan once all of that holds; what it raises ends the run before anything is sent.
    """
    listing = make_worklist(office)
    if not _is_before_the_state(office):
        _refuse_unfit_exports(listing)
    with _state_to_send_with(office, conduct) as store:
        processor, unasked = processor_for(office, store)
        # Before all else: what is written with a wrong clock, or into a file that lacks messages, is wrong for good.
        seen = ask_the_log(office, store, sender, frozenset(listing.worklist.accounts.phones), conduct.stop_asked)
        _refuse_unfit_exports(listing)
        with office.doing(BACKING_UP):
            back_up_into(store.connection, backups_beside(office.state_path), office.clock())
        asked = ask_before_sending(office, store, sender, processor)
        if asked.payments or asked.refunds:
            listing = refresh(office, listing, store)
        settle_by_export(office, store, listing)
        listing = refresh(office, listing, store)
        if processor is not None:
            switched = switch_off(office, store, processor, listing=listing, stop_asked=conduct.stop_asked)
            asked.links_off += switched.count
            unasked += switched.problems
        plan = plan_for(store, listing)
        plan = check_plan(office, store, sender, seen, plan, conduct.limit, conduct.stop_asked)
        report = SendReport(
            lambda: open_for_reading(office.state_path, office.state_marker),
            problems=[*seen.problems, *unasked, *asked.problems],
            asked=asked,
            has_stand_ins=office.settings.payment_link.template is None and not makes_links(office),
        )
        if conduct.confirm(plan):
            SendRun(office, sender, store, report, conduct, processor if makes_links(office) else None).send_all(plan)
            if processor is not None and report.count("accepted"):
                # Whoever got a new link is not to pay by an older one too.
                switched = switch_off(office, store, processor, stop_asked=conduct.stop_asked)
                asked.links_off += switched.count
                report.problems.extend(each for each in switched.problems if each not in report.problems)
        else:
            report.left = len(plan.messages)
            if conduct.stop_asked():
                report.exit_code = ExitCode.INTERRUPTED
        report.left += seen.left
    return report


@contextmanager
def _state_to_send_with(office: Office, conduct: Conduct) -> Iterator[Store]:
    """The state, whole, while nobody else on this computer sends."""
    make_state_folder(office.state_path)
    lock = office.state_path.with_suffix(".lock")
    wait_seconds = CRON_WAIT_SECONDS if conduct.unattended else 0.0
    with sender_lock(
        lock, wait_seconds, who=who(), now=office.clock(), stop_asked=conduct.stop_asked, sleep=conduct.sleep
    ):
        with office.doing("opening and checking the state file"):
            opened = open_for_sending(office.state_path, office.state_marker, actor=ACTOR, now=office.clock())
        with opened as store:
            yield store


def accept_changed(office: Office, reason: str) -> Listing:
    """A person says that today's exports, which it gives, are right although they differ much from the last, and why.

    From then on exports are compared with these. A usage error without a reason, and where nothing has to be accepted:
    the option can't stand in a daily job. Exports that are old or don't fit together are not accepted (exit code 3).
    """
    if not reason.strip():
        raise cannot(
            ExitCode.USAGE,
            "accepting needs a reason.",
            "Say why the files are right; it is kept.",
            key="--accept-changed",
        )
    listing = make_worklist(office)
    _refuse_unfit_exports(listing, UNFIT - {CHANGED})
    if all(each.kind != CHANGED for each in listing.problems):
        raise cannot(
            ExitCode.USAGE,
            "the exports hold nothing that must be accepted.",
            "Leave the option out.",
            key="--accept-changed",
        )
    with office.open_state() as store:
        record_exports(office, store, listing, accepted=" ".join(reason.split()), by=who())
    return listing


def _is_before_the_state(office: Office) -> bool:
    """Whether the state holds something of the future: by a clock that is wrong exports look wrong, and are not."""
    with open_for_reading(office.state_path, office.state_marker) as store:
        newest = store.newest_known()
    return newest is not None and newest > office.clock() + CLOCK_MARGIN


def _refuse_unfit_exports(listing: Listing, kinds: Collection[str] = UNFIT) -> None:
    unfit = [problem for problem in listing.problems if problem.kind in kinds]
    if unfit:
        raise CannotGoOn(unfit, ExitCode.EXPORTS)


def refuse_outside_window(office: Office, account: Account, number: str) -> None:
    """`CannotGoOn` (2) where no message may go out to that number at this hour: for one that a person waits for."""
    allowed, until = allowed_now(account, number, office.settings, office.clock())
    if not allowed:
        when = f"{until.astimezone(office.zone):%a %d %b %H:%M}" if until is not None else "never"
        raise cannot(
            ExitCode.USAGE, "it is outside the send window now.", f"The next allowed time is {when}.", key="ID"
        )


def _refuse_large_batch(office: Office, plan: Plan, conduct: Conduct) -> None:
    most = office.settings.messaging.confirm_above
    if conduct.unattended and conduct.limit is None and len(plan.messages) > most:
        raise cannot(
            ExitCode.USAGE,
            f"{len(plan.messages)} messages are more than confirm_above ({most}) lets go out unasked.",
            f"Look at `dipay list`, then send with --limit {len(plan.messages)}, or raise confirm_above.",
            key="messaging.confirm_above",
        )

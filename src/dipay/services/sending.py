"""Sending: what must hold before a run, what it would send, and the run itself."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dipay.domain.messages import RenderedMessage
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.messaging import Sender
from dipay.messaging.pace import Pace
from dipay.office import ACTOR, Office
from dipay.services.comparing import CHANGED
from dipay.services.deciding import who
from dipay.services.following import follow_export, record_exports
from dipay.services.planning import Plan, PlannedMessage, make_plan, rendered
from dipay.services.reconciling import doubt_problems, reconcile
from dipay.services.run import Run, SendReport, SentLine
from dipay.services.worklist import Listing, make_worklist, refresh
from dipay.state.backup import back_up_into, backups_beside
from dipay.state.reading import running_campaigns
from dipay.state.sender_lock import sender_lock
from dipay.state.store import Store, open_for_reading, open_for_sending

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


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
    """What `send` would do now: every message as it would go out, and why the rest stay. Nothing was written."""

    listing: Listing
    plan: Plan
    previews: tuple[Preview, ...]


#: As long as a real code, and plainly none.
STAND_IN = "x" * 24


def dry_run(office: Office, only: Collection[str] = ()) -> DryRun:
    """Every message as it would go out, with encoding and segments. Writes nothing and calls nobody."""
    listing = make_worklist(office)
    with open_for_reading(office.state_path, office.state_marker) as store:
        running = running_campaigns(store, office.settings.messaging.provider)
    plan = make_plan(listing.worklist, running, office.settings, office.clock(), only)
    previews = tuple(Preview(each, rendered(each, office.settings, STAND_IN)) for each in plan.messages)
    return DryRun(listing, plan, previews)


def send(
    office: Office,
    sender: Sender,
    *,
    limit: int | None = None,
    only: Collection[str] = (),
    unattended: bool = False,
    confirm: Callable[[Plan], bool] = lambda _: True,
    stop_asked: Callable[[], bool] = lambda: False,
    progress: Callable[[SentLine], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    per_second: float = 1.0,
) -> SendReport:
    """Sends what the plan of this moment holds; what became of each message is in the state before the next one.

    `confirm` is asked with the plan before the first message. `stop_asked` is looked at between messages. Exports that
    are old, don't fit together or differ much from the last ones, a lost state file and a second sender end it before
    anything is sent.
    """

    def plan_for(store: Store, listing: Listing) -> Plan:
        running = running_campaigns(store, office.settings.messaging.provider)
        plan = make_plan(listing.worklist, running, office.settings, office.clock(), only)
        _refuse_large_batch(office, plan, limit, unattended)
        return plan

    with ExitStack() as held:
        return send_plan(
            office,
            sender,
            held,
            plan_for,
            limit=limit,
            wait_seconds=CRON_WAIT_SECONDS if unattended else 0.0,
            confirm=confirm,
            stop_asked=stop_asked,
            progress=progress,
            sleep=sleep,
            per_second=per_second,
        )


def send_plan(
    office: Office,
    sender: Sender,
    held: ExitStack,
    plan_for: Callable[[Store, Listing], Plan],
    *,
    limit: int | None = None,
    wait_seconds: float = 0.0,
    confirm: Callable[[Plan], bool] = lambda _: True,
    stop_asked: Callable[[], bool] = lambda: False,
    progress: Callable[[SentLine], None] = lambda _: None,
    sleep: Callable[[float], None] | None = None,
    per_second: float = 1.0,
) -> SendReport:
    """The way every message goes out: exports fit, alone at it, state whole and backed up, doubts settled, then sent.

    `plan_for` makes the plan once all of that holds; what it raises ends the run before anything is sent. `held` gives
    the lock and the state back.
    """
    sleep = sleep or time.sleep
    listing = make_worklist(office)
    _refuse_unfit_exports(listing)
    office.state_path.parent.mkdir(parents=True, exist_ok=True)
    lock = office.state_path.with_suffix(".lock")
    held.enter_context(sender_lock(lock, wait_seconds, who=who(), now=office.clock(), sleep=sleep))
    store = held.enter_context(
        open_for_sending(office.state_path, office.state_marker, actor=ACTOR, now=office.clock())
    )
    back_up_into(store.connection, backups_beside(office.state_path), office.clock())
    reconciled = reconcile(office, store, sender)
    follow_export(office, store, listing)
    plan = plan_for(store, refresh(office, listing, store))
    report = SendReport(
        lambda: open_for_reading(office.state_path, office.state_marker),
        problems=[*reconciled.problems, *doubt_problems(reconciled.still_in_doubt)],
    )
    if not confirm(plan):
        report.left = len(plan.messages)
        return report
    run = Run(office, sender, store, report, Pace(time.monotonic, sleep, per_second), stop_asked, progress)
    run.send_all(plan, limit)
    return report


def accept_changed(office: Office, reason: str) -> None:
    """A person says that today's exports are right although they differ much from the last ones, and why.

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


def _refuse_unfit_exports(listing: Listing, kinds: Collection[str] = UNFIT) -> None:
    unfit = [problem for problem in listing.problems if problem.kind in kinds]
    if unfit:
        raise CannotGoOn(unfit, ExitCode.EXPORTS)


def _refuse_large_batch(office: Office, plan: Plan, limit: int | None, unattended: bool) -> None:
    most = office.settings.messaging.confirm_above
    if unattended and limit is None and len(plan.messages) > most:
        raise CannotGoOn(
            [
                Problem(
                    Severity.ERROR,
                    f"{len(plan.messages)} messages are more than confirm_above ({most}) lets go out unasked.",
                    f"Look at `dipay list`, then send with --limit {len(plan.messages)}, or raise confirm_above.",
                    key="messaging.confirm_above",
                )
            ],
            ExitCode.USAGE,
        )

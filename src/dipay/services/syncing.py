"""What the provider tells of the messages and what patients replied, taken in; and what a person knows of a doubt.

Sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from dipay.domain.outcomes import RefusalKind
from dipay.domain.problems import CannotGoOn, ExitCode, Problem, cannot
from dipay.domain.replies import classify_reply
from dipay.domain.reply_kinds import ReplyKind
from dipay.messaging import IncomingReply, ProviderTrouble, Sender, poll_deliveries
from dipay.office import Office
from dipay.processors import Processor
from dipay.services.deciding import who
from dipay.services.links import processor_for, switch_off
from dipay.services.payments import ask_what_was_paid
from dipay.services.reconciling import doubt_problems, reconcile, reconcile_restored
from dipay.services.worklist import make_worklist
from dipay.state import outcomes
from dipay.state.reading import first_asked_at, last_account_of, last_reply_at, under_way
from dipay.state.replies import is_known, replies, take_reply
from dipay.state.requests import Request, RequestState, request_of
from dipay.state.runs import note_asked
from dipay.state.store import Store

REPLIES_A_PAGE = 500
#: Replies are read again from so long before the newest known one: the provider's clock and this computer's differ, and
#: one that came later may have come to the log earlier. One that is known already is known by its id.
REPLY_MARGIN: Final = timedelta(days=1)
#: Nobody is told any more what became of a message that is so old; a carrier that never reports leaves it "sent".
DELIVERY_IS_TOLD_FOR: Final = timedelta(days=7)


@dataclass(slots=True)
class SyncReport:
    """What the provider told: requests found again, deliveries that changed, new replies by kind, who opted out; and
    the processor: payments by what is new of them, what of it was paid, refunds, and how many links are off.

    `waiting` are all replies that wait for a person, older ones too; `trouble` is why something that was asked got no
    answer: whoever sends must know before.
    """

    found: int = 0
    in_doubt: int = 0
    restored: int = 0
    deliveries: dict[str, int] = field(default_factory=dict)
    replies: dict[str, int] = field(default_factory=dict)
    opted_out: int = 0
    payments: dict[str, int] = field(default_factory=dict)
    paid_cents: int = 0
    refunds: int = 0
    links_off: int = 0
    still_open: int = 0
    waiting: int = 0
    problems: list[Problem] = field(default_factory=list)
    trouble: Problem | None = None


def sync(office: Office, sender: Sender, *, accept_log: bool = False) -> SyncReport:
    """Asks the provider what became of the messages and what patients replied, and the processor what was paid by
    links; switches off those that nobody is to pay by. Sends nothing.

    `accept_log`: a person says that what a restored state could not be completed with stands in nobody's way; a usage
    error where the state was not restored, so that the option can't stand in a daily job.
    """
    report = SyncReport()
    with office.open_state() as store:
        if accept_log and not store.needs_reconciliation:
            raise cannot(ExitCode.USAGE, "the state was not restored.", "Leave the option out.", key="--accept-log")
        processor, unasked = processor_for(office, store)
        report.problems.extend(unasked)
        if store.needs_reconciliation:
            listing = make_worklist(office)
            report.restored, problems = reconcile_restored(office, store, sender, listing, processor, accept=accept_log)
            report.problems.extend(problems)
        ask(office, store, sender, report, processor)
        if processor is not None and report.trouble is None:
            switched = switch_off(office, store, processor)
            report.links_off += switched.count
            report.problems.extend(switched.problems)
    return report


def ask(
    office: Office, store: Store, sender: Sender, report: SyncReport, processor: Processor | None = None
) -> SyncReport:
    """Asks for what is in doubt, what became of the messages, what patients replied and paid; writes it down.

    At the first question without an answer it ends: the report's `trouble`.
    """
    reconciled = reconcile(office, store, sender)
    report.found, report.in_doubt = reconciled.found, len(reconciled.still_in_doubt)
    report.problems.extend(doubt_problems(reconciled.still_in_doubt))
    report.trouble = (
        reconciled.trouble
        or _sync_deliveries(office, store, sender, report)
        or _sync_replies(office, store, sender, report)
        or (_sync_payments(office, store, processor, report) if processor is not None else None)
    )
    if report.trouble is not None:
        report.problems.append(report.trouble)
    else:
        note_asked(store, sender.name, now=office.clock())
    report.waiting = len(replies(store))
    return report


def ask_before_sending(office: Office, store: Store, sender: Sender, processor: Processor | None = None) -> SyncReport:
    """The same, for whoever sends next: where something got no answer nothing may go out (exit code 4)."""
    report = ask(office, store, sender, SyncReport(), processor)
    if report.trouble is not None:
        told = report.trouble
        fix = f"{told.fix} Nothing was sent: what could not be asked may hold an answer of a patient, or a payment."
        raise CannotGoOn([replace(told, fix=fix)], ExitCode.PROVIDER)
    return report


def _sync_deliveries(office: Office, store: Store, sender: Sender, report: SyncReport) -> Problem | None:
    since = office.clock() - DELIVERY_IS_TOLD_FOR
    open_requests = {each.provider_id: each for each in under_way(store, sender.name, since) if each.provider_id}
    with office.doing("asking what became of the messages", "messages") as tell:
        polled = poll_deliveries(sender, open_requests, tell)
    for provider_id, told in polled.reports.items():
        if told is None:
            continue
        before = open_requests[provider_id]
        after = outcomes.record_delivery(
            store, before.id, told.state, now=office.clock(), today=office.today(), code=told.code, why=told.why,
            kind=told.kind,
        )  # fmt: skip
        if after.delivery is not None and after.delivery is not before.delivery:
            name = after.delivery.value
            report.deliveries[name] = report.deliveries.get(name, 0) + 1
            report.opted_out += told.kind is RefusalKind.OPTED_OUT and after.delivery.is_failure
    report.still_open = len(under_way(store, sender.name, since))
    return polled.trouble


def _sync_payments(office: Office, store: Store, processor: Processor, report: SyncReport) -> Problem | None:
    with office.doing("asking what was paid"):
        told = ask_what_was_paid(office, store, processor)
    report.payments, report.paid_cents, report.refunds = told.payments, told.paid_cents, told.refunds
    return told.trouble


def _sync_replies(office: Office, store: Store, sender: Sender, report: SyncReport) -> Problem | None:
    """Reads every reply since the last one known, however long ago that was: an opt-out must not be lost in a pause."""
    since = last_reply_at(store) or first_asked_at(store, sender.name)
    if since is None:
        return None
    since -= REPLY_MARGIN
    most, read = REPLIES_A_PAGE, 0
    with office.doing("reading what patients replied", "replies") as tell:
        while True:
            try:
                told = sender.replies(since, most)
            except ProviderTrouble as trouble:
                return trouble.problem
            for reply in told:
                _take_reply(office, store, reply, report)
                read += 1
                tell(read, None)
            if len(told) < most:
                return None
            # The oldest come first: the next page begins where this one ended, which may be a moment that fills a page.
            most = most * 2 if told[-1].at <= since else REPLIES_A_PAGE
            since = max(since, told[-1].at)


def _take_reply(office: Office, store: Store, reply: IncomingReply, report: SyncReport) -> None:
    if is_known(store, reply.provider_id):  # those of the last day are told every time
        return
    kind = classify_reply(reply.text)
    new = take_reply(
        store,
        provider_id=reply.provider_id,
        number=reply.number,
        guarantor_id=last_account_of(store, reply.number),
        kind=kind,
        text=reply.text,
        at=reply.at,
        day=reply.at.astimezone(office.zone).date(),
        today=office.today(),
        now=office.clock(),
    )
    if new:
        report.replies[kind.value] = report.replies.get(kind.value, 0) + 1
        report.opted_out += kind is ReplyKind.OPT_OUT


def release_doubt(office: Office, request_id: int, reason: str) -> Request:
    """Frees an account whose request a person says did not arrive; that request. A usage error where it is no doubt."""
    with office.open_state() as store:
        request = _in_doubt(store, request_id, "--release")
        by, now = who(), office.clock()
        if not outcomes.release(store, request_id, by=by, reason=reason, now=now, even_if_unchecked=True):
            raise _no_doubt(request_id, "--release")
    return request


def mark_arrived(office: Office, request_id: int) -> Request:
    """Counts a request in doubt as sent because a person knows that it arrived; that request."""
    with office.open_state() as store:
        request = _in_doubt(store, request_id, "--arrived")
        outcomes.adopt(store, request_id, None, now=office.clock(), by=who())
    return request


def _in_doubt(store: Store, request_id: int, option: str) -> Request:
    try:
        request = request_of(store.connection, request_id)
    except KeyError:
        raise _no_doubt(request_id, option) from None
    if request.state is not RequestState.IN_DOUBT:
        raise _no_doubt(request_id, option)
    return request


def _no_doubt(request_id: int, option: str) -> CannotGoOn:
    words = f"request {request_id} is not in doubt."
    return cannot(ExitCode.USAGE, words, "`dipay sync` lists those that are.", key=option)

"""What the provider tells of the messages and what patients replied, taken in; and what a person knows of a doubt.

Sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dipay.domain.outcomes import RefusalKind
from dipay.domain.problems import ExitCode, Problem, cannot
from dipay.domain.replies import ReplyKind, classify_reply
from dipay.messaging import IncomingReply, ProviderTrouble, Sender, poll_deliveries
from dipay.office import ACTOR, Office
from dipay.services.deciding import who
from dipay.services.reconciling import doubt_problems, reconcile, reconcile_restored
from dipay.services.worklist import make_worklist
from dipay.state import decisions, outcomes
from dipay.state.reading import first_accepted_at, history, last_account_of, last_reply_at, under_way
from dipay.state.replies import KeptReply, add_reply, replies
from dipay.state.requests import RequestState
from dipay.state.store import Store, open_for_reading

#: How much one `sync` asks the provider, so that it ends on a bad morning too.
MOST_DELIVERIES = 500
REPLIES_A_PAGE = 500


@dataclass(slots=True)
class SyncReport:
    """What the provider told: requests found again, deliveries that changed, replies by kind, who opted out."""

    found: int = 0
    in_doubt: int = 0
    restored: int = 0
    deliveries: dict[str, int] = field(default_factory=dict)
    replies: dict[str, int] = field(default_factory=dict)
    opted_out: int = 0
    still_open: int = 0
    problems: list[Problem] = field(default_factory=list)


def sync(office: Office, sender: Sender, *, accept_log: bool = False) -> SyncReport:
    """Asks the provider what became of the messages and what patients replied. Sends nothing.

    `accept_log`: a person says that what a restored state could not be completed with stands in nobody's way; a usage
    error where the state was not restored, so that the option can't stand in a daily job.
    """
    report = SyncReport()
    with office.open_state() as store:
        if accept_log and not store.needs_reconciliation:
            raise cannot(ExitCode.USAGE, "the state was not restored.", "Leave the option out.", key="--accept-log")
        if store.needs_reconciliation:
            listing = make_worklist(office)
            report.restored, problems = reconcile_restored(office, store, sender, listing, accept=accept_log)
            report.problems.extend(problems)
        reconciled = reconcile(office, store, sender)
        report.found, report.in_doubt = reconciled.found, len(reconciled.still_in_doubt)
        report.problems.extend(reconciled.problems)
        report.problems.extend(doubt_problems(reconciled.still_in_doubt))
        _sync_deliveries(office, store, sender, report)
        _sync_replies(office, store, sender, report)
    return report


def _sync_deliveries(office: Office, store: Store, sender: Sender, report: SyncReport) -> None:
    open_requests = {each.provider_id: each for each in under_way(store, sender.name) if each.provider_id}
    polled = poll_deliveries(sender, open_requests, MOST_DELIVERIES)
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
    report.still_open = len(under_way(store, sender.name))
    if polled.trouble is not None:
        report.problems.append(polled.trouble)


def _sync_replies(office: Office, store: Store, sender: Sender, report: SyncReport) -> None:
    """Reads every reply since the last one known, however long ago that was: an opt-out must not be lost in a pause."""
    since = last_reply_at(store) or first_accepted_at(store, sender.name)
    if since is None:
        return
    most = REPLIES_A_PAGE
    while True:
        try:
            told = sender.replies(since, most)
        except ProviderTrouble as trouble:
            report.problems.append(trouble.problem)
            return
        for reply in told:
            _take_reply(office, store, reply, report)
        if len(told) < most:
            return
        # The oldest come first: the next page begins where this one ended, which may be a moment that fills a page.
        most = most * 2 if told[-1].at <= since else REPLIES_A_PAGE
        since = max(since, told[-1].at)


def _take_reply(office: Office, store: Store, reply: IncomingReply, report: SyncReport) -> None:
    kind = classify_reply(reply.text)
    account = last_account_of(store, reply.number)
    # An opt-out is written before anything else and whether or not the reply was known: nothing may lose it.
    if kind is ReplyKind.OPT_OUT:
        report.opted_out += decisions.opt_out(
            store,
            guarantor_id=account,
            number=reply.number,
            source="reply",
            day=office.today(),
            by=ACTOR,
            now=office.clock(),
        )
    new = add_reply(
        store,
        provider_id=reply.provider_id,
        number=reply.number,
        guarantor_id=account,
        kind=kind.value,
        text=reply.text,
        at=reply.at,
        now=office.clock(),
    )
    if new:
        report.replies[kind.value] = report.replies.get(kind.value, 0) + 1


def waiting_replies(office: Office) -> list[KeptReply]:
    """Replies that somebody should read: all but opt-outs, opt-ins and thanks."""
    with open_for_reading(office.state_path, office.state_marker) as store:
        done = {kind.value for kind in ReplyKind if not kind.waits}
        return [each for each in replies(store) if each.kind not in done]


def release_doubt(office: Office, request_id: int, reason: str) -> None:
    """Frees an account whose request a person says did not arrive; anything else about it is a usage error."""
    with office.open_state() as store:
        try:
            done = outcomes.release(
                store, request_id, by=who(), reason=reason, now=office.clock(), even_if_unchecked=True
            )
        except KeyError:
            done = False
    if not done:
        raise cannot(
            ExitCode.USAGE,
            f"request {request_id} is not in doubt.",
            "`dipay sync` lists those that are.",
            key="--release",
        )


def mark_arrived(office: Office, request_id: int) -> None:
    """Counts a request in doubt as sent because a person knows that it arrived."""
    with office.open_state() as store:
        request = next((each for each in history(store) if each.id == request_id), None)
        if request is None or request.state is not RequestState.IN_DOUBT:
            raise cannot(
                ExitCode.USAGE,
                f"request {request_id} is not in doubt.",
                "`dipay sync` lists those that are.",
                key="--arrived",
            )
        outcomes.adopt(store, request_id, None, now=office.clock(), by=who())

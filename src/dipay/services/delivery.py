"""Delivery: what became of the messages, what patients replied, who was not reached, and sending again to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dipay.domain.outcomes import RefusalKind
from dipay.domain.problems import ExitCode, Problem, cannot
from dipay.domain.replies import ReplyKind, classify_reply
from dipay.domain.rules import Verdict
from dipay.grammar import Unreadable
from dipay.grammar.phones import parse_phone
from dipay.messaging import IncomingReply, ProviderTrouble, Sender, poll_deliveries
from dipay.messaging.twilio_codes import meaning_of
from dipay.office import ACTOR, Office
from dipay.services.deciding import who
from dipay.services.planning import NOT_FOR_FOLLOW_UPS, Plan, PlannedMessage, allowed_now, message_for
from dipay.services.reconciling import doubt_problems, reconcile, reconcile_restored
from dipay.services.run import Conduct, SendReport
from dipay.services.sending import send_plan
from dipay.services.worklist import Listing, make_worklist
from dipay.state import decisions, outcomes
from dipay.state.journal import Reply, add_reply, replies
from dipay.state.reading import (
    UndeliverableEntry,
    first_accepted_at,
    history,
    last_account_of,
    last_reply_at,
    undeliverables,
    under_way,
)
from dipay.state.requests import Kind, RequestState
from dipay.state.store import Store, open_for_reading

if TYPE_CHECKING:
    from dipay.domain.worklist import Judged


#: How much one `sync` asks the provider, so that it ends on a bad morning too.
MOST_DELIVERIES = 500
REPLIES_A_PAGE = 500
#: Codes of dipay's own on the Undeliverable list.
NO_NUMBER = "no-number"


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


def waiting_replies(office: Office) -> list[Reply]:
    """Replies that somebody should read: all but opt-outs and opt-ins."""
    with open_for_reading(office.state_path, office.state_marker) as store:
        done = {ReplyKind.OPT_OUT.value, ReplyKind.OPT_IN.value}
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
        found = [each for each in history(store) if each.id == request_id]
        if not found or found[0].state is not RequestState.IN_DOUBT:
            raise cannot(
                ExitCode.USAGE,
                f"request {request_id} is not in doubt.",
                "`dipay sync` lists those that are.",
                key="--arrived",
            )
        outcomes.adopt(store, request_id, None, now=office.clock(), by=who())


@dataclass(frozen=True, slots=True)
class NotReached:
    """One account on the Undeliverable list, with its name where today's export has it, and what to do."""

    entry: UndeliverableEntry
    name: str
    number_now: str | None
    advice: str


def not_reached(office: Office) -> tuple[list[NotReached], Listing]:
    """Who was not reached, why in plain words, and what to do for each; oldest first."""
    listing = make_worklist(office)
    by_id = {each.account.guarantor_id: each for each in listing.worklist.judged}
    with open_for_reading(office.state_path, office.state_marker) as store:
        entries = undeliverables(store, office.settings.messaging.provider)
    found = []
    for entry in entries:
        judged = by_id.get(entry.guarantor_id)
        found.append(
            NotReached(
                entry,
                judged.account.name if judged else "(not in today's export)",
                judged.account.phone if judged else None,
                _advice(entry),
            )
        )
    return found, listing


def _advice(entry: UndeliverableEntry) -> str:
    if entry.code == NO_NUMBER:
        return f"Ask for a mobile number: dipay resend {entry.guarantor_id} --phone NUMBER"
    meaning = meaning_of(entry.code)
    if meaning.kind is RefusalKind.TEMPORARY_BY_PERSON:
        return f"{meaning.advice} To send once more: dipay resend {entry.guarantor_id}"
    return f"{meaning.advice} With another number: dipay resend {entry.guarantor_id} --phone NUMBER"


def resend(office: Office, sender: Sender, guarantor_id: str, phone: str | None, conduct: Conduct) -> SendReport:
    """Sends an undeliverable request again, to a number typed in now or, once, to the same one.

    The number is used for this message only and stays on the "key into the PMS" list until an export shows it. It is
    checked first: one mobile-shaped number, not tried before, not another account's, nobody's who opted out.
    """

    def plan_for(store: Store, listing: Listing) -> Plan:
        return Plan((_resend_message(office, store, listing, guarantor_id, phone),), (), (), ())

    return send_plan(office, sender, plan_for, conduct)


def _resend_message(
    office: Office, store: Store, listing: Listing, guarantor_id: str, phone: str | None
) -> PlannedMessage:
    entries = undeliverables(store, office.settings.messaging.provider)
    entry = next((each for each in entries if each.guarantor_id == guarantor_id), None)
    if entry is None:
        raise cannot(
            ExitCode.USAGE,
            f"account {guarantor_id} is not on the Undeliverable list.",
            "`dipay undeliverable` shows it.",
            key="ID",
        )
    judged = next((each for each in listing.worklist.judged if each.account.guarantor_id == guarantor_id), None)
    if judged is None:
        raise cannot(
            ExitCode.USAGE, f"account {guarantor_id} is not in today's export.", "Export every patient.", key="ID"
        )
    _refuse_stopped(judged, listing)
    number = _number_for(office, store, listing, judged, entry, phone)
    allowed, until = allowed_now(judged.account, number, office.settings, office.clock())
    if not allowed:
        when = f"{until.astimezone(office.zone):%a %d %b %H:%M}" if until is not None else "never"
        raise cannot(
            ExitCode.USAGE, "it is outside the send window now.", f"The next allowed time is {when}.", key="ID"
        )
    step = 0
    if entry.request_id is not None:
        step = next((each.step for each in history(store, guarantor_id) if each.id == entry.request_id), 0)
    return message_for(
        judged.account, number, step, office.settings, named=True, kind=Kind.RESEND, parent_id=entry.request_id,
        typed=phone is not None,
    )  # fmt: skip


def _refuse_stopped(judged: Judged, listing: Listing) -> None:
    passing = NOT_FOR_FOLLOW_UPS | {"undeliverable"}
    stopped = [rule for rule in judged.reasons if rule.code not in passing and rule.verdict is not Verdict.HELD]
    if stopped:
        why = stopped[0].saw(judged.account, listing.worklist.day)
        fix = stopped[0].fix(judged.account, listing.worklist.day)
        raise cannot(ExitCode.USAGE, f"account {judged.account.guarantor_id} is not asked: {why}.", fix, key="ID")


def _number_for(
    office: Office, store: Store, listing: Listing, judged: Judged, entry: UndeliverableEntry, phone: str | None
) -> str:
    """The number to use. Without one typed in, the same number once more where its failure may pass."""
    guarantor_id = judged.account.guarantor_id
    tried = [each for each in history(store, guarantor_id) if each.number is not None]
    if phone is None:
        if entry.number is None or meaning_of(entry.code).kind is not RefusalKind.TEMPORARY_BY_PERSON:
            raise cannot(
                ExitCode.USAGE, "its number can't be reached.", "Type another one with --phone.", key="--phone"
            )
        if any(each.kind is Kind.RESEND and each.number == entry.number for each in tried):
            raise cannot(
                ExitCode.USAGE,
                "its number was tried again already.",
                "Type another one with --phone, or call.",
                key="--phone",
            )
        return entry.number
    try:
        number = parse_phone(phone, office.settings.practice.country)
    except Unreadable as unreadable:
        raise cannot(ExitCode.USAGE, f"{unreadable.what}.", "Type one mobile number.", key="--phone") from None
    if any(each.number == number for each in tried):
        raise cannot(
            ExitCode.USAGE,
            "this number was tried for the account already.",
            "Type another one, or call.",
            key="--phone",
        )
    others = [
        each.account.guarantor_id
        for each in listing.worklist.judged
        if each.account.phone == number and each.account.guarantor_id != guarantor_id
    ]
    if others:
        raise cannot(
            ExitCode.USAGE,
            f"this is the number of account {others[0]}.",
            "Ask again whose number it is.",
            key="--phone",
        )
    return number

"""`history` as people and programs read it: a line for each thing that happened, with what became of it."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import TYPE_CHECKING, Final

from dipay.domain.campaigns import message_name
from dipay.domain.outcomes import Delivery
from dipay.domain.payment_links import OffWhy
from dipay.domain.payments import PaymentState, Posted
from dipay.grammar.letters import in_midst
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.safe import printable
from dipay.state.requests import RequestKind, RequestState
from dipay.state.timeline import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime, tzinfo

    from dipay.render.as_json import Data
    from dipay.services.history import History
    from dipay.state.replies import KeptReply
    from dipay.state.requests import Request
    from dipay.state.timeline import Happening

#: Whom the event log names where no person decided.
_NOBODY: Final = frozenset({"", "dipay", "export", "settings", "migration"})
#: Where what happened begins in a line: behind its moment.
_INDENT: Final = " " * 18


def history_lines(history: History, zone: tzinfo, follow_ups: int, width: int | None = None) -> Iterator[str]:
    """A line for each thing that happened, oldest first; wrapped where a width is given.

    `follow_ups` are how many a campaign has by the settings.
    """
    nothing = True
    for each in history:
        if nothing and history.account is not None:
            yield printable(_title(history))
        nothing = False
        whose = (
            f"{_called(each.guarantor_id, history.names)}: " if history.account is None and each.guarantor_id else ""
        )
        yield from _line(each.at, f"{whose}{words(each, zone, follow_ups)}", zone, width)
    if nothing:
        since = f" since {history.since}" if history.since is not None else ""
        whom = f" to {_called(history.account, history.names)}" if history.account is not None else ""
        yield printable(f"Nothing happened{whom}{since or ' yet'}.")


def _title(history: History) -> str:
    name = history.names.get(history.account or "")
    return f"{name}, account {history.account}" if name else f"Account {history.account}"


def _called(guarantor_id: str, names: Mapping[str, str]) -> str:
    return f"{names[guarantor_id]} ({guarantor_id})" if guarantor_id in names else f"account {guarantor_id}"


def _line(at: datetime, what: str, zone: tzinfo, width: int | None) -> list[str]:
    line = printable(f"{at.astimezone(zone):%Y-%m-%d %H:%M}  {what}")
    return [line] if width is None else textwrap.wrap(line, max(40, width), subsequent_indent=_INDENT)


def words(happening: Happening, zone: tzinfo, follow_ups: int) -> str:
    """What happened, for people: without its moment, and without whose account it is."""
    if happening.kind is Kind.REQUEST and happening.request is not None:
        return request_words(happening.request, zone, follow_ups) + _consequences(happening)
    if happening.kind is Kind.REPLY and happening.reply is not None:
        return _reply_words(happening.reply, zone)
    return _WORDS[happening.kind](happening)


def request_words(request: Request, zone: tzinfo, follow_ups: int) -> str:
    """Which message it was, where it went to, for how much, and what became of it."""
    number = f" to {format_phone(request.number)}" if request.number else ""
    typed = ", a number typed in" if request.typed and request.number else ""
    amount = f", {format_cents(request.amount_cents)}" if request.amount_cents else ""
    marks = [
        mark
        for mark, holds in (
            ("found at the provider later", request.late),
            ("it reached somebody else", request.misdirected),
            ("a rehearsal", request.rehearsal),
        )
        if holds
    ]
    more = f" ({'; '.join(marks)})" if marks else ""
    return f"{request_name(request, follow_ups)}{number}{typed}{amount}: {became(request, zone)}{more}"


def request_name(request: Request, follow_ups: int = 0) -> str:
    """What the message was; `follow_ups` are how many a campaign has by the settings, if known."""
    if request.kind is RequestKind.SINGLE:
        return "single request"
    again = "re-send of the " if request.kind is RequestKind.RESEND else ""
    return again + message_name(request.step, follow_ups)


def became(request: Request, zone: tzinfo | None = None) -> str:
    """What became of the message, as far as is known; with a zone also when its delivery was known."""
    why = f": {in_midst(request.why)}" if request.why else ""
    if request.state is not RequestState.ACCEPTED:
        return f"{_STATES[request.state]}{why}"
    if request.delivery is None:
        return f"it arrived, as a person knows{why}"
    known = ""
    if zone is not None and request.delivery_at is not None:
        known = _moment(request.delivery_at, request.claimed_at, zone)
    if request.delivery is Delivery.DELIVERED:
        return f"delivered by {known}{why}" if known else f"delivered{why}"
    if request.delivery.is_failure:
        return f"not delivered, known at {known}{why}" if known else f"not delivered{why}"
    return f"{_DELIVERIES[request.delivery]}{why}"


#: What became of a payment, behind its amount.
PAYMENT_WORDS: Final[Mapping[PaymentState, str]] = {
    PaymentState.PAID: "paid by the payment link",
    PaymentState.PENDING: "paid by the payment link, on its way from the bank",
    PaymentState.FAILED: "did not come from the bank",
}
_STATES: Final[Mapping[RequestState, str]] = {
    RequestState.CLAIMED: "no outcome is known yet",
    RequestState.REFUSED: "refused",
    RequestState.IN_DOUBT: "not known whether it went out",
    RequestState.NOT_SENT: "not sent",
    RequestState.RELEASED: "it did not arrive, as a person knows",
}
_DELIVERIES: Final[Mapping[Delivery, str]] = {
    Delivery.QUEUED: "on its way",
    Delivery.SENT: "handed to the carrier, no receipt yet",
}


def _consequences(happening: Happening) -> str:
    listed = "; on the Undeliverable list" if happening.listed is not None else ""
    ended = {"completed": "; the last message of its campaign", "undeliverable": "; its campaign reached nobody"}
    return listed + ended.get(happening.ended, "")


def _reply_words(reply: KeptReply, zone: tzinfo) -> str:
    said = f'"{reply.text}"' if reply.text else "(no text)" if reply.text == "" else "(past retention)"
    line = f"reply, {reply.kind.words}: {said}"
    if reply.handled_at is None:
        return f"{line}; it waits: dipay replies"
    if not reply.handled_by:
        return line
    how = "dealt with" if reply.how == "done" else f"settled by {reply.how}"
    note = f": {reply.note}" if reply.note else ""
    return f"{line}; {how} {_moment(reply.handled_at, reply.at, zone)} by {reply.handled_by}{note}"


def _opted_out(happening: Happening) -> str:
    source, number = str(happening.facts.get("source", "")), str(happening.facts.get("number", ""))
    who = f"the number {format_phone(number)} " if happening.guarantor_id is None and number else ""
    if source == "staff":
        how = f", recorded{_by(happening)}"
    elif source == "reply":
        how = " by a reply"
    else:
        how = f", as the provider says ({source.removeprefix('provider ')})" if source else ""
    return f"{who}opted out{how}: never texted again{_campaign_too(happening)}"


def _snoozed(happening: Happening) -> str:
    reason, note = happening.facts.get("reason"), happening.facts.get("note")
    why = f": {reason}{f', {note}' if note else ''}" if reason else ""
    return f"snoozed until {_day(happening.facts['until'])}{_by(happening)}{why}"


def _campaign_ended(happening: Happening) -> str:
    match happening.facts.get("how"):
        case "paid" if happening.by == "export":
            return "campaign ended: the export shows it paid"
        case "paid":
            return "campaign ended: it is paid by its link"
        case "completed":
            return "campaign ended: the settings have no more messages"
        case "removed" if happening.by == "export":
            return "campaign ended: its people stand under another account"
        case _:
            return f"campaign ended{_by(happening)}"


def _payment(happening: Happening) -> str:
    return f"{_cents(happening)}{PAYMENT_WORDS[PaymentState(str(happening.facts['state']))]}"


def _posted(happening: Happening) -> str:
    note = f": {happening.facts['note']}" if happening.facts.get("note") else ""
    how = "the export shows it" if happening.facts["how"] == Posted.BY_EXPORT else f"keyed in{_by(happening)}{note}"
    day = happening.facts.get("day")
    return f"{_cents(happening)}paid{f' on {_day(day)}' if day else ''}: {how}"


def _cents(happening: Happening) -> str:
    """The amount, where it is not past retention."""
    cents = happening.facts.get("amount_cents")
    return f"{format_cents(int(cents))} " if cents else ""


def _holds(lead: str) -> Callable[[Happening], str]:
    def words_of(happening: Happening) -> str:
        reason = f": {happening.facts['reason']}" if happening.facts.get("reason") else ""
        codes = str(happening.facts["codes"]).replace(",", ", ")
        return f"{lead} ({codes}){_by(happening)}{reason}"

    return words_of


def _wrong_number(happening: Happening) -> str:
    number = happening.listed.number if happening.listed is not None else None
    what = f": {format_phone(number)} is somebody else's" if number else ""
    return f"wrong number{_by(happening)}{what}; on the Undeliverable list"


def _imported(happening: Happening) -> str:
    facts = happening.facts
    line = f"exports of {_day(facts['as_of'])}"
    if "accounts" in facts:
        line += f": {facts['accounts']:,} accounts, {format_cents(int(facts['balance_cents']))} in all"
    if happening.kind is Kind.IMPORT_ACCEPTED:
        reason = f": {facts['reason']}" if facts.get("reason") else ""
        line += f"; different from the last ones, taken{_by(happening)}{reason}"
    return line


def _run(happening: Happening) -> str:
    facts = happening.facts
    outcomes = [f"{number:,} {outcome}" for outcome, number in facts.items() if isinstance(number, int) and number]
    end = "" if facts.get("ended") else "; it did not come to its end"
    return f"{facts['command']}: {', '.join(outcomes) or 'nothing went out'}{end}"


def _doubt(words_of: str) -> Callable[[Happening], str]:
    def say(happening: Happening) -> str:
        request = happening.request
        name = "a message" if request is None else f"the {request_name(request)}"
        of = f" of {_day(request.day.isoformat())}" if request is not None else ""
        return f"{name}{of} {words_of}{_by(happening)}"

    return say


def _found(happening: Happening) -> str:
    is_seen = happening.by in _NOBODY
    return _doubt("went out: the provider's log has it" if is_seen else "arrived, told")(happening)


def _undeliverable(happening: Happening) -> str:
    why = f": {in_midst(happening.listed.why)}" if happening.listed is not None else ""
    return f"not asked{why}; on the Undeliverable list"


def _simply(text: str) -> Callable[[Happening], str]:
    return lambda happening: f"{text}{_by(happening)}"


_WORDS: Final[Mapping[Kind, Callable[[Happening], str]]] = {
    Kind.REQUEST: _simply("a request that the state file no longer has"),
    Kind.REPLY: _simply("a reply"),
    Kind.REPLY_WAITS_AGAIN: _simply("a reply waits again, put back"),
    Kind.FOUND: _found,
    Kind.DOUBT_RELEASED: _doubt("did not arrive, told"),
    Kind.UNDELIVERABLE: _undeliverable,
    Kind.DELIVERABLE: lambda happening: (
        "off the Undeliverable list: the export has another number"
        if happening.facts.get("how") == "number-changed"
        else f"off the Undeliverable list{_by(happening)}"
    ),
    Kind.WRONG_NUMBER: _wrong_number,
    Kind.NUMBER_KEYED: _simply("the export has the number that was typed in"),
    Kind.OPTED_OUT: _opted_out,
    Kind.OPTED_IN: lambda happening: (
        f"may be texted again, recorded{_by(happening)}"
        + (f": {happening.facts['reason']}" if happening.facts.get("reason") else "")
    ),
    Kind.SNOOZED: _snoozed,
    Kind.UNSNOOZED: _simply("back on the list, put there"),
    Kind.DESELECTED: lambda happening: f"left out of the batch of {_day(happening.facts['day'])}{_by(happening)}",
    Kind.SELECTED: _simply("in the batch again, put there"),
    Kind.PAID: lambda happening: f"marked paid{_by(happening)}, until a newer export{_campaign_too(happening)}",
    Kind.PAYMENT: _payment,
    Kind.REFUND: lambda happening: f"{_cents(happening)}refunded by the processor",
    Kind.POSTED: _posted,
    Kind.LINK_OFF: lambda happening: f"payment link off: {OffWhy(str(happening.facts['why'])).words}",
    Kind.CAMPAIGN_ENDED: _campaign_ended,
    Kind.HOLD_RELEASED: _holds("released for that day"),
    Kind.RELEASE_TAKEN_BACK: _simply("held again"),
    Kind.HOLD_PASSED: _holds("the next message passes its holds"),
    Kind.OWED: lambda happening: (
        f"owed {format_cents(int(happening.facts['portion_cents']))} in the exports of {_day(happening.facts['as_of'])}"
    ),
    Kind.IMPORTED: _imported,
    Kind.IMPORT_ACCEPTED: _imported,
    Kind.RUN: _run,
    Kind.RESTORED: _simply("the state file turned out to be an older one: sending waited for `dipay sync`"),
    Kind.RECONCILED: _simply("the state file was completed from the provider's log"),
    Kind.PURGED: lambda happening: (
        f"texts and numbers from before {_day(happening.facts['before'])} were deleted{_by(happening)}"
    ),
}


def _by(happening: Happening) -> str:
    return "" if happening.by in _NOBODY else f" by {happening.by}"


def _campaign_too(happening: Happening) -> str:
    return "; its campaign ended" if happening.ended else ""


def _day(day: str | int) -> str:
    return f"{date.fromisoformat(str(day)):%d %b %Y}"


def _moment(moment: datetime, beside: datetime, zone: tzinfo) -> str:
    """A moment beside another one: its time, with its day where that is another one."""
    there, other = moment.astimezone(zone), beside.astimezone(zone)
    if there.date() == other.date():
        return f"{there:%H:%M}"
    return f"{there:%d %b %H:%M}" if there.year == other.year else f"{there:%d %b %Y %H:%M}"


def history_data(history: History, zone: tzinfo, follow_ups: int) -> Data:
    """`history`'s data, made while it is written: there may be more than fits into memory."""
    from dipay.render.as_json import Each

    return {
        "account": history.account,
        "requests": Each(lambda: requests_data(history.requests)),
        "events": Each(lambda: (_event_data(each, history, zone, follow_ups) for each in history)),
    }


def requests_data(requests: Iterable[Request]) -> Iterator[Data]:
    return (
        {
            "request_id": each.id,
            "guarantor_id": each.guarantor_id,
            "at": each.claimed_at.isoformat(),
            "to": each.number,
            "amount_cents": each.amount_cents,
            "kind": each.kind.value,
            "step": each.step,
            "outcome": each.state.value,
            "delivery": each.delivery.value if each.delivery else None,
            "code": each.code or None,
            "why": each.why or None,
            "provider": each.provider,
            "provider_id": each.provider_id,
            "text": each.text,
            "segments": each.segments,
        }
        for each in requests
    )


def _event_data(happening: Happening, history: History, zone: tzinfo, follow_ups: int) -> Data:
    listed = happening.listed
    return {
        "at": happening.at.astimezone(zone).isoformat(),
        "kind": happening.kind.value,
        "what": words(happening, zone, follow_ups),
        "by": None if happening.by in _NOBODY else happening.by,
        "guarantor_id": happening.guarantor_id,
        "name": history.names.get(happening.guarantor_id or ""),
        "request_id": happening.request.id if happening.request is not None else None,
        "reply_id": happening.reply.id if happening.reply is not None else None,
        "campaign_ended": happening.ended or None,
        "undeliverable": None
        if listed is None
        else {
            "since": listed.since.isoformat(),
            "code": listed.code,
            "why": listed.why,
            "number": listed.number,
            "resolved": listed.resolved.isoformat() if listed.resolved is not None else None,
            "how": listed.how or None,
        },
        "details": dict(happening.facts),
    }

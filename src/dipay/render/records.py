"""What went before with an account, as people and programs read it: messages, answers, numbers to key in or to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.domain.account import read_phone
from dipay.grammar.dates import format_day
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.history import PAYMENT_WORDS, became, request_name, requests_data
from dipay.render.outcomes import replies_data
from dipay.render.payments import payment_data
from dipay.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dipay.domain.day import Day
    from dipay.render.as_json import Data
    from dipay.services.records import Record, ToCall


#: So many messages and answers are what somebody reads through; `history` has all.
_MOST = 8


def record_lines(record: Record, day: Day) -> list[str]:
    """What went before, the newest last: messages, answers with what settles each, numbers to key into the PMS."""
    follow_ups, today = len(day.message_days) - 1, day.as_of
    if not (record.requests or record.answers or record.to_key_in or record.payments):
        return ["Nothing was sent so far."]
    lines = ["Sent so far:" if len(record.requests) <= _MOST else f"Sent so far, the newest {_MOST}:"]
    for each in record.requests[-_MOST:]:
        amount = f" for {format_cents(each.amount_cents)}" if each.amount_cents else ""
        number = f" to {format_phone(each.number)}" if each.number else ""
        rehearsal = " (rehearsal)" if each.rehearsal else ""
        what = f"{request_name(each, follow_ups)}{amount}{number}: {became(each)}{rehearsal}"
        lines.append(f"  {format_day(each.day, today)}: {what}")
    for paid in record.payments[-_MOST:]:
        amount = f"{format_cents(paid.amount_cents)} " if paid.amount_cents else ""
        back = f", {format_cents(paid.refunded_cents)} refunded" if paid.refunded_cents else ""
        known = f"; in the books since {format_day(paid.posted_on, today)}" if paid.posted_on is not None else ""
        lines.append(f"  {format_day(paid.day, today)}: {amount}{PAYMENT_WORDS[paid.state]}{back}{known}")
    if record.answers:
        lines.append("Replies:")
    for answer in record.answers[-_MOST:]:
        reply = answer.reply
        said = f'"{reply.text}"' if reply.text else "(no text)" if reply.text == "" else "(past retention)"
        lines.append(f"  {reply.id} of {format_day(reply.day, today)}, {reply.kind.words}: {said}")
        if answer.waits:
            lines.append(f"    Waits; settled by: {answer.settled_by}")
        elif reply.handled_by:
            note = f": {reply.note}" if reply.note else ""
            lines.append(f"    Settled ({reply.how}) by {reply.handled_by}{note}")
    lines += [
        f"Key into the PMS: {format_phone(each.number)}, by {each.by} (leaves once an export has it)"
        for each in record.to_key_in
    ]
    return list(map(printable, lines))


def call_line(each: ToCall, day: Day) -> str:
    """Where else an account can be called, and what went before, in one line: the newest last."""
    numbers = numbers_words(each.numbers, each.judged.account.country)
    requests = [request for request in each.record.requests if not request.rehearsal] or each.record.requests
    told = [numbers or "no other number in the export"]
    told.append(
        f"asked {', '.join(f'{format_day(request.day, day.as_of)} ({became(request)})' for request in requests)}"
    )
    told += [
        f"reply {answer.reply.id} of {format_day(answer.reply.day, day.as_of)}: {answer.reply.kind.words}"
        for answer in each.record.answers
    ]
    return printable("; ".join(told))


def numbers_words(numbers: Mapping[str, str], country: str) -> str:
    """The numbers to call, each with the word for it: "home (207) 555-0123"."""
    return printable(", ".join(f"{word} {_number(text, country)}" for word, text in numbers.items()))


def _number(text: str, country: str) -> str:
    read = read_phone(text, country)
    return format_phone(read) if read.startswith("+") else text


def record_data(record: Record) -> Data:
    """`requests`, `replies`, `key_into_pms` and `payments` of one account."""
    return {
        "requests": list(requests_data(record.requests)),
        **replies_data(record.answers),
        "key_into_pms": [
            {"number": each.number, "by": each.by, "at": each.at.isoformat()} for each in record.to_key_in
        ],
        "payments": list(map(payment_data, record.payments)),
    }


def to_call_data(each: ToCall) -> Data:
    """An account to be called: its other numbers as the export has them, and what went before."""
    return {
        "guarantor_id": each.judged.account.guarantor_id,
        "numbers": dict(each.numbers),
        **record_data(each.record),
    }

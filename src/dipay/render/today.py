"""`today` as people and programs read it: each check that found something, with its command, and who it is about."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import TYPE_CHECKING, Final

from rich.text import Text

from dipay.domain.reply_kinds import ReplyKind
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.safe import printable
from dipay.services.today import Matter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, tzinfo

    from rich.console import Console

    from dipay.domain.problems import Problem
    from dipay.render.as_json import Data
    from dipay.services.today import Check, Concerned, Today

_SENT: Final = frozenset({Matter.FIRST_REQUESTS, Matter.FOLLOW_UPS})
#: So many problems are told in full; `dipay check` has all.
_MOST_PROBLEMS: Final = 2
#: Fewer cells leave no room for a command beside the words.
_BESIDE: Final = 70


def print_today(today: Today, practice: str, now: datetime, console: Console, *, rehearsal: bool) -> None:
    """The day's checks: what a person sees to, what goes out, what is good to know. `now` is in the practice's zone."""
    head = f"{practice}, {today.as_of:%a %d %b %Y}"
    console.print(Text(printable(f"{head}  REHEARSAL: nobody is texted" if rehearsal else head), style="bold"))
    person = [each for each in today.checks if each.matter.needs_person]
    sent = [each for each in today.checks if each.matter in _SENT]
    known = [each for each in today.checks if each not in person and each not in sent]
    beside = max((len(each.matter.command) for each in today.checks), default=0)
    for title, checks in (("To see to", person), ("To send", sent), ("Good to know", known)):
        if checks:
            console.print(Text(f"\n{title}", style="bold"))
        for each in checks:
            for line in _check_lines(each, today, now, console.width, beside):
                console.print(Text(printable(line)), soft_wrap=True)
    if not person:
        console.print(Text("\nNothing needs a person." if today.checks else "\nNothing to do today."))
    if today.asked_at is not None and all(each.matter is not Matter.PROVIDER for each in today.checks):
        console.print(Text(f"\nAnswers and deliveries as of {_moment(today.asked_at, now)}.", style="dim"))


def _check_lines(check: Check, today: Today, now: datetime, width: int, beside: int) -> Iterator[str]:
    words, command = _words(check, today, now), check.matter.command
    if width < _BESIDE:
        yield from textwrap.wrap(words, width, initial_indent="  ", subsequent_indent="  ")
        yield f"    {command}"
    else:
        left = width - beside - 2
        first, *rest = textwrap.wrap(words, left, initial_indent="  ", subsequent_indent="  ")
        yield f"{first:<{left}}  {command}"
        yield from rest
    for problem in _told(check.matter, today):
        yield from textwrap.wrap(str(problem), width, initial_indent="    ", subsequent_indent="    ")
    if check.accounts:
        yield f"    {_who(check, width - 4)}"


def _told(matter: Matter, today: Today) -> Sequence[Problem]:
    """The problems to tell in full, one of each kind: of exports first those that stop sending."""
    if matter is Matter.STATE:
        return today.state_problems[:_MOST_PROBLEMS]
    if matter is Matter.EXPORTS:
        first = {each.kind or each.message: each for each in reversed((*today.stopping, *today.export_problems))}
        return list(reversed(first.values()))[:_MOST_PROBLEMS]
    return ()


def _words(check: Check, today: Today, now: datetime) -> str:
    count = f"{check.count:,}"
    amount = f", {format_cents(check.amount_cents)}" if check.amount_cents is not None else ""
    one = check.count == 1
    match check.matter:
        case Matter.STATE:
            return "trouble with the state file: nothing is sent"
        case Matter.EXPORTS if today.unreadable:
            return "the exports can't be read: nothing can be sent"
        case Matter.EXPORTS:
            stops = ": nothing is sent" if today.stopping else ""
            return f"{count} problem{'' if one else 's'} in the exports{stops}"
        case Matter.PROVIDER:
            when = _moment(today.asked_at, now) if today.asked_at is not None else "nobody knows when"
            return f"patients' answers are as of {when}"
        case Matter.REPLIES:
            return f"{count} {'reply waits' if one else 'replies wait'}"
        case Matter.IN_DOUBT:
            return f"{count} message{'' if one else 's'}: not known whether {'it' if one else 'they'} went out"
        case Matter.UNDELIVERABLE:
            return f"{count} {'was' if one else 'were'} not reached{amount}"
        case Matter.KEY_IN:
            return f"{count} number{'' if one else 's'} to key into the PMS"
        case Matter.POSTING:
            return f"{count} payment{'' if one else 's'} to key into the PMS{amount}"
        case Matter.HELD:
            return f"{count} {'is' if one else 'are'} held until you decide{amount}"
        case Matter.FIRST_REQUESTS:
            parts = [
                f"{number:,} {name}"
                for name, number in (
                    ("without a number", check.more["without_number"]),
                    ("left out today", check.more["deselected"]),
                )
                if number
            ]
            more = f" ({', '.join(parts)})" if parts else ""
            return f"{count} first request{'' if one else 's'}{amount}{more}"
        case Matter.FOLLOW_UPS:
            return f"{count} follow-up{'' if one else 's'}{amount}"
        case Matter.EXHAUSTED:
            return f"{count} to call{amount}: got every message"
        case Matter.ELSEWHERE:
            return f"{count} {'was' if one else 'were'} asked as another account already{amount}"
        case Matter.SNOOZES:
            return f"{count} snooze{' ends' if one else 's end'} by {today.week_ends:%a %d %b}"


def _who(check: Check, width: int) -> str:
    """As many of the names as there is room for, and how many more there are."""
    names = [_name(check.matter, each) for each in check.accounts]
    for shown in range(len(names), 0, -1):
        left = len(names) - shown
        line = ", ".join(names[:shown]) + (f" and {left:,} more" if left else "")
        if len(line) <= width:
            return line
    return names[0]


def _name(matter: Matter, concerned: Concerned) -> str:
    name = concerned.name or (f"account {concerned.guarantor_id}" if concerned.guarantor_id else "a stranger")
    about = _ABOUT.get(matter)
    if about is not None:
        return f"{name} {about(concerned.detail)}"
    return f"{name} {format_cents(concerned.amount_cents)}" if concerned.amount_cents is not None else name


#: What is said of each account beside its name; its amount for every other matter.
_ABOUT: Final[dict[Matter, Callable[[str], str]]] = {
    Matter.REPLIES: lambda detail: f"({ReplyKind(detail).words})",
    Matter.IN_DOUBT: lambda detail: f"({date.fromisoformat(detail):%d %b})",
    Matter.KEY_IN: format_phone,
    Matter.HELD: lambda detail: f"({detail})",
    Matter.SNOOZES: lambda detail: f"({date.fromisoformat(detail):%a %d %b})",
}


def _moment(moment: datetime, now: datetime) -> str:
    """`today 09:15`, `Fri 20 Nov 17:05`, with its year where it is another one."""
    there = moment.astimezone(now.tzinfo)
    if there.date() == now.date():
        return f"today {there:%H:%M}"
    return f"{there:%a %d %b %H:%M}" if there.year == now.year else f"{there:%a %d %b %Y %H:%M}"


def today_data(today: Today, zone: tzinfo) -> Data:
    return {
        "provider_asked_at": today.asked_at.astimezone(zone).isoformat() if today.asked_at else None,
        "exports_read": not today.unreadable,
        "checks": [
            {
                "check": each.matter.value,
                "count": each.count,
                "amount_cents": each.amount_cents,
                "needs_person": each.matter.needs_person,
                "command": each.matter.command,
                **each.more,
                "accounts": [
                    {
                        "guarantor_id": account.guarantor_id,
                        "name": account.name or None,
                        "detail": account.detail or None,
                        "amount_cents": account.amount_cents,
                    }
                    for account in each.accounts
                ],
            }
            for each in today.checks
        ],
    }

"""The plan of a sending run: who gets which message now, who must wait, and why the rest stay.

Brings together what rules, campaigns and hours say of the accounts, the state and the time it is handed; opens and
writes nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dipay.domain.campaigns import is_last_step, next_follow_up
from dipay.domain.fields import LANGUAGE, ZIP
from dipay.domain.messages import MessageValues, RenderedMessage, render_message, without_name
from dipay.domain.rules import Rule
from dipay.domain.windows import NeverAllowed, SendWindow, next_allowed, zones_of_reader
from dipay.domain.worklist import View
from dipay.grammar.money import format_cents
from dipay.grammar.names import greeting
from dipay.links import STAND_IN, payment_link
from dipay.state.requests import RequestKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dipay.domain.account import Account
    from dipay.domain.settings import Settings
    from dipay.domain.worklist import Judged, Worklist
    from dipay.state.reading import RunningCampaign


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One message to claim and send.

    `named`: a person named the account, which releases the holds in `held_for`. A re-send has the request it repeats as
    `parent_id`; `typed`: its number was typed in now; `told_why`: the reason a person gave for a number that another
    account was asked at. `language` is the one that its template is written in. `asked_cents` is what a person asks for
    in place of all that the account owes.
    """

    account: Account
    number: str
    step: int
    last_step: bool
    template: str
    named: bool
    held_for: tuple[str, ...]
    kind: RequestKind
    parent_id: int | None
    typed: bool
    told_why: str
    language: str
    asked_cents: int | None = None

    @property
    def amount_cents(self) -> int:
        """The amount asked for."""
        return self.account.amount_cents if self.asked_cents is None else self.asked_cents


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that may not go out at this hour; `until` is the next moment it may, None for never."""

    message: PlannedMessage
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An account that was asked for by name, or has a follow-up due, and gets nothing: why, in words."""

    guarantor_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a run would do, in the order it would."""

    messages: tuple[PlannedMessage, ...]
    waiting: tuple[Waiting, ...]
    without_number: tuple[Account, ...]
    left_out: tuple[LeftOut, ...]


def make_plan(
    worklist: Worklist,
    running: Iterable[RunningCampaign],
    settings: Settings,
    now: datetime,
    only: Collection[str] = (),
) -> Plan:
    """The follow-ups due, then the first requests of today's batch. `only` names accounts: nobody else is asked."""
    place_of = {each: place for place, each in enumerate(worklist.accounts.ids)}
    left_out: list[LeftOut] = []
    chosen: list[PlannedMessage] = []
    without_number: list[Account] = []
    in_campaign: set[str] = set()
    for campaign in running:
        if only and campaign.guarantor_id not in only:
            continue
        in_campaign.add(campaign.guarantor_id)
        named = campaign.guarantor_id in only
        place = place_of.get(campaign.guarantor_id)
        judged = worklist.at(place) if place is not None else None
        follow_up = _follow_up(campaign, judged, settings, worklist, named=named)
        if isinstance(follow_up, LeftOut):
            left_out.append(follow_up)
        elif follow_up is not None:
            chosen.append(follow_up)
        elif only:
            left_out.append(LeftOut(campaign.guarantor_id, "its campaign is running, and no follow-up is due today"))
    # Who is not pending gets a first request only where somebody named them.
    for judged in worklist.judged if only else map(worklist.at, worklist.by_view[View.PENDING].tolist()):
        account = judged.account
        named = account.guarantor_id in only
        if account.guarantor_id in in_campaign or (only and not named):
            continue
        stopped = tuple(rule for rule in judged.reasons if not (named and rule.may_be_released))
        if stopped or (not judged.selected and not named):
            if named:
                left_out.append(LeftOut(account.guarantor_id, _why(stopped, judged, worklist)))
            continue
        if account.phone is None:
            without_number.append(account)
            continue
        held = tuple(rule.code for rule in judged.reasons)
        chosen.append(message_for(account, account.phone, 0, settings, named=named, held_for=held))
    for guarantor_id in only:
        if guarantor_id not in place_of:
            left_out.append(LeftOut(guarantor_id, "no account has this id"))
    messages, waiting = _by_hour(chosen, settings, now)
    return Plan(messages, waiting, tuple(without_number), tuple(left_out))


def _follow_up(
    campaign: RunningCampaign, judged: Judged | None, settings: Settings, worklist: Worklist, *, named: bool
) -> PlannedMessage | LeftOut | None:
    days = [message.day for message in settings.campaign.messages]
    follow_up = next_follow_up(campaign.began, campaign.step, campaign.last_sent, days)
    if follow_up is None or follow_up.on > worklist.day.as_of:
        return None
    if judged is None:
        return LeftOut(campaign.guarantor_id, "a follow-up is due, but the export no longer has the account")
    stopped = tuple(rule for rule in judged.stops_follow_up if not (named and rule.may_be_released))
    if stopped or not (judged.selected or named):
        return LeftOut(campaign.guarantor_id, f"a follow-up is due, but {_why(stopped, judged, worklist)}")
    if judged.account.phone is None:
        return LeftOut(campaign.guarantor_id, f"a follow-up is due, but {judged.account.phone_problem}")
    held = tuple(rule.code for rule in judged.stops_follow_up)
    return message_for(judged.account, judged.account.phone, follow_up.step, settings, named=named, held_for=held)


def message_for(
    account: Account,
    number: str,
    step: int,
    settings: Settings,
    *,
    named: bool,
    held_for: tuple[str, ...] = (),
    kind: RequestKind = RequestKind.CAMPAIGN,
    parent_id: int | None = None,
    typed: bool = False,
    told_why: str = "",
) -> PlannedMessage:
    """That step's message of the campaign, in the account's language; one the settings no longer have is the last."""
    messages = settings.campaign.messages
    step = min(step, len(messages) - 1)
    last_step = is_last_step(step, [message.day for message in messages])
    template, language = messages[step].text_for(account.of_guarantor(LANGUAGE), settings.practice.language)
    return PlannedMessage(
        account, number, step, last_step, template, named, held_for, kind, parent_id, typed, told_why, language
    )


def _why(stopped: tuple[Rule, ...], judged: Judged, worklist: Worklist) -> str:
    if not stopped:
        return "it is deselected today"
    return stopped[0].detail(judged.account, worklist.day)


def _by_hour(
    chosen: list[PlannedMessage], settings: Settings, now: datetime
) -> tuple[tuple[PlannedMessage, ...], tuple[Waiting, ...]]:
    messages, waiting = [], []
    for message in chosen:
        allowed, until = allowed_now(message.account, message.number, settings, now)
        if allowed:
            messages.append(message)
        else:
            waiting.append(Waiting(message, until))
    return tuple(messages), tuple(waiting)


def allowed_now(account: Account, number: str, settings: Settings, now: datetime) -> tuple[bool, datetime | None]:
    """Whether a message may go out to that number at this hour; if not, the next moment it may (None: never)."""
    window = SendWindow.of(settings.messaging.send_window)
    zip_code = account.of_guarantor(ZIP)
    zones = zones_of_reader(ZoneInfo(settings.practice.timezone), zip_code, number)
    try:
        until = next_allowed(now, zones, window)
    except NeverAllowed:
        return False, None
    return until is None, until


def rendered(message: PlannedMessage, settings: Settings, token: str, link: str | None = None) -> RenderedMessage:
    """The message as it goes out with that token in its link; with the `link` that a processor made for it, or a
    stand-in until there is one.
    """
    account = message.account
    first_name = greeting(account.first_name)
    values = MessageValues(
        practice=settings.practice.name,
        phone=settings.practice.phone,
        first_name=first_name or greeting(account.name),
        amount=format_cents(message.amount_cents),
        link=link or _link(message, settings, token),
    )
    # "Maple: , you have ..." would look like a fraud; without a name it is addressed to nobody by name.
    return render_message(message.template if first_name else without_name(message.template), values)


def _link(message: PlannedMessage, settings: Settings, token: str) -> str:
    template = settings.payment_link.template
    if not template:
        return STAND_IN
    return payment_link(template, token, message.account.guarantor_id, message.amount_cents)

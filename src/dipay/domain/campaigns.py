"""When the messages of a campaign are due. Knows days and steps alone: whom they are for, the plan decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dipay.domain.values import value


@value(frozen=True, slots=True)
class FollowUp:
    """The next message of a running campaign: its step (1 the first follow-up), and the first day it may go out."""

    step: int
    on: date


def next_follow_up(began: date, step_sent: int, last_sent: date, message_days: Sequence[int]) -> FollowUp | None:
    """The follow-up after the step that went out last; None where that was the last message.

    `message_days` are the days of all messages counted from `began`, the first request's included. Days are "at least":
    a late follow-up goes out late and once. The one after it waits as long after it as the settings have between the
    two: after a snooze, a hold or an office that was closed nobody gets one follow-up on the heels of another.
    """
    step = step_sent + 1
    if step >= len(message_days):
        return None
    apart = timedelta(days=message_days[step] - message_days[step_sent])
    return FollowUp(step, max(began + timedelta(days=message_days[step]), last_sent + apart))


def message_name(step: int, follow_ups: int = 0) -> str:
    """What a campaign's message is called wherever one is named; `follow_ups` are how many a campaign has, if known."""
    if step == 0:
        return "first request"
    return f"follow-up {step} of {follow_ups}" if step <= follow_ups else f"follow-up {step}"


def is_last_step(step: int, message_days: Sequence[int]) -> bool:
    """Whether a campaign is completed once this step was accepted."""
    return step >= len(message_days) - 1

"""When the messages of a campaign are due. Knows days and steps alone: whom they are for, the plan decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta


def due_step(
    began: date,
    steps_sent: int,
    today: date,
    message_days: Sequence[int],
    last_sent: date | None = None,
) -> int | None:
    """The step of the follow-up due today, or None.

    `message_days` are the days of all messages counted from `began`, the first request's included; `steps_sent` is how
    many steps went out, so it is also the next one's index. Days are "at least": a late follow-up goes out late and
    once. The one after it waits for another day (`last_sent`): nobody gets two on one day, however late a run is.
    """
    if not 0 < steps_sent < len(message_days):
        return None
    if last_sent is not None and last_sent >= today:
        return None
    if today <= began or today < began + timedelta(days=message_days[steps_sent]):
        return None
    return steps_sent


def message_name(step: int, follow_ups: int = 0) -> str:
    """What a campaign's message is called wherever one is named; `follow_ups` are how many a campaign has, if known."""
    if step == 0:
        return "first request"
    return f"follow-up {step} of {follow_ups}" if step <= follow_ups else f"follow-up {step}"


def is_last_step(step: int, message_days: Sequence[int]) -> bool:
    """Whether a campaign is completed once this step was accepted."""
    return step >= len(message_days) - 1

"""When follow-ups are due, and what messages are called."""

from __future__ import annotations

from datetime import date

import pytest

from dipay.domain.campaigns import FollowUp, is_last_step, message_name, next_follow_up

BEGAN = date(2026, 11, 2)
DAYS = (0, 7, 14)


@pytest.mark.parametrize(
    ("step_sent", "last_sent", "expected"),
    [
        (0, BEGAN, FollowUp(1, date(2026, 11, 9))),
        (1, date(2026, 11, 9), FollowUp(2, date(2026, 11, 16))),
        # A late one goes out late, and the next as long after it as the settings say.
        (1, date(2026, 11, 16), FollowUp(2, date(2026, 11, 23))),
        (1, date(2026, 11, 30), FollowUp(2, date(2026, 12, 7))),
        # One that went out early, by settings of then, brings the next no nearer.
        (1, date(2026, 11, 5), FollowUp(2, date(2026, 11, 16))),
        (2, date(2026, 11, 16), None),
        # The settings may have fewer than went out.
        (3, date(2026, 11, 16), None),
    ],
)
def test_a_follow_up_is_due_on_its_day_and_no_sooner_after_the_last(
    step_sent: int, last_sent: date, expected: FollowUp | None
) -> None:
    assert next_follow_up(BEGAN, step_sent, last_sent, DAYS) == expected


def test_the_last_step_completes_the_campaign() -> None:
    assert [is_last_step(step, DAYS) for step in range(4)] == [False, False, True, True]


def test_messages_are_called_by_their_place() -> None:
    assert [message_name(step, 2) for step in range(4)] == [
        "first request", "follow-up 1 of 2", "follow-up 2 of 2", "follow-up 3",
    ]  # fmt: skip
    assert [message_name(step) for step in range(2)] == ["first request", "follow-up 1"]
    assert message_name(1, 0) == "follow-up 1"

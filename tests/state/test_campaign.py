from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.campaigns import is_last_step, next_follow_up
from dipay.domain.outcomes import Delivery, settled

BEGAN = date(2026, 11, 2)
DAYS = (0, 7, 14)


@pytest.mark.parametrize(
    ("steps_sent", "day", "last_sent", "due"),
    [
        (1, 0, 0, None),
        (1, 6, 0, None),
        (1, 7, 0, 1),
        (1, 30, 0, 1),  # late, and only the next one
        (2, 31, 30, None),  # never one on the heels of another
        (2, 36, 30, None),
        (2, 37, 30, 2),
        (2, 13, 7, None),
        (2, 14, 7, 2),
        (3, 99, 14, None),  # completed
        (1, 7, None, 1),
    ],
)
def test_the_follow_up_due(steps_sent: int, day: int, last_sent: int | None, due: int | None) -> None:
    last = None if last_sent is None else BEGAN + timedelta(days=last_sent)
    found = next_follow_up(BEGAN, steps_sent - 1, last or BEGAN, DAYS)
    today = BEGAN + timedelta(days=day)
    assert (found.step if found is not None and found.on <= today else None) == due


@given(st.lists(st.integers(1, 60), max_size=4), st.lists(st.integers(0, 20), max_size=40))
def test_whenever_it_runs_each_follow_up_goes_out_once_and_never_early(gaps: list[int], pauses: list[int]) -> None:
    days = [0]
    for gap in gaps:
        days.append(days[-1] + gap)
    sent, today = {0: BEGAN}, BEGAN
    for pause in pauses:
        today += timedelta(days=pause)
        follow_up = next_follow_up(BEGAN, len(sent) - 1, sent[len(sent) - 1], days)
        if follow_up is not None and follow_up.on <= today:
            assert follow_up.step not in sent
            assert today >= BEGAN + timedelta(days=days[follow_up.step])
            apart = days[follow_up.step] - days[follow_up.step - 1]
            assert today >= sent[follow_up.step - 1] + timedelta(days=apart)
            sent[follow_up.step] = today
    assert len(set(sent.values())) == len(sent)


def test_the_last_step() -> None:
    assert [is_last_step(step, DAYS) for step in range(4)] == [False, False, True, True]
    assert is_last_step(0, [0])


@given(st.lists(st.sampled_from(Delivery), min_size=1))
def test_a_final_delivery_state_stays(told: list[Delivery]) -> None:
    state: Delivery | None = None
    first_final = next((each for each in told if each.is_final), None)
    for each in told:
        state = settled(state, each)
    assert state is first_final if first_final else state in (Delivery.QUEUED, Delivery.SENT)
    assert all(each.is_final for each in Delivery if each.is_failure)

from __future__ import annotations

import pytest

from dipay.domain.outcomes import Accepted, InDoubt, NotSent, Outcome, RefusalKind, Refused
from dipay.messaging import RateLimited
from dipay.messaging.pace import PATIENCE, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def slow_down(seconds: float | None = None) -> RateLimited:
    return RateLimited("20429", "slow down", RefusalKind.SLOW_DOWN, seconds)


def interval(pace: Pace, clock: Clock) -> float:
    """How far apart messages are kept now."""
    pace.told(Accepted("SM1"))
    pace.wait()
    return clock.slept[-1]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_goes_at_once_and_then_evenly(clock: Clock) -> None:
    pace = Pace(clock, clock.sleep, per_second=2)
    for _ in range(3):
        pace.wait()
        assert pace.told(Accepted("SM1"))
    assert clock.slept == [0.5, 0.5]


def test_time_that_passes_anyway_counts(clock: Clock) -> None:
    pace = Pace(clock, clock.sleep)
    pace.wait()
    pace.told(Accepted("SM1"))
    clock.now += 0.75
    pace.wait()
    assert clock.slept == [0.25]
    pace.told(Accepted("SM2"))
    clock.now += 5
    pace.wait()
    assert clock.slept == [0.25]


def test_it_waits_as_long_as_it_is_asked_to_and_goes_on_slower(clock: Clock) -> None:
    pace = Pace(clock, clock.sleep)
    assert pace.told(slow_down(30))
    pace.wait()
    assert pace.told(Accepted("SM1"))
    pace.wait()
    assert clock.slept == [30, 2]


def test_without_being_told_it_waits_longer_each_time_and_then_gives_up(clock: Clock) -> None:
    pace = Pace(clock, clock.sleep)
    goes_on = []
    for _ in range(PATIENCE):
        goes_on.append(pace.told(slow_down()))
        pace.wait()
    assert goes_on == [True] * (PATIENCE - 1) + [False]
    assert clock.slept == [2, 4, 8, 16, 32, 64]
    assert interval(pace, clock) == 15


def test_a_success_between_gives_new_patience(clock: Clock) -> None:
    pace = Pace(clock, clock.sleep)
    for _ in range(PATIENCE - 1):
        pace.told(slow_down(1))
    pace.told(Accepted("SM1"))
    assert pace.told(slow_down(1))


def test_a_wait_that_is_too_long_ends_the_run(clock: Clock) -> None:
    assert not Pace(clock, clock.sleep).told(slow_down(3600))
    assert clock.slept == []


@pytest.mark.parametrize(
    "outcome", [InDoubt("?"), NotSent("?"), Refused("21211", "x", RefusalKind.NUMBER), Accepted("SM1")]
)
def test_other_outcomes_don_t_slow_it(outcome: Outcome, clock: Clock) -> None:
    pace = Pace(clock, clock.sleep)
    assert pace.told(outcome)
    assert interval(pace, clock) == 1


def test_a_slow_pace_is_not_made_faster(clock: Clock) -> None:
    pace = Pace(clock, clock.sleep, per_second=0.02)
    pace.told(slow_down())
    pace.wait()
    assert interval(pace, clock) == 50


def test_no_pace_at_all() -> None:
    with pytest.raises(ValueError, match="pace"):
        Pace(lambda: 0.0, lambda _: None, per_second=0)

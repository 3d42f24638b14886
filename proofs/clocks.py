"""Days on which clocks and calendars do something: a campaign of three messages, each once, on its day, in the window.

    python -m proofs.clocks
    ... --write                 and writes the figures into proofs/RESULTS.md

A job runs `send --yes` at hours round each message's day, as a process, with the computer in one zone and the practice in
another. What the provider got is held against the practice's own calendar.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from proofs.results import Options, finish
from proofs.stage import STEP_DAYS, Stage, stage

SIZE = 2
#: The window is dipay's default: from 9:00 up to 20:00, not on Sundays.
OPENS, CLOSES = time(9), time(20)

#: What happens, the practice's zone, the day of the first message.
DAYS = (
    ("clocks go forward between two messages", "America/New_York", date(2027, 3, 10)),
    ("clocks go forward on the day", "America/New_York", date(2027, 3, 7)),
    ("clocks go back between two messages", "America/New_York", date(2026, 10, 28)),
    ("clocks go back on the day", "America/New_York", date(2026, 10, 25)),
    ("a new year", "America/New_York", date(2026, 12, 28)),
    ("29 February", "America/New_York", date(2028, 2, 15)),
    ("the last of February of a common year", "America/New_York", date(2027, 2, 22)),
    ("a zone without summer time", "America/Phoenix", date(2027, 3, 10)),
    ("a zone far west", "Pacific/Honolulu", date(2026, 10, 28)),
)
#: What TZ says on the computer; None: nothing.
HOSTS = ("America/New_York", "Pacific/Kiritimati", "UTC", None, "EST5EDT4,M3.2.0,M11.1.0", "nonsense/zone", "")


@contextmanager
def host_zone(name: str | None) -> Iterator[None]:
    before = os.environ.get("TZ")
    if name is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = name
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = before


#: The hours at which the job runs: of the day before a message, of its day, and of the one after.
SHORT = {-1: (19,), 0: (0, 2, 8, 9, 20), 1: (9,)}
LONG = dict.fromkeys((-1, 0, 1), (0, 1, 2, 3, 8, 9, 10, 19, 20, 23))


def expected_days(first: date) -> list[date]:
    """The day of each message: so many days after the first, on the Monday where that is a Sunday."""
    begins = first + timedelta(days=1) if first.weekday() == 6 else first
    days = [begins + timedelta(days=each) for each in STEP_DAYS]
    return [each + timedelta(days=1) if each.weekday() == 6 else each for each in days]


def hours(zone: str, first: date, last: date) -> Iterator[datetime]:
    """Every hour of these days, in UTC: from midnight to midnight of the zone."""
    here = datetime.combine(first, time(0), ZoneInfo(zone)).astimezone(UTC)
    end = datetime.combine(last, time(0), ZoneInfo(zone)).astimezone(UTC)
    while here < end:
        yield here
        here += timedelta(hours=1)


def live(there: Stage, zone: str, first: date, times: Mapping[int, Sequence[int]]) -> tuple[int, list[str]]:
    """How often `send` ran, and what was wrong."""
    there.settings["practice"]["timezone"] = zone
    there.write_settings()
    expected = expected_days(first)
    runs, wrong = 0, []
    for moment in hours(zone, first, expected[-1] + timedelta(days=2)):
        local = moment.astimezone(ZoneInfo(zone))
        if not any(
            local.hour in at and local.date() == day + timedelta(days=near)
            for day in expected
            for near, at in times.items()
        ):
            continue
        there.practice.now = moment
        there.practice.visits = {str(each): first - timedelta(days=60) for each in range(1, SIZE + 1)}
        there.practice.export()
        ended = there.run("send", "--yes")
        runs += 1
        if ended.exit_code not in (0, 1):
            wrong.append(f"{local}: ended with {ended.exit_code}: {ended.stderr[:200]}")
    for account in range(1, SIZE + 1):
        got = sorted((m.created_at, step) for m, whose, step, _ in there.sent() if whose == str(account))
        days = [at.astimezone(ZoneInfo(zone)).date() for at, _ in got]
        if [step for _, step in got] != list(range(len(STEP_DAYS))):
            wrong.append(f"the messages were {[step for _, step in got]} on {days}")
        elif days != expected:
            wrong.append(f"the days were {days} in place of {expected}")
        for at, _ in got:
            hour = at.astimezone(ZoneInfo(zone)).time()
            if not OPENS <= hour < CLOSES:
                wrong.append(f"a text at {hour}")
    return runs, wrong + there.wrong()


def main() -> int:
    options = Options.of(__doc__)
    rows, wrong = [], []
    for number, (what, zone, first) in enumerate(DAYS):
        if options.only not in what:
            continue
        runs = bad = 0
        # A short run tries each day with one host's zone, another one each day.
        for host in HOSTS if options.long else [HOSTS[number % len(HOSTS)]]:
            with host_zone(host), stage(size=SIZE) as there:
                count, found = live(there, zone, first, LONG if options.long else SHORT)
            runs += count
            bad += bool(found)
            wrong += [f"{what}, host {host}: {each}" for each in found]
        rows.append((what, zone, f"{first}", runs, SIZE * len(STEP_DAYS) * (len(HOSTS) if options.long else 1), bad))
        print(*rows[-1], flush=True)
    head = ("what happens", "practice", "first day", "runs of send", "texts", "campaigns gone wrong")
    how = "the computer's TZ: " + ", ".join(
        str(each) if each else "none" if each is None else "empty" for each in HOSTS
    )
    return finish(options, "clocks", head, rows, wrong, how=how)


if __name__ == "__main__":
    sys.exit(main())

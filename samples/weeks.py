"""Four weeks of the practice: what is keyed in day by day, how its people answer texts, and what staff do about it.

    python samples/weeks.py --out DIR [--seed N] [--kind balances]     the exports of every morning, a folder each,
                                                                       as they are where nobody is ever texted

A seed deals the stories out to other families, with other words, days and amounts. What is told here is carried out by
the tests (`tests/weeks`), with a provider that is a double; nothing here sends or knows dipay.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import people
from plots import DAYS, ORDINARY, STORIES, Plot, Story, ordinary
from pms import Kind, Pms
from scenarios import make_practice

#: A Monday; the clocks go back on the second Sunday.
FIRST_DAY = date(2026, 10, 19)
FAMILIES = 240


@dataclass(frozen=True, slots=True)
class Weeks:
    """The practice as it is before the first day, and the plots of all its people, by their number."""

    pms: Pms
    plots: Mapping[int, Plot]


def make_weeks(seed: int, families: int = FAMILIES, stories: Mapping[str, Story] = STORIES) -> Weeks:
    """The four weeks of a seed; the same ones whenever it is asked for."""
    practice = make_practice(families, seed, as_of=FIRST_DAY)
    pms = Pms(practice.families, FIRST_DAY)
    new_number = _new_numbers(families).__next__
    rng = random.Random(seed * 7919)
    plots = {
        who: Plot(ORDINARY, who, family, random.Random(seed * 1_000_003 + who), new_number) for who, family in pms.files
    }
    for story, told in _dealt(pms, rng, stories):
        here, *others = (plots[who] for who in told)
        here.story = story
        for other in others:
            here.partner, other.story = other, story
        stories[story].tell(here)
    for plot in plots.values():
        if plot.story == ORDINARY or (not stories[plot.story].alone and plot.rng.random() < 0.2):
            ordinary(plot)
        for keyed in plot.at_first:
            keyed(pms, plot.people)
    return Weeks(pms, plots)


def _dealt(pms: Pms, rng: random.Random, stories: Mapping[str, Story]) -> Iterator[tuple[str, list[int]]]:
    """Each story with the families it is told of: they would be asked on the first day, at a number of their own."""
    accounts = list(pms.accounts(Kind.LEDGER))
    numbers = [each.number for each in accounts]
    free = [each.people for each in accounts if not each.reasons and numbers.count(each.number) == 1]
    numberless = [each.people for each in accounts if each.reasons == {"no-number"}]
    rng.shuffle(free)
    rng.shuffle(numberless)
    couples = [who for who in free if pms.adult_beside(who)]
    # Those first that not every family will do for.
    for name, story in sorted(stories.items(), key=lambda each: not each[1].couples):
        among = numberless if story.numberless else couples if story.couples else free
        for _ in range(story.times):
            told = among[: 1 + story.twos]
            for group in (free, numberless, couples):
                group[:] = (who for who in group if who not in told)
            yield name, told


def _new_numbers(families: int) -> Iterator[str]:
    """Numbers that nobody of the practice has."""
    index = 2 * families
    while True:
        yield f"+1{people.fictional_number(index)}"
        index += 1


def days() -> Iterator[date]:
    return (FIRST_DAY + timedelta(days=each) for each in range(DAYS))


def main(given: list[str] | None = None) -> None:
    """Writes the exports of every morning."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the folder")
    parser.add_argument("--seed", type=int, default=1, help="another seed tells other stories (1)")
    kinds = {kind.name.lower().replace("_", "-"): kind for kind in Kind}
    parser.add_argument("--kind", choices=kinds, default="ledger", help="what is exported (ledger)")
    chosen = parser.parse_args(given)
    weeks = make_weeks(chosen.seed)
    for day in days():
        weeks.pms.day = day
        weeks.pms.export(chosen.out / day.isoformat(), kinds[chosen.kind])
        for plot in weeks.plots.values():
            for when, keyed in plot.keyed:
                if when.text == 0 and day == FIRST_DAY + timedelta(days=when.days):
                    keyed(weeks.pms, plot.people)
        if (day + timedelta(days=1)).day == 1:
            weeks.pms.month_ends()
    print(f"{DAYS} mornings of {len(weeks.pms.files)} accounts in {chosen.out}")


if __name__ == "__main__":
    main()

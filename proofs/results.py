"""What proofs have in common: their options, and their figures in RESULTS.md, which no hand writes."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

RESULTS = Path(__file__).with_name("RESULTS.md")
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Options:
    """How a proof is to be run. `only` names one part of it, while its author is at it."""

    long: bool
    places: int
    write: bool
    only: str
    seed: int
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, about: str | None) -> Options:
        parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--long", action="store_true", help="every place, every kind")
        parser.add_argument("--places", type=int, default=0, help="about so many places")
        parser.add_argument("--write", action="store_true", help="write the figures into proofs/RESULTS.md")
        parser.add_argument("--only", default="", help="parts whose name has this in it")
        parser.add_argument("--seed", type=int, default=1)
        given = parser.parse_args()
        return cls(given.long, given.places, given.write, given.only, given.seed)

    def some_of(self, everything: Sequence[T], share: float, least: int) -> list[T]:
        """That share of them, evenly, and no fewer than `least`; other ones with another seed, all in a long run."""
        count = max(least, round(len(everything) * share))
        if self.long or len(everything) <= count:
            return list(everything)
        step = len(everything) / count
        first = (self.seed * 0.618) % 1 * step
        return [everything[int(first + step * each)] for each in range(count)]


def finish(
    options: Options,
    name: str,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    wrong: Sequence[str],
    *,
    how: str,
) -> int:
    """Says what was wrong, writes the figures if asked to; the exit code."""
    for each in wrong[:MOST_SHOWN]:
        print(f"WRONG: {each}", file=sys.stderr)
    if len(wrong) > MOST_SHOWN:
        print(f"... and {len(wrong) - MOST_SHOWN} more", file=sys.stderr)
    seconds = time.monotonic() - options.began
    print(f"{name}: {'FAILED' if wrong else 'holds'}, {seconds:.0f} s")
    if options.write and not wrong:
        _write(name, _section(options, name, head, rows, how, seconds))
    return 1 if wrong else 0


def _section(
    options: Options, name: str, head: Sequence[str], rows: Sequence[Sequence[object]], how: str, seconds: float
) -> str:
    size = " --long" if options.long else f" --places {options.places}" if options.places else ""
    command = f"python -m proofs.{name}{size}"
    where = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors"
    said = f"`{command}`, {datetime.now(UTC):%Y-%m-%d}, {seconds:.0f} s, {where}; {how}."
    numbers = [all(isinstance(row[place], int) for row in rows) for place in range(len(head))]
    line = "|" + "|".join("--:" if each else "---" for each in numbers) + "|"
    table = [_row(head), line, *map(_row, rows)]
    if len(rows) > 1:
        sums = [sum(int(str(row[place])) for row in rows) if numbers[place] else "" for place in range(len(head))]
        table.append(
            _row(
                [
                    f"**{each:,}**" if isinstance(each, int) else "**together**" if not place else ""
                    for place, each in enumerate(sums)
                ]
            )
        )
    return "\n".join([said, "", *table])


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(f"{each:,}" if isinstance(each, int) else str(each) for each in cells) + " |"


def _write(name: str, section: str) -> None:
    text = RESULTS.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    new, count = re.subn(f"{begin}.*?{end}", lambda _: f"{begin}\n{section}\n{end}", text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{RESULTS.name} has no place for {name}")
    RESULTS.write_text(new, encoding="utf-8")

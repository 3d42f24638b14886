"""What happened to every account in the four weeks, an account a line: tests/data/four_weeks.txt.

python -m tests.weeks.table --write      makes it anew; look at what changed
python -m tests.weeks.table              prints it
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from plots import OPTS_OUT, SAYINGS, WAITS, Plot
from pms import Kind
from tests.weeks.facts import Delivered, Did, Ended, Exported, Fact, Keyed, Posted, Said, Standing
from tests.weeks.living import Lived, live
from tests.weeks.model import STEP_NAMES, Judgement, Wrong, judged
from weeks import FIRST_DAY

PATH = Path(__file__).parents[1] / "data" / "four_weeks.txt"
#: The weeks that the table is of: a ledger without a column of visits, so that the types of entries decide.
SEED, KIND = 1, Kind.LEDGER_WITHOUT_VISITS

_DAY = "{:>3}  {:<10}  {:>4}  {:>8}  {:>9}  {:>10}  {:>7}  {:>7}  {:<30}"
_ACCOUNT = "{:<6}  {:<48}  {:<45}  {}"


def table(lived: Lived, judgement: Judgement) -> str:
    """The days, then the accounts by their first id."""
    facts = lived.facts
    lines = [
        "Four weeks of an invented practice, as `python -m tests.weeks.table --write` lived through them.",
        "",
        *_totals(facts, judgement),
        "",
        *_days(facts),
        "",
        "By account: what its people do whatever dipay does, where the account stands at the end, and on which day what",
        "happened. Days count from 1. What the model of right and wrong forbids has a ! and why.",
        "",
        _ACCOUNT.format("first", "its story", "at the end", "day by day").rstrip(),
        *_accounts(lived, judgement),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _totals(facts: list[Fact], judgement: Judgement) -> Iterator[str]:
    posts = [each for each in facts if isinstance(each, Posted)]
    taken = [each for each in posts if each.kept]
    failed = Counter(each.code for each in facts if isinstance(each, Delivered) and each.code)
    replies = Counter(each.kind for each in facts if isinstance(each, Said))
    yield f"texts handed to the provider  {len(posts)}, of which it took {len(taken)}"
    yield f"  by step                     {_counts(Counter(STEP_NAMES[each.step] for each in taken))}"
    yield f"  that reached nobody         {_counts(failed)}"
    yield f"replies                       {_counts({kind: replies[kind] for kind in SAYINGS if replies[kind]})}"
    yield f"due to accounts that are clear  {judgement.due}"
    wrong = {each.value: len(judgement.found[each]) for each in Wrong if each in judgement.found}
    yield "against the model             " + ("nothing" if not wrong else "")
    yield from (f"  {count:>3}  {words}" for words, count in wrong.items())


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def _days(facts: list[Fact]) -> Iterator[str]:
    yield _DAY.format("day", "", "exit", "requests", "reminders", "sent again", "replies", "waiting", "")
    for number, day in enumerate(sorted({each.day for each in facts if isinstance(each, Ended)}), 1):
        of_day = [each for each in facts if not isinstance(each, Delivered | Exported) and each.day == day]
        sent = [each for each in of_day if isinstance(each, Posted) and each.kept]
        run = next(each for each in of_day if isinstance(each, Ended) and each.command == "send")
        said = [each for each in of_day if isinstance(each, Said)]
        synced = any(isinstance(each, Ended) and each.command == "sync" for each in of_day)
        why = run.run.value if run.exit_code not in (0, 1) or run.run.value == "Sunday" else ""
        words = ", ".join(filter(None, (why, "sync" if synced else "")))
        yield _DAY.format(
            number, f"{day:%a %d %b}", run.exit_code,
            sum(each.step == 0 and not each.by_staff for each in sent),
            sum(each.step > 0 and not each.by_staff for each in sent),
            sum(each.by_staff for each in sent), len(said), sum(each.kind in WAITS for each in said), words,
        )  # fmt: skip


def _accounts(lived: Lived, judgement: Judgement) -> Iterator[str]:
    accounts: dict[int, dict[str, None]] = defaultdict(dict)
    for fact in lived.facts:
        if isinstance(fact, Exported):
            for each in fact.accounts.values():
                accounts[each.people][each.guarantor_id] = None
    ends = {each.account: _end(each) for each in lived.standings}
    happened = _happened(lived, judgement)
    for people, ids in sorted(accounts.items(), key=lambda each: int(next(iter(each[1])))):
        first = next(iter(ids))
        at_the_end = [ends[each] if each == first else f"{each} {ends[each]}" for each in ids if each in ends]
        plot = lived.weeks.plots[people]
        yield _ACCOUNT.format(first, plot.story, "; ".join(at_the_end), "; ".join(happened[people]))


def _end(standing: Standing) -> str:
    more = [code for code in standing.reasons if code != "active-campaign"][:2]
    return ", ".join((standing.view, *more))


def _happened(lived: Lived, judgement: Judgement) -> Mapping[int, list[str]]:
    """What happened to these people, in its order, each with its day."""
    codes = {each.message: each.code for each in lived.facts if isinstance(each, Delivered)}
    first_ids: dict[int, str] = {}
    told: dict[int, list[str]] = defaultdict(list)
    tried: set[tuple[int, tuple[str, ...]]] = set()
    for fact in lived.facts:
        match fact:
            case Posted():
                as_ = "" if first_ids.setdefault(fact.people, fact.account) == fact.account else f" as {fact.account}"
                words = _posted(fact, as_, codes.get(fact.message, ""), judgement.texts[fact.message])
            case Said():
                words = _said(fact, lived.weeks.plots[fact.people])
            case Keyed():
                words = fact.words
            case Did():
                if not fact.worked and (fact.people, fact.command) in tried:
                    continue
                tried.add((fact.people, fact.command))
                words = f"staff: {' '.join(fact.command)}{'' if fact.worked else ' (refused)'}"
            case _:
                continue
        told[fact.people].append(f"{_number(fact.day)} {words}")
    return told


def _number(day: date) -> int:
    return (day - FIRST_DAY).days + 1


def _posted(post: Posted, as_: str, code: str, wrong: Iterable[Wrong]) -> str:
    became = (
        f", refused {post.refused}" if post.refused
        else f", failed {code}" if code
        else ", never got out" if not post.kept
        else ""
    )  # fmt: skip
    again = "again: " if post.by_staff else ""
    forbidden = " and ".join(sorted(each.value for each in wrong))
    return f"{again}{STEP_NAMES[post.step]} {post.amount}{as_}{became}" + (f" ! {forbidden}" if forbidden else "")


def _said(reply: Said, plot: Plot) -> str:
    strangers = {said.number for said in plot.said if said.number}
    who = "another phone says" if reply.number in strangers else "says"
    note = " (opts out)" if reply.kind in OPTS_OUT else ""
    return f'{who} "{reply.words.strip()}"{note}'


def made_anew() -> str:
    """The table of the weeks lived through now."""
    with tempfile.TemporaryDirectory() as folder:
        lived = live(Path(folder), SEED, KIND)
    return table(lived, judged(lived))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {PATH.name}")
    write = parser.parse_args().write
    text = made_anew()
    if write:
        PATH.write_text(text, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()

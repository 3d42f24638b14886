"""Eight processes at once that send, sync, re-send and opt people out, on one state file.

    python -m proofs.eight                a round of each kind
    python -m proofs.eight --long         twenty of each
    python -m proofs.eight --places 9     so many, a third of each kind
    ... --write                           and writes the figures into proofs/RESULTS.md

Two thirds of the rounds go without the lock that lets one sender in at a time: then only the claims stand between them;
and half of these have links of a processor's, which some pay meanwhile. In each round everybody gets the first message and
a week later the second, once, unless they are to get none.
"""

from __future__ import annotations

import random
import sys
from collections import Counter

from tests.messaging.behaviours import Behaviour, accept
from tests.messaging.double import Call

from proofs.results import Options, finish
from proofs.stage import Stage, stage

ROUNDS, ROUNDS_LONG = 3, 60
SIZE = 24
STOPPED, ASKING, NOT_REACHED, STAFF_STOPS, PAYING = "1", "2", ("3", "4"), "5", "6"
#: Done; nothing to do for it any more; another one sends.
MAY_END_WITH = (0, 1, 2, 5)

FIRST = [*[("send", "--yes")] * 6, ("sync",), ("sync",)]
RESENDS = [
    ("resend", account, "--phone", f"207-555-{number}")
    for account, number in (("3", "0197"), ("3", "0198"), ("4", "0199"))
]
SECOND = [*[("send", "--yes")] * 3, ("sync",), ("optout", STAFF_STOPS, "--yes"), *RESENDS]


#: Whether it goes without the senders' lock, and with links of a processor's.
KINDS = (
    ("as it is", False, False),
    ("without the senders' lock", True, False),
    ("without the lock, with links of a processor's", True, True),
)


def play(there: Stage, chance: random.Random, *, without_lock: bool, links: bool) -> tuple[list[str], Counter[str]]:
    """What was wrong in one round, and what was done in it."""
    counts: Counter[str] = Counter()
    if links:
        there.take_links()

    def at_once(commands: list[tuple[str, ...]]) -> list[str]:
        ended = there.run_all(chance.sample(commands, len(commands)), without_lock=without_lock)
        counts["processes"] += len(commands)
        counts["said another one sends"] += sum("is sending" in each.stderr for each in ended)
        return [
            f"ended with {each.exit_code}: {each.stderr[:200]}" for each in ended if each.exit_code not in MAY_END_WITH
        ] + there.wrong()

    wrong = at_once(FIRST)
    there.run("send", "--yes")
    got = Counter(account for account, _, _ in there.got().elements())
    wrong += [f"account {account} got {got[account]} texts" for account in accounts() if got[account] != 1]
    there.later(hours=2)
    there.double.incoming(there.practice.number(STOPPED), "STOP", at=there.now)
    there.double.incoming(there.practice.number(ASKING), "what is this?", at=there.now)
    for message, account, _, _ in list(there.sent()):
        there.double.settle(message.sid, *(("undelivered", 30005) if account in NOT_REACHED else ("delivered",)))
    there.run("sync")
    there.later(days=7)
    if links:
        there.processor.pay(there.link_of(PAYING).link_id)
    wrong += at_once(SECOND)
    # Who was told that another one sends tries again.
    for command in (*RESENDS, ("send", "--yes")):
        there.run(*command)
    wrong += there.wrong()
    steps = Counter((account, step) for account, _, step in there.got().elements())
    for account in accounts():
        second = steps[account, 1]
        silent = account in (STOPPED, ASKING, *NOT_REACHED) or (links and account == PAYING)
        if second > 1 or (second == 0 and not silent and account != STAFF_STOPS) or (second and silent):
            wrong.append(f"account {account} got the second message {second} times")
        if steps[account, 0] != 1:
            wrong.append(f"account {account} got the first message {steps[account, 0]} times")
    counts["texts"] += steps.total()
    counts["refused or skipped"] += len(there.double.posts) - len(list(there.sent()))
    return wrong, counts


def accounts() -> list[str]:
    return [str(each) for each in range(1, SIZE + 1)]


def slow(chance: random.Random) -> Behaviour:
    """The provider takes its time, so that processes overtake each other."""

    def act(call: Call) -> None:
        call.double.pause(chance.random() * 0.02)
        accept()(call)

    return act


def main() -> int:
    options = Options.of(__doc__)
    rounds, rows, wrong = options.places or (ROUNDS_LONG if options.long else ROUNDS), [], []
    with stage(size=SIZE) as there:
        chance = random.Random(options.seed)
        for account in accounts():
            there.double.script(slow(chance), to=there.practice.number(account))
        blank = there.keep()
        for name, without_lock, links in KINDS:
            counts: Counter[str] = Counter()
            bad = 0
            for number in range(rounds // len(KINDS)):
                there.restore(blank)
                found, done = play(there, chance, without_lock=without_lock, links=links)
                wrong += [f"round {number + 1}, {name}: {each}" for each in found]
                bad += bool(found)
                counts += done
            rows.append((name, rounds // len(KINDS), counts["processes"], counts["texts"], bad))
            print(*rows[-1], flush=True)
    head = ("senders", "rounds", "processes", "texts", "rounds with anybody texted twice or wrongly")
    return finish(options, "eight", head, rows, wrong, how=f"{SIZE} accounts a round")


if __name__ == "__main__":
    sys.exit(main())

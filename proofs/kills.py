"""A process is killed at every call that writes to the disk or speaks to the provider or the processor, and half-way through
each.

    python -m proofs.kills                  some of the places, evenly
    python -m proofs.kills --places 1000    more of them
    python -m proofs.kills --long           every one, in hours
    ... --write                             and writes the figures into proofs/RESULTS.md

After each kill people go on: sync, settle what is in doubt, give the command again, and two weeks of `send --yes`. Then
everybody has got what they get without a mishap, nobody anything twice, the state is whole, and no reply, opt-out, payment
or decision that was answered for is lost. Of the processor's links each request has one, and only those can be paid whose
text went out and that nothing speaks against. What was left half written is gone after the next command that writes.
"""

from __future__ import annotations

import sys

from proofs.results import Options, finish
from proofs.scenarios import KILLED_AT, SCENARIOS, SIZE, Played, decided, play, set_up, to_the_end
from proofs.stage import Do, NoInterposing, Spoil, Stage, stage

#: Of about so many places, a short run tries so many, and of each command no fewer than the last.
ALL_PLACES, PLACES, LEAST = 12_500, 40, 3
KILLED = -9


def places(played: Played) -> list[Spoil]:
    """Before every call, and half-way through each that moves bytes."""
    found = []
    for number, (name, _) in enumerate(played.calls, start=1):
        found.append(Spoil(KILLED_AT, number, Do.KILL))
        if name in ("write", "pwrite", "send"):
            found.append(Spoil(KILLED_AT, number, Do.KILL_HALFWAY))
    return found


def kill_at(there: Stage, played: Played, spoil: Spoil) -> tuple[list[str], bool]:
    """What went wrong, and whether anything half written was left behind until the next command."""
    there.restore(played.moment)
    killed = there.run(*played.scenario.command, spoil=spoil)
    if killed.exit_code != KILLED:
        return [f"was not killed but ended with {killed.exit_code}"], False
    left_behind = bool(there.half_written())
    found = to_the_end(there, played.scenario)
    found += there.wrong()
    if there.got() != played.end:
        found.append(f"people got something else: {there.got() - played.end} more, {played.end - there.got()} less")
    if decided(there) != played.decided:
        found.append(f"something else is decided: {decided(there)} in place of {played.decided}")
    return found, left_behind


def main() -> int:
    options = Options.of(__doc__)
    rows, wrong = [], []
    try:
        with stage(interposed=True, size=SIZE) as there:
            blank = set_up(there)
            for scenario in [each for each in SCENARIOS if options.only in each.name]:
                played = play(there, scenario, blank, KILLED_AT)
                chosen = options.some_of(places(played), (options.places or PLACES) / ALL_PLACES, LEAST)
                bad_places = left_behind = 0
                for spoil in chosen:
                    bad, left = kill_at(there, played, spoil)
                    left_behind += left
                    bad_places += bool(bad)
                    where = f"{scenario.name}, {spoil.do.name} at {spoil.call} ({played.calls[spoil.call - 1][0]})"
                    wrong += [f"{where}: {each}" for each in bad]
                rows.append((scenario.name, len(played.calls), len(chosen), bad_places, left_behind))
                print(*rows[-1], flush=True)
    except NoInterposing:
        print("skipped: no C compiler here, or no Linux")
        return 0
    head = ("command", "calls", "killed at", "of these wrong", "half a copy left until the next command")
    return finish(options, "kills", head, rows, wrong, how="`proofs/interpose.c` between dipay and the system")


if __name__ == "__main__":
    sys.exit(main())

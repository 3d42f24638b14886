"""A call on a file fails, once or from then on (EIO, ENOSPC; EACCES, ESTALE, EDQUOT, EROFS); a call to the provider or the
processor fails (ECONNRESET, ETIMEDOUT).

    python -m proofs.faults                 some of the places, evenly
    python -m proofs.faults --places 1000   more of them
    python -m proofs.faults --long          every one, in days
    ... --write                             and writes the figures into proofs/RESULTS.md

The command ends with words and a code of its own (never "a mistake in dipay"), and one that says that it did its work has
done all of it. After every fourth of the places (in a long run after each) people go on as after a kill, and everything is
as if nothing had failed.
"""

from __future__ import annotations

import errno
import sys
from collections import Counter
from dataclasses import dataclass

from proofs.results import Options, finish
from proofs.scenarios import DONE, EVERY_CALL, SCENARIOS, SIZE, Played, decided, play, set_up, to_the_end
from proofs.stage import Do, Ended, Kind, NoInterposing, Spoil, Stage, stage

#: Of about so many places, a short run tries so many, and of each command no fewer than the last on the disk and on the
#: line to the provider.
ALL_PLACES, PLACES, LEAST = 145_000, 60, 2
#: After one of so many people go on, which takes six times as long as the command.
GONE_ON = 4
#: 70 is dipay's own mistake. 2 is for settings, which can be what can't be read.
CODES = (*DONE, 2, 3, 4, 5, 74)


@dataclass(frozen=True, slots=True)
class Fault:
    error: int
    persistent: bool
    kinds: int

    @property
    def name(self) -> str:
        return f"{errno.errorcode[self.error]}{', from then on' if self.persistent else ''}"


FAULTS = (
    *(Fault(errno.EIO, lasts, Kind.READS | Kind.WRITES) for lasts in (False, True)),
    *(Fault(errno.ENOSPC, lasts, Kind.WRITES) for lasts in (False, True)),
    *(Fault(error, False, Kind.READS | Kind.WRITES) for error in (errno.EACCES, errno.ESTALE)),
    *(Fault(error, False, Kind.WRITES) for error in (errno.EDQUOT, errno.EROFS)),
    *(Fault(error, False, Kind.NETWORK) for error in (errno.ECONNRESET, errno.ETIMEDOUT)),
)


def places(played: Played) -> list[tuple[Fault, Spoil]]:
    """Every fault at every call that it can befall, in the order of the calls: a part of them has all faults."""
    found = []
    for fault in FAULTS:
        count = sum(bool(kind & fault.kinds) for _, kind in played.calls)
        found += [
            (fault, Spoil(fault.kinds, call, Do.FAIL, fault.error, fault.persistent)) for call in range(1, count + 1)
        ]
    return sorted(found, key=lambda each: each[1].call)


def chosen(options: Options, every: list[tuple[Fault, Spoil]]) -> list[tuple[Fault, Spoil]]:
    """Some of the places: on the disk and, since these are few, on the line to the provider for themselves."""
    share = (options.places or PLACES) / ALL_PLACES
    on_line = [each for each in every if each[0].kinds & Kind.NETWORK]
    on_disk = [each for each in every if not each[0].kinds & Kind.NETWORK]
    return [*options.some_of(on_disk, share, LEAST), *options.some_of(on_line, share, LEAST)]


def fail_at(there: Stage, played: Played, spoil: Spoil, *, go_on: bool) -> tuple[Ended, list[str]]:
    """How the command ended, and what was wrong with that and, where people went on, with all that followed."""
    there.restore(played.moment)
    ended = there.run(*played.scenario.command, spoil=spoil)
    found = []
    if ended.exit_code not in CODES:
        found.append(f"ended with {ended.exit_code}: {ended.stderr.strip()[-400:]}")
    elif ended.exit_code not in DONE and not ended.stderr.strip():
        found.append(f"ended with {ended.exit_code} and without a word")
    elif ended.exit_code in DONE and not spoil.kinds & Kind.NETWORK and there.got() != played.soon:
        found.append(f"ended with {ended.exit_code} and has not sent everything")
    if not go_on:
        return ended, found
    found += to_the_end(there, played.scenario)
    found += there.wrong()
    if there.got() != played.end:
        found.append(f"people got something else: {there.got() - played.end} more, {played.end - there.got()} less")
    if decided(there) != played.decided:
        found.append(f"something else is decided: {decided(there)} in place of {played.decided}")
    return ended, found


def main() -> int:
    options = Options.of(__doc__)
    rows, wrong = [], []
    by_fault: dict[str, Counter[str]] = {each.name: Counter() for each in FAULTS}
    try:
        with stage(interposed=True, size=SIZE) as there:
            blank = set_up(there)
            for scenario in [each for each in SCENARIOS if options.only in each.name]:
                played = play(there, scenario, blank, EVERY_CALL)
                for fault, spoil in chosen(options, places(played)):
                    go_on = options.long or sum(each["tried"] for each in by_fault.values()) % GONE_ON == 0
                    ended, bad = fail_at(there, played, spoil, go_on=go_on)
                    told = ["tried", f"exit {ended.exit_code}", *["gone on"] * go_on, *["wrong"] * bool(bad)]
                    by_fault[fault.name].update(told)
                    wrong += [f"{scenario.name}, {fault.name} at {spoil.call}: {each}" for each in bad]
                print(scenario.name, len(played.calls), len(wrong), flush=True)
    except NoInterposing:
        print("skipped: no C compiler here, or no Linux")
        return 0
    for name, counts in by_fault.items():
        went_on = counts["exit 0"] + counts["exit 1"]
        stopped = tuple(counts[f"exit {code}"] for code in (2, 3, 4, 5, 74))
        rows.append((name, counts["tried"], went_on, *stopped, counts["gone on"], counts["wrong"]))
    head = (
        "fault", "tried", "did its work", "settings (2)", "exports (3)", "provider (4)", "state (5)", "answer (74)",
        "people went on", "wrong",
    )  # fmt: skip
    how = f"{len(SCENARIOS)} commands; `proofs/interpose.c` between dipay and the system"
    return finish(options, "faults", head, rows, wrong, how=how)


if __name__ == "__main__":
    sys.exit(main())

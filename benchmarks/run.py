"""Measures dipay against the yardsticks, as whole processes in turn, and prints one table of medians and ratios.

python benchmarks/run.py [--folder FOLDER] [--only PART,PART] [--runs N] [--sends N] [--write]

The parts: start, S, M, L, X, stages, growth, messages, sends, review.
FOLDER keeps the generated practices (about 3 GB with all of them) from one time to the next. --write puts what was
measured into RESULTS.md, above what is written there by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT / "src")]

from make_data import AS_OF, make, make_with_messages  # noqa: E402

RESULTS = HERE / "RESULTS.md"
BY_HAND = "## What to make of it\n"
PYTHON = sys.executable
DIPAY = [PYTHON, "-m", "dipay"]
BUCKETS = ("days_0_30", "days_31_60", "days_61_90", "over_90")
VERSIONS = ("typer", "pyarrow", "numpy", "pandas", "openpyxl", "duckdb", "polars", "fastexcel", "textual")
#: As an installed program is run: compiled once.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT["PYTHONPATH"] = str(ROOT / "src")
MOST_MB = 450
#: The least that any command of a Typer program takes.
EMPTY_COMMAND = "app = typer.Typer(); app.command()(lambda name: None); app(['x'])"


@dataclass(frozen=True)
class Measured:
    """One run of a command."""

    seconds: float
    megabytes: float


def once(command: list[str]) -> Measured:
    """One run as a whole process; what it prints is thrown away."""
    with Path(os.devnull).open("wb") as nowhere:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Measured(seconds, usage.ru_maxrss / 1024)


def in_turn(commands: list[list[str]], runs: int) -> list[list[Measured]]:
    """Each command so many times, one after the other in turn, after one round that does not count."""
    rounds = [[once(command) for command in commands] for _ in range(runs + 1)][1:]
    return [list(each) for each in zip(*rounds, strict=True)]


def median_seconds(runs: list[Measured]) -> float:
    return statistics.median(each.seconds for each in runs)


def median_ratio(ours: list[Measured], theirs: list[Measured]) -> float:
    """The median of the ratios of each round: a machine that slows down in the middle slows both."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))


def peak(runs: list[Measured]) -> float:
    return max(each.megabytes for each in runs)


@dataclass
class Report:
    """Lines of Markdown, printed as they come."""

    lines: list[str] = field(default_factory=list)

    def say(self, *lines: str) -> None:
        self.lines += lines
        print(*lines, sep="\n", flush=True)

    def table(self, *captions: str) -> None:
        self.say("", _row(captions), _row(["---"] * len(captions)))

    def row(self, *cells: str) -> None:
        self.say(_row(cells))

    def pair(
        self,
        what: str,
        ours: list[Measured],
        other: str,
        theirs: list[Measured],
        goal: float | None = None,
        *,
        is_peer: bool = False,
    ) -> None:
        """One command against another; where that is a peer and the faster one, this is said."""
        ratio = median_ratio(ours, theirs)
        words, verdict = _judged(ratio, goal, f"≤ {goal}")
        ahead = f"{other} is ahead" if is_peer and ratio > 1 else ""
        self.row(
            what, f"{median_seconds(ours):.2f}", f"{peak(ours):.0f}", other, f"{median_seconds(theirs):.2f}",
            f"{peak(theirs):.0f}", f"{ratio:.2f}", words, "; ".join(filter(None, (verdict, ahead))),
        )  # fmt: skip

    def not_run(self, what: str, ours: list[Measured], other: str, why: str) -> None:
        """A command that another could not be held against."""
        self.row(what, f"{median_seconds(ours):.2f}", f"{peak(ours):.0f}", other, "", "", "", "", why)

    def value(self, what: str, words: str, *goal: str) -> None:
        """A figure that is no ratio."""
        self.row(what, words, *(goal or ("", "")))


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _judged(found: float, goal: float | None, words: str) -> tuple[str, str]:
    """The goal in words, and whether it was reached; for what has no goal, nothing."""
    return (words, "reached" if found <= goal else "missed") if goal is not None else ("", "")


def pairs_table(report: Report) -> None:
    report.table("what", "s", "MB", "against", "s", "MB", "ratio", "goal", "")


def dipay_list(folder: Path, *more: str) -> list[str]:
    return [*DIPAY, "list", "--json", "-c", str(folder / "config.yaml"), "--as-of", AS_OF, *more]


def yardstick(name: str, folder: Path) -> list[str]:
    if name == FLOOR:
        return ["wc", "-l", str(folder / "ledger.csv")]
    return [PYTHON, str(HERE / f"yardstick_{name}.py"), str(folder), AS_OF]


def answer(command: list[str]) -> dict[str, Any]:
    """What a command answers in JSON."""
    found = subprocess.run(command, check=False, stdout=subprocess.PIPE, env=ENVIRONMENT)
    return dict(json.loads(found.stdout))


def check(folder: Path, yardsticks: list[str]) -> None:
    """The yardsticks' answers must be dipay's: who owes enough for long enough, how much, and how old it is."""
    found = answer(dipay_list(folder, "--view", "all"))["data"]["accounts"]
    asked = [each for each in found if not {"below-minimum", "aging"} & {reason["code"] for reason in each["reasons"]}]
    ours = {
        each["guarantor_id"]: (each["patient_portion_cents"], *(each["aging"][name] for name in BUCKETS))
        for each in asked
    }
    for name in yardsticks:
        accounts = answer(yardstick(name, folder))["accounts"]
        theirs = {
            str(each["guarantor_id"]): (each["patient_portion_cents"], *(each[bucket] for bucket in BUCKETS))
            for each in accounts
        }
        if ours != theirs:
            wrong = [each for each in ours.keys() | theirs.keys() if ours.get(each) != theirs.get(each)]
            raise SystemExit(f"{folder.name}: {name} answers otherwise for {len(wrong)} accounts: {sorted(wrong)[:5]}")


FLOOR = "wc -l"
#: What `list --json` is held against on each size, with the goals.
LISTS: dict[str, dict[str, float | None]] = {
    "S": {"pandas": 0.45, "duckdb": 1.6, "polars": None, FLOOR: None},
    "M": {"pandas": 0.25, "duckdb": 1.5, "polars": None, FLOOR: None},
    "L": {"pandas": None, "duckdb": None, "polars": None, FLOOR: None},
    "X": {"pandas": 0.5, "duckdb": None, "polars": None},
}
#: The gigabytes a yardstick must find free, where it takes more than most computers have.
NEEDED_GB = {("L", "pandas"): 10}


def why_not(size: str, name: str) -> str:
    """Why a yardstick can't be run on that size here; nothing where it can."""
    if (size, name) == ("X", "duckdb"):
        return "not run: it reads workbooks by an extension that it fetches from the network"
    needed = NEEDED_GB.get((size, name), 0)
    return f"not run: it takes {needed} GB" if needed * 2**30 > _free_memory() else ""


def yardsticks_on(size: str) -> list[str]:
    """What `list` is held against on that size here."""
    return [name for name in LISTS[size] if not why_not(size, name)]


def _free_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")


@dataclass(frozen=True)
class Bench:
    """What was asked for on the command line, and where the measured goes."""

    folder: Path
    runs: int
    sends: int
    report: Report

    def start(self) -> None:
        """Commands that do little, against an interpreter that imports what they cannot do without."""
        with_messages = make_with_messages(self.folder, "S", 200)
        config = ["-c", str(with_messages / "config.yaml")]
        with (with_messages / "patients.csv").open() as file:
            next(file)
            account = next(file).split(",")[0]
        typer, more = "import typer", "import typer, sqlite3, yaml"
        pairs_table(self.report)
        for what, ours, theirs, goal in (
            ("dipay --help", [*DIPAY, "--help"], typer, 1.5),
            ("dipay snooze", [*DIPAY, "snooze", account, "--days", "3", "--reason", "Other", *config], more, 2.0),
            ("dipay history", [*DIPAY, "history", "f7", *config], more, 2.0),
            ("a Typer command that does nothing", [PYTHON, "-c", f"{more}; {EMPTY_COMMAND}"], more, None),
        ):
            measured = in_turn([ours, [PYTHON, "-c", theirs]], 2 * self.runs + 1)
            self.report.pair(what, measured[0], theirs, measured[1], goal)

    def list_on(self, size: str) -> None:
        """`list --json` on one practice, against the yardsticks, once all answers are the same."""
        made = make(self.folder, size)
        # In a process of its own: what this one ever held would count as the peak of each that it starts.
        subprocess.run([PYTHON, __file__, "--folder", str(self.folder), "--check", size], check=True)
        names = yardsticks_on(size)
        commands = [dipay_list(made), *(yardstick(name, made) for name in names)]
        ours, *theirs = in_turn(commands, self.runs if size in "SM" else max(2, self.runs // 2))
        measured = dict(zip(names, theirs, strict=True))
        pairs_table(self.report)
        for name, goal in LISTS[size].items():
            if name in measured:
                self.report.pair(f"list on {size}", ours, name, measured[name], goal, is_peer=name != FLOOR)
            else:
                self.report.not_run(f"list on {size}", ours, name, why_not(size, name))
        if size == "L":
            self.report.table("what", "measured", "goal", "")
            words = f"≤ {MOST_MB} MB"
            self.report.value("list on L: peak memory", f"{peak(ours):.0f} MB", *_judged(peak(ours), MOST_MB, words))

    def stages(self) -> None:
        """Where the time goes on the smallest and the largest practice."""
        for size in ("S", "L"):
            made = make(self.folder, size)
            runs = [answer([PYTHON, str(HERE / "stages.py"), str(made), AS_OF])["stages"] for _ in range(3)]
            self.report.table(f"list on {size}, stage by stage", "s", "of both processors, s")
            for each in zip(*runs, strict=True):
                seconds, cpu = (statistics.median(run[what] for run in each) for what in ("seconds", "cpu_seconds"))
                self.report.row(each[0]["stage"], f"{seconds:.2f}", f"{cpu:.2f}")

    def growth(self) -> None:
        """Four sizes: the cost in proportion to the input; and one with three times the rows of the same accounts."""
        start = median_seconds(in_turn([[*DIPAY, "--help"]], self.runs)[0])
        self.report.table("list on", "ledger rows", "patients", "s", "s a million rows, without the start", "MB")
        for size in ("S", "M", "M3", "M4", "L"):
            made = make(self.folder, size)
            rows, patients = (_count_lines(made / name) - 1 for name in ("ledger.csv", "patients.csv"))
            (ours,) = in_turn([dipay_list(made)], max(2, self.runs // 2))
            each = (median_seconds(ours) - start) / rows * 1e6
            self.report.row(
                size, f"{rows:,}", f"{patients:,}", f"{median_seconds(ours):.2f}", f"{each:.2f}", f"{peak(ours):.0f}"
            )

    def messages(self) -> None:
        """A state file with a million messages, against the same practice without one."""
        plain, filled = make(self.folder, "M"), make_with_messages(self.folder, "M", 1_000_000)
        ours, theirs = in_turn([dipay_list(filled), dipay_list(plain)], 2 * self.runs)
        pairs_table(self.report)
        self.report.pair("list on M, 1,000,000 messages", ours, "without them", theirs, 1.1)

    def send(self) -> None:
        """Messages to a provider on this computer that answers at once."""
        found = answer([PYTHON, str(HERE / "sends.py"), str(self.sends)])
        rate = found["messages"] / found["seconds"]
        self.report.table("what", "measured", "goal", "")
        words = f"{rate:.0f} a second, {found['commits']:.0f} durable commits each"
        self.report.value(f"{found['messages']:,} sends", words)
        bare = found["bare_seconds"] / found["seconds"]
        words = f"{found['messages'] / found['bare_seconds']:.0f} a second: {bare:.0%} of the time of a send"
        self.report.value("two such commits and a call, and nothing else", words)
        grown = found["mb_after"] - found["mb_before"]
        words = f"{found['mb_before']} MB at the first message, {found['mb_after']} MB at the last"
        self.report.value("their memory", words, *_judged(grown, 5, "flat"))

    def review(self) -> None:
        """The interactive table in a terminal of its own, with 20,000 rows."""
        found = answer([PYTHON, str(HERE / "review.py"), str(make(self.folder, "R")), str(10 * self.runs)])
        first, there = found["first_paint_s"], found["rows_s"]
        keys = {"moves": "move", "is searched for": "search", "ticks a row, saved": "tick", "snoozes, saved": "snooze"}
        rows = f"review of {found['pending']:,} pending rows"
        self.report.table("what", "measured", "goal", "")
        self.report.value(f"{rows}: first paint", f"{first:.2f} s", *_judged(first, 1, "≤ 1 s"))
        self.report.value("the rows are there", f"{there:.2f} s", *_judged(there, 1.5, "≤ 1.5 s"))
        for what, name in keys.items():
            p95 = found[f"{name}_ms_p95"]
            self.report.value(f"a key that {what}, to the screen, p95", f"{p95:.0f} ms", *_judged(p95, 50, "≤ 50 ms"))

    def parts(self) -> dict[str, Callable[[], None]]:
        """All that can be measured, by name, in order."""
        lists = {size: lambda size=size: self.list_on(size) for size in LISTS}
        return {
            "start": self.start, **lists, "stages": self.stages, "growth": self.growth, "messages": self.messages,
            "sends": self.send, "review": self.review,
        }  # fmt: skip


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _machine() -> str:
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{len(os.sched_getaffinity(0))} processors ({model}), {memory:.0f} GB, {platform.system()}"


def _write(report: Report) -> None:
    """RESULTS.md anew, but for what is written in it by hand."""
    before = RESULTS.read_text() if RESULTS.exists() else ""
    by_hand = before[before.index(BY_HAND) :] if BY_HAND in before else BY_HAND
    RESULTS.write_text("\n".join([*report.lines, "", by_hand.rstrip(), ""]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "dipay-benchmarks")
    parser.add_argument("--only", help="the parts wanted, by comma; without it all of them")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command (5)")
    parser.add_argument("--sends", type=int, default=20_000, help="messages to send (20,000)")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    parser.add_argument("--check", metavar="SIZE", help="only whether all answers on that size are the same")
    chosen = parser.parse_args()
    if chosen.check:
        check(make(chosen.folder, chosen.check), [name for name in yardsticks_on(chosen.check) if name != FLOOR])
        return
    report = Report()
    bench = Bench(chosen.folder, chosen.runs, chosen.sends, report)
    parts = bench.parts()
    wanted = chosen.only.split(",") if chosen.only else list(parts)
    if unknown := set(wanted) - parts.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    report.say(
        "# What was measured",
        "",
        "Written by `benchmarks/run.py`; `benchmarks/README.md` says how. Ratios are medians of pairs run in turn.",
        "Seconds are medians, megabytes the most of any run, of whole processes; elsewhere they are others.",
        "",
        f"{_machine()}; {chosen.runs} runs. Python {platform.python_version()},",
        f"{', '.join(f'{name} {version(name)}' for name in VERSIONS)}.",
    )
    for name in wanted:
        parts[name]()
    if chosen.write:
        _write(report)


if __name__ == "__main__":
    main()

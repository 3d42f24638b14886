"""Measures dipay against the yardsticks, as whole processes in turn, and prints one table of medians and ratios.

python benchmarks/run.py FOLDER [--only start,S,M,L,X,growth,messages,sends,review] [--runs N] > benchmarks/RESULTS.md

FOLDER keeps the generated practices (about 2 GB with L) from one time to the next.
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
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT / "src")]

from make_data import AS_OF, make, make_with_messages  # noqa: E402

PYTHON = sys.executable
DIPAY = [PYTHON, "-m", "dipay"]
BUCKETS = ("days_0_30", "days_31_60", "days_61_90", "over_90")
#: As an installed program is run: compiled once.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT["PYTHONPATH"] = str(ROOT / "src")
PARTS = ("start", "S", "M", "L", "X", "growth", "messages", "sends", "review")


@dataclass
class Measured:
    seconds: float
    megabytes: float


def once(command: list[str]) -> Measured:
    """One run as a whole process, its output read away by the system."""
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
    """Each command as often as asked for, one after the other in turn, after one round that does not count."""
    rounds = [[once(command) for command in commands] for _ in range(runs + 1)][1:]
    return [list(each) for each in zip(*rounds, strict=True)]


class Table:
    def __init__(self) -> None:
        print("| what | median s | peak MB | against | its median s | ratio | goal |")
        print("|---|---|---|---|---|---|---|")

    def pair(self, what: str, ours: list[Measured], other: str, theirs: list[Measured], goal: float | None) -> None:
        ratio = statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))
        reached = "" if goal is None else f"≤ {goal} {'reached' if ratio <= goal else 'missed'}"
        print(
            f"| {what} | {_median(ours):.2f} | {max(each.megabytes for each in ours):.0f} | {other} "
            f"| {_median(theirs):.2f} | {ratio:.2f} | {reached} |",
            flush=True,
        )

    def line(self, what: str, value: str, goal: str) -> None:
        print(f"| {what} | {value} | | | | | {goal} |", flush=True)


def _median(runs: list[Measured]) -> float:
    return statistics.median(each.seconds for each in runs)


def dipay_list(folder: Path, *more: str) -> list[str]:
    return [*DIPAY, "list", "--json", "-c", str(folder / "config.yaml"), "--as-of", AS_OF, *more]


def yardstick(name: str, folder: Path) -> list[str]:
    return [PYTHON, str(HERE / f"yardstick_{name}.py"), str(folder), AS_OF]


def check(folder: Path, yardsticks: list[str]) -> None:
    """The yardsticks' answers must be dipay's: count, total and buckets of who owes enough for long enough."""

    def answer(command: list[str]) -> dict[str, object]:
        with tempfile.TemporaryFile() as file:
            subprocess.run(command, check=False, stdout=file, env=ENVIRONMENT)
            file.seek(0)
            return dict(json.load(file))

    found = answer(dipay_list(folder, "--view", "all"))["data"]["accounts"]  # type: ignore[index]
    asked = [each for each in found if not {"below-minimum", "aging"} & {reason["code"] for reason in each["reasons"]}]
    ours = {
        "count": len(asked),
        "total_cents": sum(each["patient_portion_cents"] for each in asked),
        **{name: sum(each["aging"][name] for each in asked) for name in BUCKETS},
    }
    for name in yardsticks:
        theirs = answer(yardstick(name, folder))
        if ours != {key: theirs[key] for key in ours}:
            raise SystemExit(f"{folder.name}: {name} answers otherwise: {theirs} and not {ours}")


def start(table: Table, folder: Path, runs: int) -> None:
    config = ["-c", str(make(folder, "S") / "config.yaml")]
    typer = [PYTHON, "-c", "import typer"]
    more = [PYTHON, "-c", "import typer, sqlite3, yaml"]
    account = _some_account(folder / "S")
    snooze = [*DIPAY, "snooze", account, "--days", "3", "--reason", "Other", *config]
    for what, ours, other, theirs, goal in (
        ("dipay --help", [*DIPAY, "--help"], "import typer", typer, 1.5),
        ("dipay snooze", snooze, "import typer, sqlite3, yaml", more, 2.0),
        ("dipay history", [*DIPAY, "history", *config], "import typer, sqlite3, yaml", more, 2.0),
    ):
        ours_runs, theirs_runs = in_turn([ours, theirs], runs)
        table.pair(what, ours_runs, other, theirs_runs, goal)
    for name in ("dipay.db", ".dipay-state-id"):
        (folder / "S" / name).unlink(missing_ok=True)


def _some_account(folder: Path) -> str:
    with (folder / "patients.csv").open() as file:
        next(file)
        return next(file).split(",")[0]


def listing(table: Table, folder: Path, size: str, runs: int) -> None:
    made = make(folder, size)
    # In a process of its own: what this one has ever held would count as the peak of each that it starts.
    subprocess.run([PYTHON, __file__, str(folder), "--check", size], check=True)
    goals: dict[str, dict[str, float | None]] = {
        "S": {"pandas": 0.45, "duckdb": 1.5, "polars": None},
        "M": {"pandas": 0.15, "duckdb": 0.7, "polars": None},
        "L": {"duckdb": 0.6, "polars": None},
        "X": {"pandas": 0.5},
    }
    yardsticks = goals[size]
    commands = [dipay_list(made), *(yardstick(name, made) for name in yardsticks)]
    if size != "X":
        commands.append(["wc", "-l", str(made / "ledger.csv")])
    ours, *theirs = in_turn(commands, runs)
    for (name, goal), measured in zip(yardsticks.items(), theirs, strict=False):
        table.pair(f"list --json on {size}", ours, name, measured, goal)
    if size != "X":
        table.pair(f"list --json on {size}", ours, "wc -l", theirs[-1], None)
    if size == "L":
        peak = max(each.megabytes for each in ours)
        table.line("peak memory on L", f"{peak:.0f} MB", f"≤ 450 MB {'reached' if peak <= 450 else 'missed'}")


def growth(table: Table, folder: Path, runs: int) -> None:
    """Seconds per million rows over four sizes, and memory where only the ledger grows."""
    for size in ("S", "M", "M4", "L"):
        made = make(folder, size)
        with (made / "ledger.csv").open("rb") as file:
            rows = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1
        (ours,) = in_turn([dipay_list(made)], runs)
        median, peak = _median(ours), max(each.megabytes for each in ours)
        per_million = (median - 0.4) / rows * 1e6
        table.line(
            f"{size}: {rows:,} rows", f"{median:.2f} s, {peak:.0f} MB", f"{per_million:.2f} s a million rows over 0.4 s"
        )


def messages(table: Table, folder: Path, runs: int) -> None:
    plain, filled = make(folder, "M"), make_with_messages(folder, "M")
    ours, theirs = in_turn([dipay_list(filled), dipay_list(plain)], runs)
    table.pair("list with 1,000,000 messages", ours, "without", theirs, 1.1)


def sends(table: Table, count: int) -> None:
    command = [PYTHON, str(HERE / "sends.py"), str(count)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT).stdout)
    rate = found["messages"] / found["seconds"]
    words = f"{rate:.0f} a second, {found['mb_before']} to {found['mb_after']} MB"
    table.line(f"{found['messages']:,} sends", words, f"≥ 150 a second {'reached' if rate >= 150 else 'missed'}")


def review(table: Table, folder: Path, keys: int) -> None:
    made = make(folder, "R")
    command = [PYTHON, str(HERE / "review.py"), str(made), str(keys)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT).stdout)
    first, p95 = found["first_paint_s"], max(found["move_ms_p95"], found["search_ms_p95"])
    reached = "reached" if first <= 1 else "missed"
    table.line("review, 20,000 pending: first paint", f"{first:.2f} s", f"≤ 1 s {reached}")
    table.line("review, 20,000 pending: rows", f"{found['rows_s']:.2f} s", "")
    words = f"{found['move_ms_p95']:.0f} ms moving, {found['search_ms_p95']:.0f} ms searching"
    table.line("review: a key to the screen, p95", words, f"≤ 50 ms {'reached' if p95 <= 50 else 'missed'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=",".join(PARTS), help="the parts wanted, by comma")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sends", type=int, default=20_000)
    parser.add_argument("--check", metavar="SIZE", help="only whether all answers on that size are the same")
    chosen = parser.parse_args()
    if chosen.check:
        all_yardsticks = ["pandas"] if chosen.check == "X" else ["duckdb", "polars"]
        check(make(chosen.folder, chosen.check), all_yardsticks + ["pandas"] * (chosen.check in ("S", "M")))
        return
    wanted = chosen.only.split(",")
    cpus = len(os.sched_getaffinity(0))
    print("# What was measured\n")
    print("Made by `benchmarks/run.py`; see `benchmarks/README.md`. Ratios are the medians of pairs, run in turn.")
    print(f"Python {platform.python_version()}, {cpus} processors; seconds differ from machine to machine.\n")
    table = Table()
    if "start" in wanted:
        start(table, chosen.folder, 2 * chosen.runs + 1)
    for size in ("S", "M", "L", "X"):
        if size in wanted:
            listing(table, chosen.folder, size, chosen.runs if size in "SM" else max(2, chosen.runs // 2))
    if "growth" in wanted:
        growth(table, chosen.folder, max(1, chosen.runs // 2))
    if "messages" in wanted:
        messages(table, chosen.folder, chosen.runs)
    if "sends" in wanted:
        sends(table, chosen.sends)
    if "review" in wanted:
        review(table, chosen.folder, 20 * chosen.runs)


if __name__ == "__main__":
    main()

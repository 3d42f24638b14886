"""The review with 20,000 pending rows in a terminal of its own: how soon there is a screen, how soon a key shows.

python review.py FOLDER KEYS    prints as JSON: seconds to the first screen and to its rows, milliseconds a key (p95)

A key shows when the terminal has got the last letters that it changes. So many keys move, so many search, so many tick
a row or take that back, and so many are the last of a snooze's dialog: what they change is saved by then, and said.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ROWS, COLUMNS = 40, 140
DOWN, PAGE_DOWN, ESCAPE, ENTER = b"\x1b[B", b"\x1b[6~", b"\x1b", b"\r"
MOVES = (DOWN, DOWN, PAGE_DOWN, DOWN, b"\x1b[A")
WORDS = "mar kin 207555 ber 1046 smi"
#: What is typed and drawn before the key that counts, and that key.
TICKS = ((DOWN, b" "), (b"", b"u"))
SNOOZES = ((b"s2w" + ENTER + ENTER, ENTER),)


def main(folder: Path, keys: int) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "dipay", "review", "-c", str(folder / "config.yaml")],
        stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(theirs)
    until(ours, b"Search")
    painted = time.perf_counter() - began
    until(ours, b"Ticked")
    rows = time.perf_counter() - began
    quiet(ours)
    moves = [shown_after(ours, MOVES[number % len(MOVES)]) for number in range(keys)]
    ticks = [changed_after(ours, *TICKS[number % len(TICKS)]) for number in range(keys)]
    snoozes = [changed_after(ours, *SNOOZES[number % len(SNOOZES)]) for number in range(keys)]
    for _ in snoozes:
        typed(ours, b"u")
    typed(ours, b"/")
    letters = [shown_after(ours, WORDS[number % len(WORDS)].encode()) for number in range(keys)]
    typed(ours, ESCAPE)
    os.write(ours, b"q")
    process.wait(30)
    print(
        json.dumps(
            {
                "pending": pending(folder),
                "first_paint_s": painted,
                "rows_s": rows,
                "move_ms_p95": p95(moves),
                "search_ms_p95": p95(letters),
                "tick_ms_p95": p95(ticks),
                "snooze_ms_p95": p95(snoozes),
            }
        )
    )


def p95(seconds: list[float]) -> float:
    """The milliseconds that 19 of 20 keys need at most."""
    return 1000 * statistics.quantiles(seconds, n=20)[-1]


def pending(folder: Path) -> int:
    """How many rows the review begins with."""
    command = [sys.executable, "-m", "dipay", "list", "--json", "-c", str(folder / "config.yaml")]
    listed = subprocess.run(command, check=False, stdout=subprocess.PIPE).stdout
    return int(json.loads(listed)["data"]["summary"]["pending"])


def until(terminal: int, words: bytes) -> None:
    seen = b""
    while words not in seen:
        seen += os.read(terminal, 1 << 16)


def quiet(terminal: int, seconds: float = 0.4) -> None:
    """Waits until nothing more is drawn."""
    while select.select([terminal], [], [], seconds)[0]:
        os.read(terminal, 1 << 16)


def typed(terminal: int, keys: bytes) -> None:
    """Types keys and waits until they are drawn."""
    os.write(terminal, keys)
    quiet(terminal)


def changed_after(terminal: int, before: bytes, key: bytes) -> float:
    """Seconds from a key that changes a row to the last letters it changes; `before` is typed first."""
    if before:
        typed(terminal, before)
    return shown_after(terminal, key)


def shown_after(terminal: int, key: bytes) -> float:
    """Seconds from a key to the last letters it changes."""
    began = shown = time.perf_counter()
    os.write(terminal, key)
    while select.select([terminal], [], [], 0.15)[0]:
        os.read(terminal, 1 << 16)
        shown = time.perf_counter()
    return shown - began


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

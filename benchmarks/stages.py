"""Where the time of `dipay list --json` goes: the seconds of each stage of one run, and of both processors in it.

python benchmarks/stages.py FOLDER AS_OF        prints JSON; the list itself is thrown away
"""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

stages: list[dict[str, Any]] = []
last = [BEGAN, 0.0]


def ends(stage: str) -> None:
    """What was done since the last stage ended was this one."""
    now, cpu = time.perf_counter(), time.process_time()
    stages.append({"stage": stage, "seconds": now - last[0], "cpu_seconds": cpu - last[1]})
    last[:] = now, cpu


def between(module: Any, name: str, before: str, during: str | None = None) -> None:
    """Marks the stage that ends where this function of the module is called, and the one that it is itself."""
    function: Callable[..., Any] = getattr(module, name)

    def marked(*values: Any, **named: Any) -> Any:
        ends(before)
        result = function(*values, **named)
        if during:
            ends(during)
        return result

    setattr(module, name, marked)


def main(folder: Path, as_of: str) -> None:
    from dipay import cli
    from dipay.exports import reading
    from dipay.services import worklist

    between(reading, "open_all", "start: imports and settings", "looking at the files: encoding, layout, profile")
    between(reading, "read_patients", "", "patients")
    between(reading, "read_ledger", "", "ledger: every row to sums per account and day")
    between(worklist, "judge", "accounts: aged, their numbers read", "judging: every rule on every account, in order")
    out = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)

    def leave(code: int) -> None:
        ends("JSON")
        with os.fdopen(out, "w") as answer:
            json.dump({"stages": [each for each in stages if each["stage"]]}, answer)
        leaving(code)

    leaving, os._exit = os._exit, leave  # type: ignore[assignment]
    sys.argv = ["dipay", "list", "--json", "-c", str(folder / "config.yaml"), "--as-of", as_of]
    cli.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

"""dipay's commands as processes that begin at once: this one has everything imported and forks for each.

Reads jobs from stdin, one JSON line each, and answers with a line of how every process of the job ended. Started by
`stage.Server`, with the library of `interpose.c` where calls are to be counted or spoiled.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import pkgutil
import sys
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn


def main() -> None:
    for each in pkgutil.walk_packages(import_module("dipay").__path__, "dipay."):
        if each.name != "dipay.__main__":
            import_module(each.name)
    for name in ("pandas", "twilio.rest", "stripe", "phonenumbers", "rich.console", "rich.table", "psutil", "secrets"):
        import_module(name)
    from dipay.domain.replies import classify_reply

    # Its patterns are made at the first use, which takes longer than all the rest of a small command.
    classify_reply("what is this?")
    library = ctypes.CDLL(None) if os.environ.get("INTERPOSE_FOLDER") else None
    known = len(sys.modules)
    for line in sys.stdin:
        jobs = json.loads(line)
        processes = [_start(job, library) for job in jobs]
        ended = [_ended(pid, library, job) for pid, job in zip(processes, jobs, strict=True)]
        print(json.dumps(ended), flush=True)
        if known != (known := _learn(Path(jobs[0]["modules"]))):
            gc.freeze()


def _learn(modules: Path) -> int:
    """Imports what the last command had to import by itself, so that the next one need not; how many there are."""
    if modules.exists():
        for name in set(modules.read_text().split()) - sys.modules.keys():
            with suppress(ImportError):
                import_module(name)
    return len(sys.modules)


def _start(job: dict[str, Any], library: ctypes.CDLL | None) -> int:
    process = os.fork()
    if process == 0:
        try:
            _become(job, library)
        finally:
            os._exit(99)
    return process


def _ended(process: int, library: ctypes.CDLL | None, job: dict[str, Any]) -> dict[str, Any]:
    _, status = os.waitpid(process, 0)
    answer: dict[str, Any] = {"exit_code": os.waitstatus_to_exitcode(status), "calls": []}
    if library is not None and job.get("arm"):
        library.interpose_name.restype = ctypes.c_char_p
        numbers = range(1, library.interpose_count() + 1)
        answer["calls"] = [
            (library.interpose_name(number).decode(), library.interpose_kind(number)) for number in numbers
        ]
    return answer


def _become(job: dict[str, Any], library: ctypes.CDLL | None) -> NoReturn:
    from dipay import cli, office
    from dipay.config import load_settings
    from dipay.services import provider, sending
    from dipay.state import connection

    for number, name, flags in ((0, job["stdin"], os.O_RDONLY), (1, job["stdout"], _NEW), (2, job["stderr"], _NEW)):
        handle = os.open(name, flags, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    # What Python had buffered for the parent's streams is the parent's.
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    began, said = datetime.now(UTC), datetime.fromisoformat(job["at"])
    runs = bool(job.get("clock_runs"))

    def clock() -> datetime:
        return said + (datetime.now(UTC) - began if runs else timedelta())

    def open_office(config: Path | None = None) -> office.Office:
        return office.Office(load_settings(config), clock)

    def at_once(_: office.Office) -> float:
        return 1e9

    if job.get("raise_in"):
        _let_raise(job["raise_in"], job["saying"])
    if job.get("without_lock"):
        vars(sending)["sender_lock"] = lambda *_given, **_more: nullcontext()
    office.open_office = open_office
    vars(provider)["messages_per_second"] = at_once
    sys.argv = ["dipay", *job["command"]]
    leave = os._exit

    def tell_and_leave(exit_code: int) -> NoReturn:
        if library is not None:
            library.interpose_disarm()
        Path(job["modules"]).write_text("\n".join(sys.modules))
        leave(exit_code)

    vars(os)["_exit"] = tell_and_leave
    if job.get("pragmas"):
        vars(connection)["_WRITING"] = tuple(map(tuple, job["pragmas"]))
    if library is not None and job.get("record"):
        library.interpose_record(job["record"].encode())
    if library is not None and job.get("arm"):
        library.interpose_arm(*job["arm"])
    cli.main()


def _let_raise(function: str, words: str) -> None:
    """Puts in place of a function, wherever it was imported, one that raises with those words."""
    module, _, name = function.partition(":")
    real = getattr(import_module(module), name)

    def raises(*_given: object, **_named: object) -> NoReturn:
        raise ValueError(words)

    for each in [each for key, each in sys.modules.items() if key.startswith("dipay.")]:
        for there, value in list(vars(each).items()):
            if value is real:
                setattr(each, there, raises)


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


if __name__ == "__main__":
    main()

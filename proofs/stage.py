"""A practice, the provider's double and dipay's commands as processes, for proofs to play on and put back."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from tests.messaging.double import Message, ProviderDouble, provider_double
from tests.sending.practice import Practice

from dipay.state import reading
from dipay.state.invariants import check_invariants
from dipay.state.replies import replies
from dipay.state.requests import RequestState
from dipay.state.store import Store, open_for_reading

ROOT = Path(__file__).parents[1]
#: Which message of the campaign a text is, by its words; and the day of each.
STEPS = ("please pay", "still open", "a last reminder")
STEP_DAYS = (0, 7, 14)
FROM = "+12075550100"

_TEXT = re.compile(rf"({'|'.join(STEPS)}).*https://pay\.example\.com/([^?]+)\?ref=([\w-]{{24}})", re.DOTALL)


class Kind(IntEnum):
    """Kinds of calls, as in `interpose.c`."""

    READS = 1
    WRITES = 2
    NETWORK = 4


class Do(IntEnum):
    """What is done at a call, as in `interpose.c`."""

    COUNT = 0
    KILL = 1
    KILL_HALFWAY = 2
    FAIL = 3


@dataclass(frozen=True, slots=True)
class Spoil:
    """At the `call`-th call of these kinds; `error` is an errno, `persistent` all calls from then on."""

    kinds: int
    call: int = 0
    do: Do = Do.COUNT
    error: int = 0
    persistent: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, what it said, and the calls that were counted, by name and kind."""

    exit_code: int
    stdout: str
    stderr: str
    calls: tuple[tuple[str, int], ...]


class Server:
    """The process that forks dipay's commands (`server.py`)."""

    def __init__(self, folder: Path, library: Path | None, watched: Path) -> None:
        self.folder = folder
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
        environment |= {"OPENBLAS_NUM_THREADS": "1"}
        if library is not None:
            environment |= {"LD_PRELOAD": str(library), "INTERPOSE_FOLDER": str(watched)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "proofs.server"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(
        self,
        commands: Sequence[Sequence[str]],
        at: datetime,
        spoil: Spoil | None = None,
        *,
        clock_runs: bool = False,
        without_lock: bool = False,
        record: Path | None = None,
        pragmas: Sequence[tuple[str, object]] = (),
        raise_in: str = "",
        saying: str = "",
        typed: str = "",
    ) -> list[Ended]:
        """How these commands ended, all at once. `record`: what they change is written down there. `pragmas`: of the
        connection to the state, in place of dipay's own. `raise_in`: that function raises an error with those words.
        `typed`: what they read from stdin.
        """
        stdin = self.folder / "in"
        stdin.write_text(typed)
        jobs: list[dict[str, Any]] = [
            {
                "command": list(command), "at": at.isoformat(), "clock_runs": clock_runs,
                "without_lock": without_lock, "record": record and str(record), "pragmas": list(pragmas),
                "raise_in": raise_in, "saying": saying,
                "stdin": str(stdin), "stdout": str(self.folder / f"out-{number}"), "stderr": str(self.folder / f"err-{number}"),
                "modules": str(self.folder / f"modules-{number}"),
                "arm": None if spoil is None
                else [spoil.kinds, spoil.call, int(spoil.do), spoil.error, int(spoil.persistent)],
            }
            for number, command in enumerate(commands)
        ]  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(jobs) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the server of commands ended")
        return [
            Ended(
                ended["exit_code"], _read(job["stdout"]), _read(job["stderr"]),
                tuple((name, kind) for name, kind in ended["calls"]),
            )
            for job, ended in zip(jobs, json.loads(line), strict=True)
        ]  # fmt: skip

    def close(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._process.wait()


@dataclass(frozen=True, slots=True)
class Moment:
    """All that there is, as it was: the practice's folder and what the provider knows."""

    folder: Path
    now: datetime
    messages: dict[str, Message]
    opted_out: set[str]


class Stage:
    """A practice of `size` accounts that owe, on the double. Its clock stands until `later`."""

    def __init__(self, root: Path, double: ProviderDouble, library: Path | None = None, size: int = 4) -> None:
        self.root, self.double = root, double
        self.folder = root / "practice"
        self.folder.mkdir()
        self.practice = Practice(self.folder, size, provider="twilio")
        self.server = Server(root, library, self.folder)
        self.config = self.folder / "config.yaml"
        self._moments = 0
        self._idle = _Idle(double)
        double.now = lambda: self.now
        for name, secret in (("sid", double.account_sid), ("token", double.auth_token)):
            (self.folder / name).touch(0o600)
            (self.folder / name).write_text(secret)
        self.settings: dict[str, Any] = {
            "practice": {"name": "Maple", "phone": "207-555-0148", "timezone": "America/New_York"},
            "exports": {"patients": "patients.csv", "ledger": "ledger.csv"},
            "state": "dipay.db",
            "campaign": {
                "messages": [
                    {"day": day, "text": f"{{practice}}: {words} {{amount}}: {{link}} {{phone}} STOP to opt out."}
                    for day, words in zip(STEP_DAYS, STEPS, strict=True)
                ]
            },
            "payment_link": {"url": "https://pay.example.com/{guarantor_id}?ref={request_id}"},
            "retention": {"texts_days": 90},
            "messaging": {
                "provider": "twilio",
                "confirm_above": 250,
                "twilio": {"account_sid": "file:sid", "auth_token": "file:token", "from": FROM, "base_url": double.url},
            },
        }
        self.write_settings()

    def write_settings(self) -> None:
        self.config.write_text(yaml.safe_dump(self.settings))
        self.config.chmod(0o600)

    @property
    def now(self) -> datetime:
        return self.practice.now

    def later(self, **by: int) -> None:
        """Lets time pass, and the PMS export anew."""
        self.practice.later(**by)

    def run(
        self,
        *command: str,
        spoil: Spoil | None = None,
        record: Path | None = None,
        pragmas: Sequence[tuple[str, object]] = (),
        raise_in: str = "",
        saying: str = "",
        typed: str = "",
    ) -> Ended:
        """How one command ended, once the provider is done with it, too."""
        given = [[*command, "--config", str(self.config)]]
        (ended,) = self.server.run(
            given, self.now, spoil, record=record, pragmas=pragmas, raise_in=raise_in, saying=saying, typed=typed
        )
        self._idle.wait()
        return ended

    def run_all(self, commands: Sequence[Sequence[str]], *, without_lock: bool = False) -> list[Ended]:
        """How commands ended that were begun at once. `without_lock`: no sender waits for another."""
        given = [[*each, "--config", str(self.config)] for each in commands]
        ended = self.server.run(given, self.now, clock_runs=True, without_lock=without_lock)
        self._idle.wait()
        return ended

    # What was, and its coming back.

    def keep(self) -> Moment:
        self._moments += 1
        kept = self.root / f"moment-{self._moments}"
        shutil.copytree(self.folder, kept)
        return Moment(kept, self.now, copy.deepcopy(self.double.messages), set(self.double.opted_out))

    def restore(self, moment: Moment) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(moment.folder, self.folder)
        self.practice.now = moment.now
        self.double.messages = copy.deepcopy(moment.messages)
        self.double.opted_out = set(moment.opted_out)
        self.double.posts.clear()

    # What is.

    @property
    def state_path(self) -> Path:
        return self.folder / str(self.settings["state"])

    @contextmanager
    def state(self) -> Iterator[Store]:
        with open_for_reading(self.state_path) as store:
            yield store

    def got(self) -> Counter[tuple[str, str, int]]:
        """What reached people: how many texts by account, number and step."""
        return Counter(
            (account, message.to, step)
            for message, account, step, _ in self.sent()
            if message.status not in ("undelivered", "failed")
        )

    def sent(self) -> Iterator[tuple[Message, str, int, str]]:
        """Every text that the provider took, with its account, step and token."""
        for message in list(self.double.messages.values()):
            if message.direction == "outbound-api":
                found = _TEXT.search(message.text)
                assert found is not None, "a text that no message of the campaign is"
                yield message, found[2], STEPS.index(found[1]), found[3]

    def half_written(self) -> list[str]:
        """The copies and marks that somebody began and never finished, by their names; empty backups too."""
        found = [each for each in self.folder.rglob("*.tmp*") if each.is_file()]
        found += [each for each in self.folder.glob("*-backups/*.db") if not each.stat().st_size]
        return [each.name for each in found]

    def in_doubt(self) -> list[tuple[int, bool]]:
        """Requests in doubt, and whether the provider has each."""
        there = {token for *_, token in self.sent()}
        with self.state() as store:
            return [(each.id, each.token in there) for each in reading.in_doubt(store, "twilio")]

    def wrong(self) -> list[str]:
        """What must never be, and is: somebody texted twice, a text that is not in the state, a reply or an opt-out
        that is not, a text after an opt-out, a state that is not whole.
        """
        found = []
        twice: Counter[tuple[str, int]] = Counter()
        for (account, _, step), count in self.got().items():
            twice[account, step] += count
        found += [f"account {account} got message {step} {n} times" for (account, step), n in twice.items() if n > 1]
        if not self.state_path.exists():
            return [*found, *(["there is no state, and texts were sent"] if self.got() else [])]
        with self.state() as store:
            found += check_invariants(store.connection)
            states = {each.token: each.state for each in reading.history(store)}
            known = {each.provider_id for each in replies(store, waiting_only=False)}
            out = {row[0] for row in store.connection.execute("SELECT number FROM standing_opt_outs")}
        fits = (RequestState.ACCEPTED, RequestState.IN_DOUBT, RequestState.CLAIMED)
        found += [
            f"a text to account {account} is {states.get(token, 'not in the state')}"
            for _, account, _, token in self.sent()
            if states.get(token) not in fits
        ]
        for each in self.double.messages.values():
            if each.direction != "inbound":
                continue
            if each.sid not in known:
                found.append("a reply was lost")
            if each.text == "STOP" and each.sender not in out:
                found.append("an opt-out was lost")
            if each.text == "STOP" and any(
                m.to == each.sender and m.created_at > each.created_at for m, *_ in self.sent()
            ):
                found.append("a text after STOP")
        return found

    def close(self) -> None:
        self.server.close()


@contextmanager
def stage(*, interposed: bool = False, size: int = 4) -> Iterator[Stage]:
    """A stage in a folder of its own. `interposed`: calls can be counted and spoiled (needs Linux and a C compiler)."""
    with tempfile.TemporaryDirectory(prefix="dipay-proof-") as name, provider_double() as double:
        root = Path(name).resolve()
        made = Stage(root, double, built_library(root) if interposed else None, size)
        try:
            yield made
        finally:
            made.close()


def built_library(folder: Path) -> Path:
    """The library of `interpose.c`, built."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        raise NoInterposing
    library = folder / "interpose.so"
    source = Path(__file__).with_name("interpose.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


class NoInterposing(Exception):  # noqa: N818  no error: the machine lacks what such a proof needs
    """This machine has no C compiler, or no LD_PRELOAD."""


class _Idle:
    """Knows when the double has dealt with every request that reached it."""

    def __init__(self, double: ProviderDouble) -> None:
        self._double, self._under_way, self._changed = double, 0, threading.Condition()
        server = double._server
        before_start, before = server.process_request, server.process_request_thread

        def start(*given: Any) -> None:
            with self._changed:
                self._under_way += 1
            before_start(*given)

        def carry_out(*given: Any) -> None:
            try:
                before(*given)
            finally:
                with self._changed:
                    self._under_way -= 1
                    self._changed.notify_all()

        vars(server).update(process_request=start, process_request_thread=carry_out)
        # That a client is gone is what is meant to happen here.
        server.handle_error = lambda *_: None  # type: ignore[method-assign]

    def wait(self) -> None:
        # Connections are taken in their order: once this one has its answer, those before it were taken.
        parts = urlsplit(self._double.url)
        connection = HTTPConnection(parts.hostname or "", parts.port)
        connection.request("GET", "/", headers={"Connection": "close"})
        connection.getresponse().read()
        connection.close()
        self._double.gets.pop()
        with self._changed:
            if not self._changed.wait_for(lambda: self._under_way == 0, timeout=60):
                raise RuntimeError("the double is not done with its requests")


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _read(name: str) -> str:
    return Path(name).read_text(encoding="utf-8", errors="replace")

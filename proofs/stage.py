"""A practice, the doubles of its provider and its processor, and dipay's commands as processes, for proofs to play on and
put back.
"""

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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from tests.http_double import HttpDouble
from tests.messaging.double import Message, ProviderDouble, provider_double
from tests.processors.double import Books, PaymentLink, ProcessorDouble, Session, processor_double
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

_TEXT = re.compile(rf"({'|'.join(STEPS)}).*(https://\S+)", re.DOTALL)
_OWN_LINK = re.compile(r"https://pay\.example\.com/([^?]+)\?ref=([\w-]{24})")


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
    """All that there is, as it was: the practice's folder, and what the provider and the processor know."""

    folder: Path
    now: datetime
    messages: dict[str, Message]
    opted_out: set[str]
    books: Books


class Stage:
    """A practice of `size` accounts that owe, on the doubles. Its clock stands until `later`. Links are its own page's
    until `take_links`.
    """

    def __init__(
        self,
        root: Path,
        double: ProviderDouble,
        processor: ProcessorDouble,
        library: Path | None = None,
        size: int = 4,
    ) -> None:
        self.root, self.double, self.processor = root, double, processor
        self.folder = root / "practice"
        self.folder.mkdir()
        self.practice = Practice(self.folder, size, provider="twilio")
        self.server = Server(root, library, self.folder)
        self.config = self.folder / "config.yaml"
        self._moments = 0
        self._idle = (_Idle(double, double.gets.pop), _Idle(processor, processor.requests.pop))
        double.now = processor.now = lambda: self.now
        secrets = {"sid": double.account_sid, "token": double.auth_token, "stripe": processor.api_key}
        for name, secret in secrets.items():
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

    def write_settings(self, **others: object) -> None:
        """Writes the settings file; with others than these, until a moment is put back."""
        self.config.write_text(yaml.safe_dump(self.settings | others))
        self.config.chmod(0o600)

    def take_links(self) -> None:
        """The processor makes the links from now on."""
        stripe = {"api_key": "file:stripe", "base_url": self.processor.url}
        self.write_settings(payment_link=self.settings["payment_link"] | {"provider": "stripe", "stripe": stripe})

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
        self._wait()
        return ended

    def run_all(self, commands: Sequence[Sequence[str]], *, without_lock: bool = False) -> list[Ended]:
        """How commands ended that were begun at once. `without_lock`: no sender waits for another."""
        given = [[*each, "--config", str(self.config)] for each in commands]
        ended = self.server.run(given, self.now, clock_runs=True, without_lock=without_lock)
        self._wait()
        return ended

    def _wait(self) -> None:
        for each in self._idle:
            each.wait()

    # What was, and its coming back.

    def keep(self) -> Moment:
        self._moments += 1
        kept = self.root / f"moment-{self._moments}"
        shutil.copytree(self.folder, kept)
        messages, opted_out = copy.deepcopy(self.double.messages), set(self.double.opted_out)
        return Moment(kept, self.now, messages, opted_out, self.processor.keep())

    def restore(self, moment: Moment) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(moment.folder, self.folder)
        self.practice.now = moment.now
        self.double.messages = copy.deepcopy(moment.messages)
        self.double.opted_out = set(moment.opted_out)
        self.double.posts.clear()
        self.processor.put_back(moment.books)

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
        made = {each.url: each for each in self.processor.links.values()}
        accounts = {self.practice.number(each): each for each in map(str, range(1, self.practice.size + 1))}
        for message in list(self.double.messages.values()):
            if message.direction == "outbound-api":
                found = _TEXT.search(message.text)
                assert found is not None, "a text that no message of the campaign is"
                step, own = STEPS.index(found[1]), _OWN_LINK.fullmatch(found[2])
                if own is not None:
                    yield message, own[1], step, own[2]
                else:
                    assert found[2] in made, "a text with a link that nobody made"
                    token = made[found[2]].token
                    yield message, accounts.get(message.to) or self._account_of(token), step, token

    def _account_of(self, token: str) -> str:
        """Of a text to a number that somebody typed."""
        with self.state() as store:
            return next(each.guarantor_id for each in reading.history(store) if each.token == token)

    def link_of(self, account: str) -> PaymentLink:
        """The processor's link in the last text to an account."""
        token = next(token for _, whose, _, token in reversed(list(self.sent())) if whose == account)
        (link,) = self.processor.links_of(token)
        return link

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
        """What must never be, and is: somebody texted twice, a text that is not in the state, a reply, an opt-out or a
        payment that is not, a text after an opt-out, a link that can be paid and must not, a state that is not whole.
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
            found += self._wrong_with_links(store)
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

    def _wrong_with_links(self, store: Store) -> Iterator[str]:
        there = {
            token: facts
            for token, *facts in store.connection.execute(
                "SELECT token, r.id, r.guarantor_id, l.state = 'made' AND r.state IN ('accepted', 'in_doubt') "
                "AND delivery NOT IN ('undelivered', 'failed') AND coalesce(how, 'completed') = 'completed' "
                "AND r.guarantor_id NOT IN (SELECT guarantor_id FROM standing_opt_outs) FROM requests r "
                "JOIN payment_links l ON l.request_id = r.id LEFT JOIN campaigns c ON c.id = r.campaign_id"
            )
        }
        if len({each.token for each in self.processor.links.values()}) < len(self.processor.links):
            yield "two links of one request"
        # What never reached anybody may be gone from the state with its link once that is off.
        active = [there.get(each.token, ("no", "?", False)) for each in self.processor.links.values() if each.active]
        for request, _, may_be_paid in active:
            if not may_be_paid:
                yield f"the link of request {request} can be paid"
        for account, count in Counter(account for _, account, _ in active).items():
            if count > 1:
                yield f"account {account} has {count} links that can be paid"
        known = dict(store.connection.execute("SELECT payment_id, state FROM payments").fetchall())
        for session in self.processor.sessions.values():
            if session.completed_at is not None and known.get(session.session_id) != _state_of(session):
                yield f"a payment is {known.get(session.session_id, 'lost')}"
        refunds = {refund for (refund,) in store.connection.execute("SELECT refund_id FROM refunds")}
        if refunds != {each.refund_id for each in self.processor.refunds.values() if each.status == "succeeded"}:
            yield "refunds are lost"

    def close(self) -> None:
        self.server.close()


@contextmanager
def stage(*, interposed: bool = False, size: int = 4) -> Iterator[Stage]:
    """A stage in a folder of its own. `interposed`: calls can be counted and spoiled (needs Linux and a C compiler)."""
    with (
        tempfile.TemporaryDirectory(prefix="dipay-proof-") as name,
        provider_double() as double,
        processor_double() as processor,
    ):
        root = Path(name).resolve()
        made = Stage(root, double, processor, built_library(root) if interposed else None, size)
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
    """Knows when a double has dealt with every request that reached it. `forget` takes the last one off its list."""

    def __init__(self, double: HttpDouble, forget: Callable[[], object]) -> None:
        self._double, self._under_way, self._changed = double, 0, threading.Condition()
        self._forget = forget
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
        self._forget()
        with self._changed:
            if not self._changed.wait_for(lambda: self._under_way == 0, timeout=60):
                raise RuntimeError("the double is not done with its requests")


def _state_of(session: Session) -> str:
    """What the state must say of a payment that somebody made."""
    return {"processing": "pending", "succeeded": "paid"}.get(session.intent_status, "failed")


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _read(name: str) -> str:
    return Path(name).read_text(encoding="utf-8", errors="replace")

"""A patient with a name, a number, a balance, a birth date and words that nobody else has: where do these turn up?

    python -m proofs.privacy            every command and key, some of what can go wrong
    python -m proofs.privacy --long     all of it, with every function of dipay that can fail
    ... --write                         and writes the figures into proofs/RESULTS.md

Every command is given, every word is typed in the review and every key pressed on its screen, good and bad exports are
read, the provider and the processor misbehave, and functions fail with all of it in the error's text. What is said of
each bad file of the catalogue (tests/catalogue) is looked at for the names, numbers, birth dates and balances of its
people. The marks may be in the answer that was asked for, and only those that the command is for; never on stderr, in
the run log, the event log, names of files, calls to the monitor, or what the provider is sent beside To and Body. The
processor is told no word but a request's token, its amount, and the practice's name and phone; and nothing of what a
patient types on its page is anywhere.
"""

from __future__ import annotations

import inspect
import io
import json
import logging
import os
import re
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from tests.catalogue.all_cases import CASES
from tests.catalogue.building import PERSONAL
from tests.catalogue.running import texts_of
from tests.messaging.behaviours import answer, drop, refuse, too_many
from tests.processors import behaviours as pages
from tests.review.driving import Driver, drive
from tests.sending.practice import sender_for

from dipay.config import load_settings
from dipay.office import Office
from dipay.review.actions import ACTIONS
from proofs.results import Options, T, finish
from proofs.stage import Ended, Stage, stage

SIZE = 4
ACCOUNT = "1"
MARKS = {
    "name": ("Quorvath", "Zemblinsky"),
    "number": ("2075550177", "207-555-0177", "555-0177", "5550177"),
    "amount": ("731.93", "73193"),
    "birth date": ("1961-07-13", "07/13/1961", "7/13/1961", "19610713"),
    "words": ("plovers", "gnomic"),
    # What the processor's double answers of a page on which somebody paid.
    "page": ("patient@example.com", "Pat Smith"),
}
NUMBER = "+12075550177"
REPLY = "do plovers owe you? call me, gnomic person"
#: What the answer of a command may have, beside what every answer may: ids.
EVERYTHING = frozenset(MARKS) - {"birth date", "page"}
MAY = {
    "list": frozenset({"name", "number", "amount"}),
    "today": frozenset({"name", "amount"}),
    "diff": frozenset({"name", "amount"}),
    "simulate": frozenset({"amount"}),
    "report --names": frozenset({"name", "amount"}),
    "report": frozenset({"amount"}),  # of all accounts together, one of which paid
    "posting --done": frozenset({"name"}),
    "posting": frozenset({"name", "amount"}),
    "request": EVERYTHING,
    "check": frozenset({"amount"}),  # what of an export was read and what was held, in all
    "why": frozenset({"name", "number", "amount", "words"}),
    "review": EVERYTHING,
    "send --dry-run": frozenset({"name", "number", "amount"}),
    "history": EVERYTHING,
    "replies": EVERYTHING,
    "sync": EVERYTHING,
    "undeliverable": EVERYTHING,
    "resend": frozenset({"name", "number", "amount"}),
    "send --yes --json": frozenset({"number", "amount"}),
    "send --yes": frozenset({"number", "amount"}),
    **dict.fromkeys(
        ("snooze", "unsnooze", "deselect", "select", "optout", "optin", "remove", "paid", "wrong-number"),
        frozenset({"name"}),
    ),
}  # fmt: skip


def marks_in(text: str) -> set[str]:
    return {kind for kind, marks in MARKS.items() if any(mark.lower() in text.lower() for mark in marks)}


class Watch:
    """Runs commands and looks at everything that they leave."""

    def __init__(self, there: Stage, monitor: list[str], options: Options) -> None:
        self.there, self.monitor, self._options = there, monitor, options
        self.wrong: list[str] = []
        self.looked = 0

    def some(self, of: Sequence[T]) -> list[T]:
        """All of them in a long run, some of them else."""
        return self._options.some_of(of, 0.1, 3)

    def run(self, *command: str, what: str = "", raise_in: str = "", typed: str = "") -> Ended:
        saying = " ".join(mark for marks in MARKS.values() for mark in marks)
        ended = self.there.run(*command, raise_in=raise_in, saying=saying, typed=typed)
        may = next((kinds for name, kinds in MAY.items() if " ".join(command).startswith(name)), frozenset())
        self._look(f"{' '.join(command)} {what}", ended, may)
        answered = Path(command[-1])
        if answered.parent == self.there.root:
            self.look(f"{' '.join(command)}: the file", _text_of(answered), may)
            answered.unlink()
        return ended

    def _look(self, where: str, ended: Ended, may: frozenset[str]) -> None:
        self.looked += 1
        self._none(f"{where}: stdout", ended.stdout, may)
        self._none(f"{where}: stderr", ended.stderr)
        self.look_at_what_is_left(where)

    def look_at_what_is_left(self, where: str) -> None:
        """The run log, the monitor, names of files, what files hold beside exports and state, what was asked."""
        log = self.there.folder / "dipay.log.jsonl"
        if log.exists():
            self._none(f"{where}: run log", log.read_text().splitlines()[-1])
        self._none(f"{where}: monitor", " ".join(self.monitor))
        self.monitor.clear()
        for file in self.there.folder.rglob("*"):
            if file.is_file() and file.suffix != ".csv" and not _is_state(file):
                self._none(f"{where}: {file.name}", file.read_text(errors="replace"))
        names = " ".join(str(each.relative_to(self.there.folder)) for each in self.there.folder.rglob("*"))
        self._none(f"{where}: names of files", names)
        for path, query in self.there.double.gets:
            self._none(
                f"{where}: what the provider was asked", f"{path} { ({k: v for k, v in query.items() if k != 'To'}) }"
            )
        self.there.double.gets.clear()
        for asked in self.there.processor.requests:
            for name, value in asked.fields.items():
                if re.fullmatch(TOLD.get(name, ""), value, re.DOTALL) is None:
                    self.wrong.append(f"{where}: the processor is told {name}: {value!r}")
            self._none(f"{where}: what the processor was asked", f"{asked.path} {asked.headers}")
        self.there.processor.requests.clear()

    def look_at_state(self) -> None:
        """What is never purged, and what is in no table."""
        with self.there.state() as store:
            tables = store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                may = frozenset() if table in ("events", "runs", "meta") else EVERYTHING - {"name"}
                for row in store.connection.execute(f"SELECT * FROM {table}"):
                    self._none(f"table {table}", " ".join(map(str, row)), may)

    def look(self, where: str, text: str, may: frozenset[str] = frozenset()) -> None:
        self.looked += 1
        self._none(where, text, may)

    def _none(self, where: str, text: str, may: frozenset[str] = frozenset()) -> None:
        if found := marks_in(text) - may:
            at = next(
                text.lower().find(mark.lower())
                for kind in found
                for mark in MARKS[kind]
                if mark.lower() in text.lower()
            )
            self.wrong.append(f"{where} has the {', '.join(sorted(found))}: ...{text[max(0, at - 60) : at + 40]!r}")


#: All that the processor may be told, by field.
_TOKEN = r"[\w-]{24}"
TOLD = {
    "metadata[dipay_request]": _TOKEN, "payment_intent_data[metadata][dipay_request]": _TOKEN,
    "line_items[0][price_data][unit_amount]": r"\d+", "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][product_data][name]": "Maple", "line_items[0][quantity]": "1",
    "inactive_message": r"This link is no longer in use\. Questions\? Please call us at .{0,4}207.{0,2}555.0148\.",
    "restrictions[completed_sessions][limit]": "1", "submit_type": "pay", "active": "[Ff]alse",
    # Of lists.
    "expand[0]": r"[\w.]+", "limit": r"\d+", "created[gte]": r"\d+", "status": "complete", "starting_after": r"(cs|plink|re)_\w+",
}  # fmt: skip


def _text_of(answer: Path) -> str:
    """What stands in a page or a workbook."""
    if answer.suffix != ".xlsx":
        return answer.read_text(encoding="utf-8")
    with zipfile.ZipFile(answer) as book:
        return " ".join(book.read(each).decode() for each in book.namelist())


def _is_state(path: Path) -> bool:
    """The state, its journal and its backups: what patients' data is kept in."""
    return path.name.startswith("dipay.db") or path.parent.name == "dipay-backups"


def mark(there: Stage) -> None:
    """Makes account 1 the marked patient, in every export from now on."""
    there.practice.numbers[ACCOUNT] = NUMBER
    there.practice.balances[ACCOUNT] = "731.93"
    plain = there.practice.export

    def export() -> None:
        plain()
        path = there.folder / "patients.csv"
        text = (
            path.read_text()
            .replace("First1,Last1", "Quorvath,Zemblinsky")
            .replace(f"{NUMBER},1980-01-01", f"{NUMBER},1961-07-13")
        )
        _write(there, path, text)

    there.practice.export = export  # type: ignore[method-assign]
    export()


def _write(there: Stage, path: Path, text: str | bytes) -> None:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(path, (there.now.timestamp(), there.now.timestamp()))


LOOKING: tuple[tuple[str, ...], ...] = (
    ("list",), ("list", "--view", "all"), ("list", "--view", "all", "--json"), ("list", "--csv"), ("why", ACCOUNT),
    ("rules",), ("check",), ("check", "--json"), ("history",), ("history", "--json"), ("history", ACCOUNT), ("replies",),
    ("replies", "--all", "--json"), ("undeliverable",), ("undeliverable", "--json"), ("send", "--dry-run"),
    ("send", "--dry-run", "--json"), ("sync",), ("sync", "--json"), ("backup",), ("purge", "--dry-run"), ("--version",),
    ("why", "nobody"), ("snooze", ACCOUNT), ("nonsense",), ("resend", ACCOUNT, "--phone", "nonsense"),
)  # fmt: skip
DECIDING: tuple[tuple[str, ...], ...] = (
    ("deselect", ACCOUNT), ("select", ACCOUNT), ("snooze", ACCOUNT, "--days", "2", "--reason", "Other"),
    ("unsnooze", ACCOUNT), ("remove", ACCOUNT), ("paid", ACCOUNT), ("wrong-number", ACCOUNT),
    ("optout", ACCOUNT, "--yes"), ("optin", ACCOUNT, "--reason", "gnomic reason"), ("optin", "2", "--reason", "x"),
)  # fmt: skip


def counting(there: Stage) -> tuple[tuple[str, ...], ...]:
    """What tells of money and of days: each in every form."""
    page, book = str(there.root / "answer.html"), str(there.root / "answer.xlsx")
    return (
        ("today",), ("today", "--json"), ("list", "--view", "all", "--xlsx", book), ("diff",), ("diff", "--csv"),
        ("diff", "--json"), ("simulate", "--set", "payment_settings.minimum_balance=800"),
        ("simulate", "--set", "payment_settings.minimum_balance=800", "--json"), ("report",), ("report", "--csv"),
        ("report", "--json"), ("report", "--html", page), ("report", "--xlsx", book), ("report", "--names"),
        ("report", "--names", "--csv"), ("report", "--names", "--json"), ("report", "--names", "--html", page),
        ("report", "--names", "--xlsx", book), ("posting",), ("posting", "--csv"), ("posting", "--json"),
        ("history", ACCOUNT), ("history", "--json"), ("why", ACCOUNT), ("check",), ("check", "--online"),
    )  # fmt: skip


def days_with_links(watch: Watch) -> None:
    """Links of the processor's: asked, paid, given back in part, keyed in, and single requests."""
    there = watch.there
    there.take_links()
    single = ("request", ACCOUNT, "--amount", "731.93", "--message", "gnomic please pay {amount}: {link} STOP")
    for options in (("--dry-run",), ("--dry-run", "--json"), ("--yes",), ("--yes", "--json")):
        watch.run(*single, *options)
    watch.run("send", "--yes")
    watch.run("request", "nobody", "--yes")
    watch.run("request", ACCOUNT, "--amount", "nonsense")
    there.later(days=1)
    there.processor.refund(there.processor.pay(there.link_of(ACCOUNT).link_id), 193)
    there.processor.pay(there.link_of("2").link_id, by="bank")
    watch.run("sync")
    for command in counting(there):
        watch.run(*command)
    there.later(days=1)
    watch.run("posting", "--done", "1", "--note", "gnomic note")
    watch.run("posting", "--done", "9")
    there.later(days=7)
    watch.run("send", "--yes", "--json")
    watch.run(*single, "--yes", "--reason", "gnomic reason")
    for command in (*counting(there), ("optout", ACCOUNT, "--yes"), *LOOKING):
        watch.run(*command)
    there.later(days=120)
    watch.run("purge", "--yes")


def ordinary_days(watch: Watch) -> None:
    """A request, a reply, a text that did not arrive, another number, a follow-up, decisions, a purge."""
    there = watch.there
    watch.run("init")
    for command in (*LOOKING, ("send", "--yes"), *LOOKING):
        watch.run(*command)
    there.later(hours=1)
    there.double.incoming(NUMBER, REPLY, at=there.now)
    there.later(minutes=1)
    watch.run("sync")
    for command in LOOKING:
        watch.run(*command)
    watch.run("replies", "--done", "1", "--note", "gnomic note")
    watch.run("replies", "--done", "9", "--note", "gnomic note")
    for message, account, _, _ in list(there.sent()):
        if account == ACCOUNT:
            there.double.settle(message.sid, "undelivered", 30005)
    watch.run("sync")
    watch.run("undeliverable")
    watch.run("resend", ACCOUNT)
    watch.run("resend", ACCOUNT, "--phone", "207-555-0177")
    watch.run("resend", ACCOUNT, "--phone", "207-555-0102")
    watch.run("resend", ACCOUNT, "--phone", "207-555-0102", "--reason", "gnomic reason")
    there.later(days=7)
    watch.run("send", "--yes", "--json")
    watch.run("send", "--yes", "--only", ACCOUNT)
    for command in DECIDING:
        watch.run(*command)
    there.later(days=120)
    watch.run("purge", "--yes")


def bad_providers(watch: Watch) -> None:
    """Answers that repeat what they were sent, that break off, and that are none."""
    there = watch.there
    blank = there.keep()
    everything = f"{NUMBER} Quorvath Zemblinsky 731.93 1961-07-13 {REPLY}"
    error = {"code": 21211, "message": everything, "more_info": everything, "status": 400}
    behaviours = (
        refuse(21211), refuse(21610), refuse(30007), refuse(20003, 401), refuse(99999), too_many("0"),
        answer(400, error), answer(500, everything), answer(200, [everything]), answer(201, {"sid": everything}),
        answer(302, everything, headers={"Location": f"http://127.0.0.1:1/?To={NUMBER}"}), drop(), drop(reset=False),
        answer(201, everything), answer(400, everything), answer(403, error),
    )  # fmt: skip
    for behaviour in watch.some(behaviours):
        there.restore(blank)
        there.double.script(behaviour, to=NUMBER)
        watch.run("send", "--yes", what="at a bad provider")
        watch.run("send", "--yes", what="at a bad provider")
        there.double.answer_gets_with = behaviour
        watch.run("sync", what="at a bad provider")
        watch.run("check", what="at a bad provider")
        there.double.answer_gets_with = None
        watch.run("sync", what="after a bad provider")
        watch.run("undeliverable", what="after a bad provider")
        watch.look_at_state()
    there.double.script(lambda call: call.answer(201, call.double.as_json(call.accept())), to=NUMBER)
    there.restore(blank)


def bad_processors(watch: Watch) -> None:
    """The same of the processor, at each kind of question."""
    there = watch.there
    there.take_links()
    there.run("send", "--yes")
    there.later(days=1)
    there.processor.pay(there.link_of(ACCOUNT).link_id, by="bank")
    there.run("sync")
    there.later(days=6)
    blank = there.keep()
    everything = " ".join(mark for marks in MARKS.values() for mark in marks)
    behaviours = (
        pages.refuse(400, "amount_too_small", words=everything), pages.refuse(401, words=everything),
        pages.refuse(402, everything, words=everything), pages.refuse(429, "rate_limit", words=everything),
        pages.answer(500, everything), pages.answer(200, {"id": everything, "url": everything}), pages.answer(200, [everything]),
        pages.answer(200, {"object": "list", "data": [{"id": everything}], "has_more": True, "url": everything}),
        pages.answer(302, everything, headers={"Location": f"http://127.0.0.1:1/?To={NUMBER}"}), pages.drop(), pages.half(),
        pages.changed(id=everything), pages.changed(url=f"https://buy.example.com/{everything}"), pages.changed(url=everything),
        pages.changed(metadata={"dipay_request": everything}), pages.changed(payment_intent=everything),
        pages.changed(currency=everything, amount_total=everything, created=everything, active=everything),
    )  # fmt: skip
    # Where it does not answer what was paid no link is made.
    making, asking = ("make", "switch_off"), ("switch_off", "links", "sessions", "session", "refunds")
    for behaviour in watch.some(behaviours):
        there.restore(blank)
        for kinds, commands in (
            (making, [("send", "--yes")]),
            (asking, [("optout", "3", "--yes"), ("send", "--yes"), ("sync",), ("check", "--online")]),
            ((), [("sync",), ("send", "--yes"), ("posting",), ("history", ACCOUNT)]),
        ):
            for kind in {*making, *asking}:
                there.processor.script(kind, *[behaviour] * 4 if kind in kinds else [])
            for command in commands:
                watch.run(*command, what=f"at a processor with bad answers to {', '.join(kinds) or 'nothing'}")
        watch.look_at_state()


def bad_exports(watch: Watch) -> None:
    """The marked row is spoiled in every way."""
    there = watch.there
    blank = there.keep()
    patients, ledger = (there.folder / f"{name}.csv" for name in ("patients", "ledger"))
    row = next(line for line in patients.read_text().splitlines() if "Zemblinsky" in line)
    entry = next(line for line in ledger.read_text().splitlines() if "731.93" in line)
    spoilings: list[tuple[Path, str, str]] = [
        (patients, NUMBER, "+12075550177 or 207-555-0177"), (patients, NUMBER, "x2075550177"),
        (patients, "1961-07-13", "1961-07-13x"), (patients, "1961-07-13", "07/13/1961"), (patients, row, f"{row}\n{row}"),
        (patients, row, f"{row},x"), (patients, row, row.rsplit(",", 3)[0]), (patients, row, f'"{row}'),
        (patients, row, row.replace("Quorvath", "Quor\x07vath\u202e")), (patients, row, f",{row.split(',', 1)[1]}"),
        (patients, row, row.replace("Zemblinsky", "=Zemblinsky()")), (patients, "first_name", "frist"),
        (patients, "mobile_phone", "Zemblinsky"), (patients, "04101", "Zemblinsky"),
        # What stands where a date or an amount must stand is quoted, and an id that nobody has.
        (ledger, entry, entry.replace("2026", "3026")), (ledger, entry, f"9{entry}"),
        (ledger, entry, f"{entry},,,Zemblinsky"), (patients, row, ""),
        (patients, row, f"{row}\r\r\n\0{row}"),
    ]  # fmt: skip
    for path, before, after in watch.some(spoilings):
        there.restore(blank)
        text = path.read_text()
        assert before in text, before
        _write(there, path, text.replace(before, after))
        for command in (("list",), ("list", "--json", "--verbose"), ("check",), ("send", "--yes"), ("why", ACCOUNT)):
            watch.run(*command, what=f"with {before[:12]!r} made {after[:12]!r}")
    there.restore(blank)
    _write(there, patients, patients.read_bytes().replace(b"Quorvath", b"Quorv\xff\x81th"))
    watch.run("list", what="with bytes of no encoding")
    there.restore(blank)


#: What is typed in `review --plain`: every word, with what it then asks for.
TYPED = """list
why 1
rules 1
search zemblinsky
list
replies
list
problems
sort amount
reverse
toggle 1
tick-all
untick-all
invert
snooze 1
2
1
gnomic note
undo
undeliverable
list
resend 1 207-555-0177
y
held
release 1
gnomic reason
exhausted
active
all-accounts
list
finish 1
gnomic note
undo
nonsense Zemblinsky 207-555-0177
send
3
paid 1
y
wrong-number 1
y
optout 1
y
remove 1
y
reload
help
quit
"""
#: Keys that end or draw the screen anew by themselves.
_LAST = ("quit",)


def the_review(watch: Watch) -> None:
    """Every word of plain mode, and every key of the screen on the marked patient's row, after a reply and a bad text."""
    there = watch.there
    for again in (False, True):
        watch.run("review", "--plain", typed=TYPED, what="typed")
        if not again:
            there.later(hours=1)
            there.double.incoming(NUMBER, REPLY, at=there.now)
            for message, *_ in list(there.sent()):
                there.double.settle(message.sid, "undelivered", 30005)
            there.later(days=7)
    watch.look_at_state()


def the_screen(watch: Watch) -> None:
    """Each key with what answers it: Enter, words, Escape; then what was written, said and left."""
    there = watch.there
    there.run("send", "--yes", "--only", ACCOUNT)
    there.later(hours=1)
    there.double.incoming(NUMBER, REPLY, at=there.now)
    there.run("sync")
    office = Office(load_settings(there.config), lambda: there.now)
    keys = [each.keys[0] for each in ACTIONS if each.name not in _LAST]
    seen: list[str] = []

    async def steps(see: Driver) -> None:
        for answers in (("escape",), ("1", "enter", "enter", "escape", "escape")):
            for key in keys:
                await see.press("8", "home", key)
                seen.append(see.text())
                await see.press(*answers, "escape")
        await see.press("x")
        await see.type("3")
        await see.press("enter", "escape", "escape")

    said, opened = io.StringIO(), list[str]()
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    _WRITTEN.append(opened)
    try:
        with redirect_stderr(said):
            drive(office, steps, size=(120, 40), sender=lambda _: sender_for(there.double))
    finally:
        _WRITTEN.remove(opened)
        logging.getLogger().removeHandler(handler)
    watch.look("the screen: stderr and logging", said.getvalue())
    for path in map(Path, opened):
        inside = path.is_relative_to(there.folder)
        watch.look(
            "the screen: files written elsewhere",
            "" if inside or not path.is_file() else path.read_text(errors="replace"),
        )
    watch.look_at_what_is_left("the screen")
    watch.look_at_state()
    watch.look("the screen itself", " ".join(seen), EVERYTHING)
    if not {"name", "words"} <= marks_in(" ".join(seen)):
        watch.wrong.append("the marks were not on the screen, where they must be")


#: Lists of the files that are opened to be written, while somebody looks.
_WRITTEN: list[list[str]] = []


def _hear(event: str, given: tuple[object, ...]) -> None:
    if event == "open" and _WRITTEN:
        path, _, flags = given
        if isinstance(path, str) and isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
            _WRITTEN[-1].append(path)


#: What its accounts owe. Only where sums must agree, and don't, are both said, by the account's id.
OWED = {"185.00", "1150.00", "1,150.00"}
PROVED = 61
#: The people of the catalogue's files: names, numbers and birth dates however they are written, and what they owe.
PEOPLE = (
    *PERSONAL, "0148", "0149", "0150", "05/09/1980", "5/9/1980", "09.05.1980", "2/3/2016", "03.02.2016", "1/1/1970",
    "01.01.1970", "12/24/1990", "24.12.1990", *OWED,
)  # fmt: skip


def the_catalogue(watch: Watch) -> None:
    """What is said of every kind of bad file, for the people in it: an id, a cell of no person's, and nothing else."""
    for case in watch.some(CASES):
        if case.posix and sys.platform == "win32":
            continue
        with tempfile.TemporaryDirectory() as name:
            said = " ".join(texts_of(case, Path(name)))
        watch.looked += 1
        personal = {*PEOPLE, *case.personal} - (OWED if case.number == PROVED else set())
        if found := [each for each in personal if each in said]:
            watch.wrong.append(f"the catalogue's case {case}: {', '.join(found)}")


def functions() -> list[str]:
    """Every function of dipay that works on patients' data."""
    found = []
    for package in (
        "services", "state", "render", "frames", "messaging", "processors", "domain", "exports", "grammar",
    ):  # fmt: skip
        path = import_module(f"dipay.{package}").__path__
        for module in walk_packages(path, f"dipay.{package}."):
            for name, value in vars(import_module(module.name)).items():
                if inspect.isfunction(value) and value.__module__ == module.name:
                    found.append(f"{module.name}:{name}")
    return found


FAILING: tuple[tuple[str, ...], ...] = (
    ("send", "--yes"), ("sync",), ("list", "--view", "all"), ("replies",), ("undeliverable",), ("review", "--plain"),
    ("request", "2", "--yes", "--reason", "gnomic reason"), ("posting",), ("report", "--names"),
)  # fmt: skip


def failing_functions(watch: Watch, chosen: list[str]) -> int:
    """How many commands ended as by a mistake of dipay, with every one of these functions failing in turn."""
    there = watch.there
    blank, bugs = there.keep(), 0
    for number, function in enumerate(chosen):
        command = FAILING[number % len(FAILING)]
        there.restore(blank)
        ended = watch.run(*command, what=f"with {function} failing", raise_in=function, typed=TYPED)
        bugs += ended.exit_code == 70
    there.restore(blank)
    return bugs


@contextmanager
def monitor() -> Iterator[tuple[str, list[str]]]:
    """A monitor that remembers what it was told, with its address."""
    told: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            told.append(f"{self.path} {self.headers} {content}")
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ping", told
    finally:
        server.shutdown()
        server.server_close()


def main() -> int:
    options = Options.of(__doc__)
    sys.addaudithook(_hear)
    rows, wrong = [], []
    with monitor() as (address, told), stage(size=SIZE) as there:
        mark(there)
        there.settings["monitor_url"] = address
        there.write_settings()
        blank = there.keep()
        parts: dict[str, Callable[[Watch], object]] = {
            "every command, on ordinary days": ordinary_days,
            "requests, payments by links and reports": days_with_links,
            "every word of the review": the_review,
            "every key of its screen": the_screen,
            "what is said of the catalogue's files": the_catalogue,
            "providers that misbehave": bad_providers,
            "processors that misbehave": bad_processors,
            "exports that are wrong": bad_exports,
        }
        for name, play in parts.items():
            if options.only not in name:
                continue
            there.restore(blank)
            watch = Watch(there, told, options)
            play(watch)
            if there.state_path.exists():
                watch.look_at_state()
            rows.append((name, watch.looked, len(watch.wrong)))
            wrong += watch.wrong
            print(*rows[-1], flush=True)
        there.restore(blank)
        there.take_links()
        there.run("send", "--yes")
        there.later(hours=1)
        there.double.incoming(NUMBER, REPLY, at=there.now)
        there.processor.pay(there.link_of(ACCOUNT).link_id)
        there.run("sync")
        watch = Watch(there, told, options)
        bugs = failing_functions(watch, options.some_of(functions(), 0.02, 12))
        rows.append((f"functions that fail ({bugs} reports of a mistake in dipay)", watch.looked, len(watch.wrong)))
        wrong += watch.wrong
        print(*rows[-1], flush=True)
        # That the marks are there to be found is seen by where they may be.
        said = there.run("replies").stdout
        if not {"name", "words"} <= marks_in(said):
            wrong.append(f"the marks are not where they must be: {json.dumps(said)[:200]}")
    head = ("what", "looked at", "marks where none may be")
    return finish(options, "privacy", head, rows, wrong, how=f"marks: {', '.join(MARKS)}")


if __name__ == "__main__":
    sys.exit(main())

"""The power fails at any moment: of what was not synced, any part may be on the disk, in any order, sectors torn.

    python -m proofs.power                  some states of the disk
    python -m proofs.power --long           10,000 of them
    python -m proofs.power --places 2000    so many
    ... --write                             and writes the figures into proofs/RESULTS.md

A run of `send` is recorded, with every byte it writes. For a moment of it a disk is made that a power cut may leave: what
was synced, and of every later write to a file any or none of its sectors; of the folder's changes (files made, renamed,
deleted) the first so many since the folder was synced. dipay opens it: no message that the provider was asked to send
may be lacking, no request that the processor was asked to make a link for, and no link of a text that went out; and nothing
that lacks none is taken for restored, which would keep an office from sending. The same with two other ways to set SQLite
up must lose some, or this proof would see nothing.
"""

from __future__ import annotations

import random
import shutil
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from dipay.domain.problems import CannotGoOn
from dipay.state.beside import marker_for
from dipay.state.invariants import check_invariants
from dipay.state.store import open_for_writing
from proofs.results import Options, finish
from proofs.stage import NoInterposing, Stage, stage

STATES, STATES_LONG = 500, 10_000
SIZE = 12
SECTOR = 512
_HEAD = struct.Struct("@ciqii")

#: How the state is written: dipay's way, and two that lose.
WITH_LINKS = "the same, with links of a processor's"
OWN = (("journal_mode", "truncate"), ("synchronous", 3))
LOSING = {
    "WAL, NORMAL (popular advice)": (("journal_mode", "wal"), ("synchronous", 1)),
    "DELETE, FULL (Python's own)": (("journal_mode", "delete"), ("synchronous", 2)),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One record of `interpose.c`."""

    what: str
    handle: int
    where: int
    path: str
    content: bytes


def changes_in(record: Path) -> Iterator[Change]:
    raw, at = record.read_bytes(), 0
    while at < len(raw):
        what, handle, where, path_length, length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        path = raw[at : at + path_length].decode()
        yield Change(what.decode(), handle, where, path, raw[at + path_length : at + path_length + length])
        at += path_length + length


@dataclass(slots=True)
class File:
    """A file on the disk: what is surely there, and what was done to it since it was synced."""

    synced: bytes = b""
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.synced, self.since = self.whole(), []

    def whole(self) -> bytes:
        content = bytearray(self.synced)
        for where, written in self.since:
            _apply(content, where, written)
        return bytes(content)

    def after_a_power_cut(self, chance: random.Random) -> bytes:
        content = bytearray(self.synced)
        pieces = [piece for where, written in self.since for piece in _sectors(where, written)]
        kept = chance.random() ** 2 if chance.random() < 0.8 else 1.0
        pieces = [each for each in pieces if chance.random() < kept]
        if chance.random() < 0.5:
            chance.shuffle(pieces)
        for where, written in pieces:
            _apply(content, where, written)
        return bytes(content)


def _sectors(where: int, written: bytes | None) -> Iterator[tuple[int, bytes | None]]:
    if written is None:
        yield where, None
        return
    first = 0
    while first < len(written):
        last = min(len(written), first + SECTOR - (where + first) % SECTOR)
        yield where + first, written[first:last]
        first = last


def _apply(content: bytearray, where: int, written: bytes | None) -> None:
    """Puts bytes there; None cuts or lengthens the file to that length."""
    if written is None:
        del content[where:]
        content.extend(bytes(where - len(content)))
        return
    content.extend(bytes(max(0, where - len(content))))
    content[where : where + len(written)] = written


class Disk:
    """A folder as the system sees it and as a power cut may leave it, change by change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = {each.name: File(each.read_bytes()) for each in folder.iterdir() if each.is_file()}
        self.synced_names = dict(self.names)
        #: What the folder became with each change since it was synced.
        self.later_names: list[dict[str, File]] = []
        #: The folder itself or a file in it, by handle.
        self._open: dict[int, Disk | File] = {}

    def take(self, change: Change) -> None:
        path, opened = Path(change.path), self._open.get(change.handle)
        match change.what:
            case "o" if path == self.folder:
                self._open[change.handle] = self
            case "o" if path.parent == self.folder and not path.is_dir():
                if path.name not in self.names:
                    self._rename({**self.names, path.name: File()})
                self._open[change.handle] = self.names[path.name]
                if change.where:
                    self.names[path.name].since.append((0, None))
            case "c" | "o":
                self._open.pop(change.handle, None)
            case "w" | "t" if isinstance(opened, File):
                opened.since.append((change.where, change.content if change.what == "w" else None))
            case "s" if opened is self:
                self.synced_names, self.later_names = dict(self.names), []
            case "s" if isinstance(opened, File):
                opened.sync()
            case "u" | "r" if path.parent == self.folder:
                left = {each: file for each, file in self.names.items() if each != path.name}
                self._rename(
                    left if change.what == "u" else left | {Path(change.content.decode()).name: self.names[path.name]}
                )

    def _rename(self, names: dict[str, File]) -> None:
        self.names = names
        self.later_names.append(names)

    def after_a_power_cut(self, chance: random.Random) -> dict[str, bytes]:
        names = chance.choice([self.synced_names, *self.later_names])
        if self.later_names and chance.random() < 0.3:
            names = self.names
        return {name: file.after_a_power_cut(chance) for name, file in names.items()}


@dataclass(slots=True)
class Asked:
    """The requests, by token, of which the processor was asked for a link, and the provider to send the text."""

    links: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


#: Each request, and whether dipay would take it for one that may have gone out: no claim without its link does.
_REQUESTS = (
    "SELECT token, r.state IN ('claimed', 'in_doubt', 'accepted') AND coalesce(l.state, '') NOT IN ('wanted', 'absent') "
    "FROM requests r LEFT JOIN payment_links l ON l.request_id = r.id"
)


@dataclass(slots=True)
class Found:
    """What power cuts did: states of the disk, those that dipay could not open, those that lacked messages, the most
    that one lacked, those that were taken for restored, and what else was wrong.
    """

    states: int = 0
    unopened: int = 0
    lacking: int = 0
    most: int = 0
    noticed: int = 0
    alarms: int = 0
    broken: list[str] = field(default_factory=list)


def cut_the_power(
    there: Stage, pragmas: tuple[tuple[str, object], ...], states: int, chance: random.Random, *, links: bool
) -> Found:
    # Where state and settings lie in one folder, the marker's way to the disk takes the state's folder with it.
    there.settings["state"] = "state/dipay.db"
    there.write_settings()
    if links:
        there.take_links()
    record = there.root / "record"
    assert there.run("sync", pragmas=pragmas).exit_code == 0
    disks = [Disk(there.folder), Disk(there.state_path.parent)]
    assert there.run("send", "--yes", record=record, pragmas=pragmas).exit_code == 0
    # A text is known by its link: of the processor's by that address, and the question for that link by the token.
    texts = {token: there.processor.links_of(token)[0].url if links else token for *_, token in there.sent()}
    assert len(texts) == SIZE
    assert marker_for(there.folder, there.state_path).exists()
    changes, asked, found = list(changes_in(record)), Asked(), Found()
    for number, change in enumerate(changes):
        if change.what == "p":
            asked.links |= {token for token in texts if links and token.encode() in change.content}
            asked.texts |= {token for token, link in texts.items() if quote(link, safe="").encode() in change.content}
        for disk in disks:
            disk.take(change)
        # So many of each moment that they are enough together.
        for _ in range(states * (number + 1) // len(changes) - states * number // len(changes)):
            _put(there.root / "after", [disk.after_a_power_cut(chance) for disk in disks])
            _look(there.root / "after", asked, found, there)
    assert asked.texts == set(texts)
    assert asked.links == (set(texts) if links else set())
    return found


def _put(scratch: Path, left: list[dict[str, bytes]]) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    for folder, files in zip((scratch, scratch / "state"), left, strict=True):
        folder.mkdir(mode=0o700)
        for name, content in files.items():
            # Shared memory is gone with the power.
            if not name.endswith("-shm"):
                (folder / name).write_bytes(content)


def _look(scratch: Path, asked: Asked, found: Found, there: Stage) -> None:
    found.states += 1
    try:
        state = scratch / "state" / "dipay.db"
        marker = marker_for(scratch, state)
        with open_for_writing(state, marker, actor="proof", now=there.now) as store:
            here = dict(store.connection.execute(_REQUESTS).fetchall())
            lacking = sum(not here.get(token) for token in asked.texts) + len(asked.links - asked.texts - set(here))
            found.lacking += lacking > 0
            found.most = max(found.most, lacking)
            found.noticed += lacking > 0 and store.needs_reconciliation
            found.alarms += not lacking and store.needs_reconciliation
            found.broken += check_invariants(store.connection)
    except CannotGoOn:
        found.unopened += 1


def main() -> int:
    options = Options.of(__doc__)
    states = options.places or (STATES_LONG if options.long else STATES)
    rows, wrong = [], []
    try:
        for name, pragmas in {"TRUNCATE, EXTRA (dipay)": OWN, WITH_LINKS: OWN, **LOSING}.items():
            with stage(interposed=True, size=SIZE) as there:
                chance, count = random.Random(options.seed), states if pragmas is OWN else states // 3
                found = cut_the_power(there, pragmas, count, chance, links=name == WITH_LINKS)
            rows.append((name, found.states, found.lacking, found.most, found.noticed, found.unopened, found.alarms))
            print(*rows[-1], flush=True)
            if pragmas is OWN:
                if found.lacking or found.unopened:
                    wrong.append(f"{found.lacking} states lacked a message, {found.unopened} could not be opened")
                if found.alarms:
                    wrong.append(f"{found.alarms} states were taken for restored without need")
                wrong += found.broken
            elif not found.lacking:
                wrong.append(f"nothing was lost with {name}: this proof sees nothing")
    except NoInterposing:
        print("skipped: no C compiler here, or no Linux")
        return 0
    head = (
        "journal, synchronous", "states of the disk", "lack a message that went out", "most lacking in one",
        "of these noticed by the marker", "can't be opened", "taken for restored without need",
    )  # fmt: skip
    how = f"{SIZE} messages; every byte recorded by `proofs/interpose.c`"
    return finish(options, "power", head, rows, wrong, how=how)


if __name__ == "__main__":
    sys.exit(main())

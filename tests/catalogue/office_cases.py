"""Between days, on the disk, and in the settings: cases 70 and 89 to 97."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from dipay.config import load_settings, read_settings
from dipay.disk import kind_of, open_to_read
from dipay.domain.problems import CannotGoOn
from dipay.exports.reading import read_exports
from dipay.exports.tables import ledger as ledger_module
from dipay.office import Office
from dipay.services.comparing import compare_with_last
from tests.catalogue.building import LEDGER, PATIENTS, put, text_of, without
from tests.catalogue.cases import Case, Does
from tests.exports.reading import plan
from tests.exports.test_sizes import sparse, with_false_size
from tests.odd_files import put_odd
from tests.sending.practice import Practice

_P, _L = text_of(PATIENTS), text_of(LEDGER)
Run = Callable[[Path], list[str]]


def _texts(caught: CannotGoOn) -> list[str]:
    assert caught.exit_code == 3
    return [str(each) for each in caught.problems]


def _stopped(
    folder: Path, prepare: Callable[[Path], Any], *patches: Any, where: str = ".", **changes: Any
) -> list[str]:
    """What reading the usual two files stops with, once they were prepared and while these patches hold."""
    put(folder, {"patients.csv": _P, "ledger.csv": _L})
    prepare(folder)
    for each in patches:
        each.start()
    try:
        with pytest.raises(CannotGoOn) as caught:
            read_exports(plan(folder / where, **changes))
    finally:
        for each in patches:
            each.stop()
    return [text.replace(str(folder), "FOLDER") for text in _texts(caught.value)]


def _nothing(folder: Path) -> None:
    """Leaves the files as they are."""


def _growing(folder: Path) -> list[str]:
    def grow(seconds: float) -> None:
        with (folder / "ledger.csv").open("a") as file:
            file.write("50.00\n")

    def cut(folder: Path) -> None:
        (folder / "ledger.csv").write_text(_L + "0300,2026-10-01,payment,-1")

    return _stopped(folder, cut, patch("dipay.exports.sources.files.sleep", grow))


def _replaced(folder: Path) -> list[str]:
    read_ledger = ledger_module.read_ledger

    def read(*args: Any, **given: Any) -> Any:
        found = read_ledger(*args, **given)
        (folder / "ledger.csv").write_text(_L + _L.splitlines()[-1] + "\n")
        return found

    return _stopped(folder, _nothing, patch("dipay.exports.reading.read_ledger", read))


def _locked(name: str) -> Run:
    return lambda folder: _stopped(folder, lambda folder: (folder / name).write_bytes(b"\0"))


def _failing(error: OSError) -> Run:
    """Opening the ledger ends in this error of the system."""

    def fail(path: Path) -> Any:
        if path.name == "ledger.csv":
            raise error
        return open_to_read(path)

    return lambda folder: _stopped(folder, _nothing, patch("dipay.exports.sources.files.open_to_read", fail))


def _folder_unreadable(folder: Path) -> list[str]:

    def fail(path: Path) -> str:
        if path.name == "ledger.csv":
            raise PermissionError(errno.EACCES, "Permission denied")
        return kind_of(path)

    return _stopped(folder, _nothing, patch("dipay.exports.sources.files.kind_of", fail))


def _dying(folder: Path) -> list[str]:
    """A disk that fails in the middle of the ledger."""
    read, error = io.TextIOWrapper.__next__, OSError(errno.EIO, "Input/output error")

    class Fails(io.TextIOWrapper):
        def __next__(self) -> str:  # type: ignore[override]
            line = read(self)
            if line.startswith("0200"):
                raise error
            return line

    return _stopped(folder, _nothing, patch("dipay.exports.sources.text.io.TextIOWrapper", Fails))


def _odd(kind: str) -> Run:
    return lambda folder: _stopped(folder, lambda folder: put_odd(folder / "ledger.csv", kind))


def _linked(folder: Path) -> list[str]:
    (folder / "elsewhere").mkdir()
    put(folder / "elsewhere", {"patients.csv": _P, "ledger.csv": _L})
    (folder / "ledger.csv").symlink_to(folder / "elsewhere" / "ledger.csv")
    (folder / "patients.csv").symlink_to(folder / "elsewhere" / "patients.csv")
    return [str(each) for each in read_exports(plan(folder)).problems]


def _sized(name: str, make: Callable[[Path], Any]) -> Run:
    def run(folder: Path) -> list[str]:
        try:
            files = {"patients": "patients.csv", "ledger": name}
            return _stopped(folder, lambda folder: make(folder / name), files=files)
        finally:
            (folder / name).unlink()

    return run


def _old_by(hours: Sequence[float]) -> Run:
    """The two files, so many hours old each."""

    def run(folder: Path) -> list[str]:
        put(folder, {"patients.csv": _P, "ledger.csv": _L})
        now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
        for name, age in zip(("patients.csv", "ledger.csv"), hours, strict=True):
            written = (now - timedelta(hours=age)).timestamp()
            os.utime(folder / name, (written, written))
        found = read_exports(plan(folder, now=now)).problems
        assert {each.kind for each in found} <= {"stale", "mismatched"}
        return [str(each) for each in found]

    return run


class Morning(Practice):
    """A practice that was sent for once, on the day before, with exports of thirty accounts."""

    def __init__(self, folder: Path, size: int = 30) -> None:
        super().__init__(folder, size=size)
        report = self.send(limit=1000)
        assert report.count("accepted") == size, report
        self.now += timedelta(days=1)

    def said(self) -> list[str]:
        """What is said of the exports as they now are, beside those of the day before."""
        office: Office = self.office
        return [str(each) for each in compare_with_last(office, office.read_exports(office.today()))]


def _compared(change: Callable[[Morning], None]) -> Run:
    def run(folder: Path) -> list[str]:
        morning = Morning(folder)
        morning.later(hours=1)
        assert [each for each in morning.said() if "holds the same" not in each] == []
        change(morning)
        return morning.said()

    return run


def _paid_one(morning: Morning) -> None:
    """A day's usual business: what keeps the file from being the same as yesterday's."""
    morning.balances = {"1": "40.00"}
    morning.export()


def _older(morning: Morning) -> None:
    morning.now -= timedelta(days=4)
    _paid_one(morning)
    morning.now += timedelta(days=4)


def _fewer(morning: Morning) -> None:
    morning.size = 20
    morning.export()


def _moved(morning: Morning) -> None:
    morning.balances = {str(each): "150.00" for each in range(1, 31)}
    morning.export()


def _without_births(morning: Morning) -> None:
    """The birth dates, which tell who is a minor, are no longer in the export."""
    path = morning.folder / "patients.csv"
    lines = [line.split(",") for line in path.read_text().splitlines()]
    path.write_text("".join(",".join(cells[:5] + cells[6:]) + "\n" for cells in lines))
    os.utime(path, (morning.now.timestamp(), morning.now.timestamp()))


def _as_it_was(morning: Morning) -> None:
    """Nothing was exported anew."""


def _other_practice(morning: Morning) -> None:
    for name in ("patients.csv", "ledger.csv"):
        path = morning.folder / name
        lines = path.read_text().splitlines()
        path.write_text("\n".join([lines[0], *(f"9{line}" for line in lines[1:])]) + "\n")
        os.utime(path, (morning.now.timestamp(), morning.now.timestamp()))


def _settings(holds: str, old: str, new: str, more: str = "") -> Case:
    good = (
        "practice:\n  name: Maple Street Dental\n  phone: 207-555-0148\n  timezone: America/New_York\n"
        "exports:\n  patients: patients.csv\n  ledger: ledger.csv\n"
        'payment_link:\n  url: "https://pay.example.com/{request_id}"\n'
    )
    assert old in good
    return Case(
        97,
        holds,
        Does.SETTINGS,
        settings=(good.replace(old, new) + more).encode(),
        personal=("0123456789abcdef",),
    )


def _as_typed(folder: Path) -> list[str]:
    text = (
        "practice: {name: NO, phone: 02075550148, timezone: America/New_York}\n"
        'exports: {patients: 1_000, ledger: 2026-01-01}\npayment_link: {url: "https://pay.example.com/{request_id}"}\n'
        "messaging: {send_window: {from: 9:30, to: 17:00}, twilio: {from: +12075550100}}\n"
    )
    settings = read_settings(text.encode(), folder / "config.yaml").settings
    assert (settings.practice.name, settings.practice.phone) == ("NO", "02075550148")
    assert (settings.exports.patients, settings.exports.ledger) == ("1_000", "2026-01-01")
    assert (settings.messaging.send_window.from_, settings.messaging.send_window.to) == (time(9, 30), time(17))
    assert settings.messaging.twilio.from_ == "+12075550100"
    return []


def _odd_settings(kind: str) -> Run:
    def run(folder: Path) -> list[str]:
        put_odd(folder / "config.yaml", kind)
        with pytest.raises(CannotGoOn) as caught:
            load_settings(folder / "config.yaml")
        assert caught.value.exit_code == 2
        return [str(each) for each in caught.value.problems]

    return run


_END = '{request_id}"\n'

CASES = (
    Case(
        70, "no column for one of the things that leave people out", Does.NOTES,
        files={"patients.csv": text_of(without(PATIENTS, "do_not_recall", "text_consent"))}, concerned=frozenset({"0100", "0200", "0300"}),
    ),
    Case(
        70, "no column for one that the settings name", Does.STOPS, plan={"columns": {"patients": {"text_consent": "SMS"}}},
    ),
    Case(70, "a column that was there on the day before", Does.WARNS, run=_compared(_without_births)),
    Case(89, "a file that is still being written", Does.STOPS, run=_growing),
    Case(89, "a file that is written anew while it is read", Does.STOPS, run=_replaced),
    Case(90, "a file that Excel holds open", Does.STOPS, run=_locked("~$ledger.csv")),
    Case(90, "a file that LibreOffice holds open", Does.STOPS, run=_locked(".~lock.ledger.csv#")),
    Case(90, "a file that a program has locked", Does.STOPS, run=_failing(PermissionError(errno.EACCES, "Permission denied"))),
    Case(91, "a file in a folder that may not be looked into", Does.STOPS, run=_folder_unreadable),
    Case(91, "a network drive that is gone", Does.STOPS, run=_failing(OSError(errno.EHOSTDOWN, "Host is down"))),
    Case(91, "a disk that fails in the middle of a file", Does.STOPS, run=_dying),
    Case(91, "a folder in place of a file", Does.STOPS, run=_odd("a folder")),
    Case(91, "a pipe in place of a file", Does.STOPS, run=_odd("a pipe"), posix=True),
    Case(91, "a device in place of a file", Does.STOPS, run=_odd("a device"), posix=True),
    Case(91, "a link that leads nowhere", Does.STOPS, run=_odd("a link that leads nowhere"), posix=True),
    Case(91, "links to files", Does.ACCEPTS, run=_linked, posix=True),
    Case(91, "no file of that name", Does.STOPS, run=lambda folder: _stopped(folder, _nothing, files={"patients": "patients.csv", "ledger": "*.xlsx"})),
    Case(91, "no folder of that name", Does.STOPS, run=lambda folder: _stopped(folder, _nothing, where="gone")),
    Case(92, "files of two days ago", Does.WARNS, run=_old_by((49, 49))),
    Case(92, "files of this morning", Does.ACCEPTS, run=_old_by((3, 3))),
    Case(93, "the same file as on the day before", Does.REMARKS, run=_compared(_as_it_was)),
    Case(94, "files of two days", Does.WARNS, run=_old_by((28, 4))),
    Case(95, "the ledger given as patients, and the other way round", Does.STOPS, files={"patients.csv": _L, "ledger.csv": _P}),
    Case(96, "an older file than was used last", Does.WARNS, run=_compared(_older)),
    Case(96, "fewer rows and accounts by a third", Does.WARNS, run=_compared(_fewer)),
    Case(96, "all balances together half as much again", Does.WARNS, run=_compared(_moved)),
    Case(96, "another practice's files", Does.WARNS, run=_compared(_other_practice)),
    Case(96, "a day's usual payments", Does.ACCEPTS, run=_compared(_paid_one)),
    _settings("a text where a number belongs", _END, _END + "payment_settings:\n  minimum_balance: lots\n"),
    _settings("a text in place of a group", _END, _END + "payment_settings: lots\n"),
    _settings("a key nobody knows", _END, _END + "payment_settings:\n  minimum_balnce: 20\n"),
    _settings("a key twice", "  ledger: ledger.csv\n", "  ledger: ledger.csv\n  patients: other.csv\n"),
    _settings("an anchor and an alias", "ledger: ledger.csv", "ledger: *a"),
    _settings("a tag", "ledger: ledger.csv", "ledger: !!python/name:os.system ledger.csv"),
    _settings("a tab in place of blanks", "  ledger: ledger.csv", "\tledger: ledger.csv"),
    Case(97, "texts that YAML would read as numbers, times and yes or no", Does.ACCEPTS, run=_as_typed),
    _settings("yes where an amount belongs", _END, _END + "payment_settings:\n  minimum_balance: yes\n"),
    _settings("a yes that is none", _END, _END + "payment_settings:\n  minimum_inclusive: maybe\n"),
    _settings("a time that YAML would read as a number", _END, _END + "messaging:\n  send_window: {from: 1020}\n"),
    _settings("a language by its name", _END, _END + "campaign:\n  messages:\n  - {day: 0, text: {en: '{link}', Spanish: '{link}'}}\n"),
    _settings("no text in the practice's language", _END, _END + "campaign:\n  messages:\n  - {day: 0, text: {es: '{link}'}}\n"),
    _settings("a practice of a language that dipay has no messages in", "  timezone", "  language: vi\n  timezone"),
    _settings("a secret", _END, _END + "messaging:\n  twilio: {auth_token: 0123456789abcdef0123456789abcdef}\n"),
    _settings("a key of Stripe's", _END, _END + "  stripe: {api_key: sk_live_0123456789abcdef}\n"),
    _settings("links by Stripe in a country of an unknown currency", "  timezone", "  country: NO\n  timezone", more="  provider: stripe\n"),
    _settings("no address where no processor makes the links", '  url: "https://pay.example.com/{request_id}"\n', "  provider: template\n"),
    _settings("a variable that is not filled in", "  ledger: ledger.csv", "  ledger: ${LEDGER}"),
    _settings("a required group left out", "payment_link:\n  url", "monitor"),
    _settings("a second document", _END, _END + "---\nstate: b.db\n"),
    Case(97, "a folder in place of the settings", Does.SETTINGS, run=_odd_settings("a folder")),
    Case(97, "a pipe in place of the settings", Does.SETTINGS, run=_odd_settings("a pipe"), posix=True),
    Case(97, "settings that are nested without end", Does.SETTINGS, settings=b"a: " + b"[" * 3000),
    Case(97, "settings of 300 kB", Does.SETTINGS, settings=b"# " + b"x" * 300_000),
    Case(123, "a ledger with a hole of 3 GB", Does.STOPS, run=_sized("ledger.csv", lambda path: sparse(path, _L.encode()))),
    Case(123, "a line of three million letters", Does.STOPS, run=_sized("ledger.csv", lambda path: path.write_text(_L + "0" * 3_000_000))),
    Case(123, "a workbook of 3 GB", Does.STOPS, run=_sized("ledger.xlsx", lambda path: sparse(path, b"PK\3\4"))),
    Case(123, "a workbook with a part that is larger than it says", Does.STOPS, run=_sized("ledger.xlsx", lambda path: with_false_size(path, "xl/workbook.xml", 20))),
    Case(97, "settings in Windows-1252", Does.SETTINGS, settings="practice: {name: Muñoz}".encode("cp1252")),
)  # fmt: skip

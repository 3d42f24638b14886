"""The demo: everybody's first look at dipay, which must work anywhere and leave nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from cProfile import Profile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType

import pytest

import dipay
from dipay.demo.playback import Playback, Recorded
from dipay.demo.story import STEPS
from dipay.domain.outcomes import Accepted, Delivery
from dipay.messaging import DeliveryReport, Outgoing, Sender
from dipay.office import system_clock
from tests.sending.in_process import run_here

DEMO = [sys.executable, "-m", "dipay", "demo"]
BROKEN = "practice: [of somebody else's\n"
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals and pty are of Unix")


@dataclass
class Somewhere:
    """A computer's folders: a user's home, one for temporary files, and one to work in, with settings that are wrong."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("home", "temporary", "work"):
            (self.root / name).mkdir()
        for name in ("work/config.yaml", "broken.yaml"):
            (self.root / name).write_text(BROKEN)
        temporary, home = str(self.root / "temporary"), str(self.root / "home")
        self.environment |= {
            **os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": home, "USERPROFILE": home, "APPDATA": home, "LOCALAPPDATA": home,
            "TMPDIR": temporary, "TEMP": temporary, "TMP": temporary,
            "DIPAY_CONFIG": str(self.root / "broken.yaml"), "LOGNAME": "kim", "COLUMNS": "80", "TERM": "xterm",
        }  # fmt: skip

    def run(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """How the demo ended there with nobody at a terminal."""
        return subprocess.run(
            [*DEMO, *args], cwd=self.root / "work", env=self.environment | environment, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    def is_untouched(self) -> bool:
        files = {str(each.relative_to(self.root)) for each in self.root.rglob("*") if each.is_file()}
        folders = {each.name for each in self.root.rglob("*") if each.is_dir()}
        return (
            files == {str(Path("work/config.yaml")), "broken.yaml"}
            and folders == {"home", "temporary", "work"}
            and (self.root / "work/config.yaml").read_text() == BROKEN
        )


@pytest.fixture
def somewhere(tmp_path: Path) -> Somewhere:
    return Somewhere(tmp_path)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the whole demo says, where a user has settings, and they are broken."""
    somewhere = Somewhere(tmp_path_factory.mktemp("somewhere"))
    found = somewhere.run("--yes", PYTHONUTF8="1")
    assert (found.returncode, found.stderr) == (0, "")
    assert somewhere.is_untouched()
    return found.stdout


def without_its_folder(told: str) -> str:
    return re.sub(r"\S*dipay-demo-\w+", "FOLDER", told)


def test_every_step_shows_its_command_and_what_that_answers(told: str) -> None:
    typed = [line.removeprefix("$ dipay ") for line in told.splitlines() if line.startswith("$ ")]
    assert typed == [each for step in STEPS if not step.by_keys for each in step.commands]
    for answer in (
        "To ask today: 9 first requests, $1,759.00 (1 without a usable mobile number).",
        'error: ledger.csv:26, column "amount": "1O0.00" is not an amount.',
        "Will be asked today for $442.00.",
        "Not asked today: same number as account 1013.",
        "Left out: there is no terminal here to draw it on.",
        "Snoozed until 2026-12-01: Ivo Pendrake (1019).",
        "Birch Lane Dental: Lucía, tiene saldo pendiente:",
        "7 accepted, 1 undeliverable.\nThis was a rehearsal:",
        "Deliveries: 6 delivered, 1 undelivered; 0 still under way.\n"
        "New replies: 1 thanks or will pay, 1 opt-out, 1 already paid, 1 question.",
        "Marked paid on 2026-11-17, until a newer export: Mabel Garrick (1009).",
        "Dealt with: reply 4 of 17 Nov (question) from Silas Hathersage (1010).",
        "It is a landline or a carrier that takes no texts.",
        "Oswin Dunmere (1006), (207) 555-0186: accepted",
        "Birch Lane Dental, Tue 17 Nov 2026  REHEARSAL: nobody is texted",
        "To ask today: 1 first request, $100.00; 3 follow-ups, $588.00.",
        "first request   10 $558.00*",
        "The demo's folder is removed, and nothing else was touched.",
    ):
        assert answer in told
    assert "(exit code 2" not in told


def test_it_is_the_same_anywhere_and_needs_no_yes_where_nobody_is(told: str, somewhere: Somewhere) -> None:
    found = somewhere.run(TZ="Pacific/Kiritimati", PYTHONUTF8="1")
    assert found.returncode == 0
    assert without_its_folder(found.stdout) == without_its_folder(told)


def asked_for_the_time(profile: Profile) -> set[str]:
    """The modules of dipay's that called a clock of Python's."""
    package = str(Path(dipay.__file__).parent)
    clocks = re.compile(r"<built-in method (?:now|utcnow|today|time\.(?:time|time_ns|localtime|gmtime))>")
    return {
        Path(caller.code.co_filename).name
        for caller in profile.getstats()
        if isinstance(caller.code, CodeType) and caller.code.co_filename.startswith(package)
        for called in caller.calls or ()
        if clocks.fullmatch(str(called.code))
    }


def test_it_asks_no_clock_of_the_computers(tmp_path: Path) -> None:
    """So it is the same at three in the morning of a Sunday, when nothing may be sent."""
    profile = Profile()
    with profile:
        found = run_here(tmp_path, "demo", "--yes")
    assert found.exit_code == 0
    assert asked_for_the_time(profile) == set()
    with profile:
        system_clock()
    assert asked_for_the_time(profile) == {"office.py"}


def test_what_is_said_can_be_left_out_and_notes_be_added(tmp_path: Path) -> None:
    quiet = run_here(tmp_path, "demo", "--yes", "--quiet").stdout
    assert "An account is a family" not in quiet
    assert "$ dipay list\n" in quiet
    assert "Passed: 21 of 21 rules" in quiet
    verbose = run_here(tmp_path, "demo", "--yes", "--verbose", "--no-color").stdout
    assert "$ dipay list --verbose --no-color\n" in verbose
    assert "shared-number" in verbose.partition("$ dipay why Birkdale --verbose --no-color\n")[2].partition("$ ")[0]


@pytest.mark.parametrize("option", ["--json", "--config=config.yaml"])
def test_it_takes_no_settings_and_is_for_people(option: str, tmp_path: Path) -> None:
    found = run_here(tmp_path, "demo", "--yes", option)
    assert found.exit_code == 2
    assert "No such option" in found.stderr


def test_where_its_folder_can_not_be_it_says_so_and_ends(somewhere: Somewhere, tmp_path: Path) -> None:
    synced = tmp_path / "Dropbox"
    synced.mkdir()
    found = somewhere.run("--yes", **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(synced)))
    assert found.returncode == 5
    assert "lies in a synced folder" in found.stdout
    assert list(synced.iterdir()) == []


def test_without_a_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.mkdtemp", fails)
    found = run_here(tmp_path, "demo", "--yes")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "there is no folder for temporary files: No usable temporary directory found." in found.stderr


@posix_only
def test_a_reader_that_has_enough(somewhere: Somewhere) -> None:
    found = subprocess.run(
        ["/bin/sh", "-c", '"$@" | head -3', "sh", *DEMO, "--yes"], cwd=somewhere.root / "work",
        env=somewhere.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, b"")
    assert somewhere.is_untouched()


class Terminal:
    """The demo on a terminal of its own, of 40 rows or as many as are given."""

    def __init__(self, somewhere: Somewhere, rows: int = 40) -> None:
        if sys.platform == "win32":
            raise NotImplementedError
        import fcntl
        import pty
        import struct
        import termios

        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
        self.process = subprocess.Popen(
            DEMO, cwd=somewhere.root / "work", env=somewhere.environment, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.shown = ""

    def until(self, words: str) -> str:
        """What is shown until these words, which it waits for; or until the end."""
        shown = ""
        with suppress(OSError):
            while words not in shown and (more := os.read(self._ours, 65536)):
                shown += more.decode(errors="replace").replace("\r\n", "\n")
        return shown

    def types(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def ends(self) -> tuple[int, str]:
        """Its exit code and what it showed at last."""
        shown = self.until("nothing that is shown")
        os.close(self._ours)
        return self.process.wait(), shown


@posix_only
def test_on_a_terminal_enter_goes_on_and_q_ends(somewhere: Somewhere) -> None:
    terminal = Terminal(somewhere)
    assert "entry_id,patient_id,date,type,description,amount" in terminal.until("Enter: go on, q: end > ")
    terminal.types("\n")
    assert "To ask today: 9 first requests" in terminal.until("Enter: go on, q: end > ")
    terminal.types("q\n")
    assert terminal.ends() == (0, "q\nThe demo's folder is removed, and nothing else was touched.\n")
    assert somewhere.is_untouched()


@posix_only
def test_a_low_screen_shows_what_a_step_is_for_before_its_answer(somewhere: Somewhere) -> None:
    terminal = Terminal(somewhere, rows=24)
    terminal.until("Enter: go on, q: end > ")
    terminal.types("\n")
    before = terminal.until("Enter: run it, q: end > ")
    assert "$ dipay list" in before
    assert "To ask today" not in before
    terminal.types("\n")
    assert "To ask today" in terminal.until("Enter: go on, q: end > ")
    terminal.types("\x04")  # the end of the input
    assert terminal.ends()[0] == 0
    assert somewhere.is_untouched()


@posix_only
def test_the_review_opens_by_a_key_and_the_demo_goes_on_from_what_was_done_in_it(somewhere: Somewhere) -> None:
    terminal = Terminal(somewhere)
    for _ in range(4):
        terminal.until("Enter: go on, q: end > ")
        terminal.types("\n")
    terminal.until("Enter: open it, s: skip it, q: end > ")
    terminal.types("\n")
    terminal.until("Quit")
    terminal.types("q")
    terminal.until("Enter: go on, q: end > ")
    terminal.types("\n")
    assert "Snoozed until 2026-12-01: Ivo Pendrake (1019)." in terminal.until("Enter: go on, q: end > ")
    terminal.types("q\n")
    assert terminal.ends()[0] == 0
    assert somewhere.is_untouched()


@posix_only
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("steps", [0, 7])
def test_what_interrupts_it_leaves_nothing(name: str, steps: int, somewhere: Somewhere) -> None:
    terminal = Terminal(somewhere)
    for _ in range(steps):
        if "Enter: open it" in terminal.until(" > "):
            terminal.types("s")
        terminal.types("\n")
    terminal.until("Enter: go on, q: end > ")
    # A signal that comes while the line is being made ready is seen with the next one.
    for _ in range(60):
        terminal.process.send_signal(getattr(signal, name))
        with suppress(subprocess.TimeoutExpired):
            terminal.process.wait(1)
            break
    exit_code, shown = terminal.ends()
    assert exit_code == 130
    assert "Interrupted. The demo's folder is removed, and nothing else was touched." in " ".join(shown.split())
    assert somewhere.is_untouched()


MORNING = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)


def test_a_record_is_played_back_to_those_who_got_a_message(tmp_path: Path) -> None:
    now = MORNING
    failed = DeliveryReport(Delivery.FAILED, "30005")
    record = {
        "+12075550101": Recorded(reply="later", after=timedelta(minutes=9)),
        "+12075550102": Recorded(failed, reply="sooner", after=timedelta(minutes=3)),
        "+12075550103": Recorded(reply="nobody asked me"),
    }
    sender: Sender = Playback(tmp_path / "outbox", lambda: now, record)
    sent = [sender.send(Outgoing(each, f"token{each}", f"+1207555010{each}", "text")) for each in (1, 2, 4)]
    ids = [each.provider_id for each in sent if isinstance(each, Accepted)]
    assert [sender.fetch(each) for each in ids] == [
        DeliveryReport(Delivery.DELIVERED), failed, DeliveryReport(Delivery.DELIVERED),
    ]  # fmt: skip
    assert sender.fetch("OB" + "0" * 32) is None
    assert sender.replies(MORNING, 10) == []
    now = MORNING + timedelta(minutes=9)
    sender.send(Outgoing(5, "token5", "+12075550102", "once more"))
    told = sender.replies(MORNING, 10)
    assert [(each.text, each.at - MORNING) for each in told] == [
        ("sooner", timedelta(minutes=3)), ("later", timedelta(minutes=9)),
    ]  # fmt: skip
    assert sender.replies(MORNING, 1) == told[:1]
    assert sender.replies(MORNING + timedelta(minutes=5), 10) == told[1:]

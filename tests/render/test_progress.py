"""What takes long is one line of a terminal, after the first second, and it goes away."""

from __future__ import annotations

import io
import re
import sys
import threading

import pytest

from dipay.render.progress import Progress


class Terminal(io.StringIO):
    """A terminal that keeps all that it is sent."""

    def isatty(self) -> bool:
        return True

    @property
    def lines(self) -> list[str]:
        """What was shown, one after the other, without colours and moves of the cursor."""
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.getvalue())
        return [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _an_ordinary_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_INTERACTIVE", "TTY_COMPATIBLE", "CI"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def screen() -> Terminal:
    return Terminal()


@pytest.fixture
def progress(screen: Terminal, clock: Clock) -> Progress:
    return Progress(screen, monotonic=clock)


def test_nothing_is_shown_of_what_is_quick(screen: Terminal, clock: Clock, progress: Progress) -> None:
    clock.now += 0.9
    progress("ledger.csv", 1_000, 0.5)
    progress("ledger.csv", 2_000, 1.0)
    with progress.doing("backing up the state file"):
        clock.now += 0.05
    assert screen.getvalue() == ""


def test_what_takes_long_is_one_line_that_goes_away(screen: Terminal, clock: Clock, progress: Progress) -> None:
    progress("ledger.csv", 1_000, 0.1)
    clock.now += 1.5
    progress("ledger.csv", 1_234_567, 0.42)
    assert re.fullmatch(r"reading ledger.csv: 1,234,567 rows \S+ 42% 0:00:0\d", screen.lines[-1])
    clock.now += 0.1
    progress("ledger.csv", 1_300_000, 0.43)
    assert "1,300,000" not in screen.getvalue()
    clock.now += 0.15
    progress("ledger.csv", 1_400_000, 0.45)
    assert "1,400,000 rows" in screen.lines[-1]
    progress("ledger.csv", 2_000_000, 1.0)
    # The cursor is there again, on a line that is blank.
    assert screen.getvalue().endswith("\x1b[1A\x1b[2K")
    assert screen.getvalue().count("\x1b[?25h") == screen.getvalue().count("\x1b[?25l") == 1


def test_a_workbook_has_no_rows_before_its_cells_are_taken_out(
    screen: Terminal, clock: Clock, progress: Progress
) -> None:
    clock.now += 1.5
    progress("ledger.xlsx", 0, 0.2)
    assert re.match(r"reading ledger.xlsx \S+ 20%", screen.lines[-1])
    progress("ledger.xlsx", 0, 1.0)


def test_a_name_drives_no_terminal(screen: Terminal, clock: Clock, progress: Progress) -> None:
    clock.now += 1.5
    progress("\x1b]0;x\x07[red]l.csv", 0, 0.2)
    progress.end()
    assert "\x1b]0" not in screen.getvalue()
    assert "reading ?]0;x?[red]l.csv" in screen.lines[-1]


def test_what_is_counted_and_of_how_many(screen: Terminal, clock: Clock, progress: Progress) -> None:
    with progress.doing("reading the provider's log", "messages") as tell:
        tell(1, None)
        clock.now += 1.0
        tell(4_711, None)
        assert re.fullmatch(r"reading the provider's log: 4,711 messages \S+ +0:00:0\d", screen.lines[-1])
    with progress.doing("asking what became of the messages", "messages") as tell:
        tell(30, 120)
        clock.now += 0.3
        tell(60, 120)
        assert re.match(r"asking what became of the messages: 60 messages \S+ 50%", screen.lines[-1])


def test_what_tells_nothing_is_shown_too(screen: Terminal) -> None:
    """A long call of the database's own: a clock that runs shows it."""
    shown = threading.Event()

    class Told(Terminal):
        def write(self, text: str) -> int:
            if "backing up" in text:
                shown.set()
            return super().write(text)

    seconds = iter([0.0, 1.5])
    progress = Progress(Told(), monotonic=lambda: next(seconds, 3.0))
    with progress.doing("backing up the state file"):
        assert shown.wait(30)


def test_a_job_within_a_job_has_the_line_until_it_ends(screen: Terminal, clock: Clock, progress: Progress) -> None:
    with progress.doing("opening the state file"):
        clock.now += 2
        with progress.doing("backing up the state file"):
            assert screen.lines[-1].startswith("backing up")
        assert screen.lines[-1].startswith("opening")


def test_after_a_question_the_second_begins_anew(screen: Terminal, clock: Clock, progress: Progress) -> None:
    with progress.doing("asking what became of the messages"):
        clock.now += 0.5
    clock.now += 30
    with progress.doing("backing up the state file"):
        clock.now += 0.5
    assert screen.getvalue() == ""


def test_whatever_ends_a_job_takes_its_line_away(screen: Terminal, clock: Clock, progress: Progress) -> None:
    def fails() -> None:
        with progress.doing("reading the provider's log", "messages") as tell:
            clock.now += 2
            tell(5, None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert screen.getvalue().endswith("\x1b[1A\x1b[2K")
    progress("ledger.csv", 10, 0.4)
    progress.end()
    assert screen.getvalue().endswith("\x1b[1A\x1b[2K")
    progress.end()


def test_a_message_meanwhile_stands_above_the_line(
    screen: Terminal, clock: Clock, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", screen)
    with progress.doing("reading the provider's log") as tell:
        clock.now += 2
        tell(1, None)
        out = sys.stdout
        print("Stopping after the message in hand.", file=sys.stderr)
        assert out is sys.stdout
    assert sys.stderr is screen
    assert "Stopping after the message in hand." in screen.lines


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_can_t_take_a_line_away_gets_none(
    term: str, screen: Terminal, clock: Clock, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    with progress.doing("opening the state file") as tell:
        clock.now += 5
        tell(1, 2)
    assert screen.getvalue() == ""


def test_without_colours_where_none_are_wanted(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for no_color in (True, False):
        if not no_color:
            monkeypatch.setenv("NO_COLOR", "1")
        screen = Terminal()
        progress = Progress(screen, no_color=no_color, monotonic=clock)
        with progress.doing("opening the state file") as tell:
            clock.now += 5
            tell(1, 2)
        assert "opening the state file" in screen.getvalue()
        assert not re.search(r"\x1b\[(3[0-9]|38;|9[0-7])[0-9;]*m", screen.getvalue())


def test_an_old_console_gets_letters_that_it_has(clock: Clock) -> None:
    class Old(Terminal):
        encoding = "cp437"

    screen = Old()
    progress = Progress(screen, monotonic=clock)
    with progress.doing("opening the state file") as tell:
        clock.now += 5
        tell(1, 2)
    assert screen.getvalue().isascii()

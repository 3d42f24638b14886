"""Makes docs/pictures/ from the samples: what the terminal shows of them on the day that they are made for."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text
from textual.pilot import Pilot

from dipay.config import load_settings
from dipay.domain.choices import Choice
from dipay.office import Office
from dipay.render.listing import print_listing
from dipay.review.app import ReviewApp
from dipay.services.worklist import make_worklist

ROOT = Path(__file__).parents[1]
#: Ten in the morning in Maine, on the day the samples are made for.
MORNING = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
_ACCOUNTS_SHOWN = 12


def office_to_try(folder: Path) -> Office:
    """The office of who has just tried dipay as README says, in that folder, which is new."""
    (folder / "samples").mkdir()
    shutil.copy(ROOT / "config.example.yaml", folder / "config.yaml")
    for name in ("patients.csv", "ledger.csv"):
        path = shutil.copy(ROOT / "samples" / name, folder / "samples")
        os.utime(path, (MORNING.timestamp(), MORNING.timestamp()))
    return Office(load_settings(folder / "config.yaml"), lambda: MORNING)


def list_picture(office: Office) -> str:
    """`dipay list`, with the first of its accounts."""
    written = StringIO()
    print_listing(make_worklist(office, None), Choice.PENDING, (), _terminal(written))
    lines = written.getvalue().splitlines()
    below = next(number for number, line in enumerate(lines) if "aging:" in line)
    shown = ["$ dipay list", *lines[: 1 + _ACCOUNTS_SHOWN], "...", *lines[below:]]
    picture = _terminal(StringIO())
    picture.print(Text.from_ansi("\n".join(shown)))
    return _fetching_nothing(picture.export_svg(title="dipay list"), "list")


def review_picture(office: Office) -> str:
    """`dipay review`, one account left out and the next one looked at."""
    app = ReviewApp(office)

    async def settle(pilot: Pilot[int]) -> None:
        await pilot.pause()
        while app.hands.busy or not all(each.is_finished for each in app.workers if each.group != "keys"):
            await asyncio.sleep(0.01)
        await pilot.pause()

    async def run() -> str:
        async with app.run_test(size=(100, 26)) as pilot:
            await settle(pilot)
            for key in ("down", "down", "space", "down", "w"):
                await pilot.press(key)
                await settle(pilot)
            return _fetching_nothing(app.export_screenshot(), "review")

    try:
        return asyncio.run(run())
    finally:
        app.hands.close()


def _terminal(written: StringIO) -> Console:
    return Console(
        file=written, record=True, width=80, force_terminal=True, color_system="truecolor", legacy_windows=False,
        highlight=False, markup=False, emoji=False, no_color=False,
    )  # fmt: skip


def _fetching_nothing(svg: str, name: str) -> str:
    """Rich's picture without a font that is elsewhere: any of one width will do, for each text has its length."""
    lines = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code, ", "")
    named = re.sub(r"terminal-\d+", name, lines)
    return "\n".join(line.rstrip() for line in named.splitlines() if line.strip()) + "\n"


def _on_a_new_desk(draw: Callable[[Office], str]) -> Callable[[], str]:
    def made() -> str:
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # Windows may be slow to let go of a file
            return draw(office_to_try(Path(folder)))

    return made


PICTURES = {
    "pictures/list.svg": _on_a_new_desk(list_picture),
    "pictures/review.svg": _on_a_new_desk(review_picture),
}

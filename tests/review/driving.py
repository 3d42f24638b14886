"""The review driven by keys and mouse, and what is read on its screen. A test is a plain function around a coroutine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot
from textual.worker import Worker

from dipay.domain.situation import AccountState
from dipay.messaging import Sender
from dipay.messaging.outbox import Outbox
from dipay.office import Office
from dipay.review.app import ReviewApp
from dipay.review.columns import BOX_AT
from dipay.state.situations import situation
from dipay.state.store import open_for_reading
from tests.sending.practice import Practice


def rename(practice: Practice, account: str, first: str, last: str) -> None:
    """Gives a patient of the export another name, quotes and all."""
    path = practice.folder / "patients.csv"
    lines = path.read_text().splitlines()
    for index, line in enumerate(lines):
        cells = line.split(",")
        if cells[0] == account:
            cells[2:4] = [f'"{first}"', f'"{last}"']
            lines[index] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n")
    os.utime(path, (practice.now.timestamp(), practice.now.timestamp()))


def state_of(practice: Practice, account: str) -> AccountState:
    """What the state file has of an account."""
    office = practice.office
    with open_for_reading(office.state_path) as store:
        return situation(store, office.today(), office.settings.messaging.provider).of(account)


def deselected(practice: Practice) -> set[str]:
    ids = [str(each) for each in range(1, practice.size + 1)]
    return {each for each in ids if state_of(practice, each).deselected_on is not None}


#: What a key begins draws the screen, and what waited for that draws it again.
_ROUNDS = 3


async def until_idle(*_: float) -> None:
    """Waits until nothing is left to do but to wait for a key, for a moment or for a thread.

    Textual's own way is to look at the process's time, for 20 ms at least and several times a key.
    """
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while loop._ready:  # type: ignore[attr-defined]
        await asyncio.sleep(0)


def _looks_up(worker: Worker[object]) -> bool:
    return worker.group == "numbers" and not worker.is_finished


@dataclass
class Driver:
    """An open review."""

    app: ReviewApp
    pilot: Pilot[int]

    async def press(self, *keys: str) -> None:
        """Presses keys and waits until everything they began is done."""
        for key in keys:
            await self.pilot.press(key)
            await self._hands_at_rest()
        await self.settle()

    async def type(self, text: str) -> None:
        names = {" ": "space", "-": "minus", "?": "question_mark", "(": "left_parenthesis", ")": "right_parenthesis"}
        for letter in text:
            await self.pilot.press(names.get(letter, letter))
        await self.settle()

    async def settle(self) -> None:
        for _ in range(_ROUNDS):
            await self.pilot.pause()
            await self._hands_at_rest()
        await self.pilot.pause()

    async def _hands_at_rest(self) -> None:
        while self.app.hands.busy or any(_looks_up(each) for each in self.app.workers):
            await asyncio.sleep(0.001)
        await until_idle()

    async def click_row(self, index: int, *, box: bool = False, shift: bool = False) -> None:
        await self.pilot.click(self.app.review.table, offset=(BOX_AT + 1 if box else 20, index + 1), shift=shift)
        await self.settle()

    def text(self) -> str:
        """What is read on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    def line(self, holding: str) -> str:
        """The first line on the screen that holds those words."""
        found = [line for line in self.text().splitlines() if holding in line]
        assert found, f'nothing on the screen holds "{holding}":\n{self.text()}'
        return found[0]


def drive(
    office: Office,
    steps: Callable[[Driver], Awaitable[None]],
    *,
    size: tuple[int, int] = (80, 24),
    sender: Callable[[Office], Sender] | None = None,
) -> ReviewApp:
    """Opens the review, takes the steps, and gives the app as it was left."""

    def outbox(here: Office) -> Sender:
        return Outbox(Path(here.loaded.path.parent / "outbox"), here.clock)

    app = ReviewApp(office, sender or outbox)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            await steps(driver)

    try:
        asyncio.run(run())
    finally:
        app.hands.close()
    return app

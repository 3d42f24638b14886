"""Keys: how Textual is told of the actions' keys, and that they take effect one after the other, as they were typed.

Textual hands letters to the focused widget at once and everything else round by the app, so that of keys typed faster
than they are drawn (over a slow line, by somebody who knows them by heart) a later one can come first: `/` and a name
would tick rows in the table instead of searching (Textualize/textual, issue 6605).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import TypeVar

from textual import events
from textual.app import App, ScreenStackError
from textual.binding import Binding

from dipay.review.actions import Action

T = TypeVar("T")
#: What a key sets off goes through the widgets' queues: to the app and down, back up with an answer, and to the focus.
_ROUNDS = 4
_AT_MOST_SECONDS = 0.5
#: A key that nobody types another one after is drawn by then.
_DRAWN_SECONDS = 0.1


def bindings_of(actions: Iterable[Action]) -> list[Binding]:
    """The keys of these actions, each to be done by `action_do` with its name."""
    return [Binding(key, f"do('{each.name}')", each.help, show=False) for each in actions for key in each.keys]


class KeysInOrder(App[T]):
    """An app in which the next key waits until the one before it has taken effect."""

    _typed: deque[events.Key] | None = None
    _more: asyncio.Event
    _key: events.Key | None = None

    async def on_event(self, event: events.Event) -> None:
        """Puts a key that was typed in line; all else goes its usual way."""
        if not isinstance(event, events.Key) or event.is_forwarded or event is self._key:
            await super().on_event(event)
            return
        if self._typed is None:
            self._typed, self._more = deque(), asyncio.Event()
            self.run_worker(self._take_keys(self._typed, self._more), group="keys")
        self._typed.append(event)
        self._more.set()

    async def _take_keys(self, typed: deque[events.Key], more: asyncio.Event) -> None:
        while True:
            await more.wait()
            self._key = typed.popleft()
            if not typed:
                more.clear()
            self.post_message(self._key)
            # While nobody types on, the key is drawn first: to ask every widget would keep that waiting.
            with suppress(TimeoutError):
                await asyncio.wait_for(more.wait(), _DRAWN_SECONDS)
            for _ in range(_ROUNDS):
                await self._until_handled()

    async def _until_handled(self) -> None:
        """Waits until every widget on the screen has done what was in its queue."""
        try:
            waiting = [self, *self.screen.walk_children(with_self=True)]
        except ScreenStackError:  # the review was just left
            return
        handled = asyncio.Event()
        left = 0

        def one_handled() -> None:
            nonlocal left
            left -= 1
            if not left:
                handled.set()

        left = sum(each.call_later(one_handled) for each in waiting)
        if left:
            try:
                await asyncio.wait_for(handled.wait(), _AT_MOST_SECONDS)
            except TimeoutError:
                # A widget was taken off the screen with its queue.
                return

"""The line of keys at the bottom: what is done most, from the table of actions. A click on a key is that key pressed.

It never changes, so that a dialog that closes has nothing of it to make anew (Textual's own footer has).
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text
from textual import events
from textual.widget import Widget

from dipay.review.actions import Action


class KeyLine(Widget):
    """The keys of those actions that have a label."""

    DEFAULT_CSS = "KeyLine { height: 1; background: $footer-background; color: $footer-foreground; }"

    def __init__(self, actions: Iterable[Action]) -> None:
        super().__init__(id="keys")
        self._text = Text(no_wrap=True)
        self._keys: list[str] = []
        for action in actions:
            if action.label:
                self._text.append(f" {action.key_names.split(', ')[0]} ", style="bold")
                self._text.append(f"{action.label} ")
                self._keys += [action.keys[0]] * (self._text.cell_len - len(self._keys))

    def render(self) -> Text:
        return self._text

    def on_click(self, event: events.Click) -> None:
        if event.x < len(self._keys):
            self.app.simulate_key(self._keys[event.x])

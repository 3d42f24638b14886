"""How far reading a long file has come: one line on a terminal's stderr, after the first second, gone at the end."""

from __future__ import annotations

import time
from typing import TextIO

#: Nothing is shown of what takes less; then at most so often.
FIRST_SECONDS, EVERY_SECONDS = 1.0, 0.2


class Progress:
    """Called with a file's name, its rows so far and the share of it that is read; 1.0 ends the file."""

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._next = time.monotonic() + FIRST_SECONDS
        self._shown = False

    def __call__(self, file: str, rows: int, share: float) -> None:
        if share >= 1.0:
            if self._shown:
                self._screen.write("\r\x1b[K")
                self._screen.flush()
            self._shown = False
            return
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY_SECONDS
        self._shown = True
        # A workbook's rows are known only once all of it is taken apart.
        count = f"{rows:,} rows, " if rows else ""
        self._screen.write(f"\r\x1b[Kreading {file}: {count}{share:.0%}")
        self._screen.flush()

"""Plain lines on their way out, without what draws tables, which takes longer to import than a small command to run."""

from __future__ import annotations

import shutil
from typing import TextIO


def on_screen(line: str, stream: TextIO) -> str:
    """The line, broken between words where a terminal would break it anywhere; for a file it stays whole."""
    if not stream.isatty():
        return line
    width = shutil.get_terminal_size().columns
    # No letter is wider than two cells.
    if 2 * len(line) <= width:
        return line
    from dipay.render.fitting import wrapped

    return wrapped(line, width, further=" " * (len(line) - len(line.lstrip()) + 2), tear=False)

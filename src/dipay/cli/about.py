"""What a report of a mistake needs to know of an installation; nothing of the practice, and no path."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from importlib import metadata

from dipay.state.schema import versions


def about() -> Iterator[str]:
    """Python, the system, the state's tables, and each library that dipay works with."""
    yield f"Python {platform.python_version()} ({platform.python_implementation()})"
    yield platform.platform()
    yield versions()
    yield from (f"{name} {version}" for name, version in _libraries())


def _libraries() -> Iterator[tuple[str, str]]:
    """Those that are asked for and are there; none where dipay runs from its source and was never installed."""
    try:
        required = metadata.requires("dipay") or []
    except metadata.PackageNotFoundError:
        return
    for line in required:
        name, _, extra = line.partition("extra == ")
        # The other extras are for work on dipay.
        if extra and "stripe" not in extra:
            continue
        name = re.split(r"[^\w.-]", name, maxsplit=1)[0]
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue

"""Profiles of properties: `pytest --hypothesis-profile long` tries four times as many examples of each. And where the
tests' files lie: in memory where that is possible, for thousands of state files wait for the disk at every step.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
import typer.testing
from hypothesis import HealthCheck, settings

# A busy computer is slow to make examples and to try them; that says nothing of the property.
settings.register_profile("usual", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("usual"), max_examples=400)
settings.load_profile("usual")

# Its runner makes all commands anew from the app for each one that it runs.
typer.testing._get_command = cache(typer.testing._get_command)  # type: ignore[attr-defined]

#: Linux's folder in memory. Containers often have too little of it, and some systems run no program from there.
_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 2 << 30


def pytest_configure(config: pytest.Config) -> None:
    """Has temporary folders made in memory, unless TMPDIR or `--basetemp` says where. Workers and programs inherit it."""
    # What is shown breaks where tests say, not where the terminal does that they run in.
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    if "TMPDIR" in os.environ or config.getoption("basetemp") or not _has_room():
        return
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None


def _has_room() -> bool:
    if sys.platform != "linux" or not os.access(_MEMORY, os.W_OK):
        return False
    return shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC

"""Commands in this process: for what they answer, where no process of their own, signal or terminal matters."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

from typer.testing import CliRunner, Result

from dipay.cli import app
from dipay.cli.signals import signals_kept


def run_here(folder: Path, *args: str, env: Mapping[str, str] | None = None, typed: str | None = None) -> Result:
    """How a command ended that was called in that folder, and what it said; `typed` are the answers it was given."""
    with chdir(folder), signals_kept():
        result = CliRunner(env=env).invoke(app, args, input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result

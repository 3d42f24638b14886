"""What a run makes is its user's alone, whatever the umask says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dipay.domain.problems import ExitCode
from dipay.state.run_log import RunLine, write_line
from tests.odd_files import posix_only
from tests.sending.practice import Practice

pytestmark = posix_only


@pytest.fixture(params=[0, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {str(each.relative_to(folder)): each.stat().st_mode & 0o777 for each in folder.rglob("*")}


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("first", ["send", "run log"])
def test_files_and_folders(first: str, tmp_path: Path) -> None:
    practice = Practice(tmp_path, settings={"state": "kept/deep/dipay.db"})
    for name in ("patients.csv", "ledger.csv"):
        (tmp_path / name).chmod(0o600)
    if first == "run log":
        line = RunLine(practice.now, 1.0, "send", True, "outbox", ExitCode.DONE, {}, {})
        write_line(practice.office.state_path, line)
    assert practice.send().count("accepted") == 3
    practice.later(days=1)
    for name in ("patients.csv", "ledger.csv"):
        (tmp_path / name).chmod(0o600)
    practice.send()
    found = modes(tmp_path)
    assert {
        "kept",
        "kept/deep",
        "kept/deep/dipay-backups",
        "outbox",
        "kept/deep/dipay.db",
        "kept/deep/dipay.lock",
    } <= found.keys()
    assert {
        name: oct(mode) for name, mode in found.items() if mode != (0o700 if (tmp_path / name).is_dir() else 0o600)
    } == {}

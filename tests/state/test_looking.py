"""A file of another program, named as the state by mistake, is refused before anything of it is changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dipay.cli import app
from dipay.config_writer import render_settings_yaml
from dipay.domain.problems import CannotGoOn
from dipay.state.store import open_for_reading, open_for_writing
from settings_pages import EXAMPLE_VALUES
from tests.exports.reading import LEDGER, PATIENTS, write
from tests.odd_files import posix_only
from tests.state.state_helpers import NOW

Look = dict[str, tuple[bytes, int, int]]


def looks(folder: Path) -> Look:
    """Everything in the folder: its bytes, its mode and when it was last written."""
    found = {each.name: (each, each.stat()) for each in folder.iterdir() if each.is_file()}
    return {name: (each.read_bytes(), about.st_mode, about.st_mtime_ns) for name, (each, about) in found.items()}


def _database(path: Path, mode: str, application_id: int = 0) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute(f"PRAGMA application_id = {application_id}")
    connection.execute("CREATE TABLE songs (title)")
    connection.execute("INSERT INTO songs VALUES ('one')")
    connection.commit()
    return connection


OTHERS: dict[str, Callable[[Path], object]] = {
    "a database": lambda path: _database(path, "delete").close(),
    "one that is open in its program": lambda path: _database(path, "wal"),
    "one of a program that signs it": lambda path: _database(path, "delete", 0x0F055112).close(),
    "an empty one": lambda path: sqlite3.connect(path, isolation_level=None).execute("VACUUM"),
    "settings": lambda path: path.write_text("practice: {name: Maple}\n"),
    "a long text": lambda path: path.write_text("patient_id,name\n" * 1000),
    "one byte": lambda path: path.write_bytes(b"x"),
}


@pytest.fixture(params=OTHERS)
def others(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "others.db"
    made = OTHERS[request.param](path)
    path.chmod(0o644)
    yield path
    if isinstance(made, sqlite3.Connection):
        made.close()


@pytest.mark.parametrize("marked", [False, True])
def test_it_is_refused_and_left_as_it_is(others: Path, marked: bool) -> None:
    marker = others.parent / "marker"
    if marked:
        marker.write_text('{"state_id": "a", "event": 1, "hash": "b"}')
    before = looks(others.parent)
    opened: tuple[Callable[[], object], ...] = (
        lambda: open_for_writing(others, marker, actor="tests", now=NOW),
        lambda: open_for_reading(others, marker),
    )
    for each in opened:
        with pytest.raises(CannotGoOn) as caught:
            each()
        assert caught.value.exit_code == 5
        assert ("is damaged" if marked else "is not a state file") in str(caught.value)
        assert looks(others.parent) == before


@pytest.mark.parametrize(
    "command",
    [["send", "--yes"], ["list"], ["history"], ["check"], ["backup"], ["sync"], ["snooze", "0200", "--days", "5", "--reason", "Other"]],
    ids=lambda each: each[0],
)  # fmt: skip
def test_by_every_command(command: list[str], others: Path) -> None:
    folder = others.parent / "practice"
    folder.mkdir()
    write(folder, {"patients.csv": PATIENTS, "ledger.csv": LEDGER})
    values = {**EXAMPLE_VALUES, "exports.folder": ".", "state": str(others)}
    (folder / "config.yaml").write_text(render_settings_yaml(values))
    before = looks(others.parent)
    result = CliRunner().invoke(app, [*command, "--config", str(folder / "config.yaml")])
    assert result.exit_code == 5, result.stderr
    assert "is not a state file of dipay" in result.stderr
    made = {"others.lock", "others.log.jsonl", "others.log.lock"}
    assert {name: look for name, look in looks(others.parent).items() if name not in made} == before


@posix_only
def test_a_state_that_died_while_it_was_made_is_taken_up_again(tmp_path: Path) -> None:
    """Its first pages were written, the rest and the journal that undoes them lie there still."""
    state, marker = tmp_path / "dipay.db", tmp_path / "marker"
    with closing(sqlite3.connect(state, isolation_level=None)) as writer:
        writer.executescript("PRAGMA cache_size = 2; PRAGMA cache_spill = 1; BEGIN; CREATE TABLE a (b);")
        for _ in range(200):
            writer.execute("INSERT INTO a VALUES (randomblob(3000))")
        left = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
        writer.execute("ROLLBACK")
    assert left["dipay.db"]
    for name, content in left.items():
        (tmp_path / name).write_bytes(content)
    with open_for_writing(state, marker, actor="tests", now=NOW) as store:
        assert store.quick_check() is None

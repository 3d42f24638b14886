"""What is no file in every place where dipay expects one: refused by what it is, with words, at once, and left alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dipay.cli import app
from dipay.config_writer import render_settings_yaml
from settings_pages import EXAMPLE_VALUES
from tests.odd_files import ODD, posix_only, put_odd, victim
from tests.sending.practice import Practice

pytestmark = posix_only

PROFILE = "patients: {columns: {patient_id: [patient_id]}}\n"
#: Where a link to a file is the file: offices link folders and files, and keep secrets elsewhere.
THROUGH_LINKS = {
    "patients.csv": (3, "patients.csv: "),
    "ledger.csv": (3, "ledger.csv: "),
    "config.yaml": (2, "config.yaml can't be read: "),
    "our.yaml": (2, "our.yaml: exports.profile: can't be read: "),
    "token": (2, "file:token can't be read: "),
}
#: Where it may lead anywhere, and dipay writes.
NO_LINKS = {
    "dipay.db": (5, "dipay.db, where the state file should be, is "),
    ".dipay-state-id": (5, ".dipay-state-id, which says which state file belongs here, can't be read: it is "),
    "dipay.lock": (5, "dipay.lock, by which only one dipay sends at a time, can't be used: it is "),
    "outbox": (4, "The outbox folder "),
    "dipay.log.jsonl": (0, "dipay.log.jsonl: it is "),
    "dipay.log.lock": (0, "dipay.log.jsonl: it is "),
}  # fmt: skip


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """A practice that has sent before, so that every file is there."""
    made = Practice(tmp_path, size=1, now=datetime.now(UTC))
    settings(made)
    assert run(made)[0] == 0
    made.size = 2
    made.export()
    return made


def settings(practice: Practice, **more: object) -> None:
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    window = {
        "messaging.send_window.from": "00:00",
        "messaging.send_window.to": "23:59",
        "messaging.send_window.days": days,
    }
    files = {"exports.folder": ".", "exports.patients": "patients.csv", "exports.ledger": "ledger.csv"}
    values = {**EXAMPLE_VALUES, **files, **window, **more}
    (practice.folder / "config.yaml").write_text(render_settings_yaml(values))


def run(practice: Practice) -> tuple[int, str]:
    """The exit code of a morning's run, and what was said on stderr."""
    result = CliRunner().invoke(app, ["send", "--yes", "--config", str(practice.folder / "config.yaml")])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.stderr.split())


def prepare(practice: Practice, name: str) -> None:
    if name == "our.yaml":
        settings(practice, **{"exports.profile": "./our.yaml"})
        (practice.folder / name).write_text(PROFILE)
    if name == "token":
        (practice.folder / name).write_text("b" * 32)
        os.environ["DIPAY_TEST_SID"] = "AC" + "a" * 32
        twilio = {"account_sid": "env:DIPAY_TEST_SID", "auth_token": "file:token", "from": "+12075550100"}
        more = {f"messaging.twilio.{key}": value for key, value in twilio.items()}
        settings(practice, **{"messaging.provider": "twilio", **more})


@pytest.mark.parametrize("kind", [each for each in ODD if each != "a link"])
@pytest.mark.parametrize("name", [*THROUGH_LINKS, *NO_LINKS])
def test_what_is_no_file(name: str, kind: str, practice: Practice) -> None:
    prepare(practice, name)
    put_odd(practice.folder / name, kind)
    exit_code, words = (THROUGH_LINKS | NO_LINKS)[name]
    if name == "outbox" and kind == "a folder":
        exit_code = 0
    found, said = run(practice)
    assert found == exit_code, said
    if exit_code:
        assert words in said
    # A link that dipay would write through is one, wherever it leads.
    told = "a link" if name in NO_LINKS and kind in ("a device", "a link that leads nowhere") else kind
    assert exit_code == 0 or (told in said or "a link that leads nowhere" in said), said
    assert (practice.folder / name).is_symlink() == (kind in ("a device", "a link that leads nowhere"))


@pytest.mark.parametrize("name", NO_LINKS)
def test_a_link_in_the_place_of_what_dipay_writes(name: str, practice: Practice) -> None:
    path = practice.folder / name
    put_odd(path, "a link")
    exit_code, words = NO_LINKS[name]
    found, said = run(practice)
    assert (found, words in said) == (exit_code, True), said
    assert "is a link" in said
    assert path.is_symlink()
    assert (victim(path).read_text(), victim(path).stat().st_mode & 0o777) == ("precious", 0o644)


@pytest.mark.parametrize("name", ["patients.csv", "ledger.csv", "config.yaml"])
def test_offices_may_link_what_is_only_read(name: str, practice: Practice) -> None:
    path = practice.folder / name
    elsewhere = practice.folder / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert run(practice) == (0, "")


@pytest.mark.parametrize("kind", ODD)
def test_a_backup_is_written_over_nothing(kind: str, practice: Practice) -> None:
    target = practice.folder / "copy.db"
    put_odd(target, kind)
    result = CliRunner().invoke(app, ["backup", str(target), "--config", str(practice.folder / "config.yaml")])
    assert result.exit_code == 2
    assert "copy.db is already there" in result.stderr
    assert kind != "a link" or victim(target).read_text() == "precious"


@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a folder"])
def test_a_pattern_that_only_fits_what_is_no_file(kind: str, practice: Practice) -> None:
    settings(practice, **{"exports.ledger": "led*.csv"})
    put_odd(practice.folder / "ledger.csv", kind)
    exit_code, said = run(practice)
    assert exit_code == 3
    assert f"led*.csv: no file matches this pattern; ledger.csv is {kind}." in said


@pytest.mark.parametrize(
    ("name", "key", "exit_code", "words"),
    [
        ("state", "state", 5, "The state file loop/dipay.db can't be used ("),
        ("exports", "exports.folder", 3, "patients.csv: can't be looked for: "),
        ("outbox", "messaging.outbox.folder", 4, "The outbox folder can't be"),
    ],
)
def test_links_that_go_round_in_a_circle(name: str, key: str, exit_code: int, words: str, practice: Practice) -> None:
    loop = practice.folder / "loop"
    loop.symlink_to(loop)
    settings(practice, **{key: "loop/dipay.db" if name == "state" else f"loop/{name}"})
    code, said = run(practice)
    assert code == exit_code, said
    assert words in said.replace(f"{practice.folder}/", "")

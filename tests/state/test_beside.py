"""What lies beside a state file: a lost one is never begun anew silently, and each has a marker of its own."""

from __future__ import annotations

import json
import shutil
import threading
from collections import Counter
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from dipay.cli import app
from dipay.domain.problems import CannotGoOn
from dipay.office import Office, open_office
from dipay.services import deciding
from dipay.services.syncing import sync
from dipay.state.backup import newest_backup
from dipay.state.beside import marker_for
from dipay.state.reading import history
from dipay.state.run_log import RunLine, log_beside, older_log_beside, write_line
from dipay.state.store import open_for_reading, open_for_sending
from tests.sending.practice import MORNING, Practice, outcomes

SETTINGS = {
    "practice": {"name": "Maple", "phone": "207-555-0148", "timezone": "America/New_York"},
    "exports": {"patients": "patients.csv", "ledger": "ledger.csv"},
    "payment_link": {"url": "https://pay.example.com/{request_id}"},
}


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """A practice that sent once, with settings in a file."""
    made = Practice(tmp_path)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(SETTINGS))
    made.send()
    return made


def snooze(office: Office) -> object:
    return deciding.snooze(office, ["1"], until=None, days=3, reason="Other", note="")


def went_out(state: Path, **counts: int) -> None:
    """A line in the log of runs."""
    write_line(state, RunLine(MORNING, 1.0, "send", True, "twilio", 0, counts, {}))


class TestALostState:
    @pytest.mark.parametrize("left", ["all", "backups", "log", "older log"])
    @pytest.mark.parametrize("how", ["deleted", "emptied"])
    def test_it_is_not_begun_anew_while_anything_of_it_is_left(self, practice: Practice, left: str, how: str) -> None:
        state, marker = practice.office.state_path, practice.office.state_marker
        backup = newest_backup(state)
        went_out(state, accepted=3)
        if left != "all":
            marker.unlink()
        if left in ("log", "older log"):
            shutil.rmtree(practice.folder / "dipay-backups")
            backup = None
        if left in ("all", "backups"):
            log_beside(state).unlink()
        if left == "older log":
            log_beside(state).replace(older_log_beside(state))
        if how == "deleted":
            state.unlink()
        else:
            state.write_bytes(b"")
        for act in (snooze, lambda office: office.open_state(), lambda _: practice.send()):
            with pytest.raises(CannotGoOn) as caught:
                act(practice.office)
            assert caught.value.exit_code == 5
            told = str(caught.value.problems[0])
            assert "is gone" in told if how == "deleted" else "is damaged (it is empty)" in told
            assert (str(backup) if backup else "Look for a backup") in told
            assert state.exists() == (how == "emptied")
            assert how == "deleted" or state.read_bytes() == b""

    @pytest.mark.parametrize("left", ["backups", "log"])
    def test_a_new_one_in_its_place_is_not_taken_for_it(self, practice: Practice, left: str) -> None:
        state, marker = practice.office.state_path, practice.office.state_marker
        practice.later(hours=1)
        practice.send()
        if left == "log":
            went_out(state, in_doubt=1)
            shutil.rmtree(practice.folder / "dipay-backups")
        marker.unlink()
        state.unlink()
        elsewhere = practice.folder / "elsewhere"
        with open_for_sending(elsewhere / "dipay.db", elsewhere / "marker", actor="tests", now=MORNING):
            pass
        shutil.copy(elsewhere / "dipay.db", state)
        for act in (snooze, lambda _: practice.send(), lambda office: open_for_reading(state, marker)):
            with pytest.raises(CannotGoOn, match="holds no message, but the") as caught:
                act(practice.office)
            assert caught.value.exit_code == 5
        assert not marker.exists()

    def test_what_says_nothing_of_messages_stops_nobody(self, tmp_path: Path) -> None:
        """A first run that sent nothing, its backup and its line in the log; torn and foreign lines."""
        practice = Practice(tmp_path)
        state = practice.office.state_path
        went_out(state, undeliverable=2, accepted=0)
        with log_beside(state).open("a") as log:
            log.write('[]\n{"counts": 3}\n{"counts": {"accepted"\nnull\n')
        practice.balances = dict.fromkeys("123", "0.00")
        practice.export()
        practice.send()
        assert newest_backup(state) is not None
        practice.office.state_marker.unlink()
        practice.balances = {}
        practice.later(hours=1)
        assert practice.send().count("accepted") == 3

    def test_where_all_is_gone_the_outbox_still_knows_and_completes_it(self, practice: Practice) -> None:
        """The folder of a rehearsal is its provider's log."""
        for name in ("dipay.db", ".dipay-state-id", "dipay.lock"):
            (practice.folder / name).unlink()
        shutil.rmtree(practice.folder / "dipay-backups")
        practice.later(days=1)
        with pytest.raises(CannotGoOn, match="3 messages with this practice's payment link") as caught:
            practice.send()
        assert caught.value.exit_code == 5
        assert sync(practice.office, practice.outbox()).restored == 3
        assert outcomes(practice.send()) == {}

    @pytest.mark.parametrize(
        "command",
        [
            "history", "history 1", "backup", "check", "list", "why 1", "replies", "undeliverable", "send --dry-run",
            "snooze 1 --days 3 --reason Other", "sync", "review --plain", "resend 1 --phone 207-555-0177", "send --yes",
        ],
    )  # fmt: skip
    def test_every_command_says_so(self, practice: Practice, command: str) -> None:
        (practice.folder / "dipay.db").unlink()
        result = CliRunner().invoke(app, [*command.split(), "--config", str(practice.folder / "config.yaml")])
        assert result.exit_code == 5, result.output
        assert "dipay.db is gone" in result.stderr
        assert "Nothing was sent" not in result.output
        assert not (practice.folder / "dipay.db").exists()

    def test_before_the_first_run_nothing_is_missed(self, tmp_path: Path) -> None:
        Practice(tmp_path)
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(SETTINGS))
        for command in ("history", "check", "list", "replies"):
            result = CliRunner().invoke(app, [command, "--config", str(tmp_path / "config.yaml")])
            assert result.exit_code in (0, 1)
            assert "is gone" not in result.output
        assert not (tmp_path / "dipay.db").exists()


class TestMarkers:
    def offices(self, folder: Path, *states: str) -> list[Office]:
        """An office for each state, with settings of its own in one folder."""
        found = []
        for index, state in enumerate(states):
            path = folder / f"config{index}.yaml"
            path.write_text(yaml.safe_dump({**SETTINGS, "state": state}))
            found.append(open_office(path))
        return found

    def test_each_state_has_its_own(self, tmp_path: Path) -> None:
        folder = tmp_path / "settings"
        folder.mkdir()
        states = (
            "dipay.db", "north.db", "state/dipay.db", "../dipay.db", "other/dipay.db", str(tmp_path / "far/dipay.db"),
        )  # fmt: skip
        offices = self.offices(folder, *states)
        markers = [each.state_marker for each in offices]
        assert markers[0] == folder / ".dipay-state-id"
        assert len(set(markers)) == len(states)
        assert {each.parent for each in markers} == {folder}
        for each in offices:
            each.open_state().close()
            each.open_state().close()
        for index, each in enumerate(offices):
            each.state_path.unlink()
            for other in offices[index + 1 :]:
                other.open_state().close()
            with pytest.raises(CannotGoOn, match="is gone"):
                each.open_state()

    def test_a_state_is_the_same_however_it_is_written(self, tmp_path: Path) -> None:
        written = ("north.db", "./north.db", "sub/../north.db", str(tmp_path / "north.db"))
        assert len({marker_for(tmp_path, tmp_path / each) for each in written}) == 1
        assert marker_for(tmp_path, tmp_path / "dipay.db").name == ".dipay-state-id"

    def test_a_folder_that_is_moved_keeps_its_markers(self, tmp_path: Path) -> None:
        for name in ("dipay.db", "state/north.db"):
            assert (
                marker_for(tmp_path / "a", tmp_path / "a" / name).name
                == marker_for(tmp_path / "b", tmp_path / "b" / name).name
            )

    def under_the_old_name(self, office: Office) -> Path:
        """Its marker as dipay once called every state's."""
        old = office.state_marker.with_name(".dipay-state-id")
        office.open_state().close()
        office.state_marker.replace(old)
        return old

    def test_one_of_the_old_name_is_taken_over(self, tmp_path: Path) -> None:
        (office,) = self.offices(tmp_path, "north.db")
        old = self.under_the_old_name(office)
        content = json.loads(old.read_text())
        with open_for_reading(office.state_path, office.state_marker) as store:
            assert store.problems == ()
        assert old.exists()
        office.open_state().close()
        assert not old.exists()
        assert json.loads(office.state_marker.read_text()) == content

    @pytest.mark.parametrize("how", ["deleted", "emptied"])
    def test_a_state_that_is_lost_before_that_is_noticed(self, tmp_path: Path, how: str) -> None:
        (office,) = self.offices(tmp_path, "north.db")
        self.under_the_old_name(office)
        if how == "deleted":
            office.state_path.unlink()
        else:
            office.state_path.write_bytes(b"")
        for act in (office.open_state, lambda: open_for_reading(office.state_path, office.state_marker)):
            with pytest.raises(CannotGoOn, match=r"is gone|it is empty"):
                act()

    def test_one_that_went_back_before_that_is_noticed(self, tmp_path: Path) -> None:
        practice = Practice(tmp_path, settings={"state": "north.db"})
        practice.send(limit=1)
        older = practice.office.state_path.read_bytes()
        practice.send()
        self.under_the_old_name(practice.office)
        practice.office.state_path.write_bytes(older)
        with pytest.raises(CannotGoOn, match="is older"):
            practice.send()

    def test_another_ones_is_left_alone(self, tmp_path: Path) -> None:
        usual, north = self.offices(tmp_path, "dipay.db", "north.db")
        usual.open_state().close()
        before = usual.state_marker.read_text()
        north.open_state().close()
        north.open_state().close()
        assert usual.state_marker.read_text() == before
        assert north.state_marker.exists()


def test_eight_that_begin_at_once_begin_one(tmp_path: Path) -> None:
    """Each looks at the file while another one makes its tables, its marker and its backup."""
    errors: Counter[str] = Counter()
    for turn in range(10):
        practice = Practice(_made(tmp_path / str(turn)), size=1)
        together = threading.Barrier(8)

        def begin(practice: Practice = practice, together: threading.Barrier = together) -> None:
            together.wait()
            try:
                for act in (practice.office.open_state, lambda: practice.send(unattended=False)):
                    found = act()
                    if hasattr(found, "close"):
                        found.close()
                open_for_reading(practice.office.state_path, practice.office.state_marker).close()
            except CannotGoOn as error:
                words = str(error.problems[0])
                errors["sending" if "is sending since" in words or "is sending (" in words else words] += 1

        threads = [threading.Thread(target=begin) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        with open_for_reading(practice.office.state_path) as store:
            assert len(history(store)) == 1
    assert set(errors) <= {"sending"}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder

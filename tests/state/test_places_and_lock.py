from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.state.places import Mount, check_locks, parse_mounts, shared_place
from dipay.state.sender_lock import sender_lock
from tests.state.state_helpers import NOW

LOCAL = [Mount("/", "ext4"), Mount("/tmp", "tmpfs")]


@pytest.mark.parametrize(
    ("place", "mount"),
    [
        ("/mnt/office/dipay.db", Mount("/mnt/office", "cifs")),
        ("/mnt/office/deep/er/dipay.db", Mount("/mnt", "nfs4")),
        ("/media/x/dipay.db", Mount("/media/x", "fuse.sshfs")),
        ("/mnt/c/dipay.db", Mount("/mnt/c", "9p")),
        ("/Volumes/office/dipay.db", Mount("/Volumes/office", "smbfs")),
    ],
)
def test_a_network_share_is_no_place(place: str, mount: Mount) -> None:
    found = shared_place(Path(place), [*LOCAL, mount], {})
    assert found is not None
    assert "network share" in found.message
    assert mount.type in found.message


@pytest.mark.parametrize(
    "folder",
    [
        "OneDrive",
        "OneDrive - Maple Street Dental",
        "Dropbox",
        "Dropbox (Maple)",
        "Google Drive",
        "My Drive",
        "Library/Mobile Documents",
        "Library/CloudStorage",
        "Nextcloud",
        "Box",
    ],
)
def test_a_synced_folder_is_no_place(tmp_path: Path, folder: str) -> None:
    found = shared_place(tmp_path / folder / "state" / "dipay.db", LOCAL, {})
    assert found is not None
    assert "synced folder" in found.message


def test_a_synced_folder_of_another_name_is_known_by_its_marks(tmp_path: Path) -> None:
    (tmp_path / "shared" / ".stfolder").mkdir(parents=True)
    assert shared_place(tmp_path / "shared" / "dipay.db", LOCAL, {}) is not None
    assert shared_place(tmp_path / "work" / "dipay.db", LOCAL, {"OneDrive": str(tmp_path / "work")}) is not None


@pytest.mark.parametrize(
    ("place", "mounts"),
    [
        ("/home/kim/.local/state/dipay/dipay.db", LOCAL),
        ("/media/usb/dipay.db", [*LOCAL, Mount("/media/usb", "fuseblk")]),
        ("/mnt/office/dipay.db", [*LOCAL, Mount("/mnt", "nfs"), Mount("/mnt/office", "ext4")]),
        ("/mnt/office/dipay.db", [*LOCAL, Mount("/mnt/office", "nfs"), Mount("/mnt/office", "ext4")]),
        ("/mnt/offices/dipay.db", [*LOCAL, Mount("/mnt/office", "nfs")]),
        ("/home/box/dipay.db", []),
    ],
)
def test_a_local_disk_is_a_place(place: str, mounts: list[Mount]) -> None:
    assert shared_place(Path(place), mounts, {}) is None


def test_mounts_are_read_with_their_blanks() -> None:
    assert parse_mounts("//nas/x /mnt/my\\040share cifs rw 0 0\nbad\n") == [Mount("/mnt/my share", "cifs")]


def test_locks_of_a_good_disk_pass(tmp_path: Path) -> None:
    check_locks(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_locks_that_do_not_hold_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dipay.state import places

    monkeypatch.setattr(places, "_TRY_TO_WRITE", "print('got it')")
    with pytest.raises(CannotGoOn, match="Locks don't work") as raised:
        check_locks(tmp_path)
    assert raised.value.exit_code == 5
    with pytest.raises(CannotGoOn):
        check_locks(tmp_path / "missing")


class TestSenderLock:
    def test_the_second_one_is_told_who_sends_since_when(self, tmp_path: Path) -> None:
        path = tmp_path / "dipay.lock"
        waited: list[float] = []
        clock = iter([0.0, 0.0, 0.0, 1.0, 1.0, 2.0])
        with sender_lock(path, 0, who="cron", now=NOW) as left_behind:
            assert left_behind is None
            with (
                pytest.raises(CannotGoOn) as raised,
                sender_lock(path, 1.5, who="Kim", now=NOW, sleep=waited.append, monotonic=lambda: next(clock)),
            ):
                pass
        since = NOW.astimezone().strftime("%Y-%m-%d %H:%M")
        assert raised.value.exit_code == 5
        assert str(raised.value).startswith("cron on ")
        assert f"since {since}" in str(raised.value)
        assert waited
        with sender_lock(path, 0, who="Kim", now=NOW) as left_behind:
            assert left_behind is None

    def test_a_lock_of_a_killed_sender_is_taken_over(self, tmp_path: Path) -> None:
        path = tmp_path / "dipay.lock"
        code = (
            "import os, sys; from datetime import *; from pathlib import Path; "
            "from dipay.state.sender_lock import sender_lock\n"
            "with sender_lock(Path(sys.argv[1]), 0, who='cron', now=datetime.now(UTC)): os._exit(9)"
        )
        subprocess.run([sys.executable, "-c", code, str(path)], check=False, env={"PYTHONPATH": ":".join(sys.path)})
        assert json.loads(path.read_text())["who"] == "cron"
        with sender_lock(path, 0, who="Kim", now=NOW) as left_behind:
            assert left_behind is not None
            assert (left_behind.who, left_behind.left_behind) == ("cron", True)

    def test_it_is_given_back_when_sending_fails(self, tmp_path: Path) -> None:
        path = tmp_path / "dipay.lock"
        with pytest.raises(ValueError, match="tests"), sender_lock(path, 0, who="Kim", now=NOW):
            raise ValueError("tests")
        with sender_lock(path, 0, who="cron", now=NOW) as left_behind:
            assert left_behind is None

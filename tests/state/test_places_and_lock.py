from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import NamedTuple

import psutil
import pytest

from dipay.domain.problems import CannotGoOn
from dipay.state.places import check_locks, network_share, shared_place, synced_folder
from dipay.state.processes import Owner, host_name, is_gone, this_process
from dipay.state.sender_lock import sender_lock
from tests.state.state_helpers import NOW


class Mounted(NamedTuple):
    """A mount in the words of psutil."""

    device: str
    mountpoint: str
    fstype: str
    opts: str


def linux(point: str, kind: str) -> Mounted:
    return Mounted("/dev/sda1", point, kind, "rw,relatime")


LINUX = [linux("/", "ext4"), linux("/tmp", "tmpfs")]
MACOS = [
    Mounted("/dev/disk3s1s1", "/", "apfs", "ro,local,rootfs,dovolfs,journaled,multilabel"),
    Mounted("/dev/disk3s5", "/System/Volumes/Data", "apfs", "rw,local,dovolfs,dontbrowse,journaled,multilabel"),
    Mounted("//kim@nas/office", "/Volumes/office", "smbfs", "rw,nodev,nosuid"),
]
WINDOWS = [
    Mounted("C:\\", "C:\\", "NTFS", "rw,fixed"),
    Mounted("D:\\", "D:\\", "", "cdrom"),
    Mounted("E:\\", "E:\\", "FAT32", "rw,removable"),
    # The server says what it likes of its file system; a drive whose server is away has none.
    Mounted("Y:\\", "Y:\\", "", "remote"),
    Mounted("Z:\\", "Z:\\", "NTFS", "rw,remote"),
]


@pytest.mark.parametrize(
    ("place", "mounts", "kind"),
    [
        (PurePosixPath("/mnt/office/dipay.db"), [*LINUX, linux("/mnt/office", "cifs")], "cifs"),
        (PurePosixPath("/mnt/office/deep/er/dipay.db"), [*LINUX, linux("/mnt", "nfs4")], "nfs4"),
        (PurePosixPath("/media/x/dipay.db"), [*LINUX, linux("/media/x", "fuse.sshfs")], "fuse.sshfs"),
        (PurePosixPath("/mnt/c/dipay.db"), [linux("/mnt/c", "9p"), *LINUX], "9p"),
        (PurePosixPath("/mnt/a/dipay.db"), [*LINUX, linux("/mnt/a", "ext4"), linux("/mnt/a", "nfs")], "nfs"),
        (PurePosixPath("/Volumes/office/dipay.db"), MACOS, "smbfs"),
        (PureWindowsPath(r"Y:\dipay\dipay.db"), WINDOWS, "mapped drive"),
        (PureWindowsPath(r"z:\dipay.db"), WINDOWS, "mapped drive"),
        (PureWindowsPath(r"\\nas\office\dipay.db"), WINDOWS, "UNC path"),
    ],
)
def test_a_network_share_is_told(place: PurePath, mounts: list[Mounted], kind: str) -> None:
    assert network_share(place, mounts) == kind


@pytest.mark.parametrize(
    ("place", "mounts"),
    [
        (PurePosixPath("/home/kim/.local/state/dipay/dipay.db"), LINUX),
        (PurePosixPath("/media/usb/dipay.db"), [*LINUX, linux("/media/usb", "fuseblk")]),
        (PurePosixPath("/mnt/office/dipay.db"), [*LINUX, linux("/mnt", "nfs"), linux("/mnt/office", "ext4")]),
        (PurePosixPath("/mnt/office/dipay.db"), [*LINUX, linux("/mnt/office", "nfs"), linux("/mnt/office", "ext4")]),
        (PurePosixPath("/mnt/offices/dipay.db"), [*LINUX, linux("/mnt/office", "nfs")]),
        (PurePosixPath("/home/box/dipay.db"), []),
        (PurePosixPath("/Users/kim/dipay.db"), MACOS),
        (PureWindowsPath(r"C:\Users\kim\dipay.db"), WINDOWS),
        (PureWindowsPath(r"E:\dipay.db"), WINDOWS),
        (PureWindowsPath(r"Q:\dipay.db"), WINDOWS),
    ],
)
def test_a_local_disk_is_no_share(place: PurePath, mounts: list[Mounted]) -> None:
    assert network_share(place, mounts) is None


def test_this_machines_mounts_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "dipay.db"
    assert shared_place(here) is None
    share = [*psutil.disk_partitions(all=True), linux(str(tmp_path.resolve()), "cifs")]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_wanted: share)
    told = shared_place(here)
    assert told is not None
    assert told.exit_code == 5
    assert "network share (cifs)" in str(told)

    def silent(**_wanted: bool) -> list[Mounted]:
        raise PermissionError

    monkeypatch.setattr(psutil, "disk_partitions", silent)
    assert shared_place(here) is None


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
    told = shared_place(tmp_path / folder / "state" / "dipay.db")
    assert "synced folder" in str(told)


def test_a_synced_folder_of_another_name_is_known_by_its_marks(tmp_path: Path) -> None:
    (tmp_path / "shared" / ".stfolder").mkdir(parents=True)
    assert synced_folder(tmp_path / "shared" / "dipay.db", {}) == "shared"
    assert synced_folder(tmp_path / "work" / "dipay.db", {"OneDrive": str(tmp_path / "work")}) == "OneDrive"
    assert synced_folder(tmp_path / "box" / "dipay.db", {"OneDrive": str(tmp_path / "work")}) is None


class TestProcesses:
    @pytest.fixture
    def other(self) -> Iterator[subprocess.Popen[bytes]]:
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
            yield process
            process.kill()

    def owner(self, pid: int, started: float | str) -> Owner:
        return Owner(host_name(), pid, started if isinstance(started, str) else f"{started:.2f}")

    def test_the_living_are_not_gone(self, other: subprocess.Popen[bytes]) -> None:
        assert not is_gone(this_process())
        started = psutil.Process(other.pid).create_time()
        assert not is_gone(self.owner(other.pid, started))
        assert not is_gone(self.owner(other.pid, started + 1)), "a clock is set a little now and then"

    def test_a_later_process_with_the_same_number_is_another_one(self, other: subprocess.Popen[bytes]) -> None:
        assert is_gone(self.owner(other.pid, psutil.Process(other.pid).create_time() - 60))
        assert is_gone(self.owner(other.pid, psutil.Process(other.pid).create_time() + 60))

    def test_the_dead_are_gone(self, other: subprocess.Popen[bytes]) -> None:
        owner = self.owner(other.pid, psutil.Process(other.pid).create_time())
        other.kill()
        while psutil.pid_exists(other.pid) and psutil.Process(other.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        assert is_gone(owner), "a zombie sends nothing"
        other.wait()
        assert is_gone(owner)
        assert is_gone(self.owner(other.pid, ""))

    def test_nobody_knows_of_another_machines_processes(self) -> None:
        assert not is_gone(Owner(f"not-{host_name()}", 2**22 + 5, "1.00"))

    @pytest.mark.parametrize("started", ["", "a8f9c1:4711"], ids=["never known", "an older dipay's"])
    def test_without_its_start_a_process_counts_as_long_as_its_number(
        self, other: subprocess.Popen[bytes], started: str
    ) -> None:
        assert not is_gone(self.owner(other.pid, started))
        assert is_gone(self.owner(2**22 + 5, started))

    @pytest.mark.parametrize(
        ("trouble", "gone"),
        [(psutil.AccessDenied(1), False), (psutil.ZombieProcess(1), True), (psutil.NoSuchProcess(1), True)],
        ids=lambda each: type(each).__name__,
    )
    def test_what_the_system_does_not_tell(
        self, monkeypatch: pytest.MonkeyPatch, trouble: psutil.Error, gone: bool
    ) -> None:
        def refuse(_process: psutil.Process) -> float:
            raise trouble

        monkeypatch.setattr(psutil.Process, "create_time", refuse)
        assert is_gone(Owner(host_name(), os.getpid(), "1.00")) is gone


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
        with (
            sender_lock(path, 0, who="cron", now=NOW),
            pytest.raises(CannotGoOn) as raised,
            sender_lock(path, 1.5, who="Kim", now=NOW, sleep=waited.append, monotonic=lambda: next(clock)),
        ):
            pass
        since = NOW.astimezone().strftime("%Y-%m-%d %H:%M")
        assert raised.value.exit_code == 5
        assert str(raised.value).startswith("cron on ")
        assert f"since {since}" in str(raised.value)
        assert waited
        with sender_lock(path, 0, who="Kim", now=NOW):
            assert json.loads(path.read_text())["who"] == "Kim"
        assert path.read_text() == ""

    def test_who_waits_is_stopped_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "dipay.lock"
        stops = iter([False, True])
        waited: list[float] = []
        with (
            sender_lock(path, 0, who="cron", now=NOW),
            pytest.raises(CannotGoOn, match="is sending since"),
            sender_lock(path, 1e9, who="Kim", now=NOW, stop_asked=lambda: next(stops), sleep=waited.append),
        ):
            pass
        assert len(waited) == 1

    def test_a_lock_of_a_killed_sender_is_taken_over(self, tmp_path: Path) -> None:
        path = tmp_path / "dipay.lock"
        code = (
            "import os, sys; from datetime import *; from pathlib import Path; "
            "from dipay.state.sender_lock import sender_lock\n"
            "with sender_lock(Path(sys.argv[1]), 0, who='cron', now=datetime.now(UTC)): os._exit(9)"
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", code, str(path)], check=False, env=environment)
        assert json.loads(path.read_text())["who"] == "cron"
        with sender_lock(path, 0, who="Kim", now=NOW):
            assert json.loads(path.read_text())["who"] == "Kim"

    def test_it_is_given_back_when_sending_fails(self, tmp_path: Path) -> None:
        path = tmp_path / "dipay.lock"
        with pytest.raises(ValueError, match="tests"), sender_lock(path, 0, who="Kim", now=NOW):
            raise ValueError("tests")
        assert path.read_text() == ""
        with sender_lock(path, 0, who="cron", now=NOW):
            pass

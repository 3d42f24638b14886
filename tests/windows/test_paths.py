"""Paths of Windows: as settings are written, as SQLite is told them, and where a state may lie."""

from __future__ import annotations

import stat
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from dipay.config import read_settings
from dipay.disk import kind_of
from dipay.domain.problems import CannotGoOn
from dipay.exports.sources.files import newest, unreadable
from dipay.state.connection import _address
from dipay.state.places import network_share
from tests.settings.test_settings import SMALLEST

FOLDERS = [
    r"C:\dipay\exports",
    r"C:\Users\Jürgen Müller\OneDrive - Maple Street Dental\exports",
    r"\\nas\office\new exports",
    r"Z:\PMS\Export",
    r"D:\Praxis, Rechnungen & Übersicht\2026",
]


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(
    "form", ["{}\n", "'{}'\n", '"{doubled}"\n', "{forward}\n", '"{forward}"\r\n'],
    ids=["plain", "in single quotes", "doubled in double quotes", "forward", "forward in double quotes"],
)  # fmt: skip
def test_a_path_is_what_was_typed(folder: str, form: str) -> None:
    written = form.format(folder, doubled=folder.replace("\\", "\\\\"), forward=folder.replace("\\", "/"))
    found = read_settings(f"{SMALLEST}state: {written}".encode(), Path("config.yaml")).settings.state
    assert PureWindowsPath(found) == PureWindowsPath(folder)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_path_in_double_quotes_is_refused_whatever_letters_follow(folder: str) -> None:
    with pytest.raises(CannotGoOn, match=r"backslash|control character"):
        read_settings(f'{SMALLEST}state: "{folder}"\n'.encode(), Path("config.yaml"))


class Windows(PureWindowsPath):
    """A whole path of Windows."""

    def absolute(self) -> Windows:
        return self


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (r"C:\dipay\dipay.db", "file:///C%3A/dipay/dipay.db?mode=rw"),
        (r"C:\Müller #1\what?.db", "file:///C%3A/M%C3%BCller%20%231/what%3F.db?mode=rw"),
        (r"\\nas\office\dipay.db", "file:////nas/office/dipay.db?mode=rw"),
    ],
)
def test_sqlite_is_told_the_path_as_an_address(path: str, address: str) -> None:
    """Three strokes and a drive are what SQLite takes; a share is a path behind an empty host."""
    assert _address(Windows(path)) == address  # type: ignore[arg-type]


def test_a_drive_of_the_server_is_a_share_whatever_it_is_called() -> None:
    mounts = [
        SimpleNamespace(mountpoint="C:\\", fstype="NTFS", opts="rw,fixed"),
        SimpleNamespace(mountpoint="S:\\", fstype="NTFS", opts="rw,remote"),
    ]
    for path in (r"S:\dipay\dipay.db", r"s:\DIPAY\dipay.db", "s:/dipay.db", r"\\nas\office\dipay.db"):
        assert network_share(PureWindowsPath(path), mounts)
    assert network_share(PureWindowsPath(r"c:\dipay\dipay.db"), mounts) is None


@pytest.mark.parametrize("name", ["NUL", "con.csv", "com1"])
def test_a_name_that_is_a_device_there_is_no_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has such a device in every folder, and says so of any path that ends in its name."""
    real = Path.stat

    def answer(self: Path, *, follow_symlinks: bool = True) -> object:
        if self.name == name:
            return SimpleNamespace(st_mode=stat.S_IFCHR | 0o666)
        return real(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", answer)
    assert kind_of(tmp_path / name) == "a device"


def test_excels_own_files_are_no_exports(tmp_path: Path) -> None:
    for name in ("patients 2026-11-20.csv", "~$patients 2026-11-20.csv", "~$patients.csv"):
        (tmp_path / name).write_text("x")
    assert newest(tmp_path, "*patients*.csv").name == "patients 2026-11-20.csv"


def test_a_file_that_excel_keeps_to_itself_is_said_to_be_open() -> None:
    """Windows refuses a second program with "permission denied" (sharing violation)."""
    error = PermissionError(13, "Permission denied")
    problem = unreadable("ledger.csv", error).problems[0]
    assert problem.message == "can't be read: permission denied."
    assert problem.fix.startswith("Close it if a program has it open")

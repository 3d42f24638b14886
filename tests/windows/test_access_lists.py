"""Who else may do what on Windows, by access lists as `icacls` saves them, from Windows in several languages."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from dipay.domain.problems import Problem, Severity
from dipay.services import surroundings
from dipay.services.access_lists import Access, access_of_everybody, command_for, read_access, read_saved
from tests.sending.practice import Practice

NOBODY, READ, BOTH = Access(write=False, read=False), Access(write=False, read=True), Access(write=True, read=True)

#: A folder made under C:\\, as Windows has it from the start: authenticated users may change everything in it.
UNDER_THE_DRIVE = (
    "D:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)"
)
#: A file in it.
FILE_UNDER_THE_DRIVE = "D:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)"
#: A folder in the user's own, and what Python 3.12.4 and newer makes with mode 0700.
IN_THE_PROFILE = "D:(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;S-1-5-21-4132158795-2060570990-1823972835-1001)"
MADE_BY_PYTHON = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)"
PROGRAM_FILES = "D:PAI(A;;FA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)(A;CIIO;GA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)(A;;0x1301bf;;;SY)(A;OICIIO;GA;;;SY)(A;;0x1301bf;;;BA)(A;OICIIO;GA;;;BA)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)(A;OICIIO;GA;;;CO)"


@pytest.mark.parametrize(
    ("sddl", "access"),
    [
        (UNDER_THE_DRIVE, BOTH),
        (FILE_UNDER_THE_DRIVE, BOTH),
        (IN_THE_PROFILE, NOBODY),
        (MADE_BY_PYTHON, NOBODY),
        (PROGRAM_FILES, READ),
        ("D:AI(A;;FR;;;WD)(A;ID;FA;;;BA)(A;ID;FA;;;SY)", READ),
        ("D:(A;;FA;;;S-1-1-0)", BOTH),
        ("D:(A;;0x1301bf;;;S-1-5-21-1-2-3-513)", BOTH),
        ("D:(A;;0x1301bf;;;DU)", BOTH),
        ("D:(A;OICIIO;FA;;;WD)(A;;FA;;;SY)", NOBODY),
        ("D:(D;;FA;;;WD)(A;;FA;;;WD)(A;;FA;;;SY)", NOBODY),
        ("D:(D;;0x2;;;WD)(A;;FR;;;WD)", READ),
        ("D:(A;;WD;;;BU)", Access(write=True, read=False)),
        ("D:(XA;;FA;;;AU;(Member_of {SID(BA)}))", BOTH),
        ("D:P", NOBODY),
        ("D:NO_ACCESS_CONTROL", BOTH),
    ],
)
def test_what_a_list_gives_to_everybody(sddl: str, access: Access) -> None:
    assert read_access(sddl) == access


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", ["dipay", "Müllers Praxis"])
def test_what_icacls_saves_is_read_in_every_language(mark: str, name: str) -> None:
    saved = f"{mark}{name}\r\n{UNDER_THE_DRIVE}\r\n".encode("utf-16-le")
    assert read_saved(saved) == BOTH
    assert read_saved(f"{name[:5]}\r\n".encode("utf-16-le")) is None
    assert read_saved(b"") is None


def test_the_systems_own_program_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", r"C:\Windows")
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> None:
        asked.append(command)
        Path(command[3]).write_bytes(f"x\r\n{MADE_BY_PYTHON}\r\n".encode("utf-16-le"))

    monkeypatch.setattr(subprocess, "run", run)
    assert access_of_everybody(tmp_path / "dipay.db") == NOBODY
    [[program, path, save, saved, quiet]] = asked
    assert program.startswith(r"C:\Windows")
    assert program.endswith("icacls.exe")
    assert (path, save, quiet) == (str(tmp_path / "dipay.db"), "/save", "/q")
    assert not Path(saved).exists()
    monkeypatch.delenv("SYSTEMROOT")
    assert access_of_everybody(tmp_path / "dipay.db") is None
    assert len(asked) == 1, "no program of the current folder is started"


@pytest.mark.parametrize(
    "trouble",
    [FileNotFoundError(2, "no icacls"), PermissionError(13, "not allowed"), subprocess.TimeoutExpired("icacls", 20),
     subprocess.CalledProcessError(5, "icacls")],
)  # fmt: skip
def test_what_the_system_does_not_tell_is_not_known(
    trouble: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setenv("SYSTEMROOT", r"C:\Windows")

    monkeypatch.setattr(subprocess, "run", run)
    assert access_of_everybody(tmp_path) is None


def test_the_command_gives_the_folder_to_its_user_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERDOMAIN", "DESK")
    monkeypatch.setenv("USERNAME", "kim")
    monkeypatch.setenv("PUBLIC", "/users/public")
    assert command_for(Path("/maple/dipay")) == (
        f'icacls "{Path("/maple/dipay")}" /inheritance:r /grant:r "DESK\\kim:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" '
        '"*S-1-5-32-544:(OI)(CI)F"'
    )
    assert command_for(Path(Path.cwd().anchor)) is None
    assert command_for(Path("/users/public/dipay")) is None
    drive = PureWindowsPath("C:\\")
    assert drive == drive.parent, "so a drive is told"


class TestCheck:
    @pytest.fixture
    def practice(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Practice:
        (tmp_path / "exports").mkdir()
        made = Practice(tmp_path / "exports", now=datetime.now(UTC))
        made.folder = tmp_path
        made.settings = {"exports": {"folder": "exports", "patients": "patients.csv", "ledger": "ledger.csv"}}
        (tmp_path / "config.yaml").write_text("practice: {}\n")
        made.send(made.outbox())
        monkeypatch.setattr(surroundings, "sys", SimpleNamespace(platform="win32"))
        return made

    def told(self, practice: Practice, lists: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[object]:
        def access(path: Path) -> Access | None:
            found = lists.get(path.name, lists[""])
            return read_access(found) if found else None

        monkeypatch.setattr(surroundings, "access_of_everybody", access)
        facts = [each for each in surroundings.surroundings(practice.office) if each.code in {"modes", "owner"}]
        return [each.problem or each.words for each in facts]

    def test_a_folder_of_ones_own_is_no_problem(self, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.told(practice, {"": IN_THE_PROFILE}, monkeypatch) == []

    def test_a_folder_under_the_drive_is_said_once(self, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
        lists = {"": FILE_UNDER_THE_DRIVE, "exports": PROGRAM_FILES}
        lists |= dict.fromkeys(("outbox", "dipay-backups"), MADE_BY_PYTHON)
        exports, problem = self.told(practice, lists, monkeypatch)
        assert exports == "the exports: everybody on this computer may read them"
        assert isinstance(problem, Problem)
        assert problem.severity is Severity.ERROR
        assert problem.message == (
            "everybody on this computer may write the settings, the state, the folder of the state "
            f"({practice.folder})."
        )
        assert problem.fix.startswith(f'Run: icacls "{practice.folder}" /inheritance:r')

    def test_the_folder_of_the_pms_is_not_to_be_closed(
        self, practice: Practice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lists = {"": IN_THE_PROFILE, "exports": UNDER_THE_DRIVE, "dipay.db": "D:(A;;FR;;;WD)"}
        problems = self.told(practice, lists, monkeypatch)
        assert [(each.severity, each.message.partition(" (")[0]) for each in problems if not isinstance(each, str)] == [  # type: ignore[attr-defined]
            (Severity.WARNING, "everybody on this computer may read the state"),
            (Severity.WARNING, "everybody on this computer may write the exports"),
        ]
        assert "icacls" not in str(problems[1])

    def test_what_is_not_known_is_said(self, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
        lists = {"": IN_THE_PROFILE, "exports": ""}
        assert self.told(practice, lists, monkeypatch) == ["who else may read or write is not known of the exports"]


@pytest.mark.skipif(sys.platform != "win32", reason="icacls is Windows' own")
def test_windows_tells_of_a_folder(tmp_path: Path) -> None:
    assert access_of_everybody(tmp_path) == NOBODY
    subprocess.run(["icacls", str(tmp_path), "/grant", "*S-1-1-0:(OI)(CI)M"], check=True, capture_output=True)
    assert access_of_everybody(tmp_path) == BOTH
    command = command_for(tmp_path)
    assert command is not None
    subprocess.run(["icacls", str(tmp_path), "/remove:g", "*S-1-1-0"], check=True, capture_output=True)
    subprocess.run(command, check=True, capture_output=True)
    assert access_of_everybody(tmp_path) == NOBODY
    assert access_of_everybody(tmp_path / "gone") is None

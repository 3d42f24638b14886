"""Secrets that can't be fetched: why, in words, and never a mistake of dipay's."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from dipay.config import LoadedSettings
from dipay.domain.problems import Problem
from dipay.domain.setting_types import SecretRef
from dipay.secret_store import read_secret
from tests.sending.practice import Practice

KEY = "messaging.twilio.auth_token"


class LockedError(Exception):
    """As the library's own: none of the standard library's."""


class InitError(RuntimeError):
    """As a backend's that can't be started."""


def read(folder: Path, kind: str, name: str) -> str | Problem:
    loaded: LoadedSettings = Practice(folder).office.loaded
    return read_secret(loaded, SecretRef(kind, name), KEY)


def keyring(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    def get_password(service: str, user: str) -> object:
        assert (service, user) == ("maple", "dipay")
        if isinstance(answer, BaseException):
            raise answer
        return answer

    module = ModuleType("keyring")
    module.get_password = get_password  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)


@pytest.mark.parametrize(
    "error", [LockedError("hunter2"), InitError("hunter2"), OSError("hunter2"), ValueError("hunter2"), TypeError("x")]
)
def test_whatever_the_systems_store_raises_is_said_by_its_name(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring(monkeypatch, error)
    problem = read(tmp_path, "keyring", "maple")
    assert isinstance(problem, Problem)
    assert problem.message == f"keyring:maple can't be read: the system's store says {type(error).__name__}."
    assert "hunter2" not in str(problem)


def test_a_store_that_breaks_when_it_is_loaded_is_said_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "keyring.py").write_text("raise RuntimeError('hunter2')")
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    monkeypatch.syspath_prepend(str(folder))
    problem = read(tmp_path, "keyring", "maple")
    assert isinstance(problem, Problem)
    assert "the system's store says RuntimeError" in problem.message


def test_without_the_library_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    problem = read(tmp_path, "keyring", "maple")
    assert isinstance(problem, Problem)
    assert "the library keyring is not installed" in problem.message


@pytest.mark.parametrize("answer", [None, "", " "])
def test_a_store_that_has_nothing_holds_nothing(
    answer: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring(monkeypatch, answer)
    problem = read(tmp_path, "keyring", "maple")
    assert isinstance(problem, Problem)
    assert problem.message == "keyring:maple holds nothing."


def test_a_secret_of_the_systems_store_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, "s3cret\n")
    assert read(tmp_path, "keyring", "maple") == "s3cret"

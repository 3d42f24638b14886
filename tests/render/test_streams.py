"""What becomes of letters that an old code page of Windows lacks."""

from __future__ import annotations

import ast
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

import dipay
from dipay.render import streams
from dipay.render.as_json import write_json
from dipay.render.report.terminal import BLOCK
from dipay.render.streams import stream_for_csv, stream_for_json, write_plainly

#: A space that `fitting` takes out again; what bars are made of, for which there is another letter.
NEVER_OUT = {"\u00a0", BLOCK}


def stream(page: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=page, newline="\r\n")


def written(out: io.TextIOWrapper) -> bytes:
    out.flush()
    found = out.buffer
    assert isinstance(found, io.BytesIO)
    return found.getvalue()


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)


@pytest.mark.parametrize(
    ("page", "text", "shown"),
    [
        ("cp1252", "Nguyễn Đặng", "Nguyen Dang"),
        ("cp1252", "José – “Müller”…", "José – “Müller”…"),
        ("cp437", "José – “Müller”…", 'José - "Müller"...'),
        ("cp437", "Łukasz Sørensen", "Lukasz Sorensen"),
        ("cp850", "Søren", "Søren"),
        ("cp437", "王 👍 \ud800", "? ? ?"),
    ],
)
def test_what_a_page_lacks_is_written_plainly(page: str, text: str, shown: str) -> None:
    out = stream(page)
    write_plainly(out)
    out.write(text)
    assert written(out).decode(page) == shown


def test_no_letter_of_dipays_own_is_lost_on_an_old_console() -> None:
    """Every text in the code that may be shown: what words of replies and grammars look for is not."""
    root = Path(dipay.__file__).parent
    found = {
        letter
        for path in root.rglob("*.py")
        if path.relative_to(root).parts[0] not in {"grammar", "exports", "domain"}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for letter in node.value
        if letter.isprintable() or letter.isspace()
    }
    assert "…" in found
    for page in ("cp437", "cp850", "cp1252"):
        for letter in found - NEVER_OUT:
            out = stream(page)
            write_plainly(out)
            out.write(letter)
            assert letter == "?" or b"?" not in written(out), f"{letter!r} in {page}"


@pytest.mark.usefixtures("on_windows")
def test_a_program_gets_every_letter() -> None:
    out = stream("cp437")
    write_json({"name": "Nguyễn 👍 Müller\u2026"}, stream_for_json(out))
    assert b"Nguy\\u1ec5n \\ud83d\\udc4d M\\u00fcller\\u2026" in written(out)
    assert json.loads(written(out)) == {"name": "Nguyễn 👍 Müller…"}
    out = stream("cp437")
    stream_for_csv(out).write("Nguyễn\n")
    out.write("\ud800\n")
    assert written(out) == "\ufeffNguyễn\r\n?\r\n".encode()


@pytest.mark.usefixtures("on_windows")
def test_what_somebody_said_of_the_encoding_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    assert stream_for_csv(stream("cp1252")).encoding == stream_for_json(stream("cp1252")).encoding == "cp1252"
    assert isinstance(stream_for_csv(io.StringIO()), io.StringIO), "another program's stream is left alone"


@pytest.mark.parametrize(("system", "page"), [("win32", "UTF8"), ("linux", "latin-1")])
def test_elsewhere_and_in_utf_8_nothing_changes(system: str, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "sys", SimpleNamespace(platform=system))
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    assert stream_for_csv(stream(page)).encoding == stream_for_json(stream(page)).encoding == page

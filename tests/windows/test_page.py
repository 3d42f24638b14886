"""The page for a front desk says what dipay says and does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dipay.services.access_lists import command_for

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "windows.md").read_text("utf-8")


def test_the_command_that_closes_the_folder_is_dipays_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERDOMAIN", "USERNAME", "PUBLIC"):
        monkeypatch.delenv(name, raising=False)
    folder = Path(r"C:\dipay")
    assert f"   {command_for(folder)}\n" in PAGE


def test_what_the_page_explains_is_what_dipay_says() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    in_one_line = re.sub(r'"\s*f?"', "", code)
    table = PAGE.partition("## Words you may meet")[2].partition("## By itself")[0]
    said = [
        words
        for row in table.splitlines()
        if row.startswith("|")
        for words in re.findall(r'"([^"]+)"', row.split("|")[1])
    ]
    assert len(said) > 8
    for words in said:
        for part in re.split(r" ?\.\.\.|\d+", words):
            assert part.strip() in in_one_line, words

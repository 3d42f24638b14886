"""What is installed with dipay is what it imports; each is bounded, and it is written down why it is there."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

import pages

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIRED = (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["stripe"])
#: The names under which they are imported, where these are others.
IMPORTED_AS = {"pyyaml": "yaml", "phonenumberslite": "phonenumbers", "python-calamine": "python_calamine"}
#: Read by Python's own zoneinfo.
NOT_IMPORTED = {"tzdata"}
#: The system's store of secrets, for who has installed it; and by what the providers' libraries tell of a connection.
NOT_REQUIRED = {"keyring", "requests", "urllib3"}


def name_of(requirement: str) -> str:
    return re.split(r"[^\w-]", requirement, maxsplit=1)[0]


def test_every_library_is_imported_and_every_import_is_required() -> None:
    imported: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(str(node.module).partition(".")[0])
    others = imported - sys.stdlib_module_names - {"dipay"} - NOT_REQUIRED
    names = {name_of(each).lower() for each in REQUIRED} - NOT_IMPORTED
    assert others == {IMPORTED_AS.get(each, each) for each in names}


@pytest.mark.parametrize("requirement", REQUIRED)
def test_each_has_a_lowest_version_a_cap_and_a_reason(requirement: str) -> None:
    name = name_of(requirement)
    assert ">=" in requirement
    # Zones and numbering plans change by decree: newer ones are always better.
    assert ("<" in requirement) == (name not in {"tzdata", "phonenumberslite"})
    (row,) = (line for line in pages.dependencies_page().splitlines() if line.startswith(f"| {name} |"))
    assert len(row.split("|")[3]) > 30

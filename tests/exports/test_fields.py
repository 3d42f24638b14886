from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dipay.config import read_settings
from dipay.domain.fields import FIELDS, FIELDS_OF, KINDS
from dipay.exports.layout.profiles import REQUIRED, bundled_profiles
from dipay.exports.reading import read_exports
from tests.exports.reading import BALANCES, LEDGER, PATIENTS, plan, write

FILES = {"patients": PATIENTS, "ledger": LEDGER, "balances": BALANCES}


def test_a_name_is_one_field_in_a_file() -> None:
    for kind in KINDS:
        names = [field.name for field in FIELDS if kind in field.files]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("profile", bundled_profiles(), ids=lambda each: each.name)
def test_profiles_name_fields_of_the_table(profile: object) -> None:
    for kind, file in profile.files.items():  # type: ignore[attr-defined]
        assert file.columns.keys() <= FIELDS_OF[kind].keys()


def test_required_fields_are_in_the_table() -> None:
    for kind, needed in REQUIRED.items():
        for alternatives in needed:
            assert frozenset().union(*alternatives) <= FIELDS_OF[kind].keys()


def test_every_field_can_be_named_in_the_settings() -> None:
    named = {kind: {name: f"My {name}" for name in FIELDS_OF[kind]} for kind in KINDS}
    text = f"""\
practice: {{name: P, phone: "+1 207-555-0148", timezone: America/New_York}}
exports: {{patients: p.csv, ledger: l.csv, columns: {named}}}
payment_link: {{url: "https://pay.example.com/?ref={{request_id}}"}}
"""
    assert read_settings(text.encode(), Path("config.yaml")).settings.exports.columns == {
        kind: {name: (caption,) for name, caption in columns.items()} for kind, columns in named.items()
    }


@pytest.mark.parametrize("kind", ["ledger", "balances"])
def test_what_the_settings_name_is_what_the_readers_read(tmp_path: Path, kind: str) -> None:
    files = {"patients": "patients.csv", kind: f"{kind}.csv"}
    write(tmp_path, {file: FILES[each] for each, file in files.items()})
    by_profile = read_exports(plan(tmp_path, files=files))
    columns = {}
    for each, file in files.items():
        header, *rows = csv.reader(FILES[each].splitlines())
        columns[each] = {name: f"My {name}" for name in header}
        with (tmp_path / file).open("w", newline="") as out:
            csv.writer(out).writerows([[f"My {name}" for name in header], *rows])
    by_settings = read_exports(plan(tmp_path, files=files, profile="generic", columns=columns))
    assert by_settings.accounts == by_profile.accounts
    assert [each.fields for each in by_settings.reports] == [each.fields for each in by_profile.reports]

"""JSON says what the data say, drives no terminal, and has each item of a list on a line of its own."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.choices import Choice
from dipay.office import open_office
from dipay.render.as_json import ITEMS_AT_ONCE, Each, encode, encode_items, write_json
from dipay.render.data import account_data, accounts_data
from dipay.services.worklist import make_worklist

TEXTS = st.text() | st.sampled_from(["%s", '"', "\\", "\x1b[31m", "a\u202eb", "\ud800", "null", "1, 2"])
PARTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(TEXTS, parts, max_size=3),
)


@given(PARTS)
def test_what_is_written_is_what_is_read(part: Any) -> None:
    line = encode(part)
    assert json.loads(line) == part
    assert line.isprintable()
    line.encode()


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_items_are_written_as_each_of_them(parts: list[Any]) -> None:
    assert encode_items(parts) == ",\n".join(map(encode, parts))


@pytest.mark.parametrize("many", [0, 1, 2, ITEMS_AT_ONCE, ITEMS_AT_ONCE + 1])
def test_each_item_of_a_list_has_its_line(many: int) -> None:
    items = [{"number": number} for number in range(many)]
    for form in (items, Each(lambda: iter(items))):
        stream = io.StringIO()
        write_json({"status": "ok", "data": {"items": form, "more": 1}}, stream)
        written = stream.getvalue()
        assert json.loads(written) == {"status": "ok", "data": {"items": items, "more": 1}}
        assert sum(line.startswith('{"number"') for line in written.splitlines()) == many


def test_an_account_is_the_same_in_a_list_and_alone() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    office = open_office(root / "config.example.yaml")
    worklist = make_worklist(office, date(2026, 11, 20)).worklist
    listed = list(accounts_data(worklist, Choice.ALL, office.settings))
    assert listed == [account_data(each, worklist.day, office.settings) for each in worklist.judged]
    assert len(listed) == 60

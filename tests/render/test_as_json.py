"""Items written by the column are the items written one by one."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dipay.office import open_office
from dipay.render.as_json import Lines, first_of, lines_of, write_json
from dipay.render.data import account_data, account_lines
from dipay.services.worklist import make_worklist

TEXTS = st.text(st.characters(codec="utf-8")) | st.sampled_from(
    ["%s", '"', "\\", "\x1b[31m", "a\u202eb", "null", "1, 2"]
)
ITEMS = st.fixed_dictionaries(
    {
        "text %s": TEXTS,
        "perhaps": st.none() | TEXTS,
        "number": st.integers(),
        "known": st.none() | st.integers(),
        "yes": st.booleans(),
        "texts": st.lists(TEXTS, max_size=3),
        "reasons": st.lists(st.fixed_dictionaries({"code": TEXTS, "detail": TEXTS}), max_size=2),
        "parts": st.fixed_dictionaries({"one": st.integers(), "other": TEXTS}),
    }
)


@given(st.lists(ITEMS, min_size=1, max_size=5))
def test_columns_say_what_the_items_say(items: list[dict[str, Any]]) -> None:
    columns = {name: [item[name] for item in items] for name in items[0] if name != "parts"}
    nested = {name: [item["parts"][name] for item in items] for name in ("one", "other")}
    lines = lines_of({**columns, "parts": nested})
    assert [json.loads(line) for line in lines] == items
    assert all(line.isprintable() for line in lines)
    assert first_of({**columns, "parts": nested}) == items[0]


def test_a_list_of_lines_is_a_list() -> None:
    for some in ([], [["1"]], [["1", "2"], ["3"]]):
        stream = io.StringIO()
        write_json({"data": {"items": Lines(lambda some=some: iter(some))}}, stream)  # type: ignore[misc]
        assert json.loads(stream.getvalue()) == {"data": {"items": [int(each) for part in some for each in part]}}


def test_an_account_is_the_same_in_a_list_and_alone() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    worklist = make_worklist(open_office(root / "config.example.yaml"), date(2026, 11, 20)).worklist
    listed = [json.loads(line) for some in account_lines(worklist, None) for line in some]
    assert listed == [account_data(each, worklist.day) for each in worklist.accounts]
    assert len(listed) == 60

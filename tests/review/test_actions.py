"""One table of actions: keys, their line, help, typed commands and the page of the docs are all made from it."""

from __future__ import annotations

from pathlib import Path

from dipay.review import doing, plain
from dipay.review.actions import ACTIONS, MOVING, docs_table, help_groups, plain_help_lines
from dipay.review.columns import MARKS
from dipay.review.rows import TABS

PAGE = Path(__file__).parents[2] / "docs" / "review.md"


def test_the_screen_does_every_action_and_no_other() -> None:
    assert set(doing.DOES) == {action.name for action in ACTIONS if not action.everywhere}


def test_plain_mode_does_every_action_that_can_be_typed_and_no_other() -> None:
    assert set(plain.DOES) == {action.name for action in ACTIONS if action.plain}


def test_no_key_and_no_word_stands_twice() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
    words = [action.word for action in ACTIONS if action.plain]
    assert len(words) == len(set(words))


def test_the_line_of_keys_fits_eighty_columns() -> None:
    shown = [f" {action.key_names.split(', ')[0]} {action.label} " for action in ACTIONS if action.label]
    assert sum(map(len, shown)) <= 80


def test_the_page_has_every_sign_and_view() -> None:
    page = PAGE.read_text("utf-8")
    for mark in MARKS.values():
        sign = f"`{mark.sign}`" if mark.sign.strip() else "none"
        assert f"| {sign} | {mark.words} |" in page
    for tab in TABS:
        assert f"| {tab.title} | " in page


def test_help_and_docs_have_every_action() -> None:
    page, typed = PAGE.read_text("utf-8"), "\n".join(plain_help_lines())
    assert docs_table() in page, "run: python -m dipay.review.actions"
    shown = [row for _, rows in help_groups() for row in rows]
    assert shown == [*MOVING, *((action.key_names, action.help) for action in ACTIONS)]
    for action in ACTIONS:
        assert not action.plain or action.plain in typed

"""One table of actions: keys, footer, help, typed commands and the page of the docs are all made from it."""

from __future__ import annotations

from pathlib import Path

from dipay.review.actions import ACTIONS, MOVING, docs_table, help_groups, plain_help_lines
from dipay.review.app import ReviewApp
from dipay.review.plain import Plain

PAGE = Path(__file__).parents[2] / "docs" / "review.md"


def test_every_action_is_done_on_the_screen_and_in_plain_mode() -> None:
    for action in ACTIONS:
        assert callable(getattr(ReviewApp, f"do_{action.name}"))
        if action.plain:
            assert callable(getattr(Plain, f"do_{action.name}"))


def test_nothing_is_done_that_is_not_in_the_table() -> None:
    names = {action.name for action in ACTIONS}
    for kind in (ReviewApp, Plain):
        assert {name.removeprefix("do_") for name in dir(kind) if name.startswith("do_")} <= names


def test_no_key_and_no_word_stands_twice() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
    words = [action.word for action in ACTIONS if action.plain]
    assert len(words) == len(set(words))


def test_the_footer_fits_eighty_columns() -> None:
    shown = [f" {action.key_names.split(', ')[0]} {action.label} " for action in ACTIONS if action.label]
    assert sum(map(len, shown)) <= 80


def test_help_and_docs_have_every_action() -> None:
    page, plain = PAGE.read_text("utf-8"), "\n".join(plain_help_lines())
    assert docs_table() in page, "run: python -m dipay.review.actions"
    shown = [row for _, rows in help_groups() for row in rows]
    assert shown == [*MOVING, *((action.key_names, action.help) for action in ACTIONS)]
    for action in ACTIONS:
        assert not action.plain or action.plain in plain

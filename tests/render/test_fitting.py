"""Text that is cut: it fits, and no half date or amount is left of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dipay.render.fitting import fitted, wrapped


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("active since 2026-11-26", 23, "active since 2026-11-26"),
        ("active since 2026-11-26", 22, "active since…"),
        ("active since 2026-11-26: first", 24, "active since 2026-11-26…"),
        ("active since 2026-11-26: first", 23, "active since…"),
        ("owes $1,234.56", 9, "owes…"),
        ("Karin Abernethy", 10, "Karin Abe…"),
        ("12345678", 5, "1234…"),
        ("abc", 1, "a"),
        ("snoozed until 23 Nov: Claim", 21, "snoozed until 23 Nov…"),
        ("snoozed until 23 Nov: Claim", 20, "snoozed until…"),
        ("snoozed until 23 Nov: Claim", 17, "snoozed until…"),
        ("opted out 3 Nov 2025 by text", 17, "opted out…"),
        ("next 23 Nov", 8, "next…"),
        ("漢字漢字 1234", 11, "漢字漢字…"),
    ],
)
def test_a_text_is_cut_before_a_number_rather_than_in_it(text: str, width: int, shown: str) -> None:
    assert fitted(text, width).rstrip() == shown


@given(st.text(st.sampled_from("ab 12-漢")), st.integers(1, 30), st.booleans())
def test_it_has_as_many_cells_as_there_are(text: str, width: int, right: bool) -> None:
    assert cell_len(fitted(text, width, right=right)) == width


def test_a_line_breaks_before_a_day_and_not_in_it() -> None:
    text = "asked 9 Nov (delivered), 16 Nov (queued), follow-up 2 on 23 Nov 2025"
    assert wrapped(text, 26, first="  ", further="    ").splitlines() == [
        "  asked 9 Nov (delivered),", "    16 Nov (queued),", "    follow-up 2 on", "    23 Nov 2025",
    ]  # fmt: skip

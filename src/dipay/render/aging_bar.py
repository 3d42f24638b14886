"""The aging bar: an account's unpaid amounts by age in a few letters, readable without colour on any console."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dipay.domain.aging import Buckets

SIGNS = (".", ":", "=", "#")
COLOURS = ("green", "yellow", "dark_orange", "red")
LEGEND = "aging: . 0-30  : 31-60  = 61-90  # over 90 days"


def bar_lengths(buckets: Buckets, width: int) -> tuple[int, ...]:
    """How many letters each bucket gets: in proportion, at least one where anything is unpaid, `width` in all."""
    total = sum(buckets)
    if total <= 0:
        return (0, 0, 0, 0)
    lengths = [max(1, cents * width // total) if cents > 0 else 0 for cents in buckets]
    while sum(lengths) > width:
        lengths[lengths.index(max(lengths))] -= 1
    while sum(lengths) < width:
        lengths[max(range(4), key=lambda bucket: buckets[bucket] / (lengths[bucket] or 0.5))] += 1
    return tuple(lengths)


def aging_bar(buckets: Buckets, width: int = 6) -> str:
    """The bar as plain letters: `..::##`."""
    return "".join(sign * length for sign, length in zip(SIGNS, bar_lengths(buckets, width), strict=True))

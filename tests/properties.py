"""How many examples a property takes that is slower, or needs more of them, than most; and which seeds, where it has some."""

from __future__ import annotations

from hypothesis import settings

#: What the profile "usual" gives every property that says nothing else.
_USUAL = 100


def examples(usual: int) -> settings:
    """Settings for so many examples in the usual profile, and as many times more as another profile takes."""
    return settings(max_examples=usual * settings().max_examples // _USUAL)


def seeds() -> range:
    """The seeds to try: one in the usual profile, and as many times more as another profile takes."""
    return range(1, 1 + settings().max_examples // _USUAL)

"""Any tests with dipay's code on a played Windows: `python -m pytest -p tests.windows.plugin tests/state`, on Linux.

What is for other systems alone is left out, by the reason of its mark. A process of its own that a test starts has its
own system.
"""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.windows.played import play_here

#: What the reasons of tests that Windows skips speak of.
_ELSEWHERE: Final = re.compile(
    r"Windows|POSIX|Unix|Linux|a terminal of its own|may write anywhere|look into every folder"
)

play_here()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what is not for Windows."""
    left_out = [item for item in items if any(map(_is_elsewhere, item.iter_markers("skipif")))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _is_elsewhere(mark: pytest.Mark) -> bool:
    return _ELSEWHERE.search(str(mark.kwargs.get("reason", ""))) is not None

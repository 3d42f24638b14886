from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dipay.state.store import Store
from tests.state.state_helpers import assert_sound, opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A state ready to send; sound when the test is over."""
    with opened(tmp_path) as ready:
        yield ready
        assert_sound(ready)


@pytest.fixture
def unsound_store(tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """A state that the test may spoil."""
    stores: list[Store] = []

    def make() -> Store:
        stores.append(opened(tmp_path))
        return stores[-1]

    yield make
    for each in stores:
        each.close()

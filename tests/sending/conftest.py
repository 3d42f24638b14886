from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dipay.services import provider
from tests.messaging.double import ProviderDouble, provider_double
from tests.processors.memory import MemoryProcessor
from tests.sending.practice import Practice, practice_on


@pytest.fixture
def double() -> Iterator[ProviderDouble]:
    with provider_double() as made:
        yield made


@pytest.fixture
def practice(tmp_path: Path, double: ProviderDouble) -> Iterator[Practice]:
    """A practice on the provider's double, whose clock goes by its own; its state is checked when the test is over."""
    made = practice_on(double, tmp_path)
    yield made
    made.check()


@pytest.fixture
def processor(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> MemoryProcessor:
    """A processor of payments whose clock goes by the practice's."""
    made = MemoryProcessor(lambda: practice.now)
    monkeypatch.setattr(provider, "open_processor", lambda _office: made)
    return made

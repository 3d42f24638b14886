from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messaging.double import ProviderDouble, provider_double
from tests.sending.practice import Practice


@pytest.fixture
def double() -> Iterator[ProviderDouble]:
    with provider_double() as made:
        yield made


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A practice on the provider's double; its state is checked when the test is over."""
    made = Practice(tmp_path, provider="twilio", settings={"messaging": {"twilio": {"from": "+12075550100"}}})
    yield made
    made.check()

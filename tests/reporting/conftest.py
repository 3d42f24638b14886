from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.messaging.double import ProviderDouble, provider_double


@pytest.fixture
def double() -> Iterator[ProviderDouble]:
    with provider_double() as made:
        yield made

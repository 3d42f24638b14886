from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dipay.processors.stripe import StripeProcessor
from tests.processors.double import ProcessorDouble, processor_double, processor_for


@pytest.fixture
def double() -> Iterator[ProcessorDouble]:
    with processor_double() as made:
        yield made


@pytest.fixture
def make_processor(double: ProcessorDouble) -> Callable[..., StripeProcessor]:
    """A processor that speaks to the double."""

    def make(**changes: Any) -> StripeProcessor:
        return processor_for(double, **changes)

    return make


@pytest.fixture
def processor(double: ProcessorDouble) -> StripeProcessor:
    return processor_for(double)


@pytest.fixture
def processor_against(double: ProcessorDouble) -> Callable[[str], StripeProcessor]:
    """A processor for a behaviour of that name: where it is slow, one that waits no longer than a test can."""

    def make(name: str) -> StripeProcessor:
        return processor_for(double, **({"read_seconds": 1.0, "total_seconds": 2.5} if "too slow" in name else {}))

    return make

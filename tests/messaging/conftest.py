from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dipay.messaging.twilio import TwilioSender
from tests.messaging.double import ProviderDouble, provider_double


@pytest.fixture
def double() -> Iterator[ProviderDouble]:
    with provider_double() as made:
        yield made


@pytest.fixture
def make_sender(double: ProviderDouble) -> Callable[..., TwilioSender]:
    """A sender that speaks to the double, with limits short enough for a test."""

    def make(**changes: Any) -> TwilioSender:
        given: dict[str, Any] = {
            "account_sid": double.account_sid,
            "auth_token": double.auth_token,
            "from_number": double.number,
            "base_url": double.url,
            "connect_seconds": 1.0,
            "read_seconds": 0.25,
            "total_seconds": 0.6,
        }
        return TwilioSender(**(given | changes))

    return make


@pytest.fixture
def sender(make_sender: Callable[..., TwilioSender]) -> TwilioSender:
    return make_sender()
